"""Tests of one start."""

import numpy as np
from learn.search.cases import random_program

from tprog.evaluate import accuracy
from tprog.learn.search.climb import Climb
from tprog.learn.search.search import split_examples
from tprog.learn.settings import SearchSettings
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task

DATASET = make_dataset(get_task("hist:vocabulary=6,length=6"), 0)
PROGRAM = random_program(DATASET.task, 1, (1, 2, 1, 1), 0)
SETTINGS = SearchSettings(rounds=4, proposals=200, window=256)


def _climb(settings: SearchSettings = SETTINGS) -> Climb:
    return Climb(PROGRAM, *split_examples(DATASET), settings, 0)


def test_the_temperature_falls_to_nothing() -> None:
    """The temperature falls linearly and is 0 after the share of rounds that is set."""
    climb = _climb(SearchSettings(rounds=4, cooling=0.5, proposals=0, temperature=0.2))
    found = []
    for _ in range(4):
        found.append(climb.temperature)
        climb.step()
    assert found == [0.2, 0.1, 0, 0]


def test_a_climb_beyond_its_schedule_heats_up_again() -> None:
    """The temperature depends on the schedule and not on the number of rounds, and repeats after it."""
    climb = _climb(SearchSettings(rounds=3, schedule=2, cooling=1.0, proposals=0, temperature=0.2))
    found = []
    for _ in range(3):
        found.append(climb.temperature)
        climb.step()
    assert found == [0.2, 0.1, 0.2]


def test_a_climb_goes_on_from_its_state() -> None:
    """A climb made from another's state does what that one does from there on."""
    one = _climb()
    one.step()
    two = Climb(PROGRAM, *split_examples(DATASET), SETTINGS, 0, one.state())
    for _ in range(2):
        expected, found = one.step(), two.step()
        assert (found.rank, two.loss, two.round) == (expected.rank, one.loss, one.round)
    assert two.finish()[0] == one.finish()[0]


def test_the_best_is_kept() -> None:
    """The best never gets worse from round to round."""
    climb = _climb()
    ranks = [climb.best.rank]
    for _ in range(4):
        climb.step()
        ranks.append(climb.best.rank)
    assert ranks == sorted(ranks)


def test_the_program_has_the_accuracy_that_was_measured() -> None:
    """The evaluator agrees with the accuracies of the finished Program, whose votes are integers below 2**24."""
    climb = _climb()
    for _ in range(2):
        climb.step()
    program, found = climb.finish()
    for split, measured in (
        (DATASET.validation, found.validation),
        (DATASET.train, found.train),
    ):
        right, total = accuracy(program, split.batches(), DATASET.task.labels)
        assert np.isclose(right / total, measured)
