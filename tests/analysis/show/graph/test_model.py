"""Tests of the graph as data."""

import json
from dataclasses import replace

from example_programs import hist_program, large_program, reverse_program
from hypothesis import given
from strategies import programs

from tprog.analysis.show.graph.model import build_graph
from tprog.ir import CategoricalVotes, Program


def test_every_read_and_every_vote_is_an_edge_with_its_role() -> None:
    """A hand-written reverse has exactly the edges that its text names."""
    graph = build_graph(reverse_program())
    names = [node.name for node in graph.nodes]
    found = [(names[edge.source], names[edge.target], edge.role, edge.slot) for edge in graph.edges]
    assert found == [
        ("tokens", "end", "query", 0),
        ("tokens", "end", "key", 0),
        ("positions", "end", "value", 0),
        ("positions", "mirror", "argument", 0),
        ("end", "mirror", "argument", 1),
        ("mirror", "mirrored_token", "query", 0),
        ("positions", "mirrored_token", "key", 0),
        ("tokens", "mirrored_token", "value", 0),
        ("mirrored_token", "classifier", "vote", 0),
    ]


def test_nodes_carry_kind_layer_and_a_line_on_what_they_do() -> None:
    """A node says what it is, where it stands and what it computes."""
    graph = build_graph(hist_program())
    found = [(node.name, node.kind, node.layer, node.detail) for node in graph.nodes]
    assert found[3:] == [
        ("count_own", "numerical head", 0, "key == query"),
        ("own_count", "numerical look-up", 0, "4 boxes, else 0"),
        ("classifier", "classifier", None, "5 labels"),
    ]
    assert graph.layers == 1


def test_what_reaches_no_vote_is_dead_and_can_be_left_out() -> None:
    """Without its votes a chain of operations is dead, down to the inputs that only it reads."""
    program = reverse_program()
    moved = CategoricalVotes(3, program.classifier.votes[0].weights[:1] * 6)  # type: ignore[arg-type]
    graph = build_graph(replace(program, classifier=replace(program.classifier, votes=(moved,))))
    assert [node.name for node in graph.nodes if not node.live] == [
        "ones",
        "mirror",
        "mirrored_token",
    ]
    assert [node.name for node in graph.without_dead().nodes] == [
        "tokens",
        "positions",
        "end",
        "classifier",
    ]
    assert all(edge.live for edge in graph.without_dead().edges)


def test_vote_edges_carry_what_the_votes_can_move() -> None:
    """The weight of a vote is the most that one label can gain on another, per unit for numbers."""
    graph = build_graph(large_program(layers=1, heads=2, lookups=0, votes=1.0))
    votes = [edge for edge in graph.edges if edge.role == "vote"]
    assert len(votes) == 5
    assert [edge.per_unit for edge in votes] == [False, False, True, False, True]
    assert all((edge.weight or 0) > 0 for edge in votes)


@given(programs(None))
def test_every_program_has_a_graph_that_json_can_hold(program: Program) -> None:
    """Edges join nodes that exist, lead forward, and the whole survives JSON."""
    graph = build_graph(program)
    assert len(graph.nodes) == len(program.variables) + 1
    assert all(0 <= edge.source < edge.target < len(graph.nodes) for edge in graph.edges)
    assert len(graph.edges) == sum(len(operation.reads) for operation in program.operations) + len(
        program.classifier.votes
    )
    assert json.loads(json.dumps(graph.to_json()))["format"] == 1
    kept = {node.number for node in graph.without_dead().nodes}
    assert all({edge.source, edge.target} <= kept for edge in graph.without_dead().edges)
