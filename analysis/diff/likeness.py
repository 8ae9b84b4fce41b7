"""How alike two parts of two programs are, by their tables and by their votes, with one's arguments laid over the other's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from tprog.analysis.measure.canonical import (
    Function,
    Rows,
    head_rows,
    input_key,
    lookup_form,
    lookup_function,
    orders,
    predicate_form,
    tie_key,
    vote_key,
    votes_of,
)
from tprog.ir import (
    Head,
    Lookup,
    Program,
    TextRule,
    Value,
    WordTable,
)

Codes = npt.NDArray[np.int64]

# The most that two parts are alike which are not the same, however few entries differ.
NOT_THE_SAME = 0.999
# What another tie-break, and another mask, leave of the likeness of two heads.
OTHER_TIE, OTHER_MASK = 0.9, 0.8
# Of predicates and look-ups that are too large to list and are written differently.
OTHER_FORM = 0.2
# Of two text rules over the same feature.
SAME_FEATURE = 0.7
# What a changed table and changed votes cost at least, and at most besides.
CHANGED, OTHER_TABLE, OTHER_VOTES = 0.5, 3.0, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Common:
    """Two functions on the points that both are defined on: for each an index into `values`.

    The axes are the common values of each argument; where `capped`, the last of each stands for all greater numbers as well.
    """

    axes: tuple[tuple[Value, ...], ...]
    capped: bool
    values: tuple[Value, ...]
    before: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]

    @property
    def equal(self) -> float:
        """The share of points at which both write the same; 0 where there are none."""
        return float((self.before == self.after).mean()) if self.before.size else 0.0


def common(before: Function, after: Function) -> Common:
    """Return two functions of as many arguments on their common points."""
    values = tuple(dict.fromkeys((*before.values, *after.values)))
    number = {value: index for index, value in enumerate(values)}
    sides = []
    if before.capped:
        shape = [max(pair) for pair in zip(before.entries.shape, after.entries.shape, strict=True)]
        axes: tuple[tuple[Value, ...], ...] = tuple(tuple(range(size)) for size in shape)
        for found in (before, after):
            grid = found.entries
            for place, size in enumerate(shape):
                grid = grid.take(np.minimum(np.arange(size), grid.shape[place] - 1), axis=place)
            sides.append(grid)
    else:
        axes = tuple(
            tuple(value for value in one if value in set(other))
            for one, other in zip(before.axes, after.axes, strict=True)
        )
        for found in (before, after):
            grid = found.entries
            for place, axis in enumerate(axes):
                known = {value: index for index, value in enumerate(found.axes[place])}
                rows = np.array([known[value] for value in axis], dtype=np.int64)
                grid = grid.take(rows, axis=place)
            sides.append(grid)
    coded = [
        np.array([number[value] for value in found.values], dtype=np.int64)[grid]
        for found, grid in zip((before, after), sides, strict=True)
    ]
    return Common(axes, before.capped, values, coded[0], coded[1])


def argument_orders(
    before: Sequence[int], after: Sequence[int], pairing: Mapping[int, int]
) -> list[tuple[int, ...]]:
    """Return the orders of the second's arguments that lay as many as can be over those that they are paired with."""
    candidates = list(orders([0] * len(after)))
    if len(candidates) == 1 and len(after) > 1:
        # Too many arguments to try all orders: each goes to its partner where that is free.
        candidates = [_greedy(before, after, pairing)]

    def kept(order: Sequence[int]) -> int:
        return sum(
            pairing.get(read) == after[place] for read, place in zip(before, order, strict=True)
        )

    most = max(map(kept, candidates))
    return [order for order in candidates if kept(order) == most]


def _greedy(
    before: Sequence[int], after: Sequence[int], pairing: Mapping[int, int]
) -> tuple[int, ...]:
    free = list(range(len(after)))
    order: list[int | None] = []
    for read in before:
        place = next((place for place in free if after[place] == pairing.get(read)), None)
        if place is not None:
            free.remove(place)
        order.append(place)
    return tuple(free.pop(0) if place is None else place for place in order)


