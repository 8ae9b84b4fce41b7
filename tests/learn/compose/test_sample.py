"""Tests of samples."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tprog.learn.compose.expressions import POSITIONS, TOKENS
from tprog.learn.compose.sample import Pool, Sample, Seen, text_order
from tprog.learn.search.examples import Examples
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task

TASK = get_task("hist:vocabulary=5,length=5")
EXAMPLES = Examples.from_batches(TASK.domain, TASK.labels, make_dataset(TASK, 0).train.batches())


def test_lengths_and_padding_are_those_of_the_examples() -> None:
    """Tokens end where their sequence ends; nothing counts after that."""
    sample = Sample.from_examples(EXAMPLES, 0, 50)
    assert sample.tokens.shape == (50, 5)
    after = np.arange(5)[None] >= sample.lengths[:, None]
    assert (sample.tokens[after] == 0).all()
    assert (sample.truth[after] == -1).all()
    assert (sample.truth >= 0).sum() == (sample.lengths - 1).sum()
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
    assert len(part.truth) == len(part.lengths) == 7
    assert part.positions.tolist() == [0, 1, 2, 3, 4]


def test_tokens_are_compared_by_their_text() -> None:
    """Digits come before `</s>`, and that before `<s>`."""
    assert text_order(get_task("sort:vocabulary=5,length=5").domain) == (3, 0, 1, 2)


@given(hnp.arrays(np.uint8, (12, 2, 3), elements=st.integers(0, 1)))
def test_each_array_is_new_once(
    values: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]],
) -> None:
    """What is kept are the first of all equal rows, and a second look finds nothing new."""
    seen = Seen()
    rows = [row.tobytes() for row in values]
    assert seen.new(values) == [n for n, row in enumerate(rows) if row not in rows[:n]]
    assert seen.new(values) == []


def test_pools_keep_values_and_parts_together() -> None:
    """Taking and joining move rows and parts alike."""
    values = np.arange(6, dtype=np.uint8).reshape(2, 1, 3)
    pool = Pool(values, (TOKENS, POSITIONS))
    turned = Pool.joined([pool.take([1]), pool.take([0])])
    assert turned.parts == (POSITIONS, TOKENS)
    assert np.array_equal(turned.values, values[::-1])
    assert len(turned) == 2
