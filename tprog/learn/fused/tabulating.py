"""Tables and boxes of a tile, forward and backward. Owns the look-ups without hidden units; refuses gates."""

from typing import Any

import numpy as np

from tprog.learn.fused.correlations import correlate, correlate_kernel
from tprog.learn.fused.jit import inner, kernel
from tprog.learn.fused.lanes import (
    LANES,
    Longs,
    after,
    at,
    floats,
    list_after,
    load,
    longs,
    spread,
    store,
)
from tprog.learn.fused.products import SET, mix, mix_kernel
from tprog.learn.fused.tape import (
    ARGUMENT_COLUMNS,
    ARGUMENT_PLACE,
    ARGUMENT_SIZE,
    ARGUMENT_SLOPE,
    ARGUMENTS,
    ARITY,
    BOUNDS,
    BOXES,
    ENTRIES,
    GRADS,
    JOINT,
    JOINT_SLOPE,
    LOOKUP_WRITES,
    LOOKUPS,
    OUTPUTS,
    PLACES,
    POINTS,
    POSITIONS,
    SIGNATURE,
    SLOPES_AT,
    VALUES_AT,
    WEIGHTS,
)


def _entry(arguments: Longs, arity: int, argument: int, point: int) -> Any:
    """Return the value of an argument at a point; the last argument varies fastest."""
    for number in range(arity - 1, argument, -1):
        point //= arguments[number * ARGUMENT_COLUMNS + ARGUMENT_SIZE]
    return point % arguments[argument * ARGUMENT_COLUMNS + ARGUMENT_SIZE]


entry = inner(_entry)


def _join(op: Longs, frame: Longs, lookup: int) -> None:
    """Compute how much of each position lies at each point: the product over the arguments."""
    values, positions = floats(frame[VALUES_AT]), frame[POSITIONS]
    arguments, points = list_after(longs(frame[PLACES]), op[ARGUMENTS]), op[POINTS]
    for point in range(points):
        for number in range(op[ARITY]):
            argument = list_after(arguments, number * ARGUMENT_COLUMNS)
            size = argument[ARGUMENT_SIZE]
            read = argument[ARGUMENT_PLACE] + lookup * positions * size
            read += entry(arguments, op[ARITY], number, point)
            for position in range(positions):
                share = load(values, read + position * size)
                target = op[JOINT] + position * points + point
                if number:
                    share = share * load(values, target)
                store(values, target, share)


def _unjoin(op: Longs, frame: Longs, lookup: int) -> None:
    """Compute the slopes of a look-up's arguments from those of their products."""
    values, slopes, positions = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT]), frame[POSITIONS]
    arguments, arity = list_after(longs(frame[PLACES]), op[ARGUMENTS]), op[ARITY]
    for number in range(arity):
        argument = list_after(arguments, number * ARGUMENT_COLUMNS)
        size = argument[ARGUMENT_SIZE]
        first = argument[ARGUMENT_SLOPE] + lookup * positions * size
        for place in range(first, first + positions * size):
            store(slopes, place, spread(np.float32(0)))
        for point in range(op[POINTS]):
            target = first + entry(arguments, arity, number, point)
            for position in range(positions):
                slope = load(slopes, op[JOINT_SLOPE] + position * op[POINTS] + point)
                for other in range(arity):
                    factor = list_after(arguments, other * ARGUMENT_COLUMNS)
                    place = (lookup * positions + position) * factor[ARGUMENT_SIZE]
                    place += factor[ARGUMENT_PLACE] + entry(arguments, arity, other, point)
                    if other != number:
                        slope = slope * load(values, place)
                place = target + position * size
                store(slopes, place, load(slopes, place) + slope)


join = inner(_join)
unjoin = inner(_unjoin)


