"""LibCST nodes for what programs are made of: literals, conditions, branches, functions, and literals over several lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import libcst as cst

from tprog.codegen.fixed import literal_text, quoted
from tprog.ir import FiniteValues, Value

# The formatter's.
LINE_LENGTH = 88
# What fits on a line beside `    if ` or `    return ` and a colon.
CONDITION_LENGTH = 74
# A run of fewer integers reads better as a set.
SHORTEST_RUN = 3

Expression: TypeAlias = cst.BaseExpression
Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement

OPERATORS: dict[str, type[cst.BaseCompOp]] = {
    "==": cst.Equal,
    "!=": cst.NotEqual,
    "<": cst.LessThan,
    "<=": cst.LessThanEqual,
    ">": cst.GreaterThan,
    ">=": cst.GreaterThanEqual,
    "in": cst.In,
    "not in": cst.NotIn,
}


@dataclass(frozen=True, slots=True)
class Packed:
    """A statement whose lines the formatter must leave as they are."""

    statement: Statement


def parsed(source: str) -> Statement:
    """Return the one statement of a piece of source, with its layout."""
    statement = cst.parse_statement(source)
    assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return statement


def packed_lines(opening: str, items: Iterable[str], closing: str) -> str:
    """Return the source of a literal with as many items on each line as fit."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(f" {item},") <= LINE_LENGTH:
            lines[-1] += f" {item},"
        else:
            lines.append(f"    {item},")
    return "\n".join([opening, *lines, closing])


def width(expression: Expression) -> int:
    """Return how many characters an expression takes on one line."""
    return len(cst.Module([]).code_for_node(expression))


def name(identifier: str) -> cst.Name:
    """Return a name."""
    return cst.Name(identifier)


def literal(value: Value | bool | None) -> Expression:
    """Return a string, an integer, a truth value or None."""
    if isinstance(value, bool) or value is None:
        return cst.Name(repr(value))
    if isinstance(value, str):
        return cst.SimpleString(quoted(value))
    if value < 0:
        return cst.UnaryOperation(cst.Minus(), cst.Integer(str(-value)))
    return cst.Integer(str(value))


def elements(items: Iterable[Expression]) -> list[cst.Element]:
    """Return expressions as the elements of a tuple or set."""
    return [cst.Element(item) for item in items]


def literal_set(values: Iterable[Value]) -> cst.Set:
    """Return `{value, ...}`, in the order given."""
    return cst.Set(elements(map(literal, values)))


def literal_tuple(values: Iterable[Value | None]) -> cst.Tuple:
    """Return `(value, ...)`, with the comma that a single value needs."""
    return cst.Tuple(elements(map(literal, values)))


def plus(expression: Expression, number: int) -> Expression:
    """Return `expression + 2`, `expression - 2`, or the expression itself for 0."""
    if number == 0:
        return expression
    operator = cst.Add() if number > 0 else cst.Subtract()
    return cst.BinaryOperation(expression, operator, literal(abs(number)))


def compare(left: Expression, sign: str, right: Expression) -> cst.Comparison:
    """Return `left SIGN right`."""
    return cst.Comparison(left, [cst.ComparisonTarget(OPERATORS[sign](), right)])


def equals(parameter: str, value: Value) -> cst.Comparison:
    """Return `parameter == value`."""
    return compare(name(parameter), "==", literal(value))


def within(parameter: str, low: int | None, high: int | None) -> cst.Comparison:
    """Return `low <= parameter <= high`, or what says it shorter; None where there is no bound, on one side at most."""
    if high is None:
        return compare(name(parameter), ">=", literal(low))
    if low == high:
        return equals(parameter, high)
    if low is None:
        return compare(name(parameter), "<=", literal(high))
    sides = (name(parameter), literal(high))
    return cst.Comparison(
        literal(low), [cst.ComparisonTarget(cst.LessThanEqual(), side) for side in sides]
    )


def all_of(conditions: Sequence[Expression]) -> Expression:
    """Return `condition and ...`; there is at least one."""
    if len(conditions) == 1:
        return conditions[0]
    return _joined([_enclosed_or(condition) for condition in conditions], cst.And())


def any_of(conditions: Sequence[Expression]) -> Expression:
    """Return `condition or ...`; there is at least one."""
    return _joined(conditions, cst.Or())


def enclosed(expression: cst.IfExp | cst.BooleanOperation) -> Expression:
    """Return an expression in brackets."""
    return expression.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _enclosed_or(condition: Expression) -> Expression:
    """Return a condition that `and` does not tear apart."""
    if isinstance(condition, cst.BooleanOperation) and isinstance(condition.operator, cst.Or):
        return enclosed(condition)
    return condition


