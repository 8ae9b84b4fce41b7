"""Functions as look-ups: tables over finite values, rectangles over numbers."""

import ast
from collections.abc import Sequence
from math import prod

import numpy as np

from tprog.codegen.formulas import MOST_POINTS
from tprog.evaluate.cover import cover
from tprog.ir import FiniteValues, Rectangle, Value
from tprog.reader.boxes import Box, Boxes
from tprog.reader.flow import parameters, rules
from tprog.reader.grid import MISSING, MOST_ENTRIES, Grid
from tprog.reader.source import MOST_BITS, Source, docstring

MOST_ARGUMENTS = 2
"""Numbers that a formula may depend on."""


def read_table(
    source: Source,
    function: ast.FunctionDef,
    arguments: Sequence[FiniteValues],
    written: FiniteValues,
) -> tuple[int, ...]:
    """Return the table that a function computes: indices into `written`, row-major over the arguments.

    Raises:
        UnreadableSource: it is no look-up over these values.
    """
    names = parameters(source, function, len(arguments))
    if prod(map(len, arguments)) > MOST_ENTRIES:
        raise source.error(
            function,
            f"{function.name} has {prod(map(len, arguments))} entries; read fewer variables",
        )
    grid = Grid(source, names, [values.values for values in arguments])
    indices = {value: index for index, value in enumerate(written.values)}
    table = np.full(grid.shape, -1, dtype=np.int64)
    for rule in rules(source, function, function.body):
        here = (table < 0) & grid.mask(rule)
        results = grid.reached(rule.result, here)
        found = [_index(indices, value) for value in results.flat]
        if -1 in found:
            shown = ", ".join(map(repr, written.values[:12]))
            raise source.error(
                rule.result, f"{function.name} cannot return this; its values are {shown}"
            )
        entries = np.array(found, dtype=np.int64).reshape(results.shape)
        table[here] = np.broadcast_to(entries, grid.shape)[here]
    return tuple(table.reshape(-1).tolist())


def _index(indices: dict[Value, int], value: object) -> int:
    """Return the index of a result: 0 for one that is never reached, -1 for one that is none of the values."""
    if value is MISSING:
        return 0
    return indices.get(value, -1) if isinstance(value, str | int) and _plain(value) else -1


def _plain(value: object) -> bool:
    return type(value) in (str, int)


def read_rectangles(
    source: Source, function: ast.FunctionDef, count: int, written: FiniteValues
) -> tuple[tuple[int, ...], tuple[Rectangle, ...], int]:
    """Return the caps, the rectangles and the default of a function of numbers.

    A cap is what the function clamps a parameter to, `a = min(a, 7)`, or else the least one that tells apart what its
    comparisons tell apart.

    Raises:
        UnreadableSource: it is no numerical look-up.
    """
    names = parameters(source, function, count)
    caps, body = _clamps(source, function, names)
    boxes = Boxes(source, names)
    # Every path returns, so the last rule has no tests left.
    *cases, last = rules(source, function, body)
    # A result is looked at once for each rule, also where no numbers lead to it.
    results = [_result(source, function, rule.result, written) for rule in cases]
    found = [
        (box, result)
        for rule, result in zip(cases, results, strict=True)
        for box in boxes.rule(rule)
    ]
    least = [
        max([0, *(low if high is None else high + 1 for low, high in ranges)])
        for ranges in zip(*(box for box, _ in found), strict=True)
    ] or [0] * count
    if max(least).bit_length() > MOST_BITS:
        raise source.error(function, "these numbers do not fit 64 bits; write smaller ones")
    known = [cap if cap is not None else needed for cap, needed in zip(caps, least, strict=True)]
    rectangles = [
        Rectangle(bounds, value)
        for box, value in found
        if (bounds := _bounded(box, known)) is not None
    ]
    return tuple(known), tuple(rectangles), _result(source, function, last.result, written)


