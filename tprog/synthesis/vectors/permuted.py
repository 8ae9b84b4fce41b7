"""Targets that hold the values of a behaviour in another order: sorted by some key, which is looked for in the bank.

Whether two vectors hold the same values in each sequence is told by a sum of hashes, so that keys are tried for few vectors.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from tprog.compiled import compiled
from tprog.rasp import graph as g
from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.kernels import SORT, Starts, Vector, compared
from tprog.synthesis.vectors.lowering import PREFIX, Lowering, f, same
from tprog.synthesis.vectors.search import HITS, Found
from tprog.synthesis.vectors.store import Ints, Words
from tprog.synthesis.vectors.terms import Term, constant, of

VALUES, CONDITIONS = 2_000, 400
"""So many behaviours may be what is sorted, and so many truth values may choose which of the input is."""

SORTED = 12
"""Vectors with the target's values for which keys are looked for, the cheapest first."""

KEYS = 20_000
"""Keys between two looks at the clock."""

LABELS = 2
"""So many values of the target may stand where the input is left out: those that come often."""


@compiled
def sorting(keys: Any, v: Vector, wanted: Vector, starts: Starts, sign: int, hits: Ints) -> int:
    """Write the rows of keys by which the values, sorted stably, are what is wanted; return how many."""
    count = 0
    out = np.empty_like(v)
    for row in range(len(keys)):
        key, s = sign * keys[row], 0
        while s < starts.size - 1:
            a, b = starts[s], starts[s + 1]
            compared(SORT, 0, v[a:b], key[a:b], out[a:b], 0)
            if (out[a:b] != wanted[a:b]).any():
                break
            s += 1
        if s == starts.size - 1 and count < len(hits):
            hits[count] = row
            count += 1
    return count


def ranked(term: Term, lowering: Lowering) -> g.SOp | None:
    """Return a sort of some positions by a number that is 0 at the others, as a read at the rank among these alone.

    None of another term, or where labels are no tokens. Whoever asks has to find out whether it is right.
    """
    match term:
        case Term(
            "sort",
            (Term("if", (_, Term("input"), Term("constant"))) as chosen, Term("sub", (zero, key))),
        ) if zero == constant(0) and lowering.coding.plain:
            coding = lowering.coding
            number, other = lowering.number(key), chosen.arguments[2].number
            some = g.Select(g.Const(0), number, "<")
            greater = g.Width(g.And(g.Select(number, number, ">"), some))
            equal = g.Width(g.And(g.And(PREFIX, same(number)), some))
            place = f("+", g.Indices(), g.Const(1))
            where = g.Select(f("+", greater, equal), place, "==")
            found = g.Aggregate(where, g.Tokens(), coding.texts.get(other, str(other)))
            return coding.without_codes(found)
    return None


def _contents(rows: Any, starts: Starts) -> Words:
    """Return a hash of the values of each sequence, whatever their order: (rows, sequences)."""
    mixed = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    found: Words = np.add.reduceat(mixed, starts[:-1], axis=1)
    return found


def permuted(bank: Bank) -> Found:
    """Yield sorts of behaviours, or of the input where a condition holds and one label elsewhere, that are the target."""
    sample, store = bank.sample, bank.store
    if not bank.whole or not sample.known.all():
        return
    wanted = sample.wanted.astype(np.int64)
    target = _contents(wanted[None], sample.starts)[0]
    left = SORTED
    for term, values in _candidates(bank, target):
        for sign in (1, -1):
            for start in range(0, bank.count, KEYS):
                keys = store.values[start : min(start + KEYS, bank.count)]
                hits = np.zeros(HITS, np.int64)
                count = sorting(keys, values, wanted, store.starts, sign, hits)
                for row in hits[:count].tolist():
                    key = bank.term(start + row)
                    yield (
                        of("sort", term, key if sign > 0 else of("sub", constant(0), key)),
                        "sorted",
                    )
                yield None
        left -= 1
        if not left:
            return


def _candidates(bank: Bank, target: Words) -> Iterator[tuple[Term, Vector]]:
    """Yield vectors that hold the target's values in each sequence."""
    sample, store = bank.sample, bank.store
    rows = store.values[: min(VALUES, bank.count)].astype(np.int64)
    for place in np.flatnonzero((_contents(rows, sample.starts) == target).all(axis=1)).tolist():
        yield bank.term(place), rows[place]
    truths = np.flatnonzero(store.truths[: bank.count])[:CONDITIONS]
    chosen = store.values[truths].astype(np.bool_)
    codes, counts = np.unique(sample.wanted, return_counts=True)
    for channel, values in enumerate(sample.channels.astype(np.int64)):
        for code in codes[np.argsort(-counts, kind="stable")].tolist()[:LABELS]:
            for yes in (True, False):
                rows = np.where(chosen == yes, values, code)
                same = (_contents(rows, sample.starts) == target).all(axis=1)
                for place in np.flatnonzero(same).tolist():
                    condition = bank.term(int(truths[place]))
                    term, other = Term("input", (), channel), constant(code)
                    parts = (condition, term, other) if yes else (condition, other, term)
                    yield Term("if", parts), rows[place]
