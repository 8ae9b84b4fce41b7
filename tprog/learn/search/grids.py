"""Numerical look-ups as grids and as rectangles. Owns the two forms and the way between; refuses to evaluate inputs."""

import numpy as np

from tprog.ir import NumericalLookup, Rectangle
from tprog.learn.search.arrays import Bytes


def grid_of(lookup: NumericalLookup) -> Bytes:
    """Return the entry at every clamped point, with one axis of `cap + 1` points for each argument."""
    grid = np.full([cap + 1 for cap in lookup.caps], lookup.default, dtype=np.uint8)
    for box in reversed(lookup.rectangles):
        grid[tuple(slice(low, high + 1) for low, high in box.bounds)] = box.value
    return grid


def rectangles_of(grid: Bytes) -> tuple[tuple[Rectangle, ...], int]:
    """Return disjoint boxes and a default that describe a grid exactly; the most frequent entry is the default.

    Each box starts at the first point not yet covered and is grown along the last axis, then along the ones before it.
    """
    counts = np.bincount(grid.reshape(-1))
    default = int(counts.argmax())
    open_points = grid != default
    boxes: list[Rectangle] = []
    while open_points.any():
        start = tuple(int(axis[0]) for axis in np.nonzero(open_points))
        value = int(grid[start])
        stop = [place + 1 for place in start]
        for axis in reversed(range(grid.ndim)):
            while stop[axis] < grid.shape[axis]:
                slab = [slice(low, high) for low, high in zip(start, stop, strict=True)]
                slab[axis] = slice(stop[axis], stop[axis] + 1)
                if not ((grid[tuple(slab)] == value) & open_points[tuple(slab)]).all():
                    break
                stop[axis] += 1
        box = tuple(slice(low, high) for low, high in zip(start, stop, strict=True))
        open_points[box] = False
        bounds = tuple((low, high - 1) for low, high in zip(start, stop, strict=True))
        boxes.append(Rectangle(bounds, value))
    return tuple(boxes), default
