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
    from tprog.analysis.report import make_report, render_report
    from tprog.analysis.verify import LIMIT
    from tprog.cli.choices import user_task
    from tprog.cli.progress import stages
    from tprog.files import check_target, read_text, write_text
    from tprog.locate import gallery_folder, locate
    from tprog.manifest import read_manifest
    from tprog.reader import read_source

    if output is not None:
        check_target(output)
    place = locate(program)
    path = place.program
    source = read_text(path)
    found = read_source(source, name=str(path), folder=path.parent)
    beside = path.with_name(SIMPLIFIED)
    simplified = None
    if beside.is_file() and beside != path:
        text = read_text(beside)
        simplified = (read_source(text, name=str(beside), folder=path.parent), text)
    with stages() as progress:
        made = make_report(
            found,
            source,
            file=path.name,
            manifest=None if place.manifest is None else read_manifest(place.manifest),
            task=user_task(data, task),
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
        inside = path.is_relative_to(gallery_folder()) and not Path(program).exists()
        output = Path(f"{path.parent.name}.html") if inside else path.with_suffix(".html")
    write_text(output, page)
    print(f"wrote {output}")
    if open_page:
        import webbrowser

        webbrowser.open(output.resolve().as_uri())
