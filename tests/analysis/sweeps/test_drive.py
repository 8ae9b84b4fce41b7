"""Running many trials: what is missing, whatever happens on the way."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sweep_fakes import driven, lost, lost_once, threads, trials

from tprog.analysis.sweeps.rows import rows
from tprog.analysis.sweeps.store import Store


def begin(folder: Path, seeds: int) -> "subprocess.Popen[bytes]":
    """Begin a driver in a process of its own, which finds the modules of the tests as this one does."""
    return subprocess.Popen(
        [sys.executable, "-m", "sweep_fakes", str(folder), str(seeds)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def wait_until_done(folder: Path, wanted: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until so many trials are done."""
    while process.poll() is None:
        if (folder / "results.sqlite").exists():
            store = Store(folder)
            done = sum(row.values["state"] == "done" for row in rows(store))
            store.close()
            if done >= wanted:
                return
        time.sleep(0.05)
    raise AssertionError("it ended by itself")


def trainings(folder: Path) -> Counter[str]:
    """Return how often each trial was trained."""
    return Counter((folder / "trials" / "log").read_text().split())


def test_a_driver_that_is_killed_twice_loses_nothing_and_trains_nothing_twice(
    tmp_path: Path,
) -> None:
    """SIGKILL leaves what is done, lets the processes end, and the same call goes on."""
    for wanted in (3, 9):
        process = begin(tmp_path, 20)
        wait_until_done(tmp_path, wanted, process)
        process.kill()
        process.wait()
        before = trainings(tmp_path)
        time.sleep(1.0)
        # At most what was under way ends after its driver.
        assert (trainings(tmp_path) - before).total() <= 2
    tally, events = driven(tmp_path, trials(20))
    assert (tally.done, tally.failed, tally.left) == (20, 0, 0)
    assert len([event for event in events if event.kind == "done"]) <= 20 - 9
    assert set(trainings(tmp_path).values()) == {1}
    store = Store(tmp_path)
    found = rows(store)
    assert [row.values["test"] for row in found] == [seed / 100 for seed in range(20)]
    assert sum(row.values["attempts"] for row in found) <= 20 + 2 * 2
    store.close()


def test_ctrl_c_ends_at_once_and_the_rest_waits(tmp_path: Path) -> None:
    """What is under way waits again, and its processes are gone."""
    process = begin(tmp_path, 40)
    wait_until_done(tmp_path, 2, process)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    store = Store(tmp_path)
    states = Counter(row.values["state"] for row in rows(store))
    store.close()
    assert states["running"] == 0
    assert states["waiting"] + states["done"] == 40
    assert not list((tmp_path / "drivers").iterdir())


def test_what_fails_is_a_row_and_takes_nothing_with_it(tmp_path: Path) -> None:
    """An error and a lost process are told, the others are done; it is tried again where that is asked for."""
    tally, _ = driven(tmp_path, trials(6), lost)
    assert (tally.done, tally.failed, tally.left) == (4, 2, 0)
    store = Store(tmp_path)
    errors = [row.values["error"] for row in rows(store)]
    store.close()
    assert errors[1] == "it cannot be done"
    assert "killed" in errors[2]
    assert driven(tmp_path, trials(6))[1] == []
    tally, events = driven(tmp_path, trials(6), again=True)
    assert (tally.done, tally.failed) == (6, 0)
    assert {event.trial.seed for event in events} == {1, 2}


def test_a_wider_axis_adds_and_time_left_is_told(tmp_path: Path) -> None:
    """Trials that are done stay; from the first that is done on, the time that is left is known."""
    driven(tmp_path, trials(4))
    tally, events = driven(tmp_path, trials(8))
    assert tally.done == 8
    assert {event.trial.seed for event in events} == {4, 5, 6, 7}
    assert all(event.left is not None for event in events)
    assert set(trainings(tmp_path).values()) == {1}


def test_each_process_has_one_thread_and_this_one_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Libraries in the processes are told so; the environment here is not changed."""
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    _, events = driven(tmp_path, trials(1), threads)
    assert events[-1].outcome is not None
    assert events[-1].outcome.lines == 2
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "NUMBA_NUM_THREADS" not in os.environ


def test_ray_gives_the_same_when_a_worker_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is lost half-way is begun again by Ray, and the grid ends equal to that without Ray."""
    pytest.importorskip("ray")
    monkeypatch.setenv("TPROG_MARK", str(tmp_path / "mark"))
    tally, _ = driven(tmp_path / "ray", trials(6), lost_once, ray=True)
    assert (tally.done, tally.failed, tally.left) == (6, 0, 0)
    assert (tmp_path / "mark").exists()
    driven(tmp_path / "here", trials(6), lost_once)
    found = []
    for place in ("ray", "here"):
        store = Store(tmp_path / place)
        found.append([(row.values["key"], row.values["test"]) for row in rows(store)])
        assert len(list((tmp_path / place).glob("trials/*/program.py"))) == 6
        store.close()
    assert found[0] == found[1]
