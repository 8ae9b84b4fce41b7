"""Traced errors on the terminal. Owns tables, marked source and colours; refuses to work anything out."""

from collections.abc import Iterable

from tprog.analysis.explain.cells import (
    Branch,
    branch_text,
    content,
    content_text,
    part_text,
)
from tprog.analysis.explain.describe import clip
from tprog.analysis.explain.trace import Cause, Line, Suspect, Tracing, Unused
from tprog.analysis.explain.trace.tracing import held_text
from tprog.analysis.measure.vote_scale import vote_scale
from tprog.analysis.show.page.words import counted, label_text, sequence
from tprog.ir import Program
from tprog.terminal import Group, RenderableType, Table, Text

PROVED, SUSPECTED = "bold red", "yellow"
# Lines around a marked one; of what never ran branches of a part, lines and parts.
AROUND, MOST_LISTED, MOST_LINES, MOST_PARTS = 1, 3, 12, 8
LONGEST_BRANCH, LONGEST_LINE = 40, 88


def trace_page(tracing: Tracing, top: int, whole_source: bool = False) -> RenderableType:
    """Return what was found out about a Program's errors.

    Args:
        tracing: what was found.
        top: how many suspects and causes are shown.
        whole_source: whether all of the source is shown, not only what stands around suspicious lines.
    """
    pieces: list[RenderableType] = [_heading(tracing)]
    if tracing.failing:
        pieces += ["", Text("Suspects", "bold"), _suspects(tracing, top)]
        pieces += ["", Text("Whole parts switched off", "bold"), _parts(tracing, top)]
        pieces += ["", Text("Errors by cause", "bold"), _causes(tracing, top)]
        pieces += ["", Text("Source", "bold"), _source(tracing, top, whole_source)]
    if tracing.unused is not None:
        pieces += ["", Text("Never ran", "bold"), _unused(tracing, tracing.unused)]
    return Group(*pieces)


def branch_name(program: Program, branch: Branch) -> str:
    """Return a branch with its part, on one line."""
    return f"{part_text(program, branch.part)}: {branch_text(program, branch)}"


def repair_text(program: Program, suspect: Suspect) -> str:
    """Return a repair in words, `→ 3, not → 7`; nothing where there is none."""
    if suspect.repair is None:
        return ""
    branch = suspect.branch
    before, after = content(program, branch), suspect.repair.held
    if branch.part.kind == "votes":
        return _changed_weight(program, before, after)
    text = content_text(program, branch, after)
    return f"{text}, not {_value(content_text(program, branch, before))}"


def _changed_weight(program: Program, before: object, after: object) -> str:
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    labels = program.classifier.labels
    for label, old, new in zip(labels, before, after, strict=True):
        if old != new:
            scale = vote_scale(program)
            return f"votes {scale.complete(new)} for {label_text(label)}, not {scale.complete(old)}"
    return ""


def _value(text: str) -> str:
    """Return the end of a branch's content, without the bounds before it and `wants`."""
    return text.rpartition("→ ")[2].removeprefix("wants ")


def _heading(tracing: Tracing) -> Text:
    total = tracing.failing + tracing.passing
    text = Text()
    text.append(f"{counted(len(tracing.examples), 'example')} ({tracing.examples.source}): ")
    if not tracing.failing:
        return text.append(f"all {total:,} labels are right", "green")
    text.append(f"{tracing.failing:,} of {total:,} labels are wrong", "bold red")
    return text.append(f", in {counted(tracing.failing_examples, 'example')}")


