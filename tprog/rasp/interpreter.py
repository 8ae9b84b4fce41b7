"""The interpreter: statements of a tree, run in a scope; s-ops and selectors are built lazily and tried on an example."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from lark import Token, Tree

from tprog.rasp import operations
from tprog.rasp.evaluate import Evaluation, Failed, RaspError, column
from tprog.rasp.graph import Map, Node, Selector, SOp
from tprog.rasp.syntax import LanguageError, Place, place_of
from tprog.rasp.values import (
    Function,
    Given,
    Held,
    Result,
    Scope,
    Uncallable,
    described,
    held,
    is_atom,
    is_sop,
)

LONGEST_RANGE = 1_000_000
"""Values of the longest `range`: beyond it one line of text would fill the memory."""

KEPT_EVALUATIONS = 8
"""Inputs whose values are remembered while more is built upon them."""


@dataclass(frozen=True, slots=True)
class Named:
    """A statement's value under a name."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Asked:
    """The command `show example`, for s-ops, selectors or both."""

    kind: str | None


Outcome: TypeAlias = Named | Result | Asked


class Exit(Exception):
    """The command `exit`."""


@dataclass(slots=True)
class Settings:
    """What the REPL's commands set.

    Attributes:
        example: what s-ops and selectors are tried on as they are built; None: on nothing.
        selector_example: what selectors are shown on.
        sops: whether s-ops are shown with an example.
        selectors: whether selectors are.
        full: whether sequences are shown in full.
    """

    example: Given | None = None
    selector_example: Given | None = None
    sops: bool = True
    selectors: bool = True
    full: bool = False


