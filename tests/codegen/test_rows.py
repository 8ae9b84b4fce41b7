"""Bodies of table predicates say which keys are wanted, in few lines."""

import pytest
from emitted import block
from hypothesis import given
from hypothesis import strategies as st
from strategies import ODD_SYMBOLS

from tprog.codegen.nodes import function, name
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


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(1,)] * 3 + [(2,)] * 5, "if a <= 2:\n    return key == 1\nreturn key == 2\n"),
        ([(1,)] * 3 + [()] * 5, "if a <= 2:\n    return key == 1\nreturn False\n"),
        ([(1, 2)] + [(3,)] * 7, "if a == 0:\n    return key in {1, 2}\nreturn key == 3\n"),
        (
            [(0,), (1,), ()] + [(3,)] * 5,
            "if a == 0:\n    return key == 0\nif a == 1:\n    return key == 1\n"
            "if a == 2:\n    return False\nreturn key == 3\n",
        ),
    ],
)
def test_there_is_a_branch_for_each_group(rows: list[tuple[int, ...]], expected: str) -> None:
    """Query values that want the same keys share an `if`; the largest group comes last and needs none."""
    assert block(table_body(rows, "a", "key", EIGHT, EIGHT)) == expected


@pytest.mark.parametrize("wanted", [(5,), (), (0, 1, 2, 3, 4, 5, 6, 7)])
def test_a_table_of_equal_rows_still_has_a_branch(wanted: tuple[int, ...]) -> None:
    """No table looks like a symbolic predicate."""
    text = block(table_body([wanted] * 8, "a", "key", EIGHT, EIGHT))
    assert text.startswith("if a in {0, 1, 2, 3, 4, 5, 6, 7}:\n")
    assert text.endswith("return False\n")
