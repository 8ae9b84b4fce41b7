"""What is shown while something runs: bars on a terminal's standard error, and the reports of a training."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from tprog.learn.settings import Progress
    from tprog.terminal import Table

Counting: TypeAlias = Callable[[int, int | None], None]
Stages: TypeAlias = Callable[[str, int, int | None], None]


@contextmanager
def counting(what: str, *, enabled: bool = True) -> Iterator[Counting | None]:
    """Show a bar while one thing is counted; its function takes the number done and the number in all."""
    with stages(enabled=enabled) as update:
        yield None if update is None else lambda done, total: update(what, done, total)


@contextmanager
def stages(*, enabled: bool = True) -> Iterator[Stages | None]:
    """Show a bar for each of several stages; its function also takes the stage's name."""
    from tprog.cli.console import stderr
    from tprog.visible import visible

    console = stderr()
    if not enabled or not console.is_terminal:
        yield None
        return
    bar = _bar()
    shown: dict[str, TaskID] = {}
    with bar:

        def update(what: str, done: int, total: int | None) -> None:
            if what not in shown:
                shown[what] = bar.add_task(visible(what), total=total)
            bar.update(shown[what], completed=done, total=total)

        yield update


def _bar() -> "Bars":
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from tprog.cli.console import stderr

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=stderr(),
        transient=True,
    )


@dataclass(frozen=True, slots=True)
class Watcher:
    """What a display can do.

    Attributes:
        show: takes a report.
        say: writes a line beside the reports, from any thread.
    """

    show: "Callable[[Progress], None]"
    say: Callable[[str], None]


@contextmanager
def watching(task: str) -> Iterator[Watcher]:
    """Show loss, temperature, validation accuracy and the time left of each start while a training runs.

    On a terminal the lines are kept up to date in place; elsewhere a line is written at the end of each phase's tenth,
    and whenever the validation accuracy is better than ever before.
    """
    from rich.live import Live

    from tprog.cli.console import remark, stderr
    from tprog.terminal import Text

    console = stderr()
    latest: dict[tuple[str, int], Progress] = {}

    def say(text: str) -> None:
        if console.is_terminal:
            console.print(Text(text))
        else:
            remark(text)

    if console.is_terminal:
        with Live(console=console, refresh_per_second=4, transient=True) as live:

            def show(progress: "Progress") -> None:
                latest[progress.phase, progress.restart] = progress
                live.update(_table(task, list(latest.values())))

            yield Watcher(show, say)
        return

    best = -1.0
    shown: dict[tuple[str, int], int] = {}

    def write(progress: "Progress") -> None:
        nonlocal best
        better = progress.validation is not None and progress.validation > best
        if better:
            best = progress.validation or 0.0
        # Nobody knows how many programs there are: each power of two counts.
        tenth = (
            10 * progress.step // progress.steps if progress.steps else progress.step.bit_length()
        )
        known = latest.get((progress.phase, progress.restart))
        if better or known is None or shown.get((progress.phase, progress.restart)) != tenth:
            latest[progress.phase, progress.restart] = progress
            shown[progress.phase, progress.restart] = tenth
            remark(f"{task}: {_line(progress)}")

    yield Watcher(write, say)


def _cells(progress: "Progress") -> list[str]:
    return [
        f"{progress.phase} {progress.restart + 1}/{progress.restarts}",
        f"{progress.step}/{progress.steps}" if progress.steps else f"{progress.step:,} programs",
        "" if progress.loss is None else f"{progress.loss:.4f}",
        "" if progress.temperature is None else f"{progress.temperature:.4g}",
        "" if progress.validation is None else f"{100 * progress.validation:.2f} %",
        f"{progress.elapsed:.0f} s",
        "" if progress.remaining is None else f"{progress.remaining:.0f} s",
    ]


TITLES = ("phase", "step", "loss", "temperature", "validation", "elapsed", "left")


def _line(progress: "Progress") -> str:
    phase, step, *figures = _cells(progress)
    named = [f"{title} {cell}" for title, cell in zip(TITLES[2:], figures, strict=True) if cell]
    return f"{phase} {step}: {', '.join(named)}"


def _table(task: str, reports: "list[Progress]") -> "Table":
    from tprog.terminal import Table, Text

    table = Table(title=Text(f"learning {task}"), title_justify="left", title_style="bold")
    for title in TITLES:
        table.add_column(title, justify="left" if title == "phase" else "right", no_wrap=True)
    for report in reports:
        table.add_row(*_cells(report))
    return table
