"""Tiny numbers: taken for 0 for a while, on processors where they are slow."""

import platform

import numpy as np
from learn.fused.checks import address

from tprog.learn.fused.backend import FLOATS, types
from tprog.learn.fused.denormals import flush_denormals, restore_denormals
from tprog.learn.fused.jit import kernel
from tprog.learn.fused.lanes import Floats, aligned, load, store


@kernel(types.void(FLOATS))
def multiply(values: Floats) -> None:
    """Write the first vector's product with the second before, while and after tiny numbers are flushed."""
    store(values, 2, load(values, 0) * load(values, 1))
    before = flush_denormals()
    store(values, 3, load(values, 0) * load(values, 1))
    restore_denormals(before)
    store(values, 4, load(values, 0) * load(values, 1))


def test_tiny_products_are_flushed_and_then_no_more() -> None:
    """A product below float32's full precision is 0 only between the two calls, on x86."""
    values = aligned(5).reshape(5, -1)
    values[0], values[1] = 1e-20, 1e-20
    multiply(address(values))
    tiny = np.float32(1e-20) * np.float32(1e-20)
    assert 0 < tiny < np.finfo(np.float32).tiny
    on_x86 = platform.machine().lower() in ("x86_64", "amd64", "i686")
    np.testing.assert_array_equal(values[2], tiny)
    np.testing.assert_array_equal(values[3], 0 if on_x86 else tiny)
    np.testing.assert_array_equal(values[4], tiny)
