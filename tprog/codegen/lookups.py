"""Look-ups as small functions. Owns their form; refuses to know what they are applied to."""

from collections.abc import Sequence

import libcst as cst

from tprog.codegen.decisions import Condition, Decision, decide
from tprog.codegen.formulas import formula_of
from tprog.codegen.membership import member
from tprog.codegen.nodes import (
    LINE_LENGTH,
    OPERATORS,
    Statement,
    all_of,
    assign,
    call,
    chain,
    compare,
    elements,
    literal,
    literal_tuple,
    name,
    plus,
    returns,
    width,
)
from tprog.ir import CategoricalLookup, FiniteValues, NumericalLookup, Rectangle

FEWEST_RECTANGLES = 2
"""A look-up of fewer rectangles is no longer than a formula."""


def categorical_body(
    lookup: CategoricalLookup, parameters: Sequence[str], arguments: Sequence[FiniteValues]
) -> list[Statement]:
    """Return the body of a categorical look-up.

    Args:
        lookup: the look-up.
        parameters: its parameters' names.
        arguments: the value set of each parameter.
    """
    decision = decide(
        lookup.table,
        [len(values) for values in arguments],
        lambda first, second: _pairs_per_line(parameters, arguments, first, second),
        [_numbers(values) for values in arguments],
    )
    return _statements(decision, parameters, arguments, lookup.values)


def _numbers(values: FiniteValues) -> tuple[int, ...] | None:
    numbers = tuple(value for value in values.values if isinstance(value, int))
    return numbers if len(numbers) == len(values) else None


def _pairs_per_line(
    parameters: Sequence[str], arguments: Sequence[FiniteValues], first: int, second: int
) -> int:
    """Return how many pairs of two arguments' values fit into a condition on one line."""
    longest = [
        max(width(literal(value)) for value in arguments[place].values) for place in (first, second)
    ]
    head = len(f"        if ({parameters[first]}, {parameters[second]}) in {{}}:")
    return max((LINE_LENGTH - head) // (sum(longest) + len("(, ), ")), 1)


def _statements(
    decision: Decision,
    parameters: Sequence[str],
    arguments: Sequence[FiniteValues],
    written: FiniteValues,
    indent: int = 4,
) -> list[Statement]:
    cases = [
        (
            _condition(condition, parameters, arguments),
            _statements(then, parameters, arguments, written, indent + 4),
        )
        for condition, then in decision.cases
    ]
    return chain(cases, literal(written.values[decision.otherwise]), indent)


def _condition(
    condition: Condition, parameters: Sequence[str], arguments: Sequence[FiniteValues]
) -> cst.BaseExpression:
    if condition.pairs:
        first, second = condition.pair
        pairs = [
            literal_tuple((arguments[first].values[row], arguments[second].values[column]))
            for row, column in condition.pairs
        ]
        both = cst.Tuple(elements([name(parameters[first]), name(parameters[second])]))
        if len(pairs) > 1:
            return compare(both, (cst.In(), cst.Set(elements(pairs))))
        return compare(both, (cst.Equal(), pairs[0]))
    if condition.comparison is not None:
        relation, shift = condition.comparison
        one, two = (name(parameters[place]) for place in condition.pair)
        return compare(one, (OPERATORS[relation](), plus(two, shift)))
    return all_of(
        [member(parameters[place], arguments[place], chosen) for place, chosen in condition.terms]
    )


def formula_body(
    lookup: NumericalLookup, parameters: Sequence[str], bounds: Sequence[int | None]
) -> list[Statement] | None:
    """Return the body of a numerical look-up as a formula; None where its rectangles are shorter, or there is none.

    Args:
        lookup: the look-up.
        parameters: its parameters' names.
        bounds: the greatest value that each argument can have; a cap there needs no clamping line.
    """
    if len(lookup.rectangles) < FEWEST_RECTANGLES:
        return None
    found = formula_of(lookup, parameters)
    if found is None:
        return None
    clamps = _clamps(
        [
            (parameter, cap)
            for parameter, cap, bound in zip(parameters, lookup.caps, bounds, strict=True)
            if cap != bound
        ]
    )
    result = cst.parse_expression(found.result)
    if found.condition is None or found.otherwise is None:
        return [*clamps, returns(result)]
    condition = cst.parse_expression(found.condition)
    return [
        *clamps,
        *chain([(condition, [returns(result)])], cst.parse_expression(found.otherwise)),
    ]


def numerical_body(lookup: NumericalLookup, parameters: Sequence[str]) -> list[Statement]:
    """Return the body of a numerical look-up: its rectangles in order.

    A bound at the cap is no bound at all, so the comparisons mean the same with clamped and with plain arguments. A
    clamping line stands only for a cap that is not the least one that the comparisons need (see `least_caps`).
    """
    needed = least_caps(lookup.rectangles, lookup.caps)
    clamps = _clamps(
        [
            (parameter, cap)
            for parameter, cap, least in zip(parameters, lookup.caps, needed, strict=True)
            if cap != least
        ]
    )
    cases = [
        (
            _within(rectangle, parameters, lookup.caps),
            [returns(literal(lookup.values.values[rectangle.value]))],
        )
        for rectangle in lookup.rectangles
    ]
    return [*clamps, *chain(cases, literal(lookup.values.values[lookup.default]))]


def _clamps(caps: Sequence[tuple[str, int]]) -> list[Statement]:
    """Return `a = min(a, 7)`, for several parameters on one line where they fit."""
    targets = [name(parameter) for parameter, _ in caps]
    values = [call("min", name(parameter), literal(cap)) for parameter, cap in caps]
    if len(caps) > 1:
        target = cst.Tuple(elements(targets), lpar=[], rpar=[])
        value = cst.Tuple(elements(values), lpar=[], rpar=[])
        if 4 + width(target) + len(" = ") + width(value) <= LINE_LENGTH:
            return [assign(target, value)]
    return [assign(target, value) for target, value in zip(targets, values, strict=True)]


def least_caps(rectangles: Sequence[Rectangle], caps: Sequence[int]) -> tuple[int, ...]:
    """Return for each argument the least cap that keeps every bound of the rectangles apart from infinity."""
    least = [0] * len(caps)
    for rectangle in rectangles:
        for place, (low, high) in enumerate(rectangle.bounds):
            least[place] = max(least[place], low if high == caps[place] else high + 1)
    return tuple(least)


def _within(
    rectangle: Rectangle, parameters: Sequence[str], caps: Sequence[int]
) -> cst.BaseExpression:
    terms = [
        _between(parameter, low, None if high == cap else high)
        for parameter, (low, high), cap in zip(parameters, rectangle.bounds, caps, strict=True)
        if (low, high) != (0, cap)
    ]
    # A rectangle over everything: numerical values are never negative.
    return all_of(terms or [compare(name(parameters[0]), (cst.GreaterThanEqual(), literal(0)))])


def _between(parameter: str, low: int, high: int | None) -> cst.BaseExpression:
    own = name(parameter)
    if high is None:
        return compare(own, (cst.GreaterThanEqual(), literal(low)))
    if low == high:
        return compare(own, (cst.Equal(), literal(low)))
    if low == 0:
        return compare(own, (cst.LessThanEqual(), literal(high)))
    return compare(literal(low), (cst.LessThanEqual(), own), (cst.LessThanEqual(), literal(high)))
