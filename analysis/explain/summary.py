"""The summary of one Program: everything that `tprog analyze` shows, as data.

Figures come from the manifest beside the program file while that speaks of exactly this file, and are measured otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tprog.analysis.explain.circuits.kinds import KindOfInput
from tprog.analysis.explain.circuits.survey import INPUTS, Share, survey
from tprog.analysis.explain.describe import describe, describe_reads, kind_of, show_value
from tprog.analysis.explain.redundant import Redundant, redundant_parts
from tprog.analysis.measure.figures import METRIC, Figures, Progress, check_task, measure
from tprog.analysis.measure.predictors import LIMIT
from tprog.analysis.measure.reference import draw_reference, fitting_task
from tprog.analysis.measure.sizes import Sizes, live_variables, sizes
from tprog.analysis.measure.vote_scale import PLAIN, VoteScale, vote_scale
from tprog.errors import UsageError
from tprog.ir import CategoricalVotes, FiniteValues, Operation, Program
from tprog.json_values import Formatted
from tprog.manifest import Manifest
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task

STRONGEST = 3
# Circuits are sought on so many inputs, in programs of at most so many parts: a twentieth of a second.
MOST_CIRCUIT_PARTS = 10


@dataclass(frozen=True, slots=True)
class PartSummary:
    """One head or look-up.

    Attributes:
        name: its name.
        kind: which sort of module it is.
        layer: its layer, from 0.
        reads: what it reads, such as `q tokens, k positions, v tokens`.
        does: one line on what it computes.
        rows: how many rows or entries it has; None where they have no end.
        reached: how many of them are ever used.
        live: whether a path leads from it to the classifier's votes.
        constant: the one value that it ever writes, as text, where there is only one on every input; else None.
        same_as: the name of an earlier part that computes the same from the same variables, else None.
        notes: what was noted on it.
    """

    name: str
    kind: str
    layer: int
    reads: str
    does: str
    rows: int | None
    reached: int
    live: bool
    constant: str | None
    same_as: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly one value of a variable speaks for a label.

    Attributes:
        name: the variable's name.
        value: the value, as text; empty for a numerical variable, whose votes count for each unit.
        lead: its votes for the label less the mean of those for the other labels, rounded.
    """

    name: str
    value: str
    lead: int


@dataclass(frozen=True, slots=True)
class LabelVotes:
    """What speaks for a label; values that never occur are left out.

    Attributes:
        label: the label.
        strongest: what speaks for it, the strongest first.
    """

    label: str
    strongest: tuple[Strength, ...]


@dataclass(frozen=True, slots=True)
class CircuitLine:
    """One of the smallest sets of parts that alone still give the answer (see `tprog.analysis.explain.circuits`).

    Attributes:
        parts: the names of its parts.
        share: of the predictions on some inputs, those at which it is the smallest.
        kind: on what kind of input; None where nothing tells.
    """

    parts: tuple[str, ...]
    share: Share
    kind: KindOfInput | None


@dataclass(frozen=True, slots=True)
class Summary(Formatted):
    """One page on a Program.

    Attributes:
        title: its title, or an empty text.
        task: the task's specification; None where there is none.
        facts: what its file says of it.
        sizes: how large it is.
        figures: what was measured.
        parts: every head and look-up, in order.
        votes: what speaks for each label that can be predicted.
        source: whether the figures come from a manifest or were measured just now.
        notes: what one should know besides.
        spare: what can be shown to be superfluous, with the lines where it stands.
        circuits: the circuits that decide, the most frequent first; empty where the Program is too large to look at once.
        scale: how its votes are shown.
    """

    title: str
    task: str | None
    facts: tuple[str, ...]
    sizes: Sizes
    figures: Figures
    parts: tuple[PartSummary, ...]
    votes: tuple[LabelVotes, ...]
    source: Literal["manifest", "measured"]
    notes: tuple[str, ...]
    spare: tuple[Redundant, ...] = ()
    circuits: tuple[CircuitLine, ...] = ()
    scale: VoteScale = PLAIN


