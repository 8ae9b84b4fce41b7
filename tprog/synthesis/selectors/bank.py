"""Expressions and their behaviours on a batch: each behaviour is kept once, with the first expression that has it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tprog.rasp import graph as g
from tprog.synthesis.selectors.batch import LARGEST, Batch, Ints, Kind, Rows
from tprog.synthesis.selectors.kernels import (
    RELATIONS,
    WIDE,
    digests,
    insert,
    nearest,
    select,
)

KINDS: tuple[Kind, ...] = ("text", "int", "bool", "selector")

CAPS: dict[Kind, int] = {"text": 40_000, "int": 80_000, "bool": 60_000, "selector": 250_000}
"""Most behaviours of each kind: a batch of 128 sequences takes 2 KiB for a text or int, 1 KiB for the others; with the
tables of hashes that is below 1 GiB."""

POPCOUNT = np.array([one.bit_count() for one in range(256)], dtype=np.int16)


@dataclass(slots=True, eq=False)
class Expr:
    """An expression.

    Attributes:
        kind: what it holds.
        op: `leaf`, `select`, `and`, `or`, `complement`, `width`, `near` (the value at the nearest selected key), `table`, `if`
            (condition first), or the name of a function.
        detail: the node of a leaf, the relation of a select, the default of a head, the rows of a table.
        args: what it is made from.
        cost: how many operations, a key that is its own query counted once.
        index: its place in the bank, -1 for none.
    """

    kind: Kind
    op: str
    detail: object
    args: tuple["Expr", ...]
    cost: int
    index: int = -1


def leaf(kind: Kind, graph: g.SOp) -> Expr:
    """Return an expression that is part of no operation."""
    return Expr(kind, "leaf", graph, (), 1)


def made(kind: Kind, op: str, *args: Expr, detail: object = None) -> Expr:
    """Return an expression of others."""
    inner = args[:1] if op == "select" and args[0] is args[1] else args
    return Expr(kind, op, detail, args, 1 + sum(one.cost for one in inner))


@dataclass(slots=True, eq=False)
class Level:
    """The behaviours of a kind: rows of an array with room for more, and where each cost begins."""

    rows: Rows
    table: NDArray[np.uint64]
    exprs: list[Expr] = field(default_factory=list)
    starts: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.exprs)

    @property
    def used(self) -> Rows:
        """The behaviours."""
        return self.rows[: self.size]

    def of_cost(self, cost: int) -> tuple[int, int]:
        """Return the places of a cost."""
        return self.starts.get(cost, (0, 0))


class Bank:
    """Behaviours of all kinds on one batch."""

    def __init__(self, batch: Batch, equivalence: bool = True, causal: bool = False) -> None:
        """Take the batch; without `equivalence` every expression is kept (to test that nothing is lost).

        Where `causal`, heads have no value that would select a key right of the query.
        """
        self.causal = causal
        places = np.arange(len(batch.examples) * WIDE) % WIDE
        self.behind = (255 & ~((2 << places) - 1)).astype(np.uint8)
        self.batch = batch
        self.equivalence = equivalence
        self.tried = 0
        self.positions = len(batch.examples) * WIDE
        weights = np.random.default_rng(0).integers(
            0, 1 << 63, (2, self.positions), dtype=np.uint64
        )
        self._weights = weights * np.uint64(2) + np.uint64(1)
        self.of: dict[Kind, Level] = {}
        for kind in KINDS:
            kept = np.int16 if kind in ("text", "int") else np.uint8
            size = 1 << (4 * CAPS[kind]).bit_length()
            self.of[kind] = Level(
                # Zeros that nobody has written take no memory yet.
                np.zeros((CAPS[kind], self.positions), dtype=kept),
                np.zeros(size, dtype=np.uint64),
            )

    def full(self, kind: Kind) -> bool:
        """Whether no more behaviours of a kind are kept."""
        return self.of[kind].size >= CAPS[kind]

    def add(self, kind: Kind, rows: Rows, make: Callable[[int], Expr], cost: int) -> list[Expr]:
        """Keep the behaviours that are new and return their expressions, as long as there is room."""
        level = self.of[kind]
        self.tried += len(rows)
        rows = np.ascontiguousarray(rows, dtype=level.rows.dtype)
        hashes = np.zeros(len(rows), dtype=np.uint64)
        words = rows.view(np.uint64)
        digests(words, self._weights[:, : words.shape[1]], hashes)
        fresh = np.zeros(len(rows), dtype=np.bool_)
        insert(level.table, hashes, fresh)
        if not self.equivalence:
            fresh[:] = True
        places = np.flatnonzero(fresh)[: CAPS[kind] - level.size]
        start = level.size
        end = start + len(places)
        level.rows[start:end] = rows[places]
        found = [make(int(place)) for place in places]
        for index, expr in enumerate(found, start):
            expr.index, expr.cost = index, cost
        level.exprs += found
        first, _ = level.starts.get(cost, (start, start))
        level.starts[cost] = (first, end)
        return found

    def row(self, expr: Expr) -> Rows | None:
        """Return the behaviour of any expression, None where it has none within bounds."""
        if expr.index >= 0:
            return np.asarray(self.of[expr.kind].rows[expr.index])
        if expr.op in ("table", "*", "/"):
            return None
        if expr.op == "leaf":
            assert isinstance(expr.detail, g.SOp)
            found = self.batch.of_graph(expr.detail)
            return None if found is None else found[1]
        parts = [self.row(one) for one in expr.args]
        known = [part[None] for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        rows, good = self.apply(expr.op, expr.detail, known)
        return np.asarray(rows[0]) if good[0] else None

    def apply(self, op: str, detail: object, args: list[Rows]) -> tuple[Rows, NDArray[np.bool_]]:
        """Return an operation of rows and which results have a value within bounds; args: (rows, positions) each."""
        batch, count = self.batch, len(args[0])
        good = np.ones(count, dtype=np.bool_)
        valid = batch.valid
        if op == "select":
            found = np.zeros((count, len(RELATIONS), self.positions), dtype=np.uint8)
            select(args[0], args[1], batch.lengths, found)
            return found[:, RELATIONS.index(str(detail))], good
        if self.causal and op in ("near", "width"):
            good = np.asarray(~(args[0] & self.behind).any(axis=1))
        if op == "near":
            default = self.batch.code(detail) if isinstance(detail, str) else int(str(detail))
            heads = np.zeros((count, self.positions), dtype=np.int16)
            nearest(args[0], args[1], batch.near, batch.lengths, default, heads)
            return heads, good
        found = self._pointwise(op, detail, args)
        if op in ("+", "-"):
            good = np.asarray((np.abs(found) <= LARGEST).all(axis=1))
        return np.where(valid, found, np.zeros((), dtype=found.dtype)), good

    def _pointwise(self, op: str, detail: object, args: list[Rows]) -> Rows:
        first, *rest = args
        match op:
            case "leaf":
                raise AssertionError("a leaf stands in the bank")
            case "and":
                return np.asarray(first & rest[0])
            case "or":
                return np.asarray(first | rest[0])
            case "not":
                return np.asarray(first ^ 1)
            case "complement":
                return np.asarray(first ^ np.repeat((1 << self.batch.lengths) - 1, WIDE))
            case "width":
                return POPCOUNT[first]
            case "indicator":
                return first.astype(np.int16)
            case "if":
                return np.where(first != 0, rest[0], rest[1])
            case "%":
                assert isinstance(detail, int)
                return np.asarray(first % np.int16(detail))
        functions = {
            "+": np.add,
            "-": np.subtract,
            "==": np.equal,
            "<": np.less,
            "<=": np.less_equal,
            ">": np.greater,
            ">=": np.greater_equal,
            "!=": np.not_equal,
        }
        found = functions[op](first, rest[0])
        return np.asarray(found.astype(np.uint8) if op in RELATIONS else found)

    def value(self, kind: Kind, number: int) -> g.Value:
        """Return what a row's number stands for."""
        if kind == "text":
            return self.batch.texts[number]
        return bool(number) if kind == "bool" else number

    def values(self, expr: Expr) -> list[list[g.Value]]:
        """Return what an s-op of the bank holds on each sequence."""
        row = self.of[expr.kind].rows[expr.index].reshape(-1, WIDE).tolist()
        lengths = self.batch.lengths.tolist()
        return [
            [self.value(expr.kind, one) for one in numbers[:length]]
            for numbers, length in zip(row, lengths, strict=True)
        ]

    def matching(
        self, kind: Kind, target: Ints, where: NDArray[np.bool_], first: int = 0
    ) -> list[Expr]:
        """Return the expressions from a place on that have the target's values wherever that is asked."""
        level = self.of[kind]
        rows = level.rows[first : level.size]
        places = np.flatnonzero(where)
        alive = np.arange(len(rows))
        for start in range(0, len(places), 32):
            some = places[start : start + 32]
            alive = alive[(rows[np.ix_(alive, some)] == target[some]).all(axis=1)]
            if not len(alive):
                break
        return [level.exprs[first + one] for one in alive]


