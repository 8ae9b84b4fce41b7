"""What a classifier sees."""

import numpy as np
from hypothesis import given
from learn.samples import LABELS, labelled, small_network
from strategies import programs

from tprog.evaluate import accuracy, all_inputs, predictions
from tprog.ir import Program
from tprog.learn.discretise import weights_of
from tprog.learn.extract import extract
from tprog.learn.features import program_features, row_offsets


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
