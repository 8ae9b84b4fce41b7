"""Predicates as arrays. Owns the choice of the cheapest form of each predicate; refuses to attend.

A predicate becomes one number for each query value, one for each key value and an operation on the two, so that whole
arrays are matched in one or two steps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tprog.evaluate.inputs import BoolArray
from tprog.ir import Compare, Constant, FiniteValues, KeyIn, Predicate, Table, Value

Array = npt.NDArray[Any]

RELATIONS: dict[str, Callable[[Array, Array], BoolArray]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
MOST_BITS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """A predicate over two finite value sets.

    Attributes:
        relation: a comparison `key RELATION query` of the two codes; `bits` where their bitwise conjunction is not 0;
            `matrix` where the sum of the codes is an index into `matrix`.
        query: the code of each query value.
        key: the code of each key value; None where the value's own index is the code.
        matrix: the flattened table of matches; empty for the other relations.
    """

    relation: Literal["==", "!=", "<", "<=", ">", ">=", "bits", "matrix"]
    query: Array
    key: Array | None
    matrix: BoolArray

    def codes(self, query: Array, key: Array) -> tuple[Array, Array]:
        """Return the codes of arrays of query and key indices."""
        return encode(self.query, query), key if self.key is None else encode(self.key, key)

    def holds(self, query: Array, key: Array) -> BoolArray:
        """Return where keys match queries, for arrays of codes."""
        if self.relation == "bits":
            return np.not_equal(np.bitwise_and(query, key), 0)
        if self.relation == "matrix":
            return self.matrix.take(query + key)
        return RELATIONS[self.relation](key, query)


def encode(codes: Array, indices: Array) -> Array:
    """Return the codes of an array of indices; a single column where all codes are the same."""
    if codes.shape[0] > 0 and (codes == codes[0]).all():
        return np.broadcast_to(codes[0], (indices.shape[0], 1))
    return codes.take(indices)


NOTHING: BoolArray = np.zeros(0, dtype=np.bool_)


def match_for(predicate: Predicate, query: FiniteValues, key: FiniteValues, code: Any) -> Match:
    """Return a predicate as arrays.

    Args:
        predicate: it fits the value sets, except that keys which do not exist may be wanted.
        query: the values of the query.
        key: the values of the key.
        code: the type of categorical arrays; it holds one more than the number of values.
    """
    match predicate:
        case Table(rows) if all(len(row) <= 1 for row in rows):
            none = len(key)
            wanted = np.array([row[0] if row else none for row in rows], dtype=code)
            return Match("==", wanted, None, NOTHING)
        case Table():
            return _table_match(predicate_matrix(predicate, query, key))
        case KeyIn() | Constant():
            wanted = predicate_matrix(predicate, FiniteValues((0,)), key)[0]
            return Match("==", np.ones(len(query), dtype=np.bool_), wanted, NOTHING)
        case Compare(relation):
            left, right = _compared(predicate, query, key)
            if left is None or right is None:
                same = np.full(len(key), relation == "!=")
                return Match("==", np.ones(len(query), dtype=np.bool_), same, NOTHING)
            return Match(relation, left, right, NOTHING)


def predicate_matrix(predicate: Predicate, query: FiniteValues, key: FiniteValues) -> BoolArray:
    """Return `(query values, key values)`: which keys each query wants. Keys that do not exist are left out."""
    matrix = np.zeros((len(query), len(key)), dtype=np.bool_)
    match predicate:
        case Table(rows):
            for number, row in enumerate(rows):
                matrix[number, list(row)] = True
        case KeyIn(keys):
            matrix[:, [index for index in keys if index < len(key)]] = True
        case Constant(holds):
            matrix[:] = holds
        case Compare(relation):
            left, right = _compared(predicate, query, key)
            if left is None or right is None:
                matrix[:] = relation == "!="
            else:
                matrix[:] = RELATIONS[relation](right[None, :], left[:, None])
    return matrix


def _compared(
    predicate: Compare, query: FiniteValues, key: FiniteValues
) -> tuple[Array | None, Array | None]:
    """Return numbers whose order is that of the compared values, or None where text meets numbers."""
    if query.textual != key.textual:
        return None, None
    left: list[Value] = [
        predicate.scale * value + predicate.offset if isinstance(value, int) else value
        for value in query.values
    ]
    compared: set[Any] = {*left, *key.values}
    ranks = {value: rank for rank, value in enumerate(sorted(compared))}
    kind = np.min_scalar_type(len(ranks))
    return (
        np.array([ranks[value] for value in left], dtype=kind),
        np.array([ranks[value] for value in key.values], dtype=kind),
    )


def _table_match(matrix: BoolArray) -> Match:
    queries, keys = matrix.shape
    if keys <= MOST_BITS:
        kind = np.dtype(f"uint{next(bits for bits in (8, 16, 32, 64) if keys <= bits)}")
        bits = np.array([1 << key for key in range(keys)], dtype=kind)
        rows = np.where(matrix, bits[None, :], kind.type(0)).sum(axis=1, dtype=kind)
        return Match("bits", rows, bits, NOTHING)
    return Match(
        "matrix",
        np.arange(queries, dtype=np.int64) * keys,
        np.arange(keys, dtype=np.int64),
        matrix.ravel(),
    )
