"""Kernels that look one or two operations beyond the behaviours that are kept, at the root of a term alone."""

from typing import Any, NamedTuple

import numpy as np

from tprog.compiled import compiled
from tprog.synthesis.vectors.kernels import apply
from tprog.synthesis.vectors.store import LIMIT, Ints, Store, found, hashed

ALONE, PLUS, FROM, MINUS, ABOVE, UP_TO, OWN = range(7)
"""How what an operation gives becomes the target: o, o + b, b - o, o - b; o > c, o <= c with a number c; compared with what it was given."""


@compiled
def threshold(values: Any, wanted: Ints) -> tuple[int, int]:
    """Return how a comparison with a number turns values into the target: ABOVE or UP_TO it, or -1.

    The target is 0 at some positions and 1 at others, and -1 where nothing is wanted.
    """
    low, high = np.full(2, 1 << 60), np.full(2, -(1 << 60))
    for p in range(wanted.size):
        side = wanted[p]
        if 0 <= side <= 1:
            low[side] = min(low[side], values[p])
            high[side] = max(high[side], values[p])
            if low[1] <= high[0] and low[0] <= high[1]:
                return -1, 0
    return ABOVE if low[1] > high[0] else UP_TO, min(high[0], high[1])


ROOTS = (
    *("less", "most", "more", "least", "equal", "unequal", "min", "max", "mul"),
    *("twice less", "twice most", "twice more", "twice least"),
)
"""What `pairs` tries, one bit for each: a < b, a <= b, b < a, b <= a, a = b, a != b, the lesser, the greater, a product (a
sum modulo m where there is a modulus); the first four of 2a and b: whether a is more than half of b."""

COMPARISONS, ANYWAY, TWICE = 63, 64 | 128 | 256, 512 | 1024 | 2048 | 4096
BELOW, SAME, BEYOND = 1 | 2 | 32, 2 | 8 | 16, 4 | 8 | 32
"""Which comparisons hold for a < b, a = b and a > b."""


@compiled
def _alive(alive: int, u: int, w: int, ru: int, rw: int, t: int, m: int) -> int:
    """Return which root operations give t for u and w, of residues ru and rw; one bit for each, of those alive."""
    if alive & COMPARISONS:
        holds = BELOW if u < w else SAME if u == w else BEYOND
        alive &= holds | ~COMPARISONS if t else ~holds
    if alive & TWICE:
        holds = BELOW if 2 * u < w else SAME if 2 * u == w else BEYOND
        holds = (holds & 15) * 512
        alive &= holds | ~TWICE if t else ~holds
    if alive & 64 and min(u, w) != t:
        alive &= ~64
    if alive & 128 and max(u, w) != t:
        alive &= ~128
    if alive & 256 and (ru + rw not in (t, t + m) if m else u * w != t):
        alive &= ~256
    return alive


@compiled
def compared(values: Any, others: Any, wanted: Ints) -> int:
    """Return which comparison of two behaviours is the target, or -1; the target is as in `threshold`, or empty."""
    alive, p = COMPARISONS if wanted.size else 0, 0
    while alive and p < wanted.size:
        if wanted[p] >= 0:
            alive = _alive(alive, values[p], others[p], 0, 0, wanted[p], 0)
        p += 1
    for one in range(6):
        if alive >> one & 1:
            return one
    return -1


class Sought(NamedTuple):
    """What `beyond` looks for.

    Attributes:
        target: the hash that is wanted.
        truth: the target where it is a truth value, -1 where nothing is wanted; empty for other targets.
        operations: rows of code, number, arity, and whether a first term must be a truth value.
        cheap: behaviours that stand on the other side of an operation of two.
    """

    target: np.uint64
    truth: Ints
    operations: Ints
    cheap: Ints


@compiled
def beyond(store: Store, sought: Sought, asked: tuple[int, int], hits: Ints) -> int:
    """Apply one operation more to a range of behaviours; return how many hits were written.

    A hit gives the target alone, or with a behaviour added or subtracted, or compared with a number where the target is a
    truth value: row of operation, first, second, how, and that behaviour or number.
    """
    out = np.empty(store.values.shape[1], np.int32)
    count, target = 0, sought.target
    for q in range(asked[0], asked[1]):
        for row in range(len(sought.operations)):
            op, number, arity, guarded = sought.operations[row]
            for side in range(1 if arity == 1 else 2 * len(sought.cheap)):
                other = q if arity == 1 else sought.cheap[side >> 1]
                a, b = (q, other) if side & 1 else (other, q)
                v, w = store.values[a], store.values[b]
                if guarded and not store.truths[a]:
                    continue
                if not apply(op, number, v, w, store.starts, out, store.fill, LIMIT):
                    continue
                key = hashed(out, store.weights)
                split, limit = threshold(out, sought.truth) if sought.truth.size else (-1, 0)
                own = compared(out, store.values[q], sought.truth) if arity == 1 else -1
                for how in range(ABOVE + 2):
                    partner = -1
                    if how == ABOVE:
                        good, partner = split >= 0, limit
                    elif how > ABOVE:
                        good, partner = own >= 0, own
                    elif how == ALONE:
                        good = key == target
                    else:
                        rest = target - key if how == PLUS else key - target
                        partner = found(store, target + key if how == FROM else rest)
                        good = partner >= 0
                    if good and count < len(hits):
                        way = split if how == ABOVE else OWN if how > ABOVE else how
                        hits[count] = (row, a, b, way, partner)
                        count += 1
    return count


class Compared(NamedTuple):
    """What `pairs` compares.

    Attributes:
        values: (behaviours, positions).
        near: (behaviours, few): the values at the first positions of the order, which decide nearly all.
        rests: the same modulo the modulus.
        order: which positions to compare, the telling ones first.
        target: what is wanted there.
        modulus: of sums and differences; 0 for none.
        roots: which root operations are tried, one bit for each.
    """

    values: Any
    near: Any
    rests: Any
    order: Ints
    target: Ints
    modulus: int
    roots: int


@compiled
def pairs(c: Compared, ranges: tuple[int, int, int, int], hits: Ints) -> int:
    """Write the pairs that one root operation turns into the target: bits of operations, first, second; return how many.

    The ranges are of first and of second terms; where the latter ends in -1, it goes up to the first itself.
    """
    count, m = 0, c.modulus
    for a in range(ranges[0], ranges[1]):
        for b in range(ranges[2], a + 1 if ranges[3] < 0 else ranges[3]):
            alive, q = c.roots, 0
            while alive and q < c.order.size:
                if q < c.near.shape[1]:
                    u, w, ru, rw = c.near[a, q], c.near[b, q], c.rests[a, q], c.rests[b, q]
                else:
                    u, w = c.values[a, c.order[q]], c.values[b, c.order[q]]
                    ru, rw = (u % m, w % m) if m else (u, w)
                alive = _alive(alive, u, w, ru, rw, c.target[q], m)
                q += 1
            if alive and count < len(hits):
                hits[count] = (alive, a, b)
                count += 1
    return count
