"""Graphs as RASP text and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasp_graphs import ALPHABET, graphs

from tprog.rasp.evaluate import RaspError, evaluate
from tprog.rasp.graph import Closest, Const, Map, Node, Python, SOp, Tokens, walk
from tprog.rasp.module import graph_of, read_text
from tprog.rasp.printing import to_text

WORDS = st.lists(
    st.lists(st.sampled_from(ALPHABET), min_size=1, max_size=5), min_size=1, max_size=3
)


@given(graphs(), graphs())
def test_text_reads_back_as_the_same_graphs(one: SOp, other: SOp) -> None:
    """What is printed is read as graphs equal to those that were printed, under their names."""
    text = to_text({"one": one, "other": other})
    module = read_text(text)
    assert (module.sop("one"), module.sop("other"), module.sop()) == (one, other, other), text


@given(graphs(2), WORDS)
def test_plain_rasp_means_the_same(graph: SOp, words: list[list[str]]) -> None:
    """Rewritten in plain RASP a graph gives the same values; only `closest` has no plain form."""
    if any(isinstance(node, Closest) for node in walk(graph)):
        with pytest.raises(RaspError, match="closest has no plain form"):
            to_text({"a": graph}, pure=True)
        return
    text = to_text({"a": graph}, pure=True)
    assert "constant(" not in text
    assert evaluate(graph_of(text), words, "tracr") == evaluate(graph, words, "tracr")


def test_what_cannot_be_written_is_refused_with_a_reason() -> None:
    """Python functions, texts with both quotes and reserved names have no RASP."""
    call = Map(Python("secret", abs), (Tokens(),))
    refused: list[tuple[dict[str, Node], str]] = [
        ({"a": call}, "secret is known only as a Python function"),
        ({"a": Const("\"'")}, "no escapes"),
        ({"length": Tokens()}, "cannot be the name"),
        ({"a b": Tokens()}, "cannot be the name"),
    ]
    for definitions, reason in refused:
        with pytest.raises(RaspError, match=reason):
            to_text(definitions)


def test_brackets_are_the_fewest() -> None:
    """Nothing stands in brackets that binds so without them, and names are kept."""
    text = "a = (indices + 1) * 2 - (indices - 3);\nb = -a ^ 2 if not tokens == 'x' else a;\n"
    written = to_text(read_text(text).nodes())
    assert written == text.replace("'x'", '"x"')
