"""Functions as look-ups: tables over values, formulas and rectangles over numbers.

A condition on numbers without an end is a union of boxes, which hold for each number the least and the greatest value, both
inclusive; None stands for no greatest.
"""

import ast
from collections.abc import Iterator, Sequence
from math import prod
from typing import TypeAlias

import numpy as np

from tprog.codegen.formulas import MOST_POINTS, spanned
from tprog.evaluate.cover import covered_table
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import FiniteValues, Rectangle
from tprog.reader.grid import MISSING, MOST_ENTRIES, Entries, Grid
from tprog.reader.rules import Rule, parameters, rules
from tprog.reader.source import MIRRORED, MOST_BITS, SIGNS, Source, docstring

Range: TypeAlias = tuple[int, int | None]
Box: TypeAlias = tuple[Range, ...]

MOST_BOXES = 4096
"""Larger unions are refused."""
BOX_WORK = 16
"""An intersection takes about as long as this many values of a table."""


def read_table(
    source: Source,
    function: ast.FunctionDef,
    arguments: Sequence[FiniteValues],
    written: FiniteValues,
) -> tuple[int, ...]:
    """Return the table that a function computes: indices into `written`, row-major over the arguments."""
    names = parameters(source, function, len(arguments))
    _check_size(source, function, arguments)
    grid = Grid(source, names, [values.values for values in arguments])
    table = np.full(grid.shape, -1, dtype=np.int64)
    for rule, here, results in _results(source, function, function.body, grid, table):
        found = [0 if v is MISSING else _index(written, v) for v in results.flat]
        indices = np.array([-1 if one is None else one for one in found], dtype=np.int64)
        # What is computed where it is never reached may be anything; a value is one of the type's everywhere.
        where = here if results.size > 1 else np.ones_like(here)
        _fill(table, here, indices.reshape(results.shape))
        if (np.broadcast_to(indices.reshape(results.shape), table.shape)[where] < 0).any():
            raise _no_result(source, function, rule.result, written)
    return tuple(table.reshape(-1).tolist())


def _check_size(
    source: Source, function: ast.FunctionDef, arguments: Sequence[FiniteValues]
) -> None:
    size = prod(map(len, arguments))
    if size > MOST_ENTRIES:
        raise source.error(function, f"{function.name} has {size} entries; read fewer variables")


def _results(
    source: Source,
    function: ast.FunctionDef,
    body: Sequence[ast.stmt],
    grid: Grid,
    table: IntArray,
) -> Iterator[tuple[Rule, BoolArray, Entries]]:
    """Yield each rule with where it decides, entries that are still below 0, and its results."""
    for rule in rules(source, function, body):
        here = grid.mask(rule, table < 0)
        yield rule, here, grid.reached(rule.result, here)


def _fill(table: IntArray, here: BoolArray, entries: IntArray) -> None:
    table[here] = np.broadcast_to(entries, table.shape)[here]


def _index(written: FiniteValues, value: object) -> int | None:
    return written.index(value) if isinstance(value, str | int) and _is_plain(value) else None


def _is_plain(value: object) -> bool:
    return type(value) in (str, int)


def _no_result(
    source: Source, function: ast.FunctionDef, result: ast.expr, written: FiniteValues
) -> Exception:
    shown = ", ".join(map(repr, written.values[:12]))
    return source.error(result, f"{function.name} cannot return this; its values are {shown}")


def read_formula(
    source: Source, function: ast.FunctionDef, bounds: Sequence[int | None]
) -> tuple[FiniteValues, tuple[int, ...], tuple[Rectangle, ...], int]:
    """Return the values, the caps, the rectangles and the default of a function from numbers to a number.

    It is evaluated at every point up to its caps. A cap is what the function clamps a parameter to, or else the greatest
    value that the parameter can have, its bound. The values are `spanned` by what it returns.
    """
    names = parameters(source, function, len(bounds))
    clamped, body = _clamps(function, names)
    caps = [clamped.get(name, bound) for name, bound in zip(names, bounds, strict=True)]
    for name, cap in zip(names, caps, strict=True):
        if cap is None:
            raise source.error(
                function, f"{name} has no greatest value; begin with {name} = min({name}, 9) or so"
            )
    known = tuple(cap for cap in caps if cap is not None)
    if prod(cap + 1 for cap in known) > MOST_POINTS:
        raise source.error(
            function, f"{function.name} is too large for a formula; return one of a type's values"
        )
    grid = Grid(source, names, [tuple(range(cap + 1)) for cap in known])
    written, table = _computed(source, function, body, grid)
    boxes, default = covered_table(table)
    return written, known, boxes, default


def read_computed(
    source: Source, function: ast.FunctionDef, arguments: Sequence[FiniteValues]
) -> tuple[FiniteValues, tuple[int, ...]]:
    """Return the values and the table of a function from values to a number; see `spanned` and `read_table`."""
    names = parameters(source, function, len(arguments))
    grid = Grid(source, names, [values.values for values in arguments])
    _check_size(source, function, arguments)
    written, table = _computed(source, function, function.body, grid)
    return written, tuple(table.reshape(-1).tolist())


