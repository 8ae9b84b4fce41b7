"""Decisions give their table, and prefer the shorter way."""

from collections.abc import Callable
from itertools import product
from math import prod

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen.cases import Cases, Copied, Listed, Total
from tprog.codegen.decisions import decide
from tprog.evaluate.inputs import BoolArray
from tprog.ir.predicate import RELATIONS, Relation


def value(decision: Cases, point: tuple[int, ...]) -> int:
    """Return what a decision says at a point, where values are their own indices."""
    for condition, then in decision.cases:
        holds = all(point[place] in chosen for place, chosen in condition.terms)
        if condition.pairs:
            holds = holds and tuple(point[place] for place in condition.pair) in condition.pairs
        if condition.comparison is not None:
            one, two = (np.array([point[place]]) for place in condition.pair)
            holds = holds and bool(condition.comparison.holds(one, two)[0])
        if holds:
            return value(then, point)
    rest = decision.otherwise
    if isinstance(rest, Total):
        total = sum(sign * point[place] for place, sign in rest.weights) + rest.added
        total = total if rest.modulus is None else total % rest.modulus
        total = total if rest.low is None else max(total, rest.low)
        return total if rest.top is None else min(total, rest.top)
    if isinstance(rest, Listed):
        return rest.entries[point[rest.argument]]
    return point[rest.argument] if isinstance(rest, Copied) else rest


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_a_decision_gives_the_table(sizes: list[int], data: st.DataObject) -> None:
    """Every point comes out as the table has it, for one argument or several."""
    total = prod(sizes)
    table = data.draw(st.lists(st.integers(0, 3), min_size=total, max_size=total))
    numbers = data.draw(st.sampled_from([(), [range(size) for size in sizes]]))
    results = data.draw(st.sampled_from([None, range(4)]))
    decision = decide(table, sizes, lambda first, second: 5, numbers, (), results)
    points = product(*map(range, sizes))
    assert [value(decision, point) for point in points] == table


@given(
    st.sampled_from(list(RELATIONS.items())),
    st.integers(-1, 1),
    st.integers(0, 6),
    st.sampled_from([0, 1]),
)
def test_arguments_are_compared_where_that_says_it_all(
    relation: tuple[Relation, Callable[[int, int], bool]], shift: int, odd: int, axis: int
) -> None:
    """A comparison of two numbers is one condition; one value of one argument may be an exception."""
    points = list(product(range(7), range(7)))
    numbers = [range(7), range(7)]
    table = [int(relation[1](a, b + shift)) for a, b in points]
    plain = decide(table, [7, 7], lambda first, second: 5, numbers)
    assert plain.lines == 1
    table = [2 if point[axis] == odd else entry for point, entry in zip(points, table, strict=True)]
    decision = decide(table, [7, 7], lambda first, second: 5, numbers)
    assert decision.lines <= 3
    assert [value(decision, point) for point in points] == table


def test_a_constant_needs_no_case() -> None:
    """A table with one result is that result."""
    assert decide([2] * 8, [2, 4], lambda first, second: 5) == Cases((), 2)


def test_an_argument_without_effect_is_not_mentioned() -> None:
    """What does not change the result stands in no condition."""
    table = [int(b == 1) for _a, b, _c in product(range(3), range(3), range(3))]
    decision = decide(table, [3, 3, 3], lambda first, second: 5)
    assert {place for condition, _ in decision.cases for place, _ in condition.terms} == {1}
    assert decision.lines == 1


def test_a_nested_decision_is_taken_where_it_is_shorter() -> None:
    """Where each value of one argument has rules of its own, they stand below it."""
    table = [b * (a < 4) for a, b in product(range(8), range(8))]
    decision = decide(table, [8, 8], lambda first, second: 1)
    assert any(then.cases for _, then in decision.cases) or decision.lines <= 16


def test_a_huge_table_is_decided_without_a_search() -> None:
    """Beyond the search's bound equal rows are grouped."""
    table = [a % 3 if b else 0 for a, b in product(range(60), range(60))]
    decision = decide(table, [60, 60], lambda first, second: 5)
    points = product(range(60), range(60))
    assert [value(decision, point) for point in points] == table
    assert decision.lines < 12


