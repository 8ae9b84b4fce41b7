"""Training from beginning to end: learn, shorten by proof, compare network and emitted code, measure.

A run counts as finished only when all of it is done. `tprog.train` and `tprog train` are this.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from time import monotonic
from typing import Any, TypeAlias

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.analysis.measure.figures import METRIC, Figures, measure
from tprog.analysis.measure.guesses import Guesses, guesses
from tprog.analysis.simplify.simplify import simplify
from tprog.analysis.simplify.sound import sound
from tprog.analysis.verify.compare import compare
from tprog.analysis.verify.verdict import Verdict
from tprog.errors import TprogError
from tprog.files import read_text
from tprog.ir import Program
from tprog.json_values import json_values
from tprog.learn import train as learning
from tprog.learn.run_folder import TABLES_FILE
from tprog.learn.settings import OnProgress, TrainSettings
from tprog.learn.train import TrainResult
from tprog.manifest import MANIFEST_FILE, PROGRAM_FILE, read_manifest
from tprog.tasks.dataset import Dataset
from tprog.tasks.task import Task

# Called with what is going on, what is done of it, and how much there is.
Stages: TypeAlias = Callable[[str, int, int | None], None]

COMPARING = "network against emitted code"
# Network and emitted code are compared for so long at most; what was compared is said, and kept in the manifest.
COMPARE_SECONDS = 60.0
# Somebody who interrupts gets a short comparison.
INTERRUPTED_SECONDS = 1.0
# Of a training with a time limit, the share of what is left that goes to the comparison, and its least time.
COMPARE_SHARE = 0.6
LEAST_SECONDS = 0.5
# How long a shorter program is looked for, and how much time must be left for that.
LOOK_SECONDS = 1.0
LOOK_NEEDS = 10.0


class Disagreement(TprogError):
    """The network and the emitted code do not agree: a fault of ours, never to be passed over."""

    slug = "disagreement"


class _TimeUp(Exception):
    """The time for a measurement is over."""


@dataclass
class Findings:
    """What was found out about a learned Program after learning.

    Attributes:
        agreement: of network and emitted code.
        figures: what the page of `tprog analyze` shows; None where no time was left.
        guesses: what no training example reached; None where no time was left.
        lines: lines of the Program and of a shorter one with the same answers; None where none was found or looked for.
        left_out: what no time was left for.
    """

    agreement: Verdict
    figures: Figures | None = None
    guesses: Guesses | None = None
    lines: tuple[int, int] | None = None
    left_out: list[str] = field(default_factory=list)

    def to_metrics(self) -> dict[str, Any]:
        """Return what joins the metrics of a manifest, as JSON values."""
        found: dict[str, Any] = {"agreement": self.agreement.to_json()}
        if self.figures is not None:
            found[METRIC] = self.figures.to_json()
        if self.guesses is not None:
            found["guesses"] = json_values(self.guesses)
        return found


@dataclass(frozen=True, eq=False, repr=False)
class Trained(TrainResult):
    """What a training has learned, and what was found out about it.

    Attributes:
        findings: the comparison with the network, and figures.
    """

    findings: Findings = field(kw_only=True)


def train(
    task: Task,
    settings: TrainSettings | None = None,
    folder: Path | None = None,
    on_progress: OnProgress | None = None,
    *,
    resume: bool = True,
    force: bool = False,
    start: Program | None = None,
    held: tuple[str, ...] | None = None,
    keep_epochs: bool = False,
    on_check: Stages | None = None,
    on_signal: Callable[[], None] | None = None,
) -> Trained:
    """Learn a Program for a task, compare it with its network, and measure it.

    A training that is cut anywhere and called again with the same settings and folder ends with the same Program as one
    that is not. The first Ctrl-C (or SIGTERM, or SIGHUP) ends learning early with the best Program so far, and so do the
    settings' seconds; the latter end the run for good, and its metrics say how to find the same Program again. A signal
    after learning is a KeyboardInterrupt: the Program is written, and the run is not finished.

    Args:
        task: what to learn; its domain has a greatest length.
        settings: how; the defaults and the task's recipe where it is None.
        folder: where the run is kept; None keeps nothing.
        on_progress: called with reports of learning, in the caller's thread.
        resume: whether an unfinished run in the folder is gone on with.
        force: whether a finished or different run in the folder is overwritten.
        start: a Program to train on, instead of synthesis and warm starts.
        held: parts of the start that are kept while gradient descent learns the rest anew, see `tprog.learn.held`; None
            where the search goes on from it.
        keep_epochs: whether the folder keeps the network after each epoch of the warm starts; it decides nothing else.
        on_check: called once learning is over, and again and again while its result is looked at.
        on_signal: called at the first signal, in a thread of its own.

    Raises:
        UsageError: the settings, the task or the start do not fit.
        Diverged: every warm start diverged.
        RunProblem: the folder holds a finished or a different run, or another training writes into it.
        Disagreement: network and emitted code differ.
    """
    kept: list[Findings] = []

    def check(result: TrainResult, dataset: Dataset, seconds: float | None) -> dict[str, Any]:
        kept.append(examine(result, dataset, seconds, on_check, _source(folder)))
        return kept[0].to_metrics()

    result = learning.train(
        *(task, settings, folder, on_progress),
        resume=resume,
        force=force,
        start=start,
        held=held,
        keep_epochs=keep_epochs,
        shorten=sound,
        check=check,
        on_signal=on_signal,
    )
    learned = {each.name: getattr(result, each.name) for each in fields(result)}
    return Trained(**learned, findings=kept[0])


def _source(folder: Path | None) -> str | None:
    """Return the text of a run's program; None where there is none, or where it stands in two files."""
    if folder is None or (folder / TABLES_FILE).exists():
        return None
    return read_text(folder / PROGRAM_FILE)


