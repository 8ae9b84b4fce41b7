"""From our dialect to plain RASP: a graph with the same meaning that the published interpreter can say too."""

from functools import reduce

from tprog.rasp import graph as g
from tprog.rasp.evaluate import RaspError
from tprog.rasp.functions import callable_of


def purified(node: g.Node) -> g.Node:
    """Return a graph of the same meaning without what plain RASP lacks.

    Raises:
        RaspError: there is none, with the reason.
    """
    return g.rewritten(node, _plain)


def _plain(node: g.Node) -> g.Node:
    match node:
        case g.Map():
            return _map(node)
        case g.Select(key, query, g.Pairs() as relation):
            return _selected(key, query, relation)
        case g.Closest():
            raise RaspError(
                "closest has no plain form: a selector of plain RASP judges each key by itself, not"
                " against the others"
            )
    return node


def _map(node: g.Map) -> g.SOp:
    function, arguments = node.function, node.arguments
    if function in ("left", "right"):
        raise RaspError(f"tokens_{function} has no plain form: plain RASP does not split tokens")
    if function == "str" and arguments != (g.Tokens(),):
        raise RaspError("str has no plain form: plain RASP makes no strings of numbers")
    if all(isinstance(one, g.Const) for one in arguments):
        values = [one.value for one in arguments if isinstance(one, g.Const)]
        try:
            return g.Const(callable_of(function)(*values))
        except Exception as error:  # it would fail on every input
            raise RaspError(f"{function} of constants fails: {error}") from error
    if function == "!=":
        return g.Map("not", (g.Map("==", arguments),))
    if function == "if" and isinstance(arguments[1], g.Const):
        return arguments[0] if arguments[1].value else arguments[2]
    if not isinstance(function, g.Lookup) or len(arguments) < 2:
        return node
    # A missing row is an error in a table and the last row here.
    *rows, (_, found) = function.rows or (((), 0),)
    rest: g.SOp = g.Const(found)
    for key, value in reversed(rows):
        tests = [
            g.Map("==", (one, g.Const(part))) for one, part in zip(arguments, key, strict=True)
        ]
        met = reduce(lambda left, right: g.Map("and", (left, right)), tests)
        rest = g.Map("if", (g.Const(value), met, rest))
    return rest


def _selected(key: g.SOp, query: g.SOp, relation: g.Pairs) -> g.Selector:
    pairs: list[g.Selector] = [
        g.And(g.Select(key, g.Const(one), "=="), g.Select(g.Const(wanted), query, "=="))
        for one, wanted in sorted(relation.pairs, key=repr)
    ]
    return reduce(g.Or, pairs) if pairs else g.Not(g.EVERYTHING)
