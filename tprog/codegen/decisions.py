"""A categorical table as a short chain of decisions, flat or nested, whichever takes fewer lines."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import Literal

import numpy as np

from tprog.evaluate.comparisons import shifted_comparisons
from tprog.evaluate.cover import Entries, cover_sets
from tprog.evaluate.inputs import IntArray
from tprog.ir.predicate import RELATIONS, Relation

# Larger tables of two arguments are grouped by equal rows, without a search for rules over both.
SEARCH_UP_TO = 2304
# A comparison may be wrong for so many values of one argument, which then come first.
MOST_EXCEPTIONS = 2
# A comparison has two results, and its exceptions another.
MOST_RESULTS = 3
SIGNS: tuple[Literal[1, -1], ...] = (1, -1)


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


@dataclass(frozen=True, slots=True)
class Copied:
    """The result is the value of an argument, given by number."""

    argument: int


@dataclass(frozen=True, slots=True)
class Shifted:
    """The result is the value of an argument, given by number, or its negation, plus a number."""

    argument: int
    sign: Literal[1, -1]
    added: int


@dataclass(frozen=True)
class Cases:
    """What to return: the first case whose condition holds decides, else `otherwise` is the result."""

    cases: tuple[tuple[Condition, "Cases"], ...]
    otherwise: int | Copied | Shifted

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
    copies: Sequence[Sequence[int] | None] = (),
    results: Sequence[int] | None = None,
) -> Cases:
    """Return a short decision for a table.

    Args:
        table: results, row-major over the arguments (the last varies fastest).
        sizes: the number of values of each argument.
        listed: how many pairs of values of two arguments, given by number, one condition may list.
        numbers: the values of each argument where they are numbers; then two arguments may be compared.
        copies: for each argument the results that are its values, None where one of its values is no result.
        results: the value of each result where they are numbers; then it may be an argument's plus a number.
    """
    grid = np.array(table, dtype=np.int64).reshape(tuple(sizes))
    deciding = _Deciding(listed, tuple(numbers), tuple(copies), results)
    return deciding.decide(grid, tuple(range(len(sizes))))


@dataclass(frozen=True, slots=True)
class _Deciding:
    """What every step needs; see `decide`. A step has a table with one axis for each argument that is left."""

    listed: Callable[[int, int], int]
    numbers: tuple[Sequence[int] | None, ...]
    copies: tuple[Sequence[int] | None, ...]
    results: Sequence[int] | None

    def decide(self, table: IntArray, arguments: tuple[int, ...]) -> Cases:
        """Return the shortest decision over arguments given by number."""
        if (table == table.flat[0]).all():
            return Cases((), int(table.flat[0]))
        for axis, argument in enumerate(arguments):
            copied = self._copied(argument)
            if copied is not None and (np.moveaxis(table, axis, -1) == copied).all():
                return Cases((), Copied(argument))
        if table.ndim == 1:
            return self._by_value(table.tolist(), arguments[0])
        attempts = []
        if table.ndim == 2:
            attempts += self._by_comparison(table, arguments)
        if table.ndim == 2 and table.size <= SEARCH_UP_TO:
            attempts.append(self._by_both(table, arguments))
        for axis in range(table.ndim):
            attempts.append(self._by_argument(table, arguments, axis))
            if attempts[-1].lines == 1:
                break  # Nothing is shorter.
        if table.ndim == 3:
            attempts += self._by_others(table, arguments)
        return min(attempts, key=lambda decision: decision.lines)

    def _copied(self, argument: int) -> Sequence[int] | None:
        return self.copies[argument] if self.copies else None

    def _by_value(self, table: Sequence[int], argument: int) -> Cases:
        """Decide over one argument: the rest is the commonest result, of equals the smallest, or the argument itself."""
        counts = Counter(table)
        most = min(counts, key=lambda value: (-counts[value], value))
        found = [_by_value(table, argument, most)]
        copied = self._copied(argument)
        if copied is not None:
            wrong = [value != own for value, own in zip(table, copied, strict=True)]
            found.append(_but_for(table, argument, wrong, Copied(argument)))
        elif self.results is not None and self.numbers and self.numbers[argument] is not None:
            found += self._shifted(table, argument, self.results, self.numbers[argument] or ())
        return min(found, key=lambda decision: decision.lines)

    def _shifted(
        self, table: Sequence[int], argument: int, results: Sequence[int], own: Sequence[int]
    ) -> Iterator[Cases]:
        """Yield decisions by what the results are mostly more than the argument or its negation."""
        for sign in SIGNS:
            more = [results[code] - sign * number for code, number in zip(table, own, strict=True)]
            counts = Counter(more)
            added = min(counts, key=lambda one: (-counts[one], abs(one), one))
            wrong = [one != added for one in more]
            yield _but_for(table, argument, wrong, Shifted(argument, sign, added))

    def _by_others(self, table: IntArray, arguments: tuple[int, ...]) -> Iterator[Cases]:
        """Yield decisions by two of three arguments together, by the third where they leave it."""
        for axis, argument in enumerate(arguments):
            rows = np.moveaxis(table, axis, -1)
            kept, of = np.unique(rows.reshape(-1, rows.shape[-1]), axis=0, return_inverse=True)
            if 1 < len(kept) <= MOST_RESULTS and of.size <= SEARCH_UP_TO:
                rest = (*arguments[:axis], *arguments[axis + 1 :])
                first = self._by_both(of.reshape(rows.shape[:-1]), rest)
                then = [self.decide(one, (argument,)) for one in kept]
                cases = [(where, then[int(one.otherwise)]) for where, one in first.cases]  # type: ignore[arg-type]
                last = then[int(first.otherwise)]  # type: ignore[arg-type]
                yield Cases((*cases, *last.cases), last.otherwise)

    def _by_both(self, table: IntArray, arguments: tuple[int, ...]) -> Cases:
        """Decide over two arguments by rules that look at both."""
        first, second = arguments
        rules, otherwise = cover_sets(table.tolist(), self.listed(first, second))
        cases = []
        for rule in rules:
            if isinstance(rule, Entries):
                condition = Condition((), rule.cells, (first, second))
            else:
                terms = [] if rule.any_row else [(first, rule.rows)]
                terms += [] if rule.any_column else [(second, rule.columns)]
                condition = Condition(tuple(terms))
            cases.append((condition, Cases((), rule.value)))
        return Cases(tuple(cases), otherwise)

    def _by_argument(self, table: IntArray, arguments: tuple[int, ...], axis: int) -> Cases:
        """Decide by one argument first: a case for each group of its values that leave the same table."""
        slices: list[IntArray] = list(np.moveaxis(table, axis, 0))
        groups: dict[bytes, list[int]] = {}
        for index, left in enumerate(slices):
            groups.setdefault(left.tobytes(), []).append(index)
        rest = (*arguments[:axis], *arguments[axis + 1 :])
        found = [(members, self.decide(slices[members[0]], rest)) for members in groups.values()]
        # The longest one comes last, since there it needs no condition of its own.
        last = max(reversed(found), key=lambda one: (one[1].lines, len(one[0])))
        cases = [
            (Condition(((arguments[axis], tuple(members)),)), decided)
            for members, decided in found
            if members != last[0]
        ]
        return Cases((*cases, *last[1].cases), last[1].otherwise)

    def _by_comparison(self, table: IntArray, arguments: tuple[int, ...]) -> list[Cases]:
        """Decide over two arguments by one comparison of them, but for a few values of one."""
        first, second = arguments
        results = np.unique(table).tolist()
        if not self.numbers or len(results) > MOST_RESULTS:
            return []
        rows, columns = self.numbers[first], self.numbers[second]
        if rows is None or columns is None:
            return []
        found = []
        # Plain integers: a shifted value may lie beyond 64 bits.
        values = np.array(rows, object), np.array(columns, object)
        for relation, shift, holds in shifted_comparisons(*values, RELATIONS):
            condition = Condition((), (), (first, second), (relation, shift))
            for yes, no in permutations(results, 2):
                wrong = np.argwhere(table != np.where(holds, yes, no))
                case = (condition, Cases((), yes))
                if not len(wrong):
                    return [Cases((case,), no)]
                exceptions = _exceptions(table, arguments, wrong)
                if exceptions is not None:
                    found.append(Cases((exceptions, case), no))
        return found[:1]


def _exceptions(
    table: IntArray, arguments: Sequence[int], wrong: IntArray
) -> tuple[Condition, Cases] | None:
    """Return a case that puts wrong entries right by few values of one argument; None where that is not possible."""
    for axis, argument in enumerate(arguments):
        chosen = np.unique(wrong[:, axis]).tolist()
        entries = np.unique(table.take(chosen, axis))
        if len(chosen) <= MOST_EXCEPTIONS and len(entries) == 1:
            return Condition(((argument, tuple(chosen)),)), Cases((), int(entries[0]))
    return None


def _by_value(table: Sequence[int], argument: int, rest: int) -> Cases:
    """Decide over one argument: a case for each result but the rest's."""
    return _but_for(table, argument, [value != rest for value in table], rest)


def _but_for(
    table: Sequence[int], argument: int, wrong: Sequence[bool], rest: int | Copied | Shifted
) -> Cases:
    """Decide over one argument: a case for each result where the rest is wrong."""
    groups: dict[int, list[int]] = {}
    for index, (value, is_wrong) in enumerate(zip(table, wrong, strict=True)):
        if is_wrong:
            groups.setdefault(value, []).append(index)
    cases = tuple(
        (Condition(((argument, tuple(members)),)), Cases((), value))
        for value, members in groups.items()
    )
    return Cases(cases, rest)
