"""Tests of the one-line descriptions."""

import pytest
from example_programs import hist_program, reverse_program
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.explain.describe import (
    clip,
    describe,
    describe_compare,
    describe_predicate,
    show_value,
)
from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    KeyIn,
    Predicate,
    Program,
    Table,
    Value,
)

NUMBERS = FiniteValues(tuple(range(6)))
LETTERS = FiniteValues(("c", "a", "b"))


@pytest.mark.parametrize(
    ("compare", "text"),
    [
        (Compare("=="), "key == query"),
        (Compare("<", 1, 2), "key < query + 2"),
        (Compare(">=", 1, -1), "key >= query - 1"),
        (Compare("==", -1, 7), "key == 7 - query"),
    ],
)
def test_comparisons_read_as_python(compare: Compare, text: str) -> None:
    """A comparison is written as Python writes it."""
    assert describe_compare(compare) == text


@pytest.mark.parametrize(
    ("predicate", "text"),
    [
        (Constant(True), "every key"),
        (Constant(False), "no key"),
        (KeyIn((2,)), "key == b"),
        (KeyIn((0, 1)), "key in {c, a}"),
        (Table(((0,), (1,), (2,))), "key == query"),
        (Table(((0,), (0,), (0,))), "key == c"),
        (Table(((), (), ())), "no key"),
        (Table(((0, 1, 2),) * 3), "every key"),
        (Table(((1,), (), (1,))), "c b → a"),
        (Table(((1,), (2,), (0,))), "c → a, a → b, b → c"),
    ],
)
def test_predicates_over_texts_have_their_shortest_exact_form(
    predicate: Predicate, text: str
) -> None:
    """Comparison, set, grouped rows: whatever is exact and short."""
    assert describe_predicate(predicate, LETTERS, LETTERS) == text


def test_long_tables_say_how_many_rows_match() -> None:
    """Where rows do not fit the width, their number stands for them."""
    rows = ((3,), (1, 4), (), (0,), (5,), (2,))
    assert describe_predicate(Table(rows), NUMBERS, NUMBERS, width=12) == "5 of 6 rows match"
    full = ((3,), (1, 4), (5,), (0,), (5,), (2,))
    assert describe_predicate(Table(full), NUMBERS, NUMBERS, width=12) == "table of 6 rows"


@given(programs(None), st.integers(8, 40))
def test_descriptions_keep_to_one_line_and_the_width(program: Program, width: int) -> None:
    """Every variable of a random Program has a line that fits."""
    for variable in range(len(program.variables)):
        line = describe(program, variable, width)
        assert 0 < len(line) <= width
        assert line.isprintable()


def test_known_programs_describe_themselves() -> None:
    """The hand-written programs read as they were meant."""
    found = reverse_program()
    assert [describe(found, variable) for variable in range(3, 6)] == [
        "key == </s>",
        "36 entries → 6 values",
        "key == query",
    ]
    assert describe(hist_program(), 4) == "4 boxes, else 0"
    assert describe(hist_program(), 0) == "the token itself"


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), ("a", "a"), ("", "''"), ("a b", "'a b'"), ("\t", "'\\t'"), ("'", '"\'"')],
)
def test_values_are_quoted_where_plain_text_would_be_unclear(value: Value, text: str) -> None:
    """Blanks, quotes and what cannot be printed are quoted."""
    assert show_value(value) == text


def test_clipping_keeps_to_the_width() -> None:
    """What is too long ends in an ellipsis."""
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdefg", 6) == "abcde…"
