"""Graphs written otherwise, with the same values, so that heads and look-ups compute them in fewer parts."""

from collections.abc import Sequence
from math import gcd

from tprog.rasp import graph as g
from tprog.rasp.evaluate import RaspError, evaluate
from tprog.rasp.mirroring import from_end
from tprog.rasp.sums import ONE, terms, weighted

MOST_COUNTED = 8
"""A sum over keys of at most so many values is a sum of counts."""


def opened(graph: g.SOp) -> g.SOp:
    """Return the graph with every choice of the closest within and, or, not written as the position that it chooses."""

    def with_positions(node: g.Node) -> g.Node:
        if not isinstance(node, g.Not | g.And | g.Or):
            return node
        kind: type[g.Node] = type(node)
        return kind(**{name: _position_of(getattr(node, name)) for name in kind.__slots__})

    return g.rewritten(graph, with_positions)


def counted(graph: g.SOp, elements: Sequence[g.Value], length: int) -> g.SOp:
    """Return the graph with sums over keys (a mean times how many there are) as counts of the keys of each value.

    The value has to be a function of token and position, of few values: a count of each is a head of its own.
    """

    def by_value(node: g.Node) -> g.Node:
        if not (isinstance(node, g.Map) and node.function == "*"):
            return node
        for mean, number in (node.arguments, node.arguments[::-1]):
            if isinstance(mean, g.Aggregate) and _is_count(number, mean.selector):
                values = _values_of(mean.value, elements, length)
                if values and len(values) <= MOST_COUNTED:
                    return _sum([(True, _counts(mean, value)) for value in values])
        return node

    return g.rewritten(graph, by_value)


def _is_count(number: g.SOp, selector: g.Selector) -> bool:
    """Tell whether an s-op is how many keys a selector selects: its width, or the position for all up to here or from here on."""
    if isinstance(selector, g.Closest):
        return False
    if number == g.Width(selector):
        return True
    match selector:
        case g.Select(g.Indices(), g.Indices(), "<="):
            return weighted(number) == {g.Indices(): 1, ONE: 1}
        case g.Select(g.Indices(), g.Indices(), ">="):
            return from_end(number) == 0
    return False


def _is_local(sop: g.SOp) -> bool:
    """Tell whether an s-op is a function of the token and the position alone."""
    local = g.Tokens | g.Indices | g.Const | g.Map
    return all(isinstance(one, local) for one in g.walk(sop))


def _values_of(sop: g.SOp, elements: Sequence[g.Value], length: int) -> list[int]:
    """Return the integers but 0 that a local s-op gives; none where it is another or gives others."""
    if not _is_local(sop):
        return []
    try:
        rows = evaluate(sop, [(one,) * max(1, length) for one in elements])
        found = {value for row in rows for value in row}
    except RaspError:
        return []
    whole = [one for one in found if type(one) is int]
    return sorted({one for one in whole if one}) if len(whole) == len(found) else []


def _counts(mean: g.Aggregate, value: int) -> g.SOp:
    some = g.Width(g.And(mean.selector, g.Select(mean.value, g.Const(value), "==")))
    return some if value == 1 else g.Map("*", (g.Const(value), some))


def distributed(graph: g.SOp, elements: Sequence[g.Value], length: int) -> g.SOp:
    """Return the graph with products with counts, and choices between sums of counts, as sums of counts.

    Where the factor or the condition is a function of the query's token and position, it is part of what the query selects.
    """

    def by_query(node: g.Node) -> g.Node:
        match node:
            case g.Map("*", (left, right)):
                for factor, total in ((left, right), (right, left)):
                    values = _values_of(factor, elements, length)
                    if isinstance(factor, g.Const) or not 0 < len(values) <= MOST_COUNTED:
                        continue
                    parts = [_of_query(total, factor, one, one) for one in values]
                    found = [part for part in parts if part is not None]
                    if len(found) == len(values):
                        return _sum([(True, part) for part in found])
            case g.Map("if", (first, condition, other)) if _is_local(condition):
                truth = g.Map("bool", (condition,))
                if not any(
                    isinstance(one, g.Width) for one in (*weighted(first), *weighted(other))
                ):
                    return node
                chosen, rest = _of_query(first, truth, True), _of_query(other, truth, False)
                if chosen is not None and rest is not None:
                    return g.Map("+", (chosen, rest))
        return node

    return g.rewritten(graph, by_query)


def _of_query(total: g.SOp, value: g.SOp, wanted: g.Value, factor: int = 1) -> g.SOp | None:
    """Return a multiple of a sum of counts where the query has the wanted value, 0 elsewhere; None where it is no such sum."""
    parts: list[g.SOp] = []
    for sop, times in weighted(total).items():
        if (sop != ONE and not isinstance(sop, g.Width)) or times.denominator != 1:
            return None
        if isinstance(sop, g.Width) and isinstance(sop.selector, g.Closest):
            return None
        here = g.Select(g.Const(wanted), value, "==")
        if isinstance(sop, g.Width):
            part: g.SOp = g.Width(g.And(sop.selector, here))
        else:
            part = g.Map("indicator", (g.Map("==", (value, g.Const(wanted))),))
        parts.append(g.Map("*", (part, g.Const(int(times) * factor))))
    return _sum([(True, part) for part in parts]) if parts else g.Const(0)


