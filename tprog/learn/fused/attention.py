"""Kernels of attention heads, forward and backward: categorical ones, which copy a value, and numerical ones, which sum.

The formulas are those of `tprog.learn.heads`; arrays lie as in `tprog.learn.fused.kernels`.
"""

from typing import Any

import numpy as np

from tprog.compiled import compiled, logarithm
from tprog.learn.fused.kernels import Bytes, Words, gumbel, read, read_backward, softmax
from tprog.learn.fused.products import (
    ALL,
    EARLIER_COLUMNS,
    EARLIER_TERMS,
    LATER_TERMS,
    correlate,
    mix,
    pair,
)
from tprog.learn.fused.vectors import LANES, Floats, load, spread, store
from tprog.learn.heads import IMPOSSIBLE, MASKED, NO_MATCH

# Plain numbers become constants of the compiled code.
_IMPOSSIBLE, _MASKED, _NO_MATCH = np.float32(IMPOSSIBLE), np.float32(MASKED), np.float32(NO_MATCH)


@compiled
def _compare(target: Floats, left: Floats, right: Floats, causal: bool) -> None:
    """Compute `target[q, k] = sum over d of left[d, q] * right[d, k]`; any number where k comes after q, if causal."""
    depth, positions, examples = left.shape
    row = positions * examples
    shape, part = (positions, positions, depth, examples), EARLIER_COLUMNS if causal else ALL
    pair(target, (row, examples), left, (examples, row), right, (examples, row), shape, part)


@compiled
def _gather(target: Floats, weights: Floats, turned: bool, source: Floats, causal: bool) -> None:
    """Compute `target[e, q] = sum over k of weights[q, k] * source[e, k]`, or of `weights[k, q]`.

    Weights are 0 where the second position comes after the first, if causal.
    """
    values, positions, examples = target.shape
    row = positions * examples
    steps = (examples, row) if turned else (row, examples)
    part = ALL
    if causal:
        part = LATER_TERMS if turned else EARLIER_TERMS
    shape = positions, values, positions, examples
    pair(target, (examples, row), weights, steps, source, (row, examples), shape, part)


@compiled
def attend(
    reads: Any,
    stream: Floats,
    query: Floats,
    key: Floats,
    value: Floats,
    predicate: Floats,
    causal: Bytes,
    valid: Floats,
    bias: Floats,
    scale: float,
    relaxation: Floats,
    keys: Words,
    draw: int,
    wants: Floats,
    match: Floats,
    total: Floats,
    attention: Floats,
    written: Floats,
) -> None:
    """Compute what categorical heads write: the value at a relaxed choice of one key for each query.

    What the arrays hold:
        reads: as for `kernels.read`, as is the stream.
        query: `(heads, values, positions, examples)`, as are key and value.
        predicate: `(heads, query values, key values)`; `causal` is for each head.
        valid: `(positions, examples)`, 1 where a token stands, else 0.
        bias: `(positions, positions * examples)` preferences of each query.
        scale: of logits.
        relaxation: 1 / temperature, and 1 for noise.
        keys: `(positions * examples)` of random numbers; draws are numbered from `draw` on.
        wants: `(heads, key values, positions, examples)`, the mixtures of wanted keys, written.
        match: `(heads, positions, positions, examples)`: how much each key matches, position 0 as a stand-in; written.
        total: `(heads, positions, examples)`, written: the sums of `match` without the stand-in.
        attention: as `match`; 0 before, where a key comes too late.
    """
    read(reads, stream)
    heads, queries, positions, examples = query.shape
    values, width = key.shape[1], positions * examples
    heat, cold, none = np.float32(scale), relaxation[0], np.empty(0, np.float32)
    noisy = relaxation[1] > 0
    query_rows, key_rows, allowed = np.arange(queries), np.arange(values), valid.reshape(width)
    for head in range(heads):
        wanted, asked = wants[head].reshape((values, width)), query[head].reshape((queries, width))
        matrix = predicate[head]
        mix(wanted, key_rows, matrix, True, asked, query_rows, width, False, none, False)
        _compare(match[head], wants[head], key[head], causal[head])
        for q in range(positions):
            reach = q + 1 if causal[head] else positions
            _mask(match[head, q, :reach], valid, total[head, q])
            matched, preferred = match[head, q].reshape(width), bias[q]
            logits = attention[head, q].reshape(width)
            number = draw + head * positions + q
            for n in range(reach * examples):
                logit = (logarithm(matched[n] + _IMPOSSIBLE) + preferred[n]) * heat
                if noisy:
                    logit += gumbel(keys[n], number)
                logits[n] = logit * cold if allowed[n] > 0 else _MASKED
            softmax(attention[head, q, :reach])
        _gather(written[head], attention[head], False, value[head], causal[head])


