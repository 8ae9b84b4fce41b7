"""A step trace as HTML: values, attention and votes. Owns the layout; refuses to trace anything."""

from tprog.analysis.explain.describe import show_value
from tprog.analysis.explain.explain import ranges
from tprog.analysis.show.page.html import code, folded, mark, paragraph, snippet, table, text
from tprog.analysis.show.page.words import label_text
from tprog.evaluate.traces import Decision, HeadTrace, Trace, VariableTrace

# What these hold is seen in the heads of the columns, or is the same everywhere.
PLAIN = ("positions", "ones", "tokens")
CELL = 14  # points of one cell of a heat map
# Positions beyond which no heat maps are drawn.
LARGEST_MAP = 64
MOST_VOTES = 4
# Letters of a token that stand beside a heat map.
MOST_LETTERS = 6


def trace_snippet(found: Trace) -> str:
    """Return a trace as a snippet for a notebook."""
    said = " ".join(map(label_text, found.predictions))
    parts = [
        paragraph(f"{code(' '.join(found.framed[slice(*found.data)]))} → {code(said, 'good')}"),
        _variables(found),
        paragraph(
            "→3 attends to position 3; →0* nothing matched: position 0 by default; a numerical head sums over what it lists",
            "dim",
        )
        if found.heads
        else "",
    ]
    if found.heads and len(found.framed) <= LARGEST_MAP:
        maps = "".join(heat_map(head, found) for head in found.heads)
        parts.append(folded("attention", maps))
    return snippet(*parts, _decisions(found))


def _variables(found: Trace) -> str:
    heads = {head.variable: head for head in found.heads}
    names = ["", "part", *map(str, range(len(found.framed)))]
    rows = [
        ["", mark("dim", "token"), *(f"<strong>{code(token)}</strong>" for token in found.framed)]
    ]
    layer: int | None = None
    for variable in found.variables:
        if variable.kind == "input" and variable.name in PLAIN:
            continue
        shown = "" if variable.layer in (None, layer) else f"layer {variable.layer}"
        layer = variable.layer
        rows.append([mark("dim", shown), code(variable.name), *_values(variable)])
        if variable.variable in heads:
            rows.append(
                [
                    "",
                    mark("dim", _verb(heads[variable.variable])),
                    *_looks(heads[variable.variable]),
                ]
            )
    return table(names, rows)


def _values(variable: VariableTrace) -> list[str]:
    return [code(show_value(value)) for value in variable.values]


def _verb(head: HeadTrace) -> str:
    return "attends" if head.attended else "sums over"


def _looks(head: HeadTrace) -> list[str]:
    if not head.attended:
        return [mark("dim", text(ranges(matches))) for matches in head.matches]
    return [
        mark("dim", f"→{target}") if match else mark("doubt", f"→{target}*")
        for target, match in zip(head.attended, head.by_match, strict=True)
    ]


def heat_map(head: HeadTrace, found: Trace) -> str:
    """Return a picture of what a head looks at: a row for each query position, a column for each key position.

    Matching keys are tinted; the attended one is full, in outline where nothing matched.
    """
    size = len(found.framed)
    shown = [token[:MOST_LETTERS] for token in found.framed]
    # A letter is a bit more than half as wide as a line is high.
    margin = round(0.6 * CELL * max(map(len, shown))) + 6
    cells = []
    for row, matches in enumerate(head.matches):
        full = set(matches) if not head.attended else set()
        for column in range(size):
            look = 'fill-opacity=".06"'
            if column in full or (head.attended and head.attended[row] == column):
                by_match = not head.attended or head.by_match[row]
                look = (
                    'fill-opacity=".85"'
                    if by_match
                    else 'fill-opacity=".06" stroke="currentColor" stroke-width="1.5"'
                )
            elif column in matches:
                look = 'fill-opacity=".3"'
            x, y = margin + column * CELL, margin + row * CELL
            tip = f"{row} ({found.framed[row]}) → {column} ({found.framed[column]})"
            cells.append(
                f'<rect x="{x}" y="{y}" width="{CELL - 2}" height="{CELL - 2}" {look}>'
                f"<title>{text(tip)}</title></rect>"
            )
    for place, token in enumerate(map(text, shown)):
        middle = margin + place * CELL + CELL * 0.7
        cells.append(f'<text x="{margin - 4}" y="{middle:.1f}" text-anchor="end">{token}</text>')
        cells.append(
            f'<text transform="translate({middle:.1f} {margin - 4}) rotate(-90)">{token}</text>'
        )
    edge = margin + size * CELL
    picture = (
        f'<svg width="{edge}" height="{edge}" viewBox="0 0 {edge} {edge}" fill="currentColor" '
        f'font-size="{CELL - 4}" role="img" aria-label="{text(head.name)}">{"".join(cells)}</svg>'
    )
    style = "display:inline-block;margin:.3em 1.2em .3em 0;vertical-align:top"
    return f'<figure style="{style}"><figcaption>{code(head.name)}</figcaption>{picture}</figure>'


def _decisions(found: Trace) -> str:
    start, stop = found.data
    rows = []
    for decision in found.decisions:
        if decision.position is not None and not start <= decision.position < stop:
            continue
        place = "" if decision.position is None else str(decision.position)
        token = "" if decision.position is None else code(found.framed[decision.position])
        margin = (
            "forced"
            if decision.forced
            else ""
            if decision.margin is None
            else f"{decision.margin:,}"
        )
        rows.append(
            (
                *(place, token, code(label_text(decision.prediction), "good")),
                *(code(decision.runner_up or ""), margin, _votes(decision, found.labels)),
            )
        )
    return table(
        ("position", "token", "says", "against", "margin", "votes that decide"), rows, (0, 4)
    )


def _votes(decision: Decision, labels: tuple[str, ...]) -> str:
    if decision.runner_up is None or decision.forced:
        return ""
    mine, other = labels.index(decision.winner), labels.index(decision.runner_up)
    gains = [(votes.name, votes.votes[mine] - votes.votes[other]) for votes in decision.votes]
    strongest = sorted(
        (gain for gain in gains if gain[1]), key=lambda gain: (-abs(gain[1]), gain[0])
    )
    shown = [
        f"{code(name)} {mark('new' if gain > 0 else 'gone', f'{gain:+,}')}"
        for name, gain in strongest[:MOST_VOTES]
    ]
    more = len(strongest) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
