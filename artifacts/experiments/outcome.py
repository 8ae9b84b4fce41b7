"""What one run has given. Owns the outcome file, how a run folder becomes one, and the check that its figure is reproduced.

History of the format: 1, the first.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from experiments.table import Experiment
from tprog.errors import TprogError, UnreadableSource
from tprog.evaluate import accuracy
from tprog.files import read_text, write_text
from tprog.locate import load
from tprog.manifest import (
    MANIFEST_FILE,
    METRICS_FILE,
    PROGRAM_FILE,
    STANDARD,
    WEIGHTS_FILE,
    Manifest,
    read_manifest,
)
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task

FORMAT = 1
CHOSEN_PROGRAM = "the restart and the round of search with the best validation accuracy; test data were seen once"
CHOSEN_STANDARD = "the epoch with the best validation accuracy; test data were seen once"


class NotReproduced(TprogError):
    """A run's model, read again from its file, does not have the accuracy that the run reports."""

    slug = "not-reproduced"


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of a finished run.

    Attributes:
        setting, task, seed: which run it is.
        command: what a person types to repeat it.
        commit: of the source, where it is known.
        cores: that it used.
        attempts: how often it was started; more than once where it was interrupted.
        train, validation, test: share of right labels, from 0 to 1.
        right, total: right and all test labels, counted anew from the file that the run left.
        seconds: of training; of all attempts together, start-up and checks included, where there were several.
        wall: seconds of all attempts, start-up and checks included.
        rounds: of the discrete search; epochs, where a standard Transformer was trained.
        lines: of the emitted program; None where there is none.
        found: the phase of training that the model comes from.
        chosen: how the model was chosen within the run.
        curve: `(seconds since the start, best validation accuracy so far)`, rising.
        data_sha256: the hash of the dataset.
    """

    setting: str
    task: str
    seed: int
    command: str
    commit: str | None
    cores: int
    attempts: int
    train: float
    validation: float
    test: float
    right: int
    total: int
    seconds: float
    wall: float
    rounds: int
    lines: int | None
    found: str
    chosen: str
    curve: tuple[tuple[float, float], ...]
    data_sha256: str

    def first_reached(self, accuracy: float) -> float | None:
        """Return the seconds after which the best validation accuracy was so much; None where it never was."""
        return next((seconds for seconds, value in self.curve if value >= accuracy), None)


def write_outcome(path: Path, outcome: Outcome) -> None:
    """Write an outcome, whole or not at all.

    Raises:
        FileProblem: the disk refuses it.
    """
    write_text(path, json.dumps({"format": FORMAT, **asdict(outcome)}, indent=2) + "\n")


def read_outcome(path: Path) -> Outcome:
    """Read what `write_outcome` wrote.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it is damaged, or of a later version.
    """
    try:
        found = json.loads(read_text(path))
        if found.pop("format") != FORMAT:
            raise ValueError("it has another format")
        curve = tuple((float(seconds), float(value)) for seconds, value in found.pop("curve"))
        return Outcome(**found, curve=curve)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableSource(
            f"{path} is no outcome of an experiment ({' '.join(str(error).split())}); delete it"
        ) from error


def collect(
    experiment: Experiment,
    seed: int,
    folder: Path,
    *,
    wall: float,
    attempts: int,
    curve: tuple[tuple[float, float], ...],
    commit: str | None,
) -> Outcome:
    """Return the outcome of a finished run, after reading its model again and counting its right test labels.

    Args:
        experiment: the row.
        seed: which of its runs.
        folder: of the run.
        wall: seconds of all attempts.
        attempts: how many there were.
        curve: validation accuracy over time.
        commit: of the source.

    Raises:
        NotReproduced: the file does not have the accuracy that the run reports.
        FileProblem: a file of the run is missing.
        UnreadableSource: a file of the run is damaged.
    """
    manifest = read_manifest(folder / MANIFEST_FILE)
    metrics = _metrics(folder / METRICS_FILE)
    right, total, lines = _counted(folder, manifest)
    if not total or right / total != metrics["test"]:
        raise NotReproduced(
            f"{folder}: the run reports {metrics['test']:.6f} on test data, "
            f"but {right:,} of {total:,} labels are right when it is read again; please report this"
        )
    return Outcome(
        setting=experiment.setting,
        task=experiment.task,
        seed=seed,
        command=experiment.command(),
        commit=commit,
        cores=experiment.cores,
        attempts=attempts,
        train=metrics["train"],
        validation=metrics["validation"],
        test=metrics["test"],
        right=right,
        total=total,
        seconds=metrics["seconds"] if attempts == 1 else max(metrics["seconds"], round(wall, 1)),
        wall=round(wall, 1),
        rounds=metrics["epochs"] if lines is None else metrics.get("search", {}).get("rounds", 0),
        lines=lines,
        found=_found_by(metrics),
        chosen=CHOSEN_STANDARD if lines is None else CHOSEN_PROGRAM,
        curve=(*curve, (round(wall, 1), metrics["validation"]))
        if not curve or metrics["validation"] > curve[-1][1]
        else curve,
        data_sha256=manifest.data_sha256 or "",
    )


def is_finished(folder: Path) -> bool:
    """Tell whether a run folder holds a finished run."""
    try:
        return read_manifest(folder / MANIFEST_FILE).other.get("finished") is True
    except TprogError:
        return False


def _counted(folder: Path, manifest: Manifest) -> tuple[int, int, int | None]:
    """Return the right and all test labels of the model that a run left, and the lines of its program."""
    task = get_task(manifest.task or "")
    dataset = make_dataset(task, manifest.seed or 0, manifest.config.get("samples"))
    if dataset.data_hash != manifest.data_sha256:
        raise NotReproduced(
            f"{folder}: its dataset cannot be drawn again; it was made by another version"
        )
    batches = dataset.test.batches()
    if manifest.config.get("model") == STANDARD:
        # Only here is torch needed.
        from tprog.learn.standard.model import standard_right
        from tprog.learn.standard.train import load_standard

        right, total = standard_right(load_standard(folder / WEIGHTS_FILE), batches)
        return right, total, None
    source = read_text(folder / PROGRAM_FILE)
    if not manifest.matches(source):
        raise NotReproduced(f"{folder / PROGRAM_FILE} was edited after its training; train again")
    right, total = accuracy(load(folder), batches, task.labels)
    return right, total, len(source.splitlines())


def _found_by(metrics: dict[str, Any]) -> str:
    """Return the phase that a model comes from; a composition that is perfect leaves nothing to train."""
    if "best_epoch" in metrics:
        return f"gradient descent, epoch {metrics['best_epoch']}"
    if metrics.get("synthesis", {}).get("chosen"):
        return "synthesis"
    composed = metrics.get("composition", {}).get("validation")
    if composed is not None and not metrics["warm_starts"]:
        return f"composition, stage {metrics['composition']['stage']}"
    warm, searched = metrics["warm_validation"], metrics.get("search", {}).get("rounds", 0) > 0
    start = "composition" if composed is not None and composed > warm else "gradient descent"
    return f"{start}, then search" if searched else start


def _metrics(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_text(path))
        found["train"], found["validation"], found["test"], found["seconds"]
        if "best_epoch" not in found:
            found["warm_starts"]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UnreadableSource(f"{path} holds no metrics of a run; train again") from error
    assert isinstance(found, dict)
    return found
