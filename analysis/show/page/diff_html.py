"""A difference as HTML, side by side. Owns its layout; refuses to compare anything."""

from collections.abc import Sequence

from tprog.analysis.diff import Behaviour, Change, Diff, Part
from tprog.analysis.diff.diff import Side
from tprog.analysis.measure.predictors import Counterexample
from tprog.analysis.show.page.diff_page import (
    MARKS,
    TITLES,
    behaviour_words,
    structure_words,
)
from tprog.analysis.show.page.html import (
    code,
    document,
    folded,
    mark,
    paragraph,
    snippet,
    table,
    text,
)
from tprog.analysis.show.page.words import counted, label_text

# Places of one change that are open; the others are shown when they are asked for.
OPEN_DETAILS = 12
MOST_TURNS = 20


def diff_document(found: Diff) -> str:
    """Return a page that needs nothing else."""
    title = f"{found.names[0]} → {found.names[1]}"
    return document(title, mark("", text(title), "h1"), _body(found))


def diff_snippet(found: Diff) -> str:
    """Return the same as a snippet for a notebook."""
    title = f"<strong>{text(found.names[0])} → {text(found.names[1])}</strong>"
    return snippet(paragraph(title), _body(found))


def _body(found: Diff) -> str:
    parts = [_verdict(found)]
    if found.whole or found.changed:
        parts += ["<h2>What changed</h2>", _sides(found)]
    quiet = [part for part in found.parts if part.status == "same"]
    if quiet:
        names = ", ".join(_quiet_name(part) for part in quiet)
        parts.append(paragraph(f"the same: {names}", "dim"))
    parts += ["<h2>What it answers</h2>", _behaviour(found)]
    return "".join(parts)


def _verdict(found: Diff) -> str:
    tint = {True: "good", False: "bad", None: "doubt"}[found.same_behaviour]
    structure = mark("good" if found.same_structure else "doubt", text(structure_words(found)))
    return paragraph(f"{structure}; {mark(tint, text(behaviour_words(found)))}")


def _quiet_name(part: Part) -> str:
    was = f"{code(part.before.name)} → " if part.renamed and part.before is not None else ""
    return was + code(part.name)


def _sides(found: Diff) -> str:
    rows: list[str] = []
    if found.whole:
        rows.append(_row(mark("", "the whole program", "strong"), "", "", "part"))
        rows += [
            _row(text(detail.where), *_cells(detail.before, detail.after), "inner")
            for detail in found.whole
        ]
    for part in found.changed:
        sign = MARKS[part.status][0]
        title = f"<strong>{sign} {code(part.name)}</strong> {mark('dim', text(part.kind))}"
        rows.append(_row(title, *_heads(part), "part"))
        for change in part.changes:
            rows += _change(change)
    heads = "".join(f"<th>{text(name)}</th>" for name in ("", *found.names))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(first: str, before: str, after: str, kind: str) -> str:
    if kind == "part":
        return f'<tr class="part"><td>{first}</td><td>{before}</td><td>{after}</td></tr>'
    return f'<tr><td><div class="{kind}">{first}</div></td><td>{before}</td><td>{after}</td></tr>'


def _heads(part: Part) -> tuple[str, str]:
    if part.status != "changed":
        return _side(part.before, "gone"), _side(part.after, "new")
    if part.renamed and part.before is not None and part.after is not None:
        return mark("dim", code(part.before.name)), mark("dim", code(part.after.name))
    return "", ""


def _side(side: Side | None, tint: str) -> str:
    if side is None:
        return ""
    return code(f"{side.reads}: {side.does}" if side.reads else side.does, tint)


def _change(change: Change) -> list[str]:
    counts = ""
    if change.of is not None and change.of > 1:
        counts = f" {change.total:,} of {change.of:,}"
    elif change.total > 1:
        counts = f" {change.total:,}"
    rows = [_row(text(TITLES[change.kind]) + mark("dim", counts), "", "", "inner")]
    shown, rest = change.details[:OPEN_DETAILS], change.details[OPEN_DETAILS:]
    rows += [
        _row(code(detail.where), *_cells(detail.before, detail.after), "innermost")
        for detail in shown
    ]
    if rest:
        inner = table(
            (),
            [(code(detail.where), *_cells(detail.before, detail.after)) for detail in rest],
        )
        more = folded(f"{change.total - len(shown):,} more", inner)
        rows.append(f'<tr><td colspan="3"><div class="innermost">{more}</div></td></tr>')
    return rows


def _cells(before: str, after: str) -> tuple[str, str]:
    nothing = mark("dim", "not there")
    return code(before, "gone") if before else nothing, code(after, "new") if after else nothing


def _behaviour(found: Diff) -> str:
    behaviour = found.behaviour
    if behaviour is None:
        return paragraph(text(behaviour_words(found)), "doubt")
    parts = [paragraph(mark("doubt", text(note))) for note in behaviour.notes]
    if not behaviour.differing_inputs:
        return paragraph(text(behaviour_words(found))) + "".join(parts)
    counts = (
        f"other answers on {counted(behaviour.differing_inputs, 'input')}, in "
        f"{counted(behaviour.differing_positions, 'label')}; compared on {behaviour.how}"
    )
    parts.insert(0, paragraph(text(counts)))
    if behaviour.right is not None:
        right = [f"{count:,}" for count in behaviour.right]
        said = f"where they differ {found.names[0]} is right {right[0]} times, {found.names[1]} {right[1]} times"
        parts.append(paragraph(text(said)))
    parts += [_turns(behaviour), _lengths(behaviour)]
    heading = "the shortest inputs that differ" if behaviour.shortest else "some inputs that differ"
    parts.append(paragraph(heading, "dim"))
    parts += [_example(example, found.names) for example in behaviour.examples]
    return "".join(parts)


def _turns(behaviour: Behaviour) -> str:
    rows = [
        (code(label_text(turn.before)), code(label_text(turn.after)), f"{turn.count:,}")
        for turn in behaviour.turns[:MOST_TURNS]
    ]
    more = len(behaviour.turns) - len(rows)
    rest = paragraph(f"and {more} more pairs", "dim") if more > 0 else ""
    return table(("label before", "after", "times"), rows, (2,)) + rest


def _lengths(behaviour: Behaviour) -> str:
    if len(behaviour.by_length) < 2:
        return ""
    rows = [
        (str(length), f"{wrong:,}", f"{total:,}") for length, wrong, total in behaviour.by_length
    ]
    return table(("length", "inputs that differ", "of"), rows, (0, 1, 2))


def _example(example: Counterexample, names: Sequence[str]) -> str:
    places = example.places
    rows = [("input", example.tokens, ""), (names[0], example.expected, "gone")]
    rows.append((names[1], example.got, "new"))
    lines = [
        (
            mark("dim", text(name)),
            *(
                code(label_text(label), tint if place in places else "")
                for place, label in enumerate(labels)
            ),
        )
        for name, labels, tint in rows
    ]
    return table((), lines)
