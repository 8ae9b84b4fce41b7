"""Perceptrons of a tile, forward and backward. Owns the look-ups that have hidden units; refuses gates and clamps."""

import numpy as np

from tprog.learn.fused.choosing import choose, unchoose
from tprog.learn.fused.correlations import correlate, correlate_kernel, total, total_kernel
from tprog.learn.fused.jit import inner, kernel
from tprog.learn.fused.lanes import (
    Floats,
    Longs,
    after,
    at,
    floats,
    list_after,
    load,
    longs,
    spread,
    spread_from,
    store,
    where,
)
from tprog.learn.fused.products import ADD, ADD_RECTIFY, SET, mix, mix_kernel
from tprog.learn.fused.tape import (
    ACTIVE,
    ACTIVE_SLOPE,
    B_IN,
    B_OUT,
    GRADS,
    HIDDEN,
    INPUTS,
    LOOKUP_WRITES,
    LOOKUPS,
    OUTPUTS,
    PART_COLUMNS,
    PART_LIST,
    PART_NEXT,
    PART_ROWS,
    PART_SLOPES,
    PART_STEP,
    PART_VALUES,
    PARTS,
    PLACES,
    POSITIONS,
    SIGNATURE,
    SLOPES_AT,
    VALUES_AT,
    W_IN,
    W_OUT,
    WEIGHTS,
)


def _fill_rows(values: Floats, rows: int, bias: Floats, count: int) -> None:
    """Write a bias to each row."""
    for entry in range(count):
        value = spread_from(bias, entry)
        for row in range(rows):
            store(values, row * count + entry, value)


def _rectify_slopes(active: Floats, slopes: Floats, count: int) -> None:
    """Set slopes to 0 where the hidden unit is."""
    zero = spread(np.float32(0))
    for number in range(count):
        store(slopes, number, where(load(active, number), load(slopes, number), zero))


fill_rows = inner(_fill_rows)
rectify_slopes = inner(_rectify_slopes)


@kernel(SIGNATURE, mix_kernel)
def perceive(op: Longs, frame: Longs) -> None:
    """Compute what perceptrons write."""
    values, weights = floats(frame[VALUES_AT]), floats(frame[WEIGHTS])
    positions, places = frame[POSITIONS], longs(frame[PLACES])
    hidden, outputs = op[HIDDEN], op[OUTPUTS]
    for lookup in range(op[LOOKUPS]):
        active = at(values, op[ACTIVE] + lookup * positions * hidden)
        fill_rows(active, positions, after(weights, op[B_IN] + lookup * hidden), hidden)
        matrix = after(weights, op[W_IN] + lookup * op[INPUTS] * hidden)
        part = list_after(places, op[PART_LIST])
        for number in range(op[PARTS]):
            how = ADD_RECTIFY if number + 1 == op[PARTS] else ADD
            mix(
                *(hidden, positions, part[PART_ROWS], matrix, 1, hidden),
                *(at(values, lookup * part[PART_NEXT]), list_after(places, part[PART_VALUES])),
                *(1, part[PART_STEP], active, places, 1, hidden, how),
            )
            matrix = after(matrix, part[PART_ROWS] * hidden)
            part = list_after(part, PART_COLUMNS)
        place = op[LOOKUP_WRITES] + lookup * positions * outputs
        written = at(values, place)
        fill_rows(written, positions, after(weights, op[B_OUT] + lookup * outputs), outputs)
        mix(
            *(outputs, positions, hidden),
            *(after(weights, op[W_OUT] + lookup * hidden * outputs), 1, outputs),
            *(active, places, 1, hidden, written, places, 1, outputs, ADD),
        )
        choose(values, place, positions, outputs, frame)


@kernel(SIGNATURE, mix_kernel, correlate_kernel, total_kernel)
def unperceive(op: Longs, frame: Longs) -> None:
    """Add to the gradient of the perceptrons, and compute the slopes of what they read."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    weights, grads = floats(frame[WEIGHTS]), floats(frame[GRADS])
    positions, places = frame[POSITIONS], longs(frame[PLACES])
    hidden, outputs = op[HIDDEN], op[OUTPUTS]
    back = at(slopes, op[ACTIVE_SLOPE])
    for lookup in range(op[LOOKUPS]):
        active = at(values, op[ACTIVE] + lookup * positions * hidden)
        place = op[LOOKUP_WRITES] + lookup * positions * outputs
        made = at(slopes, place)
        unchoose(values, slopes, place, positions, outputs, frame)
        total(outputs, positions, made, 1, outputs, after(grads, op[B_OUT] + lookup * outputs))
        matrix = op[W_OUT] + lookup * hidden * outputs
        correlate(
            *(outputs, hidden, positions, made, places, 1, outputs, active, places, 1, hidden),
            *(after(grads, matrix), 1, outputs),
        )
        mix(
            *(hidden, positions, outputs, after(weights, matrix), outputs, 1),
            *(made, places, 1, outputs, back, places, 1, hidden, SET),
        )
        rectify_slopes(active, back, positions * hidden)
        total(hidden, positions, back, 1, hidden, after(grads, op[B_IN] + lookup * hidden))
        matrix = op[W_IN] + lookup * op[INPUTS] * hidden
        part = list_after(places, op[PART_LIST])
        for _ in range(op[PARTS]):
            rows, skipped, step = part[PART_ROWS], lookup * part[PART_NEXT], part[PART_STEP]
            correlate(
                *(hidden, rows, positions, back, places, 1, hidden),
                *(at(values, skipped), list_after(places, part[PART_VALUES]), 1, step),
                *(after(grads, matrix), 1, hidden),
            )
            mix(
                *(rows, positions, hidden, after(weights, matrix), hidden, 1),
                *(back, places, 1, hidden),
                *(at(slopes, skipped), list_after(places, part[PART_SLOPES]), 1, step, SET),
            )
            matrix += rows * hidden
            part = list_after(part, PART_COLUMNS)
