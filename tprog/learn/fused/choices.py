"""Gates, predicates, tables and embeddings, which all examples share: relaxed before the tiles and updated after them.

Owns the Gumbel-softmax over the flat vector of weights, its gradient, and Adam; refuses tiles. Kernels take addresses.
"""

import numpy as np

from tprog.learn.fused.backend import types
from tprog.learn.fused.choosing import LOWEST
from tprog.learn.fused.denormals import flush_denormals, restore_denormals
from tprog.learn.fused.elementary import exp
from tprog.learn.fused.jit import inner, kernel
from tprog.learn.fused.lanes import (
    LANES,
    Floats,
    Words,
    after,
    floats,
    list_after,
    load,
    longs,
    spread,
    store,
    words,
)
from tprog.learn.fused.noise import gumbel, logistic, seed_streams

CHOICE_FIRST, CHOICE_ROWS, CHOICE_WIDTH, CHOICE_ALONE, CHOICE_COLUMNS = range(5)
"""Choices: the offset of the first logit, how many choices, options of each, and whether each option is decided alone."""

# Streams of random numbers below this belong to examples.
SHARED_STREAM = 1 << 40

_LONG, _FLOAT = types.int64, types.float32


def _warm_up(
    space: Floats, random: Words, count: int, coldness: np.float32, noise: int, alone: int
) -> None:
    """Add noise to logits and divide them by the temperature."""
    scale = spread(coldness)
    for place in range((count + LANES - 1) // LANES):
        logit = load(space, place)
        if noise:
            logit = logit + (logistic(random) if alone else gumbel(random))
        store(space, place, logit * scale)


def _exponentiate(space: Floats, count: int) -> None:
    for place in range((count + LANES - 1) // LANES):
        store(space, place, exp(load(space, place)))


warm_up = inner(_warm_up)
exponentiate = inner(_exponentiate)


def _decide(space: Floats, weights: Floats, count: int) -> None:
    """Write the probability of yes for each logit."""
    for number in range(count):
        # Far from 0 the exponential is cut off, and the answer is 0 or 1 all the same.
        space[number] = min(-space[number], np.float32(80))
    exponentiate(space, count)
    for number in range(count):
        weights[number] = np.float32(1) / (np.float32(1) + space[number])


def _distribute(space: Floats, weights: Floats, count: int, width: int) -> None:
    """Write the softmax of each row of logits."""
    for row in range(0, count, width):
        peak = LOWEST
        for number in range(row, row + width):
            peak = max(peak, space[number])
        for number in range(row, row + width):
            space[number] -= peak
    exponentiate(space, count)
    for row in range(0, count, width):
        total = np.float32(0)
        for number in range(row, row + width):
            total += space[number]
        scale = np.float32(1) / total
        for number in range(row, row + width):
            weights[number] = space[number] * scale


decide = inner(_decide)
distribute = inner(_distribute)


@kernel(types.void(*(_LONG,) * 7, _FLOAT, _LONG, _LONG))
def relax(
    raw_at: int,
    count: int,
    weights_at: int,
    choices_at: int,
    tables: int,
    space_at: int,
    random_at: int,
    coldness: np.float32,
    noise: int,
    seed: int,
) -> None:
    """Write the relaxed weights: distributions for all choices, and everything else as it is.

    Args:
        raw_at: all weights of the network.
        count: how many there are.
        weights_at: where the relaxed ones go.
        choices_at: `(tables, CHOICE_COLUMNS)`.
        tables: how many there are.
        space_at: lanes of work space, for the largest table.
        random_at: work space for the state of random numbers.
        coldness: 1 / temperature.
        noise: whether choices are noisy.
        seed: of the noise.
    """
    raw, weights, space = floats(raw_at), floats(weights_at), floats(space_at)
    random, choice = words(random_at), longs(choices_at)
    for number in range(count):
        weights[number] = raw[number]
    before = flush_denormals()
    seed_streams(random, seed, SHARED_STREAM)
    for _ in range(tables):
        size, first = choice[CHOICE_ROWS] * choice[CHOICE_WIDTH], choice[CHOICE_FIRST]
        for number in range(size):
            space[number] = raw[first + number]
        warm_up(space, random, size, coldness, noise, choice[CHOICE_ALONE])
        if choice[CHOICE_ALONE]:
            decide(space, after(weights, first), size)
        else:
            distribute(space, after(weights, first), size, choice[CHOICE_WIDTH])
        choice = list_after(choice, CHOICE_COLUMNS)
    restore_denormals(before)


@kernel(types.void(*(_LONG,) * 4, _FLOAT))
def unrelax(
    weights_at: int, grads_at: int, choices_at: int, tables: int, coldness: np.float32
) -> None:
    """Replace the gradient by the relaxed weights by that by the weights themselves; arguments as for `relax`."""
    weights, grads, choice = floats(weights_at), floats(grads_at), longs(choices_at)
    before = flush_denormals()
    for _ in range(tables):
        first, width = choice[CHOICE_FIRST], choice[CHOICE_WIDTH]
        last = first + choice[CHOICE_ROWS] * width
        if choice[CHOICE_ALONE]:
            for number in range(first, last):
                grads[number] *= weights[number] * (np.float32(1) - weights[number]) * coldness
        else:
            for row in range(first, last, width):
                mean = np.float32(0)
                for number in range(row, row + width):
                    mean += weights[number] * grads[number]
                for number in range(row, row + width):
                    grads[number] = weights[number] * (grads[number] - mean) * coldness
        choice = list_after(choice, CHOICE_COLUMNS)
    restore_denormals(before)


@kernel(types.void(_LONG, _LONG, _LONG))
def add_up(grads_at: int, other_at: int, count: int) -> None:
    """Add another thread's gradient."""
    grads, other = floats(grads_at), floats(other_at)
    for number in range(count):
        grads[number] += other[number]


@kernel(types.void(*(_LONG,) * 5, *(_FLOAT,) * 6))
def update(
    raw_at: int,
    grads_at: int,
    mean_at: int,
    square_at: int,
    count: int,
    greatest: np.float32,
    fresh: np.float32,
    fresh_square: np.float32,
    rate: np.float32,
    correction: np.float32,
    epsilon: np.float32,
) -> None:
    """Make one step of Adam (Kingma and Ba, 2015).

    Args:
        raw_at: the weights.
        grads_at: the gradient.
        mean_at: its running mean.
        square_at: the running mean of its square.
        count: how many weights there are.
        greatest: where the gradient is cut off; what is no number counts as 0.
        fresh: weight of the gradient in the running mean, from 0 to 1.
        fresh_square: weight of its square, from 0 to 1.
        rate: the learning rate, over the correction of the mean.
        correction: of the square.
        epsilon: what is added to its root.
    """
    raw, grads, means, squares = (
        floats(raw_at),
        floats(grads_at),
        floats(mean_at),
        floats(square_at),
    )
    before = flush_denormals()
    for number in range(count):
        gradient = grads[number]
        gradient = gradient if gradient == gradient else np.float32(0)
        gradient = min(max(gradient, -greatest), greatest)
        mean = means[number] + fresh * (gradient - means[number])
        square = squares[number] + fresh_square * (gradient * gradient - squares[number])
        means[number] = mean
        squares[number] = square
        raw[number] -= rate * mean / (np.sqrt(square * correction) + epsilon)
    restore_denormals(before)
