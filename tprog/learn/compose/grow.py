"""One step of growing candidates: what they write and how they rate, in bulk and in threads."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor

import numpy as np
import numpy.typing as npt

from tprog.learn.compose.answers import SUPPORT
from tprog.learn.compose.expressions import (
    POSITIONS,
    TOKENS,
    Copy,
    Count,
    Expression,
    Lookup,
    Wanted,
)
from tprog.learn.compose.kernels import (
    combine,
    copy_values,
    count_keys,
    rate_events,
    rate_pairs,
    rate_reads,
)
from tprog.learn.compose.sample import CHUNK, Bytes, P, Pool, Sample, Seen
from tprog.learn.compose.stock import CountFunction

Floats = npt.NDArray[np.float64]


def counts(
    sample: Sample,
    pool: Pool[Expression],
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

    def run(start: int) -> Bytes:
        picked = np.array(every[start : start + CHUNK])
        found = np.zeros((len(picked), *sample.tokens.shape), np.uint8)
        count_keys(pool.values, picked[:, 0], tables, causal, picked[:, 1], sample.lengths, found)
        return found

    return _unseen(
        sample,
        seen,
        threads.map(run, _starts(len(every))),
        lambda row: Count(pool.parts[every[row][0]], *shapes[every[row][1]]),
    )


def copies(
    sample: Sample,
    pool: Pool[Expression],
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


def event_ratings(
    sample: Sample,
    pool: Pool[Expression],
    chosen: Sequence[tuple[int, int]],
    symbols: int,
    threads: Executor,
) -> Floats:
    """Return `(candidates, labels)`: what running numbers and their events would cost; see `kernels.rate_events`.

    A candidate is the running number and the mark, or -1; there are `symbols` tokens.
    """
    picked = np.array(chosen, np.int64).reshape(-1, 2)
    ratings = np.zeros((len(picked), sample.labels))

    def run(start: int) -> None:
        rows = slice(start, start + CHUNK // 8)
        rate_events(
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
    functions: Sequence[CountFunction],
    seen: Seen,
    threads: Executor,
) -> Pool[Lookup]:
    """Return every look-up that nobody has seen; a candidate is two counts and a function, by their numbers."""
    tables = np.array([function.table for function in functions])
    present = np.arange(sample.tokens.shape[1])[None] < sample.lengths[:, None]
    picked = np.array(chosen, np.int64).reshape(-1, 3)

    def run(start: int) -> Bytes:
        rows = picked[start : start + CHUNK]
        found = np.zeros((len(rows), *sample.tokens.shape), np.uint8)
        combine(pool.values, rows[:, 0], rows[:, 1], tables, rows[:, 2], found)
        result: Bytes = found * present
        return result

    def part(row: int) -> Lookup:
        one, two, number = picked[row].tolist()
        return lookup_part(pool.parts[one], pool.parts[two], functions[number])

    return _unseen(sample, seen, threads.map(run, _starts(len(picked))), part)


def pairs(count: int, functions: Sequence[CountFunction]) -> list[tuple[int, int, int]]:
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
    pool: Pool[Expression],
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


def read_part(candidate: Expression, number: int, wanted: Sequence[Wanted], causal: bool) -> Copy:
    """Return the head that a column of `read_ratings` speaks of."""
    each = wanted[number % len(wanted)]
    query, key = (POSITIONS, candidate) if number < len(wanted) else (candidate, POSITIONS)
    return Copy(query, key, TOKENS, each, causal)


def pair_ratings(
    sample: Sample, pool: Pool[Expression], chosen: Sequence[tuple[int, int]], threads: Executor
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


def lookup_part(one: Count, two: Count, function: CountFunction) -> Lookup:
    """Return the look-up that gives a function of two counts, or of the first where it is of one."""
    if function.single:
        entries = function.table[:, 0]
        return Lookup((one,), entries.shape, tuple(entries.tolist()), function.note)
    table = function.table
    return Lookup((one, two), table.shape, tuple(table.reshape(-1).tolist()), function.note)


def _starts(count: int) -> range:
    return range(0, count, CHUNK)


def _unseen(
    sample: Sample, seen: Seen, chunks: Iterable[Bytes], part: Callable[[int], P]
) -> Pool[P]:
    """Return those candidates that nobody has seen; `part` says what a candidate is by its number."""
    values, parts = [np.zeros((0, *sample.tokens.shape), np.uint8)], []
    for number, found in enumerate(chunks):
        new = seen.new(found)
        values.append(found[new])
        parts += [part(number * CHUNK + row) for row in new]
    return Pool(np.concatenate(values), tuple(parts))
