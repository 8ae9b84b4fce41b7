"""Whole steps: the mathematics of the torch modules, repeatable, and refusing what would go astray."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from learn.fused.checks import (
    DOMAIN,
    autograd,
    check_gradient,
    errors,
    heads,
    layout,
    lookups,
    network,
    random_batch,
)

from tprog.errors import BadInput, TprogError
from tprog.learn.fused.step import FusedStep, is_fused, label_weights
from tprog.learn.gradient import Adam
from tprog.learn.layout import NetworkSizes, network_layout
from tprog.learn.network import Network
from tprog.learn.relaxation import Relaxation
from tprog.learn.warm_start import mean_loss

SHAPES = {
    "published": NetworkSizes(layers=2),
    "deep": NetworkSizes(layers=3, cap=2),
    "sets": NetworkSizes(layers=2, rows="set"),
    "causal": NetworkSizes(layers=2, causal=True),
    "some causal": NetworkSizes(layers=2, causal_heads=2),
    "embeddings": NetworkSizes(layers=2, embeddings=3),
    "categorical only": NetworkSizes(layers=2, numerical_heads=0, numerical_lookups=0),
}


def learned(sizes: NetworkSizes, *, pooled: bool = False, seed: int = 0) -> Network:
    """Return a random network as it is learned."""
    return network(network_layout(DOMAIN, ("x", "y", "z"), sizes, pooled=pooled), seed)


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("sizes", SHAPES.values(), ids=SHAPES.keys())
def test_gradients_are_those_of_autograd(sizes: NetworkSizes, pooled: bool) -> None:
    """For every shape of network that is learned, each family of weights has autograd's gradient."""
    check_gradient(learned(sizes, pooled=pooled))


def test_means_over_padding_have_the_same_gradients() -> None:
    """A pooled mean may be a sum over more positions than there are; both engines divide alike."""
    sizes = NetworkSizes(layers=1)
    whole = network_layout(DOMAIN, ("x", "y", "z"), sizes, pooled=True)
    padded = network(replace(whole, least_pooled=50), 0)
    check_gradient(padded)
    tokens, valid, _ = random_batch(padded)
    relaxed = [each.relaxed(tokens, valid, Relaxation(1.0)) for each in (padded, network(whole, 0))]
    lengths = valid.sum(1)[:, None, None]
    assert torch.allclose(relaxed[0] * 50, relaxed[1] * lengths, atol=1e-4)


def test_families_of_weights_are_compared_apart() -> None:
    """The comparison sees a family whose gradient is slightly wrong."""
    found = learned(NetworkSizes(layers=1))
    batch = random_batch(found)
    good = errors(found, batch)
    assert max(fused for fused, _ in good.values()) < 1e-4
    truth = autograd(found, batch, 1.0)[1]
    assert len(good) > 10
    assert sum(float(part.abs().sum()) > 0 for part in truth.values()) > 10


def test_steps_follow_the_torch_engine() -> None:
    """Without noise, several steps of both engines from the same weights end at nearly the same weights."""
    fused, torched = (learned(NetworkSizes(layers=2), seed=3) for _ in range(2))
    step, adam = FusedStep(fused), Adam(torched)
    for number in range(5):
        tokens, valid, labels = random_batch(fused, 21, seed=number)
        loss = step.step(tokens, valid, labels, temperature=1.0, rate=0.01, seed=0, noise=False)
        other = mean_loss(torched.relaxed(tokens, valid, Relaxation(1.0)), labels)
        other.backward()  # type: ignore[no-untyped-call]
        adam.step(0.01)
        assert loss == pytest.approx(float(other.detach()), rel=1e-4)
    assert step.adam.steps == 5
    difference = (step.adam.flat - adam.flat).norm() / adam.flat.norm()
    assert float(difference) < 1e-3
    # The network's own weights are what was updated.
    assert torch.equal(fused.votes.flatten(), step.adam.flat[: fused.votes.numel()])


def test_the_gradient_is_that_of_the_noisy_loss() -> None:
    """Along a random direction the loss under fixed noise changes as the gradient says."""
    found = learned(NetworkSizes(layers=2), seed=1)
    step = FusedStep(found)
    batch = random_batch(found, 32)
    _, gradient = step.loss_and_gradients(*batch, temperature=2.0, seed=5)
    noise = torch.Generator().manual_seed(0)
    direction = torch.randn(step.adam.flat.shape, generator=noise)
    slope = float(torch.cat([part.flatten() for part in gradient.values()]) @ direction)
    start, losses = step.adam.flat.clone(), []
    for sign in (1, -1):
        step.adam.flat.copy_(start + sign * 3e-4 * direction)
        losses.append(step.loss_and_gradients(*batch, temperature=2.0, seed=5)[0])
    assert abs((losses[0] - losses[1]) / 6e-4 - slope) < 0.02 * abs(slope)


