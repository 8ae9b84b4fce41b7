"""Writing a table with two arguments as few rules. Owns the search for boxes; refuses to print them.

A rule is a box: a set of first values times a set of second values, with one result. Rules are tried in order, so a box
may overlap what earlier boxes have settled. Sets are integers used as bit masks.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Up to this many rows the search also looks at what two rows together allow.
PAIRS_UP_TO = 20


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


def cover(table: Sequence[Sequence[int]]) -> tuple[list[Box], int]:
    """Return rules in order, and the result everywhere else, that together give a table `(row, column)`.

    Each step takes the box that settles the most entries; the commonest results are tried as the last one.
    """
    counts = Counter(value for row in table for value in row)
    common = [value for value, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    size = max(len(table), len(table[0]))
    attempts = [_greedy(table, default) for default in common[: 3 if size <= PAIRS_UP_TO else 1]]
    best = min(range(len(attempts)), key=lambda number: len(attempts[number]))
    return attempts[best], common[best]


def _greedy(table: Sequence[Sequence[int]], default: int) -> list[Box]:
    width = len(table[0])
    values = sorted({value for row in table for value in row} - {default})
    # For each value and row: the columns that hold it and are not settled yet.
    open_cells = {
        value: [_mask(column for column in range(width) if row[column] == value) for row in table]
        for value in values
    }
    unsettled = [(1 << width) - 1] * len(table)
    boxes: list[Box] = []
    while True:
        best: tuple[int, int, int, int] | None = None
        for value in values:
            good = open_cells[value]
            if any(good):
                found = _largest(good, unsettled, width)
                if best is None or found[0] > best[0]:
                    best = (*found, value)
        if best is None:
            return boxes
        _, rows, columns, value = best
        boxes.append(_box(open_cells[value], unsettled, rows, columns, width, value))
        for row in _bits(rows):
            unsettled[row] &= ~columns
            for cells in open_cells.values():
                cells[row] &= ~columns


def _largest(good: list[int], unsettled: list[int], width: int) -> tuple[int, int, int]:
    """Return the entries settled by, the rows and the columns of the best box for one value.

    Args:
        good: for each row the open columns that hold the value.
        unsettled: for each row all open columns.
        width: the number of columns.
    """
    full = (1 << width) - 1
    free = [full & ~(opened & ~own) for opened, own in zip(unsettled, good, strict=True)]
    live = [row for row, own in enumerate(good) if own]
    best = (0, 0, 0)
    for columns in dict.fromkeys(_seeds(free, live)):
        gain, rows = 0, 0
        for row, allowed in enumerate(free):
            if columns & ~allowed == 0:
                rows |= 1 << row
                gain += (good[row] & columns).bit_count()
        if gain > best[0]:
            best = (gain, rows, columns)
    return best


def _seeds(free: list[int], live: list[int]) -> Iterator[int]:
    """Yield sets of columns to try: what one row allows, or two together."""
    size = len(free)
    for row in live:
        yield free[row]
    if size <= PAIRS_UP_TO:
        for number, row in enumerate(live):
            for other in live[number + 1 :]:
                yield free[row] & free[other]


def _box(
    good: list[int], unsettled: list[int], rows: int, columns: int, width: int, value: int
) -> Box:
    """Shrink a box to the rows and columns that it is needed for."""
    needed_rows = tuple(row for row in _bits(rows) if good[row] & columns)
    needed = 0
    for row in needed_rows:
        needed |= good[row] & columns
    full = (1 << width) - 1
    return Box(
        needed_rows,
        tuple(_bits(needed)),
        any_row=rows == (1 << len(good)) - 1,
        any_column=columns == full,
        value=value,
    )


def _mask(columns: Iterator[int]) -> int:
    return sum(1 << column for column in columns)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
