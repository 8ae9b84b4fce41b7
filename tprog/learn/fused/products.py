"""Sums of products, which take most of a step: blocks of 4 x 4 sums are held in vector registers.

A row or column beyond the edge of a block repeats the last one, in vain. Columns come in multiples of 16.
"""

from typing import Any

import numpy as np

from tprog.compiled import compiled
from tprog.learn.fused.vectors import LANES, Floats, Longs, greater, load, spread, store, total

BLOCK = 4 * LANES
# How much of a product of two arrays over positions is needed under a causal mask.
ALL, EARLIER_COLUMNS, EARLIER_TERMS, LATER_TERMS = 0, 1, 2, 3


@compiled
def _write(target: Floats, start: int, places: Any, sums: Any, add: bool, rectify: bool) -> None:
    """Write, or add, four vectors of one row."""
    a, b, c, d = sums
    p, q, r, s = start + places[0], start + places[1], start + places[2], start + places[3]
    if add:
        a, b = a + load(target, p), b + load(target, q)
        c, d = c + load(target, r), d + load(target, s)
    if rectify:
        zero = spread(np.float32(0))
        a, b, c, d = greater(a, zero), greater(b, zero), greater(c, zero), greater(d, zero)
    store(target, p, a)
    store(target, q, b)
    store(target, r, c)
    store(target, s, d)


@compiled
def mix(
    target: Floats,
    target_rows: Longs,
    matrix: Floats,
    turned: bool,
    source: Floats,
    source_rows: Longs,
    columns: int,
    add: bool,
    bias: Floats,
    rectify: bool,
) -> None:
    """Compute `target[m] (+)= bias[m] + sum over i of matrix[m, i] * source[i]`, or of `matrix[i, m]` where it is turned.

    Args:
        target: rows; those beneath each other are neighbours in memory.
        target_rows: of m.
        matrix: its axes are m and i, or i and m.
        turned: which of both.
        source: rows as long as those of the target, which do not overlap with them.
        source_rows: of i.
        columns: of the sums; beyond the end of a row they go on with the rows beneath it.
        add: whether to add to what is there.
        bias: a number for each m; empty for none.
        rectify: whether to replace negative results by 0.
    """
    rows, depth, width = target_rows.size, source_rows.size, target.shape[1]
    row_step, step = (1, rows) if turned else (depth, 1)
    factors, last = matrix.reshape(matrix.size), columns - LANES
    none = np.float32(0)
    for n in range(0, columns, BLOCK):
        n1, n2, n3 = min(n + LANES, last), min(n + 2 * LANES, last), min(n + 3 * LANES, last)
        for m in range(0, rows, 4):
            m1, m2, m3 = min(m + 1, rows - 1), min(m + 2, rows - 1), min(m + 3, rows - 1)
            w0, w1, w2, w3 = m * row_step, m1 * row_step, m2 * row_step, m3 * row_step
            biased = bias.size > 0
            a0 = a1 = a2 = a3 = spread(bias[m] if biased else none)
            b0 = b1 = b2 = b3 = spread(bias[m1] if biased else none)
            c0 = c1 = c2 = c3 = spread(bias[m2] if biased else none)
            d0 = d1 = d2 = d3 = spread(bias[m3] if biased else none)
            for i in range(depth):
                x, w = source_rows[i] * width, i * step
                u0, u1 = load(source, x + n), load(source, x + n1)
                u2, u3 = load(source, x + n2), load(source, x + n3)
                v = spread(factors[w + w0])
                a0, a1, a2, a3 = a0 + u0 * v, a1 + u1 * v, a2 + u2 * v, a3 + u3 * v
                v = spread(factors[w + w1])
                b0, b1, b2, b3 = b0 + u0 * v, b1 + u1 * v, b2 + u2 * v, b3 + u3 * v
                v = spread(factors[w + w2])
                c0, c1, c2, c3 = c0 + u0 * v, c1 + u1 * v, c2 + u2 * v, c3 + u3 * v
                v = spread(factors[w + w3])
                d0, d1, d2, d3 = d0 + u0 * v, d1 + u1 * v, d2 + u2 * v, d3 + u3 * v
            places = n, n1, n2, n3
            _write(target, target_rows[m] * width, places, (a0, a1, a2, a3), add, rectify)
            if m1 > m:
                _write(target, target_rows[m1] * width, places, (b0, b1, b2, b3), add, rectify)
            if m2 > m1:
                _write(target, target_rows[m2] * width, places, (c0, c1, c2, c3), add, rectify)
            if m3 > m2:
                _write(target, target_rows[m3] * width, places, (d0, d1, d2, d3), add, rectify)


