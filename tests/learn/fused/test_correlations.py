"""Sums over all examples: against NumPy, for sizes on and off the blocks' edges."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from learn.fused.checks import address, random_lanes

from tprog.learn.fused.correlations import correlate_kernel, total_kernel
from tprog.learn.fused.lanes import LANES

sizes = st.integers(1, 10)
COUNTING = np.arange(64, dtype=np.int64)


@given(sizes, sizes, sizes, st.booleans())
def test_correlate_sums_over_points_and_lanes(
    rows: int, columns: int, points: int, turned: bool
) -> None:
    """It adds the gradient of `mix`'s matrix, in either layout, and touches nothing beyond."""
    left, right = random_lanes(points * rows, 1), random_lanes(points * columns, 2)
    target = np.ones(rows * columns + 16, dtype=np.float32)
    steps = (1, rows) if turned else (columns, 1)
    correlate_kernel(
        *(rows, columns, points, address(left), address(COUNTING), 1, rows),
        *(address(right), address(COUNTING), 1, columns, address(target), *steps),
    )
    expected = 1 + np.einsum(
        "nml,nil->im" if turned else "nml,nil->mi",
        left.reshape(points, rows, LANES),
        right.reshape(points, columns, LANES),
    )
    found = target[: rows * columns].reshape(expected.shape)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    assert (target[rows * columns :] == 1).all()


@given(sizes, sizes)
def test_total_sums_over_points_and_lanes(rows: int, points: int) -> None:
    """It adds the gradient of a bias, and touches nothing beyond."""
    source, target = random_lanes(points * rows), np.ones(rows + 16, dtype=np.float32)
    total_kernel(rows, points, address(source), 1, rows, address(target))
    expected = 1 + source.reshape(points, rows, LANES).sum((0, 2))
    np.testing.assert_allclose(target[:rows], expected, rtol=1e-4, atol=1e-4)
    assert (target[rows:] == 1).all()
