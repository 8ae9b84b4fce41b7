"""Tests of comparisons that give most rows."""

from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen.symbolic import LIVE_ROWS, mostly
from tprog.ir import Compare, FiniteValues, predicate_table
from tprog.ir.predicate import Relation

NUMBERS = FiniteValues(tuple(range(7)))
WORDS = FiniteValues(("<s>", "a", "b", "c"))
RELATIONS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


@given(RELATIONS, st.sampled_from([1, -1]), st.integers(-2, 6), st.integers(0, 6))
def test_a_comparison_with_one_exception_is_found(
    relation: Relation, scale: Literal[1, -1], offset: int, odd: int
) -> None:
    """The comparison that is found agrees with the table but where it says so, and has no more exceptions."""
    rows = list(predicate_table(Compare(relation, scale, offset), NUMBERS, NUMBERS).rows)
    rows[odd] = (0, 2, 5)
    found = mostly(rows, NUMBERS, NUMBERS)
    live = {row for number, row in enumerate(rows) if number != odd}
    if len(live) < LIVE_ROWS:
        return
    assert found is not None
    compare, exceptions = found
    expected = predicate_table(compare, NUMBERS, NUMBERS).rows
    assert exceptions == tuple(n for n in range(7) if rows[n] != expected[n])
    assert len(exceptions) <= 1


@given(st.lists(st.sets(st.integers(0, 6)), min_size=7, max_size=7))
def test_exceptions_are_all_that_differs(rows: list[set[int]]) -> None:
    """Whatever is found holds for every query value that is no exception."""
    table = [tuple(sorted(row)) for row in rows]
    found = mostly(table, NUMBERS, NUMBERS)
    if found is not None:
        expected = predicate_table(found[0], NUMBERS, NUMBERS).rows
        kept = {table[n] for n in range(7) if n not in found[1]}
        assert len(kept) >= LIVE_ROWS
        assert all((table[n] == expected[n]) == (n not in found[1]) for n in range(7))


def test_words_are_compared_by_their_text() -> None:
    """A token that matches itself, but for the frame, is an equality with an exception."""
    assert mostly([(), (1,), (2,), (3,)], WORDS, WORDS) == (Compare("=="), (0,))
    assert mostly([(1, 2, 3), (), (1,), (1, 2)], WORDS, NUMBERS) is None
