"""Conditions: comparisons of two behaviours, as sets of positions, 64 to a word; alone, or two joined by *and* or *or*.

Targets of few values are told apart class by class: positions of classes that are peeled off already are don't-cares.
"""

from collections.abc import Generator, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tprog.compiled import compiled
from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.lasting import beginnings, events
from tprog.synthesis.vectors.search import HITS, Found, Goal, Search
from tprog.synthesis.vectors.store import COST, OP, Ints, Where, Words, slot
from tprog.synthesis.vectors.tabled import tabled
from tprog.synthesis.vectors.terms import Term, constant, of

CLASSES, LISTED = 4, 12
"""A target of more values than the first is peeled by single comparisons, one of more than the second not at all."""

COMPARED, SIGNED = 500, 40_000
"""So many behaviours are compared with one another, so many with constants and inputs."""

POOL = 1_000_000
"""Comparisons that are kept."""

PAIRED = 16_000
"""Comparisons of which all pairs are tried, those that hold at the fewest other positions first."""

ROWS = 1_000
"""First halves of pairs between two looks at the clock."""

EXACT = 200
"""Conditions that hold exactly, of which those of the fewest parts come first: leaves may have many."""

TRIED = 4
"""Conditions of a class that are tried with everything that the other classes allow."""

COMPARISONS = ("equal", "less", "most", "less", "most")
"""What `compare` makes of a and b; the last two are of b and a."""


@compiled
def compare(
    values: Any, a: int, others: Ints, pool: Words, origins: Ints, seen: Words, count: int
) -> int:
    """Add the comparisons of a behaviour with earlier ones to the pool, each set of positions once; return its size."""
    words = np.empty((len(COMPARISONS), pool.shape[1]), np.uint64)
    for b in others:
        if b >= a:
            continue
        words[:] = np.uint64(0)
        for p in range(values.shape[1]):
            bit, word = np.uint64(1) << np.uint64(p & 63), p >> 6
            u, w = values[a, p], values[b, p]
            if u == w:
                words[0, word] |= bit
            if u < w:
                words[1, word] |= bit
            if u > w:
                words[3, word] |= bit
        words[2], words[4] = words[0] | words[1], words[0] | words[3]
        for which in range(len(COMPARISONS)):
            key = np.uint64(1469598103934665603)
            for word in range(pool.shape[1]):
                key = (key ^ words[which, word]) * np.uint64(1099511628211)
                key ^= key >> np.uint64(29)
            place = slot(seen, key)
            if seen[place] != key and count < len(pool):
                seen[place], pool[count] = key, words[which]
                origins[count] = (which, a, b)
                count += 1
    return count


@compiled
def meets(sets: Words, firsts: tuple[int, int], target: Words, hits: Ints) -> int:
    """Write pairs of sets whose intersection is the target; return how many."""
    count = 0
    for a in range(firsts[0], firsts[1]):
        for b in range(a):
            word = 0
            while word < target.size and sets[a, word] & sets[b, word] == target[word]:
                word += 1
            if word == target.size and count < len(hits):
                hits[count] = (a, b)
                count += 1
    return count


def parts(term: Term) -> tuple[int, int]:
    """Return of how many different terms but constants a term is made, and of how many others than constants at its root."""
    found: set[Term] = set()
    left = [term]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += one.arguments
    others = [one for one in found if one.operation != "constant"]
    return len(others), sum(one.operation != "constant" for one in term.arguments)


