"""A function that is known at some points, as the shortest `Map` that agrees with it: choices, comparisons, tables."""

from collections import Counter
from collections.abc import Mapping, Sequence

from tprog.rasp.graph import Const, Lookup, Map, SOp, Value

Points = Mapping[tuple[Value, ...], Value]
"""The wanted value for each tuple of argument values that occurs; what does not occur is free."""

CHOICES = 3
"""A chain of `if` with more tests than this reads worse than a table."""


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


def _shortest(arguments: list[SOp], table: dict[tuple[Value, ...], Value]) -> SOp:
    """Return the s-op for a table that needs all its arguments."""
    if not arguments:
        return Const(table[()])
    if len(arguments) == 1 and all(
        type(key[0]) is type(value) and key[0] == value for key, value in table.items()
    ):
        return arguments[0]
    chain = _chain(arguments, table)
    return (
        chain
        if chain is not None
        else Map(Lookup(tuple(sorted(table.items(), key=repr))), tuple(arguments))
    )


def _chain(arguments: list[SOp], table: dict[tuple[Value, ...], Value]) -> SOp | None:
    """Return a chain of `if ARGUMENT == VALUE`, each test settling all points that pass it; None where none is short."""
    rest = dict(table)
    tests: list[tuple[int, Value, Value]] = []
    while len(set(rest.values())) > 1:
        found = _settling(len(arguments), rest)
        if found is None or len(tests) == CHOICES:
            return None
        tests.append(found)
        rest = {key: value for key, value in rest.items() if key[found[0]] != found[1]}
    # One argument with few values reads as well in a table.
    if len(arguments) == 1 and len(tests) > 1 and len(table) <= len(tests) + 1:
        return None
    sop: SOp = Const(next(iter(rest.values())))
    for place, tested, value in reversed(tests):
        sop = Map("if", (Const(value), Map("==", (arguments[place], Const(tested))), sop))
    return sop


def _settling(count: int, table: dict[tuple[Value, ...], Value]) -> tuple[int, Value, Value] | None:
    """Return an argument, a value of it and the one result that it leaves, of the results the rarest; None without."""
    common = Counter(table.values())
    best: tuple[tuple[int, int, int, str], tuple[int, Value, Value]] | None = None
    for place in range(count):
        for tested in {key[place]: None for key in table}:
            left = [value for key, value in table.items() if key[place] == tested]
            if len(set(left)) == 1:
                rank = (common[left[0]], -len(left), place, repr(tested))
                if best is None or rank < best[0]:
                    best = rank, (place, tested, left[0])
    return None if best is None else best[1]
