"""A Program as the start of a training."""

from dataclasses import replace

import pytest
from example_programs import reverse_program

from tprog.errors import UsageError
from tprog.evaluate import all_inputs, predict
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Nearest,
    Program,
)
from tprog.learn.settings import TrainSettings
from tprog.learn.train import starting_program, train
from tprog.tasks.registry import get_task

TASK = get_task("reverse:vocabulary=6,length=6")
DIGITS = ("0", "1", "2")


def test_a_program_of_the_task_answers_as_before() -> None:
    """Labels in another order and a published tie-break do not change what a program without ties answers."""
    program = reverse_program(DIGITS)
    operations = tuple(
        replace(one, tie=Nearest("matches")) if isinstance(one, CategoricalHead) else one
        for one in program.operations
    )
    found = starting_program(replace(program, operations=operations), TASK)
    assert found.classifier.labels == TASK.labels
    assert all(
        one.tie == Nearest("last") for one in found.operations if isinstance(one, CategoricalHead)
    )
    for batch in all_inputs(TASK.domain):
        inputs = [batch.data(row, TASK.domain) for row in range(len(batch))]
        assert predict(found, inputs) == predict(program, inputs)


def test_another_domain_is_refused() -> None:
    """A program over other symbols, or of other lengths, is no start for a task."""
    with pytest.raises(UsageError, match="other sequences"):
        starting_program(reverse_program(("0", "1")), TASK)
    pooled = reverse_program(DIGITS)
    pooled = replace(pooled, classifier=replace(pooled.classifier, pooled=True))
    with pytest.raises(UsageError, match="whole input"):
        starting_program(pooled, TASK)


def broken(program: Program) -> Program:
    """Return a program whose votes speak for the wrong labels."""
    votes = []
    for vote in program.classifier.votes:
        assert isinstance(vote, CategoricalVotes)
        votes.append(
            replace(vote, weights=tuple(tuple(-weight for weight in row) for row in vote.weights))
        )
    return replace(program, classifier=replace(program.classifier, votes=tuple(votes)))


def test_an_edited_program_is_trained_on() -> None:
    """A perfect program whose votes were damaged is perfect again, without a warm start."""
    program = broken(reverse_program(DIGITS))
    settings = TrainSettings(search_rounds=0, samples=100, workers=1)
    result = train(TASK, settings, start=program)
    assert result.metrics["start_validation"] < 1
    assert result.metrics["warm_starts"] == []
    assert result.metrics["test"] == 1
    assert result.program.operations == starting_program(program, TASK).operations
    assert any("Trained on" in fact for fact in result.program.provenance.lines)
