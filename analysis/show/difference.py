"""What changed between two Programs, side by side, and how their answers differ."""

from tprog.analysis.diff import Behaviour, Change, Diff, DiffPart
from tprog.analysis.diff.changes import Detail
from tprog.analysis.diff.diff import DiffSide
from tprog.analysis.show.model import (
    GAP,
    Page,
    TableBlock,
    TableColumn,
    Text,
    joined,
    line,
    spaced,
    styled,
    table,
)
from tprog.analysis.show.verdict import example_rows
from tprog.analysis.show.words import counted, label_text

# Places of one change that are shown unless someone asks for all; votes say least each.
MOST_DETAILS = 8
MOST_VOTES = 4
MOST_TURNS = 8

TITLES = {
    "reads": "reads",
    "rows": "predicate rows",
    "entries": "table entries",
    "boxes": "boxes",
    "values": "values that it tells apart",
    "tie-break": "tie-break",
    "mask": "mask",
    "words": "words of its table",
    "rule": "rule",
    "votes": "votes",
    "form": "written otherwise",
}
MARKS = {"changed": ("~", "yellow"), "added": ("+", "green"), "removed": ("-", "red")}


def difference_page(found: Diff, width: int, *, every: bool = False) -> Page:
    """Return what changed, part by part and side by side, and how the answers differ.

    Args:
        found: the difference.
        width: columns of the terminal.
        every: whether every place is shown, however many there are.
    """
    sides = (_sides(found, every, width),) if found.whole or found.changed else ()
    answers = behaviour_page(found, width)
    return spaced(((verdict(found),), sides, _quiet(found), _rasp(found), answers))


def verdict(found: Diff) -> Text:
    """Return the outcome in a line."""
    ink = {True: "bold green", False: "bold red", None: "bold yellow"}[found.same_behaviour]
    return line(
        (found.names[0], "bold"),
        " → ",
        (found.names[1], "bold"),
        ": ",
        (structure_words(found), "bold green" if found.same_structure else "bold yellow"),
        "; ",
        (behaviour_words(found), ink),
    )


def structure_words(found: Diff) -> str:
    """Return how the structure changed, in words."""
    if found.same_structure:
        return "the same up to names and order"
    counts = [
        f"{number} {status}"
        for status, number in found.counts.items()
        if number and status != "same"
    ]
    same = found.counts["same"]
    parts = f"of the parts {', '.join(counts)}, {same} the same" if counts else "the same parts"
    return f"the domain or the labels differ, {parts}" if found.whole else parts


def behaviour_words(found: Diff) -> str:
    """Return how the answers differ, in words."""
    behaviour = found.behaviour
    if behaviour is None:
        return f"the answers cannot be compared: {found.incomparable}"
    if behaviour.differing_inputs:
        share = f"{counted(behaviour.differing_inputs, 'input')} of {behaviour.inputs:,}"
        return f"other answers on {share}"
    if not behaviour.inputs:
        return "the same answers, being the same program"
    if behaviour.outcome == "equal":
        return f"the same answers on {behaviour.how}"
    return f"no other answer found: {behaviour.how}, not proved"


