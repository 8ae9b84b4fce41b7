"""Small pure functions, evaluated and never executed.

A function becomes closures over its syntax tree, with no way to a file, a module, an attribute or a method. It may hold
`if`, `for`, `return`, assignments, comparisons, `and`, `or`, `not`, displays, comprehensions, a `key=lambda`, whole-number
`+` and `-`, and a few built-in functions. Values stay flat, numbers small, and every step is counted: it always ends soon.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from astroid import nodes

from tprog.published.enums import Enumeration
from tprog.published.parsed import Source, docstring
from tprog.published.subset import (
    BUILTINS,
    COMPARISONS,
    CONSUMERS,
    IDENTITIES,
    LARGEST_NUMBER,
    READ_ONCE,
    as_list,
    as_set,
    check_flat,
    is_constant,
    is_single,
    number,
)

Frame: TypeAlias = dict[str, Any]
Expression: TypeAlias = Callable[[Frame], Any]
# A statement gives None, or the returned value in a tuple of one.
Statement: TypeAlias = Callable[[Frame], tuple[Any] | None]


class OutOfSteps(Exception):
    """A function has taken all its steps."""


@dataclass(slots=True)
class Budget:
    """How many steps may still be taken."""

    steps: int

    def spend(self) -> None:
        """Take a step.

        Raises:
            OutOfSteps: none is left.
        """
        self.steps -= 1
        if self.steps < 0:
            raise OutOfSteps


class Sandbox:
    """Evaluates the functions of one file."""

    def __init__(
        self,
        source: Source,
        enumerations: Mapping[str, Enumeration],
        budget: Budget,
        constants: Mapping[str, ast.expr] | None = None,
    ) -> None:
        """Keep the file, what its functions may name of its top level, and the steps that may be taken."""
        self._source = source
        self._enumerations = enumerations
        self._budget = budget
        self._constants = constants or {}
        self._hidden: frozenset[str] = frozenset()
        self._outer: frozenset[str] = frozenset()

    def function(self, function: ast.FunctionDef) -> Callable[..., Any]:
        """Return a function of a file as one that can be called safely.

        Raises:
            UnreadableSource: it holds anything that this part of Python does not have; or later, when it is called:
                Python would raise an error at these arguments, or it takes too many steps.
        """
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
        steps = [self._statement(one) for one in body if docstring(one) is None]

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
            case ast.For(target=target, iter=values, body=body, orelse=[]):
                return self._loop(self._binding(target), self._iterable(values), self._block(body))
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

    def _loop(
        self, bind: Callable[[Frame, Any], None], values: Expression, body: Statement
    ) -> Statement:
        budget = self._budget

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
        if isinstance(target, ast.Subscript):
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
        bind = self._binding(target)
        return lambda frame: bind(frame, value(frame))

    def _binding(self, target: ast.expr) -> Callable[[Frame, Any], None]:
        if isinstance(target, ast.Name):
            name = target.id

            def bind(frame: Frame, value: Any) -> None:
                frame[name] = value

            return bind
        if isinstance(target, ast.Tuple):
            parts = [self._binding(part) for part in target.elts]

            def unpack(frame: Frame, value: Any) -> None:
                if not isinstance(value, tuple | list) or len(value) != len(parts):
                    raise self._fails(target, f"there are not {len(parts)} values")
                for part, one in zip(parts, value, strict=True):
                    part(frame, one)

            return unpack
        raise self._refuse(target)

    def _guarded(self, expression: ast.expr) -> Expression:
        """Return an expression whose failures point at it."""
        inner = self._expression(expression)

        def run(frame: Frame) -> Any:
            try:
                return inner(frame)
            except (TypeError, ValueError, IndexError, KeyError) as error:
                raise self._fails(expression, error) from None

        return run

    def _expression(self, expression: ast.expr) -> Expression:
        match expression:
            case ast.Constant(value=value):
                constant = self._constant(expression, value)
                return lambda frame: constant
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
                return self._flat([self._expression(item) for item in items], tuple)
            case ast.Set(elts=items):
                return self._set([self._expression(item) for item in items], items)
            case ast.Dict(keys=[]):
                return lambda frame: frozenset()
            case ast.List(elts=items):
                entries = [self._expression(item) for item in items]
                return lambda frame: [entry(frame) for entry in entries]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._expression(operand)
                return lambda frame: not inner(frame)
            case ast.BoolOp(op=joint, values=parts):
                return self._joined(isinstance(joint, ast.And), [*map(self._expression, parts)])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                check, yes, no = map(self._expression, (test, body, orelse))
                return lambda frame: yes(frame) if check(frame) else no(frame)
            case ast.Compare():
                return self._comparison(expression)
            case _:
                return self._compound(expression)

    def _compound(self, expression: ast.expr) -> Expression:
        match expression:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._expression(operand)
                return lambda frame: number(-number(inner(frame)))
            case ast.BinOp(op=ast.Add() | ast.Sub() as kind, left=left, right=right):
                first, second = self._expression(left), self._expression(right)
                sign = 1 if isinstance(kind, ast.Add) else -1
                return lambda frame: number(number(first(frame)) + sign * number(second(frame)))
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=None)):
                owner = self._expression(value)
                start, stop = (
                    (lambda frame: None) if bound is None else self._expression(bound)
                    for bound in (lower, upper)
                )
                return lambda frame: as_list(owner(frame))[start(frame) : stop(frame)]
            case ast.Subscript(value=value, slice=index):
                owner, place = self._expression(value), self._expression(index)
                return lambda frame: as_list(owner(frame))[number(place(frame))]
            case ast.ListComp(elt=element, generators=[one]):
                return self._comprehension(element, one)
            case ast.Call(func=ast.Name(id=name)) if name in READ_ONCE:
                raise self._source.error(
                    expression, f"{name} can be read once; loop over it, or keep a list of it"
                )
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                return self._call(expression, name, arguments, keywords)
            case _:
                raise self._refuse(expression)

    def _constant(self, expression: ast.expr, value: object) -> object:
        if value is None or isinstance(value, str | bool | float):
            return value
        # Larger numbers could be chosen so that their hashes collide, and a set of them would take hours.
        if isinstance(value, int) and abs(value) < LARGEST_NUMBER:
            return value
        raise self._source.error(expression, "this value is none that a published program has")

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

    def _flat(self, entries: list[Expression], make: Callable[[Iterable[Any]], Any]) -> Expression:
        def build(frame: Frame) -> Any:
            found = [entry(frame) for entry in entries]
            # Nested tuples can be doubled at every step, until comparing two takes for ever.
            if any(isinstance(one, tuple | list | frozenset) for one in found):
                raise TypeError("tuples are flat here")
            return make(found)

        return build

    def _set(self, entries: list[Expression], items: list[ast.expr]) -> Expression:
        constant = all(is_constant(item) for item in items)
        if not constant:
            return lambda frame: as_set([entry(frame) for entry in entries])
        known: frozenset[Any] = frozenset(entry({}) for entry in entries)
        return lambda frame: known

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
        sides = [self._expression(side) for side in (expression.left, *expression.comparators)]
        kinds = [COMPARISONS[type(kind)] for kind in expression.ops]

        def run(frame: Frame) -> Any:
            left = sides[0](frame)
            for kind, side in zip(kinds, sides[1:], strict=True):
                right = side(frame)
                if isinstance(left, list) or isinstance(right, list):
                    raise TypeError("lists are not compared here")
                if kind in IDENTITIES and not (is_single(left) or is_single(right)):
                    raise TypeError("only None, True and False are known to be one object")
                if not kind(left, right):
                    return False
                left = right
            return True

        return run

    def _comprehension(self, element: ast.expr, loop: ast.comprehension) -> Expression:
        values, body = self._iterable(loop.iter), self._expression(element)
        bind = self._binding(loop.target)
        tests = [self._expression(test) for test in loop.ifs]
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

        Args:
            expression: what is read.
            once: whether a generator may stand there, of which nothing is read while other code runs.
        """
        match expression:
            case ast.GeneratorExp(elt=element, generators=[one]) if once:
                inner = self._comprehension(element, one)
            case ast.Call(func=ast.Name(id=name), args=items, keywords=[]) if name in READ_ONCE:
                inner = self._call(expression, name, items, [])
            case _:
                inner = self._expression(expression)

        def values(frame: Frame) -> Any:
            try:
                found = inner(frame)
            except (TypeError, ValueError, IndexError, KeyError) as error:
                raise self._fails(expression, error) from None
            if isinstance(found, frozenset):
                raise self._source.error(expression, "a set has no order; write a tuple")
            return found

        return values

    def _key(self, word: ast.keyword) -> Expression:
        match word:
            case ast.keyword(arg="key", value=ast.Lambda(args=arguments, body=body) as value):
                return self._lambda(value, arguments, body)
            case _:
                raise self._refuse(word)

    def _lambda(self, expression: ast.expr, arguments: ast.arguments, body: ast.expr) -> Expression:
        names = _plain(arguments)
        if names is None:
            raise self._refuse(expression)
        inner = self._expression(body)
        budget = self._budget

        def make(frame: Frame) -> Callable[..., Any]:
            def call(*values: Any) -> Any:
                budget.spend()
                found = inner({**frame, **dict(zip(names, values, strict=True))})
                if isinstance(found, list):
                    raise TypeError("lists are not compared here")
                return found

            return call

        return make

    def _call(
        self, expression: ast.expr, name: str, items: list[ast.expr], keywords: list[ast.keyword]
    ) -> Expression:
        builtin = name in BUILTINS and name not in self._hidden and name not in self._outer
        consumes = builtin and name in CONSUMERS and (len(items) == 1 or name == "zip")
        entries = [
            self._iterable(item, once=name not in READ_ONCE) if consumes else self._expression(item)
            for item in items
        ]
        named = [(str(word.arg), self._key(word)) for word in keywords]
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
                check_flat(given, keyed=bool(named))
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


def parameters(source: Source, function: ast.FunctionDef) -> tuple[str, ...]:
    """Return the names of a function's plain parameters.

    Raises:
        UnreadableSource: there are defaults, stars or decorators, or a name stands twice.
    """
    names = _plain(function.args)
    if names is None or function.decorator_list:
        raise source.error(function, f"{function.name} must have plain parameters and no decorator")
    if len(set(names)) != len(names):
        raise source.error(
            function, f"{function.name} names a parameter twice, which Python refuses; rename one"
        )
    return names


def _plain(arguments: ast.arguments) -> tuple[str, ...] | None:
    extra = (
        arguments.vararg,
        arguments.kwarg,
        *arguments.posonlyargs,
        *arguments.kwonlyargs,
        *arguments.defaults,
    )
    if any(one is not None for one in extra):
        return None
    return tuple(argument.arg for argument in arguments.args)
