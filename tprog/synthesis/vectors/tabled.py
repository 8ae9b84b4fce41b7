"""Targets that a table gives of one behaviour, of two, or of two that come near it and a third (functional dependencies).

What a table can tell of a behaviour is which positions it has in common, so that of behaviours with one partition of the positions
the cheapest counts: its classes stand for its values.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from tprog.compiled import compiled
from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.search import HITS, Found, Goal
from tprog.synthesis.vectors.store import COST, Ints, Words, slot
from tprog.synthesis.vectors.terms import HELD, Term, constant, of

CLASSES = 16
"""Of behaviours of more values no table is made."""

BEHAVIOURS, PAIRED = 60_000, 5_000
"""So many behaviours, the cheapest, are divided into classes; partitions of which all pairs are tried."""

ROWS, SEEN = 40, 8
"""Tables have at most so many rows, and see each so often on average; tables of fewer rows come first."""

CHEAPEST, FIRSTS, NEAREST, ORDERED, CHUNK = 50, 300, 100, 700, 20_000
"""Partitions, the cheapest and those that get least wrong beside one of the first few, of which all pairs are rated in the same way; pairs,
the best, for which a third is sought; behaviours whose order, two at a time, may be the third; so many of these at once."""

WORST = 1 << 30
"""What tables of too many cells are rated."""

BASES = 4
"""So many of the cheapest partitions, that of one class among them, stand beside what is rated alone."""

STEP = 250
"""First parts between two looks at the clock."""


@compiled
def partitions(values: Any, order: Ints, kept: Any, which: Ints, seen: Words) -> int:
    """Keep the classes of behaviours of few values, each partition once behind that of one class, and whose they are; return how many."""
    count = 1
    names, classes = np.zeros(CLASSES, np.int64), np.zeros(values.shape[1], np.int8)
    for row in order:
        size, key = 0, np.uint64(1469598103934665603)
        for p in range(values.shape[1]):
            one = 0
            while one < size and names[one] != values[row, p]:
                one += 1
            if one == size:
                if size == CLASSES:
                    size = 0
                    break
                names[size] = values[row, p]
                size += 1
            classes[p] = one
            key = (key ^ np.uint64(one)) * np.uint64(1099511628211)
            key ^= key >> np.uint64(29)
        place = slot(seen, key)
        if size > 1 and seen[place] != key and count < len(kept):
            seen[place], kept[count], which[count] = key, classes, row
            count += 1
    return count


@compiled
def determined(
    kept: Any, target: Ints, asked: Ints, ranges: tuple[int, int, int], hits: Ints
) -> int:
    """Write what determines the target at the positions asked for: in how many cells, and which partitions; return how many.

    The ranges are of the first partition, and whether there is a second, which comes before it; else it is the partition of
    one class, number 0.
    """
    count, turn = 0, 0
    stamps, held = np.zeros(CLASSES**2, np.int64), np.zeros(CLASSES**2, np.int64)
    for a in range(ranges[0], ranges[1]):
        for b in range(ranges[2], a if ranges[2] else 1):
            turn += 1
            cells, good = 0, True
            for p in asked:
                cell = np.int64(kept[a, p]) * CLASSES + kept[b, p]
                if stamps[cell] != turn:
                    stamps[cell], held[cell] = turn, target[p]
                    cells += 1
                elif held[cell] != target[p]:
                    good = False
                    break
            if good and cells <= ROWS and cells * SEEN <= asked.size and count < len(hits):
                hits[count] = (cells, a, b)
                count += 1
    return count


@compiled
def rated(kept: Any, some: Ints, others: Ints, target: Ints, asked: Ints, labels: int) -> Ints:
    """Return twice how many positions the best table of two partitions gets wrong, and its cells: (some, others)."""
    wrong = np.full((len(some), len(others)), WORST)
    counts, most = np.zeros((CLASSES**2, labels), np.int64), np.zeros(CLASSES**2, np.int64)
    stamps, turn = np.zeros(CLASSES**2, np.int64), 0
    for a in range(len(some)):
        for b in range(len(others)):
            turn += 1
            right, cells = 0, 0
            for p in asked:
                cell = np.int64(kept[some[a], p]) * CLASSES + kept[others[b], p]
                if stamps[cell] != turn:
                    stamps[cell], most[cell], counts[cell] = turn, 0, 0
                    cells += 1
                counts[cell, target[p]] += 1
                if counts[cell, target[p]] > most[cell]:
                    most[cell] += 1
                    right += 1
            if 2 * cells <= ROWS:
                wrong[a, b] = 2 * (asked.size - right) + cells
    return wrong


@compiled
def completed(kept: Any, pair: Ints, thirds: Any, target: Ints, asked: Ints, hits: Ints) -> int:
    """Write which thirds determine the target beside two partitions: in how many cells, and which; return how many."""
    count, size = 0, CLASSES**3
    stamps, held = np.full(size, -1), np.zeros(size, np.int64)
    for third in range(len(thirds)):
        cells, good = 0, True
        for p in asked:
            both = np.int64(kept[pair[0], p]) * CLASSES + kept[pair[1], p]
            cell = both * CLASSES + thirds[third, p]
            if stamps[cell] != third:
                stamps[cell], held[cell] = third, target[p]
                cells += 1
            elif held[cell] != target[p]:
                good = False
                break
        if good and cells <= ROWS and cells * SEEN <= asked.size and count < len(hits):
            hits[count] = (cells, third)
            count += 1
    return count


def _thirds(
    bank: Bank, kept: Any, which: Ints
) -> Iterator[tuple[Callable[[int], tuple[Term, Vector]], Any]]:
    """Yield what may stand third in a table, and how a row of it is written as a term with its values: partitions, then the orders of two behaviours."""
    values = bank.store.values
    yield (lambda row: (bank.term(int(which[row + 1])), values[which[row + 1]])), kept[1:PAIRED]
    cheap = values[: min(ORDERED, bank.count)]
    changing = np.flatnonzero(np.ptp(cheap, axis=1) > 1)
    every = changing[np.stack(np.tril_indices(len(changing), -1), axis=1)]
    for start in range(0, len(every), CHUNK):
        two = every[start : start + CHUNK]
        order = np.sign(values[two[:, 0]] - values[two[:, 1]]).astype(np.int8)

        def ordered(row: int, two: Ints = two, order: Any = order) -> tuple[Term, Vector]:
            difference = of("sub", *(bank.term(int(one)) for one in two[row]))
            return of("max", of("min", difference, constant(1)), constant(-1)), order[row]

        yield ordered, order + 1


def _threefold(bank: Bank, goal: Goal, kept: Any, which: Ints) -> Found:
    """Yield tables of three: two behaviours that nearly determine a goal, and one more, or which of two more is the greater."""
    asked = np.random.default_rng(1).permutation(np.flatnonzero(goal.where))
    labels, target = np.unique(goal.wanted, return_inverse=True)
    told = target, asked, len(labels)
    alone = rated(kept, np.arange(len(kept)), np.arange(min(BASES, len(kept))), *told).min(axis=1)
    firsts = np.argsort(alone, kind="stable")[:FIRSTS]
    firsts = np.union1d(firsts, np.arange(min(CHEAPEST, len(kept))))
    yield None
    wrong = np.tril(rated(kept, firsts, firsts, *told) - WORST) + WORST
    best = np.argsort(wrong, axis=None, kind="stable")[:NEAREST]
    pairs = firsts[np.stack(np.unravel_index(best, wrong.shape), axis=1)]
    yield None
    found = list[tuple[int, Term]]()
    for written, thirds in _thirds(bank, kept, which):
        for pair in pairs:
            hits = np.zeros((HITS, 2), np.int64)
            count = completed(kept, pair, thirds, target, asked, hits)
            rows = which[[one for one in pair if one]].tolist()
            for cells, third in hits[:count].tolist():
                term, values = written(third)
                values = np.vstack([bank.store.values[rows], values])
                found.append((cells, _table(goal, (*map(bank.term, rows), term), values)))
        yield None
    for _, term in sorted(found, key=lambda one: one[0])[:HITS]:
        yield goal.wrap(term), f"{goal.how}a table of three"


def partitioned(bank: Bank) -> tuple[Any, Ints]:
    """Return the partitions of the positions that behaviours make, that of one class first, and whose they are."""
    store = bank.store
    order = np.argsort(store.origins[: bank.count, COST], kind="stable")[:BEHAVIOURS]
    kept = np.zeros((len(order) + 1, store.values.shape[1]), np.int8)
    which = np.zeros(len(kept), np.int64)
    seen = np.zeros(1 << (4 * BEHAVIOURS).bit_length(), np.uint64)
    count = partitions(store.values, order, kept, which, seen)
    return kept[:count], which[:count]


def tabled(bank: Bank, goals: list[Goal], three: bool = False) -> Found:
    """Yield tables of few behaviours that give a goal, of one before those of two, and of three where these are asked for."""
    store = bank.store
    kept, which = partitioned(bank)
    yield None
    for goal in goals:
        if len(np.unique(goal.wanted[goal.where])) <= CLASSES:
            asked = np.random.default_rng(1).permutation(np.flatnonzero(goal.where))
            for number, most in enumerate((BEHAVIOURS, PAIRED)):
                found = list[list[int]]()
                for start in range(1, min(most, len(kept)), STEP):
                    hits = np.zeros((HITS, 3), np.int64)
                    ranges = start, min(start + STEP, most, len(kept)), number
                    count = determined(kept, goal.wanted, asked, ranges, hits)
                    found += hits[:count].tolist()
                    yield None
                for _, *places in sorted(found)[:HITS]:
                    rows = which[[one for one in places if one]].tolist()
                    term = _table(goal, tuple(map(bank.term, rows)), store.values[rows])
                    yield goal.wrap(term), f"{goal.how}a table"
                if found:
                    break
            else:
                yield from _threefold(bank, goal, kept, which) if three else ()


def _table(goal: Goal, terms: tuple[Term, ...], values: Vector) -> Term:
    """Return the table of some behaviours: what was never seen is what comes most often."""
    values = values.astype(np.int64)
    parts = tuple(map(_bounded, terms, values))
    told = np.vstack([values, goal.wanted])[:, goal.where].T.tolist()
    seen = {tuple(cell): label for *cell, label in told}
    often = Counter(seen.values()).most_common(1)[0][0]
    ranges = [np.unique(one).tolist() for one in values]
    rows = tuple((cell, seen.get(cell, often)) for cell in product(*ranges))
    return Term("table", parts, rows=rows)


def _bounded(term: Term, values: Vector) -> Term:
    """Return a term that has the value of the greatest one seen wherever it is greater."""
    return term if bounded(term) else of("min", term, constant(int(values.max())))


def bounded(term: Term) -> bool:
    """Tell whether it is plain to see that a term has the same few values in sequences of any length."""
    name, arguments = term.operation, term.arguments
    if term.is_truth or name in ("input", "code", "constant", "table"):
        return True
    if name in ("mod", "min", "max"):
        return (all if name == "max" else any)(map(bounded, arguments))
    return name in HELD and bounded(arguments[HELD[name]])
