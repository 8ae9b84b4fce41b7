"""Vectors in Numba kernels: `a * b + c` of three of them is one instruction, and local variables stay in registers.

Compilers vectorise a loop over neighbouring numbers, but leave its sums in memory where another loop lies within. A value of
this type is a vector of LLVM's. Nothing checks that a place lies inside its array.
"""

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from llvmlite import binding, ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

Floats: TypeAlias = npt.NDArray[np.float32]
Longs: TypeAlias = npt.NDArray[np.int64]


def _lane_count() -> int:
    """Return how many float32 numbers a vector register of this machine holds."""
    features = binding.get_host_cpu_features()
    if features.get("avx512f"):
        return 16
    return 8 if features.get("avx") else 4


LANES = _lane_count()
_FAST = ("contract", "reassoc", "nnan", "nsz")
_VECTOR, _INT = ir.VectorType(ir.FloatType(), LANES), ir.IntType(32)


class _Vector(types.Type):
    """The type of a vector in kernels."""


_VECTOR_TYPE = _Vector(f"Vector{LANES}")


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)  # type: ignore[no-untyped-call]


def _arithmetic(operation: Any, build: Callable[[Any, Any, Any], Any]) -> None:
    def type_of(_context: Any) -> Any:
        def typer(left: Any, right: Any) -> Any:
            both = isinstance(left, _Vector) and isinstance(right, _Vector)
            return _VECTOR_TYPE if both else None

        return typer

    def lower(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return build(builder, *values)

    type_callable(operation)(type_of)
    lower_builtin(operation, _Vector, _Vector)(lower)  # type: ignore[no-untyped-call]


_arithmetic(operator.add, lambda builder, left, right: builder.fadd(left, right, flags=_FAST))
_arithmetic(operator.sub, lambda builder, left, right: builder.fsub(left, right, flags=_FAST))
_arithmetic(operator.truediv, lambda builder, left, right: builder.fdiv(left, right, flags=_FAST))
_arithmetic(operator.mul, lambda builder, left, right: builder.fmul(left, right, flags=_FAST))


def _instruction(function: Callable[..., Any]) -> Callable[..., Any]:
    made: Callable[..., Any] = intrinsic(function)
    return made


def _address(context: Any, builder: Any, kind: Any, array: Any, place: Any) -> Any:
    return builder.gep(context.make_array(kind)(context, builder, array).data, [place])


@_instruction
def load(_typing: Any, array: Any, _place: Any) -> Any:
    """Return the vector of neighbouring numbers from a place of a contiguous array on."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _address(context, builder, signature.args[0], *values)
        return builder.load(builder.bitcast(place, _VECTOR.as_pointer()), align=4)

    return _VECTOR_TYPE(array, types.int64), build


@_instruction
def store(_typing: Any, array: Any, _place: Any, _vector: Any) -> Any:
    """Write a vector to a place of a contiguous array."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _address(context, builder, signature.args[0], *values[:2])
        builder.store(values[2], builder.bitcast(place, _VECTOR.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(array, types.int64, _VECTOR_TYPE), build


@_instruction
def spread(_typing: Any, _number: Any) -> Any:
    """Return a vector of equal numbers."""

    def build(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        empty = ir.Constant(_VECTOR, ir.Undefined)
        first = builder.insert_element(empty, values[0], ir.Constant(_INT, 0))
        return builder.shuffle_vector(
            first, empty, ir.Constant(ir.VectorType(_INT, LANES), [0] * LANES)
        )

    return _VECTOR_TYPE(types.float32), build


@_instruction
def greater(_typing: Any, _left: Any, _right: Any) -> Any:
    """Return the greater number of each lane."""

    def build(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", *values), *values)

    return _VECTOR_TYPE(_VECTOR_TYPE, _VECTOR_TYPE), build


@_instruction
def total(_typing: Any, _vector: Any) -> Any:
    """Return the sum of a vector's numbers."""

    def build(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        found, width = values[0], LANES
        while width > 1:
            width //= 2
            halves = [
                ir.Constant(ir.VectorType(_INT, width), list(range(start, start + width)))
                for start in (0, width)
            ]
            low, high = (builder.shuffle_vector(found, found, half) for half in halves)
            found = builder.fadd(low, high, flags=_FAST)
        return builder.extract_element(found, ir.Constant(_INT, 0))

    return types.float32(_VECTOR_TYPE), build
