"""Kernels of a training step: sums of products, relaxed choices, perceptrons and the loss, forward and backward.

Every array holds the numbers of one row, such as one value of one variable, side by side for all positions and examples, position
after position. So the innermost loops run over neighbouring numbers, and compilers turn them into vector instructions. Rows of
*flat* arrays are given by where they start.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.compiled import bits_from_float, compiled, exponential, logarithm
from tprog.learn.fused.products import correlate, mix
from tprog.learn.fused.vectors import LANES, Floats, Longs, greater, load, spread, store

Bytes: TypeAlias = npt.NDArray[np.uint8]
Words: TypeAlias = npt.NDArray[np.uint32]

_LOWEST = np.float32(-3e38)
_ODD = np.uint32(0x9E3779B9)


@compiled
def add_totals(target: Floats, source: Floats) -> None:
    """Compute `target[m] += sum of source[m]`: the gradient of a bias."""
    for m in range(target.size):
        row, total = source[m], np.float32(0)
        for n in range(row.size):
            total += row[n]
        target[m] += total


@compiled
def read(reads: Any, stream: Floats) -> None:
    """Mix candidate variables by gates.

    Args:
        reads: for each set of gates `(reads, candidates)`, their gradient, the row of the first value of each candidate, what is
            read `(reads * values, columns)` and its slopes.
        stream: `(rows, columns)`.
    """
    none = np.empty(0, np.float32)
    for gates, _, rows, found, _ in reads:
        values = found.shape[0] // gates.shape[0]
        targets, columns = np.arange(gates.shape[0]) * values, values * found.shape[1]
        # The values of a variable are one long row.
        mix(found, targets, gates, False, stream, rows, columns, False, none, False)


@compiled
def read_backward(reads: Any, stream: Floats, slope: Floats) -> None:
    """Add to the slopes of the candidates and to the gradient of the gates."""
    none = np.empty(0, np.float32)
    for gates, gradient, rows, _, made in reads:
        values = made.shape[0] // gates.shape[0]
        targets, columns = np.arange(gates.shape[0]) * values, values * made.shape[1]
        mix(slope, rows, gates, True, made, targets, columns, True, none, False)
        correlate(gradient, made, targets, stream, rows, columns)


@compiled
def scramble(word: Any) -> Any:
    """Mix the bits of a 32-bit word well (a multiply-and-shift hash)."""
    # Numba multiplies 32-bit words to 64 bits.
    word = np.uint32((word ^ (word >> np.uint32(16))) * np.uint32(0x7FEB352D))
    word = np.uint32((word ^ (word >> np.uint32(15))) * np.uint32(0x846CA68B))
    return np.uint32(word ^ (word >> np.uint32(16)))


@compiled
def uniform(key: Any, number: Any) -> Any:
    """Return a random number of a stream, above 0 and below 1."""
    bits = scramble(np.uint32(key ^ scramble(np.uint32(number))))
    # The middle of one of 2^23 steps, so that neither end is reached, even when rounded.
    return np.float32(np.int32(bits >> np.uint32(9))) * np.float32(2.0**-23) + np.float32(2.0**-24)


@compiled
def gumbel(key: Any, number: Any) -> Any:
    """Return a draw from the Gumbel distribution; its upper tail, one draw in a million, is cut off."""
    return -logarithm(max(-logarithm(uniform(key, number)), np.float32(1e-6)))


@compiled
def softmax(rows: Floats) -> None:
    """Replace the logits of each column by their softmax."""
    width = rows.shape[1]
    flat = rows.reshape(rows.size)
    for n in range(0, width, LANES):
        peak = load(flat, n)
        for place in range(n + width, flat.size, width):
            peak = greater(peak, load(flat, place))
        for place in range(n, flat.size, width):
            store(flat, place, load(flat, place) - peak)
    for place in range(flat.size):
        flat[place] = exponential(flat[place])
    for n in range(0, width, LANES):
        whole = load(flat, n)
        for place in range(n + width, flat.size, width):
            whole = whole + load(flat, place)
        share = spread(np.float32(1)) / whole
        for place in range(n, flat.size, width):
            store(flat, place, load(flat, place) * share)


@compiled
def slope_of_softmax(rows: Floats, slopes: Floats, scale: Any) -> None:
    """Replace the slopes of choices by those of their logits, before these were multiplied by `scale`."""
    factor, width = spread(scale), rows.shape[1]
    chosen, slope = rows.reshape(rows.size), slopes.reshape(slopes.size)
    for n in range(0, width, LANES):
        mean = spread(np.float32(0))
        for place in range(n, chosen.size, width):
            mean = mean + load(chosen, place) * load(slope, place)
        for place in range(n, chosen.size, width):
            store(slope, place, load(chosen, place) * (load(slope, place) - mean) * factor)


@compiled
def add_gumbel(logits: Floats, keys: Words, number: int) -> None:
    """Add a draw to the logit of each example."""
    for n in range(logits.size):
        logits[n] += gumbel(keys[n], number)


@compiled
def choose(logits: Floats, relaxation: Floats, keys: Words, draw: int) -> None:
    """Replace the logits `(options, columns)` by a relaxed choice (paper, section 3.1)."""
    for option in range(logits.shape[0]):
        row = logits[option]
        if relaxation[1] > 0:
            add_gumbel(row, keys, draw + option)
        for n in range(row.size):
            row[n] *= relaxation[0]
    softmax(logits)


@compiled
def perceive(
    reads: Any,
    stream: Floats,
    found: Floats,
    caps: Floats,
    inputs: Floats,
    rows: Longs,
    w_in: Floats,
    b_in: Floats,
    w_out: Floats,
    b_out: Floats,
    active: Floats,
    written: Floats,
    relaxation: Floats,
    keys: Words,
    draw: int,
) -> None:
    """Compute what perceptrons write, each a choice.

    Args:
        reads: as for `read`.
        stream: `(rows, columns)`.
        found: what is read.
        caps: of each of its rows; numbers above are replaced. None if inputs are what is read.
        inputs: `(rows, columns)`.
        rows: `(perceptrons, inputs)` those of each.
        w_in: weights of all perceptrons, as are the next three.
        b_in: of hidden units.
        w_out: of outputs.
        b_out: of outputs.
        active: `(perceptrons, units, columns)`, written.
        written: as `active`.
        relaxation: 1 / temperature, and 1 for noise.
        keys: `(columns)` of random numbers.
        draw: the number of the first draw.
    """
    read(reads, stream)
    for row in range(caps.size):
        numbers, clamped = found[row], inputs[row]
        for n in range(numbers.size):
            clamped[n] = min(numbers[n], caps[row])
    count, hidden, width = active.shape
    options = written.shape[1]
    units, outputs = np.arange(hidden), np.arange(options)
    for number in range(count):
        hot, made = active[number], written[number]
        bias = b_in[number, 0]
        mix(hot, units, w_in[number], True, inputs, rows[number], width, False, bias, True)
        bias = b_out[number, 0]
        mix(made, outputs, w_out[number], True, hot, units, width, False, bias, False)
        choose(made, relaxation, keys, draw + number * options)


@compiled
def unperceive(
    reads: Any,
    stream: Floats,
    slope_of_stream: Floats,
    found: Floats,
    caps: Floats,
    inputs: Floats,
    rows: Longs,
    w_in: Floats,
    w_out: Floats,
    active: Floats,
    written: Floats,
    slope: Floats,
    relaxation: Floats,
    back: Floats,
    slope_of_inputs: Floats,
    grad_w_in: Floats,
    grad_b_in: Floats,
    grad_w_out: Floats,
    grad_b_out: Floats,
) -> None:
    """Add to the gradient of perceptrons, whose written choices have the given slope, and to the slopes of what they read."""
    count, hidden, width = active.shape
    units, outputs = np.arange(hidden), np.arange(written.shape[1])
    none = np.empty(0, np.float32)
    for number in range(count):
        made, hot, taken = slope[number], active[number], rows[number]
        slope_of_softmax(written[number], made, relaxation[0])
        add_totals(grad_b_out[number, 0], made)
        correlate(grad_w_out[number], hot, units, made, outputs, width)
        mix(back, units, w_out[number], False, made, outputs, width, False, none, False)
        for unit in range(hidden):
            row, kept = back[unit], hot[unit]
            for n in range(row.size):
                row[n] = row[n] if kept[n] > 0 else np.float32(0)
        add_totals(grad_b_in[number, 0], back)
        correlate(grad_w_in[number], inputs, taken, back, units, width)
        mix(slope_of_inputs, taken, w_in[number], False, back, units, width, False, none, False)
    for row in range(caps.size):
        numbers, passed, cap = found[row], slope_of_inputs[row], caps[row]
        for n in range(numbers.size):
            # Where both are equal, half of the slope passes.
            below = np.float32(1) if numbers[n] < cap else np.float32(0)
            passed[n] *= np.float32(0.5) if numbers[n] == cap else below
    read_backward(reads, stream, slope_of_stream)


@compiled
def embed(table: Floats, tokens: Longs, variable: Floats) -> None:
    """Write each token's row of a table into a variable `(values, columns)`."""
    for value in range(variable.shape[0]):
        for n in range(tokens.size):
            variable[value, n] = table[tokens[n], value]


