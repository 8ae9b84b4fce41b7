"""Look-ups as small functions: decisions over values, formulas or rectangles over numbers. `tprog.reader.lookups` reads them."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import prod

import libcst as cst
import numpy as np

from tprog.codegen.cases import Cases, Condition, Copied, Listed, Reading, Total
from tprog.codegen.decisions import SEARCH_UP_TO, decide
from tprog.codegen.fixed import literal_text
from tprog.codegen.formulas import (
    MOST_POINTS,
    formula_of,
    ranged_text,
    spanned,
    split_text,
    weighted_text,
)
from tprog.codegen.nodes import (
    LINE_LENGTH,
    Expression,
    Statement,
    all_of,
    chain,
    compare,
    elements,
    literal,
    literal_tuple,
    member,
    name,
    parsed,
    returns,
    within,
)
from tprog.evaluate.comparisons import Split
from tprog.evaluate.cover import covered_table, table_of
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.ranges import Ranged
from tprog.ir import CategoricalLookup, FiniteValues, NumericalLookup, Rectangle

# A look-up of fewer rectangles is no longer than a formula.
FEWEST_RECTANGLES = 2
# A look-up of no more rectangles is written as these.
MANY_RECTANGLES = 3
# Of texts that have fewer in common it is not asked whether they are the same.
LEAST_SHARED = 2
# So many pairs of values fit into a condition, where it is not known yet what the arguments are called.
LISTED = 4
# So many characters of results fit beside an argument's name.
MOST_LISTED = 50
# Tables that are to be completed are searched up to so many entries: there are many of them.
SEARCHED = 400
# Longer texts of digits are no numbers to anybody.
MOST_DIGITS = 9


def categorical_body(
    lookup: CategoricalLookup, parameters: Sequence[str], arguments: Sequence[FiniteValues]
) -> tuple[list[Statement], bool]:
    """Return the body of a categorical look-up whose arguments have the given names and values; and whether it computes.

    Only results that are all whole numbers between two, one of them 0 or beyond it, are computed: their type is not written.
    """
    decision = _decision(lookup.table, tuple(arguments), tuple(parameters), lookup.values)
    return _statements(decision, parameters, arguments, lookup.values), _computes(decision)


@lru_cache(maxsize=1024)
def _decision(
    entries: tuple[int, ...],
    arguments: tuple[FiniteValues, ...],
    parameters: tuple[str, ...],
    written: FiniteValues,
) -> Cases:
    """Return a short decision for a table, of which conditions fit on a line; it is asked for again and again."""

    def listed(first: int, second: int) -> int:
        """Return how many pairs of two arguments' values fit into a condition on one line."""
        widest = [
            max(len(literal_text(value)) for value in arguments[place].values)
            for place in (first, second)
        ]
        head = len(f"        if ({parameters[first]}, {parameters[second]}) in {{}}:")
        return max((LINE_LENGTH - head) // (sum(widest) + len("(, ), ")), 1)

    table = np.array(entries).reshape([len(values) for values in arguments])
    return decided(table, reading_of(arguments, written, _results(table, written)), listed)


def completed(
    table: IntArray, arguments: Sequence[FiniteValues], written: FiniteValues
) -> tuple[IntArray, int]:
    """Return a table with the results of a short decision where it is below 0, and the lines that this takes."""
    results = None if written.textual else [int(value) for value in written.values]
    reading = reading_of(arguments, written, results)
    decision = decided(table, reading, lambda first, second: LISTED, SEARCHED)
    return reading.table(decision, table.shape), decision.lines


def decided(
    table: IntArray,
    reading: Reading,
    listed: Callable[[int, int], int],
    search: int = SEARCH_UP_TO,
) -> Cases:
    """Return a short decision for a table whose arguments are read like that; see `decide`."""
    given = reading.numbers, reading.copies, reading.results, reading.same
    return decide(table.reshape(-1).tolist(), table.shape, listed, *given, search, reading.listable)


def reading_of(
    arguments: Sequence[FiniteValues], written: FiniteValues, results: Sequence[int] | None
) -> Reading:
    """Return what a decision over arguments can say of their values and of the results."""

    def same(first: int, second: int) -> BoolArray | None:
        """Return where two arguments hold the same text, where they have enough in common."""
        one, other = (arguments[place] for place in (first, second))
        if (
            not (one.textual and other.textual)
            or len({*one.values} & {*other.values}) < LEAST_SHARED
        ):
            return None
        return np.array([[left == right for right in other.values] for left in one.values])

    def listable(place: int, found: Mapping[int, int]) -> tuple[int, ...] | None:
        """Return the results of all values of an argument that counts from 0, if they fit on a line."""
        size = len(arguments[place])
        if arguments[place].values != tuple(range(size)):
            return None
        entries = tuple(found.get(value, 0) for value in range(size))
        room = sum(len(literal_text(written.values[one])) + len(", ") for one in entries)
        return entries if room <= MOST_LISTED else None

    copies = [_copied(values, written) for values in arguments]
    return Reading(list(map(_numbers, arguments)), copies, results, same, listable)


def _computes(decision: Cases) -> bool:
    """Tell whether some result is a sum."""
    return isinstance(decision.otherwise, Total) or any(_computes(one) for _, one in decision.cases)


def _results(table: IntArray, written: FiniteValues) -> list[int] | None:
    """Return the values that a look-up writes where they can be told from what it computes."""
    numbers = [value for value in written.values if isinstance(value, int)]
    if len(numbers) < len(written):
        return None
    used = [numbers[entry] for entry in np.unique(table).tolist()]
    return numbers if spanned(used) == written else None


def _numbers(values: FiniteValues) -> tuple[int | None, ...] | None:
    """Return values as numbers, of texts those of digits; None where there are none."""
    if not values.textual:
        return tuple(int(value) for value in values.values)
    texts = [str(value) for value in values.values]
    found = tuple(
        int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
        for text in texts
    )
    return found if any(number is not None for number in found) else None


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
            condition_of(condition, parameters, arguments),
            _statements(then, parameters, arguments, written, indent + 4),
        )
        for condition, then in decision.cases
    ]
    rest = decision.otherwise
    if isinstance(rest, Copied):
        return chain(cases, name(parameters[rest.argument]), indent)
    if isinstance(rest, Listed):
        entries = literal_tuple([written.values[one] for one in rest.entries])
        place = [cst.SubscriptElement(cst.Index(name(parameters[rest.argument])))]
        return chain(cases, cst.Subscript(entries, place), indent)
    if isinstance(rest, Total):
        return chain(cases, _total(rest, parameters, arguments), indent)
    return chain(cases, literal(written.values[rest]), indent)


