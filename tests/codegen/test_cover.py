"""Covers give their table, in few rules."""

from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen.cover import Box, Cover, Entries, cover


def value(found: Cover, row: int, column: int) -> int:
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


tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 3), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@given(tables, st.integers(1, 8))
def test_rules_give_the_table(table: list[list[int]], listed: int) -> None:
    """Every entry comes out of the first rule that holds there, or of the default."""
    found = cover(table, listed)
    for row, entries in enumerate(table):
        for column, entry in enumerate(entries):
            assert value(found, row, column) == entry
    assert all(len(rule.cells) <= listed for rule in found[0] if isinstance(rule, Entries))


def test_a_large_table_is_covered_without_pairs_of_rows() -> None:
    """A table with many rows is covered as well."""
    table = [[(row * column) % 3 for column in range(24)] for row in range(24)]
    found = cover(table, 6)
    assert all(
        value(found, row, column) == table[row][column] for row in range(24) for column in range(24)
    )


def test_a_product_is_one_rule() -> None:
    """Where two sets decide, one box is enough."""
    table = [[int(row in (1, 3) and column in (0, 2)) for column in range(4)] for row in range(4)]
    assert cover(table, 2) == ([Box((1, 3), (0, 2), False, False, 1)], 0)


def test_a_whole_row_does_not_mention_its_columns() -> None:
    """A box over all columns says so."""
    rules, default = cover([[5, 5, 5], [0, 0, 0], [0, 0, 0]], 3)
    assert default == 0
    assert rules == [Box((0,), (0, 1, 2), False, True, 5)]


def test_scattered_entries_are_listed() -> None:
    """Entries that no box holds together make one rule."""
    table = [[int(row == column) for column in range(4)] for row in range(4)]
    assert cover(table, 6) == ([Entries(((0, 0), (1, 1), (2, 2), (3, 3)), 1)], 0)


open_tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(-1, 3), min_size=width, max_size=width), min_size=1, max_size=6
    ).filter(lambda table: any(entry >= 0 for row in table for entry in row))
)


@given(open_tables, st.integers(1, 8))
def test_free_entries_may_be_anything(table: list[list[int]], listed: int) -> None:
    """Rules give every entry that is asked for; those below 0 are not."""
    found = cover(table, listed)
    for row, entries in enumerate(table):
        for column, entry in enumerate(entries):
            assert entry < 0 or value(found, row, column) == entry


def test_free_entries_save_rules() -> None:
    """A table that is only read on its diagonal needs no look at its columns."""
    table = [[1, -1, -1], [-1, 2, -1], [-1, -1, 2]]
    rules, _ = cover(table, 3)
    assert len(rules) == 1
