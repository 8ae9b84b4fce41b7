"""Conditions on numbers without an end, as unions of boxes. Owns their algebra; executes nothing.

A box holds for each number the least and the greatest value, both inclusive; None stands for no greatest.
"""

import ast
from collections.abc import Sequence
from typing import TypeAlias

from tprog.reader.flow import Rule
from tprog.reader.source import Source

Range: TypeAlias = tuple[int, int | None]
Box: TypeAlias = tuple[Range, ...]

# Larger unions are refused.
MOST_BOXES = 4096

# An intersection takes about as long as this many values of a table.
BOX_WORK = 16

MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


class Boxes:
    """The numbers that a function reads.

    Attributes:
        source: where the function stands, for errors.
        names: the parameters.
    """

    def __init__(self, source: Source, names: Sequence[str]) -> None:
        """Keep the parameters."""
        self.source = source
        self.names = tuple(names)

    @property
    def everything(self) -> Box:
        """The box of all points."""
        return ((0, None),) * len(self.names)

    def rule(self, rule: Rule) -> list[Box]:
        """Return where a rule's tests come out as stated."""
        found = [self.everything]
        for test, wanted in rule.tests:
            found = self._both(test, found, self.where(test, wanted))
        return found

    def where(self, test: ast.expr, wanted: bool = True) -> list[Box]:
        """Return the boxes in which a condition is true, or false.

        Raises:
            UnreadableSource: it is no condition on the parameters.
        """
        match test:
            case ast.BoolOp(op=joint, values=parts):
                boxes = [self.where(part, wanted) for part in parts]
                joined = boxes[0]
                for found in boxes[1:]:
                    if isinstance(joint, ast.And) == wanted:
                        joined = self._both(test, joined, found)
                    else:
                        joined = self._few(test, [*joined, *found])
                return joined
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.where(operand, not wanted)
            case ast.Constant(value=bool() as holds):
                return [self.everything] if holds == wanted else []
            case ast.Compare():
                return self._comparison(test, wanted)
            case _:
                raise self.source.error(
                    test, "this is no condition on numbers; compare a parameter with ==, <= or >="
                )

    def _comparison(self, test: ast.Compare, wanted: bool) -> list[Box]:
        sides = [test.left, *test.comparators]
        parts = [
            self._single(test, kind, left, right, wanted)
            for kind, left, right in zip(test.ops, sides, sides[1:], strict=False)
        ]
        joined = parts[0]
        for part in parts[1:]:
            joined = self._both(test, joined, part) if wanted else self._few(test, [*joined, *part])
        return joined

    def _single(
        self, test: ast.Compare, kind: ast.cmpop, left: ast.expr, right: ast.expr, wanted: bool
    ) -> list[Box]:
        """Return where `parameter OPERATOR number` or `number OPERATOR parameter` holds, or does not."""
        operator = type(kind)
        if not isinstance(left, ast.Name) and operator not in (ast.In, ast.NotIn):
            left, right, operator = right, left, MIRRORED.get(operator, operator)
        if not isinstance(left, ast.Name) or left.id not in self.names:
            raise self.source.error(
                test, f"compare one of {', '.join(self.names)} with a whole number"
            )
        place = self.names.index(left.id)
        ranges = self._ranges(test, operator, right)
        if not wanted:
            ranges = _complement(ranges)
        boxes = [
            (*self.everything[:place], found, *self.everything[place + 1 :]) for found in ranges
        ]
        return self._few(test, boxes)

    def _ranges(self, test: ast.expr, operator: type[ast.cmpop], right: ast.expr) -> list[Range]:
        """Return the disjoint, ascending ranges of the numbers that a comparison accepts."""
        if operator in (ast.In, ast.NotIn):
            if not isinstance(right, ast.Set | ast.Tuple | ast.List):
                raise self.source.error(test, "after `in` must stand numbers, such as {1, 2}")
            accepted = sorted({self._number(item) for item in right.elts})
            ranges = _runs([number for number in accepted if number >= 0])
            return ranges if operator is ast.In else _complement(ranges)
        number = self._number(right)
        low: list[Range] = [(0, number - 1)] if number > 0 else []
        same: list[Range] = [(number, number)] if number >= 0 else []
        high: list[Range] = [(max(number + 1, 0), None)]
        chosen: dict[type[ast.cmpop], list[Range]] = {
            ast.Eq: same,
            ast.NotEq: low + high,
            ast.Lt: low,
            ast.LtE: [(0, number)] if number >= 0 else [],
            ast.Gt: high,
            ast.GtE: [(max(number, 0), None)],
        }
        if operator not in chosen:
            raise self.source.error(test, "compare with ==, !=, <, <=, >, >= or in")
        return chosen[operator]

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
        ends = [end for end in (high, other_high) if end is not None]
        greatest = min(ends) if ends else None
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
