"""Bodies of table predicates say which keys are wanted, in few lines."""

import pytest
from emitted import block
from hypothesis import given
from hypothesis import strategies as st
from strategies import ODD_SYMBOLS

from tprog.codegen.nodes import function, lines, name
from tprog.codegen.rows import table_body
from tprog.ir import FiniteValues

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
    body = table_body(rows, "a", "key", queries, keys)
    text = block(
        [function("f", [("a", name("object")), ("key", name("object"))], name("bool"), body)]
    )
    namespace: dict[str, object] = {}
    exec(text, namespace)
    found = namespace["f"]
    assert callable(found)
    assert [
        tuple(index for index, key in enumerate(keys.values) if found(query, key))
        for query in queries.values
    ] == rows


EIGHT = FiniteValues(tuple(range(8)))
LETTERS = FiniteValues(tuple("abcdefgh"))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1,)] * 3 + [(2,)] * 5, "return key == (1 if a <= 2 else 2)\n"),
        ([(1,)] * 3 + [()] * 5, "return a <= 2 and key == 1\n"),
        ([(1, 2)] + [(3,)] * 7, "return key in {1, 2} if a == 0 else key == 3\n"),
        ([(0,), (1,), ()] + [(3,)] * 5, "return key == (0, 1, None, 3, 3, 3, 3, 3)[a]\n"),
        (
            [(0, 4), (1,), ()] + [(2,)] * 5,
            "return key in ({0, 4}, {1}, (), {2}, {2}, {2}, {2}, {2})[a]\n",
        ),
        ([(n,) for n in range(8)], "return key == (0, 1, 2, 3, 4, 5, 6, 7)[a]\n"),
        ([(5,)] * 8, "return a in {0, 1, 2, 3, 4, 5, 6, 7} and key == 5\n"),
        ([()] * 8, "if a in {0, 1, 2, 3, 4, 5, 6, 7}:\n    return False\nreturn False\n"),
    ],
)
def test_numbers_are_looked_up_in_a_row(rows: list[tuple[int, ...]], expected: str) -> None:
    """Two groups are a choice, more a row of wanted keys; none looks like a symbolic predicate."""
    assert block(table_body(rows, "a", "key", EIGHT, EIGHT)) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [(0,), (1,), (2,)] + [(3,)] * 5,
            'return key == {"a": 0, "b": 1, "c": 2}.get(a, 3)\n',
        ),
        ([(0,), (1,), (2,)] + [()] * 5, 'return key == {"a": 0, "b": 1, "c": 2}.get(a)\n'),
        (
            [(0,), (1,), ()] + [(3,)] * 5,
            'if a == "c":\n    return False\nreturn key == {"a": 0, "b": 1}.get(a, 3)\n',
        ),
        (
            [(0, 4), (1,), (2,)] + [()] * 5,
            'return key in {"a": {0, 4}, "b": {1}, "c": {2}}.get(a, ())\n',
        ),
        (
            [(7 - n,) for n in range(8)],
            'return key == {"a": 7, "b": 6, "c": 5, "d": 4, "e": 3, "f": 2, "g": 1, "h": 0}[a]\n',
        ),
    ],
)
def test_texts_are_looked_up_by_name(rows: list[tuple[int, ...]], expected: str) -> None:
    """Only what differs from the commonest row is listed."""
    assert block(table_body(rows, "a", "key", LETTERS, EIGHT)) == expected


def test_a_row_too_long_for_a_line_is_cut_into_runs() -> None:
    """Many different rows take a line for each run of query values."""
    many = FiniteValues(tuple(range(32)))
    body = table_body([((n * 7) % 32,) for n in range(32)], "position", "key", many, many)
    assert lines(body) <= 9
    assert "if position <= " in block(body)


def test_many_groups_of_long_symbols_are_branches() -> None:
    """Where no mapping fits on a line, groups stand as branches."""
    words = FiniteValues(tuple("x" * 40 + str(n) for n in range(6)))
    body = table_body([(0, 1), (0, 1), (2, 3), (2, 3), (4, 5), ()], "word", "key", words, words)
    assert lines(body) > 3
