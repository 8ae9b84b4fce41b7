"""Running many runs."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from experiment_fakes import fake_run, row, template

from experiments.run import RunProcess
from experiments.runner import Event, all_runs, current_commit, run_all


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished run to copy."""
    return template(tmp_path_factory.mktemp("template") / "run")


def test_every_seed_of_every_row_is_run(tmp_path: Path) -> None:
    """Runs come row by row, seeds from 0."""
    runs = all_runs([row(seeds=2), row("--rounds", "1")], tmp_path)
    assert [(run.experiment.options, run.seed) for run in runs] == [
        ((), 0),
        ((), 1),
        (("--rounds", "1"), 0),
    ]


def test_finished_runs_are_skipped(tmp_path: Path, made: Path) -> None:
    """A second call starts nothing, unless it is asked to."""
    runs = [fake_run(row(seeds=2), seed, tmp_path, made) for seed in range(2)]
    kinds: list[str] = []

    def note(event: Event) -> None:
        kinds.append(event.kind)

    def tick(active: Sequence[RunProcess]) -> None:
        assert len(active) <= 2

    assert run_all(runs, 2, note, tick).finished == 2
    assert sorted(kinds) == ["finished", "finished", "started", "started"]
    kinds.clear()
    assert run_all(runs, 2, note, tick).finished == 2
    assert kinds == ["skipped", "skipped"]
    kinds.clear()
    assert run_all(runs, 2, note, tick, again=True).finished == 2
    assert "finished" in kinds


def test_no_more_cores_are_used_than_there_are(tmp_path: Path, made: Path) -> None:
    """Runs that want both cores run one by one; one that wants more than there are runs all the same."""
    runs = [fake_run(row(seeds=2, cores=2), seed, tmp_path, made) for seed in range(2)]
    together: list[int] = []
    tally = run_all(runs, 1, lambda event: None, lambda active: together.append(len(active)))
    assert tally.finished == 2
    assert max(together) == 1


def test_a_failure_does_not_stop_the_others(tmp_path: Path, made: Path) -> None:
    """It is reported at the end, and what comes after it is run."""
    runs = [fake_run(row("--fail"), 0, tmp_path, made), fake_run(row(), 1, tmp_path, made)]
    tally = run_all(runs, 1, lambda event: None, lambda active: None)
    assert tally.finished == 1
    assert [event.run for event in tally.failed] == runs[:1]
    assert not tally.interrupted


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_loses_nothing(tmp_path: Path, made: Path, how: signal.Signals) -> None:
    """Runs under way are interrupted, waiting ones are not begun, and the next call finishes all of them."""
    runs = [fake_run(row("--slow", seeds=3), seed, tmp_path, made) for seed in range(3)]
    kinds: list[str] = []

    def tick(active: Sequence[RunProcess]) -> None:
        if len(active) == 2 and all(process.validation for process in active):
            os.kill(os.getpid(), how)

    before = signal.getsignal(how)
    tally = run_all(runs, 2, lambda event: kinds.append(event.kind), tick)
    assert tally.interrupted
    assert tally.signal == how.name
    assert kinds.count("started") == kinds.count("interrupted") == 2
    assert signal.getsignal(how) is before
    for run in runs[:2]:
        assert run.state_file.exists()
    # The third would sleep where it was never begun.
    (runs[2].folder).mkdir(parents=True)
    (runs[2].folder / "begun").touch()
    runs[2].state_file.write_text(runs[1].state_file.read_text())
    assert run_all(runs, 2, lambda event: None, lambda active: None).finished == 3


def test_a_run_that_somebody_else_ends_has_failed(tmp_path: Path, made: Path) -> None:
    """A kill that was not wanted here is told, not taken for a wish to stop."""
    runs = [fake_run(row("--slow"), 0, tmp_path, made)]

    def tick(active: Sequence[RunProcess]) -> None:
        for process in active:
            if process.validation is not None:
                process.interrupt(signal.SIGKILL)

    tally = run_all(runs, 1, lambda event: None, tick)
    assert not tally.interrupted
    assert "same command" in tally.failed[0].reason


def test_the_commit_is_short() -> None:
    """It is a hash, with a mark where the source differs from it, or nothing where there is no repository."""
    found = current_commit()
    assert found is None or len(found.rstrip("+")) >= 7
