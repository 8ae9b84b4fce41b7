"""Rating modules by tables of costs, and replacing them by what is rated best."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from learn.search.cases import NON_EMPTY, assert_equal_values, prepared, same_slots

from tprog.ir import Program, validate
from tprog.learn.search.anneal import change_of
from tprog.learn.search.arrays import (
    ARITY,
    CAT_LIMIT,
    CAUSAL,
    COLUMNS,
    FIRST,
    KIND,
    NUM_HEAD,
    SCORE,
    TIE,
    WRITES,
    Bytes,
    Floats,
    Ints,
)
from tprog.learn.search.kernels import compute_sums, compute_values
from tprog.learn.search.ratings import (
    Places,
    attended,
    best_rows,
    costs_of,
    improve_sets,
    matches,
    rate_lookups,
)
from tprog.learn.search.rederive import Rederiver

costs = arrays(np.float32, (12, 3), elements=st.integers(-8, 8).map(float))
columns = arrays(np.int32, (2, 12), elements=st.integers(0, 2))


@given(NON_EMPTY, st.integers(0, 99))
def test_a_cost_is_the_change_of_the_loss(program: Program, seed: int) -> None:
    """Writing a value at one position by hand changes the summed loss by the cost in the table."""
    skeleton, board, votes = prepared(program, seed)
    slots = skeleton.slots
    random = np.random.default_rng(seed)
    module = int(random.integers(len(slots.modules)))
    blocks = len(board.weight)
    places = costs_of(slots, votes, board, (0, blocks), module, skeleton.values)
    chosen = int(random.integers(len(places.block)))
    value = int(random.integers(skeleton.values))
    at = (places.block[chosen], slots.modules[module, WRITES], places.position[chosen])
    before = float(board.loss.sum())
    values = board.num if slots.modules[module, KIND] == NUM_HEAD else board.cat
    values[(*at, places.lane[chosen])] = value
    # What comes after the module is computed anew, the module itself is not.
    rest = slots._replace(modules=slots.modules[module + 1 :], masks=slots.masks[module + 1 :])
    compute_values(rest, board)
    compute_sums(board, votes, 0, blocks)
    change = float(board.loss.sum()) - before
    assert places.cost[chosen, value] == pytest.approx(change, abs=1e-2, rel=1e-3)


@given(NON_EMPTY, st.integers(0, 99))
def test_places_hold_their_variables(program: Program, seed: int) -> None:
    """Every position of every sequence is a place, with the values of all variables there."""
    skeleton, board, votes = prepared(program, seed)
    places = costs_of(skeleton.slots, votes, board, (0, 1), 0, 1)
    assert len(places.block) == board.valid[0].sum()
    for number in range(len(skeleton.cat)):
        found = board.cat[places.block, number, places.position, places.lane]
        assert np.array_equal(places.cat[number], found)


@given(NON_EMPTY, st.integers(0, 99))
def test_what_a_head_would_see_is_what_it_sees(program: Program, seed: int) -> None:
    """For a key variable, the attended position and the number of matches of each key value are found by looking."""
    skeleton, board, votes = prepared(program, seed)
    slots = skeleton.slots
    places = costs_of(slots, votes, board, (0, 1), 0, 1)
    reached = np.zeros((len(places.block), skeleton.values), np.uint8)
    counts = reached.copy()
    attended(slots, board, places, 0, 0, reached)
    matches(slots, board, places, 0, 0, counts)
    for place in range(0, len(places.block), 7):
        lane, here = places.lane[place], int(places.position[place])
        causal = bool(slots.modules[0, CAUSAL])
        keys = board.cat[0, 0, :, lane]
        for value in range(skeleton.values):
            seen = [
                other
                for other in range(board.valid.shape[1])
                if board.valid[0, other, lane]
                and keys[other] == value
                and not (causal and other > here)
            ]
            assert counts[place, value] == len(seen)
            assert reached[place, value] == _preferred(seen, here, int(slots.modules[0, TIE]))


def _preferred(seen: list[int], here: int, tie: int) -> int:
    """The first (of equal scores too), or the nearest with the own position last and ties to the left; 0 where nothing is seen."""
    if tie in (FIRST, SCORE):
        return min(seen, default=0)
    return min(seen, key=lambda other: (other == here, abs(other - here), other), default=0)


def _places(cost: Floats, cat: Bytes) -> Places:
    nothing = np.zeros(len(cost), np.int32)
    return Places(cost, cat, np.zeros((0, len(cost)), np.int32), nothing, nothing, nothing)


@given(costs, columns)
def test_no_table_is_better_than_the_rating(cost: Floats, columns: Ints) -> None:
    """A look-up's rating is the least sum of costs that any table over its arguments has."""
    ratings = np.zeros((2, 2), np.float32)
    rate_lookups(columns, np.full(2, 3, np.int32), cost, ratings)
    best = 0.0
    for one, two in product(range(3), repeat=2):
        here = (columns[0] == one) & (columns[1] == two)
        best += min(cost[here].sum(axis=0)) if here.any() else 0.0
    assert ratings[0, 1] == pytest.approx(best)


