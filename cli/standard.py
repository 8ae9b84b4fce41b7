"""`tprog train --standard`: the baseline that is no program. Owns which options it takes and what is said at its end."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.learn.standard.model import StandardSettings
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
    from tprog.cli.console import say, stdout
    from tprog.cli.training import watching
    from tprog.learn.standard.train import train_standard
    from tprog.manifest import WEIGHTS_FILE
    from tprog.terminal import Text

    with watching(task.spec) as watcher:
        result = train_standard(
            *(task, settings, folder, watcher.show),
            resume=not fresh,
            force=force,
            on_signal=lambda: watcher.say(
                "interrupted: keeping the best so far (again: stop at once)"
            ),
        )
    word = "interrupted, the best so far" if result.interrupted else "learned"
    stdout().print(
        Text.assemble(
            (task.spec, "bold"),
            f": standard Transformer {word}: ",
            (f"{100 * result.metrics['test']:.2f} %", "bold"),
            " of the test labels are right",
        )
    )
    say(
        f"the best on validation data is epoch {result.metrics['best_epoch']} of {result.metrics['epochs']}; "
        "no program can be read from it"
    )
    say(f"wrote {folder / WEIGHTS_FILE}")
    if result.interrupted:
        say("to go on, give the same command again")
    return result.interrupted
