"""Targets that a table gives of one behaviour or of two (functional dependencies).

What a table can tell of a behaviour is which positions it has in common, so that of behaviours with one partition of the positions
the cheapest counts: its classes stand for its values.
"""

from collections import Counter
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


def tabled(bank: Bank, goals: list[Goal]) -> Found:
    """Yield tables of few behaviours that give a goal, of one before those of two."""
    store = bank.store
    order = np.argsort(store.origins[: bank.count, COST], kind="stable")[:BEHAVIOURS]
    kept = np.zeros((len(order) + 1, store.values.shape[1]), np.int8)
    which = np.zeros(len(kept), np.int64)
    seen = np.zeros(1 << (4 * BEHAVIOURS).bit_length(), np.uint64)
    kept = kept[: partitions(store.values, order, kept, which, seen)]
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
                    term = _table(bank, goal, which[[one for one in places if one]].tolist())
                    yield goal.wrap(term), f"{goal.how}a table"
                if found:
                    break


def _table(bank: Bank, goal: Goal, places: list[int]) -> Term:
    """Return the table of some behaviours: what was never seen is what comes most often."""
    values = bank.store.values[places].astype(np.int64)
    parts = tuple(map(_bounded, map(bank.term, places), values))
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
