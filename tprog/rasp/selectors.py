"""Selectors as the predicate of one head: which values of a key variable each value of a query variable selects."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tprog.evaluate.comparisons import exact_comparison
from tprog.ir import Constant, KeyIn, Predicate, Table
from tprog.rasp.building import LARGEST_TABLE, POSITIONS, TOKENS, Builder
from tprog.rasp.evaluate import RaspError, holds_of
from tprog.rasp.expressions import (
    FRAME,
    Expression,
    Frame,
    Never,
    classes,
    joined,
    spread,
    table_of,
)
from tprog.rasp.graph import (
    EVERYTHING,
    And,
    Indices,
    Not,
    Or,
    Select,
    Selector,
    SOp,
)

PAST = Select(Indices(), Indices(), "<=")
"""Keys up to the query's own position: what a causal head sees."""


@dataclass(frozen=True, slots=True)
class Attention:
    """What a head attends to.

    Attributes:
        query, key: categorical variables.
        predicate: which keys each query value wants.
        causal: whether only keys up to the query's own position count.
        empty: whether nothing is ever selected.
        framed: whether a query at the frame selects nothing.
    """

    query: int
    key: int
    predicate: Predicate
    causal: bool
    empty: bool
    framed: bool


def conjuncts(selector: Selector) -> list[Selector]:
    """Return the selectors of which this one is the intersection."""
    if isinstance(selector, And):
        return [*conjuncts(selector.left), *conjuncts(selector.right)]
    return [selector]


def leaves(selector: Selector) -> list[Select]:
    """Return what and, or, not put together."""
    match selector:
        case Select():
            return [selector]
        case Not(one):
            return leaves(one)
        case And(left, right) | Or(left, right):
            return [*leaves(left), *leaves(right)]
        case _:
            raise TypeError(f"no such selector: {selector!r}")


def both(selectors: Sequence[Selector]) -> Selector:
    """Return the intersection of selectors, everything for none."""
    found = EVERYTHING if not selectors else selectors[0]
    for one in selectors[1:]:
        found = And(found, one)
    return found


def attention(
    builder: Builder,
    selector: Selector,
    expression_of: Callable[[SOp], Expression],
    copies: bool = False,
) -> Attention:
    """Return the predicate that selects what a selector selects, over variables that are made where they are missing.

    Args:
        builder: where variables are made.
        selector: what is selected.
        expression_of: gives s-ops as expressions.
        copies: whether the head copies a value, so that to select nothing is to select the prefix.

    Raises:
        RaspError: its tables are too large.
    """
    parts = conjuncts(selector)
    causal = PAST in parts
    selector = both([one for one in parts if one != PAST])
    selects = leaves(selector)
    keys = list(dict.fromkeys(leaf.key for leaf in selects))
    queries = list(dict.fromkeys(leaf.query for leaf in selects))
    key = _together(builder, [expression_of(one) for one in keys], guarded=True)
    query = _together(builder, [expression_of(one) for one in queries], guarded=False)
    key_of, key_first = classes(key.table.reshape(-1))
    query_of, query_first = classes(query.table.reshape(-1))
    matrix = _matrix(
        selector,
        dict(zip(keys, zip(*_tuples(key, key_first, len(keys)), strict=True), strict=True)),
        dict(
            zip(queries, zip(*_tuples(query, query_first, len(queries)), strict=True), strict=True)
        ),
    )
    shown = np.array([isinstance(one, tuple) for one in key.table.reshape(-1)[key_first]])
    asked = np.array([isinstance(one, tuple) for one in query.table.reshape(-1)[query_first]])
    matrix = matrix & shown[None, :] & asked[:, None]
    _, key_class = np.unique(matrix, axis=1, return_inverse=True)
    _, query_class = np.unique(matrix, axis=0, return_inverse=True)
    key_names = _names(key, key_first, key_class.reshape(-1), matrix.any(axis=0))
    query_names = _names(query, query_first, query_class.reshape(-1), matrix.any(axis=1))
    chosen_key = _variable(builder, key, [key_names[one] for one in key_of])
    chosen_query = _variable(builder, query, [query_names[one] for one in query_of])
    wanted = _truth(chosen_query, chosen_key, matrix, query_names, key_names)
    of_query, of_key = chosen_query.variables[0], chosen_key.variables[0]
    frame = (
        [place for place, one in enumerate(chosen_key.table) if isinstance(one, Frame)]
        if copies and key.framed and (of_key == POSITIONS or builder.domain.suffix is None)
        else []
    )
    predicate = _predicate(builder, wanted, of_query, of_key, frame)
    return Attention(of_query, of_key, predicate, causal, not matrix.any(), query.framed)