@dataclass(slots=True, eq=False)
class Interpreter:
    """Runs statements.

    Attributes:
        load: runs the file of a name for a scope.
        draw: draws an s-op on an input.
        places: where the text writes each s-op and selector first; what the library makes within a call has no place.
    """

    load: Callable[["Interpreter", str, Scope], None]
    draw: Callable[[Held, Given], None] = lambda sop, given: None
    settings: Settings = field(default_factory=Settings)
    places: dict[Node, Place] = field(default_factory=dict)
    _backup: Given | None = None
    _evaluations: dict[str, Evaluation] = field(default_factory=dict)

    # Statements

    def run(self, tree: Tree[Token], scope: Scope) -> list[Outcome]:
        """Run one statement and return what it gives.

        Raises:
            LanguageError: something is wrong; the statement has set nothing.
            Exit: it is the command to end.
        """
        try:
            found: list[Outcome] = getattr(self, f"_run_{tree.data}")(tree.children, scope)
            return found
        except RaspError as error:
            raise self._placed(error, tree, scope) from error
        except RecursionError:
            raise self._placed(Failed("maximum recursion depth exceeded"), tree, scope) from None

    def _placed(self, error: RaspError, tree: Tree[Token], scope: Scope) -> RaspError:
        """Return the error with its place; what fails in the library belongs to its caller."""
        if isinstance(error, LanguageError) or scope.source.ours:
            return error
        return LanguageError(error, place_of(tree, scope.source))

    def _run_say(self, children: list[Any], scope: Scope) -> list[Outcome]:
        value = self.value(children[0], scope)
        if isinstance(value, Result):
            return [value]
        return [Named(_name_of(children[0]), value)]

    def _run_assign(self, children: list[Any], scope: Scope) -> list[Outcome]:
        names = [str(one) for one in children[0].children]
        values = self._values(children[1], scope)
        value = values[0] if len(values) == 1 else values
        return self._set(names, value, scope)

    def _set(self, names: list[str], value: Any, scope: Scope) -> list[Outcome]:
        values = [value]
        if len(names) > 1:
            if isinstance(value, Held) or operations.computed(len, value) != len(names):
                raise RaspError(f"expected {len(names)} values, but got: {described(value)}")
            values = list(value)
        for name, one in zip(names, values, strict=True):
            scope.assign(name, one)
            if isinstance(one, Held):
                one.called(name)
        return [Named(name, one) for name, one in zip(names, values, strict=True)]

    def _run_load(self, children: list[Any], scope: Scope) -> list[Outcome]:
        self.load(self, children[0][1:-1], scope)
        return []

    def _run_draw(self, children: list[Any], scope: Scope) -> list[Outcome]:
        given = self.settings.example if children[1] is None else self.value(children[1], scope)
        with_backup = self._given(given)
        sop = self._with_backup(with_backup, lambda: self.value(children[0], scope))
        if not is_sop(sop):
            raise RaspError(f"draw expects unfinished sequence, got: {described(sop)}")
        found = self.apply(sop, with_backup)
        self.draw(sop, with_backup)
        return [found]

    def _run_function(self, children: list[Any], scope: Scope) -> list[Outcome]:
        name, names, body, result = children
        arguments = () if names is None else tuple(map(str, names.children))
        function = Function(str(name), arguments, scope, tuple(body.children), result)
        scope.assign(str(name), function)
        return [Named(str(name), function)]

    def _run_loop(self, children: list[Any], scope: Scope) -> list[Outcome]:
        names, iterable, body = children
        values = self.value(iterable, scope)
        if not isinstance(values, list | dict):
            raise RaspError(
                f"for loop needs to iterate over a list or dict, but got: {described(values)}"
            )
        for value in list(values):
            self._iterate(names, value, scope)
            for statement in body.children:
                self.run(statement, scope)
        return []

    def _iterate(self, names: Tree[Token], value: Any, scope: Scope) -> None:
        wanted = [str(one) for one in names.children]
        if len(wanted) == 1:
            scope.assign(wanted[0], value)
            return
        if not isinstance(value, list | tuple | dict | str):
            raise RaspError(
                "iterating with multiple iterator names, but got single iterator value:"
                f" {described(value)}"
            )
        if len(value) != len(wanted):
            raise RaspError(
                f"iterating with {len(wanted)} names but got {len(value)} values ( {described(value)} )"
            )
        for name, one in zip(wanted, value, strict=True):
            scope.assign(name, one)

    # Commands

    def _run_set_example(self, children: list[Any], scope: Scope) -> list[Outcome]:
        kind, expression = children
        given = self.value(expression, scope)
        if not isinstance(given, str | list):
            raise RaspError(f"example not iterable: {described(given)}")
        if kind != "selector":
            self.settings.example = self._given(given)
        if kind != "s-op":
            self.settings.selector_example = self._given(given)
        return []

    def _run_show_example(self, children: list[Any], scope: Scope) -> list[Outcome]:
        return [Asked(children[0])]

    def _run_examples(self, children: list[Any], scope: Scope) -> list[Outcome]:
        kind, switch = children
        if kind != "selector":
            self.settings.sops = switch == "on"
        if kind != "s-op":
            self.settings.selectors = switch == "on"
        return []

    def _run_full_display(self, children: list[Any], scope: Scope) -> list[Outcome]:
        self.settings.full = children[1] == "on"
        return []

    def _run_exit(self, children: list[Any], scope: Scope) -> list[Outcome]:
        raise Exit

    # Application

    def apply(self, sop: Held, given: Given) -> Result:
        """Return what an s-op or selector gives on an input.

        Raises:
            RaspError: it has no value there.
        """
        evaluation = self._evaluation(given)
        if isinstance(sop.node, Selector):
            rows = evaluation.matrix(sop.node)[0].tolist()
            return Result(given, rows=tuple(tuple(row) for row in rows))
        assert isinstance(sop.node, SOp)
        return Result(given, evaluation.column(sop.node).rows()[0])

    def _evaluation(self, given: Given) -> Evaluation:
        key = repr(given)
        if key not in self._evaluations:
            if len(self._evaluations) >= KEPT_EVALUATIONS:
                self._evaluations.pop(next(iter(self._evaluations)))
            values = [tuple(one) if isinstance(one, list) else one for one in given]
            self._evaluations[key] = Evaluation(column([values]))
        return self._evaluations[key]

    def _given(self, value: Any) -> Given:
        if not isinstance(value, str | list):
            raise RaspError(f"Applying unfinished expects iterable input, got: {described(value)}")
        if not value:
            raise RaspError(
                f"RASP sequences/selectors expect non-empty iterables, got: {described(value)}"
            )
        for one in value:
            if not (is_atom(one) or isinstance(one, list)):
                raise RaspError(f"an input holds atoms, not {described(one)}")
        return value

    def _with_backup(self, given: Any, then: Callable[[], Any]) -> Any:
        """Evaluate something that need not have a value on the example where it has one on a given input."""
        before = self._backup
        self._backup = given if isinstance(given, str | list) and given else None
        try:
            return then()
        finally:
            self._backup = before

    def _try(self, value: Any) -> None:
        if not isinstance(value, Held):
            return
        failure: RaspError | None = None
        for given in (self._backup, self.settings.example):
            if given is not None:
                try:
                    self.apply(value, self._given(given))
                    return
                except RaspError as error:
                    failure = failure or error
        if failure is not None:
            raise failure

    # Expressions

    def value(self, tree: Tree[Token], scope: Scope) -> Any:
        """Return the value of an expression.

        Raises:
            LanguageError: it has none.
        """
        try:
            value = getattr(self, f"_{tree.data}")(tree.children, scope)
            self._try(value)
        except RaspError as error:
            raise self._placed(error, tree, scope) from error
        if not isinstance(value, Result):
            scope.out, scope.has_out = value, True
        if isinstance(value, Held) and not scope.source.ours:
            self.places.setdefault(value.node, place_of(tree, scope.source))
        return value

    def _values(self, expressions: Tree[Token] | None, scope: Scope) -> list[Any]:
        trees: list[Any] = [] if expressions is None else expressions.children
        values = [self.value(one, scope) for one in trees]
        if any(isinstance(one, Result) for one in values):
            raise RaspError("what an s-op gives on an input is shown, not kept")
        return values

    def _name(self, children: list[Any], scope: Scope) -> Any:
        return scope.get(str(children[0]))

    def _integer(self, children: list[Any], scope: Scope) -> int:
        return operations.computed(int, children[0])  # type: ignore[no-any-return]

    def _decimal(self, children: list[Any], scope: Scope) -> Fraction:
        return Fraction(children[0])

    def _string(self, children: list[Any], scope: Scope) -> str:
        return str(children[0][1:-1])

    def _list(self, children: list[Any], scope: Scope) -> list[Any]:
        return self._values(children[0], scope)

    def _dict(self, children: list[Any], scope: Scope) -> dict[Any, Any]:
        pairs = [one.children for one in children if one is not None]
        return {self._key(key, scope): self.value(value, scope) for key, value in pairs}

    def _key(self, tree: Tree[Token], scope: Scope) -> Any:
        key = self.value(tree, scope)
        if isinstance(key, list) and key and all(map(is_atom, key)):
            return tuple(key)
        if not is_atom(key):
            raise RaspError(f"dictionary keys can only be atoms, but instead got: {described(key)}")
        return key

    def _over(self, kind: str, names: Any, iterable: Any, scope: Scope) -> list[Scope]:
        """Return a scope for each round of a comprehension."""
        values = self.value(iterable, scope)
        if not isinstance(values, list | dict):
            raise RaspError(
                f"{kind} comprehension should have got a list or dict to loop over, but got:"
                f" {described(values)}"
            )
        scopes = []
        for value in values:
            scopes.append(scope.inner())
            self._iterate(names, value, scopes[-1])
        return scopes

    def _list_for(self, children: list[Any], scope: Scope) -> list[Any]:
        value, names, iterable = children
        return [self.value(value, one) for one in self._over("list", names, iterable, scope)]

    def _dict_for(self, children: list[Any], scope: Scope) -> dict[Any, Any]:
        pair, names, iterable = children
        key, value = pair.children
        scopes = self._over("dict", names, iterable, scope)
        return {self._key(key, one): self.value(value, one) for one in scopes}

    def _binary(self, children: list[Any], scope: Scope) -> Any:
        left, right = self.value(children[0], scope), self.value(children[2], scope)
        return operations.binary(left, str(children[1]), right)

    def _unary(self, children: list[Any], scope: Scope) -> Any:
        return operations.unary(str(children[0]), self.value(children[1], scope))

    def _round(self, children: list[Any], scope: Scope) -> Any:
        return operations.unary("round", self.value(children[0], scope))

    def _indicator(self, children: list[Any], scope: Scope) -> Held:
        value = self.value(children[0], scope)
        if not is_sop(value):
            raise RaspError(f"indicator operator expects s-op, got: {described(value)}")
        return held(Map("indicator", (value.node,)), f"I({value.name})")

    def _choose(self, children: list[Any], scope: Scope) -> Any:
        condition = self.value(children[1], scope)
        if not isinstance(condition, Held):
            return self.value(children[0] if condition else children[2], scope)
        value, other = self.value(children[0], scope), self.value(children[2], scope)
        return operations.choice(value, condition, other)

    def _contains(self, children: list[Any], scope: Scope) -> Any:
        item, container = (self.value(one, scope) for one in children)
        name = _name_of(children[1])
        return operations.contains(item, container, described(container) if name == "out" else name)

    def _index(self, children: list[Any], scope: Scope) -> Any:
        container, index = (self.value(one, scope) for one in children)
        return operations.indexed(container, index, (_name_of(children[0]), _name_of(children[1])))

    def _select(self, children: list[Any], scope: Scope) -> Held:
        _, key, query, relation = children
        keys, queries = self.value(key, scope), self.value(query, scope)
        told = str(relation) if isinstance(relation, Token) else self.value(relation, scope)
        return operations.select(keys, queries, told)

    def _aggregate(self, children: list[Any], scope: Scope) -> Held:
        _, selector, value, default = children
        chosen, values = self.value(selector, scope), self.value(value, scope)
        filler = 0 if default is None else self.value(default, scope)
        return operations.aggregate(chosen, values, filler)

    def _range(self, children: list[Any], scope: Scope) -> list[int]:
        values = self._values(children[1], scope)
        if len(values) > 3:
            raise RaspError(
                f"wrong number of inputs to range, expected: 1, 2, or 3, got: {len(values)}"
            )
        if not all(isinstance(one, int) for one in values):
            raise RaspError(f"range expects all integer inputs, but got: {described(values)}")
        found: range = operations.computed(range, *values)
        if len(found) > LONGEST_RANGE:
            raise RaspError(f"range of {len(found)} values; at most {LONGEST_RANGE}")
        return list(found)

    def _zip(self, children: list[Any], scope: Scope) -> list[list[Any]]:
        lists = self._values(children[1], scope)
        for number, one in enumerate(lists, 1):
            if not isinstance(one, list):
                raise RaspError(
                    f"attempting to zip lists, but {number} -th element is not list: {described(one)}"
                )
            if len(one) != len(lists[0]):
                raise RaspError(
                    f"attempting to zip lists of length {len(lists[0])} , but {number} -th list has"
                    f" length {len(one)}"
                )
        return [list(one) for one in zip(*lists, strict=True)]

    def _len(self, children: list[Any], scope: Scope) -> int:
        value = self.value(children[1], scope)
        if not isinstance(value, list):
            raise RaspError(f"attempting to compute length of non-list: {described(value)}")
        return len(value)

    def _call(self, children: list[Any], scope: Scope) -> Any:
        called, arguments = children
        values = self._values(arguments, scope)
        given = values[0] if len(values) == 1 else None
        target = self._with_backup(given, lambda: self.value(called, scope))
        if isinstance(target, Held):
            if len(values) != 1:
                raise _wrong_count("evaluate unfinished", 1, len(values))
            return self.apply(target, self._given(given))
        if not isinstance(target, Function):
            raise Uncallable(f"{described(target)} cannot be called")
        if len(values) != len(target.arguments):
            raise _wrong_count(target.name, len(target.arguments), len(values))
        found = self._apply(target, values)
        if isinstance(found, Held):
            shown = " , ".join(described(one, 20) for one in values)
            found.called(f"{target.name}({shown})")
        return found

    def _apply(self, function: Function, values: Sequence[Any]) -> Any:
        if function.own is not None:
            return function.own(*values)
        scope = function.scope.inner()
        for name, value in zip(function.arguments, values, strict=True):
            scope.assign(name, value)
        for statement in function.body:
            self.run(statement, scope)
        found = self._values(function.result, scope)
        return found[0] if len(found) == 1 else found


def _name_of(tree: Tree[Token]) -> str:
    """Return what an expression's value is called where it is shown."""
    return str(tree.children[0]) if tree.data == "name" else "out"


def _wrong_count(name: str, expected: int, got: int) -> RaspError:
    return RaspError(f"wrong number of args for {name}- expected: {expected}, got: {got}.")
