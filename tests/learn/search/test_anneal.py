"""Annealing, and the changes that it tries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learn.search.cases import (
    NON_EMPTY,
    assert_equal_values,
    prepared,
    random_program,
    same_slots,
)

from tprog.ir import Program, validate
from tprog.learn.search.anneal import (
    CAUTION,
    Rates,
    anneal,
    make_undo,
    propose,
    take_back,
    write_relation,
)
from tprog.learn.search.arrays import Board, Votes
from tprog.learn.search.kernels import compute_sums
from tprog.learn.search.skeleton import Skeleton
from tprog.tasks.registry import get_task

EVERYTHING = Rates(0.5, 0.3, 0.5, 0.3, 1, 1)


def _run(
    program: Program, seed: int, temperature: float, caution: float = CAUTION
) -> tuple[Skeleton, Board, Votes, tuple[int, int, int]]:
    skeleton, board, votes = prepared(program, seed)
    undo = make_undo(skeleton.slots)
    tally = anneal(
        *(skeleton.slots, votes, board, 0, len(board.weight), undo, EVERYTHING),
        *(60, temperature, seed, caution),
    )
    return skeleton, board, votes, tally


@given(NON_EMPTY, st.integers(0, 99), st.sampled_from([0.0, 0.5]))
def test_the_board_stays_true_to_the_program(
    program: Program, seed: int, temperature: float
) -> None:
    """After annealing, all values, sums and losses are those of the changed Program computed anew."""
    skeleton, board, votes, _ = _run(program, seed, temperature)
    assert_equal_values(skeleton.to_program(), skeleton, board)
    sums, loss = board.sums.copy(), board.loss.copy()
    compute_sums(board, votes, 0, len(board.weight))
    scored = board.scored.reshape(loss.shape) > 0
    labels = len(skeleton.labels)
    assert np.allclose(sums[scored][:, :labels], board.sums[scored][:, :labels], atol=1e-3)
    assert np.allclose(loss[scored], board.loss[scored], atol=1e-2)


@given(NON_EMPTY, st.integers(0, 99))
def test_without_temperature_the_loss_never_rises(program: Program, seed: int) -> None:
    """At temperature 0 only gains are kept."""
    start = prepared(program, seed)[1].loss.sum()
    assert _run(program, seed, 0.0)[1].loss.sum() <= start + 1e-2 * max(1.0, abs(start))


@given(NON_EMPTY, st.integers(0, 99))
def test_equal_seeds_give_equal_results(program: Program, seed: int) -> None:
    """Annealing is deterministic."""
    one, _, _, tally = _run(program, seed, 0.1)
    two, _, _, again = _run(program, seed, 0.1)
    assert tally == again
    assert same_slots(one.slots, two.slots)


def test_giving_up_early_saves_blocks() -> None:
    """Fewer blocks are evaluated where hopeless changes are given up, and the caution to do so can be raised."""
    program = random_program(get_task("sort:vocabulary=6,length=6"), 1, (2, 2, 1, 1), 0)
    (*_, hasty), (*_, careful) = (_run(program, 1, 0.0, caution)[3] for caution in (1.0, 1e9))
    assert hasty < careful


@given(NON_EMPTY)
def test_a_proposal_can_be_taken_back(program: Program) -> None:
    """A proposal changes what it says it touches, stays a valid Program, and leaves no trace once taken back."""
    skeleton, board, _ = prepared(program, 0)
    slots = skeleton.slots
    undo, before = make_undo(slots), slots.copied()
    for _ in range(10):
        touched = np.zeros(len(slots.modules), np.uint8)
        first = propose(slots, board, undo, EVERYTHING, touched)
        same = same_slots(slots, before)
        # A head that is drawn anew may be the one that was there.
        assert same or first >= 0
        assert touched.sum() == (first >= 0)
        assert not validate(skeleton.to_program())
        take_back(slots, undo)
        assert same_slots(slots, before)


@pytest.mark.parametrize(
    ("relation", "shift", "expected"),
    [
        (0, 0, [{0}, {1}, {2}, {3}]),
        (0, 2, [{2}, {3}, {3}, {3}]),
        (1, 3, [{3}, {2}, {1}, {0}]),
        (2, 0, [set(), {0}, {0, 1}, {0, 1, 2}]),
        (3, 0, [{0}, {0, 1}, {0, 1, 2}, {0, 1, 2, 3}]),
        (4, 0, [{1, 2, 3}, {2, 3}, {3}, set()]),
        (5, 0, [{0, 1, 2, 3}, {1, 2, 3}, {2, 3}, {3}]),
        (6, 0, [{0, 1, 2, 3}] * 4),
        (7, 0, [set()] * 4),
        (8, 0, [{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}]),
    ],
)
def test_relations_write_their_masks(relation: int, shift: int, expected: list[set[int]]) -> None:
    """Each relation selects the keys that it names."""
    masks = np.zeros((1, 4), np.uint8)
    write_relation(masks, 0, relation, shift)
    found = [{key for key in range(4) if int(mask) >> key & 1} for mask in masks[0]]
    assert found == expected


@given(st.integers(0, 3))
def test_one_key_for_each_query_stays_one(relation: int) -> None:
    """Where sets are not allowed, no proposal gives a query several keys or none."""
    masks = np.zeros((1, 8), np.uint8)
    write_relation(masks, 0, min(relation, 1), relation)
    assert all(bin(int(mask)).count("1") == 1 for mask in masks[0])
