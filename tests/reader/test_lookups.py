"""Functions are read as look-ups; conditions on numbers are unions of boxes."""

from itertools import product
from textwrap import indent

import pytest
from emitted import block, expression, source_and_function
from hypothesis import given
from hypothesis import strategies as st
from strategies import value_sets

from tprog.codegen.lookups import categorical_body, formula_body, numerical_body
from tprog.codegen.nodes import function
from tprog.errors import UnreadableSource
from tprog.ir import CategoricalLookup, FiniteValues, NumericalLookup, Rectangle
from tprog.reader.lookups import (
    Box,
    Conditions,
    read_computed,
    read_formula,
    read_rectangles,
    read_table,
)
from tprog.reader.rules import Rule

THREE = FiniteValues((0, 1, 2))
LETTERS = FiniteValues(("a", "b"))
BOXES = tuple[tuple[int, ...], tuple[Rectangle, ...], int]


def table(body: str, written: FiniteValues = THREE) -> tuple[int, ...]:
    """Read a function of a number below three and a letter."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    source, found = source_and_function(f"def f(n, c):\n{lines}")
    return read_table(source, found, [THREE, LETTERS], written)


def rectangles(body: str, written: FiniteValues = THREE) -> BOXES:
    """Read a function of two numbers without an end."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    source, found = source_and_function(f"def f(a, b):\n{lines}")
    return read_rectangles(source, found, 2, written)


@given(st.lists(value_sets, min_size=1, max_size=3), value_sets, st.data())
def test_a_written_table_is_read_as_itself(
    arguments: list[FiniteValues], written: FiniteValues, data: st.DataObject
) -> None:
    """Every categorical look-up comes back."""
    size = 1
    for values in arguments:
        size *= len(values)
    entry = st.integers(0, len(written) - 1)
    entries = tuple(data.draw(st.lists(entry, min_size=size, max_size=size)))
    lookup = CategoricalLookup(tuple(range(len(arguments))), written, entries)
    names = ["a", "b", "c"][: len(arguments)]
    body, computes = categorical_body(lookup, names, arguments)
    text = block([function("f", [(n, "int") for n in names], "int", body)])
    if computes:
        assert read_computed(*source_and_function(text), arguments) == (written, entries)
    else:
        assert read_table(*source_and_function(text), arguments, written) == entries


@given(st.lists(st.integers(0, 5), min_size=1, max_size=3), st.data())
def test_written_rectangles_are_read_as_themselves(caps: list[int], data: st.DataObject) -> None:
    """Caps, boxes, their order and the default come back exactly."""
    boxes = []
    for _ in range(data.draw(st.integers(0, 4))):
        bounds = []
        for cap in caps:
            low = data.draw(st.integers(0, cap))
            bounds.append((low, data.draw(st.integers(low, cap))))
        boxes.append(Rectangle(tuple(bounds), data.draw(st.integers(0, 2))))
    lookup = NumericalLookup(tuple(range(len(caps))), THREE, tuple(caps), tuple(boxes), 1)
    names = ["a", "b", "c"][: len(caps)]
    body = numerical_body(lookup, names)
    text = block([function("f", [(n, "int") for n in names], "int", body)])
    expected = (lookup.caps, lookup.rectangles, lookup.default)
    assert read_rectangles(*source_and_function(text), len(caps), THREE) == expected


