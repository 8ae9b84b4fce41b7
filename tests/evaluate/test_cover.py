"""Tables as rectangles."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.evaluate.cover import IntArray, cover, covered, table_of
from tprog.ir import FiniteValues, NumericalLookup, Program, Rectangle

tables = st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
    lambda shape: st.lists(
        st.integers(0, 3), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]
    ).map(lambda entries: np.array(entries).reshape(shape))
)


def spelled_out(table: IntArray) -> IntArray:
    """Return the table that the rectangles of a covered table give."""
    boxes, default = cover(table)
    caps = tuple(size - 1 for size in table.shape)
    values = FiniteValues(tuple(range(4)))
    lookup = NumericalLookup((0,) * table.ndim, values, caps, boxes, default)
    found = np.empty_like(table)
    for point in np.ndindex(*table.shape):
        found[point] = lookup.index(point)
    return found


@given(tables)
def test_rectangles_give_the_table_back(table: IntArray) -> None:
    """Rectangles and default give every entry of the table."""
    np.testing.assert_array_equal(spelled_out(table), table)


@given(tables)
def test_one_axis_is_covered_too(table: IntArray) -> None:
    """A table of one argument is given back by its intervals."""
    np.testing.assert_array_equal(spelled_out(table[0]), table[0])


def test_few_rectangles_are_used() -> None:
    """A table of three bands takes two boxes, a block inside a block too, however large they are."""
    bands = np.repeat([0, 1, 2], 20)[:, None] * np.ones(60, dtype=np.int64)
    assert len(cover(bands)[0]) == 2
    nested = np.zeros((60, 60), dtype=np.int64)
    nested[10:50, 10:50] = 1
    nested[20:30, 20:30] = 2
    assert len(cover(nested)[0]) == 2


def test_a_later_rectangle_may_lie_over_an_earlier_one() -> None:
    """A hole is settled first, so that one box can be drawn over it."""
    table = np.ones((5, 5), dtype=np.int64)
    table[2, 2] = 0
    table[0] = 2
    assert len(cover(table)[0]) == 2


@given(programs())
def test_a_look_up_is_covered_without_a_change(program: Program) -> None:
    """Covered anew, a look-up has the same value at every point, in no more rectangles."""
    for operation in program.operations:
        if isinstance(operation, NumericalLookup):
            found = covered(operation)
            assert len(found.rectangles) <= len(operation.rectangles)
            for point in np.ndindex(*(cap + 2 for cap in operation.caps)):
                assert found.index(point) == operation.index(point)


def test_disjoint_rectangles_become_few() -> None:
    """Cells one by one become the block that they fill."""
    values = FiniteValues((0, 1))
    cells = tuple(
        Rectangle(((row, row), (column, column)), 1) for row in range(4) for column in range(4)
    )
    lookup = NumericalLookup((0, 0), values, (9, 9), cells, 0, name="kept")
    found = covered(lookup)
    assert len(found.rectangles) == 1
    assert found.name == "kept"


def test_three_axes_are_refused() -> None:
    """A table of more than two axes is refused."""
    with pytest.raises(ValueError, match="3 axes"):
        cover(np.zeros((2, 2, 2), dtype=np.int64))


def test_a_table_of_many_entries_is_covered_at_once() -> None:
    """Where the search would take minutes, runs of equal entries are taken; they say the same."""
    line = np.arange(901)
    square = np.add.outer(np.arange(60), np.arange(60))
    for table in (line, square):
        start = time.process_time()
        boxes, default = cover(table)
        assert time.process_time() - start < 5
        caps = tuple(size - 1 for size in table.shape)
        values = FiniteValues(tuple(range(int(table.max()) + 1)))
        lookup = NumericalLookup(tuple(range(table.ndim)), values, caps, boxes, default)
        assert (table_of(lookup) == table).all()
