"""Kernels of attention heads, forward and backward: categorical ones, which copy a value, and numerical ones, which sum.

The formulas are those of `tprog.learn.heads` and `tprog.learn.heads`; arrays lie as in `tprog.learn.fused.kernels`.
"""

import numpy as np

from tprog.compiled import compiled, logarithm
from tprog.learn.fused.kernels import (
    Bytes,
    Floats,
    Words,
    add_gumbel,
    correlate,
    mix,
    slope_of_softmax,
    softmax,
)
from tprog.learn.heads import IMPOSSIBLE, MASKED, NO_MATCH

# Plain numbers become constants of the compiled code.
_IMPOSSIBLE, _MASKED, _NO_MATCH = np.float32(IMPOSSIBLE), np.float32(MASKED), np.float32(NO_MATCH)


@compiled
def _compare(target: Floats, left: Floats, right: Floats, causal: bool) -> None:
    """Compute `target[q, k] = sum over d of left[d, q] * right[d, k]`, example by example, 0 where k comes after q if causal."""
    depth, positions = left.shape[0], left.shape[1]
    for q in range(positions):
        for k in range(positions):
            found = target[q, k]
            found[:] = 0
            if causal and k > q:
                continue
            for d in range(0, depth - 3, 4):
                a, b, c, e = left[d, q], left[d + 1, q], left[d + 2, q], left[d + 3, q]
                w, x, y, z = right[d, k], right[d + 1, k], right[d + 2, k], right[d + 3, k]
                for n in range(found.size):
                    found[n] += a[n] * w[n] + b[n] * x[n] + c[n] * y[n] + e[n] * z[n]
            for d in range(depth - depth % 4, depth):
                a, b = left[d, q], right[d, k]
                for n in range(found.size):
                    found[n] += a[n] * b[n]


@compiled
def _gather(target: Floats, weights: Floats, turned: bool, source: Floats, causal: bool) -> None:
    """Compute `target[e, q] = sum over k of weights[q, k] * source[e, k]`, or of `weights[k, q]`, example by example.

    Weights are 0 where the second position comes after the first, if causal.
    """
    positions = target.shape[1]
    for e in range(target.shape[0]):
        for q in range(positions):
            found = target[e, q]
            found[:] = 0
            first = q if causal and turned else 0
            last = q + 1 if causal and not turned else positions
            for k in range(first, last - 3, 4):
                if turned:
                    a, b, c, d = (
                        weights[k, q],
                        weights[k + 1, q],
                        weights[k + 2, q],
                        weights[k + 3, q],
                    )
                else:
                    a, b, c, d = (
                        weights[q, k],
                        weights[q, k + 1],
                        weights[q, k + 2],
                        weights[q, k + 3],
                    )
                w, x, y, z = source[e, k], source[e, k + 1], source[e, k + 2], source[e, k + 3]
                for n in range(found.size):
                    found[n] += a[n] * w[n] + b[n] * x[n] + c[n] * y[n] + d[n] * z[n]
            for k in range(last - (last - first) % 4, last):
                a, b = weights[k, q] if turned else weights[q, k], source[e, k]
                for n in range(found.size):
                    found[n] += a[n] * b[n]


@compiled
def attend(
    query: Floats,
    key: Floats,
    predicate: Floats,
    causal: Bytes,
    valid: Floats,
    bias: Floats,
    scale: float,
    coldness: float,
    keys: Words,
    draw: int,
    wants: Floats,
    match: Floats,
    total: Floats,
    attention: Floats,
) -> None:
    """Compute the relaxed choice of one key for each query.

    Args:
        query: `(heads, values, positions, examples)`.
        key: as the query.
        predicate: `(heads, query values, key values)`.
        causal: `(heads)`.
        valid: `(positions, examples)`, 1 where a token stands, else 0.
        bias: `(positions, positions)` preferences.
        scale: of logits.
        coldness: 1 / temperature.
        keys: `(examples)` of their random numbers; empty for no noise.
        draw: the number of the first draw.
        wants: `(heads, key values, positions, examples)`, the mixtures of wanted keys, written.
        match: `(heads, positions, positions, examples)`: how much each key matches, position 0 as a stand-in; written.
        total: `(heads, positions, examples)`, written: the sums of `match` without the stand-in.
        attention: as `match`, written.
    """
    heads, queries, positions, examples = query.shape
    values, width = key.shape[1], positions * examples
    peak, weight = np.empty(examples, np.float32), np.empty(examples, np.float32)
    heat = np.float32(scale)
    cold = np.float32(coldness)
    query_rows, key_rows = np.arange(queries), np.arange(values)
    for head in range(heads):
        wanted, asked = wants[head].reshape((values, width)), query[head].reshape((queries, width))
        mix(wanted, key_rows, predicate[head], True, asked, query_rows, False)
        _compare(match[head], wants[head], key[head], causal[head])
        for q in range(positions):
            reach = q + 1 if causal[head] else positions
            _mask(match[head, q], valid, reach)
            _stand_in(match[head, q], total[head, q])
            chosen = attention[head, q]
            for k in range(positions):
                logit, matched, allowed = chosen[k], match[head, q, k], valid[k]
                if k >= reach:
                    logit[:] = _MASKED
                    continue
                preferred = bias[q, k]
                for n in range(examples):
                    logit[n] = (logarithm(matched[n] + _IMPOSSIBLE) + preferred) * heat
                if keys.size:
                    number = draw + ((head * positions) + q) * positions + k
                    add_gumbel(logit, keys, number)
                for n in range(examples):
                    logit[n] = logit[n] * cold if allowed[n] > 0 else _MASKED
            softmax(chosen, peak, weight)


