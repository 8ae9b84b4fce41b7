"""Functions of whole numbers as boxes."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tprog.ir import FiniteValues, NumericalLookup
from tprog.published.cover import IntArray, cover

tables = st.integers(1, 3).flatmap(
    lambda axes: arrays.arrays(
        np.int64,
        st.tuples(*[st.integers(1, 5)] * axes),
        elements=st.integers(0, 2),
    )
)


@given(table=tables, gap=st.integers(1, 3))
def test_boxes_give_every_entry(table: IntArray, gap: int) -> None:
    """At every point of every cell, and beyond the last, the rectangles give the cell's entry."""
    starts = [range(0, gap * size, gap) for size in table.shape]
    rectangles, default = cover(table, starts)
    caps = tuple(axis[-1] for axis in starts)
    lookup = NumericalLookup(
        tuple(range(table.ndim)), FiniteValues((0, 1, 2)), caps, rectangles, default
    )
    for point in product(*(range(cap + 3) for cap in caps)):
        cell = tuple(
            min(number // gap, size - 1) for number, size in zip(point, table.shape, strict=True)
        )
        assert lookup.index(point) == table[cell]


def test_a_block_is_one_box() -> None:
    """A rectangle in a uniform table is found whole, and a uniform table needs none."""
    table = np.zeros((6, 7), dtype=np.int64)
    axes = [range(6), range(7)]
    assert cover(table, axes) == ((), 0)
    table[2:4, 1:6] = 1
    rectangles, default = cover(table, axes)
    assert [box.bounds for box in rectangles] == [((2, 3), (1, 5))]
    assert default == 0
