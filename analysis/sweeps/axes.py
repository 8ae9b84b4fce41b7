"""Which trials there are: axes of settings, from the command line or a TOML file, and their product."""

import itertools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from tprog.analysis.sweeps.trial import AXES, Trial, Value
from tprog.errors import UsageError
from tprog.files import read_text
from tprog.tasks.sizes import did_you_mean

Axes: TypeAlias = Mapping[str, Sequence[Value]]

MOST_TRIALS = 100_000
"""A slip such as 1-10000 on three axes would never end."""
# What may be an axis: the settings of a trial, and the sizes of its task. Seeds are asked for by number.
NAMES = ("vocab", "length", *(name for name in AXES if name != "seed"))
_FLOATS = frozenset({"seconds", "synth_seconds"})
_TEXTS = frozenset({"engine", "positions", "init_from", "freeze"})


@dataclass(frozen=True)
class Grid:
    """The product of some axes, on some tasks.

    Attributes:
        tasks: their specifications.
        axes: values by name.
        seeds: of each configuration.
        name: how its results are called, such as `published`.
        section: the table that it is a column of; nothing where it is of none.
    """

    tasks: tuple[str, ...]
    axes: Axes
    seeds: tuple[int, ...] = (0,)
    name: str = ""
    section: str = ""

    def trials(self) -> list[Trial]:
        """Return its trials, each once, all configurations with their first seed first.

        Raises:
            UsageError: a task or setting does not exist, or there are too many.
        """
        size = len(self.tasks) * len(self.seeds)
        for values in self.axes.values():
            size *= len(values)
        if size > MOST_TRIALS:
            raise UsageError(f"{size:,} trials are too many; the most are {MOST_TRIALS:,}")
        found: dict[Trial, None] = {}
        for seed in self.seeds:
            for task in self.tasks:
                for values in itertools.product(*self.axes.values()):
                    given = dict(zip(self.axes, values, strict=True))
                    found[Trial.of(task, {**given, "seed": seed})] = None
        return list(found)


@dataclass(frozen=True)
class Sweep:
    """Several grids, and the time for all of them.

    Attributes:
        grids: in the order in which they are run.
        hours: for all; None for no limit.
    """

    grids: tuple[Grid, ...]
    hours: float | None = None

    def trials(self) -> list[Trial]:
        """Return the trials of all grids, each once."""
        return list(dict.fromkeys(trial for grid in self.grids for trial in grid.trials()))

    def changed(self, axes: Axes, seeds: tuple[int, ...] | None) -> "Sweep":
        """Return it with some axes, and seeds, replaced in every grid."""
        grids = tuple(
            replace(grid, axes={**grid.axes, **axes}, seeds=seeds or grid.seeds)
            for grid in self.grids
        )
        return replace(self, grids=grids)

    def selected(self, tasks: Iterable[str], names: Iterable[str]) -> "Sweep":
        """Return it with some tasks and grids alone; with all where none are named.

        Raises:
            UsageError: there is no such task or grid.
        """
        grids, wanted, named = self.grids, tuple(tasks), tuple(names)
        for kind, given, known in (
            ("grid", named, [grid.name for grid in grids]),
            ("task", wanted, [task for grid in grids for task in grid.tasks]),
        ):
            for one in given:
                if one not in known:
                    raise UsageError(
                        f"the file has no {kind} {one!r}; it has {', '.join(dict.fromkeys(known))}"
                    )
        kept = [
            replace(grid, tasks=tuple(task for task in grid.tasks if task in wanted or not wanted))
            for grid in grids
            if grid.name in named or not named
        ]
        return replace(self, grids=tuple(grid for grid in kept if grid.tasks))


def values_of(name: str, given: object) -> tuple[Value, ...]:
    """Return the values of an axis: one, a list, or a text such as `1-4` or `2,4,8`.

    Raises:
        UsageError: it is none of these.
    """
    parts = given if isinstance(given, list) else [given]
    if isinstance(given, str):
        parts = [part.strip() for part in given.split(",")]
    found: list[Value] = []
    for part in parts:
        found += _values(name, part)
    if not found:
        raise UsageError(f"{name} has no values; give one, a list, or a range such as 1-4")
    return tuple(dict.fromkeys(found))


def _values(name: str, part: object) -> list[Value]:
    default = AXES.get(name)
    text = str(part).lower() if isinstance(part, bool) else str(part)
    if isinstance(default, bool):
        if text in ("true", "false"):
            return [text == "true"]
    elif name in _TEXTS:
        return [text]
    elif name in _FLOATS:
        if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text):
            return [float(text)]
    elif found := re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", text):
        first, last = int(found[1]), int(found[2] or found[1])
        if first <= last <= first + MOST_TRIALS:
            return list(range(first, last + 1))
    kind = "true or false" if isinstance(default, bool) else "numbers such as 2,4,8 or 1-4"
    raise UsageError(f"{name} is {text[:40]!r}; give {kind}")


def seeds_of(given: object) -> tuple[int, ...]:
    """Return seeds: of a number so many, from 0; of `0-4`, `3,7` or a list these.

    Raises:
        UsageError: they are none.
    """
    if isinstance(given, str) and given.isdigit():
        given = int(given)
    if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= MOST_TRIALS:
        return tuple(range(given))
    if isinstance(given, int):
        raise UsageError(f"seeds is {given}; give how many, or which, such as 0-4")
    return tuple(int(value) for value in values_of("seeds", given))


def read_sweep(path: Path) -> Sweep:
    """Read a TOML file: one grid, or several as `[[grid]]`, and `hours` for all.

    A grid has `tasks`, `seeds`, a `name`, a `section` and any axis.

    Raises:
        FileProblem: the file cannot be read.
        UsageError: it is no such file.
    """
    try:
        found = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is no TOML: {error}") from error
    hours = found.pop("hours", None)
    tables = found.pop("grid", None)
    if tables is None:
        tables = [found]
    elif found:
        raise UsageError(f"{path}: {', '.join(found)} stand before [[grid]]; put them into one")
    if hours is not None and not (isinstance(hours, int | float) and hours > 0):
        raise UsageError(f"{path}: hours is {hours!r}; give a number above 0")
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise UsageError(f"{path}: write each grid below a line [[grid]]")
    return Sweep(tuple(_grid(path, dict(one)) for one in tables), hours)


def _grid(path: Path, table: dict[str, Any]) -> Grid:
    tasks = table.pop("tasks", ())
    tasks = [tasks] if isinstance(tasks, str) else tasks
    if not isinstance(tasks, list) or not tasks or not all(isinstance(one, str) for one in tasks):
        raise UsageError(f'{path}: a grid needs tasks, as in tasks = ["sort"]')
    seeds = seeds_of(table.pop("seeds", 1))
    name, section = (str(table.pop(key, "")) for key in ("name", "section"))
    for key in table:
        if key not in NAMES:
            raise UsageError(f"{path}: there is no axis {key!r}{did_you_mean(key, NAMES)}")
    axes = {key: values_of(key, value) for key, value in table.items()}
    return Grid(tuple(tasks), axes, seeds, name, section)
