"""The search: the bank grows cost by cost, and after each cost the targets are looked for beyond it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from tprog.synthesis.vectors import lookahead as look
from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.coding import Sample
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.store import Ints, Store, found, hashed, reindex
from tprog.synthesis.vectors.terms import OPERATIONS, TRUTH_FIRST, Term, constant, of

Found: TypeAlias = Iterator[tuple[Term, str] | None]
"""Terms that give a target, each with how it was found; None now and then so that the caller can look at the clock."""

LARGEST_MODULUS = 16
"""A target below this may be something modulo its greatest value plus one."""

HITS = 30
"""Terms that one look yields: where there are more, the target decides too little."""

PAIRED, PAIRED_LATE = 6_000, 12_000
"""Behaviours of which all pairs are compared with the target at the root, up to cost 4 and at higher costs."""

CHEAP, DEEP = 600, 80_000
"""So many cheap behaviours are paired with so many deep ones."""

BEYOND_ONE, BEYOND_TWO = 150_000, 40_000
"""Behaviours to which one operation more is applied: of one term, of two with a cheap one."""

NEAR = 8
"""Positions that are compared first, kept close together in memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Something to search for: with `wrap` around it, it is the answer."""

    wanted: Vector
    wrap: Callable[[Term], Term]
    how: str = ""


def goals_of(sample: Sample, whole: bool) -> Iterator[Goal]:
    """Yield the target and what is simpler to find where an operation is peeled off (goal inversion)."""
    t, starts, m = sample.wanted, sample.starts, int(sample.wanted.max()) + 1
    small = t.min() >= 0 and 2 <= m <= LARGEST_MODULUS
    truth = set(np.unique(t[sample.known]).tolist()) <= {0, 1}
    yield Goal(t, lambda term: term)
    if truth:
        yield Goal(1 - t, lambda term: of("sub", constant(1), term), "not ")
    if not sample.known.all():
        return
    if whole:
        turned = np.concatenate([t[a:b][::-1] for a, b in pairwise(starts)])
        yield Goal(turned, lambda term: of("reverse", term), "reversed ")
        return
    inputs = [Term("input", (), channel) for channel in range(len(sample.channels))]
    known = [*zip(inputs, sample.channels, strict=True)]
    if len(inputs) == 2:
        known.append((of("add", *inputs), sample.channels.sum(axis=0)))
    for one, values in known:
        rest = (t - values) % m
        if small and (m > 2 or len(inputs) > 1) and set(rest.tolist()) == {0, 1}:
            yield Goal(rest, _added(one, m), f"{one} plus ")
    first = differences(t, starts)
    yield Goal(first, lambda term: of("sum", term), "sum of ")
    if small:
        total = lambda term: of("mod", of("sum", term), constant(m))  # noqa: E731
        yield Goal(first % m, total, f"sum modulo {m} of ")


def _added(one: Term, m: int) -> Callable[[Term], Term]:
    return lambda term: of("mod", of("add", one, term), constant(m))


def differences(t: Vector, starts: Vector) -> Vector:
    """Return each value less the one before it; the first of a sequence as it is."""
    found = np.diff(t, prepend=0)
    found[starts[:-1]] = t[starts[:-1]]
    return found


@dataclass(slots=True, eq=False)
class Search:
    """Looks for goals among and beyond the behaviours of a bank; `further` says whether it has the further leaves."""

    bank: Bank
    goals: list[Goal]
    further: bool = False
    _done: dict[tuple[str, str], int] = field(default_factory=dict)

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
        store, whole = self._judged(), self.bank.whole
        reaching = {name: one for name, one in OPERATIONS.items() if whole or one.reach != "all"}
        for goal in self.goals:
            if cost >= 3:
                one = [n for n, one in reaching.items() if one.arity == 1 and n != "comb"]
                yield from self._beyond(store, goal, one, BEYOND_ONE)
            yield from self._pairs(store, goal, cost)
        if cost >= 3:
            two = [n for n, one in reaching.items() if one.arity == 2 and one.reach != "here"]
            for goal in self.goals:
                yield from self._beyond(store, goal, two, BEYOND_TWO, self._cheap(6))

    def _judged(self) -> Store:
        """Return the store as far as the target tells: hashed over the positions where something is wanted."""
        store, known = self.bank.store, self.bank.sample.known
        if known.all():
            return store
        judged = store._replace(
            weights=np.where(known, store.weights, np.uint64(0)),
            hashes=np.zeros(self.bank.count, np.uint64),
            keys=np.zeros_like(store.keys),
            places=np.zeros_like(store.places),
        )
        reindex(judged, self.bank.count)
        return judged

    def _parts(self, kind: str, goal: Goal, end: int, step: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of behaviours up to the end where this look has not been yet."""
        begin = self._done.get((kind, goal.how), 0)
        self._done[kind, goal.how] = max(begin, end)
        yield from ((start, min(end, start + step)) for start in range(begin, end, step))

    def _sums(self, store: Store, goal: Goal) -> Found:
        target, bank = np.uint64(hashed(goal.wanted, store.weights)), self.bank
        hashes = store.hashes[: bank.count]
        for place in np.flatnonzero(hashes == target)[:3].tolist():
            yield goal.wrap(bank.term(place)), f"{goal.how}enumerated"
        for name, rests in (("add", target - hashes), ("sub", hashes - target)):
            for a in np.flatnonzero(np.isin(rests, hashes))[:HITS].tolist():
                term = of(name, bank.term(a), bank.term(found(store, rests[a])))
                yield goal.wrap(term), f"{goal.how}a sum"
        yield None

    def _cheap(self, most: int) -> Ints:
        """Return the first behaviours that are not constant."""
        values = self.bank.store.values[: min(40, self.bank.count)]
        return np.flatnonzero(values.min(1) < values.max(1))[:most]

    def _beyond(
        self, store: Store, goal: Goal, names: list[str], most: int, cheap: Ints | None = None
    ) -> Found:
        bank, cheap = self.bank, np.zeros(0, np.int64) if cheap is None else cheap
        truth = np.where(bank.sample.known, goal.wanted, -1)
        if set(truth.tolist()) | {-1} != {-1, 0, 1}:
            truth = truth[:0]
        shifts = [int(name in ("shift", "ahead")) for name in names]
        made = [OPERATIONS[name] for name in names]
        each = zip(made, shifts, strict=True)
        rows = np.array([(one.code, k, one.arity, one.takes == TRUTH_FIRST) for one, k in each])
        target = np.uint64(hashed(goal.wanted, store.weights))
        sought = look.Sought(target, truth, rows, cheap)
        ways = len(rows) * max(1, 2 * len(cheap))
        for asked in self._parts(names[0], goal, min(bank.count, most), max(1, bank.chunk // ways)):
            hits = np.zeros((HITS, 5), np.int64)
            count = look.beyond(store, sought, asked, hits)
            bank.tried += (asked[1] - asked[0]) * ways
            for row, a, b, how, other in hits[:count].tolist():
                places = (a, b)[: made[row].arity]
                term = Term(names[row], tuple(map(bank.term, places)), shifts[row])
                yield goal.wrap(self._finished(term, how, other)), f"{goal.how}one operation beyond"
            yield None

    def _finished(self, made: Term, how: int, other: int) -> Term:
        """Return what an operation's result becomes with another behaviour or number."""
        match how:
            case look.ALONE:
                return made
            case look.ABOVE:
                return of("less", constant(other), made)
            case look.UP_TO:
                return of("most", made, constant(other))
            case look.PLUS:
                return of("add", made, self.bank.term(other))
            case look.FROM:
                return of("sub", self.bank.term(other), made)
        return of("sub", made, self.bank.term(other))

    def _pairs(self, store: Store, goal: Goal, cost: int) -> Found:
        known, bank = np.flatnonzero(self.bank.sample.known), self.bank
        order = _telling(known, goal.wanted[known])
        wanted = goal.wanted[order]
        low, high = int(wanted.min()), int(wanted.max())
        modulus = high + 1 if low >= 0 and 1 <= high < LARGEST_MODULUS else 0
        near = np.ascontiguousarray(store.values[: bank.count, order[:NEAR]])
        roots = look.ANYWAY | (look.MODULAR if modulus else 0)
        roots |= look.COMPARISONS if low >= 0 and high <= 1 else 0
        rests = near % modulus if modulus else near
        compared = look.Compared(store.values, near, rests, order, wanted, modulus, roots)
        end = min(bank.count, PAIRED if cost <= 4 else PAIRED_LATE)
        ranges = [(*asked, 0, -1) for asked in self._parts("pairs", goal, end, 100)]
        if cost >= 4:
            deep = self._parts("deep", goal, min(bank.count, DEEP), 1_000)
            ranges += [(max(CHEAP, a), b, 0, CHEAP) for a, b in deep if b > CHEAP]
        for one in ranges:
            hits = np.zeros((HITS, 3), np.int64)
            count = look.pairs(compared, one, hits)
            bank.tried += (one[1] - one[0]) * (one[3] if one[3] > 0 else one[1])
            for alive, a, b in hits[:count].tolist():
                for bit, name in enumerate(look.ROOTS):
                    if alive >> bit & 1:
                        term = _rooted(name, bank.term(a), bank.term(b), modulus)
                        yield goal.wrap(term), f"{goal.how}a pair"
            yield None


def _rooted(name: str, a: Term, b: Term, modulus: int) -> Term:
    if name in ("more", "least"):
        return of("less" if name == "more" else "most", b, a)
    inner = {"mul": of("add", a, b), "minus": of("sub", a, b), "from": of("sub", b, a)}.get(name)
    return of(name, a, b) if inner is None or not modulus else of("mod", inner, constant(modulus))


def _telling(known: Vector, wanted: Vector) -> Ints:
    """Return the positions to compare, some of each value first, rare values before others."""
    values, counts = np.unique(wanted, return_counts=True)
    spread = np.random.default_rng(1).permutation(len(known))
    first: list[int] = []
    for turn in range(4):
        for value in values[np.argsort(counts, kind="stable")][:NEAR]:
            first += spread[wanted[spread] == value][turn : turn + 1].tolist()
    rest = np.setdiff1d(spread, first, assume_unique=True)
    order: Ints = known[np.array([*first, *rest])]
    return order
