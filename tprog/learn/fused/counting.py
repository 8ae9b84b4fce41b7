"""Numerical heads of a tile, forward and backward. Owns sums over matching positions; refuses gates.

A head's sum over keys is linear in them, so keys are summed first, weighted by their values, and the sum is then compared
with each query: work that grows with the length of a sequence, not with its square. A causal head needs running sums.
"""

import numpy as np

from tprog.learn.fused.correlations import correlate, correlate_kernel
from tprog.learn.fused.jit import inner, kernel
from tprog.learn.fused.lanes import Floats, Longs, after, at, floats, load, longs, spread, store
from tprog.learn.fused.products import SET, mix, mix_kernel
from tprog.learn.fused.tape import (
    CAUSAL,
    GRADS,
    HEADS,
    KEY,
    KEY_SLOPE,
    KEYS,
    PLACES,
    POSITIONS,
    PREDICATE,
    QUERIES,
    QUERY,
    QUERY_SLOPE,
    SIGNATURE,
    SLOPES_AT,
    SUMMED,
    SUMMED_SLOPE,
    VALID,
    VALUE,
    VALUE_SLOPE,
    VALUES_AT,
    WANTED,
    WANTED_SLOPE,
    WEIGHTS,
    WRITES,
)


def _sum_keys(
    valid: Floats,
    key: Floats,
    value: Floats,
    summed: Floats,
    positions: int,
    keys: int,
    causal: int,
) -> None:
    """Sum the keys of a head, weighted by their values."""
    for entry in range(keys):
        total = spread(np.float32(0))
        for position in range(positions):
            worth = load(value, position) * load(valid, position)
            total = total + load(key, position * keys + entry) * worth
            if causal:
                store(summed, position * keys + entry, total)
        if not causal:
            store(summed, entry, total)


def _compare(
    query: Floats, wanted: Floats, written: Floats, positions: int, queries: int, causal: int
) -> None:
    """Write what the sums are worth to each query."""
    for position in range(positions):
        first = position * queries
        row = first if causal else 0
        total = spread(np.float32(0))
        for entry in range(queries):
            total = total + load(query, first + entry) * load(wanted, row + entry)
        store(written, position, total)


sum_keys = inner(_sum_keys)
compare = inner(_compare)


@kernel(SIGNATURE, mix_kernel)
def count(op: Longs, frame: Longs) -> None:
    """Compute what numerical heads write."""
    values, places = floats(frame[VALUES_AT]), longs(frame[PLACES])
    positions, queries, keys = frame[POSITIONS], op[QUERIES], op[KEYS]
    for head in range(op[HEADS]):
        causal = places[op[CAUSAL] + head]
        key = at(values, op[KEY] + head * positions * keys)
        value = at(values, op[VALUE] + head * positions)
        summed = at(values, op[SUMMED] + head * positions * keys)
        wanted = at(values, op[WANTED] + head * positions * queries)
        points = positions if causal else 1
        sum_keys(at(values, VALID), key, value, summed, positions, keys, causal)
        mix(
            *(queries, points, keys),
            *(after(floats(frame[WEIGHTS]), op[PREDICATE] + head * queries * keys), keys, 1),
            *(summed, places, 1, keys, wanted, places, 1, queries, SET),
        )
        query = at(values, op[QUERY] + head * positions * queries)
        written = at(values, op[WRITES] + head * positions)
        compare(query, wanted, written, positions, queries, causal)


def _uncount_queries(op: Longs, frame: Longs, head: int, causal: int) -> None:
    """Compute the slopes of a head's queries and of what they are compared with."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    positions, queries = frame[POSITIONS], op[QUERIES]
    wanted = op[WANTED] + head * positions * queries
    query = op[QUERY] + head * positions * queries
    query_slope = op[QUERY_SLOPE] + head * positions * queries
    for entry in range(queries):
        total = spread(np.float32(0))
        for position in range(positions):
            slope = load(slopes, op[WRITES] + head * positions + position)
            place = position * queries + entry
            gain = load(values, wanted + (place if causal else entry))
            store(slopes, query_slope + place, slope * gain)
            product = slope * load(values, query + place)
            total = total + product
            if causal:
                store(slopes, op[WANTED_SLOPE] + place, product)
        if not causal:
            store(slopes, op[WANTED_SLOPE] + entry, total)


def _uncount_keys(op: Longs, frame: Longs, head: int, causal: int) -> None:
    """Compute the slopes of a head's keys and values from those of its sums."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    positions, keys = frame[POSITIONS], op[KEYS]
    key, value = op[KEY] + head * positions * keys, op[VALUE] + head * positions
    key_slope = op[KEY_SLOPE] + head * positions * keys
    for back in range(positions):
        position = positions - 1 - back
        valid = load(values, VALID + position)
        worth = load(values, value + position) * valid
        total = spread(np.float32(0))
        for entry in range(keys):
            place = op[SUMMED_SLOPE] + (position * keys if causal else 0) + entry
            slope = load(slopes, place)
            if causal and back:
                # A key is in all running sums from its own on.
                slope = slope + load(slopes, place + keys)
                store(slopes, place, slope)
            store(slopes, key_slope + position * keys + entry, slope * worth)
            total = total + slope * load(values, key + position * keys + entry)
        store(slopes, op[VALUE_SLOPE] + head * positions + position, total * valid)


uncount_queries = inner(_uncount_queries)
uncount_keys = inner(_uncount_keys)


@kernel(SIGNATURE, mix_kernel, correlate_kernel)
def uncount(op: Longs, frame: Longs) -> None:
    """Add to the gradient of the predicates, and compute the slopes of what heads read."""
    slopes, places = floats(frame[SLOPES_AT]), longs(frame[PLACES])
    positions, queries, keys = frame[POSITIONS], op[QUERIES], op[KEYS]
    wanted, summed = at(slopes, op[WANTED_SLOPE]), at(slopes, op[SUMMED_SLOPE])
    for head in range(op[HEADS]):
        causal = places[op[CAUSAL] + head]
        points = positions if causal else 1
        uncount_queries(op, frame, head, causal)
        matrix = op[PREDICATE] + head * queries * keys
        mix(
            *(keys, points, queries, after(floats(frame[WEIGHTS]), matrix), 1, keys),
            *(wanted, places, 1, queries, summed, places, 1, keys, SET),
        )
        correlate(
            *(keys, queries, points),
            *(at(floats(frame[VALUES_AT]), op[SUMMED] + head * positions * keys), places, 1, keys),
            *(wanted, places, 1, queries, after(floats(frame[GRADS]), matrix), 1, keys),
        )
        uncount_keys(op, frame, head, causal)
