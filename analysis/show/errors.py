"""Where a Program's errors come from: suspects and their repairs, causes, and the source with its suspicious lines marked."""

from tprog.analysis.explain.cells import (
    Branch,
    branch_text,
    content,
    content_text,
    part_text,
)
from tprog.analysis.explain.describe import clip
from tprog.analysis.explain.trace import Cause, EmittedLine, Suspect, Tracing, Unused
from tprog.analysis.explain.trace.tracing import held_text
from tprog.analysis.measure.vote_scale import vote_scale
from tprog.analysis.show.model import (
    BREAK,
    GAP,
    Block,
    Code,
    Heading,
    Page,
    Said,
    TableBlock,
    TableColumn,
    Text,
    joined,
    line,
    more,
    styled,
    table,
)
from tprog.analysis.show.words import counted, label_text, sequence
from tprog.ir import Program

PROVED, SUSPECTED = "bold red", "yellow"
TOP = 10  # suspects and causes that are shown unless someone asks for more
# Lines around a marked one; of what never ran branches of a part, lines and parts.
AROUND, MOST_LISTED, MOST_LINES, MOST_PARTS = 1, 3, 12, 8
LONGEST_BRANCH, LONGEST_LINE = 40, 88


def errors_page(tracing: Tracing, top: int = TOP, whole_source: bool = False) -> Page:
    """Return what was found out about a Program's errors.

    Args:
        tracing: what was found.
        top: how many suspects and causes are shown.
        whole_source: whether all of the source is shown, not only what stands around suspicious lines.
    """
    pieces: list[Block] = [_heading(tracing)]
    if tracing.failing:
        pieces += [GAP, Heading("Suspects"), *_suspects(tracing, top)]
        pieces += [GAP, Heading("Whole parts switched off"), _parts(tracing, top)]
        pieces += [GAP, Heading("Errors by cause"), *_causes(tracing, top)]
        pieces += [GAP, Heading("Source"), _source(tracing, top, whole_source)]
    if tracing.unused is not None:
        pieces += [GAP, Heading("Never ran"), *_unused(tracing, tracing.unused)]
    return tuple(pieces)


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
    # Of what stands there now the value is enough, without bounds before it and `wants`.
    value = content_text(program, branch, before).rpartition("→ ")[2].removeprefix("wants ")
    return f"{text}, not {value}"


def _changed_weight(program: Program, before: object, after: object) -> str:
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    labels = program.classifier.labels
    for label, old, new in zip(labels, before, after, strict=True):
        if old != new:
            scale = vote_scale(program)
            return f"votes {scale.complete(new)} for {label_text(label)}, not {scale.complete(old)}"
    return ""


def _heading(tracing: Tracing) -> Text:
    total = tracing.failing + tracing.passing
    examples = f"{counted(len(tracing.examples), 'example')} ({tracing.examples.source}): "
    if not tracing.failing:
        return line(examples, (f"all {total:,} labels are right", "green"))
    wrong = (f"{tracing.failing:,} of {total:,} labels are wrong", "bold red")
    return line(examples, wrong, f", in {counted(tracing.failing_examples, 'example')}")


def _numbers(*heads: str) -> list[TableColumn]:
    return [TableColumn(head, right=True, whole=True) for head in heads]


def _suspects(tracing: Tracing, top: int) -> Page:
    program = tracing.program
    rows = []
    for number, suspect in enumerate(tracing.suspects[:top], start=1):
        gain = None if suspect.repair is None else suspect.repair.gain
        repair = repair_text(program, suspect) or "no repair"
        said: list[Said] = [
            (branch_name(program, suspect.branch), "bold"),
            BREAK,
            (repair, "" if gain else "dim"),
        ]
        if suspect.switch is not None:
            said += [BREAK, (_switch_text(program, suspect), "dim")]
        counts = (f"{len(gain.fixed):,}", f"{gain.broken:,}") if gain else ("", "")
        rows.append(
            (
                styled(str(number), PROVED if gain else SUSPECTED),
                line(*said),
                f"{suspect.suspicion:.3f}",
                f"{suspect.failed:,}",
                f"{suspect.passed:,}",
                *counts,
            )
        )
    columns = (
        TableColumn(right=True, whole=True),
        TableColumn("branch, and its best repair", stretched=True),
        *_numbers(tracing.metric, "failing", "passing", "put right", "broken"),
    )
    explained = (
        "failing, passing: labels that the branch had a part in. "
        "put right, broken: what the repair does to all labels."
    )
    return (
        table(columns, rows, (1, 1)),
        *more(len(tracing.suspects) - top, "more (--top)"),
        *_together(tracing, top),
        styled(explained, "dim"),
    )


def _switch_text(program: Program, suspect: Suspect) -> str:
    assert suspect.switch is not None
    gain = suspect.switch.gain
    how = held_text(program, suspect.branch.part, suspect.switch)
    return f"{how}: {len(gain.fixed):,} put right, {gain.broken:,} broken"


def _together(tracing: Tracing, top: int) -> Page:
    """Return which of the suspects that are shown run together."""
    circuits: dict[int, list[int]] = {}
    for number, suspect in enumerate(tracing.suspects[:top], start=1):
        circuits.setdefault(suspect.circuit, []).append(number)
    lists = [" ".join(map(str, found)) for found in circuits.values() if len(found) > 1]
    if not lists:
        return ()
    return (styled(f"One circuit, on nearly the same wrong labels: {'; '.join(lists)}.", "dim"),)


