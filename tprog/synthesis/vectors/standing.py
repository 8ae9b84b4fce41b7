"""Labels that stand until something happens: what a head reads at the nearest key that holds a condition (goal inversion).

Where a goal never changes but where some condition holds, it may be a value that was read there. That value is a goal again, asked at the
keys alone, and simpler than the whole.
"""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np

from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.kernels import (
    NEAREST_BEFORE,
    NEAREST_BEHIND,
    NEAREST_HERE,
    Vector,
)
from tprog.synthesis.vectors.search import FEWEST, Goal
from tprog.synthesis.vectors.store import COST, Ints, Where
from tprog.synthesis.vectors.terms import RELATIONS, Term, constant

CONDITIONS = 3
"""So many conditions, the cheapest, are tried for each way to look."""

MOST = 0.8
"""A condition that holds at more of the positions leaves the goal as it was."""


def standing(bank: Bank, goal: Goal) -> Iterator[Goal]:
    """Yield what must be read at the nearest key before the query, up to it, or behind it, for conditions that keys may hold.

    Keys are all positions of a sequence, or those of the query's token.
    """
    store, sample = bank.store, bank.sample
    if sample.single or not goal.where.all():
        return
    sequences = [np.arange(a, b) for a, b in pairwise(sample.starts.tolist())]
    keys = [(constant(1), sequences)]
    for channel, tokens in enumerate(sample.channels):
        own = [row[tokens[row] == one] for row in sequences for one in np.unique(tokens[row])]
        keys.append((Term("input", (), channel), own))
    truths = np.flatnonzero(store.truths[: bank.count])
    truths = truths[(store.values[truths] != 0).mean(axis=1) <= MOST]
    truths = truths[np.argsort(store.origins[truths, COST], kind="stable")]
    holds = store.values[truths] != 0
    for key, groups in keys:
        first, then = (
            np.concatenate([row[side] for row in groups])
            for side in (slice(None, -1), slice(1, None))
        )
        changes = goal.wanted[first] != goal.wanted[then]
        for way in (NEAREST_HERE, NEAREST_BEFORE, *([NEAREST_BEHIND] if bank.whole else [])):
            needed = (first if way == NEAREST_BEFORE else then)[changes]
            left = CONDITIONS
            for place in truths[holds[:, needed].all(axis=1)].tolist():
                if not left:
                    break
                made = _asked(bank, goal, _read(store.values[place], way, groups))
                if made is not None:
                    left -= 1
                    wanted, where, other = made
                    wrap = partial(_head, (bank.term(place), key), way, other, goal)
                    yield Goal(wanted, where, wrap, f"{goal.how}what stood, ")


def _read(holds: Vector, way: int, groups: list[Ints]) -> Ints:
    """Return the position of the key that each query reads, -1 where there is none; each looks into its own group."""
    found = np.full(holds.size, -1)
    for group in groups:
        keys = group[holds[group] != 0]
        side: Literal["left", "right"] = "left" if way == NEAREST_BEFORE else "right"
        which = np.searchsorted(keys, group, side) - (way != NEAREST_BEHIND)
        inside = (which >= 0) & (which < len(keys))
        found[group[inside]] = keys[which[inside]]
    return found


def _asked(bank: Bank, goal: Goal, read: Ints) -> tuple[Vector, Where, int] | None:
    """Return what must stand at the keys, which keys are read, and what stands for none; None where queries of one key, or of none, want several things."""
    wanted, where = np.zeros_like(goal.wanted), np.zeros_like(goal.where)
    wanted[read[read >= 0]] = goal.wanted[read >= 0]
    where[read[read >= 0]] = True
    others = np.unique(goal.wanted[read < 0])
    right = (wanted[read] == goal.wanted) | (read < 0)
    if (
        not right.all()
        or len(others) > 1
        or where.sum() < FEWEST
        or len(np.unique(wanted[where])) < 2
    ):
        return None
    return wanted, where, int(others[0]) if len(others) else bank.store.fill


def _head(keys: tuple[Term, Term], way: int, other: int, goal: Goal, read: Term) -> Term:
    condition, key = keys
    return goal.wrap(
        Term("head", (condition, key, key, read, constant(other)), way * len(RELATIONS))
    )
