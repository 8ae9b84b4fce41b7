"""Tests of ratings."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tprog.learn.search.arrays import Bytes, Floats, Ints
from tprog.learn.search.candidates import best_rows, improve_sets, rate_lookups
from tprog.learn.search.costs import Places

costs = arrays(np.float32, (12, 3), elements=st.integers(-8, 8).map(float))
columns = arrays(np.int32, (2, 12), elements=st.integers(0, 2))


def _places(cost: Floats, cat: Bytes) -> Places:
    nothing = np.zeros(len(cost), np.int32)
    return Places(cost, cat, np.zeros((0, len(cost)), np.int32), nothing, nothing, nothing)


@given(costs, columns)
def test_no_table_is_better_than_the_rating(cost: Floats, columns: Ints) -> None:
    """A look-up's rating is the least sum of costs that any table over its arguments has."""
    ratings = np.zeros((2, 2), np.float32)
    rate_lookups(columns, np.full(2, 3, np.int32), cost, ratings)
    best = 0.0
    for one, two in product(range(3), repeat=2):
        here = (columns[0] == one) & (columns[1] == two)
        best += min(cost[here].sum(axis=0)) if here.any() else 0.0
    assert ratings[0, 1] == pytest.approx(best)


@given(arrays(np.float32, (12, 3), elements=st.integers(-8, 8).map(float)), columns)
def test_no_predicate_is_better_than_the_rating(scores: Floats, columns: Ints) -> None:
    """A head's rating is the least sum of scores over all ways to want one key for each query."""
    places = _places(scores, columns.astype(np.uint8))
    found = best_rows(places, 0, scores, np.zeros((3, 3), np.float32))
    sums = [
        sum(float(scores[place, wanted[columns[0, place]]]) for place in range(12))
        for wanted in product(range(3), repeat=3)
    ]
    assert found == pytest.approx(min(sums))


@given(
    arrays(np.float32, (12, 5), elements=st.integers(-8, 8).map(float)),
    columns,
    arrays(np.uint8, (12, 3), elements=st.integers(0, 2)),
    st.integers(0, 7),
)
def test_changing_sets_of_keys_only_gains(
    cost: Floats, columns: Ints, counts: Bytes, mask: int
) -> None:
    """Adding and dropping keys never costs, and the result is the cost of the predicate that is left."""
    places = _places(cost, columns.astype(np.uint8))
    masks = np.full((1, 3), mask, np.uint8)

    def total() -> float:
        wanted = (masks[0][columns[0], None] >> np.arange(3)) & 1
        reached = np.minimum((counts * wanted).sum(axis=1), 4)
        return float(cost[np.arange(12), reached].sum())

    before = total()
    after = improve_sets(places, 0, counts, masks, 0.5)
    assert after == pytest.approx(total())
    assert after <= before
