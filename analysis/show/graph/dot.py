"""The dependency graph as DOT text.

Data flows from left to right: inputs, the layers, the classifier. Every module is a small table whose left cells name
what it reads (`q`, `k`, `v`, or the number of an argument), in the colour of the edge that arrives there, so that the
picture can be read even where edges cross. A layer's heads stand in one column, its look-ups in the next.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import graphviz

from tprog.analysis.explain.describe import clip
from tprog.analysis.measure.vote_scale import VoteScale
from tprog.analysis.show.graph.model import Edge, Graph, Node, NodeKind, Role
from tprog.visible import visible

# Okabe and Ito's palette, darkened for thin lines: the roles stay apart for colour-blind readers.
COLOURS: dict[Role, str] = {
    "query": "#0072B2",
    "key": "#D55E00",
    "value": "#00805E",
    "argument": "#7A5195",
    "vote": "#6E7781",
    "answer": "#6E7781",
}
FILLS: dict[NodeKind, str] = {
    "input": "#F1F3F5",
    "head": "#E3EEF9",
    "numerical head": "#E2F3E7",
    "look-up": "#FDF1D8",
    "numerical look-up": "#FBE6DE",
    "classifier": "#EFE9F8",
    "answer": "#EFE9F8",
}
# Votes for an answer and against it.
FOR, AGAINST = "#1A7F37", "#CF222E"
THINNEST, THICKEST = 0.5, 6.0  # points, in the graph of a circuit
INK, FAINT, DEAD, DEAD_EDGE = "#1B1F24", "#57606A", "#AEB5BD", "#D9DEE3"
FONT = "Helvetica,Arial,sans-serif"
LONGEST_NAME, LONGEST_READ, LONGEST_TITLE = 26, 20, 120


@dataclass(frozen=True, slots=True)
class Style:
    """How a graph is drawn.

    Attributes:
        dead: whether parts that reach no vote are drawn, in grey, or left out.
        legend: whether the title and the meaning of the colours stand above the picture.
        dpi: dots per inch of a bitmap, 50 to 600; vector formats ignore it.
        tints: other fill colours of some nodes, by number, such as `#FFC9C9`.
    """

    dead: bool = True
    legend: bool = True
    dpi: int = 144
    tints: Mapping[int, str] = field(default_factory=dict)


def to_dot(graph: Graph, style: Style | None = None, background: str = "") -> str:
    """Return a graph as DOT text; equal graphs give equal text.

    Args:
        graph: what to draw.
        style: how to draw it.
        background: drawing commands in Graphviz's xdot language for what lies behind the nodes.
    """
    style = style or Style()
    shown = graph if style.dead else graph.without_dead()
    drawing = graphviz.Digraph(
        "program",
        graph_attr={
            "rankdir": "LR",
            "bgcolor": "white",
            "fontname": FONT,
            "fontsize": "9",
            "ranksep": f"{min(1.3, 0.5 + len(shown.edges) / 100):.2f}",
            "nodesep": "0.14",
            "pad": "0.15",
            "outputorder": "edgesfirst",
            "labelloc": "t",
            "label": legend(shown, bool(style.tints)) if style.legend else "",
            "_background": background,
        },
        node_attr={"shape": "plain", "fontname": FONT, "fontsize": "10", "fontcolor": INK},
        edge_attr={"arrowsize": "0.45", "penwidth": "1.1"},
    )
    columns = node_columns(shown)
    names = {node.number: node.name for node in shown.nodes}
    reads: dict[int, list[Edge]] = {node.number: [] for node in shown.nodes}
    for edge in shown.edges:
        reads[edge.target].append(edge)
    headed: set[int | None] = {None}
    for nodes in columns:
        layer = nodes[0].layer
        with drawing.subgraph() as column:
            column.attr(rank="same")
            if layer not in headed:
                headed.add(layer)
                _heading(column, nodes)
            for node in nodes:
                tint = style.tints.get(node.number)
                tip = _plain("\n".join((f"{node.name}: {node.detail}", *node.notes)))
                label = _label(node, reads[node.number], names, tint, shown.scale)
                column.node(node_id(node), label=label, tooltip=tip)
    _tie(drawing, columns, sorted(layer for layer in headed if layer is not None))
    most = max((edge.weight or 0 for edge in shown.edges), default=0)
    for edge in shown.edges:
        tail, head = f"n{edge.source}:out:e", f"n{edge.target}:{_port(edge)}:w"
        tip = _edge_tip(edge, names, shown.scale)
        drawing.edge(tail, head, **_edge_look(edge, most), tooltip=tip)
    return str(drawing.source)


def _heading(column: graphviz.Digraph, nodes: list[Node]) -> None:
    """Put a layer's heading above its first column."""
    heading = f"layer_{nodes[0].layer}"
    text = f"layer {nodes[0].layer}"
    column.node(heading, label=text, fontcolor=FAINT, margin="0", height="0.2")
    # An edge within a column puts its start above its end.
    for node in nodes:
        column.edge(heading, node_id(node), style="invis")


