"""`tprog circuits`: which parts decide, for one input or over many."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from tprog.cli.choices import DATA, INPUT, MODULE, PROGRAM
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.show.graph.model import Graph

# As in `tprog.analysis.api`, which is not loaded for a help text.
INPUTS = 300


POSITION = typer.Option(
    None, help="One position of it, counted as `tprog run --explain` does: 0 is the prefix."
)
COUNT = typer.Option(INPUTS, min=1, help="How many random inputs are looked at.")
SEED = typer.Option(0, min=0, help="Of the random inputs.")
NEUTRAL = typer.Option(
    "rival",
    help="What the rest is held at: the value that each part has most often, overall or where the answer is another.",
)
GRAPH = typer.Option(
    None,
    "--graph",
    "-o",
    metavar="FILE",
    help="Draw the circuit; the ending (.svg, .png, .pdf, .dot) chooses the format.",
)
JSON = typer.Option(False, "--json", help="Print JSON.")


def circuits(
    program: str = PROGRAM,
    text: str | None = INPUT,
    position: int | None = POSITION,
    inputs: int = COUNT,
    seed: int = SEED,
    neutral: Literal["rival", "commonest"] = NEUTRAL,
    data: Path | None = DATA,
    task: str | None = MODULE,
    graph: Path | None = GRAPH,
    json_output: bool = JSON,
) -> None:
    """Show the smallest sets of heads and look-ups that alone still give the answer, and what each decides.

    Over many inputs: which circuits there are, how often each decides and on what kind of input. For one input: the
    circuit of each prediction; with --position also its votes and the values that computed them.

    Example: tprog circuits sort --input "3 1 4 1" --position 2 --graph circuit.svg
    """
    from tprog.analysis.explain.baseline_values import baseline_values
    from tprog.analysis.explain.circuits.closeup import closeups
    from tprog.analysis.explain.circuits.output import Predictions
    from tprog.analysis.explain.circuits.survey import survey
    from tprog.analysis.measure.reference import draw_reference, fitting_task
    from tprog.analysis.show.circuits import closeups_page, survey_page
    from tprog.analysis.show.graph.graphs import closeup_graph, survey_graph
    from tprog.cli.choices import check_picture, known_task, named
    from tprog.cli.console import print_json, show, stdout
    from tprog.cli.inputs import parse_input
    from tprog.cli.progress import counting

    if position is not None and text is None:
        raise UsageError("--position speaks of one input; give it with --input")
    if graph is not None:
        check_picture(graph)
    given = named(program)
    found = given.program
    chosen = fitting_task(found, known_task(given, data, task))
    reference = draw_reference(found, chosen, inputs, seed)
    held = baseline_values(found, reference, neutral)
    if text is not None:
        close = closeups(found, parse_input(found.domain, text), held, position)
        if graph is not None and len(close) != 1:
            raise UsageError("the graph shows a single prediction; choose one with --position")
        if json_output:
            print_json(Predictions([one.prediction() for one in close]))
        else:
            show(closeups_page(close))
        picture = None if graph is None else closeup_graph(close[0])
    else:
        with counting("circuits", enabled=not json_output) as progress:
            surveyed = survey(found, reference, chosen, held, progress)
        if json_output:
            print_json(surveyed)
        else:
            show(survey_page(surveyed, stdout().width))
        picture = None if graph is None else survey_graph(surveyed)
    if graph is not None and picture is not None:
        _draw(picture, graph, quiet=json_output)


def _draw(picture: "Graph", path: Path, quiet: bool) -> None:
    from tprog.analysis.show.graph.rendering import render
    from tprog.cli.console import say
    from tprog.files import write_bytes

    write_bytes(path, render(picture, path.suffix.removeprefix(".").lower()))
    if not quiet:
        say()
        say(f"wrote {path}")
