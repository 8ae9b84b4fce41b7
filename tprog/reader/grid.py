"""Expressions over finite value sets, evaluated for all values at once, as Python would evaluate each.

Every parameter lies along an axis of its own, so that a condition on one parameter costs as much as its values, and only
one on several costs their product.
"""

import ast
import operator
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.ir import Value
from tprog.reader.rules import Rule
from tprog.reader.source import COMPARISONS, SIGNS, Source

Entries: TypeAlias = npt.NDArray[Any]

# More entries than this are refused: no person reads such a table, and evaluating it would take minutes.
MOST_ENTRIES = 1_000_000

# Longer texts are not read as numbers.
MOST_DIGITS = 9

# Stands where a table has no entry; that is an error only where the value is needed.
MISSING = object()
_NO_ENTRY = "this table has no entry for some values; add them, or use .get"

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
}
SIGNED: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


class Grid:
    """The parameters of a function, each with its values along an axis.

    Attributes:
        source: where the function stands, for errors.
        shape: the number of values of each parameter.
    """

    def __init__(
        self, source: Source, parameters: Sequence[str], values: Sequence[Sequence[Value]]
    ) -> None:
        """Lay the values out."""
        self.source = source
        self.shape = tuple(map(len, values))
        self._axes: dict[str, Entries] = {}
        for axis, (name, found) in enumerate(zip(parameters, values, strict=True)):
            entries = np.empty(len(found), dtype=object)
            entries[:] = found
            lengths = [1] * len(values)
            lengths[axis] = len(found)
            self._axes[name] = entries.reshape(lengths)

    def mask(self, rule: Rule, where: Entries | None = None) -> Entries:
        """Return where a rule's tests come out as stated: booleans that broadcast to `shape`.

        A test is evaluated where those before it have come out as stated, and `where` says that the rule is reached.
        """
        found = np.ones([1] * len(self.shape), dtype=np.bool_) if where is None else where
        for test, wanted in rule.tests:
            holds = self.as_truth(test, self.reached(test, found))
            self._check_size(test, [found, holds])
            found = found & (holds if wanted else ~holds)
        return found

    def truth(self, expression: ast.expr) -> Entries:
        """Return where a condition holds: booleans that broadcast to `shape`."""
        return self.as_truth(expression, self.reached(expression, np.ones(1, dtype=np.bool_)))

    def as_truth(self, expression: ast.expr, entries: Entries) -> Entries:
        """Return entries as booleans, `MISSING` ones as False."""
        if any(type(entry) is not bool and entry is not MISSING for entry in entries.flat):
            raise self.source.error(expression, "this is no condition; compare with ==, in or <")
        truth: Entries = np.equal(entries, True).astype(np.bool_)
        return truth

    def reached(self, expression: ast.expr, where: Entries) -> Entries:
        """Return the values of an expression that is evaluated only where a mask says so."""
        entries = self.entries(expression)
        missing = _missing(entries)
        if missing.any() and (missing & where).any():
            raise self.source.error(expression, _NO_ENTRY)
        return entries

    def entries(self, expression: ast.expr) -> Entries:
        """Return the values of an expression: objects that broadcast to `shape`, `MISSING` where it has none."""
        match expression:
            case ast.Name(id=name):
                if name not in self._axes:
                    raise self.source.error(expression, f"{name} cannot stand here; write a value")
                return self._axes[name]
            case ast.Constant(value=(bool() | int() | str() | None) as value):
                return self._constant(value)
            case ast.Tuple(elts=items):
                return self._tuple(expression, items)
            case ast.Set(elts=items):
                return self._set(expression, items)
            case ast.Dict(keys=keys, values=values):
                return self._dict(expression, keys, values)
            case ast.Subscript(value=table, slice=place):
                return self._look_up(expression, [table, place])
            case ast.Call(
                func=ast.Attribute(value=table, attr="get"), args=[_, *rest] as args, keywords=[]
            ) if len(rest) <= 1:
                return self._look_up(expression, [table, *args], get=True)
            case ast.Call(
                func=ast.Name(id="min" | "max" as least_or_most),
                args=[_, _, *_] as args,
                keywords=[],
            ):
                pick: Callable[..., Any] = min if least_or_most == "min" else max
                return self._numbers(expression, pick, args)
            case ast.Call(func=ast.Name(id="int"), args=[text], keywords=[]):
                return self._apply(expression, _as_int, [self.entries(text)])
            case ast.BoolOp(op=joint, values=parts):
                return self._joined(expression, isinstance(joint, ast.And), parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return _as_objects(~self.truth(operand))
            case ast.UnaryOp(op=(ast.USub() | ast.UAdd()) as sign, operand=operand):
                return self._numbers(expression, SIGNED[type(sign)], [operand])
            case ast.BinOp(op=(ast.Add() | ast.Sub()) as kind, left=left, right=right):
                return self._numbers(expression, ARITHMETIC[type(kind)], [left, right])
            case ast.BinOp(op=kind, left=left, right=ast.Constant(value=int(by))) if (
                by > 0 and isinstance(kind, ast.Mod | ast.FloorDiv)
            ):
                part = int(isinstance(kind, ast.Mod))
                return self._numbers(expression, lambda one: divmod(one, by)[part], [left])
            case ast.BinOp(op=ast.Mult(), left=ast.Constant(value=int(factor)), right=right):
                return self._numbers(expression, lambda value: factor * value, [right])
            case ast.Compare():
                return self._comparison(expression)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                columns = [
                    _as_objects(self.truth(test)),
                    self.entries(body),
                    self.entries(orelse),
                ]
                return self._apply(expression, lambda holds, yes, no: yes if holds else no, columns)
            case _:
                raise self.source.error(
                    expression,
                    "a rule cannot hold this; use its parameters, values, comparisons, and, or, not, "
                    "+, -, min, max, int of digits, a number times a value, // and % by a positive number",
                )

    def _joined(self, expression: ast.expr, all_hold: bool, parts: Sequence[ast.expr]) -> Entries:
        truths = [self.truth(part) for part in parts]
        joined = truths[0]
        for truth in truths[1:]:
            self._check_size(expression, [joined, truth])
            joined = joined & truth if all_hold else joined | truth
        return _as_objects(joined)

    def _comparison(self, expression: ast.Compare) -> Entries:
        sides = [self.entries(expression.left)]
        for kind, side in zip(expression.ops, expression.comparators, strict=True):
            # A list at the end, after `in`, is read as a tuple: there they mean the same.
            last = side is expression.comparators[-1]
            if last and isinstance(side, ast.List) and isinstance(kind, ast.In | ast.NotIn):
                sides.append(self._tuple(side, side.elts))
            else:
                sides.append(self.entries(side))
        if any(type(entry) is bool for side in sides for entry in side.flat):
            raise self.source.error(
                expression, "compare values, not conditions; join these with and, or, not"
            )
        self._check_known(expression)
        joined: Entries | None = None
        for kind, left, right in zip(expression.ops, sides, sides[1:], strict=False):
            if isinstance(kind, ast.Is | ast.IsNot):
                raise self.source.error(expression, "compare with ==, !=, <, <=, >, >= or in")
            compare = COMPARISONS[SIGNS[type(kind)]]
            if isinstance(kind, ast.In | ast.NotIn):
                compare = partial(_contained, compare)
            holds = self._apply(expression, compare, [left, right])
            if joined is not None:
                for part in (joined, holds):
                    self.as_truth(expression, part)
                # An entry that a table lacks stays missing.
                holds = self._apply(expression, operator.and_, [joined, holds])
            joined = holds
        assert joined is not None
        return joined

    def _check_known(self, expression: ast.Compare) -> None:
        """Refuse the comparison of a parameter with a text that it never is, which is a slip of the pen."""
        sides = [expression.left, *expression.comparators]
        for left, right in pairwise(sides):
            for name, other in ((left, right), (right, left)):
                if not isinstance(name, ast.Name) or name.id not in self._axes:
                    continue
                items = other.elts if isinstance(other, ast.Set | ast.Tuple | ast.List) else [other]
                for item in items:
                    text = item.value if isinstance(item, ast.Constant) else None
                    if isinstance(text, str) and text not in self._axes[name.id].flat:
                        shown = ", ".join(map(repr, self._axes[name.id].flat[:12]))
                        raise self.source.error(
                            item, f"{name.id} is never {text!r}; its values are {shown}"
                        )

    def _tuple(self, expression: ast.expr, items: list[ast.expr]) -> Entries:
        return self._apply(expression, lambda *found: found, list(map(self.entries, items)))

    def _set(self, expression: ast.expr, items: list[ast.expr]) -> Entries:
        columns = [self.entries(item) for item in items]
        if not all(_hashable(entry) for column in columns for entry in column.flat):
            raise self.source.error(expression, "a set holds values or tuples of them, no others")
        if all(column.size == 1 for column in columns):
            return self._constant(frozenset(column.flat[0] for column in columns))
        return self._apply(expression, lambda *found: frozenset(found), columns)

    def _dict(
        self, expression: ast.expr, keys: Sequence[ast.expr | None], values: Sequence[ast.expr]
    ) -> Entries:
        """Return a table whose keys and values do not depend on the parameters."""
        found: dict[object, object] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                raise self.source.error(expression, "a table lists its entries one by one")
            known, entry = self.entries(key), self.entries(value)
            plain = known.size == entry.size == 1 and _hashable(known.item())
            if not plain or entry.item() is MISSING or known.item() in found:
                raise self.source.error(key, "a table has each value once, and only values")
            found[known.item()] = entry.item()
        return self._constant(found)

    def _look_up(
        self, expression: ast.expr, parts: Sequence[ast.expr], get: bool = False
    ) -> Entries:
        """Return `table[place]`, `table.get(place)` or `table.get(place, default)`."""

        def entry(table: object, place: object, default: object = None) -> object:
            if isinstance(table, dict):
                return table.get(_key(place), default if get else MISSING)
            if isinstance(table, tuple) and type(place) is int and not get:
                return table[place] if -len(table) <= place < len(table) else MISSING
            raise TypeError

        return self._apply(expression, entry, list(map(self.entries, parts)))

    def _numbers(
        self, expression: ast.expr, function: Callable[..., Any], parts: Sequence[ast.expr]
    ) -> Entries:
        columns = list(map(self.entries, parts))
        if any(
            type(entry) is not int and entry is not MISSING
            for column in columns
            for entry in column.flat
        ):
            raise self.source.error(expression, "only whole numbers can be added and subtracted")
        return self._apply(expression, function, columns)

    def _apply(
        self, expression: ast.expr, function: Callable[..., Any], columns: list[Entries]
    ) -> Entries:
        """Apply a function to every combination of entries."""
        self._check_size(expression, columns)
        if not columns:
            return self._constant(function())
        broadcast = np.broadcast_arrays(*columns)
        points = zip(*(array.flat for array in broadcast), strict=True)
        whole = not any(_missing(column).any() for column in columns)
        results = (
            function(*found) if whole or MISSING not in found else MISSING for found in points
        )
        shape = broadcast[0].shape
        try:
            return np.fromiter(results, object, broadcast[0].size).reshape(shape)
        except TypeError:
            raise self.source.error(
                expression, "text and numbers are mixed here; compare values of one kind"
            ) from None

    def _check_size(self, expression: ast.expr, columns: Sequence[Entries]) -> None:
        size = 1
        for lengths in zip(*(column.shape for column in columns), strict=True):
            size *= max(lengths)
        if size > MOST_ENTRIES:
            raise self.source.error(
                expression, f"this rule has {size} cases; a symbolic comparison has none"
            )
        self.source.spend(expression, size)

    def _constant(self, value: object) -> Entries:
        found = np.empty([1] * len(self.shape), dtype=object)
        found.fill(value)
        return found


def _as_objects(truth: Entries) -> Entries:
    """Return truth values as Python's; of a single one NumPy makes no array."""
    return np.asarray(truth).astype(object)


def _as_int(value: object) -> object:
    """Return a text of digits as a number, `MISSING` for others, where Python would fail."""
    digits = isinstance(value, str) and value.isascii() and value.isdecimal()
    return int(str(value)) if digits and len(str(value)) <= MOST_DIGITS else MISSING


def _hashable(value: object) -> bool:
    """Tell whether a value can be in a set."""
    if isinstance(value, tuple):
        return all(map(_hashable, value))
    return value is not MISSING and not isinstance(value, frozenset | dict)


def _key(value: object, values: object = frozenset()) -> object:
    """Return a value that is looked up in a set or dict; Python refuses sets and dicts there, ours are only frozen."""
    if isinstance(values, frozenset | dict) and not _hashable(value):
        raise TypeError(value)
    return value


def _contained(compare: Callable[[Any, Any], Any], item: object, values: object) -> object:
    """Return whether an item is, or is not, in a container."""
    return compare(_key(item, values), values)


def _missing(entries: Entries) -> Entries:
    """Return where entries are `MISSING`."""
    found = np.fromiter((entry is MISSING for entry in entries.flat), np.bool_, entries.size)
    return found.reshape(entries.shape)
