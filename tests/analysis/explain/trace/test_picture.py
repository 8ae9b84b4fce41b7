"""Tests of the graph in the colours of suspicion."""

from tracing import faulty_hist, some_examples

from tprog.analysis.explain.trace.picture import CLEAR, PROVED, suspect_graph
from tprog.analysis.explain.trace.tracing import trace_errors
from tprog.analysis.show.graph.dot import Style, to_dot


def test_the_faulty_part_is_red_and_says_so() -> None:
    """The part whose repair fixes everything has the strongest tint; inputs have none."""
    traced = trace_errors(some_examples(faulty_hist()), "/e.py")
    graph, tints = suspect_graph(traced)
    assert tints[4] == PROVED[-1]
    assert tints[0] == CLEAR
    (look_up,) = (node for node in graph.nodes if node.number == 4)
    assert look_up.detail == f"suspect 1: {traced.failing} put right, 0 broken"
    assert PROVED[-1] in to_dot(graph, Style(tints=tints))
    assert "labels wrong" in graph.title
