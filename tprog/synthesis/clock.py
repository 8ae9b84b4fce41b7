"""A clock that stands still while kernels are compiled, which happens once on a machine and takes seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core.event import Listener, install_listener


class Clock(Listener):
    """Seconds of work; see `working`."""

    def __init__(self) -> None:
        """Start at 0."""
        self._open, self._since, self._spent = 0, 0.0, time.monotonic()

    @property
    def now(self) -> float:
        """The seconds since the start, less those of compiling."""
        return time.monotonic() - self._spent

    def on_start(self, event: Any) -> None:
        """Stand still; compiling one kernel may compile others."""
        if not self._open:
            self._since = time.monotonic()
        self._open += 1

    def on_end(self, event: Any) -> None:
        """Go on."""
        self._open -= 1
        if not self._open:
            self._spent += time.monotonic() - self._since


@contextmanager
def working() -> Iterator[Clock]:
    """Give a clock that knows what is compiled meanwhile."""
    clock = Clock()
    with install_listener("numba:compile", clock):
        yield clock
