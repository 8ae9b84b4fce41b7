"""Least loss and coarse rounding."""

import numpy as np
import pytest

from tprog.learn.fit import Descent, Doubles, coarsest, least_loss


def square(at: Doubles) -> tuple[float, Doubles]:
    """Return the squared distance from (1, 2), and its gradient."""
    away = at - np.array([1.0, 2.0])
    return float(away @ away), 2 * away


def test_the_least_loss_is_found() -> None:
    """A convex loss is followed down to its bottom."""
    np.testing.assert_allclose(least_loss(square, np.zeros(2), Descent(50)), [1, 2], atol=1e-6)


def test_a_fit_can_be_ended_after_a_step() -> None:
    """What is called after each step ends the fit with the parameters of that step."""
    seen: list[Doubles] = []

    def after(at: Doubles) -> None:
        seen.append(at.copy())
        raise StopIteration

    found = least_loss(square, np.array([9.0, 9.0]), Descent(50), after)
    assert len(seen) == 1
    np.testing.assert_array_equal(found, seen[0])


def test_the_first_that_is_as_good_is_taken() -> None:
    """Candidates are looked at in order, and no further than to one that is enough; otherwise the first of the best wins."""
    looked = []

    def score(number: int) -> tuple[float, ...]:
        looked.append(number)
        return (float(min(number, 3)),)

    assert coarsest(range(9), score, lambda reached: reached >= (2.0,)) == 2
    assert looked == [0, 1, 2]
    assert coarsest(range(9), score, lambda reached: False) == 3
    with pytest.raises(ValueError, match="nothing"):
        coarsest([], score, bool)
