"""`tprog verify`: is the program right, or the same as another?"""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import DATA, MODULE, VOCABULARY, programs
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.measure.graph_predictor import GraphPredictor
    from tprog.analysis.measure.predictors import Answering, Predictor
    from tprog.analysis.verify.verdict import Verdict
    from tprog.ir import Domain, Program
    from tprog.locate import Named
    from tprog.published.meanings import Parting
    from tprog.tasks.task import Task

EXIT_CODES = {"equal": 0, "different": 3, "unknown": 4}
RASP = ".rasp"

CHECKED = typer.Argument(
    ...,
    metavar="PROGRAM",
    help="A program in any form that tprog reads, or a RASP file.",
    autocompletion=programs,
)
SECOND = typer.Argument(
    None, metavar="[OTHER]", help="The same as --against OTHER.", autocompletion=programs
)

AGAINST = typer.Option(
    None,
    "--against",
    metavar="OTHER",
    help="Another program, a network (a .safetensors file), an exported Transformer (its folder) or a RASP file; by default the program's task.",
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
    help="The most to spend on a proof, where two programs have too many inputs or with --every-length; 0: none.",
)

LENGTH = typer.Option(None, min=1, help="The greatest length, where RASP files alone are compared.")

EVERYWHERE = typer.Option(
    False,
    "--every-length",
    help="Prove two RASP programs, files or text, equal on inputs of every length over --vocab or a --task's tokens.",
)


