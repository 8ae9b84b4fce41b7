"""The sequences that candidates are rated on. Owns them as arrays; refuses to draw them."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tprog.ir import Domain
from tprog.learn.search.examples import Examples

Bytes = npt.NDArray[np.uint8]
PLACES = 12_000
"""Pairs of positions that are compared for one head over all sequences; this bounds how many sequences there are."""


def text_order(domain: Domain) -> tuple[int, ...]:
    """Return the place of each symbol of the alphabet among all, by their texts: so tokens are compared."""
    ranked = sorted(domain.alphabet)
    return tuple(ranked.index(symbol) for symbol in domain.alphabet)


@dataclass(frozen=True, eq=False)
class Sample:
    """Some labelled sequences.

    Attributes:
        tokens: `(sequences, positions)` indices into the alphabet, 0 after the end.
        lengths: of the sequences.
        truth: `(sequences, positions)` indices of labels, -1 where none counts.
        labels: how many labels there are.
        order: the place of each symbol of the alphabet among all, by their texts.
        values: values of any variable: counts from 0 to the greatest length, and tokens.
    """

    tokens: Bytes
    lengths: npt.NDArray[np.int64]
    truth: npt.NDArray[np.int16]
    labels: int
    order: tuple[int, ...]
    values: int

    @classmethod
    def from_examples(cls, examples: Examples, seed: int, most: int | None = None) -> "Sample":
        """Return at most `most` sequences in a random order; by default as many as keep ratings fast."""
        width = examples.tokens.shape[1]
        count = max(64, PLACES // width**2) if most is None else most
        taken = examples.shuffled(seed, count)
        return cls(
            np.maximum(taken.tokens, 0).astype(np.uint8),
            (taken.tokens >= 0).sum(axis=1).astype(np.int64),
            taken.truth,
            len(examples.labels),
            text_order(examples.domain),
            max(width + 1, len(examples.domain.alphabet)),
        )

    def take(self, count: int) -> "Sample":
        """Return the first sequences."""
        return replace(
            self,
            tokens=self.tokens[:count],
            lengths=self.lengths[:count],
            truth=self.truth[:count],
        )

    @property
    def positions(self) -> Bytes:
        """The numbers of the positions."""
        return np.arange(self.tokens.shape[1], dtype=np.uint8)

    @property
    def scored(self) -> int:
        """How many labels count."""
        return int((self.truth >= 0).sum())
