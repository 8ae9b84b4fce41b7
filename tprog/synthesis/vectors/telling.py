"""What tells most of a target: behaviours that leave the labels the least uncertain, each given those chosen before it.

They are the leaves of a second bank, so that terms grow deeper where the labels say that it pays. Uncertainty is the entropy of the
labels within the cells of a table, in bits, and what the cells themselves cost (minimum description length).
"""

from typing import Any

import numpy as np

from tprog.compiled import compiled
from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.search import Goal
from tprog.synthesis.vectors.store import COST, Ints
from tprog.synthesis.vectors.tabled import CLASSES, partitioned
from tprog.synthesis.vectors.terms import Term

ALONE, TOGETHER = 6, 6
"""So many behaviours that tell most by themselves are chosen, and so many that tell most given those before them."""

PRICE = 2.0
"""Bits that a behaviour costs for each operation."""


@compiled
def uncertain(
    kept: Any, given: Ints, size: int, target: Ints, labels: int, cell_price: float
) -> Any:
    """Return for each partition how uncertain the target is, given another partition of so many classes as well: (partitions,)."""
    found = np.zeros(len(kept))
    counts = np.zeros((size * CLASSES, labels + 1), np.int64)
    stamps = np.full(size * CLASSES, -1)
    entropy = np.arange(target.size + 1) * np.log2(np.maximum(1, np.arange(target.size + 1)))
    for row in range(len(kept)):
        bits = 0.0
        for p in range(target.size):
            cell = given[p] * CLASSES + kept[row, p]
            if stamps[cell] != row:
                stamps[cell], counts[cell] = row, 0
                bits += cell_price
            some, total = counts[cell, target[p]], counts[cell, labels]
            bits += entropy[total + 1] - entropy[total] - entropy[some + 1] + entropy[some]
            counts[cell, target[p]] += 1
            counts[cell, labels] += 1
        found[row] = bits
    return found


def telling_most(bank: Bank, goal: Goal) -> list[Term]:
    """Return the behaviours of a bank that tell most of a goal."""
    kept, which = partitioned(bank)
    asked = np.flatnonzero(goal.where)
    labels, target = np.unique(goal.wanted[asked], return_inverse=True)
    cell_price = (len(labels) - 1) / 2 * float(np.log2(len(asked)))
    prices = PRICE * bank.store.origins[which, COST]
    kept = np.ascontiguousarray(kept[:, asked])
    given, size, chosen = np.zeros(len(asked), np.int64), 1, list[int]()
    for turn in range(TOGETHER):
        bits = uncertain(kept, given, size, target, len(labels), cell_price) + prices
        bits[0] -= prices[0]
        if not turn:
            chosen += np.argsort(bits, kind="stable")[:ALONE].tolist()
        best = int(bits.argmin())
        if not best:
            break
        chosen.append(best)
        told = np.unique(given * CLASSES + kept[best], return_inverse=True)[1]
        given, size = told.astype(np.int64), int(told.max()) + 1
    return [bank.term(int(which[one])) for one in dict.fromkeys(chosen) if one]
