"""A stand-in for `tprog` that learns nothing, rows to run with it, and outcomes by hand."""

import sys
from pathlib import Path

from experiments.outcome import Outcome
from experiments.run import Run
from experiments.table import Experiment, Goal
from tprog.learn.layout import NetworkSizes
from tprog.learn.settings import TrainSettings, WarmStartSettings
from tprog.learn.standard.model import StandardSettings
from tprog.learn.standard.train import train_standard
from tprog.learn.train import train
from tprog.tasks.registry import get_task

TASK = "hist:vocabulary=4,length=5"

# Copies a finished run; options after `train TASK` say what else it does on its way.
SCRIPT = """
import pathlib, shutil, signal, sys, time
template, arguments = pathlib.Path(sys.argv[1]), sys.argv[2:]
out = pathlib.Path(arguments[arguments.index("--out") + 1])
if "--force" in arguments:
    shutil.rmtree(out, ignore_errors=True)
if "--fail" in arguments:
    sys.exit("error: no such option [2]")
signal.signal(signal.SIGINT, lambda number, frame: sys.exit(130))
print("hist: warm start 1/1 1/2: loss 0.5, validation 91.25 %, elapsed 1 s", file=sys.stderr, flush=True)
if "--slow" in arguments and not (out / "begun").exists():
    out.mkdir(parents=True)
    (out / "begun").touch()
    time.sleep(60)
print("hist: search 1/1 1/1: validation 90.00 %, elapsed 2 s", file=sys.stderr, flush=True)
shutil.copytree(template, out, dirs_exist_ok=True)
"""


def template(folder: Path, *, standard: bool = False) -> Path:
    """Make a finished run, and return its folder."""
    task = get_task(TASK)
    if standard:
        tiny = StandardSettings(layers=1, heads=2, width=8, feedforward=8, epochs=2)
        train_standard(task, tiny, folder)
    else:
        sizes = NetworkSizes(1, 1, 1, 1, 1, hidden=4)
        train(
            task,
            TrainSettings(
                sizes=sizes, warm_start=WarmStartSettings(1), restarts=1, workers=1, search_rounds=0
            ),
            folder,
        )
    return folder


def row(*options: str, seeds: int = 1, cores: int = 1, goal: Goal | None = None) -> Experiment:
    """Return a row."""
    return Experiment("best", "hist", options, seeds, None, cores, goal=goal, paper="99.5")


def fake_run(experiment: Experiment, seed: int, root: Path, made: Path) -> Run:
    """Return a run that copies a template."""
    script = root / "fake.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(SCRIPT)
    return Run(experiment, seed, root, (sys.executable, "-S", str(script), str(made)))


def outcome(
    experiment: Experiment,
    seed: int,
    test: float,
    validation: float,
    seconds: float = 10.0,
    command: str | None = None,
) -> Outcome:
    """Return an outcome by hand."""
    return Outcome(
        setting=experiment.setting,
        task=experiment.task,
        seed=seed,
        command=experiment.command() if command is None else command,
        commit="abc",
        cores=experiment.cores,
        attempts=1,
        train=1.0,
        validation=validation,
        test=test,
        right=round(1000 * test),
        total=1000,
        seconds=seconds,
        wall=seconds + 5,
        rounds=7,
        lines=None if experiment.standard else 321,
        found="by hand",
        chosen="by hand",
        curve=((2.0, 0.5), (4.0, validation)),
        data_sha256="0",
    )
