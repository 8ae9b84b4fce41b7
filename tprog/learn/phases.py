"""The phases of one training, in order: synthesis, gradient warm starts, discrete search, distillation, integer classifier.

Where synthesis finds an algorithm, its Program is the result.
"""

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tprog.errors import TprogError, UnreadableSource, UsageError
from tprog.evaluate import accuracy
from tprog.evaluate.cover import covered
from tprog.files import read_text, write_text
from tprog.ir import NumericalLookup, Program
from tprog.json_values import json_values
from tprog.learn.layout import NetworkLayout, network_layout
from tprog.learn.network import Network
from tprog.learn.settings import Phase, Progress, TrainSettings, recipe_sizes
from tprog.stopping import Stopper
from tprog.tasks.dataset import Dataset, Split

if TYPE_CHECKING:
    from collections.abc import Callable

    from tprog.learn.held import Held
    from tprog.learn.warm_start import WarmResult
    from tprog.synthesis.parts import Step
    from tprog.synthesis.portfolio import Solution

LONG = 150
"""A Program of more lines is distilled even where it is perfect."""

# The last fits of the classifier take about as long as so many rounds of the search.
LAST_FITS = 8


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a training ended before its end; the same settings with what stands here find the same Program again.

    Attributes:
        phase: the phase that was cut.
        stop_epochs: epochs done by each warm start, where these were cut.
        search_rounds: rounds of the discrete search that were done; None where it never came to it.
        schedule: the schedule of the search.
    """

    phase: Phase
    stop_epochs: tuple[int, ...] | None
    search_rounds: int | None
    schedule: int


class Phases:
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
        self._held: Held | None = None
        self.cut: Cut | None = None

    def learn(self) -> tuple[Program, dict[str, Any]]:
        """Return the best Program and how it came about."""
        story: dict[str, Any] = {"warm_starts": []}
        found = self._synthesised(story)
        if found is not None:
            return found, self._told(story)
        best, programs = self._warmed(story)
        if self.cut is None and not self._perfect(best):
            best = max([*self._searched(programs, story), best], key=self._rank)
        best = self._distilled(best, story)
        return self._polished(best), self._told(story)

    def train_on(self, start: Program) -> tuple[Program, dict[str, Any]]:
        """Return the best Program that the search finds from a given one, and how it came about."""
        story: dict[str, Any] = {"warm_starts": [], "start_validation": self._validated(start)}
        best = start
        if not self._perfect(best):
            best = max([*self._searched([start], story), best], key=self._rank)
        return self._polished(best), self._told(story)

    def learn_around(self, held: "Held") -> tuple[Program, dict[str, Any]]:
        """Return the best Program that gradient descent finds around given parts; no search, which would change these."""
        assert self._settings.warm_start is not None
        # The kernels and the batches change every weight.
        by_torch = replace(self._settings.warm_start, engine="torch")
        self._settings, self._held = replace(self._settings, warm_start=by_torch), held
        story: dict[str, Any] = {"warm_starts": []}
        best, _ = self._warmed(story)
        return self._polished(best), self._told(story)

    def _told(self, story: dict[str, Any]) -> dict[str, Any]:
        """Return a story with its end."""
        cut = {} if self.cut is None else {"cut": asdict(self.cut)}
        return {**story, **cut, "seconds": round(time.monotonic() - self._began, 1)}

    def _polished(self, program: Program) -> Program:
        """Return a Program with the better of its classifier and one that is fitted anew, and with few rectangles."""
        return _tidied(program if self._perfect(program) else self._refitted(program))

    def _warmed(self, story: dict[str, Any]) -> tuple[Program, list[Program]]:
        """Return the best Program of the warm starts, and all that the search goes on with."""
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
        return best, programs

    def _synthesised(self, story: dict[str, Any]) -> Program | None:
        """Return the Program of an algorithm that is right on all training and validation sequences, if any."""
        settings, sizes = self._settings.synthesis, self._settings.sizes
        assert sizes is not None
        if settings is None or settings.seconds == 0:
            return None
        from tprog.learn.synthesised import fits, synthesised

        found = synthesised(self._dataset, settings, self._stop, self._looking("synthesis"))
        if found is None:
            return None
        story["synthesis"] = json_values(found.told)
        own = sizes != recipe_sizes(self._dataset.task)
        made = found.program
        if made is None or (own and not fits(made, sizes)) or not self._perfect(made):
            return None
        story["synthesis"]["chosen"] = True
        return made

    def _looking(self, phase: Phase) -> "Callable[[Step, Solution | None], None]":
        """Return what reports the steps of a search by the portfolio."""
        from tprog.synthesis.portfolio import DEFAULT

        def report(step: "Step", best: "Solution | None") -> None:
            self._stop.report(
                Progress(
                    phase=phase,
                    restart=DEFAULT.index(step.part) if step.part in DEFAULT else 0,
                    restarts=len(DEFAULT),
                    step=step.candidates,
                    steps=0,
                    loss=None,
                    temperature=None,
                    validation=None if best is None else 1.0,
                    elapsed=time.monotonic() - self._began,
                    remaining=None,
                )
            )

        return report

    def _distilled(self, best: Program, story: dict[str, Any]) -> Program:
        """Return an exact short Program made of what the best one computes, where that one is not both and one is found."""
        settings, sizes = self._settings.synthesis, self._settings.sizes
        if settings is None or settings.distil == 0 or self._stop.wanted or self.cut is not None:
            return best
        perfect = self._perfect(best)
        if perfect and _lines(best) <= LONG:
            return best
        from tprog.learn.distil import distilled
        from tprog.learn.synthesised import fits

        left = self._stop.left
        seconds = settings.distil if left is None else min(settings.distil, left / 2)
        given = replace(settings, seconds=seconds)
        report = self._looking("distillation")
        found, atoms = distilled(best, self._dataset, given, self._stop, report)
        told: dict[str, Any] = {"atoms": atoms, "from": self._validated(best)}
        story["distilled"] = told
        if found is None:
            return best
        told |= json_values(found.told)
        assert sizes is not None
        own = sizes != recipe_sizes(self._dataset.task)
        made = found.program
        if made is None or (own and not fits(made, sizes)) or not self._perfect(made):
            return best
        if perfect and _lines(best) <= _lines(made):
            return best
        told["chosen"] = True
        return made

    def _warm_starts(self) -> "dict[int, WarmResult]":
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

    def _run_warm_starts(self, numbers: list[int], until: int) -> "dict[int, WarmResult]":
        # Loaded where they are needed: most tasks are learned without a step by gradient.
        from tprog.learn.batched import warm_starts
        from tprog.learn.warm_start import WarmResult, WarmStart

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
                held=self._held,
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
            self.cut = Cut("warm start", tuple(done), None, self._schedule)
        return found

    def _layout(self) -> NetworkLayout:
        task, sizes = self._dataset.task, self._settings.sizes
        assert sizes is not None
        if self._held is not None:
            return self._held.layout
        return network_layout(task.domain, task.labels, sizes, pooled=task.pooled)

    def _discretised(self, warm: "WarmResult") -> Program:
        from tprog.learn.discretise import discretise

        network = Network(self._layout())
        network.load_state_dict(warm.weights)
        return discretise(network, self._train)

    def _refitted(self, program: Program) -> Program:
        from tprog.learn.discretise import refit

        # Who stops the warm starts waits for a shorter fit; rounds of a search that were cut are as good as all.
        iterations = 200 if self.cut is None or self.cut.phase == "search" else 25
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
        from tprog.learn.search.search import SearchProgress, search

        began, least, before = time.monotonic(), 0.0, -1

        def over() -> bool:
            left = self._stop.left
            return self._stop.wanted or (left is not None and left < least)

        def report(found: SearchProgress) -> None:
            nonlocal least, before
            # Rounds of an earlier call, which is gone on with, took no time of this one.
            before = found.round - 1 if before < 0 else before
            least = LAST_FITS * (time.monotonic() - began) / (found.round - before)
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
            found = search(programs, self._dataset, settings, report, over, checkpoint)
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
        return self._validated(program), share(program, self._dataset.train)

    def _validated(self, program: Program) -> float:
        return share(program, self._dataset.validation)

    def _perfect(self, program: Program) -> bool:
        return self._rank(program) == (1.0, 1.0)


def _lines(program: Program) -> int:
    from tprog.codegen import emit

    return emit(program).count("\n")


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


def _tidied(program: Program) -> Program:
    """Return the same function with few rectangles in each numerical look-up; the search leaves many small ones."""
    operations = tuple(
        covered(operation) if isinstance(operation, NumericalLookup) else operation
        for operation in program.operations
    )
    return replace(program, operations=operations)


def share(program: Program, split: Split) -> float:
    """Return the share of a split's labels that a Program gives rightly; 1 where none is asked for."""
    right, total = accuracy(program, split.batches(), split.task.labels)
    return right / total if total else 1.0
