"""A Program as a RASP graph, part by part: exact, but full of tables.

A graph sees the data symbols alone. What a variable holds at the frame symbols is an s-op of its own that has the same value
at every position; it is a constant wherever it does not depend on the data.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

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
from tprog.rasp.functions import callable_of
from tprog.rasp.graph import (
    EVERYTHING,
    LENGTH,
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Lookup,
    Map,
    Not,
    Pairs,
    Select,
    Selector,
    SOp,
    Tokens,
    Value,
    Width,
)

LARGEST_TABLE = 1 << 17
"""Rows of the greatest table that is written out."""

SELF = Select(Indices(), Indices(), "==")
CAUSAL = Select(Indices(), Indices(), "<=")
LAST = Map("-", (LENGTH, Const(1)))


class NotLiftable(TprogError):
    """A part of a Program has no exact form as a RASP graph."""

    slug = "not-liftable"


@dataclass(frozen=True, slots=True)
class Framed:
    """A variable: its s-op on the data, and what it holds at the frame symbols, the same at every position."""

    data: SOp
    prefix: SOp | None
    suffix: SOp | None

    @property
    def parts(self) -> tuple[SOp | None, SOp | None, SOp | None]:
        """The three s-ops."""
        return (self.data, self.prefix, self.suffix)


Rename = Callable[[int, SOp], SOp]
"""Given a variable and its s-op by construction, returns an s-op with the same values."""


def applied(function: str | Lookup, *arguments: SOp) -> SOp:
    """Return a function of s-ops, computed where all are constant."""
    if function == "if" and isinstance(arguments[1], Const):
        return arguments[0] if arguments[1].value else arguments[2]
    if function == "+" and Const(0) in arguments:
        return arguments[1] if arguments[0] == Const(0) else arguments[0]
    if function == "*" and Const(0) in arguments:
        return Const(0)
    if function == "*" and arguments[1] == Const(1):
        return arguments[0]
    if all(isinstance(one, Const) for one in arguments):
        values = [one.value for one in arguments if isinstance(one, Const)]
        return Const(callable_of(function)(*values))
    return Map(function, arguments)


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
        found.append(Framed(rename(number, made.data), made.prefix, made.suffix))
    return found


def _input(program: Program, variable: object) -> Framed:
    domain = program.domain
    shift = int(domain.prefix is not None)
    match variable:
        case ProgramTokens():
            values: Sequence[Value] = domain.alphabet
            data: SOp = Tokens()
        case Ones():
            values, data = [1] * len(domain.alphabet), Const(1)
        case Positions():
            data = Map("+", (Indices(), Const(1))) if shift else Indices()
            first = None if domain.prefix is None else Const(0)
            end = None if domain.suffix is None else applied("+", LENGTH, Const(shift))
            return Framed(data, first, end)
        case WordTable(values=known, table=table):
            values = [known.values[entry] for entry in table]
        case TextRule(values=known):
            values = [known.values[variable.index(word)] for word in domain.alphabet]
        case _:
            raise TypeError(f"no input variable: {variable!r}")
    if isinstance(variable, WordTable | TextRule):
        rows = tuple(((word,), value) for word, value in zip(domain.alphabet, values, strict=True))
        data = Map(Lookup(rows[shift : shift + len(domain.symbols)]), (Tokens(),))
    return Framed(
        data,
        None if domain.prefix is None else Const(values[0]),
        None if domain.suffix is None else Const(values[-1]),
    )


def _looked_up(
    program: Program, lookup: CategoricalLookup | NumericalLookup, found: list[Framed]
) -> Framed:
    columns: list[Sequence[Value]]
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
    table = Lookup(tuple(zip(product(*columns), entries, strict=True)))

    def at(arguments: list[SOp | None]) -> SOp | None:
        known = [one for one in arguments if one is not None]
        if len(known) < len(arguments):
            return None
        if isinstance(lookup, NumericalLookup):
            known = [_least(one, cap) for one, cap in zip(known, lookup.caps, strict=True)]
        return applied(table, *known)

    data, prefix, suffix = (
        at(list(part)) for part in zip(*(found[one].parts for one in lookup.arguments), strict=True)
    )
    assert data is not None
    return Framed(data, prefix, suffix)


def _least(sop: SOp, cap: int) -> SOp:
    return applied("if", sop, applied("<", sop, Const(cap)), Const(cap))


def _head(program: Program, head: Head, found: list[Framed]) -> Framed:
    if isinstance(head, CategoricalHead) and not isinstance(head.tie, Nearest):
        raise NotLiftable(
            "it attends to the first match or by score, which has no form in RASP here"
        )
    query = found[head.query]
    looks = _Look(program, head, found[head.key], found[head.value])
    data = looks.at(query.data, 0)
    prefix = None if query.prefix is None else looks.at(query.prefix, -1)
    suffix = None if query.suffix is None else looks.at(query.suffix, 1)
    return Framed(data, prefix, suffix)


@dataclass(frozen=True)
class _Look:
    """A head, as seen by one query: on the data (side 0), at the prefix (-1) or at the suffix (1)."""

    program: Program
    head: Head
    key: Framed
    value: Framed

    def at(self, query: SOp, side: int) -> SOp:
        chosen = self._selector(query, side)
        head = self.head
        prefix = self._frame(self.key.prefix, query)
        suffix: SOp = Const(False)
        if not head.causal or side == 1:
            suffix = self._frame(self.key.suffix, query)
        if isinstance(head, NumericalHead):
            return self._sum(chosen, prefix, suffix)
        if side == 0:
            return self._copied(chosen, prefix, suffix)
        return self._copied_at_end(chosen, prefix, suffix, side)

    def _related(self) -> Pairs:
        program, head = self.program, self.head
        queries, keys = (program.finite_values(one) for one in (head.query, head.key))
        rows = predicate_table(head.predicate, queries, keys).rows
        return Pairs(
            frozenset(
                (keys.values[place], queries.values[number])
                for number, row in enumerate(rows)
                for place in row
            )
        )

    def _selector(self, query: SOp, side: int) -> Selector | None:
        if self.head.causal and side == -1:
            return None
        pairs = self._related().pairs
        if isinstance(query, Const):
            pairs = frozenset(pair for pair in pairs if pair[1] == query.value)
        if isinstance(self.key.data, Tokens):
            symbols = self.program.domain.symbols
            pairs = frozenset(pair for pair in pairs if pair[0] in symbols)
        if not pairs and side:
            return None
        chosen: Selector = Select(self.key.data, query, Pairs(pairs))
        return And(chosen, CAUSAL) if self.head.causal and side == 0 else chosen

    def _frame(self, key: SOp | None, query: SOp) -> SOp:
        """Return whether the query wants a frame symbol."""
        if key is None:
            return Const(False)
        if isinstance(key, Const) and isinstance(query, Const):
            return Const((key.value, query.value) in self._related().pairs)
        head = self.head
        keys, queries = self.program.finite_values(head.key), self.program.finite_values(head.query)
        pairs = self._related().pairs
        wanted = keys.values if not isinstance(key, Const) else (key.value,)
        asked = queries.values if not isinstance(query, Const) else (query.value,)
        holds = [((one, other), (one, other) in pairs) for one in wanted for other in asked]
        if len({held for _, held in holds}) == 1:
            return Const(holds[0][1])
        if isinstance(key, Const):
            return Map(Lookup(tuple(((other,), held) for (_, other), held in holds)), (query,))
        return Map(Lookup(tuple(holds)), (key, query))

    def _sum(self, chosen: Selector | None, prefix: SOp, suffix: SOp) -> SOp:
        total: SOp = Const(0)
        if chosen is not None:
            total = Width(chosen)
            if self.value.data != Const(1):
                mean = Aggregate(chosen, self.value.data, 0)
                total = Map("round", (Map("*", (mean, total)),))
        for wanted, value in ((prefix, self.value.prefix), (suffix, self.value.suffix)):
            if wanted != Const(False) and value is not None:
                more = applied("if", value, wanted, Const(0))
                total = more if total == Const(0) else applied("+", total, more)
        return total

    def _otherwise(self) -> SOp:
        """Return what is copied where nothing matches: the value at position 0."""
        if self.value.prefix is not None:
            return self.value.prefix
        return Aggregate(Select(Indices(), Const(0), "=="), self.value.data, self._filler())

    def _filler(self) -> Value:
        """Return a default that is never used, of the type of the values."""
        return "" if isinstance(self._some(), str) else 0

    def _some(self) -> Value:
        return self.program.finite_values(self.head.value).values[0]

    def _nearest(self, chosen: Selector, empty: SOp) -> SOp:
        default = empty.value if isinstance(empty, Const) else self._filler()
        copied = Aggregate(Closest(chosen), self.value.data, default)
        if isinstance(empty, Const):
            return copied
        return applied("if", copied, Map(">", (Width(chosen), Const(0))), empty)

    def _copied(self, chosen: Selector | None, prefix: SOp, suffix: SOp) -> SOp:
        """Copy at a data position, where the frame symbols compete with the nearest match."""
        assert chosen is not None
        assert isinstance(self.head, CategoricalHead)
        assert isinstance(self.head.tie, Nearest)
        last = self.head.tie.self_rank == "last"
        empty = self._otherwise()
        if last and prefix == suffix == Const(False):
            return self._nearest(chosen, empty)
        here, other = Width(And(chosen, SELF)), And(chosen, Not(SELF))
        place = Aggregate(Closest(other), Indices(), -1)
        left = applied("<", place, Indices())
        away = applied(
            "if",
            applied("-", Indices(), place),
            left,
            applied("-", place, Indices()),
        )
        # Ranks of four steps a position: a tie goes to the left, the own position stands between.
        rank = applied("+", applied("*", away, Const(4)), applied("if", Const(0), left, Const(2)))
        far = applied("*", applied("+", LENGTH, Const(2)), Const(8))
        best: SOp = Aggregate(Closest(other), self.value.data, self._filler())
        best_rank = applied("if", rank, applied(">=", place, Const(0)), far)
        count = applied("+", Width(chosen), applied("indicator", prefix))
        count = applied("+", count, applied("indicator", suffix))
        own = Const(0) if last else applied("+", applied("*", count, Const(4)), Const(1))
        own = applied("-", far, Const(1)) if last else own
        ends = (
            (applied("*", applied("+", Indices(), Const(1)), Const(4)), prefix, self.value.prefix),
            (
                applied("+", applied("*", applied("-", LENGTH, Indices()), Const(4)), Const(2)),
                suffix,
                self.value.suffix,
            ),
            (own, applied(">", here, Const(0)), self.value.data),
        )
        for its_rank, wanted, value in ends:
            if wanted == Const(False) or value is None:
                continue
            better = applied("<", its_rank, best_rank)
            better = better if wanted == Const(True) else applied("and", wanted, better)
            best, best_rank = (
                applied("if", value, better, best),
                applied("if", its_rank, better, best_rank),
            )
        return applied("if", best, applied("<", best_rank, far), empty)

    def _copied_at_end(self, chosen: Selector | None, prefix: SOp, suffix: SOp, side: int) -> SOp:
        """Copy at a frame symbol: the nearest data match is the first or the last one."""
        own, its_value = (prefix, self.value.prefix) if side == -1 else (suffix, self.value.suffix)
        far, far_value = (suffix, self.value.suffix) if side == -1 else (prefix, self.value.prefix)
        assert isinstance(self.head, CategoricalHead)
        assert isinstance(self.head.tie, Nearest)
        assert its_value is not None
        if self.head.tie.self_rank == "matches" and own != Const(False):
            return self._ranked_end(chosen, own, its_value, far, far_value, side)
        result = applied("if", its_value, own, self._otherwise())
        if far_value is not None:
            result = applied("if", far_value, far, result)
        return result if chosen is None else self._reached(chosen, result, side)

    def _ranked_end(
        self,
        chosen: Selector | None,
        own: SOp,
        its_value: SOp,
        far: SOp,
        far_value: SOp | None,
        side: int,
    ) -> SOp:
        if chosen is None:
            return applied("if", its_value, own, self._otherwise())
        if far != Const(False):
            raise NotLiftable("both frame symbols match and the own position is ranked by matches")
        # The own position wins where as many keys match as the nearest lies away, or fewer; a tie goes to the left.
        place = self._reached(chosen, Const(-1), side, Indices())
        away = applied("+", place, Const(1)) if side == -1 else applied("-", LENGTH, place)
        count = applied("+", Width(chosen), Const(1))
        nearer = applied("<=" if side == -1 else "<", count, away)
        alone = applied("<", place, Const(0))
        other = self._reached(chosen, self._otherwise(), side)
        mine = applied("if", its_value, applied("or", nearer, alone), other)
        return applied("if", mine, own, other)

    def _reached(self, chosen: Selector, empty: SOp, side: int, value: SOp | None = None) -> SOp:
        """Return the value of the first (side -1) or last match, everywhere."""
        value = self.value.data if value is None else value
        filler: Value = self._filler() if value != Indices() else 0
        end: SOp = Const(0) if side == -1 else LAST
        near = Aggregate(Closest(chosen), value, filler)
        here = Map(">", (Width(And(chosen, SELF)), Const(0)))
        matched = Map(">", (Width(chosen), Const(0)))
        at_end = applied("if", value, here, near)
        everywhere = Aggregate(Select(Indices(), end, "=="), at_end, filler)
        return applied("if", everywhere, matched, empty)


def votes(program: Program, found: Sequence[Framed]) -> SOp:
    """Return the predicted label by construction: a sum of votes for each label, the largest wins.

    Forced labels stand at frame symbols, which the graph does not see.
    """
    classifier = program.classifier
    best: SOp | None = None
    best_sum: SOp = Const(0)
    for number, label in enumerate(classifier.labels):
        if number in classifier.masked:
            continue
        total = _label_sum(program, found, number)
        if best is None:
            best, best_sum = Const(label), total
        else:
            better = applied(">", total, best_sum)
            best = applied("if", Const(label), better, best)
            best_sum = applied("if", total, better, best_sum)
    assert best is not None
    return best


def _label_sum(program: Program, found: Sequence[Framed], label: int) -> SOp:
    sums: list[SOp | None] = [Const(0), Const(0), Const(0)]
    for vote in program.classifier.votes:
        for side, part in enumerate(found[vote.variable].parts):
            so_far = sums[side]
            if part is None or so_far is None:
                sums[side] = None
                continue
            if isinstance(vote, CategoricalVotes):
                values = program.values[vote.variable]
                assert isinstance(values, FiniteValues)
                rows = tuple(
                    ((value,), row[label])
                    for value, row in zip(values.values, vote.weights, strict=True)
                )
                weights = {weight for _, weight in rows}
                more = Const(rows[0][1]) if len(weights) == 1 else applied(Lookup(rows), part)
            else:
                more = applied("*", part, Const(vote.weights[label]))
            sums[side] = applied("+", so_far, more)
    data, prefix, suffix = sums
    assert data is not None
    if not program.classifier.pooled:
        return data
    mean = Aggregate(EVERYTHING, data, 0)
    total: SOp = Map("round", (Map("*", (mean, LENGTH)),))
    if program.domain.prefix is not None and prefix is not None:
        total = applied("+", total, prefix)
    if program.domain.suffix is not None and suffix is not None:
        total = applied("+", total, suffix)
    return total
