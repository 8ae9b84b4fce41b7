"""Exponential and logarithm of lanes. Owns their formulas; refuses to know what they are used for.

LLVM calls a library for each lane's exponential unless a vector library is at hand; these are polynomials, with relative
errors near float32's own rounding, and straight-line code without a branch or a table.
"""

from math import log as real_log
from typing import Any

import numpy as np
import numpy.polynomial.chebyshev as chebyshev
import numpy.typing as npt

from tprog.learn.fused.lanes import (
    FLAGS,
    INTEGERS,
    LANES_TYPE,
    VECTOR,
    constant,
    integers,
    vector_function,
)

Doubles = npt.NDArray[np.float64]

LEAST_EXPONENT = -87.0
"""Below this the exponential is as small as at it: about 1.6e-38, the least number that float32 holds in full."""

# Adding this rounds a float32 of magnitude below 2^22 to an integer, which then stands in the lowest bits.
_ROUND = 1.5 * 2.0**23
_ROUND_BITS = int(np.float32(_ROUND).view(np.int32))
_ONE_BITS = 127 << 23
_MANTISSA = (1 << 23) - 1
# The logarithm of 2 in two parts; a multiple of the first, which has few digits, is exact.
_LN2_HIGH = 0.693359375
_LN2_LOW = real_log(2) - _LN2_HIGH


def _interpolate(values: Any, low: float, high: float, degree: int) -> list[float]:
    """Return the coefficients, lowest power first, of a polynomial that is nearly the best for a function in a range."""
    found = chebyshev.Chebyshev.interpolate(values, degree, domain=[low, high])
    return [float(value) for value in found.convert(kind=np.polynomial.Polynomial).coef]


def _exp_rest(x: Doubles) -> Doubles:
    return np.where(x == 0, 1.0, np.expm1(x) / np.where(x == 0, 1.0, x))


def _log_rest(x: Doubles) -> Doubles:
    return np.where(x == 0, 1.0, np.log1p(x) / np.where(x == 0, 1.0, x))


_HALF_LN2 = real_log(2) / 2
_EXP = _interpolate(_exp_rest, -_HALF_LN2, _HALF_LN2, 5)


def polynomial_of_log(degree: int) -> list[float]:
    """Return coefficients for `log_with`."""
    return _interpolate(_log_rest, 0.5**0.5 - 1, 2**0.5 - 1, degree)


_LOG = polynomial_of_log(9)


def _polynomial(builder: Any, x: Any, coefficients: list[float]) -> Any:
    total = constant(coefficients[-1])
    for value in reversed(coefficients[:-1]):
        total = builder.fadd(builder.fmul(total, x, flags=FLAGS), constant(value), flags=FLAGS)
    return total


def _multiply_add(builder: Any, x: Any, y: Any, z: Any) -> Any:
    return builder.fadd(builder.fmul(x, y, flags=FLAGS), z, flags=FLAGS)


def _exp(builder: Any, x: Any) -> Any:
    low = constant(LEAST_EXPONENT)
    x = builder.select(builder.fcmp_ordered(">", x, low), x, low)
    rounded = _multiply_add(builder, x, constant(1 / real_log(2)), constant(_ROUND))
    whole = builder.fsub(rounded, constant(_ROUND))
    rest = _multiply_add(builder, whole, constant(-_LN2_HIGH), x)
    rest = _multiply_add(builder, whole, constant(-_LN2_LOW), rest)
    mantissa = _multiply_add(builder, rest, _polynomial(builder, rest, _EXP), constant(1))
    bits = builder.sub(builder.bitcast(rounded, INTEGERS), integers(_ROUND_BITS))
    exponent = builder.shl(builder.add(bits, integers(127)), integers(23))
    return builder.fmul(mantissa, builder.bitcast(exponent, VECTOR))


def log_with(builder: Any, x: Any, coefficients: list[float]) -> Any:
    """Return the logarithm in LLVM's language, as exact as the polynomial."""
    bits = builder.bitcast(x, INTEGERS)
    # Shift the border between two exponents from 1 to the root of 1/2.
    shifted = builder.add(bits, integers(_ONE_BITS - int(np.float32(0.5**0.5).view(np.int32))))
    exponent = builder.sub(builder.ashr(shifted, integers(23)), integers(127))
    mantissa = builder.sub(bits, builder.shl(exponent, integers(23)))
    rest = builder.fsub(builder.bitcast(mantissa, VECTOR), constant(1))
    power = builder.sitofp(exponent, VECTOR)
    total = builder.fmul(power, constant(_LN2_LOW))
    total = _multiply_add(builder, rest, _polynomial(builder, rest, coefficients), total)
    return _multiply_add(builder, power, constant(_LN2_HIGH), total)


def _log(builder: Any, x: Any) -> Any:
    return log_with(builder, x, _LOG)


exp = vector_function(LANES_TYPE, (LANES_TYPE,), _exp)
"""`exp(x)`, for x up to 88; constant below `LEAST_EXPONENT`."""
log = vector_function(LANES_TYPE, (LANES_TYPE,), _log)
"""`log(x)`, for positive numbers that float32 holds in full, 1.2e-38 and above."""
