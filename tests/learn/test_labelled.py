"""Labelled sequences as padded tensors."""

import numpy as np
import pytest
from learn.samples import DOMAIN, labelled, small_network

from tprog.errors import TprogError
from tprog.evaluate.inputs import Batch
from tprog.learn.labelled import exact_accuracy, pad


def test_sequences_are_padded_at_the_end() -> None:
    """Every sequence keeps its tokens and labels; behind its end nothing is valid and nothing is scored."""
    batches = labelled(count=2)
    data = pad(batches)
    assert len(data) == 6
    assert data.indices.shape == (6, 6)
    assert data.words == DOMAIN.alphabet
    assert data.valid.sum(1).tolist() == [4, 4, 5, 5, 6, 6]
    np.testing.assert_array_equal(data.indices[2, :5].numpy(), batches[1][0].indices[0])
    np.testing.assert_array_equal(data.labels[2, :5].numpy(), batches[1][1][0])
    assert data.labels[0, 4:].tolist() == [-1, -1]


def test_pooled_labels_have_one_column() -> None:
    """A set of sequences with one label each has one column of labels."""
    batches = [(batch, truth[:, 1]) for batch, truth in labelled(count=2)]
    assert pad(batches).labels.shape == (6, 1)


def test_no_sequences_are_refused() -> None:
    """Nothing to learn from is an error in one line."""
    with pytest.raises(TprogError, match="no sequences"):
        pad([])


def test_batches_of_different_words_are_refused() -> None:
    """Indices of two batches must speak of the same words."""
    (batch, truth), *_ = labelled(count=2)
    other = Batch(tuple(reversed(batch.words)), batch.indices)
    with pytest.raises(TprogError, match="different words"):
        pad([(batch, truth), (other, truth)])


def test_accuracy_counts_scored_labels_alone() -> None:
    """The share is taken of the labels that are asked for; of none it is 1."""
    network = small_network(0)
    batches = labelled()
    right = sum(
        int((network.predict(batch) == truth)[truth >= 0].sum()) for batch, truth in batches
    )
    total = sum(int((truth >= 0).sum()) for _, truth in batches)
    assert exact_accuracy(network, batches) == right / total
    assert exact_accuracy(network, [(batches[0][0], np.full_like(batches[0][1], -1))]) == 1.0
