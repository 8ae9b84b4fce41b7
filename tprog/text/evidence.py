"""Ordered evidence codes: what the earlier documents say about a word, as one of a few named values.

A code is the label that a key (a word, or a pair) speaks for most, with a strength: `LOC3`. A training token is coded from the
documents alone that stand before its own in a random order. So no code knows its own label, not even through what is left
when one document is taken out of a total.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

UNSEEN = "new"
"""The value of a key that no document has."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How counts become codes.

    Attributes:
        labels: what keys can speak for.
        steps: ascending log-odds; a code's strength is the number of steps that are reached, and 1 more.
        caution: documents' worth of doubt: so many times the labels' own shares are added to each count.
    """

    labels: tuple[str, ...]
    steps: tuple[float, ...]
    caution: float

    @property
    def values(self) -> tuple[str, ...]:
        """The name of every code, `new` last: label and strength, with `_` between where a label ends in a digit."""
        return (
            *(
                f"{label}{'_' if label[-1:].isdigit() else ''}{strength + 1}"
                for label in self.labels
                for strength in range(len(self.steps) + 1)
            ),
            UNSEEN,
        )

    @property
    def new(self) -> int:
        """The code of a key that no document has."""
        return len(self.labels) * (len(self.steps) + 1)

    def codes(self, counts: Floats, totals: Floats) -> Ints:
        """Return the codes of some keys.

        Args:
            counts: `(keys, labels)`, how often each key had each label.
            totals: for each label, how often any key had it; or that for each key, `(keys, labels)`.
        """
        shares = (totals + 1) / (totals + 1).sum(axis=-1, keepdims=True)
        number = counts.sum(axis=1, keepdims=True)
        found = (counts + self.caution * shares) / (number + self.caution)
        lift = np.log(found / (1 - found)) - np.log(shares / (1 - shares))
        best = lift.argmax(axis=1)
        strength = np.searchsorted(self.steps, lift[np.arange(len(best)), best])
        codes: Ints = best * (len(self.steps) + 1) + strength
        return np.where(number[:, 0] > 0, codes, self.new)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each key had each label, over all documents: `(keys, labels)`, and over all keys."""

    by_key: Floats
    totals: Floats


def count(keys: Sequence[Ints], labels: Sequence[Ints], size: int, width: int) -> Counts:
    """Return the counts of `size` keys with `width` labels.

    Args:
        keys: for each document its keys; -1 counts nowhere.
        labels: for each document a label for each key; -1 counts nowhere.
        size: the number of keys.
        width: the number of labels.
    """
    by_key = np.zeros((size, width))
    for found, given in zip(keys, labels, strict=True):
        known = (found >= 0) & (given >= 0)
        np.add.at(by_key, (found[known], given[known]), 1)
    return Counts(by_key, by_key.sum(axis=0))


def ordered_codes(
    scale: Scale, keys: Sequence[Ints], labels: Sequence[Ints], order: Ints
) -> list[Ints]:
    """Return for each document the codes of its keys, from documents earlier in `order` alone; arguments as for `count`."""
    width = len(scale.labels)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    sizes = [len(found) for found in keys]
    rank = np.repeat(place, sizes)
    flat, given = np.concatenate(keys), np.concatenate(labels)
    counted = (flat >= 0) & (given >= 0)
    ones = np.zeros((len(flat), width))
    ones[counted, given[counted]] = 1
    # Sums over all that stands before, less what stands before the first of the same key.
    by_key = np.lexsort((rank, flat))
    totals = _before(ones[np.argsort(rank, kind="stable")], np.sort(rank))
    sums = _before(ones[by_key], flat[by_key] * len(order) + rank[by_key])
    sums -= sums[np.searchsorted(flat[by_key], flat[by_key])]
    counts, shares = np.empty_like(ones), np.empty_like(ones)
    counts[by_key] = np.where(flat[by_key, None] >= 0, sums, 0)
    shares[np.argsort(rank, kind="stable")] = totals
    return np.split(scale.codes(counts, shares), np.cumsum(sizes)[:-1])


def _before(rows: Floats, groups: Ints) -> Floats:
    """Return for each row the sum of all rows before the first of its group; equal `groups` stand together, ascending."""
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows, axis=0)])
    found: Floats = sums[np.searchsorted(groups, groups)]
    return found
