"""A task out of the user's own code.

This is the only place where this package runs code that a user names, and it does so only where the user asks for it.
"""

import dataclasses
import importlib
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Generic, ParamSpec, TypeVar, final

from tprog.errors import TprogError, UsageError
from tprog.tasks.registry import MODULE_PREFIX
from tprog.tasks.sizes import did_you_mean
from tprog.tasks.task import Task

P = ParamSpec("P")
R = TypeVar("R")


def load_module_task(target: str) -> Task:
    """Import `package.module:name` and return the Task found there; the current folder is searched first.

    `name` is a Task, or a function without arguments that returns one, for example::

        def truth(tokens):
            return tokens[::-1]

        mirror = Task("mirror", Domain(("a", "b"), max_length=6), labels=("a", "b"), rule=truth)

    Raises:
        UsageError: there is no such module or name, it is no Task, or the user's code fails.
    """
    path, colon, name = target.removeprefix(MODULE_PREFIX).partition(":")
    parts = [*path.split("."), name]
    if not colon or not all(part.isidentifier() for part in parts):
        raise UsageError(
            f"{target!r} is not of the form package.module:name, as in my_tasks:mirror"
        )
    module = _import(path)
    if not hasattr(module, name):
        public = [known for known in vars(module) if not known.startswith("_")]
        raise UsageError(f"module {path} has no {name!r}{did_you_mean(name, public)}")
    found = getattr(module, name)
    if not isinstance(found, Task) and callable(found):
        try:
            found = found()
        except (Exception, SystemExit) as error:
            raise UsageError(f"{path}:{name}() fails: {_reason(error)}") from error
    if not isinstance(found, Task):
        raise UsageError(
            f"{path}:{name} is a {type(found).__name__}; it must be a tprog.tasks.Task, "
            "or a function without arguments that returns one"
        )
    place = f"{path}:{name}"
    return dataclasses.replace(
        found,
        spec=f"{MODULE_PREFIX}{place}",
        rule=_Guarded(f"the rule of {place}", found.rule),
        arrays=found.arrays and _Guarded(f"arrays of {place}", found.arrays),
        sampler=found.sampler and _Guarded(f"the sampler of {place}", found.sampler),
    )


@final
@dataclasses.dataclass(frozen=True, slots=True)
class _Guarded(Generic[P, R]):
    """A user's function that says in one line where it fails."""

    what: str
    function: Callable[P, R]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return self.function(*args, **kwargs)
        except TprogError:
            raise
        except Exception as error:
            raise UsageError(f"{self.what} fails: {_reason(error)}", slug="bad-task") from error


def _import(path: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        # It stays, as with `python -m`, since the user's functions may import more when they are called.
        sys.path.insert(0, here)
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{path}.".startswith(f"{error.name}."):
            raise UsageError(f"module {path} fails when imported: {_reason(error)}") from error
        raise UsageError(
            f"there is no module {error.name!r}, neither in {here} nor installed"
        ) from error
    except (Exception, SystemExit) as error:
        raise UsageError(f"module {path} fails when imported: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    """Return one line: the kind of error, the first line of what it says, and the last line of the user's code."""
    lines = str(error).splitlines() or [""]
    said = f"{type(error).__name__}: {lines[0]}" if lines[0] else type(error).__name__
    ours = (str(Path(__file__).parent.parent), str(Path(importlib.__file__).parent), "<")
    places = [
        place
        for place in traceback.extract_tb(error.__traceback__)
        if not place.filename.startswith(ours)
    ]
    return f"{said} ({places[-1].filename}, line {places[-1].lineno})" if places else said
