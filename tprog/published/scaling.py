"""Decimal weights as exact integers of one common scale, and what is lost where 64 bits are too few.

A published program reads its weights as 64-bit floats and adds those, so that its own sums are off by about 1e-15 of
the largest. Here each weight is the decimal number that its file writes, all of them are multiplied by the same power of
ten, and every sum is exact. The two agree wherever the two largest sums differ by more than the floats' rounding.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

NUMBER = re.compile(
    r"[ \t]*[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?[ \t]*", re.ASCII
)

# Sums stay well below the 64 bits of the evaluator.
LARGEST_SUM = 1 << 62


@dataclass(frozen=True, slots=True)
class Scaled:
    """Weights as integers.

    Attributes:
        blocks: the weights, shaped as they were given.
        step: what one unit stands for.
        error: no weight is further from its integer times `step` than this; 0 where all are exact.
    """

    blocks: tuple[tuple[tuple[int, ...], ...], ...]
    step: Fraction
    error: Fraction


def parse_weight(text: str) -> Fraction | None:
    """Return the number that a cell writes, exactly; None where it is no finite decimal number of sensible size."""
    return Fraction(text.strip()) if is_weight(text) else None


def is_weight(text: str) -> bool:
    """Tell whether a cell writes a number that pandas can add up; longer integers are none of its numbers."""
    return bool(NUMBER.fullmatch(text)) and (len(text) <= 18 or "." in text or "e" in text.lower())


def scaled(blocks: Sequence[Sequence[Sequence[Fraction]]], reach: Sequence[int]) -> Scaled:
    """Return weights as integers over a common step, exact unless their sums would exceed 64 bits.

    Args:
        blocks: for each voting variable its rows of weights.
        reach: for each voting variable by how much its weights can be multiplied in one sum, at least 1.
    """
    weights = [weight for block in blocks for row in block for weight in row]
    # The step is the greatest number of which every weight is a multiple.
    denominator = 1
    for weight in weights:
        denominator = denominator * weight.denominator // gcd(denominator, weight.denominator)
    unit = gcd(*(int(weight * denominator) for weight in weights)) or 1
    step = Fraction(unit, denominator)
    largest = sum(
        factor * max((abs(weight) for row in block for weight in row), default=Fraction(0))
        for block, factor in zip(blocks, reach, strict=True)
    )
    exact = largest / step < LARGEST_SUM
    if not exact:
        # Rounding may add half a unit per vote, which the halved limit leaves room for.
        step = Fraction(largest) * 2 / LARGEST_SUM
    found = tuple(
        tuple(tuple(round(weight / step) for weight in row) for row in block) for block in blocks
    )
    return Scaled(found, step, Fraction(0) if exact else step / 2)
