"""The steps of a graph as parts of a Program: elementwise s-ops as expressions, aggregates and widths as heads."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod

import numpy as np

from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import CategoricalHead, NumericalHead, Operation, Table
from tprog.rasp import graph as g
from tprog.rasp.building import FEW_COUNTS, ONES, Apart, Builder
from tprog.rasp.digits import by_digits
from tprog.rasp.evaluate import Rules
from tprog.rasp.expression import (
    LARGEST_TABLE,
    Base,
    Expression,
    Sum,
    as_count,
    combined,
    constant,
    copied_values,
    examples,
    load,
    refines,
    summed,
    tells,
    two_digits,
    without_other,
)
from tprog.rasp.extremes import Extreme
from tprog.rasp.facts import Facts, NotCompiled, described
from tprog.rasp.functions import callable_of
from tprog.rasp.predicates import predicate_of
from tprog.rasp.relations import Matrix, matrices, regions, selects, without_closest
from tprog.rasp.scoring import by_score
from tprog.rasp.sums import Needed, keyed, terms

MOST_READ = 99
"""Functions of so many variables are written as one look-up, unless a Program is long."""

FUSED = 1 << 12
"""Elementwise s-ops are one table up to this many combinations; beyond, their arguments are written first."""


@dataclass(slots=True, eq=False)
class Steps:
    """The expressions of a graph's s-ops, made one after the other.

    Frame positions are kept apart as `keys`: none looks like data. Where only as `queries` (a head gives nothing there) or not
    at all, whoever says so finds out that they are not counted; `counted` then holds each head with its query's variable.
    A function of more than `most_counts` counts or `most_read` variables has its arguments written first.
    Where `shared`, heads read what the graph names rather than what they need of it, so that several may read the same.
    """

    facts: Facts
    rules: Rules
    symbols: tuple[g.Value, ...]
    names: Mapping[g.Node, str]
    build: Builder
    most_counts: int
    most_read: int
    apart: Apart = "keys"
    shared: bool = False
    alone: list[tuple[Base, Base, Base]] = field(default_factory=list)
    counted: list[tuple[Operation, Base]] = field(default_factory=list)
    values: dict[g.SOp, Expression] = field(default_factory=dict)
    keyed: set[g.Node] = field(default_factory=set)

    def run(self, needed: Needed) -> None:
        """Make the expressions of what is needed.

        Raises:
            NotCompiled: naming the node and the reason.
        """
        self.keyed = set() if self.apart == "nothing" else keyed(needed, self._never_none)
        for sop in needed.walk():
            if isinstance(sop, g.SOp):
                try:
                    if sop in needed.sums:
                        self.values[sop] = self._total(sop, *needed.sums[sop])
                    elif sop in needed.extremes:
                        self.values[sop] = self._extreme(sop, needed.extremes[sop])
                    else:
                        self.values[sop] = self._step(sop)
                except NotCompiled as error:
                    named = self.names.get(sop)
                    place = described(sop) if named is None else f"{named} = {described(sop)}"
                    message = str(error) if place in str(error) else f"{place}: {error}"
                    raise NotCompiled(message, sop) from None

    def _never_none(self, sop: g.SOp) -> bool:
        """Return whether an s-op is a count of at least one key, which tells data from a frame position's 0."""
        return (
            isinstance(sop, g.Width)
            and self.facts.exhaustive
            and not isinstance(sop.selector, g.Closest)
            and self.facts.matches[sop.selector][0] > 0
        )

    def _step(self, sop: g.SOp) -> Expression:
        match sop:
            case g.Tokens():
                base = self.build.tokens
                return Expression((base,), np.arange(len(base.entries)), self.symbols)
            case g.Indices():
                base = self.build.positions
                places = np.arange(len(base.entries))
                return Expression((base,), places, tuple(places.tolist()))
            case g.Const(value):
                return constant(value)
            case g.Map():
                return self._mapped(sop)
            case g.Width(selector):
                return self._width(sop, selector)
            case g.Aggregate(selector, value, default):
                return self._aggregate(sop, selector, value, default)
        raise TypeError(described(sop))

    def _mapped(self, sop: g.Map) -> Expression:
        arguments = self._arguments(sop)
        known, whole = self.facts.values[sop], self.rules == "rasp"
        found = combined(arguments, callable_of(sop.function), known, whole)
        for alone in self.alone:
            found = without_other(found, *alone)
        if sop.function == "%" and self.most_counts <= FEW_COUNTS and len(found.bases) > 1:
            found = self.build.single(found, False, self.names.get(sop, ""))
        return found

    def _arguments(self, sop: g.Map) -> list[Expression]:
        """Return a function's arguments; where they read many variables, the longest are written first, and read from now on.

        All are, where a table over all variables would be large.
        """
        large = False
        while True:
            held = [self.values[one] for one in sop.arguments]
            bases = {base for one in held for base in one.bases}
            counts = sum(base.counts for base in bases)
            size = prod(len(base.entries) for base in bases)
            large = large or counts > self.most_counts or size > FUSED
            # Numbers beside other variables are looked up anyway.
            many = len(bases) > self.most_read - (0 < counts < len(bases))
            long = [one for one in sop.arguments if len(self.values[one].bases) > 1]
            if not long or not (large or many):
                return held
            first = max(long, key=lambda one: load(self.values[one]))
            name = self.names.get(first, "")
            self.values[first] = self.build.single(self.values[first], False, name)

    def _aggregate(
        self, sop: g.Aggregate, selector: g.Selector, value: g.SOp, default: g.Value
    ) -> Expression:
        least, most = self.facts.matches[selector]
        least = least if self.facts.exhaustive else 0
        closest = isinstance(selector, g.Closest)
        if most == 0 and self.facts.exhaustive:
            return constant(default)
        found = self._before_own(sop, without_closest(selector)) if closest and not least else None
        if found is not None:
            return found
        if most > 1 and not closest:
            return self._mean(sop, selector, value, default)
        inner = without_closest(selector)
        held = self.build.single(
            self.values[value], least == 0 or sop in self.keyed, self.names.get(value, "")
        )
        bases = self.values[value].bases
        if len(bases) > 1 or any(base.counts for base in bases):
            # What is written anyway is read where the value chooses keys.
            self.values[value] = held
        matrix, causal, past = self._matrix(inner, closest)
        strict = sop in self.keyed
        query, key, wanted = self._sides(matrix, inner, unwanted=True)
        predicate = predicate_of(
            self.build, query, key, wanted, strict, with_frame=False, reads=True, past=past
        )
        copied = held.bases[0]
        head = CategoricalHead(
            query.variable, key.variable, copied.variable, predicate, causal=causal
        )
        head = replace(head, name=self.names.get(sop, ""))
        if not past:
            self.counted.append((head, query))
        entries = copied.entries + ((copied.frame,) if least == 0 else ())
        clear = least > 0 and strict and copied.clear and query.clear
        framed = strict and (copied.clear or copied.framed) and query.clear
        base = self.build.add(head, entries, copied.frame, clear, framed)
        copies = copied_values(self.facts.values[sop], held, sop.default)
        return replace(copies, bases=(base,), table=copies.table[: len(entries)])

    def _extreme(self, sop: g.SOp, found: Extreme) -> Expression:
        held = self.build.single(self.values[found.value], True, self.names.get(found.value, ""))
        name, known = self.names.get(sop, ""), self.facts.values[sop]
        return by_score(self.build, held, found, known, sop in self.keyed, name)

    def _before_own(self, sop: g.Aggregate, inner: g.Selector) -> Expression | None:
        """Return the value at the nearest selected key left of the query, where the query itself would be selected too.

        The head reads the query's own position last, so a count that is 1 tells that nothing else was there. None where the
        selector is another one.
        """
        where = self._where(inner)
        if not where:
            return None
        before, own, after = self._matrices(inner, where)
        if not {*before.queries} - {self.build.positions}:
            # A comparison of positions says it all.
            return None
        _, itself, occurs = before.own()
        if after.cells.any() or own.own()[1][occurs].any() or not itself[occurs].all():
            return None
        held = self.build.single(self.values[sop.value], True, self.names.get(sop.value, ""))
        query, key, wanted = self._sides(before, inner)
        predicate = predicate_of(self.build, query, key, wanted, True, with_frame=False)
        copied = held.bases[0]
        head = CategoricalHead(
            query.variable, key.variable, copied.variable, predicate, causal=True
        )
        read = self.build.add(head, copied.entries, copied.frame, False)
        number = NumericalHead(query.variable, key.variable, ONES, predicate, True)
        self.counted.append((number, query))
        longest = self.build.domain.max_length or 0
        counted = self.build.add(number, tuple(range(1, longest + 1)), 0, query.clear)
        self.alone.append((read, counted, copied))
        copies = copied_values(self.facts.values[sop], held, sop.default)
        table = np.tile(copies.table[:-1, None], (1, longest))
        table[:, 0] = copies.table[-1]
        return replace(copies, bases=(read, counted), table=table)

    def _matrix(self, inner: g.Selector, closest: bool) -> tuple[Matrix, bool, bool]:
        """Return the matrix of a selector, and how it is to be read.

        That is: whether of keys up to the query's position alone, and whether it holds of keys left of it only anyway.
        """
        where = self._where(inner)
        past = False
        if where:
            before, own, after = self._matrices(inner, where)
            _, itself, occurs = before.own()
            right = own.own()[1]
            past = not after.cells.any() and not right[occurs].any()
            if not after.cells.any() and not (itself != right)[occurs].any():
                return before, True, past
            same = np.array_equal(before.cells, after.cells)
            if same and not (itself != right)[occurs].any():
                return before, False, past
        return self._matrices(inner, {})[0], False, past

    def _matrices(self, inner: g.Selector, where: dict[g.Select, list[bool]]) -> list[Matrix]:
        """Return a selector's matrices; where they would be too large, keys and queries are looked up first."""
        for shorter in (self.build.uncounted, self.build.single):
            try:
                return matrices(inner, self.values, where)
            except NotCompiled:
                for one in selects(inner):
                    for side in (one.key, one.query):
                        if len(self.values[side].bases) > 1:
                            self.values[side] = shorter(self.values[side], one.key is side)
        return matrices(inner, self.values, where)

    def _where(self, inner: g.Selector) -> dict[g.Select, list[bool]]:
        longest = self.build.domain.max_length or 0
        found = {}
        for one in selects(inner):
            held = regions(one, longest, self.values)
            if held is not None:
                found[one] = held
        return found

    def _sides(
        self, matrix: Matrix, inner: g.Selector, unwanted: bool = False
    ) -> tuple[Base, Base, IntArray]:
        """Return the query's and the key's variable, and 1 where a query entry wants a key entry, -1 where they do not occur.

        The key's is clear, or (where `unwanted`) what it holds at frame positions is wanted by no query.
        """
        framed = self.apart == "nothing"
        if self.most_read < MOST_READ:
            digits = by_digits(self.build, self.values, matrix, inner, framed)
            if digits is not None:
                return digits
        simple = selects(inner)
        queries = {self.values[one.query] for one in simple}
        keys = {self.values[one.key] for one in simple}
        query, rows = self._side(matrix.queries, matrix.occurs[0], matrix.cells, queries, False)
        bases, clear = matrix.keys, self.apart == "keys"
        if unwanted and len(bases) == 1 and bases[0].framed and bases[0].frame in bases[0].entries:
            frame = bases[0].entries.index(bases[0].frame)
            clear = bool(matrix.cells[matrix.occurs[0]][:, frame].any())
        key, columns = self._side(bases, matrix.occurs[1], matrix.cells.T, keys, clear)
        occurs = (rows >= 0)[:, None] & (columns >= 0)
        return query, key, np.where(occurs, matrix.cells[rows][:, columns], -1)

    def _side(
        self,
        bases: tuple[Base, ...],
        occurs: BoolArray,
        rows: BoolArray,
        expressions: set[Expression],
        clear: bool,
    ) -> tuple[Base, IntArray]:
        """Return a variable that tells these rows apart, and for each of its entries a row, -1 where it cannot occur."""
        if len(bases) == 1 and not bases[0].counts and (bases[0].clear or not clear):
            return bases[0], np.where(occurs, np.arange(occurs.size), -1)
        shape = tuple(len(base.entries) for base in bases)
        kept, of = np.unique(rows, axis=0, return_inverse=True)
        classes = two_digits(np.where(occurs, of.reshape(-1), -1), bases)
        values = tuple(range(max(len(kept), int(classes.max()) + 1)))
        found = Expression(bases, classes.reshape(shape), values)
        name = ""
        for given in expressions:
            fits = tells if self.shared else refines
            if given.bases == bases and fits(given.table.reshape(-1), classes):
                found = given
                called = (
                    self.names.get(one, "") for one, held in self.values.items() if held is given
                )
                name = next(called, "")
                break
        single = self.build.single(found, clear, name)
        return single.bases[0], examples(found, single)

    def _width(self, sop: g.SOp, selector: g.Selector) -> Expression:
        # Counts that add up to more than all keys never occur together.
        most = 1 if isinstance(selector, g.Closest) else LARGEST_TABLE
        chosen = without_closest(selector)
        total = self._count(chosen, sop in self.keyed, self.names.get(sop, ""))
        return summed(self.facts.values[sop], [total], lambda count: min(count, most))

    def _mean(
        self, sop: g.Aggregate, selector: g.Selector, value: g.SOp, default: g.Value
    ) -> Expression:
        """Return the mean of the selected values: one count for each that is not 0, and one of all."""
        numbers: dict[Fraction, g.Value] = {}
        for one in self.facts.values[value]:
            if not isinstance(one, int | float | Fraction):
                raise NotCompiled(
                    f"{described(sop)} may select several keys, and not all its values are numbers"
                )
            numbers.setdefault(Fraction(one), one)
        told = [number for number in numbers if number]
        counts = [
            self._count(
                g.And(selector, g.Select(value, g.Const(numbers[one]), "==")), sop in self.keyed, ""
            )
            for one in told
        ]
        total = self._count(selector, sop in self.keyed, "")

        bases = {base for one in (total, *counts) for base, _ in one.terms}
        if prod(len(base.entries) for base in bases) > LARGEST_TABLE:
            whole = self.build.single(self._added(list(zip(told, counts, strict=True))), False)

            def divided(weight: Fraction, every: int) -> g.Value:
                if every == 0:
                    return None if weight else default
                return numbers.get(weight) if every == 1 else Fraction(weight) / every

            return combined([whole, total.times(1)], divided, self.facts.values[sop], False)

        def mean(every: int, *found: int) -> g.Value:
            if every == 0 or sum(found) > every:
                return None if sum(found) else default
            if every == 1:
                return next(
                    (numbers[one] for one, count in zip(told, found, strict=True) if count),
                    numbers.get(Fraction(0), 0),
                )
            weighted = zip(told, found, strict=True)
            return sum((one * count for one, count in weighted), Fraction(0)) / every

        return summed(self.facts.values[sop], [total, *counts], mean)

    def _total(self, sop: g.SOp, selector: g.Selector, value: g.SOp) -> Expression:
        """Return a sum over the selected keys, term by term: a head adds counts up, other numbers are counted by value."""
        parts: list[tuple[int | Fraction, Sum]] = []
        for positive, term in terms(value):
            sign, held, added = 1 if positive else -1, self.values[term], 0
            if not all(type(one) is int for one in held.values):
                raise NotCompiled(f"{described(term)} is added up, and is no whole number")
            numbers: list[int] = [*held.values]  # type: ignore[list-item]
            counted = as_count(held, numbers)
            if counted is not None:
                base, added = counted
                parts.append((sign, self._count(selector, False, "", base)))
            elif not held.bases:
                added = numbers[0]
            else:
                for one in filter(None, numbers):
                    chosen = g.And(selector, g.Select(term, g.Const(one), "=="))
                    parts.append((sign * one, self._count(chosen, False, "")))
            if added:
                parts.append((sign * added, self._count(selector, False, "")))
        known = self.facts.values[sop]
        return combined([self._added(parts)], lambda number: number, known, False)

    def _added(self, parts: Sequence[tuple[int | Fraction, Sum]]) -> Expression:
        """Return a sum of products, in steps that are look-ups where a table of all would be large."""
        total = constant(0)
        for factor, count in parts:
            bases = {base for base, _ in count.terms} | set(total.bases)
            if prod(len(base.entries) for base in bases) > FUSED and len(total.bases) > 1:
                total = self.build.single(total, False)
            total = combined([total, count.times(factor)], operator.add, None, False)
        return total

    def _count(
        self, selector: g.Selector, strict: bool, name: str, value: Base | None = None
    ) -> Sum:
        """Return how many keys a selector selects, or the sum of a number there, which is `value`."""
        for one in selects(selector):
            for side in (one.key, one.query):
                if side not in self.values:
                    assert isinstance(side, g.Const)
                    self.values[side] = constant(side.value)
        where = self._where(selector)
        least = self.facts.matches[selector][0] if selector in self.facts.matches else 0
        some = strict and self.facts.exhaustive and least > 0
        if not where:
            matrix = self._matrices(selector, {})[0]
            if some:
                return Sum(((self._counting_some(matrix, selector, False, name), 1),), 1)
            return Sum(((self._counting(matrix, selector, False, strict, name, value), 1),))
        before, own, after = self._matrices(selector, where)
        parts = [
            (after.cells, False, 1),
            (before.cells & ~after.cells, True, 1),
            (after.cells & ~before.cells, True, -1),
        ]
        if some and not after.cells.any() and np.array_equal(before.own()[1], own.own()[1]):
            return Sum(((self._counting_some(before, selector, True, name), 1),), 1)
        parts = [part for part in parts if part[0].any()]
        # What is none of several counts by itself names none of them.
        name = name if len(parts) == 1 else ""
        counted = (
            self._counting(replace(before, cells=cells), selector, causal, strict, name, value)
            for cells, causal, _ in parts
        )
        terms = tuple((base, sign) for base, (_, _, sign) in zip(counted, parts, strict=True))
        bases, itself, occurs = before.own()
        off = own.own()[1].astype(int) - itself
        offs = set(off[occurs].reshape(-1).tolist())
        if value is not None and offs - {0}:
            raise NotCompiled("a sum over keys would have to add its own position by itself")
        if len(offs) <= 1:
            added = offs.pop() if offs else 0
            return Sum(terms, added)
        # What differs at the query itself is counted there: one key, at the prefix, where it holds.
        for sign in (1, -1):
            if sign in offs:
                table = np.where(occurs, off == sign, -1).astype(np.int64)
                terms += ((self._flag(Expression(bases, table, (False, True))), sign),)
        return Sum(terms)

    def _counting(
        self,
        matrix: Matrix,
        selector: g.Selector,
        causal: bool,
        strict: bool,
        name: str,
        value: Base | None = None,
    ) -> Base:
        query, key, wanted = self._sides(matrix, selector)
        with_frame = strict and self.apart == "keys"
        predicate = predicate_of(self.build, query, key, wanted, strict, with_frame)
        added = ONES if value is None else value.variable
        head = NumericalHead(query.variable, key.variable, added, predicate, causal, name)
        self.counted.append((head, query))
        framed = (1 if causal else self.build.domain.frame_size) if with_frame else 0
        longest = (self.build.domain.max_length or 0) * (max(value.entries) if value else 1)
        entries = tuple(range(framed, framed + longest + 1))
        return self.build.add(head, entries, 0, with_frame and query.clear)

    def _counting_some(self, matrix: Matrix, selector: g.Selector, causal: bool, name: str) -> Base:
        """Count keys of which there is one at least: data differ from the frame's 0; the entries begin at 1."""
        query, key, wanted = self._sides(matrix, selector, unwanted=True)
        predicate = predicate_of(self.build, query, key, wanted, True, with_frame=False)
        head = NumericalHead(query.variable, key.variable, ONES, predicate, causal, name)
        longest = self.build.domain.max_length or 0
        return self.build.add(head, tuple(range(1, longest + 1)), 0, query.clear)

    def _flag(self, truth: Expression) -> Base:
        """Return the count that is 1 where an expression is true: of the prefix, which every query sees."""
        single = self.build.single(truth, False)
        query, key = single.bases[0], self.build.tokens
        size = len(self.build.values(query.variable))
        rows: list[tuple[int, ...]] = [()] * size
        for entry, code in zip(query.entries, single.table.tolist(), strict=True):
            if code >= 0 and single.values[code]:
                rows[entry] = (key.frame,)
        head = NumericalHead(query.variable, key.variable, ONES, Table(tuple(rows)))
        return self.build.add(head, (0, 1), 0, False)
