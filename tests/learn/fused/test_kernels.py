"""Kernels: sums of products, random numbers and relaxed weights."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from learn.fused.checks import heads, layout, lookups, network

from tprog.learn.fused import kernels
from tprog.learn.fused.products import correlate, mix
from tprog.learn.fused.step import FusedStep, _Pass
from tprog.learn.fused.vectors import Floats
from tprog.learn.gradient import Adam, update
from tprog.learn.relaxation import Relaxation

COUNT = 1 << 16


def numbers(*shape: int) -> Floats:
    """Return normal numbers."""
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("rows", "depth"), [(1, 1), (2, 4), (5, 6), (8, 3)])
def test_mixtures_and_correlations_are_matrix_products(rows: int, depth: int, turned: bool) -> None:
    """Rows anywhere in their arrays are mixed and correlated as numpy's products do, and others stay as they are."""
    random = np.random.default_rng(0)
    target_rows, source_rows = random.permutation(9)[:rows], random.permutation(11)[:depth]
    target, source, matrix = numbers(9, 48), numbers(11, 48), numbers(rows, depth)
    given = np.ascontiguousarray(matrix.T) if turned else matrix
    for add, bias in ((False, numbers(0)), (True, numbers(0)), (False, numbers(rows))):
        expected, rectify = target.copy(), bias.size > 0
        made = target[target_rows] * add + matrix @ source[source_rows]
        expected[target_rows] = np.maximum(made + bias[:, None], 0) if rectify else made
        found = target.copy()
        mix(found, target_rows, given, turned, source, source_rows, 48, add, bias, rectify)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    sums = matrix.copy()
    correlate(sums, target, target_rows, source, source_rows, 48)
    products = matrix + target[target_rows] @ source[source_rows].T
    np.testing.assert_allclose(sums, products, rtol=1e-4, atol=1e-4)


def drawn(seed: int = 0, first: int = 0, number: int = 0) -> Floats:
    """Return one draw from the Gumbel distribution for each of many examples."""
    keys, values = np.zeros(COUNT, np.uint32), np.zeros(COUNT, np.float32)
    kernels.stream_keys(keys, seed, first)
    kernels.add_gumbel(values, keys, number)
    return values


def test_draws_follow_the_gumbel_distribution() -> None:
    """The shares of draws below every tenth of the distribution are tenths, to within sampling error."""
    shares = np.arange(1, 10) / 10
    values = drawn()
    assert np.isfinite(values).all()
    found = [(values < border).mean() for border in -np.log(-np.log(shares))]
    np.testing.assert_allclose(found, shares, atol=4 * 0.5 / COUNT**0.5)


def test_draws_are_independent() -> None:
    """Neighbouring examples, and neighbouring draws of one, are uncorrelated."""
    values, bound = drawn(), 5 / COUNT**0.5
    assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < bound
    assert abs(np.corrcoef(values, drawn(number=1))[0, 1]) < bound
    assert abs(np.corrcoef(values, drawn(seed=1))[0, 1]) < bound


def test_draws_depend_on_the_seed_and_the_example_alone() -> None:
    """An example has its draws wherever it stands, and others under another seed."""
    values = drawn(seed=3)
    np.testing.assert_array_equal(drawn(seed=3, first=5)[:-5], values[5:])
    assert (drawn(seed=4) != values).mean() > 0.99
    assert (drawn(seed=3 + (1 << 32)) != values).mean() > 0.99


@pytest.mark.parametrize("temperature", [2.0, 0.3, 1e-3])
@pytest.mark.parametrize("rows", ["one", "set"])
def test_relaxed_weights_are_torchs(temperature: float, rows: str) -> None:
    """Without noise, gates, predicates and embeddings are the softmax or the sigmoid of their logits."""
    group = replace(heads(), rows="set" if rows == "set" else "one")
    found = network(layout(group, lookups(), embeddings=1))
    relax = Relaxation(temperature)
    parts: list[torch.Tensor] = []
    for name, weight in found.named_parameters():
        if name == "votes" or "network" in name:
            parts.append(weight)
        elif rows == "set" and name.endswith("predicate"):
            parts.append(relax.decide(weight))
        else:
            parts.append(relax.choose(weight))
    expected = torch.cat([part.detach().flatten() for part in parts])
    made = _Pass(found, Adam(found), 6)
    none = np.zeros(0, np.uint32)
    kernels.relax(made.weights.raw, made.weights.relaxed, made.choices, 1 / temperature, none)
    np.testing.assert_allclose(made.weights.relaxed, expected, rtol=1e-4, atol=1e-7)


def test_noisy_gates_follow_their_logits() -> None:
    """Over many seeds, near temperature 0, a gate selects its candidates as often as the softmax says."""
    raw, relaxed = np.array([0.0, 1.0], np.float32), np.zeros(2, np.float32)
    choices, key, picks = np.array([[0, 1, 2, 0]]), np.zeros(1, np.uint32), []
    for seed in range(300):
        kernels.stream_keys(key, seed, 0)
        kernels.relax(raw, relaxed, choices, 1e3, key)
        picks.append(relaxed[1])
    assert abs(float(np.mean(picks)) - np.e / (1 + np.e)) < 4 * (0.2 / 300) ** 0.5


def test_an_update_is_that_of_the_torch_engine() -> None:
    """Adam in one pass moves weights as the readable update does; no number counts as 0, too large a one as the greatest."""
    weights, other = FusedStep(network(layout(heads()))), Adam(network(layout(heads())))
    gradient = numbers(other.flat.numel())
    gradient[:3] = np.nan, np.inf, -np.inf
    for steps in (1, 2, 3):
        weights.adam.steps = steps
        weights.update(gradient.copy(), 0.05)
        update(other.flat, other.mean, other.square, torch.from_numpy(gradient.copy()), 0.05, steps)
    for found, expected in (
        (weights.adam.flat, other.flat),
        (weights.adam.mean, other.mean),
        (weights.adam.square, other.square),
    ):
        assert torch.isfinite(found).all()
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