def examine(
    result: TrainResult,
    dataset: Dataset,
    seconds: float | None = None,
    progress: Stages | None = None,
    source: str | None = None,
) -> Findings:
    """Compare what was learned with its network, measure it, and look for what could still be shorter.

    Args:
        result: of a training.
        dataset: what it was learned from.
        seconds: for all of this; None for no limit.
        progress: called with what is going on.
        source: what `emit` gave for the Program, where that is at hand.

    Raises:
        Disagreement: network and emitted code differ.
    """
    if result.interrupted:
        seconds = INTERRUPTED_SECONDS if seconds is None else min(seconds, INTERRUPTED_SECONDS)
    if progress is not None:
        progress(COMPARING, 0, None)
    until = None if seconds is None else monotonic() + seconds
    found = Findings(_agreement(result, source, seconds, progress))
    timed = _until(until, progress)
    try:
        found.guesses = guesses(result.program, dataset.train, progress=timed)
        found.figures = measure(
            *(result.program, dataset.task, dataset.seed),
            progress=timed,
            learned_from=dataset.data_hash,
        )
    except _TimeUp:
        found.left_out.append("the figures of the whole domain, which `tprog analyze` measures")
        return found
    if until is not None and until - monotonic() < LOOK_NEEDS:
        found.left_out.append("a look at what `tprog simplify` would make of it")
        return found
    shorter = simplify(result.program, seconds=LOOK_SECONDS, progress=progress)
    lines = shorter.before.lines, shorter.after.lines
    if lines[0] is not None and lines[1] is not None and lines[1] < lines[0]:
        found.lines = lines[0], lines[1]
    return found


def _agreement(
    result: TrainResult, source: str | None, seconds: float | None, progress: Stages | None
) -> Verdict:
    emitted = EmittedProgram(result.program, source=source)
    if seconds is not None:
        seconds = max(LEAST_SECONDS, COMPARE_SHARE * seconds)
    verdict = compare(
        emitted,
        result.network,
        names=("emitted code", "network"),
        seconds=min(COMPARE_SECONDS, COMPARE_SECONDS if seconds is None else seconds),
        progress=None if progress is None else lambda done, total: progress(COMPARING, done, total),
    )
    if verdict.outcome == "different":
        assert verdict.counterexample is not None
        raise Disagreement(
            f"network and emitted code differ on {verdict.differing_inputs:,} inputs, "
            f"such as {' '.join(verdict.counterexample.tokens)}; please report this"
        )
    return verdict


def _until(until: float | None, progress: Stages | None) -> Stages:
    """Return a progress that raises `_TimeUp` once the time is over."""

    def timed(what: str, done: int, total: int | None) -> None:
        if until is not None and monotonic() > until:
            raise _TimeUp
        if progress is not None:
            progress(what, done, total)

    return timed


def open_runs(
    settings: TrainSettings, folders: Mapping[int, Path], force: bool = False
) -> Iterator[tuple[Path, TrainSettings]]:
    """Yield folder and settings of each run that is not finished, one for each seed.

    Args:
        settings: of all runs, but for the seed; the seconds are for all of them together, and each gets its share of what is
            left when it is yielded.
        folders: the run folder of each seed.
        force: whether finished runs are yielded too.

    Raises:
        FileProblem: a manifest is damaged.
    """
    until = None if settings.seconds is None else monotonic() + settings.seconds
    waiting = {seed: folder for seed, folder in folders.items() if force or not _finished(folder)}
    for done, (seed, folder) in enumerate(waiting.items()):
        seconds = None
        if until is not None:
            seconds = max((until - monotonic()) / (len(waiting) - done), 0.01)
        yield folder, replace(settings, seed=seed, seconds=seconds)


def _finished(folder: Path) -> bool:
    manifest = folder / MANIFEST_FILE
    return manifest.is_file() and bool(read_manifest(manifest).other.get("finished"))
