"""Writing a table with two arguments as few rules. Owns the search for boxes; refuses to print them.

A rule is a box, a set of first values times a set of second values, or a short list of single entries, with one result.
Rules are tried in order, so a box may overlap what earlier rules have settled. Sets of columns are bit masks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

# Up to this many rows the search also looks at what two rows together allow.
PAIRS_UP_TO = 20

# A list of fewer entries is written as boxes.
FEWEST_ENTRIES = 2


@dataclass(frozen=True, slots=True)
class Box:
    """Where both indices lie in the given sets, the result is `value`.

    Attributes:
        rows, columns: the indices that the box is needed for, ascending.
        any_row, any_column: whether the box may be taken over all rows or columns without changing a result.
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


Cover: TypeAlias = tuple[list[Box | Entries], int]


def cover(table: Sequence[Sequence[int]], listed: int) -> Cover:
    """Return rules in order, and the result everywhere else, that together give a table `(row, column)`.

    Each step takes the rule that settles the most entries; the commonest results are tried as the last one.

    Args:
        table: results by row and column; where one is below 0, any result will do.
        listed: how many single entries one rule may list.
    """
    counts = Counter(value for row in table for value in row if value >= 0)
    common = sorted(counts, key=lambda value: (-counts[value], value))
    size = max(len(table), len(table[0]))
    attempts = [
        (_Search(table, default).rules(listed), default)
        for default in common[: 3 if size <= PAIRS_UP_TO else 1]
    ]
    return min(attempts, key=lambda attempt: len(attempt[0]))


class _Search:
    """The state of one greedy search: which entries are settled, and which still wait for their value."""

    def __init__(self, table: Sequence[Sequence[int]], default: int) -> None:
        self.width = len(table[0])
        self.full = (1 << self.width) - 1
        self.unsettled = [_mask(c for c, found in enumerate(row) if found >= 0) for row in table]
        values = sorted({value for row in table for value in row if value >= 0} - {default})
        self.waiting = {
            value: [_mask(c for c, found in enumerate(row) if found == value) for row in table]
            for value in values
        }

    def rules(self, listed: int) -> list[Box | Entries]:
        """Settle everything but the default."""
        rules: list[Box | Entries] = []
        while True:
            candidates = [
                (*self.largest(value), value) for value in self.waiting if self.left(value)
            ]
            if not candidates:
                return rules
            gain, rows, columns, value = max(candidates, key=lambda candidate: candidate[0])
            longest = max((candidate[-1] for candidate in candidates), key=self.left)
            count = min(listed, self.left(longest))
            if count > gain and count >= FEWEST_ENTRIES:
                rules.append(self.listed(longest, count))
            else:
                rules.append(self.box(value, rows, columns))

    def left(self, value: int) -> int:
        """Return how many entries still wait for a value."""
        return sum(cells.bit_count() for cells in self.waiting[value])

    def largest(self, value: int) -> tuple[int, int, int]:
        """Return the entries settled by, the rows and the columns of the best box for one value."""
        waiting = self.waiting[value]
        # For each row the columns that hold the value or are settled already.
        free = [
            self.full & ~(opened & ~own)
            for opened, own in zip(self.unsettled, waiting, strict=True)
        ]
        live = [row for row, own in enumerate(waiting) if own]
        best = (0, 0, 0)
        for columns in dict.fromkeys(_seeds(free, live)):
            gain, rows = 0, 0
            for row, allowed in enumerate(free):
                if columns & ~allowed == 0:
                    rows |= 1 << row
                    gain += (waiting[row] & columns).bit_count()
            if gain > best[0]:
                best = (gain, rows, columns)
        return best

    def box(self, value: int, rows: int, columns: int) -> Box:
        """Settle a box, shrunk to the rows and columns that it is needed for."""
        waiting = self.waiting[value]
        needed_rows = tuple(row for row in _bits(rows) if waiting[row] & columns)
        needed = 0
        for row in needed_rows:
            needed |= waiting[row] & columns
        for row in _bits(rows):
            self.settle(row, columns)
        return Box(
            needed_rows,
            tuple(_bits(needed)),
            any_row=rows == (1 << len(waiting)) - 1,
            any_column=columns == self.full,
            value=value,
        )

    def listed(self, value: int, count: int) -> Entries:
        """Settle single entries of one value, those outside its largest box first."""
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


def _seeds(free: list[int], live: list[int]) -> Iterator[int]:
    """Yield sets of columns to try: what one row allows, or two together."""
    for row in live:
        yield free[row]
    if len(free) <= PAIRS_UP_TO:
        for number, row in enumerate(live):
            for other in live[number + 1 :]:
                yield free[row] & free[other]


def _mask(columns: Iterable[int]) -> int:
    return sum(1 << column for column in columns)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
