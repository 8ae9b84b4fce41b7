"""The shapes that compositions are made of: predicates and functions.

People who write such programs by hand compare tokens, count what compares, add and subtract counts, and read where a
count says. A random predicate or table nearly never means anything; these do, often enough for a search to put them together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from tprog.ir import Domain
from tprog.ir.predicate import Relation
from tprog.learn.compose.expressions import Wanted

SYMBOLS_FOR_SUBSETS = 6
"""Alphabets up to this size have all their sets of symbols counted, others single symbols."""
OFFSETS = (-1, 0, 1)
TOKEN_RELATIONS: tuple[Relation, ...] = ("==", "<", ">", "<=", ">=", "!=")
ORDERS: tuple[Relation, ...] = ("<", ">", "<=", ">=")
NUMBER_RELATIONS: tuple[Relation, ...] = ("==", "<", ">")


@dataclass(frozen=True, eq=False)
class CountFunction:
    """A function of two counts.

    Attributes:
        note: what it does, with `a` and `b` for the counts.
        table: `(a, b)` entries.
        symmetric: whether the order of the counts does not matter.
        single: whether `b` does not matter.
    """

    note: str
    table: npt.NDArray[np.uint8]
    symmetric: bool = False
    single: bool = False


@dataclass(frozen=True, slots=True)
class Grammar:
    """Which shapes a network may have.

    Attributes:
        masks: whether heads may look to the left only (True), everywhere (False), or both.
        sets: whether a query may want several keys, or none.
    """

    masks: tuple[bool, ...]
    sets: bool

    def of_tokens(self, domain: Domain) -> tuple[Wanted, ...]:
        """Return what heads may count over the tokens of a domain, the simplest first."""
        alphabet = range(len(domain.alphabet))
        frame = tuple(n for n in alphabet if domain.alphabet[n] in (domain.prefix, domain.suffix))
        found = list(_compared(TOKEN_RELATIONS, ()))
        found.append(Wanted(None))
        largest = len(alphabet) - 1 if len(alphabet) <= SYMBOLS_FOR_SUBSETS else 1
        for size in range(1, largest + 1):
            found += [Wanted(None, keys=keys) for keys in combinations(alphabet, size)]
        if frame:
            found += _compared(TOKEN_RELATIONS, frame)
        if list(domain.symbols) != sorted(domain.symbols):
            # Somebody gave them an order of their own, such as that of numbers.
            found += [replace(each, listed=True) for each in found if each.relation in ORDERS]
        return self._allowed(found)

    def of_numbers(self, values: int) -> tuple[Wanted, ...]:
        """Return what heads may count over a variable of numbers below `values`, the simplest first."""
        found = [
            *_compared(NUMBER_RELATIONS, ()),
            *_compared(NUMBER_RELATIONS, (0,)),
            Wanted(None, keys=tuple(range(1, values))),
        ]
        return self._allowed(found)

    def reads(self) -> tuple[Wanted, ...]:
        """Return what heads may want that find a position by a number."""
        return self._allowed(Wanted("==", offset) for offset in sorted(OFFSETS, key=abs))

    def _allowed(self, wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
        return tuple(each for each in wanted if self.sets or each.single)


def functions(values: int) -> tuple[CountFunction, ...]:
    """Return the functions of two counts below `values`, the simplest first; results are below `values` too."""
    a, b = np.indices((values, values))
    found = (
        ("a", a, False, True),
        ("a + b", a + b, True, False),
        ("a - b, at least 0", a - b, False, False),
        ("a where b is 1, else 0", a * (b == 1), False, False),
        ("a where b is not 0, else 0", a * (b > 0), False, False),
        ("1 where a is b, else 0", 1 * (a == b), True, False),
        ("1 where a is greater than b, else 0", 1 * (a > b), False, False),
    )
    return tuple(
        CountFunction(note, np.clip(table, 0, values - 1).astype(np.uint8), symmetric, single)
        for note, table, symmetric, single in found
    )


def _compared(relations: tuple[Relation, ...], without: tuple[int, ...]) -> list[Wanted]:
    return [Wanted(relation, without=without) for relation in relations]
