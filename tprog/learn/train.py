"""Learning a Program, and keeping what was learned in a run folder.

The test split is looked at once, at the end; every choice is made on validation data.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import torch

from tprog.errors import UsageError
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Nearest,
    NumericalVotes,
    Program,
    Provenance,
    Votes,
)
from tprog.learn.conversion import to_network
from tprog.learn.fit import EXACT_SUM, within
from tprog.learn.held import hold
from tprog.learn.network import Network
from tprog.learn.phases import Cut, Phases, share
from tprog.learn.run_folder import EPOCHS, Identity, close_run, locked, open_run, write_run
from tprog.learn.settings import (
    OnProgress,
    TrainSettings,
    recipe_search,
    recipe_sizes,
    recipe_synthesis,
    recipe_warm_start,
)
from tprog.learn.weights import encode
from tprog.manifest import Manifest
from tprog.stopping import Stopper, stopper
from tprog.tasks.dataset import Dataset, make_dataset
from tprog.tasks.task import Task

# What is kept of the seconds for what comes after learning (fitting, writing, checking): a share, and what these take at
# least on an idle core, so many times as long where the core is busy.
ENDING_SHARE, ENDING_SECONDS, BUSIEST = 0.05, 3.0, 3.0


@dataclass(frozen=True, eq=False)
class TrainResult:
    """What a training has learned.

    Attributes:
        program: the Program, with integer votes.
        network: the same as a network.
        metrics: `train`, `validation` and `test` accuracy of the Program for each scored label, from 0 to 1, and how it
            came about; JSON values.
        manifest: the run folder's manifest; None where there is no folder.
        interrupted: whether the training was stopped before its end; it can then be resumed.
        cut: where the training ended early, None where it did not.
    """

    program: Program
    network: Network
    metrics: dict[str, Any]
    manifest: Manifest | None
    interrupted: bool
    cut: Cut | None = None

    def __repr__(self) -> str:
        """Say in one line what was learned, and how right it is."""
        word = "interrupted" if self.interrupted else "learned"
        return f"<TrainResult: {word} {self.program!r}, {self.metrics.get('test', 0):.2%} of test labels>"


# Looks at what was learned and written before the run counts as finished, within so many seconds (None: no limit);
# what it returns joins the metrics in the manifest.
Check: TypeAlias = Callable[[TrainResult, Dataset, float | None], dict[str, Any]]


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
    shorten: Callable[[Program], Program] | None = None,
    check: Check | None = None,
    on_signal: Callable[[], None] | None = None,
) -> TrainResult:
    """Learn a Program for a task, as `tprog.analysis.training.train` does, but without looking at the result.

    A training that is cut and called again goes on. A signal, or the settings' seconds, end it with the best so far (`Cut`).

    Args:
        task: what to learn; its domain has a greatest length.
        settings: how; the defaults and the task's recipe where it is None.
        folder: where the run is kept; None keeps nothing.
        on_progress: called with reports, in the caller's thread.
        resume: whether an unfinished run in the folder is gone on with.
        force: whether a finished or different run in the folder is overwritten.
        start: a Program to train on, instead of synthesis and warm starts.
        held: parts of the start that are kept while gradient descent learns the rest anew, see `tprog.learn.held`; None
            where the search goes on from it.
        keep_epochs: whether the folder keeps the network after each epoch of the warm starts; it decides nothing else.
        shorten: rewrites what was learned without changing a prediction, such as `tprog.analysis.simplify.sound`.
        check: looks at the result before the run is called finished; a signal ends it with a KeyboardInterrupt.
        on_signal: called at the first signal, in a thread of its own.
    """
    began, worked = time.monotonic(), time.process_time()
    settings = _resolved(task, settings or TrainSettings())
    dataset = make_dataset(task, settings.data_seed, settings.samples)
    start = None if start is None else starting_program(start, task)
    identity = _identity(task, settings, dataset, start, held)
    until = None if settings.seconds is None else began + settings.seconds
    with ExitStack() as stack:
        checkpoints = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept = None
        if folder is not None:
            stack.enter_context(locked(folder))
            checkpoints = open_run(folder, identity, resume=resume, force=force)
            kept = folder / EPOCHS if keep_epochs else None
        stack.enter_context(one_torch_thread())
        seconds = _learning_seconds(settings, began, time.process_time() - worked)
        stop = stack.enter_context(stopper(on_progress, seconds, on_signal))
        phases = Phases(dataset, settings, checkpoints, stop, kept)
        program, story = _learned(phases, start, held)
        program = program if shorten is None else shorten(program)
        metrics = {**_measured(program, dataset), **story}
        program = replace(program, provenance=_provenance(task, settings, metrics, dataset))
        interrupted = stop.interrupted and phases.cut is not None
        result = TrainResult(program, to_network(program), metrics, None, interrupted, phases.cut)
        return _kept(result, dataset, folder, identity, check, until, stop)


def _learned(
    phases: Phases, start: Program | None, held: tuple[str, ...] | None
) -> tuple[Program, dict[str, Any]]:
    """Return what the phases give: from the beginning, from a Program, or around parts of one."""
    if start is None:
        return phases.learn()
    return phases.train_on(start) if held is None else phases.learn_around(hold(start, held))


def _identity(
    task: Task,
    settings: TrainSettings,
    dataset: Dataset,
    start: Program | None,
    held: tuple[str, ...] | None,
) -> Identity:
    """Return what two runs must share for one to go on with the other."""
    config = _config(settings)
    # What the hash of the data does not tell, such as the order of the symbols.
    config["task"] = sha256(repr((task.domain, task.labels, task.causal)).encode()).hexdigest()
    if start is not None:
        config["start"] = sha256(repr(start).encode()).hexdigest()
    if held is not None:
        config["held"] = sorted(held)
    return Identity(task.spec, settings.data_seed, dataset.data_hash, config, task.origin)


def _kept(
    result: TrainResult,
    dataset: Dataset,
    folder: Path | None,
    identity: Identity,
    check: Check | None,
    until: float | None,
    stop: Stopper,
) -> TrainResult:
    """Write what was learned, check it, and only then call the run finished."""
    manifest, asked = None, stop.interrupted
    if folder is not None:
        manifest = write_run(folder, identity, result.program, result.network, result.metrics)
    result = replace(result, manifest=manifest)
    stop.at_once = True
    if stop.interrupted and not asked:
        # While it was written, which nothing may break off.
        raise KeyboardInterrupt
    if check is not None:
        found = check(result, dataset, None if until is None else until - time.monotonic())
        manifest = None if manifest is None else manifest.with_metrics(**found)
    if folder is not None and manifest is not None:
        manifest = close_run(folder, manifest, finished=not result.interrupted)
    return replace(result, manifest=manifest)


def _learning_seconds(settings: TrainSettings, began: float, worked: float) -> float | None:
    """Return after how many seconds from now learning is to end, so that all of it ends in time.

    Args:
        settings: of the training.
        began: when it began.
        worked: how many seconds the processor has worked on it since then.
    """
    if settings.seconds is None:
        return None
    passed = time.monotonic() - began
    busy = min(max(passed / max(worked, 1e-3), 1.0), BUSIEST)
    return (1 - ENDING_SHARE) * settings.seconds - ENDING_SECONDS * busy - passed


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Let torch use one thread for a while: its operations here are too small to be shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _resolved(task: Task, settings: TrainSettings) -> TrainSettings:
    """Return settings without gaps: what is None comes from the task's recipe."""
    search = settings.search or recipe_search(task)
    rounds = search.rounds if settings.search_rounds is None else settings.search_rounds
    search = replace(
        search,
        rounds=max(1, rounds),
        # So that a run of fewer rounds does what a run of the recipe's rounds does at first.
        schedule=search.schedule or max(search.rounds, rounds),
        seed=settings.seed,
        threads=settings.workers,
    )
    synthesis = settings.synthesis or recipe_synthesis(task)
    return replace(
        settings,
        sizes=settings.sizes or recipe_sizes(task),
        synthesis=replace(synthesis, seed=settings.seed),
        warm_start=settings.warm_start or recipe_warm_start(task),
        search=search,
        search_rounds=rounds,
    )


