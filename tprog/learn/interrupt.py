"""Ctrl-C and a spent budget as wishes to stop. Owns the signal handler and the clock of a training; refuses to end anything."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from tprog.learn.settings import OnProgress, Progress


class Stopper:
    """Remembers that somebody wants the training to end, or that its time is over.

    Attributes:
        interrupted: whether somebody asked for it; otherwise the time alone decides.
    """

    def __init__(self, on_progress: OnProgress | None, seconds: float | None = None) -> None:
        self.interrupted = False
        self._on_progress = on_progress
        self._until = None if seconds is None else time.monotonic() + seconds

    @property
    def wanted(self) -> bool:
        """Whether the training should end."""
        return self.interrupted or (self._until is not None and time.monotonic() >= self._until)

    def __call__(self) -> bool:
        """Return whether the training should end."""
        return self.wanted

    def report(self, progress: Progress) -> None:
        """Pass a report on; an interrupt that comes meanwhile is a wish to stop."""
        if self._on_progress is None:
            return
        try:
            self._on_progress(progress)
        except KeyboardInterrupt:
            self.interrupted = True


@contextmanager
def stopper(on_progress: OnProgress | None, seconds: float | None = None) -> Iterator[Stopper]:
    """Turn the first Ctrl-C into a wish to stop, the second into the usual interrupt.

    Outside the main thread signals are not touched.

    Args:
        on_progress: who gets the reports.
        seconds: after which stopping is wanted; None for no limit.
    """
    found = Stopper(on_progress, seconds)
    if threading.current_thread() is not threading.main_thread():
        yield found
        return
    before = signal.getsignal(signal.SIGINT)

    def handle(number: int, frame: FrameType | None) -> None:
        if found.interrupted:
            raise KeyboardInterrupt
        found.interrupted = True

    signal.signal(signal.SIGINT, handle)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)
