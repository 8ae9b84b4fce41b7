"""The classifier and the loss of a tile, forward and backward. Owns logits and cross-entropy; refuses modules."""

import numpy as np

from tprog.learn.fused.backend import FLOATS, LONGS, types
from tprog.learn.fused.choosing import LOWEST
from tprog.learn.fused.correlations import correlate, correlate_kernel
from tprog.learn.fused.elementary import exp, log
from tprog.learn.fused.jit import inner, kernel
from tprog.learn.fused.lanes import (
    LANES,
    Floats,
    Longs,
    after,
    at,
    floats,
    greater,
    list_after,
    load,
    longs,
    spread,
    store,
)
from tprog.learn.fused.products import ADD, SET, mix, mix_kernel
from tprog.learn.fused.tape import (
    GRADS,
    LABELS,
    LOGITS,
    LOGITS_SLOPE,
    MASKED_LIST,
    PLACES,
    POOL,
    POOL_SLOPE,
    POSITIONS,
    SEGMENT_COLUMNS,
    SEGMENT_FIRST,
    SEGMENT_LIST,
    SEGMENT_PLACES,
    SEGMENT_ROWS,
    SEGMENT_STEP,
    SEGMENTS,
    SIGNATURE,
    SLOPES_AT,
    VALID,
    VALUES_AT,
    VOTE_ROWS,
    VOTES,
    WEIGHTS,
)


@kernel(SIGNATURE, mix_kernel)
def vote(op: Longs, frame: Longs) -> None:
    """Compute the logits of all labels at each position."""
    values, places, labels = floats(frame[VALUES_AT]), longs(frame[PLACES]), op[LABELS]
    segment = list_after(places, op[SEGMENT_LIST])
    for number in range(op[SEGMENTS]):
        how = ADD if number else SET
        mix(
            *(labels, frame[POSITIONS], segment[SEGMENT_ROWS]),
            *(
                after(floats(frame[WEIGHTS]), op[VOTES] + segment[SEGMENT_FIRST] * labels),
                1,
                labels,
            ),
            *(values, list_after(places, segment[SEGMENT_PLACES]), 1, segment[SEGMENT_STEP]),
            *(at(values, op[LOGITS]), places, 1, labels, how),
        )
        segment = list_after(segment, SEGMENT_COLUMNS)


@kernel(SIGNATURE, mix_kernel, correlate_kernel)
def unvote(op: Longs, frame: Longs) -> None:
    """Add to the gradient of the votes, and write the slopes of all variables."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    places, labels, positions = longs(frame[PLACES]), op[LABELS], frame[POSITIONS]
    made = at(slopes, op[LOGITS_SLOPE])
    segment = list_after(places, op[SEGMENT_LIST])
    for _ in range(op[SEGMENTS]):
        rows, step = segment[SEGMENT_ROWS], segment[SEGMENT_STEP]
        votes = op[VOTES] + segment[SEGMENT_FIRST] * labels
        listed = list_after(places, segment[SEGMENT_PLACES])
        correlate(
            *(labels, rows, positions, made, places, 1, labels, values, listed, 1, step),
            *(after(floats(frame[GRADS]), votes), 1, labels),
        )
        mix(
            *(rows, positions, labels, after(floats(frame[WEIGHTS]), votes), labels, 1),
            *(made, places, 1, labels, slopes, listed, 1, step, SET),
        )
        segment = list_after(segment, SEGMENT_COLUMNS)


def _share(op: Longs, frame: Longs, back: int) -> None:
    """Average all variables over the valid positions, or give each position its share of the average's slopes."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    places, one = longs(frame[PLACES]), spread(np.float32(1))
    length = spread(np.float32(0))
    for position in range(frame[POSITIONS]):
        length = length + load(values, VALID + position)
    # A lane without any token belongs to no example.
    scale = one / greater(length, one)
    segment = list_after(places, op[SEGMENT_LIST])
    for _ in range(op[SEGMENTS]):
        for row in range(segment[SEGMENT_ROWS]):
            place, pool = places[segment[SEGMENT_PLACES] + row], segment[SEGMENT_FIRST] + row
            total = spread(np.float32(0))
            for position in range(frame[POSITIONS]):
                valid = load(values, VALID + position)
                if back:
                    slope = load(slopes, op[POOL_SLOPE] + pool) * scale
                    store(slopes, place, slope * valid)
                else:
                    total = total + load(values, place) * valid
                place += segment[SEGMENT_STEP]
            if not back:
                store(values, op[POOL] + pool, total * scale)
        segment = list_after(segment, SEGMENT_COLUMNS)


