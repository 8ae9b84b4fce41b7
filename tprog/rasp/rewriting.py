"""RASP rewritten into RASP that one head for each selector computes: means by counts, widths by order of positions."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tprog.rasp.evaluate import RaspError, holds_of
from tprog.rasp.graph import (
    EVERYTHING,
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Not,
    Or,
    Python,
    Select,
    Selector,
    SOp,
    Value,
    Width,
)
from tprog.rasp.selectors import PAST, both, conjuncts, leaves

NOTHING = Not(EVERYTHING)
MOST_COUNTS = 4
"""Distinct values other than 0 that a mean may be taken over: each is counted by a head of its own."""


def mean_by_counts(
    selector: Selector,
    value: SOp,
    values: Sequence[Value],
    default: Value,
    named: dict[Any, Python],
) -> SOp:
    """Return an aggregate over several keys as a function of how often each value is selected.

    Args:
        selector: what is selected.
        value: the s-op that is averaged.
        values: the values that it may have.
        default: where nothing is selected.
        named: functions made before, so that equal means stay equal.

    Raises:
        RaspError: it averages what are no numbers, or too many different ones.
    """
    numbers: list[Any] = []
    for one in values:
        if not isinstance(one, int | float | Fraction):
            raise RaspError(f"aggregate averages several keys, but {one!r} is no number")
        if one and one not in numbers:
            numbers.append(one)
    if len(numbers) > MOST_COUNTS:
        raise RaspError(
            f"aggregate averages over {len(numbers)} different numbers; {MOST_COUNTS} is the most that can be counted"
        )
    whole = {number: one for one in values for number in [0, *numbers] if number == one}
    key = (tuple(numbers), type(default), default, tuple(map(type, whole.values())))

    def mean(total: int, *counts: int) -> Value:
        if not total:
            return default
        if total == 1:
            return whole[
                next((one for one, count in zip(numbers, counts, strict=True) if count), 0)
            ]
        weighed = sum(Fraction(one) * count for one, count in zip(numbers, counts, strict=True))
        return Fraction(weighed) / total

    function = named.setdefault(key, Python("mean", mean))
    counts = [Width(And(selector, Select(value, Const(one), "=="))) for one in numbers]
    return Map(function, (Width(selector), *counts))


def width_by_masks(selector: Selector) -> SOp | None:
    """Return a width as counts by heads that do not compare positions; None where the selector does not compare them.

    Three selectors say what is selected left of the query, at it, and right of it. One head counts everywhere what is
    selected on the right, a causal one what is selected on the left besides, and the own position is set right.
    """
    parts = conjuncts(selector)
    rest = both([one for one in parts if one != PAST])
    if not any(map(_compares_positions, leaves(rest))):
        return None
    left, own, right = (_under(selector, sign) for sign in (-1, 0, 1))
    more, less = _and(left, _not(right)), _and(right, _not(left))
    found: SOp = Width(right)
    if more != NOTHING:
        found = Map("+", (found, Width(And(more, PAST))))
    if less != NOTHING:
        found = Map("-", (found, Width(And(less, PAST))))
    if own == left:
        return found
    at_own = [Map("indicator", (_at_own_position(one),)) for one in (own, left)]
    return Map("+", (found, Map("-", (at_own[0], at_own[1]))))


def opened(selector: Selector) -> Selector:
    """Return the selector with every choice of the closest written as the position that it chooses."""
    match selector:
        case Closest():
            return Select(Indices(), Aggregate(selector, Indices(), -1), "==")
        case Not(one):
            return Not(opened(one))
        case And(left, right):
            return And(opened(left), opened(right))
        case Or(left, right):
            return Or(opened(left), opened(right))
        case _:
            return selector


def _compares_positions(selector: object) -> bool:
    return (
        isinstance(selector, Select)
        and isinstance(selector.key, Indices)
        and isinstance(selector.query, Indices)
        and isinstance(selector.relation, str)
    )


def _under(selector: Selector, sign: int) -> Selector:
    """Return what is selected among keys left of the query (-1), at it (0) or right of it (1)."""
    match selector:
        case Select(_, _, relation):
            if not _compares_positions(selector):
                return selector
            assert isinstance(relation, str)
            return EVERYTHING if holds_of(relation)(sign, 0) else NOTHING
        case Not(one):
            return _not(_under(one, sign))
        case And(one, other):
            return _and(_under(one, sign), _under(other, sign))
        case Or(one, other):
            return _not(_and(_not(_under(one, sign)), _not(_under(other, sign))))
        case _:
            raise TypeError(f"no such selector: {selector!r}")


def _not(selector: Selector) -> Selector:
    return selector.selector if isinstance(selector, Not) else Not(selector)


def _and(left: Selector, right: Selector) -> Selector:
    if left in (EVERYTHING, right):
        return right
    if right == EVERYTHING:
        return left
    return NOTHING if NOTHING in (left, right) or left == _not(right) else And(left, right)


def _at_own_position(selector: Selector) -> SOp:
    """Return whether a query selects itself."""
    match selector:
        case Select(key, query, relation):
            holds = relation if isinstance(relation, str) else Python("holds", holds_of(relation))
            return Map(holds, (key, query))
        case Not(one):
            return Map("not", (_at_own_position(one),))
        case And(one, other):
            return Map("and", (_at_own_position(one), _at_own_position(other)))
        case Or(one, other):
            return Map("or", (_at_own_position(one), _at_own_position(other)))
        case _:
            raise TypeError(f"no such selector: {selector!r}")
