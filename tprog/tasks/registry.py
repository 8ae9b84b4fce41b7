"""The tasks by name, those of the paper and those of other studies, and specifications such as `sort:length=16`.

A new task is a module beside this one with a function from `TaskSizes` to a `Task`, and a line of `_PUBLISHED` or `_MORE`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import final

from tprog.errors import UsageError
from tprog.json_values import Formatted
from tprog.tasks import addition, counting, dyck, induction, languages, ordering, prompted
from tprog.tasks.sizes import TaskSizes, did_you_mean, parse_sizes
from tprog.tasks.task import Task
from tprog.visible import first_words

DATA_PREFIX = "data:"
MODULE_PREFIX = "module:"


@final
@dataclass(frozen=True, slots=True)
class TaskSummary:
    """One line of a table of tasks.

    Attributes:
        name: the task's name.
        spec: what to write to get it.
        description: what its truth is.
        inputs: its domain in words.
        count: how many inputs there are; None where they have no end.
        labels: every label.
    """

    name: str
    spec: str
    description: str
    inputs: str
    count: int | None
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tasks(Formatted):
    """What can be learned.

    Attributes:
        tasks: the published tasks.
    """

    tasks: tuple[TaskSummary, ...]


_PUBLISHED: dict[str, tuple[TaskSizes, Callable[[TaskSizes], Task]]] = {
    "reverse": (ordering.DEFAULT, ordering.reverse),
    "hist": (counting.DEFAULT, counting.hist),
    "double_hist": (counting.DEFAULT, counting.double_hist),
    "sort": (ordering.DEFAULT, ordering.sort),
    "most_freq": (counting.DEFAULT, counting.most_freq),
    "dyck1": (dyck.DEFAULT_1, dyck.dyck1),
    "dyck2": (dyck.DEFAULT_2, dyck.dyck2),
    "induction": (induction.DEFAULT, induction.induction),
}


# What other studies ask for; nothing in the paper is compared with these.
_MORE: dict[str, tuple[TaskSizes, Callable[[TaskSizes], Task]]] = {
    "addition": (addition.DEFAULT, addition.addition),
    "addition_hints": (addition.DEFAULT_HINTS, addition.addition_hints),
    **{
        name: (kind.default, partial(prompted.prompted, name))
        for name, kind in prompted.KINDS.items()
    },
    **{
        name: (size, partial(languages.language, name)) for name, size in languages.DEFAULTS.items()
    },
}
_ALL = {**_PUBLISHED, **_MORE}


def more_names() -> tuple[str, ...]:
    """Return the names of the tasks that other studies ask for."""
    return tuple(_MORE)


def task_names() -> tuple[str, ...]:
    """Return the names of the published tasks, in the paper's order."""
    return tuple(_PUBLISHED)


def get_task(spec: str) -> Task:
    """Return the task that a specification names: `sort`, `sort:length=16`, `sort:vocabulary=16,length=16`.

    Raises:
        UsageError: there is no such task or parameter, or no sequence fits the sizes.
    """
    text = spec.strip()
    # A specification is read back from manifests and programs of others, so it must never open a file or run code.
    if text.startswith(DATA_PREFIX):
        raise UsageError(f"{text!r} is a task made from a file; give the file with --data")
    if text.startswith(MODULE_PREFIX):
        raise UsageError(f"{text!r} is a task of your own code; give its module with --task")
    name, colon, sizes = text.partition(":")
    if name not in _ALL:
        raise UsageError(
            f"there is no task {name[:60]!r}{did_you_mean(name, _ALL)}; "
            f"the tasks are {', '.join(_PUBLISHED)}, and those that `tprog tasks --more` lists"
        )
    default, build = _ALL[name]
    return build(parse_sizes(name, sizes, default) if colon else default)


def summarize(task: Task) -> TaskSummary:
    """Return what a table of tasks says of one task."""
    return TaskSummary(
        name=task.name,
        spec=task.spec,
        description=task.description,
        inputs=_inputs_in_words(task),
        count=task.count(),
        labels=task.labels,
    )


def _inputs_in_words(task: Task) -> str:
    domain = task.domain
    shown = first_words(domain.symbols, 12)
    frame = " ".join(
        part
        for part in (domain.prefix, f"{domain.lengths} of {shown}", domain.suffix)
        if part is not None
    )
    return f"{frame}, causal" if task.causal else frame
