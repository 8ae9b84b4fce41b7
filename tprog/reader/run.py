"""The function `run` of a program: which variable is computed from which, and the lines around that."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from tprog.codegen.fixed import (
    BESIDE,
    NAMESPACE,
    RUN,
    SILENT,
    after_variables,
    basic_input,
    before_variables,
    runtime_head,
)
from tprog.ir import Ones, Positions, Program, Tokens
from tprog.reader.comments import chunk_comments
from tprog.reader.source import Source, docstring, same

Kind: TypeAlias = Literal["basic", "words", "rule", "head", "beside", "lookup"]
ROLES = ["query", "key", "value"]


@dataclass(frozen=True, slots=True)
class RunLine:
    """One line that computes a variable.

    Attributes:
        name: the variable.
        statement: the line, for errors.
        comments: the comments above and beside it.
        kind: what it computes.
        function: the function that is applied, or the runtime function by which a head attends.
        head: the head's own function.
        scores: the constant with a head's scores.
        reads: the variables that are read, by name.
        table: the expression of a word table.
        distance: how far away a head looks that has no function of its own.
    """

    name: str
    statement: ast.Assign
    comments: tuple[str, ...]
    kind: Kind = "basic"
    function: str = ""
    head: str = ""
    scores: str | None = None
    reads: tuple[str, ...] = ()
    table: ast.expr | None = None
    distance: int = 0


def read_lines(source: Source, run: ast.FunctionDef) -> list[RunLine]:
    """Return the lines of `run` that compute variables, in order."""
    found: list[RunLine] = []
    above = run.lineno + 1
    for statement in run.body:
        name = _variable(statement)
        if name is not None and isinstance(statement, ast.Assign):
            comments = tuple(chunk_comments(source, above, statement))
            found.append(_line(source, name, statement, comments))
        above = (statement.end_lineno or statement.lineno) + 1
    return found


def has_gaps(run: ast.FunctionDef) -> bool:
    """Tell whether `run` takes zeros for a value that has no row of votes."""
    return any(same(statement, ast.parse(SILENT).body[0]) for statement in run.body)


def check_run(source: Source, run: ast.FunctionDef, program: Program, stored: bool) -> None:
    """Check that the header and every other line of `run` are what a Program's file has there."""
    header = ast.parse(f"{RUN} pass").body[0]
    assert isinstance(header, ast.FunctionDef)
    given = {name: getattr(run, name) for name in run._fields} | {"body": header.body}
    if not same(ast.FunctionDef(**given), header):
        raise source.error(run, "run must take (tokens, observe=None); restore its first line")
    wanted: list[str | None] = [
        *before_variables(program, stored),
        *[None] * len(program.variables),
        *after_variables(program, has_gaps(run)),
    ]
    body = [statement for statement in run.body if docstring(statement) is None]
    for number, statement in enumerate(body):
        computes = _variable(statement) is not None
        expected = wanted[number] if number < len(wanted) else ""
        if computes and expected is None:
            continue
        if expected and not computes and same(statement, ast.parse(expected).body[0]):
            continue
        if expected:
            raise source.error(statement, f"here run must go on with `{expected}`; restore it")
        raise source.error(statement, "this line does not belong into run; remove it")
    if len(body) < len(wanted):
        raise source.error(run, f"run must go on with `{wanted[len(body)]}`; restore it")


def basic_variable(value: ast.expr, program: Program) -> Tokens | Positions | Ones | None:
    """Return which of the basic inputs an expression computes."""
    for variable in (Tokens(), Positions(), Ones()):
        if same(value, ast.parse(basic_input(program, variable), mode="eval").body):
            return variable
    return None


def _variable(statement: ast.stmt) -> str | None:
    """Return `NAME` where a statement is `x.NAME = ...`."""
    match statement:
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=owner), attr=name)]):
            # `x.__dict__` and the like are no variables.
            return name if owner == NAMESPACE and not name.startswith("_") else None
        case _:
            return None


def _line(source: Source, name: str, statement: ast.Assign, comments: tuple[str, ...]) -> RunLine:
    match statement.value:
        case ast.Call(
            func=ast.Name(id="list"),
            args=[
                ast.Call(func=ast.Name(id="map"), args=[ast.Name(id=function), *given], keywords=[])
            ],
            keywords=[],
        ):
            match given:
                case [ast.Name(id="words")]:
                    return RunLine(name, statement, comments, "rule", function)
                case _:
                    reads = _reads(source, statement, given)
                    return RunLine(name, statement, comments, "lookup", function, reads=reads)
        case ast.Call(
            func=ast.Name(id=function), args=[ast.Attribute() as value, far], keywords=[]
        ) if function == BESIDE:
            reads = _reads(source, statement, [value])
            found = RunLine(name, statement, comments, "beside", reads=reads)
            return replace(found, distance=_distance(source, far))
        case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=head), *given], keywords=named):
            if runtime_head(function) is None:
                raise source.error(
                    statement,
                    f"{function} is no way to attend; use attend, count or another of them",
                )
            scores: str | None = None
            if given and isinstance(given[0], ast.Name):
                scores = given[0].id
                given = given[1:]
            reads = _reads(source, statement, [*given, *_keywords(source, statement, named)])
            if len(reads) != len(ROLES):
                raise source.error(statement, "a head reads a query, a key and a value")
            return RunLine(name, statement, comments, "head", function, head, scores, reads)
        case (
            ast.ListComp(elt=ast.Subscript(value=table))
            | ast.ListComp(elt=ast.Call(func=ast.Attribute(value=table, attr="get")))
        ):
            return RunLine(name, statement, comments, "words", table=table)
        case _:
            return RunLine(name, statement, comments)


def _distance(source: Source, far: ast.expr) -> int:
    sign, size = (-1, far.operand) if isinstance(far, ast.UnaryOp) else (1, far)
    shown = isinstance(far, ast.UnaryOp) and not isinstance(far.op, ast.USub)
    if shown or not isinstance(size, ast.Constant) or type(size.value) is not int:
        raise source.error(far, "a head looks a whole number of positions away; write it")
    return sign * size.value


def _keywords(
    source: Source, statement: ast.Assign, named: Sequence[ast.keyword]
) -> list[ast.expr]:
    """Return `query=..., key=..., value=...` as if they stood in this order."""
    found = {keyword.arg: keyword.value for keyword in named}
    if set(found) != set(ROLES[len(ROLES) - len(named) :]):
        raise source.error(statement, "a head reads a query, a key and a value, in this order")
    return [found[role] for role in ROLES if role in found]


def _reads(source: Source, statement: ast.Assign, given: Sequence[ast.expr]) -> tuple[str, ...]:
    found = []
    for part in given:
        match part:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == NAMESPACE:
                found.append(name)
            case _:
                raise source.error(
                    statement,
                    f"this line reads variables, written {NAMESPACE}.NAME, and nothing else",
                )
    return tuple(found)
