"""Losses of votes and their slopes, as compiled kernels. Owns the sums over rows; refuses to minimise.

A row holds one feature for each variable, so sums of votes are gathered from the weights and slopes are scattered back, in
one pass over the rows.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.compiled import compiled

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int32]


@compiled
def hinge(features: Any, amounts: Any, wanted: Any, share: Any, weights: Any, slope: Any) -> float:
    """Return the squared hinge loss over all pairs of the wanted label and another, and add its slope to `slope`.

    Args:
        features: `(rows, variables)` which row of `weights` a value votes by.
        amounts: `(rows, variables)` how many times: 1, or a number.
        wanted: `(rows,)` wanted labels.
        share: `(rows,)` not used; rows count alike.
        weights: `(features, labels)`; row 0 is the bias.
        slope: in the shape of `weights`.
    """
    rows, variables = features.shape
    labels = weights.shape[1]
    sums = np.empty(labels)
    lost = 0.0
    for row in range(rows):
        for label in range(labels):
            sums[label] = weights[0, label]
        for place in range(variables):
            feature, amount = features[row, place], amounts[row, place]
            for label in range(labels):
                sums[label] += amount * weights[feature, label]
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
            for label in range(labels):
                slope[0, label] += sums[label]
            for place in range(variables):
                feature, amount = features[row, place], amounts[row, place]
                for label in range(labels):
                    slope[feature, label] += amount * sums[label]
    return lost


@compiled
def entropy(
    features: Any, amounts: Any, wanted: Any, share: Any, weights: Any, slope: Any
) -> float:
    """Return the cross-entropy, each row counting its share, and add its slope to `slope`; see `hinge`."""
    rows, variables = features.shape
    labels = weights.shape[1]
    sums = np.empty(labels)
    lost = 0.0
    for row in range(rows):
        for label in range(labels):
            sums[label] = weights[0, label]
        for place in range(variables):
            feature, amount = features[row, place], amounts[row, place]
            for label in range(labels):
                sums[label] += amount * weights[feature, label]
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
        for label in range(labels):
            slope[0, label] += sums[label]
        for place in range(variables):
            feature, amount = features[row, place], amounts[row, place]
            for label in range(labels):
                slope[feature, label] += amount * sums[label]
    return lost


@compiled
def margins(features: Any, amounts: Any, wanted: Any, weights: Any, found: Any) -> None:
    """Write into `found` by how much the wanted label of each row wins, below 0 where it loses; see `hinge`."""
    rows, variables = features.shape
    labels = weights.shape[1]
    sums = np.empty(labels)
    for row in range(rows):
        for label in range(labels):
            sums[label] = weights[0, label]
        for place in range(variables):
            feature, amount = features[row, place], amounts[row, place]
            for label in range(labels):
                sums[label] += amount * weights[feature, label]
        other = -np.inf
        for label in range(labels):
            if label != wanted[row]:
                other = max(other, sums[label])
        found[row] = sums[wanted[row]] - other