class Likeness:
    """How alike the parts of two programs are, from 0 to 1; what is asked twice is worked out once."""

    def __init__(self, one: Program, other: Program) -> None:
        self.one, self.other = one, other
        self._cached_tables = cache(self._tables)
        self._cached_votes = cache(self._angle)
        self._cached_rows = cache(self._rows)
        self._cached_function = cache(self._function)

    def same_kind(self, number: int, partner: int) -> bool:
        """Tell whether two variables may be partners at all."""
        return type(self.one.variables[number]) is type(self.other.variables[partner])

    def tables(self, number: int, partner: int, pairing: Mapping[int, int]) -> float:
        """Return how alike two parts of one kind are by themselves, their arguments laid over each other."""
        one, other = self.one.variables[number], self.other.variables[partner]
        if not (isinstance(one, Lookup) and isinstance(other, Lookup)):
            return self._cached_tables(number, partner, ())
        if len(one.arguments) != len(other.arguments):
            return 0.0
        orders = argument_orders(one.arguments, other.arguments, pairing)
        return max(self._cached_tables(number, partner, order) for order in orders)

    def votes(self, number: int, partner: int) -> float:
        """Return how alike the votes of two variables are: the cosine of the angle between them."""
        return self._cached_votes(number, partner)

    def cost(self, number: int, partner: int, pairing: Mapping[int, int]) -> float:
        """Return about how many things change from a part to its partner, 0 where nothing does."""
        one, other = self.one.variables[number], self.other.variables[partner]
        total = 0.0
        if isinstance(one, Head) and isinstance(other, Head):
            pairs = zip(one.reads, other.reads, strict=True)
            total += sum(pairing.get(read) != found for read, found in pairs)
        elif isinstance(one, Lookup) and isinstance(other, Lookup):
            free = list(other.arguments)
            for read in one.arguments:
                if pairing.get(read) in free:
                    free.remove(pairing[read])
            total += max(len(free), len(one.arguments) - len(other.arguments) + len(free))
        tables, votes = self.tables(number, partner, pairing), self.votes(number, partner)
        total += 0.0 if tables == 1 else CHANGED + OTHER_TABLE * (1 - tables)
        return total + (0.0 if votes == 1 else CHANGED + OTHER_VOTES * (1 - votes))

    def _tables(self, number: int, partner: int, order: tuple[int, ...]) -> float:
        one, other = self.one.variables[number], self.other.variables[partner]
        if isinstance(one, Head) and isinstance(other, Head):
            return self._heads(number, one, partner, other)
        if isinstance(one, Lookup) and isinstance(other, Lookup):
            return self._lookups(number, one, partner, other, order)
        if isinstance(one, WordTable) and isinstance(other, WordTable):
            return self._words(one, other)
        if isinstance(one, TextRule) and isinstance(other, TextRule):
            alike = SAME_FEATURE if one.feature == other.feature else 0.0
            return 1.0 if input_key(self.one, one) == input_key(self.other, other) else alike
        return 1.0

    def _heads(self, number: int, one: Head, partner: int, other: Head) -> float:
        before, after = self._cached_rows(0, number), self._cached_rows(1, partner)
        if before is None or after is None:
            forms = [
                predicate_form(head.predicate, program.values[head.key])
                for program, head in ((self.one, one), (self.other, other))
            ]
            alike = 1.0 if forms[0] == forms[1] else OTHER_FORM
        else:
            queries = before.keys() | after.keys()
            overlaps = [_overlap(before.get(query), after.get(query)) for query in queries]
            alike = sum(overlaps) / len(queries)
        alike *= 1.0 if tie_key(self.one, one) == tie_key(self.other, other) else OTHER_TIE
        return alike * (1.0 if one.causal == other.causal else OTHER_MASK)

    def _rows(self, side: int, variable: int) -> Rows | None:
        program = (self.one, self.other)[side]
        head = program.variables[variable]
        assert isinstance(head, Head)
        return head_rows(program, head)

    def _lookups(
        self, number: int, one: Lookup, partner: int, other: Lookup, order: tuple[int, ...]
    ) -> float:
        before, after = self._cached_function(0, number), self._cached_function(1, partner)
        if before is None or after is None:
            straight = tuple(range(len(one.arguments)))
            same = lookup_form(one, straight) == lookup_form(other, order)
            return 1.0 if same else OTHER_FORM
        turned = after.permuted(order)
        if before.key() == turned.key():
            return 1.0
        return min(common(before, turned).equal, NOT_THE_SAME)

    def _function(self, side: int, variable: int) -> Function | None:
        program = (self.one, self.other)[side]
        lookup = program.variables[variable]
        assert isinstance(lookup, Lookup)
        return lookup_function(program, lookup)

    def _words(self, one: WordTable, other: WordTable) -> float:
        words = dict(zip(self.one.domain.alphabet, one.table, strict=True))
        same = [
            one.values.values[words[word]] == other.values.values[entry]
            for word, entry in zip(self.other.domain.alphabet, other.table, strict=True)
            if word in words
        ]
        return sum(same) / max(1, len(same))

    def _angle(self, number: int, partner: int) -> float:
        if vote_key(self.one, number) == vote_key(self.other, partner):
            return 1.0
        sides = votes_of(self.one, number), votes_of(self.other, partner)
        cells = {(value, label) for rows in sides for value, row in rows.items() for label in row}
        one, other = (
            np.array(
                [rows.get(value, {}).get(label, 0) for value, label in sorted(cells, key=repr)]
            )
            for rows in sides
        )
        norms = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
        angle = float(one.astype(float) @ other.astype(float)) / norms if norms else 0.0
        return min(max(0.0, angle), NOT_THE_SAME)


def _overlap(one: frozenset[object] | None, other: frozenset[object] | None) -> float:
    if one is None or other is None:
        return 0.0
    return len(one & other) / len(one | other) if one or other else 1.0
