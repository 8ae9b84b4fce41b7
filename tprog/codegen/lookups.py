"""Look-ups as small functions: decisions over values, formulas or rectangles over numbers. `tprog.reader.lookups` reads them."""

from collections.abc import Sequence

import libcst as cst

from tprog.codegen.decisions import Cases, Condition, Copied, Shifted, decide
from tprog.codegen.fixed import literal_text
from tprog.codegen.formulas import formula_of
from tprog.codegen.nodes import (
    LINE_LENGTH,
    Expression,
    Statement,
    all_of,
    chain,
    compare,
    elements,
    less,
    literal,
    literal_tuple,
    member,
    name,
    parsed,
    plus,
    returns,
    within,
)
from tprog.ir import CategoricalLookup, FiniteValues, NumericalLookup, Rectangle

# A look-up of fewer rectangles is no longer than a formula.
FEWEST_RECTANGLES = 2


def categorical_body(
    lookup: CategoricalLookup, parameters: Sequence[str], arguments: Sequence[FiniteValues]
) -> list[Statement]:
    """Return the body of a categorical look-up whose arguments have the given names and values."""

    def listed(first: int, second: int) -> int:
        """Return how many pairs of two arguments' values fit into a condition on one line."""
        widest = [
            max(len(literal_text(value)) for value in arguments[place].values)
            for place in (first, second)
        ]
        head = len(f"        if ({parameters[first]}, {parameters[second]}) in {{}}:")
        return max((LINE_LENGTH - head) // (sum(widest) + len("(, ), ")), 1)

    sizes = [len(values) for values in arguments]
    copies = [_copied(values, lookup.values) for values in arguments]
    numbers = list(map(_numbers, arguments))
    decision = decide(lookup.table, sizes, listed, numbers, copies, _numbers(lookup.values))
    return _statements(decision, parameters, arguments, lookup.values)


def _numbers(values: FiniteValues) -> tuple[int, ...] | None:
    numbers = tuple(value for value in values.values if isinstance(value, int))
    return numbers if len(numbers) == len(values) else None


def _copied(values: FiniteValues, written: FiniteValues) -> tuple[int, ...] | None:
    """Return which results are an argument's values, None where one of them is no result."""
    found = tuple(written.index(value) for value in values.values)
    known = tuple(index for index in found if index is not None)
    return known if len(known) == len(found) else None


def _statements(
    decision: Cases,
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
    rest = decision.otherwise
    if isinstance(rest, Copied):
        return chain(cases, name(parameters[rest.argument]), indent)
    if isinstance(rest, Shifted):
        own = name(parameters[rest.argument])
        return chain(
            cases, plus(own, rest.added) if rest.sign > 0 else less(rest.added, own), indent
        )
    return chain(cases, literal(written.values[rest]), indent)


def _condition(
    condition: Condition, parameters: Sequence[str], arguments: Sequence[FiniteValues]
) -> Expression:
    first, second = condition.pair
    if condition.pairs:
        pairs = [
            literal_tuple((arguments[first].values[row], arguments[second].values[column]))
            for row, column in condition.pairs
        ]
        both = cst.Tuple(elements([name(parameters[first]), name(parameters[second])]))
        if len(pairs) > 1:
            return compare(both, "in", cst.Set(elements(pairs)))
        return compare(both, "==", pairs[0])
    if condition.comparison is not None:
        relation, shift = condition.comparison
        return compare(name(parameters[first]), relation, plus(name(parameters[second]), shift))
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
    clamps = _clamps(parameters, lookup.caps, bounds)
    result = cst.parse_expression(found.result)
    if found.condition is None or found.otherwise is None:
        return [*clamps, returns(result)]
    case = (cst.parse_expression(found.condition), [returns(result)])
    return [*clamps, *chain([case], cst.parse_expression(found.otherwise))]


def numerical_body(lookup: NumericalLookup, parameters: Sequence[str]) -> list[Statement]:
    """Return the body of a numerical look-up: its rectangles in order.

    A bound at the cap is no bound at all, so the comparisons mean the same with clamped and with plain arguments. A
    clamping line stands only for a cap that is not the least one that the comparisons need (see `least_caps`).
    """
    cases = [
        (
            _inside(rectangle, parameters, lookup.caps),
            [returns(literal(lookup.values.values[rectangle.value]))],
        )
        for rectangle in lookup.rectangles
    ]
    clamps = _clamps(parameters, lookup.caps, least_caps(lookup.rectangles, lookup.caps))
    return [*clamps, *chain(cases, literal(lookup.values.values[lookup.default]))]


def _clamps(
    parameters: Sequence[str], caps: Sequence[int], known: Sequence[int | None]
) -> list[Statement]:
    """Return `a = min(a, 7)` for each cap that is not known, for several parameters on one line where they fit."""
    clamped = {
        parameter: f"min({parameter}, {cap})"
        for parameter, cap, other in zip(parameters, caps, known, strict=True)
        if cap != other
    }
    line = f"{', '.join(clamped)} = {', '.join(clamped.values())}"
    if len(clamped) > 1 and 4 + len(line) <= LINE_LENGTH:
        return [parsed(line)]
    return [parsed(f"{parameter} = {value}") for parameter, value in clamped.items()]


def least_caps(rectangles: Sequence[Rectangle], caps: Sequence[int]) -> tuple[int, ...]:
    """Return for each argument the least cap that keeps every bound of the rectangles apart from infinity."""
    least = [0] * len(caps)
    for rectangle in rectangles:
        for place, (low, high) in enumerate(rectangle.bounds):
            least[place] = max(least[place], low if high == caps[place] else high + 1)
    return tuple(least)


def _inside(rectangle: Rectangle, parameters: Sequence[str], caps: Sequence[int]) -> Expression:
    terms: list[Expression] = []
    for parameter, (low, high), cap in zip(parameters, rectangle.bounds, caps, strict=True):
        if high == cap and low > 0:
            terms.append(within(parameter, low, None))
        elif high != cap:
            terms.append(within(parameter, low if low or not high else None, high))
    # A rectangle over everything: numerical values are never negative.
    return all_of(terms or [within(parameters[0], 0, None)])
