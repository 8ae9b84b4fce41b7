"""Tracing errors, from labelled examples to their causes: run, collect spectra, test suspects, group errors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from tprog.analysis.explain.cells import (
    Branch,
    Part,
    branch_text,
    content,
    content_text,
    part_text,
)
from tprog.analysis.explain.describe import show_value
from tprog.analysis.explain.trace.causes import Cause, Failure, group_errors, list_failures
from tprog.analysis.explain.trace.examples import LabelledExamples
from tprog.analysis.explain.trace.lines import Unused, branch_lines, find_unused
from tprog.analysis.explain.trace.output import (
    BranchName,
    Confusion,
    EmittedLine,
    ErrorCause,
    NeverRan,
    RepairGain,
    SuspectBranch,
    SuspectPart,
    SwitchGain,
    Traced,
    UnusedPart,
)
from tprog.analysis.explain.trace.repair import example_batches
from tprog.analysis.explain.trace.running import Observed, Progress, Watched, watch
from tprog.analysis.explain.trace.spectrum import Metric, collect, suspicion
from tprog.analysis.explain.trace.suspects import Suspect, Switch, find_suspects, switch_off
from tprog.evaluate import Batch
from tprog.evaluate.scalar import value_at
from tprog.hooks import Shown
from tprog.ir import Program


@dataclass(frozen=True, slots=True, eq=False)
class PartSuspect:
    """A whole head, look-up or variable's votes under suspicion.

    Attributes:
        part: the part.
        first: the number of its first branch among the suspects.
        branches: how many of its branches are suspects.
        switch: what it does to switch the whole part off.
    """

    part: Part
    first: int
    branches: int
    switch: Switch


@dataclass(frozen=True, slots=True, eq=False)
class Tracing(Shown):
    """What was found out about a Program's errors.

    Attributes:
        program: the Program.
        examples: what it ran on.
        metric: the formula of the suspicion.
        failing_examples: examples with a wrong label.
        failing: wrong labels.
        passing: right labels.
        suspects: branches, the most suspicious first.
        parts: whole parts, in the order of their first suspects.
        causes: the errors by cause.
        failures: every wrong label.
        source: the emitted code.
        lines: its lines that ran.
        branch_lines: for each branch its lines.
        unused: what never ran; None where that was not asked.
    """

    program: Program
    examples: LabelledExamples
    metric: Metric
    failing_examples: int
    failing: int
    passing: int
    suspects: tuple[Suspect, ...]
    parts: tuple[PartSuspect, ...]
    causes: tuple[Cause, ...]
    failures: tuple[Failure, ...]
    source: str
    lines: tuple[EmittedLine, ...]
    branch_lines: dict[Branch, tuple[int, ...]]
    unused: Unused | None

    def __repr__(self) -> str:
        """Say in one line how many labels are wrong, and what is suspected first."""
        first = ""
        if self.suspects:
            branch = self.suspects[0].branch
            first = f"; first suspect {part_text(self.program, branch.part)!r}, {branch_text(self.program, branch)!r}"
        return f"<Tracing: {self.failing:,} of {self.failing + self.passing:,} labels are wrong{first}>"

    def to_json(self) -> dict[str, Any]:
        """Return what was found as JSON values, with a format version."""
        return Traced(
            len(self.examples),
            self.examples.source,
            self.metric,
            self.failing_examples,
            self.failing,
            self.passing,
            [_suspect(self.program, one) for one in self.suspects],
            [
                SuspectPart(
                    **_part(self.program, one.part),
                    first_suspect=one.first + 1,
                    suspects=one.branches,
                    switched_off=_switched(self.program, one.part, one.switch),
                )
                for one in self.parts
            ],
            [
                ErrorCause(
                    None if one.branch is None else BranchName(**_branch(self.program, one.branch)),
                    one.proved,
                    len(one.members),
                    [Confusion(*found) for found in one.confused],
                    one.shortest,
                )
                for one in self.causes
            ],
            list(self.lines),
            None if self.unused is None else _never_ran(self.program, self.unused),
        ).to_json()


def trace_errors(
    examples: LabelledExamples,
    place: str,
    metric: Metric = "ochiai",
    data_file: Path | None = None,
    others: Iterable[Batch] | None = None,
    progress: Progress | None = None,
) -> Tracing:
    """Run examples, and return where their errors come from.

    Args:
        examples: labelled inputs of the Program.
        place: the file that the emitted code says it comes from; for reports of coverage its text has to lie there.
        metric: the formula of the suspicion.
        data_file: where coverage data goes; nowhere where it is None.
        others: further inputs on which branches that never run are looked for; nothing is looked for where it is None.
        progress: called now and then with the step, how much is done, and how much there is.
    """
    program = examples.program
    watched = watch(examples, place, data_file, progress)
    found, failures = trace_observed(examples, watched.groups, metric, progress)
    lines = branch_lines(program, place, watched.source)
    unused = None if others is None else find_unused(program, others, place, lines, watched.source)
    failing = sum(int(group.wrong.any(axis=1).sum()) for group in watched.groups)
    wrong = sum(int(group.wrong.sum()) for group in watched.groups)
    right = sum(int((group.asked & ~group.wrong).sum()) for group in watched.groups)
    return Tracing(
        program,
        examples,
        metric,
        failing,
        wrong,
        right,
        found.suspects,
        found.parts,
        found.causes,
        failures,
        watched.source,
        _lines(watched, examples, found.suspects, lines, metric),
        lines,
        unused,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The part of a tracing that needs no code to run."""

    suspects: tuple[Suspect, ...]
    parts: tuple[PartSuspect, ...]
    causes: tuple[Cause, ...]


