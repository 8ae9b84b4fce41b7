"""Symbolic predicates are written as the comparison that they are."""

import pytest
from emitted import block

from tprog.codegen.predicates import comparable, predicate_body
from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    Integers,
    KeyIn,
    Naturals,
    Predicate,
    Table,
    predicate_table,
)
from tprog.ir.predicate import Relation

FOUR = FiniteValues((0, 1, 2, 3))
LETTERS = FiniteValues(("a", "b"))


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (Compare("=="), "key == q"),
        (Compare("<", 1, 2), "key < q + 2"),
        (Compare(">=", 1, -3), "key >= q - 3"),
        (Compare("==", -1, 7), "key == 7 - q"),
        (Compare("!=", -1, -7), "key != -7 - q"),
        (Compare("<=", -1), "key <= -q"),
        (Constant(True), "True"),
        (Constant(False), "False"),
        (KeyIn((2,)), "key == 2"),
        (KeyIn((0, 1, 2)), "key <= 2"),
        (KeyIn((0, 1, 2, 3)), "key in {0, 1, 2, 3}"),
    ],
)
def test_symbolic_forms(predicate: Predicate, expected: str) -> None:
    """Each symbolic form is one return."""
    assert block(predicate_body(predicate, "q", "key", FOUR, FOUR)) == f"return {expected}\n"


def test_keys_without_an_end_are_listed() -> None:
    """Wanted positions of an unlimited input stand as they are."""
    body = predicate_body(KeyIn((0, 1, 2)), "q", "key", Naturals(), Naturals())
    assert block(body) == "return key in {0, 1, 2}\n"


def test_a_table_is_never_symbolic() -> None:
    """The table of the identity mentions its values."""
    rows = tuple((index,) for index in range(4))
    body = block(predicate_body(Table(rows), "q", "key", FOUR, FOUR))
    assert body == "return key == (0, 1, 2, 3)[q]\n"


def test_comparable_value_sets_share_a_value() -> None:
    """A type checker refuses to compare sets that have nothing in common."""
    assert comparable(FOUR, FiniteValues((3, 9)))
    assert not comparable(FOUR, FiniteValues((8, 9)))
    assert not comparable(FOUR, LETTERS)
    assert comparable(Naturals(), FOUR)
    assert not comparable(Naturals(), LETTERS)
    assert comparable(Naturals(), Naturals())
    assert comparable(Integers(), FOUR)


SIX = FiniteValues(tuple(range(6)))


@pytest.mark.parametrize(
    ("relation", "exceptions", "expected"),
    [
        ("==", {0: ()}, "return query >= 1 and key == query\n"),
        ("==", {0: (3,)}, "return key == (3 if query == 0 else query)\n"),
        ("==", {0: (3,), 4: (1,)}, "return key == {0: 3, 4: 1}.get(query, query)\n"),
        ("<", {5: ()}, "return query <= 4 and key < query\n"),
        ("<", {5: (0, 1, 2, 3, 4, 5)}, "return query == 5 or key < query\n"),
        ("<", {1: (2, 4)}, "return key in {2, 4} if query == 1 else key < query\n"),
        (
            "<",
            {1: (2, 4), 3: (5,)},
            "if query == 1:\n    return key in {2, 4}\nif query == 3:\n    return key == 5\n"
            "return key < query\n",
        ),
    ],
)
def test_a_table_that_is_a_comparison_but_for_exceptions_says_so(
    relation: Relation, exceptions: dict[int, tuple[int, ...]], expected: str
) -> None:
    """The exceptions come first, on the same line where one can say them; it is still read as a table."""
    rows = list(predicate_table(Compare(relation), SIX, SIX).rows)
    for number, row in exceptions.items():
        rows[number] = row
    assert block(predicate_body(Table(tuple(rows)), "query", "key", SIX, SIX)) == expected
