"""The constants of a program's file: literals, types and the domain. Nothing is executed.

How a constant must be written is checked once the whole Program is known (`tprog.reader.fixed`).
"""

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tprog.codegen.fixed import SYMBOLS_KEY
from tprog.errors import FileProblem, InvalidProgram
from tprog.files import read_bytes
from tprog.ir import Domain, FiniteValues, Value
from tprog.reader.layout import Layout
from tprog.reader.source import SURROGATE

_T = TypeVar("_T")

# The file of word tables beside a program may be no larger.
LARGEST_TABLES = 32_000_000  # bytes

# Positions are values of a variable, so a greatest length costs memory; inputs of any length need none.
LONGEST = 100_000  # symbols


class Constants:
    """The constants of one file.

    Attributes:
        layout: the file.
    """

    def __init__(self, layout: Layout, folder: Path | None, stem: str | None) -> None:
        """Keep the file, and the folder and stem by which its tables are found."""
        self.layout = layout
        self._folder = folder
        self._stem = stem
        self._stored: dict[str, Any] | None = None

    def has(self, name: str) -> bool:
        """Tell whether a constant is defined."""
        return name in self.layout.constants

    def literal(self, name: str) -> Any:
        """Return the value of a constant that is a literal."""
        return self.evaluate(self.layout.constant(name))

    def evaluate(self, node: ast.expr) -> Any:
        """Return the value of a literal: strings, integers, and tuples, lists, sets and dicts of these.

        Raises:
            UnreadableSource: it is something else, or a dict repeats a key.
        """
        source = self.layout.source
        if isinstance(node, ast.Dict):
            found: dict[Any, Any] = {}
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    raise source.error(node, "a table lists its entries one by one, without **")
                known = self.evaluate(key)
                if type(known) not in (str, int) or known in found:
                    raise source.error(key, f"{known!r} cannot stand here, or stands here twice")
                found[known] = self.evaluate(value)
            return found
        try:
            value = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            raise source.error(node, "only literal values can stand here") from None
        return value

    def text(self, name: str) -> str:
        """Return a constant that is a string."""
        return self._typed(name, str, "a string")

    def number(self, name: str) -> int:
        """Return a constant that is an integer."""
        return self._typed(name, int, "a whole number")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a constant that is a sequence of strings."""
        found = self.literal(name)
        if not isinstance(found, list | tuple) or not all(type(item) is str for item in found):
            raise self.layout.source.error(self.layout.constant(name), f"{name} must list strings")
        return tuple(found)

    def _typed(self, name: str, kind: type[_T], shown: str) -> _T:
        found = self.literal(name)
        if type(found) is not kind:
            raise self.layout.source.error(self.layout.constant(name), f"{name} must be {shown}")
        return found

    def stored(self, key: str, where: ast.AST | int) -> Any:
        """Return an entry of the file of tables beside the program."""
        source = self.layout.source
        function = self.layout.functions.get("tables")
        if function is None:
            raise source.error(where, "the function tables is missing; restore it")
        if self._stored is None:
            self._stored = self._load(function)
        if key not in self._stored:
            raise source.error(where, f"the file of tables has no {key!r}; restore the file")
        return self._stored[key]

    def _load(self, function: ast.FunctionDef) -> dict[str, Any]:
        source = self.layout.source
        if self._folder is None or self._stem is None:
            raise source.error(
                function, "the tables stand in a file beside the program; read it from its folder"
            )
        path = self._folder / f"{self._stem}.json"
        try:
            found = json.loads(read_bytes(path, LARGEST_TABLES).decode("utf-8"))
        except FileProblem as error:
            raise source.error(function, f"its tables are missing: {error}") from None
        except (ValueError, RecursionError) as error:
            raise source.error(
                function, f"{path.name} is no JSON file of tables ({error}); restore it"
            ) from None
        if not isinstance(found, dict):
            raise source.error(function, f"{path.name} holds no tables; restore it")
        return found


@dataclass(frozen=True, slots=True)
class Types:
    """The value sets that a file names."""

    constants: Constants

    def values(self, annotation: ast.expr | None, where: ast.AST) -> FiniteValues:
        """Return the value set of an annotation: `Literal[...]` or the name of one.

        Raises:
            UnreadableSource: it is none.
        """
        source = self.constants.layout.source
        seen: set[str] = set()
        node = annotation
        while isinstance(node, ast.Name) and node.id not in seen:
            seen.add(node.id)
            if not self.constants.has(node.id):
                break
            node = self.constants.layout.constant(node.id)
        match node:
            case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
                items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                return self._finite([self.constants.evaluate(item) for item in items], node)
            case _:
                raise source.error(
                    annotation or where, "a Literal type must stand here, or the name of one"
                )

    def _finite(self, values: Sequence[Any], node: ast.expr) -> FiniteValues:
        source = self.constants.layout.source
        if not all(type(value) in (str, int) for value in values):
            raise source.error(node, "a Literal type lists strings or whole numbers")
        try:
            return FiniteValues(tuple(values))
        except InvalidProgram as error:
            raise source.error(node, str(error)) from None


def read_domain(constants: Constants, types: Types) -> Domain:
    """Return the domain that the constants describe.

    Raises:
        UnreadableSource: one is missing or does not fit the others.
    """
    source = constants.layout.source
    token = constants.layout.constant("Token")
    prefix, suffix = (_frame(constants, name) for name in ("PREFIX", "SUFFIX"))
    if isinstance(token, ast.Name) and token.id == "str":
        if constants.has("SYMBOLS"):
            symbols = constants.texts("SYMBOLS")
        else:
            symbols = _stored_symbols(constants, token)
    else:
        symbols = _unframed(constants, types, prefix, suffix)
    try:
        return Domain(
            symbols=symbols,
            max_length=_length(constants, "MAX_LENGTH") if constants.has("MAX_LENGTH") else None,
            min_length=_length(constants, "MIN_LENGTH"),
            prefix=prefix,
            suffix=suffix,
            scored=constants.texts("SCORED") if constants.has("SCORED") else None,
            unknown=constants.text("UNKNOWN") if constants.has("UNKNOWN") else None,
        )
    except InvalidProgram as error:
        raise source.error(token, str(error)) from None


def _length(constants: Constants, name: str) -> int:
    found = constants.number(name)
    if found > LONGEST:
        raise constants.layout.source.error(
            constants.layout.constant(name),
            f"{name} is above {LONGEST:,}; leave MAX_LENGTH out for inputs of any length",
        )
    return found


def _stored_symbols(constants: Constants, where: ast.expr) -> tuple[str, ...]:
    found = constants.stored(SYMBOLS_KEY, where)
    if not isinstance(found, list) or not all(type(item) is str for item in found):
        raise constants.layout.source.error(where, "the stored symbols are no list of strings")
    if any(SURROGATE.search(item) for item in found):
        raise constants.layout.source.error(
            where, "a stored symbol holds half a character; replace it"
        )
    return tuple(found)


def _frame(constants: Constants, name: str) -> str | None:
    if not constants.has(name):
        return None
    found = constants.texts(name)
    if len(found) != 1:
        raise constants.layout.source.error(
            constants.layout.constant(name), f"{name} must list one symbol"
        )
    return found[0]


def _unframed(
    constants: Constants, types: Types, prefix: str | None, suffix: str | None
) -> tuple[str, ...]:
    """Return the data symbols of the type `Token`, which begins with the prefix and ends with the suffix."""
    source = constants.layout.source
    token = constants.layout.constant("Token")
    alphabet: tuple[Value, ...] = types.values(ast.Name("Token"), token).values
    start, stop = int(prefix is not None), len(alphabet) - (suffix is not None)
    if (prefix is not None and alphabet[:1] != (prefix,)) or (
        suffix is not None and alphabet[stop:] != (suffix,)
    ):
        raise source.error(token, "Token must begin with the prefix and end with the suffix")
    symbols = [symbol for symbol in alphabet[start:stop] if isinstance(symbol, str)]
    if len(symbols) != stop - start:
        raise source.error(token, "tokens are strings; put them in quotes")
    return tuple(symbols)
