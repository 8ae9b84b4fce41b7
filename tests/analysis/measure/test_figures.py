"""Tests of measuring."""

import json
from dataclasses import replace

import pytest
from example_programs import hist_program, reverse_program
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.measure.figures import Figures, Score, accuracy, check_task, measure
from tprog.analysis.measure.predictors import Counterexample
from tprog.analysis.prove.verify import verify
from tprog.errors import UsageError
from tprog.ir import CategoricalLookup, Program
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task

DIGITS = ("0", "1", "2")
TASK = get_task("reverse:vocabulary=6,length=6")


def spoilt(entry: int, value: int) -> Program:
    """Return `reverse` with one entry of its look-up changed."""
    program = reverse_program(DIGITS)
    found = program.operations[1]
    assert isinstance(found, CategoricalLookup)
    table = (*found.table[:entry], value, *found.table[entry + 1 :])
    operations = (program.operations[0], replace(found, table=table), program.operations[2])
    return replace(program, operations=operations)


# Position 1 of an input that ends at 3: the first of two symbols.
SPOILT = spoilt(1 * 6 + 3, 1)
MEASURED = json.dumps(measure(SPOILT, TASK).to_json())


def test_a_perfect_program_is_right_everywhere() -> None:
    """Every label of every input and of the test data counts as right."""
    figures = measure(reverse_program(DIGITS), TASK)
    assert figures.whole is not None
    assert figures.test is not None
    assert figures.whole.labels == Score(426, 426)
    assert figures.whole.inputs == Score(120, 120)
    assert figures.test.inputs.right == len(make_dataset(TASK, 0).test)
    assert not figures.whole_is_sampled
    assert figures.whole.failures == ()


def test_failures_are_counted_by_length_and_label_and_shown_shortest_first() -> None:
    """One wrong look-up entry spoils the two-symbol inputs with two different digits, and nothing else."""
    figures = measure(SPOILT, TASK)
    assert figures.whole is not None
    assert figures.whole.labels == Score(420, 426)
    assert figures.whole.inputs == Score(114, 120)
    assert figures.whole.by_length == (
        (1, Score(3, 3)),
        (2, Score(12, 18)),
        (3, Score(81, 81)),
        (4, Score(324, 324)),
    )
    assert figures.whole.by_label == tuple((digit, Score(140, 142)) for digit in DIGITS)
    assert figures.whole.failures[0] == Counterexample(("0", "1"), ("1", "0"), ("0", "0"))
    assert len(figures.whole.failures) == 6


def test_figures_agree_with_verify() -> None:
    """What is measured as wrong is what a comparison with the task finds."""
    figures, verdict = measure(SPOILT, TASK), verify(SPOILT, TASK)
    assert figures.whole is not None
    assert figures.whole.labels.total - figures.whole.labels.right == verdict.differing_positions
    assert figures.whole.inputs.total - figures.whole.inputs.right == verdict.differing_inputs
    assert figures.whole.failures[0] == verdict.counterexample


def test_what_is_reached_is_counted_for_every_part() -> None:
    """The end is found at 3 to 5, so 18 of the 36 entries are used, and the mirrored position is never 5 but at the frame."""
    figures = measure(reverse_program(DIGITS), None)
    assert figures.reach_exact
    assert figures.reach_inputs == 120
    assert figures.rows == (5, 36, 6)
    assert figures.reached_rows == (5, 18, 6)
    assert figures.reached_values[3] == (2, 3, 4, 5)
    assert figures.reached_values[2] is None
    assert figures.whole is None


def test_too_many_inputs_are_sampled() -> None:
    """Beyond the limit the figures say that they are of a sample."""
    figures = measure(SPOILT, TASK, limit=50)
    assert figures.whole_is_sampled
    assert not figures.reach_exact
    assert figures.whole is not None
    assert 0.9 < figures.whole.labels.share < 1


def test_figures_survive_json_and_nothing_else_is_taken_for_figures() -> None:
    """Damaged or foreign JSON gives no figures."""
    figures = measure(SPOILT, TASK, seed=3)
    found = json.loads(json.dumps(figures.to_json()))
    assert Figures.from_json(found) == figures
    assert figures.fits(SPOILT)
    assert not figures.fits(hist_program())
    assert Figures.from_json(None) is None
    assert Figures.from_json({**found, "format": 99}) is None


@given(st.data())
def test_damaged_figures_are_no_figures(data: st.DataObject) -> None:
    """A wrong value at any key is noticed."""
    found = json.loads(MEASURED)
    key = data.draw(st.sampled_from(sorted(set(found) - {"task", "test", "whole", "trained"})))
    found[key] = data.draw(st.sampled_from([None, "x", 1.5, {"a": 1}]))
    assert Figures.from_json(found) is None


def test_programs_that_do_not_fit_a_task_are_refused_in_one_line() -> None:
    """Other symbols and missing lengths are named."""
    with pytest.raises(UsageError, match="only the task has the symbols "):
        check_task(reverse_program(), TASK)
    with pytest.raises(UsageError, match="it reads lengths 1 to 3, the task lengths 1 to 4"):
        check_task(reverse_program(DIGITS, 3), TASK)
    check_task(reverse_program(DIGITS, 6), TASK)


def test_labels_that_the_task_does_not_know_are_wrong() -> None:
    """A Program that answers with a foreign label is wrong there, not an error."""
    program = reverse_program(DIGITS)
    renamed = replace(
        program, classifier=replace(program.classifier, labels=("<s>", "zero", "1", "2", "</s>"))
    )
    found = accuracy(renamed, TASK, TASK.inputs())
    assert dict(found.by_label)["0"] == Score(0, 142)
    assert dict(found.by_label)["1"] == Score(142, 142)


def test_progress_names_what_is_going_on() -> None:
    """Both long steps report, each up to its end."""
    calls: list[tuple[str, int, int | None]] = []
    measure(SPOILT, TASK, progress=lambda doing, done, total: calls.append((doing, done, total)))
    assert ("accuracy", 120, 120) in calls
    assert ("what is reached", 120, 120) in calls
