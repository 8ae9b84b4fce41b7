"""Tests of the kernels, against plain Python."""

import numpy as np
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from tprog.learn.compose.kernels import attended, combine, cost_of, count_keys, only, rate_events


@st.composite
def rows(draw: st.DrawFn, values: int = 4, places: int = 5) -> list[int]:
    """A sequence of small numbers."""
    return draw(st.lists(st.integers(0, values - 1), min_size=1, max_size=places))


MASKS = st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=4, max_size=4)


@given(rows(), MASKS, st.booleans())
def test_counts_are_the_numbers_of_wanted_keys(
    row: list[int], mask: list[list[bool]], causal: bool
) -> None:
    """Every position counts the keys that its value wants, up to itself where the predicate is causal."""
    variables = np.zeros((1, 1, 6), np.uint8)
    variables[0, 0, : len(row)] = row
    found = np.zeros((1, 1, 6), np.uint8)
    zeros = np.zeros(1, np.int64)
    masks = np.array([mask], np.uint8)
    count_keys(variables, zeros, masks, np.array([causal]), zeros, np.array([len(row)]), found)
    for query, value in enumerate(row):
        keys = row[: query + 1] if causal else row
        assert found[0, 0, query] == sum(mask[value][key] for key in keys)
    assert not found[0, 0, len(row) :].any()


@given(rows(), rows(), MASKS, st.booleans(), st.data())
def test_the_nearest_other_match_is_attended(
    queries: list[int], values: list[int], mask: list[list[bool]], causal: bool, data: st.DataObject
) -> None:
    """Nearest first, a tie to the left, the own position last, and position 0 where nothing matches."""
    length = min(len(queries), len(values))
    keys = data.draw(st.lists(st.integers(0, 3), min_size=length, max_size=length))
    found = np.zeros(length, np.uint8)
    attended(
        np.array(queries, np.uint8),
        np.array(keys, np.uint8),
        np.array(mask, np.uint8),
        np.array(values, np.uint8),
        length,
        causal,
        found,
    )
    for query in range(length):
        matching = [
            key for key in range(query + 1 if causal else length) if mask[queries[query]][keys[key]]
        ]
        order = sorted(matching, key=lambda key: (key == query, abs(key - query), key))
        assert found[query] == values[order[0] if order else 0]


def test_a_cell_costs_its_name_and_its_surprise() -> None:
    """A cell of one label costs the label's name alone; a mixed one also what its labels cost in nats."""
    assert cost_of(np.zeros((3, 2), np.int32)) == 0
    assert np.isclose(cost_of(np.array([[5, 0]], np.int32)), np.log(3))
    assert np.isclose(cost_of(np.array([[2, 2]], np.int32)), np.log(3) + 4 * np.log(2))


def test_tables_of_two_variables_are_looked_up() -> None:
    """Values beyond the table count as its greatest."""
    variables = np.array([[[0, 1, 9]], [[1, 0, 1]]], np.uint8)
    tables = np.array([[[10, 11], [12, 13]]], np.uint8)
    found = np.zeros((1, 1, 3), np.uint8)
    combine(variables, np.array([0]), np.array([1]), tables, np.array([0]), found)
    assert found.tolist() == [[[11, 12, 13]]]


def test_an_event_is_one_label_alone_often_enough() -> None:
    """Another label, or too few sightings, and it is none."""
    assert only(np.array([3, 0]), 0, 3) == 1
    assert only(np.array([2, 0]), 0, 3) == 0
    assert only(np.array([3, 1]), 0, 3) == 0


@settings(max_examples=scaled(20))
@given(st.integers(0, 2**32 - 1))
def test_events_that_decide_cost_nothing_but_names(seed: int) -> None:
    """Where label 1 holds from the first token 2 on, that token as an event tells every label."""
    random = np.random.default_rng(seed)
    tokens = random.integers(0, 3, (40, 6)).astype(np.uint8)
    truth = (np.cumsum(tokens == 2, axis=1) > 0).astype(np.int16)
    lengths = np.full(40, 6)
    ratings = np.zeros((1, 2))
    zero, none = np.array([0]), np.array([-1])
    rate_events(tokens[None], zero, none, tokens, 3, lengths, truth, 2, 4, 3, ratings)
    # At most: three undecided values and three decided ones, one name each.
    assert ratings[0, 1] <= 6 * np.log(3) + 1e-9
    assert ratings[0, 0] > ratings[0, 1]
