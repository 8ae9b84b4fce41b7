"""Kernels that keep behaviours: vectors with a linear 64-bit hash, each once (observational equivalence).

The hash of a vector is the sum of its values times fixed odd weights, modulo 2^64. It is linear, so that the hash of a sum
or difference is known before its vector.
"""

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.compiled import compiled
from tprog.synthesis.vectors.kernels import ADD, SUB, Starts, Vector, apply
from tprog.synthesis.vectors.terms import CONSTANT_SECOND, TRUTH_FIRST, Operation

Words: TypeAlias = NDArray[np.uint64]
Ints: TypeAlias = NDArray[np.int64]
Where: TypeAlias = NDArray[np.bool_]

LIMIT = 1 << 28
"""Values beyond this are not kept: they fit 32 bits also after an operation or two."""

OP, LEFT, RIGHT, NUMBER, COST = range(5)
"""Columns of an origin. The operation of a leaf is -1, of a constant -2, and LEFT is its number among the leaves."""


class Store(NamedTuple):
    """Behaviours, and the table that finds them by their hash.

    Attributes:
        values: (capacity, positions).
        hashes: of each behaviour.
        truths: whether its values are 0 and 1.
        origins: (capacity, 5): how it was made.
        keys: hashes in an open table, 0 where it is empty; the size is a power of two.
        places: which behaviour each key belongs to.
        weights: of positions; 0 where nothing is wanted and the store is used for looking up.
        starts: of the sequences.
        fill: what operations give where they find nothing.
    """

    values: Any
    hashes: Words
    truths: NDArray[np.bool_]
    origins: NDArray[np.int32]
    keys: Words
    places: NDArray[np.int32]
    weights: Words
    starts: Starts
    fill: int


@compiled
def hashed(vector: Vector, weights: Words) -> np.uint64:
    """Return the hash of a vector, which is never 0."""
    total = np.uint64(0)
    for p in range(vector.size):
        total += np.uint64(np.int64(vector[p])) * weights[p]
    return np.uint64(1) if total == np.uint64(0) else total


@compiled
def slot(keys: Words, key: np.uint64) -> np.uint64:
    """Return where a hash stands in the table, or else the empty place where it belongs."""
    mask = np.uint64(keys.size - 1)
    place = (key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20) & mask
    while keys[place] != np.uint64(0) and keys[place] != key:
        place = (place + np.uint64(1)) & mask
    return place


@compiled
def found(store: Store, key: np.uint64) -> int:
    """Return the behaviour with this hash, or -1."""
    place = slot(store.keys, key)
    if key == np.uint64(0) or store.keys[place] != key:
        return -1
    return int(store.places[place])


@compiled
def put(store: Store, n: int, vector: Vector, origin: tuple[int, int, int, int, int]) -> int:
    """Keep a vector unless it is known; return how many there are now."""
    key = hashed(vector, store.weights)
    place = slot(store.keys, key)
    if store.keys[place] == key or n >= store.hashes.size:
        return n
    store.truths[n] = True
    for p in range(vector.size):
        store.values[n, p] = vector[p]
        store.truths[n] &= 0 <= vector[p] <= 1
    for column in range(len(origin)):
        store.origins[n, column] = origin[column]
    store.keys[place], store.places[place], store.hashes[n] = key, n, key
    return n + 1


@compiled
def put_all(store: Store, n: int, vectors: Vector, made: Ints) -> int:
    """Keep leaves, each unless it is known, with three numbers that say what it is, and its cost; return how many there are now."""
    for one in range(len(vectors)):
        if np.abs(vectors[one]).max() <= LIMIT:
            origin = (-1, made[one, 0], made[one, 1], made[one, 2], made[one, 3])
            n = put(store, n, vectors[one], origin)
    return n


@compiled
def reindex(store: Store, count: int) -> None:
    """Fill hashes and table anew, by the store's weights; of equal behaviours the first counts."""
    for one in range(count):
        key = hashed(store.values[one], store.weights)
        place = slot(store.keys, key)
        store.hashes[one] = key
        if store.keys[place] != key:
            store.keys[place], store.places[place] = key, one


@compiled
def grow(
    store: Store,
    n: int,
    how: tuple[Operation, int, int],
    ranges: tuple[int, int, int, int],
    most: int,
) -> int:
    """Apply an operation (with a number, at a cost) to first and second terms of two ranges; return how many behaviours are there.

    It ends when there are `most`.
    """
    out = np.empty(store.values.shape[1], np.int32)
    operation, number, cost = how
    op, takes = operation.code, operation.takes
    for a in range(ranges[0], ranges[1]):
        if takes == TRUTH_FIRST and not store.truths[a]:
            continue
        for b in range(ranges[2], ranges[3]):
            if n >= most:
                return n
            constant = store.origins[b, OP] == -2
            if (operation.symmetric and b < a) or (takes == CONSTANT_SECOND and not constant):
                continue
            if op == ADD and found(store, store.hashes[a] + store.hashes[b]) >= 0:
                continue
            if op == SUB and (a == b or found(store, store.hashes[a] - store.hashes[b]) >= 0):
                continue
            v, w = store.values[a], store.values[b]
            if apply(op, number, v, w, store.starts, out, store.fill, LIMIT):
                n = put(store, n, out, (op, a, b if operation.arity == 2 else -1, number, cost))
    return n
