"""Sums of products over all examples: the gradients of weights. Owns their kernels; refuses results that differ by example.

Places of lanes are given as in `tprog.learn.fused.products`.
"""

from typing import Any

import numpy as np

from tprog.learn.fused.backend import FLOATS, LONGS, ir, types
from tprog.learn.fused.jit import kernel
from tprog.learn.fused.lanes import (
    FLOAT,
    LANES,
    LANES_TYPE,
    Floats,
    Longs,
    after,
    load,
    spread,
    vector_function,
)
from tprog.learn.fused.products import BLOCK

_LONG = types.int64


def _sums_over_lanes(builder: Any, vectors: Any) -> Any:
    """Return the sums over lanes of 16 vectors, as one vector of 16 numbers."""
    found = [builder.extract_value(vectors, number) for number in range(BLOCK * BLOCK)]
    segments = 1
    # Fold pairs of vectors into one until each lane holds one sum. Segments of a pair's result stem from the left and
    # from the right vector in turn.
    while segments < LANES:
        half = LANES // segments // 2
        low = [
            vector * LANES + segment * 2 * half + lane
            for segment in range(segments)
            for vector in range(2)
            for lane in range(half)
        ]
        high = [index + half for index in low]
        middle = len(found) // 2
        found = [
            builder.fadd(
                builder.shuffle_vector(left, right, _indices(low)),
                builder.shuffle_vector(left, right, _indices(high)),
            )
            for left, right in zip(found[:middle], found[middle:], strict=True)
        ]
        segments *= 2
    # Now lane j of vector v holds the sum of vector v + (number of vectors) * j.
    while len(found) > 1:
        width = found[0].type.count
        order = [vector * width + lane for lane in range(width) for vector in range(2)]
        middle = len(found) // 2
        found = [
            builder.shuffle_vector(left, right, _indices(order))
            for left, right in zip(found[:middle], found[middle:], strict=True)
        ]
    return found[0]


def _indices(order: list[int]) -> Any:
    return ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order)


def _add_block(builder: Any, target: Any, step: Any, vectors: Any) -> None:
    """Add 16 sums over lanes to 4 runs of 4 numbers."""
    sums = _sums_over_lanes(builder, vectors)
    quarter = ir.VectorType(FLOAT, BLOCK)
    place = ir.Constant(step.type, 0)
    for row in range(BLOCK):
        order = [row * BLOCK + lane for lane in range(BLOCK)]
        part = builder.shuffle_vector(sums, ir.Constant(sums.type, ir.Undefined), _indices(order))
        run = builder.bitcast(builder.gep(target, [place]), quarter.as_pointer())
        builder.store(builder.fadd(builder.load(run, align=4), part), run, align=4)
        place = builder.add(place, step)


def _add_corner(
    builder: Any,
    target: Any,
    row_step: Any,
    column_step: Any,
    rows: Any,
    columns: Any,
    vectors: Any,
) -> None:
    """Add those of 16 sums over lanes that lie within the edges."""
    sums = _sums_over_lanes(builder, vectors)
    for number in range(BLOCK * BLOCK):
        column, row = (ir.Constant(rows.type, part) for part in divmod(number, BLOCK))
        inside = builder.and_(
            builder.icmp_signed("<", row, rows), builder.icmp_signed("<", column, columns)
        )
        with builder.if_then(inside):
            place = builder.add(builder.mul(row, row_step), builder.mul(column, column_step))
            entry = builder.gep(target, [place])
            part = builder.extract_element(sums, ir.Constant(ir.IntType(32), number))
            builder.store(builder.fadd(builder.load(entry), part), entry)


_SIXTEEN = types.UniTuple(LANES_TYPE, BLOCK * BLOCK)
add_block = vector_function(types.void, (FLOATS, _LONG, _SIXTEEN), _add_block)
add_corner = vector_function(
    types.void, (FLOATS, _LONG, _LONG, _LONG, _LONG, _SIXTEEN), _add_corner
)


