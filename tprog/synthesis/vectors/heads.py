"""Heads at the root of a term: what stands at the nearest key, or how many keys there are, that hold a condition and stand in a relation to the query.

The bank has such heads over cheap terms alone; here condition, key and query are any of its behaviours. Most heads are refuted by the
first positions that are looked at, so that many millions are tried.
"""

from typing import Any, NamedTuple

import numpy as np

from tprog.compiled import compiled
from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.kernels import (
    ABSENT,
    COUNT_ALL,
    COUNT_BEFORE,
    COUNT_HERE,
    NEAREST_BEFORE,
    NEAREST_BEHIND,
    NEAREST_HERE,
    attended,
)
from tprog.synthesis.vectors.search import HITS, Found, Goal, telling
from tprog.synthesis.vectors.store import COST, Ints
from tprog.synthesis.vectors.terms import RELATIONS, Term, constant, of

LOOKED_AT, CONDITIONS, KEYS, QUERIES = 60_000, 60, 3_000, 120
"""So many behaviours, the cheapest, are tried for each; conditions are truth values, and a key may also be its own query."""

HELD = 6
"""So many cheap behaviours may be what a head reads."""

STEP = 100
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
    """

    spans: Ints
    wanted: Ints
    right: Any
    every: int
    ways: Any
    truth: bool


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
    return some == 0


@compiled
def heads(c: Asked, keys: Any, queries: Any, hits: Ints) -> int:
    """Write the heads that give the target: key, query, relation, way, bits of what is right, and what stands where no key is; return how many.

    Args:
        c: what they are compared with.
        keys: (keys, positions); `ABSENT` where a condition does not hold.
        queries: (queries, positions).
        hits: (most, 6).
    """
    count = 0
    found = np.zeros((len(RELATIONS), COUNT_ALL + 1), np.int64)
    alive, none = np.zeros_like(found), np.zeros((len(RELATIONS), COUNT_BEFORE), np.int64)
    for key in range(len(keys)):
        for query in range(len(queries)):
            _start(c, alive, none)
            t, refuted = 0, False
            while t < len(c.spans) and not refuted:
                here, begin, end = c.spans[t]
                attended(keys[key], queries[query, here], (here, begin, end), found)
                refuted = _refuted(c, t, found, alive, none)
                t += 1
            for r in range(len(RELATIONS) if not refuted else 0):
                for way in range(COUNT_ALL + 1):
                    if alive[r, way] and count < len(hits):
                        hits[count] = (
                            key,
                            query,
                            r,
                            way,
                            alive[r, way],
                            none[r, min(way, NEAREST_BEHIND)],
                        )
                        count += 1
    return count


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
    return Asked(spans, wanted, right, (1 << len(held)) - 1, ways, goal.is_truth)


def _keys(bank: Bank, places: Ints) -> Ints:
    """Return which behaviours may be keys: the cheapest, of which those that hold tokens count as one cheaper."""
    values = bank.store.values[places]
    tokens = [*np.unique(bank.sample.channels), bank.store.fill, -1, -2]
    dearer = ~np.isin(values, tokens).all(axis=1)
    found: Ints = places[np.argsort(bank.store.origins[places, COST] + dearer, kind="stable")]
    return found[:KEYS]


def headed(bank: Bank, goal: Goal) -> Found:
    """Yield heads over behaviours of a bank that give a goal."""
    store = bank.store
    if bank.sample.single:
        return
    changing = np.flatnonzero(np.ptp(store.values[: min(LOOKED_AT, bank.count)], axis=1))
    truths = changing[store.truths[changing]][:CONDITIONS].tolist()
    held, changing = changing[:HELD], _keys(bank, changing[~store.truths[changing]])
    asked, queries = _asked(bank, goal, held), store.values[changing[:QUERIES]]
    seen = set[int]()
    for condition in (-1, *truths):
        keys = store.values[changing]
        keys = keys if condition < 0 else np.where(store.values[condition], keys, ABSENT)
        hashes = (keys.astype(np.uint64) * store.weights).sum(axis=1).tolist()
        new = [one for one, key in enumerate(hashes) if key not in seen]
        seen.update(hashes)
        for start in range(0, len(new), STEP):
            some = new[start : start + STEP]
            hits = np.zeros((HITS, 6), np.int64)
            count = heads(asked, keys[some], queries, hits)
            bank.tried += len(some) * len(queries) * len(RELATIONS)
            for key, query, relation, way, bits, other in hits[:count].tolist():
                places = condition, int(changing[some[key]]), int(changing[query])
                yield (
                    goal.wrap(_head(bank, places, relation, way, (bits, other), held)),
                    f"{goal.how}a head",
                )
            yield None


def _head(
    bank: Bank,
    places: tuple[int, int, int],
    relation: int,
    way: int,
    told: tuple[int, int],
    held: Ints,
) -> Term:
    """Return a head as a term, the first of what may be right."""
    condition, key, query = (constant(1) if one < 0 else bank.term(one) for one in places)
    bits, other = told
    first = (bits & -bits).bit_length() - 1
    reads = way < COUNT_BEFORE
    read, other = (bank.term(int(held[first])), other) if reads else (constant(0), 0)
    term = Term(
        "head", (condition, key, query, read, constant(other)), way * len(RELATIONS) + relation
    )
    if reads or not first:
        return term
    return of("less", constant(0), term) if first == 1 else of("equal", term, constant(0))