share = inner(_share)


@kernel(SIGNATURE, mix_kernel)
def vote_pooled(op: Longs, frame: Longs) -> None:
    """Compute the logits of all labels for the whole sequence."""
    values, places, labels = floats(frame[VALUES_AT]), longs(frame[PLACES]), op[LABELS]
    share(op, frame, 0)
    mix(
        *(labels, 1, op[VOTE_ROWS], after(floats(frame[WEIGHTS]), op[VOTES]), 1, labels),
        *(at(values, op[POOL]), places, 1, 0, at(values, op[LOGITS]), places, 1, labels, SET),
    )


@kernel(SIGNATURE, mix_kernel, correlate_kernel)
def unvote_pooled(op: Longs, frame: Longs) -> None:
    """Add to the gradient of the votes, and write the slopes of all variables."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    places, labels, rows = longs(frame[PLACES]), op[LABELS], op[VOTE_ROWS]
    made = at(slopes, op[LOGITS_SLOPE])
    correlate(
        *(labels, rows, 1, made, places, 1, labels, at(values, op[POOL]), places, 1, 0),
        *(after(floats(frame[GRADS]), op[VOTES]), 1, labels),
    )
    mix(
        *(rows, 1, labels, after(floats(frame[WEIGHTS]), op[VOTES]), labels, 1),
        *(made, places, 1, labels, at(slopes, op[POOL_SLOPE]), places, 1, 0, SET),
    )
    share(op, frame, 1)


@kernel(types.float64(LONGS, LONGS, types.int64, LONGS, FLOATS))
def lose(op: Longs, frame: Longs, scored: int, truths: Longs, weights: Floats) -> float:
    """Return the loss of a tile, in weighted nats, and write the slopes of its logits.

    Args:
        op: the classifier's operation.
        frame: of the tile, with the logits.
        scored: rows of logits: positions, or 1 where outputs are pooled.
        truths: `(scored, LANES)` true labels.
        weights: `(scored, LANES)` the weight of each in the loss, 0 where nothing is scored.
    """
    values, slopes, count = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT]), op[LABELS]
    masked = list_after(longs(frame[PLACES]), op[MASKED_LIST])
    loss = 0.0
    for row in range(scored):
        logits, slope = op[LOGITS] + row * count, op[LOGITS_SLOPE] + row * count
        peak = spread(LOWEST)
        for label in range(count):
            if not masked[label]:
                peak = greater(peak, load(values, logits + label))
        total = spread(np.float32(0))
        for label in range(count):
            share = spread(np.float32(0))
            if not masked[label]:
                share = exp(load(values, logits + label) - peak)
            store(slopes, slope + label, share)
            total = total + share
        weight = load(weights, row)
        scale = weight / total
        for label in range(count):
            store(slopes, slope + label, load(slopes, slope + label) * scale)
        for lane in range(LANES):
            number, place = row * LANES + lane, truths[row * LANES + lane] * LANES + lane
            if weights[number] > 0:
                loss -= weights[number] * values[logits * LANES + place]
                slopes[slope * LANES + place] -= weights[number]
        # No logit is needed any more; the first one's place holds the rest of the loss.
        store(values, logits, (log(total) + peak) * weight)
        for lane in range(LANES):
            loss += values[logits * LANES + lane]
    return loss
