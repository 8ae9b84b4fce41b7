"""Heads that compare two things at once: each side is a number of two digits, of which the predicate compares both."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tprog.evaluate.digits import Digits
from tprog.evaluate.inputs import IntArray
from tprog.ir.predicate import RELATIONS
from tprog.rasp import graph as g
from tprog.rasp.building import Builder
from tprog.rasp.expression import Base, Expression, combined, spread
from tprog.rasp.relations import Matrix

FEW_ROWS = 12
"""Of no more different queries the wanted keys are listed."""

LARGEST_NUMBER = 400
"""Greater numbers would make long types and large tables."""


def by_digits(
    build: Builder,
    values: Mapping[g.SOp, Expression],
    matrix: Matrix,
    inner: g.Selector,
    framed: bool,
) -> tuple[Base, Base, IntArray] | None:
    """Return what `Steps._sides` does, where a selector is two comparisons of other variables each; None where it is not.

    The digits count from 1, so that a frame position's 0 is none of them. Where `framed`, its query may want what 0 wants.
    """
    if not isinstance(inner, g.And) or len(np.unique(matrix.cells, axis=0)) <= FEW_ROWS:
        return None
    parts = sorted((inner.left, inner.right), key=lambda one: not _of_positions(one))
    high, low = parts
    if not (isinstance(high, g.Select) and isinstance(low, g.Select)):
        return None
    if high.relation not in RELATIONS or low.relation not in RELATIONS:
        return None
    for side, bases in (("query", matrix.queries), ("key", matrix.keys)):
        read = {base for one in parts for base in values[getattr(one, side)].bases}
        if len(read) < 2 or not read <= {*bases}:
            return None
    places = [_places(values[one.key].values, values[one.query].values) for one in (high, low)]
    if None in places:
        return None
    above, below = (one or {} for one in places)
    radix = len(below) + 1
    if radix * (len(above) + 1) > LARGEST_NUMBER:
        return None
    relation = Digits(radix, high.relation, low.relation)
    found: list[tuple[Base, IntArray]] = []
    cells: list[IntArray] = []
    for sides, whole in (((high.query, low.query), framed), ((high.key, low.key), False)):
        number = combined(
            [values[one] for one in sides],
            lambda first, second: radix * above[first] + below[second],
            None,
            False,
        )
        bases = matrix.keys if cells else matrix.queries
        codes = np.array([*number.values, 0])[number.table]
        cells.append(spread(number.bases, codes, bases).reshape(-1))
        base = build.single(number, True).bases[0]
        numbers = build.values(base.variable)
        if numbers.textual or min(map(int, numbers.values)) < 0:
            return None
        entries = tuple(entry for entry in range(len(numbers)) if whole or entry != base.frame)
        found.append((replace(base, entries=entries), np.array(numbers.values)[list(entries)]))
    known = np.ix_(*matrix.occurs)
    # Where a matrix is that of keys on one side alone, it says less than the selector does.
    if (relation.holds(cells[1][None, :], cells[0][:, None]) != matrix.cells)[known].any():
        return None
    (query, asked), (key, held) = found
    return query, key, relation.holds(held[None, :], asked[:, None]).astype(np.int64)


def _of_positions(one: g.Selector) -> bool:
    return isinstance(one, g.Select) and isinstance(one.key, g.Indices)


def _places(*given: tuple[Any, ...]) -> dict[Any, int] | None:
    """Return the place of each value in their order, from 1; None where they have none."""
    held = {value for values in given for value in values}
    if len({isinstance(value, str) for value in held}) > 1 or any(
        isinstance(value, float) for value in held
    ):
        return None
    return {value: place for place, value in enumerate(sorted(held), 1)}
