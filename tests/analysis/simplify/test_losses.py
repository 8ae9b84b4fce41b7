"""Tests of the losses of votes."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import check_grad

from tprog.analysis.simplify.losses import Floats, entropy, hinge, margins


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
