"""`tprog report`: a program as one page for the browser."""

from pathlib import Path

import typer

from tprog.cli.choices import DATA, MODULE, OUTPUT, PROGRAM

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
    recompute: bool = typer.Option(
        False, "--recompute", help="Measure again, even where the manifest's hashes match."
    ),
    seed: int | None = typer.Option(
        None, help="Of the test data; by default the manifest's, else 0."
    ),
    limit: int | None = typer.Option(
        None, min=1, help="The most inputs to run one by one; beyond it, a sample."
    ),
) -> None:
    """Write one HTML file that shows the program, runs it in the page, and tells where it fails.

    The file needs no network. Without --output, PROGRAM.html is written beside the program file (a gallery entry: to the
    current folder).

    Example: tprog report sort --open
    """
    from tprog.analysis.measure.predictors import LIMIT
    from tprog.analysis.show.report import make_report, render_report
    from tprog.cli.choices import beside, known_task, named
    from tprog.cli.console import say
    from tprog.cli.progress import stages
    from tprog.files import check_target, write_text
    from tprog.locate import read_named
    from tprog.manifest import read_manifest

    if output is not None:
        check_target(output)
    given = named(program)
    place, path = given.place, given.place.program
    short = path.with_name(SIMPLIFIED)
    simplified = None
    if given.ours and short.is_file() and short != path:
        other = read_named(short)
        simplified = (other.program, other.source)
    with stages() as progress:
        made = make_report(
            given.program,
            given.source,
            file=path.name,
            manifest=None if place.manifest is None else read_manifest(place.manifest),
            task=known_task(given, data, task),
            simplified=simplified,
            simplify_seconds=0.0 if quick else simplify_seconds,
            deep=not quick,
            seed=seed,
            limit=limit or LIMIT,
            recompute=recompute,
            progress=progress,
        )
        page = render_report(made)
    if output is None:
        output = beside(program, place, ".html")
    write_text(output, page)
    say(f"wrote {output}")
    if open_page:
        import webbrowser

        webbrowser.open(output.resolve().as_uri())
