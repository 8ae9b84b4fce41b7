"""`tprog report`: a program as one page for the browser."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import DATA, MODULE, MOST_RUN, OUTPUT, PROGRAM, RECOMPUTE, TEST_SEED

if TYPE_CHECKING:
    from tprog.ir import Program
    from tprog.locate import Named

SIMPLIFIED = "simplified.py"


def report(
    program: str = PROGRAM,
    output: Path | None = typer.Option(
        None, *OUTPUT, metavar="FILE", help="Where to write the page."
    ),
    open_page: bool = typer.Option(False, "--open", help="Show the page in the browser."),
    simplify_seconds: float = typer.Option(
        4.0, min=0.0, help="How long to look for a shorter program; 0 for not at all."
    ),
    quick: bool = typer.Option(
        False,
        "--quick",
        help="Leave out circuits, suspects and the search for a shorter program, which take longest.",
    ),
    data: Path | None = DATA,
    task: str | None = MODULE,
    recompute: bool = RECOMPUTE,
    seed: int | None = TEST_SEED,
    limit: int | None = MOST_RUN,
) -> None:
    """Write one HTML file that shows the program, runs it in the page, and tells where it fails.

    The file needs no network. Without --output, PROGRAM.html is written beside the program file (a gallery entry: to the
    current folder).

    Example: tprog report sort --open
    """
    from tprog.analysis.measure.predictors import LIMIT
    from tprog.analysis.show.report import make_report, render_report
    from tprog.cli.choices import beside, known_task, named, rasp_form_of
    from tprog.cli.console import say
    from tprog.cli.progress import stages
    from tprog.files import check_target, write_text
    from tprog.manifest import read_manifest

    given = named(program)
    place = given.place
    target = output or beside(program, place, ".html")
    check_target(target)
    with stages() as progress:
        made = make_report(
            given.program,
            given.source,
            file=place.program.name,
            manifest=None if place.manifest is None else read_manifest(place.manifest),
            task=known_task(given, data, task),
            simplified=_simplified(given),
            rasp=rasp_form_of(given),
            simplify_seconds=0.0 if quick else simplify_seconds,
            deep=not quick,
            seed=seed,
            limit=limit or LIMIT,
            recompute=recompute,
            progress=progress,
        )
        write_text(target, render_report(made))
    say(f"wrote {target}")
    if open_page:
        _open(target)


def _open(page: Path) -> None:
    import webbrowser

    webbrowser.open(page.resolve().as_uri())


def _simplified(given: "Named") -> "tuple[Program, str] | None":
    """Return the simplified program that lies beside one of ours, with its text."""
    from tprog.locate import read_named

    path = given.place.program
    short = path.with_name(SIMPLIFIED)
    if not given.ours or short == path or not short.is_file():
        return None
    other = read_named(short)
    return other.program, other.source
