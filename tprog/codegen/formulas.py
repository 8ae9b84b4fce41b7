"""Look-ups over numbers as formulas: sums, differences and comparisons instead of rectangles. Owns the search for one.

A formula stands for a table over all points of a grid. `tprog.reader` evaluates it there and gets the rectangles back by
`tprog.evaluate.cover`, so only look-ups whose rectangles are those of `cover` can be written as formulas.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.evaluate.comparisons import shifted_comparisons
from tprog.evaluate.cover import cover, table_of
from tprog.ir import NumericalLookup, Relation

Grid: TypeAlias = npt.NDArray[np.int64]
Where: TypeAlias = npt.NDArray[np.bool_]

MOST_POINTS = 4096
"""Points of the largest grid that a formula is looked for on, and the greatest number that one gives."""
RELATIONS: tuple[Relation, ...] = ("==", "<", "<=")
NEGATED = (("==", "!="), ("<=", ">"), ("<", ">="))


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
    """Return a formula for a look-up whose values are the numbers from 0 to the greatest that it writes.

    Args:
        lookup: the look-up.
        parameters: what its arguments are called.

    Returns:
        The formula; None where there is none, or where reading it back would not give the same rectangles.
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


def _formula(grid: Grid, parameters: Sequence[str]) -> Formula | None:
    everywhere = np.ones(grid.shape, np.bool_)
    whole = _linear(grid, everywhere, parameters)
    if whole is not None and not whole.startswith("min(max("):
        return Formula(whole)
    for condition, where in _conditions(grid.shape, parameters):
        if where.all() or not where.any():
            continue
        result = _linear(grid, where, parameters)
        otherwise = None if result is None else _linear(grid, ~where, parameters)
        if otherwise is None or result is None:
            continue
        if whole is not None and not (result.isdecimal() and otherwise.isdecimal()):
            continue
        if result == "0":
            return Formula(otherwise, _negated(condition), result)
        return Formula(result, condition, otherwise)
    return None if whole is None else Formula(whole)


def _negated(condition: str) -> str:
    """Return a comparison that holds where another does not."""
    for sign, opposite in NEGATED:
        if f" {sign} " in condition:
            return condition.replace(f" {sign} ", f" {opposite} ")
    raise ValueError(f"no comparison: {condition}")


def _conditions(shape: tuple[int, ...], parameters: Sequence[str]) -> Iterator[tuple[str, Where]]:
    """Yield conditions with the points where they hold, the simplest first."""
    axes = np.indices(shape)
    for axis, parameter in enumerate(parameters):
        for value in range(shape[axis]):
            yield f"{parameter} == {value}", axes[axis] == value
    for axis, parameter in enumerate(parameters):
        for value in range(1, shape[axis] - 1):
            yield f"{parameter} <= {value}", axes[axis] <= value
    if len(parameters) == 2:
        rows, columns = map(np.arange, shape)
        for sign, shift, holds in shifted_comparisons(rows, columns, RELATIONS):
            yield f"{parameters[0]} {sign} {_shifted(parameters[1], shift)}", holds


def _linear(grid: Grid, where: Where, parameters: Sequence[str]) -> str | None:
    """Return a sum of the arguments, with signs and a constant, kept within bounds, that gives the entries somewhere."""
    entries = grid[where]
    if (entries == entries[0]).all():
        return str(int(entries[0]))
    axes: Grid = np.indices(grid.shape)[:, where]
    top = int(entries.max())
    signs = (
        [(1,), (-1,)]
        if len(axes) == 1
        else [(1, 0), (0, 1), (1, 1), (1, -1), (-1, 1), (-1, 0), (0, -1)]
    )
    for chosen in signs:
        total: Grid = np.tensordot(np.array(chosen), axes, axes=1)
        # Where an entry is strictly within the bounds, it gives the constant; otherwise any step may be clipped.
        inside = (entries > 0) & (entries < top)
        steps = (
            (entries - total)[inside][:1].tolist()
            if inside.any()
            else range(-sum(grid.shape), sum(grid.shape) + top)
        )
        for step in steps:
            plain = total + step
            if np.array_equal(np.clip(plain, 0, top), entries):
                return _written(
                    chosen,
                    step,
                    parameters,
                    bool((plain < 0).any()),
                    top if (plain > top).any() else None,
                )
    return None


def _written(
    signs: Sequence[int], step: int, parameters: Sequence[str], low: bool, high: int | None
) -> str:
    added = [name for sign, name in zip(signs, parameters, strict=True) if sign > 0]
    taken = [name for sign, name in zip(signs, parameters, strict=True) if sign < 0]
    text = " + ".join([*added, *([str(step)] if step > 0 or (not added and not step) else [])])
    if not added and step < 0:
        text = str(step)
    elif not added and step == 0 and taken:
        text, taken = f"-{taken[0]}", taken[1:]
    text += "".join(f" - {name}" for name in taken)
    if added and step < 0:
        text += f" - {-step}"
    if low:
        text = f"max({text}, 0)"
    return text if high is None else f"min({text}, {high})"


def _shifted(parameter: str, shift: int) -> str:
    return parameter if shift == 0 else f"{parameter} {'+' if shift > 0 else '-'} {abs(shift)}"
