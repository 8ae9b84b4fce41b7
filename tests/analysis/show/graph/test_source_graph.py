"""The graph of a source."""

from pathlib import Path
from xml.etree import ElementTree

from sources import FORK

from tprog.analysis.explain.unreadable import read_reading
from tprog.analysis.show.graph.graphs import source_graph
from tprog.analysis.show.graph.rendering import render


def test_the_graph_draws_what_reads_what() -> None:
    """Inputs, heads, look-ups and the answer are nodes; the title says that this is no Program."""
    found = source_graph(read_reading(FORK, Path("fork.py"), "fork.py:1: no"))
    kinds = [node.kind for node in found.nodes]
    assert kinds == ["input", "input", "head", "head", "look-up", "answer"]
    assert [(edge.source, edge.target, edge.role) for edge in found.edges][-1] == (4, 5, "answer")
    assert "no Program" in found.title
    assert b"previous_outputs" in render(found, "svg")


def test_what_a_source_says_is_data_in_a_picture() -> None:
    """Control characters, markup and arrows of DOT in a predicate do not break the picture."""
    odd = '"\x1b[31m</TD>\u202e<!-- \\N -> ]]>"'
    text = f"from lib import select, aggregate\ndef run(t):\n    return aggregate(select(t, t, lambda q, k: k == {odd}), t)\n"
    found = render(source_graph(read_reading(text, Path("[b]\x1b.py"), "no")), "svg").decode()
    assert {one for one in found if not one.isprintable()} <= {"\n", "\u00a0"}
    assert ElementTree.fromstring(found) is not None
