"""Kernels of the vector engine: what operations compute, on many sequences that stand one after the other in a vector."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tprog.compiled import compiled
from tprog.synthesis.vectors.terms import APART, OPERATIONS

Vector: TypeAlias = NDArray[np.signedinteger[Any]]
Starts: TypeAlias = NDArray[np.int64]

# fmt: off
(ADD, SUB, MUL, EQUAL, UNEQUAL, LESS, MOST, MIN, MAX, MOD, DIV, NOT, ABS,
 SHIFT, SUM, LOWEST, HIGHEST, COMB, FLOORED, FIRST, FRESH, OCCURRENCE, PREVIOUS, STRETCH, OPENER, COUNT_EQUAL, COUNT_LESS, WITHIN, MATCH,
 BEHIND, GATHER, SINCE, LAST, LAST_BEFORE, GREATEST, LEAST, AMONG, AHEAD, TOTAL, MINIMUM, MAXIMUM, FINAL, REVERSE, HISTOGRAM, NEXT, CLOSER,
 RANK, SUM_BACK, LOWEST_BACK, HIGHEST_BACK, FRESH_BACK, FLOORED_BACK, ALL_EQUAL, ALL_LESS, WITHIN_ALL, SORT, GATHER_ALL, MEET, UNTIL,
 UPCOMING, GREATEST_ALL, LEAST_ALL, AMONG_ALL) = range(len(OPERATIONS))
# fmt: on

MOVES = (SHIFT, FIRST, GATHER, AHEAD, FINAL, REVERSE, GATHER_ALL)
SCANS = (SUM, LOWEST, HIGHEST, COMB, FLOORED, SINCE, LAST, LAST_BEFORE, GREATEST, LEAST)
WHOLE, PARTIAL = (
    (TOTAL, MINIMUM, MAXIMUM, GREATEST_ALL, LEAST_ALL),
    (SUM, LOWEST, HIGHEST, GREATEST, LEAST),
)
BACKWARDS = (
    UNTIL,
    UPCOMING,
    SUM_BACK,
    LOWEST_BACK,
    HIGHEST_BACK,
    FRESH_BACK,
    FLOORED_BACK,
    NEXT,
    MEET,
)
FORWARDS = (SINCE, LAST, SUM, LOWEST, HIGHEST, FRESH, FLOORED, PREVIOUS, MATCH)
"""Operations that copy single values, and those that go over the sequence once; those that are the end of such a one everywhere,
and those that begin at the end, each with what it is the other way; the others compare all values."""


@compiled
def _here(op: int, v: Vector, w: Vector, out: Vector, limit: int) -> bool:
    """Compute an operation that looks at one position."""
    for i in range(v.size):
        a, b = np.int64(v[i]), np.int64(w[i])
        if op in (MOD, DIV) and b < 1:
            return False
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
        elif op == MOD:
            a %= b
        elif op == DIV:
            a //= b
        elif op == NOT:
            a = np.int64(a == 0)
        else:
            a = abs(a)
        if abs(a) > limit:
            return False
        out[i] = a
    return True


@compiled
def _moved(op: int, k: int, v: Vector, w: Vector, out: Vector, fill: int) -> None:
    """Copy a value from another position, for one sequence."""
    last = v.size - 1
    if k >= APART:
        k, fill = k - APART, -2 if op == AHEAD else -1
    for i in range(v.size):
        if op == SHIFT:
            j = i - k
        elif op == AHEAD:
            j = i + k
        elif op == FIRST:
            j = 0
        elif op == FINAL:
            j = last
        elif op == REVERSE:
            j = last - i
        else:
            j = int(w[i])
        out[i] = v[j] if 0 <= j <= (i if op == GATHER else last) else fill


@compiled
def _scanned(op: int, k: int, v: Vector, w: Vector, out: Vector, fill: int, limit: int) -> bool:
    """Compute sums and extremes, and what came last, for one sequence."""
    held, some = np.int64(0), False
    if op in (LAST, LAST_BEFORE, GREATEST, LEAST):
        held = np.int64(fill)
    elif op in (LOWEST, HIGHEST):
        held = np.int64(v[0])
    elif op == SINCE:
        held = np.int64(-1)
    for i in range(v.size):
        before, a = held, np.int64(v[i])
        if op == SUM:
            held += a
        elif op in (LOWEST, FLOORED):
            held = min(held, a)
        elif op == HIGHEST:
            held = max(held, a)
        elif op == COMB:
            held = np.int64(0)
            for j in range(i - k % 16, -1, -(k // 16)):
                held += v[j]
        elif a != 0 and op in (GREATEST, LEAST):
            beaten = w[i] > held if op == GREATEST else w[i] < held
            held = np.int64(w[i]) if beaten or not some else held
            some = True
        elif a != 0:
            held = np.int64(i if op == SINCE else w[i])
        if abs(held) > limit:
            return False
        out[i] = a - held if op == FLOORED else i - held if op == SINCE else held
        if op == LAST_BEFORE:
            out[i] = before
    return True


@compiled
def compared(op: int, k: int, v: Vector, w: Vector, out: Vector, fill: int) -> None:
    """Compute what compares all values, for one sequence; an operation of one term has it twice."""
    n = v.size
    for i in range(n):
        count = -1 if op in (PREVIOUS, FRESH, MATCH, BEHIND, OPENER) else n if op == CLOSER else 0
        past = op < AHEAD
        inside = max(v[i], v[i - 1] if i else 0)
        for j in range(i + 1 if past else n):
            if op in (PREVIOUS, FRESH):
                count = j if j < i and v[j] == v[i] else count
            elif op == STRETCH:
                count = j + 1 if v[j] < v[i] else count
            elif op == OPENER:
                count = j if (v[j - 1] if j else 0) < inside else count
            elif op == CLOSER:
                count = min(count, j) if j >= i and v[j] < inside else count
            elif op in (MATCH, BEHIND):
                count = j if j < i and v[j] == w[i] else count
            elif op in (COUNT_LESS, ALL_LESS):
                count += int(v[j] < w[i])
            elif op in (RANK, SORT):
                count += int(w[j] < w[i] or (w[j] == w[i] and j < i))
            elif op in (AMONG, AMONG_ALL, WITHIN, WITHIN_ALL):
                side = int(w[j] > w[i]) * 2 + int(w[j] < w[i])
                counts = v[j] != 0 if op in (AMONG, AMONG_ALL) else v[j] == v[i]
                count += int(counts and side == k)
            else:
                count += int(v[j] == w[i])
        if op == SORT:
            out[count] = v[i]
        elif op == FRESH:
            out[i] = count < 0
        elif op == BEHIND:
            out[i] = v[count + 1] if count >= 0 else fill
        else:
            out[i] = count


@compiled
def _along(op: int, k: int, v: Vector, w: Vector, out: Vector, fill: int, limit: int) -> bool:
    """Compute an operation that looks at other positions, for one sequence."""
    if op in MOVES:
        _moved(op, k, v, w, out, fill)
    elif op in SCANS:
        return _scanned(op, k, v, w, out, fill, limit)
    else:
        compared(op, k, v, w, out, fill)
    return True


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
    if op <= ABS:
        return _here(op, v, w, out, limit)
    other = v if op in (FRESH, FRESH_BACK, OCCURRENCE, HISTOGRAM, RANK) else w
    back, whole, places = False, False, op in (NEXT, MEET)
    for one in range(len(BACKWARDS)):
        if op == BACKWARDS[one]:
            op, back = FORWARDS[one], True
            break
    for one in range(len(WHOLE)):
        if op == WHOLE[one]:
            op, whole = PARTIAL[one], True
            break
    for s in range(starts.size - 1):
        a, b = starts[s], starts[s + 1]
        first, second, into = v[a:b], other[a:b], out[a:b]
        if back:
            right = _along(op, k, first[::-1], second[::-1], into[::-1], fill, limit)
        else:
            right = _along(op, k, first, second, into, fill, limit)
        if not right:
            return False
        if whole:
            into[:] = into[-1]
        if places:
            into[:] = into.size - 1 - into
    return True


NEAREST_BEFORE, NEAREST_HERE, NEAREST_BEHIND, COUNT_BEFORE, COUNT_HERE, COUNT_BEHIND, COUNT_ALL = (
    range(7)
)
"""Which keys a head is about: the nearest before, here included, or behind; how many before, here included, behind, anywhere."""


@compiled
def attended(holds: Vector, key: Vector, x: int, span: tuple[int, int, int], out: Starts) -> None:
    """Find the keys that hold a condition and equal a query's value, are less, or are greater.

    The span is of the query's position and where its sequence begins and ends. For each relation and each way of `NEAREST_BEFORE` to `COUNT_ALL`
    the position of the key, -1 where there is none, or the number of keys is written.
    """
    here, begin, end = span
    out[:] = 0
    out[:, :COUNT_BEFORE] = -1
    for j in range(begin, end):
        if not holds[j]:
            continue
        k = key[j]
        r = 0 if k == x else 1 if k < x else 2
        out[r, COUNT_ALL] += 1
        if j < here:
            out[r, NEAREST_BEFORE] = j
            out[r, COUNT_BEFORE] += 1
        if j <= here:
            out[r, NEAREST_HERE] = j
            out[r, COUNT_HERE] += 1
        else:
            out[r, NEAREST_BEHIND] = j if out[r, NEAREST_BEHIND] < 0 else out[r, NEAREST_BEHIND]
            out[r, COUNT_BEHIND] += 1


@compiled
def attention(values: Vector, way: int, relation: int, fill: int, starts: Starts) -> Starts:
    """Return what a head gives: of values (condition, key, query, what is read), for one way and relation."""
    out, found = np.empty(values.shape[1], np.int64), np.zeros((3, COUNT_ALL + 1), np.int64)
    for s in range(starts.size - 1):
        for i in range(starts[s], starts[s + 1]):
            attended(values[0], values[1], values[2, i], (i, starts[s], starts[s + 1]), found)
            there = found[relation, way]
            out[i] = there if way >= COUNT_BEFORE else fill if there < 0 else values[3, there]
    return out
