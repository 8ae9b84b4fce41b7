"""What becomes of a graph that is right: its tables made whole, and what it does not need taken away."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import TypeGuard

from tprog.rasp import graph as g
from tprog.rasp.evaluate import evaluate
from tprog.synthesis.examples import Examples

CELLS = 1_000
"""A table of more cells explains nothing."""

NAMED = 5
"""Cells that no example decided are named up to so many; of the others their number is told."""


INTEGERS = g.Map("int", (g.Tokens(),))
"""The tokens as integers."""


class TooLarge(Exception):
    """A table would have too many cells."""


def replaced(graph: g.Some, old: g.Node, new: g.Node) -> g.Some:
    """Return a graph with another node in the place of one."""
    return g.rewritten(graph, lambda node: new if node == old else node)


def completed(
    graph: g.SOp, parts: Sequence[Examples], pause: Callable[[], None]
) -> tuple[g.SOp, tuple[str, ...]]:
    """Return a graph whose tables have every combination of what their arguments hold, and the cells that nothing decided.

    A cell is filled in with the commonest result of the nearest cells. What is beyond the integers of the examples
    counts as the least or the greatest.

    Raises:
        TooLarge: a table would have more than `CELLS` cells.
        RaspError: an argument has no value.
    """
    unseen: list[str] = []

    def changed(node: g.Node) -> g.Node:
        if not (isinstance(node, g.Map) and isinstance(node.function, g.Lookup)):
            return node
        known = dict(node.function.rows)
        met: set[tuple[g.Value, ...]] = set()
        for part in parts:
            pause()
            columns = [evaluate(one, [row.tokens for row in part.rows]) for one in node.arguments]
            for rows in zip(*columns, strict=True):
                met.update(zip(*rows, strict=True))
        seen = [{*column} for column in zip(*met, *known, strict=True)]
        values = [*map(_held, node.arguments, seen)]
        if prod(map(len, values)) > CELLS:
            raise TooLarge
        cells = {cell: known.get(cell) for cell in product(*values)}
        for cell in cells:
            if cell not in known:
                cells[cell] = _nearest(cell, known)
                if cell not in met:
                    unseen.append(_told(node.arguments, cell))
        arguments = tuple(map(_kept, node.arguments, values))
        return g.Map(g.Lookup(tuple(cells.items())), arguments)

    whole = g.rewritten(graph, changed)
    more = [f"and {len(unseen) - NAMED} more"] if len(unseen) > NAMED else []
    return whole, (*unseen[:NAMED], *more)


def _held(argument: g.SOp, seen: set[g.Value]) -> list[g.Value]:
    """Return what an argument holds, in order: among numbers also the integers between those seen."""
    if not all(map(_is_number, seen)):
        return sorted(seen, key=repr)
    match argument:
        case g.Map("%", (_, g.Const(int(modulus)))):
            return [*range(modulus)]
        case g.Map("indicator"):
            return [0, 1]
        case g.Width() | g.Indices():
            seen.add(0)
    # Of equal numbers a set keeps the first: 2, not the fraction 2/1 of a mean.
    return sorted({*range(int(min(seen)), int(max(seen)) + 1), *seen})  # type: ignore[type-var,arg-type]


def _kept(argument: g.SOp, values: list[g.Value]) -> g.SOp:
    """Return an argument that leaves the values of its table on no input: what is beyond them counts as the last."""
    bounded = isinstance(argument, g.Map) and argument.function in ("%", "indicator")
    if bounded or argument == INTEGERS or not all(map(_is_number, values)):
        return argument
    low, high = g.Const(values[0]), g.Const(values[-1])
    if not isinstance(argument, g.Width | g.Indices):
        argument = g.Map("if", (argument, g.Map(">", (argument, low)), low))
    return g.Map("if", (argument, g.Map("<", (argument, high)), high))


def _is_number(value: g.Value) -> TypeGuard[int | Fraction]:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _nearest(cell: tuple[g.Value, ...], known: dict[tuple[g.Value, ...], g.Value]) -> g.Value:
    """Return the commonest result of the nearest known cells; other texts are 1 apart, numbers by their difference."""

    def apart(one: g.Value, other: g.Value) -> float:
        if _is_number(one) and _is_number(other):
            return float(abs(Fraction(one) - other))
        return float(one != other)

    distances = {other: sum(map(apart, cell, other)) for other in known}
    least = min(distances.values())
    return Counter(known[one] for one in known if distances[one] == least).most_common(1)[0][0]


def _told(arguments: Sequence[g.SOp], cell: tuple[g.Value, ...]) -> str:
    """Return a cell in words: `token a with width 5`."""

    def name(number: int, argument: g.SOp) -> str:
        match argument:
            case g.Tokens() | g.Map("int"):
                return "token"
            case g.Indices() | g.Width():
                return type(argument).__name__.lower()
        return f"value{number}"

    numbered = enumerate(zip(arguments, cell, strict=True), start=1)
    return " with ".join(f"{name(number, one)} {value}" for number, (one, value) in numbered)


def lightened(graph: g.SOp, right: Callable[[g.SOp], bool]) -> g.SOp:
    """Return a graph without each `Closest` and each default of a head that it can do without and still be right.

    A head is found as the nearest match; mostly its selector selects one key anyway.
    """
    for node in g.walk(graph):
        if not isinstance(node, g.Aggregate):
            continue
        lighter = [replace(node, default=0)]
        if isinstance(node.selector, g.Closest):
            lighter.append(replace(node, selector=node.selector.selector))
        for one in lighter:
            changed = replaced(graph, node, one)
            if changed != graph and right(changed):
                return lightened(changed, right)
    return graph
