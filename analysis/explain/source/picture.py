"""The dependency graph of a source, as the graph of a Program is drawn."""

from pathlib import Path

from tprog.analysis.explain.source.reading import Part, Reading
from tprog.analysis.show.graph import Edge, Graph, Node

LONGEST_DETAIL = 34  # characters, as in the graph of a Program


def picture_of(reading: Reading) -> Graph:
    """Return the graph of the heads and look-ups that a source computes; what its answer reads ends in one node."""
    nodes = [
        Node(part.number, part.kind, part.layer, part.name, _detail(part), (), True)
        for part in reading.parts
    ]
    edges = []
    for part in reading.parts:
        slots: dict[str, int] = {}
        for read in part.reads:
            for source in read.parts:
                slot = slots.get(read.role, 0)
                slots[read.role] = slot + 1
                edges.append(Edge(source, part.number, read.role, slot, None, False, True))
    if reading.result:
        last = len(nodes)
        nodes.append(Node(last, "answer", None, "answer", f"of {reading.entry}", (), True))
        edges += [
            Edge(source, last, "answer", slot, None, False, True)
            for slot, source in enumerate(reading.result)
        ]
    layers = max((part.layer for part in reading.parts if part.layer is not None), default=-1) + 1
    title = f"{Path(reading.path).name}: a reading of its source, no Program"
    return Graph(title, tuple(nodes), tuple(edges), layers)


def _detail(part: Part) -> str:
    text = f"line {part.line}" + (f": {part.calls[-1]}" if part.calls else "")
    return text if len(text) <= LONGEST_DETAIL else text[: LONGEST_DETAIL - 1] + "…"
