"""What values a name can have where a test stands: sets of values, or all values but some.

Values are plain: whole numbers, text, booleans, None and tuples of them, which compare as Python compares them.
"""

import itertools
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from astroid import nodes

from tprog.analysis.explain.source.tree import names_read

Value: TypeAlias = "int | float | str | tuple[Value, ...] | None"

# Of the combinations of values that one test is tried on; a larger test is not judged.
MOST_COMBINATIONS = 4096
LARGEST_NUMBER = 1 << 63
LONGEST_TEXT = 10_000  # characters, or elements of a tuple
DEEPEST_EXPRESSION = 40

COMPARISONS: dict[str, Callable[[Any, Any], object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda one, many: one in many,
    "not in": lambda one, many: one not in many,
    "is": operator.is_,
    "is not": operator.is_not,
}
ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
}
SWAPPED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Unknown(Exception):
    """An expression is none whose value can be told."""


@dataclass(frozen=True, slots=True)
class Order:
    """A comparison of a name with a number or a text, known to hold or not to.

    Attributes:
        sign: `<`, `<=`, `>` or `>=`.
        bound: what the name is compared with.
        holds: which of the two.
    """

    sign: str
    bound: int | float | str
    holds: bool


@dataclass(frozen=True, slots=True)
class Values:
    """The values that a name can have.

    Attributes:
        listed: some values.
        excluded: whether these are the ones that it cannot have; else it has one of them.
        orders: comparisons of which it is known whether they hold.
        lines: where this is known from.
    """

    listed: frozenset[Value]
    excluded: bool = True
    orders: tuple[Order, ...] = ()
    lines: frozenset[int] = field(default=frozenset())

    def keep(self, values: frozenset[Value], within: bool, line: int) -> "Values | None":
        """Return the values that are among some, or not among them; None where none is left."""
        if not self.excluded:
            left = self.listed & values if within else self.listed - values
            return Values(left, False, (), self.lines | {line}) if left else None
        if not within:
            return Values(self.listed | values, True, self.orders, self.lines | {line})
        left = frozenset(
            value for value in values - self.listed if all(_fits(value, one) for one in self.orders)
        )
        return Values(left, False, (), self.lines | {line}) if left else None

    def join(self, other: "Values") -> "Values":
        """Return what holds of a name that has either values."""
        lines = self.lines | other.lines
        orders = tuple(one for one in self.orders if one in other.orders)
        match self.excluded, other.excluded:
            case False, False:
                return Values(self.listed | other.listed, False, (), lines)
            case True, True:
                return Values(self.listed & other.listed, True, orders, lines)
            case True, False:
                return Values(self.listed - other.listed, True, (), lines)
            case _:
                return Values(other.listed - self.listed, True, (), lines)


ANY = Values(frozenset())
Known: TypeAlias = Mapping[str, Values]


def _fits(value: Value, order: Order) -> bool:
    """Tell whether a value can be one of which an order is known."""
    if not isinstance(value, int | float | str) or isinstance(value, str) != isinstance(
        order.bound, str
    ):
        # What cannot be compared has never come this far, but nothing hangs on it.
        return True
    return bool(COMPARISONS[order.sign](value, order.bound)) == order.holds


def evaluate(node: nodes.NodeNG, given: Mapping[str, Value], depth: int = 0) -> object:
    """Return the value of an expression, in a small part of Python whose steps are few.

    Args:
        node: the expression.
        given: the values of names.
        depth: how deep it lies in another expression.

    Raises:
        Unknown: it holds something else, nests deeply, gets large, or Python would raise an error.
    """
    if depth > DEEPEST_EXPRESSION:
        raise Unknown

    def of(part: nodes.NodeNG) -> object:
        return evaluate(part, given, depth + 1)

    try:
        match node:
            case nodes.Const(value=bool() | int() | float() | str() | None):
                return _small(node.value)
            case nodes.Name(name=name) if name in given:
                return given[name]
            case nodes.Tuple(elts=parts):
                return tuple(of(part) for part in parts)
            case nodes.UnaryOp(op="not", operand=part):
                return not of(part)
            case nodes.UnaryOp(op="-", operand=part):
                return -_number(of(part))
            case nodes.BoolOp(op=sign, values=parts):
                found = of(parts[0])
                for part in parts[1:]:
                    found = of(part) if bool(found) == (sign == "and") else found
                return found
            case nodes.BinOp(op=sign, left=left, right=right) if sign in ARITHMETIC:
                return _small(ARITHMETIC[sign](_number(of(left)), _number(of(right))))
            case nodes.Compare(left=left, ops=ops):
                return _compare(left, ops, of)
            case nodes.IfExp(test=test, body=body, orelse=orelse):
                return of(body) if of(test) else of(orelse)
    except (TypeError, ValueError, ArithmeticError, LookupError):
        raise Unknown from None
    raise Unknown


