"""The search: the bank grows cost by cost, and after each cost the targets are looked for beyond it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from tprog.synthesis.vectors import lookahead as look
from tprog.synthesis.vectors.bank import Bank, numbers_of
from tprog.synthesis.vectors.coding import Sample
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.store import Ints, Store, Where, found, hashed, reindex
from tprog.synthesis.vectors.terms import (
    INDEX,
    OPERATIONS,
    SHALLOW,
    TRUTH_FIRST,
    Term,
    constant,
    of,
)

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

BEYOND_ONE, BEYOND_TWO, BOTH = 150_000, 40_000, 150
"""Behaviours to which one operation more is applied: of one term, of two with a cheap one, of two that both cost at most 2."""

GATHERED = 20
"""So many cheap behaviours may hold what is wanted at another position."""

BESIDE = (0, 1, -1)
"""Beside a position is read this far from it."""

NEAR = 8
"""Positions that are compared first, kept close together in memory."""

FEWEST = 24
"""Positions that a goal must ask for: more terms than one give fewer by chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Something to search for: with `wrap` around it, it is the answer, if it is right where nothing is asked as well.

    Attributes:
        wanted: the values.
        where: at which positions they are wanted.
        wrap: what is made of a term that has them.
        how: in words.
    """

    wanted: Vector
    where: Where
    wrap: Callable[[Term], Term]
    how: str = ""

    @property
    def is_truth(self) -> bool:
        """Whether only 0 and 1 are wanted."""
        return set(np.unique(self.wanted[self.where]).tolist()) <= {0, 1}


def goals_of(sample: Sample, whole: bool) -> Iterator[Goal]:
    """Yield the target and what is simpler to find where an operation is peeled off (goal inversion)."""
    every = [*_simpler(sample, whole)]
    yield every[0]
    for goal in every[1:]:
        if goal.where.sum() >= FEWEST and len(np.unique(goal.wanted[goal.where])) > 1:
            yield goal


def _simpler(sample: Sample, whole: bool) -> Iterator[Goal]:
    t, starts, m = sample.wanted, sample.starts, int(sample.wanted.max()) + 1
    known = sample.known
    small = t.min() >= 0 and 2 <= m <= LARGEST_MODULUS
    root = Goal(t, known, lambda term: term)
    yield root
    if root.is_truth:
        yield Goal(1 - t, known, partial(of, "sub", constant(1)), "not ")
    if not known.all() or sample.single:
        return
    if whole:
        turned = np.concatenate([t[a:b][::-1] for a, b in pairwise(starts)])
        yield Goal(turned, known, partial(of, "reverse"), "reversed ")
        yield from _records(t, starts)
        steps = Goal(differences(t, starts), known, partial(of, "sum"), "sum of ")
        if steps.is_truth:
            yield steps
        return
    yield from _records(t, starts)
    inputs = [Term("input", (), channel) for channel in range(len(sample.channels))]
    terms = [*zip(inputs, sample.channels, strict=True)]
    if len(inputs) == 2:
        terms.append((of("add", *inputs), sample.channels.sum(axis=0)))
    for one, values in terms:
        rest = (t - values) % m
        if small and (m > 2 or len(inputs) > 1) and set(rest.tolist()) == {0, 1}:
            plus = partial(_modulo, m, partial(of, "add", one))
            yield Goal(rest, known, plus, f"{one} plus ")
    first = differences(t, starts)
    yield Goal(first, known, partial(of, "sum"), "sum of ")
    if small:
        total = partial(_modulo, m, partial(of, "sum"))
        yield Goal(first % m, known, total, f"sum modulo {m} of ")


def offset_goals(sample: Sample) -> Iterator[Goal]:
    """Yield what is left of a number where the token or the position is taken from it, added to it, or it is taken from that."""
    t, known = sample.wanted, sample.known
    if sample.single or not known.all() or len(np.unique(t)) <= 2:
        return
    leaves = [(Term("input", (), one), values) for one, values in enumerate(sample.channels)]
    for leaf, values in (*leaves, (INDEX, sample.index)):
        for name, wanted in (("add", t - values), ("sub", t + values), ("rsub", values - t)):
            wrap = partial(of, "sub", leaf) if name == "rsub" else partial(_beside, name, leaf)
            yield Goal(wanted, known, wrap, f"{leaf} beside ")


def _beside(name: str, leaf: Term, term: Term) -> Term:
    return of(name, term, leaf)


def _records(t: Vector, starts: Vector) -> Iterator[Goal]:
    """Yield what a running extreme is the extreme of: known where it changes; of a truth value, also before that."""
    change = np.diff(t, prepend=0)
    begins = np.zeros(t.size, np.bool_)
    begins[starts[:-1]] = True
    inside = change[~begins]
    for name, monotone, end in (("highest", inside >= 0, 0), ("lowest", inside <= 0, 1)):
        if monotone.all():
            where = begins | (change != 0)
            if set(np.unique(t).tolist()) == {0, 1}:
                where |= t == end
            yield Goal(t, where, partial(of, name), f"{name} of ")


def _modulo(m: int, made: Callable[[Term], Term], term: Term) -> Term:
    return of("mod", made(term), constant(m))


def differences(t: Vector, starts: Vector) -> Vector:
    """Return each value less the one before it; the first of a sequence as it is."""
    found = np.diff(t, prepend=0)
    found[starts[:-1]] = t[starts[:-1]]
    return found


@dataclass(frozen=True, slots=True)
class Start:
    """Whether a bank sees the whole sequence, has further leaves, has a position for each sequence."""

    whole: bool = False
    further: bool = False
    pooled: bool = False


@dataclass(slots=True, eq=False)
class Search:
    """Looks for goals among and beyond the behaviours of a bank; goals that choices left are `left`."""

    bank: Bank
    goals: list[Goal]
    start: Start = Start()
    offsets: tuple[Goal, ...] = ()
    left: list[Goal] = field(default_factory=list)
    _done: dict[tuple[str, Goal], int] = field(default_factory=dict)

    def renew(self, other: "Search") -> None:
        """Go on with another's bank and goals."""
        self.bank, self.goals, self.offsets = other.bank, other.goals, other.offsets
        self._done, self.left = {}, []

    def enumerated(self) -> Found:
        """Yield the goals that are in the bank, and sums and differences of two behaviours."""
        for goal in self.goals:
            yield from self._sums(self._judged(goal), goal)

    def near(self, cost: int) -> Found:
        """Look at pairs of the terms up to a cost, and at what stands where one of them says."""
        for goal in self.goals:
            yield from self.pairs(goal, cost)
            yield from self._gathered(goal)
        for goal in self.offsets:
            yield from self.pairs(goal, cost)

    def beyond(self) -> Found:
        """Apply operations of one term to everything in the bank."""
        one = self._taking(1)
        for goal in self.goals:
            yield from self._beyond(self._judged(goal), goal, one, BEYOND_ONE)

    def far(self) -> Found:
        """Apply operations of two terms to everything in the bank and a cheap term."""
        two = [name for name in self._taking(2) if OPERATIONS[name].reach != "here"]
        two = [name for name in two if name not in SHALLOW]
        small = self.bank.levels[2][1]
        for goal in self.goals:
            store = self._judged(goal)
            yield from self._beyond(store, goal, two, small, self._cheap(BOTH, small), "both ")
            yield from self._beyond(store, goal, two, BEYOND_TWO, self._cheap(6))

    def _taking(self, arity: int) -> list[str]:
        """Return the operations of so many terms that the bank has."""
        return [name for name, one in self.bank.operations.items() if one.arity == arity]

    def _judged(self, goal: Goal) -> Store:
        """Return the store as far as a goal tells: hashed over the positions where it asks for something."""
        store = self.bank.store
        if goal.where.all():
            return store
        judged = store._replace(
            weights=np.where(goal.where, store.weights, np.uint64(0)),
            hashes=np.zeros(self.bank.count, np.uint64),
            keys=np.zeros_like(store.keys),
            places=np.zeros_like(store.places),
        )
        reindex(judged, self.bank.count)
        return judged

    def _parts(self, kind: str, goal: Goal, end: int, step: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of behaviours up to the end where this look has not been yet."""
        begin = self._done.get((kind, goal), 0)
        self._done[kind, goal] = max(begin, end)
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

    def _cheap(self, most: int, end: int = 40) -> Ints:
        """Return the first behaviours that are not constant."""
        values = self.bank.store.values[: min(end, self.bank.count)]
        return np.flatnonzero(values.min(1) < values.max(1))[:most]

    def _beyond(
        self,
        store: Store,
        goal: Goal,
        names: list[str],
        most: int,
        cheap: Ints | None = None,
        kind: str = "",
    ) -> Found:
        bank, cheap = self.bank, np.zeros(0, np.int64) if cheap is None else cheap
        truth = np.where(goal.where, goal.wanted, -1)
        if set(truth.tolist()) | {-1} != {-1, 0, 1}:
            truth = truth[:0]
        made = [(name, number) for name in names for number in numbers_of(name, ())]
        each = [(OPERATIONS[name], number) for name, number in made]
        rows = np.array([(one.code, k, one.arity, one.takes == TRUTH_FIRST) for one, k in each])
        target = np.uint64(hashed(goal.wanted, store.weights))
        sought = look.Sought(target, truth, rows, cheap)
        ways = len(rows) * max(1, 2 * len(cheap))
        for asked in self._parts(
            kind + names[0], goal, min(bank.count, most), max(1, bank.chunk // ways)
        ):
            hits = np.zeros((HITS, 5), np.int64)
            count = look.beyond(store, sought, asked, hits)
            bank.tried += (asked[1] - asked[0]) * ways
            for row, a, b, how, other in hits[:count].tolist():
                places = (a, b)[: each[row][0].arity]
                term = Term(made[row][0], tuple(map(bank.term, places)), made[row][1])
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
            case look.OWN:
                return _rooted(look.ROOTS[other], made, made.arguments[0], 0)
            case look.PLUS:
                return of("add", made, self.bank.term(other))
            case look.FROM:
                return of("sub", self.bank.term(other), made)
        return of("sub", made, self.bank.term(other))

    def _gathered(self, goal: Goal) -> Found:
        """Yield values at another position: those of a cheap behaviour, at the position that another one says, or beside it."""
        bank, asked = self.bank, np.flatnonzero(goal.where)
        order = telling(asked, goal.wanted[asked])
        name = "gather_all" if bank.whole else "gather"
        if bank.sample.single:
            return
        for begin, end in self._parts("gather", goal, min(bank.count, DEEP), 4_000):
            for a in self._cheap(GATHERED).tolist():
                for far in BESIDE:
                    places = np.arange(begin, end)
                    for few in (order[:NEAR], order):
                        right = bank.read(a, places, few, far) == goal.wanted[few]
                        places = places[right.all(axis=1)]
                    for b in places[:HITS].tolist():
                        there = of("add" if far > 0 else "sub", bank.term(b), constant(abs(far)))
                        term = of(name, bank.term(a), there if far else bank.term(b))
                        yield goal.wrap(term), f"{goal.how}from elsewhere"
            bank.tried += GATHERED * len(BESIDE) * (end - begin)
            yield None

    def pairs(self, goal: Goal, cost: int) -> Found:
        """Yield comparisons, extremes and products of two behaviours (or sums modulo the number of values)."""
        store, bank = self.bank.store, self.bank
        asked = np.flatnonzero(goal.where)
        order = telling(asked, goal.wanted[asked])
        wanted = goal.wanted[order]
        low, high = int(wanted.min()), int(wanted.max())
        modulus = high + 1 if low >= 0 and 1 <= high < LARGEST_MODULUS else 0
        near = np.ascontiguousarray(store.values[: bank.count, order[:NEAR]])
        roots = look.ANYWAY | (look.COMPARISONS | look.TWICE if low >= 0 and high <= 1 else 0)
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
    if name.startswith("twice "):
        return _rooted(name.removeprefix("twice "), of("add", a, a), b, modulus)
    if name in ("more", "least"):
        return of("less" if name == "more" else "most", b, a)
    if name == "mul" and modulus:
        return of("mod", of("add", a, b), constant(modulus))
    return of(name, a, b)


def telling(known: Vector, wanted: Vector) -> Ints:
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