@compiled
def _mask(match: Floats, valid: Floats, reach: int) -> None:
    """Set to 0 where a key may not be looked at."""
    for k in range(match.shape[0]):
        row, allowed = match[k], valid[k]
        if k >= reach:
            row[:] = 0
        for n in range(row.size):
            row[n] *= allowed[n]


@compiled
def _stand_in(match: Floats, total: Floats) -> None:
    """Let position 0 stand in where nothing matches, and write the sums before."""
    total[:] = 0
    for k in range(match.shape[0]):
        row = match[k]
        for n in range(row.size):
            total[n] += row[n]
    row = match[0]
    for n in range(row.size):
        row[n] += _NO_MATCH / (total[n] + _NO_MATCH)


@compiled
def copy_attended(attention: Floats, causal: Bytes, value: Floats, written: Floats) -> None:
    """Compute what heads write: values weighted by attention, both `(heads, values, positions, examples)`."""
    for head in range(attention.shape[0]):
        _gather(written[head], attention[head], False, value[head], causal[head])


@compiled
def unattend(
    query: Floats,
    key: Floats,
    value: Floats,
    predicate: Floats,
    causal: Bytes,
    valid: Floats,
    scale: float,
    wants: Floats,
    match: Floats,
    total: Floats,
    attention: Floats,
    slope: Floats,
    slope_of_match: Floats,
    slope_of_wants: Floats,
    slope_of_query: Floats,
    slope_of_key: Floats,
    slope_of_value: Floats,
    gradient: Floats,
) -> None:
    """Compute the slopes of what heads read, and add to the gradient of their predicates.

    The scale is that of the logits, the temperature included; `slope` belongs to what was written, `gradient` to the
    predicates; the slopes of `match` and `wants` are work space for one head. The other arrays are those of `attend`.
    """
    heads, queries, positions, examples = query.shape
    values, width = key.shape[1], positions * examples
    one, two = np.empty(examples, np.float32), np.empty(examples, np.float32)
    heat = np.float32(scale)
    query_rows, key_rows = np.arange(queries), np.arange(values)
    wanted = slope_of_wants.reshape((values, width))
    for head in range(heads):
        _compare(slope_of_match, slope[head], value[head], causal[head])
        _gather(slope_of_value[head], attention[head], True, slope[head], causal[head])
        for q in range(positions):
            reach = q + 1 if causal[head] else positions
            slope_of_softmax(attention[head, q], slope_of_match[q], heat, one)
            _slope_of_logits(match[head, q], slope_of_match[q], total[head, q], reach, two)
            _mask(slope_of_match[q], valid, reach)
        _gather(slope_of_wants, slope_of_match, False, key[head], causal[head])
        _gather(slope_of_key[head], slope_of_match, True, wants[head], causal[head])
        asked = query[head].reshape((queries, width))
        correlate(gradient[head], asked, query_rows, wanted, key_rows)
        asked = slope_of_query[head].reshape((queries, width))
        mix(asked, query_rows, predicate[head], False, wanted, key_rows, False)


@compiled
def _slope_of_logits(
    match: Floats, slopes: Floats, total: Floats, reach: int, shared: Floats
) -> None:
    """Turn the slopes of one query's logits into those of its matches, the stand-in's share included."""
    for k in range(reach):
        slope, matched = slopes[k], match[k]
        for n in range(slope.size):
            slope[n] /= matched[n] + _IMPOSSIBLE
    first = slopes[0]
    for n in range(first.size):
        rest = total[n] + _NO_MATCH
        shared[n] = first[n] * (_NO_MATCH / (rest * rest))
    for k in range(reach):
        slope = slopes[k]
        for n in range(slope.size):
            slope[n] -= shared[n]


