"""Tests of learning votes: rows, losses, fits and rounding."""

from dataclasses import replace
from time import monotonic
from typing import Any

import numpy as np
import pytest
from effort import scaled
from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from scipy.optimize import check_grad
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify.demand import make_demand
from tprog.analysis.simplify.losses import Floats, entropy, hinge, margins
from tprog.analysis.simplify.pruning import prune, with_votes
from tprog.analysis.simplify.vote_fit import FittedVotes, Fitter, refitted
from tprog.analysis.simplify.vote_rows import gather, rows_of
from tprog.ir import CategoricalVotes, NumericalVotes, Program


def fitter(program: Program, allowed: int = 0, deadline: float | None = None) -> Fitter:
    """Return what fits votes to a Program's own predictions."""
    demand = make_demand(program)
    assert demand is not None
    labels = len(program.classifier.labels)
    return Fitter(gather(program, demand), labels, (), allowed, deadline)


def test_votes_are_found_where_they_exist() -> None:
    """The look-up's values name the label, so votes of it alone win everywhere."""
    fit = fitter(hist_program())
    votes = fit.fit([4])
    assert votes is not None
    assert votes.variables == (4,)
    assert (fit.margins(fit.last) > 0).all()


def test_a_count_can_vote_per_unit() -> None:
    """Labels in the order of a number can be told apart by lines of rising slope."""
    assert fitter(hist_program()).fit([3]) is not None


def test_none_are_found_where_there_are_none() -> None:
    """Tokens do not say how often they occur."""
    assert fitter(hist_program()).fit([0]) is None


