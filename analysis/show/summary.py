"""The page of `tprog analyze`: figures, parts, circuits, what can go, failures and votes."""

from collections.abc import Sequence

from tprog.analysis.explain.describe import clip
from tprog.analysis.explain.redundant import Redundant
from tprog.analysis.explain.summary import CircuitLine, LabelVotes, PartSummary, Summary
from tprog.analysis.measure.figures import Accuracy, Score
from tprog.analysis.measure.vote_scale import VoteScale
from tprog.analysis.show.model import (
    Page,
    Said,
    TableBlock,
    TableColumn,
    Text,
    joined,
    line,
    more,
    spaced,
    styled,
    table,
)
from tprog.analysis.show.words import (
    LONGEST_LABEL,
    counted,
    kind_text,
    percent,
    sequence,
    shade,
    share_note,
    share_text,
    whole_inputs,
)
from tprog.published.meanings import Parting

MOST_LABELS = 20
MOST_SPARE = 12
MOST_CIRCUITS = 3


def summary_page(summary: Summary) -> Page:
    """Return the whole page."""
    sections = [_heading(summary)]
    if summary.parts:
        sections.append(_parts(summary.parts, summary.figures.reach_exact))
    if summary.circuits:
        sections.append(_circuits(summary.circuits))
    if summary.spare:
        sections.append(_spare(summary.spare))
    whole = summary.figures.whole
    if whole is not None and whole.labels.right < whole.labels.total:
        sections += [_breakdown(whole), (_failures(whole),)]
    sections.append(_votes(summary.votes, summary.scale))
    sections += [(styled(note, "yellow"),) for note in summary.notes]
    if summary.source == "manifest":
        said = "figures from the manifest, which is of this very file; --recompute"
        sections.append((styled(said, "dim"),))
    return spaced(sections)


def facts(rows: Sequence[tuple[str, str | Text]]) -> TableBlock:
    """Return names in a column of their own, and what is said of each beside it."""
    return table((TableColumn(whole=True, style="dim"), TableColumn()), rows)


def _heading(summary: Summary) -> Page:
    rows: list[tuple[str, str | Text]] = []
    if summary.task is not None:
        rows.append(("task", summary.task))
    figures = summary.figures
    if figures.whole is not None:
        where = whole_inputs(figures, figures.whole.inputs.total)
        rows.append(("accuracy", _accuracy(figures.whole, where)))
    if figures.test is not None:
        noun = "test example" if figures.examples else "test input"
        said = _accuracy(figures.test, counted(figures.test.inputs.total, noun))
        rows.append(("test data", said + f", seed {figures.seed}"))
    rows.append(("size", _size(summary)))
    return (styled(summary.title or "a program without a title", "bold"), facts(rows))


def _accuracy(accuracy: Accuracy, where: str) -> Text:
    labels, inputs = accuracy.labels, accuracy.inputs
    if labels.right == labels.total:
        said = f"all {counted(labels.total, 'label')} right on {where}"
    else:
        said = (
            f"{labels.total - labels.right:,} of {counted(labels.total, 'label')} wrong, "
            f"in {inputs.total - inputs.right:,} of {where.removeprefix('every one of ')}"
        )
    return line((percent(labels), f"bold {shade(labels)}"), f"  {said}")


def _size(summary: Summary) -> str:
    sizes = summary.sizes
    parts = [
        counted(sizes.layers, "layer"),
        counted(sizes.heads, "head"),
        counted(sizes.numerical_heads, "numerical head"),
        counted(sizes.lookups, "look-up"),
        counted(sizes.numerical_lookups, "numerical look-up"),
        counted(sizes.branches, "branch", "branches"),
        counted(sizes.entries, "table entry", "table entries"),
        counted(sizes.votes, "vote"),
    ]
    if sizes.dead:
        parts.append(f"{sizes.dead} of {counted(sizes.modules, 'module')} dead")
    if sizes.lines is not None:
        parts.append(f"{counted(sizes.lines, 'line')} besides the votes")
    return ", ".join(part for part in parts if not part.startswith("0 "))


def _parts(parts: tuple[PartSummary, ...], exact: bool) -> Page:
    columns = (
        TableColumn("layer", right=True, whole=True, style="cyan"),
        TableColumn("part", whole=True),
        TableColumn("reads"),
        TableColumn("does"),
        TableColumn("used" if exact else "used*", right=True, whole=True),
    )
    rows = []
    layer: int | None = None
    for part in parts:
        ink = "" if part.live else "dim"
        used = str(part.reached) if part.rows is None else f"{part.reached} of {part.rows}"
        shown = "" if part.layer == layer else str(part.layer)
        layer = part.layer
        does = joined("; ", [part.does, *_remarks(part)])
        rows.append((shown, styled(part.name, ink or "bold"), styled(part.reads, ink), does, used))
    note = () if exact else (styled("* counted on a sample: more may be reached", "dim"),)
    return (table(columns, rows), *note)