def read_formula(
    source: Source, function: ast.FunctionDef, bounds: Sequence[int | None]
) -> tuple[FiniteValues, tuple[int, ...], tuple[Rectangle, ...], int]:
    """Return the values, the caps, the rectangles and the default of a function from numbers to a number.

    It is evaluated at every point up to its caps. A cap is what the function clamps a parameter to, or else the greatest
    value that the parameter can have. The values are the numbers from 0 to the greatest that is returned.

    Args:
        source: where the function stands.
        function: the function.
        bounds: the greatest value of each argument, None where there is none.

    Raises:
        UnreadableSource: it is no such function, or cannot be evaluated everywhere.
    """
    names = parameters(source, function, len(bounds))
    clamped, body = _clamps(source, function, names)
    caps = [bound if cap is None else cap for cap, bound in zip(clamped, bounds, strict=True)]
    for name, cap in zip(names, caps, strict=True):
        if cap is None:
            raise source.error(
                function, f"{name} has no greatest value; begin with {name} = min({name}, 9) or so"
            )
    known = tuple(cap for cap in caps if cap is not None)
    if len(known) > MOST_ARGUMENTS or prod(cap + 1 for cap in known) > MOST_POINTS:
        raise source.error(
            function, f"{function.name} is too large for a formula; return one of a type's values"
        )
    grid = Grid(source, names, [tuple(range(cap + 1)) for cap in known])
    table = np.full(grid.shape, -1, dtype=np.int64)
    for rule in rules(source, function, body):
        here = (table < 0) & grid.mask(rule)
        results = grid.reached(rule.result, here)
        # Larger ones are refused below, and might not fit into 64 bits.
        numbers = np.array(
            [
                max(-1, min(value, MOST_POINTS + 1)) if type(value) is int else -1
                for value in results.flat
            ],
            dtype=np.int64,
        )
        entries = np.broadcast_to(numbers.reshape(results.shape), grid.shape)
        if (entries[here] < 0).any():
            raise source.error(
                rule.result, f"{function.name} must return whole numbers from 0; use max(…, 0)"
            )
        table[here] = entries[here]
    if table.max() > MOST_POINTS:
        raise source.error(function, f"{function.name} returns numbers above {MOST_POINTS}")
    boxes, default = cover(table)
    return FiniteValues(tuple(range(int(table.max()) + 1))), known, boxes, default


def _bounded(box: Box, caps: Sequence[int]) -> tuple[tuple[int, int], ...] | None:
    """Return a box within the caps, or None where clamped numbers never reach it."""
    bounds = [
        (low, cap if high is None else min(high, cap))
        for (low, high), cap in zip(box, caps, strict=True)
    ]
    return tuple(bounds) if all(low <= high for low, high in bounds) else None


def _clamps(
    source: Source, function: ast.FunctionDef, names: Sequence[str]
) -> tuple[list[int | None], list[ast.stmt]]:
    """Return the cap of each parameter that is clamped, and the statements after these lines."""
    caps: list[int | None] = [None] * len(names)
    body = list(function.body)
    for place, statement in enumerate(body):
        if docstring(statement) is not None:
            continue
        clamped = _clamped(statement, names)
        if clamped is None:
            return caps, body[place:]
        for name, cap in clamped:
            known = caps[names.index(name)]
            caps[names.index(name)] = cap if known is None else min(cap, known)
    return caps, []


def _clamped(statement: ast.stmt, names: Sequence[str]) -> list[tuple[str, int]] | None:
    """Return the parameters and caps of `a = min(a, 7)` or `a, b = min(a, 7), min(b, 9)`."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(
            targets
        ) == len(values):
            pairs = list(zip(targets, values, strict=True))
        case ast.Assign(targets=[target], value=value):
            pairs = [(target, value)]
        case _:
            return None
    found: list[tuple[str, int]] = []
    for target, value in pairs:
        match target, value:
            case (
                ast.Name(id=name),
                ast.Call(
                    func=ast.Name(id="min"),
                    args=[ast.Name(id=clamped), ast.Constant(value=int() as cap)],
                    keywords=[],
                ),
            ) if name == clamped and name in names and type(cap) is int:
                found.append((name, cap))
            case _:
                return None
    if len(dict(found)) < len(found):
        return None
    return found


def _result(
    source: Source, function: ast.FunctionDef, result: ast.expr, written: FiniteValues
) -> int:
    value = Grid(source, [], []).entries(result).item()
    index = written.index(value) if _plain(value) else None
    if index is None:
        shown = ", ".join(map(repr, written.values[:12]))
        raise source.error(result, f"{function.name} cannot return this; its values are {shown}")
    return index