def _config(settings: TrainSettings) -> dict[str, Any]:
    """Return the settings that decide the result, as JSON values."""
    config: dict[str, Any] = encode(settings)
    config.pop("seconds")
    for part in (config, config["search"]):
        part.pop("kind")
        part.pop("workers", None)
        part.pop("threads", None)
    return config


def _measured(program: Program, dataset: Dataset) -> dict[str, float]:
    return {
        "train": share(program, dataset.train),
        "validation": share(program, dataset.validation),
        "test": share(program, dataset.test),
    }


def _provenance(
    task: Task, settings: TrainSettings, metrics: dict[str, Any], dataset: Dataset
) -> Provenance:
    rounds = metrics.get("search", {}).get("rounds", 0)
    sequences = f"{len(dataset.train):,} sequences"
    if metrics["warm_starts"]:
        epochs = max(found["epochs"] for found in metrics["warm_starts"])
        how = (
            f"Learned from {sequences}: {settings.restarts} warm starts of {epochs} epochs, then "
            f"{rounds} rounds of discrete search, seed {settings.seed}."
        )
        if "chosen" in metrics.get("distilled", {}):
            how += f" Distilled by {metrics['distilled']['part']}; compiled from RASP: {metrics['distilled']['compiled']}."
    elif "start_validation" in metrics:
        how = f"Trained on from a given program, with {sequences}: {rounds} rounds of discrete search, seed {settings.seed}."
    else:
        found = metrics["synthesis"]
        how = f"Synthesised from {sequences} by {found['part']}; compiled from RASP: {found['compiled']}."
    return Provenance(
        title=f"A learned Transformer Program for {task.spec}",
        task=task.spec,
        facts=(
            f"Accuracy: {100 * metrics['test']:.2f} % of the labels of {len(dataset.test):,} held-out sequences.",
            how,
        ),
    )


