"""What is seen while experiments run. Owns the live table and the lines that stand for it; refuses to run anything."""

import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import final

from rich.console import Console
from rich.live import Live
from rich.table import Table

from experiments.report import percent
from experiments.run import Run, RunProcess
from experiments.runner import Event
from experiments.table import Experiment

REFRESH = 0.5  # seconds


@final
class Watch:
    """Keeps account of what has happened, and shows it: a table on a terminal, a line for each event elsewhere."""

    def __init__(self, runs: Sequence[Run], console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._rows = list(dict.fromkeys(run.experiment for run in runs))
        self._planned = {row: sum(run.experiment == row for run in runs) for row in self._rows}
        self._tests: dict[Experiment, list[float]] = {row: [] for row in self._rows}
        self._failed: dict[Experiment, int] = dict.fromkeys(self._rows, 0)
        self._live = Live(console=self._console, auto_refresh=False)
        self._shown = 0.0

    def showing(self) -> AbstractContextManager[object]:
        """Return a context within which the table is kept up to date; it stays when it ends."""
        return self._live if self._console.is_terminal else nullcontext()

    def event(self, event: Event) -> None:
        """Take note of an event."""
        row = event.run.experiment
        if event.outcome is not None:
            self._tests[row].append(event.outcome.test)
        self._failed[row] += event.kind == "failed"
        if not self._console.is_terminal and event.kind != "skipped":
            print(self._line(event), file=sys.stderr, flush=True)

    def _line(self, event: Event) -> str:
        line = f"{event.run.key}: {event.kind}"
        if event.outcome is not None:
            found = event.outcome
            line += f", {percent(found.test)} % of the test labels in {found.seconds:.0f} s"
        reason = event.reason.removeprefix(f"{event.run.key}: ")
        return line + (f": {reason}" if reason else "")

    def tick(self, active: Sequence[RunProcess]) -> None:
        """Show how far the runs under way are, at most twice a second."""
        if self._console.is_terminal and time.monotonic() - self._shown >= REFRESH:
            self._shown = time.monotonic()
            self._live.update(self.table(active), refresh=True)

    def table(self, active: Sequence[RunProcess] = ()) -> Table:
        """Return the table as it is now; rows of which nothing is known yet are left out, but for their number."""
        table = Table(box=None, title="results", title_justify="left", title_style="bold")
        for title in ("setting", "task", "seeds", "mean", "least", "greatest", "under way"):
            words = title in ("setting", "task", "under way")
            table.add_column(title, justify="left" if words else "right", no_wrap=True)
        later = 0
        for row in self._rows:
            tests = self._tests[row]
            running = [process for process in active if process.run.experiment == row]
            if not tests and not running and not self._failed[row]:
                later += self._planned[row]
                continue
            table.add_row(
                row.setting,
                row.task,
                f"{len(tests)}/{self._planned[row]}",
                percent(sum(tests) / len(tests)) if tests else "",
                percent(min(tests, default=None)),
                percent(max(tests, default=None)),
                "  ".join(map(_under_way, running)) + _failures(self._failed[row]),
            )
        table.caption = f"{later} runs later" if later else None
        table.caption_justify = "left"
        return table


def _under_way(process: RunProcess) -> str:
    limit = process.run.experiment.seconds
    clock = f"{process.seconds():.0f}" + ("" if limit is None else f"/{limit}")
    best = "" if process.validation is None else f" {percent(process.validation)} %"
    return f"seed {process.run.seed}: {clock} s{best}"


def _failures(count: int) -> str:
    return f"  {count} failed" if count else ""