def inclusive(graph: g.SOp) -> g.SOp:
    """Return the graph with how many keys left of the query hold its value as how many up to it do, less one.

    The latter are never none: data differ from frame positions by it, without a key more to be counted.
    """
    positions = g.Indices()
    before = g.Select(positions, positions, "<")

    def with_own(node: g.Node) -> g.Node:
        if not (isinstance(node, g.Width) and isinstance(node.selector, g.And)):
            return node
        sides = [node.selector.left, node.selector.right]
        if before not in sides:
            return node
        same = sides[1 - sides.index(before)]
        if not (isinstance(same, g.Select) and same.relation == "==" and same.key == same.query):
            return node
        up_to = g.And(g.Select(positions, positions, "<="), same)
        return g.Map("-", (g.Width(up_to), g.Const(1)))

    return g.rewritten(graph, with_own)


def regrouped(graph: g.SOp) -> g.SOp:
    """Return the graph with remainders of long sums as remainders of sums of two, each of which one look-up computes."""

    def in_pairs(node: g.Node) -> g.Node:
        if not (isinstance(node, g.Map) and node.function == "%"):
            return node
        total, modulus = node.arguments
        whole = isinstance(modulus, g.Const) and type(modulus.value) is int and modulus.value > 0
        found = terms(total) if whole else ()
        if len(found) <= 2 or any(isinstance(one, g.Aggregate) for _, one in found):
            return node
        parts = [g.Map("%", (_sum(found[at : at + 2]), modulus)) for at in range(0, len(found), 2)]
        return in_pairs(g.Map("%", (_sum([(True, part) for part in parts]), modulus)))

    return g.rewritten(graph, in_pairs)


def _sum(found: Sequence[tuple[bool, g.SOp]]) -> g.SOp:
    (positive, total), *rest = found
    total = total if positive else g.Map("neg", (total,))
    for added, one in rest:
        total = g.Map("+" if added else "-", (total, one))
    return total


def reduced(graph: g.SOp) -> g.SOp:
    """Return the graph with sums over keys within a remainder as counts of the keys of each remainder.

    S(v) modulo m is S(v modulo m) modulo m where v is whole; what is taken k times has to be known modulo m / gcd(k, m) alone. A
    sum of sums is otherwise as large as the square of the length.
    """
    return g.rewritten(graph, lambda node: _by_remainder(node) if isinstance(node, g.Map) else node)


def _by_remainder(node: g.Map) -> g.Map:
    match node:
        case g.Map("%", (total, g.Const(int() as modulus))) if 1 < modulus <= MOST_COUNTED + 1:
            found = weighted(total)
        case _:
            return node
    if not any(_mean(one) for one in found) or not _is_whole(total):
        return node
    parts: list[g.SOp] = []
    for one, times in found.items():
        mean, enough = _mean(one), modulus // gcd(int(times), modulus)
        if mean is None:
            parts.append(g.Map("*", (g.Const(int(times)), one)))
            continue
        rest = _by_remainder(g.Map("%", (mean.value, g.Const(enough))))
        counts = [
            g.Width(g.And(mean.selector, g.Select(rest, g.Const(value), "==")))
            for value in range(1, enough)
        ]
        parts += [
            g.Map("*", (g.Const(int(times) * value % modulus), count))
            for value, count in enumerate(counts, 1)
        ]
    return g.Map("%", (_sum([(True, part) for part in parts or [g.Const(0)]]), g.Const(modulus)))


def _mean(sop: g.SOp) -> g.Aggregate | None:
    """Return the mean of which an s-op is as many times as keys are selected: a sum over them."""
    match sop:
        case g.Map("*", (left, right)):
            for mean, number in ((left, right), (right, left)):
                if isinstance(mean, g.Aggregate) and _is_count(number, mean.selector):
                    return mean
    return None


def _is_whole(sop: g.SOp) -> bool:
    """Tell whether an s-op is a sum of counts, and of sums over keys of such sums, whole times each."""
    for one, times in weighted(sop).items():
        mean = _mean(one)
        known = (
            one == ONE or isinstance(one, g.Width) or (mean is not None and _is_whole(mean.value))
        )
        if times.denominator != 1 or not known:
            return False
    return True


def _position_of(part: object) -> object:
    if not isinstance(part, g.Closest):
        return part
    return g.Select(g.Indices(), g.Aggregate(part, g.Indices(), -1), "==")


def at_the_end(graph: g.SOp) -> g.SOp:
    """Return a graph with the same value at the last position, and where that is easy the same at all: there all keys stand up to here."""
    match graph:
        case g.Map(function, arguments):
            return g.Map(function, tuple(map(at_the_end, arguments)))
        case g.Width(selector):
            return g.Width(_from_the_end(selector) or g.EVERYTHING)
        case g.Aggregate(selector, value, default):
            return g.Aggregate(_from_the_end(selector) or g.EVERYTHING, value, default)
    return graph


def _from_the_end(selector: g.Selector) -> g.Selector | None:
    """Return the keys that the last query selects; None for all of them."""
    match selector:
        case g.Select(g.Indices(), g.Indices(), "<="):
            return None
        case g.Select(key, query, relation):
            return g.Select(key, at_the_end(query), relation)
        case g.Closest(inner):
            return g.Closest(_from_the_end(inner) or g.EVERYTHING)
        case g.And(left, right):
            sides = [each for each in map(_from_the_end, (left, right)) if each is not None]
            return g.And(*sides) if len(sides) == 2 else sides[0] if sides else None
    return selector
