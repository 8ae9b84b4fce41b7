"""What functions compute: tables of look-ups, and helpers told by what they do."""

import ast
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published.written import RANKS, helpers, ties

from tprog.errors import UnreadableSource
from tprog.ir import FiniteValues, First, Nearest, NumericalLookup, Table
from tprog.published.functions import (
    Aggregation,
    Helpers,
    Selection,
    selected,
    tabulate,
    tabulate_numerical,
    tabulate_predicate,
)
from tprog.published.parsed import PublishedSource
from tprog.published.sandbox import Budget, Sandbox


def parsed(text: str) -> tuple[PublishedSource, ast.FunctionDef, Callable[..., Any]]:
    source = PublishedSource(text, "f.py")
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


MATCHES, LAST = Nearest("matches"), Nearest("last")


class Told:
    """The helpers of a text, told by name."""

    def __init__(self, text: str, longest: int = 8) -> None:
        source = PublishedSource(text, "h.py")
        found = [node for node in source.tree.body if isinstance(node, ast.FunctionDef)]
        self.functions = {node.name: node for node in found}
        self.helpers = Helpers(source, longest)

    def selection(self, name: str) -> Selection:
        return self.helpers.selection(self.functions[name])

    def aggregation(self, name: str) -> Aggregation:
        return self.helpers.aggregation(self.functions[name])


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("tie", [MATCHES, LAST, First()])
def test_every_known_rule_is_told(tie: Nearest | First, causal: bool) -> None:
    """Each tie-break, causal or not, is known by its behaviour alone, and so are the other helpers."""
    found = Told(helpers(tie, causal))
    assert found.selection("select_closest") == Selection(tie, causal)
    assert found.selection("select") == Selection(None, causal)
    assert found.aggregation("aggregate") == "copy"
    assert found.aggregation("aggregate_sum") == "sum"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("predicate(query, key)", "predicate(key, query)"),
        ("attention[i][0] = True", "attention[i][-1] = True"),
        ("attention[i][0] = True", "pass"),
        ("abs(i - j)", "abs(j)"),
        ("len(found) if j == i else abs(i - j)", "len(found) + 1 if j == i else abs(i - j)"),
        ("len(found) if j == i else abs(i - j)", "abs(i - j)"),
        ("len(found) == 0", "len(found) == 1"),
        ("min(", "max("),
        ("= True\n    return", "= True\n    if len(keys) == 7:\n        return keys\n    return"),
    ],
)
def test_a_small_change_is_not_overlooked(old: str, new: str) -> None:
    """A selecting helper that differs in any one place follows no known rule."""
    text = helpers()
    assert old in text
    with pytest.raises(UnreadableSource, match=r"^h\.py:\d+: "):
        Told(text.replace(old, new)).selection("select_closest")


@pytest.mark.parametrize(
    ("old", "new"),
    [("[0] for row", "[-1] for row"), ("[0] for row", "[1] for row"), ("if on]", "if not on]")],
)
def test_an_aggregation_that_is_not_known_is_refused(old: str, new: str) -> None:
    """Copying another value than the first selected one is none of the known ways."""
    text = helpers()
    assert old in text
    with pytest.raises(UnreadableSource, match=r"in a way that is not known|fails when it is run"):
        Told(text.replace(old, new)).aggregation("aggregate")


def test_a_sum_of_nothing_is_nothing() -> None:
    """A sum that starts at 1 is told from one that starts at 0 by empty rows and full ones."""
    text = helpers().replace("return [sum([", "return [1 + sum([")
    with pytest.raises(UnreadableSource, match=r"in a way that is not known|fails when it is run"):
        Told(text).aggregation("aggregate_sum")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("len(found) == 0", "len(found) == 0 or keys[0] == keys[-1]"),
        ("len(found) == 0", "len(found) == 0 or not keys[0]"),
        ("if predicate(query, key)", "if predicate(query, key) is not None"),
        ("if predicate(query, key)", "if predicate(query, key) == True"),
        ("best = min(", "best = min(keys) if len(found) == 1 else min("),
        ("in enumerate(keys)", "in enumerate({*keys})"),
    ],
)
def test_a_helper_that_looks_at_what_it_is_given_is_refused(old: str, new: str) -> None:
    """Keys, queries and the kind of a truth are opaque to a helper, so that it cannot treat some unlike others."""
    text = helpers()
    assert old in text
    with pytest.raises(UnreadableSource, match=r"^h\.py:\d+: "):
        Told(text.replace(old, new, 1)).selection("select_closest")


def test_a_docstring_is_no_constant_of_a_helper() -> None:
    """What a helper says of itself changes nothing."""
    text = helpers().replace("predicate):\n", 'predicate):\n    "Look around."\n', 1)
    assert Told(text).selection("select_closest") == Selection(MATCHES, False)


def test_a_helper_that_names_a_length_is_refused() -> None:
    """A helper could treat one length unlike all others only by naming it, and it may not."""
    text = helpers().replace("len(found) == 0", "len(found) == 0 or len(keys) == 27")
    with pytest.raises(UnreadableSource, match="names 27; a helper can name 0 and 1 alone"):
        Told(text, 30).selection("select_closest")


@given(
    tie=ties,
    causal=st.booleans(),
    length=st.integers(1, 5),
    data=st.data(),
)
def test_rules_select_one_match(
    tie: Nearest | First, causal: bool, length: int, data: st.DataObject
) -> None:
    """A rule with a tie-break selects one position for each query: a match where there is one, else the first."""
    row = st.lists(st.booleans(), min_size=length, max_size=length)
    matches = data.draw(st.lists(row, min_size=length, max_size=length))
    for i, found in enumerate(selected(Selection(tie, causal), matches)):
        assert sum(found) == 1
        seen = matches[i][: i + 1] if causal else matches[i]
        assert found.index(True) == 0 or matches[i][found.index(True)]
        assert not any(found[len(seen) :])


def test_the_rules_differ() -> None:
    """No two rules agree on all patterns of four positions."""
    every: list[Nearest | First | None] = [*RANKS, None]
    rules = [Selection(tie, causal) for tie in every for causal in (False, True)]
    answers = {
        str([selected(rule, [list(row)] * 4) for row in product([False, True], repeat=4)])
        for rule in rules
    }
    assert len(answers) == len(rules)
