"""Expressions of `run`, followed without an input. Owns what each published expression means; executes nothing."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tprog.reader.published.abstract import (
    Abstract,
    Attention,
    Column,
    Columns,
    Constant,
    Entry,
    Item,
    Labels,
    Length,
    Located,
    Locator,
    Method,
    Module,
    Nested,
    Number,
    RawTable,
    Scores,
    Several,
    Stage,
    TokenAt,
    WordRows,
    Zipped,
)
from tprog.reader.published.enums import Enumeration, Member
from tprog.reader.published.helpers import Helpers
from tprog.reader.published.modules import Modules
from tprog.reader.published.sheets import WeightSheet, WordSheet
from tprog.reader.published.tables import Tables
from tprog.reader.source import Source

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
    ("labels", "tolist"): "labels",
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


@dataclass(slots=True, eq=False)
class Expressions:
    """Follows the expressions of one program.

    Attributes:
        source: the program.
        tables: its files.
        modules: makes its variables.
        helpers: its helper functions.
        names: what each name stands for.
        target: the name that is being assigned.
    """

    source: Source
    tables: Tables
    modules: Modules
    helpers: Helpers
    names: dict[str, Abstract]
    target: str = ""

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
                if name not in self.names:
                    raise self.source.error(expression, f"{name} is not defined above; restore it")
                return self.names[name]
            case ast.List(elts=items):
                return Several(tuple(map(self.evaluate, items)))
            case ast.Tuple(elts=items):
                return self._tuple(expression, [self.evaluate(item) for item in items])
            case ast.Attribute(value=value, attr=name):
                return self._attribute(self.evaluate(value), name)
            case ast.Subscript(value=value, slice=index):
                return self._subscript(expression, self.evaluate(value), self.evaluate(index))
            case ast.ListComp(elt=element, generators=[loop]):
                return self._comprehension(element, loop)
            case ast.JoinedStr(values=parts):
                return self._text(expression, parts)
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
                return self._equal(expression, self.evaluate(left), self.evaluate(right))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(expression, name, arguments)
            case ast.Call(func=ast.Attribute(value=owner, attr=name)):
                return self._method(expression, self.evaluate(owner), name)
            case _:
                raise self._unknown(expression)

    def _unknown(self, node: ast.AST) -> Exception:
        return self.source.error(
            node, "this is none of the expressions of a published program; restore the file"
        )

    def _attribute(self, owner: Abstract, name: str) -> Abstract:
        match owner, name:
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
                return Column(self.modules.words(words, column))
            case Enumeration(), Constant() | Item():
                return self._mapped(node, index, lambda name: self._member(node, owner, name))
            case Labels(), Stage("best" | "best pooled", scores):
                pooled = index.name == "best pooled"
                return Stage("labels pooled" if pooled else "labels", scores)
            case Column(Item(variable, entries)), Constant((0 | -1) as place) if self._is_tokens(
                variable, entries
            ):
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
        if name in self.names:
            found = self.names[name]
            if not isinstance(found, Nested):
                raise self._unknown(node)
            return self._apply(node, found.function, [self.evaluate(item) for item in items])
        arguments = [self.evaluate(item) for item in items]
        if name in self.helpers.functions:
            return self._helped(node, name, arguments)
        match name, arguments:
            case "list", [Column() as column]:
                return column
            case "len", [Column()]:
                return Length()
            case "range", [Length()]:
                return Column(self.modules.positions())
            case "str", [Constant() | Item() as entry]:
                return self._mapped(node, entry, str)
            case "zip", [*columns] if columns and all(isinstance(one, Column) for one in columns):
                return Zipped(tuple(one.entry for one in columns if isinstance(one, Column)))
            case _:
                raise self._unknown(node)

    def _helped(self, node: ast.Call, name: str, arguments: list[Abstract]) -> Abstract:
        match arguments:
            case [Column(Item() as keys), Column(Item() as queries), Nested(predicate)]:
                return Attention(self.helpers.selection(name), keys, queries, predicate)
            case [Attention() as attention, Column(values)]:
                aggregation = self.helpers.aggregation(name)
                return Column(self.modules.head(node, attention, aggregation, values))
            case _:
                raise self._unknown(node)

    def _apply(self, node: ast.Call, function: ast.FunctionDef, arguments: list[Abstract]) -> Entry:
        items = [one for one in arguments if isinstance(one, Item)]
        if items and len(items) == len(arguments):
            return self.modules.lookup(function, items, self.target)
        # A list of 1 is the numerical constant.
        numbers = [one for one in arguments if one == Constant(1) or isinstance(one, Number)]
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
                found = self.tables.read(node)
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
            case Scores() as scores, "reset_index", (), {**rest} if not rest:
                return replace(scores, numbered=True)
            case Located(row), "mul", (Column(entry),), {"axis": 0, **rest} if not rest:
                return Scores(self.modules.number(node, entry), (row,))
            case Column() as column, "tolist", (), {**rest} if not rest:
                return column
            case Columns(names), "to_numpy", (), {**rest} if not rest:
                return Labels(names)
            case Stage(stage, scores), _, _, _ if (stage, name) in STAGES:
                values = tuple(
                    one.value if isinstance(one, Constant) else None for one in positional
                )
                if (values, keywords) in ARGUMENTS[stage, name]:
                    return Stage(STAGES[stage, name], scores)
                raise self._unknown(node)
            case _:
                raise self._unknown(node)

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
