"""Drawing sequences. Owns the uniform distribution and spelling arrays out; refuses to know any task."""

from collections.abc import Sequence

import numpy as np

from tprog.errors import BadInput
from tprog.evaluate.inputs import IntArray
from tprog.ir import Domain


def draw_uniform(domain: Domain, random: np.random.Generator, count: int) -> list[tuple[str, ...]]:
    """Return `count` sequences of data symbols: each length equally likely, then each symbol.

    Raises:
        BadInput: the domain has no greatest length.
    """
    if domain.max_length is None:
        raise BadInput("sequences have no greatest length to draw from; give the task a sampler")
    lengths = random.integers(domain.min_length, domain.max_length + 1, size=count)
    symbols = random.integers(0, len(domain.symbols), size=(count, domain.max_length))
    return spell(domain.symbols, symbols, lengths)


def spell(
    symbols: Sequence[str], indices: IntArray, lengths: IntArray | None = None
) -> list[tuple[str, ...]]:
    """Return each row of `(rows, positions)` indices as symbols, cut to its length where lengths are given."""
    rows = np.array(symbols, dtype=object)[indices].tolist()
    if lengths is None:
        return [tuple(row) for row in rows]
    return [tuple(row[:length]) for row, length in zip(rows, lengths.tolist(), strict=True)]
