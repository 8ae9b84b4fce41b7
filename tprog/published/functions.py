"""Nested functions of a published file as tables. Owns predicates and look-ups; refuses to know variables."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import ceil, floor, isfinite, prod
from typing import Any

import numpy as np

from tprog.evaluate.cover import cover_cells
from tprog.ir import Rectangle, Table
from tprog.published.parsed import Source, docstring

# A look-up with more entries than this is no published one.
MOST_ENTRIES = 1 << 18


@dataclass(frozen=True, slots=True)
class Written:
    """What a look-up writes.

    Attributes:
        results: the distinct results, numbers ascending, None (no branch applied) last.
        table: for a categorical look-up, indices into `results`, row-major over the arguments' values.
    """

    results: tuple[Any, ...]
    table: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NumericalWritten:
    """What a numerical look-up writes: rectangles of indices into `results`, and the default.

    Attributes:
        results: the distinct results, as in `Written`.
        caps: for each argument the number from which on nothing changes.
        rectangles: the boxes.
        default: the result elsewhere.
        last: the greatest number that the function names.
    """

    results: tuple[Any, ...]
    caps: tuple[int, ...]
    rectangles: tuple[Rectangle, ...]
    default: int
    last: int


def tabulate_predicate(
    predicate: Callable[..., Any], queries: Sequence[Any], keys: Sequence[Any]
) -> Table:
    """Return which key values each query value wants; a predicate that returns nothing wants none."""
    return Table(
        tuple(
            tuple(index for index, key in enumerate(keys) if predicate(query, key))
            for query in queries
        )
    )


def tabulate(
    source: Source,
    function: ast.FunctionDef,
    call: Callable[..., Any],
    values: Sequence[Sequence[Any]],
) -> Written:
    """Return a function of values as a table.

    Raises:
        UnreadableSource: there are too many entries, or a result is no value.
    """
    entries = prod(map(len, values))
    if entries > MOST_ENTRIES:
        raise source.error(
            function, f"{function.name} has {entries} cases, more than the most, {MOST_ENTRIES}"
        )
    found = [call(*point) for point in product(*values)]
    results = _results(source, function, found)
    index = {result: number for number, result in enumerate(results)}
    return Written(results, tuple(index[one] for one in found))


def tabulate_numerical(
    source: Source, function: ast.FunctionDef, call: Callable[..., Any], arguments: int
) -> NumericalWritten:
    """Return a function of whole numbers from 0 on as rectangles, exact without an end.

    The function may only compare its arguments with constants. Between two neighbouring constants, and beyond the last, it
    cannot tell one number from another, so that one call decides for all of them.

    Raises:
        UnreadableSource: the function does anything else with its arguments, or has too many cases.
    """
    constants = _compared(source, function)
    starts = sorted({0, *(number for found in constants for number in (found, found + 1))})
    starts = [number for number in starts if number >= 0]
    if len(starts) ** arguments > MOST_ENTRIES:
        raise source.error(
            function,
            f"{function.name} has more cases than the most, {MOST_ENTRIES}; make it smaller",
        )
    found = [call(*point) for point in product(starts, repeat=arguments)]
    results = _results(source, function, found)
    index = {result: number for number, result in enumerate(results)}
    shape = (len(starts),) * arguments
    grid = np.array([index[one] for one in found], dtype=np.int64).reshape(shape)
    rectangles, default = cover_cells(grid, [starts] * arguments)
    last = max((number for number in constants if number >= 0), default=0)
    return NumericalWritten(results, (starts[-1],) * arguments, rectangles, default, last)


def _results(source: Source, function: ast.FunctionDef, found: Sequence[Any]) -> tuple[Any, ...]:
    kinds = {type(result) for result in found} - {type(None)}
    if len(kinds) > 1 or kinds - {int, str}:
        raise source.error(
            function,
            f"{function.name} returns neither whole numbers alone nor strings alone; restore the file",
        )
    distinct = sorted({result for result in found if result is not None})
    return (*distinct, *([None] if None in found else []))


def _compared(source: Source, function: ast.FunctionDef) -> set[int]:
    """Return the numbers that a function compares its arguments with; refuse every other use of an argument."""
    found: set[int] = set()
    for statement in ast.walk(function):
        match statement:
            case ast.Assign(targets=[ast.Name()], value=value) if _is_point(value):
                pass
            case ast.Return(value=None | ast.Constant() | ast.UnaryOp(operand=ast.Constant())):
                pass
            case ast.If(test=test):
                found |= _constants(source, test)
            case ast.stmt() if statement is function or isinstance(statement, ast.Pass):
                pass
            case ast.stmt() if docstring(statement) is not None:
                pass
            case ast.stmt():
                raise source.error(
                    statement, "a function of counts can only compare them with numbers and return"
                )
    return found


def _constants(source: Source, test: ast.expr) -> set[int]:
    match test:
        case ast.BoolOp(values=parts):
            return set().union(*(_constants(source, part) for part in parts))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _constants(source, operand)
        case ast.Constant(value=bool()):
            return set()
        case ast.Compare(left=left, comparators=comparators):
            sides = [left, *comparators]
            numbers = [_numbers(side) for side in sides]
            neighbours = pairwise(numbers)
            points = [_is_point(side) for side in sides]
            if all(
                one or number is not None for one, number in zip(points, numbers, strict=True)
            ) and not any(first is None and second is None for first, second in neighbours):
                return set().union(*(number for number in numbers if number is not None))
    raise source.error(test, "a function of counts can only compare them with numbers")


def _is_point(expression: ast.expr) -> bool:
    """Tell whether an expression is an argument, or a tuple of arguments."""
    if isinstance(expression, ast.Tuple):
        return bool(expression.elts) and all(isinstance(item, ast.Name) for item in expression.elts)
    return isinstance(expression, ast.Name)


def _numbers(expression: ast.expr) -> set[int] | None:
    """Return the numbers in a constant expression, or None where it is none."""
    match expression:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            # A number such as 2.5 tells 2 and less from 3 and more.
            return {floor(value), ceil(value)} if isfinite(value) else set()
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return set()  # counts are 0 at least
        case ast.Dict(keys=[]):
            return set()
        case ast.Set(elts=items) | ast.List(elts=items) | ast.Tuple(elts=items):
            parts = [_numbers(item) for item in items]
            if any(part is None for part in parts):
                return None
            return set().union(*(part for part in parts if part is not None))
        case _:
            return None
