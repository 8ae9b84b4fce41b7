"""The CSV files that a published program names, each found and read once: their cells, and what pandas makes of them."""

import ast
import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from tprog.errors import UnreadableSource
from tprog.published.arguments import Arguments
from tprog.published.files import companion, read_bounded
from tprog.published.parsed import PublishedSource

LARGEST_SHEET = 32_000_000  # bytes

NUMBER = re.compile(
    r"[ \t]*[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?[ \t]*", re.ASCII
)
LONGEST_INTEGER = 18  # digits that pandas adds up in 64 bits

# What pandas reads as a missing value: a published program finds no row for such a word and raises KeyError.
LOST_TO_PANDAS = frozenset(
    (
        *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
        *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
    )
)

# The value of numerical variables, and of places that no symbol has taken.
NO_VALUE = "_"

# The options of read_csv that are known, and the values that they may have, as Python prints them.
OPTIONS = {
    "index_col": ("[0, 1]",),
    "dtype": ("['feature']", "['feature', 'value']", "[]"),
    "keep_default_na": ("False", "True"),
    "na_filter": ("False", "True"),
    "encoding": ("'utf-8'", "'utf8'"),
    "sep": ("','",),
    "header": ("0",),
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of a file: its number and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A CSV file: its header, and its other lines without blank ones, each with as many cells.

    `keeps_missing` tells whether cells such as NA are kept as they are, and not taken for missing values.
    """

    path: Path
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
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
    reader = csv.reader(io.StringIO(read_bounded(path, LARGEST_SHEET), newline=""), strict=True)
    try:
        lines = [SheetRow(reader.line_num, tuple(cells)) for cells in reader if cells]
    except csv.Error as error:
        raise UnreadableSource(
            f"{path}:{reader.line_num}: this is no CSV ({error}); restore the file from its source"
        ) from error
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


@dataclass(frozen=True)
class WeightSheet:
    """A classifier: for each variable (`feature`) and value one weight for each label."""

    sheet: Sheet

    def __post_init__(self) -> None:
        """Refuse files that are no classifier."""
        if self.sheet.header[:2] != ("feature", "value") or len(self.sheet.header) < 3:
            raise self.sheet.error(
                1, "a classifier's columns are feature, value and the labels; give such a file"
            )

    def check(self, typed: bool = False) -> None:
        """Check that pandas reads it as a classifier, whose values are said to be texts where it is `typed`."""
        # One cell that is no number would take its whole column out of pandas' sums.
        for row in self.sheet.rows:
            self._check_cells(row)
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
    def _index(self) -> dict[tuple[str, str], list[SheetRow]]:
        found: dict[tuple[str, str], list[SheetRow]] = {}
        for row in self.sheet.rows:
            found.setdefault((row.cells[0], row.cells[1]), []).append(row)
        return found

    def row(self, feature: str, value: str) -> tuple[Fraction, ...] | None:
        """Return the weights of a variable's value, exactly as their decimals are written, or None where there are none."""
        found = self._index.get((feature, value), [])
        if len(found) > 1:
            raise self.sheet.error(
                found[1].line,
                f"{feature} {value!r} stands here again (first in line {found[0].line}); keep one of them",
            )
        for row in found:
            self._check_cells(row)
            return tuple(Fraction(cell.strip()) for cell in row.cells[2:])
        return None

    def _check_cells(self, row: SheetRow) -> None:
        for cell in row.cells[2:]:
            if not is_weight(cell):
                raise self.sheet.error(
                    row.line, f"{cell[:40]!r} is no weight; give finite decimal numbers"
                )


@dataclass(frozen=True)
class WordSheet:
    """Embeddings: for each word of a column one value of each embedding variable."""

    sheet: Sheet
    column: str

    def __post_init__(self) -> None:
        """Refuse files without words, and words that stand twice."""
        if self.column not in self.sheet.header:
            raise self.sheet.error(1, f"there is no column {self.column!r}; give embeddings")
        seen: dict[str, int] = {}
        for word, row in zip(self.words, self.sheet.rows, strict=True):
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
        place = self.sheet.header.index(self.column)
        return tuple(row.cells[place] for row in self.sheet.rows)

    def numbers(self, column: str) -> dict[str, int] | None:
        """Return the value of a variable for each word, or None where there is no such column."""
        if column == self.column or column not in self.sheet.header:
            return None
        place = self.sheet.header.index(column)
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


def is_weight(text: str) -> bool:
    """Tell whether a cell writes a number that pandas can add up; longer integers are none of its numbers."""
    short = len(text) <= LONGEST_INTEGER
    return bool(NUMBER.fullmatch(text)) and (short or "." in text or "e" in text.lower())


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


@dataclass(slots=True, eq=False)
class Sheets:
    """The files beside the program at a path: those read so far by the path that it writes, and what its training was called with."""

    source: PublishedSource
    path: Path
    arguments: Arguments | None = None
    sheets: dict[str, Sheet] = field(default_factory=dict)
    weights: WeightSheet | None = None
    words: WordSheet | None = None
    warnings: list[str] = field(default_factory=list)

    def read(
        self, call: ast.AST, written: str, options: Mapping[str, object]
    ) -> Sheet | WeightSheet:
        """Return what `pd.read_csv(written, …)` reads: a classifier where its first two columns are the index.

        Raises:
            FileProblem: a file cannot be read.
            UnreadableSource: a file is missing or damaged, or the options are others than the published ones.
        """
        for name, value in options.items():
            if repr(value) not in OPTIONS.get(name, ()):
                raise self.source.error(
                    call, f"read_csv is called with {name}=...; restore the published call"
                )
        keeps = options.get("keep_default_na") is False or options.get("na_filter") is False
        sheet = self._sheet(call, written, keeps)
        if "index_col" not in options:
            return sheet
        if self.weights is not None and self.weights.sheet is sheet:
            return self.weights
        if self.weights is not None:
            raise self.source.error(call, "a second classifier is read here; one is enough")
        self.weights = WeightSheet(sheet)
        self.weights.check(typed="value" in str(options.get("dtype")))
        return self.weights

    def index(self, call: ast.AST, sheet: Sheet, column: str) -> WordSheet:
        """Return a file of embeddings whose words stand in a column."""
        if self.words is not None and (self.words.sheet, self.words.column) == (sheet, column):
            return self.words
        if self.words is not None:
            raise self.source.error(call, "a second file of embeddings is read here; one is enough")
        self.words = WordSheet(sheet, column)
        return self.words

    def _sheet(self, call: ast.AST, written: str, keeps: bool) -> Sheet:
        if written not in self.sheets:
            found = companion(self.path, written)
            if found is None and not written.isprintable():
                found = self._unescaped(call, written)
            if found is None:
                shown = written if len(written) < 200 else f"{written[:200]}..."
                raise self.source.error(
                    call, f"the file {shown!r} is not there; put it beside {self.path.name}"
                )
            self.sheets[written] = read_sheet(found, keeps)
        if self.sheets[written].keeps_missing != keeps:
            raise self.source.error(call, "one file is read in two ways; one is enough")
        return self.sheets[written]

    def _unescaped(self, call: ast.AST, written: str) -> Path | None:
        """Return the file beside the program that a path of Windows means, whose letters became control characters."""
        kind = "embeddings" if written.endswith("_embeddings.csv") else "weights"
        found = companion(self.path, f"{self.path.stem}_{kind}.csv")
        if found is not None:
            self.warnings.append(
                f"line {getattr(call, 'lineno', 1)} names {written!r}, a path of Windows in which Python takes some letters for control "
                f"characters; {found.name} beside it is read instead"
            )
        return found
