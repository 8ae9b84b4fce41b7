"""The steps of a plan: each operation as arrays. Owns the choice of the cheapest form; refuses to know the whole Program."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tprog.evaluate.columns import (
    attend,
    attend_ranked,
    attend_scored,
    count,
    falling_offsets,
    nearest_offsets,
)
from tprog.evaluate.match import Match, match_for, predicate_matrix
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
)

Array = npt.NDArray[Any]
Columns = Sequence[Array]

# A numerical look-up with more points than this is searched box by box.
LARGEST_TABLE = 1 << 18
LARGEST_INTEGER = (1 << 63) - 1


class Step(Protocol):
    """What computes one variable from those before it."""

    def compute(self, columns: Columns) -> Array:
        """Return the `(positions, inputs)` array of the variable."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Attend:
    """A categorical head that goes through offsets in a fixed order."""

    head: CategoricalHead
    match: Match
    offsets: list[int]

    def compute(self, columns: Columns) -> Array:
        """Return the attended values."""
        query, key, value = (columns[read] for read in self.head.reads)
        return attend(self.match, query, key, value, self.offsets)


@dataclass(frozen=True, slots=True, eq=False)
class AttendRanked:
    """A categorical head that ranks the own position at the number of matches."""

    head: CategoricalHead
    match: Match

    def compute(self, columns: Columns) -> Array:
        """Return the attended values."""
        query, key, value = (columns[read] for read in self.head.reads)
        return attend_ranked(self.match, query, key, value, self.head.causal)


@dataclass(frozen=True, slots=True, eq=False)
class AttendScored:
    """A categorical head that attends by score; a key that is not wanted has score -1."""

    head: CategoricalHead
    scores: Array

    def compute(self, columns: Columns) -> Array:
        """Return the attended values."""
        query, key, value = (columns[read] for read in self.head.reads)
        return attend_scored(self.scores, query, key, value, self.head.causal)


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """A numerical head, summed in an integer type that is wide enough."""

    head: NumericalHead
    match: Match
    kind: npt.DTypeLike

    def compute(self, columns: Columns) -> Array:
        """Return the sums."""
        query, key, value = (columns[read] for read in self.head.reads)
        return count(self.match, query, key, value, self.head.causal, self.kind)


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A table over several variables, of either kind.

    Attributes:
        arguments: the variables.
        sizes: for each argument, how many entries are told apart; larger ones are read as the last.
        clamped: for each argument, whether larger ones occur.
        table: the flattened table.
    """

    arguments: tuple[int, ...]
    sizes: tuple[int, ...]
    clamped: tuple[bool, ...]
    table: Array

    def compute(self, columns: Columns) -> Array:
        """Return the table's entries."""
        return self.table.take(self.rows(columns))

    def rows(self, columns: Columns) -> Array:
        """Return which row of the table is read, as an index."""
        rows: Array | None = None
        for argument, size, clamped in zip(self.arguments, self.sizes, self.clamped, strict=True):
            found = columns[argument]
            if clamped:
                found = np.minimum(found, found.dtype.type(size - 1))
            rows = found.astype(np.intp) if rows is None else rows * size + found
        assert rows is not None
        return rows


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """A numerical look-up that is too large for a table."""

    lookup: NumericalLookup
    code: npt.DTypeLike

    def compute(self, columns: Columns) -> Array:
        """Return the value of the first box that holds the point, from the last box to the first."""
        points = [
            np.minimum(columns[argument].astype(np.int64), min(cap, LARGEST_INTEGER))
            for argument, cap in zip(self.lookup.arguments, self.lookup.caps, strict=True)
        ]
        shape = np.broadcast_shapes(*(point.shape for point in points))
        out = np.full(shape, self.lookup.default, dtype=self.code)
        for rectangle in reversed(self.lookup.rectangles):
            inside = np.ones(shape, dtype=np.bool_)
            for point, (low, high) in zip(points, rectangle.bounds, strict=True):
                inside &= (point >= low) & (point <= high)
            out[inside] = rectangle.value
        return out


def head_match(
    head: Head, query: FiniteValues, key: FiniteValues, code: "np.dtype[Any]"
) -> Match | Array:
    """Return what says which keys a head wants: its predicate, or a matrix of scores.

    Args:
        head: the head.
        query: the values of its query.
        key: the values of its key.
        code: the type of categorical arrays.
    """
    if isinstance(head, CategoricalHead) and isinstance(head.tie, ByScore):
        return _scores(head, head.tie, query, key)
    return match_for(head.predicate, query, key, code)


def head_step(head: Head, wanted: Match | Array, bound: int, length: int) -> Step:
    """Return a head as a step.

    Args:
        head: the head.
        wanted: see `head_match`.
        bound: for a numerical head, a number that neither its summands nor its sums exceed.
        length: the framed length.
    """
    if isinstance(head, NumericalHead):
        assert isinstance(wanted, Match)
        return Count(head, wanted, width(bound))
    if not isinstance(wanted, Match):
        return AttendScored(head, wanted)
    match head.tie:
        case First():
            return Attend(head, wanted, falling_offsets(length, head.causal))
        case Nearest("last"):
            return Attend(head, wanted, [0, *nearest_offsets(length, head.causal)])
        case _:
            return AttendRanked(head, wanted)


def categorical_step(
    lookup: CategoricalLookup, sizes: tuple[int, ...], code: "np.dtype[Any]"
) -> Lookup:
    """Return a categorical look-up as a table over arguments of these sizes."""
    return Lookup(
        lookup.arguments, sizes, (False,) * len(sizes), np.array(lookup.table, dtype=code)
    )


def numerical_step(lookup: NumericalLookup, bounds: dict[int, int], code: Any) -> Step:
    """Return a numerical look-up as a table of what its arguments can reach, or as boxes where that is too large."""
    reach = [bounds[argument] for argument in lookup.arguments]
    sizes = tuple(min(cap, bound) + 1 for cap, bound in zip(lookup.caps, reach, strict=True))
    if prod(sizes) > LARGEST_TABLE:
        return Boxes(lookup, code)
    table = np.full(sizes, lookup.default, dtype=code)
    for rectangle in reversed(lookup.rectangles):
        table[tuple(slice(low, high + 1) for low, high in rectangle.bounds)] = rectangle.value
    clamped = tuple(bound >= size for bound, size in zip(reach, sizes, strict=True))
    return Lookup(lookup.arguments, sizes, clamped, table.ravel())


def width(bound: int) -> "np.dtype[Any]":
    """Return the narrowest integer type, unsigned below 64 bits, that holds 0..bound."""
    kind = np.min_scalar_type(bound)
    return np.dtype(np.int64) if kind.itemsize == 8 else kind


def _scores(head: CategoricalHead, tie: ByScore, query: FiniteValues, key: FiniteValues) -> Array:
    ranks = {
        score: rank for rank, score in enumerate(sorted({s for row in tie.scores for s in row}))
    }
    scores = np.array([[ranks[score] for score in row] for row in tie.scores], dtype=np.int32)
    return np.where(predicate_matrix(head.predicate, query, key), scores, np.int32(-1))
