"""A small function as parameters and rules, of which the first that holds decides.

`if`, `elif`, `else`, nested `if`s and `return` mean what they mean in Python. A function may begin with names for
expressions, `wanted = query - 1`, which are put in where they are used.
"""

import ast
import builtins
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TypeAlias

from tprog.reader.source import Source, docstring, without_docstring

# Expressions that bind names, or make the function something else.
BINDING = (
    *(ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await, ast.Lambda, ast.Starred),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
# Arrays have at most 64 axes, and no person reads a function of so many.
MOST_PARAMETERS = 32
# Expressions that names stand for may grow to this many nodes where they are put in.
MOST_NODES = 20_000

Tests: TypeAlias = tuple[tuple[ast.expr, bool], ...]
"""Conditions, each with whether it must hold or must not."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where every test comes out as stated, and no earlier rule applied, `result` is returned."""

    tests: Tests
    result: ast.expr


def parameters(source: Source, function: ast.FunctionDef, wanted: int | None = None) -> list[str]:
    """Return the names of a function's parameters, which must be plain ones; at least one, or as many as wanted."""
    given = function.args
    extra = given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs or given.defaults
    if extra or function.decorator_list or getattr(function, "type_params", None):
        raise source.error(
            function, f"{function.name} takes plain parameters only, without defaults or decorators"
        )
    names = [argument.arg for argument in given.args]
    if len(names) > MOST_PARAMETERS or len(set(names)) < len(names):
        raise source.error(
            function, f"{function.name} takes at most {MOST_PARAMETERS} parameters, each name once"
        )
    if not names or (wanted is not None and len(names) != wanted):
        count = "at least one parameter" if wanted is None else f"{wanted} parameters"
        raise source.error(function, f"{function.name} must take {count}, not {len(names)}")
    for part in ast.walk(function):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in names:
            raise source.error(part, f"{part.func.id} is a parameter here and cannot be called")
    return names


def rules(source: Source, function: ast.FunctionDef, body: Sequence[ast.stmt]) -> list[Rule]:
    """Return the rules of a function's body."""
    for node in ast.walk(function):
        if isinstance(node, BINDING):
            raise source.error(
                node, "a rule computes values alone: no :=, yield, lambda, * or comprehension"
            )
    body = _without_names(source, function, body)
    found = list(_rules(source, body, ()))
    if not ends(body):
        raise source.error(
            function, f"{function.name} may end without a result; end it with a return"
        )
    nodes = [node for statement in body for node in ast.walk(statement)]
    known = [argument.arg for argument in function.args.args]
    for node in nodes:
        if isinstance(node, ast.Name) and node.id not in (*known, "min", "max", "int"):
            shown = ", ".join(known)
            raise source.error(
                node, f"{node.id} is no parameter of this function; use one of {shown}"
            )
    # A test that no rule has: nobody would ask what it does.
    asked = {id(test) for rule in found for test, _ in rule.tests}
    for node in nodes:
        if isinstance(node, ast.If) and id(node.test) not in asked:
            raise source.error(node, "this decides nothing; remove it")
    return found


@dataclass(slots=True)
class _Names(ast.NodeTransformer):
    """Puts expressions in the place of names.

    Attributes:
        source: where the function stands.
        meaning: what each name stands for.
        used: the names that were met.
        nodes: how many nodes were put in.
    """

    source: Source
    meaning: dict[str, ast.expr] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    nodes: int = 0

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return what a name stands for."""
        if node.id not in self.meaning:
            return node
        self.used.add(node.id)
        self.nodes += sum(1 for _ in ast.walk(self.meaning[node.id]))
        if self.nodes > MOST_NODES:
            raise self.source.error(node, f"{node.id} stands for too much; write the rule out")
        return deepcopy(self.meaning[node.id])


def _without_names(
    source: Source, function: ast.FunctionDef, body: Sequence[ast.stmt]
) -> list[ast.stmt]:
    """Return a body without the names for expressions with which it begins."""
    body = without_docstring(body)
    names = _Names(source)
    taken = {argument.arg for argument in function.args.args}
    while body and isinstance(body[0], ast.Assign):
        match body[0]:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case _:
                raise source.error(body[0], "name one expression, such as wanted = query - 1")
        if name in taken:
            raise source.error(
                body[0],
                f"{name} is a parameter; numbers are capped first of all, as {name} = min({name}, 9), "
                "and other expressions need other names",
            )
        if name in names.meaning or hasattr(builtins, name):
            raise source.error(body[0], f"{name} has a meaning already; choose another name")
        if any(isinstance(part, ast.Subscript) for part in ast.walk(value)):
            # It could fail where the name is not used.
            raise source.error(value, "look this up where it is needed, or with .get")
        names.meaning[name] = names.visit(deepcopy(value))
        body = body[1:]
    if not names.meaning:
        return body
    found = [names.visit(deepcopy(statement)) for statement in body]
    for name in names.meaning:
        if name not in names.used:
            raise source.error(function, f"nothing uses {name} in {function.name}; remove it")
    return found


def _rules(source: Source, body: Sequence[ast.stmt], given: Tests) -> Iterator[Rule]:
    ended = False
    for statement in body:
        if docstring(statement) is not None or isinstance(statement, ast.Pass):
            continue
        if ended:
            raise source.error(statement, "this is never reached; remove it")
        if isinstance(statement, ast.Return):
            if statement.value is None:
                raise source.error(statement, "a bare return gives no result; name it")
            yield from _choices(statement.value, given)
        elif isinstance(statement, ast.If):
            yield from _branches(source, statement, given)
        else:
            raise source.error(
                statement, "only if, elif, else and return can stand here; write the rule with them"
            )
        ended = ends([statement])


def _choices(result: ast.expr, given: Tests) -> Iterator[Rule]:
    """Yield the rules of `a if condition else b`."""
    while isinstance(result, ast.IfExp):
        yield from _choices(result.body, (*given, (result.test, True)))
        result = result.orelse
    yield Rule(given, result)


def _elif(branch: ast.If) -> ast.If | None:
    """Return the next branch of a chain, which is followed without recursion: chains are long."""
    match branch.orelse:
        case [ast.If() as following]:
            return following
        case _:
            return None


def _branches(source: Source, branch: ast.If, given: Tests) -> Iterator[Rule]:
    """Yield the rules of `if ... elif ... else`; a branch that always returns needs no mention further on."""
    while True:
        yield from _rules(source, branch.body, (*given, (branch.test, True)))
        if not ends(branch.body):
            given = (*given, (branch.test, False))
        following = _elif(branch)
        if following is None:
            yield from _rules(source, branch.orelse, given)
            return
        branch = following


def ends(body: Sequence[ast.stmt]) -> bool:
    """Tell whether every path through some statements returns."""
    return any(
        isinstance(statement, ast.Return)
        or (isinstance(statement, ast.If) and _chain_ends(statement))
        for statement in body
    )


def _chain_ends(branch: ast.If) -> bool:
    while ends(branch.body):
        following = _elif(branch)
        if following is None:
            return ends(branch.orelse)
        branch = following
    return False
