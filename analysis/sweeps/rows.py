"""What is in a store: rows, filters, configurations (all seeds of the same settings), and comparisons of two."""

import json
import operator
import re
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from tprog.analysis.sweeps.axes import values_of
from tprog.analysis.sweeps.paper import published_figure
from tprog.analysis.sweeps.store import COLUMNS, OURS, Store
from tprog.analysis.sweeps.trial import AXES, Trial
from tprog.errors import UsageError
from tprog.json_values import Formatted
from tprog.tasks.sizes import did_you_mean

RESAMPLES = 10_000
"""Bootstrap samples of a difference; its interval then moves by less than a hundredth of its width."""
Test: TypeAlias = Callable[["Row"], bool]
_SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
# Read where they are asked for alone: they are long.
LONG = ("curve", "by_length", "text")


@dataclass(frozen=True, slots=True)
class Row:
    """A trial in a store.

    Attributes:
        trial: which.
        values: its columns.
    """

    trial: Trial
    values: Mapping[str, Any]

    def get(self, name: str) -> Any:
        """Return a column, or a setting, which is the default's where it was not given."""
        return self.values[name] if name in self.values else self.trial.get(name)


def rows(store: Store, *more: str) -> list[Row]:
    """Return every row of a store; of the long columns those that are named."""
    columns = [name for name in COLUMNS if name not in LONG or name in more]
    found = []
    for values in store.read(columns):
        row = dict(zip(columns, values, strict=True))
        for name in {"curve", "by_length"} & row.keys():
            row[name] = json.loads(row[name]) if row[name] else []
        found.append(Row(Trial.written(row["task"], row.pop("settings")), row))
    return found


def matching(found: Iterable[Row], tests: Iterable[str]) -> list[Row]:
    """Return the rows of which all tests hold, such as `task=sort`, `layers=2-4` or `test>=0.99`.

    Raises:
        UsageError: a test is none, or asks for what no row has.
    """
    made = [condition(text) for text in tests]
    return [row for row in found if all(test(row) for test in made)]


def condition(text: str) -> Test:
    """Return a test of a row: a name, one of `= != < <= > >=`, and a value; of `=` several, with commas or as a range.

    Equal `seconds` are those that a trial was given, lesser or greater ones those that it took.

    Raises:
        UsageError: it is none, or asks for what no row has.
    """
    parts = re.fullmatch(r"\s*(\w+)\s*(=|!=|<=|>=|<|>)\s*(.+?)\s*", text)
    if parts is None:
        raise UsageError(f"{text[:60]!r} is no test; write one such as layers=2 or test>=0.99")
    name, sign, value = parts.groups()
    if name not in COLUMNS and name not in AXES:
        raise UsageError(f"no row has {name!r}{did_you_mean(name, [*COLUMNS, *AXES])}")
    if sign in ("=", "!="):
        wanted = set(values_of(name, value)) if name in AXES else {value, *value.split(",")}

        def equal(row: Row) -> bool:
            found = row.trial.get(name) if name in AXES else row.get(name)
            # A task is meant at all its sizes where none are given.
            return not wanted.isdisjoint({found, str(found), str(found).partition(":")[0]})

        return equal if sign == "=" else lambda row: not equal(row)
    try:
        number = float(value)
    except ValueError:
        raise UsageError(f"{text[:60]!r}: {value[:20]!r} is no number") from None

    def test(row: Row) -> bool:
        found = row.get(name)
        return isinstance(found, int | float) and bool(_SIGNS[sign](found, number))

    return test


@dataclass(frozen=True, slots=True)
class Configuration:
    """All seeds of the same settings.

    Attributes:
        task: its specification.
        settings: without the seed, what differs from the defaults.
        source: `tprog`, or what was imported.
        seeds: how many are done.
        failed: how many failed.
        test: test accuracy of the seed with the best validation accuracy, the first of equals; null where none is done.
        mean, deviation, least, greatest: of test accuracy, over the seeds.
        seconds: of a training, their mean.
        lines: of the chosen seed's program.
        found: the phase that it comes from.
        paper: what others have published for it, in percent, as they write it; null where nothing is.
        program: of the chosen seed, in the store.
    """

    task: str
    settings: Mapping[str, bool | int | float | str]
    source: str
    seeds: int
    failed: int
    test: float | None
    mean: float | None
    deviation: float | None
    least: float | None
    greatest: float | None
    seconds: float | None
    lines: int | None
    found: str | None
    paper: str | None
    program: str | None


