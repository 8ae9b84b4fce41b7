"""Small builders of LibCST nodes. Owns how a literal, a condition or a function looks as a tree; refuses Programs."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias, cast

import libcst as cst

from tprog.codegen.lines import quoted
from tprog.ir import Value

# The formatter's.
LINE_LENGTH = 88

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement

OPERATORS: dict[str, type[cst.BaseCompOp]] = {
    "==": cst.Equal,
    "!=": cst.NotEqual,
    "<": cst.LessThan,
    "<=": cst.LessThanEqual,
    ">": cst.GreaterThan,
    ">=": cst.GreaterThanEqual,
}


def name(identifier: str) -> cst.Name:
    """Return a name."""
    return cst.Name(identifier)


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
    if len(conditions) == 1:
        return conditions[0]
    return _joined([_enclosed(condition) for condition in conditions], cst.And())


def any_of(conditions: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
    """Return `condition or ...`; there is at least one."""
    return _joined(conditions, cst.Or())


def _enclosed(condition: cst.BaseExpression) -> cst.BaseExpression:
    """Return a condition that `and` does not tear apart."""
    if isinstance(condition, cst.BooleanOperation) and isinstance(condition.operator, cst.Or):
        return condition.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return condition


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


def chain(
    cases: Sequence[tuple[cst.BaseExpression, Sequence[Statement]]],
    otherwise: cst.BaseExpression,
    indent: int = 4,
) -> list[Statement]:
    """Return a branch for each case, and at the end a return of what holds otherwise.

    A last case that is a plain return shares the line with it, `return a if condition else b`, where that fits.
    """
    branches: list[Statement] = [branch(condition, body) for condition, body in cases]
    if cases:
        condition, body = cases[-1]
        result = returned(body)
        if result is not None:
            both = cst.IfExp(condition, result, otherwise)
            if indent + len("return ") + width(both) <= LINE_LENGTH:
                return [*branches[:-1], returns(both)]
    return [*branches, returns(otherwise)]


def returned(body: Sequence[Statement]) -> cst.BaseExpression | None:
    """Return the result of a body that is a return and nothing else."""
    match body:
        case [cst.SimpleStatementLine(body=[cst.Return(value=cst.BaseExpression() as result)])]:
            # Of two choices on a line it is hard to see which belongs to which.
            return None if isinstance(result, cst.IfExp) else result
        case _:
            return None


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


def lines(body: Sequence[Statement], indent: int = 4) -> int:
    """Return about how many lines the formatter gives a body of branches and returns."""
    count = 0
    for statement in body:
        match statement:
            case cst.If(test=test, body=cst.IndentedBlock(body=inner)):
                count += _wrapped(indent + len("if :") + width(test))
                count += lines(cast("Sequence[Statement]", inner), indent + 4)
            case cst.SimpleStatementLine(body=[cst.Return(value=cst.BaseExpression() as result)]):
                count += _wrapped(indent + len("return ") + width(result))
            case _:
                count += 1
    return count


def _wrapped(characters: int) -> int:
    """Return about how many lines a statement takes; a broken one has its brackets on lines of their own."""
    return 1 if characters <= LINE_LENGTH else 3 + characters // LINE_LENGTH


def plus(expression: cst.BaseExpression, number: int) -> cst.BaseExpression:
    """Return `expression + 2`, `expression - 2`, or the expression itself for 0."""
    if number == 0:
        return expression
    operator = cst.Add() if number > 0 else cst.Subtract()
    return cst.BinaryOperation(expression, operator, literal(abs(number)))
