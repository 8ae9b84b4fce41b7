"""Kernels of the vector engine: what operations compute, on many sequences that stand one after the other in a vector."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.compiled import compiled
from tprog.synthesis.vectors.terms import OPERATIONS

Vector: TypeAlias = NDArray[np.signedinteger[Any]]
Starts: TypeAlias = NDArray[np.int64]

# fmt: off
(ADD, SUB, MUL, EQUAL, UNEQUAL, LESS, MOST, MIN, MAX, AND, OR, XOR, MOD, DIV, NOT, ABS, POWER,
 SHIFT, SUM, LOWEST, HIGHEST, BINARY, COMB, FIRST, OCCURRENCE, PREVIOUS, COUNT_EQUAL, COUNT_LESS, GATHER,
 LAST, LAST_BEFORE, AHEAD, TOTAL, MINIMUM, MAXIMUM, FINAL, REVERSE, HISTOGRAM, NEXT, RANK,
 ALL_EQUAL, ALL_LESS, SORT, GATHER_ALL) = range(len(OPERATIONS))
# fmt: on

HIGHEST_POWER = 40
"""Powers of two are computed up to this one."""


@compiled
def _here(op: int, v: Vector, w: Vector, out: Vector, limit: int) -> bool:
    """Compute an operation that looks at one position."""
    if op in (MOD, DIV) and w[0] < 2:
        return False
    for i in range(v.size):
        a, b = np.int64(v[i]), np.int64(w[i])
        if op == ADD:
            a += b
        elif op == SUB:
            a -= b
        elif op == MUL:
            if b != 0 and abs(a) > limit // abs(b):
                return False
            a *= b
        elif op == EQUAL:
            a = np.int64(a == b)
        elif op == UNEQUAL:
            a = np.int64(a != b)
        elif op == LESS:
            a = np.int64(a < b)
        elif op == MOST:
            a = np.int64(a <= b)
        elif op == MIN:
            a = min(a, b)
        elif op == MAX:
            a = max(a, b)
        elif op == AND:
            a = np.int64(a != 0 and b != 0)
        elif op == OR:
            a = np.int64(a != 0 or b != 0)
        elif op == XOR:
            a = np.int64((a != 0) != (b != 0))
        elif op == MOD:
            a %= b
        elif op == DIV:
            a //= b
        elif op == NOT:
            a = np.int64(a == 0)
        elif op == ABS:
            a = abs(a)
        else:
            if a < 0 or a > HIGHEST_POWER:
                return False
            a = np.int64(1) << a
        if abs(a) > limit:
            return False
        out[i] = a
    return True


@compiled
def _scan(op: int, k: int, v: Vector, out: Vector, limit: int) -> bool:
    """Compute sums and extremes of the prefix for one sequence."""
    total = np.int64(0)
    best = np.int64(v[0])
    for i in range(v.size):
        if op == SUM:
            total += v[i]
        elif op == BINARY:
            total = 2 * total + v[i]
        elif op == COMB:
            total = np.int64(0)
            for j in range(i - k % 16, -1, -(k // 16)):
                total += v[j]
        elif op == LOWEST:
            total = best = min(best, np.int64(v[i]))
        else:
            total = best = max(best, np.int64(v[i]))
        if abs(total) > limit:
            return False
        out[i] = total
    return True


@compiled
def _recall(op: int, k: int, v: Vector, w: Vector, out: Vector, fill: int) -> None:
    """Compute what looks back at single positions, for one sequence."""
    held = np.int64(fill)
    for i in range(v.size):
        if op == SHIFT:
            out[i] = v[i - k] if i >= k else fill
        elif op == FIRST:
            out[i] = v[0]
        elif op == GATHER:
            out[i] = v[w[i]] if 0 <= w[i] <= i else fill
        elif op == LAST:
            if v[i] != 0:
                held = np.int64(w[i])
            out[i] = held
        elif op == LAST_BEFORE:
            out[i] = held
            if v[i] != 0:
                held = np.int64(w[i])
        else:
            count = -1 if op == PREVIOUS else 0
            for j in range(i + (op != PREVIOUS)):
                if op == OCCURRENCE:
                    count += v[j] == v[i]
                elif op == COUNT_EQUAL:
                    count += v[j] == w[i]
                elif op == COUNT_LESS:
                    count += v[j] < w[i]
                elif v[j] == v[i]:
                    count = j
            out[i] = count


@compiled
def _order(op: int, v: Vector, w: Vector, out: Vector) -> None:
    """Compute what compares every position with every other, for one sequence."""
    n = v.size
    for i in range(n):
        count = n if op == NEXT else 0
        for j in range(n):
            if op == HISTOGRAM:
                count += v[j] == v[i]
            elif op == RANK:
                count += v[j] < v[i] or (v[j] == v[i] and j < i)
            elif op == SORT:
                count += w[j] < w[i] or (w[j] == w[i] and j < i)
            elif op == ALL_EQUAL:
                count += v[j] == w[i]
            elif op == ALL_LESS:
                count += v[j] < w[i]
            elif j > i and v[j] == v[i]:
                count = min(count, j)
        if op == SORT:
            out[count] = v[i]
        else:
            out[i] = count


@compiled
def _whole(op: int, k: int, v: Vector, w: Vector, out: Vector, fill: int) -> None:
    """Compute what one look at the whole sequence gives, for one sequence."""
    n = v.size
    found = np.int64(0)
    for i in range(n):
        if op == TOTAL:
            found += v[i]
        elif op == MINIMUM:
            found = min(found, np.int64(v[i])) if i else np.int64(v[i])
        else:
            found = max(found, np.int64(v[i])) if i else np.int64(v[i])
    for i in range(n):
        if op == FINAL:
            out[i] = v[n - 1]
        elif op == REVERSE:
            out[i] = v[n - 1 - i]
        elif op == AHEAD:
            out[i] = v[i + k] if i + k < n else fill
        elif op == GATHER_ALL:
            out[i] = v[w[i]] if 0 <= w[i] < n else fill
        else:
            out[i] = found


@compiled
def apply(
    op: int, k: int, v: Vector, w: Vector, starts: Starts, out: Vector, fill: int, limit: int
) -> bool:
    """Compute an operation; return whether it has a value everywhere, none above the limit.

    Args:
        op: its code.
        k: its number, where it has one.
        v: the first term's values.
        w: the second's; anything where there is none.
        starts: where sequences begin in the vectors, and at last where the last one ends.
        out: where the values go.
        fill: what stands where nothing is found.
        limit: the largest absolute value allowed.
    """
    if op <= POWER:
        return _here(op, v, w, out, limit)
    for s in range(starts.size - 1):
        a, b = starts[s], starts[s + 1]
        first, second, into = v[a:b], w[a:b], out[a:b]
        if SUM <= op <= COMB:
            if not _scan(op, k, first, into, limit):
                return False
        elif op <= LAST_BEFORE:
            _recall(op, k, first, second, into, fill)
        elif HISTOGRAM <= op <= SORT:
            _order(op, first, second, into)
        else:
            _whole(op, k, first, second, into, fill)
            if op == TOTAL and abs(into[0]) > limit:
                return False
    return True