def _compare(
    left: nodes.NodeNG,
    ops: list[tuple[str, nodes.NodeNG]],
    of: Callable[[nodes.NodeNG], object],
) -> object:
    one = of(left)
    for sign, part in ops:
        other = container(part, of) if sign in ("in", "not in") else of(part)
        if sign in ("is", "is not") and one is not None and other is not None:
            raise Unknown  # of other values, Python does not promise it
        if not COMPARISONS[sign](one, other):
            return False
        one = other
    return True


def container(node: nodes.NodeNG, of: Callable[[nodes.NodeNG], object]) -> object:
    """Return what stands on the right of `in`: there alone a set, list or dictionary has a value."""
    match node:
        case nodes.Set(elts=parts) | nodes.List(elts=parts):
            found = [of(part) for part in parts]
        case nodes.Dict(items=items):
            found = [of(key) for key, _ in items]
        case _:
            return of(node)
    if not all(map(_is_value, found)):
        raise Unknown
    return frozenset(found)


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise Unknown
    return value


def _small(value: object) -> object:
    if isinstance(value, int | float) and not abs(value) < LARGEST_NUMBER:
        raise Unknown
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise Unknown
    return value


def _is_value(found: object) -> bool:
    if isinstance(found, tuple):
        return all(map(_is_value, found))
    return found is None or isinstance(found, int | float | str)


def constant(node: nodes.NodeNG, given: Mapping[str, Value]) -> Value:
    """Return the value of an expression that is a plain value.

    Raises:
        Unknown: it is none.
    """
    found = evaluate(node, given)
    if not _is_value(found):
        raise Unknown
    return found  # type: ignore[return-value]


def split(test: nodes.NodeNG, known: Known) -> tuple[Known | None, Known | None]:
    """Return what is known where a test holds, and where it does not; None where that cannot be.

    What is said is never too much: a value that a name can have is never left out.
    """
    match test:
        case nodes.UnaryOp(op="not", operand=part):
            holds, fails = split(part, known)
            return fails, holds
        case nodes.BoolOp(op="and", values=parts):
            return _all(parts, known)
        case nodes.BoolOp(op="or", values=parts):
            return _all(parts, known, either=True)
        case nodes.Compare(left=left, ops=[(sign, right)]):
            found = _split_compare(left, sign, right, known)
            if found is not None:
                return found
    return _try_out(test, known)


def _all(
    parts: Iterable[nodes.NodeNG], known: Known, either: bool = False
) -> tuple[Known | None, Known | None]:
    """Return what is known where all parts hold and where one fails; or, of `or`, the other way round."""
    here: Known | None = known
    left: Known | None = None
    for part in parts:
        if here is None:
            break
        holds, fails = split(part, here)
        here, out = (fails, holds) if either else (holds, fails)
        left = join(left, out)
    return (left, here) if either else (here, left)


def join(one: Known | None, other: Known | None) -> Known | None:
    """Return what is known where one of two ways has led; None stands for a way that cannot be taken."""
    if one is None or other is None:
        return other if one is None else one
    return {name: one[name].join(other[name]) for name in one if name in other}


def _single(known: Known) -> dict[str, Value]:
    """Return the names that have one value."""
    return {
        name: next(iter(found.listed))
        for name, found in known.items()
        if not found.excluded and len(found.listed) == 1
    }


def _split_compare(
    left: nodes.NodeNG, sign: str, right: nodes.NodeNG, known: Known
) -> tuple[Known | None, Known | None] | None:
    """Split by the comparison of a name with a constant; None where it is not one."""
    if not (isinstance(left, nodes.Name) and left.name in known):
        if sign not in SWAPPED or not (isinstance(right, nodes.Name) and right.name in known):
            return None
        left, sign, right = right, SWAPPED[sign], left
    name, values, line = left.name, known[left.name], left.lineno or 0
    single = {key: value for key, value in _single(known).items() if key != name}

    def of(part: nodes.NodeNG) -> object:
        return evaluate(part, single)

    try:
        other = container(right, of) if sign in ("in", "not in") else of(right)
    except Unknown:
        return None
    wanted = _wanted(sign, other)
    if wanted is not None:
        within = sign in ("==", "in", "is")
        return (
            _with(known, name, values.keep(wanted, within, line)),
            _with(known, name, values.keep(wanted, not within, line)),
        )
    if sign in ("<", "<=", ">", ">=") and isinstance(other, int | float | str):
        if not values.excluded:
            return None  # can be tried out
        if isinstance(other, float) and math.isnan(other):
            return None
        holds, fails = (Order(sign, other, truth) for truth in (True, False))
        return tuple(
            None
            if any(_rules_out(one, order) for one in values.orders)
            else {
                **known,
                name: Values(values.listed, True, (*values.orders, order), values.lines | {line}),
            }
            for order in (holds, fails)
        )  # type: ignore[return-value]
    return None


