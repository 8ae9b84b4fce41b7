"""Comparisons of numbers of two digits, digit by digit: `key // 9 > query // 9 and key % 9 == query % 9`."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from tprog.evaluate.comparisons import LARGEST_TABLE, Split
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Relation
from tprog.ir.predicate import RELATIONS


@dataclass(frozen=True, slots=True)
class Digits:
    """`first // radix HIGH second // radix and first % radix LOW second % radix`."""

    radix: int
    high: Relation
    low: Relation

    def holds(self, first: IntArray, second: IntArray) -> BoolArray:
        """Return where it holds, for the values of both sides, which are not negative."""
        above, below = Split(self.high, 1, 0), Split(self.low, 1, 0)
        return above.holds(first // self.radix, second // self.radix) & below.holds(
            first % self.radix, second % self.radix
        )

    def text(self, first: str, second: str) -> str:
        """Return it as a Python expression."""
        high = f"{first} // {self.radix} {self.high} {second} // {self.radix}"
        return f"{high} and {first} % {self.radix} {self.low} {second} % {self.radix}"


def digits_of(first: IntArray, second: IntArray, inside: BoolArray) -> Digits | None:
    """Return the comparison of digits that holds inside, and not elsewhere; None where there is none.

    Args:
        first: the values of one side.
        second: those of the other.
        inside: `(first, second)`: where it is to hold.
    """
    if inside.size > LARGEST_TABLE or not inside.any() or min(first.min(), second.min()) < 0:
        return None
    one, other = first[:, None], second[None, :]
    for radix in range(2, int(max(first.max(), second.max())) + 1):
        fitting = []
        for sides in ((one // radix, other // radix), (one % radix, other % radix)):
            tables = [(relation, Split(relation, 1, 0).holds(*sides)) for relation in RELATIONS]
            fitting.append([(relation, table) for relation, table in tables if table[inside].all()])
        for (high, above), (low, below) in product(*fitting):
            if np.array_equal(above & below, inside):
                return Digits(radix, high, low)
    return None
