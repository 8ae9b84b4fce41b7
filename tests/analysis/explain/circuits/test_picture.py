"""Circuits as graphs."""

from example_programs import reverse_program
from terminal import small_hist

from tprog.analysis.explain.baseline_values import neutral_values
from tprog.analysis.explain.circuits.closeup import closeups
from tprog.analysis.explain.circuits.picture import closeup_graph, survey_graph
from tprog.analysis.explain.circuits.survey import survey
from tprog.analysis.measure.reference import draw_reference
from tprog.ir import Classifier, Domain, Program, Tokens


def test_a_close_up_shows_its_circuit() -> None:
    """The graph of a prediction holds the circuit's parts and says what is predicted where."""
    program = reverse_program()
    neutral = neutral_values(program, draw_reference(program, None, 60, 0))
    for one in closeups(program, ["a", "b", "c"], neutral):
        graph = closeup_graph(program, one)
        assert graph.title.startswith(f"a b c, position {one.position}: {one.answer}")
        working = {node.number for node in graph.nodes if node.live and node.layer is not None}
        assert working == set(one.parts)
        gains = {edge.source: edge.gain for edge in graph.edges if edge.gain is not None}
        told = {vote.variable: vote.gain for vote in one.votes}
        assert all(told[number] == gain for number, gain in gains.items())


def test_a_survey_shows_the_circuit_that_decides_most_often() -> None:
    """The title says how often, and the parts are the first circuit's."""
    program = small_hist()
    found = survey(program, draw_reference(program, None, 60, 0))
    graph = survey_graph(program, found)
    working = {node.number for node in graph.nodes if node.live and node.layer is not None}
    assert working == set(found.circuits[0].parts)
    assert "155 of 155 predictions" in graph.title


def test_without_predictions_there_is_the_classifier_alone() -> None:
    """A domain whose scored symbol never occurs gives an empty picture, not an error."""
    domain = Domain(("a", "b"), 1, scored=("b",))
    program = Program(domain, (Tokens(),), (), Classifier(("x",), ()))
    reference = draw_reference(program, None, 1, 0)
    found = survey(program, reference)
    if not found.circuits:
        assert [node.kind for node in survey_graph(program, found).nodes] == ["classifier"]


def test_long_inputs_are_cut_in_the_title() -> None:
    """A title keeps to one line."""
    program = reverse_program(longest=40)
    neutral = neutral_values(program, draw_reference(program, None, 20, 0))
    (one,) = closeups(program, ["a"] * 40, neutral, 1)
    assert "…" in closeup_graph(program, one).title
