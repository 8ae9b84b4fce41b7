"""Tests of the kernels against the evaluator."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learn.search.cases import (
    assert_equal_values,
    prepared,
    random_program,
    random_votes,
    searchable,
    whole_domain,
)

from tprog.errors import UsageError
from tprog.ir import Program
from tprog.learn.search.arrays import mask_type
from tprog.learn.search.examples import make_board
from tprog.learn.search.kernels import compute_sums, compute_values
from tprog.learn.search.skeleton import Skeleton
from tprog.tasks.registry import get_task


@given(searchable())
def test_variables_are_those_of_the_evaluator(program: Program) -> None:
    """On every input of the domain each variable has the value that the evaluator gives it."""
    skeleton = Skeleton.from_program(program)
    examples = whole_domain(program)
    board = make_board(skeleton, examples, lanes=64)
    compute_values(skeleton.slots, board)
    assert_equal_values(program, skeleton, board)


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


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (1, np.uint8),
        (8, np.uint8),
        (9, np.uint16),
        (16, np.uint16),
        (17, np.uint32),
        (32, np.uint32),
    ],
)
def test_masks_take_the_narrowest_type(values: int, expected: type) -> None:
    """A mask has at least one bit for each value, and no more bytes than that takes."""
    assert mask_type(values) is expected


def test_too_many_values_are_refused() -> None:
    """More than 32 values do not fit a mask, and the message says so."""
    with pytest.raises(UsageError, match="33 values"):
        mask_type(33)


@pytest.mark.slow
def test_wide_masks_work_alike() -> None:
    """Masks of 16 bits compute what the evaluator does too."""
    task = get_task("sort:vocabulary=8,length=4")
    program = random_program(task, 2, (2, 2, 1, 1), 0)
    assert_equal_values(program, *prepared(program, 0)[:2])
