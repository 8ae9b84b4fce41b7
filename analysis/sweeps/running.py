"""Running a trial: training, reading the model again, and counting what it gives rightly. Processes of their own call this."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from tprog.analysis.sweeps.trial import Outcome, Trial, current_commit, machine
from tprog.errors import TprogError, UnreadableSource
from tprog.files import read_bytes, read_text
from tprog.manifest import (
    MANIFEST_FILE,
    METRICS_FILE,
    PROGRAM_FILE,
    RASP_FILE,
    WEIGHTS_FILE,
    read_manifest,
)
from tprog.tasks.registry import MODULE_PREFIX, get_task

if TYPE_CHECKING:
    from tprog.learn.settings import Progress
    from tprog.tasks.task import Task

SYNTHESIS_SECONDS = 60.0
"""For an algorithm, where the trial does not say."""


class NotReproduced(TprogError):
    """A model, read again from its file, does not have the accuracy that its training reports."""

    slug = "not-reproduced"


def task_of(trial: Trial) -> "Task":
    """Return the task that a trial learns; with lengths beyond training its domain has these, and its draws have not.

    Raises:
        UsageError: there is no such task, or nobody knows what is longer.
    """
    task = _named(trial.task)
    longer = int(trial.get("longer") or 0)
    if not longer:
        return task
    from tprog.analysis.sweeps.lengths import lengthened

    return replace(lengthened(task, longer), sampler=task.draw, spec=task.spec)


def _named(spec: str) -> "Task":
    if not spec.startswith(MODULE_PREFIX):
        return get_task(spec)
    from tprog.tasks.module_task import load_module_task

    return load_module_task(spec)


def run(trial: Trial, folder: Path) -> Outcome:
    """Train, or go on with a training that was cut, and return what came out.

    Args:
        trial: which.
        folder: of the run; a finished one is read and not trained again.

    Raises:
        TprogError: the settings do not fit the task, or the training fails.
    """
    if trial.get("rasp"):
        return _run_rasp(trial)
    task, curve = task_of(trial), list[tuple[float, float]]()
    if not _finished(folder):
        _train(trial, task, folder, curve)
    return _collect(trial, task, folder, tuple(curve))


def _train(trial: Trial, task: "Task", folder: Path, curve: list[tuple[float, float]]) -> None:
    began = monotonic()

    def note(progress: "Progress") -> None:
        best = progress.validation
        if best is not None and (not curve or best > curve[-1][1]):
            curve.append((round(monotonic() - began, 1), best))

    if trial.get("standard"):
        from tprog.learn.standard.train import train_standard

        interrupted = train_standard(
            task, trial.options.standard_settings(), folder, note
        ).interrupted
    else:
        from tprog.analysis.training import train
        from tprog.locate import read_named

        options = trial.options
        start = None if options.init_from is None else read_named(options.init_from).program
        interrupted = train(
            *(task, options.program_settings(task), folder, note), start=start, held=options.held
        ).interrupted
    if interrupted:
        raise KeyboardInterrupt


def _finished(folder: Path) -> bool:
    manifest = folder / MANIFEST_FILE
    return manifest.is_file() and read_manifest(manifest).other.get("finished") is True


def _collect(
    trial: Trial, task: "Task", folder: Path, curve: tuple[tuple[float, float], ...]
) -> Outcome:
    """Return the outcome of a finished run, after reading its model again and counting its right test labels.

    Raises:
        NotReproduced: the file does not have the accuracy that the run reports.
    """
    from tprog.evaluate import accuracy
    from tprog.locate import load
    from tprog.tasks.dataset import make_dataset

    metrics = _metrics(folder / METRICS_FILE)
    options = trial.options
    batches = make_dataset(task, options.data_seed, options.samples).test.batches()
    lines = None
    if options.standard:
        from tprog.learn.standard.model import standard_right
        from tprog.learn.standard.train import load_standard

        model: Any = load_standard(folder / WEIGHTS_FILE)
        right, total = standard_right(model, batches)
    else:
        model = load(folder)
        lines = len(read_text(folder / PROGRAM_FILE).splitlines())
        right, total = accuracy(model, batches, task.labels)
    if not total or right / total != metrics["test"]:
        raise NotReproduced(
            f"{folder}: the run reports {metrics['test']:.6f} on test data, "
            f"but {right:,} of {total:,} labels are right when it is read again; please report this"
        )
    return Outcome(
        metrics["train"],
        metrics["validation"],
        metrics["test"],
        *(right, total, metrics["seconds"]),
        rounds=metrics["epochs"]
        if options.standard
        else metrics.get("search", {}).get("rounds", 0),
        lines=lines,
        found=_found_by(metrics),
        machine=machine(),
        commit=current_commit(),
        curve=(*curve, (metrics["seconds"], metrics["validation"]))
        if not curve or metrics["validation"] > curve[-1][1]
        else curve,
        by_length=_tested(trial, task, model),
    )


def _tested(trial: Trial, task: "Task", model: Any) -> tuple[tuple[int, float, float], ...]:
    longer = int(trial.get("longer") or 0)
    if not longer:
        return ()
    from tprog.analysis.sweeps.lengths import by_length

    return by_length(_named(trial.task), longer, model)


def _found_by(metrics: Mapping[str, Any]) -> str:
    """Return the phase that a model comes from."""
    if "best_epoch" in metrics:
        return f"gradient descent, epoch {metrics['best_epoch']}"
    if metrics.get("synthesis", {}).get("chosen"):
        return "synthesis"
    searched = metrics.get("search", {}).get("rounds", 0) > 0
    return "gradient descent, then search" if searched else "gradient descent"


def _metrics(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_text(path))
        found["train"], found["validation"], found["test"], found["seconds"]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UnreadableSource(f"{path} holds no metrics of a run; train again") from error
    assert isinstance(found, dict)
    return found


def _run_rasp(trial: Trial) -> Outcome:
    """Look for the task's algorithm and test it at every length that the trial asks for.

    Raises:
        UsageError: nobody knows the task's longer inputs.
    """
    from tprog.analysis.measure.graph_predictor import GraphPredictor
    from tprog.analysis.sweeps.lengths import by_length
    from tprog.analysis.synthesising import search
    from tprog.rasp.printing import to_text
    from tprog.synthesis.tidy import named

    task = task_of(Trial(trial.task))
    found = search(task, seconds=float(trial.get("seconds") or SYNTHESIS_SECONDS), seed=trial.seed)
    best = found.best
    outcome = Outcome(
        *(None, None, None),
        seconds=round(sum(found.seconds.values()), 1),
        machine=machine(),
        commit=current_commit(),
        found="nothing was found" if best is None else best.how,
    )
    if best is None:
        return outcome
    longer = int(trial.get("longer") or 0)
    graph = GraphPredictor(best.graph, replace(task.domain, max_length=None), pooled=task.pooled)
    rows = by_length(task, longer, graph) if longer else ()
    # A solution is right on every example and on every fresh input that was tried.
    return replace(
        outcome,
        train=1.0,
        validation=1.0,
        test=1.0,
        by_length=rows,
        text=to_text(named(best.graph)),
    )


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a finished run, to be sent to where the store is."""
    names = (PROGRAM_FILE, RASP_FILE, METRICS_FILE, MANIFEST_FILE, WEIGHTS_FILE)
    return {name: read_bytes(folder / name) for name in names if (folder / name).is_file()}


def forget(folder: Path) -> None:
    """Remove what a trial that failed has left, so that it begins again when it is tried again."""
    shutil.rmtree(folder, ignore_errors=True)
