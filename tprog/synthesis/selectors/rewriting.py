"""Graphs with a part exchanged."""

from tprog.rasp.graph import Aggregate, Closest, Node, SOp, walk
from tprog.synthesis.examples import Examples, wrong_rows


def replaced(graph: Node, old: Node, new: Node) -> Node:
    """Return a graph with another node in the place of one."""
    known: dict[Node, Node] = {}
    for node in walk(graph):
        known[node] = new if node == old else with_parts(node, known)
    return known[graph]


def with_parts(node: Node, known: dict[Node, Node]) -> Node:
    """Return a node with other parts in the places of its own."""
    fields = []
    for name in type(node).__slots__:
        part = getattr(node, name)
        if isinstance(part, Node):
            part = known[part]
        elif isinstance(part, tuple) and part and isinstance(part[0], Node):
            part = tuple(known[one] for one in part)
        fields.append(part)
    return type(node)(*fields)


def lightened(graph: SOp, examples: Examples) -> SOp:
    """Return a graph without each `Closest` that the examples do not need.

    A head is found as the nearest match; mostly its selector selects one key anyway.
    """
    for node in [one for one in walk(graph) if isinstance(one, Aggregate)]:
        closest = node.selector
        if isinstance(closest, Closest) and node in set(walk(graph)):
            lighter = replaced(graph, node, Aggregate(closest.selector, node.value, node.default))
            assert isinstance(lighter, SOp)
            if not wrong_rows(lighter, examples, most=1):
                return lightened(lighter, examples)
    return graph