def _correlate(
    rows: int,
    columns: int,
    points: int,
    left: Floats,
    left_places: Longs,
    left_scale: int,
    left_step: int,
    right: Floats,
    right_places: Longs,
    right_scale: int,
    right_step: int,
    target: Floats,
    row_step: int,
    column_step: int,
) -> None:
    """Compute `target[m, i] += sum over n and lanes of left[m, n] * right[i, n]`: the gradient of `mix`'s matrix.

    Args:
        rows: the number of m, at least 1.
        columns: the number of i, at least 1.
        points: the number of n, at least 1.
        left: lanes.
        left_places: of m.
        left_scale: of these places.
        left_step: from one n to the next.
        right: lanes.
        right_places: of i.
        right_scale: of these places.
        right_step: from one n to the next.
        target: numbers.
        row_step: from one m to the next.
        column_step: from one i to the next.
    """
    zero = spread(np.float32(0))
    for m in range(0, rows, BLOCK):
        y0 = left_places[m] * left_scale
        y1 = left_places[min(m + 1, rows - 1)] * left_scale
        y2 = left_places[min(m + 2, rows - 1)] * left_scale
        y3 = left_places[min(m + 3, rows - 1)] * left_scale
        for i in range(0, columns, BLOCK):
            x0 = right_places[i] * right_scale
            x1 = right_places[min(i + 1, columns - 1)] * right_scale
            x2 = right_places[min(i + 2, columns - 1)] * right_scale
            x3 = right_places[min(i + 3, columns - 1)] * right_scale
            a0 = a1 = a2 = a3 = zero
            b0 = b1 = b2 = b3 = zero
            c0 = c1 = c2 = c3 = zero
            d0 = d1 = d2 = d3 = zero
            x = y = 0
            for _ in range(points):
                u0, u1 = load(left, y + y0), load(left, y + y1)
                u2, u3 = load(left, y + y2), load(left, y + y3)
                v = load(right, x + x0)
                a0, a1, a2, a3 = a0 + u0 * v, a1 + u1 * v, a2 + u2 * v, a3 + u3 * v
                v = load(right, x + x1)
                b0, b1, b2, b3 = b0 + u0 * v, b1 + u1 * v, b2 + u2 * v, b3 + u3 * v
                v = load(right, x + x2)
                c0, c1, c2, c3 = c0 + u0 * v, c1 + u1 * v, c2 + u2 * v, c3 + u3 * v
                v = load(right, x + x3)
                d0, d1, d2, d3 = d0 + u0 * v, d1 + u1 * v, d2 + u2 * v, d3 + u3 * v
                x += right_step
                y += left_step
            sums = (a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3)
            block = after(target, m * row_step + i * column_step)
            if row_step == 1 and m + BLOCK <= rows and i + BLOCK <= columns:
                add_block(block, column_step, sums)
            else:
                add_corner(block, row_step, column_step, rows - m, columns - i, sums)


def _total(rows: int, points: int, source: Floats, row: int, step: int, target: Floats) -> None:
    """Compute `target[m] += sum over n and lanes of source[m, n]`: the gradient of a bias.

    Args:
        rows: the number of m, at least 1.
        points: the number of n, at least 1.
        source: lanes.
        row: from one m to the next.
        step: from one n to the next.
        target: numbers, one behind the other.
    """
    zero = spread(np.float32(0))
    for m in range(0, rows, BLOCK):
        y0, y1 = m * row, min(m + 1, rows - 1) * row
        y2, y3 = min(m + 2, rows - 1) * row, min(m + 3, rows - 1) * row
        a = b = c = d = zero
        for _ in range(points):
            a, b = a + load(source, y0), b + load(source, y1)
            c, d = c + load(source, y2), d + load(source, y3)
            y0, y1, y2, y3 = y0 + step, y1 + step, y2 + step, y3 + step
        none = (zero, zero, zero, zero)
        sums = (a, b, c, d, *none, *none, *none)
        add_corner(after(target, m), 1, 0, rows - m, 1, sums)


correlate_kernel = kernel(
    types.void(
        *(_LONG, _LONG, _LONG),
        *(FLOATS, LONGS, _LONG, _LONG),
        *(FLOATS, LONGS, _LONG, _LONG),
        *(FLOATS, _LONG, _LONG),
    )
)(_correlate)
correlate = correlate_kernel.call
total_kernel = kernel(types.void(_LONG, _LONG, FLOATS, _LONG, _LONG, FLOATS))(_total)
total = total_kernel.call
