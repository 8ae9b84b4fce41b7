"""Laying parts of two programs over each other. Owns which argument belongs to which, and functions on common points.

Refuses to judge what differs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tprog.analysis.diff.meaning import Function, orders
from tprog.ir import Value


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """Two functions on the points that both are defined on.

    Attributes:
        axes: for each argument the common values.
        capped: whether the last value of each axis stands for all greater numbers as well.
        values: what either can write.
        before, after: for each point an index into `values`.
    """

    axes: tuple[tuple[Value, ...], ...]
    capped: bool
    values: tuple[Value, ...]
    before: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]

    @property
    def equal(self) -> float:
        """The share of points at which both write the same; 0 where there are none."""
        return float((self.before == self.after).mean()) if self.before.size else 0.0


def common(before: Function, after: Function) -> Common:
    """Return two functions of as many arguments on their common points."""
    values = tuple(dict.fromkeys((*before.values, *after.values)))
    number = {value: index for index, value in enumerate(values)}
    sides = []
    if before.capped:
        shape = [max(pair) for pair in zip(before.entries.shape, after.entries.shape, strict=True)]
        axes: tuple[tuple[Value, ...], ...] = tuple(tuple(range(size)) for size in shape)
        for found in (before, after):
            grid = found.entries
            for place, size in enumerate(shape):
                grid = grid.take(np.minimum(np.arange(size), grid.shape[place] - 1), axis=place)
            sides.append(grid)
    else:
        axes = tuple(
            tuple(value for value in one if value in set(other))
            for one, other in zip(before.axes, after.axes, strict=True)
        )
        for found in (before, after):
            grid = found.entries
            for place, axis in enumerate(axes):
                known = {value: index for index, value in enumerate(found.axes[place])}
                rows = np.array([known[value] for value in axis], dtype=np.int64)
                grid = grid.take(rows, axis=place)
            sides.append(grid)
    coded = [
        np.array([number[value] for value in found.values], dtype=np.int64)[grid]
        for found, grid in zip((before, after), sides, strict=True)
    ]
    return Common(axes, before.capped, values, coded[0], coded[1])


def argument_orders(
    before: Sequence[int], after: Sequence[int], pairing: Mapping[int, int]
) -> list[tuple[int, ...]]:
    """Return the orders of the second's arguments that lay as many as can be over those that they are paired with.

    Args:
        before: the variables that the first reads.
        after: the variables that the second reads, as many.
        pairing: from the first program's variables to the second's.
    """
    candidates = list(orders([0] * len(after)))
    if len(candidates) == 1 and len(after) > 1:
        # Too many arguments to try all orders: each goes to its partner where that is free.
        candidates = [_greedy(before, after, pairing)]

    def kept(order: Sequence[int]) -> int:
        return sum(
            pairing.get(read) == after[place] for read, place in zip(before, order, strict=True)
        )

    most = max(map(kept, candidates))
    return [order for order in candidates if kept(order) == most]


def _greedy(
    before: Sequence[int], after: Sequence[int], pairing: Mapping[int, int]
) -> tuple[int, ...]:
    free = list(range(len(after)))
    order: list[int | None] = []
    for read in before:
        place = next((place for place in free if after[place] == pairing.get(read)), None)
        if place is not None:
            free.remove(place)
        order.append(place)
    return tuple(free.pop(0) if place is None else place for place in order)
