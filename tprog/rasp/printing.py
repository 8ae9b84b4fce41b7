"""A graph as RASP text, with the fewest brackets; what the text says reads back as the same graph."""

import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from tprog.rasp import graph as g
from tprog.rasp.evaluate import RaspError
from tprog.rasp.functions import CONVERSIONS
from tprog.rasp.module import library
from tprog.rasp.pure import purified
from tprog.rasp.values import KEYWORDS

SHARED = 20
"""Characters from which a node that is used several times gets a line of its own."""

LONG = 100
"""Characters from which a node gets a line of its own in any case."""

TAKEN = frozenset({"tokens", "tokens_left", "tokens_right", "closest", "constant", "None"})
"""Names that a text may set but that what we print needs."""

# How tightly the text of a node binds: the grammar's levels.
CHOICE, LOGIC, COMPARE, SUM, MODULO, PRODUCT, POWER, PREFIX, PRIMARY = range(1, 10)

LEVELS = {
    **dict.fromkeys(("and", "or"), LOGIC),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), COMPARE),
    **dict.fromkeys(("+", "-"), SUM),
    "%": MODULO,
    **dict.fromkeys(("*", "/"), PRODUCT),
    "^": POWER,
}

SIGNS = {"neg": "-", "pos": "+", "not": "not "}


def to_text(definitions: Mapping[str, g.Node], pure: bool = False) -> str:
    """Return RASP text that defines s-ops and selectors.

    Args:
        definitions: what to define, by name, in order; the last is the text's last value.
        pure: write plain RASP, without what our dialect adds.

    Raises:
        RaspError: a name cannot be one, or a node cannot be written, with the reason.
    """
    for name in definitions:
        if (
            not re.fullmatch("[A-Za-z_][A-Za-z_0-9]*", name)
            or name in KEYWORDS | TAKEN | library()[1]
        ):
            raise RaspError(f"{name!r} cannot be the name of an s-op or selector; choose another")
    if pure:
        definitions = {name: purified(node) for name, node in definitions.items()}
    return _Printer(definitions, pure).text()


