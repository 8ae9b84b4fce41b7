"""Expressions mean on a grid what they mean in Python."""

import ast
from itertools import product

import numpy as np
import pytest
from emitted import expression
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UnreadableSource
from tprog.reader.grid import MOST_ENTRIES, Grid
from tprog.reader.rules import Rule

NUMBERS = (0, 1, 2, 5)
LETTERS = ("a", "b", "c")

numbers = st.sampled_from(
    ["a", "1", "-2", "a + 1", "a - 2", "-a", "5 - a", "{0: 3, 1: 1}.get(a, 2)"]
)
conditions = st.recursive(
    st.one_of(
        st.tuples(numbers, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers).map(
            " ".join
        ),
        st.sampled_from(
            [
                "a in {1, 2}",
                "a not in (0, 5)",
                "b == 'a'",
                "b in {'a', 'c'}",
                "(a, b) in {(1, 'a'), (2, 'b')}",
                "(a, b) == (0, 'c')",
                "0 <= a <= 1",
                "0 < a < 5 != 3",
                "b < 'b'",
                "True",
                "b == {0: 'a', 1: 'b', 2: 'b', 5: 'c'}[a]",
                "b in {0: {'a'}, 1: {'b', 'c'}}.get(a, ())",
                "b == ('a', 'b', 'c', 'c', 'c', 'a')[a]",
                "a in [1, a]",
                "a == (3 if b == 'a' else 1)",
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(
            lambda parts: f"({parts[0]}{parts[1]}{parts[2]})"
        ),
        inner.map(lambda part: f"(not {part})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
    ),
    max_leaves=5,
)


@given(conditions)
def test_conditions_hold_where_python_says(text: str) -> None:
    """The truth of a condition at every point is Python's."""
    source, node = expression(text)
    grid = Grid(source, ["a", "b"], [NUMBERS, LETTERS])
    found = np.broadcast_to(grid.truth(node), grid.shape)
    expected = [[eval(text, {"a": a, "b": b}) for b in LETTERS] for a in NUMBERS]
    assert found.tolist() == expected


def test_a_condition_on_one_parameter_costs_its_values_only() -> None:
    """Entries are not multiplied by parameters that are not read."""
    source, node = expression("a in {1, 2}")
    grid = Grid(source, ["a", "b"], [range(3000), range(3000)])
    assert grid.truth(node).shape == (3000, 1)
    source, node = expression("a == b")
    with pytest.raises(UnreadableSource, match="9000000 cases"):
        grid.truth(node)
    assert MOST_ENTRIES < 3000 * 3000
    rule = Rule(((expression("a == 1")[1], True), (expression("b == 1")[1], True)), node)
    with pytest.raises(UnreadableSource, match="cases"):
        grid.mask(rule)


def test_a_rule_holds_where_its_tests_come_out_as_stated() -> None:
    """Tests can be wanted true or false."""
    tests = (
        (ast.parse("a > 0", mode="eval").body, True),
        (ast.parse("b == 'a'", mode="eval").body, False),
    )
    source, node = expression("1")
    grid = Grid(source, ["a", "b"], [NUMBERS, LETTERS])
    found = grid.mask(Rule(tests, node))
    assert found.tolist() == [[a > 0 and b != "a" for b in LETTERS] for a in NUMBERS]


def test_a_table_without_an_entry_is_an_error_only_where_it_is_reached() -> None:
    """A look-up that fails for values which never come there is no mistake."""
    source, node = expression("{1: 7}[a]")
    grid = Grid(source, ["a"], [NUMBERS])
    reached = np.array([False, True, False, False])
    assert grid.reached(node, reached)[1] == 7
    with pytest.raises(UnreadableSource, match="no entry"):
        grid.reached(node, ~reached)
    source, node = expression("(1, 2)[a] + 1 == 2")
    with pytest.raises(UnreadableSource, match="no entry"):
        Grid(source, ["a"], [NUMBERS]).truth(node)


@pytest.mark.parametrize(
    "text",
    [
        "z == 1",
        "a",
        "a < b",
        "a + b == 1",
        "a * 2 == 4",
        "a is b",
        "f(a)",
        "a.x == 1",
        "{**a} == 1",
        "{1: 2, 1: 3}[a] == 2",
        "{a: 1}[a] == 1",
        "[c for c in a] == 1",
        "lambda: a",
        "a[0] == 1",
        "{1: 2}.pop(a) == 1",
        "1.5 == a",
        "b'' == a",
        "f'{a}' == b",
        "(a := 1) == 1",
        "a and b",
        "a in 3",
        "{[1]: 2}[a] == 1",
        "{{1}, 2} == a",
        "a in {({},)}",
        "[a] == (1,)",
        "(a,) in [[1]]",
        "a in [1] == (1,)",
        "(a == 1) == True",
        "a == True",
        "{'x': True}.get({b}, False)",
        "{b} in {'x': 1}",
        "({b},) in {('x',)}",
        "b == 'never'",
        "b in {'x', 'never'}",
        "+b == 'x'",
        "0 == (1, 2)[a] == 1",
        "a == a or 0 == (1, 2)[a] == 1",
        "b in {{1: 'x'}[2], 'a'}",
        "a in {(1, 2)[5], 1}",
        "{'x': {1: True}[2]}.get(b, a < 1)",
        "{{1: 'x'}[2]: True}.get(b, a < 1)",
        "{({1},): 2}[a] == 1",
    ],
)
def test_other_expressions_are_refused(text: str) -> None:
    """What is no condition on the parameters is an error, and never executed."""
    source, node = expression(text)
    with pytest.raises(UnreadableSource, match=r"f\.py:1: "):
        Grid(source, ["a", "b"], [NUMBERS, LETTERS]).truth(node)


@given(st.sampled_from(list(product(NUMBERS, LETTERS))))
def test_constants_need_no_parameters(point: tuple[int, str]) -> None:
    """A literal has one entry on any grid."""
    source, node = expression(repr(point))
    assert Grid(source, [], []).entries(node).item() == point
