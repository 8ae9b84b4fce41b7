"""Sums of products in blocks: against NumPy, for sizes on and off the blocks' edges."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from learn.fused.checks import address, random_lanes

from tprog.learn.fused.lanes import LANES
from tprog.learn.fused.products import ADD, ADD_RECTIFY, SET, mix_kernel, pair_kernel

sizes = st.integers(1, 10)
COUNTING = np.arange(64, dtype=np.int64)


@given(sizes, sizes, sizes, st.sampled_from([SET, ADD, ADD_RECTIFY]), st.booleans())
def test_mix_multiplies_a_matrix_with_lanes(
    rows: int, columns: int, depth: int, how: int, turned: bool
) -> None:
    """Every lane gets the matrix product, whatever the steps of the matrix, and what stood there before if asked."""
    matrix = np.random.default_rng(1).normal(size=(rows, depth)).astype(np.float32)
    stored = np.ascontiguousarray(matrix.T if turned else matrix)
    steps = (1, rows) if turned else (depth, 1)
    source, target = random_lanes(columns * depth, 2), random_lanes(columns * rows, 3)
    expected = np.einsum("mi,nil->nml", matrix, source.reshape(columns, depth, LANES))
    if how != SET:
        expected += target.reshape(columns, rows, LANES)
    if how == ADD_RECTIFY:
        expected = np.maximum(expected, 0)
    mix_kernel(
        *(rows, columns, depth, address(stored), *steps),
        *(address(source), address(COUNTING), 1, depth),
        *(address(target), address(COUNTING), 1, rows, how),
    )
    np.testing.assert_allclose(target.reshape(expected.shape), expected, rtol=1e-4, atol=1e-5)


@given(st.permutations(range(7)), st.permutations(range(5)))
def test_mix_follows_lists_of_places(sources: list[int], targets: list[int]) -> None:
    """Rows of lanes may stand anywhere, at multiples of a scale."""
    matrix = np.random.default_rng(1).normal(size=(5, 7)).astype(np.float32)
    source, target = random_lanes(21, 2), random_lanes(15, 3)
    from_places, to_places = (np.array(found, dtype=np.int64) for found in (sources, targets))
    mix_kernel(
        *(5, 3, 7, address(matrix), 7, 1),
        *(address(source), address(from_places), 3, 1),
        *(address(target), address(to_places), 3, 1, SET),
    )
    rows = source.reshape(7, 3, LANES)[from_places]
    expected = np.einsum("mi,inl->mnl", matrix, rows)
    found = target.reshape(5, 3, LANES)[to_places]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@given(sizes, sizes, sizes, st.sampled_from([SET, ADD]))
def test_pair_multiplies_lanes_with_lanes(rows: int, columns: int, depth: int, how: int) -> None:
    """Every lane has a matrix product of its own; any operand may be turned by its steps."""
    left, right = random_lanes(rows * depth, 1), random_lanes(columns * depth, 2)
    target = random_lanes(rows * columns, 3)
    expected = np.einsum(
        "iml,nil->mnl", left.reshape(depth, rows, LANES), right.reshape(columns, depth, LANES)
    )
    if how == ADD:
        expected += target.reshape(rows, columns, LANES)
    pair_kernel(
        *(rows, columns, depth, address(left), 1, rows, address(right), depth, 1),
        *(address(target), columns, 1, how),
    )
    np.testing.assert_allclose(target.reshape(expected.shape), expected, rtol=1e-4, atol=1e-5)
