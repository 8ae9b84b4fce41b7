"""The discrete search: several starts climb side by side, and the worse half is dropped now and then.

Each start is annealed and its votes refitted, in turn. Starts run in threads, since the kernels release the interpreter
lock; no result depends on how many. The state after each round can be kept in a safetensors file.

History of the format of that file: 1, the first.
"""

import json
import struct
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load, save

from tprog.errors import FileProblem, UnreadableSource, UsageError
from tprog.files import write_bytes
from tprog.ir import Program
from tprog.learn.search.arrays import Slots, Votes
from tprog.learn.search.climb import Climb, ClimbState, Found
from tprog.learn.search.examples import Examples
from tprog.learn.settings import SearchSettings, ShouldStop
from tprog.tasks.dataset import Dataset
from tprog.visible import one_line

FORMAT = 1
MOST_STARTS = 1009
"""A prime: with fewer starts, those of different seeds never share random numbers."""
LAST_HALVING = 0.6
"""Share of the rounds after which starts are dropped for the last time; the temperature still allows changes then."""

Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
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


@dataclass(frozen=True, eq=False)
class SearchState:
    """Everything that changes in a search between two rounds.

    Attributes:
        round: rounds done.
        alive: the starts that are still worked on.
        perfect: whether the last round found a Program without a mistake.
        climbs: the starts.
    """

    round: int
    alive: list[int]
    perfect: bool
    climbs: dict[int, ClimbState]


OnProgress: TypeAlias = Callable[[SearchProgress], None]


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
    train, validation = split_examples(dataset)
    return _Search(
        programs, train, validation, settings, on_progress, should_stop, checkpoint
    ).run()


def split_examples(dataset: Dataset) -> tuple[Examples, Examples]:
    """Return the training and the validation sequences as arrays."""
    task = dataset.task
    train, validation = (
        Examples.from_batches(task.domain, task.labels, split.batches())
        for split in (dataset.train, dataset.validation)
    )
    return train, validation