@compiled
def _mask(match: Floats, valid: Floats, total: Floats) -> None:
    """Set to 0 where no token is, let position 0 stand in where nothing matches, and write the sums before."""
    examples, none = match.shape[1], spread(_NO_MATCH)
    for n in range(0, examples, LANES):
        found = spread(np.float32(0))
        for place in range(n, match.size, examples):
            matched = load(match, place) * load(valid, place)
            store(match, place, matched)
            found = found + matched
        store(total, n, found)
        store(match, n, load(match, n) + none / (found + none))


@compiled
def unattend(
    reads: Any,
    stream: Floats,
    slope_of_stream: Floats,
    query: Floats,
    key: Floats,
    value: Floats,
    predicate: Floats,
    causal: Bytes,
    valid: Floats,
    scale: float,
    relaxation: Floats,
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
    """Add to the gradient of heads, and to the slopes of what they read.

    `slope` belongs to what was written, `gradient` to the predicates; the slopes of `match` and `wants` are work space for one
    head. The other arrays are those of `attend`.
    """
    heads, queries, positions, examples = query.shape
    values, width = key.shape[1], positions * examples
    heat, none = np.float32(scale) * relaxation[0], np.empty(0, np.float32)
    query_rows, key_rows = np.arange(queries), np.arange(values)
    wanted = slope_of_wants.reshape((values, width))
    for head in range(heads):
        _compare(slope_of_match, slope[head], value[head], causal[head])
        _gather(slope_of_value[head], attention[head], True, slope[head], causal[head])
        for q in range(positions):
            reach = q + 1 if causal[head] else positions
            chosen, slopes = attention[head, q, :reach], slope_of_match[q, :reach]
            _slope_of_match(chosen, match[head, q], total[head, q], valid, heat, slopes)
            slope_of_match[q, reach:] = 0
        _gather(slope_of_wants, slope_of_match, False, key[head], causal[head])
        _gather(slope_of_key[head], slope_of_match, True, wants[head], causal[head])
        asked = query[head].reshape((queries, width))
        correlate(gradient[head], asked, query_rows, wanted, key_rows, width)
        asked, matrix = slope_of_query[head].reshape((queries, width)), predicate[head]
        mix(asked, query_rows, matrix, False, wanted, key_rows, width, False, none, False)
    read_backward(reads, stream, slope_of_stream)


@compiled
def _slope_of_match(
    chosen: Floats, match: Floats, total: Floats, valid: Floats, scale: Any, slopes: Floats
) -> None:
    """Turn the slopes of one query's attention into those of its matches, the stand-in's share included."""
    examples, size = chosen.shape[1], chosen.size
    factor, none, impossible = spread(scale), spread(_NO_MATCH), spread(_IMPOSSIBLE)
    for n in range(0, examples, LANES):
        mean = spread(np.float32(0))
        for place in range(n, size, examples):
            mean = mean + load(chosen, place) * load(slopes, place)
        rest = load(total, n) + none
        first = load(chosen, n) * (load(slopes, n) - mean) * factor
        shared = first / (load(match, n) + impossible) * (none / (rest * rest))
        for place in range(n, size, examples):
            logit = load(chosen, place) * (load(slopes, place) - mean) * factor
            passed = logit / (load(match, place) + impossible) - shared
            store(slopes, place, passed * load(valid, place))


@compiled
def count(
    reads: Any,
    stream: Floats,
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
        reads: as for `kernels.read`.
        stream: `(rows, columns)`.
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
    read(reads, stream)
    heads, queries, positions, examples = query.shape
    keys, width = key.shape[1], positions * examples
    none, query_rows, key_rows = np.empty(0, np.float32), np.arange(queries), np.arange(keys)
    for head in range(heads):
        _sum_keys(key[head], value[head], valid, causal[head], summed[head])
        sums, found = summed[head].reshape((keys, width)), wanted[head].reshape((queries, width))
        matrix = predicate[head]
        mix(found, query_rows, matrix, False, sums, key_rows, width, False, none, False)
        asked, answer = query[head].reshape((queries, width)), written[head].reshape(width)
        answer[:] = 0
        for q in range(queries):
            row, worth = asked[q], found[q]
            for n in range(width):
                answer[n] += row[n] * worth[n]


@compiled
def _sum_keys(key: Floats, value: Floats, valid: Floats, causal: bool, summed: Floats) -> None:
    """Sum the keys times values, each up to its position if causal."""
    keys, positions, examples = key.shape
    width = positions * examples
    for n in range(0, examples, LANES):
        for row in range(0, keys * width, width):
            found = spread(np.float32(0))
            for place in range(n, width, examples):
                found = found + load(key, row + place) * load(value, place) * load(valid, place)
                store(summed, row + place, found)
            if not causal:
                for place in range(n, width, examples):
                    store(summed, row + place, found)


@compiled
def uncount(
    reads: Any,
    stream: Floats,
    slope_of_stream: Floats,
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
    """Add to the gradient of numerical heads, and to the slopes of what they read."""
    heads, queries, positions, examples = query.shape
    keys, width = key.shape[1], positions * examples
    none, query_rows, key_rows = np.empty(0, np.float32), np.arange(queries), np.arange(keys)
    for head in range(heads):
        made = slope[head].reshape(width)
        for q in range(queries):
            asked, worth = query[head, q].reshape(width), wanted[head, q].reshape(width)
            passed, back = slope_of_query[head, q].reshape(width), slope_of_wanted[q].reshape(width)
            for n in range(width):
                passed[n] = made[n] * worth[n]
                back[n] = made[n] * asked[n]
        back, sums = slope_of_wanted.reshape((queries, width)), summed[head].reshape((keys, width))
        correlate(gradient[head], back, query_rows, sums, key_rows, width)
        passed = slope_of_summed.reshape((keys, width))
        matrix = predicate[head]
        mix(passed, key_rows, matrix, True, back, query_rows, width, False, none, False)
        taken, passed = slope_of_key[head], slope_of_value[head]
        _unsum_keys(key[head], value[head], valid, causal[head], slope_of_summed, taken, passed)
    read_backward(reads, stream, slope_of_stream)


@compiled
def _unsum_keys(
    key: Floats,
    value: Floats,
    valid: Floats,
    causal: bool,
    slope: Floats,
    slope_of_key: Floats,
    slope_of_value: Floats,
) -> None:
    """Pass the slopes of the sums to keys and values, which are in all sums, or in all from their own on if causal."""
    keys, positions, examples = key.shape
    width = positions * examples
    slope_of_value[:] = 0
    for n in range(0, examples, LANES):
        for row in range(0, keys * width, width):
            found = spread(np.float32(0))
            if not causal:
                for place in range(n, width, examples):
                    found = found + load(slope, row + place)
            for p in range(positions - 1, -1, -1):
                place = n + p * examples
                if causal:
                    found = found + load(slope, row + place)
                passed = found * load(valid, place)
                store(slope_of_key, row + place, passed * load(value, place))
                taken = load(slope_of_value, place) + passed * load(key, row + place)
                store(slope_of_value, place, taken)
