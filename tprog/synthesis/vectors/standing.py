"""Labels that stand until something happens: what a head reads at the nearest key that holds a condition (goal inversion).

Where a goal never changes but where some condition holds, it may be a value that was read there. That value is a goal again, asked at the
keys alone, and simpler than the whole.
"""

from collections.abc import Iterator
from functools import partial
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

CONDITIONS = 8
"""So many conditions, the cheapest, are tried for each way to look."""

MOST = 0.8
"""A condition that holds at more of the positions leaves the goal as it was."""


def standing(bank: Bank, goal: Goal) -> Iterator[Goal]:
    """Yield what must be read at the nearest key before the query, up to it, or behind it, for conditions that keys may hold."""
    store, sample = bank.store, bank.sample
    if sample.single or not goal.where.all():
        return
    begins = np.zeros(goal.wanted.size, np.bool_)
    begins[sample.starts[:-1]] = True
    changes = np.flatnonzero((np.diff(goal.wanted, prepend=goal.wanted[:1]) != 0) & ~begins)
    truths = np.flatnonzero(store.truths[: bank.count])
    holds = store.values[truths] != 0
    truths = truths[holds.mean(axis=1) <= MOST]
    ways = ((NEAREST_HERE, 0), (NEAREST_BEFORE, 1), *([(NEAREST_BEHIND, 0)] if bank.whole else []))
    for way, back in ways:
        possible = truths[(store.values[truths][:, changes - back] != 0).all(axis=1)]
        possible = possible[np.argsort(store.origins[possible, COST], kind="stable")]
        left = CONDITIONS
        for place in possible.tolist():
            made = _asked(bank, goal, _read(store.values[place], way, sample.starts))
            if made is not None and left:
                left -= 1
                wanted, where, other = made
                yield Goal(
                    wanted,
                    where,
                    partial(_head, bank.term(place), way, other, goal),
                    f"{goal.how}what stood, ",
                )


def _read(holds: Vector, way: int, starts: Ints) -> Ints:
    """Return the position of the key that each query reads, -1 where there is none."""
    found = np.full(holds.size, -1)
    for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        keys = np.flatnonzero(holds[begin:end]) + begin
        side: Literal["left", "right"] = "left" if way == NEAREST_BEFORE else "right"
        which = np.searchsorted(keys, np.arange(begin, end), side) - (way != NEAREST_BEHIND)
        inside = (which >= 0) & (which < len(keys))
        found[begin:end][inside] = keys[which[inside]]
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


def _head(condition: Term, way: int, other: int, goal: Goal, read: Term) -> Term:
    always = constant(1)
    return goal.wrap(
        Term("head", (condition, always, always, read, constant(other)), way * len(RELATIONS))
    )
