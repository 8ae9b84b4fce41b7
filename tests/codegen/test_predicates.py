"""Symbolic predicates are the comparison that they are; tables say which keys are wanted, on one line where that is possible."""

from collections.abc import Callable

import numpy as np
import pytest
from emitted import block
from hypothesis import given
from hypothesis import strategies as st
from strategies import ODD_SYMBOLS

from tprog.codegen.nodes import function
from tprog.codegen.predicates import comparable, predicate_body
from tprog.evaluate.comparisons import Split
from tprog.evaluate.ranges import Ranged
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


value_sets = st.one_of(
    st.integers(1, 9).map(lambda size: tuple(range(size))),
    st.lists(st.sampled_from(ODD_SYMBOLS), min_size=1, max_size=9, unique=True).map(tuple),
).map(FiniteValues)


@given(value_sets, value_sets, st.data())
def test_a_table_wants_the_keys_of_its_rows(
    queries: FiniteValues, keys: FiniteValues, data: st.DataObject
) -> None:
    """The function holds for exactly the keys of each row, whatever form is chosen."""
    one = st.integers(0, len(keys) - 1).map(lambda index: (index,))
    several = st.sets(st.integers(0, len(keys) - 1)).map(lambda found: tuple(sorted(found)))
    row = data.draw(st.sampled_from([one, several, one | st.just(())]))
    rows = data.draw(st.lists(row, min_size=len(queries), max_size=len(queries)))
    body = predicate_body(Table(tuple(rows)), "a", "key", queries, keys)
    text = block([function("f", [("a", "object"), ("key", "object")], "bool", body)])
    namespace: dict[str, object] = {}
    exec(text, namespace)
    found = namespace["f"]
    assert callable(found)
    assert [
        tuple(index for index, key in enumerate(keys.values) if found(query, key))
        for query in queries.values
    ] == rows


@pytest.mark.parametrize(
    ("more", "none", "expected"),
    [
        ((0,), (0,), "return q >= 1 and (key == q or key == 0)\n"),
        ((2, 5), (), "return key == q or key in {2, 5}\n"),
        ((0,), (0, 1), "return q >= 2 and (key == q or key == 0)\n"),
    ],
)
def test_keys_that_all_queries_want_stand_beside_a_comparison(
    more: tuple[int, ...], none: tuple[int, ...], expected: str
) -> None:
    """Each query of a large alphabet would else have a branch."""
    many = FiniteValues(tuple(range(20)))
    rows = tuple(() if q in none else tuple(sorted({q, *more})) for q in range(20))
    assert block(predicate_body(Table(rows), "q", "key", many, many)) == expected


EIGHT = FiniteValues(tuple(range(8)))
EVERY = tuple(range(8))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1,)] * 3 + [(2,)] * 5, "return key == (1 if a <= 2 else 2)\n"),
        ([(1,)] * 3 + [()] * 5, "return a <= 2 and key == 1\n"),
        ([EVERY] * 3 + [()] * 5, "return a <= 2\n"),
        ([EVERY] * 3 + [(2,)] * 5, "return a <= 2 or key == 2\n"),
        ([(1, 2)] + [(3,)] * 7, "return key in {1, 2} if a == 0 else key == 3\n"),
        ([(0,), (1,)] + [(3,)] * 6, "return key == {0: 0, 1: 1}.get(a, 3)\n"),
        ([(0,), (1,)] + [()] * 6, "return key == {0: 0, 1: 1}.get(a)\n"),
        ([(0,), (1,), ()] + [(3,)] * 5, "return key == (0, 1, None, 3, 3, 3, 3, 3)[a]\n"),
        (
            [(0, 1), (1, 2)] + [()] * 6,
            "return key in {0: {0, 1}, 1: {1, 2}}.get(a, ())\n",
        ),
    ],
)
def test_what_one_line_can_say_takes_one(rows: list[tuple[int, ...]], expected: str) -> None:
    """The one key that each query value wants is chosen or looked up; several keys are a set or a condition."""
    assert block(predicate_body(Table(tuple(rows)), "a", "key", EIGHT, EIGHT)) == expected


