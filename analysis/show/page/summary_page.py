"""The analysis page on the terminal. Owns its tables and colours; refuses to work anything out."""

from tprog.analysis.explain.describe import clip
from tprog.analysis.explain.redundant import Redundant
from tprog.analysis.explain.summary import CircuitLine, LabelVotes, PartSummary, Summary
from tprog.analysis.measure.figures import Accuracy, Score
from tprog.analysis.measure.vote_scale import VoteScale
from tprog.analysis.show.page.words import (
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
from tprog.terminal import Group, RenderableType, Table, Text

MOST_LABELS = 20
MOST_SPARE = 12
MOST_CIRCUITS = 3


def summary_page(summary: Summary) -> RenderableType:
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
        sections += [_breakdown(whole), _failures(whole)]
    sections.append(_votes(summary.votes, summary.scale))
    sections += [Text(note, "yellow") for note in summary.notes]
    if summary.source == "manifest":
        sections.append(
            Text("figures from the manifest, which is of this very file; --recompute", "dim")
        )
    spaced: list[RenderableType] = []
    for section in sections:
        spaced += [section, ""]
    return Group(*spaced[:-1])


def _circuits(circuits: tuple[CircuitLine, ...]) -> RenderableType:
    """Return the circuits that decide most often."""
    table = Table(show_header=False)
    table.add_column("share", justify="right", style="cyan", no_wrap=True)
    table.add_column("circuit", overflow="fold")
    for circuit in circuits[:MOST_CIRCUITS]:
        kind = kind_text(circuit.kind, alone=len(circuits) == 1)
        parts = ", ".join(circuit.parts) or "no part: the inputs and neutral values"
        said = Text.assemble((parts, "bold"), f"; {kind}; ", (share_note(circuit.share), "dim"))
        table.add_row(share_text(circuit.share.value), said)
    rest = circuits[MOST_CIRCUITS:]
    if rest:
        share = share_text(sum(circuit.share.value for circuit in rest))
        table.add_row(share, Text(f"{counted(len(rest), 'other circuit')} together", "dim"))
    inputs = counted(circuits[0].share.inputs, "random input")
    title = f"smallest sets of parts that alone give the answer, on {inputs} (`tprog circuits`)"
    return Group(Text(title, "dim"), table)


def _spare(spare: tuple[Redundant, ...]) -> RenderableType:
    """Return what can go, the first of it with its lines."""
    table = Table(show_header=False)
    for column in ("part", "lines"):
        table.add_column(column, no_wrap=True)
    table.add_column("what", overflow="fold")
    for found in spare[:MOST_SPARE]:
        lines = "" if found.lines is None else f"lines {found.lines[0]}-{found.lines[1]}"
        table.add_row(Text(found.part, "bold"), Text(lines, "dim"), f"{found.kind}: {found.what}")
    more = len(spare) - MOST_SPARE
    title = Text("can go without a change on any input (`tprog simplify` finds more)", "dim")
    rest = [Text(f"and {more} more", "dim")] if more > 0 else []
    return Group(title, table, *rest)


def _heading(summary: Summary) -> RenderableType:
    table = Table(show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    if summary.task is not None:
        table.add_row("task", summary.task)
    figures = summary.figures
    if figures.whole is not None:
        where = whole_inputs(figures, figures.whole.inputs.total)
        table.add_row("accuracy", _accuracy(figures.whole, where))
    if figures.test is not None:
        noun = "test example" if figures.examples else "test input"
        said = _accuracy(figures.test, counted(figures.test.inputs.total, noun))
        table.add_row("test data", said.append(f", seed {figures.seed}"))
    table.add_row("size", _size(summary))
    return Group(Text(summary.title or "a program without a title", "bold"), table)


def _accuracy(accuracy: Accuracy, where: str) -> Text:
    labels, inputs = accuracy.labels, accuracy.inputs
    if labels.right == labels.total:
        said = f"all {counted(labels.total, 'label')} right on {where}"
    else:
        said = (
            f"{labels.total - labels.right:,} of {counted(labels.total, 'label')} wrong, "
            f"in {inputs.total - inputs.right:,} of {where.removeprefix('every one of ')}"
        )
    return Text.assemble((percent(labels), f"bold {shade(labels)}"), f"  {said}")


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


def _parts(parts: tuple[PartSummary, ...], exact: bool) -> RenderableType:
    table = Table()
    table.add_column(Text("layer", "dim"), justify="right", no_wrap=True)
    table.add_column(Text("part", "dim"), no_wrap=True)
    table.add_column(Text("reads", "dim"), overflow="fold")
    table.add_column(Text("does", "dim"), overflow="fold")
    table.add_column(Text("used" if exact else "used*", "dim"), justify="right", no_wrap=True)
    layer: int | None = None
    for part in parts:
        remarks = Text(part.does)
        for remark, style in _remarks(part):
            remarks.append(f"; {remark}", style)
        ink = "" if part.live else "dim"
        rows = str(part.reached) if part.rows is None else f"{part.reached} of {part.rows}"
        shown = "" if part.layer == layer else str(part.layer)
        layer = part.layer
        table.add_row(
            Text(shown, "cyan"),
            Text(part.name, ink or "bold"),
            Text(part.reads, ink),
            remarks,
            rows,
        )
    if exact:
        return table
    return Group(table, Text("* counted on a sample: more may be reached", "dim"))


def _remarks(part: PartSummary) -> list[tuple[str, str]]:
    remarks = []
    if not part.live:
        remarks.append(("dead: reaches no vote", "red"))
    if part.constant is not None:
        remarks.append((f"always {part.constant}", "yellow"))
    if part.same_as is not None:
        remarks.append((f"same as {part.same_as}", "yellow"))
    return remarks


def _breakdown(accuracy: Accuracy) -> RenderableType:
    lengths = _scores("right by length", [(str(n), score) for n, score in accuracy.by_length])
    labels = _scores(
        "right by label",
        [(clip(label, LONGEST_LABEL), score) for label, score in accuracy.by_label[:MOST_LABELS]],
    )
    return Group(lengths, labels)


def _scores(title: str, scores: list[tuple[str, Score]]) -> Text:
    """Return shares side by side; what does not fit a line goes on in the next."""
    text = Text(f"{title}  ", "dim")
    for number, (name, score) in enumerate(scores):
        text.append("  " if number else "")
        # The space inside must not be where a line breaks.
        text.append(f"{name}:\u00a0", "dim")
        text.append(percent(score).replace(" %", ""), shade(score))
    return text


def _failures(accuracy: Accuracy) -> Table:
    table = Table()
    for name in ("wrong on", "right labels", "given labels"):
        table.add_column(Text(name, "dim"), overflow="fold")
    for failure in accuracy.failures:
        table.add_row(
            sequence(failure.tokens),
            sequence(failure.expected, failure.places, "bold green"),
            sequence(failure.got, failure.places),
        )
    return table


def _votes(votes: tuple[LabelVotes, ...], scale: VoteScale) -> RenderableType:
    table = Table()
    table.add_column(Text("label", "dim"), no_wrap=True)
    table.add_column(Text("strongest votes, against the mean of the other labels", "dim"))
    for found in votes[:MOST_LABELS]:
        text = Text()
        for number, one in enumerate(found.strongest):
            text.append(", " if number else "")
            text.append(f"{one.name}={one.value} " if one.value else f"{one.name} per unit ")
            text.append(scale.text(one.lead), "green")
        table.add_row(
            clip(found.label, LONGEST_LABEL), text if found.strongest else Text("none", "dim")
        )
    more = len(votes) - MOST_LABELS
    notes = [f"and {more} more labels"] if more > 0 else []
    notes += [scale.note] if scale.note else []
    return Group(table, *(Text(note, "dim") for note in notes))