def _suspects(tracing: Tracing, top: int) -> RenderableType:
    program = tracing.program
    table = Table(padding=(0, 1))
    table.add_column("", justify="right", no_wrap=True, vertical="top")
    table.add_column(Text("branch, and its best repair", "dim"), overflow="fold", ratio=1)
    for title in (tracing.metric, "failing", "passing", "put right", "broken"):
        table.add_column(Text(title, "dim"), justify="right", no_wrap=True)
    for number, suspect in enumerate(tracing.suspects[:top], start=1):
        gain = None if suspect.repair is None else suspect.repair.gain
        name = Text(branch_name(program, suspect.branch), "bold")
        repair = repair_text(program, suspect) or "no repair"
        name.new_line().append(repair, "" if gain else "dim")
        if suspect.switch is not None:
            name.new_line().append(_switch_text(program, suspect), "dim")
        table.add_row(
            Text(str(number), PROVED if gain else SUSPECTED),
            name,
            f"{suspect.suspicion:.3f}",
            f"{suspect.failed:,}",
            f"{suspect.passed:,}",
            f"{len(gain.fixed):,}" if gain else "",
            f"{gain.broken:,}" if gain else "",
        )
    rest = len(tracing.suspects) - top
    more = [Text(f"and {rest:,} more (--top)", "dim")] if rest > 0 else []
    explained = (
        "failing, passing: labels that the branch had a part in. "
        "put right, broken: what the repair does to all labels."
    )
    return Group(table, *more, *_together(tracing, top), Text(explained, "dim"))


def _switch_text(program: Program, suspect: Suspect) -> str:
    assert suspect.switch is not None
    gain = suspect.switch.gain
    how = held_text(program, suspect.branch.part, suspect.switch)
    return f"{how}: {len(gain.fixed):,} put right, {gain.broken:,} broken"


def _together(tracing: Tracing, top: int) -> list[Text]:
    """Return which of the suspects that are shown run together."""
    circuits: dict[int, list[int]] = {}
    for number, suspect in enumerate(tracing.suspects[:top], start=1):
        circuits.setdefault(suspect.circuit, []).append(number)
    lists = [" ".join(map(str, found)) for found in circuits.values() if len(found) > 1]
    if not lists:
        return []
    return [Text(f"One circuit, on nearly the same wrong labels: {'; '.join(lists)}.", "dim")]


def _parts(tracing: Tracing, top: int) -> Table:
    table = Table(padding=(0, 1))
    table.add_column(Text("part", "dim"))
    table.add_column(Text("suspects", "dim"), justify="right")
    table.add_column(Text("switched off", "dim"))
    table.add_column(Text("errors gone", "dim"), justify="right")
    table.add_column(Text("right ones broken", "dim"), justify="right")
    for one in tracing.parts[:top]:
        table.add_row(
            part_text(tracing.program, one.part),
            f"{one.branches:,}",
            held_text(tracing.program, one.part, one.switch),
            f"{len(one.switch.gain.fixed):,}",
            f"{one.switch.gain.broken:,}",
        )
    return table


def _causes(tracing: Tracing, top: int) -> RenderableType:
    pieces: list[RenderableType] = []
    for number, cause in enumerate(tracing.causes[:top], start=1):
        pieces += _cause(tracing, number, cause)
    rest = tracing.causes[top:]
    if rest:
        errors = sum(len(cause.members) for cause in rest)
        causes = counted(len(rest), "more cause")
        pieces.append(Text(f"and {counted(errors, 'error')} of {causes} (--top)", "dim"))
    return Group(*pieces)


def _cause(tracing: Tracing, number: int, cause: Cause) -> list[RenderableType]:
    program = tracing.program
    head = Text(f"{number}  ", PROVED if cause.proved else SUSPECTED)
    head.append(counted(len(cause.members), "error"), "bold")
    if cause.branch is None:
        head.append(" that nothing singles out")
    else:
        how = "put right by" if cause.proved else "no repair; all went through"
        head.append(f", {how} ")
        head.append(branch_name(program, cause.branch), "bold")
    repairs = [one for one in tracing.suspects if one.branch == cause.branch and cause.proved]
    if repairs:
        head.append(f": {repair_text(program, repairs[0])}")
    confused = ", ".join(
        f"{label_text(given)} for {label_text(wanted)} ({count:,})"
        for wanted, given, count in cause.confused
    )
    shortest = cause.shortest
    example = Text("   for example ")
    marked = () if shortest.place is None else (shortest.place,)
    example.append(sequence(shortest.tokens, marked))
    at = "" if shortest.place is None else f" at token {shortest.place + 1}"
    example.append(f": {label_text(shortest.given)}{at}, right is {label_text(shortest.wanted)}")
    return [head, Text(f"   gives {confused}", "dim"), example]


