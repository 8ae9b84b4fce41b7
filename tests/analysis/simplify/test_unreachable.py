"""Tests of the pass `unreachable`."""

import numpy as np
from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.unreachable import Unreachable, filled
from tprog.ir import Program


@given(closed_programs())
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = Unreachable().apply(program)
    assert same_predictions(program, found)
    assert Unreachable().apply(found) == found
    assert cost(found) <= cost(program)


def test_entries_that_are_not_reached_follow_the_commonest() -> None:
    """Of equally common entries the first one fills."""
    reached = np.array([True, False, True, True])
    assert filled((1, 7, 2, 2), reached) == (1, 2, 2, 2)
    assert filled((1, 7), np.array([False, False])) == (1, 1)