def test_mistakes_may_be_allowed() -> None:
    """With enough mistakes allowed tokens are as good as anything."""
    program = reverse_program()
    rows = fitter(program).rows
    needed = rows.mistakes_at_least([0, 1])
    assert fitter(program, allowed=needed // 2).fit([0, 1]) is None
    assert fitter(program, allowed=int(rows.counts.sum())).fit([0, 1]) is not None


def test_nothing_is_fitted_after_the_deadline() -> None:
    """A fit that has no time left gives nothing."""
    fit = fitter(hist_program(), deadline=monotonic() - 1)
    assert fit.over
    assert fit.fit([4]) is None
    assert np.all(fit.last == 0)


@settings(max_examples=scaled(15))
@given(closed_programs(max_operations=3, max_inputs=40))
def test_what_is_found_keeps_every_prediction(program: Program) -> None:
    """New votes on all inputs give the predictions that were wanted."""
    trials = exact_trials(program)
    found = refitted(prune(program), trials.sample, 0)
    assert found is None or same_predictions(program, found)


def test_a_look_up_can_be_replaced_by_votes() -> None:
    """The count's own votes do what its names did."""
    program = hist_program()
    trials = exact_trials(program)
    silent = with_votes(program, [NumericalVotes(3, (1, 2, 3, 4, 5))])
    found = refitted(prune(silent), trials.sample, 0)
    assert found is not None
    assert same_predictions(program, found)
    assert len(found.operations) == 1


def test_nothing_is_found_for_pooled_outputs() -> None:
    """Votes of whole sequences are left alone."""
    program = hist_program()
    pooled = replace(program, classifier=replace(program.classifier, pooled=True))
    assert refitted(pooled, exact_trials(pooled).sample, 0) is None
    assert any(isinstance(vote, CategoricalVotes) for vote in program.classifier.votes)


def test_votes_are_rounded_and_the_bias_is_carried() -> None:
    """The first categorical votes carry the bias."""
    program = hist_program()
    weights = (np.array([[0.0, 1, 0, 0, 0.26]]), np.eye(5))
    votes = FittedVotes((3, 4), weights, np.array([0.5, 0, 0, 0, 0]))
    found = votes.rounded(program, 2)
    assert found is not None
    one, other = found.classifier.votes
    assert isinstance(one, NumericalVotes)
    assert one.weights == (0, 2, 0, 0, 1)
    assert isinstance(other, CategoricalVotes)
    assert other.weights[0] == (3, 0, 0, 0, 0)
    assert other.weights[1] == (1, 2, 0, 0, 0)


def test_ones_carry_the_bias_of_numbers() -> None:
    """Without categorical votes the bias is that of `ones`."""
    program = hist_program()
    votes = FittedVotes((3,), (np.array([[0.0, 1, 2, 3, 4]]),), np.array([1.0, 0, 0, 0, 0]))
    found = votes.rounded(program, 1)
    assert found is not None
    assert {vote.weights for vote in found.classifier.votes} == {
        (0, 1, 2, 3, 4),
        (1, 0, 0, 0, 0),
    }


def test_sums_stay_exact_in_single_precision() -> None:
    """A scale at which sums could reach 2^24 is refused."""
    votes = FittedVotes((4,), (np.eye(5),), np.zeros(5))
    assert votes.rounded(hist_program(), 1 << 24) is None
    assert votes.rounded(hist_program(), 1 << 20) is not None


def test_equal_places_are_one_row() -> None:
    """Rows are distinct, and their counts add up to all wanted labels."""
    program = hist_program()
    demand = make_demand(program)
    assert demand is not None
    rows = gather(program, demand)
    assert rows.counts.sum() == demand.wanted
    both = np.column_stack([rows.values, rows.labels])
    assert len(np.unique(both, axis=0)) == len(both) < demand.wanted


def test_few_variables_cannot_tell_all_labels_apart() -> None:
    """From tokens alone `reverse` cannot be known; from the reversed tokens it can."""
    program = reverse_program()
    demand = make_demand(program)
    assert demand is not None
    rows = gather(program, demand)
    assert rows.mistakes_at_least([0]) > 0
    assert rows.mistakes_at_least([len(program.variables) - 1]) == 0
    assert (
        rows.mistakes_at_least([])
        == rows.counts.sum() - np.bincount(rows.labels, weights=rows.counts).max()
    )


def test_a_bench_has_the_same_rows() -> None:
    """Where the sample is everything, rows come out the same either way."""
    program = reverse_program()
    trials = exact_trials(program)
    one, other = gather(program, trials.demand), rows_of(program, trials.sample)
    assert sorted(map(tuple, one.values.tolist())) == sorted(map(tuple, other.values.tolist()))
    assert one.sizes == other.sizes


def rows() -> tuple[Any, ...]:
    """Return random features, amounts, wanted labels and shares."""
    random = np.random.default_rng(0)
    features = np.column_stack([random.integers(1, 4, 30), random.integers(4, 6, 30)])
    amounts = np.column_stack([np.ones(30), random.random(30)])
    wanted = random.integers(0, 3, 30)
    return features.astype(np.int32), amounts, wanted, np.full(30, 1 / 30)


def sums(weights: Floats) -> Floats:
    """Return `(rows, labels)` sums, the slow way."""
    features, amounts, _, _ = rows()
    found: Floats = weights[0] + (weights[features] * amounts[:, :, None]).sum(axis=1)
    return found


@pytest.mark.parametrize("loss", [hinge, entropy])
def test_the_slope_is_that_of_the_loss(loss: Any) -> None:
    """Slopes agree with differences of losses."""
    parts = rows()

    def value(flat: Floats) -> float:
        return float(loss(*parts, flat.reshape(6, 3), np.zeros((6, 3))))

    def slope(flat: Floats) -> Floats:
        found = np.zeros((6, 3))
        loss(*parts, flat.reshape(6, 3), found)
        return found.ravel()

    start = np.random.default_rng(1).normal(size=18)
    assert check_grad(value, slope, start) < 1e-4


def test_losses_are_what_their_names_say() -> None:
    """The kernels agree with formulas on whole arrays."""
    weights = np.random.default_rng(2).normal(size=(6, 3))
    features, amounts, wanted, share = rows()
    found, every = sums(weights), np.arange(30)
    own = found[every, wanted]
    likely = own - np.log(np.exp(found).sum(axis=1))
    assert np.isclose(
        entropy(features, amounts, wanted, share, weights, np.zeros((6, 3))), -likely.mean()
    )
    short = np.maximum(1 - (own[:, None] - found), 0)
    short[every, wanted] = 0
    assert np.isclose(
        hinge(features, amounts, wanted, share, weights, np.zeros((6, 3))), (short**2).sum()
    )
    won = np.zeros(30)
    margins(features, amounts, wanted, weights, won)
    found[every, wanted] = -np.inf
    assert np.allclose(won, own - found.max(axis=1))
