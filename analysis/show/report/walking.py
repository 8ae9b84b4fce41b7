"""Which lines and branches of a program's small functions run for given arguments. Owns following a parsed function.

A function's tests are worked out on the parsed file; nothing is executed. What cannot be followed, or would take too
many steps, is not counted at all, so that a number in the report is always right. Refuses to know Programs.
"""

import ast
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tprog.ir import Value
from tprog.reader.grid import ARITHMETIC
from tprog.reader.source import COMPARISONS, SIGNS

# Tests and statements that are followed for one function; about a second.
MOST_STEPS = 300_000

Arguments: TypeAlias = tuple[Value, ...]

# Formulas of counts may hold products, which tables never do.
_ARITHMETIC = ARITHMETIC | {ast.Mult: operator.mul}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"min": min, "max": max, "abs": abs, "len": len}


@dataclass(frozen=True, slots=True)
class Condition:
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


@dataclass(frozen=True, slots=True)
class Walk:
    """How often everything in a function ran.

    Attributes:
        lines: by line, from 1, for every line that holds a statement.
        tests: every test, in the order of the lines.
    """

    lines: dict[int, int]
    tests: tuple[Condition, ...]


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
    lines = {line: follower.lines[line] for line in _statement_lines(function)}
    return Walk(lines, tuple(_tests(function, follower)))


def deciding_names(function: ast.FunctionDef) -> set[str]:
    """Return the parameters that decide which branch of a function runs."""
    tests = [node.test for node in ast.walk(function) if isinstance(node, ast.If | ast.IfExp)]
    return {node.id for test in tests for node in ast.walk(test) if isinstance(node, ast.Name)} & {
        argument.arg for argument in function.args.args
    }


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


def _statement_lines(function: ast.FunctionDef) -> Iterator[int]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return | ast.If | ast.Assign):
            yield node.lineno


def _tests(function: ast.FunctionDef, follower: _Follower) -> Iterator[Condition]:
    tests = [node.test for node in ast.walk(function) if isinstance(node, ast.If | ast.IfExp)]
    for test in sorted(tests, key=lambda test: (test.lineno, test.col_offset)):
        yield Condition(
            test.lineno, ast.unparse(test), follower.taken[test], follower.skipped[test]
        )
