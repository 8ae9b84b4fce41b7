"""A categorical table as a short chain of decisions, flat or nested, whichever takes fewer lines."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, permutations, product

import numpy as np

from tprog.codegen.cases import Cases, Condition, Copied, Listed, Total, renumbered
from tprog.codegen.known import (
    LARGEST,
    MOST_EXCEPTIONS,
    WEIGHTS,
    but_for,
    by_value,
    differ,
    exceptions,
    few_exceptions,
    fitted_weights,
    joined,
    lines_of,
    moved,
    only_result,
    picked,
)
from tprog.evaluate.comparisons import Split, shifted_comparisons, split_of
from tprog.evaluate.cover import Entries, cover_sets
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.ranges import enough, ranged
from tprog.ir.predicate import RELATIONS, Relation

# Larger tables of two arguments are grouped by equal rows, without a search for rules over both.
SEARCH_UP_TO = 2304
# A comparison has two results, and its exceptions another.
MOST_RESULTS = 3
MOST_MODULUS = 12
"""Sums are taken modulo no greater number."""
FEW_LINES = 3
"""A decision of no more lines is not looked for in another way."""
MOST_STEPS, SEARCH_FEW = 300, 512
"""After deciding so many tables, and for tables of more entries, no other ways are looked for."""
MOST_NAMED = 2
"""Values that are no numbers come first where they leave no more different lines."""
MANY_LINES = 5
"""One of more lines is looked for on both sides of a comparison."""


def decide(
    table: Sequence[int],
    sizes: Sequence[int],
    listed: Callable[[int, int], int],
    numbers: Sequence[Sequence[int | None] | None] = (),
    copies: Sequence[Sequence[int] | None] = (),
    results: Sequence[int] | None = None,
    same: Callable[[int, int], BoolArray | None] = lambda first, second: None,
    search: int = SEARCH_UP_TO,
    listable: Callable[[int, Mapping[int, int]], tuple[int, ...] | None] = lambda argument, found: (
        None
    ),
) -> Cases:
    """Return a short decision for a table.

    Args:
        table: results, row-major over the arguments (the last varies fastest); below 0 where any will do.
        sizes: the number of values of each argument.
        listed: how many pairs of values of two arguments, given by number, one condition may list.
        numbers: the values of each argument where they are numbers, or None for single ones; then arguments may be compared
            and added up.
        copies: for each argument the results that are its values, None where one of its values is no result.
        results: the value of each result where they are numbers; then it may be a sum of arguments.
        search: how many entries a table may have that is searched for rules over two arguments.
        same: where two arguments hold the same text, as `(first, second)`; None where that is not to be asked.
        listable: the results of all values of an argument, given by number, of which some are known; None where one does not
            pick a result of a list by its value.
    """
    grid = np.array(table, dtype=np.int64).reshape(tuple(sizes))
    deciding = Deciding(listed, tuple(numbers), tuple(copies), results, same, search, listable)
    return deciding.decide(grid, tuple(range(len(sizes))))


@dataclass(frozen=True, slots=True)
class Deciding:
    """What every step needs; see `decide`. A step has a table with one axis for each argument that is left."""

    listed: Callable[[int, int], int]
    numbers: tuple[Sequence[int | None] | None, ...]
    copies: tuple[Sequence[int] | None, ...]
    results: Sequence[int] | None
    same: Callable[[int, int], BoolArray | None]
    search: int
    listable: Callable[[int, Mapping[int, int]], tuple[int, ...] | None]
    steps: list[int] = field(default_factory=lambda: [0])
    ordered: bool = True
    known: dict[tuple[tuple[int, ...], bytes], Cases] = field(default_factory=dict)
    parts: dict[tuple[int, tuple[int, ...]], "Deciding"] = field(default_factory=dict)

    def decide(self, table: IntArray, arguments: tuple[int, ...]) -> Cases:
        """Return the shortest decision over arguments given by number; what several orders of them lead to is decided once."""
        key = arguments, table.tobytes()
        if key not in self.known:
            self.steps[0] += 1
            self.known[key] = self._decided(table, arguments)
        return self.known[key]

    def _decided(self, table: IntArray, arguments: tuple[int, ...]) -> Cases:
        result = only_result(table)
        if result is not None:
            return Cases((), result)
        for axis, argument in enumerate(arguments):
            copied = self._copied(argument)
            if copied is not None and not differ(np.moveaxis(table, axis, -1), copied).any():
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
        if table.ndim == 2 and table.size <= self.search:
            attempts.append(self._by_both(table, arguments))
        for axis in range(table.ndim):
            attempts.append(self._by_argument(table, arguments, axis))
            if attempts[-1].lines == 1:
                break  # Nothing is shorter.
        if table.ndim > 2:
            attempts += self._by_others(table, arguments)
            attempts += [
                Cases((), total)
                for total, wrong in self._totals(table, arguments)
                if not wrong.any()
            ]
        more = table.size <= SEARCH_FEW and self.steps[0] < MOST_STEPS
        if more and min(map(lines_of, attempts)) > FEW_LINES:
            attempts += self._by_few(table, arguments)
            if self.ordered and min(map(lines_of, attempts)) > MANY_LINES:
                attempts += self._by_order(table, arguments)
        return min(attempts, key=lines_of)

    def _copied(self, argument: int) -> Sequence[int] | None:
        return self.copies[argument] if self.copies else None

    def _by_value(self, table: Sequence[int], argument: int) -> Cases:
        """Decide over one argument: the rest is the commonest result, of equals the smallest, or the argument itself."""
        counts = Counter(value for value in table if value >= 0)
        most = min(counts, key=lambda value: (-counts[value], value))
        found = [by_value(table, argument, most)]
        copied = self._copied(argument)
        if copied is not None:
            wrong = [0 <= value != own for value, own in zip(table, copied, strict=True)]
            found.append(but_for(table, argument, wrong, Copied(argument)))
        if self.results is not None and (copied is None or min(map(lines_of, found)) > 1):
            entries = np.array(table)
            found += [
                but_for(table, argument, wrong.tolist(), total)
                for total, wrong in self._totals(entries, (argument,))
            ]
        values = self.numbers[argument] if self.numbers else None
        if values is not None and min(map(lines_of, found)) > FEW_LINES:
            known = zip(values, table, strict=True)
            whole = self.listable(
                argument, {at: result for at, result in known if at is not None and result >= 0}
            )
            found += [] if whole is None else [Cases((), Listed(argument, whole))]
        return min(found, key=lines_of)

    def _by_sum(self, table: IntArray, arguments: tuple[int, ...]) -> Iterator[Cases]:
        """Yield decisions by a sum or difference of two arguments, but for a few values of each."""
        for total, wrong in self._totals(table, arguments):
            first = few_exceptions(table, arguments, wrong)
            if first is not None:
                yield Cases(first, total)

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
        entries, held = np.array(self.results)[table], table >= 0
        spread = np.meshgrid(*(np.array(axis, object) for axis in known), indexing="ij")
        number = np.logical_and.reduce([grid != None for grid in spread])  # noqa: E711
        grids = [np.where(number, grid, 0).astype(np.int64) for grid in spread]
        low, top = int(entries[held].min()), int(entries[held].max())
        inside = number & held & (entries > low) & (entries < top)
        found = fitted_weights(entries, held & number, known)
        for signs in (*WEIGHTS.get(len(axes), ()), *found):
            plain = np.tensordot(np.array(signs), np.stack(grids), axes=1)
            weights = tuple(zip(arguments, signs, strict=True))
            for counted, bounded in ((number & held, False), (inside, True)):
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
                # What is computed where nothing is known has to be a result as well.
                wrong = np.where(held, given != entries, ~np.isin(given, self.results))
                yield total, ~number | wrong
        yield from self._remainders(entries, held, number, grids, arguments)

    def _remainders(
        self,
        entries: IntArray,
        held: BoolArray,
        number: BoolArray,
        grids: Sequence[IntArray],
        arguments: tuple[int, ...],
    ) -> Iterator[tuple[Total, BoolArray]]:
        """Yield weighted sums modulo a number that give most entries, and where they are wrong."""
        found = entries[held]
        modulus = int(found.max(initial=0)) + 1
        if found.min(initial=0) < 0 or not 2 < modulus <= MOST_MODULUS or len(grids) > 2:
            return
        tried = (*range(1, modulus - 1), -1) if len(grids) < 2 or modulus < 8 else (1, -1)
        for signs in product(tried, repeat=len(grids)):
            plain = np.tensordot(np.array(signs), np.stack(grids), axes=1)
            steps = Counter(((entries - plain) % modulus)[held & number].tolist())
            if not steps:
                return
            added = min(steps, key=lambda one: (-steps[one], one))
            total = Total(tuple(zip(arguments, signs, strict=True)), added, modulus=modulus)
            yield total, ~number | held & ((plain + added) % modulus != entries)

    def _by_others(self, table: IntArray, arguments: tuple[int, ...]) -> Iterator[Cases]:
        """Yield decisions by two arguments together, by the others where they leave it."""
        for pair in combinations(range(table.ndim), 2):
            rows = np.moveaxis(table, pair, (0, 1))
            left = rows.reshape(*rows.shape[:2], -1)
            found, of = np.unique(left.reshape(-1, left.shape[-1]), axis=0, return_inverse=True)
            groups = joined(found)
            kept = [one for _, one in groups]
            place = {member: number for number, one in enumerate(groups) for member in one[0]}
            of = np.array([place[one] for one in range(len(found))])[of.reshape(-1)]
            if 1 < len(kept) <= MOST_RESULTS and of.size <= self.search:
                first, second = (arguments[axis] for axis in pair)
                rest = tuple(one for one in arguments if one not in (first, second))
                kinds = np.where((left >= 0).any(axis=2), of.reshape(left.shape[:2]), -1)
                then = [self.decide(one.reshape(rows.shape[2:]), rest) for one in kept]
                split = self._by_split(kinds, (first, second))
                ways = [
                    *self._by_equality(kinds, (first, second)),
                    self._by_both(kinds, (first, second)),
                    *([] if split is None else [split]),
                    *self._by_comparison(kinds, (first, second)),
                ]
                for by in ways:
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
        found = self._left(table, arguments, axis)
        # The longest one comes last, since there it needs no condition of its own.
        last = max(reversed(found), key=lambda one: (one[1].lines, len(one[0])))
        cases = [
            (Condition(((arguments[axis], tuple(members)),)), decided)
            for members, decided in found
            if members != last[0]
        ]
        return Cases((*cases, *last[1].cases), last[1].otherwise)

    def _left(
        self, table: IntArray, arguments: tuple[int, ...], axis: int
    ) -> list[tuple[list[int], Cases]]:
        """Return the values of an argument in groups, each with the decision that it leaves."""
        slices = np.moveaxis(table, axis, 0)
        rest = (*arguments[:axis], *arguments[axis + 1 :])
        own, result = self._own(slices, arguments[axis])
        groups = [
            ([one for one in members if one not in own], left) for members, left in joined(slices)
        ]
        found = [(members, self.decide(left, rest)) for members, left in groups if members]
        return [*found, (own, Cases((), result))] if own else found

    def _own(self, slices: IntArray, argument: int) -> tuple[list[int], Copied | Total]:
        """Return for which of its values the result is an argument itself, or else a number more or less, so that it is said once."""
        copied = self._copied(argument)
        if copied is not None:
            own = [i for i, left in enumerate(slices) if not differ(left, copied[i]).any()]
            if len(own) > 1:
                return own, Copied(argument)
        values = self.numbers[argument] if self.numbers else None
        if values is None or self.results is None:
            return [], Copied(argument)
        added, own = moved(slices, values, self.results)
        return own, Total(((argument, 1),), added)

    def _by_few(self, table: IntArray, arguments: tuple[int, ...]) -> Iterator[Cases]:
        """Yield decisions by the values of one argument that leave a line each, then by all arguments over its others.

        The one is that of which most values do, or one of which all do that are no numbers: what is left can be added up.
        """
        few, texts = [], []
        for axis, argument in enumerate(arguments):
            found = self._left(table, arguments, axis)
            short = [one for one in found if one[1].lines == 1]
            if short and len(short) + 1 < len(found):
                few.append((argument, short))
            values = self.numbers[argument] if self.numbers else None
            named = [index for index, one in enumerate(values or ()) if one is None]
            left = joined(np.moveaxis(table, axis, 0)[named]) if named else []
            rest = (*arguments[:axis], *arguments[axis + 1 :])
            first = [
                ([named[at] for at in members], self.decide(one, rest)) for members, one in left
            ]
            if 1 <= len(first) <= MOST_NAMED and all(then.lines == 1 for _, then in first):
                texts.append((argument, first))
        few.sort(key=lambda one: -sum(len(members) for members, _ in one[1]))
        for argument, short in (*few[:1], *texts[:1]):
            yield self._first(table, arguments, argument, short)

    def _first(
        self,
        table: IntArray,
        arguments: tuple[int, ...],
        argument: int,
        short: Sequence[tuple[list[int], Cases]],
    ) -> Cases:
        """Return the decision that begins with some values of one argument."""
        axis = arguments.index(argument)
        gone = {index for members, _ in short for index in members}
        kept = tuple(index for index in range(table.shape[axis]) if index not in gone)
        then = self._part(argument, kept).decide(table.take(kept, axis), arguments)
        then = renumbered(then, argument, kept)
        cases = [(Condition(((argument, tuple(one)),)), result) for one, result in short]
        return Cases((*cases, *then.cases), then.otherwise)

    def _by_order(self, table: IntArray, arguments: tuple[int, ...]) -> Iterator[Cases]:
        """Yield decisions by whether two texts are the same, or a comparison of two numbers, each side by itself."""
        inner = self._part(-1, ())
        axes = np.indices(table.shape)
        for first, second in permutations(range(table.ndim), 2):
            pair = arguments[first], arguments[second]
            sides = [self._whole(argument) for argument in pair]
            known = [side for side in sides if side is not None]
            same = self.same(*pair) if first < second else None
            ways: list[tuple[Relation, BoolArray]] = []
            if same is not None:
                ways.append(("==", same[axes[first], axes[second]]))
            elif len(known) == 2:
                relations: tuple[Relation, ...] = ("<", "==") if first < second else ("<",)
                numbers = known[0][axes[first]], known[1][axes[second]]
                ways += [(one, Split(one, 1, 0).holds(*numbers)) for one in relations]
            for relation, holds in ways:
                yes, no = (
                    inner.decide(np.where(where, table, -1), arguments) for where in (holds, ~holds)
                )
                condition = Condition((), (), pair, Split(relation, 1, 0))
                yield Cases(((condition, yes), *no.cases), no.otherwise)

    def _part(self, argument: int, kept: tuple[int, ...]) -> "Deciding":
        """Return the same for some values of an argument alone."""

        def same(first: int, second: int) -> BoolArray | None:
            found = self.same(first, second)
            for axis, one in enumerate((first, second)):
                if found is not None and one == argument:
                    found = found.take(kept, axis)
            return found

        if (argument, kept) not in self.parts:
            numbers = picked(self.numbers, argument, kept)
            copies = picked(self.copies, argument, kept)
            self.parts[argument, kept] = Deciding(
                self.listed,
                numbers,
                copies,
                self.results,
                same,
                self.search,
                self.listable,
                self.steps,
                self.ordered and argument >= 0,
            )
        return self.parts[argument, kept]

    def _by_equality(self, table: IntArray, arguments: tuple[int, ...]) -> Iterator[Cases]:
        """Yield decisions by whether two arguments hold the same value, but for a few values of each."""
        same = self.same(*arguments)
        results = np.unique(table[table >= 0]).tolist()
        if same is None or len(results) > MOST_RESULTS:
            return
        for yes, no in permutations(results, 2):
            wrong = differ(table, np.where(same, yes, no))
            first = few_exceptions(table, arguments, wrong)
            if first is not None:
                condition = Condition((), (), (arguments[0], arguments[1]), Split("==", 1, 0))
                yield Cases((*first, (condition, Cases((), yes))), no)

    def _by_split(self, table: IntArray, arguments: tuple[int, ...]) -> Cases | None:
        """Decide between two results by one comparison of two arguments."""
        results = np.unique(table[table >= 0]).tolist()
        sides = [self._whole(argument) for argument in arguments]
        known = [side for side in sides if side is not None]
        if len(results) != 2 or len(known) < 2 or table.size > SEARCH_UP_TO:
            return None
        grids = np.meshgrid(*known, indexing="ij")
        for yes, no in (results, results[::-1]):
            for one, other in ((0, 1), (1, 0)):
                found = split_of(grids[one], grids[other], table == yes, table >= 0)
                if found is not None:
                    pair = arguments[one], arguments[other]
                    return Cases(((Condition((), (), pair, found), Cases((), yes)),), no)
        # Of a half of a table too little is known to replace values.
        return self._by_range(table, arguments, known) if self.ordered else None

    def _by_range(
        self, table: IntArray, arguments: tuple[int, ...], sides: Sequence[IntArray]
    ) -> Cases | None:
        """Decide between two results by a comparison within a bound, or with a value replaced: the one that adds least."""
        found: list[tuple[int, Cases]] = []
        results = np.unique(table[table >= 0]).tolist()
        for (yes, no), (one, other) in product(permutations(results), permutations((0, 1))):
            inside, held = (np.moveaxis(where, one, 0) for where in (table == yes, table >= 0))
            split = ranged(sides[one], sides[other], inside, held) if enough(inside) else None
            if split is not None:
                condition = Condition((), (), (arguments[one], arguments[other]), split)
                found.append((abs(split.split.number), Cases(((condition, Cases((), yes)),), no)))
        return min(found, key=lambda each: each[0])[1] if found else None

    def _whole(self, argument: int) -> IntArray | None:
        """Return an argument's values where all of them are numbers, and none is large."""
        values = self.numbers[argument] if self.numbers else None
        if values is None or any(one is None or abs(one) > LARGEST for one in values):
            return None
        return np.array(values, dtype=np.int64)

    def _by_comparison(self, table: IntArray, arguments: tuple[int, ...]) -> list[Cases]:
        """Decide over two arguments by one comparison of them, but for a few values of one."""
        first, second = arguments
        results = np.unique(table[table >= 0]).tolist()
        if not self.numbers or len(results) > MOST_RESULTS:
            return []
        rows, columns = self.numbers[first], self.numbers[second]
        if rows is None or columns is None or None in rows or None in columns:
            return []
        found = []
        # Plain integers: a shifted value may lie beyond 64 bits.
        values = np.array(rows, object), np.array(columns, object)
        most = MOST_EXCEPTIONS * max(table.shape)
        for relation, shift, holds in shifted_comparisons(*values, RELATIONS):
            condition = Condition((), (), (first, second), Split(relation, 1, shift))
            for yes, no in permutations(results, 2):
                wrong = np.argwhere(differ(table, np.where(holds, yes, no)))
                case = (condition, Cases((), yes))
                if not len(wrong):
                    return [Cases((case,), no)]
                if len(wrong) > most:
                    continue
                before = exceptions(table, arguments, wrong)
                if before is not None:
                    found.append(Cases((before, case), no))
        return found[:1]
