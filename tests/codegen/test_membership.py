"""Membership conditions are true, and short."""

import pytest
from emitted import code
from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen.membership import LINE, among, member
from tprog.ir import FiniteValues

value_sets = st.one_of(
    st.lists(st.integers(-3, 12), min_size=1, max_size=9, unique=True),
    st.lists(st.text(max_size=3), min_size=1, max_size=9, unique=True),
).map(lambda values: FiniteValues(tuple(values)))


@given(value_sets, st.data())
def test_a_condition_holds_for_the_chosen_values_alone(
    values: FiniteValues, data: st.DataObject
) -> None:
    """Python says of every value whether it was chosen."""
    chosen = sorted(data.draw(st.sets(st.sampled_from(range(len(values))), min_size=1)))
    text = code(member("a", values, chosen))
    held = [index for index, value in enumerate(values.values) if eval(text, {"a": value})]
    assert held == chosen


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ([3], "a == 3"),
        ([0, 1, 2], "a <= 2"),
        ([5, 6, 7], "a >= 5"),
        ([2, 3, 4], "2 <= a <= 4"),
        ([0, 1, 2, 3, 5, 6, 7], "a != 4"),
        ([0, 2, 3, 5, 6, 7], "a not in {1, 4}"),
        ([1, 4], "a in {1, 4}"),
        (list(range(8)), "a in {0, 1, 2, 3, 4, 5, 6, 7}"),
    ],
)
def test_the_shortest_form_is_chosen(chosen: list[int], expected: str) -> None:
    """Runs become comparisons, and what is nearly everything is said by what is missing."""
    assert code(member("a", FiniteValues(tuple(range(8))), chosen)) == expected


def test_long_sets_are_broken_over_lines() -> None:
    """A set that does not fit on a line is written as several, which the formatter keeps whole."""
    values = FiniteValues(tuple(f"word{n}" for n in range(60)))
    for chosen in (list(range(25)), list(range(15, 60))):
        text = code(member("a", values, chosen))
        parts = text.replace(" or ", "\n").replace(" and ", "\n").split("\n")
        assert len(parts) > 1
        assert all(len(part) <= LINE for part in parts)
        assert [n for n in range(60) if eval(text, {"a": f"word{n}"})] == chosen


def test_among_needs_no_value_set() -> None:
    """Keys without an end are listed."""
    assert code(among("key", [3])) == "key == 3"
    assert code(among("key", [1, 2])) == "key in {1, 2}"
