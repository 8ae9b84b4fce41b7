"""`tprog analyze`: one page on a program."""

from pathlib import Path

import typer

from tprog.cli.choices import DATA, MODULE, MOST_RUN, PROGRAM, RECOMPUTE, TEST_SEED
from tprog.errors import FileProblem, TprogError, UnreadableSource


def analyze(
    program: str = PROGRAM,
    data: Path | None = DATA,
    task: str | None = MODULE,
    recompute: bool = RECOMPUTE,
    seed: int | None = TEST_SEED,
    limit: int | None = MOST_RUN,
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show sizes, accuracy, what each part does, the votes, and a few failing inputs.

    Of a Python file that is no program it says why, and what can be read from its source, which is no proof.

    Figures come from the manifest beside the file while its hash is the file's; otherwise they are measured.

    Example: tprog analyze sort
    """
    from tprog.analysis.disagreement import known_parting
    from tprog.analysis.explain.summary import summarize
    from tprog.analysis.measure.predictors import LIMIT
    from tprog.analysis.show.summary import parting_line, summary_page
    from tprog.cli.choices import known_task, named
    from tprog.cli.console import print_json, say, show
    from tprog.cli.progress import stages
    from tprog.manifest import read_manifest

    try:
        given = named(program)
    except (UnreadableSource, FileProblem) as refusal:
        _show_source(program, refusal, json_output)
        return
    found, source, place = given.program, given.source, given.place
    manifest = None if place.manifest is None else read_manifest(place.manifest)
    with stages(enabled=not json_output) as progress:
        summary = summarize(
            found,
            source=source,
            manifest=manifest,
            task=known_task(given, data, task),
            seed=seed,
            recompute=recompute,
            limit=limit or LIMIT,
            progress=progress,
        )
        parting = known_parting(found, source, manifest, recompute=recompute, limit=limit)
    if json_output:
        print_json(summary, parting=parting)
        return
    show(summary_page(summary))
    if parting is not None:
        say()
        show((parting_line(parting),))


def _show_source(program: str, refusal: TprogError, json_output: bool) -> None:
    """Show what can be said of the source of a file that is no program."""
    from tprog.analysis.show.source import source_page
    from tprog.cli.choices import reading_of
    from tprog.cli.console import print_json, show

    reading = reading_of(program, refusal)
    print_json(reading) if json_output else show(source_page(reading))
