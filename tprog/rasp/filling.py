"""What a look-up gives for arguments that never occur together: whatever makes it short to write.

Tables hold indices of the values written, -1 where a combination never occurs; entries are the indices of an argument's values
that stand along an axis.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np

from tprog.evaluate.comparisons import split_of
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.sums import WEIGHTS
from tprog.ir import FiniteValues

LARGEST = 1 << 12
"""In larger tables no sums are looked for."""

LEAST_KNOWN = 3
"""A sum that gives fewer known results is a coincidence."""


def as_copied(
    arguments: Sequence[FiniteValues],
    entries: Sequence[Sequence[int]],
    values: FiniteValues,
    common: int,
    table: IntArray,
) -> IntArray:
    """Return for every cell of a look-up the value of the argument that it mostly copies, else its commonest result."""
    found = np.full([len(each) for each in arguments], common, dtype=np.int64)
    for axis, argument in enumerate(arguments):
        copied = [values.index(one) for one in argument.values]
        codes = np.array([-1 if one is None else one for one in copied])
        sides = [-1 if one == axis else 1 for one in range(len(arguments))]
        along = codes[np.array(entries[axis])].reshape(sides)
        if 2 * int(((table == along) & (table >= 0)).sum()) >= int((table >= 0).sum()):
            found[:] = np.where(codes < 0, common, codes).reshape(sides)
    return found


def filled(table: IntArray) -> IntArray:
    """Return a table over several variables where values that never occur do what another value does, the one known best."""
    found = table.copy()
    for axis in range(found.ndim if found.ndim > 1 else 0):
        slices = np.moveaxis(found, axis, 0)
        known = (slices >= 0).reshape(len(slices), -1).sum(axis=1)
        slices[known == 0] = slices[known.argmax()]
    return found


def summed(
    table: IntArray,
    arguments: Sequence[FiniteValues],
    entries: Sequence[Sequence[int]],
    values: FiniteValues,
) -> IntArray:
    """Return a table where what never occurs goes on with what two arguments, or one, say: a sum of them, or a comparison.

    The other arguments choose the sum; the pair of which most results are sums is taken.
    """
    if table.size > LARGEST:
        return table
    best, most = table, 0
    for axes, grids in _numbered(table, arguments, entries):
        rest = [axis for axis in range(table.ndim) if axis not in axes]
        found, score = table.copy(), 0
        for point in product(*(range(table.shape[axis]) for axis in rest)):
            at: list[slice | int] = [slice(None)] * table.ndim
            for axis, place in zip(rest, point, strict=True):
                at[axis] = place
            own = table[tuple(at)]
            known = own >= 0
            codes = None if values.textual else _sum(own, known, grids, values)
            codes = by_comparison(own, known, grids) if codes is None else codes
            if codes is not None:
                score += int(known.sum())
                found[tuple(at)] = np.where(known, own, codes)
        if score > most:
            best, most = found, score
    return best


def _numbered(
    table: IntArray, arguments: Sequence[FiniteValues], entries: Sequence[Sequence[int]]
) -> Iterator[tuple[tuple[int, ...], list[IntArray]]]:
    """Yield each pair of arguments that are numbers, then each one, with their values on a grid of their own."""
    axes = [axis for axis, argument in enumerate(arguments) if not argument.textual]
    for count in (2, 1):
        for chosen in combinations(axes, count):
            held = [
                np.array([int(arguments[axis].values[one]) for one in entries[axis]], np.int64)
                for axis in chosen
            ]
            yield chosen, list(np.meshgrid(*held, indexing="ij"))


def _sum(
    table: IntArray, known: BoolArray, grids: Sequence[IntArray], values: FiniteValues
) -> IntArray | None:
    """Return the sum that gives what is known, kept between all values, or between the known ones; None where none does."""
    written = np.array(values.values, np.int64)
    given = written[table[known]]
    if len(given) < LEAST_KNOWN or (given == given[0]).all():
        return None
    for signs in WEIGHTS[len(grids)]:
        plain = np.tensordot(np.array(signs), np.stack(grids), axes=1)
        inside = given[(given > given.min()) & (given < given.max())]
        steps = (given - plain[known])[np.isin(given, inside) | (len(inside) == 0)]
        added, counts = np.unique(steps, return_counts=True)
        for least, greatest in ((written[0], written[-1]), (given.min(), given.max())):
            found = np.clip(plain + added[counts.argmax()], least, greatest)
            if np.array_equal(found[known], given) and np.isin(found, written).all():
                codes: IntArray = np.searchsorted(written, found)
                return codes
    return None


def by_comparison(table: IntArray, known: BoolArray, grids: Sequence[IntArray]) -> IntArray | None:
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
