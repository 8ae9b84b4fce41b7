"""Tests of grids and rectangles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tprog.ir import FiniteValues, NumericalLookup
from tprog.learn.search.arrays import Bytes
from tprog.learn.search.grids import grid_of, rectangles_of

grids = st.lists(st.integers(1, 5), min_size=1, max_size=3).flatmap(
    lambda shape: arrays(np.uint8, tuple(shape), elements=st.integers(0, 3))
)


def _lookup(grid: Bytes) -> NumericalLookup:
    boxes, default = rectangles_of(grid)
    caps = tuple(size - 1 for size in grid.shape)
    arguments = tuple(range(grid.ndim))
    return NumericalLookup(arguments, FiniteValues((0, 1, 2, 3)), caps, boxes, default)


@given(grids)
def test_rectangles_describe_their_grid_exactly(grid: Bytes) -> None:
    """A grid made into rectangles and back is the same grid."""
    assert np.array_equal(grid_of(_lookup(grid)), grid)


@given(grids)
def test_a_grid_holds_what_the_look_up_writes(grid: Bytes) -> None:
    """Each point of a look-up's grid is the value that the look-up has there."""
    lookup = _lookup(grid)
    found = grid_of(lookup)
    assert all(lookup.index(point) == found[point] for point in np.ndindex(grid.shape))


def test_a_block_of_equal_entries_is_one_rectangle() -> None:
    """Neighbouring equal entries are joined into one box."""
    grid = np.zeros((5, 5), np.uint8)
    grid[1:3, 2:5] = 2
    boxes, default = rectangles_of(grid)
    assert default == 0
    assert [box.bounds for box in boxes] == [((1, 2), (2, 4))]
