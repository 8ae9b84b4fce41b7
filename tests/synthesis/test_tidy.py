"""Tidied graphs have the same values; names say what stands behind them."""

import pytest
from hypothesis import given
from rasp_graphs import graphs

from tprog.rasp.evaluate import RaspError, evaluate
from tprog.rasp.graph import SOp
from tprog.rasp.module import graph_of
from tprog.rasp.printing import to_text
from tprog.synthesis.parts import size
from tprog.synthesis.tidy import named, tidied

INPUTS = [tuple(word) for word in ("a", "ab", "bba", "caab", "abcba", "bcacbb")]


@pytest.mark.parametrize(
    ("given_text", "plain"),
    [
        (
            'selector_width(select(length + 1, length + 1, <=) and select(tokens, "a", ==))',
            'selector_width(select(tokens, "a", ==))',
        ),
        (
            'selector_width(select(1 if tokens == "a" else 0, 1, ==))',
            'selector_width(select(tokens, "a", ==))',
        ),
        (
            'selector_width(select(1 if tokens == "a" else 0, 0, ==))',
            'selector_width(select(tokens, "a", !=))',
        ),
        (
            'selector_width(select({"a": 0, "b": 1, "c": 1}[tokens], 0, ==))',
            'selector_width(select(tokens, "a", ==))',
        ),
        ('(1 if tokens == "a" else 0) == 0', 'tokens != "a"'),
        (
            '{"a": 0, "b": 1, "c": 2}[tokens] < {"a": 1, "b": 0, "c": 2}[tokens]',
            'tokens == "a"',
        ),
        ('0 < {"a": 0, "b": 1, "c": 2}[tokens]', 'tokens != "a"'),
        (
            '2 if tokens == "a" else (2 if indices == 1 else 3)',
            '2 if tokens == "a" or indices == 1 else 3',
        ),
        ('2 if tokens == "a" else (1 if tokens == "a" else 3)', '2 if tokens == "a" else 3'),
        ('not (tokens == "a")', 'tokens != "a"'),
        ("(indices + 0) % 2 - 0", "indices % 2"),
        (
            '{0: "no", 1: "yes"}[indicator(indices < 2)]',
            '"yes" if indices < 2 else "no"',
        ),
        (
            '{0: "no", 1: "yes"}[1 - indicator(indices < 2 and length > 3)]',
            '"no" if indices < 2 and length > 3 else "yes"',
        ),
        ("aggregate(select(indices, indices, <=), 1) * (indices + 1)", "indices + 1"),
        ('{0: "a", 1: "b"}[0 if indices < 3 else 1]', '"a" if indices < 3 else "b"'),
        (
            'aggregate(full_s, {"a": 0, "b": 1, "c": 0}[tokens]) * length',
            'selector_width(select(tokens, "b", ==))',
        ),
        (
            "aggregate(select(indices, indices, <=), indicator(indices < 2 or length > 4)) * (indices + 1)",
            "selector_width(select(indices, indices, <=) and select(indices < 2 or length > 4, True, ==))",
        ),
    ],
)
def test_a_graph_is_written_plainly(given_text: str, plain: str) -> None:
    """What is said in two steps is said in one, and means the same."""
    graph, wanted = graph_of(given_text), graph_of(plain)
    assert tidied(graph) == wanted
    assert evaluate(graph, INPUTS) == evaluate(wanted, INPUTS)


@given(graphs())
def test_tidied_graphs_have_the_same_values(graph: SOp) -> None:
    """Wherever a graph has values, the tidied one has the same, and is no longer."""
    found = tidied(graph)
    assert size(found) <= size(graph) + 1
    try:
        values = evaluate(graph, INPUTS)
    except RaspError:
        return
    assert evaluate(found, INPUTS) == values


def test_counts_and_reads_have_names() -> None:
    """A text with names reads back as the same graph."""
    text = (
        "selector_width(select(tokens, tokens, <)) + selector_width(select(tokens, tokens, ==) and "
        'select(indices, indices, <)) if aggregate(select(indices, indices - 1, ==), tokens) == "a" else 0'
    )
    graph = graph_of(text)
    names = named(graph)
    assert {"smaller_tokens", "equal_tokens_before", "previous_token"} <= set(names)
    assert graph_of(to_text(names)) == graph
