"""Compiling kernels with Numba. Owns the compiler's options and bit casts; refuses to know what a kernel computes."""

from collections.abc import Callable
from typing import Any, TypeVar

from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: Any = {"nogil": True, "fastmath": True, "error_model": "numpy"}
compiler: Any = njit


def compiled(function: F) -> F:
    """Return a kernel compiled on its first call, kept on disk where there is a folder to write to.

    The global interpreter lock is released while it runs. Sums may be reordered, so results can differ in their last
    bits between processors, never between two runs on one.
    """
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
