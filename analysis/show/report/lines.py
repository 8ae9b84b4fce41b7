"""A program's file, line by line: which part each line belongs to, and how often it and each branch ran.

The tests of small functions are worked out on the parsed file; nothing is executed. What cannot be followed, or would take too many
steps, is not counted at all, so that a number in the report is always right.
"""

import ast
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tprog.analysis.measure.file_parts import FileParts, file_parts
from tprog.analysis.show.report.usage import Usage
from tprog.codegen.fixed import NAMESPACE, scores_name
from tprog.evaluate.scalar import value_at
from tprog.ir import Head, Lookup, NumericalVotes, Program, Value
from tprog.reader.grid import ARITHMETIC
from tprog.reader.source import COMPARISONS, SIGNS

# Keys that occur, up to which a head's function is followed for each of them.
MOST_PAIRS = 50_000
# Tests and statements that are followed for one function; about a second.
MOST_STEPS = 300_000

Arguments: TypeAlias = tuple[Value, ...]

# Formulas of counts may hold products, which tables never do.
_ARITHMETIC = ARITHMETIC | {ast.Mult: operator.mul}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"min": min, "max": max, "abs": abs, "len": len}


@dataclass(frozen=True, slots=True)
class LineCondition:
    """One `if` or `... if ... else ...` of a function.

    Attributes:
        line: the line where its test begins, from 1.
        text: the test, as it is written.
        taken: how often it held.
        skipped: how often it did not.
    """

    line: int
    text: str
    taken: int
    skipped: int


@dataclass(slots=True)
class SourceMap:
    """What is known of the lines of a file.

    Attributes:
        places: for each variable, by index, the runs of lines (first and last, from 1) that define it, the most telling
            first; none where the file does not name it.
        counts: how often a line ran, or a row of a table was used, where that is known.
        tests: for each variable, by index, its tests in the order of the lines.
    """

    places: tuple[tuple[tuple[int, int], ...], ...]
    counts: dict[int, int] = field(default_factory=dict)
    tests: dict[int, tuple[LineCondition, ...]] = field(default_factory=dict)


def map_source(program: Program, source: str, usage: Usage) -> SourceMap:
    """Return where the parts of a Program stand in its file, and how often each line ran.

    Args:
        program: what was read from the file.
        source: the text of the file.
        usage: how often each part was used.
    """
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return SourceMap(tuple(() for _ in program.variables))
    written = file_parts(statements)
    functions, tables, votes = written.functions, written.tables, written.votes
    lines = source.splitlines()
    assigned = _assigned(functions.get("run"))
    places = []
    for name in program.names:
        found: list[tuple[int, int]] = []
        if name in functions:
            found.append(_with_comments(functions[name], lines))
        for table in (scores_name(name), name.upper()):
            if table in tables and not any(
                one[0] <= tables[table].lineno <= one[1] for one in found
            ):
                found.append(_span(tables[table]))
        if name in assigned:
            found.append(_span(assigned[name]))
        if name in votes:
            found.append(_span(*votes[name]))
        places.append(tuple(found))
    found_map = SourceMap(tuple(places))
    for statement in assigned.values():
        found_map.counts[statement.lineno] = usage.inputs
    _count_functions(program, functions, usage, found_map)
    _count_votes(program, written, usage, found_map)
    return found_map


def _assigned(run: ast.FunctionDef | None) -> dict[str, ast.stmt]:
    """Return the statement of `run` that computes each variable, by name."""
    found: dict[str, ast.stmt] = {}
    for statement in [] if run is None else run.body:
        match statement:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=space), attr=name)]):
                if space == NAMESPACE:
                    found[name] = statement
            case _:
                pass
    return found


def _span(first: ast.stmt | ast.expr, last: ast.stmt | ast.expr | None = None) -> tuple[int, int]:
    return first.lineno, (last or first).end_lineno or first.lineno