def _tie(drawing: graphviz.Digraph, columns: list[list[Node]], layers: list[int]) -> None:
    """Keep columns and headings in order, whatever reads what, by edges that are not seen."""
    for left, right in itertools.pairwise(columns):
        drawing.edge(node_id(left[0]), node_id(right[0]), style="invis", weight="0")
    # Heavy edges are straight, and so the headings stand at one height.
    for one, other in itertools.pairwise(layers):
        drawing.edge(f"layer_{one}", f"layer_{other}", style="invis", weight="1000")


def node_columns(graph: Graph) -> list[list[Node]]:
    """Return the nodes in columns from left to right: inputs, each layer's heads and look-ups, the classifier."""
    columns = [[node for node in graph.nodes if node.kind == "input"]]
    for layer in range(graph.layers):
        for kinds in (("head", "numerical head"), ("look-up", "numerical look-up")):
            columns.append(
                [node for node in graph.nodes if node.layer == layer and node.kind in kinds]
            )
    columns.append([node for node in graph.nodes if node.kind in ("classifier", "answer")])
    return [column for column in columns if column]


def node_id(node: Node) -> str:
    """Return the identifier of a node in DOT text; it does not depend on the node's name."""
    return f"n{node.number}"


def legend(graph: Graph, tinted: bool = False) -> str:
    """Return the heading of a picture as an HTML-like label: the title, and what the colours that occur mean.

    Args:
        graph: what is drawn.
        tinted: whether nodes have other colours than those of their kinds, which the title explains.
    """
    roles: dict[Role, str] = {
        "query": "q &mdash; query",
        "key": "k &mdash; key",
        "value": "v &mdash; value",
        "argument": "1 2 &mdash; argument",
        "vote": "vote: ± the most that it can move one label against another"
        + (f", {graph.scale.note}" if graph.scale.note else ""),
    }
    kinds = {node.kind for node in graph.nodes}
    used = {edge.role for edge in graph.edges}
    chips = [
        f'<TD BGCOLOR="{FILLS[kind]}"><FONT COLOR="{INK}"> {kind} </FONT></TD>'
        for kind in FILLS
        if kind in kinds and not tinted
    ]
    words = [
        f'<TD><FONT COLOR="{FAINT if role == "vote" else COLOURS[role]}"> {text} </FONT></TD>'
        for role, text in roles.items()
        if role in used
    ]
    if graph.circuit:
        words = words[:-1] if "vote" in used else words
        words += [
            f'<TD><FONT COLOR="{FOR}"> votes for </FONT></TD>',
            f'<TD><FONT COLOR="{AGAINST}"> votes against </FONT></TD>',
            f'<TD><FONT COLOR="{FAINT}"> thick: many votes depend on it </FONT></TD>',
        ]
    if any(node.held for node in graph.nodes):
        chips.append(f'<TD><FONT COLOR="{DEAD}"> dashed: held at a neutral value </FONT></TD>')
    if not all(node.live or node.held for node in graph.nodes):
        chips.append(f'<TD><FONT COLOR="{DEAD}"> grey: reaches no vote </FONT></TD>')
    title = html(clip(graph.title, LONGEST_TITLE))
    rows = [f'<FONT POINT-SIZE="12" COLOR="{INK}"><B>{title}</B></FONT>'] if graph.title else []
    rows += [_row(found) for found in (chips, words) if found]
    return (
        f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="2">'
        f"{''.join(f'<TR><TD>{row}</TD></TR>' for row in rows)}</TABLE>>"
        if rows
        else ""
    )


def _row(cells: list[str]) -> str:
    return f'<TABLE BORDER="0" CELLSPACING="3" CELLPADDING="1"><TR>{"".join(cells)}</TR></TABLE>'


