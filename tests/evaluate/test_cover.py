"""Covers give their tables back, in few rules."""

import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from strategies import programs

from tprog.evaluate.cover import (
    Entries,
    Product,
    Rules,
    cover,
    cover_cells,
    cover_sets,
    covered,
    table_of,
)
from tprog.evaluate.inputs import IntArray
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


cells = st.integers(1, 3).flatmap(
    lambda axes: arrays.arrays(
        np.int64,
        st.tuples(*[st.integers(1, 5)] * axes),
        elements=st.integers(0, 2),
    )
)


@given(table=cells, gap=st.integers(1, 3))
def test_boxes_give_every_entry(table: IntArray, gap: int) -> None:
    """At every point of every cell, and beyond the last, the rectangles give the cell's entry."""
    starts = [range(0, gap * size, gap) for size in table.shape]
    rectangles, default = cover_cells(table, starts)
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
    assert cover_cells(table, axes) == ((), 0)
    table[2:4, 1:6] = 1
    rectangles, default = cover_cells(table, axes)
    assert [box.bounds for box in rectangles] == [((2, 3), (1, 5))]
    assert default == 0


def rule_value(found: Rules, row: int, column: int) -> int:
    """Return what rules in order say at one entry."""
    rules, default = found
    for rule in rules:
        if isinstance(rule, Entries):
            holds = (row, column) in rule.cells
        else:
            holds = (rule.any_row or row in rule.rows) and (
                rule.any_column or column in rule.columns
            )
        if holds:
            return rule.value
    return default


set_tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 3), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@given(set_tables, st.integers(1, 8))
def test_rules_give_the_table(table: list[list[int]], listed: int) -> None:
    """Every entry comes out of the first rule that holds there, or of the default."""
    found = cover_sets(table, listed)
    for row, entries in enumerate(table):
        for column, entry in enumerate(entries):
            assert rule_value(found, row, column) == entry
    assert all(len(rule.cells) <= listed for rule in found[0] if isinstance(rule, Entries))


def test_a_large_table_is_covered_without_pairs_of_rows() -> None:
    """A table with many rows is covered as well."""
    table = [[(row * column) % 3 for column in range(24)] for row in range(24)]
    found = cover_sets(table, 6)
    assert all(
        rule_value(found, row, column) == table[row][column]
        for row in range(24)
        for column in range(24)
    )


def test_a_product_is_one_rule() -> None:
    """Where two sets decide, one box is enough."""
    table = [[int(row in (1, 3) and column in (0, 2)) for column in range(4)] for row in range(4)]
    assert cover_sets(table, 2) == ([Product((1, 3), (0, 2), False, False, 1)], 0)


def test_a_whole_row_does_not_mention_its_columns() -> None:
    """A box over all columns says so."""
    rules, default = cover_sets([[5, 5, 5], [0, 0, 0], [0, 0, 0]], 3)
    assert default == 0
    assert rules == [Product((0,), (0, 1, 2), False, True, 5)]


def test_scattered_entries_are_listed() -> None:
    """Entries that no box holds together make one rule."""
    table = [[int(row == column) for column in range(4)] for row in range(4)]
    assert cover_sets(table, 6) == ([Entries(((0, 0), (1, 1), (2, 2), (3, 3)), 1)], 0)


open_tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(-1, 3), min_size=width, max_size=width), min_size=1, max_size=6
    ).filter(lambda table: any(entry >= 0 for row in table for entry in row))
)


@given(open_tables, st.integers(1, 8))
def test_free_entries_may_be_anything(table: list[list[int]], listed: int) -> None:
    """Rules give every entry that is asked for; those below 0 are not."""
    found = cover_sets(table, listed)
    for row, entries in enumerate(table):
        for column, entry in enumerate(entries):
            assert entry < 0 or rule_value(found, row, column) == entry


def test_free_entries_save_rules() -> None:
    """A table that is only read on its diagonal needs no look at its columns."""
    table = [[1, -1, -1], [-1, 2, -1], [-1, -1, 2]]
    rules, _ = cover_sets(table, 3)
    assert len(rules) == 1
