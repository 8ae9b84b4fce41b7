"""What candidates are rated on: labelled sequences as arrays, and what each candidate writes on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from tprog.ir import Domain
from tprog.learn.compose.expressions import Expression
from tprog.learn.search.examples import Examples

Bytes = npt.NDArray[np.uint8]
P = TypeVar("P", bound=Expression, covariant=True)
PLACES = 12_000
"""Pairs of positions that are compared for one head over all sequences; this bounds how many sequences there are."""
CHUNK = 4096
"""Candidates that are computed at once."""


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


@dataclass(frozen=True, eq=False)
class Pool(Generic[P]):
    """Candidates (`parts`) and what they write on a sample: `(candidates, sequences, positions)`."""

    values: Bytes
    parts: tuple[P, ...]

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.parts)

    def take(self, rows: Sequence[int]) -> "Pool[P]":
        """Return some of the candidates."""
        return Pool(self.values[list(rows)], tuple(self.parts[row] for row in rows))

    @classmethod
    def joined(cls, pools: "Sequence[Pool[P]]") -> "Pool[P]":
        """Return the candidates of several pools, in order."""
        return cls(
            np.concatenate([pool.values for pool in pools]),
            tuple(part for pool in pools for part in pool.parts),
        )


@dataclass(eq=False)
class Seen:
    """What was seen already: fingerprints of arrays of bytes."""

    _found: set[int] = field(default_factory=set)

    def new(self, values: Bytes) -> list[int]:
        """Return which rows were never given before, and not earlier in this very array.

        Rows are told apart by 64 bits; two different rows are taken for one with a chance of one in 2**64 for a pair.
        """
        rows = values.reshape(len(values), -1)
        weights = np.random.default_rng(0).integers(1, 1 << 62, rows.shape[1], dtype=np.uint64)
        weights = weights * np.uint64(2) + np.uint64(1)
        kept: list[int] = []
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK].astype(np.uint64)
            prints: list[int] = (part * weights).sum(axis=1, dtype=np.uint64).tolist()
            for offset, found in enumerate(prints):
                if found not in self._found:
                    self._found.add(found)
                    kept.append(start + offset)
        return kept