def _parts(tracing: Tracing, top: int) -> TableBlock:
    columns = (
        TableColumn("part"),
        TableColumn("suspects", right=True),
        TableColumn("switched off"),
        TableColumn("errors gone", right=True),
        TableColumn("right ones broken", right=True),
    )
    rows = [
        (
            part_text(tracing.program, one.part),
            f"{one.branches:,}",
            held_text(tracing.program, one.part, one.switch),
            f"{len(one.switch.gain.fixed):,}",
            f"{one.switch.gain.broken:,}",
        )
        for one in tracing.parts[:top]
    ]
    return table(columns, rows, (1, 1))


def _causes(tracing: Tracing, top: int) -> Page:
    pieces: list[Text] = []
    for number, cause in enumerate(tracing.causes[:top], start=1):
        pieces += _cause(tracing, number, cause)
    rest = tracing.causes[top:]
    if rest:
        errors = counted(sum(len(cause.members) for cause in rest), "error")
        pieces.append(styled(f"and {errors} of {counted(len(rest), 'more cause')} (--top)", "dim"))
    return tuple(pieces)


def _cause(tracing: Tracing, number: int, cause: Cause) -> list[Text]:
    program = tracing.program
    said: list[Said] = [
        (f"{number}  ", PROVED if cause.proved else SUSPECTED),
        (counted(len(cause.members), "error"), "bold"),
    ]
    if cause.branch is None:
        said.append(" that nothing singles out")
    else:
        how = "put right by" if cause.proved else "no repair; all went through"
        said += [f", {how} ", (branch_name(program, cause.branch), "bold")]
    repairs = [one for one in tracing.suspects if one.branch == cause.branch and cause.proved]
    if repairs:
        said.append(f": {repair_text(program, repairs[0])}")
    confused = ", ".join(
        f"{label_text(given)} for {label_text(wanted)} ({count:,})"
        for wanted, given, count in cause.confused
    )
    shortest = cause.shortest
    marked = () if shortest.place is None else (shortest.place,)
    at = "" if shortest.place is None else f" at token {shortest.place + 1}"
    answers = f": {label_text(shortest.given)}{at}, right is {label_text(shortest.wanted)}"
    example = line("   for example ", sequence(shortest.tokens, marked), answers)
    return [line(*said), styled(f"   gives {confused}", "dim"), example]


def _source(tracing: Tracing, top: int, whole: bool) -> Code:
    """Return the lines of the suspects that are shown, with the number of the first suspect in the margin."""
    text = tracing.source.split("\n")
    lines = {one.number: one for one in tracing.lines}
    marks = {
        one.number: one.suspect
        for one in tracing.lines
        if one.suspect is not None and one.suspect < top
    }
    near = {place for mark in marks for place in range(mark - AROUND, mark + AROUND + 1)}
    shown = [number for number in range(1, len(text) + 1) if whole or number in near]
    out = [styled("         failing passing  examples that the line ran in", "dim")]
    last = 0
    for number in shown:
        if last and number != last + 1:
            out.append(styled("       ⋮", "dim"))
        last = number
        out.append(_line(tracing, number, text[number - 1], lines.get(number), marks.get(number)))
    while len(out) > 1 and not out[-1].plain.strip():
        out.pop()
    return Code(tuple(out))


def _line(
    tracing: Tracing, number: int, text: str, ran: EmittedLine | None, suspect: int | None
) -> Text:
    style, mark = "", "    "
    if suspect is not None:
        style = PROVED if tracing.suspects[suspect].repair is not None else SUSPECTED
        mark = f"{suspect + 1:>2}▶ "
    counts = " " * 17
    if ran is not None and ran.failed + ran.passed > 0:
        counts = f"{ran.failed:>7,} {ran.passed:>7,}  "
    return line(
        (mark, style), (f"{number:>4} ", "dim"), (counts, "dim"), (clip(text, LONGEST_LINE), style)
    )


def _unused(tracing: Tracing, unused: Unused) -> Page:
    program = tracing.program
    counts = [row for row in unused.counts if row[1]]
    most = sorted(counts, key=lambda row: -row[1])[:MOST_PARTS]
    rows = []
    for part, never, total in counts:
        if (part, never, total) not in most:
            continue
        own = [branch for branch in unused.branches if branch.part == part]
        names = [clip(branch_text(program, branch), LONGEST_BRANCH) for branch in own[:MOST_LISTED]]
        names += [f"and {never - MOST_LISTED:,} more"] if never > MOST_LISTED else []
        rows.append((part_text(program, part), f"{never:,} of {total:,}", " · ".join(names)))
    heading = line(
        (f"on {counted(unused.inputs, 'input')}, at no position: ", "dim"),
        counted(len(unused.branches), "branch", "branches"),
        f" and {counted(len(unused.lines), 'line')}",
    )
    if len(counts) > MOST_PARTS:
        heading += (f"; {MOST_PARTS} of {len(counts)} parts are shown, --json has all", "dim")
    columns = (
        TableColumn("part"),
        TableColumn("branches", right=True),
        TableColumn("that never ran"),
    )
    text = tracing.source.split("\n")
    lines = [
        line((f"    {number:>4} ", "dim"), clip(text[number - 1], LONGEST_LINE))
        for number in unused.lines[:MOST_LINES]
    ]
    rest = len(unused.lines) - MOST_LINES
    lines += [styled(f"         and {rest:,} more lines", "dim")] if rest > 0 else []
    return (
        heading,
        *((table(columns, rows, (1, 1)),) if unused.branches else ()),
        *((joined(BREAK, lines),) if lines else ()),
    )
