"""What several commands let a user choose: the task that a program is measured against. Owns no logic of its own."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.ir import Program
    from tprog.tasks import Task

PROGRAM = typer.Argument(
    ..., metavar="PROGRAM", help="A program file, a run folder or the name of a gallery entry."
)
DATA = typer.Option(None, "--data", metavar="FILE", help="JSON lines with tokens and labels.")
MODULE = typer.Option(None, "--task", metavar="MODULE:NAME", help="A task of your own code.")


def user_task(data: Path | None, module: str | None) -> "Task | None":
    """Return the task of `--data` or `--task`, None where neither is given.

    Raises:
        UsageError: both are given, or there is no such task.
        TprogError: the file is no data file.
    """
    from tprog.tasks import load_data_task, load_module_task

    if data is not None and module is not None:
        raise UsageError("give --data or --task, not both")
    if data is not None:
        return load_data_task(data)
    return None if module is None else load_module_task(module)


def task_of(program: "Program", data: Path | None, module: str | None) -> "Task | None":
    """Return the task that a program is measured against: the user's, or the published one that it names."""
    from tprog.tasks import get_task

    given = user_task(data, module)
    if given is not None:
        return given
    spec = program.provenance.task
    # A program made from a user's own data names a task that only the user can give again.
    if spec is None or spec.startswith(("data:", "module:")):
        return None
    return get_task(spec)
