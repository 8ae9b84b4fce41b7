"""Close-ups: the votes, the slice and the smallest circuit of one prediction."""

import json

import msgspec
import pytest
from effort import scaled
from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from hypothesis import strategies as st
from some_inputs import as_reference, drawn_batches, framed
from strategies import programs
from terminal import small_hist

import tprog
from tprog.analysis.explain.baseline_values import baseline_values
from tprog.analysis.explain.circuits.closeup import closeups
from tprog.analysis.explain.circuits.output import Circuits, Prediction
from tprog.analysis.explain.circuits.survey import survey
from tprog.analysis.measure.reference import draw_reference
from tprog.analysis.show.graph.graphs import closeup_graph, survey_graph
from tprog.errors import BadInput, UsageError
from tprog.evaluate import encode
from tprog.evaluate.counterfactual import Interventions
from tprog.evaluate.traces import trace
from tprog.ir import Classifier, Domain, Program, Tokens


@given(data=st.data(), program=programs())
@settings(max_examples=scaled(40))
def test_a_circuit_alone_gives_the_answer(data: st.DataObject, program: Program) -> None:
    """With all other parts held at what is told, the answer stands; its votes are those of the step trace."""
    batches = drawn_batches(data, program)
    neutral = baseline_values(program, as_reference(batches))
    tokens = framed(batches[0], 0)
    ((_, batch),) = encode(program.domain, [tokens])
    step = trace(program, tokens)
    labels = program.classifier.labels
    for one in closeups(program, tokens, neutral):
        decision = step.decisions[one.position or 0]
        assert (one.answer, one.runner_up) == (decision.winner, decision.runner_up)
        assert one.margin == (decision.margin or 0)
        assert sum(vote.gain for vote in one.votes) == one.margin
        held = {part: one.neutral.entries[part] for part in one.live if part not in one.parts}
        sums = Interventions(program, batch).sums(held)[0]
        row = sums if one.position is None else sums[one.position]
        allowed = [n for n in range(len(labels)) if n not in program.classifier.masked]
        assert labels[max(allowed, key=lambda n: row[n])] == one.answer
        told = dict(one.held)
        assert all(told[part] == one.neutral.text(program, part) for part in told)
        json.dumps(one.to_json())


def test_a_position_can_be_asked_for() -> None:
    """One position gives one close-up, the same as among all."""
    program = reverse_program()
    neutral = baseline_values(program, draw_reference(program, None, 50, 0))
    every = closeups(program, ["a", "b", "c"], neutral)
    assert [one.position for one in every] == [1, 2, 3]
    (second,) = closeups(program, ["a", "b", "c"], neutral, 2)
    assert second.answer == every[1].answer
    assert second.votes == every[1].votes
    assert second.slice == every[1].slice


@pytest.mark.parametrize("position", [-1, 0, 4, 9])
def test_a_position_without_a_label_is_bad_usage(position: int) -> None:
    """Frame positions, and those beyond the input, are refused in a line that says which there are."""
    program = reverse_program()
    neutral = baseline_values(program, draw_reference(program, None, 50, 0))
    with pytest.raises(UsageError, match=r"position -?\d; choose 1 to 3"):
        closeups(program, ["a", "b", "c"], neutral, position)


def test_unknown_tokens_are_refused() -> None:
    """Tokens outside the domain are an error in the input."""
    program = hist_program()
    neutral = baseline_values(program, draw_reference(program, None, 50, 0))
    with pytest.raises(BadInput, match="unknown token"):
        closeups(program, ["nowhere"], neutral)


def test_values_have_their_types() -> None:
    """What a survey and a close-up give as JSON values are what the types say, entry by entry."""
    program = tprog.load("sort")
    surveyed = tprog.circuits(program, inputs=20).to_json()
    assert json.dumps(msgspec.convert(surveyed, Circuits).to_json()) == json.dumps(surveyed)
    (close,) = tprog.circuits(program, ["3"], inputs=20)
    printed = close.to_json()
    assert json.dumps(msgspec.convert(printed, Prediction).to_json()) == json.dumps(printed)


def test_a_close_up_shows_its_circuit() -> None:
    """The graph of a prediction holds the circuit's parts and says what is predicted where."""
    program = reverse_program()
    neutral = baseline_values(program, draw_reference(program, None, 60, 0))
    for one in closeups(program, ["a", "b", "c"], neutral):
        graph = closeup_graph(one)
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
    graph = survey_graph(found)
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
        assert [node.kind for node in survey_graph(found).nodes] == ["classifier"]


def test_long_inputs_are_cut_in_the_title() -> None:
    """A title keeps to one line."""
    program = reverse_program(longest=40)
    neutral = baseline_values(program, draw_reference(program, None, 20, 0))
    (one,) = closeups(program, ["a"] * 40, neutral, 1)
    assert "…" in closeup_graph(one).title