def _computed(
    source: Source, function: ast.FunctionDef, body: Sequence[ast.stmt], grid: Grid
) -> tuple[FiniteValues, IntArray]:
    """Return the values that a function computes at the points of a grid, and which one it is at each."""
    table = np.full(grid.shape, -1, dtype=np.int64)
    for rule, here, results in _results(source, function, body, grid, table):
        # Larger ones are refused, and might not fit into 64 bits.
        numbers = [
            value + MOST_POINTS if type(value) is int and abs(value) <= MOST_POINTS else -1
            for value in results.flat
        ]
        _fill(table, here, np.array(numbers, dtype=np.int64).reshape(results.shape))
        if (table[here] < 0).any():
            raise source.error(
                rule.result,
                f"{function.name} must return whole numbers between -{MOST_POINTS} and {MOST_POINTS}",
            )
    written = spanned((table - MOST_POINTS).reshape(-1).tolist())
    return written, table - MOST_POINTS - int(written.values[0])


def read_rectangles(
    source: Source, function: ast.FunctionDef, count: int, written: FiniteValues
) -> tuple[tuple[int, ...], tuple[Rectangle, ...], int]:
    """Return the caps, the rectangles and the default of a function of numbers.

    A cap is what the function clamps a parameter to, `a = min(a, 7)`, or else the least one that tells apart what its
    comparisons tell apart.
    """
    names = parameters(source, function, count)
    clamped, body = _clamps(function, names)
    conditions = Conditions(source, names)
    # Every path returns, so the last rule has no tests left.
    *cases, last = rules(source, function, body)
    # A result is looked at once for each rule, also where no numbers lead to it.
    results = [_result(source, function, rule.result, written) for rule in cases]
    found = [
        (box, result)
        for rule, result in zip(cases, results, strict=True)
        for box in conditions.rule(rule)
    ]
    least = [
        max([0, *(low if high is None else high + 1 for low, high in ranges)])
        for ranges in zip(*(box for box, _ in found), strict=True)
    ] or [0] * count
    if max(least).bit_length() > MOST_BITS:
        raise source.error(function, "these numbers do not fit 64 bits; write smaller ones")
    caps = tuple(clamped.get(name, needed) for name, needed in zip(names, least, strict=True))
    rectangles = [
        Rectangle(bounds, value)
        for box, value in found
        if (bounds := _bounded(box, caps)) is not None
    ]
    return caps, tuple(rectangles), _result(source, function, last.result, written)


def _result(
    source: Source, function: ast.FunctionDef, result: ast.expr, written: FiniteValues
) -> int:
    index = _index(written, Grid(source, [], []).entries(result).item())
    if index is None:
        raise _no_result(source, function, result, written)
    return index


def _bounded(box: Box, caps: Sequence[int]) -> tuple[tuple[int, int], ...] | None:
    """Return a box within the caps, or None where clamped numbers never reach it."""
    bounds = [
        (low, cap if high is None else min(high, cap))
        for (low, high), cap in zip(box, caps, strict=True)
    ]
    return tuple(bounds) if all(low <= high for low, high in bounds) else None


def _clamps(
    function: ast.FunctionDef, names: Sequence[str]
) -> tuple[dict[str, int], list[ast.stmt]]:
    """Return the cap of each parameter that is clamped, and the statements after these lines."""
    caps: dict[str, int] = {}
    body = list(function.body)
    for place, statement in enumerate(body):
        if docstring(statement) is not None:
            continue
        clamped = _clamped(statement, names)
        if clamped is None:
            return caps, body[place:]
        for name, cap in clamped.items():
            caps[name] = min(cap, caps.get(name, cap))
    return caps, []


