"""The dependency graph in the colours of suspicion. Owns which part gets which tint; refuses to lay out or to draw."""

from dataclasses import replace

from tprog.analysis.explain.trace.tracing import PartSuspect, Tracing
from tprog.analysis.show.graph.model import Graph, build_graph

# From faint to strong: parts that a repair puts errors right in, and parts that are merely suspected.
PROVED = ("#FFE3E3", "#FFC9C9", "#FFA8A8", "#FF8787")
SUSPECTED = ("#FFFDF0", "#FFF9DB", "#FFF6CC")
CLEAR = "#FFFFFF"


def suspect_graph(tracing: Tracing) -> tuple[Graph, dict[int, str]]:
    """Return the graph of a traced Program, saying of each part what its repair does, and the colour of every node.

    Votes belong to the classifier, whose colour is that of the worst of them.
    """
    program = tracing.program
    graph = build_graph(program)
    classifier = len(program.variables)
    said: dict[int, str] = {}
    tints = {node.number: CLEAR for node in graph.nodes}
    for one in reversed(tracing.parts):
        node = classifier if one.part.kind == "votes" else one.part.variable
        tints[node] = _tint(tracing, one)
        said[node] = _said(tracing, one)
    nodes = tuple(
        replace(node, detail=said[node.number]) if node.number in said else node
        for node in graph.nodes
    )
    errors = f"{tracing.failing:,} of {tracing.failing + tracing.passing:,} labels wrong"
    title = " — ".join(part for part in (graph.title, errors) if part)
    title += " (red: a repair puts errors right; yellow: suspected)"
    return replace(graph, nodes=nodes, title=title), tints


def _tint(tracing: Tracing, one: PartSuspect) -> str:
    suspect = tracing.suspects[one.first]
    if suspect.repair is not None:
        share = suspect.net / tracing.suspects[0].net
        return PROVED[min(int(share * len(PROVED)), len(PROVED) - 1)]
    most = max(other.suspicion for other in tracing.suspects)
    share = 1.0 if suspect.suspicion == most else suspect.suspicion / most
    return SUSPECTED[min(int(share * len(SUSPECTED)), len(SUSPECTED) - 1)]


def _said(tracing: Tracing, one: PartSuspect) -> str:
    suspect = tracing.suspects[one.first]
    if suspect.repair is None:
        return f"suspect {one.first + 1}"
    gain = suspect.repair.gain
    return f"suspect {one.first + 1}: {len(gain.fixed):,} put right, {gain.broken:,} broken"
