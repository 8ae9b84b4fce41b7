"""Attention and counting on whole arrays. Owns the tie-breaks as array steps; refuses to know Programs.

Arrays are `(positions, inputs)`, so that every step runs over many inputs at once. An array of a single column holds
what is the same for all inputs; it is combined with the others by broadcasting. Steps go over *offsets* (key position
minus query position), each step over all query positions that have such a key.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tprog.evaluate.inputs import BoolArray
from tprog.evaluate.match import Match

Array = npt.NDArray[Any]


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


def attend(match: Match, query: Array, key: Array, value: Array, offsets: list[int]) -> Array:
    """Return `value` at the matching position whose offset stands last in `offsets`, at position 0 where none matches.

    Args:
        match: the predicate.
        query: `(positions, inputs)` indices of query values.
        key: `(positions, inputs)` indices of key values.
        value: `(positions, inputs)` what is copied, unsigned.
        offsets: from the least wanted to the most wanted.
    """
    length = query.shape[0]
    queries, keys = match.codes(query, key)
    out = _default(query, key, value)
    for offset in offsets:
        here, there = shifted(length, offset)
        select(out[here], match.holds(queries[here], keys[there]), value[there])
    return out


def attend_ranked(match: Match, query: Array, key: Array, value: Array, causal: bool) -> Array:
    """Return `value` at the nearest matching position, the own position standing at the number of matches.

    Published sources rank like this; see `attend` for the arguments. A tie goes to the smaller position.
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


def attend_scored(scores: Array, query: Array, key: Array, value: Array, causal: bool) -> Array:
    """Return `value` at the position with the highest score, a tie going to the first, at position 0 where none matches.

    Args:
        scores: `(query values, key values)` ranks from 0; -1 where the key is not wanted.
        query: as in `attend`, and so on.
        key: see there.
        value: see there.
        causal: whether only positions up to the query's own match.
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
    match: Match, query: Array, key: Array, value: Array, causal: bool, kind: npt.DTypeLike
) -> Array:
    """Return the sum of `value` over all matching positions.

    Args:
        match: the predicate.
        query: `(positions, inputs)` indices of query values.
        key: `(positions, inputs)` indices of key values.
        value: `(positions, inputs)` numbers.
        causal: whether only positions up to the query's own count.
        kind: an integer type that holds every sum.
    """
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
