"""Choices: `if` at the root, between terms that are right wherever their branch is taken.

Of each behaviour the positions at which it agrees with the target are a set; a condition divides the positions, and each side must
lie within the set of some behaviour. A side where none does is a goal that is left.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tprog.compiled import compiled
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.peeling import Peeling, packed, unpacked
from tprog.synthesis.vectors.search import FEWEST, Found, Goal
from tprog.synthesis.vectors.store import COST, Ints, Where, Words
from tprog.synthesis.vectors.terms import Term

CONDITIONS = 30_000
"""Comparisons, the cheapest, that may be the condition."""

BRANCHES = 100_000
"""Behaviours, the cheapest, that may be a branch."""

FEWER = 5
"""Where each position is a sequence, whose labels are few, so many times fewer of both are tried: many behaviours are alike then."""

LEAST = 0.05
"""A branch is right at this much of the positions."""

ALTERNATIVES = 200
"""Sets after the first that covers a side among which a cheaper one is looked for."""

STEP = 500
"""Conditions between two looks at the clock."""

PRICE = 0.03
"""So much of the positions a choice must decide for each operation that it costs."""

DEPTH, NESTED, LEFT = 2, 6, 3
"""Choices within one another; halves, those that decide most, whose other side is a choice again; those where it becomes a goal."""

HITS = 10
"""Choices that are yielded."""

EITHER, CONDITIONED = 300, 6
"""Of so many behaviours, the cheapest and those that are right most often, two that are never both wrong; so many pairs get a condition of two comparisons."""


@compiled
def popcount(word: np.uint64) -> int:
    """Return how many bits are set."""
    count = 0
    while word != np.uint64(0):
        word &= word - np.uint64(1)
        count += 1
    return count


@compiled
def covering(sets: Words, sizes: Ints, places: Ints, side: Words) -> int:
    """Return a set that holds all positions of a side, or -1: of the first few that do, the cheapest.

    The sets are ordered by their sizes, the largest first.
    """
    size = 0
    for word in range(side.size):
        size += popcount(side[word])
    found, last = -1, len(sets)
    for one in range(len(sets)):
        if sizes[one] < size or one > last:
            break
        word = 0
        while word < side.size and side[word] & ~sets[one, word] == 0:
            word += 1
        if word == side.size and (found < 0 or places[one] < places[found]):
            last = min(last, one + ALTERNATIVES)
            found = one
    return found


@compiled
def divided(
    sets: Words, sizes: Ints, places: Ints, conditions: Words, asked: Words, found: Ints
) -> None:
    """Write for each condition a set that holds all positions where it is false, and one where it is true, or -1."""
    side = np.empty(asked.size, np.uint64)
    for one in range(len(conditions)):
        for truth in range(2):
            for word in range(asked.size):
                holds = conditions[one, word]
                side[word] = (holds if truth else ~holds) & asked[word]
            found[one, truth] = covering(sets, sizes, places, side)


class Choices:
    """Looks for choices between the behaviours of a bank, for one goal.

    Attributes:
        fewest: positions that a branch must decide.
        nested: halves whose other side is a choice again.
        left: after `run`, goals of which one or two branches are known.
    """

    fewest, nested = FEWEST, NESTED

    def __init__(self, peeling: Peeling, goal: Goal) -> None:
        """Take what collects conditions, and the goal."""
        self.peeling, self.bank, self.goal = peeling, peeling.bank, goal
        self.left: list[Goal] = []

    def _prepare(self) -> Found:
        peeling = self.peeling
        yield from peeling.collect()
        few = FEWER if self.bank.sample.single else 1
        order = np.argsort(peeling.costs, kind="stable")[: CONDITIONS // few]
        self.order, self.conditions = order, np.ascontiguousarray(peeling.pool[order])
        self.sets, self.sizes, self.places = self._agreements()

    def _agreements(self) -> tuple[Words, Ints, Ints]:
        """Return the sets of positions where behaviours agree with the target, each once, the largest first, and whose they are."""
        few = FEWER if self.bank.sample.single else 1
        values = self.bank.store.values[: min(BRANCHES // few, self.bank.count)]
        agree = packed(self.agreeing(values))
        large = np.bitwise_count(agree).sum(axis=1) >= LEAST * self.goal.where.sum()
        sets, first = np.unique(agree[large], axis=0, return_index=True)
        places, sizes = np.flatnonzero(large)[first], np.bitwise_count(sets).sum(axis=1).astype(int)
        order = np.lexsort((places, -sizes))
        return sets[order], sizes[order], places[order]

    def agreeing(self, values: Vector) -> Where:
        """Return where behaviours agree with the goal: (behaviours, positions)."""
        found: Where = (values == self.goal.wanted) & self.goal.where
        return found

    def run(self) -> Found:
        """Yield choices, those of two branches first."""
        yield from self._prepare()
        frontier = [Half(0, 0, packed(self.goal.where), self.goal.wrap)]
        for depth in range(DEPTH):
            halves: dict[bytes, Half] = {}
            for half in frontier:
                yield from self._choices(half, halves)
            worth = PRICE * int(self.goal.where.sum())
            frontier = sorted(halves.values(), key=lambda half: worth * half.cost - half.size)
            frontier = frontier[: self.nested]
            if not depth:
                yield from self._either()
            # What finds nothing gives the fill: where it does is often plain, and the rest simpler than the whole.
            there = self.goal.where & (self.goal.wanted != self.bank.store.fill)
            told = halves.get(packed(there).tobytes())
            for half in dict.fromkeys([*frontier[:LEFT], *([told] if told else [])]):
                if int(np.bitwise_count(half.rest).sum()) < 2 * FEWEST:
                    continue
                where = unpacked(half.rest, len(self.goal.wanted)) != 0
                self.left.append(
                    Goal(self.goal.wanted, where, half.wrap, f"{self.goal.how}a branch, ")
                )

    def _choices(self, half: "Half", halves: dict[bytes, "Half"]) -> Found:
        """Yield what decides all that is left, and note what decides much of it; each rest once."""
        hits: list[tuple[int, int, int, int]] = []
        for start in range(0, len(self.conditions), STEP):
            some = self.conditions[start : start + STEP]
            found = np.zeros((len(some), 2), np.int64)
            divided(self.sets, self.sizes, self.places, some, half.rest, found)
            both = (found >= 0).sum(axis=1)
            for one in np.flatnonzero(both == 2).tolist():
                no, yes = found[one].tolist()
                hits.append((int(self.places[no] + self.places[yes]), start + one, yes, no))
            for one in np.flatnonzero(both == 1).tolist():
                self._note(half, start + one, found[one], halves)
            yield None
        for _, one, yes, no in sorted(hits)[:HITS]:
            then, other = (self.bank.term(int(self.places[place])) for place in (yes, no))
            condition = self.peeling.condition(int(self.order[one]))
            yield half.wrap(_if(condition, then, other, True)), f"{self.goal.how}a choice"

    def _either(self) -> Found:
        """Yield choices between two behaviours of which one is right everywhere: where both are, the condition may be anything."""
        every, fewest = packed(self.goal.where), self.fewest
        cheap = np.argsort(self.places, kind="stable")[:EITHER]
        some = np.union1d(cheap, np.arange(min(EITHER, len(self.sets))))
        found: dict[bytes, tuple[int, int, int]] = {}
        for a in some.tolist():
            others = some[some < a]
            one, two = self.sets[a] & ~self.sets[others], self.sets[others] & ~self.sets[a]
            sizes = np.minimum(*(np.bitwise_count(each).sum(axis=1) for each in (one, two)))
            both = ((self.sets[a] | self.sets[others]) == every).all(axis=1)
            for b in np.flatnonzero(both & (sizes >= fewest)).tolist():
                places = int(self.places[a]), int(self.places[others[b]])
                key = one[b].tobytes() + two[b].tobytes()
                made = sum(places), a, int(others[b])
                found[key] = min(found.get(key, made), made)
            yield None
        for _, a, b in sorted(found.values())[:CONDITIONED]:
            yes, no = unpacked(self.sets[[a, b]], len(self.goal.wanted)) != 0
            then, other = (self.bank.term(int(self.places[one])) for one in (a, b))
            for condition in self.peeling.told(yes & ~no, yes ^ no):
                if condition is None:
                    yield None
                    continue
                term = Term("if", (condition, then, other))
                yield self.goal.wrap(term), f"{self.goal.how}a choice by two comparisons"

    def _note(self, half: "Half", one: int, found: Ints, halves: dict[bytes, "Half"]) -> None:
        truth = bool(found[1] >= 0)
        holds = self.conditions[one]
        rest = half.rest & (~holds if truth else holds)
        size = half.size + int(np.bitwise_count(half.rest & ~rest).sum())
        if min(size - half.size, int(np.bitwise_count(rest).sum())) < self.fewest:
            return
        place = int(self.places[found[int(truth)]])

        def wrap(other: Term) -> Term:
            condition = self.peeling.condition(int(self.order[one]))
            return half.wrap(_if(condition, self.bank.term(place), other, truth))

        cost = int(self.peeling.costs[self.order[one]] + self.bank.store.origins[place, COST])
        halves.setdefault(rest.tobytes(), Half(size, half.cost + cost, rest, wrap))


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """A choice with one branch: how many positions it decides at which cost, which are left, what is made of a term for these."""

    size: int
    cost: int
    rest: Words
    wrap: Callable[[Term], Term]


def _if(condition: Term, branch: Term, other: Term, truth: bool) -> Term:
    """Return the choice of a branch where the condition is true (or else false)."""
    return Term("if", (condition, *((branch, other) if truth else (other, branch))))
