"""The small builders write what they promise; membership conditions are true, and short."""

import ast

import pytest
from emitted import block, code
from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen.fixed import literal_text
from tprog.codegen.nodes import (
    CONDITION_LENGTH,
    LINE_LENGTH,
    all_of,
    among,
    any_of,
    branch,
    chain,
    equals,
    function,
    lines,
    literal,
    literal_set,
    literal_tuple,
    member,
    name,
    packed_lines,
    parsed,
    returns,
    width,
)
from tprog.ir import FiniteValues


@given(st.text() | st.integers() | st.booleans() | st.none())
def test_literals_evaluate_to_their_value(value: str | int | bool | None) -> None:
    """Every literal is read by Python as the value that it was made from."""
    assert ast.literal_eval(code(literal(value))) == value


def test_collections_keep_their_order() -> None:
    """Sets, lists and tuples are written in the order given; a single entry keeps its comma."""
    assert code(literal_set(["b", "a"])) == '{"b", "a"}'
    assert code(literal_tuple([1])) == "(1,)"


def test_conditions_are_joined() -> None:
    """Several conditions are joined by and, or by or; one stands alone."""
    a, b = name("a"), equals("b", 1)
    assert code(all_of([a, b])) == "a and b == 1"
    assert code(any_of([a, b])) == "a or b == 1"
    assert code(all_of([a])) == "a"
    assert code(all_of([any_of([a, b]), a])) == "(a or b == 1) and a"
    assert code(any_of([all_of([a, b]), a])) == "a and b == 1 or a"


def test_a_chain_folds_its_last_case() -> None:
    """The last plain case shares a line with what holds otherwise."""
    cases = [(name("a"), [returns(literal(1))]), (name("b"), [returns(literal(2))])]
    assert block(chain(cases, literal(3))) == ("if a:\n    return 1\nreturn 2 if b else 3\n")
    assert block(chain([], literal(3))) == "return 3\n"


def test_a_chain_does_not_fold_what_would_not_fit() -> None:
    """A last case that would make too long a line, or holds a choice, stays a branch."""
    long = name("a" * 80)
    assert len(chain([(long, [returns(literal(1))])], literal(2))) == 2
    choice = chain([(name("b"), [returns(literal(1))])], literal(2))
    assert len(chain([(name("a"), choice)], literal(3))) == 2


def test_statements() -> None:
    """Functions carry comments and annotations."""
    body = [returns(literal(1))]
    text = block([function("f", [("a", "int")], "int", body, ["Layer 0", "Note."])])
    assert text == "# Layer 0\n# Note.\ndef f(a: int) -> int:\n    return 1\n"
    assert block([parsed("x = 1")]) == "x = 1\n"
    assert width(name("abc")) == 3


def test_lines_are_counted_as_the_formatter_breaks_them() -> None:
    """A line counts once, a branch with its body, and a line that is too long several times."""
    short = returns(literal(1))
    assert lines([short]) == 1
    assert lines([branch(name("a"), [short]), short, parsed("b = 1")]) == 4
    assert lines([returns(name("a" * 90))]) > 1


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
        assert all(len(part) <= CONDITION_LENGTH for part in parts)
        assert [n for n in range(60) if eval(text, {"a": f"word{n}"})] == chosen


def test_among_needs_no_value_set() -> None:
    """Keys without an end are listed."""
    assert code(among("key", [3])) == "key == 3"
    assert code(among("key", [1, 2])) == "key in {1, 2}"


words = st.lists(
    st.text(st.characters(codec="ascii"), max_size=6), min_size=2, max_size=80, unique=True
)


@given(words)
def test_packed_literals_evaluate_to_their_values(values: list[str]) -> None:
    """A literal holds what it was given, in order, on lines that fit."""
    text = packed_lines("NAME = (", map(literal_text, values), ")")
    assert all(len(line) <= LINE_LENGTH for line in text.splitlines())
    statement = ast.parse(block([parsed(text)])).body[0]
    assert isinstance(statement, ast.Assign)
    assert ast.literal_eval(statement.value) == tuple(values)


def test_packed_lines_are_full() -> None:
    """A line is broken only where the next item would not fit."""
    lines = packed_lines("[", ["1234567890"] * 20, "]").splitlines()
    assert [line.count(",") for line in lines] == [0, 7, 7, 6, 0]
