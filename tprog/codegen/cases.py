"""A chain of decisions, and the table that it gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tprog.evaluate.comparisons import Split
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.ranges import Ranged


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
    comparison: Split | Ranged | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """The result is the value of an argument, given by number."""

    argument: int


@dataclass(frozen=True, slots=True)
class Total:
    """The result is a weighted sum of arguments, given by number, plus a number, kept within bounds or modulo a number.

    Attributes:
        weights: `(argument, weight)`.
        added: the number.
        low: the least result; None where the sum is never less.
        top: the greatest result; None where it is never more.
        modulus: by what it is divided to leave the result; None where it is not.
    """

    weights: tuple[tuple[int, int], ...]
    added: int
    low: int | None = None
    top: int | None = None
    modulus: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """The result stands in a list at an argument's value, which counts from 0.

    Attributes:
        argument: the argument, given by number.
        entries: the results, one for each of the argument's values.
    """

    argument: int
    entries: tuple[int, ...]


@dataclass(frozen=True)
class Cases:
    """What to return: the first case whose condition holds decides, else `otherwise` is the result."""

    cases: tuple[tuple[Condition, "Cases"], ...]
    otherwise: int | Copied | Total | Listed

    @cached_property
    def lines(self) -> int:
        """The number of lines that it takes as code, where the last case shares a line with `otherwise`."""
        plain = bool(self.cases) and not self.cases[-1][1].cases
        return 1 + sum(1 + then.lines for _, then in self.cases) - 2 * plain


@dataclass(frozen=True, slots=True)
class Reading:
    """What a decision reads; see `tprog.codegen.decisions.decide`."""

    numbers: Sequence[Sequence[int | None] | None]
    copies: Sequence[Sequence[int] | None]
    results: Sequence[int] | None
    same: Callable[[int, int], BoolArray | None]
    listable: Callable[[int, Mapping[int, int]], tuple[int, ...] | None]

    def table(self, decision: Cases, shape: tuple[int, ...]) -> IntArray:
        """Return the table that a decision gives; -1 where that is no result."""
        axes, rest = np.indices(shape), decision.otherwise
        found: IntArray
        if isinstance(rest, Copied):
            found = np.array(self.copies[rest.argument])[axes[rest.argument]]
        elif isinstance(rest, Total):
            found = self._added(rest, axes)
        elif isinstance(rest, Listed):
            found = np.array(rest.entries)[axes[rest.argument]]
        else:
            found = np.full(shape, rest)
        for condition, then in reversed(decision.cases):
            found = np.where(self._holds(condition, axes), self.table(then, shape), found)
        return found

    def _number(self, argument: int, axes: IntArray) -> IntArray:
        held = np.array([one or 0 for one in self.numbers[argument] or ()], np.int64)
        found: IntArray = held[axes[argument]]
        return found

    def _added(self, total: Total, axes: IntArray) -> IntArray:
        found = np.full(axes.shape[1:], total.added)
        for argument, weight in total.weights:
            found += weight * self._number(argument, axes)
        if total.modulus is not None:
            found %= total.modulus
        if total.low is not None or total.top is not None:
            found = np.clip(found, total.low, total.top)
        place = {one: number for number, one in enumerate(self.results or ())}
        codes = [place.get(one, -1) for one in found.reshape(-1).tolist()]
        return np.array(codes, np.int64).reshape(found.shape)

    def _holds(self, condition: Condition, axes: IntArray) -> BoolArray:
        found = np.ones(axes.shape[1:], np.bool_)
        for argument, chosen in condition.terms:
            found &= np.isin(axes[argument], chosen)
        first, second = condition.pair
        if condition.pairs:
            listed = np.zeros((axes[first].max() + 1, axes[second].max() + 1), np.bool_)
            listed[tuple(zip(*condition.pairs, strict=True))] = True
            found &= listed[axes[first], axes[second]]
        if condition.comparison is not None:
            same = self.same(first, second)
            if same is None:
                sides = [self._number(argument, axes) for argument in (first, second)]
                return found & condition.comparison.holds(*sides)
            found &= same[axes[first], axes[second]]
        return found


def renumbered(decision: Cases, argument: int, kept: Sequence[int]) -> Cases:
    """Return a decision over some values of an argument as one over all of them."""

    def moved(condition: Condition) -> Condition:
        terms = tuple(
            (place, tuple(kept[one] for one in chosen) if place == argument else chosen)
            for place, chosen in condition.terms
        )
        first, second = (place == argument for place in condition.pair)
        pairs = tuple(
            (kept[one] if first else one, kept[other] if second else other)
            for one, other in condition.pairs
        )
        return replace(condition, terms=terms, pairs=pairs)

    cases = tuple(
        (moved(condition), renumbered(then, argument, kept)) for condition, then in decision.cases
    )
    return Cases(cases, decision.otherwise)
