"""Variables with their parts, each function once. Owns the arrays and the comparison; refuses to rate."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from tprog.learn.compose.parts import Part

Bytes = npt.NDArray[np.uint8]
P = TypeVar("P", bound=Part, covariant=True)


@dataclass(frozen=True, eq=False)
class Pool(Generic[P]):
    """Candidates and what they write on a sample.

    Attributes:
        values: `(candidates, sequences, positions)`.
        parts: what the candidates are.
    """

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
        for start in range(0, len(rows), 4096):
            part = rows[start : start + 4096].astype(np.uint64)
            prints: list[int] = (part * weights).sum(axis=1, dtype=np.uint64).tolist()
            for offset, found in enumerate(prints):
                if found not in self._found:
                    self._found.add(found)
                    kept.append(start + offset)
        return kept