def summarize(
    program: Program,
    *,
    source: str | None = None,
    manifest: Manifest | None = None,
    task: Task | None = None,
    seed: int | None = None,
    recompute: bool = False,
    limit: int = LIMIT,
    progress: Progress | None = None,
) -> Summary:
    """Return everything that the analysis page shows.

    Args:
        program: a valid Program.
        source: the text of its file, with which a manifest has to agree.
        manifest: the manifest beside the file, if there is one.
        task: what the Program is to compute; by default what the manifest or the file says.
        seed: of the test data; by default the manifest's, else 0.
        recompute: whether to measure although a manifest agrees.
        limit: the most inputs that are run one by one; beyond it, samples are.
        progress: called while measuring, see `measure`.

    Raises:
        UsageError: the given task does not fit the Program.
    """
    notes: list[str] = []
    if manifest is not None and source is not None and not manifest.matches(source):
        notes.append("the manifest speaks of another version of the file and is not used")
        manifest = None
    found = _from_manifest(program, source, manifest, task, seed)
    if found is None or recompute:
        given = manifest.seed if manifest is not None and seed is None else seed
        chosen = task if task is not None else _named_task(program, manifest, notes)
        learned_from = None if manifest is None else manifest.data_sha256
        figures = measure(program, chosen, given or 0, limit, progress, learned_from)
    else:
        figures = found
    return Summary(
        program.provenance.title,
        figures.task,
        program.provenance.lines,
        sizes(program, source),
        figures,
        _parts(program, figures),
        _label_votes(program, figures),
        "measured" if found is None or recompute else "manifest",
        tuple(notes),
        redundant_parts(program, source),
        _circuits(program, task),
        vote_scale(program),
    )


def _circuits(program: Program, task: Task | None) -> tuple[CircuitLine, ...]:
    """Return the circuits of a small Program; the same inputs each time, whatever seed is given for the test data."""
    if not 0 < len(program.operations) <= MOST_CIRCUIT_PARTS:
        return ()
    chosen = fitting_task(program, task)
    found = survey(program, draw_reference(program, chosen, INPUTS, 0))
    return tuple(
        CircuitLine(
            tuple(program.names[part] for part in circuit.parts),
            found.share(circuit.count),
            circuit.kind,
        )
        for circuit in found.circuits
    )


def _from_manifest(
    program: Program,
    source: str | None,
    manifest: Manifest | None,
    task: Task | None,
    seed: int | None,
) -> Figures | None:
    """Return the manifest's figures where they are of this file, this task and this seed."""
    if manifest is None or source is None:
        return None
    figures = Figures.from_json(manifest.metrics.get(METRIC))
    if figures is None or not figures.fits(program):
        return None
    if task is not None and figures.task != task.spec:
        return None
    return figures if seed is None or seed == figures.seed else None


def _named_task(program: Program, manifest: Manifest | None, notes: list[str]) -> Task | None:
    """Return the task that the manifest or the program names; where there is none, a note says why."""
    spec = program.provenance.task
    if manifest is not None and manifest.task is not None:
        spec = manifest.task
    if spec is None:
        notes.append("the file names no task, so there is no accuracy; give one with --task")
        return None
    try:
        task = get_task(spec)
        check_task(program, task)
    except UsageError as error:
        notes.append(f"no accuracy: {error}")
        return None
    return task


def _parts(program: Program, figures: Figures) -> tuple[PartSummary, ...]:
    first = len(program.inputs)
    live = live_variables(program)
    seen: dict[Operation, str] = {}
    parts = []
    for number, operation in enumerate(program.operations):
        name = program.names[first + number]
        earlier = seen.setdefault(operation, name)
        parts.append(
            PartSummary(
                name,
                kind_of(operation),
                program.layers[number],
                describe_reads(program, first + number),
                describe(program, first + number, 60),
                figures.rows[number],
                figures.reached_rows[number],
                first + number in live,
                _constant(program, first + number, figures),
                None if earlier == name else earlier,
                operation.notes,
            )
        )
    return tuple(parts)


def _constant(program: Program, variable: int, figures: Figures) -> str | None:
    reached, values = figures.reached_values[variable], program.values[variable]
    if not figures.reach_exact or reached is None or len(reached) != 1:
        return None
    return show_value(values.values[reached[0]]) if isinstance(values, FiniteValues) else None


def _label_votes(program: Program, figures: Figures) -> tuple[LabelVotes, ...]:
    classifier = program.classifier
    open_labels = [
        label for label in range(len(classifier.labels)) if label not in classifier.masked
    ]
    found: dict[int, list[Strength]] = {label: [] for label in open_labels}
    for vote in classifier.votes:
        name, values = program.names[vote.variable], program.values[vote.variable]
        if isinstance(vote, CategoricalVotes) and isinstance(values, FiniteValues):
            reached = figures.reached_values[vote.variable] or ()
            rows: Iterable[tuple[str, tuple[int, ...]]] = [
                (show_value(values.values[index]), vote.weights[index]) for index in reached
            ]
        else:
            rows = [("", vote.weights)] if not isinstance(vote, CategoricalVotes) else []
        for value, weights in rows:
            total = sum(weights[label] for label in open_labels)
            for label in open_labels:
                others = max(1, len(open_labels) - 1)
                lead = weights[label] - (total - weights[label]) / others
                if round(lead) > 0:
                    found[label].append(Strength(name, value, round(lead)))
    return tuple(
        LabelVotes(
            classifier.labels[label],
            tuple(sorted(strengths, key=lambda one: -one.lead)[:STRONGEST]),
        )
        for label, strengths in found.items()
    )
