"""Classes that last: once a label of the class has come, every later one is of it too, as after a wrong bracket.

Such a class is an event that has happened. What has to be found is the event alone: it is wanted where the class begins,
not before, and later nothing is asked. Besides comparisons of the bank, an event may depend on the input and on the input
where some behaviour last had the value that it has here: a bracket and the one that it closes.
"""

from collections.abc import Iterator
from functools import partial, reduce
from typing import Any

import numpy as np

from tprog.compiled import compiled
from tprog.synthesis.vectors.bank import Bank, computed
from tprog.synthesis.vectors.kernels import Starts, Vector
from tprog.synthesis.vectors.store import Ints, Where
from tprog.synthesis.vectors.terms import Term, constant, of

BEHAVIOURS = 80_000
"""So many behaviours may be what is looked back for."""

SYMBOLS = 8
"""Inputs of at most so many values are looked back at: their pairs are a table."""

MATCHES = 4
"""Events that are tried."""

STEP = 5_000
"""Behaviours between two looks at the clock."""


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
                good &= cells[v[i], back] < 3
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
        for start in range(0, min(bank.count, BEHAVIOURS), STEP):
            keys = bank.store.values[start : min(start + STEP, bank.count)]
            hits = np.zeros(MATCHES, np.int64)
            starts = bank.store.starts
            count = looking_back(keys, places.reshape(-1), begins, asked, starts, len(codes), hits)
            for row in hits[:count].tolist():
                yield _written(bank, channel, bank.term(start + row), begins, asked)
                left -= 1
                if not left:
                    return
            yield None


def _written(bank: Bank, channel: int, key: Term, begins: Where, asked: Where) -> Term:
    """Return in few comparisons which inputs and values of the input at the last equal key are an event."""
    here, fill = Term("input", (), channel), bank.store.fill
    values = bank.sample.channels[channel]
    # Moved up, no input looks like what is read where the key never was so.
    moved = of("add", here, constant(fill + 1 - int(values.min())))
    back = of("gather", moved, of("previous", key))
    read = computed(back, bank.sample, fill)
    assert read is not None, "reads and small sums have values everywhere"
    terms: list[Term] = []
    for code in np.unique(values[begins]).tolist():
        held = asked & (values == code)
        yes, no = (np.unique(read[held & (begins == one)]).tolist() for one in (True, False))
        same = of("equal", here, constant(code))
        if len(no) <= len(yes):
            parts = [of("unequal", back, constant(one)) for one in no]
            terms.append(reduce(partial(of, "min"), parts, same))
        else:
            parts = [of("equal", back, constant(one)) for one in yes]
            terms.append(of("min", same, reduce(partial(of, "max"), parts)))
    return reduce(partial(of, "max"), terms)
