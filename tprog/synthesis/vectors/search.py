"""The search: the bank grows cost by cost, and after each cost the targets are looked for beyond it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.coding import Sample
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.lookahead import (
    ABOVE,
    ALONE,
    FROM,
    PLUS,
    ROOTS,
    UP_TO,
    beyond,
    pairs,
    sums,
    table_of,
    triples,
    verdicts,
)
from tprog.synthesis.vectors.store import Ints, Store, hashed, reindex
from tprog.synthesis.vectors.terms import OPERATIONS, Term, constant, of

Found: TypeAlias = Iterator[tuple[Term, str] | None]
"""Terms that give a target, each with how it was found; None now and then so that the caller can look at the clock."""

LARGEST_MODULUS = 16
"""A target below this may be something modulo its greatest value plus one."""

HITS = 30
"""Terms that one look yields: where there are more, the target decides too little."""

PAIRED = {2: 6_000, 3: 6_000, 4: 6_000}
"""Behaviours of which all pairs are compared with the target at the root, by cost; 12,000 at higher costs."""

CHEAP, DEEP = 600, 80_000
"""So many cheap behaviours are paired with so many deep ones."""

TRIPLED = 2_500
"""Behaviours of which all pairs are looked at in sums of three."""

BEYOND_ONE, BEYOND_TWO = 150_000, 40_000
"""Behaviours to which one operation more is applied: of one term, of two with a cheap one."""

GATHERED = 60_000
"""Positions that a gather is tried with, its values being any that hold all that is wanted."""

NEAR = 8
"""Positions that are compared first, kept close together in memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Something to search for: with `wrap` around it, it is the answer."""

    wanted: Vector
    wrap: Callable[[Term], Term]
    how: str


def _same(term: Term) -> Term:
    return term


def goals_of(sample: Sample, whole: bool) -> list[Goal]:
    """Return the target and what is simpler to find where an operation is peeled off (goal inversion)."""
    t, starts = sample.wanted, sample.starts
    found = [Goal(t, _same, "")]
    truth = set(np.unique(t[sample.known]).tolist()) <= {0, 1}
    if truth:
        found.append(Goal(1 - t, lambda term: of("sub", constant(1), term), "not "))
    if not sample.known.all():
        return found
    if whole:
        turned = np.concatenate([t[a:b][::-1] for a, b in pairwise(starts)])
        return [*found, Goal(turned, lambda term: of("reverse", term), "reversed ")]
    found += _remainders(sample)
    first = differences(t, starts)
    found.append(Goal(first, lambda term: of("sum", term), "sum of "))
    m = int(t.max()) + 1
    if t.min() >= 0 and 2 <= m <= LARGEST_MODULUS:
        wrap = lambda term: of("mod", of("sum", term), constant(m))  # noqa: E731
        found.append(Goal(first % m, wrap, f"sum modulo {m} of "))
    if not truth:
        second = differences(first, starts)
        found.append(Goal(second, lambda term: of("sum", of("sum", term)), "sum of sums of "))
    return found


def _remainders(sample: Sample) -> Iterator[Goal]:
    """Yield what is added to an input, or to the sum of two, modulo the target's range, where it is a truth value."""
    m = int(sample.wanted.max()) + 1
    terms = [Term("input", (), channel) for channel in range(len(sample.channels))]
    known = [*zip(terms, sample.channels, strict=True)]
    if len(terms) == 2:
        known.append((of("add", *terms), sample.channels.sum(axis=0)))
    for one, values in known:
        rest = (sample.wanted - values) % m
        if (
            sample.wanted.min() >= 0
            and 3 - len(terms) < m <= LARGEST_MODULUS
            and set(rest.tolist()) == {0, 1}
        ):
            wrap = lambda term, one=one: of("mod", of("add", one, term), constant(m))  # noqa: E731
            yield Goal(rest, wrap, f"{one} plus ")


def differences(t: Vector, starts: Vector) -> Vector:
    """Return each value less the one before it; the first of a sequence as it is."""
    found = t.copy()
    found[1:] -= t[:-1]
    found[starts[:-1]] = t[starts[:-1]]
    return found


