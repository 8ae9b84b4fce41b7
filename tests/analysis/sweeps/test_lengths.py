"""Inputs longer than those of training."""

from dataclasses import replace

import pytest

from tprog.analysis.measure.graph_predictor import GraphPredictor
from tprog.analysis.sweeps.lengths import by_length, inputs_of, lengthened, lengths_tested, study
from tprog.analysis.sweeps.running import task_of
from tprog.analysis.sweeps.trial import Trial
from tprog.errors import UsageError
from tprog.ir import Domain
from tprog.rasp.module import graph_of
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task

REVERSE = get_task("reverse")


def predictor(text: str) -> GraphPredictor:
    """Return the s-op of an expression as something that answers."""
    return GraphPredictor(graph_of(text), replace(REVERSE.domain, max_length=None))


def test_an_algorithm_is_right_at_every_length_and_one_of_a_length_at_that_alone() -> None:
    """Shares of labels and of whole inputs are counted against the truth at each length."""
    right = predictor("aggregate(select(indices, length - indices - 1, ==), tokens)")
    found = by_length(REVERSE, 20, right)
    assert [one[0] for one in found] == [6, *range(8, 27, 2)]
    assert all(one[1:] == (1.0, 1.0) for one in found)
    fixed = predictor('aggregate(select(indices, 5 - indices, ==), tokens, "0")')
    first, *longer = by_length(REVERSE, 4, fixed)
    assert first == (6, 1.0, 1.0)
    assert all(labels < 0.6 and whole < 0.05 for _, labels, whole in longer)


@pytest.mark.parametrize(
    "spec", ["reverse", "dyck1:length=7", "hist:length=5", "parity", "d2", "addition:length=5"]
)
def test_training_data_are_those_of_the_task_and_tests_are_longer(spec: str) -> None:
    """The domain holds the longer inputs, the draws do not; tests have the length that is asked for, and a truth."""
    task = get_task(spec)
    large = task_of(Trial.of(spec, {"longer": 4}))
    assert large.domain.max_length == (task.domain.max_length or 0) + 4
    assert large.spec == task.spec
    small, drawn = make_dataset(task, 0, 40), make_dataset(large, 0, 40)
    known = range(task.domain.min_length, (task.domain.max_length or 0) + 1)
    assert all(len(one) in known for one in drawn.train.sequences)
    assert len(small) == len(drawn)
    lengthy = lengthened(task, 4)
    own, *longer = [inputs_of(lengthy, length - 1, length, 1) for length in lengths_tested(task, 4)]
    assert any(longer)
    for batches in (own, *longer):
        for batch in batches:
            assert lengthy.truth_batch(batch).size


def test_inputs_count_at_the_least_tested_length_that_they_fit() -> None:
    """Copies with their answers have odd lengths alone, and are tested all the same."""
    task = get_task("copy_repeat:length=11")
    batches = inputs_of(task, 10, 14, 1)
    assert {len(batch.data(0, task.domain)) for batch in batches} == {11, 12, 13}
    copy = 'aggregate(closest(select(indices, indices, <) and select(a, a, ==)), tokens, "$")'
    ends = 'selector_width(select(indices, indices, <=) and select(tokens, ">", ==))'
    since = "selector_width(select(indices, indices, <=) and select(b, b, ==))"
    text = f"b = {ends}; a = {since}; {copy}"
    found = by_length(task, 20, predictor(text))
    assert [one[0] for one in found] == [10, *range(12, 31, 2)]
    assert all(one[1:] == (1.0, 1.0) for one in found)


def test_a_task_without_longer_inputs_is_refused() -> None:
    """Nobody knows what they are."""
    task = Task("own", Domain(("a",), None, prefix=None), ("a",), lambda tokens: tokens)
    with pytest.raises(UsageError, match="longer inputs"):
        lengthened(task, 3)


def test_a_study_has_an_algorithm_and_transformers_for_each_size() -> None:
    """One algorithm, and each kind of positions from each seed; brackets are tested at twice their length."""
    trials = study(["reverse", "dyck1"], [10, 20], 10, (0, 1), 60.0).trials()
    assert len(trials) == 4 * (1 + 3 * 2)
    assert {trial.task for trial in trials} == {
        *("reverse:length=12", "reverse:length=22", "dyck1:length=11", "dyck1:length=21")
    }
    longer = {trial.task: trial.get("longer") for trial in trials}
    assert longer["dyck1:length=21"] == 20
    assert longer["reverse:length=22"] == 10
    assert len(study(["reverse"], [10], 10, (0,), 60.0, programs=True).trials()) == 5
    with pytest.raises(UsageError, match="no inputs"):
        study(["addition"], [40], 10, (0,), 60.0)