@compiled
def correlate(
    target: Floats, left: Floats, left_rows: Longs, right: Floats, right_rows: Longs, columns: int
) -> None:
    """Compute `target[m, i] += sum over columns of left[m] * right[i]`: the gradient of `mix`'s matrix."""
    rows, terms, width = left_rows.size, right_rows.size, left.shape[1]
    zero = spread(np.float32(0))
    for m in range(0, rows, 4):
        x0, x1 = left_rows[m] * width, left_rows[min(m + 1, rows - 1)] * width
        x2, x3 = (
            left_rows[min(m + 2, rows - 1)] * width,
            left_rows[min(m + 3, rows - 1)] * width,
        )
        for i in range(0, terms, 4):
            i1, i2, i3 = min(i + 1, terms - 1), min(i + 2, terms - 1), min(i + 3, terms - 1)
            z0, z1 = right_rows[i] * width, right_rows[i1] * width
            z2, z3 = right_rows[i2] * width, right_rows[i3] * width
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = zero
            c0 = c1 = c2 = c3 = d0 = d1 = d2 = d3 = zero
            for n in range(0, columns, LANES):
                u0, u1 = load(right, z0 + n), load(right, z1 + n)
                u2, u3 = load(right, z2 + n), load(right, z3 + n)
                v = load(left, x0 + n)
                a0, a1, a2, a3 = a0 + u0 * v, a1 + u1 * v, a2 + u2 * v, a3 + u3 * v
                v = load(left, x1 + n)
                b0, b1, b2, b3 = b0 + u0 * v, b1 + u1 * v, b2 + u2 * v, b3 + u3 * v
                v = load(left, x2 + n)
                c0, c1, c2, c3 = c0 + u0 * v, c1 + u1 * v, c2 + u2 * v, c3 + u3 * v
                v = load(left, x3 + n)
                d0, d1, d2, d3 = d0 + u0 * v, d1 + u1 * v, d2 + u2 * v, d3 + u3 * v
            for row, sums in enumerate(
                ((a0, a1, a2, a3), (b0, b1, b2, b3), (c0, c1, c2, c3), (d0, d1, d2, d3))
            ):
                if m + row < rows:
                    target[m + row, i] += total(sums[0])
                    if i1 > i:
                        target[m + row, i1] += total(sums[1])
                    if i2 > i1:
                        target[m + row, i2] += total(sums[2])
                    if i3 > i2:
                        target[m + row, i3] += total(sums[3])


@compiled
def pair(
    target: Floats,
    target_steps: Any,
    left: Floats,
    left_steps: Any,
    right: Floats,
    right_steps: Any,
    shape: Any,
    part: int,
) -> None:
    """Compute `target[m, c] = sum over i of left[m, i] * right[c, i]`, example by example.

    What the arrays hold:
        target: the examples of a place are neighbours.
        target_steps: from one m, and from one c, to the next; in numbers.
        left: as the target, with the steps of m and i.
        right: as the target, with the steps of c and i.
        shape: how many m, c, i and examples.
        part: `ALL`, or what is needed under a causal mask: `EARLIER_COLUMNS` (c <= m; others may get any sum), `EARLIER_TERMS`
            (i <= m) or `LATER_TERMS` (i >= m); terms that are left out are 0.
    """
    rows, columns, depth, examples = shape
    left_row, left_step = left_steps
    right_row, right_step = right_steps
    target_row, target_column = target_steps
    for n in range(0, examples, LANES):
        for m in range(0, rows, 4):
            m1, m2, m3 = min(m + 1, rows - 1), min(m + 2, rows - 1), min(m + 3, rows - 1)
            x0, x1 = n + m * left_row, n + m1 * left_row
            x2, x3 = n + m2 * left_row, n + m3 * left_row
            first = m if part == LATER_TERMS else 0
            stop = m3 + 1 if part == EARLIER_TERMS else depth
            for c in range(0, m3 + 1 if part == EARLIER_COLUMNS else columns, 4):
                c1, c2 = min(c + 1, columns - 1), min(c + 2, columns - 1)
                c3 = min(c + 3, columns - 1)
                z0, z1 = n + c * right_row, n + c1 * right_row
                z2, z3 = n + c2 * right_row, n + c3 * right_row
                a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = spread(np.float32(0))
                c_0 = c_1 = c_2 = c_3 = d0 = d1 = d2 = d3 = a0
                for i in range(first, stop):
                    x, z = i * left_step, i * right_step
                    u0, u1 = load(right, z + z0), load(right, z + z1)
                    u2, u3 = load(right, z + z2), load(right, z + z3)
                    v = load(left, x + x0)
                    a0, a1, a2, a3 = a0 + u0 * v, a1 + u1 * v, a2 + u2 * v, a3 + u3 * v
                    v = load(left, x + x1)
                    b0, b1, b2, b3 = b0 + u0 * v, b1 + u1 * v, b2 + u2 * v, b3 + u3 * v
                    v = load(left, x + x2)
                    c_0, c_1 = c_0 + u0 * v, c_1 + u1 * v
                    c_2, c_3 = c_2 + u2 * v, c_3 + u3 * v
                    v = load(left, x + x3)
                    d0, d1, d2, d3 = d0 + u0 * v, d1 + u1 * v, d2 + u2 * v, d3 + u3 * v
                places = (
                    *(n + c * target_column, n + c1 * target_column),
                    *(n + c2 * target_column, n + c3 * target_column),
                )
                _write(target, m * target_row, places, (a0, a1, a2, a3), False, False)
                _write(target, m1 * target_row, places, (b0, b1, b2, b3), False, False)
                _write(target, m2 * target_row, places, (c_0, c_1, c_2, c_3), False, False)
                _write(target, m3 * target_row, places, (d0, d1, d2, d3), False, False)
