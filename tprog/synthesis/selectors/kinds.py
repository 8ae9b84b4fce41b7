"""Graphs as expressions of the bank, their kinds checked."""

from tprog.rasp.graph import (
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Node,
    Or,
    Select,
    Tokens,
    Width,
)
from tprog.synthesis.selectors.bank import Expr, made
from tprog.synthesis.selectors.batch import Kind
from tprog.synthesis.selectors.kernels import RELATIONS


class IllTyped(Exception):
    """A graph has a part that no expression of the bank is."""


def typed(node: Node, takes: tuple[Kind, ...]) -> Expr:
    """Return a graph as an expression; a constant `("argument", i)` stands for an argument of a kind that it takes.

    Raises:
        IllTyped: kinds do not fit, or it holds something that the bank has no operation for.
    """
    known: dict[Node, Expr] = {}

    def of(one: Node) -> Expr:
        if one not in known:
            known[one] = _expression(one, takes, [of(part) for part in _args(one)])
        return known[one]

    return of(node)


def _args(node: Node) -> tuple[Node, ...]:
    """Return what an expression is made from: a head looks through `Closest`, `if` has its condition first."""
    match node:
        case Map("int", (Tokens(),)):
            return ()
        case Map("if", (value, condition, other)):
            return (condition, value, other)
        case Map("%", (left, Const())):
            return (left,)
        case Aggregate(Closest(selector), value):
            return (selector, value)
    return node.parts


def _expression(node: Node, takes: tuple[Kind, ...], args: list[Expr]) -> Expr:
    kinds = [one.kind for one in args]
    same = len(set(kinds)) == 1 and kinds[0] != "selector"
    match node:
        case Const(("argument", int(number))):
            return Expr(takes[number], "leaf", number, (), 1)
        case Const(bool()):
            return Expr("bool", "leaf", node, (), 1)
        case Const(int()) | Indices() | Map("int", (Tokens(),)):
            return Expr("int", "leaf", node, (), 1)
        case Const(str()) | Tokens():
            return Expr("text", "leaf", node, (), 1)
        case Width() if kinds == ["selector"]:
            return made("int", "width", *args)
        case Select(relation=relation) if same and relation in RELATIONS:
            return made("selector", "select", *args, detail=relation)
        case And() | Or() if kinds == ["selector", "selector"]:
            return made("selector", "and" if isinstance(node, And) else "or", *args)
        case Aggregate(default=default) if kinds[0] == "selector":
            near = isinstance(node.selector, Closest) or kinds[1] == "text"
            if kinds[1] == "int" and isinstance(default, int):
                return made("int", "near" if near else "mean", *args, detail=default)
            if kinds[1] == "text" and isinstance(default, str):
                return made("text", "near", *args, detail=default)
        case Map("%", (_, Const(int(modulus)))) if kinds == ["int"]:
            return made("int", "%", *args, detail=modulus)
        case Map("+" | "-", _) if kinds == ["int", "int"]:
            return made("int", str(node.function), *args)
        case Map("indicator", _) if kinds == ["bool"]:
            return made("int", "indicator", *args)
        case Map("if", _) if kinds[0] == "bool" and kinds[1] == kinds[2] in ("int", "text"):
            return made(kinds[1], "if", *args)
        case Map("not" | "and" | "or", _) if set(kinds) == {"bool"}:
            return made("bool", str(node.function), *args)
        case Map(function, _) if same and len(kinds) == 2 and function in RELATIONS:
            return made("bool", str(function), *args)
    raise IllTyped(f"no expression for {type(node).__name__} of {kinds}")
