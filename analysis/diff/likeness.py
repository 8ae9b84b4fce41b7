"""How alike two parts of two programs are. Owns the figures; refuses to choose partners."""

from collections.abc import Mapping

import numpy as np

from tprog.analysis.diff.aligning import argument_orders, common
from tprog.analysis.diff.exact import input_key, vote_key
from tprog.analysis.diff.meaning import (
    Function,
    Rows,
    head_rows,
    lookup_form,
    lookup_function,
    predicate_form,
    tie_key,
    votes_of,
)
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Head,
    Lookup,
    NumericalHead,
    NumericalLookup,
    Program,
    TextRule,
    WordTable,
)

# What another tie-break, and another mask, leave of the likeness of two heads.
OTHER_TIE, OTHER_MASK = 0.9, 0.8
# Of forms that cannot be listed and are written differently.
OTHER_FORM = 0.2


class Likeness:
    """How alike the parts of two programs are, from 0 to 1; what is asked twice is worked out once.

    Args:
        one: the program before.
        other: the program after.
    """

    def __init__(self, one: Program, other: Program) -> None:
        self.one, self.other = one, other
        self._rows: dict[tuple[int, int], Rows | None] = {}
        self._functions: dict[tuple[int, int], Function | None] = {}
        self._tables: dict[tuple[int, int, tuple[int, ...]], float] = {}
        self._votes: dict[tuple[int, int], float] = {}

    def same_kind(self, number: int, partner: int) -> bool:
        """Tell whether two variables may be partners at all."""
        return type(self.one.variables[number]) is type(self.other.variables[partner])

    def tables(self, number: int, partner: int, pairing: Mapping[int, int]) -> float:
        """Return how alike two parts of one kind are by themselves, their arguments laid over each other."""
        one, other = self.one.variables[number], self.other.variables[partner]
        match one, other:
            case (CategoricalLookup() | NumericalLookup()) as before, (
                CategoricalLookup() | NumericalLookup()
            ) as after:
                if len(before.arguments) != len(after.arguments):
                    return 0.0
                return max(
                    self._lookups(number, before, partner, after, order)
                    for order in argument_orders(before.arguments, after.arguments, pairing)
                )
        key = (number, partner, ())
        if key not in self._tables:
            self._tables[key] = self._fixed(number, partner)
        return self._tables[key]

    def votes(self, number: int, partner: int) -> float:
        """Return how alike the votes of two variables are: the angle between them."""
        key = (number, partner)
        if key not in self._votes:
            self._votes[key] = self._angle(number, partner)
        return self._votes[key]

    def cost(self, number: int, partner: int, pairing: Mapping[int, int]) -> float:
        """Return about how many things change from a part to its partner, 0 where nothing does."""
        one, other = self.one.variables[number], self.other.variables[partner]
        total = 0.0
        match one, other:
            case (CategoricalHead() | NumericalHead()) as before, (
                CategoricalHead() | NumericalHead()
            ) as after:
                pairs = zip(before.reads, after.reads, strict=True)
                total += sum(pairing.get(read) != found for read, found in pairs)
            case (CategoricalLookup() | NumericalLookup()) as before, (
                CategoricalLookup() | NumericalLookup()
            ) as after:
                free = list(after.arguments)
                for read in before.arguments:
                    if pairing.get(read) in free:
                        free.remove(pairing[read])
                total += max(len(free), len(before.arguments) - len(after.arguments) + len(free))
        tables, votes = self.tables(number, partner, pairing), self.votes(number, partner)
        total += 0.0 if tables == 1 else 0.5 + 3 * (1 - tables)
        return total + (0.0 if votes == 1 else 0.5 + (1 - votes))

    def _fixed(self, number: int, partner: int) -> float:
        match self.one.variables[number], self.other.variables[partner]:
            case (CategoricalHead() | NumericalHead()) as one, (
                CategoricalHead() | NumericalHead()
            ) as other:
                return self._heads(number, one, partner, other)
            case WordTable() as one, WordTable() as other:
                return self._words(one, other)
            case TextRule() as one, TextRule() as other:
                same = input_key(self.one, one) == input_key(self.other, other)
                return 1.0 if same else 0.7 if one.feature == other.feature else 0.0
        return 1.0

    def _heads(self, number: int, one: Head, partner: int, other: Head) -> float:
        before, after = self._head_rows(0, number, one), self._head_rows(1, partner, other)
        if before is None or after is None:
            forms = [
                predicate_form(head.predicate, program.values[head.key])
                for program, head in ((self.one, one), (self.other, other))
            ]
            alike = 1.0 if forms[0] == forms[1] else OTHER_FORM
        else:
            queries = before.keys() | after.keys()
            alike = sum(_overlap(before.get(query), after.get(query)) for query in queries) / len(
                queries
            )
        alike *= 1.0 if tie_key(self.one, one) == tie_key(self.other, other) else OTHER_TIE
        return alike * (1.0 if one.causal == other.causal else OTHER_MASK)

    def _head_rows(self, side: int, variable: int, head: Head) -> Rows | None:
        if (side, variable) not in self._rows:
            self._rows[side, variable] = head_rows((self.one, self.other)[side], head)
        return self._rows[side, variable]

    def _lookups(
        self, number: int, one: Lookup, partner: int, other: Lookup, order: tuple[int, ...]
    ) -> float:
        key = (number, partner, order)
        if key not in self._tables:
            before, after = self._function(0, number, one), self._function(1, partner, other)
            straight = tuple(range(len(one.arguments)))
            if before is None or after is None:
                same = lookup_form(one, straight) == lookup_form(other, order)
                self._tables[key] = 1.0 if same else OTHER_FORM
            else:
                turned = after.permuted(order)
                if before.key() == turned.key():
                    self._tables[key] = 1.0
                else:
                    # Equal on common points alone is not the same.
                    self._tables[key] = min(common(before, turned).equal, 0.999)
        return self._tables[key]

    def _function(self, side: int, variable: int, lookup: Lookup) -> Function | None:
        if (side, variable) not in self._functions:
            self._functions[side, variable] = lookup_function((self.one, self.other)[side], lookup)
        return self._functions[side, variable]

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
        return min(max(0.0, angle), 0.999)


def _overlap(one: frozenset[object] | None, other: frozenset[object] | None) -> float:
    if one is None or other is None:
        return 0.0
    return len(one & other) / len(one | other) if one or other else 1.0
