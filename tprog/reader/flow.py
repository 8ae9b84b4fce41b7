"""A small function as parameters and rules, the first that holds decides. Owns control flow; refuses to know values.

`if`, `elif`, `else`, nested `if`s and `return` mean what they mean in Python.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tprog.reader.source import Source, docstring


@dataclass(frozen=True, slots=True)
class Rule:
    """Where every test comes out as stated, and no earlier rule applied, `result` is returned."""

    tests: tuple[tuple[ast.expr, bool], ...]
    result: ast.expr


def parameters(source: Source, function: ast.FunctionDef, wanted: int | None = None) -> list[str]:
    """Return the names of a function's parameters, which must be plain ones.

    Args:
        source: where the function stands.
        function: the function.
        wanted: how many there must be; any number from 1 where it is None.

    Raises:
        UnreadableSource: there are others, or not as many, or one is called.
    """
    given = function.args
    extra = given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs or given.defaults
    if extra or function.decorator_list:
        raise source.error(
            function, f"{function.name} takes plain parameters only, without defaults or decorators"
        )
    names = [argument.arg for argument in given.args]
    if not names or (wanted is not None and len(names) != wanted):
        count = "at least one parameter" if wanted is None else f"{wanted} parameters"
        raise source.error(function, f"{function.name} must take {count}, not {len(names)}")
    for part in ast.walk(function):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in names:
            raise source.error(part, f"{part.func.id} is a parameter here and cannot be called")
    return names


def rules(source: Source, function: ast.FunctionDef, body: Sequence[ast.stmt]) -> list[Rule]:
    """Return the rules of a function's body.

    Raises:
        UnreadableSource: it holds another statement, or a path on which nothing is returned.
    """
    found = list(_rules(source, body, ()))
    if not ends(body):
        raise source.error(
            function, f"{function.name} may end without a result; end it with a return"
        )
    return found


def _rules(
    source: Source, body: Sequence[ast.stmt], given: tuple[tuple[ast.expr, bool], ...]
) -> Iterator[Rule]:
    for statement in body:
        if docstring(statement) is not None or isinstance(statement, ast.Pass):
            continue
        if isinstance(statement, ast.Return):
            if statement.value is None:
                raise source.error(statement, "a bare return gives no result; name it")
            yield from _choices(statement.value, given)
            return
        if not isinstance(statement, ast.If):
            raise source.error(
                statement, "only if, elif, else and return can stand here; write the rule with them"
            )
        yield from _branches(source, statement, given)
        if ends([statement]):
            return


def _choices(result: ast.expr, given: tuple[tuple[ast.expr, bool], ...]) -> Iterator[Rule]:
    """Yield the rules of `a if condition else b`."""
    while isinstance(result, ast.IfExp):
        yield from _choices(result.body, (*given, (result.test, True)))
        result = result.orelse
    yield Rule(given, result)


def _branches(
    source: Source, statement: ast.If, given: tuple[tuple[ast.expr, bool], ...]
) -> Iterator[Rule]:
    """Yield the rules of `if ... elif ... else`; a branch that always returns needs no mention further on."""
    branch: ast.If | None = statement
    while branch is not None:
        yield from _rules(source, branch.body, (*given, (branch.test, True)))
        if not ends(branch.body):
            given = (*given, (branch.test, False))
        chained = len(branch.orelse) == 1 and isinstance(branch.orelse[0], ast.If)
        following = branch.orelse[0] if chained else None
        if not isinstance(following, ast.If):
            yield from _rules(source, branch.orelse, given)
            return
        branch = following


def ends(body: Sequence[ast.stmt]) -> bool:
    """Tell whether every path through some statements returns."""
    for statement in body:
        if isinstance(statement, ast.Return):
            return True
        branch: ast.stmt = statement
        returned = True
        while isinstance(branch, ast.If) and returned:
            returned = ends(branch.body)
            if len(branch.orelse) == 1 and isinstance(branch.orelse[0], ast.If):
                branch = branch.orelse[0]
                continue
            if returned and ends(branch.orelse):
                return True
            break
    return False
