"""A Program as a RASP graph, part by part: exact, but full of tables.

A graph sees the data symbols alone. What a variable holds at the frame symbols is an s-op of its own that has the same value
at every position; it is a constant wherever it does not depend on the data.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod
from typing import TypeAlias

from tprog.errors import TprogError
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    TextRule,
    WordTable,
    predicate_table,
)
from tprog.ir import Tokens as ProgramTokens
from tprog.ir.operations import Head
from tprog.rasp import graph as g
from tprog.rasp.extremes import by_score, same_for_all
from tprog.rasp.fitting import CASES
from tprog.rasp.functions import callable_of

LARGEST_TABLE = 1 << 17
"""Rows of the greatest table that is written out."""

VOTE_TABLE = 256
"""Up to so many combinations of values the votes are one table; of more, sums that are compared."""

SELF = g.Select(g.Indices(), g.Indices(), "==")
CAUSAL = g.Select(g.Indices(), g.Indices(), "<=")
LAST = g.Map("-", (g.LENGTH, g.Const(1)))


class NotLiftable(TprogError):
    """A part of a Program has no exact form as a RASP graph."""

    slug = "not-liftable"


@dataclass(frozen=True, slots=True)
class Framed:
    """A variable: its s-op on the data, and what it holds at the frame symbols, the same at every position.

    Attributes:
        data: its s-op.
        prefix: what it holds at the prefix; None where there is none.
        suffix: the same at the suffix.
        held: of a categorical variable, what it can hold on the data: nothing else comes up there.
    """

    data: g.SOp
    prefix: g.SOp | None
    suffix: g.SOp | None
    held: frozenset[g.Value] = frozenset()

    @property
    def parts(self) -> tuple[g.SOp | None, g.SOp | None, g.SOp | None]:
        """The three s-ops."""
        return (self.data, self.prefix, self.suffix)


Rename = Callable[[int, g.SOp], g.SOp]
"""Given a variable and its s-op by construction, returns an s-op with the same values."""


def applied(function: str | g.Lookup, *given: g.SOp | int) -> g.SOp:
    """Return a function of s-ops and numbers, computed where all are constant."""
    arguments = [g.Const(one) if isinstance(one, int) else one for one in given]
    first, second = (*arguments, None)[:2]
    zero = g.Const(0)
    if function == "if" and isinstance(second, g.Const):
        return arguments[0] if second.value else arguments[2]
    if function == "+" and zero in arguments:
        return arguments[first == zero]
    if function == "*" and zero in arguments:
        return zero
    if function == "*" and second == g.Const(1):
        return arguments[0]
    if all(isinstance(one, g.Const) for one in arguments):
        values = [one.value for one in arguments if isinstance(one, g.Const)]
        return g.Const(callable_of(function)(*values))
    return g.Map(function, tuple(arguments))


def translate(program: Program, rename: Rename = lambda _, node: node) -> list[Framed]:
    """Return every variable of a Program as s-ops.

    Raises:
        NotLiftable: an operation has no exact form, with the reason.
    """
    found: list[Framed] = []
    for number, variable in enumerate(program.variables):
        try:
            match variable:
                case CategoricalHead() | NumericalHead():
                    made = _head(program, variable, found)
                case CategoricalLookup() | NumericalLookup():
                    made = _looked_up(program, variable, found)
                case _:
                    made = _input(program, variable)
        except NotLiftable as reason:
            raise NotLiftable(f"{program.names[number]}: {reason}") from None
        found.append(replace(made, data=rename(number, made.data)))
    return found


def _input(program: Program, variable: object) -> Framed:
    domain = program.domain
    shift = int(domain.prefix is not None)
    match variable:
        case ProgramTokens():
            values: Sequence[g.Value] = domain.alphabet
            data: g.SOp = g.Tokens()
        case Ones():
            values, data = [1] * len(domain.alphabet), g.Const(1)
        case Positions():
            data = g.Map("+", (g.Indices(), g.Const(1))) if shift else g.Indices()
            first = None if domain.prefix is None else g.Const(0)
            end = None if domain.suffix is None else applied("+", g.LENGTH, g.Const(shift))
            held = range(shift, shift + (domain.max_length or 0))
            return Framed(data, first, end, frozenset(held))
        case WordTable(values=known, table=table):
            values = [known.values[entry] for entry in table]
        case TextRule(values=known):
            values = [known.values[variable.index(word)] for word in domain.alphabet]
        case _:
            raise TypeError(f"no input variable: {variable!r}")
    here = slice(shift, shift + len(domain.symbols))
    if isinstance(variable, WordTable | TextRule):
        rows = tuple(((word,), value) for word, value in zip(domain.alphabet, values, strict=True))
        data = _table(rows[here], (g.Tokens(),))
    return Framed(
        data,
        None if domain.prefix is None else g.Const(values[0]),
        None if domain.suffix is None else g.Const(values[-1]),
        frozenset(values[here]),
    )


Row: TypeAlias = tuple[tuple[g.Value, ...], g.Value]


def _table(rows: Sequence[Row], arguments: Sequence[g.SOp]) -> g.SOp:
    """Return a table of s-ops: a constant or a few cases where that says the same."""
    results = [result for _, result in rows]
    usual = max(dict.fromkeys(results), key=results.count)
    exceptions = [row for row in rows if row[1] != usual]
    if exceptions and (len(arguments) > 1 or len(exceptions) > CASES):
        return applied(g.Lookup(tuple(rows)), *arguments)
    found: g.SOp = g.Const(usual)
    for (value,), result in exceptions:
        found = applied("if", g.Const(result), applied("==", arguments[0], g.Const(value)), found)
    return found


def _looked_up(
    program: Program, lookup: CategoricalLookup | NumericalLookup, found: list[Framed]
) -> Framed:
    columns: list[Sequence[g.Value]]
    if isinstance(lookup, NumericalLookup):
        columns = [range(cap + 1) for cap in lookup.caps]
    else:
        columns = [program.finite_values(one).values for one in lookup.arguments]
    if prod(map(len, columns)) > LARGEST_TABLE:
        raise NotLiftable(f"its table has {prod(map(len, columns)):,} rows; simplify it first")
    written = lookup.values.values
    if isinstance(lookup, NumericalLookup):
        entries = [
            written[lookup.index(point)] for point in product(*map(range, map(len, columns)))
        ]
    else:
        entries = [written[entry] for entry in lookup.table]
    rows = list(zip(product(*columns), entries, strict=True))
    held = [frozenset(one) for one in columns]
    if isinstance(lookup, CategoricalLookup):
        held = [found[one].held for one in lookup.arguments]
    here = [row for row in rows if all(one in may for one, may in zip(row[0], held, strict=True))]

    def at(arguments: list[g.SOp | None], rows: Sequence[Row]) -> g.SOp | None:
        known = [one for one in arguments if one is not None]
        if len(known) < len(arguments):
            return None
        if isinstance(lookup, NumericalLookup):
            caps = zip(known, lookup.caps, strict=True)
            known = [applied("if", one, applied("<", one, cap), cap) for one, cap in caps]
        return _table(rows, known)

    parts = zip(*(found[one].parts for one in lookup.arguments), strict=True)
    data, prefix, suffix = (
        at(list(part), rows if side else here) for side, part in enumerate(parts)
    )
    assert data is not None
    return Framed(data, prefix, suffix, frozenset(result for _, result in here))


def _head(program: Program, head: Head, found: list[Framed]) -> Framed:
    if isinstance(head, CategoricalHead) and not (
        isinstance(head.tie, Nearest) or same_for_all(head.tie)
    ):
        raise NotLiftable(
            "it attends to the first match or by a query's own scores, which has no form in RASP here"
        )
    query = found[head.query]
    looks = _Look(program, head, query, found[head.key], found[head.value])
    data = looks.at(query.data, 0)
    prefix = None if query.prefix is None else looks.at(query.prefix, -1)
    suffix = None if query.suffix is None else looks.at(query.suffix, 1)
    return Framed(data, prefix, suffix, looks.held)


@dataclass(frozen=True)
class _Look:
    """A head, as seen by one query: on the data (side 0), at the prefix (-1) or at the suffix (1)."""

    program: Program
    head: Head
    query: Framed
    key: Framed
    value: Framed

    @property
    def held(self) -> frozenset[g.Value]:
        """What the head can copy: a value of the data or of a frame symbol."""
        if isinstance(self.head, NumericalHead):
            return frozenset()
        ends = [one for one in self.value.parts[1:] if one is not None]
        if not all(isinstance(one, g.Const) for one in ends):
            return frozenset(self.program.finite_values(self.head.value).values)
        return self.value.held | {one.value for one in ends if isinstance(one, g.Const)}

    def at(self, query: g.SOp, side: int) -> g.SOp:
        """Return what the head writes for a query."""
        chosen = self._selector(query, side)
        ends = [self._frame(self.key.prefix, query), g.Const(False)]
        if not self.head.causal or side == 1:
            ends[1] = self._frame(self.key.suffix, query)
        if isinstance(self.head, NumericalHead):
            return self._sum(chosen, ends)
        if isinstance(self.head.tie, ByScore):
            return self._scored(self.head.tie, chosen, ends, side)
        return self._copied_at_end(chosen, ends, side) if side else self._copied(chosen, ends)

    @cached_property
    def _pairs(self) -> frozenset[tuple[g.Value, g.Value]]:
        program, head = self.program, self.head
        queries, keys = (program.finite_values(one) for one in (head.query, head.key))
        rows = enumerate(predicate_table(head.predicate, queries, keys).rows)
        return frozenset(
            (keys.values[place], queries.values[number]) for number, row in rows for place in row
        )

    def _selector(self, query: g.SOp, side: int) -> g.Selector | None:
        if self.head.causal and side == -1:
            return None
        asked = self.query.held if query == self.query.data else None
        asked = frozenset((query.value,)) if isinstance(query, g.Const) else asked
        pairs = frozenset(
            (key, other)
            for key, other in self._pairs
            if key in self.key.held and (asked is None or other in asked)
        )
        if not pairs and side:
            return None
        chosen: g.Selector = g.Select(self.key.data, query, g.Pairs(pairs))
        return g.And(chosen, CAUSAL) if self.head.causal and side == 0 else chosen

    def _frame(self, key: g.SOp | None, query: g.SOp) -> g.SOp:
        """Return whether the query wants a frame symbol."""
        if key is None:
            return g.Const(False)
        sides = ((key, self.head.key), (query, self.head.query))
        may: list[Sequence[g.Value]] = [
            (part.value,) if isinstance(part, g.Const) else self.program.finite_values(one).values
            for part, one in sides
        ]
        wanted, asked = may
        if query == self.query.data:
            asked = tuple(one for one in asked if one in self.query.held)
        if isinstance(key, g.Const):
            return _table([((one,), (key.value, one) in self._pairs) for one in asked], (query,))
        return _table(
            [(pair, pair in self._pairs) for pair in product(wanted, asked)], (key, query)
        )

    def _sum(self, chosen: g.Selector | None, ends: Sequence[g.SOp]) -> g.SOp:
        total: g.SOp = g.Const(0)
        if chosen is not None:
            total = g.Width(chosen)
            if self.value.data != g.Const(1):
                mean = g.Aggregate(chosen, self.value.data, 0)
                total = g.Map("round", (g.Map("*", (mean, total)),))
        for wanted, value in zip(ends, self.value.parts[1:], strict=True):
            if value is not None:
                total = applied("+", total, applied("if", value, wanted, 0))
        return total

    def _otherwise(self) -> g.SOp:
        """Return what is copied where nothing matches: the value at position 0."""
        if self.value.prefix is not None:
            return self.value.prefix
        return g.Aggregate(g.Select(g.Indices(), g.Const(0), "=="), self.value.data, self._filler())

    def _filler(self) -> g.Value:
        """Return a default that is never used, of the type of the values."""
        return "" if self.program.finite_values(self.head.value).textual else 0

    @property
    def _ranked(self) -> bool:
        """Whether the own position counts as far away as there are matches, not as the farthest."""
        assert isinstance(self.head, CategoricalHead)
        return self.head.tie == Nearest("matches")

    def _copied(self, chosen: g.Selector | None, ends: Sequence[g.SOp]) -> g.SOp:
        """Copy at a data position, where the frame symbols compete with the nearest match."""
        assert chosen is not None
        empty, filler, value = self._otherwise(), self._filler(), self.value.data
        if not self._ranked and ends[0] == ends[1] == g.Const(False):
            if isinstance(empty, g.Const):
                return g.Aggregate(g.Closest(chosen), value, empty.value)
            copied = g.Aggregate(g.Closest(chosen), value, filler)
            return applied("if", copied, applied(">", g.Width(chosen), 0), empty)
        others, here = g.Closest(g.And(chosen, g.Not(SELF))), g.Indices()
        place = g.Aggregate(others, here, -1)
        left = applied("<", place, here)
        away = applied("if", applied("-", here, place), left, applied("-", place, here))
        # Ranks of four steps a position: a tie goes to the left, the own position stands between.
        rank = applied("+", applied("*", away, 4), applied("if", 0, left, 2))
        far = applied("*", applied("+", g.LENGTH, 2), 8)
        best: g.SOp = g.Aggregate(others, value, filler)
        best_rank = applied("if", rank, applied(">=", place, 0), far)
        own = applied("-", far, 1)
        if self._ranked:
            own = applied("+", applied("*", _added(g.Width(chosen), ends), 4), 1)
        to_suffix = applied("+", applied("*", applied("-", g.LENGTH, here), 4), 2)
        ranks = (applied("*", applied("+", here, 1), 4), to_suffix, own)
        wanted = (*ends, applied(">", g.Width(g.And(chosen, SELF)), 0))
        values = (*self.value.parts[1:], value)
        for its_rank, holds, other in zip(ranks, wanted, values, strict=True):
            if holds != g.Const(False) and other is not None:
                better = applied("<", its_rank, best_rank)
                better = better if holds == g.Const(True) else applied("and", holds, better)
                best = applied("if", other, better, best)
                best_rank = applied("if", its_rank, better, best_rank)
        return applied("if", best, applied("<", best_rank, far), empty)

    def _scored(
        self, tie: ByScore, chosen: g.Selector | None, ends: Sequence[g.SOp], side: int
    ) -> g.SOp:
        """Copy from the key with the highest score, where all queries want the same keys of the data and no others."""
        if chosen is None:
            return self._otherwise()
        keys = self.program.finite_values(self.head.key).values
        wanted = {key for key, _ in self._pairs if key in self.key.held}
        asked = {query for _, query in self._pairs if side or query in self.query.held}
        all_pairs = all((key, query) in self._pairs for key in wanted for query in asked)
        alike = all_pairs and (bool(side) or asked == self.query.held)
        if not alike or {*ends} != {g.Const(False)}:
            raise NotLiftable("it attends by score to keys that depend on the query or the frame")
        score = dict(zip(keys, tie.scores[0], strict=True))
        least = min(score.values()) - 1
        rows = [
            ((key,), score[key] if key in wanted else least) for key in keys if key in self.key.held
        ]
        own = wanted == self.key.held and all(type(k) is int and score[k] == k for k in wanted)
        best = by_score(
            self.key.data if own else _table(rows, (self.key.data,)),
            self.value.data,
            self.head.causal and side == 0,
            self._filler(),
        )
        if wanted == self.key.held:
            return best
        some: g.Selector = g.Select(
            self.key.data, g.Const(True), g.Pairs(frozenset((key, True) for key in wanted))
        )
        found = g.Width(g.And(some, CAUSAL) if self.head.causal and side == 0 else some)
        return applied("if", best, applied(">", found, 0), self._otherwise())

    def _copied_at_end(self, chosen: g.Selector | None, ends: Sequence[g.SOp], side: int) -> g.SOp:
        """Copy at a frame symbol: the nearest data match is the first or the last one."""
        own, far = ends[::-side]
        its_value, far_value = self.value.parts[1:][::-side]
        assert its_value is not None
        ranked = self._ranked and own != g.Const(False)
        other = self._otherwise() if ranked else applied("if", its_value, own, self._otherwise())
        if far_value is not None:
            other = applied("if", far_value, far, other)
        if chosen is not None:
            other = self._reached(chosen, self.value.data, self._filler(), other, side)
        if not ranked:
            return other
        # The own position wins where as many keys match as the nearest lies away, or fewer; a tie goes to the left.
        count = _added(g.Const(1), (far,))
        away = applied("if", applied("+", g.LENGTH, 1), far, applied("+", g.LENGTH, 3))
        if chosen is not None:
            here = g.Indices()
            step = applied("+", here, 1) if side == -1 else applied("-", g.LENGTH, here)
            away = self._reached(chosen, step, 0, away, side)
            count = applied("+", g.Width(chosen), count)
        nearer = applied("<=" if side == -1 else "<", count, away)
        return applied("if", applied("if", its_value, nearer, other), own, other)

    def _reached(
        self, chosen: g.Selector, value: g.SOp, filler: g.Value, empty: g.SOp, side: int
    ) -> g.SOp:
        """Return the value of the first (side -1) or last match, everywhere."""
        end: g.SOp = g.Const(0) if side == -1 else LAST
        here = applied(">", g.Width(g.And(chosen, SELF)), 0)
        at_end = applied("if", value, here, g.Aggregate(g.Closest(chosen), value, filler))
        everywhere = g.Aggregate(g.Select(g.Indices(), end, "=="), at_end, filler)
        return applied("if", everywhere, applied(">", g.Width(chosen), 0), empty)


def _added(count: g.SOp, more: Sequence[g.SOp]) -> g.SOp:
    """Return a count, one more for each condition that holds."""
    for one in more:
        count = applied("+", count, applied("indicator", one))
    return count


def votes(program: Program, found: Sequence[Framed]) -> g.SOp:
    """Return the predicted label by construction: a sum of votes for each label, the largest wins.

    Forced labels stand at frame symbols, which the graph does not see.
    """
    classifier = program.classifier
    table = None if classifier.pooled else _vote_table(program, found)
    if table is not None:
        return table
    best: g.SOp | None = None
    best_sum: g.SOp = g.Const(0)
    for number, label in enumerate(classifier.labels):
        if number in classifier.masked:
            continue
        total = _label_sum(program, found, number)
        if best is None:
            best, best_sum = g.Const(label), total
        else:
            better = applied(">", total, best_sum)
            best = applied("if", g.Const(label), better, best)
            best_sum = applied("if", total, better, best_sum)
    assert best is not None
    return best


def _vote_table(program: Program, found: Sequence[Framed]) -> g.SOp | None:
    """Return the label as one table of what the voting variables hold, None where a count votes or combinations are many."""
    classifier, columns = program.classifier, []
    for vote in classifier.votes:
        if not isinstance(vote, CategoricalVotes):
            return None
        pairs = zip(program.finite_values(vote.variable).values, vote.weights, strict=True)
        columns.append([one for one in pairs if one[0] in found[vote.variable].held])
    if prod(map(len, columns)) > VOTE_TABLE:
        return None
    open_labels = [one for one in range(len(classifier.labels)) if one not in classifier.masked]
    rows = []
    for point in product(*columns):
        sums = [sum(weights[one] for _, weights in point) for one in open_labels]
        winner = open_labels[sums.index(max(sums))]
        rows.append((tuple(value for value, _ in point), classifier.labels[winner]))
    return _table(rows, [found[vote.variable].data for vote in classifier.votes])


def _label_sum(program: Program, found: Sequence[Framed], label: int) -> g.SOp:
    sums: list[g.SOp] = [g.Const(0)] * 3
    for vote in program.classifier.votes:
        variable = found[vote.variable]
        for side, part in enumerate(variable.parts):
            if part is None:
                continue
            if isinstance(vote, CategoricalVotes):
                values = program.finite_values(vote.variable).values
                rows = [
                    ((value,), row[label])
                    for value, row in zip(values, vote.weights, strict=True)
                    if side or value in variable.held
                ]
                more = _table(rows, (part,))
            else:
                more = applied("*", part, vote.weights[label])
            sums[side] = applied("+", sums[side], more)
    if not program.classifier.pooled:
        return sums[0]
    mean = g.Map("*", (g.Aggregate(g.EVERYTHING, sums[0], 0), g.LENGTH))
    return applied("+", applied("+", g.Map("round", (mean,)), sums[1]), sums[2])
