"""The graph of a circuit: its parts alone, edges with the votes that depend on them."""

from dataclasses import replace

from example_programs import hist_program, reverse_program
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.show.graph.dot import to_dot
from tprog.analysis.show.graph.graphs import circuit_graph
from tprog.analysis.show.graph.model import build_graph
from tprog.ir import CategoricalVotes, Program


@given(data=st.data(), program=programs())
def test_only_the_circuit_is_shown(data: st.DataObject, program: Program) -> None:
    """Nodes are the circuit's parts, what they read, voting inputs and the classifier; shares lie between 0 and 1."""
    first, classifier = len(program.inputs), len(program.variables)
    numbers = st.integers(first, max(first, classifier - 1))
    parts = sorted(data.draw(st.sets(numbers))) if program.operations else []
    gains = {
        vote.variable: float(data.draw(st.integers(-9, 9))) for vote in program.classifier.votes
    }
    held = {number: "x" for number in range(first, classifier) if number not in parts}
    graph = circuit_graph(program, parts, gains, held)
    shown = {node.number for node in graph.nodes}
    reads = {read for part in parts for read in program.operations[part - first].reads}
    voting = {number for number, gain in gains.items() if gain and number < first}
    assert shown == {*parts, *reads, *voting, classifier}
    assert graph.circuit
    known = {
        (edge.source, edge.target, edge.slot, edge.role) for edge in build_graph(program).edges
    }
    for edge in graph.edges:
        assert (edge.source, edge.target, edge.slot, edge.role) in known
        assert edge.target in parts or edge.target == classifier
        assert edge.share is None or 0.0 <= edge.share <= 1.0
        assert (edge.share is None) == (edge.source >= first and edge.source not in parts)
        if edge.target == classifier:
            assert edge.gain == gains[edge.source]
    for node in graph.nodes:
        assert bool(node.held) == (first <= node.number < classifier and node.number not in parts)
    assert to_dot(graph).startswith("digraph")


def test_an_edge_is_as_thick_as_the_votes_that_depend_on_it() -> None:
    """The strongest vote has share 1, and so have the reads on the way to it."""
    found = reverse_program()
    size = len(found.domain.alphabet)
    row = tuple(range(len(found.classifier.labels)))
    tokens = CategoricalVotes(0, (row,) * size)
    program = replace(
        found, classifier=replace(found.classifier, votes=(tokens, *found.classifier.votes))
    )
    last = len(program.variables) - 1
    parts = range(len(program.inputs), len(program.variables))
    graph = circuit_graph(program, parts, {last: 10.0, 0: -5.0}, {})
    by_ends = {(edge.source, edge.target): edge for edge in graph.edges}
    classifier = len(program.variables)
    assert by_ends[last, classifier].share == 1.0
    for read in program.operations[-1].reads:
        assert by_ends[read, last].share == 1.0
    assert by_ends[0, classifier].share == 0.5


def test_votes_for_and_against_have_their_colours() -> None:
    """DOT text tells votes for the answer from those against it, and says what is held at what."""
    program = hist_program(("a", "b"), 3)
    last = len(program.variables) - 1
    graph = circuit_graph(program, [last], {last: 3.0, 0: -1.0}, {len(program.inputs): "2"})
    dot = to_dot(graph)
    assert "#1A7F37" in dot
    assert "#CF222E" in dot
    assert "penwidth=6.00" in dot
    if any(node.held for node in graph.nodes):
        assert "held at 2" in dot
        assert "DASHED" in dot


def test_equal_circuits_give_equal_text() -> None:
    """The picture does not depend on the order in which parts are given."""
    program = reverse_program()
    parts = list(range(len(program.inputs), len(program.variables)))
    gains = {len(program.variables) - 1: 2.0}
    one = circuit_graph(program, parts, gains, {}, "title")
    other = circuit_graph(program, parts[::-1], gains, {}, "title")
    assert to_dot(one) == to_dot(other)
    assert one.title == "title"
