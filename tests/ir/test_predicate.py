"""Predicates: four forms, one table."""

import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import predicates, value_sets

from tprog.errors import InvalidProgram
from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    KeyIn,
    Naturals,
    Predicate,
    Relation,
    Table,
    Values,
    predicate_problems,
    predicate_table,
)

LETTERS = FiniteValues(("b", "a", "c"))
NUMBERS = FiniteValues((0, 1, 2, 3))


@pytest.mark.parametrize("rows", [((1, 0),), ((0, 0),), ((-1,),)])
def test_tables_list_distinct_keys_in_order(rows: tuple[tuple[int, ...], ...]) -> None:
    """Each row of a table lists its keys ascending, each once."""
    with pytest.raises(InvalidProgram, match="row 0"):
        Table(rows)


@pytest.mark.parametrize("keys", [(), (1, 0), (2, 2), (-1, 0)])
def test_wanted_keys_are_distinct_in_order(keys: tuple[int, ...]) -> None:
    """Wanted keys are ascending, each once, at least one."""
    with pytest.raises(InvalidProgram, match="ascending"):
        KeyIn(keys)


@pytest.mark.parametrize("arguments", [("~",), ("==", 2), ("==", 0)])
def test_unknown_comparisons_are_refused(arguments: tuple[Any, ...]) -> None:
    """A comparison has one of six relations and scale 1 or -1."""
    with pytest.raises(InvalidProgram, match="no such comparison"):
        Compare(*arguments)


@pytest.mark.parametrize(
    ("relation", "compare"),
    [
        ("==", operator.eq),
        ("!=", operator.ne),
        ("<", operator.lt),
        ("<=", operator.le),
        (">", operator.gt),
        (">=", operator.ge),
    ],
)
@given(query=st.integers(-9, 9), key=st.integers(-9, 9), offset=st.integers(-9, 9))
def test_numbers_are_compared_after_scaling(
    relation: Relation, compare: Any, query: int, key: int, offset: int
) -> None:
    """The key stands on the left, the scaled and shifted query on the right."""
    assert Compare(relation, 1, offset).holds(query, key) == compare(key, query + offset)
    assert Compare(relation, -1, offset).holds(query, key) == compare(key, offset - query)


@given(query=st.text(max_size=3), key=st.text(max_size=3))
def test_text_is_compared_by_code_point(query: str, key: str) -> None:
    """Text is compared as Python compares it, the key on the left."""
    assert Compare("<").holds(query, key) == (key < query)
    assert Compare("==").holds(query, key) == (key == query)
    assert not Compare("==").holds(0, key)
    assert Compare("!=").holds(query, 0)


def test_tables_of_symbolic_forms() -> None:
    """A symbolic form over finite values has a table."""
    assert predicate_table(Compare("=="), LETTERS, LETTERS) == Table(((0,), (1,), (2,)))
    assert predicate_table(Compare("<"), LETTERS, LETTERS) == Table(((1,), (), (0, 1)))
    assert predicate_table(Compare("==", -1, 4), NUMBERS, NUMBERS) == Table(((), (3,), (2,), (1,)))
    assert predicate_table(KeyIn((1, 3)), LETTERS, NUMBERS) == Table(((1, 3),) * 3)
    assert predicate_table(Constant(True), LETTERS, NUMBERS) == Table(((0, 1, 2, 3),) * 3)
    assert predicate_table(Constant(False), NUMBERS, LETTERS) == Table(((),) * 4)


@given(query=value_sets, key=value_sets, data=st.data())
def test_a_table_is_its_own_table(
    query: FiniteValues, key: FiniteValues, data: st.DataObject
) -> None:
    """Taking the table of a predicate twice changes nothing, and the table fits."""
    predicate = data.draw(predicates(query, key))
    table = predicate_table(predicate, query, key)
    assert predicate_problems(table, query, key) == []
    assert predicate_table(table, query, key) == table


def test_a_symbolic_form_differs_from_its_table() -> None:
    """A symbolic form and its table behave alike but are different values."""
    table = predicate_table(Compare("=="), NUMBERS, NUMBERS)
    assert len({table, Compare("=="), KeyIn((0,)), Constant(True)}) == 4


@pytest.mark.parametrize(
    ("predicate", "query", "key", "reason"),
    [
        (Table(((0,),)), LETTERS, NUMBERS, "1 rows for 3 query values"),
        (Table(((0,), (4,), (1,))), LETTERS, NUMBERS, "row 1 wants key index 4"),
        (Table(((0,),)), Naturals(), NUMBERS, "a table needs finite"),
        (Table(((0,),)), NUMBERS, Naturals(), "a table needs finite"),
        (Compare("<"), LETTERS, NUMBERS, "text and numbers cannot be compared with <"),
        (Compare("<"), Naturals(), LETTERS, "text and numbers"),
        (Compare("==", 1, 2), LETTERS, LETTERS, "cannot be shifted"),
        (Compare("==", -1), NUMBERS, LETTERS, "cannot be shifted"),
        (KeyIn((2, 3)), NUMBERS, LETTERS, "wants key index 3"),
    ],
)
def test_predicates_that_do_not_fit(
    predicate: Predicate, query: Values, key: Values, reason: str
) -> None:
    """Every reason why a predicate does not fit its query and key is told."""
    problems = predicate_problems(predicate, query, key)
    assert any(reason in problem for problem in problems)
    if isinstance(query, FiniteValues) and isinstance(key, FiniteValues):
        with pytest.raises(InvalidProgram, match=reason):
            predicate_table(predicate, query, key)


@pytest.mark.parametrize(
    ("predicate", "query", "key"),
    [
        (Compare("<", -1, 7), Naturals(), Naturals()),
        (Compare("=="), LETTERS, NUMBERS),
        (KeyIn((5, 900)), LETTERS, Naturals()),
        (Constant(True), Naturals(), LETTERS),
    ],
)
def test_symbolic_forms_fit_endless_positions(
    predicate: Predicate, query: Values, key: Values
) -> None:
    """Symbolic forms need no finite values."""
    assert predicate_problems(predicate, query, key) == []