@compiled
def count(
    query: Floats,
    key: Floats,
    value: Floats,
    predicate: Floats,
    causal: Bytes,
    valid: Floats,
    summed: Floats,
    wanted: Floats,
    written: Floats,
) -> None:
    """Compute what numerical heads write: the sum of the values of all keys that match.

    The sum is linear in the keys, so they are summed first and then compared with each query: work that grows with the
    length of a sequence, not with its square.

    Args:
        query: `(heads, values, positions, examples)`.
        key: as the query.
        value: `(heads, 1, positions, examples)`.
        predicate: `(heads, query values, key values)`.
        causal: `(heads)`.
        valid: `(positions, examples)`, 1 where a token stands, else 0.
        summed: as the key, written: sums of keys, up to each position where a head is causal.
        wanted: as the query, written: what these sums are worth to each query value.
        written: as the value, written.
    """
    heads, queries, positions, examples = query.shape
    keys, width = key.shape[1], positions * examples
    query_rows, key_rows = np.arange(queries), np.arange(keys)
    for head in range(heads):
        for d in range(keys):
            total = np.zeros(examples, np.float32)
            for p in range(positions):
                found, worth, allowed = key[head, d, p], value[head, 0, p], valid[p]
                for n in range(examples):
                    total[n] += found[n] * worth[n] * allowed[n]
                summed[head, d, p, :] = total
            if not causal[head]:
                for p in range(positions - 1):
                    summed[head, d, p, :] = total
        sums, found = summed[head].reshape((keys, width)), wanted[head].reshape((queries, width))
        mix(found, query_rows, predicate[head], False, sums, key_rows, False)
        asked, answer = query[head].reshape((queries, width)), written[head].reshape(width)
        answer[:] = 0
        for q in range(queries):
            row, worth = asked[q], found[q]
            for n in range(width):
                answer[n] += row[n] * worth[n]


@compiled
def uncount(
    query: Floats,
    key: Floats,
    value: Floats,
    predicate: Floats,
    causal: Bytes,
    valid: Floats,
    summed: Floats,
    wanted: Floats,
    slope: Floats,
    slope_of_summed: Floats,
    slope_of_wanted: Floats,
    slope_of_query: Floats,
    slope_of_key: Floats,
    slope_of_value: Floats,
    gradient: Floats,
) -> None:
    """Compute the slopes of what numerical heads read, and add to the gradient of their predicates."""
    heads, queries, positions, examples = query.shape
    keys, width = key.shape[1], positions * examples
    query_rows, key_rows = np.arange(queries), np.arange(keys)
    for head in range(heads):
        made = slope[head].reshape(width)
        for q in range(queries):
            asked, worth = query[head, q].reshape(width), wanted[head, q].reshape(width)
            passed, back = slope_of_query[head, q].reshape(width), slope_of_wanted[q].reshape(width)
            for n in range(width):
                passed[n] = made[n] * worth[n]
                back[n] = made[n] * asked[n]
        back, sums = slope_of_wanted.reshape((queries, width)), summed[head].reshape((keys, width))
        correlate(gradient[head], back, query_rows, sums, key_rows)
        passed = slope_of_summed.reshape((keys, width))
        mix(passed, key_rows, predicate[head], True, back, query_rows, False)
        slope_of_value[head, 0] = 0
        for d in range(keys):
            _uncount_key(
                key[head, d],
                value[head, 0],
                valid,
                slope_of_summed[d],
                causal[head],
                slope_of_key[head, d],
                slope_of_value[head, 0],
            )


@compiled
def _uncount_key(
    key: Floats,
    value: Floats,
    valid: Floats,
    slope: Floats,
    causal: bool,
    slope_of_key: Floats,
    slope_of_value: Floats,
) -> None:
    """Pass the slopes of the sums of one key value to its keys and values, which are in all sums, or in all from their own on."""
    positions, examples = key.shape
    total = np.zeros(examples, np.float32)
    if not causal:
        for p in range(positions):
            row = slope[p]
            for n in range(examples):
                total[n] += row[n]
    for p in range(positions - 1, -1, -1):
        row, found, worth, allowed = slope[p], key[p], value[p], valid[p]
        if causal:
            for n in range(examples):
                total[n] += row[n]
        passed = slope_of_key[p]
        for n in range(examples):
            passed[n] = total[n] * worth[n] * allowed[n]
        passed = slope_of_value[p]
        for n in range(examples):
            passed[n] += total[n] * found[n] * allowed[n]
