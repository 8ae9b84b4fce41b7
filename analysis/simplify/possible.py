"""What can occur where, by abstract interpretation, without running anything.

For each variable and each position it keeps a set of values that holds every value that can occur there: the sets may be too
large, never too small. So what they exclude is proved, on domains of any size.
"""

from dataclasses import dataclass, field
from math import prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.evaluate import numerical_bounds
from tprog.evaluate.attention import predicate_matrix
from tprog.evaluate.inputs import BoolArray
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    FiniteValues,
    First,
    Head,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    TextRule,
    Tokens,
    WordTable,
)

# Longer sequences are described by one set for all positions.
MOST_POSITIONS = 128
# Larger tables are taken to be reached everywhere.
LARGEST_TABLE = 1 << 16

Sets: TypeAlias = npt.NDArray[np.bool_]


@dataclass(slots=True, eq=False)
class Possible:
    """What can occur.

    Attributes:
        values: for each variable `(positions, values)`; None where the values have no end. A single row stands for all
            positions where there are too many.
        entries: for each categorical look-up, by variable, which entries of its table can be read.
        boxes: for each numerical look-up which rectangles can be the first that holds a point, the default last.
        selves: heads that always attend to their own position.
        numbers: for each numerical variable the least and greatest number; None where there is no greatest.
    """

    values: list[Sets | None] = field(default_factory=list)
    entries: dict[int, BoolArray] = field(default_factory=dict)
    boxes: dict[int, tuple[bool, ...]] = field(default_factory=dict)
    selves: set[int] = field(default_factory=set)
    numbers: dict[int, tuple[int, int | None]] = field(default_factory=dict)

    def anywhere(self, variable: int) -> BoolArray | None:
        """Return which values a variable can have at all; None where they have no end."""
        found = self.values[variable]
        if found is None:
            return None
        some: BoolArray = np.asarray(found.any(axis=0))
        return some


def possible(program: Program) -> Possible:
    """Return what can occur where in a valid Program."""
    context = program.domain.context_length
    rows = 1 if context is None or context > MOST_POSITIONS else context
    found = Possible()
    bounds = numerical_bounds(program)
    for number in range(len(program.inputs)):
        found.values.append(_input(program, number, rows))
        if isinstance(program.inputs[number], Ones):
            found.numbers[number] = (1, 1)
    for operation in program.operations:
        own = len(found.values)
        match operation:
            case CategoricalHead():
                found.values.append(_copied(program, own, operation, found))
            case NumericalHead():
                found.values.append(None)
                nothing = not _can_match(program, operation, found)
                found.numbers[own] = (0, 0 if nothing else bounds[own])
            case CategoricalLookup():
                found.values.append(_written(program, own, operation, found, rows))
            case NumericalLookup():
                found.boxes[own] = _boxes(operation, found)
                indices = [*(box.value for box in operation.rectangles), operation.default]
                reached = np.zeros((rows, len(operation.values)), dtype=np.bool_)
                for index, can in zip(indices, found.boxes[own], strict=True):
                    reached[:, index] |= can
                found.values.append(reached)
    return found


def _input(program: Program, number: int, rows: int) -> Sets | None:
    """Return the values of an input variable."""
    variable, domain = program.inputs[number], program.domain
    tokens = _tokens(program, rows)
    match variable:
        case Tokens():
            return tokens
        case Positions():
            values = program.values[number]
            if not isinstance(values, FiniteValues):
                return None
            return np.eye(rows, dtype=np.bool_) if rows > 1 else np.ones((1, len(values)), bool)
        case Ones():
            return None
        case WordTable(values=values, table=table):
            found = np.zeros((rows, len(values)), dtype=np.bool_)
            for symbol, entry in enumerate(table):
                found[:, entry] |= tokens[:, symbol]
            return found
        case TextRule(values=values):
            found = np.zeros((rows, len(values)), dtype=np.bool_)
            for symbol, text in enumerate(domain.alphabet):
                found[:, variable.index(text)] |= tokens[:, symbol]
            if domain.unknown is not None:
                found[:] = True
            return found


def _tokens(program: Program, rows: int) -> Sets:
    """Return which symbol of the alphabet can stand where."""
    domain = program.domain
    size = len(domain.alphabet)
    data = domain.data_slice(size)
    found = np.zeros((rows, size), dtype=np.bool_)
    if rows == 1 and domain.context_length != 1:
        return np.ones((1, size), dtype=np.bool_)
    assert domain.max_length is not None
    start = int(domain.prefix is not None)
    found[start : start + domain.max_length, data] = True
    if domain.prefix is not None:
        found[0, 0] = True
    if domain.suffix is not None:
        found[start + domain.min_length :, -1] = True
    return found


