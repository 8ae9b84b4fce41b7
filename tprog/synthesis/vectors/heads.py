"""Heads at the root of a term: what stands at the nearest key, or how many keys there are, that hold a condition and stand in a relation to the query.

The bank has such heads over cheap terms alone; here condition, key and query are any of its behaviours. Most heads are refuted by the
first positions that are looked at, so that many millions are tried.
"""

from itertools import product
from typing import Any, NamedTuple

import numpy as np

from tprog.compiled import compiled
from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.kernels import (
    COUNT_ALL,
    COUNT_BEFORE,
    COUNT_HERE,
    NEAREST_BEFORE,
    NEAREST_BEHIND,
    NEAREST_HERE,
    Vector,
    attended,
)
from tprog.synthesis.vectors.search import HITS, Found, Goal, telling
from tprog.synthesis.vectors.store import COST, Ints
from tprog.synthesis.vectors.terms import RELATIONS, Term, constant, of

LOOKED_AT, CONDITIONS, KEYS, QUERIES, OWN = 60_000, 60, 3_000, 120, 20_000
"""Of so many behaviours, the cheapest, come conditions, which are truth values, and keys for inputs as queries; so many keys are tried with so many queries, so many with themselves."""

HELD, COUNTED = 6, 3
"""So many cheap behaviours may be what a head reads; a count is itself, or tells whether there is a key, or whether there is none."""

OTHERS = 7
"""So many different labels that stand where no key is are told apart, before heads are tried everywhere."""

FIRST = 8
"""Positions at which heads are tried for each query value alone."""

STEP = 500
"""Keys between two looks at the clock."""

CAUSAL = (NEAREST_BEFORE, NEAREST_HERE, COUNT_BEFORE, COUNT_HERE)

UNKNOWN = -(1 << 40)
"""What a head gives where no key is, before the target has shown it."""


class Asked(NamedTuple):
    """What heads are compared with.

    Attributes:
        spans: for each position that is asked, telling ones first: it, where its sequence begins and where it ends.
        wanted: what is wanted there.
        right: (those positions, positions): which of what may be read is that, a bit for each.
        every: a bit for each that may be read.
        ways: which ways are tried.
        truth: whether 0 and 1 alone are wanted: whether there is a key, may be it then.
        allowed: bits of all that is tried, as `_possible` has them.
        number: of what is wanted at the positions, among all that is wanted.
    """

    spans: Ints
    wanted: Ints
    right: Any
    every: int
    ways: Any
    truth: bool
    allowed: tuple[int, int, int]
    number: Ints


@compiled
def _counted(count: int, wanted: int) -> int:
    """Return what a count may give: 1 for itself, 2 for whether it is above 0, 4 for whether it is 0."""
    return int(count == wanted) | int((count > 0) == wanted) << 1 | int((count == 0) == wanted) << 2


@compiled
def _start(c: Asked, alive: Ints, none: Ints) -> None:
    """Let every way that is tried live: bits of what is read; of counts 1 for themselves, 2 and 4 for whether they are above 0, or are 0."""
    none[:] = UNKNOWN
    for way in range(COUNT_ALL + 1):
        alive[:, way] = (c.every if way < COUNT_BEFORE else 7 if c.truth else 1) * c.ways[way]


@compiled
def _refuted(c: Asked, t: int, found: Ints, alive: Ints, none: Ints) -> bool:
    """Strike out what is wrong at a position; return whether nothing is left."""
    wanted, some = c.wanted[t], np.int64(0)
    for r in range(len(RELATIONS)):
        for way in range(COUNT_ALL + 1):
            if not alive[r, way]:
                continue
            there = found[r, way]
            if way >= COUNT_BEFORE:
                some_key = min(there, 1)
                alive[r, way] &= (
                    int(there == wanted)
                    | int(some_key == wanted) << 1
                    | int(some_key != wanted) << 2
                )
            elif there >= 0:
                alive[r, way] &= c.right[t, there]
            else:
                none[r, way] = wanted if none[r, way] == UNKNOWN else none[r, way]
                alive[r, way] *= none[r, way] == wanted
            some |= alive[r, way]
    return bool(some == 0)


@compiled
def _possible(c: Asked, t: int, found: Ints) -> Any:
    """Return what may be right at a position, as bits.

    That is for each way what it reads, all of it where no key is; then what stands where none is, by its number, anything where one is;
    and for each way of counting what that gives.
    """
    reads, others, counts = np.int64(0), np.int64(0), np.int64(0)
    anything = (1 << OTHERS) - 1
    other = 1 << c.number[t] if c.number[t] < OTHERS else anything
    for r in range(len(RELATIONS)):
        for way in range(COUNT_ALL + 1):
            there = found[r, way]
            if way >= COUNT_BEFORE:
                counts = counts << COUNTED | _counted(there, c.wanted[t])
            else:
                reads = reads << HELD | (c.right[t, there] if there >= 0 else c.every)
                others = others << OTHERS | (anything if there >= 0 else other)
    return reads, others, counts


