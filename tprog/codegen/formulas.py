"""Numerical look-ups as formulas: sums, differences, remainders and comparisons instead of rectangles.

A formula stands for a table over all points of a grid. `tprog.reader` evaluates it there and gets the rectangles back by
`tprog.evaluate.cover`, so only look-ups whose rectangles are those of `cover` can be written as formulas.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from tprog.evaluate.comparisons import shifted_comparisons
from tprog.evaluate.cover import cover, table_of
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.sums import remainder_of, sum_of
from tprog.ir import NumericalLookup, Relation

MOST_POINTS = 4096
"""Points of the largest grid that a formula is looked for on, and the greatest number that one gives."""
NEGATED: dict[Relation, Relation] = {"==": "!=", "<": ">=", "<=": ">"}
"""The relations of conditions, each with the one that holds where it does not."""


@dataclass(frozen=True, slots=True)
class Formula:
    """`result` everywhere, or only where `condition` holds and `otherwise` elsewhere; all are Python expressions."""

    result: str
    condition: str | None = None
    otherwise: str | None = None

    @property
    def text(self) -> str:
        """The whole as one Python expression."""
        if self.condition is None:
            return self.result
        return f"{self.result} if {self.condition} else {self.otherwise}"


def formula_of(lookup: NumericalLookup, parameters: Sequence[str]) -> Formula | None:
    """Return a formula for a look-up, in terms of what its arguments are called.

    None where its values are not the numbers from 0 to the greatest that it writes, where there is no formula, or where
    reading it back would not give the same rectangles.
    """
    if len(lookup.arguments) > 2 or prod(cap + 1 for cap in lookup.caps) > MOST_POINTS:
        return None
    grid = table_of(lookup)
    top = int(grid.max())
    if top > MOST_POINTS or lookup.values.values != tuple(range(top + 1)):
        return None
    found = _formula(grid, parameters)
    if found is None or cover(grid) != (lookup.rectangles, lookup.default):
        return None
    return found


def _formula(grid: IntArray, parameters: Sequence[str]) -> Formula | None:
    whole = _linear(grid, np.ones(grid.shape, np.bool_), parameters)
    # A sum that is cut at both ends says less than a choice of two numbers.
    if whole is not None and not whole.startswith("min(max("):
        return Formula(whole)
    cyclic = None if whole is not None else _modular(grid, parameters)
    if cyclic is not None:
        return Formula(cyclic)
    for left, relation, right, where in _conditions(grid.shape, parameters):
        if where.all() or not where.any():
            continue
        result = _linear(grid, where, parameters)
        otherwise = None if result is None else _linear(grid, ~where, parameters)
        if otherwise is None or result is None:
            continue
        if whole is not None and not (result.isdecimal() and otherwise.isdecimal()):
            continue
        if result == "0":
            return Formula(otherwise, f"{left} {NEGATED[relation]} {right}", result)
        return Formula(result, f"{left} {relation} {right}", otherwise)
    return None if whole is None else Formula(whole)


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
        for relation, shift, holds in shifted_comparisons(rows, columns, NEGATED):
            yield first, relation, _sum([second], [], shift), holds


def _linear(grid: IntArray, where: BoolArray, parameters: Sequence[str]) -> str | None:
    """Return a sum of the arguments, with signs and a constant, kept within bounds, that gives the entries somewhere."""
    found = sum_of(grid, where)
    if found is None:
        return None
    if not any(found.weights):
        return str(found.step)
    plain = found.plain(grid.shape)[where]
    text = _weighted(found.weights, parameters, found.step)
    text = f"max({text}, 0)" if (plain < 0).any() else text
    return f"min({text}, {found.top})" if (plain > found.top).any() else text


def _modular(grid: IntArray, parameters: Sequence[str]) -> str | None:
    """Return a sum of the arguments, with weights and a constant, modulo a number, that gives every entry."""
    found = remainder_of(grid, np.ones(grid.shape, np.bool_))
    if found is None:
        return None
    text = _weighted(found.weights, parameters, found.step)
    return f"{text} % {found.modulus}" if text.isidentifier() else f"({text}) % {found.modulus}"


def _weighted(weights: Sequence[int], parameters: Sequence[str], step: int) -> str:
    """Return the text of a weighted sum."""
    terms = [
        (weight > 0, name if abs(weight) == 1 else f"{abs(weight)} * {name}")
        for weight, name in zip(weights, parameters, strict=True)
        if weight
    ]
    added = [text for positive, text in terms if positive]
    return _sum(added, [text for positive, text in terms if not positive], step)


def _sum(added: Sequence[str], taken: Sequence[str], step: int) -> str:
    """Return `a + 2 - b`, `a - b - 2`, `2 - a`, `-a` and the like."""
    constant = [f"{'+' if step > 0 else '-'} {abs(step)}"] * (step != 0)
    terms = [f"- {name}" for name in taken]
    terms = [*constant, *terms] if step > 0 or not added else [*terms, *constant]
    text = " ".join([f"+ {name}" for name in added] + terms).removeprefix("+ ")
    return text.replace("- ", "-", 1) if text.startswith("- ") else text