def graph_of(expr: Expr, known: dict[int, g.Node] | None = None) -> g.Node:
    """Return the graph of an expression; a text aggregate attends to the nearest selected key."""
    known = {} if known is None else known
    if id(expr) not in known:
        known[id(expr)] = _node(expr, [graph_of(one, known) for one in expr.args])
    return known[id(expr)]


def _node(expr: Expr, parts: list[g.Node]) -> g.Node:
    selectors = [one for one in parts if isinstance(one, g.Selector)]
    sops = [one for one in parts if isinstance(one, g.SOp)]
    match expr.op:
        case "leaf":
            assert isinstance(expr.detail, g.Node)
            return expr.detail
        case "select":
            return g.Select(sops[0], sops[1], expr.detail)  # type: ignore[arg-type]
        case "and" if selectors:
            return g.And(*selectors)
        case "or" if selectors:
            return g.Or(*selectors)
        case "complement":
            return g.Not(selectors[0])
        case "width":
            return g.Width(selectors[0])
        case "near":
            return g.Aggregate(g.Closest(selectors[0]), sops[0], expr.detail)  # type: ignore[arg-type]
        case "%":
            return g.Map("%", (sops[0], g.Const(expr.detail)))  # type: ignore[arg-type]
        case "if":
            return g.Map("if", (sops[1], sops[0], sops[2]))
        case "table":
            assert isinstance(expr.detail, g.Lookup)
            return g.Map(expr.detail, tuple(sops))
    return g.Map(expr.op, tuple(sops))
