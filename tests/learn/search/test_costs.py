"""Tests of tables of costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learn.search.cases import searchable, whole_domain
from learn.search.test_kernels import random_votes

from tprog.ir import Program
from tprog.learn.search.arrays import (
    CAUSAL,
    FIRST,
    KIND,
    NUM_HEAD,
    SCORE,
    TIE,
    WRITES,
    Board,
    Votes,
)
from tprog.learn.search.costs import attended, costs_of, matches
from tprog.learn.search.examples import make_board
from tprog.learn.search.kernels import compute_sums, compute_values
from tprog.learn.search.skeleton import Skeleton

NON_EMPTY = searchable().filter(lambda program: bool(program.operations))


def prepared(program: Program, seed: int) -> tuple[Skeleton, Board, Votes]:
    """Return a skeleton, a board of the whole domain that is up to date, and random votes."""
    skeleton = Skeleton.from_program(program)
    board = make_board(skeleton, whole_domain(program, seed), lanes=64)
    votes = random_votes(skeleton, seed)
    compute_values(skeleton.slots, board)
    compute_sums(board, votes, 0, len(board.weight))
    return skeleton, board, votes


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
