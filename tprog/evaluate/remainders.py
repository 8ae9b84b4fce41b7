"""Tables over numbers that are a sum modulo something."""

from dataclasses import dataclass

import numpy as np

from tprog.evaluate.inputs import BoolArray, IntArray

SIGNS = {
    1: ((1,), (-1,)),
    2: ((1, 0), (0, 1), (1, 1), (1, -1), (-1, 1), (-1, 0), (0, -1)),
}
"""By the number of axes, how often each stands in a sum; the plainest first."""


@dataclass(frozen=True, slots=True)
class Remainder:
    """`(sum of signs times axes + step) % modulus`."""

    signs: tuple[int, ...]
    step: int
    modulus: int

    def table(self, shape: tuple[int, ...]) -> IntArray:
        """Return its values at every point of a grid."""
        total: IntArray = np.tensordot(np.array(self.signs), np.indices(shape), axes=1)
        found: IntArray = (total + self.step) % self.modulus
        return found


def remainder_of(table: IntArray, where: BoolArray) -> Remainder | None:
    """Return the sum modulo the greatest entry plus one that gives the entries there, None where there is none.

    The modulus must be smaller than an axis, or nothing would ever wrap.
    """
    if table.ndim not in SIGNS or not where.any():
        return None
    modulus = int(table[where].max()) + 1
    if not 2 <= modulus < max(table.shape):
        return None
    for signs in SIGNS[table.ndim]:
        plain = Remainder(signs, 0, modulus).table(table.shape)
        step = int((table - plain)[where][0]) % modulus
        if np.array_equal((plain + step)[where] % modulus, table[where]):
            return Remainder(signs, step, modulus)
    return None
