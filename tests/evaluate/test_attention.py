"""Predicates on arrays match what they say, and attention attends where a search over positions does."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import predicates, value_sets

from tprog.evaluate.attention import (
    Array,
    Match,
    attend,
    attend_ranked,
    attend_scored,
    count,
    falling_offsets,
    match_for,
    nearest_offsets,
    predicate_matrix,
    select,
    shifted,
)
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
    same = Match("==", np.array([3, 3]), np.array([3, 4]))
    assert [codes.shape for codes in same.codes(indices, indices)] == [(4, 1), (4, 9)]
    values = FiniteValues((0, 1))
    assert matches(Constant(True), values, values) == [[True] * 2] * 2


VALUES = FiniteValues(tuple(range(4)))
TABLES = st.lists(
    st.sets(st.integers(0, 3)).map(lambda keys: tuple(sorted(keys))), min_size=4, max_size=4
).map(lambda rows: Table(tuple(rows)))
Choose = Callable[[int, Sequence[int]], int]


@st.composite
def columns(draw: st.DrawFn, length: int, inputs: int, top: int = 3) -> Array:
    """Draw an array of values, or a single column that stands for all inputs."""
    width = draw(st.sampled_from([1, inputs]))
    kind = draw(st.sampled_from([np.uint8, np.uint16]))
    row = st.lists(st.integers(0, top), min_size=width, max_size=width)
    return np.array(draw(st.lists(row, min_size=length, max_size=length)), dtype=kind)


def expected(
    table: Table, query: Array, key: Array, value: Array, causal: bool, choose: Choose
) -> list[list[int]]:
    """Attend by a search over positions."""
    width = max(query.shape[1], key.shape[1], value.shape[1])
    queries, keys, values = (
        np.broadcast_to(found, (len(query), width)).tolist() for found in (query, key, value)
    )
    out = [[0] * width for _ in queries]
    for column in range(width):
        for i in range(len(queries)):
            matches = [
                j
                for j in range(i + 1 if causal else len(queries))
                if keys[j][column] in table.rows[queries[i][column]]
            ]
            attended = choose(i, matches) if matches else 0
            out[i][column] = values[attended][column]
    return out


def nearest(i: int, matches: Sequence[int]) -> int:
    """Return the nearest other match, a tie going left, or the own position."""
    others = [j for j in matches if j != i]
    return min(others, key=lambda j: (abs(i - j), j)) if others else i


def ranked(i: int, matches: Sequence[int]) -> int:
    """Return the nearest match, the own position standing at the number of matches."""
    return min(matches, key=lambda j: (len(matches) if i == j else abs(i - j), j))


@given(table=TABLES, length=st.integers(1, 7), causal=st.booleans(), data=st.data())
def test_each_rule_attends_as_a_search_does(
    table: Table, length: int, causal: bool, data: st.DataObject
) -> None:
    """Nearest, first and ranked attention agree with a search, whatever is the same for all inputs."""
    query, key, value = (data.draw(columns(length, 5)) for _ in range(3))
    match = match_for(table, VALUES, VALUES, np.dtype(np.uint8))
    last = attend(match, [0, *nearest_offsets(length, causal)], query, key, value)
    first = attend(match, falling_offsets(length, causal), query, key, value)
    own = attend_ranked(match, causal, query, key, value)
    assert last.tolist() == expected(table, query, key, value, causal, nearest)
    assert first.tolist() == expected(table, query, key, value, causal, lambda _, found: found[0])
    assert own.tolist() == expected(table, query, key, value, causal, ranked)
    assert last.dtype == first.dtype == own.dtype == value.dtype


@given(table=TABLES, length=st.integers(1, 6), causal=st.booleans(), data=st.data())
def test_scores_attend_as_a_search_does(
    table: Table, length: int, causal: bool, data: st.DataObject
) -> None:
    """The highest score among the matches is attended, a tie going to the first."""
    row = st.lists(st.integers(0, 2), min_size=4, max_size=4)
    scores = np.array(data.draw(st.lists(row, min_size=4, max_size=4)), dtype=np.int32)
    matrix = predicate_matrix(table, VALUES, VALUES)
    query, key = (data.draw(columns(length, 5)) for _ in range(2))
    positions = np.arange(length, dtype=np.uint8)[:, None]
    found = attend_scored(np.where(matrix, scores, -1), causal, query, key, positions)
    width = found.shape[1]
    queries, keys = (np.broadcast_to(array, (length, width)).tolist() for array in (query, key))
    for column in range(width):
        for i in range(length):
            allowed = [
                j
                for j in range(i + 1 if causal else length)
                if matrix[queries[i][column], keys[j][column]]
            ]
            best = max(
                allowed,
                key=lambda j: (int(scores[queries[i][column], keys[j][column]]), -j),
                default=0,
            )
            assert found[i, column] == best


@given(table=TABLES, length=st.integers(1, 6), causal=st.booleans(), data=st.data())
def test_counts_add_up(table: Table, length: int, causal: bool, data: st.DataObject) -> None:
    """A count is the sum over all matches, whatever is the same for all inputs."""
    query, key = (data.draw(columns(length, 4)) for _ in range(2))
    value = data.draw(columns(length, 4, top=200))
    match = match_for(table, VALUES, VALUES, np.dtype(np.uint8))
    found = count(match, causal, np.uint16, query, key, value)
    width = found.shape[1]
    queries, keys, values = (
        np.broadcast_to(array, (length, width)).tolist() for array in (query, key, value)
    )
    for column in range(width):
        for i in range(length):
            assert found[i, column] == sum(
                values[j][column]
                for j in range(i + 1 if causal else length)
                if keys[j][column] in table.rows[queries[i][column]]
            )


@pytest.mark.parametrize("length", [1, 2, 5])
def test_offsets_cover_every_pair_once(length: int) -> None:
    """The offsets lead from every query position to every key position, exactly once."""
    for causal in (False, True):
        wanted = {(i, j) for i in range(length) for j in range(length) if j <= i or not causal}
        for offsets in (falling_offsets(length, causal), [0, *nearest_offsets(length, causal)]):
            pairs = [
                (i, j)
                for offset in offsets
                for i, j in zip(
                    *(range(length)[part] for part in shifted(length, offset)), strict=True
                )
            ]
            assert len(pairs) == len(wanted)
            assert set(pairs) == wanted


def test_long_sequences_do_not_wrap() -> None:
    """Ranks and counts beyond 255 positions stay exact."""
    length = 300
    everything = match_for(Table(((0,),)), FiniteValues((0,)), FiniteValues((0,)), np.dtype("u1"))
    same = np.zeros((length, 1), dtype=np.uint8)
    positions = np.arange(length, dtype=np.uint16)[:, None]
    # All match: with 300 matches the own position is last, so the left neighbour is attended.
    found = attend_ranked(everything, False, same, same, positions)
    assert found[:, 0].tolist() == [1, *range(299)]
    ones = np.ones((length, 1), dtype=np.uint8)
    assert (count(everything, False, np.uint16, same, same, ones) == 300).all()


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32])
def test_select_writes_where_it_holds(kind: type) -> None:
    """Values are written where the mask holds and kept elsewhere, for every unsigned type."""
    top = np.iinfo(kind).max
    out: Array = np.array([[1, top, 0, 7]], dtype=kind)
    where = np.array([[True, True, False, False]])
    select(out, where, np.array([[top, 0, top, 5]], dtype=kind))
    assert out.tolist() == [[top, 0, 0, 7]]
