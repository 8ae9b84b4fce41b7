"""`tprog trace`: which branches a program's errors come from."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from tprog.cli.choices import INPUT, MODULE, PROGRAM
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.explain.trace import Examples, Metric, Tracing
    from tprog.cli.progress import Stages
    from tprog.ir import Program
    from tprog.locate import Named
    from tprog.tasks import Task

UNDECIDED = 4


def trace(
    program: str = PROGRAM,
    data: Path | None = typer.Option(
        None,
        "--data",
        "--examples",
        metavar="FILE",
        help="Examples: JSON lines, CSV or TSV with tokens and labels.",
    ),
    task: str | None = MODULE,
    text: str | None = INPUT,
    find: bool = typer.Option(
        False, "--find-errors", help="Search for failing inputs, led by which branches they reach."
    ),
    count: int = typer.Option(2000, "--count", min=1, help="Examples that are drawn of a task."),
    tries: int = typer.Option(50_000, min=1, help="Inputs that --find-errors tries."),
    metric: Literal["ochiai", "tarantula", "dstar"] = typer.Option(
        "ochiai", "--metric", help="Formula of the suspicion."
    ),
    top: int = typer.Option(10, "--top", min=1, help="Suspects and causes that are shown."),
    source: bool = typer.Option(False, "--source", help="Show the whole source, marked."),
    graph: Path | None = typer.Option(
        None, "--graph", "-o", metavar="FILE", help="Draw the suspects (.svg, .png, .pdf, .dot)."
    ),
    coverage: Path | None = typer.Option(
        None,
        "--coverage",
        metavar="FILE",
        help="Write coverage data, one context per example, for `coverage html --data-file FILE`.",
    ),
    seed: int = typer.Option(0, help="Seed of the examples and of the search."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Rank what a program's errors come from, and test every suspicion by repairing it.

    Runs labelled examples in the emitted code, under coverage, and follows every wrong label back. Exit code 4: the
    search of --find-errors found no error.

    Example: tprog trace program.py --graph suspects.svg
    """
    from tprog.analysis.show.page.trace_page import trace_page
    from tprog.cli.choices import check_picture, named
    from tprog.cli.console import print_json, say, stdout
    from tprog.cli.progress import stages
    from tprog.files import check_target

    if graph is not None:
        check_picture(graph)
    if coverage is not None:
        check_target(coverage)
    if text is not None and (data is not None or find):
        raise UsageError("--input is one example of a task; leave out --data and --find-errors")
    given = named(program)
    with stages(enabled=not json_output) as progress:
        traced, none_found = _traced(
            given,
            program,
            (data, task, text, find),
            (count, tries, seed),
            metric,
            coverage,
            progress,
        )
    if json_output:
        print_json(traced)
    else:
        stdout().print(trace_page(traced, top, source))
        if not traced.failing and not find:
            say("`--find-errors` searches for inputs that fail")
    written = [] if coverage is None else [coverage]
    if graph is not None:
        written.append(_draw(traced, graph))
    if not json_output:
        for path in written:
            say(f"wrote {path}")
    if none_found:
        raise typer.Exit(UNDECIDED)


def _traced(
    given: "Named",
    program: str,
    origin: tuple[Path | None, str | None, str | None, bool],
    numbers: tuple[int, int, int],
    metric: "Metric",
    coverage: Path | None,
    progress: "Stages | None",
) -> tuple["Tracing", bool]:
    """Return the tracing, and whether a search for errors found none."""
    from tprog.analysis.api import other_inputs
    from tprog.analysis.explain.trace import find_errors, trace_errors

    found = given.program
    file, module, text, find = origin
    count, tries, seed = numbers
    known = _task(given, program, file, module, find)
    none_found = False
    if find:
        assert known is not None
        search = find_errors(found, known, tries, seed, progress)
        examples, none_found = search.examples, not search.failing
    elif text is not None:
        assert known is not None
        examples = _one_example(found, known, text)
    else:
        examples = _examples(found, file, known, count, seed)
    place = _place(given, coverage)
    others = other_inputs(found, known, seed)
    traced = trace_errors(examples, place, metric, coverage, others, progress)
    return traced, none_found


def _task(
    given: "Named", program: str, file: Path | None, module: str | None, find: bool
) -> "Task | None":
    from tprog.cli.choices import task_of

    if file is not None and find:
        raise UsageError(
            "--find-errors needs a task, whose labels it can ask for; leave out --data"
        )
    if file is not None and module is not None:
        raise UsageError("give --data or --task, not both")
    spec = given.program.provenance.task
    if file is not None and spec is not None and spec.startswith(("data:", "module:")):
        return None
    known = task_of(given, None, module)
    if known is None and file is None:
        raise UsageError(f"{program} names no published task; give --data or --task")
    return known


def _examples(
    found: "Program", file: Path | None, known: "Task | None", count: int, seed: int
) -> "Examples":
    from tprog.analysis.explain.trace import file_examples, task_examples

    if file is not None:
        return file_examples(found, file)
    assert known is not None
    return task_examples(found, known, count, seed)


def _one_example(found: "Program", known: "Task", text: str) -> "Examples":
    """Return the input of `--input` with the labels that its task gives it."""
    from tprog.analysis.explain.trace import Example, given_examples
    from tprog.cli.inputs import parse_input

    framed = found.domain.frame(parse_input(found.domain, text))
    tokens = framed[found.domain.data_slice(len(framed))]
    return given_examples(found, [Example(tokens, known.truth(tokens))], f"task {known.spec}")


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


def _draw(traced: "Tracing", path: Path) -> Path:
    from tprog.analysis.explain.trace.picture import suspect_graph
    from tprog.analysis.show.graph.dot import Style
    from tprog.analysis.show.graph.draw import render
    from tprog.files import write_bytes

    graph, tints = suspect_graph(traced)
    style = replace(Style(), tints=tints)
    write_bytes(path, render(graph, path.suffix.removeprefix(".").lower(), style))
    return path
