"""Tests of pools."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tprog.learn.compose.parts import POSITIONS, TOKENS
from tprog.learn.compose.pool import Pool, Seen


@given(hnp.arrays(np.uint8, (12, 2, 3), elements=st.integers(0, 1)))
def test_each_array_is_new_once(
    values: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]],
) -> None:
    """What is kept are the first of all equal rows, and a second look finds nothing new."""
    seen = Seen()
    rows = [row.tobytes() for row in values]
    assert seen.new(values) == [n for n, row in enumerate(rows) if row not in rows[:n]]
    assert seen.new(values) == []


def test_pools_keep_values_and_parts_together() -> None:
    """Taking and joining move rows and parts alike."""
    values = np.arange(6, dtype=np.uint8).reshape(2, 1, 3)
    pool = Pool(values, (TOKENS, POSITIONS))
    turned = Pool.joined([pool.take([1]), pool.take([0])])
    assert turned.parts == (POSITIONS, TOKENS)
    assert np.array_equal(turned.values, values[::-1])
    assert len(turned) == 2
