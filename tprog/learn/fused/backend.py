"""Numba and LLVM as this folder sees them. Owns their import, untyped: neither describes itself completely."""

import importlib
from typing import Any

cfunc: Any = importlib.import_module("numba").cfunc
njit: Any = importlib.import_module("numba").njit
types: Any = importlib.import_module("numba").types
extending: Any = importlib.import_module("numba.extending")
ir: Any = importlib.import_module("llvmlite.ir")
binding: Any = importlib.import_module("llvmlite.binding")

FLOATS: Any = types.CPointer(types.float32)
LONGS: Any = types.CPointer(types.int64)
WORDS: Any = types.CPointer(types.uint32)
"""Addresses of numbers, as kernels take them."""
