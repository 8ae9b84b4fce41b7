"""Learning a Program: composition, gradient warm starts, discretisation, discrete search, integer classifier. Owns the order of these.

The test split is looked at once, at the end; every choice is made on validation data.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch

from tprog.errors import TprogError, UnreadableSource, UsageError
from tprog.evaluate import accuracy
from tprog.evaluate.cover import covered
from tprog.files import read_text, write_text
from tprog.ir import NumericalLookup, Program, Provenance
from tprog.learn.build import network_layout
from tprog.learn.discretise import discretise, refit
from tprog.learn.interrupt import Stopper, stopper
from tprog.learn.layout import NetworkLayout
from tprog.learn.network import Network
from tprog.learn.recipes import recipe_composition, recipe_search, recipe_sizes, recipe_warm_start
from tprog.learn.run_folder import EPOCHS, Identity, close_run, open_run
from tprog.learn.settings import OnProgress, Phase, Progress, TrainSettings
from tprog.learn.start import starting_program
from tprog.learn.to_network import to_network
from tprog.learn.warm_start import WarmResult, WarmStart
from tprog.learn.weights import encode
from tprog.learn.workers import warm_starts
from tprog.manifest import Manifest
from tprog.tasks import Dataset, Split, Task, make_dataset


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
    cut: "Cut | None" = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a training ended before its end; the same settings with what stands here find the same Program again.

    Attributes:
        phase: the phase that was cut.
        stop_epochs: epochs done by each warm start, where these were cut.
        search_rounds: rounds of the discrete search that were done; None where it never came to it.
        schedule: the schedule of the search.
        stages: stages of the composition that were done, where that was cut, and the warm starts with it.
    """

    phase: Phase
    stop_epochs: tuple[int, ...] | None
    search_rounds: int | None
    schedule: int
    stages: int | None = None


def train(
    task: Task,
    settings: TrainSettings | None = None,
    folder: Path | None = None,
    on_progress: OnProgress | None = None,
    *,
    resume: bool = True,
    force: bool = False,
    start: Program | None = None,
    keep_epochs: bool = False,
) -> TrainResult:
    """Learn a Program for a task.

    A training that is cut anywhere and called again with the same settings and folder ends with the same Program as one
    that is not. The first Ctrl-C ends it early with the best Program so far, and so do the settings' seconds; the
    latter ends the run for good, and its metrics say how to find the same Program again (`Cut`).

    Args:
        task: what to learn; its domain has a greatest length.
        settings: how; the defaults and the task's recipe where it is None.
        folder: where the run is kept; None keeps nothing.
        on_progress: called with reports, in the caller's thread.
        resume: whether an unfinished run in the folder is gone on with.
        force: whether a finished or different run in the folder is overwritten.
        start: a Program to train on, instead of composition and warm starts.
        keep_epochs: whether the folder keeps the network after each epoch of the warm starts; it decides nothing else.

    Raises:
        UsageError: the settings, the task or the start do not fit.
        Diverged: every warm start diverged.
        RunProblem: the folder holds a finished or a different run.
    """
    settings = _resolved(task, settings or TrainSettings())
    dataset = make_dataset(task, settings.data_seed, settings.samples)
    config = _config(settings)
    if start is not None:
        start = starting_program(start, task)
        config["start"] = sha256(repr(start).encode()).hexdigest()
    identity = Identity(task.spec, settings.data_seed, dataset.data_hash, config)
    with (
        tempfile.TemporaryDirectory() as temporary,
        stopper(on_progress, settings.seconds) as stop,
        one_torch_thread(),
    ):
        checkpoints = Path(temporary)
        if folder is not None:
            checkpoints = open_run(folder, identity, resume=resume, force=force)
        kept = folder / EPOCHS if folder is not None and keep_epochs else None
        if kept is not None:
            kept.mkdir(exist_ok=True)
        run = _Run(dataset, settings, checkpoints, stop, kept)
        program, story = run.learn() if start is None else run.train_on(start)
        network = to_network(program)
        metrics = {**_measured(program, dataset), **story}
        interrupted = stop.interrupted and run.cut is not None
        manifest: Manifest | None = None
        program = replace(program, provenance=_provenance(task, settings, metrics, dataset))
        if folder is not None:
            manifest = close_run(
                folder, identity, program, network, metrics, finished=not interrupted
            )
    return TrainResult(program, network, metrics, manifest, interrupted, run.cut)