@kernel(SIGNATURE, mix_kernel)
def look_up(op: Longs, frame: Longs) -> None:
    """Compute what tables write."""
    values, places = floats(frame[VALUES_AT]), longs(frame[PLACES])
    positions, points, outputs = frame[POSITIONS], op[POINTS], op[OUTPUTS]
    for lookup in range(op[LOOKUPS]):
        join(op, frame, lookup)
        mix(
            *(outputs, positions, points),
            *(after(floats(frame[WEIGHTS]), op[ENTRIES] + lookup * points * outputs), 1, outputs),
            *(at(values, op[JOINT]), places, 1, points),
            *(
                at(values, op[LOOKUP_WRITES] + lookup * positions * outputs),
                places,
                1,
                outputs,
                SET,
            ),
        )


@kernel(SIGNATURE, mix_kernel, correlate_kernel)
def unlook_up(op: Longs, frame: Longs) -> None:
    """Add to the gradient of the tables, and compute the slopes of what they read."""
    values, slopes = floats(frame[VALUES_AT]), floats(frame[SLOPES_AT])
    places, positions = longs(frame[PLACES]), frame[POSITIONS]
    points, outputs = op[POINTS], op[OUTPUTS]
    for lookup in range(op[LOOKUPS]):
        # The products of the last look-up have stood there since.
        join(op, frame, lookup)
        table = op[ENTRIES] + lookup * points * outputs
        made = at(slopes, op[LOOKUP_WRITES] + lookup * positions * outputs)
        correlate(
            *(outputs, points, positions, made, places, 1, outputs),
            *(at(values, op[JOINT]), places, 1, points),
            *(after(floats(frame[GRADS]), table), 1, outputs),
        )
        mix(
            *(points, positions, outputs, after(floats(frame[WEIGHTS]), table), outputs, 1),
            *(made, places, 1, outputs, at(slopes, op[JOINT_SLOPE]), places, 1, points, SET),
        )
        unjoin(op, frame, lookup)


def _found_box(op: Longs, frame: Longs, number: int) -> Any:
    """Return the first box that holds the point at a position of a lane, or the number of boxes."""
    values, places, arity = floats(frame[VALUES_AT]), longs(frame[PLACES]), op[ARITY]
    bounds = list_after(places, op[BOUNDS])
    caps = list_after(bounds, (2 * arity + 1) * op[BOXES] + 1)
    for box in range(op[BOXES]):
        inside = True
        for argument in range(arity):
            read = places[op[ARGUMENTS] + argument * ARGUMENT_COLUMNS + ARGUMENT_PLACE]
            # Half a unit is rounded to the even number, as in the exact pass.
            value = min(np.int64(np.rint(values[read * LANES + number])), caps[argument])
            bound = (box * arity + argument) * 2
            inside = inside and bounds[bound] <= value and value <= bounds[bound + 1]
        if inside:
            return box
    return op[BOXES]


found_box = inner(_found_box)


@kernel(SIGNATURE)
def box(op: Longs, frame: Longs) -> None:
    """Write the value of the first box that holds each point."""
    values, positions, outputs = floats(frame[VALUES_AT]), frame[POSITIONS], op[OUTPUTS]
    entries = list_after(longs(frame[PLACES]), op[BOUNDS] + 2 * op[ARITY] * op[BOXES])
    for place in range(positions * outputs):
        store(values, op[LOOKUP_WRITES] + place, spread(np.float32(0)))
    for number in range(positions * LANES):
        place = (
            op[LOOKUP_WRITES] + number // LANES * outputs + entries[found_box(op, frame, number)]
        )
        values[place * LANES + number % LANES] = 1


@kernel(SIGNATURE)
def unbox(op: Longs, frame: Longs) -> None:
    """Set the slopes of what boxes read to 0."""
    slopes, places = floats(frame[SLOPES_AT]), longs(frame[PLACES])
    for argument in range(op[ARITY]):
        first = places[op[ARGUMENTS] + argument * ARGUMENT_COLUMNS + ARGUMENT_SLOPE]
        for place in range(first, first + frame[POSITIONS]):
            store(slopes, place, spread(np.float32(0)))