@dataclass(frozen=True, slots=True)
class Results(Formatted):
    """What a store has.

    Attributes:
        configurations: in the order in which they were asked for.
    """

    configurations: tuple[Configuration, ...]


def configurations(found: Iterable[Row]) -> list[Configuration]:
    """Return the configurations of some rows, in the order of their first rows."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in found:
        groups.setdefault((row.trial.task, _shared(row.trial), row.values["source"]), []).append(
            row
        )
    return [_configuration(group) for group in groups.values()]


def in_common(found: Sequence[Configuration]) -> dict[str, bool | int | float | str]:
    """Return the settings that all of several configurations have; none of a single one."""
    if len(found) < 2:
        return {}
    first, *others = (one.settings for one in found)
    return {k: v for k, v in first.items() if all(one.get(k) == v for one in others)}


def _shared(trial: Trial, besides: frozenset[str] = frozenset()) -> tuple[tuple[str, Any], ...]:
    return tuple(one for one in trial.settings if one[0] != "seed" and one[0] not in besides)


def _configuration(group: Sequence[Row]) -> Configuration:
    done = [row for row in group if row.values["test"] is not None]
    best = max(done, key=lambda row: (row.values["validation"] or 0, -row.trial.seed), default=None)
    chosen: Mapping[str, Any] = {} if best is None else best.values
    tests = [row.values["test"] for row in done]
    seconds = [row.values["seconds"] for row in group if row.values["seconds"] is not None]
    trial, source = group[0].trial, group[0].values["source"]
    return Configuration(
        task=trial.task,
        settings=dict(_shared(trial)),
        source=source,
        seeds=len(done),
        failed=sum(row.values["state"] == "failed" for row in group),
        test=chosen.get("test"),
        mean=statistics.fmean(tests) if tests else None,
        deviation=statistics.stdev(tests) if len(tests) > 1 else None,
        least=min(tests, default=None),
        greatest=max(tests, default=None),
        seconds=round(statistics.fmean(seconds), 1) if seconds else None,
        lines=chosen.get("lines"),
        found=chosen.get("found"),
        paper=published_figure(trial) if source == OURS else None,
        program=chosen.get("program"),
    )


@dataclass(frozen=True, slots=True)
class Comparison(Formatted):
    """Two sets of trials, pair by pair: the same task, seed and other settings.

    Attributes:
        pairs: how many there are.
        better, equal, worse: in how many the first is.
        difference: of test accuracy, the first less the second, in the mean.
        low, high: the 95 % bootstrap interval of that.
    """

    pairs: int
    better: int
    equal: int
    worse: int
    difference: float
    low: float
    high: float


def compare(one: Sequence[Row], other: Sequence[Row], differ: Iterable[str]) -> Comparison:
    """Compare two sets of rows by their test accuracies.

    Args:
        one: the first.
        other: the second.
        differ: settings in which the two of a pair may differ.

    Raises:
        UsageError: no two make a pair.
    """
    besides = frozenset(differ)

    def paired(found: Sequence[Row]) -> dict[object, float]:
        return {
            (row.trial.task, row.trial.seed, _shared(row.trial, besides)): row.values["test"]
            for row in found
            if row.values["test"] is not None
        }

    first, second = paired(one), paired(other)
    gains = np.array([first[key] - second[key] for key in first if key in second])
    if not len(gains):
        raise UsageError("no two trials have the same task, seed and other settings")
    drawn = np.random.default_rng(0).integers(0, len(gains), (RESAMPLES, len(gains)))
    low, high = np.percentile(gains[drawn].mean(1), (2.5, 97.5))
    return Comparison(
        pairs=len(gains),
        better=int((gains > 0).sum()),
        equal=int((gains == 0).sum()),
        worse=int((gains < 0).sum()),
        difference=float(gains.mean()),
        low=float(low),
        high=float(high),
    )
