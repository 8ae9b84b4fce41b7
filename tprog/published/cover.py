"""A function of several whole numbers as boxes. Owns the covering; refuses to know where the function comes from."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tprog.ir import Rectangle

IntArray = npt.NDArray[np.int64]


def cover(table: IntArray, starts: Sequence[Sequence[int]]) -> tuple[tuple[Rectangle, ...], int]:
    """Return rectangles and a default that give exactly a function that is constant on the cells of a grid.

    Each rectangle is grown greedily from the first cell that still differs from the default; they overlap only where they
    agree.

    Args:
        table: the entry of every cell, one axis for each argument.
        starts: for each argument the least number of every cell, ascending from 0; the last cell has no end, and its start
            is the argument's cap.
    """
    entries, counts = np.unique(table, return_counts=True)
    default = int(entries[int(np.argmax(counts))])
    ends = [[*(start - 1 for start in axis[1:]), axis[-1]] for axis in starts]
    settled = table == default
    found: list[Rectangle] = []
    while not settled.all():
        cell = np.unravel_index(int(np.argmin(settled)), table.shape)
        corner = [int(place) for place in cell]
        entry = int(table[cell])
        box = max(
            (_grown(table == entry, corner, axes) for axes in _orders(table.ndim)),
            key=lambda box: int((~settled[box]).sum()),
        )
        settled[box] = True
        bounds = tuple(
            (int(axis[side.start]), int(end[side.stop - 1]))
            for axis, end, side in zip(starts, ends, box, strict=True)
        )
        found.append(Rectangle(bounds, entry))
    return tuple(found), default


def _orders(axes: int) -> list[list[int]]:
    """Return in which order the axes are grown: each of them first once."""
    return [[*range(first, axes), *range(first)] for first in range(axes)]


def _grown(
    same: npt.NDArray[np.bool_], corner: Sequence[int], axes: Sequence[int]
) -> tuple[slice, ...]:
    """Return the box that starts as one cell and is grown along each axis as far as all its cells are the same."""
    box = [slice(place, place + 1) for place in corner]
    for axis in axes:
        for step in (-1, 1):
            edge = box[axis].start - 1 if step < 0 else box[axis].stop
            while 0 <= edge < same.shape[axis]:
                slab = tuple(
                    slice(edge, edge + 1) if other == axis else side
                    for other, side in enumerate(box)
                )
                if not same[slab].all():
                    break
                box[axis] = slice(min(edge, box[axis].start), max(edge + 1, box[axis].stop))
                edge += step
    return tuple(box)
