"""Functions and arguments laid over each other."""

import numpy as np

from tprog.analysis.diff.aligning import argument_orders, common
from tprog.analysis.diff.meaning import Function


def test_common_points_are_those_of_both() -> None:
    """Values that one side lacks are left out, and entries are compared by value."""
    one = Function((("a", "b"),), False, (0, 1), np.array([0, 1]))
    other = Function((("b", "c"),), False, (1, 2), np.array([0, 1]))
    found = common(one, other)
    assert found.axes == (("b",),)
    assert found.values[found.before[0]] == found.values[found.after[0]] == 1
    assert found.equal == 1


def test_a_shorter_cap_goes_on_with_its_last_value() -> None:
    """Numbers beyond a cap have the cap's value."""
    one = Function(((0, 1),), True, (0, 1), np.array([0, 1]))
    other = Function(((0, 1, 2),), True, (0, 1), np.array([0, 1, 0]))
    found = common(one, other)
    assert found.before.tolist() == [0, 1, 1]
    assert found.equal == 2 / 3


def test_nothing_in_common_is_not_alike() -> None:
    """Functions without a common point are not called equal."""
    one = Function((("a",),), False, (0,), np.array([0]))
    other = Function((("b",),), False, (0,), np.array([0]))
    assert common(one, other).equal == 0


def test_arguments_are_laid_over_their_partners() -> None:
    """Of all orders those are taken that keep most pairs."""
    assert argument_orders((3, 4), (8, 7), {3: 7, 4: 8}) == [(1, 0)]
    assert sorted(argument_orders((3, 3), (8, 8), {3: 8})) == [(0, 1), (1, 0)]
    many = tuple(range(7))
    assert argument_orders(many, many[::-1], {n: n for n in many}) == [many[::-1]]