@compiled
def _consistent(reads: int, others: int) -> Any:
    """Return what may be read, without the ways of which two things must stand where no key is."""
    kept = np.int64(0)
    for way in range(len(RELATIONS) * COUNT_BEFORE):
        if others >> way * OTHERS & (1 << OTHERS) - 1:
            kept |= reads & ((1 << HELD) - 1) << way * HELD
    return kept


@compiled
def _confirmed(
    c: Asked, holds: Vector, key: Vector, query: Vector, alive: Ints, none: Ints
) -> bool:
    """Strike out what is wrong at any position; return whether something is left."""
    found = np.zeros((len(RELATIONS), COUNT_ALL + 1), np.int64)
    _start(c, alive, none)
    for t in range(len(c.spans)):
        here, begin, end = c.spans[t]
        attended(holds, key, query[here], (here, begin, end), found)
        if _refuted(c, t, found, alive, none):
            return False
    return True


@compiled
def heads(
    c: Asked, holds: Vector, keys: Any, queries: Any, told: tuple[Any, Any], hits: Ints
) -> int:
    """Write the heads that give the target: key, query, relation, way, bits of what is right, and what stands where no key is; return how many.

    At the first positions few different query values stand, so that keys are looked for once for each of these.

    Args:
        c: what they are compared with.
        holds: where a condition holds.
        keys: (keys, positions).
        queries: (queries, positions).
        told: (first positions, values): the different query values there, and (first positions, queries): which of them each query has.
        hits: (most, 6).
    """
    values, which = told
    found = np.zeros((len(RELATIONS), COUNT_ALL + 1), np.int64)
    alive, none = np.zeros_like(found), np.zeros((len(RELATIONS), COUNT_BEFORE), np.int64)
    told_there, stamps = np.zeros((*values.shape, 3), np.int64), np.full(values.shape, -1)
    left, masks = np.zeros(len(queries), np.int64), np.zeros((len(queries), 3), np.int64)
    number = 0
    for key in range(len(keys)):
        size = len(queries)
        for query in range(size):
            left[query], masks[query] = query, c.allowed
        for t in range(len(values)):
            here, begin, end = c.spans[t]
            kept = 0
            for place in range(size):
                query = left[place]
                one = which[t, query]
                if stamps[t, one] != key:
                    stamps[t, one] = key
                    attended(holds, keys[key], values[t, one], (here, begin, end), found)
                    told_there[t, one] = _possible(c, t, found)
                for word in range(3):
                    masks[query, word] &= told_there[t, one, word]
                masks[query, 0] = _consistent(masks[query, 0], masks[query, 1])
                if masks[query, 0] | masks[query, 2]:
                    left[kept] = query
                    kept += 1
            size = kept
        for query in left[:size]:
            if _confirmed(c, holds, keys[key], queries[query], alive, none):
                number = _written(number, (key, query), alive, none, hits)
    return number


@compiled
def own_heads(c: Asked, holds: Vector, keys: Any, hits: Ints) -> int:
    """Write the heads whose query is the key itself, as `heads` does; return how many."""
    alive = np.zeros((len(RELATIONS), COUNT_ALL + 1), np.int64)
    none = np.zeros((len(RELATIONS), COUNT_BEFORE), np.int64)
    number = 0
    for key in range(len(keys)):
        if _confirmed(c, holds, keys[key], keys[key], alive, none):
            number = _written(number, (key, key), alive, none, hits)
    return number


@compiled
def _written(number: int, places: tuple[int, int], alive: Ints, none: Ints, hits: Ints) -> int:
    """Write what is left of a key and a query behind so many hits; return how many there are now."""
    for r in range(len(RELATIONS)):
        for way in range(COUNT_ALL + 1):
            if alive[r, way] and number < len(hits):
                other = none[r, min(way, NEAREST_BEHIND)]
                hits[number] = (places[0], places[1], r, way, alive[r, way], other)
                number += 1
    return number


