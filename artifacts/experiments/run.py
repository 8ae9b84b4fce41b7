"""One run of an experiment: `tprog train` in a process of its own. Owns its files, its clock and its lock.

Beside the run folder `SEED/` lie `SEED.json`, the outcome of a finished run; `SEED.state.json`, what must survive an
interruption; and `SEED.lock`, which is locked as long as the process lives, also where whoever started it does not.
"""

import fcntl
import json
import re
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, final

from experiments.outcome import Outcome, collect, is_finished, read_outcome, write_outcome
from experiments.table import Experiment
from tprog.errors import TprogError
from tprog.files import read_text, write_text
from tprog.manifest import MANIFEST_FILE

# What `tprog train` writes where its standard error is no terminal, see `tprog.cli.progress`.
_VALIDATION = re.compile(r"validation (\d+\.\d+) %")
INTERRUPTED = 130
# Seconds between two looks at the disk's copy of the clock: at most so much is lost by a kill.
_STATE_EVERY = 2.0


@final
@dataclass(frozen=True, slots=True)
class Run:
    """One seed of a row.

    Attributes:
        experiment: the row.
        seed: which of its runs.
        root: the folder that all runs lie under.
        program: what runs `tprog`.
    """

    experiment: Experiment
    seed: int
    root: Path
    program: tuple[str, ...] = (sys.executable, "-m", "tprog")

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self.root / self.experiment.setting / self.experiment.task / str(self.seed)

    @property
    def outcome_file(self) -> Path:
        """The file that says what came out of it."""
        return self.folder.with_name(f"{self.seed}.json")

    @property
    def state_file(self) -> Path:
        """The file that says how far it is."""
        return self.folder.with_name(f"{self.seed}.state.json")

    @property
    def key(self) -> str:
        """A name for messages."""
        return f"{self.experiment.key}, seed {self.seed}"

    def outcome(self) -> Outcome | None:
        """Return what came out of it; None where it is not finished, or was another command."""
        if not self.outcome_file.exists():
            return None
        found = read_outcome(self.outcome_file)
        return found if found.command == self.experiment.command() else None


class RunProcess:
    """A run under way.

    Attributes:
        run: which one.
        validation: the best validation accuracy so far, from 0 to 1; None before the first.
    """

    def __init__(self, run: Run, commit: str | None) -> None:
        """Start it, or go on with it where it was interrupted.

        Raises:
            TprogError: another process has it under way.
        """
        self.run = run
        self.validation: float | None = None
        self._commit = commit
        run.folder.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(run)
        self._state = _State.read(run)
        self._state.attempts += 1
        self._began = self._saved = time.monotonic()
        self._last_lines: deque[str] = deque(maxlen=5)
        self._process: subprocess.Popen[str] | None = None
        self._state.write(run, 0.0)
        if not (self._state.attempts > 1 and is_finished(run.folder)):
            self._start()

    def _start(self) -> None:
        run = self.run
        command = [*run.program, *run.experiment.arguments()]
        command += ["--seed", str(run.seed), "--out", str(run.folder)]
        if self._state.attempts == 1:
            # What lies there is of another command.
            command.append("--force")
        # In a group of its own, so that a Ctrl-C on the terminal reaches it once, through `interrupt`. It holds the lock.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            pass_fds=(self._lock.fileno(),),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                self._last_lines.append(line.strip())
                found = _VALIDATION.search(line)
                value = -1.0 if found is None else round(float(found[1]) / 100, 6)
                if value > (-1.0 if self.validation is None else self.validation):
                    self.validation = value
                    self._state.note(self.seconds(), value)

    def seconds(self) -> float:
        """Return the seconds that this run has taken, earlier attempts included."""
        return self._state.wall + time.monotonic() - self._began

    def poll(self) -> bool:
        """Keep the clock on disk, and return whether the process has ended."""
        now = time.monotonic()
        if now - self._saved >= _STATE_EVERY:
            self._saved = now
            self._state.write(self.run, now - self._began)
        return self._process is None or self._process.poll() is not None

    def interrupt(self, signal_number: int) -> None:
        """Pass a signal on."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal_number)

    def result(self) -> Outcome | None:
        """Return what came out of it, once it has ended; None where it was interrupted, and can be gone on with.

        Raises:
            TprogError: it failed; with its last line.
        """
        code = 0
        if self._process is not None:
            code = self._process.wait()
            self._reader.join()
        spent = time.monotonic() - self._began
        self._state.write(self.run, spent)
        self._lock.close()
        if code == INTERRUPTED or code < 0:
            return None
        if code != 0:
            if not (self.run.folder / MANIFEST_FILE).exists():
                # It never began: the time that it took is nobody's.
                self.run.state_file.unlink(missing_ok=True)
            raise TprogError(f"{self.run.key}: {self._last_words(code)}")
        outcome = collect(
            self.run.experiment,
            self.run.seed,
            self.run.folder,
            wall=self._state.wall + spent,
            attempts=self._state.attempts,
            curve=tuple(self._state.curve),
            commit=self._commit,
        )
        write_outcome(self.run.outcome_file, outcome)
        self.run.state_file.unlink(missing_ok=True)
        return outcome

    def _last_words(self, code: int) -> str:
        lines = [line for line in self._last_lines if line]
        return lines[-1] if lines else f"ended with code {code} and said nothing"


@dataclass
class _State:
    """What must survive an interruption.

    Attributes:
        command: of the run; with another one nothing of it holds.
        wall: seconds of the attempts before this one.
        attempts: how many there were.
        curve: `(seconds, best validation accuracy)`.
    """

    command: str
    wall: float = 0.0
    attempts: int = 0
    curve: list[tuple[float, float]] = field(default_factory=list)

    @staticmethod
    def read(run: Run) -> "_State":
        fresh = _State(run.experiment.command())
        try:
            found: dict[str, Any] = json.loads(read_text(run.state_file))
            curve = [(float(seconds), float(value)) for seconds, value in found["curve"]]
            state = _State(
                str(found["command"]), float(found["wall"]), int(found["attempts"]), curve
            )
        except (TprogError, KeyError, TypeError, ValueError, RecursionError):
            # Missing, or not worth keeping: the run begins again.
            return fresh
        return state if state.command == fresh.command else fresh

    def note(self, seconds: float, validation: float) -> None:
        if not self.curve or validation > self.curve[-1][1]:
            self.curve.append((round(seconds, 1), validation))

    def write(self, run: Run, spent: float) -> None:
        values = {
            "command": self.command,
            "wall": round(self.wall + spent, 1),
            "attempts": self.attempts,
            "curve": list(self.curve),
        }
        write_text(run.state_file, json.dumps(values) + "\n")


def _locked(run: Run) -> IO[str]:
    lock = run.folder.with_name(f"{run.seed}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise TprogError(f"{run.key}: another process has it under way; wait for it") from error
    return lock