def _with_comments(function: ast.FunctionDef, lines: list[str]) -> tuple[int, int]:
    """Return the lines of a function with the comments right above it, but without a heading such as `# Layer 0`."""
    first, last = _span(function)
    while (
        first > 1
        and lines[first - 2].startswith("#")
        and not lines[first - 2].startswith("# Layer")
    ):
        first -= 1
    return first, last


def _count_functions(
    program: Program, functions: dict[str, ast.FunctionDef], usage: Usage, found: SourceMap
) -> None:
    for number, operation in enumerate(program.operations, len(program.inputs)):
        function = functions.get(program.names[number])
        if function is None:
            continue
        names = [argument.arg for argument in function.args.args]
        calls = (
            _head_calls(program, number, operation, usage, names, deciding_names(function))
            if isinstance(operation, Head)
            else _lookup_calls(program, number, operation, usage, names)
        )
        followed = None if calls is None else walk(function, calls)
        if followed is not None:
            for line, count in followed.lines.items():  # Heads may share a function.
                found.counts[line] = found.counts.get(line, 0) + count
            found.tests[number] = followed.tests


def _head_calls(
    program: Program, number: int, head: Head, usage: Usage, names: list[str], tested: set[str]
) -> dict[tuple[Value, ...], int] | None:
    """Return how often each query asked; any key stands for all of them, since no test looks at it."""
    if len(names) != 2 or names[1] in tested:
        return None
    keys = usage.values[head.key]
    if not keys or len(usage.asked[number]) > MOST_PAIRS:
        return None
    key = value_at(program, head.key, min(keys))
    return {
        (value_at(program, head.query, query), key): count
        for query, count in sorted(usage.asked[number].items())
    }


def _lookup_calls(
    program: Program, number: int, lookup: Lookup, usage: Usage, names: list[str]
) -> dict[tuple[Value, ...], int] | None:
    calls = usage.calls[number]
    if len(names) != len(lookup.arguments) or len(calls) > MOST_PAIRS:
        return None
    return {
        tuple(
            value_at(program, read, entry)
            for read, entry in zip(lookup.arguments, point, strict=True)
        ): count
        for point, count in sorted(calls.items())
    }


def _count_votes(program: Program, written: FileParts, usage: Usage, found: SourceMap) -> None:
    """Count how often each row of a table of votes was used; rows on one line are added up."""
    rows: Counter[int] = Counter()
    for vote in program.classifier.votes:
        name = program.names[vote.variable]
        if name not in written.votes:
            continue
        if isinstance(vote, NumericalVotes):
            rows[written.votes[name][0].lineno] += usage.positions
        else:
            counted = {
                value_at(program, vote.variable, entry): count
                for entry, count in usage.values[vote.variable].items()
            }
            for value, line in written.rows(name).items():
                rows[line] += counted.get(value, 0)
    found.counts.update(rows)


@dataclass(frozen=True, slots=True)
class Walk:
    """How often everything in a function ran.

    Attributes:
        lines: by line, from 1, for every line that holds a statement.
        tests: every test, in the order of the lines.
    """

    lines: dict[int, int]
    tests: tuple[LineCondition, ...]


class _CannotFollow(Exception):
    """The function holds something that is not followed, or too much of it."""


def walk(function: ast.FunctionDef, calls: Mapping[Arguments, int]) -> Walk | None:
    """Return how often each line and branch of a function ran; None where that cannot be said.

    Args:
        function: a function of `if`, `return` and assignments to its parameters.
        calls: how often it was called with which arguments.
    """
    names = [argument.arg for argument in function.args.args]
    follower = _Follower()
    try:
        for arguments, count in calls.items():
            if len(arguments) != len(names):
                return None
            follower.count = count
            follower.body(function.body, dict(zip(names, arguments, strict=True)))
    except (_CannotFollow, TypeError, KeyError, IndexError, RecursionError):
        return None
    statements = (ast.Return, ast.If, ast.Assign)
    lines = {node.lineno for node in ast.walk(function) if isinstance(node, statements)}
    tests = (
        LineCondition(test.lineno, ast.unparse(test), follower.taken[test], follower.skipped[test])
        for test in sorted(_tests(function), key=lambda test: (test.lineno, test.col_offset))
    )
    return Walk({line: follower.lines[line] for line in sorted(lines)}, tuple(tests))


