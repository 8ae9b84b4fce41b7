"""Tables over numbers that are a sum of them: kept within bounds, or modulo something."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tprog.evaluate.inputs import BoolArray, IntArray

WEIGHTS = {
    1: ((1,), (-1,)),
    2: ((1, 0), (0, 1), (1, 1), (1, -1), (-1, 1), (-1, 0), (0, -1)),
}
"""By the number of axes, how often each stands in a sum; the plainest first."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The weighted sum of the axes plus `step`, clipped to `low` and `top`.

    Attributes:
        weights: how often each axis is taken.
        step: what is added.
        low: the least entry.
        top: the greatest entry.
    """

    weights: tuple[int, ...]
    step: int
    low: int
    top: int

    def plain(self, shape: tuple[int, ...]) -> IntArray:
        """Return the sum at every point of a grid, before it is clipped."""
        return _weighted(self.weights, shape) + self.step

    def table(self, shape: tuple[int, ...]) -> IntArray:
        """Return its values at every point of a grid."""
        found: IntArray = np.clip(self.plain(shape), self.low, self.top)
        return found


@dataclass(frozen=True, slots=True)
class Remainder:
    """The weighted sum of the axes plus `step`, modulo `modulus`."""

    weights: tuple[int, ...]
    step: int
    modulus: int

    def table(self, shape: tuple[int, ...]) -> IntArray:
        """Return its values at every point of a grid."""
        found: IntArray = (_weighted(self.weights, shape) + self.step) % self.modulus
        return found


def _weighted(weights: tuple[int, ...], shape: tuple[int, ...]) -> IntArray:
    found: IntArray = np.tensordot(np.array(weights), np.indices(shape), axes=1)
    return found


def sum_of(table: IntArray, where: BoolArray) -> Sum | None:
    """Return the clipped sum that gives the entries there, None where there is none; a constant has no weights."""
    if not where.any() or table.ndim not in WEIGHTS:
        return None
    entries = table[where]
    low, top = int(entries.min()), int(entries.max())
    if low == top:
        return Sum((0,) * table.ndim, top, top, top)
    # Where an entry is strictly within the bounds, it gives the step; otherwise any step may be clipped.
    inside = (entries > low) & (entries < top)
    for weights in (*WEIGHTS[table.ndim], *_steps(table, where)):
        total = _weighted(weights, table.shape)[where]
        known = (entries - total)[inside][:1].tolist()
        if not known:
            # All entries are at a bound: the least step that lifts those at the top there.
            size = sum(abs(one) * long for one, long in zip(weights, table.shape, strict=True))
            known = [max(low - size, top - int(total[entries == top].min()))]
        for step in known:
            if np.array_equal(np.clip(total + step, low, top), entries):
                return Sum(weights, step, low, top)
    return None


def remainder_of(table: IntArray, where: BoolArray) -> Remainder | None:
    """Return the sum modulo the greatest entry plus one that gives the entries there, None where there is none.

    The modulus must be smaller than an axis, or nothing would ever wrap.
    """
    if table.ndim not in WEIGHTS or not where.any():
        return None
    modulus = int(table[where].max()) + 1
    if not 2 <= modulus < max(table.shape):
        return None
    for weights in _remainder_weights(table, where, modulus):
        plain = _weighted(weights, table.shape)[where]
        step = int(table[where][0] - plain[0]) % modulus
        if np.array_equal((plain + step) % modulus, table[where]):
            return Remainder(weights, step, modulus)
    return None


def _remainder_weights(
    table: IntArray, where: BoolArray, modulus: int
) -> Iterator[tuple[int, ...]]:
    """Yield the plain weights, then the ones that neighbouring entries give."""
    yield from WEIGHTS[table.ndim]
    for steps in _steps(table, where):
        yield tuple(step % modulus for step in steps)


def _steps(table: IntArray, where: BoolArray) -> Iterator[tuple[int, ...]]:
    """Yield by how much entries grow along each axis, where neighbours are known on all of them."""
    steps: list[int] = []
    for axis in range(table.ndim):
        lower, upper = np.moveaxis(table, axis, 0)[:-1], np.moveaxis(table, axis, 0)[1:]
        both = np.moveaxis(where, axis, 0)[:-1] & np.moveaxis(where, axis, 0)[1:]
        if not both.any():
            return
        steps.append(int((upper - lower)[both][0]))
    yield tuple(steps)
