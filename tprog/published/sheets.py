"""The CSV files of published programs: their cells, and what pandas makes of them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tprog.errors import UnreadableSource
from tprog.published.files import read_bounded
from tprog.published.scaling import is_weight

LARGEST_SHEET = 32_000_000  # bytes

# What pandas reads as a missing value: a published program finds no row for such a word and raises KeyError.
LOST_TO_PANDAS = frozenset(
    (
        *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
        *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
    )
)

# The value of numerical variables, and of places that no symbol has taken.
NO_VALUE = "_"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file: its number and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A CSV file with a header.

    Attributes:
        path: the file.
        header: the names of the columns.
        rows: the other lines, without blank ones; each has as many cells as the header.
        keeps_missing: whether cells such as NA are kept as they are, and not taken for missing values.
    """

    path: Path
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    keeps_missing: bool = False

    def error(self, line: int, message: str) -> UnreadableSource:
        """Return an error that points at a line."""
        return UnreadableSource(f"{self.path}:{line}: {message}")


def read_sheet(path: Path, keeps_missing: bool = False) -> Sheet:
    """Read a CSV file.

    Raises:
        FileProblem: it cannot be read.
        UnreadableSource: it is too large, no CSV file, or its lines differ in length.
    """
    lines = list(_lines(path, read_bounded(path, LARGEST_SHEET)))
    if not lines:
        raise UnreadableSource(f"{path}:1: the file is empty; restore it from its source")
    header = lines[0].cells
    for row in lines[1:]:
        if len(row.cells) != len(header):
            raise UnreadableSource(
                f"{path}:{row.line}: {len(row.cells)} cells under {len(header)} columns; "
                "the file is damaged or cut off, restore it from its source"
            )
    for place, name in enumerate(header):
        if not name or name in header[:place]:
            raise UnreadableSource(
                f"{path}:1: column {place + 1} has no name of its own ({name!r}); every column needs one"
            )
    return Sheet(path, header, tuple(lines[1:]), keeps_missing)


def _lines(path: Path, text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if cells:
                yield Row(reader.line_num, tuple(cells))
    except csv.Error as error:
        raise UnreadableSource(
            f"{path}:{reader.line_num}: this is no CSV ({error}); restore the file from its source"
        ) from error


@dataclass(frozen=True)
class WeightSheet:
    """A classifier: for each variable and value one weight for each label.

    Attributes:
        sheet: a file whose first two columns are `feature` and `value`.
    """

    sheet: Sheet

    def __post_init__(self) -> None:
        """Refuse files that are no classifier."""
        if self.sheet.header[:2] != ("feature", "value") or len(self.sheet.header) < 3:
            raise self.sheet.error(
                1, "a classifier's columns are feature, value and the labels; give such a file"
            )

    def check(self, typed: bool = False) -> None:
        """Check that pandas reads it as a classifier.

        Args:
            typed: whether its values are said to be texts.

        Raises:
            UnreadableSource: some cell is no weight, so that pandas leaves its column out of the sums; or all values look
                like numbers, so that the program, which looks for texts, finds none of them.
        """
        for row in self.sheet.rows:
            for cell in row.cells[2:]:
                if not is_weight(cell):
                    raise self.sheet.error(
                        row.line, f"{cell[:40]!r} is no weight; give finite decimal numbers"
                    )
        if not typed and all(_is_numeric(row.cells[1]) for row in self.sheet.rows):
            raise self.sheet.error(
                1,
                "pandas takes all its values for numbers, and the program, which looks for texts, finds none of them; "
                "read it with dtype={'value': str}",
            )

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the columns."""
        return self.sheet.header[2:]

    @cached_property
    def values(self) -> dict[str, tuple[str, ...]]:
        """The values of each variable, in the file's order; those of free places (`_`) are left out."""
        found: dict[str, dict[str, None]] = {}
        for row in self.sheet.rows:
            values = found.setdefault(row.cells[0], {})
            if row.cells[1] != NO_VALUE:
                values[row.cells[1]] = None
        return {feature: tuple(values) for feature, values in found.items()}

    @cached_property
    def _index(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.sheet.rows:
            found.setdefault((row.cells[0], row.cells[1]), []).append(row)
        return found

    def row(self, feature: str, value: str) -> Row | None:
        """Return the line of a variable's value, or None where there is none.

        Raises:
            UnreadableSource: there are several; pandas would return them all and shift every position.
        """
        found = self._index.get((feature, value), [])
        if len(found) > 1:
            raise self.sheet.error(
                found[1].line,
                f"{feature} {value!r} stands here again (first in line {found[0].line}); keep one of them",
            )
        return found[0] if found else None


@dataclass(frozen=True)
class WordSheet:
    """Embeddings: for each word one value of each embedding variable.

    Attributes:
        sheet: a file with a column of words.
        column: the name of that column.
    """

    sheet: Sheet
    column: str

    def __post_init__(self) -> None:
        """Refuse files without words, and words that stand twice."""
        if self.column not in self.sheet.header:
            raise self.sheet.error(1, f"there is no column {self.column!r}; give embeddings")
        seen: dict[str, int] = {}
        for row in self.sheet.rows:
            word = row.cells[self._place(self.column)]
            if word in seen:
                raise self.sheet.error(
                    row.line,
                    f"the word {word!r} stands here again (first in line {seen[word]}); keep one of them",
                )
            seen[word] = row.line
        if not seen:
            raise self.sheet.error(1, "there are no words; restore the file from its source")
        if all(map(_is_numeric, seen)):
            raise self.sheet.error(1, "pandas takes all its words for numbers; restore the file")

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words, in the file's order."""
        place = self._place(self.column)
        return tuple(row.cells[place] for row in self.sheet.rows)

    def numbers(self, column: str) -> dict[str, int] | None:
        """Return the value of a variable for each word, or None where there is no such column.

        Raises:
            UnreadableSource: an entry is no whole number from 0 on.
        """
        if column == self.column or column not in self.sheet.header:
            return None
        place = self._place(column)
        found: dict[str, int] = {}
        for word, row in zip(self.words, self.sheet.rows, strict=True):
            number = whole(row.cells[place])
            if number is None:
                raise self.sheet.error(
                    row.line,
                    f"{row.cells[place][:40]!r} is no value of {column}; give a whole number",
                )
            found[word] = number
        return found

    def _place(self, column: str) -> int:
        return self.sheet.header.index(column)


def _is_numeric(cell: str) -> bool:
    """Tell whether pandas may take a cell for a number, a truth or nothing."""
    try:
        float(cell)
    except ValueError:
        return cell in LOST_TO_PANDAS or cell.lower() in ("true", "false")
    return True


def whole(text: str) -> int | None:
    """Return the whole number from 0 on that a cell holds, written as Python writes it, or None."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return None
    return int(text) if str(int(text)) == text else None
