"""Warm starts side by side."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import torch
from learn.samples import DOMAIN, LABELS
from learn.test_warm_start import SIZES, job

from tprog.learn.batched import Batched, warm_starts
from tprog.learn.layout import NetworkSizes, network_layout
from tprog.learn.settings import Diverged, Progress
from tprog.learn.warm_start import WarmResult, WarmStart, warm_start


def jobs(
    engine: Literal["torch", "batched"], epochs: int = 2, sizes: NetworkSizes = SIZES
) -> list[WarmStart]:
    """Return three warm starts of different seeds."""
    one = job(epochs=epochs)
    return [
        replace(
            one,
            layout=network_layout(DOMAIN, LABELS, sizes),
            seed=seed,
            number=seed,
            settings=replace(one.settings, engine=engine),
        )
        for seed in range(3)
    ]


def close(one: object, two: object) -> bool:
    """Tell whether two results are equal but for the rounding of sums."""
    assert isinstance(one, WarmResult)
    assert isinstance(two, WarmResult)
    assert one.loss is not None
    alike = one.loss == pytest.approx(two.loss, rel=1e-3) and one.epochs == two.epochs
    return alike and all(
        torch.allclose(weight, two.weights[name], atol=1e-3) for name, weight in one.weights.items()
    )


@pytest.mark.parametrize(
    "sizes",
    [
        SIZES,
        replace(SIZES, rows="set", layers=2, causal_heads=1),
        replace(SIZES, score_heads=1, causal=True),
        replace(SIZES, embeddings=2),
        replace(SIZES, hidden=0, numerical_lookups=0),
    ],
)
def test_all_at_once_learn_what_each_learns_alone(sizes: NetworkSizes) -> None:
    """Each of several warm starts in one batch ends with the weights that it has alone, up to rounding."""
    together = warm_starts(jobs("batched", sizes=sizes), 1)
    alone = [warm_start(each) for each in jobs("torch", sizes=sizes)]
    assert all(close(one, two) for one, two in zip(together, alone, strict=True))
    assert not close(together[0], alone[1])


def test_one_that_fails_or_ends_does_not_hold_up_the_others() -> None:
    """A warm start that diverges leaves, one that is shorter too, and the rest go on as they would alone."""
    broken, short, whole = jobs("batched")
    broken = replace(broken, settings=replace(broken.settings, rate=1e30))
    found = warm_starts([broken, replace(short, until=1), whole], 1)
    assert isinstance(found[0], Diverged)
    _, one, two = jobs("torch")
    assert close(found[1], warm_start(replace(one, until=1)))
    assert close(found[2], warm_start(two))


def test_warm_starts_of_different_ages_go_on(tmp_path: Path) -> None:
    """After a kill between two checkpoints the younger and the older end as they would have."""
    some = [replace(each, checkpoint=tmp_path / str(each.number)) for each in jobs("batched")]
    warm_start(replace(some[0], until=1))
    found = warm_starts(some, 1)
    alone = [warm_start(each) for each in jobs("torch")]
    assert all(close(one, two) for one, two in zip(found, alone, strict=True))


def test_an_error_reaches_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong in a step is raised by all who wait for it, and no thread is left behind."""

    def fail(*arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tprog.learn.batched.update", fail)
    with pytest.raises(ZeroDivisionError):
        warm_starts(jobs("batched"), 1)
    assert threading.active_count() < 10


def test_everybody_stops_when_told() -> None:
    """A wish to stop ends all with what their whole epochs have taught them."""
    reports: list[Progress] = []
    found = warm_starts(jobs("batched", epochs=1000), 1, reports.append, lambda: len(reports) >= 3)
    for result in found:
        assert isinstance(result, WarmResult)
        assert not result.finished


def test_steps_are_computed_where_it_is_fastest() -> None:
    """A GPU is used where there is one, and another device where it is asked for."""
    assert Batched(1).device.type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert Batched(1, torch.device("meta")).device.type == "meta"


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
