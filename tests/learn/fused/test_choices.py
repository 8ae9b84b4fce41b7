"""Weights that are choices: relaxed as torch relaxes them, and updated as `Adam` does."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from learn.fused.checks import address, heads, layout, lookups, network

from tprog.learn.adam import EPSILON, GREATEST_GRADIENT, MEAN_DECAY, SQUARE_DECAY, Adam
from tprog.learn.fused import choices
from tprog.learn.fused.draft import Plan
from tprog.learn.fused.lanes import LANES, Floats, aligned
from tprog.learn.fused.noise import STATE
from tprog.learn.fused.plan import make_plan
from tprog.learn.network import Network
from tprog.learn.relaxation import Relaxation


def relaxed(
    found: Network, temperature: float, *, noise: bool = False, seed: int = 0
) -> tuple[Plan, Floats]:
    """Return a network's plan and relaxed weights."""
    plan = make_plan(found, found.layout.positions, found.layout.domain.alphabet)
    raw = np.concatenate([weight.detach().flatten().numpy() for weight in found.parameters()])
    weights, space = np.zeros_like(raw), aligned(raw.size // LANES + 1)
    state = np.zeros(STATE * LANES, dtype=np.uint32)
    choices.relax(
        *(address(raw), raw.size, address(weights), address(plan.choices), len(plan.choices)),
        *(address(space), address(state), 1 / temperature, int(noise), seed),
    )
    return plan, weights


def made(rows: str = "one") -> Network:
    """Return a network with every kind of choice."""
    group = heads()
    return network(
        layout(
            replace(group, rows="set" if rows == "set" else "one"), lookups(hidden=0), embeddings=1
        )
    )


@pytest.mark.parametrize("temperature", [2.0, 0.3, 1e-3])
@pytest.mark.parametrize("rows", ["one", "set"])
def test_relaxed_weights_are_torchs(temperature: float, rows: str) -> None:
    """Without noise, gates, predicates, tables and embeddings are the softmax or the sigmoid of their logits."""
    found = made(rows)
    relax = Relaxation(temperature)
    expected = torch.cat(
        [
            (
                weight
                if name == "votes"
                else relax.decide(weight)
                if rows == "set" and name.endswith("predicate")
                else relax.choose(weight)
            ).flatten()
            for name, weight in found.named_parameters()
        ]
    )
    _, weights = relaxed(found, temperature)
    np.testing.assert_allclose(weights, expected.detach(), rtol=1e-4, atol=1e-7)


def test_gradients_of_choices_are_torchs() -> None:
    """A gradient by the relaxed weights becomes that by their logits."""
    for rows in ("one", "set"):
        found = made(rows)
        plan, weights = relaxed(found, 0.5)
        given = np.random.default_rng(0).normal(size=weights.size).astype(np.float32)
        grads = given.copy()
        choices.unrelax(
            address(weights), address(grads), address(plan.choices), len(plan.choices), 2.0
        )
        relax, start = Relaxation(0.5), 0
        for name, weight in found.named_parameters():
            part = torch.from_numpy(given[start : start + weight.numel()]).view(weight.shape)
            if name != "votes":
                alone = rows == "set" and name.endswith("predicate")
                ((relax.decide if alone else relax.choose)(weight) * part).sum().backward()  # type: ignore[no-untyped-call]
                assert weight.grad is not None
                part = weight.grad
            end = start + weight.numel()
            np.testing.assert_allclose(grads[start:end], part.flatten(), rtol=1e-3, atol=1e-5)
            start = end


def test_noisy_gates_follow_their_logits() -> None:
    """Over many seeds, near temperature 0, a gate selects its candidates as often as the softmax says."""
    found = network(layout(heads(1)))
    module = found.groups[0]
    with torch.no_grad():
        module.query.copy_(torch.tensor([[0.0, 1.0]]))  # type: ignore[operator]
    start = found.votes.numel()
    picks = [relaxed(found, 1e-3, noise=True, seed=seed)[1][start + 1] for seed in range(300)]
    share = float(np.mean(picks))
    assert abs(share - np.e / (1 + np.e)) < 4 * (0.2 / 300) ** 0.5


def test_updates_are_adams() -> None:
    """Moments and weights after several steps are those of `Adam`, and impossible gradients are cut off alike."""
    module = torch.nn.Linear(5, 7)
    adam = Adam(module)
    raw = adam.flat.numpy().copy()
    mean, square = np.zeros_like(raw), np.zeros_like(raw)
    for steps in range(1, 5):
        grads = np.random.default_rng(steps).normal(size=raw.size).astype(np.float32)
        grads[:3] = np.nan, np.inf, -1e12
        module.bias.grad = torch.from_numpy(grads[35:].copy())
        module.weight.grad = torch.from_numpy(grads[:35].copy()).view(7, 5)
        adam.step(0.1)
        choices.update(
            *(address(raw), address(grads), address(mean), address(square), raw.size),
            *(GREATEST_GRADIENT, 1 - MEAN_DECAY, 1 - SQUARE_DECAY),
            *(0.1 / (1 - MEAN_DECAY**steps), 1 / (1 - SQUARE_DECAY**steps), EPSILON),
        )
    np.testing.assert_allclose(raw, adam.flat, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(mean, adam.mean, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(square, adam.square, rtol=1e-4, atol=1e-6)


def test_gradients_of_threads_add_up() -> None:
    """One vector is added to the other."""
    one, other = (np.full(5, value, dtype=np.float32) for value in (1, 2))
    choices.add_up(address(one), address(other), 4)
    np.testing.assert_array_equal(one, [3, 3, 3, 3, 1])
