"""Progress on the terminal. Owns bars on standard error; refuses to know what is being done.

Nothing is shown where standard error is no terminal.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

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


def _bar() -> "Progress":
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