@pytest.mark.parametrize(
    "body",
    [
        "if n == 0 and c == 'a':\n    return 1\nif n == 2:\n    return 2\nreturn 0",
        "if n == 2:\n    return 2\nelif c == 'a' and not n:\n    return 1\nelse:\n    return 0".replace(
            "not n", "n < 1"
        ),
        "if c == 'b':\n    return 2 if n > 1 else 0\nreturn {0: 1, 2: 2}.get(n, 0)",
        "return {(0, 'a'): 1, (2, 'a'): 2, (2, 'b'): 2}.get((n, c), 0)",
        "return ((1, 0), (0, 0), (2, 2))[n][0 if c == 'a' else 1]",
        "return n if n == 2 else (1 if (n, c) == (0, 'a') else 0)",
    ],
)
def test_a_table_may_be_written_in_many_ways(body: str) -> None:
    """Any chain of conditions that gives the table is the table."""
    assert table(body) == (1, 0, 0, 0, 2, 2)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 3", "its values are 0, 1, 2"),
        ("return c", "cannot return this"),
        ("return n == 1", "cannot return this"),
        ("return {0: 1}[n]", "no entry"),
        ("if n == 0:\n    return 1", "without a result"),
        ("return (n, c)", "cannot return this"),
        ("return [0]", "cannot hold this"),
    ],
)
def test_other_results_are_refused(body: str, message: str) -> None:
    """A result outside the values is an error at its line."""
    with pytest.raises(UnreadableSource, match=message):
        table(body)


def test_a_result_that_is_never_reached_may_be_missing() -> None:
    """A mapping below a condition needs entries only for what comes there."""
    assert table("if n == 0:\n    return {0: 2}[n]\nreturn 1") == (2, 2, 1, 1, 1, 1)


def test_too_large_a_table_is_refused() -> None:
    """A function of many values is not enumerated without an end."""
    many = FiniteValues(tuple(range(3000)))
    source, found = source_and_function("def f(a, b):\n    return 0\n")
    with pytest.raises(UnreadableSource, match="9000000 entries"):
        read_table(source, found, [many, many], THREE)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 1", ((0, 0), (), 1)),
        ("if a >= 3:\n    return 2\nreturn 0", ((3, 0), (Rectangle(((3, 3), (0, 0)), 2),), 0)),
        ("if a > 2:\n    return 2\nreturn 0", ((3, 0), (Rectangle(((3, 3), (0, 0)), 2),), 0)),
        (
            "a = min(a, 5)\nif a >= 3:\n    return 2\nreturn 0",
            ((5, 0), (Rectangle(((3, 5), (0, 0)), 2),), 0),
        ),
        ("a = min(a, 2)\nif a >= 3:\n    return 2\nreturn 0", ((2, 0), (), 0)),
        (
            "if 1 <= a <= 2 and b == 0:\n    return 1\nelif b != 1:\n    return 2\nreturn 0",
            (
                (3, 2),
                (
                    Rectangle(((1, 2), (0, 0)), 1),
                    Rectangle(((0, 3), (0, 0)), 2),
                    Rectangle(((0, 3), (2, 2)), 2),
                ),
                0,
            ),
        ),
        (
            "return 1 if a == 0 or a == 2 else 0",
            ((3, 0), (Rectangle(((0, 0), (0, 0)), 1), Rectangle(((2, 2), (0, 0)), 1)), 0),
        ),
        ("'''Doc.'''\na, b = min(a, 4), min(b, 3)\nb = min(b, 9)\nreturn 0", ((4, 3), (), 0)),
    ],
)
def test_rectangles_may_be_written_in_many_ways(body: str, expected: BOXES) -> None:
    """Comparisons of any form become boxes, in order; caps are what is clamped or needed."""
    assert rectangles(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "return 7",
        "return a",
        "if a == b:\n    return 1\nreturn 0",
        "a = max(a, 3)\nreturn 0",
        "a, b = min(a, 3)\nreturn 0",
        "if a + 1 == 2:\n    return 1\nreturn 0",
        "a = min(b, 3)\nreturn 0",
        "a = min(a, 3)",
    ],
)
def test_other_functions_of_numbers_are_refused(body: str) -> None:
    """What is no set of boxes is an error."""
    with pytest.raises(UnreadableSource, match=r"f\.py:\d+: "):
        rectangles(body)


