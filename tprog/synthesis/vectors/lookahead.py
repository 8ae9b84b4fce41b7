"""Kernels that look one or two operations beyond the behaviours that are kept, at the root of a term alone."""

from typing import Any

import numpy as np

from tprog.compiled import compiled
from tprog.synthesis.vectors.kernels import apply
from tprog.synthesis.vectors.store import LIMIT, Ints, Store, Words, found, hashed

ALONE, PLUS, FROM, MINUS = range(4)
"""How what an operation gives becomes the target: o, o + b, b - o, o - b."""


@compiled
def sums(store: Store, n: int, target: np.uint64, hits: Ints) -> int:
    """Write the pairs whose sum (0) or difference (1) has the target's hash as (which, a, b); return how many."""
    count = 0
    for a in range(n):
        for which in range(2):
            left = target - store.hashes[a] if which == 0 else store.hashes[a] - target
            b = found(store, left)
            if b >= 0 and count < len(hits):
                hits[count, 0], hits[count, 1], hits[count, 2] = which, a, b
                count += 1
    return count


@compiled
def triples(store: Store, firsts: tuple[int, int], target: np.uint64, hits: Ints) -> int:
    """Write sums of three as (which, a, b, c): a + b + c, a - b + c or b - a + c; a of a range, b not after it."""
    count = 0
    for a in range(firsts[0], firsts[1]):
        for b in range(a + 1):
            for which in range(3):
                left, right = store.hashes[a], store.hashes[b]
                if which == 0:
                    rest = target - left - right
                elif which == 1:
                    rest = target - left + right
                else:
                    rest = target + left - right
                c = found(store, rest)
                if c >= 0:
                    hits[count, 0], hits[count, 1], hits[count, 2], hits[count, 3] = which, a, b, c
                    count += 1
                    if count == len(hits):
                        return count
    return count


@compiled
def beyond(
    store: Store,
    asked: tuple[int, int],
    cheap: Ints,
    operations: Ints,
    target: np.uint64,
    fill: int,
    hits: Ints,
) -> int:
    """Apply one operation more, and write what gives the target alone, or with a behaviour added or subtracted.

    Args:
        store: the behaviours, hashed with the weights of the target.
        asked: a range of behaviours.
        cheap: behaviours that stand on the other side of an operation of two.
        operations: rows of code, number, arity, and whether a first term must be a truth value.
        target: the hash that is wanted.
        fill: what stands where nothing is found.
        hits: rows of row of operation, first, second (-1 for none), how, other, which are written.

    Returns:
        How many were written.
    """
    out = np.empty(store.values.shape[1], np.int32)
    count = 0
    for q in range(asked[0], asked[1]):
        for row in range(len(operations)):
            op, number, arity, truth = operations[row]
            for side in range(1 if arity == 1 else 2 * len(cheap)):
                other = q if arity == 1 else cheap[side >> 1]
                a, b = (q, other) if side & 1 else (other, q)
                if truth and not store.truths[a]:
                    continue
                if not apply(
                    op, number, store.values[a], store.values[b], store.starts, out, fill, LIMIT
                ):
                    continue
                key = hashed(out, store.weights)
                for how in range(4):
                    partner = -1
                    if how == ALONE:
                        if key != target:
                            continue
                    else:
                        if how == PLUS:
                            partner = found(store, target - key)
                        elif how == FROM:
                            partner = found(store, target + key)
                        else:
                            partner = found(store, key - target)
                        if partner < 0:
                            continue
                    if count < len(hits):
                        hits[count, 0], hits[count, 1], hits[count, 2] = row, a, b
                        hits[count, 3], hits[count, 4] = how, partner
                        count += 1
    return count


COMPARING = 6
"""The first six root operations below are comparisons."""

ROOTS = ("less", "most", "more", "least", "equal", "unequal", "min", "max", "mul", "minus", "from")
"""What `pairs` tries: a < b, a <= b, b < a, b <= a, a = b, a != b, the lesser, the greater, a product (a sum modulo m
where there is a modulus), a - b and b - a modulo m."""


def verdicts() -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return which comparisons survive: (target 0 or 1, sign of a - b plus 1) -> a bit for each."""
    holds = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1], [0, 1, 0], [1, 0, 1]])
    bits = 1 << np.arange(COMPARING)
    return np.stack([((holds == wanted) * bits[:, None]).sum(axis=0) for wanted in (0, 1)])


@compiled
def _alive(alive: int, u: int, w: int, t: int, m: int, table: Ints) -> int:
    """Return which root operations give t for u and w, of those alive; one bit for each."""
    if alive & 63:
        sign = np.int64(u > w) - np.int64(u < w) + 1
        alive &= table[t, sign] | ~63
    if alive & 64 and min(u, w) != t:
        alive &= ~64
    if alive & 128 and max(u, w) != t:
        alive &= ~128
    if alive & 256 and ((u + w) % m if m else u * w) != t:
        alive &= ~256
    if alive & 512 and (u - w) % m != t:
        alive &= ~512
    if alive & 1024 and (w - u) % m != t:
        alive &= ~1024
    return alive


@compiled
def pairs(
    near: Any,
    values: Any,
    target: Ints,
    order: Ints,
    ranges: tuple[int, int, int, int],
    modulus: int,
    start: int,
    table: Ints,
    hits: Ints,
) -> int:
    """Write the pairs of behaviours that one root operation turns into the target, positions compared in an order.

    Args:
        near: (behaviours, few) values at the first positions of the order, which decide nearly all.
        values: (behaviours, positions).
        target: wanted values by position.
        order: which positions to compare, the telling ones first.
        ranges: of first terms and of second terms; where the latter ends in -1, up to the first itself.
        modulus: of sums and differences; 0 for none.
        start: which root operations are tried, one bit for each.
        table: what `verdicts` returns.
        hits: rows of bits of operations, first, second.

    Returns:
        How many were written.
    """
    count, few = 0, near.shape[1]
    for a in range(ranges[0], ranges[1]):
        for b in range(ranges[2], a + 1 if ranges[3] < 0 else ranges[3]):
            alive = start
            for q in range(few):
                alive = _alive(alive, near[a, q], near[b, q], target[order[q]], modulus, table)
                if alive == 0:
                    break
            if alive == 0:
                continue
            for q in range(few, order.size):
                p = order[q]
                alive = _alive(alive, values[a, p], values[b, p], target[p], modulus, table)
                if alive == 0:
                    break
            if alive and count < len(hits):
                hits[count, 0], hits[count, 1], hits[count, 2] = alive, a, b
                count += 1
    return count


def table_of(weights: Words, store: Store, count: int) -> Store:
    """Return the store as it looks under other weights; its table is to be filled by `reindex`."""
    return store._replace(
        weights=weights,
        hashes=np.zeros(count, np.uint64),
        keys=np.zeros_like(store.keys),
        places=np.zeros_like(store.places),
    )
