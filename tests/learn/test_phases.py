"""The phases of a training, and where they are cut."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from learn.samples import HARD, HARD_TASK, SMALL, TASK

from tprog.learn.settings import Progress
from tprog.learn.train import train
from tprog.manifest import read_manifest


@pytest.fixture
def spend(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what makes all the time pass that a training was given."""
    now = [1.0]
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr("tprog.stopping.time", clock)
    return lambda: now.__setitem__(0, now[0] + 1e6)


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_spent_budget_ends_the_warm_starts(
    tmp_path: Path, spend: Callable[[], None], after: int
) -> None:
    """A training whose seconds run out in the warm starts is finished, and its epochs find the same Program again."""
    left = after

    def report(progress: Progress) -> None:
        nonlocal left
        # On a busy machine an epoch reports in its middle too.
        left -= progress.validation is not None
        if left == 0:
            spend()

    settings = replace(SMALL, seconds=60.0 if after else 1e-300)
    cut = train(TASK, settings, tmp_path / "run", report)
    assert not cut.interrupted
    assert read_manifest(tmp_path / "run" / "manifest.json").other["finished"] is True
    assert cut.cut is not None
    assert cut.cut.phase == "warm start"
    assert cut.cut.stop_epochs == tuple(min(4, max(0, after - done)) for done in (0, 4))
    assert cut.metrics["cut"]["stop_epochs"] == cut.cut.stop_epochs
    again = train(TASK, replace(SMALL, stop_epochs=cut.cut.stop_epochs))
    assert again.program == cut.program
    assert again.cut == cut.cut


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_spent_budget_ends_the_search(
    tmp_path: Path, spend: Callable[[], None], after: int
) -> None:
    """Seconds that run out in the search leave so many rounds, and a training of so many finds the same Program again."""

    def report(progress: Progress) -> None:
        if progress.phase == "search" and progress.step == after:
            spend()
        if after == 0 and progress.restart == 1 and progress.validation and progress.step == 4:
            spend()

    settings = replace(HARD, seconds=60.0)
    cut = train(HARD_TASK, settings, tmp_path / "run", report)
    assert not cut.interrupted
    assert cut.cut is not None
    assert (cut.cut.phase, cut.cut.search_rounds) == ("search", after)
    assert read_manifest(tmp_path / "run" / "manifest.json").other["finished"] is True
    assert train(HARD_TASK, replace(HARD, search_rounds=after)).program == cut.program
