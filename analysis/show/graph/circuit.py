"""The graph of a single circuit: its parts alone, each edge with the votes that depend on it. Refuses to find circuits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tprog.analysis.show.graph.model import Graph, build_graph
from tprog.ir import Program


def circuit_graph(
    program: Program,
    parts: Sequence[int],
    gains: Mapping[int, float],
    held: Mapping[int, str],
    title: str = "",
) -> Graph:
    """Return the graph of a circuit: its parts, what they read, and the classifier.

    An edge carries the votes that depend on it: of a vote, its own; of a read, the strongest votes that any path leads
    to from there.

    Args:
        program: a valid Program.
        parts: the heads and look-ups of the circuit, by variable.
        gains: for voting variables, the votes for the answer less those for its runner-up.
        held: what parts outside of the circuit are held at, as text; they are shown where the circuit reads them.
        title: what stands above the picture; the Program's title where it is empty.
    """
    whole = build_graph(program)
    working, first = set(parts), len(program.inputs)
    read = {number for part in working for number in program.operations[part - first].reads}
    voting = {
        number for number, gain in gains.items() if gain and (number < first or number in working)
    }
    classifier = len(program.variables)
    shown = working | read | voting | {classifier}
    carried = _carried(program, working, gains, voting)
    most = max(carried.values(), default=0.0) or 1.0
    edges = []
    for edge in whole.edges:
        if edge.target == classifier and edge.source in voting:
            gain = gains[edge.source]
            edges.append(replace(edge, live=True, gain=gain, share=abs(gain) / most))
        elif edge.target in working:
            # Nothing depends on what is held.
            fixed = edge.source >= first and edge.source not in working
            share = None if fixed else carried[edge.target] / most
            edges.append(replace(edge, live=not fixed, share=share))
    nodes = tuple(
        replace(
            node,
            live=node.number in working or node.number < first or node.number == classifier,
            held=held.get(node.number, "") if node.number not in working else "",
        )
        for node in whole.nodes
        if node.number in shown
    )
    named = title or whole.title
    return Graph(named, nodes, tuple(edges), whole.layers, circuit=True, scale=whole.scale)


def _carried(
    program: Program, working: set[int], gains: Mapping[int, float], voting: set[int]
) -> dict[int, float]:
    """Return for each variable the size of the strongest votes that depend on it within the circuit."""
    carried = {number: abs(gains[number]) for number in voting}
    for part in sorted(working, reverse=True):
        own = carried.setdefault(part, 0.0)
        for read in program.operations[part - len(program.inputs)].reads:
            carried[read] = max(carried.get(read, 0.0), own)
    return carried