def _remarks(part: PartSummary) -> list[Said]:
    remarks: list[Said] = []
    if not part.live:
        remarks.append(("dead: reaches no vote", "red"))
    if part.constant is not None:
        remarks.append((f"always {part.constant}", "yellow"))
    if part.same_as is not None:
        remarks.append((f"same as {part.same_as}", "yellow"))
    return remarks


def _circuits(circuits: tuple[CircuitLine, ...]) -> Page:
    """Return the circuits that decide most often."""
    rows: list[tuple[str, Text]] = []
    for circuit in circuits[:MOST_CIRCUITS]:
        kind = kind_text(circuit.kind, alone=len(circuits) == 1)
        parts = ", ".join(circuit.parts) or "no part: the inputs and neutral values"
        said = line((parts, "bold"), f"; {kind}; ", (share_note(circuit.share), "dim"))
        rows.append((share_text(circuit.share.value), said))
    rest = circuits[MOST_CIRCUITS:]
    if rest:
        share = share_text(sum(circuit.share.value for circuit in rest))
        rows.append((share, styled(f"{counted(len(rest), 'other circuit')} together", "dim")))
    inputs = counted(circuits[0].share.inputs, "random input")
    title = f"smallest sets of parts that alone give the answer, on {inputs} (`tprog circuits`)"
    columns = (TableColumn(right=True, whole=True, style="cyan"), TableColumn())
    return (styled(title, "dim"), table(columns, rows))


def _spare(spare: tuple[Redundant, ...]) -> Page:
    """Return what can go, the first of it with its lines."""
    rows = []
    for found in spare[:MOST_SPARE]:
        lines = "" if found.lines is None else f"lines {found.lines[0]}-{found.lines[1]}"
        rows.append(
            (styled(found.part, "bold"), styled(lines, "dim"), f"{found.kind}: {found.what}")
        )
    title = "can go without a change on any input (`tprog simplify` finds more)"
    columns = (TableColumn(whole=True), TableColumn(whole=True), TableColumn())
    return (styled(title, "dim"), table(columns, rows), *more(len(spare) - MOST_SPARE))


def _breakdown(accuracy: Accuracy) -> Page:
    by_label = [(clip(name, LONGEST_LABEL), score) for name, score in accuracy.by_label]
    return (
        _scores("right by length", [(str(n), score) for n, score in accuracy.by_length]),
        _scores("right by label", by_label[:MOST_LABELS]),
    )


def _scores(title: str, scores: Sequence[tuple[str, Score]]) -> Text:
    """Return shares side by side; what does not fit a line goes on in the next."""
    # The space inside must not be where a line breaks.
    shown = (
        line((f"{name}:\u00a0", "dim"), (percent(score).replace(" %", ""), shade(score)))
        for name, score in scores
    )
    return line((f"{title}  ", "dim"), joined("  ", shown))


def _failures(accuracy: Accuracy) -> TableBlock:
    rows = [
        (
            sequence(failure.tokens),
            sequence(failure.expected, failure.places, "bold green"),
            sequence(failure.got, failure.places),
        )
        for failure in accuracy.failures
    ]
    return table(("wrong on", "right labels", "given labels"), rows)


def _votes(votes: tuple[LabelVotes, ...], scale: VoteScale) -> Page:
    rows = []
    for found in votes[:MOST_LABELS]:
        strongest = (
            line(
                f"{one.name}={one.value} " if one.value else f"{one.name} per unit ",
                (scale.text(one.lead), "green"),
            )
            for one in found.strongest
        )
        said = joined(", ", strongest) if found.strongest else styled("none", "dim")
        rows.append((clip(found.label, LONGEST_LABEL), said))
    head = "strongest votes, against the mean of the other labels"
    columns = (TableColumn("label", whole=True), TableColumn(head))
    note = (styled(scale.note, "dim"),) if scale.note else ()
    return (table(columns, rows), *more(len(votes) - MOST_LABELS, "more labels"), *note)


def parting_line(parting: Parting) -> Text:
    """Return on how many inputs source and network part."""
    return styled(parting.sentence, "yellow" if parting.differing else "")
