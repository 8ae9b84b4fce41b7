"""Drafts of plans: room is taken once, and lists are kept once."""

import itertools

import numpy as np
import torch
from learn.fused.checks import heads, layout, lookups, network

from tprog.learn.fused import tape
from tprog.learn.fused.draft import Draft, weight_offsets


def draft() -> Draft:
    """Return an empty draft for sequences of 5 tokens."""
    return Draft(network(layout(heads())), 5, 9)


def test_weights_lie_one_behind_the_other() -> None:
    """Offsets follow the order of the network's parameters, without a gap."""
    found = network(layout(heads(), lookups()))
    offsets = weight_offsets(found)
    expected = itertools.accumulate((weight.numel() for weight in found.parameters()), initial=0)
    assert [offsets[weight] for weight in found.parameters()] == [*expected][:-1]


def test_room_is_taken_once() -> None:
    """Values never overlap; slopes of one module do not, and those of the next begin anew."""
    made = draft()
    end = made.variables[-1]
    assert [made.value_space(3), made.value_space(2)] == [end, end + 3]
    assert [made.slope_space(4), made.slope_space(2)] == [end, end + 4]
    made.begin_module()
    assert made.slope_space(1) == end
    plan = made.plan()
    assert (plan.values, plan.slopes) == (end + 5, end + 6)


def test_lists_are_kept_once() -> None:
    """Equal lists have one place behind the numbers from 0 up."""
    made = draft()
    first, second, third = (made.listed(found) for found in ([4, 4], (7,), [4, 4]))
    assert first == third != second
    places = made.plan().places
    np.testing.assert_array_equal(places[:9], np.arange(9))
    assert places[first : first + 2].tolist() == [4, 4]
    assert places[second] == 7


def test_constants_stand_behind_the_weights() -> None:
    """The first constant's offset is the number of weights."""
    made = draft()
    total = sum(weight.numel() for weight in made.offsets)
    assert made.constant(torch.tensor([1, 2])) == total
    assert made.constant(torch.tensor(3.5)) == total + 2
    assert made.plan().constants.tolist() == [1, 2, 3.5]


def test_operations_have_named_columns() -> None:
    """What is not named is 0."""
    made = draft()
    made.add(tape.ONE, SIZE=1, TARGET=8)
    row = made.plan().operations[0]
    assert (row[tape.KIND], row[tape.SIZE], row[tape.TARGET]) == (tape.ONE, 1, 8)
    assert row.sum() == tape.ONE + 9