def _sides(found: Diff, every: bool, width: int) -> TableBlock:
    rows: list[tuple[Text, ...]] = []
    if found.whole:
        rows.append((styled("the whole program", "bold yellow"),))
        rows += [_detail(detail, 4) for detail in found.whole]
    for part in found.changed:
        sign, ink = MARKS[part.status]
        title = line((f"{sign} ", f"bold {ink}"), (part.name, "bold"), (f"  {part.kind}", "dim"))
        rows.append((title, *_heads(part)))
        for change in part.changes:
            rows += _change(change, every)
    # The first column takes what it needs, up to a third; the sides share the rest.
    first = min(max(len(row[0]) for row in rows), max(24, width * 2 // 5))
    side = max(12, (width - first - 4) // 2)
    names = (TableColumn(name, most=side, head_style="bold") for name in found.names)
    return table((TableColumn(width=first), *names), rows)


def _heads(part: DiffPart) -> tuple[Text, Text]:
    """Return what stands beside a part's name: its own words, and its name on each side where that changed."""
    if part.status != "changed":
        return _side(part.before, "red"), _side(part.after, "green")
    if part.renamed and part.before is not None and part.after is not None:
        return styled(part.before.name, "dim"), styled(part.after.name, "dim")
    return Text(), Text()


def _side(side: DiffSide | None, ink: str) -> Text:
    if side is None:
        return Text()
    return styled(f"{side.reads}: {side.does}" if side.reads else side.does, ink)


def _change(change: Change, every: bool) -> list[tuple[Text, ...]]:
    counts = ""
    if change.of is not None and change.of > 1:
        counts = f"  {change.total:,} of {change.of:,}"
    elif change.total > 1:
        counts = f"  {change.total:,}"
    most = MOST_VOTES if change.kind == "votes" else MOST_DETAILS
    shown = change.details if every or change.total == most + 1 else change.details[:most]
    rows: list[tuple[Text, ...]] = [(line(f"    {TITLES[change.kind]}", (counts, "dim")),)]
    rows += [_detail(detail, 6) for detail in shown]
    if len(shown) < change.total:
        rows.append((styled(f"      and {change.total - len(shown):,} more", "dim"),))
    return rows


def _detail(detail: Detail, indent: int) -> tuple[Text, ...]:
    gone = styled("not there", "dim")
    return (
        line(" " * indent + detail.where),
        styled(detail.before, "red") if detail.before else gone,
        styled(detail.after, "green") if detail.after else gone,
    )


def _quiet(found: Diff) -> Page:
    """Return the parts that are the same, with both names where they differ."""
    names = []
    for part in found.parts:
        if part.status == "same":
            was = part.before.name if part.renamed and part.before is not None else ""
            names.append(f"{was} → {part.name}" if was else part.name)
    return (styled(f"the same: {', '.join(names)}", "dim"),) if names else ()


def _rasp(found: Diff) -> Page:
    """Return whether the algorithms beside both are one graph, else the lines that differ."""
    if found.rasp is None:
        return ()
    if found.rasp.same:
        return (styled("as RASP both are the same graph", "dim"),)
    inks = {"-": "red", "+": "green"}
    return (line("as RASP:"), *(styled(one, inks[one[0]]) for one in found.rasp.lines))


def behaviour_page(found: Diff, width: int) -> Page:
    """Return how the answers differ: how often, which labels, the shortest examples."""
    behaviour = found.behaviour
    if behaviour is None:
        return (styled(behaviour_words(found), "yellow"),)
    notes = [styled(note, "yellow") for note in behaviour.notes]
    if not behaviour.differing_inputs:
        return (line(behaviour_words(found)), *notes)
    parts: list[Text] = [
        line(
            f"other answers on {counted(behaviour.differing_inputs, 'input')}, in "
            f"{counted(behaviour.differing_positions, 'label')}; compared on {behaviour.how}"
        ),
        *notes,
    ]
    if behaviour.right is not None:
        before, after = behaviour.right
        said = f"where they differ {found.names[0]} is right {before:,} times, {found.names[1]} {after:,} times"
        parts.append(line(said))
    parts.append(_turns(behaviour))
    if len(behaviour.by_length) > 1:
        lengths = (
            f"{n}: {wrong:,} of {total:,}" for n, wrong, total in behaviour.by_length if wrong
        )
        parts.append(line(("inputs by length  ", "dim"), ", ".join(lengths)))
    heading = "shortest" if behaviour.shortest else "some"
    examples = [example_rows(one, *found.names, width) for one in behaviour.examples]
    return (*parts, GAP, styled(f"{heading} inputs that differ:", "dim"), *spaced(examples))


def _turns(behaviour: Behaviour) -> Text:
    shown = joined(
        ", ",
        (
            f"{label_text(turn.before)} → {label_text(turn.after)} ({turn.count:,})"
            for turn in behaviour.turns[:MOST_TURNS]
        ),
    )
    rest = len(behaviour.turns) - MOST_TURNS
    return line(("labels  ", "dim"), shown, (f", and {rest} more pairs" if rest > 0 else "", "dim"))
