"""`tprog compile`: RASP to a Program for one alphabet and one greatest length."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import OUTPUT, VOCABULARY
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.ir import Domain
    from tprog.rasp.compile import Compiled

SOURCE = typer.Argument(..., metavar="FILE|EXPR", help="A RASP file, or an expression in quotes.")


def compile_rasp(
    source: str = SOURCE,
    vocabulary: str | None = VOCABULARY,
    length: int | None = typer.Option(None, min=1, help="The greatest number of symbols."),
    name: str | None = typer.Option(
        None, help="The s-op of the file to compile; by default its last value."
    ),
    task: str | None = typer.Option(
        None,
        "--task",
        metavar="TASK",
        help="Take alphabet, length and frame from a published task, such as sort:length=12.",
    ),
    output: Path | None = typer.Option(
        None, *OUTPUT, metavar="FILE", help="Where to write; without it the program is printed."
    ),
    seed: int = typer.Option(0, help="Of the sample, where inputs are too many to list."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Compile RASP to a Program, and compare the two on every input where these can be listed.

    Example: tprog compile "aggregate(select(indices, length-1-indices, ==), tokens)" --vocab a,b,c --length 5
    """
    from tprog.cli.console import print_json, remark, say
    from tprog.codegen import emit
    from tprog.files import check_target, write_text
    from tprog.rasp.compile import compile_graph
    from tprog.rasp.module import graph_of

    domain = _domain(vocabulary, length, task)
    if output is not None:
        check_target(output)
    compiled = compile_graph(
        graph_of(source, name), domain, title=f"Compiled from RASP: {name or source}", seed=seed
    )
    text = emit(compiled.program)
    if output is not None:
        write_text(output, text)
    if json_output:
        print_json(_facts(compiled, output))
        return
    if output is None:
        say(text)
    remark(_sentence(compiled))
    if output is not None:
        say(f"wrote {output}")


def _domain(vocabulary: str | None, length: int | None, task: str | None) -> "Domain":
    from tprog.cli.choices import symbols_of
    from tprog.ir import Domain
    from tprog.tasks.registry import get_task

    if task is not None:
        if vocabulary is not None or length is not None:
            raise UsageError("give --task, or --vocab and --length")
        return get_task(task).domain
    if vocabulary is None or length is None:
        raise UsageError(
            "a Program has an alphabet and a length: give --vocab and --length, or --task"
        )
    return Domain(symbols_of(vocabulary), length)


def _sentence(compiled: "Compiled") -> str:
    program = compiled.program
    layers = len(set(program.layers))
    compared = (
        f"on every one of {compiled.inputs:,} inputs"
        if compiled.exhaustive
        else f"on {compiled.inputs:,} sampled inputs; that is no proof"
    )
    return (
        f"{layers} layer{'' if layers == 1 else 's'}; it gives the RASP program's values {compared}"
    )


def _facts(compiled: "Compiled", output: Path | None) -> dict[str, object]:
    program = compiled.program
    return {
        "file": None if output is None else str(output),
        "layers": len(set(program.layers)),
        "operations": len(program.operations),
        "labels": list(program.classifier.labels),
        "inputs": compiled.inputs,
        "exhaustive": compiled.exhaustive,
    }
