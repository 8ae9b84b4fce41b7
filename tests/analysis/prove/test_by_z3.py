"""Tests of the proof by a solver: the encoding, its questions, and steps in between."""

from dataclasses import replace
from typing import Any

import pytest
import z3
from effort import scaled
from example_programs import hist_program
from fault_injection import plant
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.prove.by_rewriting import meaning_keys
from tprog.analysis.prove.by_z3 import framed, guesses, provable, prove, sweep, symbol_cases
from tprog.analysis.prove.encode import Encoding
from tprog.analysis.prove.formulas import Bit, Cases
from tprog.analysis.prove.verify import verify
from tprog.evaluate.scalar import interpret, value_at
from tprog.ir import Program
from tprog.locate import load


def closed(program: Program) -> bool:
    """Tell whether the inputs of a Program can be listed."""
    return program.domain.max_length is not None and program.domain.unknown is None


def lengths(program: Program) -> tuple[int, int]:
    """Return the least and greatest number of data symbols."""
    assert program.domain.max_length is not None
    return program.domain.min_length, program.domain.max_length


@given(programs(), st.integers(0, 10_000))
def test_the_solver_agrees_with_enumeration(program: Program, seed: int) -> None:
    """With one planted change, both say the same on the whole domain, and show an input as short as can be."""
    fault = plant(program, seed)
    if fault is None or not closed(program) or not provable(program, fault.program):
        return
    proof = prove(fault.program, program, lengths(program), 60.0)
    verdict = verify(fault.program, program)
    assert proof.outcome == verdict.outcome
    if proof.tokens is not None:
        assert verdict.counterexample is not None
        assert len(proof.tokens) == len(verdict.counterexample.tokens)


@given(programs(), st.integers(0, 10_000))
@settings(max_examples=scaled(40))
def test_steps_in_between_change_no_answer(program: Program, seed: int) -> None:
    """Without patience for whole questions, one Program is built on the other, and the answer is that of enumeration."""
    fault = plant(program, seed)
    if fault is None or not closed(program) or not provable(program, fault.program):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tprog.analysis.prove.by_z3.PATIENCE", -1.0)
        proof = prove(fault.program, program, lengths(program), 60.0)
    verdict = verify(fault.program, program)
    assert proof.outcome == verdict.outcome
    if proof.tokens is not None:
        assert verdict.counterexample is not None
        assert len(proof.tokens) == len(verdict.counterexample.tokens)


def test_a_proof_ends_when_the_time_is_up() -> None:
    """Without time nothing is decided."""
    program = load("dyck2")
    proof = prove(program, program, (15, 15), 0.0)
    assert (proof.outcome, proof.done, proof.tokens) == ("unknown", None, None)


def test_dyck2_is_proved_equal_where_no_input_can_tell_a_change() -> None:
    """Of a billion inputs none reaches the changed entry, and z3 knows."""
    program = load("dyck2")
    fault = plant(program, 28)
    assert fault is not None
    assert prove(fault.program, program, (15, 15), 100.0).outcome == "equal"


@given(programs(), st.data())
def test_an_encoding_of_one_input_holds_what_the_interpreter_computes(
    program: Program, data: st.DataObject
) -> None:
    """Where every token is known, every variable is known at every position, as the oracle has it."""
    assume(program.domain.unknown is None)
    domain = program.domain
    most = domain.max_length or domain.min_length + 3
    tokens = data.draw(
        st.lists(st.sampled_from(domain.symbols), min_size=domain.min_length, max_size=most)
    )
    cases: list[Any] = [{token: True} for token in tokens]
    encoding = Encoding(program, framed(domain, cases), meaning_keys(program), {}, lambda: None)
    run = interpret(program, domain.frame(tokens))
    for number, entries in enumerate(run.values):
        for position, entry in enumerate(entries):
            wanted = value_at(program, number, entry)
            assert encoding.at(number, position) == {wanted: True}


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
@settings(max_examples=scaled(30))
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
