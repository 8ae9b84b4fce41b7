"""Greatest and least values: RASP reads them where no other is greater, a head by its scores alone."""

from dataclasses import dataclass

from tprog.ir import ByScore
from tprog.rasp import graph as g

UP_TO = {"<", "<="}
"""Relations of key and query positions under which the keys before the query are selected."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """The greatest or least value of all keys, or of those up to the query.

    Attributes:
        value: whose it is.
        greatest: whether it is the greatest.
        causal: whether only keys up to the query count, the query's own among them.
    """

    value: g.SOp
    greatest: bool
    causal: bool


def extreme(sop: g.Node) -> Extreme | None:
    """Return which extreme an s-op is, None where it is another.

    Over all keys it is `aggregate(closest(select(selector_width(select(x, x, >)), 0, ==)), x)`. Up to the query it is x where
    no greater one stands before it, else the same with both selectors looking at the keys before alone.
    """
    match sop:
        case g.Aggregate(g.Closest(g.Select(g.Width(beaten), g.Const(0), "==")), value):
            greatest = _beaten(beaten, value, before=False)
            return None if greatest is None else Extreme(value, greatest, False)
        case g.Map(
            "if",
            (
                value,
                g.Map("==", (g.Width(beaten) as width, g.Const(0))),
                g.Aggregate(g.Closest(g.And(left, right)), other),
            ),
        ) if other == value:
            records = g.Select(width, g.Const(0), "==")
            sides = [left, right]
            if records not in sides or not _is_before(sides[1 - sides.index(records)], {"<"}):
                return None
            greatest = _beaten(beaten, value, before=True)
            return None if greatest is None else Extreme(value, greatest, True)
    return None


def _beaten(selector: g.Selector, value: g.SOp, before: bool) -> bool | None:
    """Return whether a selector selects the keys with a greater value (True) or a smaller one; None where it is another."""
    if before:
        if not isinstance(selector, g.And):
            return None
        sides = [selector.left, selector.right]
        places = [side for side in sides if _is_before(side, UP_TO)]
        if len(places) != 1:
            return None
        selector = sides[1 - sides.index(places[0])]
    match selector:
        case g.Select(key, query, ">" | "<" as relation) if key == query == value:
            return relation == ">"
    return None


def _is_before(selector: g.Selector, relations: set[str]) -> bool:
    match selector:
        case g.Select(g.Indices(), g.Indices(), str() as relation):
            return relation in relations
    return False


def inside(sop: g.SOp, found: Extreme) -> set[g.Node]:
    """Return the nodes by which a graph computes an extreme, but for its value and what that is made from."""
    kept = set(g.walk(found.value))
    return {node for node in g.walk(sop) if node not in kept} - {sop}


def by_score(score: g.SOp, value: g.SOp, causal: bool, filler: g.Value = 0) -> g.SOp:
    """Return the value at the key with the highest score, the first of equals; `causal`: of the keys up to the query.

    Where a value is its own score, this is what `extreme` knows. The filler is a default that is never used.
    """
    before = g.Select(g.Indices(), g.Indices(), "<")
    greater, as_great = (g.Select(score, score, sign) for sign in (">", ">="))
    if score == value:
        beaten: g.Selector = g.And(before, greater) if causal else greater
    else:
        beaten = g.And(before, as_great) if causal else g.Or(greater, g.And(before, as_great))
    width, none = g.Width(beaten), g.Const(0)
    records = g.Select(width, none, "==")
    if not causal:
        return g.Aggregate(g.Closest(records), value, filler)
    last = g.Aggregate(g.Closest(g.And(before, records)), value, filler)
    return g.Map("if", (value, g.Map("==", (width, none)), last))


def same_for_all(tie: object) -> bool:
    """Tell whether heads that break ties so score keys alike for all queries."""
    return isinstance(tie, ByScore) and len({*tie.scores}) == 1
