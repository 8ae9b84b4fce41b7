"""The rules of the tasks that no part was tuned for hold at every length."""

import random

import pytest
from benchmarks.later_tasks import LATER
from benchmarks.stranger_tasks import STRANGER_A, STRANGER_B

from tprog.tasks.task import Task

ALL = (*STRANGER_A, *STRANGER_B, *LATER)


def test_two_sets_of_twenty() -> None:
    """No name occurs twice; each set has three tasks with one label for the whole."""
    assert len({task.name for task in ALL}) == 60
    for tasks in (STRANGER_A, STRANGER_B, LATER):
        assert len(tasks) == 20
        assert sum(task.pooled for task in tasks) == 3


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.name)
def test_a_label_for_every_token(task: Task) -> None:
    """A label for each token, all of them known; only what counts may count on beyond the domain's length."""
    draw = random.Random(1)
    longest = task.domain.max_length
    assert longest is not None
    numbers = all(label.isdigit() for label in task.labels)
    for length in range(1, 4 * longest + 1):
        for _ in range(40 if length <= longest else 10):
            x = tuple(draw.choices(task.domain.symbols, k=length))
            labels = task.rule(x)
            assert len(labels) == (1 if task.pooled else length), x
            for label in labels:
                counts_on = numbers and length > longest and str(label).isdigit()
                assert label in task.labels or counts_on, (x, labels)
