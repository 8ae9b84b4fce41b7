"""The predictions that circuits are sought for. Owns where they stand; refuses to know what decides them.

A *moment* is one prediction: an input and a scored position of it, or an input alone where outputs are pooled.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tprog.evaluate import Batch, scored_positions
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Program


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Predictions on some batches, in a row.

    Attributes:
        batches: framed inputs, one batch for each length.
        batch: for each moment the index of its batch.
        row: the input's row in that batch.
        position: the position in the framed sequence; 0 where outputs are pooled.
    """

    batches: tuple[Batch, ...]
    batch: IntArray
    row: IntArray
    position: IntArray

    def __len__(self) -> int:
        """Return the number of moments."""
        return len(self.batch)

    def of_batch(self, number: int) -> IntArray:
        """Return which moments belong to a batch; they stand side by side."""
        found: IntArray = np.flatnonzero(self.batch == number)
        return found

    def take(self, chosen: IntArray) -> "Moments":
        """Return some of the moments, ascending, on batches that hold their inputs alone."""
        batches: list[Batch] = []
        numbers, rows = np.zeros(len(chosen), dtype=np.int64), np.zeros(len(chosen), dtype=np.int64)
        for number, batch in enumerate(self.batches):
            own = self.batch[chosen] == number
            if own.any():
                kept, rows[own] = np.unique(self.row[chosen][own], return_inverse=True)
                numbers[own] = len(batches)
                batches.append(batch.take(kept))
        return Moments(tuple(batches), numbers, rows, self.position[chosen])


def scored_moments(program: Program, batches: Sequence[Batch]) -> Moments:
    """Return every prediction that counts and that votes decide: forced labels are left out.

    Args:
        program: a valid Program.
        batches: framed inputs of its domain.
    """
    wanted: list[BoolArray] = []
    classifier = program.classifier
    for batch in batches:
        scored = scored_positions(program.domain, batch)
        if classifier.pooled:
            scored = np.zeros_like(scored)
            scored[:, 0] = True
        else:
            scored[:, 0] &= classifier.first is None
            scored[:, -1] &= classifier.last is None
        wanted.append(scored)
    return moments_where(batches, wanted)


def moments_where(batches: Sequence[Batch], wanted: Sequence[BoolArray]) -> Moments:
    """Return the moments at given places.

    Args:
        batches: framed inputs.
        wanted: for each batch `(inputs, positions)`; pooled outputs stand at position 0.
    """
    places = [np.nonzero(where) for where in wanted]
    numbers = [np.full(len(rows), number) for number, (rows, _) in enumerate(places)]
    return Moments(
        tuple(batches),
        _joined(numbers),
        _joined([rows for rows, _ in places]),
        _joined([positions for _, positions in places]),
    )


def _joined(parts: Sequence[IntArray]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)