def _total(
    total: Total, parameters: Sequence[str], arguments: Sequence[FiniteValues]
) -> Expression:
    names = [_as_number(place, parameters, arguments) for place, _ in total.weights]
    text = weighted_text([weight for _, weight in total.weights], names, total.added)
    if total.modulus is not None:
        plain = len(names) == 1 and text == names[0]
        return cst.parse_expression(f"{text if plain else f'({text})'} % {total.modulus}")
    text = text if total.low is None else f"max({text}, {total.low})"
    return cst.parse_expression(text if total.top is None else f"min({text}, {total.top})")


def _as_number(place: int, parameters: Sequence[str], arguments: Sequence[FiniteValues]) -> str:
    return f"int({parameters[place]})" if arguments[place].textual else parameters[place]


def condition_of(
    condition: Condition, parameters: Sequence[str], arguments: Sequence[FiniteValues]
) -> Expression:
    """Return a condition on arguments that have the given names and values."""
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
        plain = condition.comparison in (Split("==", 1, 0), Split("!=", 1, 0))
        texts = plain and all(arguments[place].textual for place in (first, second))
        own, other = (
            parameters[place] if texts else _as_number(place, parameters, arguments)
            for place in (first, second)
        )
        if isinstance(condition.comparison, Ranged):
            return cst.parse_expression(ranged_text(own, condition.comparison, other))
        return cst.parse_expression(split_text(own, condition.comparison, other))
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
    clamps = _clamps(parameters, lookup.caps, bounds)
    if found is None:
        body = _decided_body(lookup, parameters)
        return None if body is None else [*clamps, *body]
    *cases, (_, otherwise) = [
        (condition, cst.parse_expression(result)) for condition, result in found.cases
    ]
    branches = [(cst.parse_expression(one), [returns(result)]) for one, result in cases]
    return [*clamps, *chain(branches, otherwise)]


def _decided_body(lookup: NumericalLookup, parameters: Sequence[str]) -> list[Statement] | None:
    """Return decisions over numbers that take fewer lines than the rectangles do, and are read back as these; else None."""
    if (
        len(lookup.rectangles) <= MANY_RECTANGLES
        or prod(cap + 1 for cap in lookup.caps) > MOST_POINTS
    ):
        return None
    table = table_of(lookup)
    used = {lookup.values.values[one] for one in np.unique(table).tolist()}
    if (
        lookup.values.textual
        or lookup.values != spanned(map(int, used))
        or covered_table(table)
        != (
            lookup.rectangles,
            lookup.default,
        )
    ):
        return None
    arguments = tuple(FiniteValues(tuple(range(cap + 1))) for cap in lookup.caps)
    entries = tuple(table.reshape(-1).tolist())
    decision = _decision(entries, arguments, tuple(parameters), lookup.values)
    if decision.lines >= 2 * len(lookup.rectangles):
        return None
    return _statements(decision, parameters, arguments, lookup.values)


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