@compiled
def unembed(gradient: Floats, tokens: Longs, slope: Floats) -> None:
    """Add to the gradient of a table."""
    for value in range(slope.shape[0]):
        for n in range(tokens.size):
            gradient[tokens[n], value] += slope[value, n]


@compiled
def pool(stream: Floats, valid: Floats, pooled: Floats, least: np.float32) -> None:
    """Average each row of `(rows, positions, examples)` over the positions that hold a token, `least` at the least."""
    for row in range(stream.shape[0]):
        for n in range(stream.shape[2]):
            total, length = np.float32(0), np.float32(0)
            for position in range(stream.shape[1]):
                total += stream[row, position, n] * valid[position, n]
                length += valid[position, n]
            pooled[row, n] = total / max(length, least)


@compiled
def unpool(slope: Floats, valid: Floats, slope_of_pooled: Floats, least: np.float32) -> None:
    """Give each position its share of the average's slopes."""
    for row in range(slope.shape[0]):
        for n in range(slope.shape[2]):
            length = np.float32(0)
            for position in range(slope.shape[1]):
                length += valid[position, n]
            share = slope_of_pooled[row, n] / max(length, least)
            for position in range(slope.shape[1]):
                slope[row, position, n] = share * valid[position, n]


@compiled
def lose(logits: Floats, truths: Longs, weights: Floats) -> float:
    """Return the weighted cross-entropy in nats of `(labels, columns)` logits, and replace these by its slopes.

    Args:
        logits: changed.
        truths: `(columns)`, anything where the weight is 0.
        weights: `(columns)` of each label in the loss.
    """
    columns, loss = logits.shape[1], 0.0
    own, peak, total = (
        np.empty(columns, np.float32),
        np.empty(columns, np.float32),
        np.empty(columns, np.float32),
    )
    for n in range(columns):
        own[n] = logits[truths[n], n]
        peak[n] = _LOWEST
    for label in range(logits.shape[0]):
        row = logits[label]
        for n in range(row.size):
            peak[n] = max(peak[n], row[n])
    total[:] = 0
    for label in range(logits.shape[0]):
        row = logits[label]
        for n in range(row.size):
            row[n] = exponential(row[n] - peak[n])
            total[n] += row[n]
    for n in range(columns):
        loss += weights[n] * (logarithm(total[n]) + peak[n] - own[n])
    for label in range(logits.shape[0]):
        row = logits[label]
        for n in range(row.size):
            row[n] *= weights[n] / total[n]
    for n in range(columns):
        logits[truths[n], n] -= weights[n]
    return loss


