"""Running many runs, as many at once as there are cores. Owns their order and what a Ctrl-C does; refuses to print."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Literal, TypeAlias, final

from experiments.outcome import Outcome
from experiments.run import Run, RunProcess
from experiments.table import Experiment
from tprog.errors import TprogError

PATIENCE = 0.1  # seconds between two looks at the processes


@final
@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        kind: `skipped`: it was finished before; `started`; `finished`; `interrupted`; `failed`.
        run: to which run.
        outcome: of a finished run.
        reason: why it failed.
    """

    kind: Literal["skipped", "started", "finished", "interrupted", "failed"]
    run: Run
    outcome: Outcome | None = None
    reason: str = ""


@final
@dataclass(slots=True)
class Tally:
    """How it ended.

    Attributes:
        finished: runs that were finished now or before.
        failed: what failed, in the order in which it did.
        interrupted: whether somebody wanted it to end.
        signal: how they said so, such as `SIGINT`.
    """

    finished: int = 0
    failed: list[Event] = field(default_factory=list)
    interrupted: bool = False
    signal: str = ""


OnEvent: TypeAlias = Callable[[Event], None]
OnTick: TypeAlias = Callable[[Sequence[RunProcess]], None]


def all_runs(rows: Sequence[Experiment], root: Path) -> list[Run]:
    """Return every run of the rows, in order."""
    return [Run(row, seed, root) for row in rows for seed in range(row.seeds)]


def run_all(
    runs: Sequence[Run], cores: int, on_event: OnEvent, on_tick: OnTick, *, again: bool = False
) -> Tally:
    """Run what is not finished; a run that fails does not stop the others.

    The first Ctrl-C (or SIGTERM) lets every run keep what it has learned, the second kills them; either way they are
    gone on with when this is called again.

    Args:
        runs: in the order of running.
        cores: that may be used; a run that wants more runs alone.
        on_event: called when something happens.
        on_tick: called about ten times a second with the runs under way.
        again: whether finished runs are run again.
    """
    tally = Tally()
    waiting, active = list(runs), list[RunProcess]()
    commit = current_commit()
    with _wishes() as wish:
        while waiting or active:
            if wish.passed_on < wish.count:
                wish.passed_on = wish.count
                waiting.clear()
                tally.interrupted, tally.signal = True, wish.signal
                for process in active:
                    process.interrupt(signal.SIGINT if wish.count == 1 else signal.SIGKILL)
            while waiting and _fits(waiting[0], active, cores) and not wish.count:
                _start(waiting.pop(0), active, commit, tally, on_event, again=again)
            for process in [process for process in active if process.poll()]:
                active.remove(process)
                _end(process, tally, on_event, wanted=wish.count > 0)
            on_tick(active)
            if active:
                time.sleep(PATIENCE)
    return tally


def current_commit() -> str | None:
    """Return the commit of the source, with `+` where files differ from it; None where it is not in a repository."""
    place = Path(__file__).parent
    try:
        parts = [
            subprocess.run(
                ["git", *arguments], cwd=place, capture_output=True, text=True, check=True
            ).stdout.strip()
            for arguments in (
                ("rev-parse", "--short=12", "HEAD"),
                ("status", "--porcelain", "--untracked-files=no", "--", ":/tprog", ":/cli"),
            )
        ]
    except (OSError, subprocess.CalledProcessError):
        return None
    return parts[0] + ("+" if parts[1] else "")


def _fits(run: Run, active: Sequence[RunProcess], cores: int) -> bool:
    used = sum(process.run.experiment.cores for process in active)
    return not active or used + run.experiment.cores <= cores


def _start(
    run: Run,
    active: list[RunProcess],
    commit: str | None,
    tally: Tally,
    on_event: OnEvent,
    *,
    again: bool,
) -> None:
    try:
        found = None if again else run.outcome()
        if found is not None:
            tally.finished += 1
            on_event(Event("skipped", run, found))
            return
        if again:
            run.state_file.unlink(missing_ok=True)
        active.append(RunProcess(run, commit))
        on_event(Event("started", run))
    except TprogError as error:
        _fail(run, error, tally, on_event)


def _end(process: RunProcess, tally: Tally, on_event: OnEvent, *, wanted: bool) -> None:
    try:
        outcome = process.result()
        if outcome is None and not wanted:
            raise TprogError(
                f"{process.run.key}: somebody else ended it; give the same command again to go on"
            )
    except TprogError as error:
        _fail(process.run, error, tally, on_event)
        return
    if outcome is None:
        on_event(Event("interrupted", process.run))
        return
    tally.finished += 1
    on_event(Event("finished", process.run, outcome))


def _fail(run: Run, error: TprogError, tally: Tally, on_event: OnEvent) -> None:
    event = Event("failed", run, reason=str(error))
    tally.failed.append(event)
    on_event(event)


@dataclass
class _Wish:
    """How often somebody wanted it to end, and how much of that the runs know."""

    count: int = 0
    passed_on: int = 0
    signal: str = ""


@contextmanager
def _wishes() -> Iterator[_Wish]:
    """Count Ctrl-C and SIGTERM instead of ending by them."""
    wish = _Wish()

    def note(number: int, frame: FrameType | None) -> None:
        wish.count += 1
        wish.signal = signal.Signals(number).name

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield wish
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
