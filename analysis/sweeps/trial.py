"""A trial: one training as a function of its settings, and what came out of it.

Equal settings have equal keys, whatever asked for them, so that a trial is run once; the version of this package is part of the key.
"""

import hashlib
import json
import platform
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias

from tprog import __version__
from tprog.analysis.options import ALSO_STANDARD, DEFAULT, ONLY_STANDARD, OPTIONS, Options
from tprog.errors import UsageError
from tprog.tasks.sizes import sized

Value: TypeAlias = bool | int | float | str
ByLength: TypeAlias = tuple[tuple[int, float, float], ...]
"""For lengths, the share of right labels and that of inputs with all labels right."""
# Options that decide nothing but how long a training takes.
_NO_SETTINGS = frozenset({"workers", "stop_epochs"})
# What only a trial knows: an algorithm from synthesis instead of a training, and lengths beyond training that are tested.
OWN: Mapping[str, Value] = {"rasp": False, "longer": 0}
AXES: Mapping[str, Value | None] = {
    **{name: getattr(DEFAULT, name) for name in OPTIONS if name not in _NO_SETTINGS},
    **OWN,
}
# What is the same as leaving it out.
_SAME = {"positions": "learned"}
# An algorithm depends on these alone.
_OF_RASP = frozenset({"rasp", "longer", "seed", "seconds"})


@dataclass(frozen=True)
class Trial:
    """One training.

    Attributes:
        task: its specification, such as `sort:length=16`; `module:package.module:name` for one of your own code.
        settings: what differs from the defaults, in the order of names.
    """

    task: str
    settings: tuple[tuple[str, Value], ...] = ()

    @staticmethod
    def of(task: str, given: Mapping[str, Value | None]) -> "Trial":
        """Return the trial of a task with some settings; what says nothing about its model is left out.

        Args:
            task: its specification.
            given: settings by name, `vocab` and `length` of the task among them.

        Raises:
            UsageError: there is no such task or setting.
        """
        found = {k: v for k, v in given.items() if v is not None and _SAME.get(k) != v}
        vocabulary, length = found.pop("vocab", None), found.pop("length", None)
        spec = sized(task, vocabulary, length) or task  # type: ignore[arg-type]
        for name in found:
            if name not in AXES:
                raise UsageError(
                    f"there is no setting {name!r}; the settings are {', '.join(AXES)}"
                )
        kept = ALSO_STANDARD | OWN.keys() if found.get("standard") else AXES.keys() - ONLY_STANDARD
        if found.get("rasp"):
            kept = _OF_RASP
        chosen = sorted((k, v) for k, v in found.items() if k in kept and v != AXES[k])
        from tprog.tasks.registry import MODULE_PREFIX, get_task

        if not spec.startswith(MODULE_PREFIX):
            spec = get_task(spec).spec
        return Trial(spec, tuple(chosen))

    @staticmethod
    def written(task: str, settings: str) -> "Trial":
        """Return the trial that a row of a store speaks of; its settings are JSON."""
        return Trial(task, tuple(json.loads(settings).items()))

    @cached_property
    def key(self) -> str:
        """A hash of task, settings and version."""
        text = json.dumps([self.task, self.settings, __version__])
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    @property
    def seed(self) -> int:
        """Its seed."""
        return int(self.get("seed") or 0)

    @property
    def options(self) -> Options:
        """The options of its training; it uses one core."""
        own = {name: value for name, value in self.settings if name in OPTIONS}
        return replace(DEFAULT, workers=1, **own)  # type: ignore[arg-type]

    def get(self, name: str) -> Value | None:
        """Return a setting, by default its default."""
        return dict(self.settings).get(name, AXES.get(name))

    def __str__(self) -> str:
        """Return it as words, such as `sort layers=2 seed=0`."""
        return " ".join([self.task, *(f"{name}={value}" for name, value in self.settings)])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a trial; shares are from 0 to 1.

    Attributes:
        train, validation, test: share of right labels; the model was chosen on validation data, and test data were seen once.
        right, total: right and all test labels, counted anew from the file that the training left.
        seconds: of the training.
        rounds: of the discrete search; epochs of a standard Transformer.
        lines: of the emitted program; None where there is none.
        found: the phase that the model comes from.
        machine: where it ran.
        commit: of the source, where it is known.
        curve: `(seconds, best validation accuracy so far)`, rising.
        by_length: the share of right labels, and of inputs with all labels right, at each length; where lengths beyond
            training are tested.
        text: the algorithm, where one was looked for.
    """

    train: float | None
    validation: float | None
    test: float | None
    right: int | None = None
    total: int | None = None
    seconds: float = 0.0
    rounds: int | None = None
    lines: int | None = None
    found: str = ""
    machine: str = ""
    commit: str | None = None
    curve: tuple[tuple[float, float], ...] = ()
    by_length: ByLength = ()
    text: str = ""


def machine() -> str:
    """Return the name of this machine and its kind."""
    return f"{socket.gethostname()} {platform.machine()}"


@cache
def current_commit() -> str | None:
    """Return the commit of the source, with `+` where files differ from it; None where it is not in a repository."""
    place = Path(__file__).resolve().parent
    try:
        parts = [
            subprocess.run(
                ["git", *arguments], cwd=place, capture_output=True, text=True, check=True
            ).stdout.strip()
            for arguments in (
                ("rev-parse", "--short=12", "HEAD"),
                ("status", "--porcelain", "--untracked-files=no", "--", ":/tprog", ":/analysis"),
            )
        ]
    except (OSError, subprocess.CalledProcessError):
        return None
    return parts[0] + ("+" if parts[1] else "")
