"""From our dialect to plain RASP: a graph with the same meaning that the published interpreter can say too."""

from functools import reduce

from tprog.rasp.evaluate import RaspError
from tprog.rasp.functions import callable_of
from tprog.rasp.graph import (
    EVERYTHING,
    Aggregate,
    And,
    Closest,
    Const,
    Lookup,
    Map,
    Node,
    Not,
    Or,
    Pairs,
    Select,
    Selector,
    SOp,
    Width,
    walk,
)


def purified(node: Node) -> Node:
    """Return a graph of the same meaning without what plain RASP lacks.

    Raises:
        RaspError: there is none, with the reason.
    """
    known: dict[Node, Node] = {}
    for one in walk(node):
        known[one] = _rewritten(one, known)
    return known[node]


def _rewritten(node: Node, known: dict[Node, Node]) -> Node:
    def sop(part: SOp) -> SOp:
        found = known[part]
        assert isinstance(found, SOp)
        return found

    def chosen(part: Selector) -> Selector:
        found = known[part]
        assert isinstance(found, Selector)
        return found

    match node:
        case Map(function, arguments):
            return _map(Map(function, tuple(map(sop, arguments))))
        case Aggregate(selector, value, default):
            return Aggregate(chosen(selector), sop(value), default)
        case Width(selector):
            return Width(chosen(selector))
        case Not(selector):
            return Not(chosen(selector))
        case And(left, right):
            return And(chosen(left), chosen(right))
        case Or(left, right):
            return Or(chosen(left), chosen(right))
        case Select(key, query, relation):
            if isinstance(relation, Pairs):
                return _selected(sop(key), sop(query), relation)
            return Select(sop(key), sop(query), relation)
        case Closest():
            raise RaspError(
                "closest has no plain form: a selector of plain RASP judges each key by itself, not"
                " against the others"
            )
    return node


def _map(node: Map) -> SOp:
    function, arguments = node.function, node.arguments
    if function in ("left", "right"):
        raise RaspError(f"tokens_{function} has no plain form: plain RASP does not split tokens")
    if all(isinstance(one, Const) for one in arguments):
        values = [one.value for one in arguments if isinstance(one, Const)]
        try:
            return Const(callable_of(function)(*values))
        except Exception as error:  # it would fail on every input
            raise RaspError(f"{function} of constants fails: {error}") from error
    if function == "!=":
        return Map("not", (Map("==", arguments),))
    if function == "if" and isinstance(arguments[1], Const):
        return arguments[0] if arguments[1].value else arguments[2]
    if not isinstance(function, Lookup) or len(arguments) < 2:
        return node
    # A missing row is an error in a table and the last row here.
    *rows, (_, found) = function.rows or (((), 0),)
    rest: SOp = Const(found)
    for key, value in reversed(rows):
        tests = [Map("==", (one, Const(part))) for one, part in zip(arguments, key, strict=True)]
        met = reduce(lambda left, right: Map("and", (left, right)), tests)
        rest = Map("if", (Const(value), met, rest))
    return rest


def _selected(key: SOp, query: SOp, relation: Pairs) -> Selector:
    pairs: list[Selector] = [
        And(Select(key, Const(one), "=="), Select(Const(wanted), query, "=="))
        for one, wanted in sorted(relation.pairs, key=repr)
    ]
    return reduce(Or, pairs) if pairs else Not(EVERYTHING)
