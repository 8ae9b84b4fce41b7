"""`tprog trace`: which branches a program's errors come from."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from tprog.cli.choices import INPUT, MODULE, PROGRAM
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.explain.trace import LabelledExamples, Tracing
    from tprog.cli.progress import Stages
    from tprog.locate import Named
    from tprog.tasks.task import Task

UNDECIDED = 4
# Of the errors of a text program, so many are shown for each cause.
TOLD = 4

EXAMPLES = typer.Option(
    None,
    "--data",
    "--examples",
    metavar="FILE",
    help="Examples: JSON lines, CSV or TSV with tokens and labels.",
)
FIND = typer.Option(
    False, "--find-errors", help="Search for failing inputs, led by which branches they reach."
)
COUNT = typer.Option(2000, "--count", min=1, help="Examples that are drawn of a task.")
TRIES = typer.Option(50_000, min=1, help="Inputs that --find-errors tries.")
METRIC = typer.Option("ochiai", "--metric", help="Formula of the suspicion.")
TOP = typer.Option(10, "--top", min=1, help="Suspects and causes that are shown.")
SOURCE = typer.Option(False, "--source", help="Show the whole source, marked.")
GRAPH = typer.Option(
    None, "--graph", "-o", metavar="FILE", help="Draw the suspects (.svg, .png, .pdf, .dot)."
)
COVERAGE = typer.Option(
    None,
    "--coverage",
    metavar="FILE",
    help="Write coverage data, one context per example, for `coverage html --data-file FILE`.",
)
SEED = typer.Option(0, help="Seed of the examples and of the search.")
JSON = typer.Option(False, "--json", help="Print JSON.")


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where examples come from: the options of the command line."""

    data: Path | None
    task: str | None
    text: str | None
    find: bool
    count: int
    tries: int
    seed: int


def trace(
    program: str = PROGRAM,
    data: Path | None = EXAMPLES,
    task: str | None = MODULE,
    text: str | None = INPUT,
    find: bool = FIND,
    count: int = COUNT,
    tries: int = TRIES,
    metric: Literal["ochiai", "tarantula", "dstar"] = METRIC,
    top: int = TOP,
    source: bool = SOURCE,
    graph: Path | None = GRAPH,
    coverage: Path | None = COVERAGE,
    seed: int = SEED,
    json_output: bool = JSON,
) -> None:
    """Rank what a program's errors come from, and test every suspicion by repairing it.

    Runs labelled examples in the emitted code, under coverage, and follows every wrong label back. Exit code 4: the
    search of --find-errors found no error. Of a program that was learned from texts, the causes are told in words.

    Example: tprog trace program.py --graph suspects.svg
    """
    from tprog.analysis.api import other_inputs
    from tprog.analysis.explain.trace import trace_errors
    from tprog.analysis.show.errors import errors_page
    from tprog.cli.choices import named
    from tprog.cli.console import print_json, say, show
    from tprog.cli.progress import stages

    _check(graph, coverage)
    if text is not None and (data is not None or find):
        raise UsageError("--input is one example of a task; leave out --data and --find-errors")
    given = named(program)
    elsewhere = (json_output, source, find, graph, coverage, text, task)
    if not any(elsewhere) and _told(given, data):
        return
    origin = _Origin(data, task, text, find, count, tries, seed)
    with stages(enabled=not json_output) as progress:
        known = _task(given, program, origin)
        examples = _examples(given, known, origin, progress)
        others = other_inputs(given.program, known, seed)
        place = _place(given, coverage)
        traced = trace_errors(examples, place, metric, coverage, others, progress)
    if json_output:
        print_json(traced)
    else:
        show(errors_page(traced, top, source))
        if not traced.failing and not find:
            say("`--find-errors` searches for inputs that fail")
    if graph is not None:
        _draw(traced, graph)
    for path in () if json_output else (coverage, graph):
        if path is not None:
            say(f"wrote {path}")
    if find and not traced.failing:
        raise typer.Exit(UNDECIDED)


def _check(graph: Path | None, coverage: Path | None) -> None:
    """Refuse paths that cannot be written, before any work."""
    from tprog.cli.choices import check_picture
    from tprog.files import check_target

    if graph is not None:
        check_picture(graph)
    if coverage is not None:
        check_target(coverage)


def _told(given: "Named", data: Path | None) -> bool:
    """Say what the errors of a program that was learned from texts come from; nothing of others, which is told back."""
    from tprog.analysis.explain.text_errors import error_lines, text_errors
    from tprog.cli.choices import text_examples
    from tprog.cli.console import say

    texts = text_examples(given, data)
    if texts is None:
        return False
    errors = text_errors(given.program, texts.test, texts.train)
    for line in error_lines(errors, sum(len(one.labels) for one in texts.test), TOLD):
        say(line)
    return True


def _task(given: "Named", program: str, origin: _Origin) -> "Task | None":
    """Return the task that labels inputs; none where a file does and the program's own task is its user's."""
    from tprog.cli.choices import task_of

    if origin.data is not None and origin.find:
        raise UsageError(
            "--find-errors needs a task, whose labels it can ask for; leave out --data"
        )
    if origin.data is not None and origin.task is not None:
        raise UsageError("give --data or --task, not both")
    spec = given.program.provenance.task
    if origin.data is not None and spec is not None and spec.startswith(("data:", "module:")):
        return None
    known = task_of(given, None, origin.task)
    if known is None and origin.data is None:
        raise UsageError(f"{program} names no published task; give --data or --task")
    return known


def _examples(
    given: "Named", known: "Task | None", origin: _Origin, progress: "Stages | None"
) -> "LabelledExamples":
    """Return the examples of a file, of `--input`, of a search or of the task."""
    from tprog.analysis.explain.trace import (
        LabelledExample,
        file_examples,
        find_errors,
        given_examples,
        task_examples,
    )
    from tprog.cli.inputs import parse_input

    found = given.program
    if origin.data is not None:
        return file_examples(found, origin.data)
    assert known is not None
    if origin.find:
        return find_errors(found, known, origin.tries, origin.seed, progress)
    if origin.text is None:
        return task_examples(found, known, origin.count, origin.seed)
    framed = found.domain.frame(parse_input(found.domain, origin.text))
    tokens = framed[found.domain.data_slice(len(framed))]
    return given_examples(
        found, [LabelledExample(tokens, known.truth(tokens))], f"task {known.spec}"
    )


def _place(given: "Named", coverage: Path | None) -> str:
    """Return the file that the emitted code runs as: the program's own where it reads the same, else one beside the data."""
    from tprog.analysis.api import scratch_file
    from tprog.codegen import emit
    from tprog.files import write_bytes

    if coverage is None:
        return str(scratch_file())
    text = emit(given.program)
    if given.ours and given.source == text:
        return str(given.place.program.resolve())
    beside = coverage.resolve().with_name(f"{coverage.name.lstrip('.')}_program.py")
    write_bytes(beside, text.encode())
    return str(beside)


def _draw(traced: "Tracing", path: Path) -> None:
    from tprog.analysis.show.graph.dot import Style
    from tprog.analysis.show.graph.graphs import suspect_graph
    from tprog.analysis.show.graph.rendering import render
    from tprog.files import write_bytes

    graph, tints = suspect_graph(traced)
    style = replace(Style(), tints=tints)
    write_bytes(path, render(graph, path.suffix.removeprefix(".").lower(), style))
