"""`tprog graph`: the head dependency graph as a picture."""

from pathlib import Path

import typer

from tprog.cli.choices import OUTPUT, PROGRAM


def graph(
    program: str = PROGRAM,
    output: Path | None = typer.Option(
        None,
        *OUTPUT,
        metavar="FILE",
        help="Where to write; the ending (.svg, .png, .pdf, .dot) chooses the format.",
    ),
    live: bool = typer.Option(False, "--live", help="Leave out parts that reach no vote."),
    legend: bool = typer.Option(True, help="Explain the colours above the picture."),
    dpi: int = typer.Option(144, min=50, max=600, help="Dots per inch of a PNG."),
) -> None:
    """Draw which head reads what: heads by layer, edges named query, key and value.

    Without --output, PROGRAM.svg is written beside the program file (a gallery entry: to the current folder).

    Example: tprog graph sort --output sort.png
    """
    from tprog.analysis.show.graph.dot import Style
    from tprog.analysis.show.graph.model import build_graph
    from tprog.analysis.show.graph.rendering import CannotDraw, render
    from tprog.analysis.show.source import FIRST_LINE
    from tprog.cli.choices import beside, check_picture, named, reading_of
    from tprog.cli.console import remark, say
    from tprog.errors import FileProblem, UnreadableSource
    from tprog.files import write_bytes
    from tprog.locate import locate

    if output is None:
        output = beside(program, locate(program), ".svg")
    check_picture(output)
    ending = output.suffix.removeprefix(".").lower()
    try:
        found = build_graph(named(program).program)
    except (UnreadableSource, FileProblem) as refusal:
        reading = reading_of(program, refusal)
        if not reading.parts:
            raise
        remark(f"{FIRST_LINE}; no Program: {reading.reason}")
        from tprog.analysis.show.graph.graphs import source_graph

        found = source_graph(reading)
    style = Style(dead=not live, legend=legend, dpi=dpi)
    try:
        picture = render(found, ending, style)
    except CannotDraw:
        write_bytes(output.with_suffix(".dot"), render(found, "dot", style))
        say(f"wrote {output.with_suffix('.dot')} (DOT text)")
        raise
    write_bytes(output, picture)
    say(f"wrote {output}")
