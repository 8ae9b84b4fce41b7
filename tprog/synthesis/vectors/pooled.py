"""One label for a whole sequence: a bank of which each position is a sequence.

Its leaves are what the behaviours of another bank come to over a sequence: total, greatest and least, first and last value, the
position where they are greatest or least and the input there; further the totals of conditions, alone and beside a token.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tprog.synthesis.vectors import terms as t
from tprog.synthesis.vectors.bank import Bank, computed, one_hot
from tprog.synthesis.vectors.coding import Sample
from tprog.synthesis.vectors.kernels import Vector
from tprog.synthesis.vectors.peeling import Peeling, unpacked
from tprog.synthesis.vectors.store import Ints, put_all

PLAIN = ("total", "maximum", "minimum", "first", "final")
"""What a behaviour comes to; then come the input, and the position, where it is first or last greatest or least."""

PRICES = (0, 2, 2, 0, 0, 4, 4, 4, 4)
"""What each of them costs beside the behaviour where conditions are chosen; all are taken at once, whatever they cost."""

ADDED = 2
"""What it costs further to add up anything but truth values."""

READS = (("maximum", "first"), ("maximum", "final"), ("minimum", "first"), ("minimum", "final"))
COUNTED, LENGTH = len(PLAIN) + len(READS), len(PLAIN) + len(READS) + 1
"""The totals of conditions stand behind those of behaviours."""

CONDITIONS, BESIDE = 12_000, 3_000
"""So many conditions, the cheapest, are counted; so many beside each token."""

COMPARED = 3
"""At this cost conditions come in, which compare the behaviours below it; nothing is read where behaviours of it are greatest."""

STEP = 1_000
"""Behaviours between two looks at the clock."""

HERE = {
    name: one
    for name, one in sorted(t.OPERATIONS.items(), key=lambda one: -one[1].takes)
    if one.reach == "here"
}
"""Operations of one position; those that take numbers alone come first, since they make few."""


class Pooled(Bank):
    """Behaviours of sequences, above a bank of behaviours of their positions."""

    def __init__(self, below: Bank, seed: int, numbers: bool) -> None:
        """Take a bank that has its leaves alone; where inputs are no numbers, truth values alone are added up."""
        sample = below.sample
        ends = sample.starts[1:] - 1
        every = np.arange(len(sample.starts))
        lengths = np.diff(sample.starts)[None]
        shown = Sample(lengths, sample.wanted[ends], sample.known[ends], every)
        super().__init__(shown, below.store.fill, False, seed, HERE)
        self.below, self.held = below, np.vstack([sample.channels, sample.index]).astype(np.int32)
        self.numbers, self._reduced = numbers, 0
        self._take(lengths, np.array([[LENGTH, 0, 0]]), 1)
        for leaf in below.leaves:
            if leaf.operation == "constant":
                self.add_leaf(leaf)
        for _ in self._behaviours(1):
            pass
        self.levels[1] = 0, self.count

    def grow(self, cost: int) -> Iterator[None]:
        """Grow the bank below by a cost, and take what its behaviours come to before terms of it are computed."""
        first = self.count
        if cost == COMPARED:
            yield from self._conditions()
        else:
            yield from self.below.grow(cost)
            yield from self._behaviours(cost)
        yield from super().grow(cost)
        if cost == COMPARED:
            yield from self.below.grow(cost)
            yield from self._behaviours(cost)
        self.levels[cost] = first, self.count

    def _behaviours(self, cost: int) -> Iterator[None]:
        below, starts = self.below, self.below.sample.starts
        begins, index, sizes = starts[:-1], np.arange(starts[-1]), np.diff(starts)
        for start in range(self._reduced, below.count, STEP):
            end = min(start + STEP, below.count)
            values = below.store.values[start:end]
            highest, lowest = (
                each.reduceat(values, begins, axis=1) for each in (np.maximum, np.minimum)
            )
            total = np.add.reduceat(values, begins, axis=1, dtype=np.int64)
            found = [total, highest, lowest, values[:, begins], values[:, starts[1:] - 1]]
            reads = [[kind, 0, 0] for kind in range(len(PLAIN))]
            for number, extreme in enumerate((highest, lowest) if cost < COMPARED else ()):
                there = values == np.repeat(extreme, sizes, axis=1)
                places = (
                    np.minimum.reduceat(np.where(there, index, starts[-1]), begins, axis=1),
                    np.maximum.reduceat(np.where(there, index, -1), begins, axis=1),
                )
                for channel, read in enumerate(self.held):
                    found += [read[place] for place in places]
                    reads += [[len(PLAIN) + 2 * number + k, 0, channel] for k in (0, 1)]
            for kind, each in zip(reads, found, strict=True):
                origins = np.array([kind] * (end - start))
                origins[:, 1] = np.arange(start, end)
                other = (kind[0] == 0) & ~below.store.truths[start:end]
                prices, some = cost + PRICES[kind[0]] + ADDED * other, self.numbers | ~other
                self._take(each[some], origins[some], prices[some])
            yield None
        self._reduced = below.count

    def _conditions(self) -> Iterator[None]:
        """Take the totals of comparisons, and those beside a token."""
        below, starts = self.below, self.below.sample.starts
        self.peeling = Peeling(below)
        yield from self.peeling.collect()
        order = np.argsort(self.peeling.costs, kind="stable")[:CONDITIONS]
        self.tokens = one_hot(below.sample)
        present = [computed(token, below.sample, below.store.fill) for token in self.tokens]
        for start in range(0, len(order), STEP):
            some = order[start : start + STEP]
            bits = unpacked(self.peeling.pool[some], int(starts[-1]))
            prices = self.peeling.costs[some] + 1
            for number in range(-1, len(present) if start < BESIDE else 0):
                part = bits if number < 0 else bits * (present[number] != 0)
                total = np.add.reduceat(part, starts[:-1], axis=1, dtype=np.int64)
                origins = np.stack([np.full(len(some), COUNTED), some, np.full(len(some), number)])
                self._take(total, origins.T, prices + (number >= 0))
            yield None

    def _take(self, values: Vector, origins: Ints, prices: Ints | int) -> None:
        made = np.column_stack([origins, np.broadcast_to(prices, len(origins))])
        self.count = put_all(self.store, self.count, values.astype(np.int64), made)

    def leaf(self, left: int, right: int, number: int) -> t.Term:
        """Return a number, the length, or what a behaviour or a condition comes to."""
        kind, place = left, right
        if place < 0:
            return super().leaf(left, right, number)
        if kind == LENGTH:
            return t.Term("length")
        if kind == COUNTED:
            condition = self.peeling.condition(place)
            both = [condition, *([self.tokens[number]] if number >= 0 else [])]
            return t.of("total", t.of("min", *both) if number >= 0 else condition)
        term = self.below.term(place)
        if kind < len(PLAIN):
            return t.of(PLAIN[kind], term)
        extreme, end = READS[kind - len(PLAIN)]
        there = t.of("equal", term, t.of(extreme, term))
        name = "upcoming" if end == "first" else "last"
        last = number == len(self.below.sample.channels)
        read = t.INDEX if last else t.Term("input", (), number)
        return t.of(end, t.of(name, there, read))


def beside(sample: Sample) -> Iterator[t.Term]:
    """Yield what a position is compared with again and again, as terms of cost 1: the distance to the end, mirror image and neighbours."""
    yield t.of("reverse", t.INDEX)
    for channel in range(len(sample.channels)):
        token = t.Term("input", (), channel)
        yield t.of("reverse", token)
        yield t.of("shift", token, number=1 + t.APART)
        yield t.of("ahead", token, number=1 + t.APART)


def at_the_end(term: t.Term) -> t.Term:
    """Return a term that has the same value at the last position, without reading it there."""
    if term.operation == "final":
        return at_the_end(term.arguments[0])
    if term.operation in HERE or term.operation in ("if", "table"):
        return replace(term, arguments=tuple(map(at_the_end, term.arguments)))
    return term
