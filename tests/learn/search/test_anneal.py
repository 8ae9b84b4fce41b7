"""Tests of annealing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from learn.search.cases import same_slots, searchable, whole_domain
from learn.search.test_kernels import assert_equal_values, random_votes

from tprog.ir import Program
from tprog.learn.build import NetworkSizes
from tprog.learn.search.anneal import Tally, anneal
from tprog.learn.search.arrays import Board, Votes
from tprog.learn.search.examples import make_board
from tprog.learn.search.kernels import compute_sums, compute_values
from tprog.learn.search.moves import Rates
from tprog.learn.search.random_program import random_program
from tprog.learn.search.skeleton import Skeleton
from tprog.tasks import get_task

EVERYTHING = Rates(0.5, 0.3, 0.5, 0.3, 1, 1)
NON_EMPTY = searchable().filter(lambda program: bool(program.operations))


def _run(
    program: Program, seed: int, temperature: float, caution: float = 4.0
) -> tuple[Skeleton, Board, Votes, Tally]:
    skeleton = Skeleton.from_program(program)
    board = make_board(skeleton, whole_domain(program, seed), lanes=64)
    votes = random_votes(skeleton, seed)
    compute_values(skeleton.slots, board)
    compute_sums(board, votes, 0, len(board.weight))
    blocks = (0, len(board.weight))
    tally = anneal(
        skeleton.slots,
        votes,
        board,
        blocks,
        EVERYTHING,
        proposals=60,
        temperature=temperature,
        seed=seed,
        caution=caution,
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
    _, before, _, _ = _run(program, seed, 0.0)
    fresh = Skeleton.from_program(program)
    board = make_board(fresh, whole_domain(program, seed), lanes=64)
    compute_values(fresh.slots, board)
    start, _ = compute_sums(board, random_votes(fresh, seed), 0, len(board.weight))
    assert before.loss.sum() <= start + 1e-2 * max(1.0, abs(start))


@given(NON_EMPTY, st.integers(0, 99))
def test_equal_seeds_give_equal_results(program: Program, seed: int) -> None:
    """Annealing is deterministic."""
    one, _, _, tally = _run(program, seed, 0.1)
    two, _, _, again = _run(program, seed, 0.1)
    assert tally == again
    assert same_slots(one.slots, two.slots)


def test_giving_up_early_saves_blocks() -> None:
    """Fewer blocks are evaluated where hopeless changes are given up, and the caution to do so can be raised."""
    program = random_program(get_task("sort:vocabulary=6,length=6"), NetworkSizes(layers=1), 0)
    hasty, careful = (_run(program, 1, 0.0, caution)[3] for caution in (1.0, 1e9))
    assert hasty.blocks < careful.blocks
