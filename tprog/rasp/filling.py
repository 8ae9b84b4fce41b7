"""What a look-up over counts gives at points that never occur: whatever makes it a formula."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from tprog.evaluate.comparisons import split_of
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.sums import remainder_of, sum_of
from tprog.rasp.graph import Value

LARGEST_NUMBER = 1 << 16
"""Numbers are stored as they are up to this one."""

LEAST_KNOWN = 3
"""A comparison that gives fewer known results is a coincidence."""


def whole_numbers(values: Sequence[Value]) -> list[int] | None:
    """Return whole numbers, fractions among them, as integers; None where there are others, or one number as both."""
    whole = [
        int(value)
        for value in values
        if type(value) is int or (isinstance(value, Fraction) and value.denominator == 1)
    ]
    return whole if len({*whole}) == len(values) else None


def as_numbers(
    table: IntArray, held: Sequence[Value], frame: int, clear: bool
) -> tuple[IntArray, tuple[int, ...]] | None:
    """Return a table as a sum or remainder of its axes, and what stands in it for each value; None where it is neither.

    Numbers stand for themselves where they are not negative, and above 0 where that stands for the frame; others are
    shifted.

    Args:
        table: indices into `held`, `frame` at frame positions, -1 at points that never occur.
        held: the values in their order.
        frame: the index that stands for a frame position.
        clear: whether frame positions must differ from all values; 0 stands there then.
    """
    truths = [int(one) for one in held if isinstance(one, bool)]
    whole = truths if len(truths) == len(held) else whole_numbers(held)
    if table.ndim > 2 or not whole:
        return None
    least = int(clear)
    shift = 0 if least <= whole[0] else least - whole[0]
    stored = tuple(value + shift for value in whole)
    if stored[-1] >= LARGEST_NUMBER:
        return None
    known = table >= 0
    numbers = np.where(known, np.array((*stored, 0, 0))[np.minimum(table, frame)], 0)
    framed = known & (table == frame) & clear
    for where in (known, known & ~framed):
        for found in (sum_of(numbers, where), remainder_of(numbers, where)):
            if found is not None:
                return np.where(framed, 0, found.table(table.shape)), stored
    chosen = None if framed.any() else _choice(numbers, known)
    if chosen is None and table.ndim == 2:
        chosen = _by_comparison(numbers, known & ~framed, list(np.indices(table.shape)))
        chosen = None if chosen is None else np.where(framed, 0, chosen)
    return None if chosen is None else (chosen, stored)


def _choice(numbers: IntArray, known: BoolArray) -> IntArray | None:
    """Return a sum where an axis has one value and another sum elsewhere, that give what is known; None where none do."""
    axes = np.indices(numbers.shape)
    for axis, size in enumerate(numbers.shape):
        for value in range(size):
            here = axes[axis] == value
            parts = [sum_of(numbers, known & where) for where in (here, ~here)]
            if (known & here).any() and parts[0] is not None and parts[1] is not None:
                tables = [part.table(numbers.shape) for part in parts if part is not None]
                return np.where(here, *tables)
    return None


def _by_comparison(table: IntArray, known: BoolArray, grids: Sequence[IntArray]) -> IntArray | None:
    """Return the choice between two results by a comparison of two arguments that gives what is known; None where none does."""
    results = np.unique(table[known])
    if len(grids) != 2 or len(results) != 2 or known.sum() < LEAST_KNOWN:
        return None
    for yes, no in (results, results[::-1]):
        for first, second in (grids, grids[::-1]):
            found = split_of(first, second, table == yes, known)
            if found is not None:
                chosen: IntArray = np.where(found.holds(first, second), yes, no)
                return chosen
    return None
