"""`tprog synth`: from examples to the algorithm."""

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import typer

from tprog.cli.choices import CAUSAL, DATA, MODULE, NUMERIC, OUTPUT, VOCABULARY
from tprog.errors import UsageError

if TYPE_CHECKING:
    from tprog.analysis.synthesising import Synthesised, SynthReport
    from tprog.tasks.task import Task

NOT_FOUND, INTERRUPTED = 4, 130
REGEX_LENGTH = 16
RASP = ".rasp"

NAME = typer.Argument(None, metavar="[TASK]", help="A published task, such as sort.")
LIKE = typer.Option(
    None, metavar="OTHER", help="Find what a program, a network or a RASP file computes."
)
LENGTH = typer.Option(None, min=1, help="The greatest length; with --like FILE.rasp.")
REGEX = typer.Option(
    None, metavar="R", help="A regular expression: which beginnings of a word does it accept?"
)
CURRICULUM = typer.Option(
    None,
    metavar="FILE",
    help="Tasks one after another, each with what was learned before: on each line a published task or a file of examples.",
)
EXAMPLES = typer.Option(2_000, min=1, help="How many are drawn beside all short ones.")
PARTS = typer.Option(
    None,
    metavar="A,B,…",
    help="Only these parts of the portfolio: automata, positions, vectors, guided.",
)
FOLDER = typer.Option(
    None, *OUTPUT, metavar="FOLDER", help="Where RASP, program and report are written."
)
EXPLAIN = typer.Option(False, "--explain", help="List the runners-up, and what told them apart.")


