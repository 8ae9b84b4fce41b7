"""Tests of the search as a whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from learn.search.cases import random_program

from tprog.errors import FileProblem, UnreadableSource, UsageError
from tprog.evaluate import accuracy
from tprog.learn.search.climb import Climb
from tprog.learn.search.search import (
    SearchProgress,
    SearchResult,
    SearchState,
    read_state,
    search,
    split_examples,
    write_state,
)
from tprog.learn.settings import SearchSettings
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task

DATASET = make_dataset(get_task("hist:vocabulary=6,length=6"), 0)
STARTS = [random_program(DATASET.task, 1, (1, 2, 1, 1), seed) for seed in range(3)]
SETTINGS = SearchSettings(rounds=4, proposals=200)


LONG = SearchSettings(rounds=40, proposals=2000)


@pytest.fixture(scope="module")
def state_of_perfect(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SearchResult]:
    """Return what a search found that ended with a perfect Program, and its checkpoint."""
    path = tmp_path_factory.mktemp("search") / "state"
    return path, search(STARTS, DATASET, LONG, checkpoint=path)


@pytest.fixture(scope="module")
def whole() -> tuple[SearchResult, list[SearchProgress]]:
    """Return what a search that is never cut finds, and its reports."""
    seen: list[SearchProgress] = []
    return search(STARTS, DATASET, replace(SETTINGS, l2=1.0), seen.append), seen


def test_a_small_histogram_is_learned(state_of_perfect: tuple[Path, SearchResult]) -> None:
    """From chance, the search finds a Program that is right on every input, and stops there."""
    _, found = state_of_perfect
    assert found.validation_accuracy == 1
    assert found.stopped == "perfect"
    right, total = accuracy(found.program, DATASET.test.batches(), DATASET.task.labels)
    assert right == total


def test_results_do_not_depend_on_threads(
    whole: tuple[SearchResult, list[SearchProgress]],
) -> None:
    """One thread finds what two threads find."""
    one = search(STARTS, DATASET, replace(SETTINGS, l2=1.0, threads=1))
    two, _ = whole
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


@pytest.mark.parametrize("after", [1, 5])
def test_a_killed_search_goes_on_where_it_was(
    tmp_path: Path, after: int, whole: tuple[SearchResult, list[SearchProgress]]
) -> None:
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
    expected, reports = whole
    assert (resumed.program, resumed.start) == (expected.program, expected.start)
    assert all(each.round > seen[-1].round for each in rest)
    assert [each.loss for each in rest] == [
        each.loss for each in reports[len(reports) - len(rest) :]
    ]
    assert search(STARTS, DATASET, settings, checkpoint=path).program == expected.program


def test_a_search_that_was_over_is_over(state_of_perfect: tuple[Path, SearchResult]) -> None:
    """Called again after a perfect Program was found, a search returns it without another round."""
    path, found = state_of_perfect
    seen: list[SearchProgress] = []
    again = search(STARTS, DATASET, LONG, seen.append, checkpoint=path)
    assert (again.program, again.stopped, seen) == (found.program, "perfect", [])


def test_a_search_needs_a_start() -> None:
    """Nothing can be improved without a Program."""
    with pytest.raises(UsageError, match="at least one program"):
        search([], DATASET)


def state() -> SearchState:
    """Return the state of a search with two starts before its first round, and of the second after one."""
    settings = SearchSettings(rounds=2, proposals=50)
    climbs = [Climb(STARTS[0], *split_examples(DATASET), settings, seed) for seed in (0, 1)]
    climbs[1].step()
    return SearchState(1, [1], False, {n: climb.state() for n, climb in enumerate(climbs)})


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Every number comes back, with its type; a loss that is not known yet too."""
    written = state()
    write_state(tmp_path / "state", "mine", written)
    found = read_state(tmp_path / "state", "mine")
    assert (found.round, found.alive, found.perfect) == (1, [1], False)
    assert found.climbs.keys() == written.climbs.keys()
    for number, climb in found.climbs.items():
        old = written.climbs[number]
        assert climb.round == old.round
        assert climb.loss == pytest.approx(old.loss, abs=0, nan_ok=True)
        for new, kept in ((climb.now, old.now), (climb.best, old.best)):
            assert new.rank == kept.rank
            for one, two in ((new.slots, kept.slots), (new.votes, kept.votes)):
                for array, other in zip(one, two, strict=True):
                    assert np.asarray(array).dtype == np.asarray(other).dtype
                    np.testing.assert_array_equal(array, other)


def test_damage_is_refused_in_one_line(tmp_path: Path) -> None:
    """A file that is cut, changed in one byte, another search's or no checkpoint at all is refused by its name."""
    path = tmp_path / "state"
    with pytest.raises(FileProblem, match="state"):
        read_state(path, "mine")
    write_state(path, "mine", state())
    with pytest.raises(UnreadableSource, match=r"another search.*--fresh"):
        read_state(path, "yours")
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    damaged = [whole[: int(cut)] for cut in random.integers(0, len(whole), 100)]
    for place in random.integers(0, len(whole), 200):
        damaged.append(whole[:place] + bytes([whole[place] ^ 64]) + whole[place + 1 :])
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(UnreadableSource) as caught:
            read_state(path, "mine")
        assert "\n" not in str(caught.value)
