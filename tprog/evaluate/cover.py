"""Tables as few rules, by greedy set cover: rectangles of neighbouring points, boxes of cells, or products of two sets.

In all three the first rule that holds decides, and a default holds where none does. `cover` writes numerical look-ups in
few rectangles, which may lie over each other. `cover_cells` takes any number of arguments. `cover_sets` writes categorical
tables, whose rows and columns have no order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import TypeAlias

import numpy as np

from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import NumericalLookup, Rectangle

Cover: TypeAlias = tuple[tuple[Rectangle, ...], int]
# Top, bottom, left, right and the entry, all inclusive.
_Box: TypeAlias = tuple[int, int, int, int, int]

# As many of the most frequent entries are tried as defaults.
DEFAULTS = 4
# Of more different entries than these only the most frequent one is tried, since the search takes its time.
MANY = 8
# Where a search would take more steps than these (seconds), runs of equal entries are taken as they are.
MOST_WORK = 200_000_000
# Points of the largest table that is covered anew.
LARGEST = 1 << 10
# Products are looked for with each of so many of the most frequent results as the default.
SET_DEFAULTS = 3
# Up to this many rows the search for products also looks at what two rows together allow.
PAIRS_UP_TO = 20
# A list of fewer entries is written as products.
FEWEST_ENTRIES = 2


def cover(table: IntArray) -> Cover:
    """Return rectangles and a default that give exactly the entries of a table, few of them.

    Two greedy orders are tried, from the first rectangle to the last and back; the shorter result is taken. An axis is cut
    wherever neighbouring slices differ and nowhere else, so large blocks cost no more than small ones.

    Args:
        table: entries at every point of a grid, one or two axes; where one is below 0, any entry will do.
    """
    return _remembered(table.shape, np.ascontiguousarray(table, np.int64).tobytes())


@lru_cache(maxsize=1024)
def _remembered(shape: tuple[int, ...], entries: bytes) -> Cover:
    """Cover a table given by its shape and its bytes: the same few tables come up again and again."""
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


def covered_table(table: IntArray) -> Cover:
    """Return rectangles and a default for a table with any number of axes: by `cover`, of more than two by `cover_cells`."""
    return cover(table) if table.ndim <= 2 else cover_cells(table, [range(n) for n in table.shape])


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


def _runs(table: IntArray, default: int) -> list[_Box]:
    """Return a box for every run of equal entries in a row."""
    boxes: list[_Box] = []
    for row, entries in enumerate(table):
        starts = _cuts(entries[:, None])
        ends = np.append(starts[1:], len(entries)) - 1
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            entry = int(entries[start])
            if entry >= 0 and entry != default:
                boxes.append((row, row, start, end, entry))
    return boxes


def _settled(table: IntArray, default: int) -> list[_Box]:
    """Return boxes from the first to the last: each holds only its entry and settled points, as many new as it can."""
    settled = table < 0
    forbidden = -table.size
    boxes: list[_Box] = []
    while (missing := np.unique(table[~settled & (table != default)])).size:
        same = table == missing[:, None, None]
        box = _best(np.where(settled, 0, np.where(same, 1, forbidden)), missing)
        settled[box[0] : box[1] + 1, box[2] : box[3] + 1] = True
        boxes.append(box)
    return boxes


def _painted(table: IntArray, default: int) -> list[_Box]:
    """Return boxes found from the last to the first, as paint on a canvas: each puts right as many points as it can."""
    canvas = np.full(table.shape, default)
    boxes: list[_Box] = []
    while (missing := np.unique(table[(canvas != table) & (table >= 0)])).size:
        right = canvas == table
        box = _best(np.where(right, -1, 0) + (table == missing[:, None, None]), missing)
        canvas[box[0] : box[1] + 1, box[2] : box[3] + 1] = box[4]
        boxes.append(box)
    return boxes[::-1]


def _best(weights: IntArray, entries: IntArray) -> _Box:
    """Return the box of the greatest weight, the first of equals; `weights` is `(entries, rows, columns)`."""
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


def cover_cells(table: IntArray, starts: Sequence[Sequence[int]]) -> Cover:
    """Return rectangles and a default for a function of several numbers that is constant on the cells of a grid.

    Each rectangle is grown from the first cell that still differs from the default, over cells of the same entry alone.

    Args:
        table: the entry of every cell, one axis for each argument.
        starts: for each argument the least number of every cell, ascending from 0; the last cell has no end, and its start
            is the argument's cap.
    """
    entries, counts = np.unique(table, return_counts=True)
    default = int(entries[counts.argmax()])
    ends = [[*(start - 1 for start in axis[1:]), axis[-1]] for axis in starts]
    settled = table == default
    found: list[Rectangle] = []
    while not settled.all():
        corner = tuple(int(place) for place in np.unravel_index(settled.argmin(), table.shape))
        same = table == table[corner]
        boxes = [_grown(same, corner, first) for first in range(table.ndim)]
        box = max(boxes, key=lambda box: int((~settled[box]).sum()))
        settled[box] = True
        bounds = tuple(
            (int(axis[side.start]), int(end[side.stop - 1]))
            for axis, end, side in zip(starts, ends, box, strict=True)
        )
        found.append(Rectangle(bounds, int(table[corner])))
    return tuple(found), default


def _grown(same: BoolArray, corner: Sequence[int], first: int) -> tuple[slice, ...]:
    """Return the box that is grown from one cell along each axis, beginning with `first`, over cells that are the same."""
    box = [slice(place, place + 1) for place in corner]
    for axis in (*range(first, same.ndim), *range(first)):
        for step in (-1, 1):
            edge = box[axis].start - 1 if step < 0 else box[axis].stop
            while 0 <= edge < same.shape[axis]:
                slab = (*box[:axis], slice(edge, edge + 1), *box[axis + 1 :])
                if not same[slab].all():
                    break
                box[axis] = slice(min(edge, box[axis].start), max(edge + 1, box[axis].stop))
                edge += step
    return tuple(box)


@dataclass(frozen=True, slots=True)
class Product:
    """Where the row and the column lie in two sets, the result is `value`.

    Attributes:
        rows, columns: the indices that the product is needed for, ascending.
        any_row, any_column: whether it may be taken over all rows or columns without changing a result.
        value: the result.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    any_row: bool
    any_column: bool
    value: int


