"""Warm starts in processes of their own."""

import io
import os
from pathlib import Path

import torch
from learn.test_warm_start import job

from tprog.learn.settings import Diverged, Progress
from tprog.learn.warm_start import WarmResult, warm_start
from tprog.learn.workers import _receive, _send, serve, warm_starts


def test_processes_learn_what_this_process_learns() -> None:
    """Two jobs in two processes give the networks of the same jobs here; a failure stays with its job."""
    reports: list[Progress] = []
    fine, broken = warm_starts([job(), job(rate=1e30)], 2, reports.append)
    assert isinstance(broken, Diverged)
    assert isinstance(fine, WarmResult)
    alone = warm_start(job())
    assert all(torch.equal(fine.weights[name], weight) for name, weight in alone.weights.items())
    assert [report.step for report in reports if report.validation is not None] == [1, 2, 3, 4]


def test_processes_stop_when_told(tmp_path: Path) -> None:
    """A wish to stop reaches the processes, which end with the best so far."""
    results = warm_starts([job(epochs=10_000), job(epochs=10_000)], 2, should_stop=lambda: True)
    for result in results:
        assert isinstance(result, WarmResult)
        assert not result.finished


def test_one_worker_runs_jobs_in_this_process() -> None:
    """With one worker, jobs run one by one here, and a failure stays with its job."""
    broken, fine = warm_starts([job(rate=1e30), job()], 1)
    assert isinstance(broken, Diverged)
    assert isinstance(fine, WarmResult)


def test_a_served_job_sends_reports_and_then_its_result() -> None:
    """What a process sends is its reports, then one result or one error."""
    commands, reports = io.BytesIO(), io.BytesIO()
    _send(commands, job())
    commands.seek(0)
    # A file that ends is a wish to stop, which a function that never asks does not see.
    serve(commands, reports, lambda work, report, stop: warm_start(work, report))
    reports.seek(0)
    kinds = []
    while reports.tell() < len(reports.getvalue()):
        kinds.append(_receive(reports)[0])
    assert kinds[-1] == "result"
    assert set(kinds[:-1]) == {"progress"}
    assert os.getpid()