def _joined(conditions: Sequence[Expression], operator: cst.BaseBooleanOp) -> Expression:
    joined = conditions[0]
    for condition in conditions[1:]:
        joined = cst.BooleanOperation(joined, operator, condition)
    return joined


def member(parameter: str, values: FiniteValues, chosen: Sequence[int]) -> Expression:
    """Return the shortest readable condition that holds exactly where a parameter has one of the chosen values.

    Args:
        parameter: the parameter, which has one of `values`.
        values: every value that it can have.
        chosen: indices of at least one value, ascending. All of them give a condition that always holds.
    """
    wanted = [values.values[index] for index in chosen]
    if len(wanted) < len(values):
        others = [values.values[index] for index in sorted({*range(len(values))} - {*chosen})]
        if len(wanted) == 1:
            return equals(parameter, wanted[0])
        run = _run(parameter, values, chosen)
        if run is not None:
            return run
        if len(others) == 1:
            return compare(name(parameter), "!=", literal(others[0]))
        if 2 * len(others) <= len(wanted):
            return all_of(_sets(parameter, "not in", others))
    return any_of(_sets(parameter, "in", wanted))


def among(parameter: str, values: Sequence[Value]) -> Expression:
    """Return `parameter == value` or `parameter in {...}`, whatever other values there may be."""
    if len(values) == 1:
        return equals(parameter, values[0])
    return any_of(_sets(parameter, "in", values))


def _run(parameter: str, values: FiniteValues, chosen: Sequence[int]) -> Expression | None:
    """Return a range comparison where the chosen values are a run of ascending integers."""
    integers = [value for value in values.values if isinstance(value, int)]
    if len(integers) != len(values) or integers != sorted(integers):
        return None
    if len(chosen) < SHORTEST_RUN or chosen[-1] - chosen[0] != len(chosen) - 1:
        return None
    low = None if chosen[0] == 0 else integers[chosen[0]]
    high = integers[chosen[-1]]
    return within(parameter, low, None if low is not None and high == integers[-1] else high)


def _sets(parameter: str, sign: str, values: Sequence[Value]) -> list[Expression]:
    """Return memberships in sets that each fit on a line; the formatter would give every value its own."""
    parts: list[list[Value]] = []
    room = 0
    for value in values:
        needed = len(literal_text(value)) + len(", ")
        if not parts or needed > room:
            parts.append([])
            room = CONDITION_LENGTH - len(parameter) - len(" not in {}")
        parts[-1].append(value)
        room -= needed
    return [compare(name(parameter), sign, literal_set(part)) for part in parts]


def returns(value: Expression) -> Statement:
    """Return `return value`."""
    return cst.SimpleStatementLine([cst.Return(value)])


def branch(condition: Expression, body: Sequence[Statement]) -> cst.If:
    """Return `if condition:` with its body."""
    return cst.If(condition, cst.IndentedBlock(body))


def chain(
    cases: Sequence[tuple[Expression, Sequence[Statement]]], otherwise: Expression, indent: int = 4
) -> list[Statement]:
    """Return a branch for each case, and at the end a return of what holds otherwise.

    A last case that is a plain return shares the line with it, `return a if condition else b`, where that fits.
    """
    branches: list[Statement] = [branch(condition, body) for condition, body in cases]
    if cases:
        condition, body = cases[-1]
        match body:
            # Of two choices on a line it is hard to see which belongs to which.
            case [cst.SimpleStatementLine(body=[cst.Return(value=cst.IfExp())])]:
                pass
            case [cst.SimpleStatementLine(body=[cst.Return(value=cst.BaseExpression() as result)])]:
                both = cst.IfExp(condition, result, otherwise)
                if indent + len("return ") + width(both) <= LINE_LENGTH:
                    return [*branches[:-1], returns(both)]
            case _:
                pass
    return [*branches, returns(otherwise)]


def function(
    title: str,
    parameters: Sequence[tuple[str, str]],
    returned: str,
    body: Sequence[Statement],
    comments: Sequence[str] = (),
) -> Statement:
    """Return a function, its parameters given with their annotations, under comment lines."""
    given = ", ".join(f"{parameter}: {annotation}" for parameter, annotation in parameters)
    header = parsed(f"def {title}({given}) -> {returned}: pass")
    block = cst.IndentedBlock(body)
    return header.with_changes(body=block, leading_lines=comment_lines(comments))


def comment_lines(comments: Sequence[str]) -> list[cst.EmptyLine]:
    """Return `# comment` lines; each text is a single line."""
    return [cst.EmptyLine(comment=cst.Comment(f"# {comment}")) for comment in comments]


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