def synth(
    name: str | None = NAME,
    data: Path | None = DATA,
    causal: bool = CAUSAL,
    numeric: bool = NUMERIC,
    task: str | None = MODULE,
    like: str | None = LIKE,
    regex: str | None = REGEX,
    curriculum: Path | None = CURRICULUM,
    vocabulary: str | None = VOCABULARY,
    length: int | None = LENGTH,
    seconds: float = typer.Option(60.0, min=0.0, help="For the search, over all parts."),
    examples: int = EXAMPLES,
    parts: str | None = PARTS,
    seed: int = typer.Option(0, min=0, help="Of examples and search."),
    output: Path | None = FOLDER,
    explain: bool = EXPLAIN,
    json_output: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Find the algorithm behind a task: RASP that is right on every example, compiled to a program.

    Where the task can be asked, fresh inputs and inputs up to four times as long are tried as well; that is a report, no
    proof. Exit code 4: nothing was found in time; the best partial answer is shown.

    Example: tprog synth sort
    """
    from tprog.analysis.synthesising import synth_regex, write_synthesised
    from tprog.cli.console import print_json
    from tprog.synthesis.portfolio import kinds

    chosen = tuple(kinds(parts))
    began = monotonic()
    others = [one for one in (name, data, task, like, vocabulary) if one is not None]
    if others and (curriculum is not None or regex is not None):
        raise UsageError("--curriculum and --regex stand for themselves; name no other task")
    if curriculum is not None:
        raise typer.Exit(_learned(curriculum, seconds, examples, seed, output, json_output))
    if regex is not None:
        found, interrupted = synth_regex(regex, length or REGEX_LENGTH), False
    else:
        wanted = _task(name, (data, causal, numeric), task, like, (vocabulary, length))
        found, interrupted = _searched(wanted, seconds, chosen, examples, seed, not json_output)
    if output is not None:
        write_synthesised(found, output)
    report = found.report(output)
    if json_output:
        print_json(report)
    else:
        _tell(found, report, monotonic() - began, explain)
    if interrupted or not report.found:
        raise typer.Exit(INTERRUPTED if interrupted else NOT_FOUND)


def _learned(
    path: Path, seconds: float, examples: int, seed: int, output: Path | None, as_json: bool
) -> int:
    """Run a curriculum, say what it reached, and return the exit code."""
    from tprog.analysis.curriculum import read_tasks, run_curriculum
    from tprog.cli.console import print_json, remark, say
    from tprog.cli.progress import stages
    from tprog.stopping import stopper

    tasks = read_tasks(path)

    def interrupted() -> None:
        remark("interrupted: what is solved is kept (again: stop at once)")

    with stages(enabled=not as_json) as bar, stopper(on_signal=interrupted) as stop:
        found = run_curriculum(
            tasks,
            seconds,
            output,
            examples=examples,
            seed=seed,
            should_stop=stop,
            report=None
            if bar is None
            else lambda step: bar(f"{step.part}, {step.level}", step.candidates, None),
        )
    if as_json:
        print_json(found)
    else:
        for lesson in found.lessons:
            if lesson.how is None:
                say(f"{lesson.name}: not solved")
                continue
            right = "right" if lesson.right else "not always right"
            tried = f"{right} on {lesson.fresh:,} fresh inputs and {lesson.longer:,} longer ones"
            say(f"{lesson.name}: {lesson.how}, {lesson.seconds} s, {tried}")
        if output is not None:
            say(f"wrote {output}")
    if stop.interrupted:
        return INTERRUPTED
    return 0 if all(lesson.how for lesson in found.lessons) else NOT_FOUND


def _searched(
    task: "Task", seconds: float, parts: tuple[str, ...], examples: int, seed: int, shown: bool
) -> "tuple[Synthesised, bool]":
    """Search while a bar shows how far it is; return what was found, and whether somebody interrupted."""
    from tprog.analysis.synthesising import finished, search
    from tprog.cli.console import remark
    from tprog.cli.progress import stages
    from tprog.stopping import stopper

    def interrupted() -> None:
        remark("interrupted: the best so far is kept (again: stop at once)")

    with stages(enabled=shown) as bar, stopper(on_signal=interrupted) as stop:
        found = search(
            task,
            seconds=seconds,
            waits=seconds,
            parts=parts,
            examples=examples,
            seed=seed,
            should_stop=stop,
            report=None
            if bar is None
            else lambda step, _: bar(f"{step.part}, {step.level}", step.candidates, None),
        )
    return finished(task, found), stop.interrupted


def _task(
    name: str | None,
    file: tuple[Path | None, bool, bool],
    module: str | None,
    like: str | None,
    inputs: tuple[str | None, int | None],
) -> "Task":
    """Return the one task that was named.

    Raises:
        UsageError: none or several were.
    """
    from tprog.cli.choices import user_task
    from tprog.tasks.registry import get_task, task_names

    data, causal, numeric = file
    own = user_task(data, module, causal=causal, numeric=numeric)
    if [name, own, like].count(None) != 2:
        raise UsageError(
            f"name one task: one of {', '.join(task_names())}, or --data FILE, --task MODULE:NAME or --like OTHER"
        )
    if inputs != (None, None) and not (like or "").endswith(RASP):
        raise UsageError(
            "--vocab and --length say what a RASP file is asked about; give --like FILE.rasp"
        )
    if like is not None:
        return _alike(like, *inputs)
    return own or get_task(name or "")


def _alike(like: str, vocabulary: str | None, length: int | None) -> "Task":
    """Return the task of answering as something else does."""
    from tprog.analysis.measure.graph_predictor import GraphPredictor
    from tprog.analysis.synthesising import task_like
    from tprog.cli.choices import named, symbols_of
    from tprog.cli.verify import network_of
    from tprog.ir import Domain
    from tprog.rasp.module import graph_of

    if like.endswith(RASP):
        if vocabulary is None or length is None:
            raise UsageError(f"say what {like} is asked about: give --vocab and --length")
        domain = Domain(symbols_of(vocabulary), length)
        return task_like(GraphPredictor(graph_of(like), domain), like)
    network = network_of(like)
    return task_like(named(like).program if network is None else network, like)


def _tell(found: "Synthesised", report: "SynthReport", seconds: float, explain: bool) -> None:
    from tprog.analysis.show.words import counted
    from tprog.cli.console import say

    rows = counted(report.examples, "example")
    if report.rasp is not None:
        say(report.rasp, keep="\n")
    if not report.found:
        partly = f"right on {report.right:,} of {rows}" if report.right else "nor anything in part"
        say(f"not found in {seconds:.1f} s: {partly}")
    else:
        say(f"found by {report.how}; {report.size} nodes and table rows")
        fresh = f" and {counted(report.fresh, 'fresh input')}" if report.fresh else ""
        say(f"right on {rows}{fresh}")
        if report.longer and report.wrong_longer is None:
            say(f"right on {report.longer:,} longer inputs, to length {report.longest}")
        elif report.wrong_longer is not None:
            say(f"wrong on longer inputs, such as {' '.join(report.wrong_longer)}")
        for cell in report.unseen:
            say(f"no example decides {cell}")
        _tell_program(found, report)
    if explain:
        for part, spent in report.seconds.items():
            say(f"{part}: {report.candidates.get(part, 0):,} programs in {spent:.1f} s")
        for rival in report.rivals:
            wrong = f", wrong on {' '.join(rival.wrong)}" if rival.wrong else ""
            say(f"also {rival.how}; {rival.size} nodes and table rows{wrong}")
            say(rival.rasp, keep="\n")
    if report.written is not None:
        say(f"wrote {report.written}")


def _tell_program(found: "Synthesised", report: "SynthReport") -> None:
    from tprog.analysis.show.words import counted
    from tprog.cli.console import say

    compiled, verdict = found.compiled, found.verdict
    if compiled is None or verdict is None:
        say(found.refusal)
        return
    sizes = (counted(compiled.layers, "layer"), counted(compiled.heads, "head"))
    say(f"program: {report.lines} lines, {', '.join(sizes)}; {compiled.how}")
    say(f"program and task: {verdict.outcome} on {verdict.how}")
