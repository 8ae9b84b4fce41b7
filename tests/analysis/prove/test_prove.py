"""Tests of the proof by a solver."""

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.planting import plant
from tprog.analysis.prove.prove import provable, prove
from tprog.analysis.verify import verify
from tprog.ir import Program


def closed(program: Program) -> bool:
    """Tell whether the inputs of a Program can be listed."""
    return program.domain.max_length is not None and program.domain.unknown is None


def lengths(program: Program) -> tuple[int, int]:
    """Return the least and greatest number of data symbols."""
    assert program.domain.max_length is not None
    return program.domain.min_length, program.domain.max_length


@given(programs(), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
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
