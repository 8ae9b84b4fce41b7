"""Numerical look-ups as formulas: sums, differences, remainders and comparisons instead of rectangles.

A formula stands for a table over all points of a grid. `tprog.reader` evaluates it there and gets the rectangles back by
`tprog.evaluate.cover`, so only look-ups whose rectangles are those of `cover` can be written as formulas.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from tprog.evaluate.comparisons import Split, shifted_comparisons, split_of
from tprog.evaluate.cover import cover, table_of
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.ranges import Ranged
from tprog.evaluate.sums import remainder_of, sum_of
from tprog.ir import FiniteValues, NumericalLookup, Relation

MOST_POINTS = 4096
"""Points of the largest grid that a formula is looked for on, and the greatest number that one gives."""
NEGATED: dict[Relation, Relation] = {"==": "!=", "<": ">=", "<=": ">", ">": "<="}
"""The relations of conditions, each with the one that holds where it does not."""
TRIED: tuple[Relation, ...] = ("==", "<", "<=")
"""The relations of two arguments that are tried one by one."""


@dataclass(frozen=True, slots=True)
class Formula:
    """`result` everywhere, or only where `condition` holds and `otherwise` elsewhere; all are Python expressions.

    Attributes:
        first: a condition that is looked at before, and what is the result there.
    """

    result: str
    condition: str | None = None
    otherwise: str | None = None
    first: tuple[str, str] | None = None

    @property
    def text(self) -> str:
        """The whole as one Python expression."""
        rest = self.result
        if self.condition is not None:
            rest = f"{self.result} if {self.condition} else {self.otherwise}"
        return rest if self.first is None else f"{self.first[1]} if {self.first[0]} else {rest}"

    @property
    def cases(self) -> list[tuple[str, str]]:
        """The conditions with their results, in order, and last the result without one, under True."""
        found = [] if self.first is None else [self.first]
        if self.condition is None or self.otherwise is None:
            return [*found, ("True", self.result)]
        return [*found, (self.condition, self.result), ("True", self.otherwise)]


def spanned(numbers: Iterable[int]) -> FiniteValues:
    """Return the values of a look-up that computes these: the numbers from 0, or the least, to the greatest."""
    found = list(numbers)
    return FiniteValues(tuple(range(min(0, *found), max(found) + 1)))


def formula_of(lookup: NumericalLookup, parameters: Sequence[str]) -> Formula | None:
    """Return a formula for a look-up, in terms of what its arguments are called.

    None where its values are not `spanned` by what it writes, where there is no formula, or where
    reading it back would not give the same rectangles.
    """
    if len(lookup.arguments) > 2 or prod(cap + 1 for cap in lookup.caps) > MOST_POINTS:
        return None
    table = table_of(lookup)
    grid = np.array(lookup.values.values, object)[table]
    if any(type(one) is not int or abs(one) > MOST_POINTS for one in grid.flat):
        return None
    grid = grid.astype(np.int64)
    if lookup.values != spanned(grid.reshape(-1).tolist()):
        return None
    found = _formula(grid, np.ones(grid.shape, np.bool_), parameters)
    if found is None or cover(table) != (lookup.rectangles, lookup.default):
        return None
    return found


def _formula(
    grid: IntArray, where: BoolArray, parameters: Sequence[str], nested: bool = True
) -> Formula | None:
    """Return a formula for the entries somewhere; where `nested`, one argument's value may come first."""
    whole = _linear(grid, where, parameters)
    # A sum that is cut at both ends says less than a choice of two numbers.
    if whole is not None and not whole.startswith("min(max("):
        return Formula(whole)
    cyclic = None if whole is not None else _modular(grid, where, parameters)
    if cyclic is not None:
        return Formula(cyclic)
    for left, relation, right, holds in _conditions(grid.shape, parameters):
        if holds[where].all() or not holds[where].any():
            continue
        result = _linear(grid, where & holds, parameters)
        otherwise = None if result is None else _linear(grid, where & ~holds, parameters)
        if otherwise is None or result is None:
            continue
        if whole is not None and not (_is_number(result) and _is_number(otherwise)):
            continue
        if result == "0":
            return Formula(otherwise, f"{left} {NEGATED[relation]} {right}", result)
        return Formula(result, f"{left} {relation} {right}", otherwise)
    if whole is not None:
        return Formula(whole)
    split = _split(grid, where, parameters) if len(parameters) == 2 else None
    if split is not None or not nested:
        return split
    return _with_exception(grid, where, parameters)


