"""Running what is missing of many trials, with the time that is left."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tprog.analysis.sweeps.store import OURS, Store
from tprog.analysis.sweeps.trial import Outcome, Trial
from tprog.analysis.sweeps.workers import Workers
from tprog.stopping import Stopper

Kind: TypeAlias = Literal["started", "done", "failed"]

LOOK = 0.2  # seconds between two looks at the clock and at signals


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a trial.

    Attributes:
        kind: `started`, `done` or `failed`.
        trial: which.
        outcome: of one that is done.
        error: why one failed.
        finished: how many of all are over.
        total: how many there are.
        left: seconds that are left, estimated; None where nothing is known.
    """

    kind: Kind
    trial: Trial
    finished: int
    total: int
    outcome: Outcome | None = None
    error: str = ""
    left: float | None = None


OnEvent: TypeAlias = Callable[[Event], None]


@dataclass
class Pace:
    """How long trials take, from those that are over.

    Attributes:
        known: seconds, by what the trials have in common.
    """

    known: dict[object, list[float]] = field(default_factory=dict)

    def note(self, trial: Trial, seconds: float) -> None:
        """Take note of a trial that is over."""
        for common in _commons(trial):
            self.known.setdefault(common, []).append(seconds)

    def estimate(self, trial: Trial) -> float | None:
        """Return the mean seconds of the trials that are most like one, by default its limit; None where nothing is known."""
        for common in _commons(trial):
            if common in self.known:
                return sum(self.known[common]) / len(self.known[common])
        limit = trial.get("seconds")
        return None if limit is None else float(limit)

    def left(self, trials: Iterable[Trial], at_once: int) -> float | None:
        """Return how long trials take together; None where nothing is known of one of them."""
        found = [self.estimate(trial) for trial in trials]
        known = [one for one in found if one is not None]
        return sum(known) / max(1, min(at_once, len(found))) if len(known) == len(found) else None


def _commons(trial: Trial) -> list[object]:
    """Return what a trial has in common with others, the closest first."""
    alike = tuple(one for one in trial.settings if one[0] != "seed")
    kind = (trial.get("standard"), trial.get("rasp"), trial.get("seconds"))
    return [(trial.task, alike), (trial.task, kind), kind]


@dataclass(frozen=True, slots=True)
class Tally:
    """How it ended.

    Attributes:
        done, failed: how many trials are so now.
        left: how many are not over.
        interrupted: whether somebody ended it.
        seconds: that it took.
    """

    done: int
    failed: int
    left: int
    interrupted: bool
    seconds: float


def pace_of(store: Store) -> Pace:
    """Return how long the trials of a store took."""
    pace = Pace()
    for task, settings, seconds, source in store.read(("task", "settings", "seconds", "source")):
        if seconds is not None and source == OURS:
            pace.note(Trial.written(task, settings), seconds)
    return pace


def drive(
    store: Store,
    trials: Sequence[Trial],
    workers: Workers,
    stop: Stopper,
    on_event: OnEvent,
    *,
    hours: float | None = None,
    again: bool = False,
) -> Tally:
    """Run the trials that are not over; each is written as soon as it ends, and one that fails ends no other.

    Args:
        store: where they are kept.
        trials: in the order in which they are begun.
        workers: who runs them; they are ended.
        stop: somebody's wish to end it.
        on_event: called when something happens.
        hours: for all; a trial that would not fit, as far as is known, is not begun.
        again: whether those that failed are tried again.
    """
    began = time.monotonic()
    keys = [trial.key for trial in trials]
    try:
        with store.driving() as driver:
            store.add(trials)
            if again:
                store.retry(keys)
            until = None if hours is None else began + 3600 * hours
            _Driving(store, trials, workers, stop, on_event, driver, until).run()
    finally:
        workers.close()
    ended = list(store.states(keys).values())
    done, failed = ended.count("done"), ended.count("failed")
    left = len(ended) - done - failed
    return Tally(done, failed, left, left > 0 and stop.wanted, time.monotonic() - began)


class _Driving:
    """Trials that wait and that are under way."""

    def __init__(
        self,
        store: Store,
        trials: Sequence[Trial],
        workers: Workers,
        stop: Stopper,
        on_event: OnEvent,
        driver: str,
        until: float | None,
    ) -> None:
        states = store.states(trial.key for trial in trials)
        self._waiting = deque(trial for trial in trials if states[trial.key] == "waiting")
        self._over = sum(states[trial.key] in ("done", "failed") for trial in trials)
        self._total = len(trials)
        self._begun: dict[Trial, float] = {}
        self._pace = pace_of(store)
        self._store, self._workers, self._stop = store, workers, stop
        self._on_event, self._driver, self._until = on_event, driver, until

    def run(self) -> None:
        """Run what waits, until somebody wants an end or the time is over."""
        while (self._waiting or self._begun) and not self._stop.wanted:
            self._begin()
            for trial, found in self._workers.ended(LOOK) if self._begun else ():
                self._end(trial, found)

    def _begin(self) -> None:
        while self._waiting and self._workers.free and not self._stop.wanted:
            takes = self._pace.estimate(self._waiting[0]) or 0.0
            if self._until is not None and time.monotonic() + takes > self._until:
                self._waiting.clear()
                return
            trial = self._waiting.popleft()
            # Another driver of the same store may have it.
            if self._store.claim(trial.key, self._driver):
                self._workers.submit(trial, self._store.run_folder(trial.key))
                self._begun[trial] = time.monotonic()
                self._tell("started", trial)

    def _end(self, trial: Trial, found: Outcome | str) -> None:
        self._over += 1
        seconds = time.monotonic() - self._begun.pop(trial)
        if isinstance(found, str):
            self._store.fail(trial.key, found)
            self._tell("failed", trial, error=found)
        else:
            self._store.finish(trial.key, found)
            self._pace.note(trial, seconds)
            self._tell("done", trial, outcome=found)

    def _tell(
        self, kind: Kind, trial: Trial, *, outcome: Outcome | None = None, error: str = ""
    ) -> None:
        left = self._pace.left([*self._begun, *self._waiting], self._workers.count)
        self._on_event(Event(kind, trial, self._over, self._total, outcome, error, left))