@compiled
def stream_keys(keys: Words, seed: int, first: int) -> None:
    """Write a key of random numbers for each example, from the seed and the example's number."""
    word = scramble(np.uint32(np.uint32(seed) ^ scramble(np.uint32(seed >> 32))))
    for n in range(keys.size):
        keys[n] = scramble(np.uint32(word + np.uint32(first + n) * _ODD))


@compiled
def spread_keys(keys: Words, rows: Words) -> None:
    """Write a key of random numbers for each position of each example."""
    for n in range(rows.size):
        rows[n] = scramble(np.uint32(keys[n % keys.size] + np.uint32(n // keys.size + 1) * _ODD))


@compiled
def load_batch(
    tokens: Longs,
    truths: Longs,
    shares: Floats,
    valid: Floats,
    symbols: Longs,
    labels: Longs,
    weights: Floats,
) -> None:
    """Lay some sequences out in columns; those beyond them hold no token and no label.

    Args:
        tokens: `(sequences, positions)` symbols, -1 in the padding.
        truths: `(sequences, scored)`, -1 where nothing is scored.
        shares: of each label in the loss.
        valid: `(positions, examples)`, written: 1 where a token stands, else 0.
        symbols: as `valid`, written: 0 in the padding.
        labels: `(scored, examples)`, written.
        weights: as `labels`, written.
    """
    valid[:], symbols[:], labels[:], weights[:] = 0, 0, 0, 0
    for n in range(tokens.shape[0]):
        for position in range(tokens.shape[1]):
            if tokens[n, position] >= 0:
                valid[position, n] = 1
                symbols[position, n] = tokens[n, position]
        for place in range(truths.shape[1]):
            if truths[n, place] >= 0:
                labels[place, n] = truths[n, place]
                weights[place, n] = shares[n, place]


@compiled
def tell_apart(symbols: Longs, variable: Floats) -> None:
    """Write 1 in the row of each column's symbol and 0 in the others."""
    variable[:] = 0
    for n in range(symbols.size):
        variable[symbols[n], n] = 1


@compiled
def update(
    weights: Floats,
    mean: Floats,
    square: Floats,
    gradient: Floats,
    limit: float,
    decays: Any,
    pace: float,
    growth: float,
    least: float,
) -> None:
    """Make one step of Adam: `tprog.learn.gradient.update` in one pass.

    Args:
        weights: changed, as are the next two.
        mean: running mean gradients.
        square: running squared gradients.
        gradient: what is no number counts as 0.
        limit: of the gradient.
        decays: of the mean and of the squares.
        pace: what the mean is multiplied by.
        growth: what the squares are multiplied by.
        least: what is added to their root.
    """
    most, first, second = np.float32(limit), np.float32(1 - decays[0]), np.float32(1 - decays[1])
    rate, scale, small = np.float32(pace), np.float32(growth), np.float32(least)
    for n in range(weights.size):
        # Kernels may not compare with what is no number.
        magnitude = bits_from_float(gradient[n]) & np.int32(0x7FFFFFFF)
        found = max(min(gradient[n], most), -most)
        found = np.float32(0) if magnitude > np.int32(0x7F800000) else found
        mean[n] += first * (found - mean[n])
        square[n] += second * (found * found - square[n])
        weights[n] -= rate * mean[n] / (np.sqrt(square[n] * scale) + small)


@compiled
def relax(raw: Floats, weights: Floats, choices: Longs, coldness: float, keys: Words) -> None:
    """Write the relaxed weights: distributions for all choices, and everything else as it is.

    Args:
        raw: all weights of the network.
        weights: where the relaxed ones go.
        choices: `(tables, 4)`: the first logit of each, how many choices, options of each, and whether each option is
            decided alone.
        coldness: 1 / temperature.
        keys: one key of random numbers; none for no noise.
    """
    weights[:] = raw
    cold = np.float32(coldness)
    for table in range(choices.shape[0]):
        first, rows, width, alone = choices[table]
        size = rows * width
        logits = weights[first : first + size]
        for n in range(logits.size):
            if keys.size:
                logits[n] += gumbel(keys[0], first + n)
                if alone:
                    # The difference of two Gumbel draws is logistic.
                    logits[n] -= gumbel(np.uint32(~keys[0]), first + n)
            logits[n] *= cold
        if alone:
            for n in range(logits.size):
                small = exponential(-abs(logits[n]))
                logits[n] = (np.float32(1) if logits[n] > 0 else small) / (np.float32(1) + small)
            continue
        for row in range(rows):
            found = logits[row * width : row * width + width]
            peak, total = _LOWEST, np.float32(0)
            for n in range(found.size):
                peak = max(peak, found[n])
            for n in range(found.size):
                found[n] = exponential(found[n] - peak)
                total += found[n]
            for n in range(found.size):
                found[n] /= total


@compiled
def unrelax(weights: Floats, gradient: Floats, choices: Longs, coldness: float) -> None:
    """Replace the gradient by the relaxed weights by that by the weights themselves; arguments as for `relax`."""
    cold = np.float32(coldness)
    for table in range(choices.shape[0]):
        first, rows, width, alone = choices[table]
        if alone:
            for n in range(first, first + rows * width):
                gradient[n] *= weights[n] * (np.float32(1) - weights[n]) * cold
            continue
        for start in range(first, first + rows * width, width):
            mean = np.float32(0)
            for n in range(start, start + width):
                mean += weights[n] * gradient[n]
            for n in range(start, start + width):
                gradient[n] = weights[n] * (gradient[n] - mean) * cold
