"""A source file as a syntax tree within limits, and errors that point at its lines. Nothing is executed.

Python's own parser gives the meaning and the line numbers; LibCST gives the comments (`tprog.reader.comments`).
"""

import ast
import operator
import re
import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from tprog.errors import UnreadableSource
from tprog.ir.predicate import RELATIONS

# Larger files are refused before they are parsed: a tree takes a hundred times its text.
LARGEST_SOURCE = 2_000_000  # characters
# Names, numbers and signs in a file; a tree takes about a thousand bytes for each.
MOST_TOKENS = 500_000
_TOKEN = re.compile(r"\w+|[^\w\s]")
# Values that may be computed for a whole file; reading stays within seconds.
MOST_WORK = 12_000_000
# Deeper trees are refused: no program nests like that, and recursion has an end.
DEEPEST_TREE = 300
# A Program's numbers are evaluated in 64 bits.
MOST_BITS = 63

# Python reads a file in the encoding that such a comment names in its first two lines (PEP 263). Under another one than
# UTF-8 the bytes of a comment or a string may be code.
_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
SURROGATE = re.compile("[\ud800-\udfff]")

# A program of the published code has at most so many bytes; the largest known one has 60,000.
LARGEST_PUBLISHED = 1_000_000
# What every program of the published code holds, and hardly anything else does.
_MARKS = (b"read_csv(", b".argmax(-1)")
_PUBLISHED_RUN = re.compile(rb"^def run\(\w+[^)]*\)[^:\n]*:", re.MULTILINE)

# Python's comparisons as functions, by their signs.
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    **{str(sign): holds for sign, holds in RELATIONS.items()},
    "in": lambda item, values: item in values,
    "not in": lambda item, values: item not in values,
    "is": operator.is_,
    "is not": operator.is_not,
}
SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}
# What a comparison says when its sides are exchanged.
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class SourceText:
    """The text of one Python file, and errors that point at its lines.

    Attributes:
        name: the file's name, for errors.
        text: the whole text.
    """

    def __init__(self, text: str, name: str) -> None:
        """Take a text; nothing is parsed yet."""
        self.name = name
        # Python's parser takes each of these for the end of a line.
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, as the parser counts them."""
        return self.text.split("\n")

    def error(self, where: object, message: str) -> UnreadableSource:
        """Return an error that points at a line, or at a node of Python's tree or astroid's."""
        line = where if isinstance(where, int) else getattr(where, "lineno", None) or 1
        return UnreadableSource(f"{self.name}:{line}: {' '.join(message.split())[:400]}")

    def parsed(self, *, compiles: bool = False) -> ast.Module:
        """Return the syntax tree; `compiles`: refuse too what the compiler alone sees. What it makes is thrown away."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self.text)
                if compiles:
                    compile(self.text, self.name, "exec", dont_inherit=True)
        except SyntaxError as error:
            line = error.lineno or 1
            raise self.error(line, f"this is no Python ({error.msg}); restore the line") from None
        except ValueError as error:  # UnicodeEncodeError among them: the text has lone surrogates
            raise self.error(
                1, f"this is no text of a program ({error}); give a .py file"
            ) from None
        except (RecursionError, MemoryError):
            raise self.error(1, "the code nests too deeply to be a program") from None
        return tree


class Source(SourceText):
    """A program's file and its tree.

    Attributes:
        tree: its syntax tree, no deeper than `DEEPEST_TREE`.
    """

    def __init__(self, text: str, name: str) -> None:
        """Parse a text."""
        super().__init__(text, name)
        self._work = 0
        self.tree = self._parse()

    def spend(self, where: ast.AST, values: int) -> None:
        """Count values that are computed to understand the file."""
        self._work += values
        if self._work > MOST_WORK:
            raise self.error(
                where, "this file has too many cases to be read; write its rules shorter"
            )

    def check_compiles(self) -> None:
        """Check what the parser alone does not see, such as two parameters of one name; nothing is executed."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(self.tree, self.name, "exec", dont_inherit=True)
        except SyntaxError as error:
            line = error.lineno or 1
            raise self.error(line, f"Python refuses this ({error.msg}); restore the line") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise self.error(1, f"Python refuses this file ({error}); restore it") from None

    def _parse(self) -> ast.Module:
        if len(self.text) > LARGEST_SOURCE:
            raise self.error(
                1,
                f"the file has {len(self.text)} characters, more than the most, {LARGEST_SOURCE}; "
                "keep large word tables in the JSON file beside it",
            )
        long = len(self.text) > MOST_TOKENS
        if long and sum(1 for _ in _TOKEN.finditer(self.text)) > MOST_TOKENS:
            raise self.error(
                1, f"the file holds more than {MOST_TOKENS:,} names and signs; shorten it"
            )
        self._check_encoding()
        tree = self.parsed()
        self._check_nodes(tree)
        return tree

    def _check_encoding(self) -> None:
        for number, line in enumerate(self.text.split("\n", 2)[:2], start=1):
            named = _COOKIE.match(line)
            # Python refuses other names of UTF-8 after a byte order mark.
            if named is not None and named[1].lower().replace("_", "-") != "utf-8":
                raise self.error(
                    number,
                    f"a program is utf-8 text, not {named[1]}; save it so and remove this line",
                )

    def _check_nodes(self, tree: ast.AST) -> None:
        """Refuse nodes that lie too deep, numbers beyond 64 bits, and text that cannot be written as UTF-8."""
        stack: list[tuple[ast.AST, int, int]] = [(tree, 0, 1)]
        while stack:
            node, depth, line = stack.pop()
            line = getattr(node, "lineno", line)
            if depth > DEEPEST_TREE:
                raise self.error(line, "the code nests too deeply to be a program; write it flat")
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, int) and value.bit_length() > MOST_BITS:
                raise self.error(line, "this number does not fit 64 bits; write a smaller one")
            if isinstance(value, str) and SURROGATE.search(value):
                raise self.error(
                    line, "this text holds half a character (a lone surrogate); replace it"
                )
            stack.extend((child, depth + 1, line) for child in ast.iter_child_nodes(node))


def is_published(content: bytes) -> bool:
    """Tell whether a text is, or once was, a program of the published code, which `tprog import` reads."""
    marked = len(content) <= LARGEST_PUBLISHED and all(mark in content for mark in _MARKS)
    return marked and _PUBLISHED_RUN.search(content.replace(b"\r", b"\n")) is not None


def same(found: object, expected: object) -> bool:
    """Tell whether two nodes, or lists of them, are the same but for layout and comments."""
    if type(found) is not type(expected):
        return False
    if isinstance(found, ast.AST):
        names = found._fields
        return all(same(getattr(found, n, None), getattr(expected, n, None)) for n in names)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return found == expected


def without_docstring(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return a body without the strings that stand as statements at its start."""
    start = 0
    while start < len(body) and is_docstring(body[start]):
        start += 1
    return list(body[start:])


def is_docstring(statement: ast.stmt) -> bool:
    """Tell whether a statement is a string and nothing else."""
    return docstring(statement) is not None


def docstring(statement: ast.stmt) -> str | None:
    """Return the text of a statement that is a string and nothing else."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return text
        case _:
            return None
