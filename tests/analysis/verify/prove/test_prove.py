"""Tests of the proof by a solver."""

import pytest
from fault_injection import plant
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.verify.prove.prove import provable, prove
from tprog.analysis.verify.verify import verify
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


@given(programs(), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_steps_in_between_change_no_answer(program: Program, seed: int) -> None:
    """Without patience for whole questions, one Program is built on the other, and the answer is that of enumeration."""
    fault = plant(program, seed)
    if fault is None or not closed(program) or not provable(program, fault.program):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tprog.analysis.verify.prove.prove.PATIENCE", -1.0)
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
