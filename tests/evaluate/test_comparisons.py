"""Comparisons are fitted to predicates, exactly or but for a few rows."""

from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.evaluate.comparisons import LEAST_ROWS, best_comparison, exact_comparison
from tprog.ir import (
    CategoricalHead,
    Compare,
    FiniteValues,
    NumericalHead,
    Program,
    Relation,
    Table,
    predicate_table,
)

NUMBERS = FiniteValues(tuple(range(7)))
WORDS = FiniteValues(("<s>", "a", "b", "c"))
LETTERS = FiniteValues(("c", "a", "b"))
RELATIONS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


@given(RELATIONS, st.sampled_from([1, -1]), st.integers(-2, 6), st.integers(0, 6))
def test_a_comparison_with_one_exception_is_found(
    relation: Relation, scale: Literal[1, -1], offset: int, odd: int
) -> None:
    """The comparison that is found agrees with the table but where it says so, and has no more exceptions."""
    rows = list(predicate_table(Compare(relation, scale, offset), NUMBERS, NUMBERS).rows)
    rows[odd] = (0, 2, 5)
    found = best_comparison(rows, NUMBERS, NUMBERS)
    live = {row for number, row in enumerate(rows) if number != odd}
    if len(live) < LEAST_ROWS:
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
    found = best_comparison(table, NUMBERS, NUMBERS)
    if found is not None:
        expected = predicate_table(found[0], NUMBERS, NUMBERS).rows
        kept = {table[n] for n in range(7) if n not in found[1]}
        assert len(kept) >= LEAST_ROWS
        assert all((table[n] == expected[n]) == (n not in found[1]) for n in range(7))


def test_words_are_compared_by_their_text() -> None:
    """A token that matches itself, but for the frame, is an equality with an exception."""
    assert best_comparison([(), (1,), (2,), (3,)], WORDS, WORDS) == (Compare("=="), (0,))
    assert best_comparison([(1, 2, 3), (), (1,), (1, 2)], WORDS, NUMBERS) is None


@given(
    RELATIONS,
    st.sampled_from([1, -1]),
    st.integers(-4, 8),
    st.integers(1, 7),
    st.integers(1, 7),
)
def test_a_symbolic_form_equals_the_table_that_it_was_found_for(
    relation: Relation, scale: int, offset: int, queries: int, keys: int
) -> None:
    """Whatever comparison is found, its table is the very table; with rows that tell keys apart, one is found."""
    query, key = FiniteValues(tuple(range(queries))), FiniteValues(tuple(range(keys)))
    wanted = Compare(relation, 1 if scale == 1 else -1, offset)
    table = predicate_table(wanted, query, key)
    found = exact_comparison(table.rows, query, key)
    if found is not None:
        assert predicate_table(found, query, key) == table
    elif sum(map(bool, table.rows)) >= 3:
        assert all(len(row) in (0, keys) for row in table.rows)


def test_one_or_two_matching_rows_are_no_comparison() -> None:
    """A form that only two rows speak for is not claimed."""
    rows = ((1,), (2,), (), (), (), (), ())
    assert exact_comparison(rows, NUMBERS, NUMBERS) is None
    assert exact_comparison(((1,), (2,), (3,), (4,), (5,), (6,), ()), NUMBERS, NUMBERS) == Compare(
        "==", 1, 1
    )


def test_tables_over_a_large_vocabulary_are_left_as_they_are() -> None:
    """Nobody waits for a comparison to be found among a million entries."""
    many = FiniteValues(tuple(range(1000)))
    assert exact_comparison(tuple((index,) for index in range(1000)), many, many) is None
    few = FiniteValues(tuple(range(300)))
    assert exact_comparison(tuple((index,) for index in range(300)), few, few) == Compare("==")


def test_texts_compare_by_code_point_and_never_with_a_shift() -> None:
    """`a < b < c` whatever their order in the value set."""
    rows = tuple(
        tuple(i for i, key in enumerate(LETTERS.values) if str(key) <= str(query))
        for query in LETTERS.values
    )
    assert exact_comparison(rows, LETTERS, LETTERS) == Compare("<=")


@given(programs(None))
def test_symbolic_forms_of_random_tables_are_exact(program: Program) -> None:
    """No table of a random Program is given a comparison that differs from it anywhere."""
    for operation in program.operations:
        if not isinstance(operation, CategoricalHead | NumericalHead):
            continue
        query, key = program.values[operation.query], program.values[operation.key]
        if isinstance(operation.predicate, Table):
            assert isinstance(query, FiniteValues)
            assert isinstance(key, FiniteValues)
            found = exact_comparison(operation.predicate.rows, query, key)
            assert found is None or predicate_table(found, query, key) == operation.predicate