def _asked(bank: Bank, goal: Goal, held: Ints) -> Asked:
    sample, places = bank.sample, np.flatnonzero(goal.where)
    order = telling(places, goal.wanted[places])
    row = np.searchsorted(sample.starts, order, side="right") - 1
    spans = np.stack([order, sample.starts[row], sample.starts[row + 1]], axis=1)
    same = bank.store.values[held][:, None] == goal.wanted[order][:, None]
    right = (same << np.arange(len(held))[:, None, None]).sum(axis=0)
    ways = np.zeros(COUNT_ALL + 1, np.int64)
    ways[list(range(COUNT_ALL + 1) if bank.whole else CAUSAL)] = 1
    wanted = goal.wanted[order].astype(np.int64)
    every, counted = (1 << len(held)) - 1, 7 if goal.is_truth else 1
    reads, counts = 0, 0
    for way in [*range(COUNT_ALL + 1)] * len(RELATIONS):
        if way < COUNT_BEFORE:
            reads = reads << HELD | every * int(ways[way])
        else:
            counts = counts << COUNTED | counted * int(ways[way])
    number = np.unique(wanted, return_inverse=True)[1]
    return Asked(spans, wanted, right, every, ways, goal.is_truth, (reads, -1, counts), number)


def _values(queries: Any, order: Ints) -> tuple[Ints, Ints]:
    """Return the different values of the queries at some positions, a row each, filled up with the first; and which of them each query has."""
    rows = [np.unique(queries[:, place], return_inverse=True) for place in order]
    values = np.empty((len(rows), max(len(row) for row, _ in rows)), np.int64)
    for row, (some, _) in zip(values, rows, strict=True):
        row[:], row[: len(some)] = some[0], some
    return values, np.array([which for _, which in rows])


def _keys(bank: Bank, places: Ints) -> Ints:
    """Return which behaviours may be keys: the cheapest, of which those that hold tokens count as one cheaper."""
    values = bank.store.values[places]
    tokens = [*np.unique(bank.sample.channels), bank.store.fill, -1, -2]
    dearer = ~np.isin(values, tokens).all(axis=1)
    found: Ints = places[np.argsort(bank.store.origins[places, COST] + dearer, kind="stable")]
    return found[:KEYS]


def headed(bank: Bank, goal: Goal, own: bool = False) -> Found:
    """Yield heads over behaviours of a bank that give a goal: any keys for the queries that are inputs, some keys for many queries; or only those whose query is the key."""
    store = bank.store
    if bank.sample.single:
        return
    changing = np.flatnonzero(np.ptp(store.values[: min(LOOKED_AT, bank.count)], axis=1))
    truths = changing[store.truths[changing]][:CONDITIONS].tolist()
    leaves = changing[changing < bank.levels[1][1]]
    read = [bank.term(one).operation in ("input", "code") for one in leaves.tolist()]
    inputs = leaves[np.array(read, np.bool_)]
    changing = np.append(inputs, np.setdiff1d(changing[~store.truths[changing]], inputs))
    some = _keys(bank, changing)
    asked = _asked(bank, goal, changing[:HELD])
    ways = ((changing, inputs), (some, some[:QUERIES]))
    for keys, queries in ((changing[:OWN], changing[:0]),) if own else ways:
        if not own and not len(queries):
            continue
        told = None if own else _values(store.values[queries], asked.spans[:FIRST, 0])
        for condition, start in product((-1, *truths), range(0, len(keys), STEP)):
            part = keys[start : start + STEP]
            always = np.ones(store.values.shape[1], np.int32)
            holds = always if condition < 0 else store.values[condition]
            hits, rows = np.zeros((HITS, 6), np.int64), store.values[part]
            if told is None:
                count = own_heads(asked, holds, rows, hits)
            else:
                count = heads(asked, holds, rows, store.values[queries], told, hits)
            bank.tried += len(part) * max(1, len(queries)) * len(RELATIONS)
            for key, query, *how in hits[:count].tolist():
                places = condition, int(part[key]), int((part if own else queries)[query])
                yield goal.wrap(_head(bank, places, how, changing)), f"{goal.how}a head"
            yield None


def _head(bank: Bank, places: tuple[int, int, int], how: list[int], held: Ints) -> Term:
    """Return a head as a term, the first of what may be right."""
    condition, key, query = (constant(1) if one < 0 else bank.term(one) for one in places)
    relation, way, bits, other = how
    first = (bits & -bits).bit_length() - 1
    reads = way < COUNT_BEFORE
    read, other = (bank.term(int(held[first])), other) if reads else (constant(0), 0)
    number = way * len(RELATIONS) + relation
    term = Term("head", (condition, key, query, read, constant(other)), number)
    if reads or not first:
        return term
    return of("less", constant(0), term) if first == 1 else of("equal", term, constant(0))
