"""Vectors in kernels: loading, storing and arithmetic, lane by lane."""

import numpy as np
from learn.fused.checks import address, random_lanes

from tprog.learn.fused.backend import FLOATS, types
from tprog.learn.fused.jit import kernel
from tprog.learn.fused.lanes import (
    LANES,
    Floats,
    after,
    aligned,
    at,
    clamp_slope,
    floats,
    greater,
    load,
    spread,
    spread_from,
    store,
    where,
)


@kernel(types.void(FLOATS, FLOATS, FLOATS))
def compute(left: Floats, right: Floats, target: Floats) -> None:
    """Write what each function makes of two vectors."""
    a, b = load(left, 0), load(right, 0)
    store(target, 0, a + b)
    store(target, 1, a - b)
    store(target, 2, a * b)
    store(target, 3, a / b)
    store(target, 4, greater(a, b))
    store(target, 5, where(a, b, spread(np.float32(7))))
    store(target, 6, clamp_slope(a, b))
    store(target, 7, clamp_slope(a, a))


@kernel(types.void(types.int64, FLOATS))
def move(source_at: int, target: Floats) -> None:
    """Write vectors and numbers from several places."""
    source = floats(source_at)
    store(target, 0, load(at(source, 2), 0))
    store(target, 1, load(after(source, 1), 0))
    store(at(target, 1), 1, spread_from(source, 5))


def test_arithmetic_is_lane_by_lane() -> None:
    """Every function gives in each lane what NumPy gives there."""
    left, right, target = random_lanes(1, 1), random_lanes(1, 2), random_lanes(8, 3)
    compute(address(left), address(right), address(target))
    a, b = left[0], right[0]
    expected = [a + b, a - b, a * b, a / b, np.maximum(a, b)]
    expected += [np.where(a > 0, b, np.float32(7)), (a < b) * 1.0, np.full(LANES, 0.5)]
    np.testing.assert_allclose(target, np.stack(expected), rtol=1e-6)


def test_places_count_vectors() -> None:
    """`at` skips vectors, `after` numbers, and a number can be spread over all lanes."""
    source, target = random_lanes(4, 1), random_lanes(3, 2)
    move(address(source), address(target))
    np.testing.assert_array_equal(target[0], source[2])
    np.testing.assert_array_equal(target[1], source.ravel()[1 : LANES + 1])
    np.testing.assert_array_equal(target[2], np.full(LANES, source.ravel()[5]))


def test_arrays_begin_on_a_cache_line() -> None:
    """So that no vector lies on two of them."""
    for count in (1, 3, 100):
        found = aligned(count)
        assert found.size == count * LANES
        assert address(found) % 64 == 0
        assert not found.any()
