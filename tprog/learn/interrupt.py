"""Ctrl-C as a wish to stop. Owns the signal handler for the time of a training; refuses to end anything by itself."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from tprog.learn.settings import OnProgress, Progress


class Stopper:
    """Remembers that somebody wants the training to end.

    Attributes:
        wanted: whether that is so.
    """

    def __init__(self, on_progress: OnProgress | None) -> None:
        self.wanted = False
        self._on_progress = on_progress

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
            self.wanted = True


@contextmanager
def stopper(on_progress: OnProgress | None) -> Iterator[Stopper]:
    """Turn the first Ctrl-C into a wish to stop, the second into the usual interrupt.

    Outside the main thread signals are not touched.
    """
    found = Stopper(on_progress)
    if threading.current_thread() is not threading.main_thread():
        yield found
        return
    before = signal.getsignal(signal.SIGINT)

    def handle(number: int, frame: FrameType | None) -> None:
        if found.wanted:
            raise KeyboardInterrupt
        found.wanted = True

    signal.signal(signal.SIGINT, handle)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)