@dataclass(frozen=True, slots=True)
class Entries:
    """At each of some `(row, column)` the result is `value`."""

    cells: tuple[tuple[int, int], ...]
    value: int


Rules: TypeAlias = tuple[list[Product | Entries], int]


def cover_sets(table: Sequence[Sequence[int]], listed: int) -> Rules:
    """Return rules in order, and the result everywhere else, that together give a table `(row, column)`.

    Each step takes the rule that settles the most entries; the commonest results are tried as the last one.

    Args:
        table: results by row and column; where one is below 0, any result will do.
        listed: how many single entries one rule may list.
    """
    counts = Counter(value for row in table for value in row if value >= 0)
    common = sorted(counts, key=lambda value: (-counts[value], value))
    tried = SET_DEFAULTS if max(len(table), len(table[0])) <= PAIRS_UP_TO else 1
    attempts = [(_SetSearch(table, default).rules(listed), default) for default in common[:tried]]
    return min(attempts, key=lambda attempt: len(attempt[0]))


class _SetSearch:
    """A greedy search: which entries still wait for their value. Sets of columns are bit masks."""

    def __init__(self, table: Sequence[Sequence[int]], default: int) -> None:
        self.full = (1 << len(table[0])) - 1
        self.unsettled = [_mask(c for c, found in enumerate(row) if found >= 0) for row in table]
        values = sorted({value for row in table for value in row if value >= 0} - {default})
        self.waiting = {
            value: [_mask(c for c, found in enumerate(row) if found == value) for row in table]
            for value in values
        }

    def rules(self, listed: int) -> list[Product | Entries]:
        """Settle everything but the default."""
        rules: list[Product | Entries] = []
        while candidates := [(*self.largest(v), v) for v in self.waiting if self.left(v)]:
            gain, rows, columns, value = max(candidates, key=lambda candidate: candidate[0])
            longest = max((candidate[-1] for candidate in candidates), key=self.left)
            count = min(listed, self.left(longest))
            if count > gain and count >= FEWEST_ENTRIES:
                rules.append(self.entries(longest, count))
            else:
                rules.append(self.product(value, rows, columns))
        return rules

    def left(self, value: int) -> int:
        """Return how many entries still wait for a value."""
        return sum(cells.bit_count() for cells in self.waiting[value])

    def largest(self, value: int) -> tuple[int, int, int]:
        """Return the entries settled by, the rows and the columns of the best product for one value."""
        waiting = self.waiting[value]
        # For each row the columns that hold the value or are settled already.
        free = [
            self.full & ~(opened & ~own)
            for opened, own in zip(self.unsettled, waiting, strict=True)
        ]
        live = [free[row] for row, own in enumerate(waiting) if own]
        seeds = list(live)
        if len(free) <= PAIRS_UP_TO:
            seeds += [one & other for n, one in enumerate(live) for other in live[n + 1 :]]
        best = (0, 0, 0)
        for columns in dict.fromkeys(seeds):
            gain, rows = 0, 0
            for row, allowed in enumerate(free):
                if columns & ~allowed == 0:
                    rows |= 1 << row
                    gain += (waiting[row] & columns).bit_count()
            if gain > best[0]:
                best = (gain, rows, columns)
        return best

    def product(self, value: int, rows: int, columns: int) -> Product:
        """Settle a product, shrunk to the rows and columns that it is needed for."""
        waiting = self.waiting[value]
        needed_rows = tuple(row for row in _bits(rows) if waiting[row] & columns)
        needed = 0
        for row in needed_rows:
            needed |= waiting[row] & columns
        for row in _bits(rows):
            self.settle(row, columns)
        every = rows == (1 << len(waiting)) - 1
        return Product(needed_rows, tuple(_bits(needed)), every, columns == self.full, value)

    def entries(self, value: int, count: int) -> Entries:
        """Settle single entries of one value, those outside its largest product first."""
        _, rows, columns = self.largest(value)
        cells = [(row, c) for row, own in enumerate(self.waiting[value]) for c in _bits(own)]
        cells.sort(key=lambda cell: bool(rows >> cell[0] & 1 and columns >> cell[1] & 1))
        chosen = sorted(cells[:count])
        for row, column in chosen:
            self.settle(row, 1 << column)
        return Entries(tuple(chosen), value)

    def settle(self, row: int, columns: int) -> None:
        """Mark entries as settled."""
        self.unsettled[row] &= ~columns
        for waiting in self.waiting.values():
            waiting[row] &= ~columns


def _mask(columns: Iterable[int]) -> int:
    return sum(1 << column for column in columns)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
