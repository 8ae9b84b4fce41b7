"""`tprog graph`: the head dependency graph as a picture."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import INPUT, OUTPUT, PROGRAM
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.show.graph.model import Graph
    from tprog.locate import Named

DRAWN, LONGEST = 24, 6
"""Inputs of which the RASP form is drawn on one, and of how many symbols at most where there are such."""


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
    rasp: bool = typer.Option(
        False, "--rasp", help="Draw the algorithm.rasp beside it on one input: heads by layer."
    ),
    text: str | None = INPUT,
) -> None:
    """Draw which head reads what: heads by layer, edges named query, key and value.

    Without --output, PROGRAM.svg is written beside the program file (a gallery entry: to the current folder).

    With --rasp the picture follows --input, else an input of its domain, through its RASP form.

    Example: tprog graph sort --output sort.png
    """
    from tprog.analysis.show.graph.dot import Style
    from tprog.analysis.show.graph.rendering import CannotDraw, render
    from tprog.cli.choices import beside, check_picture, named
    from tprog.cli.console import say
    from tprog.files import write_bytes
    from tprog.locate import locate

    if output is None:
        output = beside(program, locate(program), ".svg")
    check_picture(output)
    ending = output.suffix.removeprefix(".").lower()
    if text is not None and not rasp:
        raise UsageError("--input is what --rasp draws; the graph of a program is of no input")
    if rasp:
        write_bytes(output, _algorithm(named(program), text, ending))
        say(f"wrote {output}")
        return
    found = _graph(program)
    style = Style(dead=not live, legend=legend, dpi=dpi)
    try:
        picture = render(found, ending, style)
    except CannotDraw:
        write_bytes(output.with_suffix(".dot"), render(found, "dot", style))
        say(f"wrote {output.with_suffix('.dot')} (DOT text)")
        raise
    write_bytes(output, picture)
    say(f"wrote {output}")


def _graph(program: str) -> "Graph":
    """Return the graph of a program; of a file that is none, that of its source, which is remarked."""
    from tprog.analysis.show.graph.graphs import source_graph
    from tprog.analysis.show.graph.model import build_graph
    from tprog.analysis.show.source import FIRST_LINE
    from tprog.cli.choices import named, reading_of
    from tprog.cli.console import remark
    from tprog.errors import FileProblem, UnreadableSource

    try:
        return build_graph(named(program).program)
    except (UnreadableSource, FileProblem) as refusal:
        reading = reading_of(program, refusal)
        if not reading.parts:
            raise
        remark(f"{FIRST_LINE}; no Program: {reading.reason}")
        return source_graph(reading)


def _algorithm(given: "Named", text: str | None, ending: str) -> bytes:
    """Return a picture of a program's RASP form at work on one input.

    Raises:
        UsageError: no RASP text lies beside it.
        OtherAlgorithm: the one that lies there is of another program.
    """
    from tprog.analysis.show.graph.rasp import rasp_picture
    from tprog.analysis.verify.rasp_form import rasp_form
    from tprog.cli.console import remark
    from tprog.cli.inputs import parse_input
    from tprog.evaluate import encode, sample_inputs
    from tprog.manifest import RASP_FILE

    place, domain = given.place, given.program.domain
    if place.rasp is None or not given.ours:
        file = place.program.with_name(RASP_FILE)
        raise UsageError(f"no {RASP_FILE} lies beside it; tprog lift PROGRAM -o {file} writes one")
    form = rasp_form(given.program, place.rasp)
    if text is None:
        batches = sample_inputs(domain, DRAWN, 0, None if domain.max_length else LONGEST)
        drawn = [one.data(row, domain) for one in batches for row in range(len(one))]
        tokens = max(drawn, key=lambda one: (min(len(one), LONGEST), -len(one), len(set(one))))
        remark(f"on {' '.join(tokens)} (another: --input)")
    else:
        ((_, batch),) = encode(domain, [parse_input(domain, text)])
        tokens = batch.data(0, domain)
    return rasp_picture(form.graph, tokens, form.names, ending)