def _clamped(statement: ast.stmt, names: Sequence[str]) -> dict[str, int] | None:
    """Return the parameters and caps of `a = min(a, 7)` or `a, b = min(a, 7), min(b, 9)`."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pass
        case ast.Assign(targets=[target], value=value):
            targets, values = [target], [value]
        case _:
            return None
    found: dict[str, int] = {}
    for target, value in zip(targets, values, strict=False):
        match target, value:
            case (
                ast.Name(id=name),
                ast.Call(
                    func=ast.Name(id="min"),
                    args=[ast.Name(id=clamped), ast.Constant(value=int() as cap)],
                    keywords=[],
                ),
            ) if name == clamped and name in names and type(cap) is int:
                found[name] = cap
            case _:
                return None
    return found if len(found) == len(targets) == len(values) else None


class Conditions:
    """Conditions on the numbers that a function reads, as unions of boxes.

    Attributes:
        source: where the function stands, for errors.
        names: the parameters.
    """

    def __init__(self, source: Source, names: Sequence[str]) -> None:
        """Keep the parameters."""
        self.source = source
        self.names = tuple(names)

    def rule(self, rule: Rule) -> list[Box]:
        """Return where a rule's tests come out as stated."""
        found = self._everything()
        for test, wanted in rule.tests:
            found = self._both(test, found, self.where(test, wanted))
        return found

    def where(self, test: ast.expr, wanted: bool = True) -> list[Box]:
        """Return the boxes in which a condition is true, or false."""
        match test:
            case ast.BoolOp(op=joint, values=parts):
                boxes = [self.where(part, wanted) for part in parts]
                return self._joined(test, boxes, isinstance(joint, ast.And) == wanted)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.where(operand, not wanted)
            case ast.Constant(value=bool() as holds):
                return self._everything() if holds == wanted else []
            case ast.Compare(left=first, ops=kinds, comparators=others):
                sides = zip([first, *others], kinds, others, strict=False)
                boxes = [self._single(test, *side, wanted) for side in sides]
                return self._joined(test, boxes, wanted)
            case _:
                raise self.source.error(
                    test, "this is no condition on numbers; compare a parameter with ==, <= or >="
                )

    def _everything(self) -> list[Box]:
        return [((0, None),) * len(self.names)]

    def _joined(self, test: ast.expr, parts: Sequence[list[Box]], all_hold: bool) -> list[Box]:
        """Return where all of some conditions hold, or where any does."""
        joined = parts[0]
        for part in parts[1:]:
            joined = (
                self._both(test, joined, part) if all_hold else self._few(test, [*joined, *part])
            )
        return joined

    def _single(
        self, test: ast.Compare, left: ast.expr, kind: ast.cmpop, right: ast.expr, wanted: bool
    ) -> list[Box]:
        """Return where `parameter SIGN number` or `number SIGN parameter` holds, or does not."""
        sign = SIGNS[type(kind)]
        if not isinstance(left, ast.Name) and sign not in ("in", "not in"):
            left, right, sign = right, left, MIRRORED.get(sign, sign)
        if not isinstance(left, ast.Name) or left.id not in self.names:
            raise self.source.error(
                test, f"compare one of {', '.join(self.names)} with a whole number"
            )
        place = self.names.index(left.id)
        ranges = self._ranges(test, sign, right)
        if not wanted:
            ranges = _complement(ranges)
        (every,) = self._everything()
        return self._few(test, [(*every[:place], found, *every[place + 1 :]) for found in ranges])

    def _ranges(self, test: ast.expr, sign: str, right: ast.expr) -> list[Range]:
        """Return the disjoint, ascending ranges of the numbers that a comparison accepts."""
        if sign in ("in", "not in"):
            if not isinstance(right, ast.Set | ast.Tuple | ast.List):
                raise self.source.error(test, "after `in` must stand numbers, such as {1, 2}")
            accepted = sorted({self._number(item) for item in right.elts})
            ranges = _runs([number for number in accepted if number >= 0])
            return ranges if sign == "in" else _complement(ranges)
        number = self._number(right)
        same: list[Range] = [(number, number)] if number >= 0 else []
        up_to: list[Range] = [(0, number)] if number >= 0 else []
        below: list[Range] = [(0, number - 1)] if number > 0 else []
        ranges_of = {
            "==": same,
            "!=": _complement(same),
            "<": below,
            "<=": up_to,
            ">": _complement(up_to),
            ">=": _complement(below),
        }
        if sign not in ranges_of:
            raise self.source.error(test, "compare with ==, !=, <, <=, >, >= or in")
        return ranges_of[sign]

    def _number(self, expression: ast.expr) -> int:
        match expression:
            case ast.Constant(value=value) if type(value) is int:
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)) if (
                type(value) is int
            ):
                return -value
            case _:
                raise self.source.error(expression, "a whole number must stand here")

    def _both(self, test: ast.expr, left: list[Box], right: list[Box]) -> list[Box]:
        if len(left) * len(right) > MOST_BOXES:
            raise self.source.error(test, "this condition falls into too many cases; simplify it")
        self.source.spend(test, BOX_WORK * len(left) * len(right))
        found = [_intersection(first, second) for first in left for second in right]
        return [box for box in found if box is not None]

    def _few(self, test: ast.expr, found: list[Box]) -> list[Box]:
        if len(found) > MOST_BOXES:
            raise self.source.error(test, "this condition falls into too many cases; simplify it")
        return found


def _intersection(first: Box, second: Box) -> Box | None:
    ranges: list[Range] = []
    for (low, high), (other_low, other_high) in zip(first, second, strict=True):
        least = max(low, other_low)
        greatest = min((end for end in (high, other_high) if end is not None), default=None)
        if greatest is not None and greatest < least:
            return None
        ranges.append((least, greatest))
    return tuple(ranges)


def _complement(ranges: Sequence[Range]) -> list[Range]:
    """Return the numbers outside disjoint, ascending ranges."""
    found: list[Range] = []
    start = 0
    for low, high in ranges:
        if low > start:
            found.append((start, low - 1))
        if high is None:
            return found
        start = high + 1
    return [*found, (start, None)]


def _runs(numbers: Sequence[int]) -> list[Range]:
    """Return ascending numbers as ranges."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return list(found)