def deciding_names(function: ast.FunctionDef) -> set[str]:
    """Return the parameters that decide which branch of a function runs."""
    return {
        node.id
        for test in _tests(function)
        for node in ast.walk(test)
        if isinstance(node, ast.Name)
    } & {argument.arg for argument in function.args.args}


class _Follower:
    """Follows one call after another and adds up what ran."""

    def __init__(self) -> None:
        self.count = 0
        self.steps = 0
        self.lines: Counter[int] = Counter()
        self.taken: Counter[ast.expr] = Counter()
        self.skipped: Counter[ast.expr] = Counter()

    def body(self, statements: Iterable[ast.stmt], names: dict[str, Any]) -> bool:
        """Follow statements and tell whether one of them returned."""
        for statement in statements:
            self._step()
            match statement:
                case ast.Expr(value=ast.Constant()):
                    continue
                case ast.Return(value=value):
                    self.lines[statement.lineno] += self.count
                    if value is not None:
                        self._result(value, names)
                    return True
                case ast.If(test=test):
                    self.lines[statement.lineno] += self.count
                    chosen = statement.body if self._holds(test, names) else statement.orelse
                    if self.body(chosen, names):
                        return True
                case ast.Assign(targets=[target], value=value):
                    self.lines[statement.lineno] += self.count
                    self._assign(target, self._value(value, names), names)
                case _:
                    raise _CannotFollow
        return False

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _CannotFollow

    def _holds(self, test: ast.expr, names: dict[str, Any]) -> bool:
        held = bool(self._value(test, names))
        (self.taken if held else self.skipped)[test] += self.count
        return held

    def _result(self, value: ast.expr, names: dict[str, Any]) -> None:
        """Follow the branches of a returned expression; its value is not needed."""
        if isinstance(value, ast.IfExp):
            self._step()
            self._result(value.body if self._holds(value.test, names) else value.orelse, names)
        elif any(isinstance(node, ast.IfExp) for node in ast.walk(value)):
            raise _CannotFollow

    def _assign(self, target: ast.expr, value: Any, names: dict[str, Any]) -> None:
        match target:
            case ast.Name(id=name) if name in names:
                names[name] = value
            case ast.Tuple(elts=targets) if len(targets) == len(value):
                for one, part in zip(targets, value, strict=True):
                    self._assign(one, part, names)
            case _:
                raise _CannotFollow

    def _value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.BoolOp(op=ast.And(), values=values):
                return all(self._value(value, names) for value in values)
            case ast.BoolOp(values=values):
                return any(self._value(value, names) for value in values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self._value(operand, names)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self._value(operand, names)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return _ARITHMETIC[type(op)](self._value(left, names), self._value(right, names))
            case ast.Compare():
                return self._compare(node, names)
            case ast.Set(elts=items) | ast.Tuple(elts=items) | ast.List(elts=items):
                return tuple(self._value(item, names) for item in items)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
                return _FUNCTIONS[name](*(self._value(argument, names) for argument in args))
        raise _CannotFollow

    def _compare(self, node: ast.Compare, names: dict[str, Any]) -> bool:
        left = self._value(node.left, names)
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.Is | ast.IsNot):
                raise _CannotFollow
            value = self._value(right, names)
            if not COMPARISONS[SIGNS[type(op)]](left, value):
                return False
            left = value
        return True


def _tests(function: ast.FunctionDef) -> list[ast.expr]:
    return [node.test for node in ast.walk(function) if isinstance(node, ast.If | ast.IfExp)]