@dataclass(eq=False)
class _Search:
    """One call of `search`."""

    programs: list[Program]
    train: Examples
    validation: Examples
    settings: SearchSettings
    on_progress: OnProgress | None
    should_stop: ShouldStop | None
    checkpoint: Path | None
    climbs: dict[int, Climb] = field(default_factory=dict)
    round: int = 0
    began: float = field(default_factory=time.monotonic)

    def run(self) -> SearchResult:
        """Search until a reason to stop appears; an interrupt ends it with the best so far."""
        settings = self.settings
        stopped: Stop
        with ThreadPoolExecutor(settings.threads) as pool:
            try:
                stopped = self._rounds(pool)
            except KeyboardInterrupt:
                if not self.climbs:
                    raise
                stopped = "interrupted"
        number = max(self.climbs, key=lambda n: (self.climbs[n].best.rank, -n))
        climb = self.climbs[number]
        program, found = climb.finish()
        return SearchResult(
            program=program,
            validation_accuracy=found.validation,
            train_accuracy=found.train,
            start=number,
            rounds=self.round,
            seconds=time.monotonic() - self.began,
            stopped=stopped,
        )

    def _rounds(self, pool: ThreadPoolExecutor) -> Stop:
        identity = self._identity()
        state: SearchState | None = None
        if self.checkpoint is not None and self.checkpoint.exists():
            state = read_state(self.checkpoint, identity)
        made = pool.map(lambda number: self._climb(number, state), range(len(self.programs)))
        for number, climb in enumerate(made):
            self.climbs[number] = climb
        alive = list(self.climbs) if state is None else state.alive
        self.round = 0 if state is None else state.round
        if state is not None and state.perfect:
            return "perfect"
        while self.round < self.settings.rounds:
            alive = self._survivors(alive, self.round)
            futures = [pool.submit(self.climbs[number].step) for number in alive]
            found = dict(zip(alive, (future.result() for future in futures), strict=True))
            self.round += 1
            perfect = any(each.perfect for each in found.values())
            if self.checkpoint is not None:
                climbs = {number: climb.state() for number, climb in self.climbs.items()}
                write_state(
                    self.checkpoint, identity, SearchState(self.round, alive, perfect, climbs)
                )
            for number, each in found.items():
                self._report(number, each)
            if perfect:
                return "perfect"
            if reason := self._reason():
                return reason
        return "rounds"

    def _climb(self, number: int, state: SearchState | None) -> Climb:
        settings = self.settings
        return Climb(
            self.programs[number],
            self.train,
            self.validation,
            settings,
            settings.seed * MOST_STARTS + number,
            None if state is None else state.climbs[number],
        )

    def _identity(self) -> str:
        """Return a hash of everything that decides the state after a round."""
        settings = {
            name: value
            for name, value in asdict(self.settings).items()
            if name not in ("threads", "seconds", "schedule")
        }
        found = sha256(repr((settings, self.settings.cycle, self.programs)).encode())
        for examples in (self.train, self.validation):
            for array in (examples.tokens, examples.truth):
                found.update(array.tobytes())
        return found.hexdigest()

    def _survivors(self, alive: list[int], done: int) -> list[int]:
        """Return the starts to go on with: at evenly spaced rounds the better half, but not fewer than two."""
        settings = self.settings
        if not settings.halvings or done == 0:
            return alive
        spacing = max(1, round(LAST_HALVING * settings.cycle / settings.halvings))
        if done % spacing or done // spacing > settings.halvings:
            return alive
        kept = max(min(2, len(alive)), -(-len(alive) // 2))
        ranked = sorted(alive, key=lambda n: (self.climbs[n].best.rank, -n), reverse=True)
        return sorted(ranked[:kept])

    def _report(self, number: int, found: Found) -> None:
        if self.on_progress is None:
            return
        climb = self.climbs[number]
        self.on_progress(
            SearchProgress(
                start=number,
                round=climb.round,
                rounds=self.settings.rounds,
                loss=climb.loss,
                train_accuracy=found.train,
                validation_accuracy=found.validation,
                temperature=climb.heat,
                seconds=time.monotonic() - self.began,
                best=max(each.best.validation for each in self.climbs.values()),
            )
        )

    def _reason(self) -> Stop | None:
        settings = self.settings
        if self.should_stop is not None and self.should_stop():
            return "asked"
        if settings.seconds is not None and time.monotonic() - self.began > settings.seconds:
            return "seconds"
        return None


def write_state(path: Path, identity: str, state: SearchState) -> None:
    """Write a state, whole or not at all; only a search of the same identity reads it.

    Raises:
        FileProblem: the disk refuses it.
    """
    arrays: Arrays = {}
    climbs = {}
    for number, climb in state.climbs.items():
        for name, found in (("now", climb.now), ("best", climb.best)):
            for part in (found.slots, found.votes):
                for each, array in part._asdict().items():
                    arrays[f"{number}.{name}.{type(part).__name__}.{each}"] = array
        climbs[str(number)] = {
            "round": climb.round,
            "loss": climb.loss,
            "now": (climb.now.validation, climb.now.train),
            "best": (climb.best.validation, climb.best.train),
        }
    about = {
        "format": FORMAT,
        "identity": identity,
        "sha256": _digest(arrays),
        "round": state.round,
        "alive": state.alive,
        "perfect": state.perfect,
        "climbs": climbs,
    }
    write_bytes(path, save(arrays, {"tprog": json.dumps(about)}))


def read_state(path: Path, identity: str) -> SearchState:
    """Read what `write_state` wrote.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it is damaged, or belongs to another search.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileProblem(f"cannot read {path}: {error.strerror or error}") from error
    try:
        arrays: Arrays = load(content)
        (size,) = struct.unpack("<Q", content[:8])
        about = json.loads(json.loads(content[8 : 8 + size])["__metadata__"]["tprog"])
        if about["format"] != FORMAT:
            raise ValueError(f"it has format {about['format']!r}, this version reads {FORMAT}")
        if about["sha256"] != _digest(arrays):
            raise ValueError("its numbers are not those that were written")
        if about["identity"] != identity:
            raise ValueError("it belongs to another search")
        return SearchState(
            int(about["round"]),
            [int(number) for number in about["alive"]],
            bool(about["perfect"]),
            {
                int(number): _climb(arrays, number, found)
                for number, found in about["climbs"].items()
            },
        )
    except (
        *(KeyError, TypeError, ValueError, IndexError, AttributeError),
        *(RecursionError, SafetensorError, struct.error),
    ) as error:
        reason = one_line(error)
        raise UnreadableSource(
            f"{path} is no checkpoint of this search ({reason}); begin the run again with --fresh"
        ) from error


def _climb(arrays: Arrays, number: str, about: dict[str, Any]) -> ClimbState:
    now, best = (
        Found(
            Slots(*(arrays[f"{number}.{name}.Slots.{field}"] for field in Slots._fields)),
            Votes(*(arrays[f"{number}.{name}.Votes.{field}"] for field in Votes._fields)),
            float(about[name][0]),
            float(about[name][1]),
        )
        for name in ("now", "best")
    )
    return ClimbState(int(about["round"]), float(about["loss"]), now, best)


def _digest(arrays: Arrays) -> str:
    found = sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        found.update(f"{name} {array.dtype} {array.shape}\n".encode())
        found.update(array.tobytes())
    return found.hexdigest()
