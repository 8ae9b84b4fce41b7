"""Signals and a spent budget as wishes to stop."""

import signal
import threading
import time

import pytest

from tprog.stopping import SIGNALS, stopper


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_a_wish_and_the_second_an_interrupt(number: int) -> None:
    """One signal asks to stop; a second one interrupts; afterwards the handler is the one of before."""
    before = signal.getsignal(number)
    with stopper() as stop:
        assert not stop()
        signal.raise_signal(number)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_the_first_signal_interrupts_where_nothing_better_can_come() -> None:
    """With `at_once` no second signal is needed."""
    with stopper() as stop:
        stop.at_once = True
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)


def test_a_signal_is_answered_at_once() -> None:
    """The caller hears of the first signal while the work still goes on."""
    heard = threading.Event()
    with stopper(on_signal=heard.set):
        signal.raise_signal(signal.SIGINT)
        assert heard.wait(5)


def test_what_is_ignored_stays_ignored() -> None:
    """Under nohup a terminal that closes is no wish to stop."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopper() as stop:
            signal.raise_signal(signal.SIGHUP)
            assert not stop()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_interrupt_in_a_report_is_a_wish_too() -> None:
    """An interrupt that comes while the caller shows a report is not lost."""

    def interrupted(report: str) -> None:
        raise KeyboardInterrupt

    with stopper(interrupted) as stop:
        stop.report("half")
        assert stop.wanted
    with stopper() as silent:
        silent.report("half")
        assert not silent.wanted


def test_a_reader_who_has_gone_stops_no_work() -> None:
    """Where a report cannot be shown any longer, no further one is tried, and the work goes on."""
    reports = []

    def closed(report: str) -> None:
        reports.append(report)
        raise OSError(5, "Input/output error")

    with stopper(closed) as stop:
        stop.report("one")
        stop.report("two")
        assert not stop.wanted
    assert reports == ["one"]


def test_the_end_of_the_time_is_a_wish_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its seconds stopping is wanted, though nobody interrupted; Ctrl-C still only asks."""
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with stopper(seconds=5) as stop:
        now = 104.0
        assert not stop()
        assert stop.left == 1.0
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
        with stopper() as stop:
            seen.append((signal.getsignal(signal.SIGINT) is before, stop()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(True, False)]
