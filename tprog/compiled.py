"""Compiling kernels with Numba, and an exponential and a logarithm that compilers can vectorise."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: Any = {"nogil": True, "fastmath": True, "error_model": "numpy"}
compiler: Any = njit


@cache
def _digest_of_file(path: str) -> bytes:
    return sha256(Path(path).read_bytes()).digest()


def _digest(function: Callable[..., Any]) -> str:
    """Return a short digest of what a kernel is compiled from.

    That is its file, this one, and from elsewhere the numbers and the kernels that its file has imported, whose names
    carry digests in turn.
    """
    found = sha256(_digest_of_file(__file__) + _digest_of_file(function.__code__.co_filename))
    for name, value in function.__globals__.items():
        kernel = getattr(value, "py_func", None)
        if kernel is not None:
            found.update(_digest_of_file(kernel.__code__.co_filename))
            found.update(f"{name} {kernel.__qualname__}".encode())
        elif isinstance(value, bool | int | float | np.generic):
            found.update(f"{name} {value!r}".encode())
    return found.hexdigest()[:12]


def compiled(function: F) -> F:
    """Return a kernel compiled on its first call, kept on disk where there is a folder to write to.

    The global interpreter lock is released while it runs. Sums may be reordered, so results can differ in their last
    bits between processors, never between two runs on one.

    Numba compiles anew where the kernel's own file was edited; the digest in the kernel's name, under which it is kept,
    sees to edits of others.
    """
    function.__qualname__ += f"_{_digest(function)}"
    try:
        kernel: F = compiler(function, cache=True, **OPTIONS)
    except RuntimeError:
        # Neither the package's folder nor the user's cache folder can be written: compile in every process.
        kernel = compiler(function, **OPTIONS)
    return kernel


def _bit_cast(source: Any, target: Any, llvm: Any) -> Any:
    def typed(_context: Any, _value: Any) -> Any:
        def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], llvm)

        return target(source), build

    return intrinsic(typed)


float_from_bits: Callable[[Any], Any] = _bit_cast(types.int32, types.float32, ir.FloatType())
bits_from_float: Callable[[Any], Any] = _bit_cast(types.float32, types.int32, ir.IntType(32))


@compiled
def exponential(x: Any) -> Any:
    """Return e to the power of x for x <= 0, to a relative 1e-6 (Chebyshev interpolation of 2**x on [0, 1])."""
    power = max(x * np.float32(1.4426950408889634), np.float32(-126.0))
    whole = np.floor(power)
    part = power - whole
    found = np.float32(0.0018937540580547345)
    found = found * part + np.float32(0.00894959042362586)
    found = found * part + np.float32(0.055860337077081816)
    found = found * part + np.float32(0.24014181820145927)
    found = found * part + np.float32(0.693154489663239)
    found = found * part + np.float32(0.9999998983500237)
    return found * float_from_bits((np.int32(whole) + np.int32(127)) << np.int32(23))


@compiled
def logarithm(x: Any) -> Any:
    """Return the natural logarithm for x >= 1, to an absolute 1e-6 (Chebyshev interpolation of ln(1 + f) / f)."""
    bits = bits_from_float(x)
    exponent = np.float32((bits >> np.int32(23)) - np.int32(127))
    part = float_from_bits((bits & np.int32(0x7FFFFF)) | np.int32(0x3F800000)) - np.float32(1)
    found = np.float32(-0.00837115254944365)
    found = found * part + np.float32(0.04349389981533136)
    found = found * part + np.float32(-0.1068500286374956)
    found = found * part + np.float32(0.17687476700423233)
    found = found * part + np.float32(-0.24474774178478675)
    found = found * part + np.float32(0.332719283833915)
    found = found * part + np.float32(-0.4999717452300584)
    found = found * part + np.float32(0.9999997807585044)
    return found * part + exponent * np.float32(0.6931471805599453)