@dataclass(slots=True, eq=False)
class Search:
    """Looks for goals among and beyond the behaviours of a bank."""

    bank: Bank
    goals: list[Goal]
    _done: dict[tuple[str, str], int] = field(default_factory=dict)

    def grown(self, cost: int) -> Found:
        """Grow the bank by the terms of a cost."""
        for _ in self.bank.grow(cost):
            yield None

    def renew(self, other: "Search") -> None:
        """Go on with another's bank and goals."""
        self.bank, self.goals, self._done = other.bank, other.goals, {}

    def enumerated(self) -> Found:
        """Yield the goals that are in the bank, and sums and differences of two behaviours."""
        store = self._judged()
        for goal in self.goals:
            yield from self._sums(store, goal)

    def beyond(self, cost: int) -> Found:
        """Look further beyond the bank, which holds the terms up to a cost."""
        store = self._judged()
        for goal in self.goals:
            if cost >= 3:
                yield from self._beyond(store, goal, "one", _unary(self.bank.whole), BEYOND_ONE)
            yield from self._pairs(store, goal, cost)
        for goal in self.goals:
            yield from self._triples(store, goal)
        if cost >= 3:
            for goal in self.goals:
                ways = _binary(self.bank.whole)
                yield from self._beyond(store, goal, "two", ways, BEYOND_TWO, self._cheap(6))
            yield from self._gathers(store)

    def _judged(self) -> Store:
        """Return the store as far as the target tells: hashed over the positions where something is wanted."""
        store, known = self.bank.store, self.bank.sample.known
        if known.all():
            return store
        weights = np.where(known, store.weights, np.uint64(0))
        judged = table_of(weights, store, self.bank.count)
        reindex(judged, self.bank.count)
        return judged

    def _since(self, kind: str, goal: Goal, end: int) -> int:
        """Return up to where this look has been, and note that it will have been up to the end."""
        start = self._done.get((kind, goal.how), 0)
        self._done[kind, goal.how] = max(start, end)
        return start

    def _sums(self, store: Store, goal: Goal) -> Found:
        target = np.uint64(hashed(goal.wanted, store.weights))
        for place in np.flatnonzero(store.hashes[: self.bank.count] == target)[:3].tolist():
            yield goal.wrap(self.bank.term(place)), f"{goal.how}enumerated"
        hits = np.zeros((HITS, 3), np.int64)
        for which, a, b in hits[: sums(store, self.bank.count, target, hits)].tolist():
            term = of("sub" if which else "add", self.bank.term(a), self.bank.term(b))
            yield goal.wrap(term), f"{goal.how}a sum"
        yield None

    def _triples(self, store: Store, goal: Goal) -> Found:
        target = np.uint64(hashed(goal.wanted, store.weights))
        end = min(TRIPLED, self.bank.count)
        for start in range(self._since("triples", goal, end), end, 100):
            hits = np.zeros((HITS, 4), np.int64)
            count = triples(store, (start, min(end, start + 100)), target, hits)
            for which, *places in hits[:count].tolist():
                a, b, c = map(self.bank.term, places)
                pair = (of("add", a, b), of("sub", a, b), of("sub", b, a))[which]
                yield goal.wrap(of("add", pair, c)), f"{goal.how}a sum of three"
            yield None

    def _cheap(self, most: int) -> Ints:
        """Return the first behaviours that are not constant."""
        values = self.bank.store.values[: min(40, self.bank.count)]
        return np.flatnonzero(values.min(1) < values.max(1))[:most]

    def _beyond(
        self,
        store: Store,
        goal: Goal,
        kind: str,
        ways: list[tuple[str, int]],
        most: int,
        cheap: Ints | None = None,
    ) -> Found:
        target = np.uint64(hashed(goal.wanted, store.weights))
        cheap = np.zeros(0, np.int64) if cheap is None else cheap
        rows = np.array([_row(name, number) for name, number in ways])
        truth = np.where(self.bank.sample.known, goal.wanted, -1)
        if set(np.unique(truth).tolist()) | {-1} != {-1, 0, 1}:
            truth = truth[:0]
        end = min(self.bank.count, most)
        step = max(50, 30_000 // len(rows) // max(1, 2 * len(cheap)))
        for start in range(self._since(kind, goal, end), end, step):
            hits = np.zeros((HITS, 5), np.int64)
            asked = start, min(end, start + step)
            count = beyond(store, asked, cheap, rows, target, truth, self.bank.fill, hits)
            self.bank.tried += (asked[1] - start) * len(rows) * max(1, 2 * len(cheap))
            for row, a, b, how, other in hits[:count].tolist():
                name, number = ways[row]
                places = (a, b)[: OPERATIONS[name].arity]
                made = Term(name, tuple(map(self.bank.term, places)), number)
                made = self._finished(made, how, other)
                yield goal.wrap(made), f"{goal.how}one operation beyond"
            yield None

    def _finished(self, made: Term, how: int, other: int) -> Term:
        """Return what an operation's result becomes with another behaviour or number."""
        if how == ALONE:
            return made
        if how in (ABOVE, UP_TO):
            number = constant(other)
            return of("less", number, made) if how == ABOVE else of("most", made, number)
        rest = self.bank.term(other)
        if how == PLUS:
            return of("add", made, rest)
        return of("sub", rest, made) if how == FROM else of("sub", made, rest)

    def _gathers(self, store: Store) -> Found:
        """Gather, with any positions, from vectors that hold in each sequence every value that is wanted there."""
        goal, sample = self.goals[0], self.bank.sample
        values = store.values[: min(5_000, self.bank.count)]
        holds = np.ones(len(values), np.bool_)
        for a, b in pairwise(sample.starts):
            for one in np.unique(goal.wanted[a:b][sample.known[a:b]]).tolist():
                if one != self.bank.fill:
                    holds &= (values[:, a:b] == one).any(axis=1)
        cheap = np.flatnonzero(holds)[:40]
        name = "gather_all" if self.bank.whole else "gather"
        if len(cheap):
            yield from self._beyond(store, goal, "gathers", [(name, 0)], GATHERED, cheap)

    def _pairs(self, store: Store, goal: Goal, cost: int) -> Found:
        known = np.flatnonzero(self.bank.sample.known)
        wanted = goal.wanted[known]
        low, high = int(wanted.min()), int(wanted.max())
        order = _telling(known, wanted)
        modulus = high + 1 if low >= 0 and 1 <= high < LARGEST_MODULUS else 0
        end = min(self.bank.count, PAIRED.get(cost, 12_000))
        start = self._since("pairs", goal, end)
        ranges = [(a, min(a + 100, end), 0, -1) for a in range(start, end, 100)]
        if cost >= 4:
            end = min(self.bank.count, DEEP)
            start = max(CHEAP, self._since("deep", goal, end))
            ranges += [(a, min(a + 1_000, end), 0, CHEAP) for a in range(start, end, 1_000)]
        near = np.ascontiguousarray(store.values[: self.bank.count, order[:NEAR]])
        rests = near % modulus if modulus else near
        table = verdicts()
        bits = (63 if low >= 0 and high <= 1 else 0) | 448 | (1536 if modulus else 0)
        for one in ranges:
            hits = np.zeros((HITS, 3), np.int64)
            count = pairs(
                near, rests, store.values, goal.wanted, order, one, modulus, bits, table, hits
            )
            self.bank.tried += (one[1] - one[0]) * (one[3] if one[3] > 0 else one[1])
            for alive, a, b in hits[:count].tolist():
                for bit, name in enumerate(ROOTS):
                    if alive >> bit & 1:
                        term = _rooted(name, self.bank.term(a), self.bank.term(b), modulus)
                        yield goal.wrap(term), f"{goal.how}a pair"
            yield None


def _rooted(name: str, a: Term, b: Term, modulus: int) -> Term:
    match name:
        case "more" | "least":
            return of("less" if name == "more" else "most", b, a)
        case "mul" if modulus:
            return of("mod", of("add", a, b), constant(modulus))
        case "minus":
            return of("mod", of("sub", a, b), constant(modulus))
        case "from":
            return of("mod", of("sub", b, a), constant(modulus))
    return of(name, a, b)


def _telling(known: Vector, wanted: Vector) -> Ints:
    """Return the positions to compare, some of each value first, rare values before others."""
    values, counts = np.unique(wanted, return_counts=True)
    rare = values[np.argsort(counts, kind="stable")][:NEAR].tolist()
    spread = np.random.default_rng(1).permutation(len(known))
    places = {value: [one for one in spread if wanted[one] == value] for value in rare}
    first = [
        places[value][turn] for turn in range(4) for value in rare if turn < len(places[value])
    ]
    rest = np.setdiff1d(spread, first, assume_unique=True)
    order: Ints = known[np.concatenate([np.array(first, np.int64), rest])]
    return order


def _row(name: str, number: int) -> tuple[int, int, int, int]:
    operation = OPERATIONS[name]
    return operation.code, number, operation.arity, int(operation.takes == "truth first")


def _unary(whole: bool) -> list[tuple[str, int]]:
    return [
        (name, int(name in ("shift", "ahead")))
        for name, one in OPERATIONS.items()
        if one.arity == 1
        and (whole or one.reach != "all")
        and name not in ("comb", "binary", "power")
    ]


def _binary(whole: bool) -> list[tuple[str, int]]:
    return [
        (name, 0)
        for name, one in OPERATIONS.items()
        if one.arity == 2 and one.reach != "here" and (whole or one.reach != "all")
    ]
