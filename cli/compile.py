"""`tprog compile`: RASP to a Program for one alphabet and one greatest length."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import typer

from tprog.cli.choices import DATA, MODULE, OUTPUT, VOCABULARY
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
    data: Path | None = DATA,
    task: str | None = MODULE,
    output: Path | None = typer.Option(
        None, *OUTPUT, metavar="FILE", help="Where to write; without it the program is printed."
    ),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Compile RASP to a Program, and compare the two on every input where these can be listed, else on a sample.

    Of several ways to do that the one with the fewest lines is taken. What cannot be compiled is refused with a reason.

    Example: tprog compile "aggregate(select(indices, length-1-indices, ==), tokens)" --vocab a,b,c --length 5
    """
    from tprog.analysis.show.words import counted
    from tprog.cli.console import print_json, remark, say
    from tprog.codegen import emit
    from tprog.files import check_target, write_text
    from tprog.ir import Provenance
    from tprog.rasp.compile import shortest
    from tprog.rasp.facts import NotCompiled
    from tprog.rasp.module import module_of

    domain = _domain(vocabulary, length, data, task)
    if output is not None:
        check_target(output)
    module = module_of(source)
    graph = module.sop(name)
    try:
        compiled = shortest(graph, domain)
    except NotCompiled as refusal:
        raise module.placed(refusal, graph) from refusal
    title = Provenance(f"Compiled from RASP: {name or source}")
    text = emit(replace(compiled.program, provenance=title))
    if output is not None:
        write_text(output, text)
    if json_output:
        print_json(_facts(compiled, output))
        return
    sizes = (counted(compiled.layers, "layer"), counted(compiled.heads, "head"))
    how = f"{', '.join(sizes)}; {compiled.how}"
    if output is None:
        say(text)
        remark(how)
    else:
        say(how)
        say(f"wrote {output}")


def _domain(
    vocabulary: str | None, length: int | None, data: Path | None, module: str | None
) -> "Domain":
    """Return the inputs: of a task where one is given, else of the alphabet."""
    from tprog.cli.choices import symbols_of, user_task
    from tprog.ir import Domain

    task = user_task(data, module)
    if task is not None:
        if vocabulary is not None or length is not None:
            raise UsageError("give a task, or --vocab and --length")
        return task.domain
    if vocabulary is None or length is None:
        raise UsageError(
            "a Program has an alphabet and a length: give --vocab and --length, or --task"
        )
    return Domain(symbols_of(vocabulary), length)


class Compilation(TypedDict):
    """A Program that was compiled from RASP.

    Attributes:
        file: the file that was written; null where none was.
        layers: how many layers it has.
        heads: how many heads it has.
        labels: its labels.
        inputs: on how many inputs it was compared with the RASP program; it gives the same values on all of them.
        exhaustive: whether these are all inputs.
    """

    file: str | None
    layers: int
    heads: int
    labels: list[str]
    inputs: int
    exhaustive: bool


def _facts(compiled: "Compiled", output: Path | None) -> Compilation:
    return {
        "file": None if output is None else str(output),
        "layers": compiled.layers,
        "heads": compiled.heads,
        "labels": list(compiled.program.classifier.labels),
        "inputs": compiled.inputs,
        "exhaustive": compiled.exhaustive,
    }
