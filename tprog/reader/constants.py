"""The constants of a program's file: literals, types, stored tables, and the domain. Nothing is executed.

How a constant must be written is checked once the whole Program is known (`tprog.reader.fixed`).
"""

import ast
import json
from pathlib import Path
from typing import Any, TypeVar

from tprog.codegen.fixed import SYMBOLS_KEY
from tprog.errors import FileProblem, InvalidProgram, UnreadableSource
from tprog.files import read_bytes
from tprog.ir import Domain, FiniteValues
from tprog.reader.definitions import Definitions
from tprog.reader.source import SURROGATE

_T = TypeVar("_T")

# The file of word tables beside a program may be no larger.
LARGEST_TABLES = 32_000_000  # bytes
# Positions are values of a variable, so a greatest length costs memory; inputs of any length need none.
LONGEST = 100_000  # symbols


class Constants:
    """The constants of one file.

    Attributes:
        file: the file.
        source: its text.
    """

    def __init__(self, file: Definitions, folder: Path | None, stem: str | None) -> None:
        """Keep the file, and the folder and stem by which its tables are found."""
        self.file = file
        self.source = file.source
        self._path = None if folder is None or stem is None else folder / f"{stem}.json"
        self._stored: dict[str, Any] | None = None

    def evaluate(self, node: ast.expr) -> Any:
        """Return the value of a literal: strings, integers, and tuples, lists, sets and dicts of these.

        `dict.fromkeys(get_args(Type), value)` gives every value of a type the same.
        """
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="dict"), attr="fromkeys"),
                args=[
                    ast.Call(func=ast.Name(id="get_args"), args=[ast.Name() as known], keywords=[]),
                    value,
                ],
                keywords=[],
            ):
                return dict.fromkeys(self.values(known, node).values, self.evaluate(value))
            case _:
                pass
        if isinstance(node, ast.Dict):
            found: dict[Any, Any] = {}
            for key, entry in zip(node.keys, node.values, strict=True):
                if key is None:
                    raise self.source.error(
                        node, "a table lists its entries one by one, without **"
                    )
                name = self.evaluate(key)
                if type(name) not in (str, int) or name in found:
                    raise self.source.error(
                        key, f"{name!r} cannot stand here, or stands here twice"
                    )
                found[name] = self.evaluate(entry)
            return found
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            raise self.source.error(node, "only literal values can stand here") from None

    def text(self, name: str) -> str | None:
        """Return a constant that is a string; None where there is none."""
        return self._typed(name, str, "a string") if name in self.file.constants else None

    def number(self, name: str) -> int:
        """Return a constant that is a whole number, at most `LONGEST`."""
        found = self._typed(name, int, "a whole number")
        if found > LONGEST:
            raise self.error(
                name,
                f"{name} is above {LONGEST:,}; leave MAX_LENGTH out for inputs of any length",
            )
        return found

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return a constant that is a sequence of strings; None where there is none."""
        if name not in self.file.constants:
            return None
        found = self.evaluate(self.file.constant(name))
        if not isinstance(found, list | tuple) or not _all_of_types(found, str):
            raise self.error(name, f"{name} must list strings")
        return tuple(found)

    def _typed(self, name: str, kind: type[_T], shown: str) -> _T:
        found = self.evaluate(self.file.constant(name))
        if type(found) is not kind:
            raise self.error(name, f"{name} must be {shown}")
        return found

    def error(self, name: str, message: str) -> UnreadableSource:
        """Return an error that points at a constant."""
        return self.source.error(self.file.constant(name), message)

    def values(self, annotation: ast.expr | None, where: ast.AST) -> FiniteValues:
        """Return the value set of an annotation: `Literal[...]` or the name of one."""
        seen: set[str] = set()
        node = annotation
        while isinstance(node, ast.Name) and node.id not in seen:
            seen.add(node.id)
            node = self.file.constants.get(node.id, node)
        match node:
            case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
                items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                found = [self.evaluate(item) for item in items]
            case _:
                raise self.source.error(
                    annotation or where, "a Literal type must stand here, or the name of one"
                )
        if not _all_of_types(found, str, int):
            raise self.source.error(node, "a Literal type lists strings or whole numbers")
        try:
            return FiniteValues(tuple(found))
        except InvalidProgram as error:
            raise self.source.error(node, str(error)) from None

    def stored(self, key: str, where: ast.AST | int) -> Any:
        """Return an entry of the file of tables beside the program."""
        function = self.file.functions.get("tables")
        if function is None:
            raise self.source.error(where, "the function tables is missing; restore it")
        if self._stored is None:
            self._stored = self._load(function)
        if key not in self._stored:
            raise self.source.error(where, f"the file of tables has no {key!r}; restore the file")
        return self._stored[key]

    def _load(self, function: ast.FunctionDef) -> dict[str, Any]:
        path = self._path
        if path is None:
            raise self.source.error(
                function, "the tables stand in a file beside the program; read it from its folder"
            )
        try:
            found = json.loads(read_bytes(path, LARGEST_TABLES).decode("utf-8"))
        except FileProblem as error:
            raise self.source.error(function, f"its tables are missing: {error}") from None
        except (ValueError, RecursionError) as error:
            raise self.source.error(
                function, f"{path.name} is no JSON file of tables ({error}); restore it"
            ) from None
        if not isinstance(found, dict):
            raise self.source.error(function, f"{path.name} holds no tables; restore it")
        return found


def _all_of_types(values: Any, *types: type) -> bool:
    return all(type(value) in types for value in values)


def read_domain(constants: Constants) -> Domain:
    """Return the domain that the constants describe."""
    token = constants.file.constant("Token")
    prefix, suffix = (_frame(constants, name) for name in ("PREFIX", "SUFFIX"))
    if isinstance(token, ast.Name) and token.id == "str":
        listed = constants.texts("SYMBOLS")
        symbols = _stored_symbols(constants, token) if listed is None else listed
    else:
        symbols = _unframed(constants, prefix, suffix)
    longest = "MAX_LENGTH" in constants.file.constants
    try:
        return Domain(
            symbols=symbols,
            max_length=constants.number("MAX_LENGTH") if longest else None,
            min_length=constants.number("MIN_LENGTH"),
            prefix=prefix,
            suffix=suffix,
            scored=constants.texts("SCORED"),
            unknown=constants.text("UNKNOWN"),
        )
    except InvalidProgram as error:
        raise constants.source.error(token, str(error)) from None


def _stored_symbols(constants: Constants, where: ast.expr) -> tuple[str, ...]:
    found = constants.stored(SYMBOLS_KEY, where)
    if not isinstance(found, list) or not _all_of_types(found, str):
        raise constants.source.error(where, "the stored symbols are no list of strings")
    if any(map(SURROGATE.search, found)):
        raise constants.source.error(where, "a stored symbol holds half a character; replace it")
    return tuple(found)


def _frame(constants: Constants, name: str) -> str | None:
    found = constants.texts(name)
    if found is not None and len(found) != 1:
        raise constants.error(name, f"{name} must list one symbol")
    return found[0] if found else None


def _unframed(constants: Constants, prefix: str | None, suffix: str | None) -> tuple[str, ...]:
    """Return the data symbols of the type `Token`, which begins with the prefix and ends with the suffix."""
    token = constants.file.constant("Token")
    alphabet = constants.values(ast.Name("Token"), token).values
    start, stop = int(prefix is not None), len(alphabet) - (suffix is not None)
    framed = (prefix is None or alphabet[:1] == (prefix,)) and (
        suffix is None or alphabet[stop:] == (suffix,)
    )
    if not framed:
        raise constants.source.error(
            token, "Token must begin with the prefix and end with the suffix"
        )
    symbols = [symbol for symbol in alphabet[start:stop] if isinstance(symbol, str)]
    if len(symbols) != stop - start:
        raise constants.source.error(token, "tokens are strings; put them in quotes")
    return tuple(symbols)
