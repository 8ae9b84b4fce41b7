"""The search for the smallest set of parts that alone still gives an answer.

Sets are tried by size. Among the sets of the smallest size that do, a greedy set cover chooses: first the one that does for
most predictions, then the one that does for most of the rest, and so on. Where a size has too many sets, delta debugging
(Zeller and Hildebrandt 2002) removes parts from the whole instead: no part of such a set can be spared, but a smaller set of
other parts may exist.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np

from tprog.analysis.explain.baseline_values import Baselines
from tprog.analysis.explain.circuits.trials import Predictions, Trials
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Program

# Called with the number of predictions done and the number in all.
Progress: TypeAlias = Callable[[int, int], None]

# Sums that are compared, and sets that are tried, before the search by size gives up: some seconds.
MOST_SUMS = 200_000_000
MOST_SETS = 30_000


@dataclass(frozen=True, slots=True, eq=False)
class Smallest:
    """A small set of parts for each prediction.

    Attributes:
        sets: the sets that occur, as bit masks.
        chosen: for each prediction the index of its set.
        exact: for each prediction whether no smaller set gives the answer.
        ways: for each prediction how many sets of that size do; 0 where the set is not exact.
        searched: every set of at most so many parts was tried, or need not be; the sets of inexact predictions are larger.
    """

    sets: tuple[int, ...]
    chosen: IntArray
    exact: BoolArray
    ways: IntArray
    searched: int


def sets_by_baseline(
    program: Program, predictions: Predictions, neutral: Baselines, progress: Progress | None = None
) -> Smallest:
    """Return for each prediction a smallest set of parts, the others held at the baseline values for the prediction's answer.

    Raises:
        BadInput: a batch does not belong to the Program's domain.
        InvalidProgram: a number could exceed 64 bits.
    """
    whole = Trials(program, predictions, neutral.commonest)
    chosen = np.zeros(len(predictions), dtype=np.int64)
    exact, ways = (
        np.zeros(len(predictions), dtype=np.bool_),
        np.zeros(len(predictions), dtype=np.int64),
    )
    found: dict[int, int] = {}
    searched, done = len(whole.parts), 0
    held = [neutral.by_label[label] for label in whole.labels.tolist()]
    for one in dict.fromkeys(held):
        labels = [place for place, other in enumerate(held) if other == one]
        own = np.flatnonzero(np.isin(whole.answers, labels))
        if not len(own):
            continue
        part = smallest_sets(Trials(program, predictions.take(own), one))
        places = [found.setdefault(parts, len(found)) for parts in part.sets]
        chosen[own] = np.array(places, dtype=np.int64)[part.chosen]
        exact[own], ways[own] = part.exact, part.ways
        searched = min(searched, part.searched)
        done += len(own)
        if progress is not None:
            progress(done, len(predictions))
    return Smallest(tuple(found), chosen, exact, ways, searched)


def smallest_sets(
    trials: Trials, most_sums: int = MOST_SUMS, most_sets: int = MOST_SETS
) -> Smallest:
    """Return for each prediction a smallest set of parts that alone gives the Program's answer.

    The search by size may compare `most_sums` sums and try `most_sets` sets.
    """
    total = len(trials.predictions)
    chosen, exact = np.full(total, -1, dtype=np.int64), np.zeros(total, dtype=np.bool_)
    ways = np.zeros(total, dtype=np.int64)
    found: dict[int, int] = {}
    searched = -1
    for size in range(len(trials.parts) + 1):
        rest = np.flatnonzero(chosen < 0)
        if not len(rest):
            searched = len(trials.parts)
            break
        most = min(most_sets, most_sums // (len(rest) * len(trials.labels)))
        sets = sets_of_size(trials, size, most)
        if sets is None:
            break
        most_sets -= len(sets)
        most_sums -= len(sets) * len(rest) * len(trials.labels)
        searched = size
        doing = [(parts, trials.holds(parts, rest)) for parts in sets]
        doing = [(parts, holds) for parts, holds in doing if holds.any()]
        ways[rest] = sum((holds for _, holds in doing), np.zeros(len(rest), dtype=np.int64))
        for parts, predictions in _cover(doing, rest):
            chosen[predictions] = found.setdefault(parts, len(found))
            exact[predictions] = True
    for parts, predictions in _reduced(trials, np.flatnonzero(chosen < 0)):
        chosen[predictions] = found.setdefault(parts, len(found))
    return Smallest(tuple(found), chosen, exact, ways, searched)


def sets_of_size(trials: Trials, size: int, most: int) -> list[int] | None:
    """Return the sets of so many parts in which every part reads something active and reaches a vote.

    No other set can be a smallest one. None where more than `most` sets would have to be looked at.
    """

    def grow(parts: int, below: int, missing: int) -> Iterator[int]:
        if missing == 0:
            yield parts
            return
        for bit in range(below - 1, missing - 2, -1):
            if trials.voters >> bit & 1 or trials.readers[bit] & parts:
                yield from grow(parts | 1 << bit, bit, missing - 1)

    found = list(islice(grow(0, len(trials.parts), size), most + 1))
    if len(found) > most:
        return None
    return [parts for parts in found if trials.fed(parts) == parts]


def _cover(doing: list[tuple[int, BoolArray]], rest: IntArray) -> Iterator[tuple[int, IntArray]]:
    """Yield a greedy cover of the predictions by sets that give the answer, each set with its predictions."""
    if not doing:
        return
    matrix = np.array([holds for _, holds in doing])
    while True:
        counts = matrix.sum(axis=1)
        best = int(counts.argmax())
        if not counts[best]:
            return
        taken = matrix[best].copy()
        yield doing[best][0], rest[taken]
        matrix, rest = matrix[:, ~taken], rest[~taken]


def _reduced(trials: Trials, rest: IntArray) -> Iterator[tuple[int, IntArray]]:
    """Yield sets of which no part can be spared, each with its predictions.

    Delta debugging, for many predictions at once: they stay together as long as the same parts can be removed.
    """
    whole = trials.useful(trials.all)
    # By set and by how many parts are taken away at once; the largest first, so that equal ones meet.
    waiting: dict[tuple[int, int], IntArray] = {}
    if len(rest):
        waiting[whole, max(1, whole.bit_count() // 2)] = rest
    while waiting:
        key = max(waiting, key=lambda key: (key[0].bit_count(), key[1], key[0]))
        (parts, step), predictions = key, waiting.pop(key)
        for smaller in _without(trials, parts, step):
            if not len(predictions):
                break
            holds = trials.holds(smaller, predictions)
            if holds.any():
                _add(
                    waiting,
                    (smaller, min(step, max(1, smaller.bit_count() // 2))),
                    predictions[holds],
                )
                predictions = predictions[~holds]
        if len(predictions) and step == 1:
            yield parts, predictions
        elif len(predictions):
            _add(waiting, (parts, step // 2), predictions)


def _without(trials: Trials, parts: int, step: int) -> list[int]:
    """Return a set without some of its parts, so many at a time, the last of them first."""
    bits = [bit for bit in reversed(range(len(trials.parts))) if parts >> bit & 1]
    groups = [bits[start : start + step] for start in range(0, len(bits), step)]
    return [trials.useful(parts & ~sum(1 << bit for bit in group)) for group in groups]


def _add(
    waiting: dict[tuple[int, int], IntArray], key: tuple[int, int], predictions: IntArray
) -> None:
    known = waiting.get(key)
    waiting[key] = predictions if known is None else np.union1d(known, predictions)
