"""Warm starts side by side."""

import threading

import pytest
import torch
from learn.test_warm_start import job

from tprog.learn.settings import Diverged, Progress
from tprog.learn.warm_start import WarmResult, warm_start
from tprog.learn.workers import warm_starts


def test_threads_learn_what_one_thread_learns() -> None:
    """Jobs in two threads give the networks of the same jobs alone; a failure stays with its job."""
    reports: list[Progress] = []
    fine, broken, other = warm_starts([job(), job(rate=1e30), job(epochs=2)], 2, reports.append)
    assert isinstance(broken, Diverged)
    for result, alone in ((fine, warm_start(job())), (other, warm_start(job(epochs=2)))):
        assert isinstance(result, WarmResult)
        assert all(
            torch.equal(result.weights[name], weight) for name, weight in alone.weights.items()
        )
    assert len([report for report in reports if report.validation is not None]) == 6


def test_reports_come_in_the_callers_thread() -> None:
    """Whoever shows reports is called in the thread that asked for them."""
    threads = set()
    warm_starts([job(epochs=1), job(epochs=1)], 2, lambda _: threads.add(threading.get_ident()))
    assert threads == {threading.get_ident()}


def test_threads_stop_when_told() -> None:
    """A wish to stop reaches every thread, each ending with the best so far."""
    results = warm_starts([job(epochs=10_000), job(epochs=10_000)], 2, should_stop=lambda: True)
    for result in results:
        assert isinstance(result, WarmResult)
        assert not result.finished


def test_threads_end_where_a_report_fails() -> None:
    """An error in showing a report ends the threads, and is passed on."""

    def fail(progress: Progress) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        warm_starts([job(epochs=10_000), job(epochs=10_000)], 2, fail)
    assert threading.active_count() < 10


def test_one_worker_runs_jobs_in_this_thread() -> None:
    """With one worker, jobs run one by one here, and a failure stays with its job."""
    broken, fine = warm_starts([job(rate=1e30), job()], 1)
    assert isinstance(broken, Diverged)
    assert isinstance(fine, WarmResult)