def test_three_groups_of_many_queries_are_two_choices() -> None:
    """Where a table of all queries is too long, three groups still fit on a line."""
    many = FiniteValues(tuple(range(16)))
    rows = [(5,) if n in (1, 3, 5, 7) else (0,) if n in (2, 4, 11, 13) else () for n in range(16)]
    assert block(
        predicate_body(Table(tuple(rows)), "p", "key", many, FiniteValues(tuple("abcdef")))
    ) == ('return key == ("f" if p in {1, 3, 5, 7} else "a" if p in {2, 4, 11, 13} else None)\n')


def test_there_is_a_branch_for_each_group_where_one_line_is_too_short() -> None:
    """Query values that want the same keys share an `if`; the largest group comes last and needs none."""
    rows = [(0, 2, 4, 6), (0, 2, 4, 6), (1, 3, 5, 7), (0, 3, 4, 7), *[(1, 2, 5, 6)] * 4]
    assert block(predicate_body(Table(tuple(rows)), "a_long_parameter", "key", EIGHT, EIGHT)) == (
        "if a_long_parameter in {0, 1}:\n    return key in {0, 2, 4, 6}\n"
        "if a_long_parameter == 2:\n    return key in {1, 3, 5, 7}\n"
        "if a_long_parameter == 3:\n    return key in {0, 3, 4, 7}\n"
        "return key in {1, 2, 5, 6}\n"
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ((5,), "a in {0, 1, 2, 3, 4, 5, 6, 7} and key == 5"),
        ((), "a not in {0, 1, 2, 3, 4, 5, 6, 7}"),
        (EVERY, "a in {0, 1, 2, 3, 4, 5, 6, 7}"),
    ],
)
def test_a_table_of_equal_rows_still_mentions_its_queries(
    wanted: tuple[int, ...], expected: str
) -> None:
    """No table looks like a symbolic predicate."""
    text = block(predicate_body(Table((wanted,) * 8), "a", "key", EIGHT, EIGHT))
    assert text == f"return {expected}\n"


def test_a_long_table_of_equal_rows_has_a_branch() -> None:
    """What does not fit on a line is written as a branch for all query values."""
    text = block(
        predicate_body(Table(((5,),) * 40), "a", "key", FiniteValues(tuple(range(40))), EIGHT)
    )
    assert text.startswith("if a in {0, 1, 2,")
    assert text.endswith("return False\n")


BALANCES = FiniteValues(tuple(range(-5, 6)))


@pytest.mark.parametrize(
    ("wants", "expected"),
    [
        (
            lambda q, k: q > -5 and k // 3 == q // 3 and k >= q,
            "return q >= -4 and key - q in ((0, 1, 2), (0, 1), (0,))[q % 3]\n",
        ),
        (lambda q, k: abs(k - q) == 1, "return key - q in (-1, 1)\n"),
        (lambda q, k: -4 <= k < q, "return -4 <= key < q\n"),
        (
            lambda q, k: -5 < k < 4 and (k < q or (q == -5 and k < 0)),
            "if key < q:\n    return key not in {-5, 4}\nreturn -4 <= key <= -1 and q == -5\n",
        ),
    ],
)
def test_many_rows_that_conditions_on_key_and_query_say_are_these(
    wants: Callable[[int, int], bool], expected: str
) -> None:
    """A range of keys up to the query would else be a branch for each query."""
    numbers = list(map(int, BALANCES.values))
    rows = [tuple(at for at, k in enumerate(numbers) if wants(q, k)) for q in numbers]
    table = Table(tuple(rows))
    assert block(predicate_body(table, "q", "key", BALANCES, BALANCES)) == expected


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Ranged(Split("<", 1, 0), -3), "-3 <= key < query"),
        (Ranged(Split(">", 1, 1), 4), "4 >= key > query + 1"),
        (
            Ranged(Split("<", 1, 0), None, (-4, 0), (-4, 0)),
            "(0 if key == -4 else key) < (0 if query == -4 else query)",
        ),
    ],
)
def test_a_comparison_within_a_bound_is_one_line(found: Ranged, text: str) -> None:
    """A bound of the key, or a value that stands for another, is said and read back."""
    values = FiniteValues(tuple(range(-4, 6)))
    numbers = np.array(values.values)
    holds = found.holds(numbers[None, :], numbers[:, None])
    table = Table(tuple(tuple(np.flatnonzero(row).tolist()) for row in holds))
    body = predicate_body(table, "query", "key", values, values)
    assert block(body) == f"return {text}\n"
