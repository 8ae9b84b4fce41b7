"""What is seen while experiments run."""

import io
from contextlib import redirect_stderr
from pathlib import Path

from experiment_fakes import outcome, row
from rich.console import Console

from experiments.live import Watch
from experiments.run import Run
from experiments.runner import Event


def runs(tmp_path: Path) -> list[Run]:
    """Return three runs of two rows."""
    return [
        Run(row(), 0, tmp_path),
        Run(row(), 1, tmp_path),
        Run(row("--rounds", "1"), 0, tmp_path),
    ]


def drawn(watch: Watch) -> str:
    """Return the table as text."""
    out = io.StringIO()
    Console(file=out, width=120).print(watch.table())
    return out.getvalue()


def test_the_table_grows_as_runs_end(tmp_path: Path) -> None:
    """Rows appear with their first run; the rest is counted."""
    planned = runs(tmp_path)
    watch = Watch(planned, Console(file=io.StringIO(), force_terminal=True, width=120))
    assert "3 runs later" in drawn(watch)
    watch.event(Event("skipped", planned[0], outcome(row(), 0, 0.5, 0.5)))
    watch.event(Event("finished", planned[1], outcome(row(), 1, 1.0, 0.5)))
    shown = drawn(watch)
    for text in ("2/2", "75.00", "50.00", "100", "1 runs later"):
        assert text in shown
    watch.event(Event("failed", planned[2], reason="why"))
    assert "1 failed" in drawn(watch)
    with watch.showing():
        watch.tick([])


def test_without_a_terminal_every_event_is_a_line(tmp_path: Path) -> None:
    """A log says what started, what came out of it and why something failed, and is silent about what was done before."""
    err = io.StringIO()
    watch = Watch(runs(tmp_path), Console(file=io.StringIO(), force_terminal=False))
    with redirect_stderr(err), watch.showing():
        run = runs(tmp_path)[0]
        watch.event(Event("skipped", run, outcome(row(), 0, 0.5, 0.5)))
        watch.event(Event("started", run))
        watch.event(Event("finished", run, outcome(row(), 0, 0.98765, 0.5)))
        watch.event(Event("failed", run, reason="best hist, seed 0: no space"))
        watch.tick([])
    assert err.getvalue().splitlines() == [
        "best hist, seed 0: started",
        "best hist, seed 0: finished, 98.76 % of the test labels in 10 s",
        "best hist, seed 0: failed: no space",
    ]
