"""`tprog simplify`: the shortest program that answers the same."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import DATA, MODULE, OUTPUT, PROGRAM
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.simplify.demand import Keep
    from tprog.analysis.simplify.simplify import Simplified
    from tprog.cli.progress import Stages
    from tprog.ir import Program
    from tprog.locate import Named
    from tprog.stopping import Stopper
    from tprog.synthesis.parts import Step
    from tprog.tasks.task import Task

KEEPS: "tuple[Keep, ...]" = ("exact", "correct", "accuracy")
KEEP = typer.Option(
    "exact",
    metavar="WHAT",
    help="What must stay: exact (every answer), correct (every right answer) or accuracy (as many right answers).",
)
FLOOR = typer.Option(
    None,
    metavar="SHARE",
    help="For --keep accuracy: the least share of right answers, such as 0.99.",
)
TARGET = typer.Option(None, *OUTPUT, metavar="FILE", help="Where to write the result.")
IN_PLACE = typer.Option(
    False, "--in-place", help="Replace the file; the old one is kept beside it as FILE.bak."
)
SAMPLED = typer.Option(
    False,
    "--sampled",
    help="Where there are too many inputs: go by a sample, which proves nothing.",
)
REWRITE = typer.Option(
    False,
    "--rewrite",
    help="Let modules that are found for the task take the place of the program's own; "
    "that is often shorter, but no longer shows how the program did it.",
)


def simplify(
    program: str = PROGRAM,
    keep: str = KEEP,
    floor: float | None = FLOOR,
    output: Path | None = TARGET,
    in_place: bool = IN_PLACE,
    diff: bool = typer.Option(False, "--diff", help="Print what would change."),
    seconds: float = typer.Option(300.0, min=0.0, help="When to stop searching."),
    sampled: bool = SAMPLED,
    rewrite: bool = REWRITE,
    data: Path | None = DATA,
    task: str | None = MODULE,
    seed: int = typer.Option(0, help="Of samples."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Find the shortest program that can be shown to answer the same, and say what each pass removed.

    Nothing is written without --output or --in-place. Names and notes of heads that stay are kept.

    Example: tprog simplify sort --diff
    """
    from tprog.cli.choices import named, task_of
    from tprog.files import check_target

    if output is not None and in_place:
        raise UsageError("give --output or --in-place, not both")
    given = named(program)
    if in_place:
        _refuse_in_place(program, given)
    needed = _keep(keep) != "exact" or sampled or rewrite
    truth = task_of(given, data, task) if needed else None
    if rewrite and truth is None:
        raise UsageError(
            "--rewrite puts modules together for a task; give one with --task or --data"
        )
    if output is not None:
        check_target(output)
    other = truth if rewrite else None
    result = _shortened(
        given.program, _keep(keep), truth, other, floor, sampled, seconds, seed, not json_output
    )
    # A file that cannot be made shorter stays as a person left it.
    place = None if result.program is given.program else given.place.program
    target = place if in_place else output
    if target is not None:
        _write(result.program, target, given if in_place else None)
    _show(result, program, given, target, in_place=in_place, diff=diff, json_output=json_output)
    if result.interrupted:
        raise typer.Exit(130)


def _refuse_in_place(program: str, given: "Named") -> None:
    """Refuse to replace what is no file of ours, or belongs to the gallery."""
    from tprog.locate import gallery_folder, gallery_names

    if not given.ours:
        raise UsageError(f"{program} is no program of tprog, and stays as it is; give --output")
    if program in gallery_names() and given.place.program.is_relative_to(gallery_folder()):
        raise UsageError(f"{program} is an entry of the gallery and stays as it is; give --output")


def _shortened(
    program: "Program",
    keep: "Keep",
    truth: "Task | None",
    found_for: "Task | None",
    floor: float | None,
    sampled: bool,
    seconds: float,
    seed: int,
    shown: bool,
) -> "Simplified":
    """Search for the shortest program, with progress where it is shown; a signal ends the search with the best so far."""
    from tprog.analysis.simplify.simplify import simplify as shorten
    from tprog.cli.console import remark
    from tprog.cli.progress import stages
    from tprog.stopping import stopper

    def interrupted() -> None:
        remark("interrupted: checking the best so far (again: stop at once and write nothing)")

    with stages(enabled=shown) as progress, stopper(on_signal=interrupted) as stop:
        return shorten(
            program,
            keep,
            task=truth,
            floor=floor,
            sampled=sampled,
            other=None if found_for is None else _found(found_for, seed, progress, stop),
            seconds=seconds,
            seed=seed,
            progress=progress,
            should_stop=stop,
        )


def _show(
    result: "Simplified",
    program: str,
    given: "Named",
    target: Path | None,
    *,
    in_place: bool,
    diff: bool,
    json_output: bool,
) -> None:
    """Print what was found and where it was written."""
    from tprog.analysis.show.simplified import simplified_page
    from tprog.analysis.simplify.comments import with_comments
    from tprog.cli.console import print_json, say, show, stdout
    from tprog.codegen import emit

    if json_output:
        print_json({**result.to_json(), "written": target})
        return
    console = stdout()
    if diff:
        name, source = str(given.place.program), given.source
        after = with_comments(source, given.program, emit(result.program))
        names = (name, f"{name} (simplified)")
        for line in difflib.unified_diff(
            source.splitlines(), after.splitlines(), *names, lineterm=""
        ):
            say(line, keep="\t")
        return
    show(simplified_page(result, program))
    console.print()
    if in_place and target is None:
        console.print("nothing shorter was found, so the file stays as it is", style="dim")
    elif target is None:
        console.print("nothing is written; give --output FILE or --in-place", style="dim")
    else:
        kept = f"; the old one is {target.name}.bak" if in_place else ""
        console.print(f"wrote {target}{kept}", style="dim")


def _found(task: "Task", seed: int, progress: "Stages | None", stop: "Stopper") -> "Program | None":
    """Return the Program of an algorithm that synthesis finds for a task; None where there is none."""
    from dataclasses import replace

    from tprog.learn.settings import recipe_synthesis
    from tprog.learn.synthesised import synthesised
    from tprog.tasks.dataset import make_dataset

    def report(step: "Step", _: object) -> None:
        if progress is not None:
            progress("looking for an algorithm", step.candidates, None)

    settings = replace(recipe_synthesis(task), seed=seed)
    found = synthesised(make_dataset(task, seed), settings, stop, report)
    return None if found is None else found.program


def _keep(keep: str) -> "Keep":
    for known in KEEPS:
        if keep == known:
            return known
    raise UsageError(f"--keep {keep} is none of {', '.join(KEEPS)}")


def _write(program: "Program", target: Path, replaced: "Named | None") -> None:
    """Write a program and what belongs to it, all or nothing; where it takes the place of a file, that is kept as a backup."""
    from tprog.analysis.simplify.comments import with_comments
    from tprog.codegen import emit_files
    from tprog.files import write_all

    files = {}
    if replaced is not None:
        files[target.with_name(target.name + ".bak")] = target.read_bytes()
    for name, text in emit_files(program, target.stem).items():
        if name.endswith(".json"):
            files[target.with_name(name)] = text.encode()
        else:
            if replaced is not None:
                text = with_comments(replaced.source, replaced.program, text)
            files[target] = text.encode()
    write_all(files)
