"""What is said of a result, whatever shows it: lines of styled text, tables, and a few blocks more.

Each kind of result has one function that makes a `Page` of these; `terminal.py` and `html.py` show pages. A style is a word or two of
a terminal's: `bold`, `dim`, `red`, `green`, `yellow`, `cyan`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[str, str]
BREAK: Span = ("\n", "")  # goes on in a new line, which no text does by itself
WIDE = 1_000_000  # columns, where lines need not be broken


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text in spans of one style each.

    Attributes:
        spans: pieces of text, each with its style.
        whole: whether the line is never broken, as a command that a reader may copy.
    """

    spans: tuple[Span, ...] = ()
    whole: bool = False

    @property
    def plain(self) -> str:
        """The text without styles."""
        return "".join(piece for piece, _ in self.spans)

    def __add__(self, other: "Said") -> "Text":
        """Return this line with more behind it."""
        return Text((*self.spans, *line(other).spans), self.whole)

    def __len__(self) -> int:
        """Return the number of characters."""
        return len(self.plain)


Said: TypeAlias = str | Span | Text
Cell: TypeAlias = str | Text


def line(*parts: Said) -> Text:
    """Return one line of several parts: plain strings, pairs of a string and its style, and lines."""
    spans: list[Span] = []
    for part in parts:
        match part:
            case str():
                spans.append((part, ""))
            case Text():
                spans += part.spans
            case _:
                spans.append(part)
    return Text(tuple(spans))


def styled(text: str, style: str) -> Text:
    """Return one line in one style."""
    return Text(((text, style),))


def joined(separator: Said, parts: Iterable[Said]) -> Text:
    """Return parts with a separator between each two."""
    found: list[Said] = []
    for part in parts:
        found += [separator, part] if found else [part]
    return line(*found)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table.

    Attributes:
        head: what stands above it.
        right: whether cells are set to the right, as numbers are.
        whole: whether cells are never broken.
        style: of its cells.
        head_style: of what stands above it.
        width: its width in characters; None for what the cells need.
        least, most: bounds of its width.
        stretched: whether it takes what room is left.
    """

    head: str = ""
    right: bool = False
    whole: bool = False
    style: str = ""
    head_style: str = "dim"
    width: int | None = None
    least: int | None = None
    most: int | None = None
    stretched: bool = False


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table.

    Attributes:
        columns: the columns from left to right; without a single head no heads are shown.
        rows: the cells; a row may be shorter than the columns.
        padding: blanks left and right of each cell on a terminal.
    """

    columns: tuple[TableColumn, ...]
    rows: tuple[Sequence[Cell], ...]
    padding: tuple[int, int] = (0, 2)


def table(
    columns: Iterable[TableColumn | str],
    rows: Iterable[Sequence[Cell]],
    padding: tuple[int, int] = (0, 2),
) -> TableBlock:
    """Return a table; a column that is named alone has no further settings."""
    made = tuple(TableColumn(one) if isinstance(one, str) else one for one in columns)
    return TableBlock(made, tuple(rows), padding)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a part of a page."""

    text: str


@dataclass(frozen=True, slots=True)
class Aligned:
    """Rows whose cells stand under each other, a column for each token of an input.

    Attributes:
        rows: each row's name and its cells.
        width: columns of the terminal; what does not fit goes on in a further block.
    """

    rows: tuple[tuple[str, tuple[Text, ...]], ...]
    width: int


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of a source, each with what stands left of it; shown as they are, cut off at the edge of a terminal."""

    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """What a notebook shows when it is opened, and a terminal does not show.

    Attributes:
        summary: what is seen before.
        inside: what is seen then.
    """

    summary: str
    inside: "Page"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, as markup that was made here; a terminal does not show it."""

    markup: str


# An empty text is an empty line.
Block: TypeAlias = Text | TableBlock | Heading | Aligned | Code | Folded | Picture
Page: TypeAlias = tuple[Block, ...]
GAP = Text()


def spaced(sections: Iterable[Page]) -> Page:
    """Return sections one after the other with an empty line between each two; empty ones are left out."""
    found: list[Block] = []
    for section in filter(None, sections):
        found += [GAP, *section] if found else section
    return tuple(found)


def more(number: int, what: str = "more") -> Page:
    """Return the line that says how many are not shown; nothing where there are none."""
    return (styled(f"and {number:,} {what}", "dim"),) if number > 0 else ()


def runs(widths: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Return runs of columns, as start and stop, each of which fits `room` where a single column does."""
    found: list[tuple[int, int]] = []
    start = used = 0
    for column, width in enumerate(widths):
        if column > start and used + width > room:
            found.append((start, column))
            start, used = column, 0
        used += width
    return [*found, (start, len(widths))]
