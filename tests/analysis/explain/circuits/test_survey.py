"""Surveys: every prediction belongs to one circuit, and what is told of a circuit is counted."""

import json

import pytest
from effort import scaled
from example_programs import hist_program
from hypothesis import given, settings
from hypothesis import strategies as st
from some_inputs import as_reference, drawn_batches
from strategies import programs
from terminal import small_hist

from tprog.analysis.explain.baseline_values import baseline_values
from tprog.analysis.explain.circuits.survey import Share, survey
from tprog.analysis.measure.reference import draw_reference
from tprog.evaluate import predict
from tprog.ir import Program
from tprog.tasks.registry import get_task


@given(data=st.data(), program=programs())
@settings(max_examples=scaled(30))
def test_every_moment_is_decided_by_one_circuit(data: st.DataObject, program: Program) -> None:
    """Counts add up, circuits differ, gains add up to the margin, and examples are answered as they say."""
    reference = as_reference(drawn_batches(data, program))
    found = survey(program, reference)
    assert sum(circuit.count for circuit in found.circuits) == found.predictions
    assert len({circuit.parts for circuit in found.circuits}) == len(found.circuits)
    counts = [circuit.count for circuit in found.circuits]
    assert counts == sorted(counts, reverse=True)
    for circuit in found.circuits:
        assert set(circuit.parts) <= set(found.parts)
        total = sum(gain for _, gain in circuit.gains)
        assert abs(total - circuit.margin) <= 1e-9 * max(1.0, abs(total))
        assert circuit.right is None
        (answers,) = predict(program, [circuit.example.tokens])
        place = circuit.example.position
        if place is None:
            assert answers == [circuit.example.answer]
        else:
            start = int(program.domain.prefix is not None)
            assert answers[place - start] == circuit.example.answer
    json.dumps(found.to_json())


def test_a_survey_is_the_same_each_time() -> None:
    """Equal seeds give equal surveys."""
    program = small_hist()
    one, other = (
        json.dumps(survey(program, draw_reference(program, None, 60, 2)).to_json())
        for _ in range(2)
    )
    assert one == other


def test_right_answers_are_counted_where_the_task_is_known() -> None:
    """A perfect program is right at every prediction of every circuit."""
    program = small_hist()
    assert program.provenance.task is not None
    task = get_task(program.provenance.task)
    found = survey(program, draw_reference(program, task, 60, 0), task)
    assert found.judged == found.predictions
    assert all(circuit.right == circuit.count for circuit in found.circuits)


def test_a_wrong_answer_is_counted_as_wrong() -> None:
    """Against a task that asks for something else, right answers are those that agree with it."""
    program = hist_program(("0", "1", "2"), 4)
    task = get_task("double_hist:vocabulary=5,length=5")
    reference = draw_reference(program, task, 80, 0)
    found = survey(program, reference, task)
    right = total = 0
    for batch in reference.batches:
        rows = [batch.data(row, program.domain) for row in range(len(batch))]
        for tokens, answers in zip(rows, predict(program, rows), strict=True):
            right += sum(a == b for a, b in zip(answers, task.truth(tokens), strict=True))
            total += len(answers)
    assert sum(circuit.right or 0 for circuit in found.circuits) == right < total


def test_uses_counts_the_circuits_of_a_part() -> None:
    """Hist counts its own token wherever it answers, so the counting head is in every circuit."""
    program = small_hist()
    reference = draw_reference(program, None, 60, 0)
    found = survey(program, reference, neutral=baseline_values(program, reference, "rival"))
    assert any(found.uses(part) == found.predictions for part in found.parts)


def test_the_interval_is_wilsons() -> None:
    """Known values: 5 of 10, none of 10, all of 10."""
    assert Share(5, 10, 10).interval == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert Share(0, 10, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert Share(10, 10, 10).interval == pytest.approx((0.7225, 1.0), abs=1e-4)


@given(st.integers(1, 2000), st.data())
def test_the_share_lies_within_and_more_inputs_are_surer(total: int, data: st.DataObject) -> None:
    """An interval holds its share, lies within 0 and 1, and shrinks with the inputs."""
    count, inputs = data.draw(st.integers(0, total)), data.draw(st.integers(1, total))
    low, high = Share(count, total, inputs).interval
    assert 0 <= low <= count / total <= high <= 1
    wider = Share(count, total, max(1, inputs // 2)).interval
    assert wider[0] <= low + 1e-12
    assert wider[1] >= high - 1e-12


def test_nothing_has_no_share() -> None:
    """Without predictions nothing is known."""
    assert Share(0, 0, 0).value == 0.0
