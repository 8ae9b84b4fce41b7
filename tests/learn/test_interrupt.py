"""Ctrl-C as a wish to stop."""

import signal
import threading
import time

import pytest

from tprog.learn.interrupt import stopper
from tprog.learn.settings import Progress

REPORT = Progress("search", 0, 1, 0, 1, None, None, None, 0.0, None)


def test_the_first_interrupt_is_a_wish_and_the_second_an_interrupt() -> None:
    """One Ctrl-C asks to stop; a second one interrupts; afterwards the handler is the one of before."""
    before = signal.getsignal(signal.SIGINT)
    with stopper(None) as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_in_a_report_is_a_wish_too() -> None:
    """An interrupt that comes while the caller shows a report is not lost."""

    def interrupted(progress: Progress) -> None:
        raise KeyboardInterrupt

    with stopper(interrupted) as stop:
        stop.report(REPORT)
        assert stop.wanted
    with stopper(None) as silent:
        silent.report(REPORT)
        assert not silent.wanted


def test_the_end_of_the_time_is_a_wish_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its seconds stopping is wanted, though nobody interrupted; Ctrl-C still only asks."""
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with stopper(None, 5) as stop:
        now = 104.9
        assert not stop()
        now = 105.0
        assert stop()
        assert not stop.interrupted
        signal.raise_signal(signal.SIGINT)
        assert stop.interrupted


def test_other_threads_leave_signals_alone() -> None:
    """Outside the main thread no handler is set."""
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work() -> None:
        with stopper(None) as stop:
            seen.append((signal.getsignal(signal.SIGINT) is before, stop()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(True, False)]
