"""Trials that train nothing, and a driver of them that can be killed: `python -m sweep_fakes FOLDER SEEDS`."""

import os
import sys
import time
from pathlib import Path

from tprog.analysis.sweeps.drive import Event, Tally, drive
from tprog.analysis.sweeps.store import Store
from tprog.analysis.sweeps.trial import Outcome, Trial
from tprog.analysis.sweeps.workers import Function, Processes, Ray
from tprog.errors import UsageError
from tprog.stopping import Stopper, stopper

TASK = "hist:vocabulary=4,length=5"
SECONDS = 0.1


def trials(seeds: int, **settings: bool | int | float | str) -> list[Trial]:
    """Return so many trials that differ in their seeds."""
    return [Trial.of(TASK, {**settings, "seed": seed}) for seed in range(seeds)]


def outcome(test: float = 0.5, validation: float = 0.5, lines: int = 100) -> Outcome:
    """Return an outcome by hand."""
    curve = ((1.0, 0.25), (2.0, validation))
    return Outcome(1.0, validation, test, 5, 10, 3.0, 1, lines, "by hand", "here", "abc", curve)


def finished_store(folder: Path) -> Path:
    """Return the folder of a store with two configurations of two seeds, all done."""
    store = Store(folder)
    for layers in (1, 2):
        for trial in trials(2, layers=layers):
            store.add([trial])
            store.finish(trial.key, outcome(test=layers / 10))
    store.close()
    return folder


def noted(trial: Trial, folder: Path) -> Outcome:
    """Train as a real trial does: what is finished is not trained again; each training is a line of a log."""
    if not (folder / "finished").exists():
        folder.mkdir(parents=True, exist_ok=True)
        time.sleep(SECONDS)
        log = os.open(folder.parent / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(log, f"{trial.key}\n".encode())
        os.close(log)
        (folder / "finished").touch()
    return outcome(test=trial.seed / 100)


def threads(trial: Trial, folder: Path) -> Outcome:
    """Tell how many threads libraries are allowed."""
    return outcome(lines=int(os.environ["NUMBA_NUM_THREADS"]) + int(os.environ["OMP_NUM_THREADS"]))


def lost(trial: Trial, folder: Path) -> Outcome:
    """Fail with seed 1, and lose the process with seed 2."""
    if trial.seed == 1:
        raise UsageError("it cannot be done")
    if trial.seed == 2:
        os._exit(9)
    return outcome()


def lost_once(trial: Trial, folder: Path) -> Outcome:
    """Lose the process the first time with seed 1."""
    mark = Path(os.environ["TPROG_MARK"])
    if trial.seed == 1 and not mark.exists():
        mark.touch()
        os._exit(9)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "program.py").write_text(f"# {trial.seed}")
    return outcome(test=trial.seed / 100)


def driven(
    folder: Path,
    wanted: list[Trial],
    function: Function = noted,
    *,
    ray: bool = False,
    again: bool = False,
) -> tuple[Tally, list[Event]]:
    """Drive trials to their end."""
    store, events = Store(folder), list[Event]()
    who = Ray("local", function) if ray else Processes(2, function)
    tally = drive(store, wanted, who, Stopper(), events.append, again=again)
    store.close()
    return tally, events


if __name__ == "__main__":
    kept = Store(Path(sys.argv[1]))
    with stopper() as stop:
        found = drive(kept, trials(int(sys.argv[2])), Processes(2, noted), stop, lambda event: None)
    sys.exit(130 if found.interrupted else 0)