@given(st.integers(2, 5), st.data())
def test_a_table_that_copies_an_argument_says_so(size: int, data: st.DataObject) -> None:
    """One argument's value is the result but for a value of another: one case, and the argument."""
    places = st.integers(0, size - 1)
    special, other = data.draw(places), data.draw(places)
    table = [other if row == special else column for row in range(size) for column in range(size)]
    same = list(range(size))
    decision = decide(table, [size, size], lambda first, second: 1, (), [None, same])
    points = [(row, column) for row in range(size) for column in range(size)]
    assert [value(decision, point) for point in points] == table
    assert decision.lines <= 3


def test_a_result_is_a_number_more_or_less_than_an_argument() -> None:
    """Where two arguments are equal nothing is given, else the third counted from its end, but for its first value."""
    points = list(product(range(3), range(3), range(9)))
    table = [0 if a == b or not place else 8 - place for a, b, place in points]
    numbers, listed = [range(3), range(3), range(9)], lambda first, second: 5
    decision = decide(table, [3, 3, 9], listed, numbers, (), range(8))
    assert decision.lines <= 5 < decide(table, [3, 3, 9], listed, numbers).lines
    assert [value(decision, point) for point in points] == table


@given(st.sampled_from([1, -1, 2]), st.integers(-4, 10), st.booleans())
def test_a_comparison_of_two_arguments_says_it_all(scale: int, number: int, swapped: bool) -> None:
    """Two results that a weighted comparison tells apart take one line."""
    points = list(product(range(7), range(7)))
    pairs = [(b, a) if swapped else (a, b) for a, b in points]
    table = [int(a < scale * b + number) for a, b in pairs]
    decision = decide(table, [7, 7], lambda first, second: 5, [range(7), range(7)])
    assert decision.lines == 1
    assert [value(decision, point) for point in points] == table


@given(st.sampled_from([(1, 1), (1, -1), (-1, 1)]), st.integers(-3, 3), st.integers(0, 5))
def test_a_sum_of_two_arguments_is_one_line(signs: tuple[int, int], added: int, top: int) -> None:
    """Also where it is kept within bounds, or where one argument has a value that is no number."""
    points = list(product(range(6), range(6)))
    table = [min(max(signs[0] * a + signs[1] * b + added, 0), top) for a, b in points]
    numbers, listed = [range(6), range(6)], lambda first, second: 5
    decision = decide(table, [6, 6], listed, numbers, (), range(top + 1))
    assert decision.lines == 1 or len({*table}) <= 2
    assert [value(decision, point) for point in points] == table
    table = [0 if a == 0 else entry for (a, _), entry in zip(points, table, strict=True)]
    decision = decide(table, [6, 6], listed, [(None, *range(1, 6)), range(6)], (), range(top + 1))
    assert [value(decision, point) for point in points] == table


@given(st.lists(st.integers(2, 4), min_size=1, max_size=3), st.data())
def test_a_decision_may_ask_whether_two_texts_are_the_same(
    sizes: list[int], data: st.DataObject
) -> None:
    """Copies and equal texts are used where they say what the table has, and nowhere else."""
    total = prod(sizes)
    table = data.draw(st.lists(st.integers(0, 3), min_size=total, max_size=total))
    copies = [range(size) if data.draw(st.booleans()) else None for size in sizes]
    decision = decide(table, sizes, lambda first, second: 5, (), copies, None, _same(sizes))
    points = list(product(*map(range, sizes)))
    assert [value(decision, point) for point in points] == table
    # Planted: the first value apart, else whether both are the same.
    rest = sizes[1:]
    table = [0 if 0 in point[:2] else int(len({*point[:2]}) == 1) for point in points]
    decision = decide(table, sizes, lambda first, second: 5, (), (), None, _same(sizes))
    assert [value(decision, point) for point in points] == table
    if rest:
        assert decision.lines <= 5


def _same(sizes: list[int]) -> Callable[[int, int], BoolArray | None]:
    def same(first: int, second: int) -> BoolArray | None:
        return np.equal.outer(np.arange(sizes[first]), np.arange(sizes[second]))

    return same


def test_what_an_argument_says_itself_is_one_case() -> None:
    """Where the result is the argument but for one of its values, its other values need no cases."""
    points = list(product(range(6), range(3)))
    table = [3 + b if a == 0 else a for a, b in points]
    copies = [[9, 1, 2, 3, 4, 5], None]
    decision = decide(table, [6, 3], lambda first, second: 5, (), copies)
    assert [value(decision, point) for point in points] == table
    assert decision.lines <= 5 < decide(table, [6, 3], lambda first, second: 5).lines
