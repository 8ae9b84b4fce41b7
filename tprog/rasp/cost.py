"""Layers and heads that an s-op needs, counted as RASP's authors do."""

from dataclasses import dataclass

from tprog.json_values import Formatted
from tprog.rasp import graph as g

FIRST = g.Select(g.Indices(), g.Const(0), "==")
"""Selects position 0, which a width counts apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(Formatted):
    """What a Transformer for an s-op is made of.

    Attributes:
        layers: the number of layers.
        widest: the most heads in a layer.
        heads: the number of heads of each layer, the first layer first.
    """

    layers: int
    widest: int
    heads: tuple[int, ...]


def cost(sop: g.SOp) -> Cost:
    """Return the layers and heads of an s-op: a layer's heads are the distinct selectors of its aggregates."""
    counts = tuple(len(layer) for layer in heads(sop))
    return Cost(layers=len(counts), widest=max(counts, default=0), heads=counts)


def heads(sop: g.SOp) -> tuple[dict[g.Selector, tuple[g.SOp, ...]], ...]:
    """Return for each layer its selectors, each with the s-ops that are aggregated under it."""
    known: dict[g.Node, int] = {}
    layers: list[dict[g.Selector, tuple[g.SOp, ...]]] = [{} for _ in range(g.depth(sop, known))]
    for node in g.walk(sop):
        if isinstance(node, g.Aggregate | g.Width):
            layer = layers[known[node] - 1]
            for selector in selectors_of(node):
                layer[selector] = (*layer.get(selector, ()), node)
    return tuple(layers)


def selectors_of(node: g.Aggregate | g.Width) -> tuple[g.Selector, ...]:
    """Return the heads of an s-op; a width takes two, one with position 0 and one of it alone."""
    if isinstance(node, g.Aggregate) or node.selector == g.EVERYTHING:
        return (node.selector,)
    return g.Or(node.selector, FIRST), g.And(node.selector, FIRST)
