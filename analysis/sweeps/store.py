"""The store of all results: one SQLite file, a row for each trial.

Readers and writers do not wait for each other (write-ahead log), and writers wait in turn. A driver holds a lock on a file of its own
while it lives, which the system drops however it ends; what a dead driver had under way is waiting again.
"""

import json
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from filelock import FileLock, Timeout

from tprog import __version__
from tprog.analysis.sweeps.trial import Outcome, Trial
from tprog.errors import FileProblem, UnreadableSource

State: TypeAlias = Literal["waiting", "running", "done", "failed"]
STATES: tuple[State, ...] = get_args(State)

FILE = "results.sqlite"
PATIENCE = 60.0
"""Seconds that a writer waits for its turn."""
FORMAT = 1  # the first

# What a row knows besides its settings; JSON where a value is no number or text.
_COLUMNS = {
    **dict.fromkeys(("key", "task", "settings", "version", "source", "state"), "TEXT NOT NULL"),
    "seed": "INTEGER NOT NULL",
    "attempts": "INTEGER NOT NULL DEFAULT 0",
    "driver": "TEXT",
    **dict.fromkeys(("train", "validation", "test", "seconds", "ended"), "REAL"),
    **dict.fromkeys(("right", "total", "rounds", "lines"), "INTEGER"),
    **dict.fromkeys(("found", "machine", "commit", "curve", "by_length", "text"), "TEXT"),
    **dict.fromkeys(("program", "error"), "TEXT"),
}
COLUMNS = tuple(_COLUMNS)
OURS = "tprog"
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS trials ({", ".join(f'"{name}" {kind}' for name, kind in _COLUMNS.items())}, PRIMARY KEY (key));
CREATE INDEX IF NOT EXISTS by_state ON trials (state);
"""


class Store:
    """Trials and what came out of them. It may be opened by many processes; each closes its own.

    Attributes:
        folder: that holds the file, and a run folder for each trial.
    """

    def __init__(self, folder: Path) -> None:
        """Open the store of a folder, or make it.

        Raises:
            FileProblem: the folder cannot be used.
            UnreadableSource: the file is no store of ours, or one of a later version.
        """
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                folder / FILE, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version not in (0, FORMAT):
                raise UnreadableSource(f"{folder / FILE} has format {version}, not {FORMAT}")
            if version == 0:
                self._database.executescript(_SCHEMA + f"PRAGMA user_version = {FORMAT};")
        except OSError as error:
            raise FileProblem(f"cannot use {folder}: {error.strerror or error}") from error
        except sqlite3.DatabaseError as error:
            raise UnreadableSource(f"{folder / FILE} is no store of results: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def run_folder(self, key: str) -> Path:
        """Return where the run of a trial lies."""
        return self.folder / "trials" / key

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Make several changes or none."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def add(self, trials: Iterable[Trial]) -> int:
        """Add trials that are not there yet, as waiting, and return how many those are."""
        rows = [
            (trial.key, trial.task, json.dumps(dict(trial.settings)), __version__, OURS, trial.seed)
            for trial in trials
        ]
        names = "key, task, settings, version, source, seed, state"
        with self._writing() as database:
            before = database.total_changes
            database.executemany(
                f"INSERT OR IGNORE INTO trials ({names}) VALUES (?, ?, ?, ?, ?, ?, 'waiting')", rows
            )
            return database.total_changes - before

    def states(self, keys: Iterable[str]) -> dict[str, State]:
        """Return the state of each of the trials that are there."""
        wanted = set(keys)
        found = self._database.execute("SELECT key, state FROM trials")
        return {key: state for key, state in found if key in wanted}

    def release_dead(self) -> None:
        """Let what drivers had under way that are no more wait again."""
        drivers = self._database.execute(
            "SELECT DISTINCT driver FROM trials WHERE state = 'running'"
        ).fetchall()
        for (driver,) in drivers:
            if not self._lives(driver):
                self.release(driver)

    def retry(self, keys: Iterable[str]) -> None:
        """Let those of some trials that failed wait again."""
        with self._writing() as database:
            database.executemany(
                "UPDATE trials SET state = 'waiting' WHERE state = 'failed' AND key = ?",
                [(key,) for key in keys],
            )

    def release(self, driver: str) -> None:
        """Let everything wait again that a driver has under way."""
        with self._writing() as database:
            database.execute(
                "UPDATE trials SET state = 'waiting', driver = NULL "
                "WHERE state = 'running' AND driver = ?",
                (driver,),
            )

    def claim(self, key: str, driver: str) -> bool:
        """Give a waiting trial to a driver; False where another one has it, or it is over."""
        with self._writing() as database:
            changed = database.execute(
                "UPDATE trials SET state = 'running', driver = ?, attempts = attempts + 1, error = NULL "
                "WHERE key = ? AND state = 'waiting'",
                (driver, key),
            ).rowcount
        return changed == 1

    def finish(self, key: str, outcome: Outcome) -> None:
        """Keep what came out of a trial."""
        values = asdict(outcome)
        for name in ("curve", "by_length"):
            values[name] = json.dumps(values[name])
        program = self.run_folder(key) / "program.py"
        values["program"] = str(program.relative_to(self.folder)) if program.exists() else None
        self._end(key, "done", values)

    def fail(self, key: str, error: str) -> None:
        """Keep why a trial failed."""
        self._end(key, "failed", {"error": error})

    def _end(self, key: str, state: State, values: Mapping[str, Any]) -> None:
        values = {**values, "state": state, "driver": None, "ended": time.time()}
        names = ", ".join(f'"{name}" = ?' for name in values)
        with self._writing() as database:
            database.execute(f"UPDATE trials SET {names} WHERE key = ?", (*values.values(), key))

    def put(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write whole rows, such as those of others; one with the same key is replaced."""
        with self._writing() as database:
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join("?" * len(row))
                database.execute(
                    f"INSERT OR REPLACE INTO trials ({names}) VALUES ({marks})", (*row.values(),)
                )

    def read(self, columns: Sequence[str] = COLUMNS) -> list[tuple[Any, ...]]:
        """Return some columns of every row, in the order in which they were added."""
        names = ", ".join(f'"{name}"' for name in columns)
        return self._database.execute(f"SELECT {names} FROM trials ORDER BY rowid").fetchall()

    @contextmanager
    def driving(self) -> Iterator[str]:
        """Return the name of a driver, which lives until this ends; what it has under way then waits again."""
        driver = uuid.uuid4().hex
        lock = FileLock(self._lock(driver))
        lock.acquire()
        try:
            self.release_dead()
            yield driver
        finally:
            self.release(driver)
            lock.release()
            self._lock(driver).unlink(missing_ok=True)

    def _lock(self, driver: str) -> Path:
        place = self.folder / "drivers"
        place.mkdir(exist_ok=True)
        return place / f"{driver}.lock"

    def _lives(self, driver: str) -> bool:
        """Tell whether a driver is still there: it holds its lock."""
        path = self._lock(driver)
        try:
            with FileLock(path, timeout=0):
                pass
        except Timeout:
            return True
        path.unlink(missing_ok=True)
        return False