def _source(tracing: Tracing, top: int, whole: bool) -> Text:
    """Return the lines of the suspects that are shown, with the number of the first suspect in the margin."""
    text = tracing.source.split("\n")
    lines = {line.number: line for line in tracing.lines}
    marks = {
        line.number: line.suspect
        for line in tracing.lines
        if line.suspect is not None and line.suspect < top
    }
    shown = (
        list(range(1, len(text) + 1))
        if whole
        else sorted({near for line in marks for near in _around(line, len(text))})
    )
    out = Text(no_wrap=True, overflow="ellipsis")
    out.append("         failing passing  examples that the line ran in", "dim").new_line()
    last = 0
    for number in shown:
        if last and number != last + 1:
            out.append("       ⋮", "dim").new_line()
        last = number
        out.append(_line(tracing, number, text[number - 1], lines.get(number), marks.get(number)))
        out.new_line()
    out.rstrip()
    return out


def _around(line: int, last: int) -> Iterable[int]:
    return range(max(1, line - AROUND), min(last, line + AROUND) + 1)


def _line(tracing: Tracing, number: int, text: str, line: Line | None, suspect: int | None) -> Text:
    out = Text()
    style = ""
    if suspect is None:
        out.append("    ")
    else:
        style = PROVED if tracing.suspects[suspect].repair is not None else SUSPECTED
        out.append(f"{suspect + 1:>2}▶ ", style)
    out.append(f"{number:>4} ", "dim")
    ran = line is not None and line.failed + line.passed > 0
    counts = f"{line.failed:>7,} {line.passed:>7,}  " if ran and line is not None else " " * 17
    out.append(counts, "dim")
    out.append(clip(text, LONGEST_LINE), style)
    return out


def _unused(tracing: Tracing, unused: Unused) -> RenderableType:
    program = tracing.program
    table = Table(padding=(0, 1))
    table.add_column(Text("part", "dim"))
    table.add_column(Text("branches", "dim"), justify="right")
    table.add_column(Text("that never ran", "dim"), overflow="fold")
    most = sorted((row for row in unused.counts if row[1]), key=lambda row: -row[1])[:MOST_PARTS]
    for part, never, total in unused.counts:
        own = [branch for branch in unused.branches if branch.part == part]
        names = [clip(branch_text(program, branch), LONGEST_BRANCH) for branch in own[:MOST_LISTED]]
        more = [f"and {never - MOST_LISTED:,} more"] if never > MOST_LISTED else []
        if (part, never, total) in most:
            table.add_row(
                part_text(program, part), f"{never:,} of {total:,}", " · ".join([*names, *more])
            )
    text = tracing.source.split("\n")
    lines = Text()
    for number in unused.lines[:MOST_LINES]:
        lines.append(f"    {number:>4} ", "dim").append(clip(text[number - 1], LONGEST_LINE))
        lines.new_line()
    rest = len(unused.lines) - MOST_LINES
    lines.append(f"         and {rest:,} more lines" if rest > 0 else "", "dim")
    lines.rstrip()
    heading = Text(f"on {counted(unused.inputs, 'input')}, at no position: ", "dim")
    heading.append(counted(len(unused.branches), "branch", "branches"))
    heading.append(f" and {counted(len(unused.lines), 'line')}")
    parts = sum(1 for row in unused.counts if row[1])
    if parts > MOST_PARTS:
        heading.append(f"; {MOST_PARTS} of {parts} parts are shown, --json has all", "dim")
    return Group(heading, *([table] if unused.branches else []), *([lines] if unused.lines else []))
