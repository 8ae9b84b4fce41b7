"""RASP-L (Zhou et al. 2023, "What algorithms can Transformers learn?"): whether an s-op keeps its rules.

A position sees itself and what stands before it. A number that grows with the length, such as a position or a count, is
compared with others and moved by constants; no other arithmetic is done with it.
"""

from dataclasses import dataclass

from tprog.json_values import Formatted
from tprog.rasp import graph as g
from tprog.rasp.cost import cost
from tprog.rasp.module import Module

COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
INVERSE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(Formatted):
    """Whether an s-op is RASP-L, and what the conjecture predicts: a hint, not a verdict.

    Attributes:
        holds: whether it keeps the rules.
        reason: the rule that it breaks; None where it keeps them.
        line: the line of what breaks it, from 1.
        column: its column, from 1.
        operations: how many operations it is made of.
        layers: the number of layers.
        heads: the number of heads, all layers together.
    """

    holds: bool
    reason: str | None
    line: int | None
    column: int | None
    operations: int
    layers: int
    heads: int


def judge(module: Module, name: str | None = None) -> Judgement:
    """Judge an s-op of a text, by default its last value.

    Raises:
        RaspError: there is no such s-op.
    """
    sop = module.sop(name)
    found = next(((node, why) for node in g.walk(sop) if (why := broken_rule(node))), None)
    place = None if found is None else module.place(found[0], sop)
    price = cost(sop)
    return Judgement(
        holds=found is None,
        reason=None if found is None else found[1],
        line=None if place is None else place.line,
        column=None if place is None else place.column,
        operations=sum(isinstance(one, g.Map | g.Aggregate | g.Width) for one in g.walk(sop)),
        layers=price.layers,
        heads=sum(price.heads),
    )


def broken_rule(node: g.Node) -> str | None:
    """Return the rule of RASP-L that a node breaks by itself, None where it breaks none."""
    if isinstance(node, g.Aggregate | g.Width) and not is_causal(node.selector):
        return "a head looks at what comes after the query; add `and select(indices, indices, <=)`"
    if not isinstance(node, g.Map):
        return None
    if isinstance(node.function, g.Python):
        return f"{node.function.name} is known only as a Python function"
    growing = [one for one in node.arguments if grows(one)]
    if not growing or node.function in COMPARISONS or node.function == "if":
        return None
    moved = node.function in ("+", "-") and len(growing) == 1 and growing[0] == node.arguments[0]
    if moved and isinstance(node.arguments[1], g.Const):
        return None
    what = node.function if isinstance(node.function, str) else "a table"
    return (
        f"{what} is applied to a number that grows with the length, such as a position or a count; RASP-L"
        " compares these and moves them by constants, no more"
    )


def grows(sop: g.SOp) -> bool:
    """Tell whether an s-op holds numbers that grow with the length."""
    match sop:
        case g.Indices() | g.Width():
            return True
        case g.Aggregate(_, value, _):
            return grows(value)
        case g.Map("if", (value, _, other)):
            return grows(value) or grows(other)
        case g.Map("+" | "-" | "*" | "neg" | "pos" | "round" | "^" | "/", arguments):
            return any(map(grows, arguments))
    return False


def is_causal(selector: g.Selector) -> bool:
    """Tell whether a selector is seen never to select a key after the query."""
    match selector:
        case g.And(left, right):
            return is_causal(left) or is_causal(right)
        case g.Or(left, right):
            return is_causal(left) and is_causal(right)
        case g.Closest(inner):
            return is_causal(inner)
        case g.Not(g.Select(key, query, relation)) if isinstance(relation, str):
            return is_causal(g.Select(key, query, INVERSE[relation]))  # type: ignore[arg-type]
        case g.Select(key, query, relation):
            moved = _moved(key), _moved(query)
            if moved[0] is None or moved[1] is None:
                return False
            ahead = moved[1] - moved[0]
            return (relation in ("<=", "==") and ahead <= 0) or (relation == "<" and ahead <= 1)
    return False


def _moved(sop: g.SOp) -> int | None:
    """Return by how much an s-op differs from the position, None where it is none moved by a constant."""
    match sop:
        case g.Indices():
            return 0
        case g.Map("+" | "-" as sign, (one, g.Const(int() as by))):
            inner = _moved(one)
            return None if inner is None else inner + (by if sign == "+" else -by)
    return None
