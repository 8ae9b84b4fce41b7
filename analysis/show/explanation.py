"""One input, step by step: what each variable holds, who attends where, how the votes fall, and heat maps of attention."""

from collections.abc import Sequence

from tprog.analysis.explain.describe import clip
from tprog.analysis.explain.explain import PLAIN_INPUTS, Explanation, Ruling
from tprog.analysis.measure.vote_scale import VoteScale
from tprog.analysis.show.html import escaped
from tprog.analysis.show.model import (
    BREAK,
    GAP,
    Folded,
    Page,
    Picture,
    Said,
    TableBlock,
    TableColumn,
    Text,
    line,
    runs,
    styled,
    table,
)
from tprog.evaluate.traces import HeadTrace, Trace

LONGEST_NAME, LONGEST_CELL, MOST_CONTRIBUTIONS = 22, 10, 4
LEAST_REMARK = 30  # columns that must be left for what a part does
CELL = 14  # points of one cell of a heat map
LARGEST_MAP = 64  # positions beyond which no heat maps are drawn
MOST_LETTERS = 6  # of a token beside a heat map


def explanation_page(explanation: Explanation, width: int) -> Page:
    """Return what each variable holds, who attends where and how the votes fall, for `width` columns."""
    widths = [_cell_width(explanation, place) for place in range(len(explanation.tokens))]
    names = min(LONGEST_NAME, max(len(row.name) for row in explanation.rows) + 1)
    parts: list[TableBlock | Text] = []
    for start, stop in runs([cell + 2 for cell in widths], width - names - 4):
        room = width - sum(cell + 2 for cell in widths[start:stop]) - names - 5
        parts += [_variables(explanation, range(start, stop), names, room), GAP]
    if any(look.endswith("*") for row in explanation.rows for look in row.looks):
        note = "→3 attends to position 3; →0* nothing matched: position 0 by default"
        parts += [styled(note, "dim"), GAP]
    parts.append(_rulings(explanation, width))
    if explanation.scale.note:
        parts.append(styled(explanation.scale.note, "dim"))
    return tuple(parts)


def trace_page(found: Trace, explanation: Explanation, width: int) -> Page:
    """Return an input with its answers, the explanation, and where each head looks as heat maps."""
    given = " ".join(found.framed[slice(*found.data)])
    answers = " ".join(map(str, found.predictions))
    maps: Page = ()
    if found.heads and len(found.framed) <= LARGEST_MAP:
        pictures = tuple(Picture(heat_map(head, found)) for head in found.heads)
        maps = (Folded("attention", pictures),)
    return (
        line(f"{given} → ", (answers, "bold green")),
        *explanation_page(explanation, width),
        *maps,
    )


def _cell_width(explanation: Explanation, position: int) -> int:
    texts = [str(position), explanation.tokens[position]]
    for row in explanation.rows:
        texts += [row.cells[position], *row.looks[position : position + 1]]
    return min(LONGEST_CELL, max(map(len, texts)))


def _variables(explanation: Explanation, shown: range, names: int, room: int) -> TableBlock:
    """Return the variables at some positions, with what is said of each where there is room for it."""
    start, stop = shown.start, shown.stop
    columns = [
        TableColumn("position", whole=True, least=names),
        *(TableColumn(str(position), right=True, whole=True) for position in shown),
        TableColumn(whole=True),
    ]
    rows: list[Sequence[str | Text]] = [
        (
            styled("token", "dim"),
            *(styled(_cell(one), "bold") for one in explanation.tokens[start:stop]),
        )
    ]
    group: int | None = -1
    for row in explanation.rows:
        if row.does in PLAIN_INPUTS:
            continue
        if row.layer != group:
            group = row.layer
            rows.append((styled("inputs" if group is None else f"layer {group}", "bold cyan"),))
        reads = row.reads if row.looks or not row.does else f"{row.reads}: {row.does}"
        remarks = (reads, row.does) if room >= LEAST_REMARK else ("", "")
        remark = styled(clip(remarks[0], max(1, room)), "dim italic")
        rows.append((clip(row.name, LONGEST_NAME), *map(_cell, row.cells[start:stop]), remark))
        if row.looks:
            verb = "  attends" if row.kind == "head" else "  sums over"
            remark = styled(clip(f"  {remarks[1]}".rstrip(), max(1, room)), "dim italic")
            rows.append((styled(verb, "dim"), *map(_look, row.looks[start:stop]), remark))
    if explanation.rulings[0].position is not None:
        found = {ruling.position: ruling for ruling in explanation.rulings}
        predictions = (_predicted(found[place]) if place in found else "" for place in shown)
        rows.append((styled("prediction", "bold green"), *predictions))
    return table(columns, rows, (1, 1))


def _predicted(ruling: Ruling) -> Text:
    return styled(_cell(ruling.predicted), "bold red" if _wrong(ruling) else "bold green")


