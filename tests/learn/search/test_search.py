"""Tests of the search as a whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from tprog.errors import UsageError
from tprog.evaluate import accuracy
from tprog.learn.build import NetworkSizes
from tprog.learn.search.random_program import random_program
from tprog.learn.search.search import SearchProgress, SearchResult, refit, search
from tprog.learn.settings import SearchSettings
from tprog.tasks import get_task, make_dataset

DATASET = make_dataset(get_task("hist:vocabulary=6,length=6"), 0)
STARTS = [random_program(DATASET.task, NetworkSizes(1, 1, 2, 1, 1), seed) for seed in range(3)]
SETTINGS = SearchSettings(rounds=4, proposals=200)


def test_a_small_histogram_is_learned() -> None:
    """From chance, the search finds a Program that is right on every input, and stops there."""
    found = search(STARTS, DATASET, SearchSettings(rounds=40, proposals=2000))
    assert found.validation_accuracy == 1
    assert found.stopped == "perfect"
    right, total = accuracy(found.program, DATASET.test.batches(), DATASET.task.labels)
    assert right == total


def test_results_do_not_depend_on_threads() -> None:
    """One thread finds what two threads find."""
    one = search(STARTS, DATASET, replace(SETTINGS, threads=1))
    two = search(STARTS, DATASET, replace(SETTINGS, threads=2))
    assert one.program == two.program
    assert (one.start, one.rounds) == (two.start, two.rounds)


def test_progress_is_reported_for_every_round() -> None:
    """Each round of each start that is still alive is reported, in order."""
    seen: list[SearchProgress] = []
    search(STARTS, DATASET, replace(SETTINGS, halvings=0, l2=1.0), seen.append)
    assert [(each.round, each.start) for each in seen] == [
        (number, start) for number in range(1, 5) for start in range(3)
    ]
    assert all(each.best >= each.validation_accuracy for each in seen)


def test_the_worse_starts_are_dropped() -> None:
    """After a halving fewer starts are worked on, though never fewer than two."""
    seen: list[SearchProgress] = []
    search(STARTS, DATASET, replace(SETTINGS, rounds=10, halvings=2, l2=1.0), seen.append)
    assert sum(each.round == 1 for each in seen) == 3
    assert sum(each.round == 10 for each in seen) == 2


def _stopped(**how: object) -> SearchResult:
    settings = SearchSettings(rounds=100, proposals=10, l2=1.0)
    return search(STARTS, DATASET, replace(settings, **how))  # type: ignore[arg-type]


def test_time_limits_and_callers_stop_a_search() -> None:
    """A search ends after its seconds, or when asked to, with a Program."""
    assert _stopped(seconds=0.0).stopped == "seconds"
    found = search(
        STARTS, DATASET, replace(SETTINGS, proposals=10, l2=1.0), should_stop=lambda: True
    )
    assert (found.stopped, found.rounds) == ("asked", 1)


def test_an_interrupt_keeps_the_best_so_far() -> None:
    """Control-C ends a search with the best Program that it has found."""

    def interrupt(progress: SearchProgress) -> None:
        if progress.start == 1:
            raise KeyboardInterrupt

    found = search(STARTS, DATASET, replace(SETTINGS, proposals=1), interrupt)
    assert found.stopped == "interrupted"
    assert found.program.classifier.votes


def test_a_shorter_search_does_what_a_longer_one_does_at_first() -> None:
    """Cut after some rounds, a search finds what one of so many rounds and the same schedule finds."""
    settings = replace(SETTINGS, rounds=6, halvings=2, l2=1.0)
    rounds = iter([False, False, True])
    cut = search(STARTS, DATASET, settings, should_stop=lambda: next(rounds))
    assert (cut.stopped, cut.rounds) == ("asked", 3)
    again = search(STARTS, DATASET, replace(settings, rounds=3, schedule=6))
    assert (again.stopped, again.rounds) == ("rounds", 3)
    assert (again.program, again.start) == (cut.program, cut.start)


class Killed(BaseException):
    """Ends a search in the middle."""


@pytest.mark.parametrize("after", [1, 3, 5, 9])
def test_a_killed_search_goes_on_where_it_was(tmp_path: Path, after: int) -> None:
    """Killed after any report, a search that is called again finds what an uninterrupted one finds."""
    settings = replace(SETTINGS, l2=1.0)
    seen: list[SearchProgress] = []

    def kill(progress: SearchProgress) -> None:
        seen.append(progress)
        if len(seen) == after:
            raise Killed

    path = tmp_path / "state"
    with pytest.raises(Killed):
        search(STARTS, DATASET, settings, kill, checkpoint=path)
    rest: list[SearchProgress] = []
    resumed = search(STARTS, DATASET, settings, rest.append, checkpoint=path)
    whole: list[SearchProgress] = []
    expected = search(STARTS, DATASET, settings, whole.append)
    assert (resumed.program, resumed.start) == (expected.program, expected.start)
    assert all(each.round > seen[-1].round for each in rest)
    assert [each.loss for each in rest] == [each.loss for each in whole[len(whole) - len(rest) :]]
    assert search(STARTS, DATASET, settings, checkpoint=path).program == expected.program


def test_a_search_that_was_over_is_over(tmp_path: Path) -> None:
    """Called again after a perfect Program was found, a search returns it without another round."""
    settings = SearchSettings(rounds=40, proposals=2000)
    found = search(STARTS, DATASET, settings, checkpoint=tmp_path / "state")
    seen: list[SearchProgress] = []
    again = search(STARTS, DATASET, settings, seen.append, checkpoint=tmp_path / "state")
    assert (again.program, again.stopped, seen) == (found.program, "perfect", [])


def test_refitting_changes_votes_alone() -> None:
    """A refit keeps every module and does not lose validation accuracy."""
    fitted = refit(STARTS[0], DATASET)
    assert fitted.operations == STARTS[0].operations
    again = refit(fitted, DATASET)
    batches, labels = DATASET.validation.batches(), DATASET.task.labels
    assert accuracy(again, batches, labels) >= accuracy(fitted, batches, labels)


def test_a_search_needs_a_start() -> None:
    """Nothing can be improved without a Program."""
    with pytest.raises(UsageError, match="at least one program"):
        search([], DATASET)
