"""What a report tells of errors and of circuits, from tracing and from the survey of circuits. Owns how much time they get."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tprog.analysis.explain.cells import DEFAULT, branch_text, content, content_text, part_text
from tprog.analysis.explain.circuits import Survey, survey
from tprog.analysis.explain.circuits.survey import INPUTS
from tprog.analysis.explain.trace import Example, Tracing, given_examples, trace_errors
from tprog.analysis.measure.figures import Progress
from tprog.analysis.measure.reference import draw_reference
from tprog.errors import TprogError
from tprog.ir import Program
from tprog.tasks import Task

# Labelled inputs that errors are traced on, besides the known failing ones.
EXAMPLES = 300
# Suspects that are shown.
MOST_SUSPECTS = 10


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A branch under suspicion, in words.

    Attributes:
        variable: the variable of its part.
        part: the part's name.
        branch: which branch of it.
        holds: what it holds.
        instead: the repair that puts most errors right; empty where none does.
        fixed: how many wrong labels that puts right.
        broken: how many right labels it breaks.
        failed: wrong labels that the branch ran in.
        passed: right labels that it ran in.
        lines: its lines in the file, where they are known.
    """

    variable: int
    part: str
    branch: str
    holds: str
    instead: str
    fixed: int
    broken: int
    failed: int
    passed: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Suspicions:
    """What the errors come from.

    Attributes:
        examples: inputs that were run.
        wrong: wrong labels among them.
        suspects: the branches, the most suspicious first.
    """

    examples: int
    wrong: int
    suspects: tuple[Suspicion, ...]


def find_suspicions(
    program: Program,
    source: str,
    task: Task,
    failing: Iterable[tuple[str, ...]],
    seed: int = 0,
) -> Suspicions | None:
    """Trace a Program's errors; None where its task gives no examples for that.

    Args:
        program: a Program that fits the task.
        source: the text of its file, to which lines refer where it is what we would write.
        task: what gives the truth.
        failing: inputs that are known to fail.
        seed: of the other inputs.
    """
    try:
        drawn = [*failing, *task.draw(np.random.default_rng(seed), EXAMPLES)]
        examples = given_examples(
            program, [Example(tokens, task.truth(tokens)) for tokens in drawn], task.spec
        )
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "program.py"
            place.write_text(source, encoding="utf-8")
            traced = trace_errors(examples, str(place))
    except TprogError:
        return None
    return Suspicions(
        len(examples), traced.failing, tuple(_suspicions(program, traced, traced.source == source))
    )


def _suspicions(program: Program, traced: Tracing, known_lines: bool) -> Iterable[Suspicion]:
    for suspect in traced.suspects[:MOST_SUSPECTS]:
        branch, repair = suspect.branch, suspect.repair
        default = branch.row == DEFAULT
        holds = "" if default else content_text(program, branch, content(program, branch))
        instead = "" if repair is None else content_text(program, branch, repair.held)
        if branch.part.kind == "votes" and instead:
            holds, instead = different_votes(holds, instead)
        yield Suspicion(
            branch.part.variable,
            part_text(program, branch.part),
            branch_text(program, branch),
            holds,
            instead,
            0 if repair is None else len(repair.gain.fixed),
            0 if repair is None else repair.gain.broken,
            suspect.failed,
            suspect.passed,
            traced.branch_lines.get(branch, ()) if known_lines else (),
        )


def different_votes(one: str, other: str) -> tuple[str, str]:
    """Return two texts such as `a +1, b -2` without the votes that are the same in both."""
    mine, theirs = one.split(", "), other.split(", ")
    return (
        ", ".join(vote for vote in mine if vote not in theirs) or "no vote",
        ", ".join(vote for vote in theirs if vote not in mine) or "no vote",
    )


def find_circuits(
    program: Program, task: Task | None, progress: Progress | None = None
) -> Survey | None:
    """Return which circuits there are on a few random inputs; None where they cannot be drawn or nothing decides.

    Args:
        program: a valid Program.
        task: a task that fits it, whose inputs are taken.
        progress: called while they are sought.
    """
    if progress is not None:
        progress("circuits", 0, None)
    try:
        found = survey(program, draw_reference(program, task, INPUTS, 0), task)
    except TprogError:
        return None
    return found if found.parts else None
