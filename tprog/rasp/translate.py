"""A Program as a RASP graph, part by part: exact, but full of tables.

A graph sees the data symbols alone. What a variable holds at the frame symbols is an s-op of its own that has the same value
at every position; it is a constant wherever it does not depend on the data.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import TypeAlias

from tprog.errors import TprogError
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    FiniteValues,
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


def applied(function: str | g.Lookup, *arguments: g.SOp) -> g.SOp:
    """Return a function of s-ops, computed where all are constant."""
    if function == "if" and isinstance(arguments[1], g.Const):
        return arguments[0] if arguments[1].value else arguments[2]
    if function == "+" and g.Const(0) in arguments:
        return arguments[1] if arguments[0] == g.Const(0) else arguments[0]
    if function == "*" and g.Const(0) in arguments:
        return g.Const(0)
    if function == "*" and arguments[1] == g.Const(1):
        return arguments[0]
    if all(isinstance(one, g.Const) for one in arguments):
        values = [one.value for one in arguments if isinstance(one, g.Const)]
        return g.Const(callable_of(function)(*values))
    return g.Map(function, arguments)


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
            known = [_least(one, cap) for one, cap in zip(known, lookup.caps, strict=True)]
        return _table(rows, known)

    parts = zip(*(found[one].parts for one in lookup.arguments), strict=True)
    data, prefix, suffix = (
        at(list(part), rows if side else here) for side, part in enumerate(parts)
    )
    assert data is not None
    return Framed(data, prefix, suffix, frozenset(result for _, result in here))


def _least(sop: g.SOp, cap: int) -> g.SOp:
    return applied("if", sop, applied("<", sop, g.Const(cap)), g.Const(cap))


def _head(program: Program, head: Head, found: list[Framed]) -> Framed:
    if isinstance(head, CategoricalHead) and not isinstance(head.tie, Nearest):
        raise NotLiftable(
            "it attends to the first match or by score, which has no form in RASP here"
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
        chosen = self._selector(query, side)
        head = self.head
        prefix = self._frame(self.key.prefix, query)
        suffix: g.SOp = g.Const(False)
        if not head.causal or side == 1:
            suffix = self._frame(self.key.suffix, query)
        if isinstance(head, NumericalHead):
            return self._sum(chosen, prefix, suffix)
        if side == 0:
            return self._copied(chosen, prefix, suffix)
        return self._copied_at_end(chosen, prefix, suffix, side)

    def _related(self) -> g.Pairs:
        program, head = self.program, self.head
        queries, keys = (program.finite_values(one) for one in (head.query, head.key))
        rows = predicate_table(head.predicate, queries, keys).rows
        return g.Pairs(
            frozenset(
                (keys.values[place], queries.values[number])
                for number, row in enumerate(rows)
                for place in row
            )
        )

    def _selector(self, query: g.SOp, side: int) -> g.Selector | None:
        if self.head.causal and side == -1:
            return None
        pairs = self._related().pairs
        pairs = frozenset(pair for pair in pairs if pair[0] in self.key.held)
        if isinstance(query, g.Const):
            pairs = frozenset(pair for pair in pairs if pair[1] == query.value)
        elif not side:
            pairs = frozenset(pair for pair in pairs if pair[1] in self.query.held)
        if not pairs and side:
            return None
        chosen: g.Selector = g.Select(self.key.data, query, g.Pairs(pairs))
        return g.And(chosen, CAUSAL) if self.head.causal and side == 0 else chosen

    def _frame(self, key: g.SOp | None, query: g.SOp) -> g.SOp:
        """Return whether the query wants a frame symbol."""
        if key is None:
            return g.Const(False)
        if isinstance(key, g.Const) and isinstance(query, g.Const):
            return g.Const((key.value, query.value) in self._related().pairs)
        head = self.head
        keys, queries = self.program.finite_values(head.key), self.program.finite_values(head.query)
        pairs = self._related().pairs
        wanted: Sequence[g.Value] = keys.values if not isinstance(key, g.Const) else (key.value,)
        asked: Sequence[g.Value] = (
            queries.values if not isinstance(query, g.Const) else (query.value,)
        )
        if query == self.query.data:
            asked = tuple(one for one in asked if one in self.query.held)
        holds = [((one, other), (one, other) in pairs) for one in wanted for other in asked]
        if len({held for _, held in holds}) == 1:
            return g.Const(holds[0][1])
        if isinstance(key, g.Const):
            return _table([((other,), held) for (_, other), held in holds], (query,))
        return g.Map(g.Lookup(tuple(holds)), (key, query))

    def _sum(self, chosen: g.Selector | None, prefix: g.SOp, suffix: g.SOp) -> g.SOp:
        total: g.SOp = g.Const(0)
        if chosen is not None:
            total = g.Width(chosen)
            if self.value.data != g.Const(1):
                mean = g.Aggregate(chosen, self.value.data, 0)
                total = g.Map("round", (g.Map("*", (mean, total)),))
        for wanted, value in ((prefix, self.value.prefix), (suffix, self.value.suffix)):
            if wanted != g.Const(False) and value is not None:
                more = applied("if", value, wanted, g.Const(0))
                total = more if total == g.Const(0) else applied("+", total, more)
        return total

    def _otherwise(self) -> g.SOp:
        """Return what is copied where nothing matches: the value at position 0."""
        if self.value.prefix is not None:
            return self.value.prefix
        return g.Aggregate(g.Select(g.Indices(), g.Const(0), "=="), self.value.data, self._filler())

    def _filler(self) -> g.Value:
        """Return a default that is never used, of the type of the values."""
        return "" if isinstance(self._some(), str) else 0

    def _some(self) -> g.Value:
        return self.program.finite_values(self.head.value).values[0]

    def _nearest(self, chosen: g.Selector, empty: g.SOp) -> g.SOp:
        default = empty.value if isinstance(empty, g.Const) else self._filler()
        copied = g.Aggregate(g.Closest(chosen), self.value.data, default)
        if isinstance(empty, g.Const):
            return copied
        return applied("if", copied, g.Map(">", (g.Width(chosen), g.Const(0))), empty)

    def _copied(self, chosen: g.Selector | None, prefix: g.SOp, suffix: g.SOp) -> g.SOp:
        """Copy at a data position, where the frame symbols compete with the nearest match."""
        assert chosen is not None
        assert isinstance(self.head, CategoricalHead)
        assert isinstance(self.head.tie, Nearest)
        last = self.head.tie.self_rank == "last"
        empty = self._otherwise()
        if last and prefix == suffix == g.Const(False):
            return self._nearest(chosen, empty)
        here, other = g.Width(g.And(chosen, SELF)), g.And(chosen, g.Not(SELF))
        place = g.Aggregate(g.Closest(other), g.Indices(), -1)
        left = applied("<", place, g.Indices())
        away = applied(
            "if",
            applied("-", g.Indices(), place),
            left,
            applied("-", place, g.Indices()),
        )
        # Ranks of four steps a position: a tie goes to the left, the own position stands between.
        rank = applied(
            "+", applied("*", away, g.Const(4)), applied("if", g.Const(0), left, g.Const(2))
        )
        far = applied("*", applied("+", g.LENGTH, g.Const(2)), g.Const(8))
        best: g.SOp = g.Aggregate(g.Closest(other), self.value.data, self._filler())
        best_rank = applied("if", rank, applied(">=", place, g.Const(0)), far)
        count = applied("+", g.Width(chosen), applied("indicator", prefix))
        count = applied("+", count, applied("indicator", suffix))
        own = g.Const(0) if last else applied("+", applied("*", count, g.Const(4)), g.Const(1))
        own = applied("-", far, g.Const(1)) if last else own
        ends = (
            (
                applied("*", applied("+", g.Indices(), g.Const(1)), g.Const(4)),
                prefix,
                self.value.prefix,
            ),
            (
                applied(
                    "+", applied("*", applied("-", g.LENGTH, g.Indices()), g.Const(4)), g.Const(2)
                ),
                suffix,
                self.value.suffix,
            ),
            (own, applied(">", here, g.Const(0)), self.value.data),
        )
        for its_rank, wanted, value in ends:
            if wanted == g.Const(False) or value is None:
                continue
            better = applied("<", its_rank, best_rank)
            better = better if wanted == g.Const(True) else applied("and", wanted, better)
            best, best_rank = (
                applied("if", value, better, best),
                applied("if", its_rank, better, best_rank),
            )
        return applied("if", best, applied("<", best_rank, far), empty)

    def _copied_at_end(
        self, chosen: g.Selector | None, prefix: g.SOp, suffix: g.SOp, side: int
    ) -> g.SOp:
        """Copy at a frame symbol: the nearest data match is the first or the last one."""
        own, its_value = (prefix, self.value.prefix) if side == -1 else (suffix, self.value.suffix)
        far, far_value = (suffix, self.value.suffix) if side == -1 else (prefix, self.value.prefix)
        assert isinstance(self.head, CategoricalHead)
        assert isinstance(self.head.tie, Nearest)
        assert its_value is not None
        ranked = self.head.tie.self_rank == "matches"
        other = self._otherwise() if ranked else applied("if", its_value, own, self._otherwise())
        if far_value is not None:
            other = applied("if", far_value, far, other)
        if chosen is not None:
            other = self._reached(chosen, other, side)
        if not ranked or own == g.Const(False):
            return other
        # The own position wins where as many keys match as the nearest lies away, or fewer; a tie goes to the left.
        across = applied("+", g.LENGTH, g.Const(1))
        away = applied("if", across, far, applied("+", g.LENGTH, g.Const(3)))
        count = applied("+", applied("indicator", far), g.Const(1))
        if chosen is not None:
            step = (
                applied("+", g.Indices(), g.Const(1))
                if side == -1
                else applied("-", g.LENGTH, g.Indices())
            )
            away = self._reached(chosen, away, side, step)
            count = applied("+", g.Width(chosen), count)
        nearer = applied("<=" if side == -1 else "<", count, away)
        return applied("if", applied("if", its_value, nearer, other), own, other)

    def _reached(
        self, chosen: g.Selector, empty: g.SOp, side: int, value: g.SOp | None = None
    ) -> g.SOp:
        """Return the value of the first (side -1) or last match, everywhere."""
        value = self.value.data if value is None else value
        filler: g.Value = self._filler() if value == self.value.data else 0
        end: g.SOp = g.Const(0) if side == -1 else LAST
        near = g.Aggregate(g.Closest(chosen), value, filler)
        here = g.Map(">", (g.Width(g.And(chosen, SELF)), g.Const(0)))
        matched = g.Map(">", (g.Width(chosen), g.Const(0)))
        at_end = applied("if", value, here, near)
        everywhere = g.Aggregate(g.Select(g.Indices(), end, "=="), at_end, filler)
        return applied("if", everywhere, matched, empty)


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
    sums: list[g.SOp | None] = [g.Const(0), g.Const(0), g.Const(0)]
    for vote in program.classifier.votes:
        for side, part in enumerate(found[vote.variable].parts):
            so_far = sums[side]
            if part is None or so_far is None:
                sums[side] = None
                continue
            if isinstance(vote, CategoricalVotes):
                values = program.values[vote.variable]
                assert isinstance(values, FiniteValues)
                rows = [
                    ((value,), row[label])
                    for value, row in zip(values.values, vote.weights, strict=True)
                    if side or value in found[vote.variable].held
                ]
                more = _table(rows, (part,))
            else:
                more = applied("*", part, g.Const(vote.weights[label]))
            sums[side] = applied("+", so_far, more)
    data, prefix, suffix = sums
    assert data is not None
    if not program.classifier.pooled:
        return data
    mean = g.Aggregate(g.EVERYTHING, data, 0)
    total: g.SOp = g.Map("round", (g.Map("*", (mean, g.LENGTH)),))
    if program.domain.prefix is not None and prefix is not None:
        total = applied("+", total, prefix)
    if program.domain.suffix is not None and suffix is not None:
        total = applied("+", total, suffix)
    return total
