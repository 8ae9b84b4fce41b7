"""Integer classifiers, and what they see."""

import numpy as np
import torch
from hypothesis import given
from learn.samples import LABELS, inputs, labelled, small_network
from strategies import programs

from tprog.evaluate import accuracy, all_inputs, predictions
from tprog.ir import Program
from tprog.learn.conversion import extract
from tprog.learn.discretise import (
    discretise,
    fit_weights,
    greatest_sum,
    program_features,
    refit,
    round_weights,
    row_offsets,
    weights_of,
    with_weights,
)
from tprog.learn.fit import EXACT_SUM
from tprog.learn.gradient import exact_accuracy


@given(programs())
def test_features_times_votes_are_the_predictions(program: Program) -> None:
    """The accuracy of the features under a Program's own votes is the Program's accuracy, pooled and masked or not."""
    if program.domain.unknown is not None or program.classifier.first or program.classifier.last:
        return
    labels = program.classifier.labels
    random = np.random.default_rng(0)
    batches = []
    for batch in all_inputs(program.domain):
        shape = predictions(program, batch).shape
        batches.append((batch, random.integers(-1, len(labels), shape)))
    features = program_features(program, batches, labels)
    right = total = 0
    for batch, truth in batches:
        right += int(((predictions(program, batch) == truth) & (truth >= 0)).sum())
        total += int((truth >= 0).sum())
    assert features.counts.sum() == total
    expected = right / total if total else 1.0
    assert abs(features.accuracy(weights_of(program), program.classifier.masked) - expected) < 1e-9


def test_equal_points_are_counted_once() -> None:
    """The same point twice is one row with count two."""
    program = extract(small_network(0))
    batches = labelled()
    once = program_features(program, batches, LABELS)
    twice = program_features(
        program,
        [
            (batch.take(np.arange(2 * len(batch)) // 2), np.repeat(truth, 2, 0))
            for batch, truth in batches
        ],
        LABELS,
    )
    assert once.matrix.shape == twice.matrix.shape
    assert (twice.counts == 2 * once.counts).all()


def test_labels_are_matched_by_their_text() -> None:
    """Labels in another order mean the same; a label that the Program does not know is left out."""
    program = extract(small_network(0))
    batches = labelled()
    turned = [(batch, np.where(truth >= 0, 3 - truth, -1)) for batch, truth in batches]
    features = program_features(program, batches, LABELS)
    other = program_features(program, turned, ("?", *reversed(LABELS)))
    weights = weights_of(program)
    assert features.accuracy(weights, ()) == other.accuracy(weights, ())
    unknown = program_features(program, batches, ("x", "y", "?"))
    assert unknown.counts.sum() < features.counts.sum()
    right, total = accuracy(program, batches, LABELS)
    assert abs(features.accuracy(weights, ()) - right / total) < 1e-9


def test_rows_are_counted_by_value() -> None:
    """A categorical variable takes a row for each value, a numerical one a single row."""
    program = extract(small_network(0))
    offsets = row_offsets(program)
    assert np.diff(offsets)[:3].tolist() == [5, 6, 1]


@given(programs())
def test_votes_survive_the_way_through_weights(program: Program) -> None:
    """Votes made from a Program's weights are its votes, less variables that vote 0 throughout."""
    weights = weights_of(program)
    found = with_weights(program, weights)
    np.testing.assert_array_equal(weights_of(found), weights)
    silent = [vote for vote in program.classifier.votes if vote not in found.classifier.votes]
    assert not any(np.array(vote.weights).any() for vote in silent)


def test_rounding_writes_integers_back_and_costs_nothing() -> None:
    """After discretising, network and Program predict alike everywhere, no worse than before, with small integers."""
    for seed in range(5):
        network = small_network(seed)
        with torch.no_grad():
            network.votes.mul_(0.0137)
        before = exact_accuracy(network, labelled())
        program = discretise(network, labelled())
        assert exact_accuracy(network, labelled()) >= before
        assert torch.equal(network.votes, network.votes.round())
        assert extract(network) == program
        for batch in inputs():
            np.testing.assert_array_equal(predictions(program, batch), network.predict(batch))
        assert greatest_sum(program, weights_of(program)) < EXACT_SUM


def test_the_fit_learns_what_the_variables_show() -> None:
    """A random network copies the previous symbol somewhere, or not; a fit is never worse than the votes it replaces."""
    program = extract(small_network(0))
    batches = labelled(200)
    fitted = refit(program, batches, batches, LABELS)
    shares = [accuracy(found, batches, LABELS)[0] for found in (program, fitted)]
    assert shares[1] > shares[0]
    assert fitted.operations == program.operations


def test_a_perfect_classifier_is_kept() -> None:
    """Where a new fit is not better on validation data, the Program comes back as it is."""
    program = extract(small_network(0))
    truth = [(batch, predictions(program, batch)) for batch in inputs()]
    assert refit(program, truth, truth, LABELS) is program


def test_the_fit_is_a_least_point() -> None:
    """Where the fit ends, the gradient of the penalised cross-entropy is nearly 0."""
    program = extract(small_network(1))
    features = program_features(program, labelled(), LABELS)
    start = np.zeros(weights_of(program).shape)
    weights = fit_weights(features, start, penalty=1e-3, iterations=500)
    logits = features.matrix @ weights
    shares = np.exp(logits - logits.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    shares[np.arange(len(shares)), features.labels] -= 1
    slope = features.matrix.T @ (shares * features.counts[:, None] / features.counts.sum())
    penalty = 2e-3 * weights * features.greatest[:, None] ** 2
    assert np.abs(slope + penalty).max() < 1e-4


def test_masked_labels_take_no_part() -> None:
    """A masked label gets no votes from rounding and never wins in the fit."""
    network = small_network(0)
    layout = network.layout
    masked = type(network)(
        type(layout)(
            layout.domain, layout.inputs, layout.input_sizes, layout.groups, layout.labels, (2,)
        )
    )
    masked.load_state_dict(network.state_dict())
    program = discretise(masked, labelled())
    assert not weights_of(program)[:, 2].any()


def test_few_digits_are_used_where_they_are_enough() -> None:
    """Weights that differ by whole units are rounded to single digits, however they are scaled."""
    program = extract(small_network(0))
    weights = np.zeros(weights_of(program).shape)
    weights[:5, 0], weights[5:11, 1] = 0.37, 0.74
    features = program_features(program, labelled(), LABELS)
    assert np.abs(round_weights(program, weights, [features])).max() <= 8
    assert not round_weights(program, np.zeros_like(weights), [features]).any()