def _together(builder: Builder, expressions: Sequence[Expression], guarded: bool) -> Expression:
    """Return a tuple of expressions as one expression; the frame is told apart where `guarded`."""
    variables = joined(expressions)
    if prod(builder.sizes[one] for one in variables) > LARGEST_TABLE:
        expressions = [builder.look_up(one) for one in expressions]
    if guarded and builder.guards and not any(one.framed for one in expressions):
        expressions = [*expressions, builder.tokens]
    variables = joined(expressions)
    if not variables:
        expressions, variables = [*expressions, builder.tokens], (TOKENS,)
    size = prod(builder.sizes[one] for one in variables)
    if size > LARGEST_TABLE:
        raise RaspError(f"a table of {size:,} entries is needed; {LARGEST_TABLE:,} is the most")
    tables = [spread(one, variables, builder.sizes).reshape(-1) for one in expressions]
    rows = [_row(values) for values in zip(*tables, strict=True)]
    shape = tuple(builder.sizes[one] for one in variables)
    return Expression(variables, table_of(rows, shape), any(one.framed for one in expressions))


def _row(values: tuple[Any, ...]) -> Any:
    for kind in (Frame, Never):
        for value in values:
            if isinstance(value, kind):
                return value
    # The types stay with the values: 1, True and the fraction 1 are different values.
    return tuple((type(value), value) for value in values)


def _tuples(expression: Expression, first: Sequence[int], width: int) -> list[tuple[Any, ...]]:
    """Return the distinct tuples of values; what is none is filled up, and masked by the caller."""
    flat = expression.table.reshape(-1)[list(first)]
    empty = (None,) * width
    return [
        tuple(value for _, value in one[:width]) if isinstance(one, tuple) else empty
        for one in flat
    ]


def _matrix(
    selector: Selector, keys: dict[SOp, tuple[Any, ...]], queries: dict[SOp, tuple[Any, ...]]
) -> NDArray[np.bool_]:
    """Return where key tuples are selected by query tuples: `(query, key)`."""
    match selector:
        case Select(key, query, relation):
            holds = holds_of(relation)
            return np.array(
                [[_holds(holds, one, wanted) for one in keys[key]] for wanted in queries[query]],
                dtype=np.bool_,
            )
        case Not(one):
            return ~_matrix(one, keys, queries)
        case And(left, right):
            return _matrix(left, keys, queries) & _matrix(right, keys, queries)
        case Or(left, right):
            return _matrix(left, keys, queries) | _matrix(right, keys, queries)
        case _:
            raise TypeError(f"no such selector: {selector!r}")


def _holds(holds: Callable[[Any, Any], bool], key: Any, query: Any) -> bool:
    try:
        return bool(holds(key, query))
    except (
        Exception
    ):  # two values that no input brings together; the check on inputs would say otherwise
        return False


def _names(
    joint: Expression, first: Sequence[int], grouped: NDArray[np.int64], used: NDArray[np.bool_]
) -> list[Any]:
    """Return what each distinct tuple is called, so that those that behave alike have one name.

    A name is the value itself where the tuple holds one and no other behaves like it; what selects nothing is `FRAME`.
    """
    values = joint.table.reshape(-1)[list(first)]
    names = [
        one[0][1] if isinstance(one, tuple) and some else FRAME
        for one, some in zip(values, used, strict=True)
    ]
    pairs = set(zip(grouped.tolist(), map(_typed, names), strict=True))
    if len(set(grouped.tolist())) == len(set(map(_typed, names))) == len(pairs):
        return names
    return [int(number) for number in grouped]


def _variable(builder: Builder, joint: Expression, names: Sequence[Any]) -> Expression:
    """Return a single variable with the names of the joint values, made where there is none."""
    flat = joint.table.reshape(-1)
    entries = [
        one if isinstance(one, Never) else name for one, name in zip(flat, names, strict=True)
    ]
    return builder.look_up(
        Expression(joint.variables, table_of(entries, joint.table.shape), framed=False)
    )


def _truth(
    query: Expression,
    key: Expression,
    matrix: NDArray[np.bool_],
    query_names: Sequence[Any],
    key_names: Sequence[Any],
) -> NDArray[np.bool_]:
    """Return the matrix over the values of the two chosen variables."""
    row_of = {_typed(name): row for row, name in enumerate(query_names)}
    column_of = {_typed(name): column for column, name in enumerate(key_names)}
    rows = [row_of.get(_typed(one)) for one in query.table]
    columns = [column_of.get(_typed(one)) for one in key.table]
    return np.array(
        [
            [row is not None and column is not None and matrix[row, column] for column in columns]
            for row in rows
        ],
        dtype=np.bool_,
    )


def _typed(value: Any) -> tuple[type, Any]:
    return type(value), value


def _predicate(
    builder: Builder, wanted: NDArray[np.bool_], query: int, key: int, frame: list[int]
) -> Predicate:
    """Return the shortest predicate; a query that selects nothing may select the keys of the frame."""
    rows = [tuple(map(int, np.flatnonzero(row))) for row in wanted]
    if not wanted.any():
        return Constant(False)
    if len(set(rows)) == 1:
        return KeyIn(rows[0])
    queries, keys = builder.values[query], builder.values[key]
    assert queries is not None
    assert keys is not None
    for trial in (rows, [row or tuple(frame) for row in rows]):
        found = exact_comparison(trial, queries, keys)
        if found is not None:
            return found
    return Table(tuple(rows))
