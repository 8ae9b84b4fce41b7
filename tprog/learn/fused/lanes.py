"""Vectors in Numba kernels. Owns the type `Lanes`, one number for each example of a tile, and its arithmetic.

Numba leaves vector instructions to the optimiser, which does not find them across nested loops. A value of this type is a
vector of LLVM's instead: `a * b + c` of three of them is one instruction where the processor has it, and local
variables stay in registers. LLVM splits vectors that are wider than the processor's. Arrays of lanes are flat float32
arrays; places in them count vectors, not numbers. Nothing checks that a place lies inside its array.
"""

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.learn.fused.backend import FLOATS, LONGS, WORDS, extending, ir, types
from tprog.learn.fused.jit import lane_count

Floats: TypeAlias = npt.NDArray[np.float32]
Longs: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint32]
Lanes: TypeAlias = Any

LANES = lane_count()
"""Examples in a tile."""

# Products and sums may become one instruction; nothing may be reordered, so results do not depend on the optimiser.
FLAGS = ("contract",)

FLOAT, INT, LONG = ir.FloatType(), ir.IntType(32), ir.IntType(64)
VECTOR, INTEGERS = ir.VectorType(FLOAT, LANES), ir.VectorType(INT, LANES)


class LanesType(types.Type):  # type: ignore[misc]
    """The type of `Lanes` in kernels."""

    def __init__(self) -> None:
        super().__init__(name=f"Lanes{LANES}")


class _LanesModel(extending.models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, VECTOR)


LANES_TYPE = LanesType()
extending.register_model(LanesType)(_LanesModel)


def aligned(count: int) -> Floats:
    """Return an array of `count` vectors, all zero, that begins on a border of a cache line."""
    whole = np.zeros(count * LANES + 16, dtype=np.float32)
    start = (-whole.ctypes.data % 64) // 4
    return whole[start : start + count * LANES]


def constant(value: float) -> Any:
    """Return a vector of equal numbers in LLVM's language."""
    return ir.Constant(VECTOR, [float(np.float32(value))] * LANES)


def integers(value: int) -> Any:
    """Return a vector of equal 32-bit integers in LLVM's language."""
    return ir.Constant(INTEGERS, [value & 0xFFFFFFFF] * LANES)


