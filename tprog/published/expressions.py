"""Expressions of a published file, followed without an input; nothing is executed, and no path is looked up on a disk."""

import ast
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from tprog.errors import UnreadableSource
from tprog.published.assemble import Scores
from tprog.published.functions import Helpers
from tprog.published.layout import Layout
from tprog.published.modules import ModuleReader
from tprog.published.parsed import Enumeration, Member, PublishedSource
from tprog.published.sheets import Sheet, Sheets, WeightSheet, WordSheet
from tprog.published.values import (
    Abstract,
    AttentionValue,
    ColumnValue,
    ConstantValue,
    Entry,
    Item,
    Labels,
    Length,
    Located,
    Locator,
    Method,
    Module,
    Number,
    Several,
    TokenAt,
    Unfollowed,
    VoteStage,
    WordRows,
    Zipped,
)

# What a format such as `02` may look like in f"V{i:02}".
FORMAT = re.compile(r"0?\d?d?")

# pandas' way from the votes to the prediction: what a method of each stage gives, and the arguments that it may have, as
# (positional, keywords).
STAGES: dict[tuple[str, str], tuple[str, tuple[tuple[tuple[int, ...], dict[str, object]], ...]]] = {
    ("votes", "groupby"): ("grouped", (((), {"level": 0}),)),
    ("grouped", "sum"): ("summed", (((), {"numeric_only": True}),)),
    ("summed", "to_numpy"): ("sums", (((), {}),)),
    ("sums", "argmax"): ("best", (((-1,), {}), ((1,), {}), ((), {"axis": -1}), ((), {"axis": 1}))),
    ("sums", "mean"): ("pooled", (((0,), {}), ((), {"axis": 0}))),
    ("pooled", "argmax"): ("best pooled", (((-1,), {}), ((0,), {}), ((), {}))),
    ("labels", "tolist"): ("list", (((), {}),)),
}
CONVERSIONS: dict[str, Callable[[Any], Any]] = {"float": float, "int": int, "str": str}

PATH_FUNCTIONS: dict[str, Callable[..., str]] = {
    "abspath": posixpath.normpath,
    "basename": posixpath.basename,
    "dirname": posixpath.dirname,
    "join": posixpath.join,
    "normpath": posixpath.normpath,
    "realpath": posixpath.normpath,
}
# Attributes of a path that are text or another path.
PATH_ATTRIBUTES = frozenset(("name", "parent", "stem", "suffix"))


class NotFollowed(UnreadableSource):
    """An expression may be fine, and is none that is known here."""


