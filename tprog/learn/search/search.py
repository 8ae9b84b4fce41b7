"""The discrete search: many starts side by side, the worse ones dropped. Owns the schedule; refuses to know modules.

A short gradient run or plain chance gives Programs to start from; each is annealed and refitted in turn. Starts run in
threads, since the kernels release the interpreter lock; no result depends on how many.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal, TypeAlias

from tprog.errors import UsageError
from tprog.ir import Program
from tprog.learn.search.checkpoint import SearchState, read_state, write_state
from tprog.learn.search.climb import Climb, Found
from tprog.learn.search.examples import Examples
from tprog.learn.settings import SearchSettings
from tprog.tasks import Dataset

Stop: TypeAlias = Literal["rounds", "perfect", "seconds", "asked", "interrupted"]


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """One round of one start.

    Attributes:
        start: which start, from 0.
        round: rounds done, from 1.
        rounds: rounds in all.
        loss: mean cross-entropy on the round's window, in nats per scored position.
        train_accuracy: share of right predictions there, from 0 to 1.
        validation_accuracy: the same on validation data, before votes are rounded.
        temperature: of the round.
        seconds: since the search began.
        best: the greatest validation accuracy of any start so far.
    """

    start: int
    round: int
    rounds: int
    loss: float
    train_accuracy: float
    validation_accuracy: float
    temperature: float
    seconds: float
    best: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        program: the best Program by validation accuracy, with integer votes.
        validation_accuracy: of that Program, from 0 to 1.
        train_accuracy: the same on the training sequences that were used.
        start: which start it came from.
        rounds: rounds done in all; as many, and the same settings otherwise, find the same Program.
        seconds: the time taken.
        stopped: why the search ended: all `rounds` were done, a `perfect` program was found, `seconds` were over, the
            caller `asked`, or the keyboard `interrupted`.
    """

    program: Program
    validation_accuracy: float
    train_accuracy: float
    start: int
    rounds: int
    seconds: float
    stopped: Stop


OnProgress: TypeAlias = Callable[[SearchProgress], None]
ShouldStop: TypeAlias = Callable[[], bool]


def search(
    program: Program | Sequence[Program],
    dataset: Dataset,
    settings: SearchSettings | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    checkpoint: Path | None = None,
) -> SearchResult:
    """Improve Programs by annealing their modules and refitting their classifier; return the best.

    The test data are not looked at. A search that is cut anywhere and called again with the same arguments and
    checkpoint goes on after the last round that it finished, and finds what an uninterrupted one finds.

    Args:
        program: where to start; several Programs are several starts, of which the better survive.
        dataset: what to learn.
        settings: how; the defaults where it is None.
        on_progress: called after each round of a start, in the caller's thread.
        should_stop: asked after each round; the search ends when it says so.
        checkpoint: the file that holds the search's state after every round; None for none.

    Raises:
        UsageError: a Program or the data cannot be searched: see `Skeleton.from_program`.
        UnreadableSource: the checkpoint is damaged or belongs to another search.
        FileProblem: the checkpoint cannot be read or written.
    """
    settings = settings or SearchSettings()
    programs = [program] if isinstance(program, Program) else list(program)
    if not programs:
        raise UsageError("the discrete search needs at least one program to start from")
    return _Search(programs, dataset, settings, on_progress, should_stop, checkpoint).run()


def refit(program: Program, dataset: Dataset, settings: SearchSettings | None = None) -> Program:
    """Return the Program with newly fitted votes, or its own where those are better on validation data.

    Modules stay as they are. Votes are small integers, their sums below 2**24.

    Raises:
        UsageError: the Program or the data cannot be searched: see `Skeleton.from_program`.
    """
    settings = settings or SearchSettings()
    train, validation = split_examples(dataset)
    return Climb(program, train, validation, settings, settings.seed).finish()[0]


def split_examples(dataset: Dataset) -> tuple[Examples, Examples]:
    """Return the training and the validation sequences as arrays."""
    task = dataset.task
    train, validation = (
        Examples.from_batches(task.domain, task.labels, split.batches())
        for split in (dataset.train, dataset.validation)
    )
    return train, validation


