"""A categorical table as a short chain of decisions, flat or nested, whichever takes fewer lines."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, permutations

import numpy as np

from tprog.evaluate.comparisons import Split, shifted_comparisons, split_of
from tprog.evaluate.cover import Entries, cover_sets
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir.predicate import RELATIONS

# Larger tables of two arguments are grouped by equal rows, without a search for rules over both.
SEARCH_UP_TO = 2304
# A comparison may be wrong for so many values of one argument, which then come first.
MOST_EXCEPTIONS = 2
# A comparison has two results, and its exceptions another.
MOST_RESULTS = 3
# Greater numbers are not added up.
LARGEST = 1 << 31
WEIGHTS: dict[int, tuple[tuple[int, ...], ...]] = {
    1: ((1,), (-1,)),
    2: ((1, 1), (1, -1), (-1, 1)),
}
"""By the number of arguments, the signs with which they are added up."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Each listed argument has one of some values; or two arguments together have one of some pairs of values.

    Attributes:
        terms: `(argument, indices ascending)`, arguments ascending.
        pairs: pairs of indices of the two arguments `pair`; empty where `terms` say it all.
        pair: the two arguments of `pairs`, or of `comparison`.
        comparison: what is said of the two arguments' values; None where others say it all.
    """

    terms: tuple[tuple[int, tuple[int, ...]], ...]
    pairs: tuple[tuple[int, int], ...] = ()
    pair: tuple[int, int] = (0, 1)
    comparison: Split | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """The result is the value of an argument, given by number."""

    argument: int


@dataclass(frozen=True, slots=True)
class Total:
    """The result is a sum of arguments, given by number, or of their negations, plus a number, kept within bounds.

    Attributes:
        weights: `(argument, sign)`.
        added: the number.
        low: the least result; None where the sum is never less.
        top: the greatest result; None where it is never more.
    """

    weights: tuple[tuple[int, int], ...]
    added: int
    low: int | None = None
    top: int | None = None


@dataclass(frozen=True)
class Cases:
    """What to return: the first case whose condition holds decides, else `otherwise` is the result."""

    cases: tuple[tuple[Condition, "Cases"], ...]
    otherwise: int | Copied | Total

    @cached_property
    def lines(self) -> int:
        """The number of lines that it takes as code, where the last case shares a line with `otherwise`."""
        plain = bool(self.cases) and not self.cases[-1][1].cases
        return 1 + sum(1 + then.lines for _, then in self.cases) - 2 * plain


def decide(
    table: Sequence[int],
    sizes: Sequence[int],
    listed: Callable[[int, int], int],
    numbers: Sequence[Sequence[int | None] | None] = (),
    copies: Sequence[Sequence[int] | None] = (),
    results: Sequence[int] | None = None,
    same: Callable[[int, int], BoolArray | None] = lambda first, second: None,
) -> Cases:
    """Return a short decision for a table.

    Args:
        table: results, row-major over the arguments (the last varies fastest).
        sizes: the number of values of each argument.
        listed: how many pairs of values of two arguments, given by number, one condition may list.
        numbers: the values of each argument where they are numbers, or None for single ones; then arguments may be compared
            and added up.
        copies: for each argument the results that are its values, None where one of its values is no result.
        results: the value of each result where they are numbers; then it may be a sum of arguments.
        same: where two arguments hold the same text, as `(first, second)`; None where that is not to be asked.
    """
    grid = np.array(table, dtype=np.int64).reshape(tuple(sizes))
    deciding = _Deciding(listed, tuple(numbers), tuple(copies), results, same)
    return deciding.decide(grid, tuple(range(len(sizes))))


@dataclass(frozen=True, slots=True)
class _Deciding:
    """What every step needs; see `decide`. A step has a table with one axis for each argument that is left."""

    listed: Callable[[int, int], int]
    numbers: tuple[Sequence[int | None] | None, ...]
    copies: tuple[Sequence[int] | None, ...]
    results: Sequence[int] | None
    same: Callable[[int, int], BoolArray | None]
    known: dict[tuple[tuple[int, ...], bytes], Cases] = field(default_factory=dict)

    def decide(self, table: IntArray, arguments: tuple[int, ...]) -> Cases:
        """Return the shortest decision over arguments given by number; what several orders of them lead to is decided once."""
        key = arguments, table.tobytes()
        if key not in self.known:
            self.known[key] = self._decided(table, arguments)
        return self.known[key]

    def _decided(self, table: IntArray, arguments: tuple[int, ...]) -> Cases:
        if (table == table.flat[0]).all():
            return Cases((), int(table.flat[0]))
        for axis, argument in enumerate(arguments):
            copied = self._copied(argument)
            if copied is not None and (np.moveaxis(table, axis, -1) == copied).all():
                return Cases((), Copied(argument))
        if table.ndim == 1:
            return self._by_value(table.tolist(), arguments[0])
        attempts: list[Cases] = []
        if table.ndim == 2:
            attempts += self._by_sum(table, arguments)
            if attempts and not attempts[0].cases:
                return attempts[0]
            compared = self._by_comparison(table, arguments)
            split = (
                None
                if compared[:1] and compared[0].lines == 1
                else self._by_split(table, arguments)
            )
            if split is not None:
                return split
            attempts += compared
            attempts += self._by_equality(table, arguments)
        if table.ndim == 2 and table.size <= SEARCH_UP_TO:
            attempts.append(self._by_both(table, arguments))
        for axis in range(table.ndim):
            attempts.append(self._by_argument(table, arguments, axis))
            if attempts[-1].lines == 1:
                break  # Nothing is shorter.
        if table.ndim > 2:
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
        elif self.results is not None:
            entries = np.array(table)
            found += [
                _but_for(table, argument, wrong.tolist(), total)
                for total, wrong in self._totals(entries, (argument,))
            ]
        return min(found, key=lambda decision: decision.lines)

    def _by_sum(self, table: IntArray, arguments: tuple[int, ...]) -> Iterator[Cases]:
        """Yield decisions by a sum or difference of two arguments, but for a few values of each."""
        for total, wrong in self._totals(table, arguments):
            exceptions = _few_exceptions(table, arguments, wrong)
            if exceptions is not None:
                yield Cases(exceptions, total)

    def _totals(
        self, table: IntArray, arguments: tuple[int, ...]
    ) -> Iterator[tuple[Total, BoolArray]]:
        """Yield sums of all arguments that give most entries, and where they are wrong: plain, and within bounds."""
        axes = [self.numbers[argument] if self.numbers else None for argument in arguments]
        known = [axis for axis in axes if axis is not None]
        if self.results is None or len(known) < len(axes) or table.size > SEARCH_UP_TO:
            return
        if any(
            abs(one) > LARGEST
            for values in (*known, self.results)
            for one in values
            if one is not None
        ):
            return
        entries = np.array(self.results)[table]
        spread = np.meshgrid(*(np.array(axis, object) for axis in known), indexing="ij")
        number = np.logical_and.reduce([grid != None for grid in spread])  # noqa: E711
        grids = [np.where(number, grid, 0).astype(np.int64) for grid in spread]
        low, top = int(entries.min()), int(entries.max())
        inside = number & (entries > low) & (entries < top)
        for signs in WEIGHTS[len(axes)]:
            plain = np.tensordot(np.array(signs), np.stack(grids), axes=1)
            weights = tuple(zip(arguments, signs, strict=True))
            for counted, bounded in ((number, False), (inside, True)):
                counts = Counter((entries - plain)[counted].tolist())
                if not counts:
                    continue
                added = min(counts, key=lambda one: (-counts[one], abs(one), one))
                given = plain + added
                total = Total(weights, added)
                if bounded:
                    less, more = (given < low) & number, (given > top) & number
                    if not (less.any() or more.any()):
                        continue
                    given = np.clip(given, low, top)
                    total = replace(
                        total, low=low if less.any() else None, top=top if more.any() else None
                    )
                yield total, ~number | (given != entries)

    def _by_others(self, table: IntArray, arguments: tuple[int, ...]) -> Iterator[Cases]:
        """Yield decisions by two arguments together, by the others where they leave it."""
        for pair in combinations(range(table.ndim), 2):
            rows = np.moveaxis(table, pair, (0, 1))
            left = rows.reshape(*rows.shape[:2], -1)
            kept, of = np.unique(left.reshape(-1, left.shape[-1]), axis=0, return_inverse=True)
            if 1 < len(kept) <= MOST_RESULTS and of.size <= SEARCH_UP_TO:
                first, second = (arguments[axis] for axis in pair)
                rest = tuple(one for one in arguments if one not in (first, second))
                kinds = of.reshape(left.shape[:2])
                then = [self.decide(one.reshape(rows.shape[2:]), rest) for one in kept]
                both = self._by_both(kinds, (first, second))
                for by in (*self._by_equality(kinds, (first, second)), both):
                    cases = [(where, then[int(one.otherwise)]) for where, one in by.cases]  # type: ignore[arg-type]
                    last = then[int(by.otherwise)]  # type: ignore[arg-type]
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
        copied, own = self._copied(arguments[axis]), []
        if copied is not None:
            own = [i for i, left in enumerate(slices) if (left == copied[i]).all()]
        if copied is not None and len(own) > 1:
            # Where the result is the argument itself, it is said once.
            kept = [[i for i in members if i not in own] for members in groups.values()]
            found = [
                (members, self.decide(slices[members[0]], rest)) for members in kept if members
            ]
            found.append((own, Cases((), Copied(arguments[axis]))))
        else:
            found = [(one, self.decide(slices[one[0]], rest)) for one in groups.values()]
        # The longest one comes last, since there it needs no condition of its own.
        last = max(reversed(found), key=lambda one: (one[1].lines, len(one[0])))
        cases = [
            (Condition(((arguments[axis], tuple(members)),)), decided)
            for members, decided in found
            if members != last[0]
        ]
        return Cases((*cases, *last[1].cases), last[1].otherwise)

    def _by_equality(self, table: IntArray, arguments: tuple[int, ...]) -> Iterator[Cases]:
        """Yield decisions by whether two arguments hold the same value, but for a few values of each."""
        same = self.same(*arguments)
        results = np.unique(table).tolist()
        if same is None or len(results) > MOST_RESULTS:
            return
        for yes, no in permutations(results, 2):
            exceptions = _few_exceptions(table, arguments, table != np.where(same, yes, no))
            if exceptions is not None:
                condition = Condition((), (), (arguments[0], arguments[1]), Split("==", 1, 0))
                yield Cases((*exceptions, (condition, Cases((), yes))), no)

    def _by_split(self, table: IntArray, arguments: tuple[int, ...]) -> Cases | None:
        """Decide between two results by one comparison of two arguments."""
        results = np.unique(table).tolist()
        sides = [self._whole(argument) for argument in arguments]
        known = [side for side in sides if side is not None]
        if len(results) != 2 or len(known) < 2 or table.size > SEARCH_UP_TO:
            return None
        grids = np.meshgrid(*known, indexing="ij")
        for yes, no in (results, results[::-1]):
            for one, other in ((0, 1), (1, 0)):
                everywhere = np.ones(table.shape, np.bool_)
                found = split_of(grids[one], grids[other], table == yes, everywhere)
                if found is not None:
                    pair = arguments[one], arguments[other]
                    return Cases(((Condition((), (), pair, found), Cases((), yes)),), no)
        return None

    def _whole(self, argument: int) -> IntArray | None:
        """Return an argument's values where all of them are numbers, and none is large."""
        values = self.numbers[argument] if self.numbers else None
        if values is None or any(one is None or abs(one) > LARGEST for one in values):
            return None
        return np.array(values, dtype=np.int64)

    def _by_comparison(self, table: IntArray, arguments: tuple[int, ...]) -> list[Cases]:
        """Decide over two arguments by one comparison of them, but for a few values of one."""
        first, second = arguments
        results = np.unique(table).tolist()
        if not self.numbers or len(results) > MOST_RESULTS:
            return []
        rows, columns = self.numbers[first], self.numbers[second]
        if rows is None or columns is None or None in rows or None in columns:
            return []
        found = []
        # Plain integers: a shifted value may lie beyond 64 bits.
        values = np.array(rows, object), np.array(columns, object)
        for relation, shift, holds in shifted_comparisons(*values, RELATIONS):
            condition = Condition((), (), (first, second), Split(relation, 1, shift))
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


