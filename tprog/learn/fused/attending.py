"""Categorical heads of a tile, forward and backward. Owns attention to one position; refuses gates.

The formulas are those of `tprog.learn.attention` and `tprog.learn.heads`.
"""

import numpy as np

from tprog.learn.attention import IMPOSSIBLE, MASKED, NO_MATCH
from tprog.learn.fused.choosing import softmax
from tprog.learn.fused.correlations import correlate, correlate_kernel
from tprog.learn.fused.elementary import log
from tprog.learn.fused.jit import inner, kernel
from tprog.learn.fused.lanes import (
    Floats,
    Lanes,
    Longs,
    after,
    at,
    floats,
    load,
    longs,
    spread,
    spread_from,
    store,
    where,
    words,
)
from tprog.learn.fused.noise import gumbel
from tprog.learn.fused.products import ADD, SET, mix, mix_kernel, pair, pair_kernel
from tprog.learn.fused.tape import (
    ATTENTION,
    BIAS,
    CAUSAL,
    COLDNESS,
    GRADS,
    HEADS,
    KEY,
    KEY_SLOPE,
    KEYS,
    LONGEST,
    MATCH,
    MATCH_SLOPE,
    MATCHES,
    NOISE,
    PLACES,
    POSITIONS,
    PREDICATE,
    QUERIES,
    QUERY,
    QUERY_SLOPE,
    RANDOM,
    SCORE,
    SCORED,
    SCORES,
    SIGNATURE,
    SLOPES_AT,
    TIE,
    TOTAL,
    VALID,
    VALUE,
    VALUE_SLOPE,
    VALUES,
    VALUES_AT,
    WANTS,
    WANTS_SLOPE,
    WEIGHTS,
    WRITES,
)

# Plain numbers become constants of the compiled code.
_IMPOSSIBLE, _MASKED, _NO_MATCH = np.float32(IMPOSSIBLE), np.float32(MASKED), np.float32(NO_MATCH)
# What a query's own place costs beyond the number of matches, under the tie-break `matches`.
_OWN = np.float32(0.75)


def _match_row(values: Floats, row: int, total_at: int, positions: int, reach: int) -> Lanes:
    """Mask the matches of one query, let position 0 stand in where there is none, and return their sum before."""
    zero, none = spread(np.float32(0)), spread(_NO_MATCH)
    total = zero
    for key in range(reach):
        match = load(values, row + key) * load(values, VALID + key)
        store(values, row + key, match)
        total = total + match
    for key in range(reach, positions):
        store(values, row + key, zero)
    store(values, total_at, total)
    store(values, row, load(values, row) + none / (total + none))
    return total


match_row = inner(_match_row)


def _attend_row(op: Longs, frame: Longs, head: int, query: int) -> None:
    """Compute the attention of one query from its matches; scores of keys stand where the attention goes."""
    values, bias = floats(frame[VALUES_AT]), after(floats(frame[WEIGHTS]), op[BIAS])
    random, positions = words(frame[RANDOM]), frame[POSITIONS]
    reach = query + 1 if longs(frame[PLACES])[op[CAUSAL] + head] else positions
    row = (head * positions + query) * positions
    match, attention = op[MATCH] + row, op[ATTENTION] + row
    total = match_row(values, match, op[TOTAL] + head * positions + query, positions, reach)
    scale, coldness = spread(np.float32(op[KEYS] ** -0.5)), spread_from(floats(frame[COLDNESS]), 0)
    share = spread(np.float32(1 / op[LONGEST]))
    for key in range(reach):
        preference = spread_from(bias, query * positions + key)
        if op[TIE] == MATCHES and key == query:
            preference = (spread(_OWN) - total) * share
        if op[TIE] == SCORE:
            preference = preference + load(values, attention + key)
        logit = log(load(values, match + key) + spread(_IMPOSSIBLE)) + preference
        logit = logit * scale
        if frame[NOISE]:
            logit = logit + gumbel(random)
        logit = where(load(values, VALID + key), logit * coldness, spread(_MASKED))
        store(values, attention + key, logit)
    softmax(values, attention, reach)
    for key in range(reach, positions):
        store(values, attention + key, spread(np.float32(0)))


attend_row = inner(_attend_row)


@kernel(SIGNATURE, mix_kernel, pair_kernel)
def attend(op: Longs, frame: Longs) -> None:
    """Compute what categorical heads write."""
    values, weights = floats(frame[VALUES_AT]), floats(frame[WEIGHTS])
    positions, places = frame[POSITIONS], longs(frame[PLACES])
    queries, keys, size = op[QUERIES], op[KEYS], op[VALUES]
    for head in range(op[HEADS]):
        query = at(values, op[QUERY] + head * positions * queries)
        key = at(values, op[KEY] + head * positions * keys)
        wants = at(values, op[WANTS] + head * positions * keys)
        match = at(values, op[MATCH] + head * positions * positions)
        attention = at(values, op[ATTENTION] + head * positions * positions)
        matrix = after(weights, op[PREDICATE] + head * queries * keys)
        mix(
            *(keys, positions, queries, matrix, 1, keys),
            *(query, places, 1, queries, wants, places, 1, keys, SET),
        )
        pair(
            *(positions, positions, keys, wants, keys, 1, key, keys, 1),
            *(match, positions, 1, SET),
        )
        if op[TIE] == SCORE:
            scored = at(values, op[SCORED] + head * positions * keys)
            matrix = after(weights, op[SCORES] + head * queries * keys)
            mix(
                *(keys, positions, queries, matrix, 1, keys),
                *(query, places, 1, queries, scored, places, 1, keys, SET),
            )
            pair(
                *(positions, positions, keys, scored, keys, 1, key, keys, 1),
                *(attention, positions, 1, SET),
            )
        for number in range(positions):
            attend_row(op, frame, head, number)
        value = at(values, op[VALUE] + head * positions * size)
        pair(
            *(positions, size, positions, attention, positions, 1, value, 1, size),
            *(at(values, op[WRITES] + head * positions * size), size, 1, SET),
        )