def _rulings(explanation: Explanation, width: int) -> TableBlock:
    rulings, scale = explanation.rulings, explanation.scale
    columns: list[tuple[str, list[Text]]] = []
    if rulings[0].position is not None:
        columns.append(("position", [line(str(ruling.position)) for ruling in rulings]))
        columns.append(("token", [line(_cell(ruling.token)) for ruling in rulings]))
    columns.append(("predicted", list(map(_predicted, rulings))))
    if any(ruling.expected is not None for ruling in rulings):
        columns.append(("right", [line(_cell(ruling.expected or "")) for ruling in rulings]))
    columns.append(("against", [line(_cell(ruling.rival or "")) for ruling in rulings]))
    columns.append(("margin", [line(_margin(ruling, scale)) for ruling in rulings]))
    used = sum(max(len(name), *map(len, cells)) + 2 for name, cells in columns)
    room = max(LEAST_REMARK, width - used - 1)
    columns.append(("votes that decide", [_contributions(one, scale, room) for one in rulings]))
    return table(
        (
            TableColumn(name, right=name in ("position", "margin"), whole=True)
            for name, _ in columns
        ),
        zip(*(cells for _, cells in columns), strict=True),
        (1, 1),
    )


def _margin(ruling: Ruling, scale: VoteScale) -> str:
    if ruling.forced:
        return "forced"
    return "" if ruling.margin is None else scale.text(ruling.margin, sign=False)


def _contributions(ruling: Ruling, scale: VoteScale, room: int) -> Text:
    """Return the strongest contributions, broken between them into lines of at most `room` columns where they fit."""
    pieces: list[tuple[str, float]] = [
        (f"{one.name}={_cell(one.value)}" if one.value else one.name, one.gain)
        for one in ruling.contributions[:MOST_CONTRIBUTIONS]
    ]
    rest = ruling.contributions[MOST_CONTRIBUTIONS:]
    if rest:
        pieces.append((f"{len(rest)} more", sum(one.gain for one in rest)))
    said: list[Said] = []
    used = 0
    for number, (name, gain) in enumerate(pieces):
        votes = scale.text(gain)
        size = len(f"{name} {votes}")
        if number and used + 2 + size > room:
            said += [",", BREAK]
            used = 0
        elif number:
            said.append(", ")
            used += 2
        said += [f"{name} ", (votes, "green" if gain > 0 else "red")]
        used += size
    return line(*said)


def _wrong(ruling: Ruling) -> bool:
    return ruling.expected is not None and ruling.expected != ruling.predicted


def _look(look: str) -> Text:
    return styled(clip(look, LONGEST_CELL), "yellow" if look.endswith("*") else "dim")


def _cell(text: str) -> str:
    return clip(text, LONGEST_CELL)


def heat_map(head: HeadTrace, found: Trace) -> str:
    """Return an SVG of what a head looks at: a row for each query position, a column for each key position.

    Matching keys are tinted; the attended one is full, in outline where nothing matched.
    """
    size = len(found.framed)
    shown = [token[:MOST_LETTERS] for token in found.framed]
    # A letter is a bit more than half as wide as a line is high.
    margin = round(0.6 * CELL * max(map(len, shown))) + 6
    marks = []
    for row in range(size):
        for column in range(size):
            x, y = margin + column * CELL, margin + row * CELL
            tip = f"{row} ({found.framed[row]}) → {column} ({found.framed[column]})"
            marks.append(
                f'<rect x="{x}" y="{y}" width="{CELL - 2}" height="{CELL - 2}" '
                f"{_tint(head, row, column)}><title>{escaped(tip)}</title></rect>"
            )
    for place, token in enumerate(map(escaped, shown)):
        middle = margin + place * CELL + CELL * 0.7
        marks.append(f'<text x="{margin - 4}" y="{middle:.1f}" text-anchor="end">{token}</text>')
        marks.append(
            f'<text transform="translate({middle:.1f} {margin - 4}) rotate(-90)">{token}</text>'
        )
    edge = margin + size * CELL
    picture = (
        f'<svg width="{edge}" height="{edge}" viewBox="0 0 {edge} {edge}" fill="currentColor" '
        f'font-size="{CELL - 4}" role="img" aria-label="{escaped(head.name)}">{"".join(marks)}</svg>'
    )
    style = "display:inline-block;margin:.3em 1.2em .3em 0;vertical-align:top"
    return (
        f'<figure style="{style}"><figcaption>{escaped(head.name)}</figcaption>{picture}</figure>'
    )


def _tint(head: HeadTrace, row: int, column: int) -> str:
    """Return how the cell of a query and a key is filled."""
    matches = column in head.matches[row]
    if head.attended and head.attended[row] == column and not head.by_match[row]:
        return 'fill-opacity=".06" stroke="currentColor" stroke-width="1.5"'
    if head.attended[row] == column if head.attended else matches:
        return 'fill-opacity=".85"'
    return f'fill-opacity="{".3" if matches else ".06"}"'
