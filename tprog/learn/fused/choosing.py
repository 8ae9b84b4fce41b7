"""The relaxed choice of a distribution, lane by lane. Owns the softmax over vectors and its slope; refuses to know of what."""

import numpy as np

from tprog.learn.fused.elementary import exp
from tprog.learn.fused.jit import inner
from tprog.learn.fused.lanes import (
    Floats,
    Longs,
    floats,
    greater,
    load,
    spread,
    spread_from,
    store,
    words,
)
from tprog.learn.fused.noise import gumbel
from tprog.learn.fused.tape import COLDNESS, NOISE, RANDOM

LOWEST = np.float32(-3e38)


def _softmax(values: Floats, first: int, count: int) -> None:
    """Replace vectors of logits by their softmax."""
    peak = spread(LOWEST)
    for place in range(first, first + count):
        peak = greater(peak, load(values, place))
    total = spread(np.float32(0))
    for place in range(first, first + count):
        value = exp(load(values, place) - peak)
        store(values, place, value)
        total = total + value
    scale = spread(np.float32(1)) / total
    for place in range(first, first + count):
        store(values, place, load(values, place) * scale)


softmax = inner(_softmax)


def _choose(values: Floats, first: int, rows: int, count: int, frame: Longs) -> None:
    """Replace rows of logits by relaxed choices (paper, section 3.1).

    Args:
        values: lanes.
        first: the place of the first logit.
        rows: how many choices.
        count: options of each.
        frame: temperature and noise.
    """
    random, coldness = words(frame[RANDOM]), spread_from(floats(frame[COLDNESS]), 0)
    for place in range(first, first + rows * count):
        logit = load(values, place)
        if frame[NOISE]:
            logit = logit + gumbel(random)
        store(values, place, logit * coldness)
    for row in range(rows):
        softmax(values, first + row * count, count)


def _unchoose(
    values: Floats, slopes: Floats, first: int, rows: int, count: int, frame: Longs
) -> None:
    """Replace the slopes of choices by those of their logits, at the same places."""
    coldness = spread_from(floats(frame[COLDNESS]), 0)
    for row in range(rows):
        start = first + row * count
        mean = spread(np.float32(0))
        for place in range(start, start + count):
            mean = mean + load(values, place) * load(slopes, place)
        for place in range(start, start + count):
            value = load(values, place) * coldness
            store(slopes, place, value * (load(slopes, place) - mean))


choose = inner(_choose)
unchoose = inner(_unchoose)
