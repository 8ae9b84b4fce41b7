"""Inputs, gates and clamps of a tile, forward and backward. Owns how variables are filled and read; refuses modules."""

import numpy as np

from tprog.learn.fused.correlations import correlate, correlate_kernel
from tprog.learn.fused.jit import kernel
from tprog.learn.fused.lanes import (
    LANES,
    Longs,
    after,
    at,
    clamp_slope,
    floats,
    list_after,
    load,
    longs,
    spread,
    spread_from,
    store,
    where,
)
from tprog.learn.fused.products import ADD, SET, mix, mix_kernel
from tprog.learn.fused.tape import (
    CANDIDATES,
    CLAMP_CAP,
    CLAMP_EXTENT,
    CLAMP_FROM,
    CLAMP_SLOPE,
    CLAMP_TO,
    EXTENT,
    GATES,
    GRADS,
    LIST,
    PLACES,
    POSITIONS,
    READ_SLOPE,
    READ_TO,
    ROWS,
    SIGNATURE,
    SIZE,
    SLOPES_AT,
    TABLE,
    TARGET,
    TOKENS,
    VALUES_AT,
    WEIGHTS,
)


@kernel(SIGNATURE)
def fill_ones(op: Longs, frame: Longs) -> None:
    """Write the numerical variable that is 1 everywhere."""
    values, one = floats(frame[VALUES_AT]), spread(np.float32(1))
    for place in range(op[TARGET], op[TARGET] + frame[POSITIONS]):
        store(values, place, one)


@kernel(SIGNATURE)
def fill_positions(op: Longs, frame: Longs) -> None:
    """Write each position's own value."""
    values, size = floats(frame[VALUES_AT]), op[SIZE]
    one, zero = spread(np.float32(1)), spread(np.float32(0))
    for position in range(frame[POSITIONS]):
        first = op[TARGET] + position * size
        for value in range(size):
            store(values, first + value, one if value == position else zero)


@kernel(SIGNATURE)
def fill_words(op: Longs, frame: Longs) -> None:
    """Write the value that a table gives to each word."""
    values, table = floats(frame[VALUES_AT]), list_after(longs(frame[PLACES]), op[TABLE])
    tokens, zero = longs(frame[TOKENS]), spread(np.float32(0))
    for place in range(op[TARGET], op[TARGET] + frame[POSITIONS] * op[SIZE]):
        store(values, place, zero)
    for position in range(frame[POSITIONS]):
        first = op[TARGET] + position * op[SIZE]
        for lane in range(LANES):
            values[(first + table[tokens[position * LANES + lane]]) * LANES + lane] = 1


@kernel(SIGNATURE)
def embed(op: Longs, frame: Longs) -> None:
    """Write each word's relaxed embedding."""
    values, tokens, size = floats(frame[VALUES_AT]), longs(frame[TOKENS]), op[SIZE]
    table = after(floats(frame[WEIGHTS]), op[TABLE])
    for number in range(frame[POSITIONS] * LANES):
        position, lane = number // LANES, number % LANES
        first = (op[TARGET] + position * size) * LANES + lane
        for value in range(size):
            values[first + value * LANES] = table[tokens[number] * size + value]


@kernel(SIGNATURE)
def unembed(op: Longs, frame: Longs) -> None:
    """Add to the gradient of the embeddings."""
    slopes, tokens, size = floats(frame[SLOPES_AT]), longs(frame[TOKENS]), op[SIZE]
    table = after(floats(frame[GRADS]), op[TABLE])
    for number in range(frame[POSITIONS] * LANES):
        position, lane = number // LANES, number % LANES
        first = (op[TARGET] + position * size) * LANES + lane
        for value in range(size):
            table[tokens[number] * size + value] += slopes[first + value * LANES]


@kernel(SIGNATURE, mix_kernel)
def read(op: Longs, frame: Longs) -> None:
    """Mix candidates by gates."""
    values, places = floats(frame[VALUES_AT]), longs(frame[PLACES])
    gates = after(floats(frame[WEIGHTS]), op[GATES])
    extent, candidates = op[EXTENT], op[CANDIDATES]
    mix(
        *(op[ROWS], extent, candidates),
        *(gates, candidates, 1),
        *(values, list_after(places, op[LIST]), 1, 1),
        *(at(values, op[READ_TO]), places, extent, 1, SET),
    )


@kernel(SIGNATURE, mix_kernel, correlate_kernel)
def unread(op: Longs, frame: Longs) -> None:
    """Add to the slopes of the candidates and to the gradient of the gates."""
    values, slopes, places = (
        floats(frame[VALUES_AT]),
        floats(frame[SLOPES_AT]),
        longs(frame[PLACES]),
    )
    gates = after(floats(frame[WEIGHTS]), op[GATES])
    rows, extent, candidates = op[ROWS], op[EXTENT], op[CANDIDATES]
    listed, made = list_after(places, op[LIST]), at(slopes, op[READ_SLOPE])
    mix(
        *(candidates, extent, rows),
        *(gates, 1, candidates),
        *(made, places, extent, 1),
        *(slopes, listed, 1, 1, ADD),
    )
    if candidates > 1:
        # Without a choice there is no gradient.
        correlate(
            *(rows, candidates, extent),
            *(made, places, extent, 1),
            *(values, listed, 1, 1),
            *(after(floats(frame[GRADS]), op[GATES]), candidates, 1),
        )


@kernel(SIGNATURE)
def clamp(op: Longs, frame: Longs) -> None:
    """Replace numbers above a cap by the cap."""
    values, cap = floats(frame[VALUES_AT]), spread_from(floats(frame[WEIGHTS]), op[CLAMP_CAP])
    for number in range(op[CLAMP_EXTENT]):
        value = load(values, op[CLAMP_FROM] + number)
        store(values, op[CLAMP_TO] + number, where(value - cap, cap, value))


@kernel(SIGNATURE)
def unclamp(op: Longs, frame: Longs) -> None:
    """Let slopes pass where the number was below the cap."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    cap = spread_from(floats(frame[WEIGHTS]), op[CLAMP_CAP])
    for number in range(op[CLAMP_EXTENT]):
        passed = clamp_slope(load(values, op[CLAMP_FROM] + number), cap)
        place = op[CLAMP_SLOPE] + number
        store(slopes, place, load(slopes, place) * passed)