def test_noise_depends_on_the_seed() -> None:
    """The same seed gives the same loss to the last bit, another seed another one, no noise a third."""
    found = learned(NetworkSizes(layers=1))
    step, batch = FusedStep(found), random_batch(found)
    losses = [
        step.loss_and_gradients(*batch, temperature=1.0, seed=seed, noise=noise)[0]
        for seed, noise in ((1, True), (1, True), (2, True), (1, False))
    ]
    assert losses[0] == losses[1]
    assert len(set(losses)) == 3


def test_a_network_learns() -> None:
    """Noisy steps at a falling temperature teach a network to repeat its input."""
    found = learned(NetworkSizes(layers=1, values=6))
    step = FusedStep(found)
    losses = []
    for number in range(150):
        tokens, valid, _ = random_batch(found, 64, seed=number)
        labels = (tokens - 1).masked_fill(~valid | (tokens < 1) | (tokens > 3), -1)
        losses.append(
            step.step(tokens, valid, labels, temperature=0.98**number, rate=0.05, seed=number)
        )
    assert losses[0] > 1
    assert np.mean(losses[-10:]) < 0.1


def test_labels_weigh_alike_within_a_sequence_and_sequences_alike() -> None:
    """Weights sum to 1 over the batch; a sequence without any scored label does not count."""
    labels = np.array([[0, 1, -1, 2], [-1, -1, -1, -1], [-1, 0, -1, -1]])
    third = np.float32(1 / 6)
    expected = [[third, third, 0, third], [0, 0, 0, 0], [0, 0.5, 0, 0]]
    np.testing.assert_allclose(label_weights(labels), np.array(expected), rtol=1e-6)


def test_networks_without_kernels_are_refused() -> None:
    """Frozen weights, votes in float64, learned scores, tables, other tie-breaks and masked labels take the torch engine."""
    frozen = network(layout(heads()))
    frozen.votes.requires_grad_(False)
    others = (
        learned(NetworkSizes(layers=1, score_heads=1)),
        network(layout(lookups(hidden=0))),
        network(layout(replace(heads(), tie="first"))),
        network(layout(heads(), masked=(1,))),
    )
    assert not any(is_fused(found.layout) for found in others)
    for found in (frozen, Network(layout(heads()), vote_type=torch.float64), *others):
        with pytest.raises(TprogError, match="use the torch engine"):
            FusedStep(found)


def test_batches_that_do_not_fit_are_refused() -> None:
    """Tokens, labels and shapes outside the network's are refused before a kernel sees them."""
    found = network(layout(heads(), lookups()))
    step = FusedStep(found)
    tokens, valid, labels = random_batch(found)
    for wrong in (
        (tokens + 5, valid, labels),
        (tokens, valid, labels + 3),
        (tokens, valid, labels[:, :1]),
        (tokens, valid, labels[:3]),
    ):
        with pytest.raises(TprogError):
            step.loss_and_gradients(*wrong, temperature=1.0, seed=0)


def test_examples_beyond_a_chunk_count_alike() -> None:
    """A batch that is worked on in parts has the loss and the gradient of one that fits at once."""
    found = network(layout(heads(), lookups(), heads(numerical=True)))
    check_gradient(found, random_batch(found, 150))


def test_words_beyond_a_closed_vocabulary_are_refused() -> None:
    """A closed vocabulary has no value for another word; an open one reads it as its unknown symbol, and trains that."""
    found = network(layout(heads()))
    with pytest.raises(BadInput, match="stranger"):
        FusedStep(found, words=(*DOMAIN.alphabet, "stranger"))
    domain = replace(DOMAIN, unknown="a")
    known = network(layout(heads(categorical=(0, 1, 3)), embeddings=1, domain=domain))
    tokens, valid, labels = random_batch(known)
    strange = tokens.masked_fill(tokens == domain.alphabet.index("a"), len(domain.alphabet))
    step = FusedStep(known, words=(*domain.alphabet, "stranger"))
    one, other = (
        step.loss_and_gradients(found, valid, labels, temperature=1.0, seed=0)
        for found in (tokens, strange)
    )
    assert one[0] == other[0]
    assert torch.equal(one[1]["embeddings.3"], other[1]["embeddings.3"])
