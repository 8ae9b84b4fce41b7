"""Tests of the kernels against the evaluator."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learn.search.cases import searchable, whole_domain

from tprog.evaluate import all_inputs, evaluate
from tprog.ir import Program
from tprog.learn.search.arrays import Board, Votes
from tprog.learn.search.examples import make_board
from tprog.learn.search.kernels import compute_sums, compute_values
from tprog.learn.search.refit import empty_votes
from tprog.learn.search.skeleton import Skeleton


@given(searchable())
def test_variables_are_those_of_the_evaluator(program: Program) -> None:
    """On every input of the domain each variable has the value that the evaluator gives it."""
    skeleton = Skeleton.from_program(program)
    examples = whole_domain(program)
    board = make_board(skeleton, examples, lanes=64)
    compute_values(skeleton.slots, board)
    assert_equal_values(program, skeleton, board)


def assert_equal_values(program: Program, skeleton: Skeleton, board: Board) -> None:
    """Compare a board of the whole domain with the evaluator."""
    row = 0
    for batch in all_inputs(program.domain):
        values = evaluate(program, batch).values
        rows = np.arange(row, row + len(batch))
        row += len(batch)
        length = batch.indices.shape[1]
        for variables, found in ((skeleton.cat, board.cat), (skeleton.num, board.num)):
            for number, variable in enumerate(variables):
                ours = found[rows // 64, number, :length, rows % 64]
                assert np.array_equal(ours, values[variable]), program.names[variable]


@given(searchable(), st.integers(0, 99))
def test_losses_are_cross_entropies(program: Program, seed: int) -> None:
    """The summed loss is the cross-entropy of the softmax, and the first of the largest sums is the prediction."""
    skeleton = Skeleton.from_program(program)
    board = make_board(skeleton, whole_domain(program, seed), lanes=64)
    compute_values(skeleton.slots, board)
    votes = random_votes(skeleton, seed)
    loss, right = compute_sums(board, votes, 0, len(board.weight))
    expected, hits = 0.0, 0
    labels = len(skeleton.labels)
    for block, position, lane in zip(*np.nonzero(board.scored), strict=True):
        values = board.cat[block, :, position, lane]
        sums = votes.cat[np.arange(len(values)), values].sum(axis=0, dtype=np.float64)
        sums += board.num[block, :, position, lane] @ votes.num.astype(np.float64)
        sums = sums[:labels]
        label = board.label[block, position, lane]
        expected += log(np.exp(sums - sums.max()).sum()) + sums.max() - sums[label]
        hits += int(sums.argmax() == label)
    assert loss == pytest.approx(expected, rel=1e-3, abs=1e-2)
    assert right == hits


def random_votes(skeleton: Skeleton, seed: int) -> Votes:
    """Return small multiples of 1/4, which float32 sums hold exactly."""
    random = np.random.default_rng(seed)
    votes = empty_votes(skeleton)
    labels = len(skeleton.labels)
    votes.cat[:, :, :labels] = random.integers(-8, 9, votes.cat[:, :, :labels].shape) / 4
    votes.num[:, :labels] = random.integers(-1, 2, votes.num[:, :labels].shape) / 4
    return votes
