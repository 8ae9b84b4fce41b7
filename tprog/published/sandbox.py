"""Small pure functions of a published file, evaluated and never executed.

A function becomes closures over its syntax tree, with no way to a file, a module, an attribute or a method. It may hold
`if`, `for`, `return`, assignments, comparisons, `and`, `or`, `not`, displays, comprehensions, a `key=lambda`, whole-number
`+` and `-`, and a few built-in functions. Values stay flat, numbers small, and every step is counted: it always ends soon.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from astroid import nodes

from tprog.published.parsed import (
    Enumeration,
    PublishedSource,
    is_constant,
    parameters,
    plain_names,
)
from tprog.reader.source import COMPARISONS, SIGNS, is_docstring

Frame: TypeAlias = dict[str, Any]
Expression: TypeAlias = Callable[[Frame], Any]
# A statement gives None, or the returned value in a tuple of one.
Statement: TypeAlias = Callable[[Frame], tuple[Any] | None]

# Larger numbers could be chosen so that their hashes collide, and a set of them would take hours.
LARGEST_NUMBER = 1 << 31
LONGEST_RANGE = 10_000
IDENTITIES = (COMPARISONS["is"], COMPARISONS["is not"])
# What evaluating an expression may raise where Python would raise it too.
FAILURES = (TypeError, ValueError, IndexError, KeyError)


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise ValueError("the range is too long")
    return found


BUILTINS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "all": all,
    "any": any,
    "enumerate": lambda values: enumerate(values),
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "range": _range,
    "sum": lambda values: sum(values),
    "zip": lambda *columns: zip(*columns, strict=False),
}
# These take what can be read once; anywhere else it could be read again, when nothing is left.
CONSUMERS = frozenset(("all", "any", "enumerate", "list", "max", "min", "sum", "zip"))
READ_ONCE = frozenset(("enumerate", "zip"))


class OutOfSteps(Exception):
    """A function has taken all its steps."""


@dataclass(slots=True)
class Budget:
    """How many steps may still be taken."""

    steps: int

    def spend(self) -> None:
        """Take a step, or raise OutOfSteps."""
        self.steps -= 1
        if self.steps < 0:
            raise OutOfSteps


class Sandbox:
    """Evaluates the functions of one file, with what they may name of its top level and the steps that may be taken."""

    def __init__(
        self,
        source: PublishedSource,
        enumerations: Mapping[str, Enumeration],
        budget: Budget,
        constants: Mapping[str, ast.expr] | None = None,
    ) -> None:
        self._source, self._budget = source, budget
        self._enumerations, self._constants = enumerations, constants or {}
        self._hidden: frozenset[str] = frozenset()
        self._outer: frozenset[str] = frozenset()

    def function(self, function: ast.FunctionDef) -> Callable[..., Any]:
        """Return a function of a file as one that can be called safely."""
        names = parameters(self._source, function)
        self._hidden, self._outer = _scopes(self._source.scope(function))
        body = self._block(function.body)

        def call(*values: Any) -> Any:
            if len(values) != len(names):
                raise self._source.error(
                    function,
                    f"{function.name} takes {len(names)} arguments and is given {len(values)}",
                )
            try:
                self._budget.spend()
                returned = body(dict(zip(names, values, strict=True)))
            except OutOfSteps:
                raise self._source.error(
                    function, f"{function.name} takes too many steps to be read; make it smaller"
                ) from None
            except RecursionError:
                raise self._source.error(function, f"{function.name} nests too deeply") from None
            return None if returned is None else returned[0]

        return call

    def _block(self, body: list[ast.stmt]) -> Statement:
        steps = [self._statement(one) for one in body if not is_docstring(one)]

        def run(frame: Frame) -> tuple[Any] | None:
            for step in steps:
                returned = step(frame)
                if returned is not None:
                    return returned
            return None

        return run

    def _statement(self, statement: ast.stmt) -> Statement:
        match statement:
            case ast.Return(value=value):
                result = (lambda frame: None) if value is None else self._guarded(value)
                return lambda frame: (result(frame),)
            case ast.Pass():
                return lambda frame: None
            case ast.Assign(targets=[target], value=value):
                return self._assignment(target, self._guarded(value))
            case ast.If():
                return self._choice(statement)
            case ast.For(orelse=[]):
                return self._loop(statement)
            case _:
                raise self._refuse(statement)

    def _choice(self, statement: ast.If) -> Statement:
        branches: list[tuple[Expression, Statement]] = []
        otherwise: list[ast.stmt] = [statement]
        # A chain of elif is a list here: nested, a long one would exhaust the stack.
        while len(otherwise) == 1 and isinstance(otherwise[0], ast.If):
            branch = otherwise[0]
            branches.append((self._guarded(branch.test), self._block(branch.body)))
            otherwise = branch.orelse
        last = self._block(otherwise)
        budget = self._budget

        def run(frame: Frame) -> tuple[Any] | None:
            for test, body in branches:
                budget.spend()
                if test(frame):
                    return body(frame)
            return last(frame)

        return run

    def _loop(self, loop: ast.For) -> Statement:
        bind, values = self._binding(loop.target), self._iterable(loop.iter)
        body, budget = self._block(loop.body), self._budget

        def run(frame: Frame) -> tuple[Any] | None:
            for value in values(frame):
                budget.spend()
                bind(frame, value)
                returned = body(frame)
                if returned is not None:
                    return returned
            return None

        return run

    def _assignment(self, target: ast.expr, value: Expression) -> Statement:
        if not isinstance(target, ast.Subscript):
            bind = self._binding(target)
            return lambda frame: bind(frame, value(frame))
        owner, index = self._guarded(target.value), self._guarded(target.slice)

        def store(frame: Frame) -> None:
            found = owner(frame)
            if not isinstance(found, list):
                raise self._fails(target, "only a list's entries can be set")
            try:
                found[index(frame)] = value(frame)
            except (IndexError, TypeError) as error:
                raise self._fails(target, error) from None

        return store

    def _binding(self, target: ast.expr) -> Callable[[Frame, Any], None]:
        if isinstance(target, ast.Name):
            name = target.id

            def bind(frame: Frame, value: Any) -> None:
                frame[name] = value

            return bind
        if not isinstance(target, ast.Tuple):
            raise self._refuse(target)
        parts = [self._binding(part) for part in target.elts]

        def unpack(frame: Frame, value: Any) -> None:
            if not isinstance(value, tuple | list) or len(value) != len(parts):
                raise self._fails(target, f"there are not {len(parts)} values")
            for part, one in zip(parts, value, strict=True):
                part(frame, one)

        return unpack

    def _guarded(self, expression: ast.expr, inner: Expression | None = None) -> Expression:
        """Return an expression whose failures point at it."""
        evaluate = inner or self._expression(expression)

        def run(frame: Frame) -> Any:
            try:
                return evaluate(frame)
            except FAILURES as error:
                raise self._fails(expression, error) from None

        return run

    def _expression(self, expression: ast.expr) -> Expression:
        match expression:
            case ast.Constant(value=value):
                small = isinstance(value, int) and abs(value) < LARGEST_NUMBER
                if not (small or value is None or isinstance(value, str | bool | float)):
                    raise self._source.error(
                        expression, "this value is none that a published program has"
                    )
                return lambda frame: value
            case ast.Name(id=name):
                return self._name(expression, name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if (
                owner in self._enumerations and owner not in self._hidden
            ):
                members = self._enumerations[owner].members
                if name not in members:
                    raise self._source.error(expression, f"{owner} has no member {name}")
                member = members[name]
                return lambda frame: member
            case ast.Tuple(elts=items):
                parts = self._expressions(items)
                return lambda frame: _as_tuple([part(frame) for part in parts])
            case ast.Set(elts=items):
                parts = self._expressions(items)
                if all(map(is_constant, items)):
                    known: frozenset[Any] = frozenset(part({}) for part in parts)
                    return lambda frame: known
                return lambda frame: _as_set([part(frame) for part in parts])
            case ast.Dict(keys=[]):
                return lambda frame: frozenset()
            case ast.List(elts=items):
                parts = self._expressions(items)
                return lambda frame: [part(frame) for part in parts]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._expression(operand)
                return lambda frame: not inner(frame)
            case ast.BoolOp(op=joint, values=items):
                return self._joined(isinstance(joint, ast.And), self._expressions(items))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                check, yes, no = self._expressions([test, body, orelse])
                return lambda frame: yes(frame) if check(frame) else no(frame)
            case ast.Compare():
                return self._comparison(expression)
            case _:
                return self._compound(expression)

    def _expressions(self, items: list[ast.expr]) -> list[Expression]:
        return [self._expression(item) for item in items]

    def _compound(self, expression: ast.expr) -> Expression:
        match expression:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._expression(operand)
                return lambda frame: _number(-_number(inner(frame)))
            case ast.BinOp(op=ast.Add() | ast.Sub() as kind, left=left, right=right):
                first, second = self._expressions([left, right])
                sign = 1 if isinstance(kind, ast.Add) else -1
                return lambda frame: _number(_number(first(frame)) + sign * _number(second(frame)))
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=None)):
                owner = self._expression(value)
                nothing = ast.Constant(None)
                start, stop = self._expressions([lower or nothing, upper or nothing])
                return lambda frame: _as_list(owner(frame))[start(frame) : stop(frame)]
            case ast.Subscript(value=value, slice=index):
                owner, place = self._expressions([value, index])
                return lambda frame: _as_list(owner(frame))[_number(place(frame))]
            case ast.ListComp(elt=element, generators=[one]):
                return self._comprehension(element, one)
            case ast.Call(func=ast.Name(id=name)) if name in READ_ONCE:
                raise self._source.error(
                    expression, f"{name} can be read once; loop over it, or keep a list of it"
                )
            case ast.Call(func=ast.Name(id=name)):
                return self._call(expression, name)
            case _:
                raise self._refuse(expression)

    def _name(self, expression: ast.expr, name: str) -> Expression:
        if name in self._constants and name not in self._hidden:
            return self._expression(self._constants[name])

        def load(frame: Frame) -> Any:
            if name not in frame:
                raise self._source.error(
                    expression, f"{name} is no parameter or variable of this function"
                )
            return frame[name]

        return load

    def _joined(self, both: bool, parts: list[Expression]) -> Expression:
        def run(frame: Frame) -> Any:
            value: Any = both
            for part in parts:
                value = part(frame)
                if bool(value) != both:
                    return value
            return value

        return run

    def _comparison(self, expression: ast.Compare) -> Expression:
        first, *others = self._expressions([expression.left, *expression.comparators])
        steps = [
            (COMPARISONS[SIGNS[type(one)]], side)
            for one, side in zip(expression.ops, others, strict=True)
        ]

        def run(frame: Frame) -> Any:
            left = first(frame)
            for kind, side in steps:
                right = side(frame)
                if isinstance(left, list) or isinstance(right, list):
                    raise TypeError("lists are not compared here")
                if kind in IDENTITIES and not (_is_single(left) or _is_single(right)):
                    raise TypeError("only None, True and False are known to be one object")
                if not kind(left, right):
                    return False
                left = right
            return True

        return run

    def _comprehension(self, element: ast.expr, loop: ast.comprehension) -> Expression:
        values, body = self._iterable(loop.iter), self._expression(element)
        bind, tests = self._binding(loop.target), self._expressions(loop.ifs)
        budget = self._budget

        def run(frame: Frame) -> list[Any]:
            inner = dict(frame)
            found = []
            for value in values(frame):
                budget.spend()
                bind(inner, value)
                if all(test(inner) for test in tests):
                    found.append(body(inner))
            return found

        return run

    def _iterable(self, expression: ast.expr, once: bool = False) -> Expression:
        """Return what is read from its first to its last entry, here and now.

        `once` tells whether a generator may stand there, of which nothing is read while other code runs.
        """
        match expression:
            case ast.GeneratorExp(elt=element, generators=[one]) if once:
                inner = self._comprehension(element, one)
            case ast.Call(func=ast.Name(id=name), keywords=[]) if name in READ_ONCE:
                inner = self._call(expression, name)
            case _:
                inner = self._expression(expression)
        read = self._guarded(expression, inner)

        def values(frame: Frame) -> Any:
            found = read(frame)
            if isinstance(found, frozenset):
                raise self._source.error(expression, "a set has no order; write a tuple")
            return found

        return values

    def _key(self, word: ast.keyword) -> Expression:
        match word:
            case ast.keyword(arg="key", value=ast.Lambda(args=arguments, body=body) as value):
                names = plain_names(arguments)
            case _:
                raise self._refuse(word)
        if names is None:
            raise self._refuse(value)
        inner, budget = self._expression(body), self._budget

        def make(frame: Frame) -> Callable[..., Any]:
            def call(*values: Any) -> Any:
                budget.spend()
                found = inner({**frame, **dict(zip(names, values, strict=True))})
                if isinstance(found, list):
                    raise TypeError("lists are not compared here")
                return found

            return call

        return make

    def _call(self, expression: ast.Call, name: str) -> Expression:
        items = expression.args
        builtin = name in BUILTINS and name not in self._hidden and name not in self._outer
        consumes = builtin and name in CONSUMERS and (len(items) == 1 or name == "zip")
        entries = [
            self._iterable(item, once=name not in READ_ONCE) if consumes else self._expression(item)
            for item in items
        ]
        named = [(str(word.arg), self._key(word)) for word in expression.keywords]
        if named and not (builtin and name in ("min", "max")):
            raise self._refuse(expression)
        budget = self._budget

        def run(frame: Frame) -> Any:
            budget.spend()
            function = BUILTINS[name] if builtin else frame.get(name)
            if not callable(function):
                raise self._source.error(
                    expression, f"{name} is no function that can be called here"
                )
            given = [entry(frame) for entry in entries]
            if builtin and name in ("min", "max", "sum"):
                given = [list(one) if consumes else one for one in given]
                _check_flat(given, keyed=bool(named))
            return function(*given, **{word: value(frame) for word, value in named})

        return run

    def _refuse(self, node: ast.AST) -> Exception:
        return self._source.error(
            node,
            f"{type(node).__name__} cannot stand in this function; published ones test, compare and return",
        )

    def _fails(self, node: ast.AST, reason: object) -> Exception:
        return self._source.error(node, f"this fails when it is run ({reason}); restore the file")


def _scopes(scope: nodes.FunctionDef) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that are bound in a function or one around it, and those of the top level."""
    hidden = {node.name for node in scope.nodes_of_class(nodes.AssignName)}
    around = scope.parent.scope()
    while not isinstance(around, nodes.Module):
        hidden.update(around.locals)
        around = around.parent.scope()
    return frozenset(hidden), frozenset(around.locals)


def _is_single(value: object) -> bool:
    """Tell whether a value is the only one of its kind, so that `is` finds it everywhere."""
    return value is None or value is True or value is False


def _number(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError("only whole numbers can be computed with")
    if abs(value) >= LARGEST_NUMBER * LARGEST_NUMBER:
        raise ValueError("the number is too large")
    return value


def _as_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("only a list has entries")
    return value


def _as_tuple(values: list[Any]) -> tuple[Any, ...]:
    # Nested tuples can be doubled at every step, until comparing two takes for ever.
    if any(isinstance(one, tuple | list | frozenset) for one in values):
        raise TypeError("tuples are flat here")
    return tuple(values)


def _as_set(values: list[Any]) -> frozenset[Any]:
    if any(isinstance(value, frozenset) for value in values):
        raise TypeError("a set cannot hold sets")
    return frozenset(values)


def _check_flat(given: list[Any], keyed: bool) -> None:
    """Refuse to compare lists, whose comparison can take for ever; a key turns them into something else."""
    values = given[0] if len(given) == 1 else given
    if not keyed and any(isinstance(value, list) for value in values):
        raise TypeError("lists are not compared here")
