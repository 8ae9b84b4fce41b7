"""Random numbers in lanes. Owns their streams, so that noise depends on a seed and on an example's number alone.

Neither the number of threads nor that of lanes changes the noise of an example.
"""

from typing import Any

from tprog.learn.fused.backend import WORDS, ir, types
from tprog.learn.fused.elementary import log_with, polynomial_of_log
from tprog.learn.fused.lanes import (
    INTEGERS,
    LANES,
    LANES_TYPE,
    LONG,
    VECTOR,
    address,
    constant,
    integers,
    vector_function,
)

STATE = 4
"""Vectors of random state that a tile needs."""

# A random number's logarithm need not be exact: this one is right to 4 digits.
_ROUGH_LOG = polynomial_of_log(5)


def _scramble(builder: Any, value: Any) -> Any:
    """Mix 64-bit integers well (the finaliser of splitmix64: Steele, Lea and Flood, 2014)."""

    def same(number: int) -> Any:
        return ir.Constant(value.type, [number] * LANES)

    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = builder.xor(value, builder.lshr(value, same(shift)))
        value = builder.mul(value, same(factor))
    return builder.xor(value, builder.lshr(value, same(31)))


def _seed_streams(builder: Any, state: Any, seed: Any, first: Any) -> None:
    kind = ir.VectorType(LONG, LANES)
    zeros = ir.Constant(INTEGERS, [0] * LANES)

    def spread(number: Any) -> Any:
        empty = ir.Constant(kind, ir.Undefined)
        one = builder.insert_element(empty, number, ir.Constant(ir.IntType(32), 0))
        return builder.shuffle_vector(one, empty, zeros)

    start = _scramble(builder, spread(seed))
    stream = builder.add(spread(first), ir.Constant(kind, list(range(LANES))))
    for word in range(STATE):
        number = builder.add(
            builder.mul(stream, ir.Constant(kind, [STATE] * LANES)),
            ir.Constant(kind, [word + 1] * LANES),
        )
        step = builder.mul(number, ir.Constant(kind, [0x9E3779B97F4A7C15] * LANES))
        mixed = _scramble(builder, builder.add(start, step))
        high = builder.lshr(mixed, ir.Constant(kind, [32] * LANES))
        target = address(builder, state, ir.Constant(LONG, word), INTEGERS)
        builder.store(builder.trunc(high, INTEGERS), target, align=4)


def _random_bits(builder: Any, state: Any) -> Any:
    """Advance the generators of all lanes (Marsaglia's xorshift128, 2003) and return 32 random bits for each."""
    places = [
        address(builder, state, ir.Constant(LONG, number), INTEGERS) for number in range(STATE)
    ]
    x, y, z, w = (builder.load(place, align=4) for place in places)
    mixed = builder.xor(x, builder.shl(x, integers(11)))
    mixed = builder.xor(mixed, builder.lshr(mixed, integers(8)))
    made = builder.xor(builder.xor(w, builder.lshr(w, integers(19))), mixed)
    for place, value in zip(places, (y, z, w, made), strict=True):
        builder.store(value, place, align=4)
    return made


def _uniform(builder: Any, state: Any) -> Any:
    bits = builder.lshr(_random_bits(builder, state), integers(9))
    # The middle of one of 2^23 steps between 0 and 1, so that neither end is reached, even when rounded.
    scaled = builder.fmul(builder.sitofp(bits, VECTOR), constant(2.0**-23))
    return builder.fadd(scaled, constant(2.0**-24))


def _gumbel(builder: Any, state: Any) -> Any:
    uniform = _uniform(builder, state)
    exponential = builder.fneg(log_with(builder, uniform, _ROUGH_LOG))
    return builder.fneg(log_with(builder, exponential, _ROUGH_LOG))


def _logistic(builder: Any, state: Any) -> Any:
    uniform = _uniform(builder, state)
    other = builder.fsub(constant(1), uniform)
    return builder.fsub(
        log_with(builder, uniform, _ROUGH_LOG), log_with(builder, other, _ROUGH_LOG)
    )


seed_streams = vector_function(types.void, (WORDS, types.int64, types.int64), _seed_streams)
"""`seed_streams(state, seed, first)`: seed the generators of all lanes, whose streams are numbered from `first` on."""
gumbel = vector_function(LANES_TYPE, (WORDS,), _gumbel)
"""`gumbel(state)`: a draw from the Gumbel distribution for each lane; it advances the state."""
logistic = vector_function(LANES_TYPE, (WORDS,), _logistic)
"""`logistic(state)`: a draw from the logistic distribution for each lane; it advances the state."""
