"""Exponential and logarithm: nearly as exact as float32 is."""

import numpy as np
import numpy.typing as npt
from learn.fused.checks import address

from tprog.learn.fused.backend import FLOATS, types
from tprog.learn.fused.elementary import LEAST_EXPONENT, exp, log
from tprog.learn.fused.jit import kernel
from tprog.learn.fused.lanes import Floats, aligned, load, store

COUNT = 1 << 12


@kernel(types.void(FLOATS, types.int64))
def apply_exp(values: Floats, count: int) -> None:
    """Replace vectors by their exponential."""
    for place in range(count):
        store(values, place, exp(load(values, place)))


@kernel(types.void(FLOATS, types.int64))
def apply_log(values: Floats, count: int) -> None:
    """Replace vectors by their logarithm."""
    for place in range(count):
        store(values, place, log(load(values, place)))


def spaced(low: float, high: float) -> npt.NDArray[np.float32]:
    """Return many vectors of evenly spaced numbers."""
    found = aligned(COUNT)
    found[:] = np.linspace(low, high, found.size)
    return found


def test_exp_is_exact_to_seven_digits() -> None:
    """From the least exponent to 88 the relative error is below 2e-7, and exp(0) is 1."""
    found = spaced(LEAST_EXPONENT, 88)
    found[0] = 0
    expected = np.exp(found.astype(np.float64))
    apply_exp(address(found), COUNT)
    assert abs(found / expected - 1).max() < 2e-7
    assert found[0] == 1


def test_exp_is_constant_below_its_range() -> None:
    """Very negative numbers give a tiny positive one, not one that has lost its precision."""
    found = spaced(-1e30, LEAST_EXPONENT)
    apply_exp(address(found), COUNT)
    assert found.max() == found.min() > np.finfo(np.float32).tiny


def test_log_is_exact_to_seven_digits() -> None:
    """Over all magnitudes, and close to 1 where the logarithm vanishes, the relative error is below 3e-7."""
    wide = spaced(-87, 88)
    wide[:] = np.exp(wide)
    for values in (wide, spaced(0.5, 0.9999), spaced(1.0001, 2)):
        expected = np.log(values.astype(np.float64))
        apply_log(address(values), COUNT)
        assert abs(values / expected - 1).max() < 3e-7
