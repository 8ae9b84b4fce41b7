"""Decisions: bools, tables over features and `if`, with positions that do not matter left open."""

from collections.abc import Iterator
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from tprog.rasp.graph import Const, Lookup, Value
from tprog.synthesis.selectors.bank import Expr, leaf, made
from tprog.synthesis.selectors.batch import Ints, Kind, Rows
from tprog.synthesis.selectors.goals import CHUNK, MOST, QUERIES, Goal, LookAhead
from tprog.synthesis.selectors.kernels import fitting_tables

FEATURES = 1_500
"""Features, the cheapest, that are combined in twos."""

FEATURE_VALUES = 10
"""Values of a feature, at most: a digit's or a small count's."""

WITNESSES = 8
"""Positions for each cell of a table, on average, below which it would only repeat the examples."""

LABELS = 4
"""Labels, at most, for a list of decisions that ends in constants."""

BRANCHES = 60
"""S-ops, those most often right, that may be a branch of an `if`."""

BOOLS = 1_500
"""Bools that pairs are made of."""


class Decisions:
    """Looks for decisions in a bank."""

    def __init__(self, look: LookAhead) -> None:
        """Take what looks for goals."""
        self.look, self.bank, self.pause = look, look.bank, look.pause

    def all(self, goal: Goal) -> Iterator[tuple[Expr, str]]:
        """Yield tables of up to two features, lists of decisions and choices between two s-ops."""
        if goal.kind == "bool":
            for expr in self.bools(goal.target != 0, goal.where):
                yield goal.wrap(expr), f"{goal.how}condition"
        yield from self._tables(goal)
        if goal.kind != "bool":
            yield from self._constants(goal)
            yield from self._choices(goal)

    def residues(self, goal: Goal) -> Iterator[tuple[Expr, str]]:
        """Yield sums modulo a number of one of the cheapest leaves and a bool or an integer of the bank."""
        leaves = [one for one in self.bank.of["int"].exprs[:QUERIES] if one.op == "leaf"]
        for modulus, one in product(self.look.moduli if goal.kind == "int" else (), leaves):
            row = self.bank.of["int"].rows[one.index]
            rest = np.where(goal.where, (goal.target - row) % modulus, 0).astype(np.int16)
            if len(np.unique(rest[goal.where])) < 2:
                continue

            def wrap(other: Expr, one: Expr = one, modulus: int = modulus) -> Expr:
                return goal.wrap(made("int", "%", made("int", "+", one, other), detail=modulus))

            for other in self.bank.matching("int", rest, goal.where)[:MOST]:
                yield wrap(other), f"{goal.how}modulo {modulus}, sum"
            if rest.max() == 1:
                yield from self._constants(
                    Goal("int", rest, goal.where, wrap, f"{goal.how}modulo {modulus}, ")
                )

    def bools(
        self, wanted: NDArray[np.bool_], where: NDArray[np.bool_], deep: bool = True
    ) -> list[Expr]:
        """Return bools that have the wanted values where it matters, the simplest way that gives any.

        Args:
            wanted: (positions,).
            where: (positions,).
            deep: whether pairs of selectors may be looked through.
        """
        self.pause()
        target = wanted.astype(np.int16)
        found = self.bank.matching("bool", target, where)[:MOST]
        found += [
            made("bool", "not", one) for one in self.bank.matching("bool", 1 - target, where)[:MOST]
        ]
        found = found or self._thresholds(wanted, where) or self._joined(wanted, where)
        if not found and deep:
            found = self._exists(target, where)
        return found[:MOST]

    def _thresholds(self, wanted: NDArray[np.bool_], where: NDArray[np.bool_]) -> list[Expr]:
        """Return comparisons of an integer with any constant."""
        level = self.bank.of["int"]
        yes, no = (np.flatnonzero(where & one) for one in (wanted, ~wanted))
        found: list[Expr] = []
        if not len(yes) or not len(no):
            return found
        low, high = (level.used[:, yes[:64]].min(axis=1), level.used[:, yes[:64]].max(axis=1))
        least, most = (level.used[:, no[:64]].min(axis=1), level.used[:, no[:64]].max(axis=1))
        for index in np.flatnonzero((low > most) | (high < least)):
            row = level.rows[index]
            if row[yes].min() > row[no].max():
                op, constant = ">=", row[yes].min()
            elif row[yes].max() < row[no].min():
                op, constant = "<=", row[yes].max()
            else:
                continue
            found.append(made("bool", op, level.exprs[index], self.constant("int", int(constant))))
            if len(found) == MOST:
                break
        return found

    def _joined(self, wanted: NDArray[np.bool_], where: NDArray[np.bool_]) -> list[Expr]:
        """Return conjunctions and disjunctions of two bools."""
        level = self.bank.of["bool"]
        rows = level.used[:, where] != 0
        truth = wanted[where]
        found: list[Expr] = []
        for op in ("and", "or"):
            # Of a conjunction both parts hold wherever it does, and one fails wherever it fails.
            decided = truth if op == "and" else ~truth
            able = np.flatnonzero((rows[:, decided] == (op == "and")).all(axis=1))[:BOOLS]
            does = np.packbits(rows[np.ix_(able, np.flatnonzero(~decided))] == (op == "or"), axis=1)
            whole = np.packbits(np.ones(int((~decided).sum()), dtype=np.bool_))
            for one in range(len(able)):
                both = ((does[one] | does[:one]) == whole).all(axis=1)
                for other in np.flatnonzero(both)[:1]:
                    parts = (level.exprs[able[other]], level.exprs[able[one]])
                    found.append(made("bool", op, *parts))
                if len(found) >= MOST:
                    return found
        return found

    def _exists(self, target: Ints, where: NDArray[np.bool_]) -> list[Expr]:
        """Return `some key` and `no key` of two predicates."""
        goal = Goal("bool", target, where, lambda expr: expr, "")
        for sought in self.look.sought(goal):
            found = [expr for expr, _ in self.look.singles(sought)]
            if not found:
                found = [expr for expr, _ in self.look.paired(sought, CHUNK)]
            if found:
                return found
        return []

    def _features(self) -> tuple[list[Expr], Rows]:
        """Return the cheapest s-ops with few values, and each value's number: (features, positions)."""
        exprs: list[Expr] = []
        codes = []
        valid = self.bank.batch.valid
        kinds: tuple[Kind, ...] = ("text", "bool", "int")
        pool = (expr for kind in kinds for expr in self.bank.of[kind].exprs[:FEATURES])
        for expr in sorted(pool, key=lambda one: one.cost):
            row = self.bank.of[expr.kind].rows[expr.index]
            values, numbers = np.unique(row, return_inverse=True)
            if len(np.unique(row[valid])) > 1 and len(values) <= FEATURE_VALUES:
                exprs.append(expr)
                codes.append(numbers)
            if len(exprs) == FEATURES:
                break
        return exprs, np.array(codes, dtype=np.int16).reshape(len(exprs), -1)

    def _tables(self, goal: Goal) -> Iterator[tuple[Expr, str]]:
        """Yield tables over two features (one is two of which one does not matter)."""
        labels, target = np.unique(goal.target[goal.where], return_inverse=True)
        if len(labels) > FEATURE_VALUES:
            return
        exprs, codes = self._features()
        codes = codes[:, goal.where]
        random = np.random.default_rng(3).permutation(codes.shape[1])
        codes, target = np.ascontiguousarray(codes[:, random]), target[random].astype(np.int16)
        cells = np.zeros(FEATURE_VALUES**2, dtype=np.int16)
        found = np.zeros((MOST, 2), dtype=np.int64)
        for first in range(1, len(exprs), 50):
            self.pause()
            end = min(len(exprs), first + 50)
            count = fitting_tables(codes, FEATURE_VALUES, target, first, end, cells, found)
            tables = [self._table(goal, [exprs[b], exprs[a]]) for a, b in found[:count].tolist()]
            known = [one for one in tables if one is not None]
            for table in sorted(known, key=lambda one: one.cost):
                yield goal.wrap(table), f"{goal.how}table"

    def _table(self, goal: Goal, features: list[Expr]) -> Expr | None:
        """Return the table of features that gives the goal, None where too few positions speak for its cells."""
        where, bank = goal.where, self.bank
        rows = [bank.of[one.kind].rows[one.index] for one in features]
        for one in range(len(features)):
            rest = [row[where] for row in (*rows[:one], *rows[one + 1 :])]
            if rest and _is_function(rest, goal.target[where]):
                return self._table(goal, [*features[:one], *features[one + 1 :]])
        cells: dict[tuple[Value, ...], Value] = {}
        for place in np.flatnonzero(where):
            key = tuple(
                bank.value(one.kind, int(row[place]))
                for one, row in zip(features, rows, strict=True)
            )
            cells[key] = bank.value(goal.kind, int(goal.target[place]))
        if len(cells) * WITNESSES > where.sum():
            return None
        lookup = Lookup(tuple(sorted(cells.items(), key=repr)))
        found = made(goal.kind, "table", *features, detail=lookup)
        # Cells that were not seen count as well: of two tables the one that was seen whole comes first.
        found.cost += prod(len(np.unique(row[bank.batch.valid])) for row in rows)
        return found

    def constant(self, kind: Kind, number: int) -> Expr:
        """Return a constant."""
        return leaf(kind, Const(self.bank.value(kind, number)))

    def _constants(self, goal: Goal) -> Iterator[tuple[Expr, str]]:
        """Yield lists of decisions between constants, and a bool as 0 and 1."""
        labels = [int(one) for one in np.unique(goal.target[goal.where])]
        if not 1 < len(labels) <= LABELS:
            return
        if labels == [0, 1] and goal.kind == "int":
            for one in self.bools(goal.target == 1, goal.where):
                yield goal.wrap(made("int", "indicator", one)), f"{goal.how}condition"
            return
        found = self._listed(goal, labels, goal.where)
        if found is not None:
            yield goal.wrap(found), f"{goal.how}decisions"

    def _listed(self, goal: Goal, labels: list[int], where: NDArray[np.bool_]) -> Expr | None:
        """Return a list of decisions between labels: first whichever label a bool tells from all others."""
        if len(labels) == 1:
            return self.constant(goal.kind, labels[0])
        for label in labels:
            conditions = self.bools(goal.target == label, where)
            if not conditions:
                continue
            others = [one for one in labels if one != label]
            rest = self._listed(goal, others, where & (goal.target != label))
            if rest is not None:
                constant = self.constant(goal.kind, label)
                return made(goal.kind, "if", conditions[0], constant, rest)
        return None

    def _choices(self, goal: Goal) -> Iterator[tuple[Expr, str]]:
        """Yield `x if b else y` for s-ops of the bank that are right often enough."""
        level = self.bank.of[goal.kind]
        asked = np.flatnonzero(goal.where)
        right = level.rows[: min(level.size, BOOLS)][:, asked] == goal.target[asked]
        share = right.mean(axis=1)
        able = [int(one) for one in np.argsort(-share, kind="stable")[:BRANCHES]]
        for a in able:
            for b in able:
                if b >= a or not (right[a] | right[b]).all():
                    continue
                # Where both are right it does not matter; elsewhere the bool says which one is.
                open_ = np.zeros(len(goal.where), dtype=np.bool_)
                open_[asked] = right[a] != right[b]
                first = np.zeros(len(goal.where), dtype=np.bool_)
                first[asked] = right[a]
                for condition in self.bools(first, open_, deep=False):
                    found = made(goal.kind, "if", condition, level.exprs[a], level.exprs[b])
                    yield goal.wrap(found), f"{goal.how}choice"


def _is_function(rows: list[Ints], target: Ints) -> bool:
    known: dict[tuple[int, ...], int] = {}
    return all(
        known.setdefault(tuple(key), wanted) == wanted
        for *key, wanted in zip(*(row.tolist() for row in rows), target.tolist(), strict=True)
    )
