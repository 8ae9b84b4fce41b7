"""`tprog verify`: is the program right, or the same as another?"""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import DATA, MODULE, PROGRAM
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.measure.predictors import Predictor
    from tprog.ir import Program
    from tprog.locate import Named
    from tprog.published.meanings import Parting
    from tprog.tasks.task import Task

EXIT_CODES = {"equal": 0, "different": 3, "unknown": 4}


AGAINST = typer.Option(
    None,
    "--against",
    metavar="OTHER",
    help="Another program, or a network (a .safetensors file); by default the program's task.",
)
EMITTED = typer.Option(
    False, "--emitted", help="Run the emitted Python code instead of the evaluator."
)
LIMIT = typer.Option(None, min=1, help="The most inputs to compare; beyond it, a sample.")
UP_TO = typer.Option(
    None, "--up-to", metavar="N", min=1, help="Compare inputs of up to N symbols only."
)
SECONDS = typer.Option(
    None, min=0.0, help="When to stop; without a difference by then nothing is decided."
)
PROOF = typer.Option(
    60.0,
    "--proof-seconds",
    min=0.0,
    help="The most to spend on a proof where two programs have too many inputs; 0: none.",
)


def verify(
    program: str = PROGRAM,
    against: str | None = AGAINST,
    data: Path | None = DATA,
    task: str | None = MODULE,
    emitted: bool = EMITTED,
    limit: int | None = LIMIT,
    up_to: int | None = UP_TO,
    seconds: float | None = SECONDS,
    seed: int = typer.Option(0, help="Of the sample."),
    proof: float = PROOF,
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Compare a program with its task, another program or a network, on every input where that can be done.

    Two programs with too many inputs are proved equal where that can be done: by rewriting both, then by z3.

    Exit code 0: equal; 3: different, with a shortest example; 4: no difference found in a sample, or in the time given.

    Example: tprog verify sort --against artifacts/runs/sort/0/weights.safetensors
    """
    from tprog.analysis.measure.emitted import EmittedProgram
    from tprog.analysis.prove.verify import verify as compare
    from tprog.analysis.show.summary import parting_line
    from tprog.analysis.show.verdict import verdict_page
    from tprog.cli.choices import named
    from tprog.cli.console import print_json, say, show
    from tprog.cli.progress import counting

    given = named(program)
    found = given.program
    reference = _reference(given, program, against, data, task)
    with counting("comparing", enabled=not json_output) as progress:
        verdict = compare(
            EmittedProgram(found) if emitted else found,
            reference,
            limit=limit,
            up_to=up_to,
            seconds=seconds,
            seed=seed,
            names=(program, against),
            progress=progress,
            proof=proof or None,
        )
    parting = _parting(given)
    if json_output:
        print_json(verdict, parting=parting)
    else:
        show(verdict_page(verdict))
        if parting is not None:
            say()
            show((parting_line(parting),))
    raise typer.Exit(EXIT_CODES[verdict.outcome])


def _parting(given: "Named") -> "Parting | None":
    """Return where an imported program's source and network part, as its manifest says or measured now."""
    from tprog.analysis.disagreement import known_parting
    from tprog.manifest import read_manifest

    manifest = None if given.place.manifest is None else read_manifest(given.place.manifest)
    return known_parting(given.program, given.source, manifest)


def _reference(
    given: "Named", program: str, against: str | None, data: Path | None, module: str | None
) -> "Program | Predictor | Task":
    from tprog.cli.choices import named, task_of

    if against is not None:
        if data is not None or module is not None:
            raise UsageError("give --against or a task, not both")
        if against.endswith(".safetensors"):
            from tprog.learn.weights import load_network

            return load_network(Path(against))
        return named(against).program
    task = task_of(given, data, module)
    if task is None:
        raise UsageError(f"{program} names no published task; give --against, --data or --task")
    return task
