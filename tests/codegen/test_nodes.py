"""The small builders write what they promise."""

import ast

import libcst as cst
import pytest
from emitted import block, code
from hypothesis import given
from hypothesis import strategies as st

from tprog.codegen.lines import quoted
from tprog.codegen.nodes import (
    all_of,
    any_of,
    assign,
    branch,
    call,
    chain,
    compare,
    declare,
    function,
    lines,
    literal,
    literal_set,
    literal_tuple,
    name,
    parsed,
    returned,
    returns,
    width,
)


@given(st.text() | st.integers() | st.booleans() | st.none())
def test_literals_evaluate_to_their_value(value: str | int | bool | None) -> None:
    """Every literal is read by Python as the value that it was made from."""
    assert ast.literal_eval(code(literal(value))) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", '"a"'), ("it's", '"it\'s"'), ('say "a"', "'say \"a\"'"), ("\\", '"\\\\"')],
)
def test_strings_stand_in_double_quotes_where_they_can(text: str, expected: str) -> None:
    """Single quotes are used only where double ones would need more escapes."""
    assert quoted(text) == expected


def test_collections_keep_their_order() -> None:
    """Sets, lists and tuples are written in the order given; a single entry keeps its comma."""
    assert code(literal_set(["b", "a"])) == '{"b", "a"}'
    assert code(literal_tuple([1])) == "(1,)"


def test_conditions_are_joined() -> None:
    """Several conditions are joined by and, or by or; one stands alone."""
    a, b = name("a"), compare(name("b"), (cst.Equal(), literal(1)))
    assert code(all_of([a, b])) == "a and b == 1"
    assert code(any_of([a, b])) == "a or b == 1"
    assert code(all_of([a])) == "a"
    assert code(all_of([any_of([a, b]), a])) == "(a or b == 1) and a"
    assert code(any_of([all_of([a, b]), a])) == "a and b == 1 or a"
    assert code(call("min", a, literal(3))) == "min(a, 3)"


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
    assert returned(choice) is None
    assert len(chain([(name("a"), choice)], literal(3))) == 2


def test_statements() -> None:
    """Functions, assignments and declarations carry comments and annotations."""
    body = [returns(literal(1))]
    text = block([function("f", [("a", name("int"))], name("int"), body, ["Layer 0", "Note."])])
    assert text == "# Layer 0\n# Note.\ndef f(a: int) -> int:\n    return 1\n"
    assert block([assign(name("a"), literal(1), ["Why."])]) == "# Why.\na = 1\n"
    assert block([declare("A", name("int"), literal(1))]) == "A: int = 1\n"
    assert block([parsed("x = 1")]) == "x = 1\n"
    assert width(name("abc")) == 3


def test_lines_are_counted_as_the_formatter_breaks_them() -> None:
    """A line counts once, a branch with its body, and a line that is too long several times."""
    short = returns(literal(1))
    assert lines([short]) == 1
    assert lines([branch(name("a"), [short]), short, assign(name("b"), literal(1))]) == 4
    assert lines([returns(name("a" * 90))]) > 1
