"""Functions of a query and a key are read as predicates."""

import pytest
from emitted import block, source_and_function
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import predicates, value_sets

from tprog.codegen.nodes import function
from tprog.codegen.predicates import predicate_body
from tprog.errors import UnreadableSource
from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    KeyIn,
    Naturals,
    Predicate,
    Table,
    Values,
    predicate_table,
)
from tprog.ir.predicate import Relation
from tprog.reader.predicates import read_predicate

FOUR = FiniteValues((0, 1, 2, 3))
LETTERS = FiniteValues(("a", "b"))


def read(body: str, queries: Values = FOUR, keys: Values = FOUR) -> Predicate:
    """Read a function `f(q, k)` with the given body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return read_predicate(*source_and_function(f"def f(q, k):\n{lines}"), queries, keys)


@given(value_sets | st.just(Naturals()), value_sets | st.just(Naturals()), st.data())
def test_a_written_predicate_is_read_as_itself(
    queries: Values, keys: Values, data: st.DataObject
) -> None:
    """Every predicate over every kind of value set comes back, symbolic or not."""
    predicate = data.draw(predicates(queries, keys))
    body = predicate_body(predicate, "q", "k", queries, keys)
    parameters = [("q", "int"), ("k", "int")]
    text = block([function("f", parameters, "bool", body)])
    assert read_predicate(*source_and_function(text), queries, keys) == predicate


@example("!=", FiniteValues(tuple("abcdefghijklmn")), set(), {0}, set())
@given(
    st.sampled_from(["==", "<", "!=", ">="]),
    st.sampled_from([FiniteValues(tuple("abcdefghijklmn")), FiniteValues(tuple(range(-3, 11)))]),
    *[st.sets(st.integers(0, 13))] * 3,
)
def test_a_comparison_with_further_or_fewer_keys_is_read_as_its_table(
    relation: Relation, values: FiniteValues, more: set[int], fewer: set[int], none: set[int]
) -> None:
    """Whatever form such a table is written in."""
    compared = predicate_table(Compare(relation), values, values).rows
    rows = [
        () if at in none else tuple(sorted({*row, *more} - fewer))
        for at, row in enumerate(compared)
    ]
    body = predicate_body(Table(tuple(rows)), "q", "k", values, values)
    text = block([function("f", [("q", "str"), ("k", "str")], "bool", body)])
    assert read_predicate(*source_and_function(text), values, values) == Table(tuple(rows))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k == q", Compare("==")),
        ("q == k", Compare("==")),
        ("(k) == (q + 1)", Compare("==", 1, 1)),
        ("k - 1 == q", Compare("==", 1, 1)),
        ("q < k", Compare(">")),
        ("q + 1 >= k - 2", Compare("<=", 1, 3)),
        ("k + q == 7", Compare("==", -1, 7)),
        ("7 - q == k", Compare("==", -1, 7)),
        ("-k == q", Compare("==", -1)),
        ("-k < q - 2", Compare(">", -1, 2)),
        ("+k != q", Compare("!=")),
        ("True", Constant(True)),
        ("1 == 2", Constant(False)),
        ("not False", Constant(True)),
        ("k in {1, 2}", KeyIn((1, 2))),
        ("not k == 3", KeyIn((0, 1, 2))),
        ("k == 1 or k == 3", KeyIn((1, 3))),
        ("k == 9", Constant(False)),
    ],
)
def test_symbolic_forms_are_recognised(text: str, expected: Predicate) -> None:
    """A comparison may be turned around, shifted and bracketed."""
    assert read(f"return {text}") == expected


@pytest.mark.parametrize(
    "body",
    [
        "if q == 1:\n    return k == 2\nelif q in {0, 3}:\n    return k in {1, 3}\nelse:\n    return False",
        "if q in {0, 3}:\n    return k == 1 or k == 3\nreturn q == 1 and k == 2",
        "if k == 2:\n    return q == 1\nreturn k in {1, 3} and q in {0, 3}",
        "if q != 1:\n    if q == 2:\n        return False\n    return k in {1, 3}\nreturn k == 2",
        "return (q, k) in {(1, 2), (0, 1), (0, 3), (3, 1), (3, 3)}",
        "return k in {0: {1, 3}, 1: {2}, 3: {1, 3}}.get(q, {9})",
        "# A comment.\nif q == 2:  # nothing\n    return False\nreturn k == 2 if q == 1 else k in {1, 3}",
    ],
)
def test_a_table_may_be_written_in_many_ways(body: str) -> None:
    """Branches in any order, nesting and form give the same table."""
    assert read(body) == Table(((1, 3), (2,), (), (1, 3)))


def test_a_comparison_with_a_branch_is_a_table() -> None:
    """Once a function has a branch it is no symbolic predicate any more."""
    found = read("if q == 0:\n    return False\nreturn k == q")
    assert found == Table(((), (1,), (2,), (3,)))
    assert predicate_table(Compare("=="), FOUR, FOUR) != found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("if q == 1:\n    return k == 2\nreturn False", "without an end"),
        ("return k >= 3", "without an end"),
        ("return k != 3", "without an end"),
        ("return k == q and k == 1", "without an end"),
        ("return k in {1000000}", "out of reach"),
        ("return k", "no condition"),
        ("return z == 1", "no parameter"),
        ("while k:\n    return x == k", "only if"),
        ("return k > True", "compare values, not conditions"),
        ("return (k,) > (True,)", "keys without an end"),
        ("return ('n', 'n', 'n', 'y')[k] == 'y'", "no entry"),
        ("return ('n', 'n', 'n')[-k] == 'y'", "no entry"),
        ("return k == q + 9223372036854775807 + 9223372036854775807", "64 bits"),
    ],
)
def test_positions_without_an_end_need_one_comparison(text: str, message: str) -> None:
    """What has no finite table and no symbolic form is refused."""
    with pytest.raises(UnreadableSource, match=message):
        read(text, Naturals(), Naturals())


def test_unlimited_keys_can_be_named() -> None:
    """A condition that only small keys fulfil is a set of keys."""
    assert read("return k <= 2 and k != 1", Naturals(), Naturals()) == KeyIn((0, 2))
    assert read("return k < 0", Naturals(), Naturals()) == Constant(False)
    assert read("return k == q - 1", Naturals(), Naturals()) == Compare("==", 1, -1)


def test_text_is_compared_as_it_is() -> None:
    """Text cannot be shifted or mixed with numbers."""
    assert read("return k == q", LETTERS, LETTERS) == Compare("==")
    assert read("return k == q", LETTERS, FOUR) == Compare("==")
    with pytest.raises(UnreadableSource, match="text"):
        read("return k < q", LETTERS, FOUR)
    with pytest.raises(UnreadableSource, match="only whole numbers"):
        read("return k == q + 1", LETTERS, LETTERS)
    for text in ("return k + 0 == q", "return +k == q"):
        with pytest.raises(UnreadableSource, match="only whole numbers"):
            read(text, LETTERS, LETTERS)


def test_a_text_that_never_occurs_is_a_slip() -> None:
    """A comparison with a text outside the values is named; numbers may lie outside, as lengths change."""
    for text in ("return k == 'z'", "return k in {'a', 'z'}", "return q != 'z' and k == 'a'"):
        with pytest.raises(UnreadableSource, match="is never 'z'; its values are"):
            read(text, LETTERS, LETTERS)
    assert read("return k in {0, 9}", FOUR, FOUR) == KeyIn((0,))


def test_names_make_no_other_predicate() -> None:
    """A rule with a name for an expression is the rule without it."""
    assert read("want = q - 1\nreturn k == want", FOUR, FOUR) == Compare("==", 1, -1)
    table = read("want = 3 if q == 0 else q - 1\nreturn k == want", FOUR, FOUR)
    assert table == read("return k == 3 if q == 0 else k == q - 1", FOUR, FOUR)


def test_a_large_table_is_read_row_by_row() -> None:
    """Where branches look at the query and results at the key, size does not matter."""
    many = FiniteValues(tuple(range(3000)))
    found = read("if q >= 1500:\n    return k == 7\nreturn k <= 1", many, many)
    assert isinstance(found, Table)
    assert found.rows[1499:1501] == ((0, 1), (7,))
    with pytest.raises(UnreadableSource, match="cases"):
        read("if q >= 1500:\n    return k == 7\nreturn k == 3 or q == 2", many, many)
