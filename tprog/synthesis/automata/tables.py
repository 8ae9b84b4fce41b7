"""A function that is known at some points, as a short `Map` that agrees with it: a tree of comparisons, or a table."""

from collections import Counter
from collections.abc import Sequence

from tprog.rasp.graph import Const, Lookup, Map, SOp, Value

Table = dict[tuple[Value, ...], Value]
"""The wanted value for each tuple of argument values that occurs; what does not occur is free."""

MOST_POINTS = 500
"""A tree of comparisons is grown for tables up to this size; nobody would read a larger one."""


def mapped(arguments: Sequence[SOp], points: Table, order: Sequence[int]) -> SOp:
    """Return a short s-op that has the wanted value at each of the points.

    Args:
        arguments: what it may read.
        points: all of one type of value, at least one.
        order: which arguments it should do without, the most unwanted first.
    """
    kept, table = sorted(order), points
    for one in order:
        fewer = [place for place in kept if place != one]
        found = _narrowed(points, fewer)
        if found is not None:
            kept, table = fewer, found
    read = [arguments[place] for place in kept]
    if len(table) <= MOST_POINTS:
        tree, words = _tree(read, table)
        if words <= len(table) * (len(read) + 1):
            return tree
    return Map(Lookup(tuple(sorted(table.items(), key=repr))), tuple(read))


def _narrowed(points: Table, kept: Sequence[int]) -> Table | None:
    """Return the points with some arguments alone, None where these do not determine the value."""
    found: Table = {}
    for key, value in points.items():
        if found.setdefault(tuple(key[place] for place in kept), value) != value:
            return None
    return found


def _tree(arguments: Sequence[SOp], table: Table) -> tuple[SOp, int]:
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


def _split(table: Table, place: int, tested: Value) -> tuple[Table, Table]:
    """Return the points that pass a test and those that do not."""
    passing = {key: one for key, one in table.items() if key[place] == tested}
    return passing, {key: one for key, one in table.items() if key not in passing}
