"""Comparisons within a bound, where one value of either side may stand for another: `1 <= key < (0 if query == 7 else query)`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tprog.evaluate.comparisons import LARGEST_TABLE, LEAST_ROWS, Split, split_of
from tprog.evaluate.inputs import BoolArray, IntArray

Other: TypeAlias = tuple[int, int] | None
"""A value, and what it stands for."""


@dataclass(frozen=True, slots=True)
class Ranged:
    """`low <= first < second + number` or `high >= first > second + number`, of which either side may have a value replaced.

    Attributes:
        split: the comparison.
        bound: the least value of the first side where the comparison is `<`, the greatest where it is `>`; None for no bound.
        first: what a value of the first side stands for.
        second: the same of the second side.
    """

    split: Split
    bound: int | None = None
    first: Other = None
    second: Other = None

    def holds(self, first: IntArray, second: IntArray) -> BoolArray:
        """Return where it holds, for the values of both sides."""
        first, second = replaced(first, self.first), replaced(second, self.second)
        found = self.split.holds(first, second)
        if self.bound is None:
            return found
        return found & (first >= self.bound if self.split.relation == "<" else first <= self.bound)


def replaced(values: IntArray, other: Other) -> IntArray:
    """Return values, one of them replaced."""
    return values if other is None else np.where(values == other[0], other[1], values)


def ranged(first: IntArray, second: IntArray, inside: BoolArray, known: BoolArray) -> Ranged | None:
    """Return a comparison that holds inside, and not elsewhere, as far as is known; None where there is none.

    Args:
        first: the values of one side.
        second: those of the other.
        inside: `(first, second)`: where it is to hold.
        known: the same: what counts.
    """
    if inside.size > LARGEST_TABLE or not (known & inside).any() or not (known & ~inside).any():
        return None
    axes = first[:, None], second[None, :]
    for one in _others(first.tolist(), inside, known):
        for other in _others(second.tolist(), inside.T, known.T):
            sides = np.broadcast_arrays(replaced(axes[0], one), replaced(axes[1], other))
            for bound in (None, "<", ">"):
                counted, limit = known, None
                if bound is not None:
                    wanted = sides[0][known & inside]
                    limit = int(wanted.min() if bound == "<" else wanted.max())
                    beyond = sides[0] < limit if bound == "<" else sides[0] > limit
                    if not (beyond & known).any():
                        continue
                    counted = known & ~beyond
                split = split_of(sides[0], sides[1], inside, counted)
                if split is None or split.relation == "==" or bound not in (None, split.relation):
                    continue
                if split.scale == 1 or one is other is None:
                    return Ranged(split, limit, one, other)
    return None


def _others(values: Sequence[int], inside: BoolArray, known: BoolArray) -> Iterator[Other]:
    """Yield what the first value may stand for: nothing else, 0 or what as much is known of as of the first one."""
    yield None
    for place, value in enumerate(values):
        both = known[0] & known[place]
        if place and both.any() and (inside[0] == inside[place])[both].all():
            yield values[0], value


def enough(inside: BoolArray) -> bool:
    """Return whether a comparison is no coincidence: it wants different things of many values of the second side."""
    return len({column.tobytes() for column in inside.T if column.any()}) >= LEAST_ROWS
