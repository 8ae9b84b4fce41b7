"""Predicates as arrays match what the predicates match, in every form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import predicates, value_sets

from tprog.evaluate.match import encode, match_for, predicate_matrix
from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    KeyIn,
    Predicate,
    Table,
    predicate_table,
)

CODE = np.dtype(np.uint16)


def matches(predicate: Predicate, query: FiniteValues, key: FiniteValues) -> list[list[bool]]:
    """Return `(query values, key values)` through the arrays of `match_for`."""
    match = match_for(predicate, query, key, CODE)
    pairs = [(q, k) for q in range(len(query)) for k in range(len(key))]
    queries = np.array([[q for q, _ in pairs]], dtype=CODE)
    keys = np.array([[k for _, k in pairs]], dtype=CODE)
    holds = np.broadcast_to(match.holds(*match.codes(queries, keys)), queries.shape)
    return holds.reshape(len(query), len(key)).tolist()


def wanted(predicate: Predicate, query: FiniteValues, key: FiniteValues) -> list[list[bool]]:
    """Return the same from the predicate's table."""
    rows = predicate_table(predicate, query, key).rows
    return [[index in row for index in range(len(key))] for row in rows]


@given(query=value_sets, key=value_sets, data=st.data())
def test_arrays_match_like_tables(
    query: FiniteValues, key: FiniteValues, data: st.DataObject
) -> None:
    """Every predicate matches as its table does, as an operation on arrays and as a matrix."""
    predicate = data.draw(predicates(query, key))
    expected = wanted(predicate, query, key)
    assert matches(predicate, query, key) == expected
    assert predicate_matrix(predicate, query, key).tolist() == expected


@pytest.mark.parametrize("keys", [7, 8, 9, 16, 17, 32, 33, 64, 65, 300])
def test_sets_of_keys_of_any_size(keys: int) -> None:
    """Rows of several keys match for any number of key values: as bits, and beyond 64 as a matrix."""
    key = FiniteValues(tuple(range(keys)))
    query = FiniteValues(("p", "q", "r"))
    predicate = Table(((0, keys - 1), tuple(range(0, keys, 3)), ()))
    assert match_for(predicate, query, key, CODE).relation == ("bits" if keys <= 64 else "matrix")
    assert matches(predicate, query, key) == wanted(predicate, query, key)


def test_single_keys_are_compared() -> None:
    """Rows of at most one key need a single comparison, and an empty row matches nothing."""
    values = FiniteValues(("a", "b"))
    match = match_for(Table(((1,), ())), values, values, np.dtype(np.uint8))
    assert match.relation == "=="
    assert match.key is None
    assert matches(Table(((1,), ())), values, values) == [[False, True], [False, False]]


def test_keys_beyond_the_length_are_left_out() -> None:
    """A set of positions may name some that a short input does not have."""
    short = FiniteValues((0, 1, 2))
    assert matches(KeyIn((1, 9)), short, short) == [[False, True, False]] * 3
    assert predicate_matrix(KeyIn((9,)), short, short).any() == np.False_


def test_large_numbers_are_compared_by_rank() -> None:
    """Values of any size are compared exactly."""
    query, key = FiniteValues((10**30, -5)), FiniteValues((10**30 - 1, 10**30, 0))
    for relation in ("==", "!=", "<", "<=", ">", ">="):
        assert matches(Compare(relation), query, key) == wanted(Compare(relation), query, key)


def test_text_is_compared_by_code_point() -> None:
    """Text order is Python's, also for trailing zero characters and letters beyond the basic plane."""
    values = FiniteValues(("a", "a\0", "B", "𝔘", "\uffff", ""))
    for relation in ("==", "<", ">="):
        assert matches(Compare(relation), values, values) == wanted(
            Compare(relation), values, values
        )


def test_constants_are_a_single_column() -> None:
    """Where all codes are the same, one column stands for all inputs."""
    indices = np.zeros((4, 9), dtype=np.uint8)
    assert encode(np.array([3, 3]), indices).shape == (4, 1)
    assert encode(np.array([3, 4]), indices).shape == (4, 9)
    values = FiniteValues((0, 1))
    assert matches(Constant(True), values, values) == [[True] * 2] * 2
