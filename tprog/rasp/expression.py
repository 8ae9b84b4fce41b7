"""Functions of a few variables of a Program, as tables: what elementwise s-ops are before anything is written for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np

from tprog.evaluate.inputs import IntArray
from tprog.rasp.facts import Key, NotCompiled
from tprog.rasp.graph import Value

LARGEST_TABLE = 1 << 16
"""Entries of a look-up that may be written; the emitted file holds each."""

LARGEST_JOINT = 1 << 20
"""Combinations of values that one table is computed over."""


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A variable of a Program that expressions are made from.

    Attributes:
        variable: its number in the Program.
        entries: the entries (indices of finite values, or numbers) that it holds at data positions; the axis of tables.
        frame: its entry at position 0.
        clear: whether no frame position holds one of `entries`.
        counts: whether it is numerical.
        framed: whether every frame position holds `frame`.
    """

    variable: int
    entries: tuple[int, ...]
    frame: int
    clear: bool
    counts: bool = False
    framed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A value for every combination of entries of the bases.

    Attributes:
        bases: what it reads.
        table: indices into `values`, an axis for each base; -1 where the combination cannot occur.
        values: distinct with their type.
    """

    bases: tuple[Base, ...]
    table: IntArray
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """Counts with signs, and a number added."""

    terms: tuple[tuple[Base, int], ...]
    added: int = 0

    def times(self, factor: int | Fraction) -> Expression:
        """Return the product with a number."""
        places = [np.arange(len(base.entries)) * sign for base, sign in self.terms]
        found = self.added + sum(np.ix_(*places), np.zeros((), dtype=np.int64))
        kind = np.int64 if factor.denominator == 1 else object
        whole = int(factor) if factor.denominator == 1 else factor
        products = np.multiply(found, np.array(whole, dtype=kind))
        numbers, codes = np.unique(products, return_inverse=True)
        table = np.where(found < 0, -1, codes.reshape(found.shape))
        return Expression(tuple(base for base, _ in self.terms), table, tuple(numbers.tolist()))


def summed(
    known: Sequence[Value], sums: Sequence[Sum], function: Callable[..., Value]
) -> Expression:
    """Return a function of sums of counts, which takes no other values than the `known`.

    Raises:
        NotCompiled: there are too many combinations of counts.
    """
    bases = tuple(dict.fromkeys(base for one in sums for base, _ in one.terms))
    shape = tuple(len(base.entries) for base in bases)
    if prod(shape) > LARGEST_TABLE:
        raise NotCompiled(f"it needs a look-up over {len(bases)} counts, {prod(shape):,} points")
    place = {(type(one), one): number for number, one in enumerate(known)}
    table = np.full(shape, -1, dtype=np.int64)
    for point in product(*(range(size) for size in shape)):
        at = dict(zip(bases, point, strict=True))
        found = [one.added + sum(sign * at[base] for base, sign in one.terms) for one in sums]
        if min(found) >= 0:
            result = function(*found)
            table[point] = place.get((type(result), result), -1)
    return reduced(Expression(bases, table, tuple(known)))


def constant(value: Value) -> Expression:
    """Return the expression that reads nothing."""
    return Expression((), np.zeros((), dtype=np.int64), (value,))


def joint(expressions: Sequence[Expression]) -> tuple[tuple[Base, ...], list[IntArray]]:
    """Return all bases of some expressions, and the table of each over all of them.

    Raises:
        NotCompiled: there are too many combinations.
    """
    bases = tuple(dict.fromkeys(base for one in expressions for base in one.bases))
    shape = tuple(len(base.entries) for base in bases)
    if prod(shape) > LARGEST_JOINT:
        raise NotCompiled(f"a table over {len(bases)} variables would have {prod(shape):,} entries")
    return bases, [spread(one.bases, one.table, bases) for one in expressions]


def spread(own: tuple[Base, ...], table: IntArray, bases: tuple[Base, ...]) -> IntArray:
    """Return a table over `own` bases as one over `bases`, which hold them."""
    order = sorted(range(len(own)), key=lambda axis: bases.index(own[axis]))
    shape = [len(base.entries) if base in own else 1 for base in bases]
    return np.broadcast_to(
        table.transpose(order).reshape(shape), tuple(len(base.entries) for base in bases)
    )


def load(held: Expression) -> tuple[bool, int, int]:
    """Return whether an expression reads numbers beside other variables, how many variables, and the size of its table."""
    counts = sum(base.counts for base in held.bases)
    return 0 < counts < len(held.bases), len(held.bases), held.table.size


def two_digits(classes: IntArray, bases: Sequence[Base]) -> IntArray:
    """Return classes of pairs of counts, where all differ, in the order of the pairs: each is a number with two digits.

    Args:
        classes: the class of each combination of the bases, -1 where it never occurs.
        bases: what they are classes of; those of others than two counts are returned as they are.
    """
    occurs = classes >= 0
    counts = len(bases) == 2 and all(base.counts for base in bases)
    if not counts or len({*classes[occurs].tolist()}) < occurs.sum():
        return classes
    return np.where(occurs, np.arange(classes.size), -1)


def examples(found: Expression, single: Expression) -> IntArray:
    """Return for each entry of another expression's table a place in the flat table that has its value; -1 for none."""
    place = np.full(len(found.values) + 1, -1, dtype=np.int64)
    flat = found.table.reshape(-1)
    place[flat] = np.arange(flat.size)
    place[-1] = -1
    by_value = {(type(one), one): place[code] for code, one in enumerate(found.values)}
    picked = [
        by_value[type(single.values[code]), single.values[code]] if code >= 0 else -1
        for code in single.table.tolist()
    ]
    return np.array(picked, dtype=np.int64)


