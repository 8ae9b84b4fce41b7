"""Sums of products: what takes the time of a step. Owns kernels over blocks of 4 x 4 results, held in registers.

Matrices of numbers, which all examples share, are given by their first number and the steps from row to row and from column
to column. Lanes are given by their first vector, a list of places, a scale and a step: row `i`, column `n` is the vector at
`places[i] * scale + n * step`. A row or column beyond the edge repeats the last one, and is computed in vain.
"""

from typing import TypeAlias

import numpy as np

from tprog.learn.fused.backend import FLOATS, LONGS, types
from tprog.learn.fused.jit import inlined, kernel
from tprog.learn.fused.lanes import (
    Floats,
    Lanes,
    Longs,
    greater,
    load,
    spread,
    spread_from,
    store,
)

SET, ADD, ADD_RECTIFY = 0, 1, 2
"""What `mix` does with a result: write it, add it to what is there, or that and then replace negative numbers by 0."""

BLOCK = 4

Four: TypeAlias = tuple[Lanes, Lanes, Lanes, Lanes]

_LONG = types.int64


def _finish(lanes: Floats, places: tuple[int, int, int, int], values: Four, how: int) -> None:
    """Write four results of one row."""
    p, q, r, s = places
    a, b, c, d = values
    if how != SET:
        a, b, c, d = a + load(lanes, p), b + load(lanes, q), c + load(lanes, r), d + load(lanes, s)
    if how == ADD_RECTIFY:
        zero = spread(np.float32(0))
        a, b, c, d = greater(a, zero), greater(b, zero), greater(c, zero), greater(d, zero)
    store(lanes, p, a)
    store(lanes, q, b)
    store(lanes, r, c)
    store(lanes, s, d)


finish = inlined(_finish)


def _mix(
    rows: int,
    columns: int,
    depth: int,
    matrix: Floats,
    row_step: int,
    column_step: int,
    source: Floats,
    source_places: Longs,
    source_scale: int,
    source_step: int,
    target: Floats,
    target_places: Longs,
    target_scale: int,
    target_step: int,
    how: int,
) -> None:
    """Compute `target[m, n] (+)= sum over i of matrix[m, i] * source[i, n]`.

    Args:
        rows: the number of m, at least 1.
        columns: the number of n, at least 1.
        depth: the number of i, at least 1.
        matrix: numbers.
        row_step: from one m to the next.
        column_step: from one i to the next.
        source: lanes.
        source_places: of i.
        source_scale: of these places.
        source_step: from one n to the next.
        target: lanes; they do not overlap with `source`.
        target_places: of m.
        target_scale: of these places.
        target_step: from one n to the next.
        how: SET, ADD or ADD_RECTIFY.
    """
    zero = spread(np.float32(0))
    for n in range(0, columns, BLOCK):
        n1, n2, n3 = min(n + 1, columns - 1), min(n + 2, columns - 1), min(n + 3, columns - 1)
        x0, x1 = n * source_step, n1 * source_step
        x2, x3 = n2 * source_step, n3 * source_step
        y0, y1 = n * target_step, n1 * target_step
        y2, y3 = n2 * target_step, n3 * target_step
        for m in range(0, rows, BLOCK):
            m1, m2, m3 = min(m + 1, rows - 1), min(m + 2, rows - 1), min(m + 3, rows - 1)
            w0, w1, w2, w3 = m * row_step, m1 * row_step, m2 * row_step, m3 * row_step
            a0 = a1 = a2 = a3 = zero
            b0 = b1 = b2 = b3 = zero
            c0 = c1 = c2 = c3 = zero
            d0 = d1 = d2 = d3 = zero
            w = 0
            for i in range(depth):
                x = source_places[i] * source_scale
                u0, u1 = load(source, x + x0), load(source, x + x1)
                u2, u3 = load(source, x + x2), load(source, x + x3)
                v = spread_from(matrix, w + w0)
                a0, a1, a2, a3 = a0 + u0 * v, a1 + u1 * v, a2 + u2 * v, a3 + u3 * v
                v = spread_from(matrix, w + w1)
                b0, b1, b2, b3 = b0 + u0 * v, b1 + u1 * v, b2 + u2 * v, b3 + u3 * v
                v = spread_from(matrix, w + w2)
                c0, c1, c2, c3 = c0 + u0 * v, c1 + u1 * v, c2 + u2 * v, c3 + u3 * v
                v = spread_from(matrix, w + w3)
                d0, d1, d2, d3 = d0 + u0 * v, d1 + u1 * v, d2 + u2 * v, d3 + u3 * v
                w += column_step
            y = target_places[m] * target_scale
            finish(target, (y + y0, y + y1, y + y2, y + y3), (a0, a1, a2, a3), how)
            if m1 > m:
                y = target_places[m1] * target_scale
                finish(target, (y + y0, y + y1, y + y2, y + y3), (b0, b1, b2, b3), how)
            if m2 > m1:
                y = target_places[m2] * target_scale
                finish(target, (y + y0, y + y1, y + y2, y + y3), (c0, c1, c2, c3), how)
            if m3 > m2:
                y = target_places[m3] * target_scale
                finish(target, (y + y0, y + y1, y + y2, y + y3), (d0, d1, d2, d3), how)


