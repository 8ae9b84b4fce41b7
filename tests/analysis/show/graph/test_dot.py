"""Tests of the DOT text."""

import re
from dataclasses import replace

import graphviz
import pytest
from effort import scaled
from example_programs import hist_program, large_program, reverse_program
from hypothesis import given, settings
from strategies import programs

from tprog.analysis.show.graph.dot import COLOURS, DEAD, Style, html, legend, node_columns, to_dot
from tprog.analysis.show.graph.model import build_graph
from tprog.ir import Program, Provenance


def test_edges_arrive_at_the_cell_of_their_role_in_its_colour() -> None:
    """Query, key and value are told apart by port and colour."""
    dot = to_dot(build_graph(reverse_program()))
    for role, port in (("query", "q"), ("key", "k"), ("value", "v")):
        assert re.search(rf'n\d:out:e -> n3:{port}:w \[color="{COLOURS[role]}"', dot)  # type: ignore[index]
    assert "q tokens" in dot
    assert "v positions" in dot
    assert "n5:out:e -> n6:a0:w" in dot
    assert "mirrored_token ±20" in dot


def test_columns_keep_inputs_left_layers_in_order_and_the_classifier_right() -> None:
    """Heads stand left of the look-ups of their layer."""
    columns = node_columns(build_graph(large_program(layers=2, heads=2, lookups=1)))
    assert [[node.kind for node in column] for column in columns] == [
        ["input", "input", "input"],
        ["head", "numerical head"],
        ["look-up"],
        ["head", "numerical head"],
        ["look-up"],
        ["classifier"],
    ]
    assert [column[0].layer for column in columns] == [None, 0, 0, 1, 1, None]


def test_dead_parts_are_grey_or_left_out() -> None:
    """The switch decides whether what reaches no vote is drawn."""
    graph = build_graph(reverse_program())
    assert DEAD in to_dot(graph)
    assert "ones" in to_dot(graph)
    without = to_dot(graph, Style(dead=False))
    assert "ones" not in without
    assert "reaches no vote" not in without


def test_a_program_without_operations_has_a_picture() -> None:
    """Inputs and the classifier are enough."""
    program = reverse_program()
    bare = Program(program.domain, program.inputs, (), replace(program.classifier, votes=()))
    dot = to_dot(build_graph(bare))
    assert "classifier" in dot
    assert "layer_0" not in dot


def test_the_heading_shows_the_title_and_only_colours_that_occur() -> None:
    """A legend names no kind of module that the picture lacks."""
    text = legend(build_graph(hist_program()))
    assert "hist, written by hand" in text
    assert "numerical look-up" in text
    assert "> head <" not in text
    assert legend(build_graph(reverse_program())).count("> head <") == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [("<s>", "&lt;s&gt;"), ("a & b", "a &amp; b"), ('"', "&quot;"), ("\t", "\\t"), ("漢", "漢")],
)
def test_text_is_escaped_for_labels(text: str, shown: str) -> None:
    """What XML gives a meaning, or cannot hold, is written as an escape."""
    assert html(text) == shown


def test_titles_and_notes_may_hold_anything() -> None:
    """Quotes, tags, backslashes and line ends in titles and notes do not break the text."""
    program = replace(
        reverse_program(), provenance=Provenance('A <b>"title"</b> & more \\ 漢\n\x01')
    )
    dot = to_dot(build_graph(program))
    assert "A &lt;b&gt;&quot;title&quot;&lt;/b&gt; &amp; more \\ 漢\\n\\x01" in dot
    graphviz.Source(dot)


@given(programs(None))
@settings(max_examples=scaled(20))
def test_the_text_is_the_same_every_time_and_names_every_node(program: Program) -> None:
    """Equal graphs give equal text, with one node for each variable and one for the classifier."""
    dot = to_dot(build_graph(program))
    assert dot == to_dot(build_graph(program))
    found = re.findall(r"^\t\t(n\d+) \[label=", dot, re.MULTILINE)
    assert found == sorted(set(found), key=lambda name: found.index(name))
    assert set(found) == {f"n{number}" for number in range(len(program.variables) + 1)}