def _few_exceptions(
    table: IntArray, arguments: Sequence[int], wrong: BoolArray
) -> tuple[tuple[Condition, Cases], ...] | None:
    """Return cases that put wrong entries right by few values of one argument, then of the other; None where none do."""
    if not wrong.any():
        return ()
    one = _exceptions(table, arguments, np.argwhere(wrong))
    if one is not None:
        return (one,)
    rows = np.flatnonzero(wrong.all(axis=1)).tolist()
    columns = np.flatnonzero(np.delete(wrong, rows, 0).any(axis=0)).tolist()
    cases = []
    for argument, chosen, entries in (
        (arguments[0], rows, table[rows]),
        (arguments[1], columns, np.delete(table, rows, 0)[:, columns]),
    ):
        if not 1 <= len(chosen) <= MOST_EXCEPTIONS or len(np.unique(entries)) > 1:
            return None
        cases.append((Condition(((argument, tuple(chosen)),)), Cases((), int(entries.flat[0]))))
    return tuple(cases)


def _by_value(table: Sequence[int], argument: int, rest: int) -> Cases:
    """Decide over one argument: a case for each result but the rest's."""
    return _but_for(table, argument, [value != rest for value in table], rest)


def _but_for(
    table: Sequence[int], argument: int, wrong: Sequence[bool], rest: int | Copied | Total
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
