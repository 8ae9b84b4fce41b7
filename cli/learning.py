"""One training from the command line: what is shown while it runs, and what is said at its end."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from tprog.analysis.training import Findings
    from tprog.ir import Program
    from tprog.learn.phases import Cut
    from tprog.learn.settings import TrainSettings
    from tprog.learn.train import TrainResult
    from tprog.tasks import Dataset, Task

# Guesses that are named; the manifest has more.
NAMED = 4


def learn_program(
    task: "Task",
    settings: "TrainSettings",
    folder: Path,
    *,
    fresh: bool,
    force: bool,
    keep_epochs: bool,
    start: "Program | None" = None,
    context: typer.Context | None = None,
) -> int:
    """Train, show how it goes, check the result and say what was learned; return the exit code.

    Args:
        task: what to learn.
        settings: how.
        folder: of the run.
        fresh: whether an unfinished run is begun again.
        force: whether a finished run is replaced.
        keep_epochs: whether the network of each epoch is kept.
        start: a Program to train on.
        context: of the command, which is shown again with what finds the same program; None shows none.

    Raises:
        Disagreement: network and emitted code differ.
    """
    from tprog.analysis.simplify.sound import sound
    from tprog.analysis.training import examine
    from tprog.cli.console import remark
    from tprog.cli.progress import stages
    from tprog.cli.training import watching
    from tprog.files import read_text
    from tprog.learn.run_folder import TABLES_FILE
    from tprog.learn.train import train
    from tprog.manifest import PROGRAM_FILE

    kept: list[Findings] = []
    checking = False
    with ExitStack() as display:
        watcher = display.enter_context(watching(task.spec))

        def check(
            result: "TrainResult", dataset: "Dataset", seconds: float | None
        ) -> dict[str, object]:
            nonlocal checking
            checking = True
            display.close()
            # What is kept in two files is written anew.
            whole = not (folder / TABLES_FILE).exists()
            source = read_text(folder / PROGRAM_FILE) if whole else None
            with stages() as progress:
                kept.append(examine(result, dataset, seconds, progress, source))
            return kept[0].to_metrics()

        try:
            result = train(
                *(task, settings, folder, watcher.show),
                resume=not fresh,
                force=force,
                start=start,
                keep_epochs=keep_epochs,
                shorten=sound,
                check=check,
                on_signal=lambda: watcher.say(
                    "interrupted: keeping the best so far (again: stop at once)"
                ),
            )
        except KeyboardInterrupt:
            return _broken_off(folder, checking)
    for failed in result.metrics.get("failed", []):
        remark(f"left out: {failed}")
    _tell(result, kept[0], task, folder)
    if result.cut is not None and not result.interrupted and context is not None:
        _say_how_to_repeat(context, result.cut)
    return 130 if result.interrupted else 0


def _broken_off(folder: Path, checking: bool) -> int:
    from tprog.cli.console import remark
    from tprog.manifest import PROGRAM_FILE

    what = "interrupted"
    if checking:
        what += f" before network and code were compared; what was learned is in {folder / PROGRAM_FILE}"
    remark(f"tprog: {what}; to go on, give the same command again")
    return 130


def _tell(result: "TrainResult", found: "Findings", task: "Task", folder: Path) -> None:
    """Say what was learned, what is known of it, and what is not."""
    from tprog.cli.again import command
    from tprog.cli.console import say, stdout
    from tprog.manifest import PROGRAM_FILE
    from tprog.terminal import Text

    word = "interrupted, the best so far" if result.interrupted else "learned"
    stdout().print(
        Text.assemble(
            (task.spec, "bold"),
            f": {word}: ",
            (f"{100 * result.metrics['test']:.2f} %", "bold"),
            " of the test labels are right",
        )
    )
    say(f"network and emitted code agree on {found.agreement.how}")
    if found.guesses is not None and found.guesses.count:
        count = found.guesses.count
        cells = "; ".join(map(str, found.guesses.cells[:NAMED])) + ("; …" if count > NAMED else "")
        say(
            f"no training example reached {count:,} table cell{'s' * (count > 1)}; there the program is a guess: {cells}"
        )
    if found.left_out:
        say(f"no time was left for {' and '.join(found.left_out)}")
    say(f"wrote {folder / PROGRAM_FILE}")
    if found.lines is not None:
        say(
            f"{command('simplify', folder)} can shorten it: {found.lines[0]} lines besides the votes, {found.lines[1]} or fewer after it"
        )
    if result.interrupted:
        say("to go on, give the same command again")
    else:
        say(f"next: {command('analyze', folder)} · {command('graph', folder)}")


def _say_how_to_repeat(context: typer.Context, cut: "Cut") -> None:
    """Say where the time ended the training, and which command finds the same program again."""
    from tprog.cli.again import again
    from tprog.cli.console import say

    if cut.phase == "search":
        changed: dict[str, object] = {"rounds": cut.search_rounds}
        if (context.params["rounds"] or 0) > (cut.search_rounds or 0):
            changed["schedule"] = context.params["schedule"] or cut.schedule
        many = "" if cut.search_rounds == 1 else "s"
        where = f"after {cut.search_rounds} round{many} of the search"
    else:
        changed = {"stop_epochs": cut.stop_epochs}
        if cut.stages is not None:
            changed["stages"] = cut.stages
        where = f"in the warm starts, after {', '.join(map(str, cut.stop_epochs or ()))} epochs"
        if cut.phase == "composition":
            where = (
                f"in the composition, after {'all' if cut.stages is None else cut.stages} stages"
            )
    say(f"the time was over {where}; the same program again:")
    say(f"  {again(context, changed, ('seconds', 'out', 'fresh', 'force', 'workers'))}")
