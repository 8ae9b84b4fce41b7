"""Predicates, attention and counting on whole arrays.

Arrays are `(positions, inputs)`, so that every step runs over many inputs at once; an array of a single column holds what is
the same for all inputs, and is broadcast. A predicate becomes one code for each query value, one for each key value and an
operation on the two. Steps go over *offsets* (key position minus query position), each step over all query positions that have
such a key.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
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
# Rows of a table of matches are bit sets where there are at most this many keys.
MOST_BITS = 64
NOTHING: BoolArray = np.zeros(0, dtype=np.bool_)


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
    matrix: BoolArray = field(default_factory=lambda: NOTHING)

    def codes(self, query: Array, key: Array) -> tuple[Array, Array]:
        """Return the codes of arrays of query and key indices."""
        return _coded(self.query, query), key if self.key is None else _coded(self.key, key)

    def holds(self, query: Array, key: Array) -> BoolArray:
        """Return where keys match queries, for arrays of codes."""
        if self.relation == "bits":
            return np.not_equal(np.bitwise_and(query, key), 0)
        if self.relation == "matrix":
            return self.matrix.take(query + key)
        return RELATIONS[self.relation](key, query)


def _coded(codes: Array, indices: Array) -> Array:
    """Return the codes of an array of indices; a single column where all codes are the same."""
    if codes.shape[0] > 0 and (codes == codes[0]).all():
        return np.broadcast_to(codes[0], (indices.shape[0], 1))
    return codes.take(indices)


def match_for(predicate: Predicate, query: FiniteValues, key: FiniteValues, code: Any) -> Match:
    """Return a predicate in its cheapest form.

    Keys which do not exist may be wanted. `code`, the type of categorical arrays, holds one more than the number of values.
    """
    any_query = np.ones(len(query), dtype=np.bool_)
    match predicate:
        case Table(rows) if all(len(row) <= 1 for row in rows):
            none = len(key)
            return Match(
                "==", np.array([row[0] if row else none for row in rows], dtype=code), None
            )
        case Table():
            return _table_match(predicate_matrix(predicate, query, key))
        case KeyIn() | Constant():
            return Match("==", any_query, predicate_matrix(predicate, FiniteValues((0,)), key)[0])
        case Compare(relation):
            left, right = _ranks(predicate, query, key)
            if left is None or right is None:
                return Match("==", any_query, np.full(len(key), relation == "!="))
            return Match(relation, left, right)


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
            left, right = _ranks(predicate, query, key)
            if left is None or right is None:
                matrix[:] = relation == "!="
            else:
                matrix[:] = RELATIONS[relation](right[None, :], left[:, None])
    return matrix


def _ranks(
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
        return Match("bits", rows, bits)
    starts = np.arange(queries, dtype=np.int64) * keys
    return Match("matrix", starts, np.arange(keys, dtype=np.int64), matrix.ravel())


def nearest_offsets(length: int, causal: bool) -> list[int]:
    """Return the offsets other than 0 from the farthest to the nearest, the right one before the left one."""
    return [
        offset
        for distance in range(length - 1, 0, -1)
        for offset in (distance, -distance)
        if offset < 0 or not causal
    ]


def falling_offsets(length: int, causal: bool) -> list[int]:
    """Return all offsets from the rightmost to the leftmost."""
    return list(range(0 if causal else length - 1, -length, -1))


def shifted(length: int, offset: int) -> tuple[slice, slice]:
    """Return the query positions that have a key at this offset, and the positions of those keys."""
    here = slice(max(0, -offset), length - max(0, offset))
    return here, slice(here.start + offset, here.stop + offset)


def select(out: Array, where: BoolArray, value: Array) -> None:
    """Write `value` into `out` where `where` holds.

    Unsigned arithmetic takes a twentieth of the time of `numpy.copyto(..., where=...)` here, since it is vectorised.
    """
    kept = out ^ value
    kept &= np.negative(where.view(np.uint8).astype(out.dtype, copy=False))
    np.bitwise_xor(out, kept, out=out)


def attend(match: Match, offsets: list[int], query: Array, key: Array, value: Array) -> Array:
    """Return `value` (unsigned) at the matching position whose offset stands last in `offsets`, else at position 0.

    Queries and keys are indices of values. The functions below take the same arrays.
    """
    length = query.shape[0]
    queries, keys = match.codes(query, key)
    out = _default(query, key, value)
    for offset in offsets:
        here, there = shifted(length, offset)
        select(out[here], match.holds(queries[here], keys[there]), value[there])
    return out


def attend_ranked(match: Match, causal: bool, query: Array, key: Array, value: Array) -> Array:
    """Return `value` at the nearest matching position, the own position standing at the number of matches.

    Published sources rank like this. A tie goes to the smaller position.
    """
    length = query.shape[0]
    queries, keys = match.codes(query, key)
    out = _default(query, key, value)
    # Twice the distance, and one more on the right, orders the other positions; 2 * length is beyond all of them.
    kind = np.min_scalar_type(2 * length)
    rank = np.full(out.shape, 2 * length, dtype=kind)
    own = match.holds(queries, keys)
    total = np.zeros(out.shape, dtype=kind)
    total += own
    for offset in nearest_offsets(length, causal):
        here, there = shifted(length, offset)
        found = match.holds(queries[here], keys[there])
        total[here] += found
        select(out[here], found, value[there])
        select(rank[here], found, np.full((1, 1), 2 * abs(offset) + (offset > 0), dtype=kind))
    select(out, own & (total + total < rank), value)
    return out


def attend_scored(scores: Array, causal: bool, query: Array, key: Array, value: Array) -> Array:
    """Return `value` at the position with the highest score, a tie going to the first, at position 0 where none matches.

    `scores` are `(query values, key values)` ranks from 0; -1 where the key is not wanted.
    """
    length = query.shape[0]
    queries = query.astype(np.intp) * scores.shape[1]
    flat = scores.ravel()
    out = _default(query, key, value)
    best = np.full(out.shape, -1, dtype=scores.dtype)
    for offset in reversed(falling_offsets(length, causal)):
        here, there = shifted(length, offset)
        score = flat.take(queries[here] + key[there])
        select(out[here], score > best[here], value[there])
        np.maximum(best[here], score, out=best[here])
    return out


def count(
    match: Match, causal: bool, kind: npt.DTypeLike, query: Array, key: Array, value: Array
) -> Array:
    """Return the sum of `value` over all matching positions, in an integer type that holds every sum."""
    length = query.shape[0]
    queries, keys = match.codes(query, key)
    out = np.zeros(_shape(query, key, value), dtype=kind)
    unit = value.shape[1] == 1 and bool((value == 1).all())
    for offset in falling_offsets(length, causal):
        here, there = shifted(length, offset)
        found = match.holds(queries[here], keys[there]).view(np.uint8)
        np.add(out[here], found if unit else found * value[there], out=out[here])
    return out


def _shape(query: Array, key: Array, value: Array) -> tuple[int, int]:
    return query.shape[0], max(query.shape[1], key.shape[1], value.shape[1])


def _default(query: Array, key: Array, value: Array) -> Array:
    out = np.empty(_shape(query, key, value), dtype=value.dtype)
    out[:] = value[0]
    return out
