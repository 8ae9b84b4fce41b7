"""Trainings from the command line: what is shown while one runs, and what is said at its end."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from tprog.analysis.training import Findings, Stages, Trained
    from tprog.ir import Program
    from tprog.learn.phases import Cut
    from tprog.learn.settings import TrainSettings
    from tprog.learn.standard.model import StandardSettings
    from tprog.tasks.task import Task
    from tprog.terminal import Table

# Guesses that are named; the manifest has more.
NAMED = 4
KEEPING = "interrupted: keeping the best so far (again: stop at once)"


def learn_program(
    task: "Task",
    settings: "TrainSettings",
    folder: Path,
    fresh: bool,
    force: bool,
    keep_epochs: bool,
    *,
    start: "Program | None" = None,
    held: tuple[str, ...] | None = None,
    context: typer.Context | None = None,
) -> int:
    """Train, show how it goes, and say what was learned; return the exit code.

    Args:
        task: what to learn.
        settings: how.
        folder: of the run.
        fresh: whether an unfinished run is begun again.
        force: whether a finished run is replaced.
        keep_epochs: whether the network of each epoch is kept.
        start: a Program to train on.
        held: its parts that are kept while the rest is learned anew; None where the search goes on from it.
        context: of the command, which is shown again with what finds the same program; None shows none.

    Raises:
        Disagreement: network and emitted code differ.
    """
    from tprog.analysis.training import train
    from tprog.cli.progress import stages, watching

    bars: list[Stages | None] = []
    with ExitStack() as display:
        watcher = display.enter_context(watching(task.spec))

        def checking(what: str, done: int, total: int | None) -> None:
            if not bars:
                display.close()
                bars.append(display.enter_context(stages()))
            if bars[0] is not None:
                bars[0](what, done, total)

        try:
            result = train(
                *(task, settings, folder, watcher.show),
                resume=not fresh,
                force=force,
                start=start,
                held=held,
                keep_epochs=keep_epochs,
                on_check=checking,
                on_signal=lambda: watcher.say(KEEPING),
            )
        except KeyboardInterrupt:
            return _broken_off(folder, checking=bool(bars))
    _tell(result, task, folder)
    if result.cut is not None and not result.interrupted and context is not None:
        _say_how_to_repeat(context, result.cut)
    return 130 if result.interrupted else 0


def _broken_off(folder: Path, *, checking: bool) -> int:
    from tprog.cli.console import remark
    from tprog.manifest import PROGRAM_FILE

    what = "interrupted"
    if checking:
        what += f" before network and code were compared; what was learned is in {folder / PROGRAM_FILE}"
    remark(f"tprog: {what}; to go on, give the same command again")
    return 130


def _tell(result: "Trained", task: "Task", folder: Path) -> None:
    """Say what was learned, what is known of it, and what is not."""
    from tprog.cli.again import command
    from tprog.cli.console import remark, say
    from tprog.manifest import PROGRAM_FILE

    for failed in result.metrics.get("failed", []):
        remark(f"left out: {failed}")
    _headline(task, "", result)
    found = result.findings
    say(f"network and emitted code agree on {found.agreement.how}")
    _say_guesses(found)
    if found.left_out:
        say(f"no time was left for {' and '.join(found.left_out)}")
    _say_algorithm(result)
    say(f"wrote {folder / PROGRAM_FILE}")
    if found.lines is not None:
        say(
            f"{command('simplify', folder)} can shorten it: {found.lines[0]} lines besides the votes, {found.lines[1]} or fewer after it"
        )
    if result.interrupted:
        say("to go on, give the same command again")
    else:
        say(f"next: {command('analyze', folder)} · {command('graph', folder)}")


def _say_algorithm(result: "Trained") -> None:
    """Say what synthesis found, where it did."""
    from tprog.cli.console import say

    found = result.metrics.get("synthesis")
    way = "found"
    if found is None and "chosen" in result.metrics.get("distilled", {}):
        found, way = result.metrics["distilled"], "distilled from a learned program"
    if found is None:
        return
    say(found["rasp"], keep="\n")
    part = f"{way} by {found['part']}"
    say(part if found.get("chosen") else f"{part}; the program was put together in a shorter way")
    if found["longest"]:
        held = "right" if found["holds"] else "not always right"
        say(f"{held} on {found['longer']:,} longer inputs, to length {found['longest']}")


def _headline(task: "Task", model: str, result: Any) -> None:
    """Say how much of the test data a `Trained` or a `StandardResult` gives rightly."""
    from tprog.cli.console import stdout
    from tprog.terminal import Text

    word = "interrupted, the best so far" if result.interrupted else "learned"
    stdout().print(
        Text.assemble(
            (task.spec, "bold"),
            f": {model}{word}: ",
            (f"{100 * result.metrics['test']:.2f} %", "bold"),
            " of the test labels are right",
        )
    )


def _say_guesses(found: "Findings") -> None:
    from tprog.cli.console import say

    if found.guesses is None or not found.guesses.count:
        return
    count = found.guesses.count
    cells = "; ".join(map(str, found.guesses.cells[:NAMED])) + ("; …" if count > NAMED else "")
    say(
        f"no training example reached {count:,} table cell{'s' * (count > 1)}; there the program is a guess: {cells}"
    )


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
        where = f"in the warm starts, after {', '.join(map(str, cut.stop_epochs or ()))} epochs"
    say(f"the time was over {where}; the same program again:")
    say(f"  {again(context, changed, ('seconds', 'out', 'fresh', 'force', 'workers'))}")


def learn_seeds(
    task: "Task",
    settings: "TrainSettings",
    folders: Mapping[int, Path],
    fresh: bool,
    force: bool,
    keep_epochs: bool,
) -> int:
    """Train once for each seed, then say which learned the same algorithm; return the exit code.

    A run that is finished is left as it is, so that a command that was cut goes on where it was.

    Args:
        task: what to learn.
        settings: of all runs, but for the seed; their seconds are for all of them together.
        folders: the run folder of each seed.
        fresh: whether unfinished runs are begun again.
        force: whether finished runs are replaced.
        keep_epochs: whether the network of each epoch is kept.
    """
    from tprog.analysis.training import open_runs
    from tprog.cli.console import stdout

    for folder, own in open_runs(settings, folders, force):
        code = learn_program(task, own, folder, fresh, force, keep_epochs)
        if code:
            return code
    stdout().print(_table(folders))
    return 0


def _table(folders: Mapping[int, Path]) -> "Table":
    """Return a table of the runs: accuracy, size and algorithm of each."""
    from tprog.analysis.diff.families import families
    from tprog.analysis.measure.sizes import sizes
    from tprog.locate import load
    from tprog.manifest import MANIFEST_FILE, PROGRAM_FILE, read_manifest
    from tprog.terminal import Table

    programs = {seed: load(folder) for seed, folder in folders.items()}
    table = Table()
    for title in ("seed", "test data", "parts", "lines"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("algorithm")
    families_of = families(list(programs.values()))
    for (seed, program), family in zip(programs.items(), families_of, strict=True):
        folder = folders[seed]
        metrics = read_manifest(folder / MANIFEST_FILE).metrics
        source = (folder / PROGRAM_FILE).read_text(encoding="utf-8")
        same = [
            str(other)
            for other, each in zip(programs, families_of, strict=True)
            if each.letter == family.letter and other != seed
        ]
        shared = ""
        if same:
            shared = f", as seed{'s' * (len(same) > 1)} {', '.join(same)}"
        elif family.nearest is not None:
            nearest = list(programs)[family.nearest]
            shared = (
                f", shares {family.shared} of {len(program.operations)} parts with seed {nearest}"
            )
        table.add_row(
            str(seed),
            f"{100 * metrics['test']:.2f} %",
            str(len(program.operations)),
            str(sizes(program, source).lines),
            family.letter + shared + ("" if family.same_votes or not same else "; other votes"),
        )
    return table


def learn_standard(
    task: "Task", settings: "StandardSettings", folder: Path, fresh: bool, force: bool
) -> int:
    """Train a standard Transformer, say how good it is, and return the exit code."""
    from tprog.cli.console import say
    from tprog.cli.progress import watching
    from tprog.learn.standard.train import train_standard
    from tprog.manifest import WEIGHTS_FILE

    with watching(task.spec) as watcher:
        result = train_standard(
            *(task, settings, folder, watcher.show),
            resume=not fresh,
            force=force,
            on_signal=lambda: watcher.say(KEEPING),
        )
    _headline(task, "standard Transformer ", result)
    say(
        f"the best on validation data is epoch {result.metrics['best_epoch']} of {result.metrics['epochs']}; "
        "no program can be read from it"
    )
    say(f"wrote {folder / WEIGHTS_FILE}")
    if result.interrupted:
        say("to go on, give the same command again")
    return 130 if result.interrupted else 0