def trace_observed(
    examples: LabelledExamples,
    observed: Sequence[Observed],
    metric: Metric = "ochiai",
    progress: Progress | None = None,
) -> tuple[Ranked, tuple[Failure, ...]]:
    """Return suspects, parts and causes, and every failure, from what was observed of examples that ran."""
    program = examples.program
    failures = tuple(list_failures(examples, observed))
    if not failures:
        return Ranked((), (), ()), ()
    spectra, batches = collect(program, observed), example_batches(examples, observed)
    suspects = tuple(find_suspects(examples, observed, spectra, metric, progress, batches))
    numbers: dict[Part, list[int]] = {}
    for number, suspect in enumerate(suspects):
        numbers.setdefault(suspect.branch.part, []).append(number)
    parts = tuple(
        PartSuspect(part, own[0], len(own), switch_off(program, part, batches))
        for part, own in numbers.items()
    )
    causes = tuple(group_errors(suspects, spectra, failures, metric))
    return Ranked(suspects, parts, causes), failures


def _suspect(program: Program, one: Suspect) -> SuspectBranch:
    repaired = switched = None
    if one.repair is not None:
        repaired = RepairGain(
            content_text(program, one.branch, content(program, one.branch)),
            content_text(program, one.branch, one.repair.held),
            len(one.repair.gain.fixed),
            one.repair.gain.broken,
        )
    if one.switch is not None:
        switched = _switched(program, one.branch.part, one.switch)
    return SuspectBranch(
        **_branch(program, one.branch),
        suspicion=_finite(one.suspicion),
        ran_failing=one.failed,
        ran_passing=one.passed,
        circuit=one.circuit,
        repair=repaired,
        switched_off=switched,
    )


def _finite(number: float) -> float | None:
    """Return a number that JSON has, None for one without bound."""
    return number if isfinite(number) else None


def _never_ran(program: Program, unused: Unused) -> NeverRan:
    return NeverRan(
        unused.inputs,
        [BranchName(**_branch(program, branch)) for branch in unused.branches],
        [
            UnusedPart(**_part(program, part), never=never, of=total)
            for part, never, total in unused.counts
        ],
        list(unused.lines),
    )


def held_text(program: Program, part: Part, switch: Switch) -> str:
    """Return what a switched-off part does, in words: `held at 3`, `silenced`."""
    if switch.entry is None:
        return "silenced"
    return f"held at {show_value(value_at(program, part.variable, switch.entry))}"


def _part(program: Program, part: Part) -> dict[str, Any]:
    return {"part": part_text(program, part), "kind": part.kind, "variable": part.variable}


def _branch(program: Program, branch: Branch) -> dict[str, Any]:
    text = branch_text(program, branch)
    return {**_part(program, branch.part), "row": branch.row, "branch": text}


def _switched(program: Program, part: Part, switch: Switch) -> SwitchGain:
    text = held_text(program, part, switch)
    return SwitchGain(text, len(switch.gain.fixed), switch.gain.broken)


def _lines(
    watched: Watched,
    examples: LabelledExamples,
    suspects: Sequence[Suspect],
    lines: dict[Branch, tuple[int, ...]],
    metric: Metric,
) -> tuple[EmittedLine, ...]:
    """Return the lines that ran, with how well each tells failing from passing examples."""
    fails = np.zeros(len(examples), dtype=np.bool_)
    for group, seen in zip(examples.groups, watched.groups, strict=True):
        fails[group.rows] = seen.wrong.any(axis=1)
    owners: dict[int, int] = {}
    for number, suspect in enumerate(suspects):
        own = lines.get(suspect.branch, ())
        # Of a look-up's lines the last one gives the value; the others only lead there.
        for line in own[-1:] if suspect.branch.part.kind == "look-up" else own:
            owners.setdefault(line, number)
    every = sorted({*watched.lines, *owners})
    found: list[EmittedLine] = []
    nothing = np.zeros(0, dtype=np.int64)
    for line in every:
        ran = watched.lines.get(line, nothing)
        failed = int(fails[ran].sum())
        passed = len(ran) - failed
        score = suspicion(metric, failed, passed, int(fails.sum()), int((~fails).sum()))
        found.append(EmittedLine(line, failed, passed, _finite(score), owners.get(line)))
    return tuple(found)
