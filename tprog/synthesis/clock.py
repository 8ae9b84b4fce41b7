"""A clock that stands still while kernels are compiled, which happens once on a machine and takes seconds.

It counts two things. Seconds of the processor divide the work and decide how long a shorter answer is looked for, so that a
machine with other work finds what an idle one finds. Seconds on the wall are what somebody waits.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core.event import Listener, install_listener


class Clock(Listener):
    """Seconds of work; see `working`."""

    def __init__(self) -> None:
        """Start at 0."""
        self._open = 0
        self._since = self._spent = self._both()

    @staticmethod
    def _both() -> tuple[float, float]:
        return time.thread_time(), time.monotonic()

    @property
    def now(self) -> float:
        """The processor seconds of this thread since the start, less those of compiling."""
        return time.thread_time() - self._spent[0]

    @property
    def waited(self) -> float:
        """The seconds on the wall since the start, less those of compiling."""
        return time.monotonic() - self._spent[1]

    def on_start(self, event: Any) -> None:
        """Stand still; compiling one kernel may compile others."""
        if not self._open:
            self._since = self._both()
        self._open += 1

    def on_end(self, event: Any) -> None:
        """Go on."""
        self._open -= 1
        if not self._open:
            worked, waited = self._both()
            self._spent = (
                self._spent[0] + worked - self._since[0],
                self._spent[1] + waited - self._since[1],
            )


@contextmanager
def working() -> Iterator[Clock]:
    """Give a clock that knows what is compiled meanwhile."""
    clock = Clock()
    with install_listener("numba:compile", clock):
        yield clock