def _with_exception(grid: IntArray, where: BoolArray, parameters: Sequence[str]) -> Formula | None:
    """Return a formula that begins with one value of an argument, where the result is a number."""
    axes = np.indices(grid.shape)
    for axis, parameter in enumerate(parameters):
        for value in (0, grid.shape[axis] - 1):
            here = where & (axes[axis] == value)
            if not here.any() or (grid[here] != grid[here][0]).any():
                continue
            rest = _formula(grid, where & ~here, parameters, nested=False)
            if rest is not None:
                return replace(rest, first=(f"{parameter} == {value}", str(grid[here][0])))
    return None


def _split(grid: IntArray, where: BoolArray, parameters: Sequence[str]) -> Formula | None:
    """Return a choice between two numbers by a comparison of both arguments."""
    results = np.unique(grid[where]).tolist()
    if len(results) != 2:
        return None
    axes = np.indices(grid.shape)
    for yes, no in (results[::-1], results):
        for one, other in ((0, 1), (1, 0)):
            found = split_of(axes[one], axes[other], grid == yes, where)
            if found is not None:
                text = split_text(parameters[one], found, parameters[other])
                return Formula(str(yes), text, str(no))
    return None


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def _conditions(
    shape: tuple[int, ...], parameters: Sequence[str]
) -> Iterator[tuple[str, Relation, str, BoolArray]]:
    """Yield the sides and the relation of conditions, with the points where they hold, the simplest first."""
    axes = np.indices(shape)
    for axis, parameter in enumerate(parameters):
        for value in range(shape[axis]):
            yield parameter, "==", str(value), axes[axis] == value
    for axis, parameter in enumerate(parameters):
        for value in range(1, shape[axis] - 1):
            yield parameter, "<=", str(value), axes[axis] <= value
    if len(parameters) == 2:
        first, second = parameters
        rows, columns = np.arange(shape[0]), np.arange(shape[1])
        for relation, shift, holds in shifted_comparisons(rows, columns, TRIED):
            yield first, relation, sum_text([second], [], shift), holds


def _linear(grid: IntArray, where: BoolArray, parameters: Sequence[str]) -> str | None:
    """Return a sum of the arguments, with signs and a constant, kept within bounds, that gives the entries somewhere."""
    found = sum_of(grid, where)
    if found is None:
        return None
    if not any(found.weights):
        return str(found.step)
    plain = found.plain(grid.shape)[where]
    text = weighted_text(found.weights, parameters, found.step)
    text = f"max({text}, {found.low})" if (plain < found.low).any() else text
    return f"min({text}, {found.top})" if (plain > found.top).any() else text


def _modular(grid: IntArray, where: BoolArray, parameters: Sequence[str]) -> str | None:
    """Return a sum of the arguments, with weights and a constant, modulo a number, that gives every entry."""
    found = remainder_of(grid, where)
    if found is None:
        return None
    text = weighted_text(found.weights, parameters, found.step)
    return f"{text} % {found.modulus}" if text.isidentifier() else f"({text}) % {found.modulus}"


def weighted_text(weights: Sequence[int], parameters: Sequence[str], step: int) -> str:
    """Return the text of a weighted sum."""
    terms = [
        (weight > 0, name if abs(weight) == 1 else f"{abs(weight)} * {name}")
        for weight, name in zip(weights, parameters, strict=True)
        if weight
    ]
    added = [text for positive, text in terms if positive]
    return sum_text(added, [text for positive, text in terms if not positive], step)


def split_text(first: str, split: Split, second: str, relation: str = "") -> str:
    """Return `a < 2 * b + 1`, `a == 8 - b` and the like; a relation may stand for the split's own."""
    scaled = second if abs(split.scale) == 1 else f"{abs(split.scale)} * {second}"
    sides = ([scaled], []) if split.scale > 0 else ([], [scaled])
    relation, number = relation or split.relation, split.number
    if (relation, number) in (("<", 1), (">", -1)):
        relation, number = f"{relation}=", 0
    return f"{first} {relation} {sum_text(*sides, number)}"


def ranged_text(first: str, found: Ranged, second: str) -> str:
    """Return `1 <= a < (0 if b == 7 else b)` and the like."""
    sides = [
        name if other is None else f"({other[1]} if {name} == {other[0]} else {name})"
        for name, other in ((first, found.first), (second, found.second))
    ]
    text = split_text(sides[0], found.split, sides[1])
    return text if found.bound is None else f"{found.bound} {found.split.relation}= {text}"


def sum_text(added: Sequence[str], taken: Sequence[str], step: int) -> str:
    """Return `a + 2 - b`, `a - b - 2`, `2 - a`, `-a` and the like."""
    constant = [f"{'+' if step > 0 else '-'} {abs(step)}"] * (step != 0)
    terms = [f"- {name}" for name in taken]
    terms = [*constant, *terms] if step > 0 or not added else [*terms, *constant]
    text = " ".join([f"+ {name}" for name in added] + terms).removeprefix("+ ")
    return text.replace("- ", "-", 1) if text.startswith("- ") else text
