"""Small builders of LibCST nodes. Owns how a literal, a condition or a function looks as a tree; refuses Programs."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import libcst as cst

from tprog.ir import Value

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement


def name(identifier: str) -> cst.Name:
    """Return a name."""
    return cst.Name(identifier)


def quoted(text: str) -> str:
    """Return a string literal for any text, in double quotes unless that needs more escapes."""
    literal = repr(text)
    if literal[0] == "'" and '"' not in text:
        return '"' + literal[1:-1].replace("\\'", "'") + '"'
    return literal


def literal(value: Value | bool | None) -> cst.BaseExpression:
    """Return the literal of a string, an integer, a truth value or None."""
    if isinstance(value, bool) or value is None:
        return cst.Name(str(value))
    if isinstance(value, str):
        return cst.SimpleString(quoted(value))
    if value < 0:
        return cst.UnaryOperation(cst.Minus(), cst.Integer(str(-value)))
    return cst.Integer(str(value))


def elements(items: Iterable[cst.BaseExpression]) -> list[cst.Element]:
    """Return expressions as the elements of a list, tuple or set."""
    return [cst.Element(item) for item in items]


def literal_set(values: Iterable[Value]) -> cst.Set:
    """Return `{value, ...}`, in the order given."""
    return cst.Set(elements(map(literal, values)))


def literal_list(values: Iterable[Value]) -> cst.List:
    """Return `[value, ...]`."""
    return cst.List(elements(map(literal, values)))


def literal_tuple(values: Iterable[Value]) -> cst.Tuple:
    """Return `(value, ...)`, with the comma that a single value needs."""
    return cst.Tuple(elements(map(literal, values)))


def call(function: str, *arguments: cst.BaseExpression) -> cst.Call:
    """Return `function(argument, ...)`."""
    return cst.Call(name(function), [cst.Arg(argument) for argument in arguments])


def compare(
    left: cst.BaseExpression, *rest: tuple[cst.BaseCompOp, cst.BaseExpression]
) -> cst.Comparison:
    """Return `left OPERATOR right ...`."""
    return cst.Comparison(left, [cst.ComparisonTarget(operator, right) for operator, right in rest])


def all_of(conditions: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
    """Return `condition and ...`; there is at least one."""
    return _joined(conditions, cst.And())


def any_of(conditions: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
    """Return `condition or ...`; there is at least one."""
    return _joined(conditions, cst.Or())


def _joined(
    conditions: Sequence[cst.BaseExpression], operator: cst.BaseBooleanOp
) -> cst.BaseExpression:
    joined = conditions[0]
    for condition in conditions[1:]:
        joined = cst.BooleanOperation(joined, operator, condition)
    return joined


def line(statement: cst.BaseSmallStatement, comments: Sequence[str] = ()) -> Statement:
    """Return a statement as a line of its own, under comment lines."""
    return cst.SimpleStatementLine([statement], leading_lines=comment_lines(comments))


def returns(value: cst.BaseExpression) -> Statement:
    """Return `return value`."""
    return line(cst.Return(value))


def branch(condition: cst.BaseExpression, body: Sequence[Statement]) -> cst.If:
    """Return `if condition:` with its body."""
    return cst.If(condition, cst.IndentedBlock(body))


def assign(
    target: cst.BaseAssignTargetExpression,
    value: cst.BaseExpression,
    comments: Sequence[str] = (),
) -> Statement:
    """Return `target = value`, under comment lines."""
    return line(cst.Assign([cst.AssignTarget(target)], value), comments)


def declare(target: str, annotation: cst.BaseExpression, value: cst.BaseExpression) -> Statement:
    """Return `target: annotation = value`."""
    return line(cst.AnnAssign(name(target), cst.Annotation(annotation), value))


def function(
    title: str,
    parameters: Sequence[tuple[str, cst.BaseExpression]],
    returned: cst.BaseExpression,
    body: Sequence[Statement],
    comments: Sequence[str] = (),
) -> cst.FunctionDef:
    """Return a function with annotated parameters, under comment lines."""
    return cst.FunctionDef(
        name(title),
        cst.Parameters(
            [cst.Param(name(found), cst.Annotation(annotation)) for found, annotation in parameters]
        ),
        cst.IndentedBlock(body),
        returns=cst.Annotation(returned),
        leading_lines=comment_lines(comments),
    )


def comment_lines(comments: Sequence[str]) -> list[cst.EmptyLine]:
    """Return `# comment` lines; each text is a single line."""
    return [cst.EmptyLine(comment=cst.Comment(f"# {comment}")) for comment in comments]


def parsed(source: str) -> Statement:
    """Return the one statement of a fixed piece of source."""
    statement = cst.parse_statement(source)
    assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return statement


def width(expression: cst.BaseExpression) -> int:
    """Return how many characters an expression takes on one line."""
    return len(cst.Module([]).code_for_node(expression))
