"""The graph of a source."""

from pathlib import Path

from sources import FORK

from tprog.analysis.graph import render
from tprog.analysis.source import picture_of, read_reading


def test_the_graph_draws_what_reads_what() -> None:
    """Inputs, heads, look-ups and the answer are nodes; the title says that this is no Program."""
    found = picture_of(read_reading(FORK, Path("fork.py"), "fork.py:1: no"))
    kinds = [node.kind for node in found.nodes]
    assert kinds == ["input", "input", "head", "head", "look-up", "answer"]
    assert [(edge.source, edge.target, edge.role) for edge in found.edges][-1] == (4, 5, "answer")
    assert "no Program" in found.title
    assert b"previous_outputs" in render(found, "svg")
