"""A Program on all inputs of one length, as formulas.

Variables that compute the same share one encoding, whichever Program they stand in, so that a Program and its simplified
form are told apart only where they differ.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tprog.analysis.measure.canonical import Rows, head_rows
from tprog.analysis.prove.formulas import (
    Bit,
    Cases,
    all_of,
    any_of,
    at_least,
    first_of,
    merged,
    negation,
    settled,
    tabulated,
    within,
)
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Compare,
    Constant,
    FiniteValues,
    First,
    Head,
    KeyIn,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Table,
    TextRule,
    Tokens,
    Value,
    WordTable,
)

Tick = Callable[[], None]


@dataclass(slots=True, eq=False)
class Encoding:
    """What the variables of a Program hold at each position, on every input of one length.

    Attributes:
        program: a Program with a closed vocabulary.
        tokens: the framed sequence: for each position the symbols that can stand there.
        keys: for each variable a text; variables with equal ones compute the same.
        known: what was encoded before, by key and position; shared by Programs that are framed alike.
        tick: called now and then; it raises where the time is up.
    """

    program: Program
    tokens: Sequence[Cases]
    keys: Sequence[str]
    known: dict[tuple[str, int], Cases]
    tick: Tick
    rows: dict[int, Rows | None] = field(default_factory=dict)
    matching: dict[tuple[int, int, int], Bit] = field(default_factory=dict)

    def at(self, variable: int, position: int) -> Cases:
        """Return what a variable holds at a position of the framed sequence."""
        place = (self.keys[variable], position)
        if place not in self.known:
            self.tick()
            self.known[place] = self._computed(variable, position)
        return self.known[place]

    def _computed(self, number: int, i: int) -> Cases:
        variable = self.program.variables[number]
        match variable:
            case Tokens():
                return self.tokens[i]
            case Positions():
                return {i: True}
            case Ones():
                return {1: True}
            case WordTable(values=values, table=table):
                index = {word: n for n, word in enumerate(self.program.domain.alphabet)}
                return tabulated(
                    [self.tokens[i]], lambda point: values.values[table[index[str(point[0])]]]
                )
            case TextRule(values=values):
                return tabulated(
                    [self.tokens[i]], lambda point: values.values[variable.index(str(point[0]))]
                )
            case CategoricalHead():
                return merged(
                    (chosen, self.at(variable.value, j)) for j, chosen in self._attended(number, i)
                )
            case NumericalHead():
                return self._sum(number, variable, i)
            case CategoricalLookup(arguments=arguments, values=values, table=table):
                sets = [self.program.finite_values(argument) for argument in arguments]
                places = [{value: n for n, value in enumerate(found.values)} for found in sets]

                def entry(point: tuple[Value, ...]) -> Value:
                    row = 0
                    for place, value in zip(places, point, strict=True):
                        row = row * len(place) + place[value]
                    return values.values[table[row]]

                return tabulated([self.at(argument, i) for argument in arguments], entry)
            case NumericalLookup(arguments=arguments, values=values, caps=caps):
                clamped = [
                    tabulated([self.at(argument, i)], lambda point, cap=cap: min(point[0], cap))  # type: ignore[misc]
                    for argument, cap in zip(arguments, caps, strict=True)
                ]
                return tabulated(
                    clamped,
                    lambda point: values.values[variable.index(tuple(map(int, point)))],
                )

    def _matches(self, number: int, i: int, j: int) -> Bit:
        """Return whether a head at position `i` wants position `j`."""
        place = (number, i, j)
        if place not in self.matching:
            head = self._head(number)
            self.matching[place] = self._related(
                self.at(head.query, i),
                self.at(head.key, j),
                lambda query, key: self._wants(number, query, key),
            )
        return self.matching[place]

    @staticmethod
    def _related(query: Cases, key: Cases, wants: Callable[[Value, Value], bool]) -> Bit:
        """Return whether a query and a key stand in a relation."""
        groups: dict[frozenset[Value], list[Value]] = {}
        for value in query:
            wanted = frozenset(other for other in key if wants(value, other))
            groups.setdefault(wanted, []).append(value)
        return any_of(
            all_of((within(query, values), within(key, wanted)))
            for wanted, values in groups.items()
        )

    def _wants(self, number: int, query: Value, key: Value) -> bool:
        head = self._head(number)
        if number not in self.rows:
            self.rows[number] = head_rows(self.program, head)
        rows = self.rows[number]
        if rows is not None:
            return key in rows[query]
        match head.predicate:
            case Compare():
                return head.predicate.holds(query, key)
            case KeyIn(keys):
                values = self.program.values[head.key]
                index = values.index(key) if isinstance(values, FiniteValues) else key
                return index in keys
            case Constant(holds):
                return holds
            case Table():
                raise AssertionError("a table has finite values")

    def _head(self, number: int) -> Head:
        head = self.program.variables[number]
        assert isinstance(head, CategoricalHead | NumericalHead)
        return head

    def _seen(self, head: Head, i: int) -> range:
        return range(i + 1 if head.causal else len(self.tokens))

    def _attended(self, number: int, i: int) -> list[tuple[int, Bit]]:
        """Return for each position whether it is attended to; exactly one is."""
        head = self._head(number)
        assert isinstance(head, CategoricalHead)
        seen = self._seen(head, i)
        self.tick()
        match head.tie:
            case First():
                ranked, none = first_of((j, self._matches(number, i, j)) for j in seen)
            case ByScore(scores):
                ranked, none = first_of(self._by_score(number, i, scores))
            case Nearest(self_rank):
                others = sorted(set(seen) - {i}, key=lambda j: (abs(i - j), j))
                if self_rank == "last":
                    order = [*others, i]
                    ranked, none = first_of((j, self._matches(number, i, j)) for j in order)
                else:
                    ranked, none = first_of(self._self_by_matches(number, i, others, len(seen)))
        chosen: dict[int, list[Bit]] = {0: [none]}
        for j, bit in ranked:
            chosen.setdefault(j, []).append(bit)
        return [(j, any_of(bits)) for j, bits in sorted(chosen.items())]

    def _by_score(
        self, number: int, i: int, scores: Sequence[Sequence[int]]
    ) -> list[tuple[int, Bit]]:
        """Return pairs of a position and a bit, the best first, of which the first true one decides."""
        head = self._head(number)
        queries, keys = (
            {value: n for n, value in enumerate(self.program.finite_values(read).values)}
            for read in (head.query, head.key)
        )
        levels = sorted({score for row in scores for score in row}, reverse=True)

        def found(level: int, j: int) -> Bit:
            return self._related(
                self.at(head.query, i),
                self.at(head.key, j),
                lambda query, key: (
                    scores[queries[query]][keys[key]] == level and self._wants(number, query, key)
                ),
            )

        return [(j, found(level, j)) for level in levels for j in self._seen(head, i)]

    def _self_by_matches(
        self, number: int, i: int, others: Sequence[int], seen: int
    ) -> list[tuple[int, Bit]]:
        """Return positions in the order in which they are chosen, the own one at the number of matches."""
        own = self._matches(number, i, i)
        matches = {j: self._matches(number, i, j) for j in others}
        if own is False:
            return list(matches.items())
        # Where the own position matches, it counts itself.
        counts = [True, *at_least(list(matches.values())), *([False] * (seen + 2))]
        ranked: list[tuple[int, Bit]] = []
        for j, bit in matches.items():
            # The other one is nearer than the number of matches, or as near and to the left.
            nearer = counts[abs(i - j) + (j > i)]
            ranked.append((j, all_of((bit, any_of((negation(own), nearer))))))
        return [*ranked, (i, own)]

    def _sum(self, number: int, head: NumericalHead, i: int) -> Cases:
        """Return the sum of a numerical variable over the matching positions."""
        total: dict[Value, Bit] = {0: True}
        for j in self._seen(head, i):
            self.tick()
            match = self._matches(number, i, j)
            if match is False:
                continue
            added = merged([(match, self.at(head.value, j)), (negation(match), {0: True})])
            total = tabulated([total, added], lambda point: int(point[0]) + int(point[1]))
        return settled(total)
