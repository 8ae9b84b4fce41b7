"""Kernels of a training step: sums of products, relaxed choices, perceptrons and the loss, forward and backward.

Every array holds the numbers of one row, such as one value of one variable, side by side for all positions and examples, position
after position. So the innermost loops run over neighbouring numbers, and compilers turn them into vector instructions. Rows of
*flat* arrays are given by where they start.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.compiled import compiled, exponential, logarithm

Floats: TypeAlias = npt.NDArray[np.float32]
Longs: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Words: TypeAlias = npt.NDArray[np.uint32]

_LOWEST = np.float32(-3e38)


@compiled
def mix(
    target: Floats,
    target_rows: Longs,
    matrix: Floats,
    turned: bool,
    source: Floats,
    source_rows: Longs,
    add: bool,
) -> None:
    """Compute `target[m] (+)= sum over i of matrix[m, i] * source[i]`, or of `matrix[i, m]` where it is turned.

    Args:
        target: `(rows, columns)`.
        target_rows: of m.
        matrix: its axes are m and i, or i and m.
        turned: which of both.
        source: `(rows, columns)`.
        source_rows: of i.
        add: whether to add to what is there.
    """
    rows, depth = target_rows.size, source_rows.size
    # Behind the last one follow factors of 0.
    factors = np.zeros((rows + 1, depth + 3), np.float32)
    for m in range(rows):
        for i in range(depth):
            factors[m, i] = matrix[i, m] if turned else matrix[m, i]
    for m in range(0, rows, 2):
        one, two = target[target_rows[m]], target[target_rows[min(m + 1, rows - 1)]]
        if not add:
            one[:] = 0
            two[:] = 0
        for i in range(0, depth, 4):
            w, x = source[source_rows[i]], source[source_rows[min(i + 1, depth - 1)]]
            y, z = (
                source[source_rows[min(i + 2, depth - 1)]],
                source[source_rows[min(i + 3, depth - 1)]],
            )
            a, b, c, d = factors[m, i], factors[m, i + 1], factors[m, i + 2], factors[m, i + 3]
            m1 = m + 1
            e, f, g, h = factors[m1, i], factors[m1, i + 1], factors[m1, i + 2], factors[m1, i + 3]
            if m1 < rows:
                for n in range(one.size):
                    one[n] += a * w[n] + b * x[n] + c * y[n] + d * z[n]
                    two[n] += e * w[n] + f * x[n] + g * y[n] + h * z[n]
            else:
                for n in range(one.size):
                    one[n] += a * w[n] + b * x[n] + c * y[n] + d * z[n]


@compiled
def correlate(
    target: Floats, left: Floats, left_rows: Longs, right: Floats, right_rows: Longs
) -> None:
    """Compute `target[m, i] += sum over columns of left[m] * right[i]`: the gradient of `mix`'s matrix.

    Blocks of 2 x 4 sums are made at once; a row beyond the edge repeats the last one, in vain.
    """
    rows, columns = left_rows.size, right_rows.size
    sums = np.empty((2, 4), np.float32)
    for m in range(0, rows, 2):
        x, y = left[left_rows[m]], left[left_rows[min(m + 1, rows - 1)]]
        for i in range(0, columns, 4):
            u, v = right[right_rows[i]], right[right_rows[min(i + 1, columns - 1)]]
            w, z = (
                right[right_rows[min(i + 2, columns - 1)]],
                right[right_rows[min(i + 3, columns - 1)]],
            )
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = np.float32(0)
            for n in range(x.size):
                p, q = x[n], y[n]
                a0 += p * u[n]
                a1 += p * v[n]
                a2 += p * w[n]
                a3 += p * z[n]
                b0 += q * u[n]
                b1 += q * v[n]
                b2 += q * w[n]
                b3 += q * z[n]
            sums[0, 0], sums[0, 1], sums[0, 2], sums[0, 3] = a0, a1, a2, a3
            sums[1, 0], sums[1, 1], sums[1, 2], sums[1, 3] = b0, b1, b2, b3
            for row in range(min(2, rows - m)):
                for column in range(min(4, columns - i)):
                    target[m + row, i + column] += sums[row, column]


@compiled
def add_totals(target: Floats, source: Floats) -> None:
    """Compute `target[m] += sum of source[m]`: the gradient of a bias."""
    for m in range(target.size):
        row, total = source[m], np.float32(0)
        for n in range(row.size):
            total += row[n]
        target[m] += total


@compiled
def read(gates: Floats, stream: Floats, rows: Longs, found: Floats) -> None:
    """Mix candidate variables by gates.

    Args:
        gates: `(reads, candidates)`.
        stream: `(rows, columns)`.
        rows: of the first value of each candidate.
        found: `(reads * values, columns)`.
    """
    values = found.shape[0] // gates.shape[0]
    targets = np.arange(gates.shape[0]) * values
    for value in range(values):
        mix(found, targets + value, gates, False, stream, rows + value, False)


@compiled
def unread(
    gates: Floats, gradient: Floats, stream: Floats, slope: Floats, rows: Longs, made: Floats
) -> None:
    """Add to the slopes of the candidates and to the gradient of the gates; `made` are the slopes of what was read."""
    values = made.shape[0] // gates.shape[0]
    targets = np.arange(gates.shape[0]) * values
    for value in range(values):
        mix(slope, rows + value, gates, True, made, targets + value, True)
        correlate(gradient, made, targets + value, stream, rows + value)


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
def softmax(rows: Floats, peak: Floats, total: Floats) -> None:
    """Replace the logits of each column by their softmax."""
    peak[:] = _LOWEST
    total[:] = 0
    for choice in range(rows.shape[0]):
        row = rows[choice]
        for n in range(row.size):
            peak[n] = max(peak[n], row[n])
    for choice in range(rows.shape[0]):
        row = rows[choice]
        for n in range(row.size):
            row[n] = exponential(row[n] - peak[n])
            total[n] += row[n]
    for n in range(total.size):
        total[n] = np.float32(1) / total[n]
    for choice in range(rows.shape[0]):
        row = rows[choice]
        for n in range(row.size):
            row[n] *= total[n]


@compiled
def slope_of_softmax(rows: Floats, slopes: Floats, scale: Any, mean: Floats) -> None:
    """Replace the slopes of choices by those of their logits, before these were multiplied by `scale`."""
    mean[:] = 0
    for choice in range(rows.shape[0]):
        row, slope = rows[choice], slopes[choice]
        for n in range(row.size):
            mean[n] += row[n] * slope[n]
    for choice in range(rows.shape[0]):
        row, slope = rows[choice], slopes[choice]
        for n in range(row.size):
            slope[n] = row[n] * (slope[n] - mean[n]) * scale


@compiled
def add_gumbel(logits: Floats, keys: Words, number: int) -> None:
    """Add a draw to the logit of each example."""
    for n in range(logits.size):
        logits[n] += gumbel(keys[n], number)


@compiled
def choose(logits: Floats, coldness: float, keys: Words, draw: int) -> None:
    """Replace the logits `(choices, options, positions, examples)` by relaxed choices (paper, section 3.1)."""
    choices, options, positions, examples = logits.shape
    peak, total = (
        np.empty(positions * examples, np.float32),
        np.empty(positions * examples, np.float32),
    )
    cold = np.float32(coldness)
    for choice in range(choices):
        for option in range(options):
            for position in range(positions):
                row = logits[choice, option, position]
                if keys.size:
                    add_gumbel(row, keys, draw + (choice * options + option) * positions + position)
                for n in range(row.size):
                    row[n] *= cold
        softmax(logits[choice].reshape((options, positions * examples)), peak, total)


@compiled
def perceive(
    inputs: Floats,
    rows: Longs,
    w_in: Floats,
    b_in: Floats,
    w_out: Floats,
    b_out: Floats,
    active: Floats,
    written: Floats,
) -> None:
    """Compute the logits of perceptrons, all `(perceptrons, units, columns)`; `rows` are those of the inputs of each."""
    count, hidden, _ = active.shape
    units, outputs = np.arange(hidden), np.arange(written.shape[1])
    for number in range(count):
        for unit in range(hidden):
            active[number, unit, :] = b_in[number, 0, unit]
        mix(active[number], units, w_in[number], True, inputs, rows[number], True)
        for unit in range(hidden):
            row = active[number, unit]
            for n in range(row.size):
                row[n] = max(row[n], np.float32(0))
        for unit in range(written.shape[1]):
            written[number, unit, :] = b_out[number, 0, unit]
        mix(written[number], outputs, w_out[number], True, active[number], units, True)


@compiled
def unperceive(
    inputs: Floats,
    rows: Longs,
    w_in: Floats,
    w_out: Floats,
    active: Floats,
    written: Floats,
    slope: Floats,
    coldness: float,
    back: Floats,
    slope_of_inputs: Floats,
    grad_w_in: Floats,
    grad_b_in: Floats,
    grad_w_out: Floats,
    grad_b_out: Floats,
) -> None:
    """Compute the slopes of the inputs, and add to the gradient of perceptrons, whose written choices have the given slope."""
    count, hidden, width = active.shape
    units, outputs = np.arange(hidden), np.arange(written.shape[1])
    mean, cold = np.empty(width, np.float32), np.float32(coldness)
    for number in range(count):
        made = slope[number]
        slope_of_softmax(written[number], made, cold, mean)
        add_totals(grad_b_out[number, 0], made)
        correlate(grad_w_out[number], active[number], units, made, outputs)
        mix(back, units, w_out[number], False, made, outputs, False)
        for unit in range(hidden):
            row, kept = back[unit], active[number, unit]
            for n in range(row.size):
                row[n] = row[n] if kept[n] > 0 else np.float32(0)
        add_totals(grad_b_in[number, 0], back)
        correlate(grad_w_in[number], inputs, rows[number], back, units)
        mix(slope_of_inputs, rows[number], w_in[number], False, back, units, False)


@compiled
def clamp(numbers: Floats, cap: float, clamped: Floats) -> None:
    """Replace numbers above a cap by the cap."""
    limit = np.float32(cap)
    for n in range(numbers.size):
        clamped[n] = min(numbers[n], limit)


@compiled
def unclamp(numbers: Floats, cap: float, slope: Floats) -> None:
    """Let slopes pass where the number was below the cap, and half of them where it was the cap."""
    limit = np.float32(cap)
    for n in range(numbers.size):
        below = np.float32(1) if numbers[n] < limit else np.float32(0)
        slope[n] *= np.float32(0.5) if numbers[n] == limit else below


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
def pool(stream: Floats, valid: Floats, pooled: Floats) -> None:
    """Average each row of `(rows, positions, examples)` over the positions that hold a token."""
    for row in range(stream.shape[0]):
        for n in range(stream.shape[2]):
            total, length = np.float32(0), np.float32(0)
            for position in range(stream.shape[1]):
                total += stream[row, position, n] * valid[position, n]
                length += valid[position, n]
            pooled[row, n] = total / max(length, np.float32(1))


@compiled
def unpool(slope: Floats, valid: Floats, slope_of_pooled: Floats) -> None:
    """Give each position its share of the average's slopes."""
    for row in range(slope.shape[0]):
        for n in range(slope.shape[2]):
            length = np.float32(0)
            for position in range(slope.shape[1]):
                length += valid[position, n]
            share = slope_of_pooled[row, n] / max(length, np.float32(1))
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
        keys[n] = scramble(np.uint32(word + np.uint32(first + n) * np.uint32(0x9E3779B9)))


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
