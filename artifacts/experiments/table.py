"""The experiments, as a table: setting, task, options, seeds, limit and goal of each row. Refuses to run anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, final, get_args

from experiments.paper import RETRAINED_16, TABLE_1, TABLE_3
from tprog.errors import UsageError

Setting: TypeAlias = Literal[
    "published",
    "best",
    "without-composition",
    "standard",
    "categorical-only",
    "16-16",
    "16-16-standard",
]
SETTINGS: tuple[Setting, ...] = get_args(Setting)

DESCRIPTIONS: Mapping[Setting, str] = {
    "published": "the paper's modules and sizes",
    "best": "the default of `tprog train`: the modules that the task's recipe chooses",
    "without-composition": "the same, by gradient descent and search alone",
    "standard": "a standard Transformer (paper, section B.2)",
    "categorical-only": "the paper's modules without numerical ones",
    "16-16": "the default of `tprog train` at vocabulary and length 16",
    "16-16-standard": "a standard Transformer at vocabulary and length 16",
}
LARGE = "vocabulary=16,length=16"
MINUTES_10 = 600
HOUR = 3600


@final
@dataclass(frozen=True, slots=True)
class Goal:
    """What a run should reach.

    Attributes:
        accuracy: share of right labels on test data, from 0 to 1.
        seconds: of training, within which.
    """

    accuracy: float
    seconds: float


@final
@dataclass(frozen=True, slots=True)
class Experiment:
    """One row: the same training from several seeds.

    Attributes:
        setting: the group that it belongs to.
        task: the task's name.
        options: of `tprog train`, after the task's specification.
        seeds: how many, from 0 up.
        seconds: the limit of one training; None for none.
        cores: that one training uses.
        sizes: of the task, where they are not the published ones, as in `vocabulary=16,length=16`.
        goal: what a run should reach; None where nothing is asked for.
        paper: the figure of others, in percent, as they write it; None where there is none.
    """

    setting: Setting
    task: str
    options: tuple[str, ...]
    seeds: int
    seconds: int | None
    cores: int
    sizes: str = ""
    goal: Goal | None = None
    paper: str | None = None

    @property
    def key(self) -> str:
        """A name for messages, such as `published sort`."""
        return f"{self.setting} {self.task}"

    @property
    def standard(self) -> bool:
        """Whether what is learned is no program."""
        return "--standard" in self.options

    def arguments(self) -> tuple[str, ...]:
        """Return the arguments of `tprog` without those that differ from seed to seed."""
        spec = f"{self.task}:{self.sizes}" if self.sizes else self.task
        limit = () if self.seconds is None else ("--seconds", str(self.seconds))
        return ("train", spec, *self.options, *limit)

    def command(self) -> str:
        """Return the command that a person types for seed 0."""
        return " ".join(("tprog", *self.arguments()))


# What is asked for, per task: accuracy and seconds. `best` is asked for most; the others where a figure is named.
_BEST_GOALS: Mapping[str, Goal] = {
    "reverse": Goal(0.999, MINUTES_10),
    "hist": Goal(1.0, MINUTES_10),
    "double_hist": Goal(0.999, MINUTES_10),
    "sort": Goal(0.998, 90),
    "most_freq": Goal(0.95, MINUTES_10),
    "dyck1": Goal(0.9995, MINUTES_10),
    "dyck2": Goal(0.997, MINUTES_10),
    "induction": Goal(1.0, MINUTES_10),
}
_PUBLISHED_GOALS: Mapping[str, Goal] = {"most_freq": Goal(0.84, MINUTES_10)}
_LARGE_GOALS: Mapping[str, Goal] = {
    "reverse": Goal(0.99, HOUR),
    "hist": Goal(1.0, HOUR),
    "double_hist": Goal(0.99, HOUR),
    "sort": Goal(0.999, HOUR),
    "most_freq": Goal(0.80, HOUR),
}
# Limits leave room for the last fit of the classifier, which comes after them.
_SORT_SECONDS = 80
_SECONDS = 540
_LARGE_SECONDS = 3300
_STANDARD_SECONDS = 1200
_TWO_CORES = ("--workers", "2")


def experiments() -> tuple[Experiment, ...]:
    """Return every row, in the order in which they are run."""
    return (
        *(_best(task) for task in TABLE_1),
        *(_published(task) for task in TABLE_1),
        *(_without_composition(task) for task in TABLE_1),
        *(_standard(task) for task in TABLE_1),
        *(_categorical(task) for task in TABLE_3),
        *(_large(task) for task in RETRAINED_16),
        *(_large_standard(task) for task in RETRAINED_16),
    )


def _best(task: str) -> Experiment:
    return Experiment(
        "best",
        task,
        _TWO_CORES,
        seeds=10 if task == "sort" else 5,
        seconds=_SORT_SECONDS if task == "sort" else _SECONDS,
        cores=2,
        goal=_BEST_GOALS[task],
        paper=TABLE_1[task],
    )


def _published(task: str) -> Experiment:
    return Experiment(
        "published",
        task,
        ("--published", *_TWO_CORES),
        seeds=5,
        seconds=_SECONDS,
        cores=2,
        goal=_PUBLISHED_GOALS.get(task),
        paper=TABLE_1[task],
    )


def _without_composition(task: str) -> Experiment:
    return Experiment(
        "without-composition",
        task,
        ("--stages", "0", *_TWO_CORES),
        seeds=5,
        seconds=_SECONDS,
        cores=2,
        paper=TABLE_1[task],
    )


def _standard(task: str) -> Experiment:
    return Experiment(
        "standard", task, ("--standard",), seeds=3, seconds=_STANDARD_SECONDS, cores=1
    )


def _categorical(task: str) -> Experiment:
    return Experiment(
        "categorical-only",
        task,
        ("--categorical-only", *_TWO_CORES),
        seeds=5,
        seconds=_SECONDS,
        cores=2,
        paper=TABLE_3[task],
    )


def _large(task: str) -> Experiment:
    return Experiment(
        "16-16",
        task,
        _TWO_CORES,
        seeds=3,
        seconds=_LARGE_SECONDS,
        cores=2,
        sizes=LARGE,
        goal=_LARGE_GOALS[task],
        paper=RETRAINED_16[task],
    )


def _large_standard(task: str) -> Experiment:
    return Experiment(
        "16-16-standard",
        task,
        ("--standard",),
        seeds=3,
        seconds=_STANDARD_SECONDS,
        cores=1,
        sizes=LARGE,
    )


def selected(
    rows: Iterable[Experiment],
    settings: Iterable[str] = (),
    tasks: Iterable[str] = (),
    seeds: int | None = None,
    at_most: int | None = None,
) -> tuple[Experiment, ...]:
    """Return some of the rows.

    Args:
        rows: the table.
        settings: the settings to keep; all where there are none.
        tasks: the tasks to keep; all where there are none.
        seeds: how many seeds each row has; its own number where it is None.
        at_most: seconds that no limit exceeds.

    Raises:
        UsageError: a setting or task does not exist, or nothing is left.
    """
    rows, wanted, named = tuple(rows), tuple(settings), tuple(tasks)
    for kind, given, known in (
        ("setting", wanted, SETTINGS),
        ("task", named, tuple(dict.fromkeys(row.task for row in rows))),
    ):
        for name in given:
            if name not in known:
                raise UsageError(f"there is no {kind} {name!r}; choose from {', '.join(known)}")
    kept = tuple(
        replace(row, seeds=seeds or row.seeds, seconds=_limit(row.seconds, at_most))
        for row in rows
        if (not wanted or row.setting in wanted) and (not named or row.task in named)
    )
    if not kept:
        raise UsageError(
            f"setting {', '.join(wanted)} has no row for task {', '.join(named)}; choose another task"
        )
    return kept


def quick(rows: Iterable[Experiment]) -> tuple[Experiment, ...]:
    """Return rows that take seconds and show that everything works; their figures mean nothing."""
    small = ("--samples", "300", "--epochs", "1", "--layers", "1")
    program = ("--restarts", "1", "--rounds", "1", "--stages", "1")
    return tuple(
        replace(
            row,
            options=(*row.options, *small, *(() if row.standard else program)),
            seeds=1,
            seconds=None,
            goal=None,
        )
        for row in rows
    )


def _limit(seconds: int | None, at_most: int | None) -> int | None:
    if seconds is None or at_most is None:
        return seconds
    return min(seconds, at_most)
