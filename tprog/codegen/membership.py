"""Conditions of the kind "this parameter has one of these values". Owns the choice of the shortest readable form."""

from collections.abc import Sequence

import libcst as cst

from tprog.codegen.nodes import all_of, any_of, compare, literal, literal_set, name, width
from tprog.ir import FiniteValues, Value

# What fits on a line beside `    if ` or `    return ` and a colon, at 88 characters.
LINE = 74

# A run of fewer integers reads better as a set.
SHORTEST_RUN = 3


def member(parameter: str, values: FiniteValues, chosen: Sequence[int]) -> cst.BaseExpression:
    """Return a condition that holds exactly where a parameter has one of the chosen values.

    Args:
        parameter: the parameter, which has one of `values`.
        values: every value that it can have.
        chosen: indices of at least one value, ascending. All of them give a condition that always holds.
    """
    wanted = [values.values[index] for index in chosen]
    if len(chosen) < len(values):
        inside = set(chosen)
        others = [value for index, value in enumerate(values.values) if index not in inside]
        if len(wanted) == 1:
            return compare(name(parameter), (cst.Equal(), literal(wanted[0])))
        run = _run(parameter, values, chosen)
        if run is not None:
            return run
        if len(others) == 1:
            return compare(name(parameter), (cst.NotEqual(), literal(others[0])))
        if 2 * len(others) <= len(wanted):
            return all_of([_in(parameter, cst.NotIn(), part) for part in _lines(others, parameter)])
    return any_of([_in(parameter, cst.In(), part) for part in _lines(wanted, parameter)])


def among(parameter: str, values: Sequence[Value]) -> cst.BaseExpression:
    """Return `parameter == value` or `parameter in {...}`, whatever other values there may be."""
    if len(values) == 1:
        return compare(name(parameter), (cst.Equal(), literal(values[0])))
    return any_of([_in(parameter, cst.In(), part) for part in _lines(values, parameter)])


def _in(parameter: str, operator: cst.BaseCompOp, values: Sequence[Value]) -> cst.BaseExpression:
    return compare(name(parameter), (operator, literal_set(values)))


def _run(parameter: str, values: FiniteValues, chosen: Sequence[int]) -> cst.BaseExpression | None:
    """Return a range comparison where the chosen values are a run of ascending integers."""
    integers = [value for value in values.values if isinstance(value, int)]
    if len(integers) != len(values) or integers != sorted(integers):
        return None
    if len(chosen) < SHORTEST_RUN or chosen[-1] - chosen[0] != len(chosen) - 1:
        return None
    low, high = literal(integers[chosen[0]]), literal(integers[chosen[-1]])
    if chosen[0] == 0:
        return compare(name(parameter), (cst.LessThanEqual(), high))
    if chosen[-1] == len(values) - 1:
        return compare(name(parameter), (cst.GreaterThanEqual(), low))
    return compare(low, (cst.LessThanEqual(), name(parameter)), (cst.LessThanEqual(), high))


def _lines(values: Sequence[Value], parameter: str) -> list[list[Value]]:
    """Break values into sets that each fit on a line; the formatter would give every value its own."""
    parts: list[list[Value]] = []
    room = 0
    for value in values:
        needed = width(literal(value)) + 2
        if not parts or needed > room:
            parts.append([])
            room = LINE - len(parameter) - len(" not in {}")
        parts[-1].append(value)
        room -= needed
    return parts
