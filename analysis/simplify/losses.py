"""Losses of votes and their gradients as compiled kernels.

A row holds one feature for each variable, so sums of votes are gathered from the weights and gradients are scattered back, in
one pass over the rows.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.compiled import F, compiled, compiler

Floats: TypeAlias = npt.NDArray[np.float64]


def _inlined(function: F) -> F:
    """Return a function whose code stands in the kernels that call it: calls would cost a tenth of their time."""
    found: F = compiler(inline="always")(function)
    return found


@_inlined
def _gather(features: Any, amounts: Any, row: int, weights: Any, sums: Any) -> None:
    """Write the sums of one row's votes for each label into `sums`."""
    for label in range(sums.shape[0]):
        sums[label] = weights[0, label]
    for place in range(features.shape[1]):
        feature, amount = features[row, place], amounts[row, place]
        for label in range(sums.shape[0]):
            sums[label] += amount * weights[feature, label]


@_inlined
def _scatter(features: Any, amounts: Any, row: int, slopes: Any, slope: Any) -> None:
    """Add the gradient of one row's sums to that of the weights."""
    for label in range(slopes.shape[0]):
        slope[0, label] += slopes[label]
    for place in range(features.shape[1]):
        feature, amount = features[row, place], amounts[row, place]
        for label in range(slopes.shape[0]):
            slope[feature, label] += amount * slopes[label]


@compiled
def hinge(features: Any, amounts: Any, wanted: Any, share: Any, weights: Any, slope: Any) -> float:
    """Return the squared hinge loss over all pairs of the wanted label and another, and add its gradient to `slope`.

    Args:
        features: `(rows, variables)` which row of `weights` a value votes by.
        amounts: `(rows, variables)` how many times: 1, or a number.
        wanted: `(rows,)` wanted labels.
        share: `(rows,)` not used; rows count alike.
        weights: `(features, labels)`; row 0 is the bias.
        slope: in the shape of `weights`.
    """
    labels = weights.shape[1]
    sums = np.empty(labels)
    lost = 0.0
    for row in range(features.shape[0]):
        _gather(features, amounts, row, weights, sums)
        own = wanted[row]
        best = sums[own]
        total = 0.0
        for label in range(labels):
            short = 1.0 - (best - sums[label])
            if label == own or short <= 0.0:
                sums[label] = 0.0
            else:
                lost += short * short
                sums[label] = 2.0 * short
                total += 2.0 * short
        if total > 0.0:
            sums[own] = -total
            _scatter(features, amounts, row, sums, slope)
    return lost


@compiled
def entropy(
    features: Any, amounts: Any, wanted: Any, share: Any, weights: Any, slope: Any
) -> float:
    """Return the cross-entropy, each row counting its share, and add its gradient to `slope`; see `hinge`."""
    labels = weights.shape[1]
    sums = np.empty(labels)
    lost = 0.0
    for row in range(features.shape[0]):
        _gather(features, amounts, row, weights, sums)
        top = sums[0]
        for label in range(1, labels):
            top = max(top, sums[label])
        own = wanted[row]
        wins = sums[own] - top
        total = 0.0
        for label in range(labels):
            sums[label] = np.exp(sums[label] - top)
            total += sums[label]
        lost += share[row] * (np.log(total) - wins)
        for label in range(labels):
            sums[label] = share[row] * (sums[label] / total)
        sums[own] -= share[row]
        _scatter(features, amounts, row, sums, slope)
    return lost


@compiled
def margins(features: Any, amounts: Any, wanted: Any, weights: Any, found: Any) -> None:
    """Write into `found` by how much the wanted label of each row wins, below 0 where it loses; see `hinge`."""
    labels = weights.shape[1]
    sums = np.empty(labels)
    for row in range(features.shape[0]):
        _gather(features, amounts, row, weights, sums)
        other = -np.inf
        for label in range(labels):
            if label != wanted[row]:
                other = max(other, sums[label])
        found[row] = sums[wanted[row]] - other
