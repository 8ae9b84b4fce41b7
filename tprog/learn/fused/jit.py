"""Compiling this folder's kernels with Numba. Owns the compiler's options, its cache and calls between kernels.

Numba links a kernel into every kernel that calls it and optimises the whole anew, which takes half a minute for a step.
Here each kernel is compiled alone, behind a plain C signature, and when it is first needed; others call it by its symbol or
its address. Numba keeps what it compiles beside the source, or in the user's cache folder where the source cannot be
written to. It notices an edit of the file that a kernel stands in, but not of the files that this one uses; so the name under
which a kernel is kept carries a digest of the whole folder.
"""

import ctypes
import gc
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from tprog.learn.fused.backend import binding, cfunc, njit, types

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = {"error_model": "numpy"}
# Python does not call what other kernels contain.
_WITHIN = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

_lock = Lock()


def lane_count() -> int:
    """Return how many float32 numbers one vector register of this machine holds: 4, 8 or 16."""
    features = binding.get_host_cpu_features()
    if features.get("avx512f"):
        return 16
    return 8 if features.get("avx") else 4


@cache
def digest() -> str:
    """Return a short digest of everything in the source on which compiled code depends, and of the lane count."""
    found = sha256(str(lane_count()).encode())
    folder = Path(__file__).parent
    for path in (*sorted(folder.glob("*.py")), folder.parent / "attention.py"):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _ctype(kind: Any) -> Any:
    if isinstance(kind, types.CPointer):
        return ctypes.c_void_p
    return {
        types.void: None,
        types.int64: ctypes.c_int64,
        types.float32: ctypes.c_float,
        types.float64: ctypes.c_double,
    }[kind]


class Kernel:
    """A function that is compiled when its address is first asked for.

    Attributes:
        symbol: the name by which other kernels call it.
        signature: its types.
        uses: the kernels that it calls by symbol.
    """

    def __init__(
        self, function: Callable[..., Any], signature: Any, uses: tuple["Kernel", ...]
    ) -> None:
        self.signature, self.uses = signature, uses
        self._function = function
        self._compiled: Any = None
        self._entry: Any = None
        function.__qualname__ = f"{function.__qualname__}_{digest()}"
        self.symbol = f"tprog_{function.__module__}_{function.__qualname__}".replace(".", "_")
        self.call: Callable[..., Any] = types.ExternalFunction(self.symbol, signature)
        """What kernels that use this one call."""

    @property
    def address(self) -> int:
        """The address of the compiled code."""
        with _lock:
            return self._prepare()

    def __call__(self, *arguments: float) -> Any:
        """Run the kernel from Python, with addresses for arrays; other threads go on meanwhile."""
        if self._entry is None:
            kinds = [_ctype(kind) for kind in (self.signature.return_type, *self.signature.args)]
            self._entry = ctypes.CFUNCTYPE(*kinds)(self.address)
        return self._entry(*arguments)

    def _prepare(self) -> int:
        if self._compiled is None:
            for used in self.uses:
                used._prepare()
            collecting = gc.isenabled()
            # A compiler makes millions of small objects, and hardly any cycles.
            gc.disable()
            try:
                self._compiled = self._compile()
            finally:
                if collecting:
                    gc.enable()
            binding.add_symbol(self.symbol, self._compiled.address)
        address: int = self._compiled.address
        return address

    def _compile(self) -> Any:
        try:
            return cfunc(self.signature, cache=True, **OPTIONS)(self._function)
        except (RuntimeError, OSError):
            # Neither the package's folder nor the user's cache folder can be written: compile in every process.
            return cfunc(self.signature, **OPTIONS)(self._function)


def kernel(signature: Any, *uses: Kernel) -> Callable[[Callable[..., Any]], Kernel]:
    """Return a decorator that makes a function a kernel.

    Args:
        signature: its Numba types.
        uses: the kernels whose `call` it calls.
    """

    def decorate(function: Callable[..., Any]) -> Kernel:
        return Kernel(function, signature, uses)

    return decorate


def inner(function: F) -> F:
    """Return a function that becomes part of each kernel that calls it."""
    made: F = njit(function, inline="always", **_WITHIN)
    return made


def inlined(function: F) -> F:
    """Return a small function whose every call is replaced by its code, so that vectors stay in registers."""
    made: F = njit(function, forceinline=True, **_WITHIN)
    return made
