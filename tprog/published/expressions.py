"""Expressions of a published file, followed without an input; nothing is executed."""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from tprog.errors import UnreadableSource
from tprog.published import paths
from tprog.published.abstract import (
    Abstract,
    Attention,
    Column,
    Columns,
    Constant,
    Entry,
    Function,
    Item,
    Labels,
    Length,
    Located,
    Locator,
    Method,
    Module,
    Number,
    RawTable,
    Scores,
    Several,
    Stage,
    TokenAt,
    Unfollowed,
    WordRows,
    Zipped,
)
from tprog.published.enums import Enumeration, Member
from tprog.published.helpers import Helpers
from tprog.published.layout import Layout
from tprog.published.modules import Modules
from tprog.published.parsed import Source
from tprog.published.sheets import Sheet, WeightSheet, WordSheet
from tprog.published.tables import Tables

# What a format such as `02` may look like in f"V{i:02}".
FORMAT = re.compile(r"0?\d?d?")

# pandas' way from the votes to the prediction: (stage, method) gives the next stage.
STAGES = {
    ("votes", "groupby"): "grouped",
    ("grouped", "sum"): "summed",
    ("summed", "to_numpy"): "sums",
    ("sums", "argmax"): "best",
    ("sums", "mean"): "pooled",
    ("pooled", "argmax"): "best pooled",
    ("labels", "tolist"): "list",
}
# The arguments that each step may have, written as (positional, keywords).
ARGUMENTS: dict[tuple[str, str], tuple[tuple[tuple[int, ...], dict[str, object]], ...]] = {
    ("votes", "groupby"): (((), {"level": 0}),),
    ("grouped", "sum"): (((), {"numeric_only": True}),),
    ("summed", "to_numpy"): (((), {}),),
    ("sums", "argmax"): (((-1,), {}), ((1,), {}), ((), {"axis": -1}), ((), {"axis": 1})),
    ("sums", "mean"): (((0,), {}), ((), {"axis": 0})),
    ("pooled", "argmax"): (((-1,), {}), ((0,), {}), ((), {})),
    ("labels", "tolist"): (((), {}),),
}
CONVERSIONS: dict[str, Callable[[Any], Any]] = {"float": float, "int": int, "str": str}


class NotFollowed(UnreadableSource):
    """An expression may be fine, and is none that is known here."""