mix_kernel = kernel(
    types.void(
        *(_LONG, _LONG, _LONG),
        *(FLOATS, _LONG, _LONG),
        *(FLOATS, LONGS, _LONG, _LONG),
        *(FLOATS, LONGS, _LONG, _LONG, _LONG),
    )
)(_mix)
mix = mix_kernel.call


def _pair(
    rows: int,
    columns: int,
    depth: int,
    left: Floats,
    left_row: int,
    left_column: int,
    right: Floats,
    right_row: int,
    right_column: int,
    target: Floats,
    target_row: int,
    target_column: int,
    how: int,
) -> None:
    """Compute `target[m, n] (+)= sum over i of left[m, i] * right[n, i]`, lane by lane.

    Args:
        rows: the number of m, at least 1.
        columns: the number of n, at least 1.
        depth: the number of i, at least 1.
        left: lanes in a plain grid.
        left_row: from one m to the next.
        left_column: from one i to the next.
        right: lanes in a plain grid.
        right_row: from one n to the next.
        right_column: from one i to the next.
        target: lanes in a plain grid; they do not overlap with the others.
        target_row: from one m to the next.
        target_column: from one n to the next.
        how: SET or ADD.
    """
    zero = spread(np.float32(0))
    for m in range(0, rows, BLOCK):
        m1, m2, m3 = min(m + 1, rows - 1), min(m + 2, rows - 1), min(m + 3, rows - 1)
        x0, x1, x2, x3 = m * left_row, m1 * left_row, m2 * left_row, m3 * left_row
        for n in range(0, columns, BLOCK):
            n1, n2, n3 = min(n + 1, columns - 1), min(n + 2, columns - 1), min(n + 3, columns - 1)
            z0, z1, z2, z3 = n * right_row, n1 * right_row, n2 * right_row, n3 * right_row
            a0 = a1 = a2 = a3 = zero
            b0 = b1 = b2 = b3 = zero
            c0 = c1 = c2 = c3 = zero
            d0 = d1 = d2 = d3 = zero
            x = z = 0
            for _ in range(depth):
                u0, u1, u2, u3 = (
                    *(load(right, z + z0), load(right, z + z1)),
                    *(load(right, z + z2), load(right, z + z3)),
                )
                v = load(left, x + x0)
                a0, a1, a2, a3 = a0 + u0 * v, a1 + u1 * v, a2 + u2 * v, a3 + u3 * v
                v = load(left, x + x1)
                b0, b1, b2, b3 = b0 + u0 * v, b1 + u1 * v, b2 + u2 * v, b3 + u3 * v
                v = load(left, x + x2)
                c0, c1, c2, c3 = c0 + u0 * v, c1 + u1 * v, c2 + u2 * v, c3 + u3 * v
                v = load(left, x + x3)
                d0, d1, d2, d3 = d0 + u0 * v, d1 + u1 * v, d2 + u2 * v, d3 + u3 * v
                x += left_column
                z += right_column
            y0, y1 = n * target_column, n1 * target_column
            y2, y3 = n2 * target_column, n3 * target_column
            y = m * target_row
            finish(target, (y + y0, y + y1, y + y2, y + y3), (a0, a1, a2, a3), how)
            if m1 > m:
                y = m1 * target_row
                finish(target, (y + y0, y + y1, y + y2, y + y3), (b0, b1, b2, b3), how)
            if m2 > m1:
                y = m2 * target_row
                finish(target, (y + y0, y + y1, y + y2, y + y3), (c0, c1, c2, c3), how)
            if m3 > m2:
                y = m3 * target_row
                finish(target, (y + y0, y + y1, y + y2, y + y3), (d0, d1, d2, d3), how)


pair_kernel = kernel(
    types.void(
        *(_LONG, _LONG, _LONG),
        *(FLOATS, _LONG, _LONG),
        *(FLOATS, _LONG, _LONG),
        *(FLOATS, _LONG, _LONG, _LONG),
    )
)(_pair)
pair = pair_kernel.call
