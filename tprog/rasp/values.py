"""What names of the language stand for besides atoms, lists and dicts: s-ops and selectors, functions, results; and scopes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from lark import Token, Tree

from tprog.rasp.evaluate import RaspError
from tprog.rasp.graph import Const, Node, Selector, SOp, Value
from tprog.rasp.syntax import Source

LONGEST_NAME = 30
"""A longer name is dropped, as the published interpreter does."""

KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        "if else not and or for in def return load draw set show example examples on off selector round indicator"
        " exit quit",
    )
)
"""What the grammar takes for something else than a name."""

RESERVED = frozenset({"out", "range", "zip", "len", "get", "indices", "True", "False"}) | {
    f"tokens_{kind}" for kind in ("asis", "str", "int", "bool", "float")
}
"""Names that no scope can set, besides the library's."""

Given: TypeAlias = str | list[Any]
"""An input as the language gives it: a string or a list of atoms."""


class Uncallable(RaspError):
    """What is called is neither an s-op, a selector nor a function."""


@dataclass(slots=True, eq=False)
class Held:
    """An s-op or selector as the language holds it; giving it a name renames it wherever it is held."""

    node: Node
    name: str

    def called(self, name: str) -> "Held":
        """Rename it."""
        self.name = name if len(name) <= LONGEST_NAME else unnamed(self.node)
        return self


def unnamed(node: Node) -> str:
    """Return what a node is called whose name is too long."""
    return "sel" if isinstance(node, Selector) else "s-op"


def held(node: Node, name: str) -> Held:
    """Return a node under a name."""
    return Held(node, "").called(name)


def is_sop(value: object) -> bool:
    """Tell whether a value is an s-op."""
    return isinstance(value, Held) and isinstance(value.node, SOp)


def is_selector(value: object) -> bool:
    """Tell whether a value is a selector."""
    return isinstance(value, Held) and isinstance(value.node, Selector)


def is_atom(value: object) -> bool:
    """Tell whether a value is an atom."""
    return isinstance(value, str | bool | int | float | Fraction) or value is None


def lifted(value: object) -> SOp:
    """Return an s-op, or the s-op that has an atom everywhere.

    Raises:
        RaspError: the value is neither.
    """
    if isinstance(value, Held) and isinstance(value.node, SOp):
        return value.node
    if not is_atom(value):
        raise RaspError(f"Expected sequence, got: {described(value)}")
    return Const(value)  # type: ignore[arg-type]  # is_atom has said so


def selector_of(value: object) -> Selector:
    """Return a selector.

    Raises:
        RaspError: the value is none.
    """
    if isinstance(value, Held) and isinstance(value.node, Selector):
        return value.node
    raise RaspError(f"Expected selector, got: {described(value)}")


@dataclass(frozen=True, slots=True)
class Result:
    """An s-op or selector applied to an input: values by position, or rows of a matrix."""

    given: Given
    values: tuple[Value, ...] = ()
    rows: tuple[tuple[bool, ...], ...] | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """Names and their values; what is not found here is looked for outside.

    Attributes:
        taker: the scope that is given each name that does not begin with `_`, as it is set.
        fixed: names that cannot be set here.
    """

    name: str
    source: Source
    outer: "Scope | None" = None
    taker: "Scope | None" = None
    fixed: frozenset[str] = RESERVED
    names: dict[str, Any] = field(default_factory=dict)
    out: Any = None
    has_out: bool = False

    def get(self, name: str) -> Any:
        """Return a name's value.

        Raises:
            RaspError: it has none.
        """
        scope: Scope | None = self
        while scope is not None:
            if name == "out" and scope.has_out:
                return scope.out
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        raise RaspError(f"Error: Undefined variable: {name}")

    def assign(self, name: str, value: Any) -> None:
        """Give a name a value, here and in what takes from here.

        Raises:
            RaspError: the name is reserved.
        """
        if name in self.fixed:
            raise RaspError(f"Error: Cannot set reserved name: {name}")
        self.names.pop(name, None)
        self.names[name] = value
        if self.taker is not None and not name.startswith("_"):
            self.taker.assign(name, value)

    def inner(self) -> "Scope":
        """Return a scope within this one."""
        return Scope(self.name + "'", self.source, self)

    def known(self) -> set[str]:
        """Return every name that has a value here."""
        return {*self.names, *(self.outer.known() if self.outer is not None else ())}


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the language: statements and a result, or one of our own."""

    name: str
    arguments: tuple[str, ...]
    scope: Scope
    body: tuple[Tree[Token], ...] = ()
    result: Tree[Token] | None = None
    own: Callable[..., Any] | None = None

    def __str__(self) -> str:
        return f"{self.scope.name} function: {self.name}({', '.join(self.arguments)})"


def plain(value: Any) -> Any:
    """Return a value with fractions as floats, the way RASP shows them."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value


def described(value: Any, most: int | None = None) -> str:
    """Return a value in words, lists and dicts cut to a kind where they are longer than `most` characters."""
    if isinstance(value, Held):
        return value.name
    if isinstance(value, list):
        text, short = f"[{', '.join(map(described, value))}]", "(list)"
    elif isinstance(value, dict):
        inner = ", ".join(f"{described(key)}: {described(one)}" for key, one in value.items())
        text, short = f"{{{inner}}}", "(dict)"
    else:
        return quoted(value)
    return short if most is not None and len(text) > most else text


def quoted(value: Any) -> str:
    """Return an atom as the language shows it, strings in quotes."""
    return f'"{value}"' if isinstance(value, str) else str(plain(value))
