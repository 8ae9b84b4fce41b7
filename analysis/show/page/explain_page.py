"""An explanation on the terminal. Owns its tables and colours; refuses to work anything out."""

from tprog.analysis.explain.describe import clip
from tprog.analysis.explain.explain import Explanation, Row, Ruling
from tprog.analysis.measure.vote_scale import VoteScale
from tprog.analysis.show.page.words import blocks
from tprog.terminal import Group, RenderableType, Table, Text

LONGEST_NAME, LONGEST_CELL, MOST_CONTRIBUTIONS = 22, 10, 4
LEAST_REMARK = 30  # columns that must be left for what a part does

# What these hold is seen in the heading, or is the same everywhere.
PLAIN_INPUTS = ("the token itself", "the position, from 0", "the constant 1")


def explain_page(explanation: Explanation, width: int) -> RenderableType:
    """Return what each variable holds, who attends where and how the votes fall, for a terminal `width` columns wide."""
    parts: list[RenderableType] = []
    cells = [_cell_width(explanation, place) + 2 for place in range(len(explanation.tokens))]
    for start, stop in blocks(cells, width - _name_width(explanation) - 4):
        parts += [_variables(explanation, start, stop, width), ""]
    if any(look.endswith("*") for row in explanation.rows for look in row.looks):
        parts.append(
            Text("→3 attends to position 3; →0* nothing matched: position 0 by default", "dim")
        )
        parts.append("")
    parts.append(_rulings(explanation, width))
    if explanation.scale.note:
        parts.append(Text(explanation.scale.note, "dim"))
    return Group(*parts)


def _name_width(explanation: Explanation) -> int:
    return min(LONGEST_NAME, max(len(row.name) for row in explanation.rows) + 1)


def _cell_width(explanation: Explanation, position: int) -> int:
    texts = [str(position), explanation.tokens[position]]
    for row in explanation.rows:
        texts += [row.cells[position], *row.looks[position : position + 1]]
    return min(LONGEST_CELL, max(map(len, texts)))


def _variables(explanation: Explanation, start: int, stop: int, width: int) -> Table:
    used = sum(_cell_width(explanation, position) + 2 for position in range(start, stop))
    room = width - used - _name_width(explanation) - 5
    table = Table(padding=(0, 1), show_header=True)
    table.add_column(Text("position", "dim"), no_wrap=True, min_width=_name_width(explanation))
    for position in range(start, stop):
        table.add_column(Text(str(position), "dim"), justify="right", no_wrap=True)
    tokens = [_cell(token) for token in explanation.tokens[start:stop]]
    table.add_column("", no_wrap=True)
    table.add_row(Text("token", "dim"), *(Text(token, "bold") for token in tokens))
    group: int | None = -1
    for row in explanation.rows:
        if row.does in PLAIN_INPUTS:
            continue
        if row.layer != group:
            group = row.layer
            heading = "inputs" if group is None else f"layer {group}"
            table.add_row(Text(heading, "bold cyan"))
        name, cells = clip(row.name, LONGEST_NAME), map(_cell, row.cells[start:stop])
        remarks = (row.reads, row.does) if row.looks else (f"{row.reads}: {row.does}", "")
        if room < LEAST_REMARK:
            remarks = ("", "")
        table.add_row(Text(name), *cells, Text(clip(remarks[0], max(1, room)), "dim italic"))
        if row.looks:
            looks = [_look(look) for look in row.looks[start:stop]]
            remark = Text(clip(f"  {remarks[1]}".rstrip(), max(1, room)), "dim italic")
            table.add_row(Text(_verb(row), "dim"), *looks, remark)
    if explanation.rulings[0].position is not None:
        table.add_row(Text("prediction", "bold green"), *_predictions(explanation, start, stop))
    return table


def _verb(row: Row) -> str:
    return "  attends" if row.kind == "head" else "  sums over"


def _predictions(explanation: Explanation, start: int, stop: int) -> list[Text]:
    by_position = {ruling.position: ruling for ruling in explanation.rulings}
    cells = []
    for position in range(start, stop):
        ruling = by_position.get(position)
        text = "" if ruling is None else _cell(ruling.predicted)
        cells.append(Text(text, "bold red" if ruling and _wrong(ruling) else "bold green"))
    return cells


def _rulings(explanation: Explanation, width: int) -> Table:
    rulings = explanation.rulings
    pooled = rulings[0].position is None
    judged = any(ruling.expected is not None for ruling in rulings)
    columns: list[tuple[str, list[Text]]] = []
    if not pooled:
        columns.append(("position", [Text(str(ruling.position)) for ruling in rulings]))
        columns.append(("token", [Text(_cell(ruling.token)) for ruling in rulings]))
    predicted = [
        Text(_cell(ruling.predicted), "bold red" if _wrong(ruling) else "bold green")
        for ruling in rulings
    ]
    columns.append(("predicted", predicted))
    if judged:
        columns.append(("right", [Text(_cell(ruling.expected or "")) for ruling in rulings]))
    columns.append(("against", [Text(_cell(ruling.rival or "")) for ruling in rulings]))
    columns.append(("margin", [Text(_margin(ruling, explanation.scale)) for ruling in rulings]))
    used = sum(max(len(name), *map(len, cells)) + 2 for name, cells in columns)
    room = max(LEAST_REMARK, width - used - 1)
    columns.append(
        (
            "votes that decide",
            [_contributions(ruling, explanation.scale, room) for ruling in rulings],
        )
    )
    table = Table(padding=(0, 1))
    for name, _ in columns:
        right = name in ("position", "margin")
        table.add_column(Text(name, "dim"), justify="right" if right else "left", no_wrap=True)
    for cells in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*cells)
    return table


def _margin(ruling: Ruling, scale: VoteScale) -> str:
    if ruling.forced:
        return "forced"
    return "" if ruling.margin is None else scale.text(ruling.margin, sign=False)


def _contributions(ruling: Ruling, scale: VoteScale, room: int) -> Text:
    """Return the strongest contributions, broken between them into lines of at most `room` columns where they fit."""
    pieces = [
        (f"{one.name}={_cell(one.value)}" if one.value else one.name, one.gain)
        for one in ruling.contributions[:MOST_CONTRIBUTIONS]
    ]
    rest = ruling.contributions[MOST_CONTRIBUTIONS:]
    if rest:
        pieces.append((f"{len(rest)} more", sum(one.gain for one in rest)))
    text, used = Text(), 0
    for number, (name, gain) in enumerate(pieces):
        votes = scale.text(gain)
        size = len(f"{name} {votes}")
        if number and used + 2 + size > room:
            text.append(",").new_line()
            used = 0
        elif number:
            text.append(", ")
            used += 2
        text.append(f"{name} ")
        text.append(votes, "green" if gain > 0 else "red")
        used += size
    return text


def _wrong(ruling: Ruling) -> bool:
    return ruling.expected is not None and ruling.expected != ruling.predicted


def _look(look: str) -> Text:
    return Text(clip(look, LONGEST_CELL), "yellow" if look.endswith("*") else "dim")


def _cell(text: str) -> str:
    return clip(text, LONGEST_CELL)
