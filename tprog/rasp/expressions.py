"""Functions of a Program's variables as arrays of values: how the compiler fuses what RASP computes at each position."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tprog.rasp.evaluate import RaspError, applied
from tprog.rasp.graph import Value


class Frame:
    """What an s-op has at a prefix or suffix, where RASP has no position."""

    def __repr__(self) -> str:
        return "FRAME"


class Never:
    """What stands in a table where no input leads; anything may stand there."""

    def __repr__(self) -> str:
        return "NEVER"


FRAME, NEVER = Frame(), Never()


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An s-op as a function of variables of the Program under construction.

    Attributes:
        variables: their indices, ascending.
        table: the value for each combination, one axis for each variable; `FRAME` at the frame, `NEVER` where the
            language has no value.
        framed: whether it is `FRAME` at every frame position, so that its value says which positions hold data.
    """

    variables: tuple[int, ...]
    table: NDArray[Any]
    framed: bool

    @property
    def values(self) -> tuple[Value, ...]:
        """The distinct values, those of the frame and of nowhere left out."""
        known: dict[tuple[type, Any], Any] = {}
        for value in self.table.reshape(-1):
            if not isinstance(value, Frame | Never):
                known.setdefault((type(value), value), value)
        return tuple(known.values())


def table_of(values: Sequence[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return values, tuples among them too, as an array of objects."""
    found = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        found[place] = value
    return found.reshape(shape)


def spread(
    expression: Expression, variables: tuple[int, ...], sizes: Sequence[int]
) -> NDArray[Any]:
    """Return an expression's table over more variables, `sizes` giving the number of values of each variable."""
    shape = [sizes[one] if one in expression.variables else 1 for one in variables]
    return np.broadcast_to(expression.table.reshape(shape), [sizes[one] for one in variables])


def joined(expressions: Sequence[Expression]) -> tuple[int, ...]:
    """Return every variable that one of the expressions reads, ascending."""
    return tuple(sorted({one for expression in expressions for one in expression.variables}))


def mapped(
    function: Callable[..., Value], arguments: Sequence[Expression], sizes: Sequence[int]
) -> Expression:
    """Return a function of expressions: `FRAME` where one of them is, `NEVER` where it has no value."""
    variables = joined(arguments)
    tables = [spread(one, variables, sizes).reshape(-1) for one in arguments]
    results = [_result(function, values) for values in zip(*tables, strict=True)]
    return Expression(
        variables,
        table_of(results, tuple(sizes[one] for one in variables)),
        any(one.framed for one in arguments),
    )


def _result(function: Callable[..., Value], values: tuple[Any, ...]) -> Any:
    for kind in (Frame, Never):
        for value in values:
            if isinstance(value, kind):
                return value
    try:
        return applied(function, values)
    except RaspError:
        return NEVER


def classes(table: NDArray[Any]) -> tuple[NDArray[np.int64], list[int]]:
    """Return which entries of a flat table are equal, as class numbers, and the first entry of each class.

    Entries that lead nowhere join the first class.
    """
    known: dict[tuple[type, Any], int] = {}
    first: list[int] = []
    of = np.zeros(len(table), dtype=np.int64)
    for place, value in enumerate(table):
        if isinstance(value, Never):
            continue
        key = (type(value), value)
        if key not in known:
            known[key] = len(first)
            first.append(place)
        of[place] = known[key]
    return of, first or [0]


def reduced(expression: Expression) -> Expression:
    """Return the expression without the variables that its value at data positions does not depend on."""
    variables, table = list(expression.variables), expression.table
    kept = True
    for axis in reversed(range(table.ndim)):
        merged = _merged(table, axis)
        if merged is not None:
            table = merged
            del variables[axis]
            kept = False
    return expression if kept else Expression(tuple(variables), table, framed=False)


def _merged(table: NDArray[Any], axis: int) -> NDArray[Any] | None:
    """Return a table without an axis, None where entries along it differ."""
    slices = np.moveaxis(table, axis, 0)
    rows = slices.reshape(len(slices), -1)
    merged = rows[0].copy()
    for other in rows[1:]:
        for place, value in enumerate(other):
            held = merged[place]
            if isinstance(held, Frame | Never):
                merged[place] = value
            elif not isinstance(value, Frame | Never) and (
                type(value) is not type(held) or value != held
            ):
                return None
    return np.asarray(merged.reshape(slices.shape[1:]))
