"""Selectors as boolean matrices over the values of variables, split where they depend on the order of positions."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.rasp import graph as g
from tprog.rasp.evaluate import holds_of
from tprog.rasp.expression import Base, Expression, joint, spread
from tprog.rasp.facts import NotCompiled, described

Region: TypeAlias = Literal["before", "own", "after"]
"""Where a key stands: left of the query, at the query, right of it."""

REGIONS: tuple[Region, ...] = ("before", "own", "after")

LARGEST_MATRIX = 1 << 22
"""Cells of a matrix over all combinations of the variables that a selector reads."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """What a selector selects, over the combinations of entries of its variables.

    Attributes:
        queries, keys: the variables of either side.
        occurs: for queries and for keys, which combinations can occur.
        cells: `(query combination, key combination)`.
    """

    queries: tuple[Base, ...]
    keys: tuple[Base, ...]
    occurs: tuple[BoolArray, BoolArray]
    cells: BoolArray

    def own(self) -> tuple[tuple[Base, ...], BoolArray, BoolArray]:
        """Return whether a position selects itself, over its variables: bases, cells and which can occur."""
        bases = tuple(dict.fromkeys((*self.queries, *self.keys)))
        place = [
            spread(side, np.arange(occurs.size).reshape([len(one.entries) for one in side]), bases)
            for side, occurs in zip((self.queries, self.keys), self.occurs, strict=True)
        ]
        occurs = self.occurs[0][place[0]] & self.occurs[1][place[1]]
        return bases, self.cells[place[0], place[1]], occurs


def selects(selector: g.Selector) -> list[g.Select]:
    """Return the simple selectors that a selector is made from.

    Raises:
        NotCompiled: it holds a `closest` inside.
    """
    match selector:
        case g.Select():
            return [selector]
        case g.Not(one):
            return selects(one)
        case g.And(left, right) | g.Or(left, right):
            return list(dict.fromkeys([*selects(left), *selects(right)]))
    raise NotCompiled("closest(…) is compiled only as the whole selector of an aggregate or width")


def regions(
    select: g.Select, longest: int, values: Mapping[g.SOp, Expression]
) -> list[bool] | None:
    """Return whether a selector of positions holds left of the query, at it and right of it; None where that varies."""
    sides = (select.key, select.query)
    if any(not isinstance(one, g.Indices) and one.parts == () for one in _leaves(sides)):
        return None
    found: list[bool] = []
    tables = []
    for side in sides:
        expression = values[side]
        if len(expression.bases) != 1 or expression.bases[0].counts:
            return None
        if len(expression.table) != longest or (expression.table < 0).any():
            return None
        tables.append(expression)
    truth = relation_table(select, *tables)[np.ix_(tables[1].table, tables[0].table)]
    query, key = np.indices(truth.shape)
    for where in (key < query, key == query, key > query):
        held = np.unique(truth[where])
        if len(held) > 1:
            return None
        found.append(bool(held.any()))
    return found


def _leaves(sides: Sequence[g.SOp]) -> list[g.SOp]:
    return [one for one in g.walk(*sides) if isinstance(one, g.SOp)]


def relation_table(select: g.Select, key: Expression, query: Expression) -> BoolArray:
    """Return `(query value, key value)`: where the relation holds; not where it fails, as the graph has no value there."""
    holds = holds_of(select.relation)
    table = np.zeros((len(query.values), len(key.values)), dtype=np.bool_)
    for row, wanted in enumerate(query.values):
        for place, value in enumerate(key.values):
            # Whatever a user's relation raises means: these two never meet.
            with suppress(Exception):
                table[row, place] = bool(holds(value, wanted))
    return table


def matrices(
    selector: g.Selector, values: Mapping[g.SOp, Expression], where: Mapping[g.Select, list[bool]]
) -> list[Matrix]:
    """Return a selector's matrix; with selectors of positions in `where`, its matrix in each of the three regions.

    Args:
        selector: without `closest`.
        values: the expression of every key and query.
        where: for some of its simple selectors whether they hold in each region.

    Raises:
        NotCompiled: there are too many combinations.
    """
    simple = [one for one in selects(selector) if one not in where]
    queries, query_codes = joint([values[one.query] for one in simple])
    keys, key_codes = joint([values[one.key] for one in simple])
    occurs = (_occurs(queries, query_codes), _occurs(keys, key_codes))
    if occurs[0].size * occurs[1].size > LARGEST_MATRIX:
        raise NotCompiled(
            f"a selector over {len(queries)} query and {len(keys)} key variables is too large "
            f"({occurs[0].size:,} times {occurs[1].size:,} combinations)"
        )
    leaves: dict[g.Select, BoolArray] = {}
    for one, of_query, of_key in zip(simple, query_codes, key_codes, strict=True):
        table = relation_table(one, values[one.key], values[one.query])
        leaves[one] = table[of_query.reshape(-1)][:, of_key.reshape(-1)]
    shape = (occurs[0].size, occurs[1].size)
    found = []
    for region in range(len(REGIONS) if where else 1):
        fixed = {one: np.full(shape, held[region]) for one, held in where.items()}
        found.append(Matrix(queries, keys, occurs, _cells(selector, leaves | fixed)))
    return found


def _occurs(bases: tuple[Base, ...], codes: list[IntArray]) -> BoolArray:
    shape = tuple(len(base.entries) for base in bases)
    found = np.ones(shape, dtype=np.bool_)
    for one in codes:
        found &= one >= 0
    return found.reshape(-1)


def _cells(selector: g.Selector, leaves: Mapping[g.Select, BoolArray]) -> BoolArray:
    match selector:
        case g.Select():
            return leaves[selector]
        case g.Not(one):
            return ~_cells(one, leaves)
        case g.And(left, right):
            return _cells(left, leaves) & _cells(right, leaves)
        case g.Or(left, right):
            return _cells(left, leaves) | _cells(right, leaves)
    raise TypeError(described(selector))


def without_closest(selector: g.Selector) -> g.Selector:
    """Return what `closest` chooses from; choosing again changes nothing."""
    while isinstance(selector, g.Closest):
        selector = selector.selector
    return selector
