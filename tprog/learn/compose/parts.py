"""Expressions that stand for modules of a Program. Owns their form, size and layer; refuses to compute them.

A part says what one module does and holds the parts that it reads, so that a part is a small program in itself. Equal
parts are one module.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.ir.predicate import RELATIONS, Relation

Bits = npt.NDArray[np.bool_]


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
        """Return `(query value, key value)`, true where the key is wanted.

        Args:
            queries: how many query values there are.
            keys: how many key values there are.
            order: the place of each value among all, where that is not its index; for the first values.
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
class Source:
    """An input variable: the tokens, or the positions."""

    kind: Literal["tokens", "positions"]

    @property
    def reads(self) -> tuple["Part", ...]:
        """Nothing."""
        return ()

    @property
    def layer(self) -> int:
        """Inputs are there before the first layer."""
        return -1


@dataclass(frozen=True)
class Count:
    """A numerical head: how many keys the query wants. Query and key are one variable."""

    variable: "Part"
    wanted: Wanted
    causal: bool

    @property
    def reads(self) -> tuple["Part", ...]:
        """The one variable."""
        return (self.variable,)

    @cached_property
    def layer(self) -> int:
        """The layer after everything that is read."""
        return self.variable.layer + 1


@dataclass(frozen=True)
class Copy:
    """A categorical head: the value at the nearest wanted key."""

    query: "Part"
    key: "Part"
    value: "Part"
    wanted: Wanted
    causal: bool

    @property
    def reads(self) -> tuple["Part", ...]:
        """Query, key and value."""
        return (self.query, self.key, self.value)

    @cached_property
    def layer(self) -> int:
        """The layer after everything that is read."""
        return 1 + max(part.layer for part in self.reads)


@dataclass(frozen=True)
class Table:
    """A look-up over counts, or over categorical variables: a table of entries from 0, row-major.

    Attributes:
        arguments: all counts, or none.
        shape: values of each argument that are told apart; greater ones count as the greatest.
        entries: what is written.
        note: what the table does, in words.
        texts: what the entries are called, where they are not numbers.
    """

    arguments: tuple["Part", ...]
    shape: tuple[int, ...]
    entries: tuple[int, ...] = field(repr=False)
    note: str = field(default="", compare=False)
    texts: tuple[str, ...] = field(default=(), compare=False)

    @property
    def reads(self) -> tuple["Part", ...]:
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


Part: TypeAlias = Source | Count | Copy | Table
TOKENS, POSITIONS = Source("tokens"), Source("positions")


def modules(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return every module that is needed for some parts, once each, those that are read before those that read.

    Within that, layers come in order, and heads before look-ups.
    """
    found: dict[Part, None] = {}

    def visit(part: Part) -> None:
        for read in part.reads:
            visit(read)
        if not isinstance(part, Source):
            found.setdefault(part)

    for part in parts:
        visit(part)
    return tuple(sorted(found, key=lambda part: (part.layer, isinstance(part, Table))))
