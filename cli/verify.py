"""`tprog verify`: is the program right, or the same as another?"""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import DATA, MODULE, PROGRAM
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.predictors import Predictor
    from tprog.ir import Program
    from tprog.tasks import Task

EXIT_CODES = {"equal": 0, "different": 3, "unknown": 4}


def verify(
    program: str = PROGRAM,
    against: str | None = typer.Option(
        None,
        "--against",
        metavar="OTHER",
        help="Another program, or a network (a .safetensors file); by default the program's task.",
    ),
    data: Path | None = DATA,
    task: str | None = MODULE,
    emitted: bool = typer.Option(
        False, "--emitted", help="Run the emitted Python code instead of the evaluator."
    ),
    limit: int | None = typer.Option(
        None, min=1, help="The most inputs to compare; beyond it, a sample."
    ),
    seed: int = typer.Option(0, help="Of the sample."),
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Compare a program with its task, another program or a network, on every input where that can be done.

    Exit code 0: equal; 3: different, with a shortest example; 4: no difference found in a sample.

    Example: tprog verify sort --against artifacts/runs/sort/0/weights.safetensors
    """
    from tprog.analysis.emitted import EmittedProgram
    from tprog.analysis.page.verdict_page import verdict_page
    from tprog.analysis.verify import verify as compare
    from tprog.cli.console import print_json, stdout
    from tprog.cli.progress import counting
    from tprog.locate import load

    found = load(program)
    reference = _reference(found, program, against, data, task)
    with counting("comparing", enabled=not json_output) as progress:
        verdict = compare(
            EmittedProgram(found) if emitted else found,
            reference,
            limit=limit,
            seed=seed,
            names=(program, against),
            progress=progress,
        )
    if json_output:
        print_json(verdict.to_json())
    else:
        console = stdout()
        console.print(verdict_page(verdict))
    raise typer.Exit(EXIT_CODES[verdict.outcome])


def _reference(
    found: "Program", program: str, against: str | None, data: Path | None, module: str | None
) -> "Program | Predictor | Task":
    from tprog.cli.choices import task_of
    from tprog.locate import load

    if against is not None:
        if data is not None or module is not None:
            raise UsageError("give --against or a task, not both")
        if against.endswith(".safetensors"):
            from tprog.learn.weights import load_network

            return load_network(Path(against))
        return load(against)
    task = task_of(found, data, module)
    if task is None:
        raise UsageError(f"{program} names no published task; give --against, --data or --task")
    return task