class _Run:
    """One call of `train`."""

    def __init__(
        self,
        dataset: Dataset,
        settings: TrainSettings,
        checkpoints: Path,
        stop: Stopper,
        kept: Path | None = None,
    ) -> None:
        self._began = time.monotonic()
        self._dataset, self._settings = dataset, settings
        self._checkpoints, self._stop, self._kept = checkpoints, stop, kept
        self._train, self._validation = dataset.train.batches(), dataset.validation.batches()
        self._schedule = settings.search.cycle if settings.search else 0
        self._epochs: dict[int, int] = {}
        self._failed: dict[int, str] = {}
        self._stages: int | None = None
        self.cut: Cut | None = None

    def learn(self) -> tuple[Program, dict[str, Any]]:
        """Return the best Program and how it came about."""
        story: dict[str, Any] = {"warm_starts": []}
        composed = self._composed(story)
        if composed and self._perfect(composed[0]):
            story["seconds"] = round(time.monotonic() - self._began, 1)
            return composed[0], story
        warm = self._warm_starts()
        ranked = sorted(warm, key=lambda number: (-warm[number].validation, number))
        story["warm_starts"] = [
            {
                "number": number,
                "epochs": warm[number].epochs,
                "validation": warm[number].validation,
            }
            for number in sorted(warm)
        ]
        if self._failed:
            story["failed"] = [self._failed[number] for number in sorted(self._failed)]
        # Somebody who wants to stop waits for one classifier, not for all.
        kept = ranked[: self._settings.keep if self.cut is None else 1]
        programs = [self._discretised(warm[number]) for number in kept]
        best = max(programs, key=self._rank)
        story["warm_validation"] = self._validated(best)
        if composed and self._rank(composed[0]) > self._rank(best):
            best = composed[0]
            programs.append(best)
        if self.cut is None and not self._perfect(best):
            best = max([*self._searched(programs, story), best], key=self._rank)
        if not self._perfect(best):
            best = self._refitted(best)
        best = _tidied(best)
        if self.cut is not None:
            story["cut"] = asdict(self.cut)
        story["seconds"] = round(time.monotonic() - self._began, 1)
        return best, story

    def train_on(self, start: Program) -> tuple[Program, dict[str, Any]]:
        """Return the best Program that the search finds from a given one, and how it came about."""
        story: dict[str, Any] = {"warm_starts": [], "start_validation": self._validated(start)}
        best = start
        if not self._perfect(best):
            best = max([*self._searched([start], story), best], key=self._rank)
        if not self._perfect(best):
            best = self._refitted(best)
        best = _tidied(best)
        if self.cut is not None:
            story["cut"] = asdict(self.cut)
        story["seconds"] = round(time.monotonic() - self._began, 1)
        return best, story

    def _composed(self, story: dict[str, Any]) -> list[Program]:
        """Return the best Program that could be put together, if any."""
        settings, sizes = self._settings.composition, self._settings.sizes
        assert sizes is not None
        if settings is None or settings.stages == 0:
            return []
        from tprog.learn.compose import Stage, compose

        def report(stage: Stage) -> None:
            elapsed = time.monotonic() - self._began
            if self._stop.wanted:
                self._stages = stage.number
            self._stop.report(
                Progress(
                    phase="composition",
                    restart=0,
                    restarts=1,
                    step=stage.number,
                    steps=stage.stages,
                    loss=None,
                    temperature=None,
                    validation=stage.best,
                    elapsed=elapsed,
                    remaining=None,
                )
            )

        try:
            found = compose(
                self._dataset,
                sizes,
                settings,
                threads=self._settings.workers,
                on_stage=report,
                should_stop=self._stop,
            )
        except UsageError as error:
            # Long sequences, large vocabularies and pooled outputs are learned by gradient.
            story["composition"] = {"stages": 0, "skipped": str(error)}
            return []
        if not found:
            return []
        best = found[0]
        story["composition"] = {"stage": best.stage, "validation": best.validation}
        return [best.program]

    def _warm_starts(self) -> dict[int, WarmResult]:
        settings = self._settings
        assert settings.warm_start is not None
        epochs = settings.warm_start.epochs
        numbers = list(range(settings.restarts))
        until = max(1, round(settings.drop_after * epochs))
        if until < epochs and len(numbers) > 1:
            # Decided once, also where a run is resumed.
            path = self._checkpoints / "survivors.json"
            if not path.exists():
                found = self._run_warm_starts(numbers, until)
                if self.cut is not None:
                    return found
                ranked = sorted(found, key=lambda number: (-found[number].validation, number))
                kept = sorted(ranked[: max(1, -(-len(numbers) // 2))])
                write_text(path, json.dumps(kept))
            numbers = _survivors(path, settings.restarts)
        return self._run_warm_starts(numbers, epochs)

    def _run_warm_starts(self, numbers: list[int], until: int) -> dict[int, WarmResult]:
        settings = self._settings
        assert settings.warm_start is not None
        jobs = [
            WarmStart(
                layout=self._layout(),
                settings=settings.warm_start,
                seed=settings.seed * 1009 + number,
                number=number,
                restarts=settings.restarts,
                train=self._train,
                validation=self._validation,
                checkpoint=self._checkpoints / f"warm-{number}.safetensors",
                kept=self._kept,
                until=until
                if settings.stop_epochs is None
                else min(until, settings.stop_epochs[number]),
            )
            for number in numbers
        ]
        results = warm_starts(jobs, settings.workers, self._stop.report, self._stop)
        found = {
            number: result
            for number, result in zip(numbers, results, strict=True)
            if isinstance(result, WarmResult)
        }
        self._failed |= {
            number: str(result)
            for number, result in zip(numbers, results, strict=True)
            if isinstance(result, TprogError)
        }
        if not found:
            raise next(result for result in results if isinstance(result, TprogError))
        self._epochs |= {number: result.epochs for number, result in found.items()}
        if any(result.epochs < until for result in found.values()):
            # A warm start that failed would fail again, wherever the others stop.
            done = (self._epochs.get(number, until) for number in range(settings.restarts))
            self.cut = Cut("warm start", tuple(done), None, self._schedule, self._stages)
        return found

    def _layout(self) -> NetworkLayout:
        task, sizes = self._dataset.task, self._settings.sizes
        assert sizes is not None
        return network_layout(task.domain, task.labels, sizes, pooled=task.pooled)

    def _discretised(self, warm: WarmResult) -> Program:
        network = Network(self._layout())
        network.load_state_dict(warm.weights)
        return discretise(network, self._train)

    def _refitted(self, program: Program) -> Program:
        # Who stops the warm starts waits for a shorter fit; rounds of a search that were cut are as good as all.
        iterations = 200 if self.cut is None or self.cut.phase == "search" else 50
        found = refit(
            program,
            self._train,
            self._validation,
            self._dataset.task.labels,
            iterations=iterations,
        )
        self._stop.report(
            Progress(
                phase="classifier",
                restart=0,
                restarts=1,
                step=1,
                steps=1,
                loss=None,
                temperature=None,
                validation=self._validated(found),
                elapsed=time.monotonic() - self._began,
                remaining=0.0,
            )
        )
        return found

    def _searched(self, programs: list[Program], story: dict[str, Any]) -> list[Program]:
        settings = self._settings.search
        if settings is None or self._settings.search_rounds == 0:
            return []
        if self._stop.wanted:
            self.cut = Cut("search", None, 0, self._schedule)
            return []
        from tprog.learn.search import SearchProgress, search

        def report(found: SearchProgress) -> None:
            rounds = found.rounds * len(programs)
            done = (found.round - 1) * len(programs) + found.start + 1
            self._stop.report(
                Progress(
                    phase="search",
                    restart=found.start,
                    restarts=len(programs),
                    step=found.round,
                    steps=found.rounds,
                    loss=found.loss,
                    temperature=found.temperature,
                    validation=found.validation_accuracy,
                    elapsed=time.monotonic() - self._began,
                    remaining=found.seconds / done * (rounds - done),
                )
            )

        try:
            checkpoint = self._checkpoints / "search.safetensors"
            found = search(programs, self._dataset, settings, report, self._stop, checkpoint)
        except UsageError as error:
            # Long sequences, large vocabularies and pooled outputs are learned by gradient alone.
            story["search"] = {"rounds": 0, "skipped": str(error)}
            return []
        story["search"] = {
            "rounds": found.rounds,
            "stopped": found.stopped,
            "validation": found.validation_accuracy,
        }
        if found.stopped == "interrupted":
            self._stop.interrupted = True
        if found.stopped in ("asked", "seconds", "interrupted"):
            self.cut = Cut("search", None, found.rounds, self._schedule)
        return [found.program]

    def _rank(self, program: Program) -> tuple[float, float]:
        return self._validated(program), _share(program, self._dataset.train)

    def _validated(self, program: Program) -> float:
        return _share(program, self._dataset.validation)

    def _perfect(self, program: Program) -> bool:
        return self._rank(program) == (1.0, 1.0)


def _survivors(path: Path, restarts: int) -> list[int]:
    """Read which warm starts were kept.

    Raises:
        UnreadableSource: the file is damaged.
    """
    try:
        found = json.loads(read_text(path))
    except ValueError:
        found = None
    if not (isinstance(found, list) and found and all(each in range(restarts) for each in found)):
        raise UnreadableSource(
            f"{path} does not say which warm starts go on; begin the run again with --fresh"
        )
    return [int(number) for number in found]


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
    return replace(
        settings,
        sizes=settings.sizes or recipe_sizes(task),
        composition=replace(settings.composition or recipe_composition(task), seed=settings.seed),
        warm_start=settings.warm_start or recipe_warm_start(task),
        search=search,
        search_rounds=rounds,
    )


def _config(settings: TrainSettings) -> dict[str, Any]:
    """Return the settings that decide the result, as JSON values."""
    config: dict[str, Any] = encode(settings)
    config.pop("seconds")
    for part in (config, config["search"], config["composition"]):
        part.pop("kind")
        part.pop("workers", None)
        part.pop("threads", None)
    return config


def _tidied(program: Program) -> Program:
    """Return the same function with few rectangles in each numerical look-up; the search leaves many small ones."""
    operations = tuple(
        covered(operation) if isinstance(operation, NumericalLookup) else operation
        for operation in program.operations
    )
    return replace(program, operations=operations)


def _share(program: Program, split: Split) -> float:
    right, total = accuracy(program, split.batches(), split.task.labels)
    return right / total if total else 1.0


def _measured(program: Program, dataset: Dataset) -> dict[str, float]:
    return {
        "train": _share(program, dataset.train),
        "validation": _share(program, dataset.validation),
        "test": _share(program, dataset.test),
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
    elif "start_validation" in metrics:
        how = f"Trained on from a given program, with {sequences}: {rounds} rounds of discrete search, seed {settings.seed}."
    else:
        how = f"Put together from common shapes, for {sequences}, seed {settings.seed}."
    return Provenance(
        title=f"A learned Transformer Program for {task.spec}",
        task=task.spec,
        facts=(
            f"Accuracy: {100 * metrics['test']:.2f} % of the labels of {len(dataset.test):,} held-out sequences.",
            how,
        ),
    )
