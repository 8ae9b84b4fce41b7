"""A difference on the terminal, side by side. Owns its wording and colours; refuses to compare anything."""

from tprog.analysis.diff import Behaviour, Change, Diff, Part
from tprog.analysis.diff.diff import Side
from tprog.analysis.show.page.verdict_page import example_lines
from tprog.analysis.show.page.words import counted, label_text
from tprog.terminal import Group, RenderableType, Table, Text

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


def diff_page(found: Diff, width: int, *, every: bool = False) -> RenderableType:
    """Return what changed, part by part and side by side, and how the answers differ.

    Args:
        found: the difference.
        width: columns of the terminal.
        every: whether every place is shown, however many there are.
    """
    sections: list[RenderableType] = [verdict(found)]
    if found.whole or found.changed:
        sections.append(_sides(found, every, width))
    quiet = _quiet(found)
    if quiet is not None:
        sections.append(quiet)
    sections.append(behaviour_page(found, width))
    spaced: list[RenderableType] = []
    for section in sections:
        spaced += [section, ""]
    return Group(*spaced[:-1])


def verdict(found: Diff) -> Text:
    """Return the outcome in a line."""
    return Text.assemble(
        (found.names[0], "bold"),
        " → ",
        (found.names[1], "bold"),
        ": ",
        *_sentence(found),
    )


def structure_words(found: Diff) -> str:
    """Return how the structure changed, in words."""
    if found.same_structure:
        return "the same up to names and order"
    counts = [
        f"{number} {status}"
        for status in ("changed", "added", "removed")
        if (number := sum(part.status == status for part in found.parts))
    ]
    same = sum(part.status == "same" for part in found.parts)
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


def _sentence(found: Diff) -> list[tuple[str, str]]:
    same = found.same_behaviour
    ink = {True: "bold green", False: "bold red", None: "bold yellow"}[same]
    return [
        (structure_words(found), "bold green" if found.same_structure else "bold yellow"),
        ("; ", ""),
        (behaviour_words(found), ink),
    ]


def _sides(found: Diff, every: bool, width: int) -> Table:
    rows: list[tuple[Text, Text, Text]] = []
    if found.whole:
        rows.append((Text("the whole program", "bold yellow"), Text(), Text()))
        rows += [
            (Text(f"    {detail.where}"), *_cells(detail.before, detail.after))
            for detail in found.whole
        ]
    for part in found.changed:
        sign, ink = MARKS[part.status]
        title = ((f"{sign} ", f"bold {ink}"), (part.name, "bold"), (f"  {part.kind}", "dim"))
        rows.append((Text.assemble(*title), *_heads(part)))
        for change in part.changes:
            rows += _change(change, every)
    # The first column takes what it needs, up to a third; the sides share the rest.
    first = min(max(len(row[0]) for row in rows), max(24, width * 2 // 5))
    side = max(12, (width - first - 4) // 2)
    table = Table()
    table.add_column("", overflow="fold", width=first)
    for name in found.names:
        table.add_column(Text(name, "bold"), overflow="fold", max_width=side)
    for row in rows:
        table.add_row(*row)
    return table


def _heads(part: Part) -> tuple[Text, Text]:
    """Return what stands beside a part's name: its own words, and its name on each side where that changed."""
    if part.status != "changed":
        return _side(part.before, "red"), _side(part.after, "green")
    if part.renamed and part.before is not None and part.after is not None:
        return Text(part.before.name, "dim"), Text(part.after.name, "dim")
    return Text(), Text()


def _side(side: Side | None, ink: str) -> Text:
    if side is None:
        return Text()
    return Text(f"{side.reads}: {side.does}" if side.reads else side.does, ink)


def _change(change: Change, every: bool) -> list[tuple[Text, Text, Text]]:
    counts = ""
    if change.of is not None and change.of > 1:
        counts = f"  {change.total:,} of {change.of:,}"
    elif change.total > 1:
        counts = f"  {change.total:,}"
    rows = [(Text.assemble(f"    {TITLES[change.kind]}", (counts, "dim")), Text(), Text())]
    most = MOST_VOTES if change.kind == "votes" else MOST_DETAILS
    shown = change.details if every or change.total == most + 1 else change.details[:most]
    rows += [
        (Text(f"      {detail.where}"), *_cells(detail.before, detail.after)) for detail in shown
    ]
    if len(shown) < change.total:
        rows.append((Text(f"      and {change.total - len(shown):,} more", "dim"), Text(), Text()))
    return rows


def _cells(before: str, after: str) -> tuple[Text, Text]:
    gone, new = Text("not there", "dim"), Text("not there", "dim")
    return Text(before, "red") if before else gone, Text(after, "green") if after else new


def _quiet(found: Diff) -> Text | None:
    """Return the parts that are the same, with both names where they differ."""
    names = []
    for part in found.parts:
        if part.status == "same":
            was = part.before.name if part.renamed and part.before is not None else ""
            names.append(f"{was} → {part.name}" if was else part.name)
    return Text(f"the same: {', '.join(names)}", "dim") if names else None


def behaviour_page(found: Diff, width: int) -> RenderableType:
    """Return how the answers differ: how often, which labels, the shortest examples."""
    behaviour = found.behaviour
    words = Text(behaviour_words(found))
    if behaviour is None:
        return Text(words.plain, "yellow")
    parts: list[RenderableType] = [words]
    parts += [Text(note, "yellow") for note in behaviour.notes]
    if behaviour.differing_inputs:
        parts[0] = Text(
            f"other answers on {counted(behaviour.differing_inputs, 'input')}, in "
            f"{counted(behaviour.differing_positions, 'label')}; compared on {behaviour.how}"
        )
        parts += [
            line
            for line in (_right(found, behaviour), _turns(behaviour), _lengths(behaviour))
            if line
        ]
        heading = "shortest" if behaviour.shortest else "some"
        parts += ["", Text(f"{heading} inputs that differ:", "dim")]
        for number, example in enumerate(behaviour.examples):
            parts += [""] if number else []
            parts += example_lines(example, found.names[0], found.names[1], width)
    return Group(*parts)


def _right(found: Diff, behaviour: Behaviour) -> Text | None:
    if behaviour.right is None:
        return None
    before, after = behaviour.right
    return Text(
        f"where they differ {found.names[0]} is right {before:,} times, {found.names[1]} {after:,} times"
    )


def _turns(behaviour: Behaviour) -> Text:
    shown = [
        f"{label_text(turn.before)} → {label_text(turn.after)} ({turn.count:,})"
        for turn in behaviour.turns[:MOST_TURNS]
    ]
    more = len(behaviour.turns) - len(shown)
    return Text.assemble(
        ("labels  ", "dim"),
        ", ".join(shown),
        (f", and {more} more pairs" if more > 0 else "", "dim"),
    )


def _lengths(behaviour: Behaviour) -> Text | None:
    if len(behaviour.by_length) < 2:
        return None
    shown = [
        f"{length}: {wrong:,} of {total:,}" for length, wrong, total in behaviour.by_length if wrong
    ]
    return Text.assemble(("inputs by length  ", "dim"), ", ".join(shown))