def _unattend_row(op: Longs, frame: Longs, head: int, query: int) -> None:
    """Turn the slopes of one query's attention into those of its matches, and of its scores behind them."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    positions, zero = frame[POSITIONS], spread(np.float32(0))
    reach = query + 1 if longs(frame[PLACES])[op[CAUSAL] + head] else positions
    row = (head * positions + query) * positions
    attention, match = op[ATTENTION] + row, op[MATCH] + row
    slope = op[MATCH_SLOPE] + query * positions
    mean = shared = zero
    for key in range(reach):
        mean = mean + load(values, attention + key) * load(slopes, slope + key)
    scale = spread(np.float32(op[KEYS] ** -0.5)) * spread_from(floats(frame[COLDNESS]), 0)
    none, share = spread(_NO_MATCH), spread(np.float32(1 / op[LONGEST]))
    rest = load(values, op[TOTAL] + head * positions + query) + none
    for key in range(reach):
        logit = load(values, attention + key) * (load(slopes, slope + key) - mean) * scale
        if op[TIE] == SCORE:
            store(slopes, slope + positions * positions + key, logit)
        if op[TIE] == MATCHES and key == query:
            shared = shared - logit * share
        logit = logit / (load(values, match + key) + spread(_IMPOSSIBLE))
        if key == 0:
            shared = shared - logit * (none / (rest * rest))
        store(slopes, slope + key, logit)
    for key in range(reach):
        passed = (load(slopes, slope + key) + shared) * load(values, VALID + key)
        store(slopes, slope + key, passed)
    for key in range(reach, positions):
        store(slopes, slope + key, zero)
        if op[TIE] == SCORE:
            store(slopes, slope + positions * positions + key, zero)


unattend_row = inner(_unattend_row)


def _unscore(op: Longs, frame: Longs, head: int) -> None:
    """Add the slopes that a head's queries and keys get through their scores."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    positions, places = frame[POSITIONS], longs(frame[PLACES])
    queries, keys = op[QUERIES], op[KEYS]
    score = at(slopes, op[MATCH_SLOPE] + positions * positions)
    scored = at(values, op[SCORED] + head * positions * keys)
    wanted = at(slopes, op[WANTS_SLOPE])
    pair(
        *(positions, keys, positions, score, positions, 1),
        *(at(values, op[KEY] + head * positions * keys), 1, keys, wanted, keys, 1, SET),
    )
    pair(
        *(positions, keys, positions, score, 1, positions, scored, 1, keys),
        *(at(slopes, op[KEY_SLOPE] + head * positions * keys), keys, 1, ADD),
    )
    mix(
        *(queries, positions, keys),
        *(after(floats(frame[WEIGHTS]), op[SCORES] + head * queries * keys), keys, 1),
        *(wanted, places, 1, keys),
        *(at(slopes, op[QUERY_SLOPE] + head * positions * queries), places, 1, queries, ADD),
    )


unscore = inner(_unscore)


@kernel(SIGNATURE, mix_kernel, pair_kernel, correlate_kernel)
def unattend(op: Longs, frame: Longs) -> None:
    """Add to the gradient of the predicates, and compute the slopes of what heads read."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    positions, places = frame[POSITIONS], longs(frame[PLACES])
    queries, keys, size = op[QUERIES], op[KEYS], op[VALUES]
    match, wanted = at(slopes, op[MATCH_SLOPE]), at(slopes, op[WANTS_SLOPE])
    for head in range(op[HEADS]):
        written = at(slopes, op[WRITES] + head * positions * size)
        attention = at(values, op[ATTENTION] + head * positions * positions)
        pair(
            *(positions, positions, size, written, size, 1),
            *(at(values, op[VALUE] + head * positions * size), size, 1),
            *(match, positions, 1, SET),
        )
        pair(
            *(positions, size, positions, attention, 1, positions, written, 1, size),
            *(at(slopes, op[VALUE_SLOPE] + head * positions * size), size, 1, SET),
        )
        for number in range(positions):
            unattend_row(op, frame, head, number)
        pair(
            *(positions, keys, positions, match, positions, 1),
            *(at(values, op[KEY] + head * positions * keys), 1, keys, wanted, keys, 1, SET),
        )
        pair(
            *(positions, keys, positions, match, 1, positions),
            *(at(values, op[WANTS] + head * positions * keys), 1, keys),
            *(at(slopes, op[KEY_SLOPE] + head * positions * keys), keys, 1, SET),
        )
        matrix = op[PREDICATE] + head * queries * keys
        mix(
            *(queries, positions, keys, after(floats(frame[WEIGHTS]), matrix), keys, 1),
            *(wanted, places, 1, keys),
            *(at(slopes, op[QUERY_SLOPE] + head * positions * queries), places, 1, queries, SET),
        )
        correlate(
            *(keys, queries, positions, wanted, places, 1, keys),
            *(at(values, op[QUERY] + head * positions * queries), places, 1, queries),
            *(after(floats(frame[GRADS]), matrix), 1, keys),
        )
        if op[TIE] == SCORE:
            unscore(op, frame, head)
