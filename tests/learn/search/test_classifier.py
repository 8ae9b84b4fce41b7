"""Tests of fitting and rounding votes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learn.search.cases import random_votes, searchable, whole_domain
from scipy.optimize import check_grad

from tprog.evaluate import Batch, accuracy, all_inputs
from tprog.evaluate.inputs import IntArray
from tprog.ir import Classifier, Domain, Ones, Positions, Program, Tokens
from tprog.learn.fit import EXACT_SUM
from tprog.learn.search.arrays import Doubles, Votes
from tprog.learn.search.classifier import (
    classifier_of,
    empty_votes,
    fit_votes,
    integer_votes,
    loss_and_gradient,
    origin_votes,
    scored_of,
)
from tprog.learn.search.examples import Examples, make_board
from tprog.learn.search.kernels import compute_sums, compute_values
from tprog.learn.search.skeleton import Skeleton

DOMAIN = Domain(("a", "b"), max_length=3)
PROGRAM = Program(DOMAIN, (Tokens(), Positions(), Ones()), (), Classifier(("x", "y", "z"), ()))


def _examples() -> Examples:
    """Every input; the label depends on token and position in a way that votes can express."""
    labelled = []
    for batch in all_inputs(DOMAIN):
        truth = (batch.indices == 2) + (np.arange(batch.indices.shape[1]) == 2)
        labels = truth.astype(np.int64)
        labels[:, 0] = -1
        labelled.append((batch, labels))
    return Examples.from_batches(DOMAIN, ("x", "y", "z"), labelled)


def test_votes_that_can_express_the_truth_find_it() -> None:
    """A fit of a separable classifier gets every label right."""
    skeleton = Skeleton.from_program(PROGRAM)
    board = make_board(skeleton, _examples())
    votes = fit_votes(scored_of(board, 1000, 0), empty_votes(skeleton), 3, 1e-6, 100)
    _, right = compute_sums(board, votes, 0, 1)
    assert right == board.weight.sum()


def test_the_gradient_is_that_of_the_loss() -> None:
    """The fused gradient agrees with finite differences."""
    skeleton = Skeleton.from_program(PROGRAM)
    scored = scored_of(make_board(skeleton, _examples()), 1000, 0)
    votes = random_votes(skeleton, 1)
    size = votes.cat.size

    def split(flat: Doubles) -> Votes:
        single = flat.astype(np.float32)
        return Votes(single[:size].reshape(votes.cat.shape), single[size:].reshape(votes.num.shape))

    def run(flat: Doubles) -> tuple[float, Doubles]:
        slope = empty_votes(skeleton)
        at = split(flat)
        loss = loss_and_gradient(
            scored.cat, scored.num, scored.label, at.cat, at.num, slope.cat, slope.num, 3
        )
        return loss, np.concatenate([slope.cat.ravel(), slope.num.ravel()]).astype(np.float64)

    start = np.concatenate([votes.cat.ravel(), votes.num.ravel()]).astype(np.float64)
    error = check_grad(lambda x: run(x)[0], lambda x: run(x)[1], start, epsilon=1e-2)
    assert error < 1e-2


def test_a_sample_of_places_is_repeatable() -> None:
    """Equal seeds choose equal places, and no more than asked for."""
    board = make_board(Skeleton.from_program(PROGRAM), _examples())
    one, two = scored_of(board, 7, 3), scored_of(board, 7, 3)
    assert len(one.label) == 7
    assert one.cat.tolist() == two.cat.tolist()


@given(searchable(), st.integers(0, 9), st.sampled_from([1.0, 100.0, 1e9]))
def test_integer_votes_stay_exact_in_single_precision(
    program: Program, seed: int, resolution: float
) -> None:
    """However fine, rounded votes are integers whose sums stay below 2**24."""
    skeleton = Skeleton.from_program(program)
    greatest = np.full(len(skeleton.num), 50.0)
    rounded = integer_votes(random_votes(skeleton, seed), greatest, resolution)
    assert np.array_equal(rounded.cat, np.rint(rounded.cat))
    bound = np.abs(rounded.cat).max(axis=(1, 2), initial=0).sum(dtype=np.float64)
    bound += np.abs(rounded.num).max(axis=1, initial=0).astype(np.float64) @ greatest
    assert bound < EXACT_SUM


@given(searchable(), st.integers(0, 9))
def test_the_board_counts_what_the_evaluator_counts(program: Program, seed: int) -> None:
    """With integer votes a board and the evaluator find the same number of right predictions."""
    skeleton = Skeleton.from_program(program)
    board = make_board(skeleton, whole_domain(program, seed))
    compute_values(skeleton.slots, board)
    votes = integer_votes(random_votes(skeleton, seed), np.full(len(skeleton.num), 50.0), 4.0)
    _, right = compute_sums(board, votes, 0, len(board.weight))
    found = skeleton.to_program(classifier_of(skeleton, votes))
    assert right == accuracy(found, _labelled(program, seed), program.classifier.labels)[0]


def _labelled(program: Program, seed: int) -> list[tuple[Batch, IntArray]]:
    """The truths that `whole_domain` draws."""
    examples = whole_domain(program, seed)
    found, row = [], 0
    for batch in all_inputs(program.domain):
        truth = examples.truth[row : row + len(batch), : batch.indices.shape[1]]
        found.append((batch, truth.astype(np.int64)))
        row += len(batch)
    return found


def test_a_classifiers_votes_come_back() -> None:
    """Votes taken from a Program and written into it again are the same."""
    skeleton = Skeleton.from_program(PROGRAM)
    votes = integer_votes(random_votes(skeleton, 5), np.ones(1), 4.0)
    once = skeleton.to_program(classifier_of(skeleton, votes))
    again = Skeleton.from_program(once)
    assert once.classifier.votes
    assert again.to_program(classifier_of(again, origin_votes(again, largest=1e9))) == once


def test_large_votes_are_scaled_down_to_start_from() -> None:
    """Votes of any size start a fit at a scale where cross-entropy has a gradient."""
    skeleton = Skeleton.from_program(PROGRAM)
    votes = integer_votes(random_votes(skeleton, 5), np.ones(1), 4000.0)
    program = skeleton.to_program(classifier_of(skeleton, votes))
    start = origin_votes(Skeleton.from_program(program))
    assert np.abs(start.cat).max() == pytest.approx(10, rel=0.2)
