"""Graphs that read the sequence from its end: what is computed on the mirror image and read back, computed in place.

Reading the mirror image goes through every function, and through heads that take all keys alike: they look the other way then.
"""

from tprog.ir import Relation
from tprog.rasp import graph as g
from tprog.rasp.evaluate import holds_of
from tprog.rasp.facts import NotCompiled
from tprog.rasp.sums import ONE, weighted

TURNED: dict[Relation, Relation] = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "==": "==",
    "!=": "!=",
}
"""What a comparison of positions says of the positions from the end."""


def is_length(sop: g.SOp) -> bool:
    """Tell whether an s-op is the number of all keys."""
    match sop:
        case g.Width(g.Select(g.Const(key), g.Const(query), relation)):
            return bool(holds_of(relation)(key, query))
    return False


def from_end(sop: g.SOp) -> int | None:
    """Return by how much an s-op exceeds the length less the position; None where it is something else."""
    found = weighted(sop)
    added = found.pop(ONE, 0)
    lengths = {one for one in found if is_length(one)}
    wanted = dict.fromkeys(lengths, 1) | {g.Indices(): -1}
    return int(added) if len(lengths) == 1 and found == wanted else None


def in_place(graph: g.SOp) -> g.SOp:
    """Return the graph with what is read at the mirrored position as it is there, where that takes fewer heads."""

    def unread(node: g.Node) -> g.Node:
        if not (isinstance(node, g.Aggregate) and _is_mirror(node.selector)):
            return node
        assert isinstance(node.selector, g.Select)
        try:
            turned = _turned(node.value, node.selector)
        except NotCompiled:
            return node
        return turned if _heads(turned) < _heads(node) else node

    return g.rewritten(graph, unread)


def _heads(node: g.Node) -> int:
    return sum(isinstance(one, g.Aggregate | g.Width) for one in g.walk(node))


def _is_mirror(selector: g.Node) -> bool:
    """Tell whether each query selects the position that is as far from the end as it is from the beginning."""
    match selector:
        case g.Select(g.Indices(), query, "=="):
            return from_end(query) == -1
    return False


def _turned(sop: g.SOp, mirror: g.Select) -> g.SOp:
    """Return what an s-op is at the mirrored position."""
    match sop:
        case g.Const():
            return sop
        case g.Indices():
            return mirror.query
        case g.Tokens():
            return g.Aggregate(mirror, sop, 0)
        case g.Map(function, arguments):
            return g.Map(function, tuple(_turned(one, mirror) for one in arguments))
        case g.Aggregate(selector, value, _) if _is_mirror(selector):
            return value
        case g.Aggregate(selector, value, default):
            return g.Aggregate(_turned_keys(selector, mirror), _turned(value, mirror), default)
        case g.Width(selector):
            return g.Width(_turned_keys(selector, mirror))
    raise NotCompiled("the closest key is another one in the mirror image")


def _turned_keys(selector: g.Selector, mirror: g.Select) -> g.Selector:
    """Return what selects the mirrored keys at the mirrored position; the closest key is another one there."""
    match selector:
        case g.Select(key, query, relation):
            shift = weighted(g.Map("-", (key, query)))
            if g.Indices() in weighted(key) and shift.keys() <= {ONE} and relation in TURNED:
                other = g.Map("+", (g.Indices(), g.Const(int(shift.get(ONE, 0)))))
                return g.Select(g.Indices(), other if shift else g.Indices(), TURNED[relation])
            return g.Select(_turned(key, mirror), _turned(query, mirror), relation)
        case g.Not(one):
            return g.Not(_turned_keys(one, mirror))
        case g.And(left, right) | g.Or(left, right):
            return type(selector)(_turned_keys(left, mirror), _turned_keys(right, mirror))
    raise NotCompiled("the closest key is another one in the mirror image")
