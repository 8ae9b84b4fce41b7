"""`tprog simplify`: the shortest program that answers the same."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import DATA, MODULE, OUTPUT, PROGRAM
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.simplify import Keep, Simplified
    from tprog.cli.progress import Stages
    from tprog.ir import Program
    from tprog.locate import Named
    from tprog.tasks import Task

KEEPS = ("exact", "correct", "accuracy")


def simplify(
    program: str = PROGRAM,
    keep: str = typer.Option(
        "exact",
        metavar="WHAT",
        help="What must stay: exact (every answer), correct (every right answer) or accuracy (as many right answers).",
    ),
    floor: float | None = typer.Option(
        None,
        metavar="SHARE",
        help="For --keep accuracy: the least share of right answers, such as 0.99.",
    ),
    output: Path | None = typer.Option(
        None, *OUTPUT, metavar="FILE", help="Where to write the result."
    ),
    in_place: bool = typer.Option(
        False, "--in-place", help="Replace the file; the old one is kept beside it as FILE.bak."
    ),
    diff: bool = typer.Option(False, "--diff", help="Print what would change."),
    seconds: float = typer.Option(300.0, min=0.0, help="When to stop searching."),
    sampled: bool = typer.Option(
        False,
        "--sampled",
        help="Where there are too many inputs: go by a sample, which proves nothing.",
    ),
    rewrite: bool = typer.Option(
        False,
        "--rewrite",
        help="Let modules that are put together for the task take the place of the program's own; "
        "that is often shorter, but no longer shows how the program did it.",
    ),
    data: Path | None = DATA,
    task: str | None = MODULE,
    seed: int = typer.Option(0, help="Of samples."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Find the shortest program that can be shown to answer the same, and say what each pass removed.

    Nothing is written without --output or --in-place. Names and notes of heads that stay are kept.

    Example: tprog simplify sort --diff
    """
    from tprog.analysis.simplify import simplify as shorten
    from tprog.cli.choices import named, task_of
    from tprog.cli.console import remark
    from tprog.cli.progress import stages
    from tprog.files import check_target
    from tprog.locate import gallery_folder, gallery_names
    from tprog.stopping import stopper

    if output is not None and in_place:
        raise UsageError("give --output or --in-place, not both")
    given = named(program)
    found, place = given.program, given.place.program
    if in_place and not given.ours:
        raise UsageError(f"{program} is no program of tprog, and stays as it is; give --output")
    if in_place and program in gallery_names() and place.is_relative_to(gallery_folder()):
        raise UsageError(f"{program} is an entry of the gallery and stays as it is; give --output")
    needed = _keep(keep) != "exact" or sampled or rewrite
    truth = task_of(given, data, task) if needed else None
    if rewrite and truth is None:
        raise UsageError(
            "--rewrite puts modules together for a task; give one with --task or --data"
        )
    if output is not None:
        check_target(output)
    with (
        stages(enabled=not json_output) as progress,
        stopper(
            on_signal=lambda: remark(
                "interrupted: checking the best so far (again: stop at once and write nothing)"
            )
        ) as stop,
    ):
        result = shorten(
            found,
            _keep(keep),
            task=truth,
            floor=floor,
            sampled=sampled,
            other=_composed(truth, seed, progress) if rewrite and truth is not None else None,
            seconds=seconds,
            seed=seed,
            progress=progress,
            should_stop=stop,
        )
    # A file that cannot be made shorter stays as a person left it.
    target = (None if result.program is found else place) if in_place else output
    if target is not None:
        _write(result.program, target, found if in_place else None, given.source)
    _show(result, program, given, target, in_place=in_place, diff=diff, json_output=json_output)
    if result.interrupted:
        raise typer.Exit(130)


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
    from tprog.analysis.show.page.simplify_page import simplify_page
    from tprog.analysis.simplify.remarks import with_comments
    from tprog.cli.console import print_json, say, stdout
    from tprog.codegen import emit

    if json_output:
        print_json({**result.to_json(), "written": target})
        return
    console = stdout()
    if diff:
        after = with_comments(given.source, given.program, emit(result.program))
        for line in _diff(given.source, after, str(given.place.program)).splitlines():
            say(line, keep="\t")
        return
    console.print(simplify_page(result, program))
    console.print()
    if in_place and target is None:
        console.print("nothing shorter was found, so the file stays as it is", style="dim")
    elif target is None:
        console.print("nothing is written; give --output FILE or --in-place", style="dim")
    else:
        kept = f"; the old one is {target.name}.bak" if in_place else ""
        console.print(f"wrote {target}{kept}", style="dim")


def _composed(task: "Task", seed: int, progress: "Stages | None") -> "Program | None":
    """Return the best Program that can be put together for a task; None where there is none."""
    from tprog.learn.compose.compose import compose
    from tprog.learn.recipes import recipe_sizes
    from tprog.tasks import make_dataset

    if progress is not None:
        progress("putting modules together", 0, None)
    found = compose(make_dataset(task, seed), recipe_sizes(task))
    return found[0].program if found else None


def _keep(keep: str) -> "Keep":
    for known in KEEPS:
        if keep == known:
            return known  # type: ignore[return-value]  # A literal of the tuple above.
    raise UsageError(f"--keep {keep} is none of {', '.join(KEEPS)}")


def _write(program: "Program", target: Path, before: "Program | None", source: str) -> None:
    """Write a program and what belongs to it, all or nothing.

    Args:
        program: what is written.
        target: where.
        before: the program whose file this takes the place of, which is kept as a backup; None where it does of none.
        source: the text of that file.
    """
    from tprog.analysis.simplify.remarks import with_comments
    from tprog.codegen import emit_files
    from tprog.files import write_all

    files = {}
    if before is not None:
        files[target.with_name(target.name + ".bak")] = target.read_bytes()
    for name, text in emit_files(program, target.stem).items():
        if name.endswith(".json"):
            files[target.with_name(name)] = text.encode()
        else:
            files[target] = (
                text if before is None else with_comments(source, before, text)
            ).encode()
    write_all(files)


def _diff(before: str, after: str, name: str) -> str:
    import difflib

    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        name,
        f"{name} (simplified)",
    )
    return "".join(lines)