def formula(body: str, bounds: tuple[int | None, int | None] = (3, 3)) -> NumericalLookup:
    """Read a function of two numbers as a formula."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    source, found = source_and_function(f"def f(a, b):\n{lines}")
    values, caps, boxes, default = read_formula(source, found, bounds)
    return NumericalLookup((0, 1), values, caps, boxes, default)


@given(st.sampled_from(["a + b", "max(a - b, 0)"]), st.integers(1, 5), st.integers(0, 4))
def test_a_written_formula_is_read_as_itself(text: str, cap: int, bound: int) -> None:
    """Values, caps, boxes and default come back exactly, whether a clamping line is needed or not."""
    found = formula(f"a, b = min(a, {cap}), min(b, {cap})\nreturn {text}")
    body = formula_body(found, ("a", "b"), (bound, bound))
    if body is not None:
        again = block([function("f", [(n, "int") for n in ("a", "b")], "int", body)])
        assert ("min(a" in again) == (bound != cap)
        read = read_formula(*source_and_function(again), (bound, bound))
        assert read == (found.values, found.caps, found.rectangles, found.default)


def test_a_formula_is_what_python_makes_of_it() -> None:
    """Sums, least and greatest of several, and conditions are evaluated at every point."""
    found = formula("if a == b + 1:\n    return 7\nreturn max(min(a, b, 2), a - b)")
    for a in range(4):
        for b in range(4):
            expected = 7 if a == b + 1 else max(min(a, b, 2), a - b)
            assert found.values.values[found.index((a, b))] == expected
    assert found.caps == (3, 3)
    assert len(found.values) == 8


def test_a_formula_may_give_negative_numbers() -> None:
    """Its values are then the numbers from the least to the greatest, and it is written as it was read."""
    found = formula("if a == 0:\n    return -1\nreturn min(9 - a, 7) if b == 0 else 0", (8, 8))
    assert found.values.values == tuple(range(-1, 8))
    body = formula_body(found, ("a", "b"), (8, 8))
    assert body is not None
    text = block([function("f", [(n, "int") for n in ("a", "b")], "int", body)])
    assert text.count("\n") <= 4
    read = read_formula(*source_and_function(text), (8, 8))
    assert read == (found.values, found.caps, found.rectangles, found.default)


def test_a_function_of_values_computes_numbers() -> None:
    """A sum of values, of texts of digits too, is an int; where Python would fail, it is refused."""
    digits, places = FiniteValues(("<s>", "3", "10")), FiniteValues((0, 1, 2))
    text = "def f(a, b):\n    return -1 if a == '<s>' else int(a) - b\n"
    written, table = read_computed(*source_and_function(text), [digits, places])
    assert written.values == tuple(range(-1, 11))
    assert [written.values[entry] for entry in table] == [-1, -1, -1, 3, 2, 1, 10, 9, 8]
    lookup = CategoricalLookup((0, 1), written, table)
    body, computes = categorical_body(lookup, ["a", "b"], [digits, places])
    assert computes
    again = block([function("f", [("a", "str"), ("b", "int")], "int", body)])
    assert "int(a) - b" in again
    assert read_computed(*source_and_function(again), [digits, places]) == (written, table)
    with pytest.raises(UnreadableSource, match="no entry"):
        read_computed(*source_and_function("def f(a):\n    return int(a)\n"), [digits])


def test_a_remainder_is_a_formula() -> None:
    """`%` by a positive number is read as Python computes it, also of a negative number; by others it is refused."""
    lookup = formula("a, b = min(a, 5), min(b, 5)\nreturn (a - 2 * b) % 3")
    points = product(range(6), repeat=2)
    assert all(lookup.index((a, b)) == (a - 2 * b) % 3 for a, b in points)
    for text in ("a % 0", "a % -2", "a % b", "a * b"):
        with pytest.raises(UnreadableSource, match="% by a positive number"):
            formula(f"a, b = min(a, 5), min(b, 5)\nreturn {text}")


@pytest.mark.parametrize(
    ("body", "bounds", "message"),
    [
        ("return a + b", (3, None), "b has no greatest value"),
        ("return 'x'", (3, 3), "whole numbers"),
        ("return a + b", (3000, 3000), "too large"),
        ("return a + 5000", (3, 3), "between -4096 and 4096"),
        ("return a + 999999999999999999", (3, 3), "between -4096 and 4096"),
        ("return a - 999999999999999999", (3, 3), "between -4096 and 4096"),
        ("return max(a)", (3, 3), "cannot hold this"),
    ],
)
def test_what_is_no_formula_is_refused(
    body: str, bounds: tuple[int | None, int | None], message: str
) -> None:
    """Each reason is named."""
    with pytest.raises(UnreadableSource, match=message):
        formula(body, bounds)


def test_a_result_that_no_number_leads_to_is_looked_at() -> None:
    """Python compiles it all the same: a yield there would make the function another."""
    for text in ("if n < 0:\n    return 1 / 0\nreturn 1", "if n < 0:\n    return n\nreturn 1"):
        source, function = source_and_function(f"def f(n):\n{indent(text, '    ')}\n")
        with pytest.raises(UnreadableSource, match=r":3: "):
            read_rectangles(source, function, 1, FiniteValues((0, 1)))
    text = "def f(n):\n    if n != 9223372036854775807:\n        return 1\n    return 0\n"
    source, function = source_and_function(text)
    with pytest.raises(UnreadableSource, match="64 bits"):
        read_rectangles(source, function, 1, FiniteValues((0, 1)))


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
    found = Conditions(source, ["a", "b"]).where(node, wanted)
    for a, b in product(range(12), repeat=2):
        holds = eval(text, {"a": a, "b": b})
        assert any(inside(box, (a, b)) for box in found) == (holds == wanted)


def test_a_conjunction_is_one_box() -> None:
    """Bounds of different numbers make one box, so that rectangles are read as they were written."""
    source, node = expression("a >= 2 and 1 <= b <= 3")
    assert Conditions(source, ["a", "b"]).where(node) == [((2, None), (1, 3))]


def test_a_rule_is_the_intersection_of_its_tests() -> None:
    """Tests that are wanted false are turned around."""
    source, node = expression("a >= 2")
    conditions_of = Conditions(source, ["a"])
    assert conditions_of.rule(Rule(((node, True), (expression("a == 4")[1], False)), node)) == [
        ((2, 3),),
        ((5, None),),
    ]


def test_a_condition_with_too_many_cases_is_refused() -> None:
    """Conditions cannot multiply without an end."""
    numbers = ", ".join(str(2 * n) for n in range(100))
    source, node = expression(f"a in {{{numbers}}} and b in {{{numbers}}}")
    with pytest.raises(UnreadableSource, match="too many cases"):
        Conditions(source, ["a", "b"]).where(node)
    many = " or ".join(f"a in {{{numbers}}}" for _ in range(60))
    source, node = expression(many)
    with pytest.raises(UnreadableSource, match="too many cases"):
        Conditions(source, ["a"]).where(node)


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
        Conditions(source, ["a", "b"]).where(node)


def test_a_condition_is_evaluated_where_it_is_reached() -> None:
    """What comes before may keep texts away from `int`, as in Python; where nothing does there is no number."""
    digits, places = FiniteValues(("<s>", "3", "1")), FiniteValues((0, 1, 2))
    text = "def f(a, b):\n    if a == '<s>':\n        return 2\n    return 1 if int(a) < b + 1 else 0\n"
    _, table = read_computed(*source_and_function(text), [digits, places])
    assert table == (2, 2, 2, 0, 0, 0, 0, 1, 1)
    bare = "def f(a, b):\n    return 1 if int(a) < b else 0\n"
    with pytest.raises(UnreadableSource, match="no entry"):
        read_computed(*source_and_function(bare), [digits, places])
