"""Nested functions as tables."""

import ast
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.errors import UnreadableSource
from tprog.ir import FiniteValues, NumericalLookup, Table
from tprog.published.functions import tabulate, tabulate_numerical, tabulate_predicate
from tprog.published.parsed import Source
from tprog.published.sandbox import Budget, Sandbox


def parsed(text: str) -> tuple[Source, ast.FunctionDef, Callable[..., Any]]:
    source = Source(text, "f.py")
    node = source.tree.body[0]
    assert isinstance(node, ast.FunctionDef)
    return source, node, Sandbox(source, {}, Budget(1_000_000)).function(node)


def test_a_predicate_becomes_the_keys_that_each_query_wants() -> None:
    """A query without a branch wants no key, and one may want several."""
    _, _, call = parsed(
        "def f(q, k):\n if q in {'a'}:\n  return k == 2\n elif q == 'b':\n  return k > 0\n"
    )
    assert tabulate_predicate(call, ("a", "b", "c"), (0, 1, 2)) == Table(((2,), (1, 2), ()))


def test_a_function_becomes_a_table_with_its_results() -> None:
    """Results are ascending, None stands last, and the last argument varies fastest."""
    source, node, call = parsed(
        "def f(a, b):\n key = (a, b)\n if key in {(0, 'x')}:\n  return 7\n if a == 1:\n  return 3\n"
    )
    found = tabulate(source, node, call, [(0, 1), ("x", "y")])
    assert found.results == (3, 7, None)
    assert found.table == (1, 2, 0, 0)


@pytest.mark.parametrize("result", ["True", "1.5", "(1, 2)"])
def test_results_are_values(result: str) -> None:
    """A function that returns anything but whole numbers or strings is no look-up."""
    source, node, call = parsed(f"def f(a):\n return {result}\n")
    with pytest.raises(UnreadableSource, match="f returns neither whole numbers"):
        tabulate(source, node, call, [(0,)])


def test_results_are_of_one_kind() -> None:
    """Numbers and strings cannot be mixed."""
    source, node, call = parsed("def f(a):\n if a == 0:\n  return 1\n return 'x'\n")
    with pytest.raises(UnreadableSource, match="alone"):
        tabulate(source, node, call, [(0, 1)])


def test_enormous_tables_are_refused_before_they_are_filled() -> None:
    """The number of cases is checked first."""
    source, node, call = parsed("def f(a, b):\n return 0\n")
    with pytest.raises(UnreadableSource, match="f has 1000000 cases"):
        tabulate(source, node, call, [range(1000), range(1000)])


points = st.tuples(st.integers(0, 12), st.integers(0, 12))


@given(
    sets=st.lists(st.tuples(st.sets(points, min_size=1, max_size=6), st.integers(0, 3)), max_size=3)
)
def test_a_function_of_counts_is_exact_without_an_end(
    sets: list[tuple[set[tuple[int, int]], int]],
) -> None:
    """Sets of pairs with a default give rectangles that answer alike at every pair, however large."""
    lines = [f" if key in {found!r}:\n  return {value}\n" for found, value in sets]
    source, node, call = parsed(f"def f(a, b):\n key = (a, b)\n{''.join(lines)} return 9\n")
    found = tabulate_numerical(source, node, call, 2)
    values = FiniteValues(found.results)
    lookup = NumericalLookup((0, 1), values, found.caps, found.rectangles, found.default)
    for a in (*range(15), 50, 10**6):
        for b in (*range(15), 77):
            expected = next((value for one, value in sets if (a, b) in one), 9)
            assert values.values[lookup.index((a, b))] == expected
    assert found.last == max((n for one, _ in sets for pair in one for n in pair), default=0)


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("a >= 3", lambda n: n >= 3),
        ("3 > a", lambda n: n < 3),
        ("1 < a <= 4", lambda n: 1 < n <= 4),
        ("a not in {2, 5}", lambda n: n not in (2, 5)),
        ("a in {}", lambda n: False),
        ("not (a == 1 or a == 100)", lambda n: n not in (1, 100)),
        ("a > -1", lambda n: True),
        ("(a,) < (3,)", lambda n: n < 3),
    ],
)
def test_comparisons_are_followed(test: str, holds: Callable[[int], bool]) -> None:
    """Every comparison with constants gives boxes that hold far beyond the constants."""
    source, node, call = parsed(f"def f(a):\n if {test}:\n  return 1\n return 0\n")
    found = tabulate_numerical(source, node, call, 1)
    lookup = NumericalLookup(
        (0,), FiniteValues(found.results), found.caps, found.rectangles, found.default
    )
    for number in (*range(8), 99, 100, 101, 10**9):
        assert found.results[lookup.index((number,))] == int(holds(number))


@pytest.mark.parametrize(
    "body",
    [
        "return a",
        "if a == b:\n  return 1\n return 0",
        "if a + 1 == 3:\n  return 1\n return 0",
        "if a in {b}:\n  return 1\n return 0",
        "if abs(a) == 3:\n  return 1\n return 0",
        "for x in [1]:\n  return 1",
        "if a:\n  return 1\n return 0",
        "c = a + b\n return 0",
        "if [x for x in [1] if x == a] == []:\n  return 1\n return 0",
    ],
)
def test_counts_can_only_be_compared_with_constants(body: str) -> None:
    """Any other use of a count could tell large numbers apart and is refused."""
    source, node, call = parsed(f"def f(a, b):\n {body}\n")
    with pytest.raises(UnreadableSource, match=r"f\.py:\d+: a function of counts"):
        tabulate_numerical(source, node, call, 2)