def starting_program(program: Program, task: Task) -> Program:
    """Return a Program with a task's domain and labels and a network's tie-break, to be trained on.

    Its structure, tables and votes are kept; labels that it lacks never win at first, forced ones are dropped, and votes
    that are finer than float32 are rounded, since the classifier is fitted anew.

    Args:
        program: read from a file, edited or imported.
        task: what is to be learned.

    Raises:
        UsageError: the Program reads other sequences than the task's, or answers otherwise.
    """
    own, wanted = program.domain, task.domain
    if (own.alphabet, own.prefix, own.suffix, own.max_length) != (
        wanted.alphabet,
        wanted.prefix,
        wanted.suffix,
        wanted.max_length,
    ):
        raise UsageError(
            f"the program reads other sequences than {task.spec}: its symbols, frame or greatest length differ"
        )
    if program.classifier.pooled != task.pooled:
        raise UsageError(
            "one of program and task gives a label for the whole input, the other for each token"
        )
    operations = tuple(
        replace(one, tie=Nearest("last"))
        if isinstance(one, CategoricalHead) and one.tie == Nearest("matches")
        else one
        for one in program.operations
    )
    known = program.classifier.labels
    columns = [known.index(label) if label in known else None for label in task.labels]
    votes = tuple(_moved(vote, columns) for vote in program.classifier.votes)
    classifier = replace(
        program.classifier, labels=task.labels, votes=votes, masked=(), first=None, last=None
    )
    fitted = replace(program, domain=wanted, operations=operations, classifier=classifier)
    return within(fitted, EXACT_SUM)


def _moved(vote: Votes, columns: list[int | None]) -> Votes:
    """Return votes with the task's columns; a label without one gets less than any other."""

    def row(weights: tuple[int, ...]) -> tuple[int, ...]:
        least = min(weights) - 1
        return tuple(least if column is None else weights[column] for column in columns)

    match vote:
        case CategoricalVotes(weights=rows):
            return replace(vote, weights=tuple(map(row, rows)))
        case NumericalVotes(weights=weights):
            return replace(vote, weights=row(weights))
