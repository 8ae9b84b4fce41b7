"""One step of growing candidates. Owns how parts are computed and rated in bulk; refuses to decide which to keep."""

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np
import numpy.typing as npt

from tprog.learn.compose.answers import SUPPORT
from tprog.learn.compose.kernels import (
    combine,
    copy_values,
    count_keys,
    rate_latches,
    rate_pairs,
    rate_reads,
)
from tprog.learn.compose.parts import POSITIONS, TOKENS, Copy, Count, Part, Table, Wanted
from tprog.learn.compose.pool import Pool, Seen
from tprog.learn.compose.sample import Sample
from tprog.learn.compose.stock import Function

Floats = npt.NDArray[np.float64]
CHUNK = 4096
"""Candidates that are computed at once."""


def counts(
    sample: Sample,
    pool: Pool[Part],
    wanted: Sequence[Wanted],
    masks: Sequence[bool],
    seen: Seen,
    threads: Executor,
) -> Pool[Count]:
    """Return every count over each variable that nobody has seen."""
    shapes = [(each, causal) for each in wanted for causal in masks]
    size = sample.values
    order = sample.order if pool.parts == (TOKENS,) else ()
    tables = np.array(
        [each.table(size, size, () if each.listed else order) for each, _ in shapes], np.uint8
    )
    causal = np.array([mask for _, mask in shapes])
    every = [(variable, shape) for variable in range(len(pool)) for shape in range(len(shapes))]

    def run(start: int) -> npt.NDArray[np.uint8]:
        picked = np.array(every[start : start + CHUNK])
        found = np.zeros((len(picked), *sample.tokens.shape), np.uint8)
        count_keys(pool.values, picked[:, 0], tables, causal, picked[:, 1], sample.lengths, found)
        return found

    values: list[npt.NDArray[np.uint8]] = []
    parts: list[Count] = []
    for start, found in zip(
        _starts(len(every)), threads.map(run, _starts(len(every))), strict=True
    ):
        new = seen.new(found)
        values.append(found[new])
        for row in new:
            variable, shape = every[start + row]
            parts.append(Count(pool.parts[variable], *shapes[shape]))
    return Pool(_joined(values, sample), tuple(parts))


def copies(
    sample: Sample,
    pool: Pool[Part],
    wanted: Sequence[Wanted],
    masks: Sequence[bool],
    seen: Seen,
) -> Pool[Copy]:
    """Return every head that nobody has seen and that copies one variable where two others compare."""
    shapes = [(each, causal) for each in wanted for causal in masks]
    size, count = sample.values, len(pool)
    tables = np.array([each.table(size, size) for each, _ in shapes], np.uint8)
    causal = np.array([mask for _, mask in shapes])
    reads = np.array(list(np.ndindex(count, count, count)))
    picked = np.repeat(reads, len(shapes), axis=0)
    chosen = np.tile(np.arange(len(shapes)), len(reads))
    found = np.zeros((len(picked), *sample.tokens.shape), np.uint8)
    copy_values(pool.values, picked, tables, causal, chosen, sample.lengths, found)
    new = seen.new(found)
    parts = [
        Copy(*(pool.parts[n] for n in picked[row].tolist()), *shapes[chosen[row]]) for row in new
    ]
    return Pool(found[new], tuple(parts))


