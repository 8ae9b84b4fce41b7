"""A function that is known at some points, as a short `Map` that agrees with it: a tree of comparisons, or a table."""

from collections import Counter
from collections.abc import Mapping, Sequence

from tprog.rasp.graph import Const, Lookup, Map, SOp, Value

Points = Mapping[tuple[Value, ...], Value]
"""The wanted value for each tuple of argument values that occurs; what does not occur is free."""

MOST_POINTS = 500
"""A tree of comparisons is grown for tables up to this size; nobody would read a larger one."""


def needed(points: Points, order: Sequence[int]) -> list[int]:
    """Return few arguments that determine the value, trying to do without each in the order given."""
    kept = sorted(order)
    for one in order:
        fewer = [place for place in kept if place != one]
        if narrowed(points, fewer) is not None:
            kept = fewer
    return kept


def narrowed(points: Points, kept: Sequence[int]) -> dict[tuple[Value, ...], Value] | None:
    """Return the points with some arguments alone, None where these do not determine the value."""
    found: dict[tuple[Value, ...], Value] = {}
    for key, value in points.items():
        if found.setdefault(tuple(key[place] for place in kept), value) != value:
            return None
    return found


def mapped(arguments: Sequence[SOp], points: Points, order: Sequence[int] | None = None) -> SOp:
    """Return a short s-op that has the wanted value at each of the points.

    Args:
        arguments: what it may read.
        points: all of one type of value, at least one.
        order: which arguments it should do without, the most unwanted first; by default the last.
    """
    order = range(len(arguments))[::-1] if order is None else order
    kept = needed(points, order)
    table = narrowed(points, kept)
    assert table is not None
    return _shortest([arguments[place] for place in kept], table)


def _shortest(arguments: Sequence[SOp], table: dict[tuple[Value, ...], Value]) -> SOp:
    """Return a table, or a tree of comparisons where that says the same in fewer words."""
    if len(table) <= MOST_POINTS:
        tree, words = _tree(arguments, table)
        if words <= len(table) * (len(arguments) + 1):
            return tree
    return Map(Lookup(tuple(sorted(table.items(), key=repr))), tuple(arguments))


def _tree(arguments: Sequence[SOp], table: dict[tuple[Value, ...], Value]) -> tuple[SOp, int]:
    """Return a tree of `if ARGUMENT == VALUE` with the table's results, and about how many words it takes.

    Each test leaves as few results as it can that are not the commonest on their side (greedy, as decision trees grow).
    """
    if len(set(table.values())) == 1:
        return Const(next(iter(table.values()))), 1
    for place, argument in enumerate(arguments):
        if all(type(key[place]) is type(one) and key[place] == one for key, one in table.items()):
            return argument, 1
    best: tuple[int, int, Value] | None = None
    for place in range(len(arguments)):
        for tested in {key[place]: None for key in table}:
            sides = _split(table, place, tested)
            rest = sum(
                len(one) - Counter(one.values()).most_common(1)[0][1] for one in sides if one
            )
            if all(sides) and (best is None or rest < best[0]):
                best = rest, place, tested
    assert best is not None, "different points differ in some argument"
    _, place, tested = best
    (yes, first), (no, second) = (_tree(arguments, one) for one in _split(table, place, tested))
    test: SOp = Map("==", (arguments[place], Const(tested)))
    match yes:
        case Map("if", (value, condition, other)) if other == no:
            return Map("if", (value, Map("and", (test, condition)), no)), first + 2
    return Map("if", (yes, test, no)), first + second + 2


def _split(
    table: dict[tuple[Value, ...], Value], place: int, tested: Value
) -> tuple[dict[tuple[Value, ...], Value], dict[tuple[Value, ...], Value]]:
    """Return the points that pass a test and those that do not."""
    passing = {key: one for key, one in table.items() if key[place] == tested}
    return passing, {key: one for key, one in table.items() if key not in passing}
