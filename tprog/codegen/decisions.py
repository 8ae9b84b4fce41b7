"""A table as a short chain of decisions. Owns the choice between flat rules and nested ones; refuses to print.

A `Decision` tries its cases in order; each leads to another decision, and the last resort is a plain result.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from math import prod

import numpy as np

from tprog.evaluate.comparisons import shifted_comparisons
from tprog.evaluate.cover import Entries, cover_sets
from tprog.evaluate.inputs import IntArray
from tprog.ir.predicate import RELATIONS, Relation

# Larger tables of two arguments are grouped by equal rows, without a search for boxes.
SEARCH_UP_TO = 2304
# A comparison may be wrong for so many values of one argument, which then come first.
MOST_EXCEPTIONS = 2
# A comparison has two results, and its exceptions another.
MOST_RESULTS = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """Each listed argument has one of some values; or two arguments together have one of some pairs of values.

    Attributes:
        terms: `(argument, indices ascending)`, arguments ascending.
        pairs: pairs of indices of the two arguments `pair`; empty where `terms` say it all.
        pair: the two arguments of `pairs`, or of `comparison`.
        comparison: the first argument's value RELATION the second's plus a number; None where others say it all.
    """

    terms: tuple[tuple[int, tuple[int, ...]], ...]
    pairs: tuple[tuple[int, int], ...] = ()
    pair: tuple[int, int] = (0, 1)
    comparison: tuple[Relation, int] | None = None


@dataclass(frozen=True)
class Decision:
    """What to return: the first case whose condition holds decides, else `otherwise` is the result."""

    cases: tuple[tuple[Condition, "Decision"], ...]
    otherwise: int

    @cached_property
    def lines(self) -> int:
        """The number of lines that it takes as code, where the last case shares a line with `otherwise`."""
        plain = bool(self.cases) and not self.cases[-1][1].cases
        return 1 + sum(1 + then.lines for _, then in self.cases) - 2 * plain


def decide(
    table: Sequence[int],
    sizes: Sequence[int],
    listed: Callable[[int, int], int],
    numbers: Sequence[Sequence[int] | None] = (),
) -> Decision:
    """Return a short decision for a table.

    Args:
        table: results, row-major over the arguments (the last varies fastest).
        sizes: the number of values of each argument.
        listed: how many pairs of values of two arguments, given by number, one condition may list.
        numbers: the values of each argument where they are numbers; then two arguments may be compared.
    """
    return _Deciding(listed, tuple(numbers)).decide(tuple(table), tuple(enumerate(sizes)))


@dataclass(frozen=True, slots=True)
class _Deciding:
    """What every step needs; see `decide`."""

    listed: Callable[[int, int], int]
    numbers: tuple[Sequence[int] | None, ...]

    def decide(self, table: tuple[int, ...], arguments: tuple[tuple[int, int], ...]) -> Decision:
        """Return a decision over arguments given as `(number, size)`."""
        if len(set(table)) == 1:
            return Decision((), table[0])
        if len(arguments) == 1:
            return _by_value(table, arguments[0][0])
        attempts = []
        if len(arguments) == 2:
            attempts += self._by_comparison(table, arguments)
        if len(arguments) == 2 and len(table) <= SEARCH_UP_TO:
            attempts.append(self._by_boxes(table, arguments))
        attempts += [self._by_argument(table, arguments, place) for place in range(len(arguments))]
        return min(attempts, key=lambda decision: decision.lines)

    def _by_boxes(self, table: tuple[int, ...], arguments: tuple[tuple[int, int], ...]) -> Decision:
        """Decide over two arguments by rules that look at both."""
        (first, _), (second, width) = arguments
        rows = [table[start : start + width] for start in range(0, len(table), width)]
        rules, otherwise = cover_sets(rows, self.listed(first, second))
        cases = []
        for rule in rules:
            if isinstance(rule, Entries):
                condition = Condition((), rule.cells, (first, second))
            else:
                terms = [] if rule.any_row else [(first, rule.rows)]
                terms += [] if rule.any_column else [(second, rule.columns)]
                condition = Condition(tuple(terms))
            cases.append((condition, Decision((), rule.value)))
        return Decision(tuple(cases), otherwise)

    def _by_argument(
        self, table: tuple[int, ...], arguments: tuple[tuple[int, int], ...], place: int
    ) -> Decision:
        """Decide by one argument first: a case for each group of its values that leave the same table."""
        number, size = arguments[place]
        inner = prod(found for _, found in arguments[place + 1 :])
        groups: dict[tuple[int, ...], list[int]] = {}
        for index in range(size):
            left = tuple(
                entry
                for start in range(index * inner, len(table), size * inner)
                for entry in table[start : start + inner]
            )
            groups.setdefault(left, []).append(index)
        rest = (*arguments[:place], *arguments[place + 1 :])
        decided = {left: self.decide(left, rest) for left in groups}
        # The longest one comes last, since there it needs no condition of its own.
        last = max(reversed(groups), key=lambda left: (decided[left].lines, len(groups[left])))
        cases = [
            (Condition(((number, tuple(members)),)), decided[left])
            for left, members in groups.items()
            if left != last
        ]
        return Decision((*cases, *decided[last].cases), decided[last].otherwise)

    def _by_comparison(
        self, table: tuple[int, ...], arguments: tuple[tuple[int, int], ...]
    ) -> list[Decision]:
        """Decide over two arguments by one comparison of them, but for a few values of one."""
        (first, _), (second, _) = arguments
        if not self.numbers or len(set(table)) > MOST_RESULTS:
            return []
        rows, columns = self.numbers[first], self.numbers[second]
        if rows is None or columns is None:
            return []
        grid = np.array(table).reshape(len(rows), len(columns))
        found = []
        # Plain integers: a shifted value may lie beyond 64 bits.
        values = np.array(rows, object), np.array(columns, object)
        for relation, shift, holds in shifted_comparisons(*values, RELATIONS):
            condition = Condition((), (), (first, second), (relation, shift))
            for yes, no in permutations(sorted(set(table)), 2):
                wrong = np.argwhere(grid != np.where(holds, yes, no))
                case = (condition, Decision((), yes))
                if not len(wrong):
                    return [Decision((case,), no)]
                exceptions = _exceptions(grid, (first, second), wrong)
                if exceptions is not None:
                    found.append(Decision((exceptions, case), no))
        return found[:1]


def _exceptions(
    grid: IntArray, arguments: tuple[int, int], wrong: IntArray
) -> tuple[Condition, Decision] | None:
    """Return a case that puts wrong entries right by few values of one argument; None where that is not possible."""
    for axis, argument in enumerate(arguments):
        chosen = np.unique(wrong[:, axis]).tolist()
        entries = np.unique(grid.take(chosen, axis))
        if len(chosen) <= MOST_EXCEPTIONS and len(entries) == 1:
            return Condition(((argument, tuple(chosen)),)), Decision((), int(entries[0]))
    return None


def _by_value(table: tuple[int, ...], argument: int) -> Decision:
    """Decide over one argument: a case for each result but the commonest."""
    groups: dict[int, list[int]] = {}
    for index, value in enumerate(table):
        groups.setdefault(value, []).append(index)
    rest = _commonest(table)
    return Decision(
        tuple(
            (Condition(((argument, tuple(members)),)), Decision((), value))
            for value, members in groups.items()
            if value != rest
        ),
        rest,
    )


def _commonest(table: Sequence[int]) -> int:
    counts = Counter(table)
    return min(counts, key=lambda value: (-counts[value], value))
