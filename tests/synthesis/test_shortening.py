"""Conditions are said more shortly, and mean the same."""

import numpy as np
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from rasp_graphs import ALPHABET, graphs

from tprog.rasp import graph as g
from tprog.rasp.evaluate import RaspError, evaluate
from tprog.rasp.module import graph_of
from tprog.synthesis.examples import Example, Examples
from tprog.synthesis.parts import size
from tprog.synthesis.shortening import shortened

EXAMPLES = Examples((Example((*ALPHABET, "a"), ("x",) * 4),))


def _drawn(longest: int) -> list[tuple[str, ...]]:
    draw = np.random.default_rng(5)
    return [tuple(draw.choice(ALPHABET, length)) for length in range(1, longest + 1) for _ in "12"]


@settings(max_examples=scaled(25), deadline=None)
@given(graphs(3), st.sampled_from(["==", "<", "and"]))
def test_a_shortened_graph_has_the_same_values(graph: g.SOp, sign: str) -> None:
    """On inputs that nobody drew for it, to three times the length of the examples."""
    whole = g.Map("bool", (graph,)) if sign == "and" else graph
    condition = g.Map(sign, (whole, g.Const(True) if sign == "and" else g.Const(1)))
    for one in (graph, g.Map("if", (g.Const(3), condition, g.Const(4)))):
        try:
            wanted = evaluate(one, _drawn(12))
        except RaspError:
            continue
        found = shortened(one, EXAMPLES)
        assert size(found) <= size(one)
        assert evaluate(found, _drawn(12)) == wanted


def test_where_the_next_one_stands_becomes_whether_there_is_one() -> None:
    """A comparison of a position or the length becomes a count compared with 0; the least truth value, a count of False."""
    graph = graph_of(
        """
        next = aggregate(closest(select(indices, indices, >) and select(tokens, tokens, ==)), indices, -1);
        marks = selector_width(select(indices, indices, <=) and select(tokens, "c", ==));
        held = (length if next < 0 else next) < length + marks;
        output = aggregate(closest(select(selector_width(select(indicator(held), indicator(held), <)), 0, ==)), indicator(held));
        """
    )
    found = shortened(graph, EXAMPLES)
    assert size(found) < 0.8 * size(graph)
    assert not any(isinstance(one, g.Closest) for one in g.walk(found))
    assert evaluate(found, _drawn(20)) == evaluate(graph, _drawn(20))


def test_what_is_short_stays() -> None:
    """Nothing changes where no condition has a shorter form."""
    graph = graph_of('output = "x" if tokens == "a" else "y";')
    assert shortened(graph, EXAMPLES) == graph