@dataclass(slots=True, eq=False)
class Expressions:
    """Follows the expressions of one program.

    Attributes:
        source: the program.
        layout: what its top level binds.
        tables: its files.
        modules: makes its variables.
        helpers: tells what its helper functions do.
        local: every name that `run` binds somewhere.
        names: what those bound so far stand for, and the names of comprehensions.
        target: the name that is being assigned.
        before: the line of the top-level statement whose value is followed; None in `run`.
    """

    source: Source
    layout: Layout
    tables: Tables
    modules: Modules
    helpers: Helpers
    local: frozenset[str]
    names: dict[str, Abstract]
    target: str = ""
    before: int | None = None
    _global: dict[str, Abstract] = field(default_factory=dict)

    def evaluate(self, expression: ast.expr) -> Abstract:
        """Return what an expression stands for.

        Raises:
            UnreadableSource: it is none that a published program holds.
        """
        match expression:
            case ast.Constant(value=str() | int() | None as value):
                return Constant(value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
                return Constant(-value)
            case ast.Name(id=name):
                found = self._named(expression, name)
                if found is None:
                    raise self.source.error(expression, f"{name} is not defined above; restore it")
                return found
            case ast.List(elts=items):
                return self._several(expression, items)
            case ast.Tuple(elts=items):
                return self._tuple(expression, [self.evaluate(item) for item in items])
            case ast.Attribute(value=value, attr=name):
                return self._attribute(expression, self.evaluate(value), name)
            case ast.Subscript(value=value, slice=index):
                return self._subscript(expression, self.evaluate(value), self.evaluate(index))
            case ast.ListComp(elt=element, generators=[loop]):
                return self._comprehension(element, loop)
            case ast.JoinedStr(values=parts):
                return self._text(expression, parts)
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
                return self._equal(expression, self.evaluate(left), self.evaluate(right))
            case ast.BinOp(left=left, op=ast.Add() | ast.Div(), right=right):
                return self._joined(expression, self.evaluate(left), self.evaluate(right))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(expression, name, arguments)
            case ast.Call(func=ast.Name(id=name)) if isinstance(
                method := self._named(expression, name), Method
            ):
                return self._method(expression, method.owner, method.name)
            case ast.Call(func=ast.Attribute(value=owner, attr=name)):
                return self._method(expression, self.evaluate(owner), name)
            case _:
                raise self._unknown(expression)

    def _named(self, node: ast.AST, name: str) -> Abstract | None:
        """Return what a name stands for here; None where it is a built-in one, or none at all."""
        if name in self.names:
            found = self.names[name]
            if isinstance(found, Unfollowed):
                raise found.problem
            return found
        if name in self.local:
            raise self.source.error(node, f"{name} is not defined above; restore it")
        bound = self.layout.find(name, node, self.before)
        match bound:
            case None:
                here = Constant(str(PurePosixPath(*self.tables.path.absolute().parts)))
                return here if name == "__file__" else None
            case ast.FunctionDef():
                return Function(bound)
            case ast.expr():
                if name not in self._global:
                    at_top = replace(
                        self, local=frozenset(), names={}, target=name, before=bound.lineno
                    )
                    self._global[name] = at_top.evaluate(bound)
                return self._global[name]
            case _:
                return bound

    def _several(self, node: ast.AST, items: list[ast.expr]) -> Several:
        found = tuple(map(self.evaluate, items))
        if any(isinstance(one, Stage) for one in found):
            raise self._unknown(node)  # its labels could be changed under another name
        return Several(found)

    def _joined(self, node: ast.BinOp, left: Abstract, right: Abstract) -> Constant:
        if isinstance(left, Constant) and isinstance(right, Constant):
            join = paths.added if isinstance(node.op, ast.Add) else paths.divided
            found = join(left.value, right.value)
            if found is not None:
                return Constant(found)
        raise self._unknown(node)

    def _unknown(self, node: ast.AST) -> Exception:
        message = "this is none of the expressions of a published program; restore the file"
        return NotFollowed(str(self.source.error(node, message)))

    def _attribute(self, node: ast.AST, owner: Abstract, name: str) -> Abstract:
        match owner, name:
            case Module("os"), "path":
                return Module("os.path")
            case Constant(PurePosixPath() as path), _ if name in paths.ATTRIBUTES:
                return Constant(getattr(path, name))
            case ((WeightSheet() | WordSheet()), "loc"):
                return Locator(owner)
            case WeightSheet(), "columns":
                return Columns(owner.labels)
            case _:
                return Method(owner, name)

    def _subscript(self, node: ast.Subscript, owner: Abstract, index: Abstract) -> Abstract:
        match owner, index:
            case Locator(WeightSheet()), Column(entry):
                return self.modules.votes(node, entry)
            case Locator(WordSheet() as words), Column(Item(variable, entries)) if self._is_tokens(
                variable, entries
            ):
                return WordRows(words)
            case WordRows(words), Constant(str() as column):
                return Column(self.modules.words(words, column), of_table=True)
            case Enumeration(), Constant() | Item():
                return self._mapped(node, index, lambda name: self._member(node, owner, name))
            case Labels(), Stage("best" | "best pooled", scores):
                pooled = index.name == "best pooled"
                return Stage("labels pooled" if pooled else "labels", scores)
            case Column(Item(variable, entries)), Constant(int() as place) if repr(place) in (
                "0",
                "-1",
            ) and self._is_tokens(variable, entries):
                return TokenAt(place)
            case _:
                raise self._unknown(node)

    def _is_tokens(self, variable: int, entries: tuple[object, ...]) -> bool:
        return (
            variable == self.modules.drafts.tokens()
            and entries == self.modules.drafts.domain.alphabet
        )

    def _comprehension(self, element: ast.expr, loop: ast.comprehension) -> Abstract:
        if loop.ifs or loop.is_async:
            raise self._unknown(loop.iter)
        values = self.evaluate(loop.iter)
        match values, loop.target:
            case Column(entry), ast.Name(id=name):
                bound: list[dict[str, Abstract]] = [{name: entry}]
            case Zipped(entries), ast.Tuple(elts=targets) if len(targets) == len(entries):
                bound = [{}]
                for target, entry in zip(targets, entries, strict=True):
                    if not isinstance(target, ast.Name):
                        raise self._unknown(target)
                    bound[0][target.id] = entry
            case Several(several), ast.Name(id=name):
                return Several(tuple(self._bound(element, {name: one}) for one in several))
            case _:
                raise self._unknown(loop.iter)
        found = self._bound(element, bound[0])
        if not isinstance(found, Constant | Item | Number):
            raise self._unknown(element)
        return Column(found)

    def _bound(self, element: ast.expr, names: Mapping[str, Abstract]) -> Abstract:
        outer = self.names
        self.names = {**outer, **names}
        try:
            return self.evaluate(element)
        finally:
            self.names = outer

    def _tuple(self, node: ast.AST, parts: list[Abstract]) -> Abstract:
        """Return a tuple of constants and of what stands at one position."""
        found: Constant | Item = Constant(())
        for part in parts:
            if not isinstance(part, Constant | Item):
                raise self._unknown(node)
            found = self._paired(node, found, part, lambda left, right: (*left, right))
        return found

    def _text(self, node: ast.AST, parts: Sequence[ast.expr]) -> Abstract:
        found: Constant | Item = Constant("")
        for part in parts:
            match part:
                case ast.Constant(value=str() as text):
                    piece: Abstract = Constant(text)
                case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                    piece = self._mapped(node, self.evaluate(value), str)
                case ast.FormattedValue(
                    value=value,
                    conversion=-1,
                    format_spec=ast.JoinedStr(values=[ast.Constant(value=str() as form)]),
                ) if FORMAT.fullmatch(form):
                    piece = self._mapped(
                        node, self.evaluate(value), lambda one, form=form: format(one, form)
                    )
                case _:
                    raise self._unknown(node)
            if not isinstance(piece, Constant | Item):
                raise self._unknown(node)
            found = self._paired(node, found, piece, lambda left, right: left + right)
        return found

    def _mapped(self, node: ast.AST, entry: Abstract, function: Any) -> Constant | Item:
        """Return a constant or an item with a function applied to its objects."""
        try:
            match entry:
                case Constant(value):
                    return Constant(function(value))
                case Item(variable, entries):
                    return Item(variable, tuple(map(function, entries)))
                case _:
                    raise self._unknown(node)
        except (TypeError, ValueError) as error:
            raise self.source.error(
                node, f"this fails when it is run ({error}); restore the file"
            ) from None

    def _paired(
        self, node: ast.AST, left: Constant | Item, right: Constant | Item, combine: Any
    ) -> Constant | Item:
        match left, right:
            case _, Constant(value):
                return self._mapped(node, left, lambda one: combine(one, value))
            case Constant(value), Item():
                return self._mapped(node, right, lambda one: combine(value, one))
            case Item(variable, entries), Item(other, others) if variable == other:
                return Item(variable, tuple(map(combine, entries, others)))
            case _:
                raise self._unknown(node)

    def _member(self, node: ast.AST, enumeration: Enumeration, name: object) -> Member:
        if not isinstance(name, str) or name not in enumeration.members:
            raise self.source.error(
                node,
                f"{enumeration.name} has no member {name!r}, which the embeddings ask for; "
                "the module of enumerations and the file of embeddings do not belong together",
            )
        return enumeration.members[name]

    def _equal(self, node: ast.AST, left: Abstract, right: Abstract) -> Abstract:
        domain = self.modules.drafts.domain
        match left, right:
            case TokenAt(place), Constant(str() as symbol):
                framed = domain.prefix if place == 0 else domain.suffix
                if framed is None and symbol in domain.symbols:
                    raise self.source.error(
                        node, f"this depends on where {symbol!r} stands, which a Program cannot say"
                    )
                return Constant(symbol == framed)
            case _:
                raise self._unknown(node)

    def _call(self, node: ast.Call, name: str, items: list[ast.expr]) -> Abstract:
        found = self._named(node, name)
        if isinstance(found, Method):
            return self._method(node, found.owner, found.name)
        arguments = [self.evaluate(item) for item in items]
        if isinstance(found, Function):
            return self._applied(node, found.function, arguments)
        if found is not None:
            raise self._unknown(node)
        match name, arguments:
            case "list", [Column(entry)]:
                return Column(entry)
            case "len", [Column()]:
                return Length()
            case "range", [Length()]:
                return Column(self.modules.positions())
            case "str" | "int" | "float", [Constant() | Item() as entry]:
                return self._mapped(node, entry, CONVERSIONS[name])
            case "zip", [*columns] if columns and all(isinstance(one, Column) for one in columns):
                return Zipped(tuple(one.entry for one in columns if isinstance(one, Column)))
            case _:
                raise self._unknown(node)

    def _applied(
        self, node: ast.Call, function: ast.FunctionDef, arguments: list[Abstract]
    ) -> Abstract:
        match arguments:
            case [
                Column(Item() as keys, False),
                Column(Item() as queries, False),
                Function(predicate),
            ]:
                return Attention(self.helpers.selection(function), keys, queries, predicate)
            case [Attention() as attention, Column(values, False)]:
                aggregation = self.helpers.aggregation(function)
                return Column(self.modules.head(node, attention, aggregation, values))
            case _:
                return self._apply(node, function, arguments)

    def _apply(self, node: ast.Call, function: ast.FunctionDef, arguments: list[Abstract]) -> Entry:
        items = [one for one in arguments if isinstance(one, Item)]
        if items and len(items) == len(arguments):
            return self.modules.lookup(function, items, self.target)
        # A list of 1 is the numerical constant.
        numbers = [one for one in arguments if is_one(one) or isinstance(one, Number)]
        if numbers and len(numbers) == len(arguments):
            variables = [
                self.modules.number(node, one)
                for one in numbers
                if isinstance(one, Number | Constant)
            ]
            return self.modules.numerical_lookup(function, variables, self.target)
        raise self.source.error(
            node, "a look-up reads categorical variables alone, or numerical ones alone"
        )

    def _method(self, node: ast.Call, owner: Abstract, name: str) -> Abstract:
        match owner, name:
            case Module("pandas"), "read_csv":
                found = self._read(node)
                return found if isinstance(found, WeightSheet) else RawTable(found)
            case _:
                pass
        positional = tuple(self.evaluate(item) for item in node.args)
        keywords = {str(word.arg): self._plain(word.value) for word in node.keywords}
        match owner, name, positional, keywords:
            case RawTable(sheet), "set_index", (Constant(str() as column),), {**rest} if not rest:
                return self.tables.index(node, sheet, column)
            case Module("pandas"), "concat", (Several(parts),), {**rest} if not rest:
                return self._all_votes(node, parts)
            case Scores(numbered=False) as scores, "reset_index", (), {**rest} if not rest:
                return replace(scores, numbered=True)
            case (Module("os.path"), _, _, {**rest}) if name in paths.FUNCTIONS and not rest:
                return Constant(paths.FUNCTIONS[name](*map(self._path, node.args)))
            case Module("pathlib"), "Path", _, {**rest} if not rest:
                return Constant(PurePosixPath(*map(self._path, node.args)))
            case Constant(PurePosixPath() as path), _, _, {**rest} if not rest:
                moved = paths.called(path, name, [*map(self._path, node.args)])
                if moved is None:
                    raise self._unknown(node)
                return Constant(moved)
            case Located(row), "mul", (Column(entry, False),), {"axis": 0 as axis, **rest} if (
                type(axis) is int and not rest
            ):
                return Scores(self.modules.number(node, entry), (row,))
            case Column(entry, True), "tolist", (), {**rest} if not rest:
                return Column(entry)
            case Columns(names), "to_numpy", (), {**rest} if not rest:
                return Labels(names)
            case Stage(stage), _, _, _ if (stage, name) in STAGES:
                values = tuple(
                    one.value if isinstance(one, Constant) else None for one in positional
                )
                given = repr((values, keywords))  # 1 is not True here
                if given in map(repr, ARGUMENTS[stage, name]):
                    return replace(owner, name=STAGES[stage, name])
                raise self._unknown(node)
            case _:
                raise self._unknown(node)

    def _read(self, node: ast.Call) -> Sheet | WeightSheet:
        """Follow a call of `read_csv`."""
        if len(node.args) != 1:
            raise self.source.error(node, "read_csv must be given the path of one file")
        options: dict[str, object] = {}
        for word in node.keywords:
            match word:
                case ast.keyword(arg="dtype", value=ast.Dict(keys=keys, values=kinds)) if all(
                    isinstance(kind, ast.Name)
                    and kind.id == "str"
                    and self._named(kind, "str") is None
                    for kind in kinds
                ):
                    options["dtype"] = [
                        key.value if isinstance(key, ast.Constant) else None for key in keys
                    ]
                case ast.keyword(arg="index_col", value=ast.List(elts=items)):
                    options["index_col"] = [self._plain(item) for item in items]
                case ast.keyword(arg=str() as name):
                    options[name] = self._plain(word.value)
                case _:
                    raise self._unknown(node)
        return self.tables.read(node, self._path(node.args[0]), options)

    def _path(self, expression: ast.expr) -> str:
        """Return a path, or a part of one, as text."""
        found = self.evaluate(expression)
        if isinstance(found, Constant) and isinstance(found.value, str | PurePosixPath):
            return str(found.value)
        raise self._unknown(expression)

    def _plain(self, expression: ast.expr) -> object:
        found = self.evaluate(expression)
        if not isinstance(found, Constant):
            raise self._unknown(expression)
        return found.value

    def _all_votes(self, node: ast.AST, parts: Sequence[Abstract]) -> Stage:
        scores = [part for part in parts if isinstance(part, Scores) and part.numbered]
        if len(scores) != len(parts) or not parts:
            raise self.source.error(
                node, "the votes must be a list of rows of the classifier, each after reset_index()"
            )
        return Stage("votes", tuple(scores))


def is_one(entry: Abstract) -> bool:
    """Tell whether the whole number 1 stands here; True and 1.0 equal it."""
    return isinstance(entry, Constant) and type(entry.value) is int and entry.value == 1
