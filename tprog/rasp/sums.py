"""What a compiler has to know of a graph's s-ops: those of sums over keys, which heads add up, are passed over.

RASP writes a sum over the selected keys as `round(aggregate(sel, value) * selector_width(sel))`; a head of a Program adds numbers up
by itself, so that no mean has to be known.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from tprog.rasp import graph as g
from tprog.rasp.extremes import Extreme, extreme, inside

Terms: TypeAlias = tuple[tuple[bool, g.SOp], ...]
"""What is added (true) and taken away in a sum, in order."""

Weighted: TypeAlias = dict[g.SOp, Fraction]
"""What is added in a sum, each with how often it is taken; `ONE` has the number that is added."""

ONE = g.Const(1)


@dataclass(frozen=True, slots=True, eq=False)
class Needed:
    """The s-ops that a Program is to compute.

    Attributes:
        roots: whose parts are needed, parts of sums before what reads them.
        passed: the means and products of sums, and what finds out extremes, which are not.
        sums: the selector and the value of each sum over keys.
        extremes: the s-ops that are greatest or least values.
    """

    roots: tuple[g.SOp, ...]
    passed: frozenset[g.Node]
    sums: dict[g.SOp, tuple[g.Selector, g.SOp]]
    extremes: dict[g.SOp, Extreme]

    def walk(self) -> Iterator[g.Node]:
        """Yield every node that is needed once, parts before what is made from them."""
        return g.walk(*self.roots, done=self.passed)


def needed(roots: Sequence[g.SOp], by_score: bool = False) -> Needed:
    """Return what roots need; a mean that is read by itself too is needed by itself.

    Where `by_score`, greatest and least values need nothing but what they are taken of.
    """
    nodes = list(g.walk(*roots))
    sums: dict[g.SOp, tuple[g.Selector, g.SOp]] = {}
    within: dict[g.Node, set[g.Node]] = {}
    before: list[g.SOp] = []
    for node in nodes:
        match node:
            case g.Map("round", (g.Map("*", (mean, width)) as product,)):
                match mean, width:
                    case (g.Aggregate(selector, value, 0), g.Width(other)) if selector == other:
                        sums[node] = (selector, value)
                        before += [width, value]
                        within.setdefault(product, set()).add(node)
                        within.setdefault(mean, set()).add(product)
    users: dict[g.Node, set[g.Node]] = {}
    for node in nodes:
        for part in node.parts:
            users.setdefault(part, set()).add(node)
    passed = {one for one, inside in within.items() if users[one] == inside and one not in roots}
    # A product that something else reads needs its mean.
    passed = {one for one in passed if isinstance(one, g.Map) or users[one] <= passed}
    extremes: dict[g.SOp, Extreme] = {}
    within_extremes: set[g.Node] = set()
    for node in nodes if by_score else ():
        found = extreme(node)
        if found is not None and isinstance(node, g.SOp):
            extremes[node] = found
            before.append(found.value)
            within_extremes |= inside(node, found)
    for node in reversed(nodes):
        unused = all(one in passed or one in extremes for one in users.get(node, ()))
        if unused and node in within_extremes and node not in roots:
            passed.add(node)
    return Needed((*before, *roots), frozenset(passed), sums, extremes)


def terms(sop: g.SOp, positive: bool = True) -> Terms:
    """Return what is added and taken away in a sum, in order."""
    found: list[tuple[bool, g.SOp]] = []
    waiting = [(positive, sop)]
    while waiting:
        sign, one = waiting.pop()
        if isinstance(one, g.Map) and one.function in ("+", "-"):
            left, right = one.arguments
            waiting += [(sign == (one.function == "+"), right), (sign, left)]
        else:
            found.append((sign, one))
    return tuple(found)


def weighted(node: g.SOp) -> Weighted:
    """Return an s-op as a sum; what is none is taken once."""
    match node:
        case g.Const(int() | Fraction() as value) if not isinstance(value, bool):
            return {ONE: Fraction(value)}
        case g.Map("+" | "-" as sign, (left, right)):
            return _plus(weighted(left), weighted(right), Fraction(1 if sign == "+" else -1))
        case g.Map("neg", (one,)):
            return _plus({}, weighted(one), Fraction(-1))
        case g.Map("round", (one,)):
            found = weighted(one)
            counts = all(isinstance(part, g.Width | g.Const) for part in found)
            if counts and all(weight.denominator == 1 for weight in found.values()):
                return found
        case g.Map("*", (left, right)):
            both = weighted(left), weighted(right)
            for total, factor in (both, both[::-1]):
                if factor.keys() <= {ONE}:
                    return _plus({}, total, factor.get(ONE, Fraction(0)))
    return {node: Fraction(1)}


def _plus(one: Weighted, other: Weighted, factor: Fraction) -> Weighted:
    """Return a sum with a multiple of another, without what is taken no times."""
    found = dict(one)
    for sop, weight in other.items():
        found[sop] = found.get(sop, Fraction(0)) + factor * weight
    return {sop: weight for sop, weight in found.items() if weight}


def keyed(needed: Needed, clear: Callable[[g.SOp], bool]) -> set[g.Node]:
    """Return the s-ops that heads read at keys, where a frame position must not look like data.

    Of a function's arguments, one that is clear of the frame anyway is enough.
    """
    nodes = list(needed.walk())
    found: set[g.Node] = set()
    clearly: set[g.Node] = set()
    for one in nodes:
        if isinstance(one, g.SOp) and clear(one):
            clearly.add(one)
        if isinstance(one, g.Map) and not clearly.isdisjoint(one.arguments):
            clearly.add(one)
        if isinstance(one, g.Aggregate):
            found.add(one.value)
        if isinstance(one, g.Select):
            found.add(one.key)
    for one in reversed(nodes):
        if one in found and isinstance(one, g.Map):
            enough = [part for part in one.arguments if part in clearly]
            likely = [part for part in one.arguments if isinstance(part, g.Width | g.Aggregate)]
            found.update(enough[:1] or likely[:1] or one.arguments)
    return found