def verify(
    program: str = CHECKED,
    other: str | None = SECOND,
    against: str | None = AGAINST,
    data: Path | None = DATA,
    task: str | None = MODULE,
    emitted: bool = EMITTED,
    limit: int | None = LIMIT,
    up_to: int | None = UP_TO,
    seconds: float | None = SECONDS,
    seed: int = typer.Option(0, help="Of the sample."),
    proof: float = PROOF,
    vocabulary: str | None = VOCABULARY,
    length: int | None = LENGTH,
    everywhere: bool = EVERYWHERE,
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Compare a program with its task, another program, a network or RASP, on every input where that can be done.

    Two programs with too many inputs are proved equal where that can be done: by rewriting both, then by z3.

    Exit code 0: equal; 3: different, with a shortest example; 4: no difference found in a sample, or in the time given.

    Example: tprog verify sort --against artifacts/runs/sort/0/weights.safetensors
    """
    from tprog.analysis.prove.verify import verify as compare
    from tprog.cli.choices import named
    from tprog.cli.progress import counting

    if other is not None and against is not None:
        raise UsageError("give the other program once")
    against = other if against is None else against
    if everywhere:
        if against is None:
            raise UsageError("--every-length compares two RASP programs: give OTHER")
        symbols = _symbols(vocabulary, (data, task))
        raise typer.Exit(_at_every_length((program, against), symbols, proof, json_output))
    given = None if program.endswith(RASP) else named(program)
    sides: tuple[Answering, Answering]
    if given is not None and not (against or "").endswith(RASP):
        sides = _checked(given, emitted), _reference(given, program, against, data, task)
    else:
        sides = _with_rasp(given, program, against, (data, task), _domain(vocabulary, length))
    with counting("comparing", enabled=not json_output) as progress:
        verdict = compare(
            *sides,
            limit=limit,
            up_to=up_to,
            seconds=seconds,
            seed=seed,
            names=(program, against),
            progress=progress,
            proof=proof or None,
        )
    _print(verdict, None if given is None else _parting(given), json_output)
    raise typer.Exit(EXIT_CODES[verdict.outcome])


def _print(verdict: "Verdict", parting: "Parting | None", json_output: bool) -> None:
    from tprog.analysis.show.summary import parting_line
    from tprog.analysis.show.verdict import verdict_page
    from tprog.cli.console import print_json, say, show

    if json_output:
        print_json(verdict, parting=parting)
        return
    show(verdict_page(verdict))
    if parting is not None:
        say()
        show((parting_line(parting),))


def _symbols(vocabulary: str | None, tasks: tuple[Path | None, str | None]) -> tuple[str, ...]:
    """Return what inputs of every length are made of."""
    from tprog.cli.choices import symbols_of, user_task

    task = user_task(*tasks)
    if vocabulary is not None and task is None:
        return symbols_of(vocabulary)
    if vocabulary is not None or task is None:
        raise UsageError("--every-length needs one alphabet: give --vocab, --data or --task")
    return task.domain.symbols


def _at_every_length(
    names: tuple[str, str], symbols: tuple[str, ...], seconds: float, json_output: bool
) -> int:
    """Print what is known of two RASP programs on inputs of every length; return the exit code."""
    from tprog.analysis.prove.every_length import at_every_length
    from tprog.analysis.show.verdict import every_length_page
    from tprog.cli.console import print_json, show
    from tprog.rasp.module import graph_of

    checked, against = map(graph_of, names)
    found = at_every_length(checked, against, symbols, names, seconds)
    if json_output:
        print_json(found)
    else:
        show(every_length_page(found))
    return EXIT_CODES[found.outcome]


def _checked(given: "Named", emitted: bool) -> "Answering":
    from tprog.analysis.measure.emitted import EmittedProgram

    return EmittedProgram(given.program) if emitted else given.program


def _parting(given: "Named") -> "Parting | None":
    """Return where an imported program's source and network part, as its manifest says or measured now."""
    from tprog.analysis.disagreement import known_parting
    from tprog.manifest import read_manifest

    manifest = None if given.place.manifest is None else read_manifest(given.place.manifest)
    return known_parting(given.program, given.source, manifest)


def _domain(vocabulary: str | None, length: int | None) -> "Domain | None":
    from tprog.cli.choices import symbols_of
    from tprog.ir import Domain

    if (vocabulary is None) != (length is None):
        raise UsageError("--vocab and --length say together which inputs to compare on")
    if vocabulary is None:
        return None
    return Domain(symbols_of(vocabulary), length)


def _with_rasp(
    given: "Named | None",
    program: str,
    against: str | None,
    tasks: tuple[Path | None, str | None],
    domain: "Domain | None",
) -> "tuple[Answering, Answering]":
    """Return the two sides where one or both are RASP files; these are asked about the other side's inputs."""
    from tprog.cli.choices import named, user_task

    task = user_task(*tasks)
    if (against is None) == (task is None):
        raise UsageError("a RASP file is compared with one thing: give OTHER, --data or --task")
    reference: Program | Task | None = task
    if against is not None and not against.endswith(RASP):
        reference = named(against).program
    whose = given.program if given is not None else reference
    inputs = domain if whose is None else whose.domain
    if inputs is None:
        raise UsageError("RASP files have no alphabet and no length; give --vocab and --length")
    checked = _graph(program, inputs) if given is None else given.program
    return checked, reference or _graph(str(against), inputs)


def _graph(path: str, domain: "Domain") -> "GraphPredictor":
    from tprog.analysis.measure.graph_predictor import GraphPredictor
    from tprog.rasp.module import graph_of

    return GraphPredictor(graph_of(path), domain)


def network_of(path: str) -> "Predictor | None":
    """Return the network in a `.safetensors` file or a folder of an exported Transformer; None where it is neither."""
    if (Path(path) / "circuit.json").is_file():
        from tprog.transformer.files import load_transformer

        return load_transformer(Path(path))
    if path.endswith(".safetensors"):
        from tprog.learn.weights import load_network

        return load_network(Path(path))
    return None


def _reference(
    given: "Named", program: str, against: str | None, data: Path | None, module: str | None
) -> "Program | Predictor | Task":
    from tprog.cli.choices import named, task_of

    if against is not None:
        if data is not None or module is not None:
            raise UsageError("give --against or a task, not both")
        return network_of(against) or named(against).program
    task = task_of(given, data, module)
    if task is None:
        raise UsageError(f"{program} names no published task; give --against, --data or --task")
    return task
