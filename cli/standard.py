"""`tprog train --standard`: the baseline that is no program. Owns which options it takes and what is said at its end."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.learn.standard.settings import StandardSettings
    from tprog.tasks import Task


def refuse_program_options(given: Mapping[str, object]) -> None:
    """Refuse options that shape a program.

    Args:
        given: the options by name, None or False where they were not given.

    Raises:
        UsageError: one of them was.
    """
    wrong = [name for name, value in given.items() if value is not None and value is not False]
    if wrong:
        raise UsageError(
            f"{', '.join(wrong)} shape a program, and --standard learns none; leave them out"
        )


def learn_standard(
    task: "Task", settings: "StandardSettings", folder: Path, *, fresh: bool, force: bool
) -> bool:
    """Train a standard Transformer, say how good it is, and return whether it was interrupted."""
    from rich.markup import escape

    from tprog.cli.console import stdout
    from tprog.cli.training import watching
    from tprog.learn.standard.train import train_standard
    from tprog.locate import WEIGHTS_FILE

    with watching(task.spec) as on_progress:
        result = train_standard(task, settings, folder, on_progress, resume=not fresh, force=force)
    console = stdout()
    word = "interrupted, the best so far" if result.interrupted else "learned"
    console.print(
        f"[bold]{escape(task.spec)}[/]: standard Transformer {word}: "
        f"[bold]{100 * result.metrics['test']:.2f} %[/] of the test labels are right",
        highlight=False,
    )
    console.print(
        f"the best on validation data is epoch {result.metrics['best_epoch']} of {result.metrics['epochs']}; "
        "no program can be read from it",
        highlight=False,
        soft_wrap=True,
    )
    console.print(f"wrote {escape(str(folder / WEIGHTS_FILE))}", highlight=False, soft_wrap=True)
    if result.interrupted:
        console.print("to go on, give the same command again", highlight=False)
    return result.interrupted
