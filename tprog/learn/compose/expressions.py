"""Expressions that stand for modules of a Program, and their display names.

An expression says what one module does and holds the expressions that it reads, so that it is a small program in itself.
Equal expressions are one module. A name says what a module computes, so that a program that was put together reads like
one that was written; `Program.names` makes names distinct.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.ir.predicate import RELATIONS, Relation

Bits = npt.NDArray[np.bool_]
COMPARED = {
    "==": "equal",
    "!=": "other",
    "<": "smaller",
    "<=": "smaller_or_equal",
    ">": "greater",
    ">=": "greater_or_equal",
}
FUNCTIONS = {
    "a": "number",
    "a + b": "total",
    "a - b, at least 0": "difference",
    "a where b is 1, else 0": "first",
    "a where b is not 0, else 0": "kept",
    "1 where a is b, else 0": "same",
    "1 where a is greater than b, else 0": "more",
}
LONGEST = 32
"""Letters of a name; longer ones lose what their variable is called."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which keys a query wants, by the indices of their values.

    Attributes:
        relation: `key RELATION query + offset`; None where the query does not matter.
        offset: see above.
        keys: without a relation, the wanted keys; None for all.
        without: values that want nothing and are never wanted.
        listed: whether tokens are compared in the order in which their domain lists them, not in that of their texts.
    """

    relation: Relation | None
    offset: int = 0
    keys: tuple[int, ...] | None = None
    without: tuple[int, ...] = ()
    listed: bool = False

    def table(self, queries: int, keys: int, order: Sequence[int] = ()) -> Bits:
        """Return `(query value, key value)`, true where the key is wanted, for so many values.

        Args:
            queries: how many query values there are.
            keys: how many key values there are.
            order: the place of each of the first values among all, where that is not its index.
        """
        places = [*order, *range(len(order), max(queries, keys))]
        query, key = np.indices((queries, keys))
        indices = query, key
        query, key = np.take(places, query), np.take(places, key)
        found: Bits
        if self.relation is not None:
            found = np.asarray(RELATIONS[self.relation](key, query + self.offset), bool)
        elif self.keys is None:
            found = np.ones((queries, keys), bool)
        else:
            found = np.isin(indices[1], self.keys)
        return found & ~np.isin(indices[0], self.without) & ~np.isin(indices[1], self.without)

    @property
    def single(self) -> bool:
        """Whether a query wants exactly one key wherever there is such a value (the published form)."""
        if self.relation is not None:
            return self.relation == "==" and not self.without
        return self.keys is not None and len(self.keys) == 1


@dataclass(frozen=True, slots=True)
class InputVariable:
    """An input variable: the tokens, or the positions."""

    kind: Literal["tokens", "positions"]

    @property
    def reads(self) -> tuple["Expression", ...]:
        """Nothing."""
        return ()

    @property
    def layer(self) -> int:
        """Inputs are there before the first layer."""
        return -1


@dataclass(frozen=True)
class Count:
    """A numerical head: how many keys the query wants. Query and key are one variable."""

    variable: "Expression"
    wanted: Wanted
    causal: bool

    @property
    def reads(self) -> tuple["Expression", ...]:
        """The one variable."""
        return (self.variable,)

    @cached_property
    def layer(self) -> int:
        """The layer after everything that is read."""
        return self.variable.layer + 1


@dataclass(frozen=True)
class Copy:
    """A categorical head: the value at the nearest wanted key."""

    query: "Expression"
    key: "Expression"
    value: "Expression"
    wanted: Wanted
    causal: bool

    @property
    def reads(self) -> tuple["Expression", ...]:
        """Query, key and value."""
        return (self.query, self.key, self.value)

    @cached_property
    def layer(self) -> int:
        """The layer after everything that is read."""
        return 1 + max(part.layer for part in self.reads)


@dataclass(frozen=True)
class Lookup:
    """A look-up over counts, or over categorical variables: a table of entries from 0, row-major.

    Attributes:
        arguments: all counts, or none.
        shape: values of each argument that are told apart; greater ones count as the greatest.
        entries: what is written.
        note: what the table does, in words.
        texts: what the entries are called, where they are not numbers.
    """

    arguments: tuple["Expression", ...]
    shape: tuple[int, ...]
    entries: tuple[int, ...] = field(repr=False)
    note: str = field(default="", compare=False)
    texts: tuple[str, ...] = field(default=(), compare=False)

    @property
    def reads(self) -> tuple["Expression", ...]:
        """The arguments."""
        return self.arguments

    @property
    def numerical(self) -> bool:
        """Whether counts are looked up."""
        return isinstance(self.arguments[0], Count)

    @cached_property
    def layer(self) -> int:
        """A look-up reads the heads of its own layer, but no look-up of it."""
        return max(
            part.layer if isinstance(part, Count | Copy) else part.layer + 1
            for part in self.arguments
        )


Expression: TypeAlias = InputVariable | Count | Copy | Lookup
TOKENS, POSITIONS = InputVariable("tokens"), InputVariable("positions")


def modules(parts: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """Return every module that is needed for some parts, once each, those that are read before those that read.

    Within that, layers come in order, and heads before look-ups.
    """
    found: dict[Expression, None] = {}

    def visit(part: Expression) -> None:
        for read in part.reads:
            visit(read)
        if not isinstance(part, InputVariable):
            found.setdefault(part)

    for part in parts:
        visit(part)
    return tuple(sorted(found, key=lambda part: (part.layer, isinstance(part, Lookup))))


def name_of(part: Expression) -> str:
    """Return a name, such as `equal_tokens_so_far`, `difference` or `token_at_total`; lower-case words.

    Args:
        part: any part but an input.
    """
    match part:
        case Count(variable=variable, wanted=wanted, causal=causal):
            what = "all" if wanted.keys is None else "some"
            if wanted.relation is not None:
                what = COMPARED[wanted.relation]
            return _short(what, _plural(variable), "_so_far" if causal else "")
        case Copy(query=query, key=key, value=value, wanted=wanted):
            copied = "token" if value == TOKENS else "value"
            if query == key == POSITIONS:
                return f"{'previous' if wanted.offset < 0 else 'next'}_{copied}"
            place = key if query == POSITIONS else query
            if place != TOKENS and POSITIONS in (query, key):
                return _short(f"{copied}_at", name_of(place), "")
            return f"{copied}_of_equal"
        case Lookup(texts=texts, note=note):
            return "answer" if texts else FUNCTIONS.get(note, "event")
        case InputVariable(kind=kind):
            return kind


def _plural(variable: Expression) -> str:
    if variable == TOKENS:
        return "tokens"
    name = name_of(variable)
    return name if name.endswith("s") else f"{name}s"


def _short(what: str, of: str, suffix: str) -> str:
    full = f"{what}_{of}{suffix}"
    return full if len(full) <= LONGEST else f"{what}{suffix}"