class _Printer:
    def __init__(self, definitions: Mapping[str, g.Node], pure: bool) -> None:
        self.definitions = definitions
        self.pure = pure
        self.names: dict[g.Node, str] = {}
        for name, node in definitions.items():
            self.names.setdefault(node, name)
        self.inline: dict[g.Node, tuple[str, int]] = {}
        self.taken = {*definitions, *library()[0], "tokens"}
        nodes = list(g.walk(*definitions.values()))
        self.uses = Counter(part for node in nodes for part in node.parts)
        kinds = {str(one.function) for one in nodes if isinstance(one, g.Map) and _converts(one)}
        # The input as it is: used by something else than a conversion.
        read = [
            *definitions.values(),
            *(one for node in nodes if not _converts(node) for one in node.parts),
        ]
        if g.Tokens() in read:
            kinds.add("asis")
        self.kind = kinds.pop() if len(kinds) == 1 else None

    def text(self) -> str:
        """Return the whole text."""
        lines = [] if self.kind in (None, "str") else [f"tokens = tokens_{self.kind};"]
        written = ""
        for node in g.walk(*self.definitions.values()):
            text, level = self._written(node)
            if node in self.names:
                written = self.names[node]
                lines.append(f"{written} = {text};")
                if not isinstance(node, g.Const):
                    text, level = written, PRIMARY
            elif self._deserves_a_line(node, text):
                text, level = self._fresh(node, text, lines), PRIMARY
            self.inline[node] = text, level
        for name, node in self.definitions.items():
            if self.names[node] != name:
                written = name
                lines.append(f"{name} = {self.names[node]};")
        *_, last = ("", *self.definitions)
        if written != last:
            lines.append(f"{last};")
        return "".join(f"{line}\n" for line in lines)

    def _deserves_a_line(self, node: g.Node, text: str) -> bool:
        if isinstance(node, g.Const | g.Tokens | g.Indices) or node in (g.LENGTH, g.EVERYTHING):
            return False
        return len(text) > LONG or (len(text) > SHARED and self.uses[node] > 1)

    def _fresh(self, node: g.Node, text: str, lines: list[str]) -> str:
        stem = "select" if isinstance(node, g.Selector) else "value"
        number = 1
        while f"{stem}{number}" in self.taken:
            number += 1
        name = f"{stem}{number}"
        self.taken.add(name)
        lines.append(f"{name} = {text};")
        return name

    def _part(self, node: g.Node, least: int = 0) -> str:
        text, level = self.inline[node]
        return text if level >= least else f"({text})"

    def _written(self, node: g.Node) -> tuple[str, int]:
        """Return the text of a node whose parts are written, and how tightly it binds."""
        if node in (g.LENGTH, g.EVERYTHING):
            return "length" if node == g.LENGTH else "full_s", PRIMARY
        match node:
            case g.Tokens():
                return self._tokens("asis"), PRIMARY
            case g.Indices():
                return "indices", PRIMARY
            case g.Const(value):
                return self._atom(value)
            case g.Map(function, arguments):
                return self._map(function, arguments)
            case g.Width(selector):
                return f"selector_width({self._part(selector)})", PRIMARY
            case g.Closest(selector):
                return f"closest({self._part(selector)})", PRIMARY
            case g.Aggregate(selector, value, default):
                end = "" if type(default) is int and default == 0 else f", {self._value(default)}"
                return f"aggregate({self._part(selector)}, {self._part(value)}{end})", PRIMARY
            case g.Select(key, query, relation):
                told = self._relation(relation)
                return f"select({self._part(key)}, {self._part(query)}, {told})", PRIMARY
            case g.Not(selector):
                return f"not {self._part(selector, PREFIX)}", PREFIX
            case g.And(left, right) | g.Or(left, right):
                word = "and" if isinstance(node, g.And) else "or"
                return self._binary(word, left, right)
        raise RaspError(f"{type(node).__name__} cannot be written as RASP")

    def _tokens(self, kind: str) -> str:
        return "tokens" if kind == self.kind else f"tokens_{kind}"

    def _map(self, function: object, arguments: tuple[g.SOp, ...]) -> tuple[str, int]:
        if isinstance(function, g.Python):
            raise RaspError(f"{function.name} is known only as a Python function; RASP has no name")
        if isinstance(function, str) and function in CONVERSIONS:
            if function == "str" and arguments != (g.Tokens(),):
                return f"str({self._part(arguments[0])})", PRIMARY
            if arguments != (g.Tokens(),):
                raise RaspError(f"{function} converts the input alone in RASP")
            return self._tokens(function), PRIMARY
        if isinstance(function, g.Lookup):
            return self._lookup(function, arguments), PRIMARY
        if function == "if":
            value, condition, other = arguments
            chosen = (
                self._lifted(condition) if isinstance(condition, g.Const) else self._part(condition)
            )
            return (
                f"{self._part(value, CHOICE)} if {chosen} else {self._part(other, LOGIC)}",
                CHOICE,
            )
        constant = all(isinstance(one, g.Const) for one in arguments)
        if len(arguments) == 1:
            (one,) = arguments
            least = 0 if function in ("round", "indicator") else PREFIX
            text = self._lifted(one) if constant else self._part(one, least)
            if least == 0:
                return f"{function}({text})", PRIMARY
            if function in SIGNS:
                return SIGNS[function] + text, PREFIX
        if len(arguments) != 2 or function not in LEVELS:
            raise RaspError(f"{function!r} of {len(arguments)} arguments cannot be written as RASP")
        return self._binary(str(function), *arguments, constant=constant)

    def _binary(
        self, operator: str, left: g.Node, right: g.Node, constant: bool = False
    ) -> tuple[str, int]:
        level = LEVELS[operator]
        first = self._lifted(left) if constant else self._part(left, level)
        return f"{first} {operator} {self._part(right, level + 1)}", level

    def _lifted(self, constant: g.Node) -> str:
        """Return a constant as an s-op, where plain RASP would compute with the atom."""
        assert isinstance(constant, g.Const)
        return f"constant({self._value(constant.value)})"

    def _lookup(self, table: g.Lookup, arguments: tuple[g.SOp, ...]) -> str:
        rows = ", ".join(
            f"{self._value(key[0]) if len(key) == 1 else self._list(key)}: {self._value(value)}"
            for key, value in table.rows
        )
        parts = [self._part(one) for one in arguments]
        if all(isinstance(one, g.Const) for one in arguments):
            parts[0] = self._lifted(arguments[0])
        index = parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"
        return f"{{{rows}}}[{index}]"

    def _relation(self, relation: object) -> str:
        if isinstance(relation, str):
            return relation
        if not isinstance(relation, g.Pairs):
            assert isinstance(relation, g.Python)
            raise RaspError(f"{relation.name} is known only as a Python function; RASP has no name")
        keys: dict[g.Value, list[g.Value]] = {}
        for key, query in sorted(relation.pairs, key=repr):
            keys.setdefault(query, []).append(key)
        rows = (f"{self._value(query)}: {self._list(found)}" for query, found in keys.items())
        return f"{{{', '.join(rows)}}}"

    def _list(self, values: tuple[g.Value, ...] | list[g.Value]) -> str:
        return f"[{', '.join(map(self._value, values))}]"

    def _value(self, value: g.Value) -> str:
        return self._atom(value)[0]

    def _atom(self, value: g.Value) -> tuple[str, int]:
        if value is None and self.pure:
            raise RaspError("plain RASP has no None")
        if value is None or isinstance(value, bool):
            return str(value), PRIMARY
        if isinstance(value, int | Fraction):
            return _number(value)
        if not isinstance(value, str):
            raise RaspError(
                f"{value!r} cannot be written as RASP: only strings and exact numbers can"
            )
        if "\n" in value or "\r" in value or ('"' in value and "'" in value):
            raise RaspError(f"{value!r} cannot be written as RASP: a string has no escapes")
        if '"' not in value:
            return f'"{value}"', PRIMARY
        if self.pure:
            raise RaspError(f"{value!r} cannot be written as plain RASP: no string holds a quote")
        return f"'{value}'", PRIMARY


def _converts(node: g.Node) -> bool:
    return (
        isinstance(node, g.Map) and node.function in CONVERSIONS and node.arguments == (g.Tokens(),)
    )


def _number(value: int | Fraction) -> tuple[str, int]:
    """Return a number as RASP writes it: a decimal, else a quotient."""
    sign, level = ("-", PREFIX) if value < 0 else ("", PRIMARY)
    size = abs(Fraction(value))
    if isinstance(value, int):
        return str(value), level
    places = 0
    while (size * 10**places).denominator > 1 and places < 20:
        places += 1
    whole = size * 10**places
    if whole.denominator > 1:
        return f"{sign}{size.numerator} / {size.denominator}", PRODUCT
    places = max(places, 1)
    digits = str(int(size * 10**places)).zfill(places + 1)
    return f"{sign}{digits[:-places]}.{digits[-places:]}", level
