"""Tests of Programs as formulas."""

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.verify.prove.encode import Encoding
from tprog.analysis.verify.prove.normal import meaning_keys
from tprog.analysis.verify.prove.prove import framed
from tprog.evaluate.scalar import interpret, value_at
from tprog.ir import Program


@given(programs(), st.data())
@settings(max_examples=60, deadline=None)
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