def latch_ratings(
    sample: Sample,
    pool: Pool[Part],
    chosen: Sequence[tuple[int, int]],
    symbols: int,
    threads: Executor,
) -> Floats:
    """Return `(candidates, labels)`: what a level and the events on it would cost; see `kernels.rate_latches`.

    Args:
        sample: what is rated on.
        pool: levels and marks.
        chosen: for each candidate the level and the mark, or -1.
        symbols: how many tokens there are.
        threads: to compute in.
    """
    picked = np.array(chosen, np.int64).reshape(-1, 2)
    ratings = np.zeros((len(picked), sample.labels))

    def run(start: int) -> None:
        rows = slice(start, start + CHUNK // 8)
        rate_latches(
            pool.values,
            picked[rows, 0],
            picked[rows, 1],
            sample.tokens,
            symbols,
            sample.lengths,
            sample.truth,
            sample.labels,
            sample.values,
            SUPPORT,
            ratings[rows],
        )

    list(threads.map(run, range(0, len(picked), CHUNK // 8)))
    return ratings


def lookups(
    sample: Sample,
    pool: Pool[Count],
    chosen: Sequence[tuple[int, int, int]],
    functions: Sequence[Function],
    seen: Seen,
    threads: Executor,
) -> Pool[Table]:
    """Return every look-up that nobody has seen.

    Args:
        sample: what is computed on.
        pool: the counts that are looked up.
        chosen: for each candidate the first count, the second count and the function.
        functions: what `chosen` speaks of.
        seen: what was seen.
        threads: to compute in.
    """
    tables = np.array([function.table for function in functions])
    present = np.arange(sample.tokens.shape[1])[None] < sample.lengths[:, None]
    picked = np.array(chosen, np.int64).reshape(-1, 3)

    def run(start: int) -> npt.NDArray[np.uint8]:
        rows = picked[start : start + CHUNK]
        found = np.zeros((len(rows), *sample.tokens.shape), np.uint8)
        combine(pool.values, rows[:, 0], rows[:, 1], tables, rows[:, 2], found)
        result: npt.NDArray[np.uint8] = found * present
        return result

    values: list[npt.NDArray[np.uint8]] = []
    parts: list[Table] = []
    for start, found in zip(
        _starts(len(picked)), threads.map(run, _starts(len(picked))), strict=True
    ):
        new = seen.new(found)
        values.append(found[new])
        for row in new:
            one, two, number = picked[start + row].tolist()
            parts.append(lookup_part(pool.parts[one], pool.parts[two], functions[number]))
    return Pool(_joined(values, sample), tuple(parts))


def pairs(count: int, functions: Sequence[Function]) -> list[tuple[int, int, int]]:
    """Return every function of one or two of `count` counts, each combination once."""
    found = []
    for number, function in enumerate(functions):
        if function.single:
            found += [(one, one, number) for one in range(count)]
        else:
            found += [
                (one, two, number)
                for one in range(count)
                for two in range(count)
                if one < two or (one > two and not function.symmetric)
            ]
    return found


def read_ratings(
    sample: Sample,
    pool: Pool[Part],
    wanted: Sequence[Wanted],
    causal: bool,
    threads: Executor,
) -> Floats:
    """Return `(candidates, 2 * wanted)`: what heads would cost that copy the token at a position found by a candidate.

    The first half are heads whose key is the candidate and whose query the own position, the second half the reverse.
    """
    size = sample.values
    tables = np.array([each.table(size, size) for each in wanted] * 2, np.uint8)
    named = np.repeat([False, True], len(wanted))
    ratings = np.zeros((len(pool), len(tables)))

    def run(start: int) -> None:
        rows = slice(start, start + CHUNK // 8)
        rate_reads(
            pool.values[rows],
            sample.positions,
            tables,
            named,
            sample.tokens,
            sample.lengths,
            sample.truth,
            causal,
            sample.labels,
            ratings[rows],
        )

    list(threads.map(run, range(0, len(pool), CHUNK // 8)))
    return ratings


def read_part(candidate: Part, number: int, wanted: Sequence[Wanted], causal: bool) -> Copy:
    """Return the head that a column of `read_ratings` speaks of."""
    each = wanted[number % len(wanted)]
    query, key = (POSITIONS, candidate) if number < len(wanted) else (candidate, POSITIONS)
    return Copy(query, key, TOKENS, each, causal)


def pair_ratings(
    sample: Sample, pool: Pool[Part], chosen: Sequence[tuple[int, int]], threads: Executor
) -> Floats:
    """Return what a table over each chosen pair of variables would cost."""
    picked = np.array(chosen, np.int64).reshape(-1, 2)
    ratings = np.zeros(len(picked))

    def run(start: int) -> None:
        rows = slice(start, start + CHUNK)
        rate_pairs(
            pool.values,
            picked[rows, 0],
            picked[rows, 1],
            sample.truth,
            sample.labels,
            sample.values,
            ratings[rows],
        )

    list(threads.map(run, _starts(len(picked))))
    return ratings


def lookup_part(one: Count, two: Count, function: Function) -> Table:
    """Return the look-up that gives a function of two counts, or of the first where it is of one."""
    if function.single:
        entries = function.table[:, 0]
        return Table((one,), entries.shape, tuple(entries.tolist()), function.note)
    table = function.table
    return Table((one, two), table.shape, tuple(table.reshape(-1).tolist()), function.note)


def _starts(count: int) -> range:
    return range(0, count, CHUNK)


def _joined(values: list[npt.NDArray[np.uint8]], sample: Sample) -> npt.NDArray[np.uint8]:
    return np.concatenate([np.zeros((0, *sample.tokens.shape), np.uint8), *values])
