"""Tests of the pass `dead_votes`."""

from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.dead_votes import DeadVotes, lowered
from tprog.ir import Program


@given(closed_programs())
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = DeadVotes().apply(program)
    assert same_predictions(program, found)
    assert DeadVotes().apply(found) == found
    assert cost(found) <= cost(program)


def test_the_commonest_weight_becomes_zero() -> None:
    """What all labels share is taken away; masked labels get nothing."""
    assert lowered((5, 5, 7), set()) == (0, 0, 2)
    assert lowered((5, 5, 7), {2}) == (0, 0, 0)
    assert lowered((0, 3), set()) == (0, 3)
