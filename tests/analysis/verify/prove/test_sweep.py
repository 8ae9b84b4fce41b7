"""Tests of building one Program on another."""

from dataclasses import replace

import z3
from example_programs import hist_program
from hypothesis import given, settings
from strategies import programs

from tprog.analysis.verify.prove.cases import Bit, Cases
from tprog.analysis.verify.prove.encode import Encoding
from tprog.analysis.verify.prove.normal import meaning_keys
from tprog.analysis.verify.prove.prove import framed, symbol_cases
from tprog.analysis.verify.prove.sweep import guesses, sweep
from tprog.evaluate.scalar import interpret, value_at
from tprog.ir import Program

DIGITS = ("0", "1", "2")


def test_a_copy_is_guessed_from_its_original() -> None:
    """Every operation of a program is a function of the same one of its copy."""
    program = hist_program(DIGITS)
    found = guesses(program, program, 3, [False] * len(program.variables))
    assert [guess.variable for guess in found] == list(
        range(len(program.inputs), len(program.variables))
    )
    for guess in found:
        assert all(value == result for value, result in guess.function.items())
    assert guesses(program, program, 3, [True] * len(program.variables)) == []


@given(programs())
@settings(max_examples=30, deadline=None)
def test_what_is_built_on_another_program_holds_what_it_held(one: Program) -> None:
    """After a sweep every variable has on every input the value that the interpreter computes."""
    domain = replace(one.domain, unknown=None)
    one = replace(one, domain=domain)
    other = one
    length = domain.min_length
    if len(domain.symbols) ** length > 64:
        return
    data, rules = symbol_cases(domain.symbols, length)
    known: dict[tuple[str, int], Cases] = {}
    keys = [f"other {key}" for key in meaning_keys(other)], meaning_keys(one)
    encodings = [
        Encoding(program, framed(domain, data), names, known, lambda: None)
        for program, names in ((one, keys[1]), (other, keys[0]))
    ]
    solver = z3.Solver()
    solver.add(*rules)

    def impossible(bit: Bit) -> bool:
        return bit is False or (bit is not True and solver.check(bit) == z3.unsat)

    sweep(encodings, guesses(one, other, length, [False] * len(one.variables)), impossible)
    assert solver.check() == z3.sat
    model = solver.model()
    tokens = tuple(
        next(
            symbol
            for symbol, bit in cases.items()
            if bit is True or z3.is_true(model.eval(bit, model_completion=True))
        )
        for cases in data
    )
    run = interpret(one, domain.frame([str(token) for token in tokens]))
    for number, entries in enumerate(run.values):
        for position, entry in enumerate(entries):
            held = [
                value
                for value, bit in encodings[0].at(number, position).items()
                if bit is True or z3.is_true(model.eval(bit, model_completion=True))
            ]
            assert held == [value_at(one, number, entry)]