class _Search:
    """One call of `search`."""

    def __init__(
        self,
        programs: list[Program],
        dataset: Dataset,
        settings: SearchSettings,
        on_progress: OnProgress | None,
        should_stop: ShouldStop | None,
        checkpoint: Path | None,
    ) -> None:
        self._began = time.monotonic()
        self._programs, self._settings = programs, settings
        self._on_progress, self._should_stop = on_progress, should_stop
        self._checkpoint, self._round = checkpoint, 0
        self._train, self._validation = split_examples(dataset)
        self._climbs: dict[int, Climb] = {}

    def run(self) -> SearchResult:
        """Search until a reason to stop appears; an interrupt ends it with the best so far."""
        settings = self._settings
        stopped: Stop
        with ThreadPoolExecutor(settings.threads) as pool:
            try:
                stopped = self._rounds(pool)
            except KeyboardInterrupt:
                if not self._climbs:
                    raise
                stopped = "interrupted"
        number = max(self._climbs, key=lambda n: (self._climbs[n].best.rank, -n))
        climb = self._climbs[number]
        program, found = climb.finish()
        return SearchResult(
            program=program,
            validation_accuracy=found.validation,
            train_accuracy=found.train,
            start=number,
            rounds=self._round,
            seconds=time.monotonic() - self._began,
            stopped=stopped,
        )

    def _rounds(self, pool: ThreadPoolExecutor) -> Stop:
        identity = self._identity()
        state: SearchState | None = None
        if self._checkpoint is not None and self._checkpoint.exists():
            state = read_state(self._checkpoint, identity)
        made = pool.map(lambda number: self._climb(number, state), range(len(self._programs)))
        for number, climb in enumerate(made):
            self._climbs[number] = climb
        alive = list(self._climbs) if state is None else state.alive
        self._round = 0 if state is None else state.round
        if state is not None and state.perfect:
            return "perfect"
        while self._round < self._settings.rounds:
            alive = self._survivors(alive, self._round)
            futures = [pool.submit(self._climbs[number].step) for number in alive]
            found = dict(zip(alive, (future.result() for future in futures), strict=True))
            self._round += 1
            perfect = any(each.perfect for each in found.values())
            if self._checkpoint is not None:
                climbs = {number: climb.state() for number, climb in self._climbs.items()}
                write_state(
                    self._checkpoint, identity, SearchState(self._round, alive, perfect, climbs)
                )
            for number, each in found.items():
                self._report(number, each)
            if perfect:
                return "perfect"
            if reason := self._reason():
                return reason
        return "rounds"

    def _climb(self, number: int, state: SearchState | None) -> Climb:
        settings = self._settings
        return Climb(
            self._programs[number],
            self._train,
            self._validation,
            settings,
            settings.seed * 1009 + number,
            None if state is None else state.climbs[number],
        )

    def _identity(self) -> str:
        """Return a hash of everything that decides the state after a round."""
        settings = {
            name: value
            for name, value in asdict(self._settings).items()
            if name not in ("threads", "seconds", "schedule")
        }
        found = sha256(repr((settings, self._settings.cycle, self._programs)).encode())
        for examples in (self._train, self._validation):
            for array in (examples.tokens, examples.truth):
                found.update(array.tobytes())
        return found.hexdigest()

    def _survivors(self, alive: list[int], done: int) -> list[int]:
        """Return the starts to go on with: at evenly spaced rounds the better half, but not fewer than two."""
        settings = self._settings
        if not settings.halvings or done == 0:
            return alive
        # The last halving comes at 60 % of the rounds, while the temperature still allows changes.
        spacing = max(1, round(0.6 * settings.cycle / settings.halvings))
        if done % spacing or done // spacing > settings.halvings:
            return alive
        kept = max(min(2, len(alive)), -(-len(alive) // 2))
        ranked = sorted(alive, key=lambda n: (self._climbs[n].best.rank, -n), reverse=True)
        return sorted(ranked[:kept])

    def _report(self, number: int, found: Found) -> None:
        if self._on_progress is None:
            return
        climb = self._climbs[number]
        self._on_progress(
            SearchProgress(
                start=number,
                round=climb.round,
                rounds=self._settings.rounds,
                loss=climb.loss,
                train_accuracy=found.train,
                validation_accuracy=found.validation,
                temperature=climb.heat,
                seconds=time.monotonic() - self._began,
                best=max(each.best.validation for each in self._climbs.values()),
            )
        )

    def _reason(self) -> Stop | None:
        settings = self._settings
        if self._should_stop is not None and self._should_stop():
            return "asked"
        if settings.seconds is not None and time.monotonic() - self._began > settings.seconds:
            return "seconds"
        return None
