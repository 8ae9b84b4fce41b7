"""Telling helper functions by what they do."""

import ast
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published.written import RANKS, helpers, ties

from tprog.errors import UnreadableSource
from tprog.ir import First, Nearest
from tprog.published.helpers import Aggregation, Helpers, Selection, selected
from tprog.published.parsed import Source

MATCHES, LAST = Nearest("matches"), Nearest("last")


class Told:
    """The helpers of a text, told by name."""

    def __init__(self, text: str, longest: int = 8) -> None:
        source = Source(text, "h.py")
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