@dataclass(slots=True, eq=False)
class Expressions:
    """Follows the expressions of one program.

    Attributes:
        local: every name that `run` binds somewhere.
        names: what those bound so far stand for, and the names of comprehensions.
        target: the name that is being assigned.
        before: the line of the top-level statement whose value is followed; None in `run`.
    """

    source: PublishedSource
    layout: Layout
    sheets: Sheets
    modules: ModuleReader
    helpers: Helpers
    local: frozenset[str]
    names: dict[str, Abstract]
    target: str = ""
    before: int | None = None
    _global: dict[str, Abstract] = field(default_factory=dict)

    def evaluate(self, expression: ast.expr) -> Abstract:
        """Return what an expression stands for."""
        match expression:
            case ast.Constant(value=str() | int() | None as value):
                return ConstantValue(value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
                return ConstantValue(-value)
            case ast.Name(id=name):
                found = self._named(expression, name)
                if found is None:
                    raise self.source.error(expression, f"{name} is not defined above; restore it")
                return found
            case ast.List(elts=items):
                several = tuple(map(self.evaluate, items))
                if any(isinstance(one, VoteStage) for one in several):
                    raise self._unknown(
                        expression
                    )  # its labels could be changed under another name
                return Several(several)
            case ast.Tuple(elts=items):
                whole = [self.evaluate(item) for item in items]
                alone = (self._mapped(expression, one, lambda entry: (entry,)) for one in whole)
                return self._concatenated(expression, (), alone)
            case ast.Attribute(value=value, attr=name):
                return self._attribute(self.evaluate(value), name)
            case ast.Subscript(value=value, slice=index):
                return self._subscript(expression, self.evaluate(value), self.evaluate(index))
            case ast.ListComp(elt=element, generators=[loop]):
                return self._comprehension(element, loop)
            case ast.JoinedStr(values=parts):
                texts = (self._formatted(expression, part) for part in parts)
                return self._concatenated(expression, "", texts)
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
        if bound is None and name == "__file__":
            return ConstantValue(str(PurePosixPath(*self.sheets.path.absolute().parts)))
        if not isinstance(bound, ast.expr):
            return bound
        if name not in self._global:
            at_top = replace(self, local=frozenset(), names={}, target=name, before=bound.lineno)
            self._global[name] = at_top.evaluate(bound)
        return self._global[name]

    def _joined(self, node: ast.BinOp, left: Abstract, right: Abstract) -> ConstantValue:
        """Return two texts added, or two parts of a path divided."""
        match node.op, left, right:
            case ast.Add(), ConstantValue(str() as one), ConstantValue(str() as other):
                return ConstantValue(one + other)
            case (
                ast.Div(),
                ConstantValue(PurePosixPath() as one),
                ConstantValue(PurePosixPath() | str() as other),
            ) | (ast.Div(), ConstantValue(str() as one), ConstantValue(PurePosixPath() as other)):
                return ConstantValue(PurePosixPath(one) / other)
            case _:
                raise self._unknown(node)

    def _unknown(self, node: ast.AST) -> Exception:
        message = "this is none of the expressions of a published program; restore the file"
        return NotFollowed(str(self.source.error(node, message)))

    def _attribute(self, owner: Abstract, name: str) -> Abstract:
        match owner, name:
            case Module("os"), "path":
                return Module("os.path")
            case ConstantValue(PurePosixPath() as path), _ if name in PATH_ATTRIBUTES:
                return ConstantValue(getattr(path, name))
            case ((WeightSheet() | WordSheet()), "loc"):
                return Locator(owner)
            case WeightSheet(), "columns":
                return Labels(owner.labels)
            case _:
                return Method(owner, name)

    def _subscript(self, node: ast.Subscript, owner: Abstract, index: Abstract) -> Abstract:
        match owner, index:
            case Locator(WeightSheet()), ColumnValue(entry):
                return self.modules.votes(node, entry)
            case Locator(WordSheet() as words), ColumnValue(Item() as item) if self._is_tokens(
                item
            ):
                return WordRows(words)
            case WordRows(words), ConstantValue(str() as column):
                return ColumnValue(self.modules.words(words, column), of_table=True)
            case Enumeration(), ConstantValue() | Item():
                return self._mapped(node, index, lambda name: self._member(node, owner, name))
            case Labels(array=True), VoteStage("best" | "best pooled", scores):
                pooled = index.name == "best pooled"
                return VoteStage("labels pooled" if pooled else "labels", scores)
            case ColumnValue(Item() as item), ConstantValue(int() as place) if repr(place) in (
                "0",
                "-1",
            ) and self._is_tokens(item):
                return TokenAt(place)
            case _:
                raise self._unknown(node)

    def _is_tokens(self, item: Item) -> bool:
        drafts = self.modules.drafts
        return item == Item(drafts.tokens(), drafts.domain.alphabet)

    def _comprehension(self, element: ast.expr, loop: ast.comprehension) -> Abstract:
        if loop.ifs or loop.is_async:
            raise self._unknown(loop.iter)
        match self.evaluate(loop.iter), loop.target:
            case ColumnValue(entry), ast.Name(id=name):
                names: dict[str, Abstract] = {name: entry}
            case Zipped(entries), ast.Tuple(elts=targets) if len(targets) == len(entries):
                names = {}
                for target, one in zip(targets, entries, strict=True):
                    if not isinstance(target, ast.Name):
                        raise self._unknown(target)
                    names[target.id] = one
            case Several(several), ast.Name(id=name):
                return Several(tuple(self._bound(element, {name: one}) for one in several))
            case _:
                raise self._unknown(loop.iter)
        found = self._bound(element, names)
        if not isinstance(found, ConstantValue | Item | Number):
            raise self._unknown(element)
        return ColumnValue(found)

    def _bound(self, element: ast.expr, names: Mapping[str, Abstract]) -> Abstract:
        outer = self.names
        self.names = {**outer, **names}
        try:
            return self.evaluate(element)
        finally:
            self.names = outer

    def _formatted(self, node: ast.AST, part: ast.expr) -> Abstract:
        """Return a part of an f-string as text."""
        match part:
            case ast.Constant(value=str() as text):
                return ConstantValue(text)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._mapped(node, self.evaluate(value), str)
            case ast.FormattedValue(
                value=value,
                conversion=-1,
                format_spec=ast.JoinedStr(values=[ast.Constant(value=str() as form)]),
            ) if FORMAT.fullmatch(form):
                return self._mapped(node, self.evaluate(value), lambda one: format(one, form))
            case _:
                raise self._unknown(node)

    def _concatenated(self, node: ast.AST, empty: object, parts: Iterable[Abstract]) -> Abstract:
        """Return tuples or texts joined, of constants and of what stands at one position."""
        found: Abstract = ConstantValue(empty)
        for part in parts:
            found = self._paired(node, found, part)
        return found

    def _paired(self, node: ast.AST, left: Abstract, right: Abstract) -> Abstract:
        match left, right:
            case _, ConstantValue(value):
                return self._mapped(node, left, lambda one: one + value)
            case ConstantValue(value), Item():
                return self._mapped(node, right, lambda one: value + one)
            case Item(variable, entries), Item(other, others) if variable == other:
                pairs: Any = zip(entries, others, strict=True)
                return Item(variable, tuple(one + two for one, two in pairs))
            case _:
                raise self._unknown(node)

    def _mapped(
        self, node: ast.AST, entry: Abstract, function: Callable[[Any], Any]
    ) -> ConstantValue | Item:
        """Return a constant or an item with a function applied to its objects."""
        try:
            match entry:
                case ConstantValue(value):
                    return ConstantValue(function(value))
                case Item(variable, entries):
                    return Item(variable, tuple(map(function, entries)))
                case _:
                    raise self._unknown(node)
        except (TypeError, ValueError) as error:
            raise self.source.error(
                node, f"this fails when it is run ({error}); restore the file"
            ) from None

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
            case TokenAt(place), ConstantValue(str() as symbol):
                framed = domain.prefix if place == 0 else domain.suffix
                if framed is None and symbol in domain.symbols:
                    raise self.source.error(
                        node, f"this depends on where {symbol!r} stands, which a Program cannot say"
                    )
                return ConstantValue(symbol == framed)
            case _:
                raise self._unknown(node)

    def _call(self, node: ast.Call, name: str, items: list[ast.expr]) -> Abstract:
        found = self._named(node, name)
        if isinstance(found, Method):
            return self._method(node, found.owner, found.name)
        arguments = [self.evaluate(item) for item in items]
        if isinstance(found, ast.FunctionDef):
            return self._applied(node, found, arguments)
        if found is not None:
            raise self._unknown(node)
        match name, arguments:
            case "list", [ColumnValue(entry)]:
                return ColumnValue(entry)
            case "len", [ColumnValue()]:
                return Length()
            case "range", [Length()]:
                return ColumnValue(self.modules.positions())
            case "str" | "int" | "float", [ConstantValue() | Item() as entry]:
                return self._mapped(node, entry, CONVERSIONS[name])
            case "zip", [*columns] if columns and all(
                isinstance(one, ColumnValue) for one in columns
            ):
                return Zipped(tuple(one.entry for one in columns if isinstance(one, ColumnValue)))
            case _:
                raise self._unknown(node)

    def _applied(
        self, node: ast.Call, function: ast.FunctionDef, arguments: list[Abstract]
    ) -> Abstract:
        """Follow a call of a function of the file: a helper's or a look-up's, by what it is given."""
        match arguments:
            case [
                ColumnValue(Item() as keys, False),
                ColumnValue(Item() as queries, False),
                ast.FunctionDef() as predicate,
            ]:
                return AttentionValue(self.helpers.selection(function), keys, queries, predicate)
            case [AttentionValue() as attention, ColumnValue(values, False)]:
                aggregation = self.helpers.aggregation(function)
                return ColumnValue(self.modules.head(node, attention, aggregation, values))
        items = [one for one in arguments if isinstance(one, Item)]
        if items and len(items) == len(arguments):
            return self.modules.lookup(function, items, self.target)
        # A list of 1 is the numerical constant.
        numbers: list[Entry] = [
            one
            for one in arguments
            if isinstance(one, Number) or (isinstance(one, ConstantValue) and is_one(one.value))
        ]
        if numbers and len(numbers) == len(arguments):
            variables = [self.modules.number(node, one) for one in numbers]
            return self.modules.numerical_lookup(function, variables, self.target)
        raise self.source.error(
            node, "a look-up reads categorical variables alone, or numerical ones alone"
        )

    def _method(self, node: ast.Call, owner: Abstract, name: str) -> Abstract:
        if (owner, name) == (Module("pandas"), "read_csv"):
            return self._read(node)
        positional = tuple(self.evaluate(item) for item in node.args)
        keywords = {str(word.arg): self._plain(word.value) for word in node.keywords}
        if isinstance(owner, VoteStage) and (owner.name, name) in STAGES:
            following, allowed = STAGES[owner.name, name]
            values = tuple(
                one.value if isinstance(one, ConstantValue) else None for one in positional
            )
            # 1 is not True here.
            if repr((values, keywords)) in map(repr, allowed):
                return replace(owner, name=following)
            raise self._unknown(node)
        match owner, name, positional:
            case Located(row), "mul", (ColumnValue(entry, False),) if (
                repr(keywords) == "{'axis': 0}"
            ):
                return Scores(self.modules.number(node, entry), (row,))
            case _ if keywords:
                raise self._unknown(node)
            case Sheet(), "set_index", (ConstantValue(str() as column),):
                return self.sheets.index(node, owner, column)
            case Module("pandas"), "concat", (Several(parts),):
                return self._all_votes(node, parts)
            case Scores(numbered=False), "reset_index", ():
                return replace(owner, numbered=True)
            case Module("os.path"), _, _ if name in PATH_FUNCTIONS:
                return ConstantValue(PATH_FUNCTIONS[name](*map(self._path, node.args)))
            case Module("pathlib"), "Path", _:
                return ConstantValue(PurePosixPath(*map(self._path, node.args)))
            case ConstantValue(PurePosixPath() as path), _, _:
                return self._moved(node, path, name)
            case ColumnValue(entry, True), "tolist", ():
                return ColumnValue(entry)
            case Labels(names, array=False), "to_numpy", ():
                return Labels(names, array=True)
            case _:
                raise self._unknown(node)

    def _moved(self, node: ast.Call, path: PurePosixPath, method: str) -> ConstantValue:
        """Return what a method of a path gives."""
        arguments = [*map(self._path, node.args)]
        try:
            match method, arguments:
                case "absolute" | "resolve", []:
                    return ConstantValue(path)
                case "joinpath", _:
                    return ConstantValue(path.joinpath(*arguments))
                case "with_name", [part]:
                    return ConstantValue(path.with_name(part))
                case "with_suffix", [part]:
                    return ConstantValue(path.with_suffix(part))
        except ValueError:
            pass
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
        return self.sheets.read(node, self._path(node.args[0]), options)

    def _path(self, expression: ast.expr) -> str:
        """Return a path, or a part of one, as text."""
        found = self.evaluate(expression)
        if isinstance(found, ConstantValue) and isinstance(found.value, str | PurePosixPath):
            return str(found.value)
        raise self._unknown(expression)

    def _plain(self, expression: ast.expr) -> object:
        found = self.evaluate(expression)
        if not isinstance(found, ConstantValue):
            raise self._unknown(expression)
        return found.value

    def _all_votes(self, node: ast.AST, parts: Sequence[Abstract]) -> VoteStage:
        scores = [part for part in parts if isinstance(part, Scores) and part.numbered]
        if len(scores) != len(parts) or not parts:
            raise self.source.error(
                node, "the votes must be a list of rows of the classifier, each after reset_index()"
            )
        return VoteStage("votes", tuple(scores))


def is_one(value: object) -> bool:
    """Tell whether this is the whole number 1; True and 1.0 equal it."""
    return type(value) is int and value == 1
