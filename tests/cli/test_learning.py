"""One training from the command line, in processes of its own, with signals."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from terminal import one_line, tprog

from tprog.locate import load
from tprog.manifest import read_manifest

# Two warm starts that take a while, of few sequences, after which nothing is searched.
LONG = (
    *("reverse", "--vocab", "5", "--length", "6", "--synth-seconds", "0", "--rounds", "0"),
    *("--restarts", "1", "--layers", "1", "--epochs", "3000", "--engine", "torch"),
)


@contextmanager
def training(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run `tprog train` in a process of its own; it does not outlive the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tprog", "train", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(process: subprocess.Popen[str], text: str) -> str:
    """Read lines of standard error until one holds a text, and return that one."""
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return line
    raise AssertionError(f"{text!r} never came")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_training_with_the_best_so_far(number: int, tmp_path: Path) -> None:
    """Each signal is answered at once, keeps a program that can be read, and leaves a run that resumes."""
    folder = tmp_path / "run"
    with training(*LONG, "--out", str(folder)) as process:
        wait_for(process, "validation")
        began = time.monotonic()
        process.send_signal(number)
        assert "keeping the best so far" in wait_for(process, "interrupted")
        assert time.monotonic() - began < 2
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 130
    assert "interrupted, the best so far" in out
    assert "the same command again" in out
    assert load(folder).operations
    assert read_manifest(folder / "manifest.json").other["finished"] is False
    with training(*LONG, "--out", str(folder)) as process:
        line = wait_for(process, "warm start")
        assert "0/3000" not in line


@pytest.mark.slow
def test_a_second_training_is_told_at_once(tmp_path: Path) -> None:
    """Two trainings do not write into one folder; the lock of a killed one holds nobody back."""
    folder = tmp_path / "run"
    with training(*LONG, "--out", str(folder)) as process:
        wait_for(process, "warm start")
        refused = tprog("train", *LONG, "--out", str(folder))
        assert refused.code == 1
        assert "at this moment" in one_line(refused)
        process.kill()
        process.wait()
    with training(*LONG, "--out", str(folder)) as process:
        wait_for(process, "warm start")


CHECKED = ("hist", "--out")


@pytest.mark.slow
def test_ctrl_c_in_the_comparison_ends_at_once_and_resumes(tmp_path: Path) -> None:
    """Interrupted after learning, a run says where its program is, is unfinished, and ends the same when called again."""
    folder = tmp_path / "run"
    with training(*CHECKED, str(folder)) as process:
        while not (folder / "program.py").exists():
            time.sleep(0.05)
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert time.monotonic() - began < 2
        assert process.returncode == 130
    assert "before network and code were compared" in err
    manifest = read_manifest(folder / "manifest.json")
    assert manifest.other["finished"] is False
    program = load(folder)
    again = tprog("train", *CHECKED, str(folder))
    assert again.code == 0
    assert load(folder) == program
    assert read_manifest(folder / "manifest.json").other["finished"] is True


@pytest.mark.slow
@pytest.mark.parametrize("task", ["sort", "dyck2"])
def test_the_seconds_hold_for_the_whole_command(task: str, tmp_path: Path) -> None:
    """Loading, learning, writing and checking together take no more than a tenth and five seconds more."""
    seconds = 20
    began = time.monotonic()
    with training(
        *(task, "--synth-seconds", "0", "--seconds", str(seconds), "--out", str(tmp_path / "run"))
    ) as process:
        out, err = process.communicate()
        assert process.returncode == 0, err
    assert time.monotonic() - began < 1.1 * seconds + 5
    assert "no time was left for" in out


def test_cells_that_no_example_reached_are_named(tmp_path: Path) -> None:
    """The parity of few bits is learned without the longest runs of ones, and that is said and kept."""
    data = tmp_path / "parity.jsonl"
    rows = [f"{n:0{length}b}" for length in (2, 3, 4, 5) for n in range(2**length)]
    lines = [
        {"tokens": list(row), "labels": [str(row.count("1") % 2)] * len(row)}
        for row in rows
        if row.count("1") < 5
    ]
    data.write_text("\n".join(map(json.dumps, lines)))
    folder = tmp_path / "run"
    finished = tprog("train", "--data", str(data), "--out", str(folder))
    assert finished.code == 0, finished.err
    assert "no training example reached" in finished.out
    guesses = read_manifest(folder / "manifest.json").metrics["guesses"]
    assert guesses["count"] >= 1
    assert guesses["cells"][0]["at"] == [5]
