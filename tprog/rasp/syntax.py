"""RASP text to a tree, and errors that show their place: source, line, column, the line and a caret."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from tprog.rasp.evaluate import RaspError


@dataclass(frozen=True, slots=True)
class Source:
    """A text and what errors call it.

    Attributes:
        ours: it is the library, so that an error belongs to the place that called it.
    """

    name: str
    text: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; line and column count from 1."""

    source: Source
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"

    @property
    def excerpt(self) -> tuple[str, str]:
        """The line and a caret below the column."""
        lines = self.source.text.split("\n")
        line = lines[self.line - 1] if self.line <= len(lines) else ""
        return line.replace("\t", " ").rstrip(), " " * (self.column - 1) + "^"


class LanguageError(RaspError):
    """An error at a place of a RASP text.

    Attributes:
        place: where.
        cause: what is wrong, without the place.
        excerpt: the line and a caret below the column.
    """

    slug = "rasp"

    def __init__(self, cause: RaspError, place: Place) -> None:
        """Say what is wrong and where."""
        super().__init__(f"{place}: {cause}")
        self.place, self.cause, self.excerpt = place, cause, place.excerpt


class BadSyntax(LanguageError):
    """A text is no RASP."""


class Unfinished(BadSyntax):
    """A text ends where a statement could go on."""


@cache
def _parser() -> Lark:
    grammar = files("tprog.rasp").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True)


def parse(source: Source) -> Tree[Token]:
    """Return the statements of a text as the children of a tree.

    Raises:
        Unfinished: it ends within a statement.
        BadSyntax: it is no RASP.
    """
    try:
        return _parser().parse(source.text)
    except UnexpectedInput as error:
        raise _explained(error, source) from None


def _explained(error: UnexpectedInput, source: Source) -> BadSyntax:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        lines = source.text.rstrip().split("\n")
        place = Place(source, len(lines), len(lines[-1]) + 1)
        return Unfinished(RaspError("the text ends within a statement"), place)
    place = Place(source, error.line, error.column)
    if isinstance(error, UnexpectedToken):
        missing = "; a ; may be missing" if "SEMICOLON" in error.expected else ""
        return BadSyntax(RaspError(f"unexpected {str(error.token)!r}{missing}"), place)
    assert isinstance(error, UnexpectedCharacters)
    return BadSyntax(RaspError(f"unexpected {error.char!r}"), place)


def place_of(tree: Tree[Token], source: Source) -> Place:
    """Return where a tree begins; an empty one at the start."""
    meta = tree.meta
    return Place(source, 1, 1) if meta.empty else Place(source, meta.line, meta.column)
