"""The store of results."""

import multiprocessing
import time
from pathlib import Path

import pytest
from sweep_fakes import outcome, trials

from tprog.analysis.sweeps.plots import plot
from tprog.analysis.sweeps.rows import configurations, matching, rows
from tprog.analysis.sweeps.store import Store
from tprog.analysis.sweeps.trial import Trial
from tprog.errors import TprogError


def write(folder: Path, first: int, seconds: float) -> int:
    """Write results as fast as possible for so long, and return how many."""
    store, count, end = Store(folder), 0, time.monotonic() + seconds
    with store.driving() as driver:
        while time.monotonic() < end:
            trial = Trial.of("sort", {"seed": first + count})
            store.add([trial])
            assert store.claim(trial.key, driver)
            store.finish(trial.key, outcome(lines=first + count))
            count += 1
    store.close()
    return count


def both_write(folder: Path, seconds: float) -> None:
    """Let two processes write at once, and look for what they wrote."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        counts = pool.starmap(write, [(folder, 0, seconds), (folder, 500_000, seconds)])
    store = Store(folder)
    found = rows(store)
    store.close()
    assert len(found) == sum(counts)
    assert min(counts) > 5
    assert {row.values["state"] for row in found} == {"done"}
    assert all(row.values["lines"] == row.trial.seed for row in found)


def test_two_processes_write_at_once_and_lose_nothing(tmp_path: Path) -> None:
    """For a second."""
    both_write(tmp_path, 1.0)


@pytest.mark.slow
def test_two_processes_write_at_once_for_a_minute_and_lose_nothing(tmp_path: Path) -> None:
    """For a minute."""
    both_write(tmp_path, 60.0)


def test_a_trial_belongs_to_one_driver_at_a_time(tmp_path: Path) -> None:
    """Another one cannot claim it while the first lives, and can once it is gone."""
    one, other = Store(tmp_path), Store(tmp_path)
    (trial,) = trials(1)
    with other.driving() as second:
        with one.driving() as first:
            assert (one.add([trial]), one.add([trial])) == (1, 0)
            assert one.claim(trial.key, first)
            assert not other.claim(trial.key, second)
            other.release_dead()
            assert other.states([trial.key]) == {trial.key: "running"}
        assert other.claim(trial.key, second)
        other.finish(trial.key, outcome())
        assert not one.claim(trial.key, second)
    one.close()
    other.close()


def test_a_file_of_others_and_of_later_versions_is_refused(tmp_path: Path) -> None:
    """In one line."""
    file = tmp_path / "results.sqlite"
    file.write_text("no database, but long enough to be taken for one" * 100)
    with pytest.raises(TprogError, match="no store"):
        Store(tmp_path)
    file.unlink()
    store = Store(tmp_path)
    store._database.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(TprogError, match="format 99"):
        Store(tmp_path)


def many(folder: Path, count: int) -> Store:
    """Return a store with so many finished trials."""
    store = Store(folder)
    settings = [
        {"layers": a, "heads": b, "seed": c}
        for a in range(1, 11)
        for b in range(1, 11)
        for c in range(count // 100)
    ]
    made = [Trial.of("sort", one) for one in settings]
    store.add(made)
    store.put(
        [
            {
                "key": t.key,
                "task": t.task,
                "settings": s,
                "version": "0",
                "source": "tprog",
                "state": "done",
            }
            | {"seed": t.seed, "test": 0.9, "validation": 0.9, "seconds": 1.0, "lines": 50}
            for t, (s,) in zip(made, store.read(("settings",)), strict=True)
        ]
    )
    return store


@pytest.mark.slow
def test_ten_thousand_trials_are_listed_filtered_and_drawn_within_two_seconds(
    tmp_path: Path,
) -> None:
    """Matplotlib is loaded before, as the rest of the program is."""
    store = many(tmp_path, 10_000)
    plot(tmp_path / "warm.svg", "heat", rows(store)[:10], ("layers", "heads"))
    began = time.process_time()
    found = matching(rows(store), ["layers=1-9", "test>=0.5"])
    assert len(found) == 9_000
    assert len(configurations(found)) == 90
    plot(tmp_path / "heat.svg", "heat", found, ("layers", "heads"))
    assert time.process_time() - began < 2
    store.close()