def vector_function(
    result: Any, arguments: tuple[Any, ...], build: Callable[..., Any]
) -> Callable[..., Any]:
    """Return a function for kernels that is written in LLVM's language.

    Args:
        result: the Numba type that it returns.
        arguments: the types that it takes.
        build: called with LLVM's builder and the arguments; returns the result, or None for `types.void`.
    """

    def typed() -> Any:
        def lower(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            made = build(builder, *values)
            return context.get_dummy_value() if made is None else made

        return result(*arguments), lower

    # Numba reads the number of arguments from the signature.
    by_number: dict[int, Callable[..., Any]] = {
        0: lambda _context: typed(),
        1: lambda _context, _a: typed(),
        2: lambda _context, _a, _b: typed(),
        3: lambda _context, _a, _b, _c: typed(),
        4: lambda _context, _a, _b, _c, _d: typed(),
        6: lambda _context, _a, _b, _c, _d, _e, _f: typed(),
    }
    made: Callable[..., Any] = extending.intrinsic(by_number[len(arguments)])
    return made


def address(builder: Any, data: Any, place: Any, kind: Any = VECTOR) -> Any:
    """Return the address of the vector at a place of an array."""
    first = builder.mul(place, ir.Constant(LONG, LANES))
    return builder.bitcast(builder.gep(data, [first]), kind.as_pointer())


def _spread(builder: Any, value: Any) -> Any:
    empty = ir.Constant(VECTOR, ir.Undefined)
    first = builder.insert_element(empty, value, ir.Constant(INT, 0))
    return builder.shuffle_vector(first, empty, ir.Constant(INTEGERS, [0] * LANES))


def _define(operation: Any, build: Callable[[Any, Any, Any], Any]) -> None:
    def type_of(_context: Any) -> Any:
        def typer(left: Any, right: Any) -> Any:
            both = isinstance(left, LanesType) and isinstance(right, LanesType)
            return LANES_TYPE if both else None

        return typer

    def lower(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return build(builder, *values)

    extending.type_callable(operation)(type_of)
    extending.lower_builtin(operation, LanesType, LanesType)(lower)


_define(operator.add, lambda builder, left, right: builder.fadd(left, right, flags=FLAGS))
_define(operator.sub, lambda builder, left, right: builder.fsub(left, right, flags=FLAGS))
_define(operator.mul, lambda builder, left, right: builder.fmul(left, right, flags=FLAGS))
_define(operator.truediv, lambda builder, left, right: builder.fdiv(left, right, flags=FLAGS))


def _load(builder: Any, data: Any, place: Any) -> Any:
    return builder.load(address(builder, data, place), align=4)


def _store(builder: Any, data: Any, place: Any, value: Any) -> None:
    builder.store(value, address(builder, data, place), align=4)


def _spread_from(builder: Any, data: Any, index: Any) -> Any:
    return _spread(builder, builder.load(builder.gep(data, [index])))


def _greater(builder: Any, left: Any, right: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", left, right), left, right)


def _where(builder: Any, sign: Any, yes: Any, no: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", sign, constant(0)), yes, no)


def _clamp_slope(builder: Any, value: Any, cap: Any) -> Any:
    # Where both are equal, either may have been taken.
    below = builder.select(builder.fcmp_ordered("<", value, cap), constant(1), constant(0))
    return builder.select(builder.fcmp_ordered("==", value, cap), constant(0.5), below)


def _at(builder: Any, data: Any, place: Any) -> Any:
    return builder.gep(data, [builder.mul(place, ir.Constant(LONG, LANES))])


def _after(builder: Any, data: Any, count: Any) -> Any:
    return builder.gep(data, [count])


at = vector_function(FLOATS, (FLOATS, types.int64), _at)
"""`at(array, place)`: the array from a place on."""
after = vector_function(FLOATS, (FLOATS, types.int64), _after)
"""`after(numbers, count)`: the numbers behind the first `count`."""
list_after = vector_function(LONGS, (LONGS, types.int64), _after)
"""`list_after(numbers, count)`: the integers behind the first `count`."""


def _pointer(kind: Any) -> Callable[[Any, Any], Any]:
    return lambda builder, number: builder.inttoptr(number, kind.as_pointer())


floats = vector_function(FLOATS, (types.int64,), _pointer(FLOAT))
"""`floats(address)`: the float32 numbers at an address."""
longs = vector_function(LONGS, (types.int64,), _pointer(LONG))
"""`longs(address)`: the 64-bit integers at an address."""
words = vector_function(WORDS, (types.int64,), _pointer(INT))
"""`words(address)`: the 32-bit words at an address."""
load = vector_function(LANES_TYPE, (FLOATS, types.int64), _load)
"""`load(array, place)`: the vector at a place."""
store = vector_function(types.void, (FLOATS, types.int64, LANES_TYPE), _store)
"""`store(array, place, value)`."""
spread = vector_function(LANES_TYPE, (types.float32,), _spread)
"""`spread(number)`: the number in every lane."""
spread_from = vector_function(LANES_TYPE, (FLOATS, types.int64), _spread_from)
"""`spread_from(array, index)`: one number of an array of numbers, in every lane."""
greater = vector_function(LANES_TYPE, (LANES_TYPE, LANES_TYPE), _greater)
"""`greater(a, b)`: the greater number of each lane."""
where = vector_function(LANES_TYPE, (LANES_TYPE, LANES_TYPE, LANES_TYPE), _where)
"""`where(sign, yes, no)`: `yes` in the lanes where `sign` is above 0."""
clamp_slope = vector_function(LANES_TYPE, (LANES_TYPE, LANES_TYPE), _clamp_slope)
"""`clamp_slope(value, cap)`: the derivative of the lesser of both by the value: 1, 0, or 0.5 where they are equal."""
