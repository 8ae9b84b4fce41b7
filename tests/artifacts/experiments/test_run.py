"""One run in a process of its own."""

import json
import signal
import time
from pathlib import Path

import pytest
from experiment_fakes import fake_run, row, template

from experiments.run import RunProcess
from tprog.errors import TprogError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished run to copy."""
    return template(tmp_path_factory.mktemp("template") / "run")


def wait(process: RunProcess) -> None:
    """Wait for a process's end."""
    while not process.poll():
        time.sleep(0.01)


def wait_for_report(process: RunProcess) -> None:
    """Wait until a process has reported an accuracy."""
    until = time.monotonic() + 20
    while process.validation is None:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_run_leaves_its_outcome(tmp_path: Path, made: Path) -> None:
    """The outcome holds the validation accuracies that were reported, rising, and its command."""
    run = fake_run(row("--rounds", "3"), 4, tmp_path, made)
    assert run.outcome() is None
    process = RunProcess(run, "abc")
    wait(process)
    found = process.result()
    assert found == run.outcome()
    assert found is not None
    assert (found.seed, found.commit, found.attempts) == (4, "abc", 1)
    assert found.command == "tprog train hist --rounds 3"
    assert found.curve[0][1] == 0.9125
    values = [value for _, value in found.curve]
    assert values == sorted(values)
    assert not run.state_file.exists()
    assert fake_run(row("--rounds", "4"), 4, tmp_path, made).outcome() is None


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_goes_on_and_counts_all_its_time(
    tmp_path: Path, made: Path, how: signal.Signals
) -> None:
    """Neither a Ctrl-C nor a kill loses the run folder, the curve or the time that was spent."""
    run = fake_run(row("--slow"), 0, tmp_path, made)
    first = RunProcess(run, None)
    wait_for_report(first)
    time.sleep(0.2)
    first.interrupt(how)
    wait(first)
    assert first.result() is None
    spent = json.loads(run.state_file.read_text())["wall"]
    assert spent > 0
    second = RunProcess(run, None)
    wait(second)
    found = second.result()
    assert found is not None
    assert found.attempts == 2
    assert found.wall >= spent
    assert found.curve[0][0] <= spent
    assert (run.folder / "begun").exists()


def test_a_run_of_another_command_is_begun_again(tmp_path: Path, made: Path) -> None:
    """What an earlier command left unfinished is not gone on with."""
    first = RunProcess(fake_run(row("--slow"), 0, tmp_path, made), None)
    wait_for_report(first)
    first.interrupt(signal.SIGINT)
    wait(first)
    assert first.result() is None
    second = RunProcess(fake_run(row("--rounds", "1"), 0, tmp_path, made), None)
    wait(second)
    found = second.result()
    assert found is not None
    assert found.attempts == 1
    assert not (second.run.folder / "begun").exists()


def test_a_finished_run_without_outcome_is_not_run_again(tmp_path: Path, made: Path) -> None:
    """Where only the outcome is missing, since whoever ran it was killed, it is collected."""
    run = fake_run(row("--slow"), 0, tmp_path, made)
    first = RunProcess(run, None)
    wait_for_report(first)
    first.interrupt(signal.SIGKILL)
    wait(first)
    assert first.result() is None
    second = RunProcess(run, None)
    wait(second)
    assert second.result() is not None
    run.outcome_file.unlink()
    run.state_file.write_text(
        json.dumps({"command": run.experiment.command(), "wall": 5, "attempts": 1, "curve": []})
    )
    third = RunProcess(fake_run(row("--slow"), 0, tmp_path, tmp_path / "nowhere"), None)
    assert third.poll()
    assert third.result() is not None


def test_a_failure_is_told_in_its_last_words(tmp_path: Path, made: Path) -> None:
    """The error holds what the process said last, and the next attempt is a first one."""
    run = fake_run(row("--fail"), 0, tmp_path, made)
    process = RunProcess(run, None)
    wait(process)
    with pytest.raises(TprogError, match="no such option"):
        process.result()
    assert not run.state_file.exists()


def test_two_processes_never_do_the_same_run(tmp_path: Path, made: Path) -> None:
    """A run that is under way elsewhere is refused."""
    run = fake_run(row("--slow"), 0, tmp_path, made)
    first = RunProcess(run, None)
    with pytest.raises(TprogError, match="under way"):
        RunProcess(run, None)
    first.interrupt(signal.SIGKILL)
    wait(first)
    first.result()
