"""Tiles: what belongs to a batch and what does not."""

import numpy as np
import pytest
from learn.fused.checks import heads, layout, lookups, network, random_batch

from tprog.learn.fused import tape
from tprog.learn.fused.lanes import LANES
from tprog.learn.fused.step import FusedStep
from tprog.learn.fused.tile import KERNELS


def test_every_kind_of_operation_has_kernels() -> None:
    """The kinds are the numbers from 0 up, and all of them can be computed."""
    assert sorted(KERNELS) == list(range(tape.VOTE_POOLED + 1))


@pytest.mark.parametrize("count", [1, LANES - 1, LANES, LANES + 1, 2 * LANES + 3])
def test_lanes_beyond_the_batch_count_for_nothing(count: int) -> None:
    """The loss and gradient of a batch are the means of those of its sequences, however many fill the last tile."""
    found = network(layout(heads(), heads(numerical=True), lookups()))
    step = FusedStep(found)
    tokens, valid, labels = random_batch(found, count)
    labels[:, 0] = 1
    loss, gradient = step.loss_and_gradients(
        tokens, valid, labels, temperature=1.0, seed=0, noise=False
    )
    single = [
        step.loss_and_gradients(
            *(part[row : row + 1] for part in (tokens, valid, labels)),
            temperature=1.0,
            seed=0,
            noise=False,
        )
        for row in range(count)
    ]
    np.testing.assert_allclose(loss, np.mean([one for one, _ in single]), rtol=1e-5)
    for name, whole in gradient.items():
        mean = np.mean([parts[name].numpy() for _, parts in single], axis=0)
        np.testing.assert_allclose(whole, mean, rtol=1e-3, atol=1e-6)


def test_tokens_in_the_padding_do_not_matter() -> None:
    """What stands behind a sequence's end changes neither loss nor gradient, to the last bit."""
    found = network(layout(heads(), heads(numerical=True), embeddings=1))
    step = FusedStep(found)
    tokens, valid, labels = random_batch(found)
    found_losses = []
    for filler in (0, 3):
        filled = tokens.masked_fill(~valid, filler)
        loss, gradient = step.loss_and_gradients(filled, valid, labels, temperature=0.7, seed=1)
        found_losses.append((loss, [part.numpy() for part in gradient.values()]))
    assert found_losses[0][0] == found_losses[1][0]
    for one, other in zip(found_losses[0][1], found_losses[1][1], strict=True):
        np.testing.assert_array_equal(one, other)