def html(text: str) -> str:
    """Return text that stands in an HTML-like label as it is; what XML cannot hold is written as an escape."""
    return escape(visible(text, keep="\u00a0"))


def _label(
    node: Node, reads: list[Edge], names: dict[int, str], tint: str | None, scale: VoteScale
) -> str:
    ink, faint = (INK, FAINT) if node.live else (DEAD, DEAD)
    detail = f"held at {node.held}" if node.held else node.detail
    body = (
        f'<TD PORT="out" ROWSPAN="{max(1, len(reads))}" ALIGN="LEFT" BALIGN="LEFT" CELLPADDING="4">'
        f'<FONT COLOR="{ink}"><B>{html(clip(node.name, LONGEST_NAME))}</B></FONT><BR/>'
        f'<FONT POINT-SIZE="8.5" COLOR="{faint}">{html(detail)}</FONT>'
        # A larger space makes the line taller, away from the underscores above it.
        '<FONT POINT-SIZE="11"> </FONT></TD>'
    )
    cells = [_cell(edge, names, scale) for edge in reads] or [""]
    lines = "".join(
        f"<TR>{cell}{body if number == 0 else ''}</TR>" for number, cell in enumerate(cells)
    )
    fill, line = (FILLS[node.kind], "#8C959F") if node.live else ("#FFFFFF", "#D0D7DE")
    fill = tint or fill
    return (
        '<<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1" '
        f'STYLE="ROUNDED{",DASHED" if node.held else ""}" COLOR="{line}" BGCOLOR="{fill}">{lines}</TABLE>>'
    )


def _cell(edge: Edge, names: dict[int, str], scale: VoteScale) -> str:
    text = clip(names[edge.source], LONGEST_READ)
    if edge.gain is not None:
        text += f" {scale.text(edge.gain)}"
    elif edge.role == "vote":
        moves = f"±{scale.text(edge.weight, sign=False)}" if edge.weight else "constant"
        text += f" {moves}" + (" per unit" if edge.per_unit and edge.weight else "")
    else:
        signs = {"query": "q", "key": "k", "value": "v", "answer": ""}
        text = f"{signs.get(edge.role, str(edge.slot + 1))} {text}"
    colour = FAINT if edge.role == "vote" else COLOURS[edge.role]
    if edge.gain is not None:
        colour = _side(edge.gain)
    return (
        f'<TD PORT="{_port(edge)}" ALIGN="LEFT"><FONT POINT-SIZE="8" '
        f'COLOR="{colour if edge.live else DEAD}"> {html(text)} </FONT></TD>'
    )


def _edge_look(edge: Edge, most: int) -> dict[str, str]:
    if edge.share is not None:
        width = f"{THINNEST + (THICKEST - THINNEST) * edge.share:.2f}"
        if edge.gain is not None:
            return {"color": _side(edge.gain), "penwidth": width, "arrowhead": "none"}
        # An arrow's head grows with its line.
        return {"color": COLOURS[edge.role], "penwidth": width, "arrowsize": "0.3"}
    if not edge.live:
        return {"color": DEAD_EDGE, "penwidth": "0.8"}
    if edge.role == "vote":
        share = (edge.weight or 0) / most if most else 0.0
        return {
            "color": COLOURS["vote"],
            "penwidth": f"{0.3 + 0.7 * share:.2f}",
            "arrowhead": "none",
        }
    return {"color": COLOURS[edge.role]}


def _side(gain: float) -> str:
    return FOR if gain > 0 else AGAINST if gain < 0 else FAINT


def _edge_tip(edge: Edge, names: dict[int, str], scale: VoteScale) -> str:
    role = f"argument {edge.slot + 1}" if edge.role == "argument" else edge.role
    weight = "" if edge.weight is None else f", ±{scale.text(edge.weight, sign=False)}"
    if edge.gain is not None:
        weight = f", {scale.text(edge.gain)}"
    return _plain(f"{names[edge.source]} → {names[edge.target]}: {role}{weight}")


def _plain(text: str) -> str:
    """Return text that stands in an attribute as it is: Graphviz gives backslashes a meaning."""
    return str(graphviz.escape(visible(text, keep="\n")))


def _port(edge: Edge) -> str:
    first = {"query": "q", "key": "k", "value": "v"}.get(edge.role, "a")
    return first if first != "a" and edge.slot == 0 else f"{first}{edge.slot}"
