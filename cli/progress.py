"""Progress on the terminal. Owns bars on standard error; refuses to know what is being done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def counting(
    what: str, *, enabled: bool = True
) -> Iterator[Callable[[int, int | None], None] | None]:
    """Show a bar while something is counted; the function that is given takes the number done and the number in all.

    Nothing is shown where standard error is no terminal.
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from tprog.cli.console import stderr

    console = stderr()
    if not enabled or not console.is_terminal:
        yield None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar:
        shown = bar.add_task(what, total=None)

        def update(done: int, total: int | None) -> None:
            bar.update(shown, completed=done, total=total)

        yield update
