"""Classes that last: once a label of the class has come, every later one is of it too, as after a wrong bracket.

Such a class is an event that has happened. What has to be found is the event alone: it is wanted where the class begins,
not before, and later nothing is asked. Besides comparisons of the bank, an event may depend on the input and on the input
where some behaviour last had the value that it has here: a bracket and the one that it closes.
"""

from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tprog.compiled import compiled
from tprog.synthesis.vectors.bank import Bank
from tprog.synthesis.vectors.kernels import Starts, Vector
from tprog.synthesis.vectors.store import Ints
from tprog.synthesis.vectors.terms import Term, constant, of

BEHAVIOURS = 80_000
"""So many behaviours may be what is looked back for."""

SYMBOLS = 8
"""Inputs of at most so many values are looked back at: their pairs are a table."""

MATCHES = 4
"""Events that are tried."""

STEP = 5_000
"""Behaviours between two looks at the clock."""

FREE, YES, NO, BOTH = range(4)
"""What is known of a cell: nothing, that it is an event, that it is none, a contradiction."""

Where = NDArray[np.bool_]


def beginnings(member: Where, asked: Where, starts: Starts) -> tuple[Where, Where] | None:
    """Return where a class begins and what is asked of its event, None where the class does not last."""
    begins, open_ = np.zeros_like(member), np.zeros_like(member)
    for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        places = np.flatnonzero(asked[a:b]) + a
        held = member[places]
        first = int(held.argmax()) if held.any() else len(places)
        if not held[first:].all():
            return None
        begins[places[first : first + 1]] = True
        open_[places[: first + 1]] = True
    return begins, open_


@compiled
def looking_back(
    keys: Any, v: Vector, begins: Where, asked: Where, starts: Starts, size: int, hits: Ints
) -> int:
    """Write the rows of keys for which events depend on the value here and at the last equal key; return how many."""
    count = 0
    cells = np.zeros((size, size + 1), np.int64)
    for row in range(len(keys)):
        cells[:] = 0
        good, told = count < len(hits), False
        for s in range(starts.size - 1):
            for i in range(starts[s], starts[s + 1]):
                if not asked[i]:
                    continue
                j = i - 1
                while j >= starts[s] and keys[row, j] != keys[row, i]:
                    j -= 1
                back = v[j] if j >= starts[s] else size
                told |= j >= starts[s]
                cells[v[i], back] |= 1 if begins[i] else 2
                if cells[v[i], back] == 3:
                    good = False
                    break
            if not good:
                break
        if good and told:
            hits[count] = row
            count += 1
    return count


def events(bank: Bank, begins: Where, asked: Where) -> Iterator[Term | None]:
    """Yield truth values that are events of the input and what it was where a behaviour last had its value."""
    sample, left = bank.sample, MATCHES
    for channel, values in enumerate(sample.channels.astype(np.int64)):
        codes, places = np.unique(values, return_inverse=True)
        if len(codes) > SYMBOLS:
            continue
        v = places.reshape(-1).astype(np.int64)
        for start in range(0, min(bank.count, BEHAVIOURS), STEP):
            keys = bank.store.values[start : min(start + STEP, bank.count)]
            hits = np.zeros(MATCHES, np.int64)
            count = looking_back(keys, v, begins, asked, bank.store.starts, len(codes), hits)
            for row in hits[:count].tolist():
                back = _back(keys[row], v, bank.store.starts, len(codes))
                cells = np.zeros((len(codes), len(codes) + 1), np.int64)
                np.bitwise_or.at(cells, (v[asked], back[asked]), np.where(begins[asked], YES, NO))
                yield _written(cells, codes, channel, bank.term(start + row), bank.store.fill)
                left -= 1
                if not left:
                    return
            yield None


def _back(key: Vector, v: Vector, starts: Starts, none: int) -> Vector:
    """Return the value where the key last was what it is, `none` where it never was."""
    found = np.full(v.size, none)
    for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        last: dict[int, int] = {}
        for i in range(a, b):
            found[i] = last.get(int(key[i]), none)
            last[int(key[i])] = int(v[i])
    return found


def _written(cells: Ints, codes: Vector, channel: int, key: Term, fill: int) -> Term:
    """Return the truth value of a table over the input and its value at the last equal key, in few comparisons."""
    here = Term("input", (), channel)
    # Moved up, no input looks like what is read where the key never was so.
    moved = constant(fill + 1 - int(codes.min()))
    back = of("gather", of("add", here, moved), of("previous", key))
    read = [*(int(code) + moved.number for code in codes), fill]
    terms: list[Term] = []
    for code, row in zip(codes.tolist(), cells, strict=True):
        yes, no = np.flatnonzero(row == YES).tolist(), np.flatnonzero(row == NO).tolist()
        if not yes:
            continue
        same = of("equal", here, constant(code))
        if len(no) <= len(yes):
            parts = [of("unequal", back, constant(read[one])) for one in no]
            terms.append(reduce(lambda a, b: of("min", a, b), parts, same))
        else:
            parts = [of("equal", back, constant(read[one])) for one in yes]
            terms.append(of("min", same, reduce(lambda a, b: of("max", a, b), parts)))
    return reduce(lambda a, b: of("max", a, b), terms)
