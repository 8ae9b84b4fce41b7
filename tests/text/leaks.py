"""The check that no code knows the label of its own document, or of a later one."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from tprog.text.evidence import Ints

# From keys, labels and an order of documents to codes; see `ordered_codes`.
Coder: TypeAlias = Callable[[Sequence[Ints], Sequence[Ints], Ints], list[Ints]]


def first_leak(
    coder: Coder,
    keys: Sequence[Ints],
    labels: Sequence[Ints],
    order: Ints,
    random: np.random.Generator,
    trials: int = 10,
) -> int | None:
    """Return a document whose codes change when labels do that they must not know; None where no trial finds one.

    Each trial takes a document and draws new labels for it and for everything after it in the order. The codes up to and
    with that document must stay: what reads a token's own label is caught, and so is a total with the own document taken
    out, which changes with later labels.
    """
    before = coder(keys, labels, order)
    width = 1 + max(int(given.max(initial=0)) for given in labels)
    for _ in range(trials):
        place = int(random.integers(len(order)))
        changed = list(labels)
        for row in order[place:].tolist():
            drawn = random.integers(0, max(width, 2), len(labels[row]))
            changed[row] = np.where(labels[row] >= 0, drawn, -1)
        after = coder(keys, changed, order)
        for row in order[: place + 1].tolist():
            if not np.array_equal(before[row], after[row]):
                return int(row)
    return None