def _with(known: Known, name: str, values: Values | None) -> Known | None:
    return None if values is None else {**known, name: values}


def _wanted(sign: str, other: object) -> frozenset[Value] | None:
    """Return the values that `==`, `in` and their opposites ask for."""
    if sign in ("==", "!="):
        return frozenset([other]) if _is_value(other) else None  # type: ignore[list-item]
    if sign in ("is", "is not"):
        return frozenset([None]) if other is None else None
    if sign in ("in", "not in") and isinstance(other, tuple | frozenset):
        listed = frozenset(other)
        return listed if all(map(_is_value, listed)) else None
    return None


def _rules_out(known: Order, asked: Order) -> bool:
    """Tell whether what is known of an order says that another has not the given truth.

    Only by transitivity: that `x < 3` fails does not say `x >= 3`, since what `x` is is not known.
    """
    if isinstance(known.bound, str) != isinstance(asked.bound, str):
        return False
    if known.holds and asked.holds:
        # x < 3 and x > 5: never both.
        low, high = (known, asked) if known.sign[0] == "<" else (asked, known)
        if low.sign[0] == high.sign[0]:
            return False
        strict = "=" not in low.sign or "=" not in high.sign
        return _below(low.bound, high.bound, not strict)
    if known.holds != asked.holds:
        # x < 3 holds, so x < 5 does, and x <= 3; what holds is the narrower one.
        narrow, wide = (known, asked) if known.holds else (asked, known)
        if narrow.sign[0] != wide.sign[0]:
            return False
        strict = "=" in narrow.sign and "=" not in wide.sign
        if narrow.sign[0] == "<":
            return _below(narrow.bound, wide.bound, strict)
        return _below(wide.bound, narrow.bound, strict)
    return False


def _below(one: int | float | str, other: int | float | str, strict: bool) -> bool:
    return bool(COMPARISONS["<" if strict else "<="](one, other))


def _try_out(test: nodes.NodeNG, known: Known) -> tuple[Known | None, Known | None]:
    """Split by trying a test on every combination of the values of its names."""
    kept: dict[bool, list[tuple[Value, ...]]] = {True: [], False: []}
    try:
        names, rows = _combinations(test, known)
        for row in rows:
            kept[bool(evaluate(test, dict(zip(names, row, strict=True))))].append(row)
    except Unknown:
        return known, known
    line = test.lineno or 0
    return _narrowed(known, names, kept[True], line), _narrowed(known, names, kept[False], line)


def results(node: nodes.NodeNG, known: Known) -> Values:
    """Return the values that an expression can have."""
    try:
        names, rows = _combinations(node, known)
        found = frozenset(constant(node, dict(zip(names, row, strict=True))) for row in rows)
    except Unknown:
        return ANY
    return Values(found, False, (), frozenset([node.lineno or 0]))


def _combinations(
    node: nodes.NodeNG, known: Known
) -> tuple[list[str], Iterable[tuple[Value, ...]]]:
    """Return the names that an expression reads, and all combinations of their values.

    Raises:
        Unknown: there are too many, or one can have any value.
    """
    names = sorted({found.name for found in names_read(node)})
    if any(name not in known or known[name].excluded for name in names):
        raise Unknown
    if math.prod(len(known[name].listed) for name in names) > MOST_COMBINATIONS:
        raise Unknown
    return names, itertools.product(*(known[name].listed for name in names))


def _narrowed(
    known: Known, names: list[str], rows: list[tuple[Value, ...]], line: int
) -> Known | None:
    if not rows:
        return None
    columns = zip(*rows, strict=True) if names else iter(())
    return {
        **known,
        **{
            name: Values(frozenset(column), False, (), known[name].lines | {line})
            for name, column in zip(names, columns, strict=True)
        },
    }
