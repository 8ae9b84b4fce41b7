"""Tests of samples."""

import numpy as np

from tprog.learn.compose.sample import Sample, text_order
from tprog.learn.search.examples import Examples
from tprog.tasks import get_task, make_dataset

TASK = get_task("hist:vocabulary=5,length=5")
EXAMPLES = Examples.from_batches(TASK.domain, TASK.labels, make_dataset(TASK, 0).train.batches())


def test_lengths_and_padding_are_those_of_the_examples() -> None:
    """Tokens end where their sequence ends; nothing counts after that."""
    sample = Sample.from_examples(EXAMPLES, 0, 50)
    assert sample.tokens.shape == (50, 5)
    after = np.arange(5)[None] >= sample.lengths[:, None]
    assert (sample.tokens[after] == 0).all()
    assert (sample.truth[after] == -1).all()
    assert sample.scored == (sample.lengths - 1).sum()
    assert sample.values == 6
    assert sample.labels == len(TASK.labels)


def test_a_seed_chooses_the_sequences() -> None:
    """Equal seeds give equal samples, other seeds others."""
    one, same, other = (Sample.from_examples(EXAMPLES, seed, 50) for seed in (3, 3, 4))
    assert np.array_equal(one.tokens, same.tokens)
    assert not np.array_equal(one.tokens, other.tokens)


def test_the_first_sequences_can_be_taken() -> None:
    """A part of a sample is its beginning."""
    sample = Sample.from_examples(EXAMPLES, 0, 50)
    part = sample.take(7)
    assert np.array_equal(part.tokens, sample.tokens[:7])
    assert part.scored < sample.scored
    assert part.positions.tolist() == [0, 1, 2, 3, 4]


def test_tokens_are_compared_by_their_text() -> None:
    """Digits come before `</s>`, and that before `<s>`."""
    assert text_order(get_task("sort:vocabulary=5,length=5").domain) == (3, 0, 1, 2)