def _copied(program: Program, own: int, head: CategoricalHead, found: Possible) -> Sets | None:
    """Return what a categorical head can copy."""
    value = found.values[head.value]
    if value is None:
        return None
    meets = _meetings(program, head, found)
    if meets is None or len(value) == 1:
        # Anything anywhere.
        return np.broadcast_to(value.any(axis=0), value.shape).copy()
    can, must = meets
    if isinstance(head.tie, Nearest | First | ByScore) and _own_alone(can, must):
        found.selves.add(own)
        return value.copy()
    reads = can.copy()
    # Position 0 is read where nothing matches, and that is excluded where some match is certain.
    reads[:, 0] |= ~must.any(axis=1)
    copied: Sets = (reads.astype(np.int64) @ value.astype(np.int64)) > 0
    return copied


def _own_alone(can: BoolArray, must: BoolArray) -> bool:
    """Tell whether every position matches itself for sure and no other position can match."""
    return bool((can == np.eye(len(can), dtype=np.bool_)).all() and must.diagonal().all())


def _meetings(program: Program, head: Head, found: Possible) -> tuple[BoolArray, BoolArray] | None:
    """Return `(query position, key position)`: where a match is possible, and where it is certain; None if unknown."""
    queries, keys = found.values[head.query], found.values[head.key]
    if queries is None or keys is None or len(queries) == 1:
        return None
    query_set, key_set = program.values[head.query], program.values[head.key]
    if not isinstance(query_set, FiniteValues) or not isinstance(key_set, FiniteValues):
        return None
    matrix = predicate_matrix(head.predicate, query_set, key_set).astype(np.int64)
    asked, held = queries.astype(np.int64), keys.astype(np.int64)
    can: BoolArray = (asked @ matrix @ held.T) > 0
    must: BoolArray = (asked @ (1 - matrix) @ held.T) == 0
    # A key position exists for sure where the query's does, up to it or within the shortest input.
    positions = np.arange(len(queries))
    least = program.domain.frame_size + program.domain.min_length
    exists = (positions[None, :] <= positions[:, None]) | (positions[None, :] < least)
    if head.causal:
        past = positions[None, :] <= positions[:, None]
        can &= past
        must &= past
    return can, must & exists


def _can_match(program: Program, head: NumericalHead, found: Possible) -> bool:
    meets = _meetings(program, head, found)
    return meets is None or bool(meets[0].any())


def _written(
    program: Program, own: int, lookup: CategoricalLookup, found: Possible, rows: int
) -> Sets:
    """Return what a categorical look-up can write, and note which entries it can read."""
    sizes = [len(program.finite_values(read)) for read in lookup.arguments]
    table = np.array(lookup.table, dtype=np.int64)
    written = np.zeros((rows, len(lookup.values)), dtype=np.bool_)
    if prod(sizes) > LARGEST_TABLE:
        found.entries[own] = np.ones(len(table), dtype=np.bool_)
        written[:, table] = True
        return written
    entries = np.zeros(len(table), dtype=np.bool_)
    sets = [found.values[read] for read in lookup.arguments]
    for row in range(rows):
        grid = np.ones((1,) * len(sizes), dtype=np.bool_)
        for axis, (values, size) in enumerate(zip(sets, sizes, strict=True)):
            own_set = np.ones(size, dtype=np.bool_) if values is None else values[row]
            shape = [1] * len(sizes)
            shape[axis] = size
            grid = grid & own_set.reshape(shape)
        # The same argument twice has the same value twice.
        flat = grid.ravel() & _consistent(lookup.arguments, sizes)
        entries |= flat
        written[row, table[flat]] = True
    found.entries[own] = entries
    return written


def _consistent(arguments: tuple[int, ...], sizes: list[int]) -> BoolArray:
    """Return which entries give one value to an argument that stands more than once."""
    if len(set(arguments)) == len(arguments):
        return np.ones(prod(sizes), dtype=np.bool_)
    indices = np.indices(sizes).reshape(len(sizes), -1)
    kept = np.ones(indices.shape[1], dtype=np.bool_)
    for place, argument in enumerate(arguments):
        kept &= indices[place] == indices[arguments.index(argument)]
    return kept


def _boxes(lookup: NumericalLookup, found: Possible) -> tuple[bool, ...]:
    """Return which rectangles meet the possible numbers before another one holds them all; the default last."""
    box = []
    for argument, cap in zip(lookup.arguments, lookup.caps, strict=True):
        low, high = found.numbers[argument]
        box.append((min(low, cap), cap if high is None else min(high, cap)))
    reached = []
    covered = False
    for rectangle in lookup.rectangles:
        pairs = list(zip(rectangle.bounds, box, strict=True))
        meets = all(low <= most and least <= high for (low, high), (least, most) in pairs)
        reached.append(meets and not covered)
        covered = covered or all(
            low <= least and most <= high for (low, high), (least, most) in pairs
        )
    return (*reached, not covered)