@given(arrays(np.float32, (12, 3), elements=st.integers(-8, 8).map(float)), columns)
def test_no_predicate_is_better_than_the_rating(scores: Floats, columns: Ints) -> None:
    """A head's rating is the least sum of scores over all ways to want one key for each query."""
    places = _places(scores, columns.astype(np.uint8))
    found = best_rows(places, 0, scores, np.zeros((3, 3), np.float32))
    sums = [
        sum(float(scores[place, wanted[columns[0, place]]]) for place in range(12))
        for wanted in product(range(3), repeat=3)
    ]
    assert found == pytest.approx(min(sums))


@given(
    arrays(np.float32, (12, 5), elements=st.integers(-8, 8).map(float)),
    columns,
    arrays(np.uint8, (12, 3), elements=st.integers(0, 2)),
    st.integers(0, 7),
)
def test_changing_sets_of_keys_only_gains(
    cost: Floats, columns: Ints, counts: Bytes, mask: int
) -> None:
    """Adding and dropping keys never costs, and the result is the cost of the predicate that is left."""
    places = _places(cost, columns.astype(np.uint8))
    masks = np.full((1, 3), mask, np.uint8)

    def total() -> float:
        wanted = (masks[0][columns[0], None] >> np.arange(3)) & 1
        reached = np.minimum((counts * wanted).sum(axis=1), 4)
        return float(cost[np.arange(12), reached].sum())

    before = total()
    after = improve_sets(places, 0, counts, masks, 0.5)
    assert after == pytest.approx(total())
    assert after <= before


@given(NON_EMPTY, st.integers(0, 99), st.booleans())
def test_a_replacement_is_a_gain_and_leaves_the_board_true(
    program: Program, seed: int, sets: bool
) -> None:
    """Without temperature the loss falls by what is returned, the Program stays valid and the board is that of it."""
    skeleton, board, votes = prepared(program, seed)
    slots, blocks = skeleton.slots, len(board.weight)
    rederiver = Rederiver(slots, board, (0, blocks), sets=sets, causal=sets)
    random = np.random.default_rng(seed)
    before, kept = float(board.loss.sum()), slots.copied()
    module = int(random.integers(len(slots.modules)))
    change = rederiver.replace(votes, module, 0.0, random)
    assert same_slots(slots, kept) == (change is None)
    assert not validate(skeleton.to_program())
    assert_equal_values(skeleton.to_program(), skeleton, board)
    total, _ = compute_sums(board, votes, 0, blocks)
    expected = (change or 0.0) * float(board.weight.sum())
    assert expected <= 0
    assert total - before == pytest.approx(expected, abs=1e-2, rel=1e-2)


@given(NON_EMPTY, st.integers(0, 99))
def test_the_last_modules_candidates_are_worth_their_rating(program: Program, seed: int) -> None:
    """For a module that nothing reads, a candidate changes the loss by exactly its rating."""
    skeleton, board, votes = prepared(program, seed)
    slots, blocks = skeleton.slots, len(board.weight)
    rederiver = Rederiver(slots, board, (0, blocks), sample=blocks)
    module = len(slots.modules) - 1
    touched = np.zeros(len(slots.modules), np.uint8)
    touched[module] = 1
    for candidate in rederiver.candidates(votes, module, np.random.default_rng(seed)):
        rederiver.write(module, candidate)
        change, _, _ = change_of(slots, votes, board, 0, blocks, touched, module, 1e9, 1e9)
        assert change == pytest.approx(candidate.rating, abs=2e-2, rel=1e-2)


@given(NON_EMPTY, st.integers(0, 99))
def test_candidates_read_what_their_layer_may_read(program: Program, seed: int) -> None:
    """No candidate reads a variable beyond the module's limit, or more of them than the module does."""
    skeleton, board, votes = prepared(program, seed)
    slots = skeleton.slots
    assert slots.modules.shape[1] == COLUMNS
    rederiver = Rederiver(slots, board, (0, 1))
    for module in range(len(slots.modules)):
        for candidate in rederiver.candidates(votes, module, np.random.default_rng(seed)):
            assert len(candidate.reads) == slots.modules[module, ARITY]
            most = max(slots.modules[module, CAT_LIMIT], len(skeleton.num))
            assert all(0 <= read < most for read in candidate.reads)
