"""Kernels that look one or two operations beyond the behaviours that are kept, at the root of a term alone."""

from typing import Any

import numpy as np

from tprog.compiled import compiled
from tprog.synthesis.vectors.kernels import apply
from tprog.synthesis.vectors.store import LIMIT, Ints, Store, Words, found, hashed

ALONE, PLUS, FROM, MINUS, ABOVE, UP_TO = range(6)
"""How what an operation gives becomes the target: o, o + b, b - o, o - b; o > c, o <= c with a number c."""


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
def threshold(values: Any, wanted: Ints, number: Ints) -> int:
    """Return whether values are the target once they are compared with a number, which is written: ABOVE, UP_TO or -1.

    The target is 0 at some positions and 1 at others, and -1 where nothing is wanted.
    """
    low, high = np.full(2, 1 << 60), np.full(2, -(1 << 60))
    for p in range(wanted.size):
        side = wanted[p]
        if 0 <= side <= 1:
            low[side] = min(low[side], values[p])
            high[side] = max(high[side], values[p])
            if low[1] <= high[0] and low[0] <= high[1]:
                return -1
    number[0] = min(high[0], high[1])
    return ABOVE if low[1] > high[0] else UP_TO


@compiled
def beyond(
    store: Store,
    asked: tuple[int, int],
    cheap: Ints,
    operations: Ints,
    target: np.uint64,
    truth: Ints,
    fill: int,
    hits: Ints,
) -> int:
    """Apply one operation more, and write what gives the target alone, or with a behaviour added or subtracted.

    Where the target is a truth value, so is a comparison with a number.

    Args:
        store: the behaviours, hashed with the weights of the target.
        asked: a range of behaviours.
        cheap: behaviours that stand on the other side of an operation of two.
        operations: rows of code, number, arity, and whether a first term must be a truth value.
        target: the hash that is wanted.
        truth: the target where it is a truth value, -1 where nothing is wanted; empty for other targets.
        fill: what stands where nothing is found.
        hits: rows of row of operation, first, second (-1 for none), how, other, which are written.

    Returns:
        How many were written.
    """
    out = np.empty(store.values.shape[1], np.int32)
    limit = np.zeros(1, np.int64)
    count = 0
    for q in range(asked[0], asked[1]):
        for row in range(len(operations)):
            op, number, arity, guarded = operations[row]
            for side in range(1 if arity == 1 else 2 * len(cheap)):
                other = q if arity == 1 else cheap[side >> 1]
                a, b = (q, other) if side & 1 else (other, q)
                if guarded and not store.truths[a]:
                    continue
                if not apply(
                    op, number, store.values[a], store.values[b], store.starts, out, fill, LIMIT
                ):
                    continue
                key = hashed(out, store.weights)
                split = threshold(out, truth, limit) if truth.size else -1
                for how in range(5):
                    partner = -1
                    if how == ALONE:
                        good = key == target
                    elif how > MINUS:
                        good, how, partner = split >= 0, split, limit[0]
                    else:
                        rest = target - key if how == PLUS else key - target
                        partner = found(store, target + key if how == FROM else rest)
                        good = partner >= 0
                    if good and count < len(hits):
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
def _alive(alive: int, u: int, w: int, ru: int, rw: int, t: int, m: int, table: Ints) -> int:
    """Return which root operations give t for u and w, of residues ru and rw; one bit for each, of those alive."""
    if alive & 63:
        sign = np.int64(u > w) - np.int64(u < w) + 1
        alive &= table[t, sign] | ~63
    if alive & 64 and min(u, w) != t:
        alive &= ~64
    if alive & 128 and max(u, w) != t:
        alive &= ~128
    if alive & 256:
        if m:
            if ru + rw != t and ru + rw != t + m:
                alive &= ~256
        elif u * w != t:
            alive &= ~256
    if alive & 512 and ru - rw != t and ru - rw != t - m:
        alive &= ~512
    if alive & 1024 and rw - ru != t and rw - ru != t - m:
        alive &= ~1024
    return alive


@compiled
def pairs(
    near: Any,
    rests: Any,
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
        rests: the same modulo the modulus.
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
                u, w, t = near[a, q], near[b, q], target[order[q]]
                alive = _alive(alive, u, w, rests[a, q], rests[b, q], t, modulus, table)
                if alive == 0:
                    break
            if alive == 0:
                continue
            for q in range(few, order.size):
                p = order[q]
                u, w = values[a, p], values[b, p]
                ru, rw = (u % modulus, w % modulus) if modulus else (u, w)
                alive = _alive(alive, u, w, ru, rw, target[p], modulus, table)
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
