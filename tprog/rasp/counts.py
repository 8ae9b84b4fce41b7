"""Counts of the past that grow without bound, kept as far as they matter: exactly up to a cap, beyond it modulo a number.

How far a count matters is found out on the way: who needs more than is kept asks for it, and the exploration starts again.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from math import gcd, lcm

MOST = 10_000
"""A count that must be exact beyond this, or modulo more, is given up."""


class Unbounded(Exception):
    """A value depends on a count in a way that no finite memory can follow; with the reason."""


class Again(Exception):
    """More must be kept of a count than was; the exploration starts again."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A whole number: a constant and multiples of counts.

    Attributes:
        terms: each count with its factor, which is not 0.
        constant: what is added.
    """

    terms: tuple[tuple[Hashable, int], ...]
    constant: int = 0

    def plus(self, other: "Linear | int", factor: int = 1) -> "Linear | int":
        """Return the sum with a multiple of another number; a plain one where no count is left."""
        terms = dict(self.terms)
        other = other if isinstance(other, Linear) else Linear((), other)
        for count, times in other.terms:
            terms[count] = terms.get(count, 0) + factor * times
        left = tuple((count, times) for count, times in terms.items() if times)
        constant = self.constant + factor * other.constant
        return Linear(left, constant) if left else constant

    def times(self, factor: int) -> "Linear | int":
        """Return a multiple."""
        return Linear(()).plus(self, factor)


@dataclass(slots=True)
class Counts:
    """What is kept of each count.

    Attributes:
        needs: up to which number it is exact, and modulo what beyond.
        held: its kept value, at the position that is being computed.
    """

    needs: dict[Hashable, tuple[int, int]] = field(default_factory=dict)
    held: dict[Hashable, int] = field(default_factory=dict)

    def kept(self, count: Hashable, value: int) -> int:
        """Return what is kept of a count."""
        cap, modulus = self.needs.get(count, (0, 1))
        return value if value < cap else cap + (value - cap) % modulus

    def between(self, number: "Linear | int", least: int, most: int) -> int:
        """Return a number's value, exact where it lies in a range; where it lies beyond, any that lies on that side.

        Raises:
            Unbounded: one count is subtracted from another.
            Again: too little of a count was kept.
        """
        if not isinstance(number, Linear):
            return number
        signs = {times > 0 for _, times in number.terms}
        if len(signs) > 1:
            raise Unbounded("it compares counts with each other")
        room = most - number.constant if signs == {True} else number.constant - least
        for count, times in number.terms:
            self._ask(count, max(0, room // abs(times) + 1), 1)
        return self._value(number)

    def modulo(self, number: Linear, modulus: int) -> int:
        """Return a number modulo another; `Again` where too little of a count was kept."""
        for count, times in number.terms:
            self._ask(count, 0, modulus // gcd(modulus, times))
        return self._value(number) % modulus

    def _value(self, number: Linear) -> int:
        return number.constant + sum(times * self.held[count] for count, times in number.terms)

    def _ask(self, count: Hashable, cap: int, modulus: int) -> None:
        had = self.needs.get(count, (0, 1))
        wanted = max(had[0], cap), lcm(had[1], modulus)
        if wanted != had:
            if max(wanted) > MOST:
                raise Unbounded(f"it needs a count beyond {MOST:,}")
            self.needs[count] = wanted
            raise Again
