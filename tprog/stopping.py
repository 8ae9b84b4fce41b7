"""Ctrl-C, a request to terminate and a spent budget as wishes to stop, for long work that ends with the best so far."""

import errno
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

# Ctrl-C, what `kill` and cluster schedulers send, and a terminal that closes. Windows knows no SIGHUP.
SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class Stopper:
    """Remembers that somebody wants the work to end, or that its time is over.

    Attributes:
        interrupted: whether somebody asked for it; otherwise the time alone decides.
        at_once: whether a signal interrupts even where it is the first, since nothing better can come any more.
    """

    def __init__(
        self,
        on_progress: Callable[[Any], None] | None = None,
        seconds: float | None = None,
        on_signal: Callable[[], None] | None = None,
    ) -> None:
        self.interrupted = self.at_once = False
        self._on_progress, self._on_signal = on_progress, on_signal
        self._until = None if seconds is None else time.monotonic() + seconds

    @property
    def wanted(self) -> bool:
        """Whether the work should end."""
        left = self.left
        return self.interrupted or (left is not None and left <= 0)

    @property
    def left(self) -> float | None:
        """The seconds until the time is over, below 0 after it; None where there is no limit."""
        return None if self._until is None else self._until - time.monotonic()

    def __call__(self) -> bool:
        """Return whether the work should end."""
        return self.wanted

    def report(self, progress: object) -> None:
        """Pass a report on; an interrupt that comes meanwhile is a wish to stop."""
        if self._on_progress is None:
            return
        try:
            self._on_progress(progress)
        except KeyboardInterrupt:
            self._interrupt()
        except OSError as error:
            if error.errno not in (errno.EIO, errno.EPIPE):
                raise
            # Whoever watched has gone, such as a terminal that was closed; the work is worth more than its reports.
            self._on_progress = None

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Take the first signal for a wish to stop and say so; interrupt at the second."""
        if self.interrupted or self.at_once:
            raise KeyboardInterrupt
        self._interrupt()

    def _interrupt(self) -> None:
        self.interrupted = True
        if self._on_signal is not None:
            # A signal may come in the middle of a write, and streams cannot be written to from within one.
            threading.Thread(target=self._on_signal, daemon=True).start()


@contextmanager
def stopper(
    on_progress: Callable[[Any], None] | None = None,
    seconds: float | None = None,
    on_signal: Callable[[], None] | None = None,
) -> Iterator[Stopper]:
    """Turn the first of `SIGNALS` into a wish to stop, the second into the usual interrupt.

    Outside the main thread signals are not touched. `on_signal` is called at the first signal, in a thread of its own.
    """
    found = Stopper(on_progress, seconds, on_signal)
    if threading.current_thread() is not threading.main_thread():
        yield found
        return
    before = [(number, signal.getsignal(number)) for number in SIGNALS]
    for number, handler in before:
        # What a parent chose to ignore, such as SIGHUP under nohup, stays ignored.
        if handler is not signal.SIG_IGN:
            signal.signal(number, found.handle)
    try:
        yield found
    finally:
        for number, handler in before:
            if handler is not None:
                signal.signal(number, handler)