def copied_values(known: Sequence[Value], held: Expression, default: Value) -> Expression:
    """Return, over no bases, which of the known values an aggregate gives for each entry of a variable, and last its default."""
    place = {(type(one), one): number for number, one in enumerate(known)}
    values = [*(held.values[code] for code in held.table.tolist()), default]
    codes = [place.get((type(one), one), place.get((int, one), -1)) for one in values]
    codes[:-1] = np.where(held.table < 0, -1, codes[:-1]).tolist()
    return Expression((), np.array(codes, dtype=np.int64), tuple(known))


def combined(
    expressions: Sequence[Expression],
    function: Callable[..., Value],
    known: Sequence[Value] | None,
    whole: bool,
) -> Expression:
    """Return a function of expressions, which takes no other values than the `known`.

    Args:
        expressions: the arguments.
        function: where it fails there is no value.
        known: the values that can occur; None: whatever the function gives.
        whole: whether a bool that is not known stands for the number that is.
    """
    bases, tables = joint(expressions)
    place: dict[Key, int] = {(type(one), one): number for number, one in enumerate(known or ())}
    rows = np.stack([table.reshape(-1) for table in tables], axis=1)
    points, of = np.unique(rows, axis=0, return_inverse=True)
    results = np.full(len(points), -1, dtype=np.int64)
    for number, point in enumerate(points.tolist()):
        if min(point) < 0:
            continue
        try:
            result = function(
                *(one.values[code] for one, code in zip(expressions, point, strict=True))
            )
        except Exception:  # a combination that cannot occur, or the graph has no value there, which `observe` refuses
            continue
        if known is None:
            place.setdefault((type(result), result), len(place))
        found = place.get((type(result), result), -1)
        if found < 0 and whole and isinstance(result, bool):
            found = place.get((int, int(result)), -1)
        results[number] = found
    shape = tuple(len(base.entries) for base in bases)
    values = tuple(value for _, value in place)
    return reduced(Expression(bases, results[of.reshape(-1)].reshape(shape), values))


def reduced(expression: Expression) -> Expression:
    """Return the expression without bases that make no difference."""
    bases, table = list(expression.bases), expression.table
    for axis in reversed(range(len(bases))):
        first = table.max(axis=axis, keepdims=True)
        if ((table == first) | (table < 0)).all():
            table = first.squeeze(axis)
            del bases[axis]
    return Expression(tuple(bases), table, expression.values)


def as_count(held: Expression, numbers: Sequence[int]) -> tuple[Base, int] | None:
    """Return the count that an expression is, and the number that it is more; None where it is something else."""
    if len(held.bases) != 1 or not held.bases[0].counts:
        return None
    known = held.table >= 0
    more = np.array([*numbers, 0])[held.table] - np.array(held.bases[0].entries)
    steps = set(more[known].tolist())
    return (held.bases[0], steps.pop()) if len(steps) == 1 else None


def refines(codes: IntArray, classes: IntArray) -> bool:
    """Return whether equal codes are of one class wherever both are known, and there are not more codes than classes."""
    both = {(code, one) for code, one in zip(codes.tolist(), classes.tolist(), strict=True)}
    known = [pair for pair in both if pair[0] >= 0 and pair[1] >= 0]
    of_class = len({one for _, one in known})
    return len(known) == len({code for code, _ in known}) == of_class and all(
        code >= 0 or one < 0 for code, one in both
    )


def tells(codes: IntArray, classes: IntArray) -> bool:
    """Return whether equal codes are of one class."""
    both = zip(codes.tolist(), classes.tolist(), strict=True)
    known = {(code, one) for code, one in both if one >= 0}
    return len(known) == len({code for code, _ in known}) and all(code >= 0 for code, _ in known)


def without_other(expression: Expression, read: Base, counted: Base, own: Base) -> Expression:
    """Return the expression where a head that counts one key alone has read the query's own value, and no other."""
    bases = expression.bases
    if not {read, counted, own} <= set(bases):
        return expression
    values = [np.array(one.entries) for one in (read, counted, own)]
    grids = [
        one.reshape([-1 if base is axis else 1 for base in bases])
        for one, axis in zip(values, (read, counted, own), strict=True)
    ]
    other = (grids[1] == 1) & (grids[0] != grids[2])
    return reduced(replace(expression, table=np.where(other, -1, expression.table)))
