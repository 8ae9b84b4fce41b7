"""What an s-op of RASP does with one input: a box per layer, in it a grid per head, with what it reads and gives."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import graphviz

from tprog.analysis.show.graph.dot import COLOURS, FAINT, FILLS, FONT, INK
from tprog.analysis.show.graph.rendering import lay_out
from tprog.rasp.cost import heads
from tprog.rasp.evaluate import Evaluation, RaspError, column
from tprog.rasp.graph import (
    Aggregate,
    Const,
    Indices,
    Map,
    Node,
    Selector,
    SOp,
    Tokens,
    depth,
    walk,
)
from tprog.rasp.printing import to_text
from tprog.rasp.shown import element
from tprog.visible import cut, visible

LONGEST = 44
"""Characters of a text that stands for an s-op or selector without a name."""

MOST_CELLS = 40_000
"""Cells of all grids together that Graphviz lays out in a few seconds."""


def rasp_picture(sop: SOp, given: Sequence[Any], names: Mapping[Node, str], output: str) -> bytes:
    """Return a picture of what an s-op computes on an input.

    Args:
        sop: the s-op.
        given: the input's elements.
        names: what s-ops and selectors are called; others are shown by their text.
        output: `dot`, `svg`, `png` or `pdf`.

    Raises:
        RaspError: it has no value there, or there are too many cells.
        CannotDraw: Graphviz is missing or failed.
    """
    cells = sum(len(layer) for layer in heads(sop)) * len(given) ** 2
    if cells > MOST_CELLS:
        raise RaspError(f"a picture of {cells} cells; give a shorter input (at most {MOST_CELLS})")
    dot = _Drawing(sop, given, names).source()
    return dot.encode() if output == "dot" else lay_out(dot, output)


class _Drawing:
    def __init__(self, sop: SOp, given: Sequence[Any], names: Mapping[Node, str]) -> None:
        self.sop, self.names = sop, names
        self.evaluation = Evaluation(column([given]))
        self.labels = [element(one) for one in given]
        self.layers = heads(sop)
        self.depths: dict[Node, int] = {}
        depth(sop, self.depths)
        # An unnamed step that only leads to another one is left out.
        used = {part for node in walk(sop) if not isinstance(node, Map) for part in node.parts}
        self.shown = [
            node
            for node in walk(sop)
            if isinstance(node, Map | Tokens | Indices)
            and (node in used or node in names or node == sop)
        ]
        self.place: dict[Node, str] = {}

    def source(self) -> str:
        """Return the DOT text."""
        look = {"shape": "plain", "fontname": FONT, "fontsize": "10", "fontcolor": INK}
        graph = {"rankdir": "LR", "fontname": FONT, "fontsize": "11", "nodesep": "0.2"}
        dot = graphviz.Digraph(
            "rasp", graph_attr=graph, node_attr=look, edge_attr={"color": FAINT, "arrowsize": "0.5"}
        )
        for number in range(len(self.layers) + 1):
            title = f"layer {number}" if number else "input"
            with dot.subgraph(name=f"cluster_{number}") as box:
                box.attr(label=title, color=COLOURS["vote"], style="rounded")
                self._layer(box, number)
        edges = {(one, place) for node, place in self.place.items() for one in self._sources(node)}
        for source, target in sorted(one for one in edges if len(set(one)) > 1):
            dot.edge(source, target)
        return str(dot.source)

    def _layer(self, box: graphviz.Digraph, number: int) -> None:
        found = self.layers[number - 1] if number else {}
        for place, (selector, sops) in enumerate(found.items()):
            name = f"head_{number}_{place}"
            self.place |= {selector: name} | dict.fromkeys(sops, name)
            box.node(name, label=self._head(selector, sops))
        steps = [node for node in self.shown if self.depths[node] == number]
        if steps:
            name = f"steps_{number}"
            self.place |= dict.fromkeys(steps, name)
            rows = "".join(self._row(self._title(node), self._values(node)) for node in steps)
            box.node(name, label=_table(self._row("", self.labels) + rows))

    def _sources(self, node: Node) -> set[str]:
        """Return the boxes that a node reads from, through what is left out."""
        found, waiting = set(), [*node.parts]
        while waiting:
            part = waiting.pop()
            if part in self.place and isinstance(part, SOp):
                found.add(self.place[part])
            else:
                waiting += part.parts
        return found

    def _head(self, selector: Selector, sops: Sequence[SOp]) -> str:
        """Return a head: its grid, a column for each result and a row for each value that is aggregated."""
        chosen = self.evaluation.matrix(selector)[0]
        results = [self._values(one) for one in sops]
        width = len(self.labels) + 1 + len(sops)
        rows = _line(f'<TD COLSPAN="{width}"><B>{_text(self._title(selector))}</B></TD>')
        heads = [
            *map(_cell, ["", *self.labels]),
            *(_cell(self._title(one), "value") for one in sops),
        ]
        rows += _line("".join(heads))
        for place, label in enumerate(self.labels):
            grid = "".join(_cell("", "head" if one else None) for one in chosen[place])
            rows += _line(
                _cell(label) + grid + "".join(_cell(one[place], "value") for one in results)
            )
        for sop in sops:
            if isinstance(sop, Aggregate) and not isinstance(sop.value, Const):
                rows += self._row(self._title(sop.value), self._values(sop.value))
        for default in dict.fromkeys(
            element(sop.default) for sop in sops if isinstance(sop, Aggregate)
        ):
            text = _text(f"default: {default}")
            rows += _line(f'<TD COLSPAN="{width}" ALIGN="LEFT">{text}</TD>')
        return _table(rows)

    def _row(self, title: str, values: Sequence[str]) -> str:
        return _line(_cell(title) + "".join(map(_cell, values)))

    def _values(self, sop: SOp) -> list[str]:
        return [element(one) for one in self.evaluation.column(sop).rows()[0]]

    def _title(self, node: Node) -> str:
        if node in self.names:
            return self.names[node]
        known = {self.names[one]: one for one in walk(node) if one in self.names}
        *_, line = to_text({**known, "it": node}).splitlines()
        return cut(line.removeprefix("it = ").removesuffix(";"), LONGEST)


def _text(text: str) -> str:
    return escape(visible(text)) or " "


def _cell(text: str, kind: str | None = None) -> str:
    colours = {"head": COLOURS["query"], "value": FILLS["look-up"]}
    fill = f' BGCOLOR="{colours[kind]}"' if kind in colours else ""
    return f'<TD WIDTH="16"{fill}>{_text(text)}</TD>'


def _line(cells: str) -> str:
    return f"<TR>{cells}</TR>"


def _table(rows: str) -> str:
    return (
        f'<<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" COLOR="{FAINT}" BGCOLOR="white">'
        f"{rows}</TABLE>>"
    )
