"""Tests of tracing errors from examples to causes."""

import json

import msgspec
from effort import scaled
from fault_injection import plant
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs
from tracing import FAULT, faulty_hist, labelled_by, some_examples, sound_hist

import tprog
from tprog.analysis.explain.cells import with_content
from tprog.analysis.explain.trace.output import Traced
from tprog.analysis.explain.trace.running import evaluated
from tprog.analysis.explain.trace.tracing import held_text, trace_errors, trace_observed
from tprog.analysis.show.graph.dot import Style, to_dot
from tprog.analysis.show.graph.graphs import CLEAR, PROVED, suspect_graph
from tprog.evaluate import all_inputs, predict
from tprog.ir import Program


@given(programs(bounded=None, max_inputs=24), st.integers(0, 200))
@settings(max_examples=scaled(40))
def test_a_repair_does_what_is_said_of_it(program: Program, seed: int) -> None:
    """Written into any Program, each of the first repairs makes as many labels right and wrong as the ranking says."""
    fault = plant(program, seed)
    if fault is None:
        return
    examples = labelled_by(program, fault.program)
    found, failures = trace_observed(examples, evaluated(examples))
    assert bool(found.suspects) >= bool(found.causes)
    inputs = [one.tokens for one in examples.examples]
    right = [one.labels for one in examples.examples]
    for suspect in found.suspects[:3]:
        if suspect.repair is None:
            continue
        repaired = with_content(fault.program, suspect.branch, suspect.repair.held)
        answers = predict(repaired, inputs)
        wrong = sum(
            given != wanted
            for labels, answer in zip(right, answers, strict=True)
            for wanted, given in zip(labels, answer, strict=True)
        )
        assert wrong == len(failures) - suspect.net


def test_a_tracing_holds_everything_about_an_error() -> None:
    """Suspects, parts, causes, lines and what never ran, as data that JSON takes."""
    program = faulty_hist()
    traced = trace_errors(some_examples(program), "/e.py", others=all_inputs(program.domain, 2))
    assert traced.suspects[0].branch == FAULT
    assert traced.parts[0].part == FAULT.part
    assert traced.failing == len(traced.failures) > 0
    found = json.loads(json.dumps(traced.to_json()))
    assert found["suspects"][0]["branch"] == "count_own == 2"
    assert found["suspects"][0]["repair"]["fixed"] == traced.failing
    assert found["causes"][0]["errors"] == traced.failing
    assert found["never_ran"]["inputs"] == 12
    marked = [line for line in traced.lines if line.suspect == 0]
    assert len(marked) == 1
    assert "return" in traced.source.split("\n")[marked[0].number - 1]


def test_a_sound_program_has_no_suspects() -> None:
    """Where every label is right nothing is suspected, and nothing is said never to run unless asked."""
    traced = trace_errors(some_examples(sound_hist()), "/e.py")
    assert (traced.failing, traced.suspects, traced.causes, traced.unused) == (0, (), (), None)
    assert traced.to_json()["never_ran"] is None


def test_switching_off_is_said_in_words() -> None:
    """A head or look-up is held at a value, votes are silenced."""
    traced = trace_errors(some_examples(faulty_hist()), "/e.py")
    said = {one.part.kind: held_text(traced.program, one.part, one.switch) for one in traced.parts}
    assert said["votes"] == "silenced"
    assert said["look-up"].startswith("held at ")


def test_values_have_their_types() -> None:
    """What a tracing gives as JSON values are what the types say; a suspicion without bound is null."""
    found = tprog.trace(faulty_hist(), count=60, metric="dstar").to_json()
    text = json.dumps(found, allow_nan=False)
    read = msgspec.json.decode(text, type=Traced).to_json()
    assert json.dumps(read) == text
    assert found["suspects"][0]["suspicion"] is None


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