def packed(truth: Where) -> Words:
    """Return sets of positions, along the last axis, as words."""
    padded = np.zeros((*truth.shape[:-1], -(-truth.shape[-1] // 64) * 64), np.bool_)
    padded[..., : truth.shape[-1]] = truth
    return np.packbits(padded, axis=-1, bitorder="little").view(np.uint64)


def unpacked(sets: Words, size: int) -> NDArray[np.uint8]:
    """Return for each of so many positions 1 where it is in the set."""
    return np.unpackbits(sets.view(np.uint8), axis=-1, bitorder="little")[..., :size]


class Peeling:
    """The comparisons of a bank, and the classes that they tell apart."""

    def __init__(self, bank: Bank, deep: bool = False) -> None:
        """Take the bank as it is; `run` fills the pool. If it is deep, classes are told by pairs of many more behaviours, which takes long."""
        self.bank, self.deep = bank, deep or bank.sample.single
        self.pool = np.zeros((POOL, len(packed(bank.sample.known))), np.uint64)
        self.origins = np.zeros((POOL, 3), np.int64)
        self.costs = np.zeros(0, np.int64)
        self._known: dict[tuple[int, ...], tuple[list[Term], Iterator[Term | None]]] = {}

    def run(self, goals: list[Goal]) -> Found:
        """Yield terms for the goals of few values; the first goal is the target itself."""
        yield from self.collect()
        for goal in goals:
            if goal.is_truth:
                for term in self.conditions(goal.wanted == 1, goal.where):
                    yield None if term is None else (goal.wrap(term), f"{goal.how}two comparisons")
        root = goals[0]
        classes = np.unique(root.wanted[root.where]).tolist()
        if not root.is_truth and 2 < len(classes) <= CLASSES:
            for term in self._peel(classes, root.where):
                yield None if term is None else (term, "classes peeled off")
        if CLASSES < len(classes) <= LISTED:
            yield from self._listed(root, classes)

    def _listed(self, root: Goal, classes: list[int]) -> Found:
        """Yield a list of decisions for many classes: one that can be told now can be told later."""
        asked, decided = root.where.copy(), list[tuple[Term, int]]()
        while len(classes) > 1:
            told = yield from self._told(root, classes, asked)
            if told is None:
                return
            decided.append(told)
            asked &= root.wanted != told[1]
            classes = [other for other in classes if other != told[1]]
        term = constant(classes[0])
        for condition, one in reversed(decided):
            term = Term("if", (condition, constant(one), term))
        yield term, "classes peeled off"

    def _told(
        self, root: Goal, classes: list[int], asked: Where
    ) -> Generator[None, None, tuple[Term, int] | None]:
        """Return a class with a comparison that tells it from the others, or two joined where none does and positions are sequences."""
        domain = packed(asked)
        for single in (True, False) if self.bank.sample.single else (True,):
            for one in classes:
                target = packed((root.wanted == one) & asked)
                exact = self._exact(domain, target)[:1] if single else ()
                pairs = () if single else self._pairs(domain, target, domain & ~target)
                for found in (*exact, *islice(filter(None, pairs), 1)):
                    return found, one
                yield
        for one in classes if self.deep and not self.bank.sample.single else ():
            for found in self.compared(root.wanted == one, asked):
                if found is not None:
                    return found, one
                yield
        return None

    def _exact(self, domain: Words, target: Words) -> list[Term]:
        """Return the comparisons that hold, of a domain, at the target alone, those of the fewest parts first."""
        exact = np.flatnonzero(((self.pool & domain) == target).all(axis=1))
        cheapest = exact[np.argsort(self.costs[exact], kind="stable")][:EXACT].tolist()
        return sorted(map(self.condition, cheapest), key=parts)[:HITS]

    def collect(self) -> Iterator[None]:
        """Fill the pool with the comparisons of the bank."""
        store, count = self.bank.store, 0
        seen = np.zeros(1 << (4 * POOL).bit_length(), np.uint64)
        cheap = np.argsort(store.origins[: self.bank.count, COST], kind="stable")[:COMPARED]
        cheap, among = np.sort(cheap), set(cheap.tolist())
        numbers = np.flatnonzero(store.origins[: self.bank.levels[1][1], OP] == -2)
        # The inputs are the first leaves.
        numbers = np.union1d(numbers, np.arange(len(self.bank.sample.channels)))
        for a in range(min(SIGNED, self.bank.count)):
            others = cheap if a in among else numbers
            count = compare(store.values, a, others, self.pool, self.origins, seen, count)
            if a % 64 == 0:
                yield None
        self.pool, self.origins = self.pool[:count], self.origins[:count]
        # A comparison with a constant is simpler than one of two terms.
        made = store.origins[self.origins[:, 1:]]
        self.costs = np.where(made[:, :, OP] == -2, 0, made[:, :, COST]).sum(axis=1)

    def condition(self, place: int) -> Term:
        """Return a comparison of the pool as a term."""
        which, *places = self.origins[place].tolist()
        a, b = map(self.bank.term, places)
        return of(COMPARISONS[which], a, b) if which < 3 else of(COMPARISONS[which], b, a)

    def conditions(
        self, wanted: Where, asked: Where, further: Iterator[Term | None] | None = None
    ) -> Iterator[Term | None]:
        """Yield conditions that hold, of the positions asked for, at those wanted; the cheapest first."""
        domain = packed(asked)
        target = packed(wanted) & domain
        exact = self._exact(domain, target)
        yield from exact
        found = len(exact) > 0
        for other in () if found or further is None else further:
            found |= other is not None
            yield other
        if not found:
            yield from self._pairs(domain, target, packed(~wanted) & domain)

    def told(self, wanted: Where, asked: Where) -> Iterator[Term | None]:
        """Yield conditions; behind comparisons of the pool, those of more behaviours."""
        yield from self.conditions(wanted, asked, self.compared(wanted, asked))

    def compared(self, wanted: Where, asked: Where) -> Iterator[Term | None]:
        """Yield comparisons of two of many behaviours that hold, of the positions asked for, at those wanted."""
        goal = Goal(wanted.astype(np.int64), asked, lambda term: term)
        cost = max(self.bank.levels) if self.deep else 2
        yield from (one and one[0] for one in Search(self.bank, [goal]).pairs(goal, cost))

    def _pairs(self, domain: Words, target: Words, others: Words) -> Iterator[Term | None]:
        """Yield two comparisons joined that hold, of a domain, at the target and not at the others."""
        # The positions that do not matter are in every set; *or* is the *and* of complements.
        for name, sets, inside in (
            ("min", self.pool, target),
            ("max", ~self.pool, others),
        ):
            full, held = inside | ~domain, sets | ~domain
            above = np.flatnonzero(((held & full) == full).all(axis=1))
            spare = np.bitwise_count(held[above]).sum(axis=1)
            # The cheapest come first, as the first part; then those that hold at the fewest positions besides.
            plain = np.argsort(self.costs[above], kind="stable")[:ROWS]
            above = above[np.append(plain, np.lexsort((self.costs[above], spare))[:PAIRED])]
            held = np.ascontiguousarray(held[above])
            for start in range(0, len(above), ROWS):
                hits = np.zeros((HITS, 2), np.int64)
                count = meets(held, (start, min(start + ROWS, len(above))), full, hits)
                both = [
                    of(name, *map(self.condition, places))
                    for places in above[hits[:count]].tolist()
                ]
                yield from sorted(both, key=parts)
                yield None
                if count:
                    break

    def _class(self, wanted: Where, asked: Where) -> Iterator[Term | None]:
        """Yield what tells a class from the others; where it lasts, that its event has happened."""
        sample = self.bank.sample
        lasts = not (self.bank.whole or sample.single)
        lasting = beginnings(wanted, asked, sample.starts) if lasts else None
        if lasting is None or not wanted.any():
            yield from (self.told if self.deep else self.conditions)(wanted, asked)
            return
        begins, open_ = lasting
        event = Goal(begins.astype(np.int64), open_, lambda term: term)
        tables = (one and one[0] for one in tabled(self.bank, [event]))
        further = chain(events(self.bank, begins, open_), tables)
        for found in self.conditions(begins, open_, further):
            yield found and of("less", constant(0), of("sum", found))

    def _remembered(self, one: int, classes: list[int], asked: Where) -> Iterator[Term | None]:
        """Yield what tells a class from the others that are left, looked for once whatever was peeled off in which order before."""
        made = self._class(self.bank.sample.wanted == one, asked)
        known, further = self._known.setdefault((one, *classes), ([], made))
        place = 0
        while True:
            if place < len(known):
                yield known[place]
                place += 1
                continue
            found = next(further, constant(0))
            if found == constant(0):
                return
            if found is None:
                yield None
            else:
                known.append(found)

    def _peel(self, classes: list[int], asked: Where) -> Iterator[Term | None]:
        """Yield choices between the classes for the positions asked for."""
        if len(classes) == 1:
            yield constant(classes[0])
            return
        wanted = self.bank.sample.wanted
        for one in classes:
            rest = [other for other in classes if other != one]
            left = TRIED
            for condition in self._remembered(one, classes, asked):
                left -= condition is not None
                if left < 0:
                    break
                for other in self._peel(rest, asked & (wanted != one)) if condition else ():
                    yield other and condition and Term("if", (condition, constant(one), other))
                yield None
