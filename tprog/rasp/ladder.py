"""A graph that says between which bounds one sum of integers lies: votes that grow with the sum, so that no table holds it.

The answers are the rungs of a ladder, in the order of the sum. The votes for each are a line in the sum, one steeper than the
line before it, and both cross where the answer changes: the largest is the answer's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from tprog.ir.predicate import RELATIONS
from tprog.rasp import graph as g
from tprog.rasp.evaluate import RaspError, applied, label
from tprog.rasp.facts import Facts
from tprog.rasp.functions import callable_of
from tprog.rasp.sums import ONE, Weighted, weighted
from tprog.rasp.voting import Election, Weights

LONGEST = 2_000
"""A sum of more values than these is left to tables."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """A function of one sum.

    Attributes:
        terms: the s-ops that are added up, each with its factor.
        answer: the graph's value for a value of the sum.
    """

    terms: tuple[tuple[g.SOp, int], ...]
    answer: Callable[[int], g.Value]

    @property
    def sum(self) -> g.SOp:
        """The sum as an s-op."""
        scaled = [one if n == 1 else g.Map("*", (one, g.Const(n))) for one, n in self.terms]
        return reduce(lambda one, other: g.Map("+", (one, other)), scaled)


def ladder(root: g.SOp) -> Ladder | None:
    """Return the sum that a graph is a function of, None where it depends on more than one."""
    found = _read(root)
    return found if isinstance(found, Ladder) else None


def _read(node: g.SOp) -> Ladder | g.Const | None:
    """Return what a node is a function of: a sum, nothing, or (None) more than one sum."""
    match node:
        case g.Const():
            return node
        case g.Map(str() as relation, (left, right)) if relation in RELATIONS:
            total = weighted(g.Map("-", (left, right)))
            if not any(isinstance(one, g.Const) and one != ONE for one in total):
                holds = RELATIONS[relation]
                return _along(total, lambda difference: holds(difference, 0))
        case g.Map():
            pass
        case _:
            return _along({node: Fraction(1)}, lambda value: value)
    total = weighted(node)
    if total != {node: 1}:
        return _along(total, lambda value: value)
    parts = [_read(one) for one in node.arguments]
    sums = {one.terms for one in parts if isinstance(one, Ladder)}
    if None in parts or len(sums) != 1:
        return _along(total, lambda value: value)
    function = callable_of(node.function)

    def answer(number: int) -> g.Value:
        given = [
            one.value if isinstance(one, g.Const) else one.answer(number)
            for one in parts
            if one is not None
        ]
        return applied(function, given)

    return Ladder(sums.pop(), answer)


def _along(total: Weighted, function: Callable[[g.Value], g.Value]) -> Ladder | g.Const:
    """Return a function of a sum as one of its s-ops in lowest terms, the first of them added."""
    total = dict(total)
    added = total.pop(ONE, Fraction(0))
    if not total:
        return g.Const(function(_whole(added)))
    unit = lcm(*(one.denominator for one in total.values()))
    shared = gcd(*(int(one * unit) for one in total.values()))
    factor = Fraction(shared, unit) * (1 if next(iter(total.values())) > 0 else -1)
    terms = tuple((one, int(weight / factor)) for one, weight in total.items())
    return Ladder(terms, lambda number: function(_whole(number * factor + added)))


def _whole(number: Fraction) -> g.Value:
    return int(number) if number.denominator == 1 else number


def climbed(found: Ladder, facts: Facts) -> Election | None:
    """Return the votes for each answer; None where one comes back after another, or the sum is none of integers."""
    numbers = _numbers(found, facts)
    rungs: list[tuple[g.Value, int, int]] = []
    for number in numbers:
        try:
            value = found.answer(number)
        except RaspError:
            # The sum is never this, or the graph has no value there.
            continue
        if rungs and label(rungs[-1][0]) == label(value):
            rungs[-1] = (*rungs[-1][:2], number)
        else:
            rungs.append((value, number, number))
    if len({label(one) for one, _, _ in rungs}) < max(2, len(rungs)):
        return None
    sums: list[Weights] = []
    below = 0
    for height, (_, first, _) in enumerate(rungs):
        last = rungs[height - 1][2]
        # Of two equal sums the first label wins, which is the lower rung.
        below += last if height and not last <= 0 < first else 0
        votes = [(height * times, one) for one, times in found.terms]
        sums.append(tuple(one for one in (*votes, (-below, ONE)) if one[0]))
    return Election(tuple(value for value, _, _ in rungs), tuple(sums))


def _numbers(found: Ladder, facts: Facts) -> Sequence[int]:
    """Return the values that a sum may have, ascending; none where it has no integers, or too many."""
    known = [(facts.values[one], times) for one, times in found.terms]
    if not all(type(value) is int for values, _ in known for value in values):
        return ()
    if facts.exhaustive:
        exact = [value for value in facts.values[found.sum] if isinstance(value, int)]
        return sorted(exact)
    ends = [
        [times * value for value in values if isinstance(value, int)] for values, times in known
    ]
    least, most = sum(map(min, ends)), sum(map(max, ends))
    return range(least, most + 1) if most - least < LONGEST else ()
