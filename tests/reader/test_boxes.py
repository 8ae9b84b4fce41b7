"""Conditions on numbers are unions of boxes."""

from itertools import product

import pytest
from emitted import expression
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UnreadableSource
from tprog.reader.boxes import Box, Boxes
from tprog.reader.flow import Rule

comparisons = st.one_of(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        st.integers(-1, 5).map(str),
    ).map(" ".join),
    st.tuples(
        st.integers(-1, 5).map(str),
        st.sampled_from(["<", "<=", "==", ">", ">=", "!="]),
        st.sampled_from("ab"),
    ).map(" ".join),
    st.sampled_from(
        ["1 <= a <= 3", "a in {0, 2, 3}", "b not in (1, 5)", "a in {-1}", "True", "0 < b < 9 != 3"]
    ),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(
            lambda parts: f"({''.join(parts)})"
        ),
        inner.map(lambda part: f"(not {part})"),
    ),
    max_leaves=5,
)


def inside(box: Box, point: tuple[int, ...]) -> bool:
    """Tell whether a point lies in a box."""
    return all(
        low <= value and (high is None or value <= high)
        for (low, high), value in zip(box, point, strict=True)
    )


@given(conditions, st.booleans())
def test_boxes_hold_where_python_says(text: str, wanted: bool) -> None:
    """A point lies in a box exactly where the condition comes out as wanted."""
    text = text.replace("0 < b < 9 != 3", "0 < b < 9")
    source, node = expression(text)
    found = Boxes(source, ["a", "b"]).where(node, wanted)
    for a, b in product(range(12), repeat=2):
        holds = eval(text, {"a": a, "b": b})
        assert any(inside(box, (a, b)) for box in found) == (holds == wanted)


def test_a_conjunction_is_one_box() -> None:
    """Bounds of different numbers make one box, so that rectangles are read as they were written."""
    source, node = expression("a >= 2 and 1 <= b <= 3")
    assert Boxes(source, ["a", "b"]).where(node) == [((2, None), (1, 3))]


def test_a_rule_is_the_intersection_of_its_tests() -> None:
    """Tests that are wanted false are turned around."""
    source, node = expression("a >= 2")
    boxes = Boxes(source, ["a"])
    assert boxes.rule(Rule(((node, True), (expression("a == 4")[1], False)), node)) == [
        ((2, 3),),
        ((5, None),),
    ]


def test_a_condition_with_too_many_cases_is_refused() -> None:
    """Conditions cannot multiply without an end."""
    numbers = ", ".join(str(2 * n) for n in range(100))
    source, node = expression(f"a in {{{numbers}}} and b in {{{numbers}}}")
    with pytest.raises(UnreadableSource, match="too many cases"):
        Boxes(source, ["a", "b"]).where(node)
    many = " or ".join(f"a in {{{numbers}}}" for _ in range(60))
    source, node = expression(many)
    with pytest.raises(UnreadableSource, match="too many cases"):
        Boxes(source, ["a"]).where(node)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a == b",
        "c == 1",
        "a + 1 == 2",
        "a == 'x'",
        "a in b",
        "a in {b}",
        "{1} in a",
        "a is 1",
        "f(a)",
        "a == 1.5",
        "3",
    ],
)
def test_other_conditions_are_refused(text: str) -> None:
    """What is no comparison of one number is an error."""
    source, node = expression(text)
    with pytest.raises(UnreadableSource, match=r"f\.py:1: "):
        Boxes(source, ["a", "b"]).where(node)
