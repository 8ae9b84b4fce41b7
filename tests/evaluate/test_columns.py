"""Attention on arrays attends where a plain search over positions does."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.evaluate.columns import (
    Array,
    attend,
    attend_ranked,
    attend_scored,
    count,
    falling_offsets,
    nearest_offsets,
    select,
    shifted,
)
from tprog.evaluate.match import match_for, predicate_matrix
from tprog.ir import FiniteValues, Table

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
    last = attend(match, query, key, value, [0, *nearest_offsets(length, causal)])
    first = attend(match, query, key, value, falling_offsets(length, causal))
    own = attend_ranked(match, query, key, value, causal)
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
    found = attend_scored(np.where(matrix, scores, -1), query, key, positions, causal)
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
    found = count(match, query, key, value, causal, np.uint16)
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
    found = attend_ranked(everything, same, same, positions, causal=False)
    assert found[:, 0].tolist() == [1, *range(299)]
    ones = np.ones((length, 1), dtype=np.uint8)
    assert (count(everything, same, same, ones, False, np.uint16) == 300).all()


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32])
def test_select_writes_where_it_holds(kind: type) -> None:
    """Values are written where the mask holds and kept elsewhere, for every unsigned type."""
    top = np.iinfo(kind).max
    out: Array = np.array([[1, top, 0, 7]], dtype=kind)
    where = np.array([[True, True, False, False]])
    select(out, where, np.array([[top, 0, top, 5]], dtype=kind))
    assert out.tolist() == [[top, 0, 0, 7]]
