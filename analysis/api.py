"""The commands `circuits`, `trace` and `report` as functions: a Program goes in, a value that shows itself comes out."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

from tprog.analysis.explain.baseline_values import BaselineKind, baseline_values
from tprog.analysis.explain.circuits import Closeup, Survey, closeups, survey
from tprog.analysis.explain.circuits.survey import INPUTS as SURVEY_INPUTS
from tprog.analysis.explain.trace import (
    INPUTS,
    LabelledExample,
    Metric,
    Tracing,
    given_examples,
    task_examples,
    trace_errors,
)
from tprog.analysis.measure.predictors import LIMIT
from tprog.analysis.measure.reference import draw_reference, fitting_task
from tprog.analysis.show.report import make_report, render_report
from tprog.analysis.show.report.findings import SIMPLIFY_SECONDS
from tprog.analysis.verify.rasp_form import rasp_form
from tprog.codegen import emit
from tprog.errors import UsageError
from tprog.evaluate import Batch, sample_inputs
from tprog.ir import Program
from tprog.locate import gallery_names, load, locate
from tprog.tasks.task import Task

# How many examples of a task are traced.
TRACED = 2000


@overload
def circuits(
    program: Program,
    tokens: None = None,
    *,
    inputs: int = SURVEY_INPUTS,
    seed: int = 0,
    task: Task | None = None,
    neutral: BaselineKind = "rival",
) -> Survey: ...
@overload
def circuits(
    program: Program,
    tokens: Sequence[str],
    *,
    position: int | None = None,
    inputs: int = SURVEY_INPUTS,
    seed: int = 0,
    task: Task | None = None,
    neutral: BaselineKind = "rival",
) -> tuple[Closeup, ...]: ...
def circuits(
    program: Program,
    tokens: Sequence[str] | None = None,
    *,
    position: int | None = None,
    inputs: int = SURVEY_INPUTS,
    seed: int = 0,
    task: Task | None = None,
    neutral: BaselineKind = "rival",
) -> Survey | tuple[Closeup, ...]:
    """Return the smallest sets of heads and look-ups that alone still give the answer.

    Args:
        program: a valid Program.
        tokens: one input, for the circuit of each of its predictions; by default random inputs are surveyed.
        position: the one position of it that is looked at.
        inputs: how many random inputs there are.
        seed: of the random inputs.
        task: whose inputs they are; by default those of the task that the Program names.
        neutral: what the rest is held at, see `tprog.analysis.explain.baseline_values`.

    Raises:
        UsageError: the task does not fit the Program, or there is no such position.
        BadInput: the tokens lie outside the Program's domain.
    """
    chosen = fitting_task(program, task)
    reference = draw_reference(program, chosen, inputs, seed)
    held = baseline_values(program, reference, neutral)
    if tokens is None:
        return survey(program, reference, chosen, held)
    return closeups(program, tokens, held, position)


def trace(
    program: Program,
    examples: Iterable[tuple[Sequence[str], Sequence[str | None]]] | None = None,
    *,
    task: Task | None = None,
    count: int = TRACED,
    seed: int = 0,
    metric: Metric = "ochiai",
) -> Tracing:
    """Return which branches a Program's errors come from. To follow one input, see `tprog.evaluate.trace`.

    Args:
        program: a valid Program.
        examples: inputs, each with its right labels; by default they are drawn of the task.
        task: what the Program is to compute; by default the task that it names.
        count: how many examples are drawn.
        seed: of the draw.
        metric: the formula of the suspicion.

    Raises:
        UsageError: there are neither examples nor a task.
        BadInput: an example does not belong to the Program.
    """
    chosen = fitting_task(program, task)
    if examples is not None:
        pairs = (LabelledExample(tuple(tokens), tuple(labels)) for tokens, labels in examples)
        found = given_examples(program, pairs, "given examples")
    elif chosen is not None:
        found = task_examples(program, chosen, count, seed)
    else:
        raise UsageError("the program names no published task; give examples or a task")
    others = other_inputs(program, chosen, seed)
    return trace_errors(found, str(scratch_file()), metric, None, others)


def other_inputs(program: Program, task: Task | None, seed: int) -> Iterable[Batch] | None:
    """Return inputs on which branches that never run are looked for; None where inputs have no end."""
    if task is not None:
        drawn = task_examples(program, task, INPUTS, seed + 1)
        return [group.batch for group in drawn.groups]
    if program.domain.max_length is None:
        return None
    return sample_inputs(program.domain, INPUTS, seed + 1)


def scratch_file() -> Path:
    """Return the file that emitted code says it comes from where nobody asks for another."""
    return Path(tempfile.gettempdir()).resolve() / "tprog_emitted_program.py"


def report(
    program: Program,
    *,
    task: Task | None = None,
    rasp: str | Path | None = None,
    simplify_seconds: float = SIMPLIFY_SECONDS,
    deep: bool = True,
    seed: int | None = None,
    limit: int = LIMIT,
) -> str:
    """Return one HTML file that shows a Program, runs it in the page, and tells where it fails.

    Args:
        program: a valid Program.
        task: what it is to compute; by default the task that it names.
        rasp: the RASP file of its algorithm; by default that of the gallery's entry that is this Program.
        simplify_seconds: how long to look for a shorter Program; 0 for not at all.
        deep: whether to look for circuits and for what errors come from, too.
        seed: of the test data and of samples.
        limit: the most inputs that are run one by one; beyond it, samples are.

    Raises:
        UsageError: the task does not fit the Program.
        OtherAlgorithm: the RASP file gives other labels somewhere, or none.
        TprogError: it is no RASP, or has other inputs.
    """
    path = _beside(program) if rasp is None else Path(rasp)
    found = make_report(
        program,
        emit(program),
        task=task,
        rasp=None if path is None else rasp_form(program, path),
        simplify_seconds=simplify_seconds,
        deep=deep,
        seed=seed,
        limit=limit,
    )
    return render_report(found)


def _beside(program: Program) -> Path | None:
    """Return the RASP file of the gallery's entry that is a Program."""
    name = program.provenance.task
    entries = [one for one in gallery_names() if name is not None and name.startswith(one)]
    return next((locate(one).rasp for one in entries if load(one) == program), None)
