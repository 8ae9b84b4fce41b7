"""Rectangles that spell out a table. Owns the covering; refuses to know where the table comes from."""

from dataclasses import replace
from functools import lru_cache
from math import prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.ir import NumericalLookup, Rectangle

IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
# Top, bottom, left, right and the entry, all inclusive.
Box: TypeAlias = tuple[int, int, int, int, int]

Cover: TypeAlias = tuple[tuple[Rectangle, ...], int]

# As many of the most frequent entries are tried as defaults.
DEFAULTS = 4
# Of more different entries than these only the most frequent one is tried, since the search takes its time.
MANY = 8
# Where a search would take more steps than these (seconds), runs of equal entries are taken as they are.
MOST_WORK = 200_000_000
# Points of the largest table that is covered anew.
LARGEST = 1 << 10


def cover(table: IntArray) -> Cover:
    """Return rectangles and a default that give exactly the entries of a table, few of them.

    The first rectangle that holds a point wins, so a later one may lie over what earlier ones have settled. Two greedy
    orders are tried, from the first rectangle to the last and back; the shorter result is taken. An axis is cut wherever
    neighbouring slices differ and nowhere else, so large blocks cost no more than small ones.

    Args:
        table: entries at every point of a grid, one or two axes; where one is below 0, any entry will do.

    Returns:
        The rectangles, in order, and the default entry.
    """
    return _remembered(table.shape, np.ascontiguousarray(table, np.int64).tobytes())


@lru_cache(maxsize=1024)
def _remembered(shape: tuple[int, ...], entries: bytes) -> Cover:
    """Return the cover of a table, given by its shape and its bytes: the same few tables come up again and again."""
    return _cover(np.frombuffer(entries, np.int64).reshape(shape))


def _cover(table: IntArray) -> Cover:
    if table.ndim == 1:
        boxes, default = _cover(table[:, None])
        return tuple(Rectangle(box.bounds[:1], box.value) for box in boxes), default
    if table.ndim != 2:
        raise ValueError(f"a table of {table.ndim} axes; one or two are covered")
    rows, columns = _cuts(table), _cuts(table.T)
    small = table[np.ix_(rows, columns)]
    entries, counts = np.unique(small[small >= 0], return_counts=True)
    most = DEFAULTS if len(entries) <= MANY else 1
    defaults: list[int] = entries[np.argsort(-counts, kind="stable")[:most]].tolist()
    # A step looks at every entry in every pair of rows and every column, and each entry takes a step at least.
    work = len(entries) ** 2 * len(rows) ** 2 * len(columns)
    orders = (_settled, _painted) if work <= MOST_WORK else (_runs,)
    found = [(order(small, default), default) for default in defaults for order in orders]
    shortest, default = min(found, key=lambda one: len(one[0]))
    row_ends = np.append(rows[1:], table.shape[0]) - 1
    column_ends = np.append(columns[1:], table.shape[1]) - 1
    boxes = tuple(
        Rectangle(
            (
                (int(rows[top]), int(row_ends[bottom])),
                (int(columns[left]), int(column_ends[right])),
            ),
            entry,
        )
        for top, bottom, left, right, entry in shortest
    )
    return boxes, default


def table_of(lookup: NumericalLookup) -> IntArray:
    """Return the entry at every clamped point, with one axis of `cap + 1` points for each argument."""
    table = np.full([cap + 1 for cap in lookup.caps], lookup.default, dtype=np.int64)
    for box in reversed(lookup.rectangles):
        table[tuple(slice(low, high + 1) for low, high in box.bounds)] = box.value
    return table


def covered(lookup: NumericalLookup) -> NumericalLookup:
    """Return a look-up with the same value at every point, by fewer rectangles where fewer are found.

    Look-ups of three and more arguments, and tables of more than `LARGEST` points, come back as they are.
    """
    shape = [cap + 1 for cap in lookup.caps]
    if len(shape) > 2 or prod(shape) > LARGEST:
        return lookup
    boxes, default = cover(table_of(lookup))
    if len(boxes) >= len(lookup.rectangles):
        return lookup
    return replace(lookup, rectangles=boxes, default=default)


def _cuts(table: IntArray) -> IntArray:
    """Return the first index of every run of equal rows."""
    changes = (table[1:] != table[:-1]).any(axis=1)
    return np.flatnonzero(np.concatenate([[True], changes]))


def _runs(table: IntArray, default: int) -> list[Box]:
    """Return a box for every run of equal entries in a row."""
    boxes: list[Box] = []
    for row, entries in enumerate(table):
        starts = _cuts(entries[:, None])
        ends = np.append(starts[1:], len(entries)) - 1
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            entry = int(entries[start])
            if entry >= 0 and entry != default:
                boxes.append((row, row, start, end, entry))
    return boxes


def _settled(table: IntArray, default: int) -> list[Box]:
    """Return boxes from the first to the last: each holds only its entry and settled points, as many new as it can."""
    settled = table < 0
    forbidden = -table.size
    boxes: list[Box] = []
    while (missing := np.unique(table[~settled & (table != default)])).size:
        same = table == missing[:, None, None]
        box = _best(np.where(settled, 0, np.where(same, 1, forbidden)), missing)
        settled[box[0] : box[1] + 1, box[2] : box[3] + 1] = True
        boxes.append(box)
    return boxes


def _painted(table: IntArray, default: int) -> list[Box]:
    """Return boxes found from the last to the first, as paint on a canvas: each puts right as many points as it can."""
    canvas = np.full(table.shape, default)
    boxes: list[Box] = []
    while (missing := np.unique(table[(canvas != table) & (table >= 0)])).size:
        right = canvas == table
        box = _best(np.where(right, -1, 0) + (table == missing[:, None, None]), missing)
        canvas[box[0] : box[1] + 1, box[2] : box[3] + 1] = box[4]
        boxes.append(box)
    return boxes[::-1]


def _best(weights: IntArray, entries: IntArray) -> Box:
    """Return the box of the greatest weight over all entries; the first of equals.

    Args:
        weights: `(entries, rows, columns)`.
        entries: what the weights are of.
    """
    # Sums from the first column to each, for every pair of first and last row.
    down = np.cumsum(np.pad(weights, ((0, 0), (1, 0), (0, 0))), axis=1)
    tops, bottoms = _row_pairs(weights.shape[1])
    along = np.cumsum(down[:, bottoms + 1] - down[:, tops], axis=2)
    before = np.pad(along[:, :, :-1], ((0, 0), (0, 0), (1, 0)))
    gains = along - np.minimum.accumulate(before, axis=2)
    if gains.max() <= 0:
        return (0, 0, 0, 0, 0)
    entry, pair, right = (int(n) for n in np.unravel_index(gains.argmax(), gains.shape))
    left = int(before[entry, pair, : right + 1].argmin())
    return int(tops[pair]), int(bottoms[pair]), left, right, int(entries[entry])


@lru_cache(maxsize=64)
def _row_pairs(rows: int) -> tuple[IntArray, IntArray]:
    """Return every pair of a first and a last row."""
    tops, bottoms = np.triu_indices(rows)
    return tops, bottoms
