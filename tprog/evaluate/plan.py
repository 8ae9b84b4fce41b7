"""A Program made ready for arrays of one length. Owns the steps and their tables; refuses to choose chunks or threads.

A plan takes about a millisecond to make and holds everything that does not depend on the inputs. It computes all
variables, or only those that the prediction needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tprog.errors import BadInput, InvalidProgram
from tprog.evaluate.columns import (
    attend,
    attend_ranked,
    attend_scored,
    count,
    falling_offsets,
    nearest_offsets,
)
from tprog.evaluate.inputs import Batch
from tprog.evaluate.match import Match, match_for, predicate_matrix
from tprog.evaluate.ranges import numerical_bounds
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    FiniteValues,
    First,
    Naturals,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Tokens,
    WordTable,
)

Array = npt.NDArray[Any]
Columns = Sequence[Array]

# Numbers from here on do not fit a signed 64-bit integer.
TOO_LARGE = 1 << 63
# A numerical look-up with more points than this is searched box by box.
LARGEST_TABLE = 1 << 18


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
            np.minimum(columns[argument].astype(np.int64), min(cap, TOO_LARGE - 1))
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


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A Program for one framed length.

    Attributes:
        program: the Program.
        length: the framed length.
        bounds: a number that each numerical variable never exceeds.
        code: the type of categorical arrays.
        steps: one for each operation.
    """

    program: Program
    length: int
    bounds: dict[int, int]
    code: "np.dtype[Any]"
    steps: tuple[Step, ...]

    def columns(
        self, tables: Sequence[Array], words: Array, needed: frozenset[int] | None = None
    ) -> list[Array]:
        """Return the `(positions, inputs)` array of every variable, or of the needed ones (the others are empty).

        Args:
            tables: for each input variable the entry of each word (see `word_tables`).
            words: `(positions, inputs)` indices of words.
            needed: the variables to compute.
        """
        columns: list[Array] = []
        for variable, table in zip(self.program.inputs, tables, strict=True):
            if needed is not None and len(columns) not in needed:
                columns.append(NOTHING)
            elif isinstance(variable, Positions):
                columns.append(np.arange(self.length, dtype=self.code)[:, None])
            elif isinstance(variable, Ones):
                columns.append(np.ones((self.length, 1), dtype=np.uint8))
            else:
                columns.append(table.take(words))
        for step in self.steps:
            unused = needed is not None and len(columns) not in needed
            columns.append(NOTHING if unused else step.compute(columns))
        return columns


NOTHING: Array = np.zeros((0, 0), dtype=np.uint8)


def make_plan(program: Program, length: int) -> Plan:
    """Return the plan of a valid Program for sequences of a framed length.

    Raises:
        BadInput: the length is beyond the domain's.
        InvalidProgram: a number could exceed 64 bits.
    """
    context = program.domain.context_length
    if context is not None and length > context:
        raise BadInput(f"the framed input has {length} tokens, more than the most, {context}")
    bounds: dict[int, int] = {}
    for variable, bound in numerical_bounds(program, length).items():
        if bound is None or bound >= TOO_LARGE:
            raise InvalidProgram(
                f"the numbers of {program.names[variable]} could exceed 64 bits at length {length}; "
                "give shorter inputs"
            )
        bounds[variable] = bound
    sets = [_finite(found, length) for found in program.values]
    largest = max((len(found) for found in sets if found is not None), default=1)
    # One more than the number of values stands for "no key is wanted".
    code = np.min_scalar_type(largest + 1)
    steps = tuple(
        _step(program, number, sets, bounds, code, length)
        for number in range(len(program.operations))
    )
    return Plan(program, length, bounds, code, steps)


def width(bound: int) -> "np.dtype[Any]":
    """Return the narrowest integer type, unsigned below 64 bits, that holds 0..bound."""
    kind = np.min_scalar_type(bound)
    return np.dtype(np.int64) if kind.itemsize == 8 else kind


def needed_variables(program: Program) -> frozenset[int]:
    """Return the variables that the prediction depends on."""
    needed = {vote.variable for vote in program.classifier.votes}
    first = len(program.inputs)
    for number in range(len(program.variables) - 1, first - 1, -1):
        if number in needed:
            needed.update(program.operations[number - first].reads)
    return frozenset(needed)


def word_tables(program: Program, batch: Batch, code: Any) -> list[Array]:
    """Return for each input variable the entry of each word of a batch; empty for positions and ones.

    Words are read by their text, so that a batch of another domain with the same symbols is read rightly.

    Args:
        program: the Program.
        batch: framed sequences.
        code: the type of categorical arrays.

    Raises:
        BadInput: a word that occurs is no token of a closed vocabulary.
    """
    domain = program.domain
    index = {symbol: number for number, symbol in enumerate(domain.alphabet)}
    unknown = None if domain.unknown is None else index[domain.unknown]
    symbols = [index.get(word, unknown) for word in batch.words]
    if None in symbols:
        for number in np.unique(batch.indices).tolist():
            if symbols[number] is None:
                raise BadInput(
                    f"unknown token {batch.words[number]!r}; "
                    "give a batch whose tokens this program's domain knows"
                )
    read = np.array([symbol or 0 for symbol in symbols], dtype=np.intp)
    tables: list[Array] = []
    for variable in program.inputs:
        match variable:
            case Tokens():
                tables.append(read.astype(code))
            case WordTable(table=table):
                tables.append(np.array(table, dtype=code).take(read))
            case Positions() | Ones():
                tables.append(NOTHING)
            case _:
                tables.append(np.array([variable.index(word) for word in batch.words], dtype=code))
    return tables


def _finite(values: object, length: int) -> FiniteValues | None:
    if isinstance(values, Naturals):
        return FiniteValues(tuple(range(length)))
    return values if isinstance(values, FiniteValues) else None


def _step(
    program: Program,
    number: int,
    sets: Sequence[FiniteValues | None],
    bounds: dict[int, int],
    code: "np.dtype[Any]",
    length: int,
) -> Step:
    operation = program.operations[number]
    match operation:
        case CategoricalHead() | NumericalHead():
            query, key = sets[operation.query], sets[operation.key]
            assert query is not None
            assert key is not None
            if isinstance(operation, CategoricalHead) and isinstance(operation.tie, ByScore):
                return AttendScored(operation, _scores(operation, operation.tie, query, key))
            match_ = match_for(operation.predicate, query, key, code)
            if isinstance(operation, CategoricalHead):
                return _attend(operation, match_, length)
            # At least as wide as its summands, also where nothing can match.
            own = len(program.inputs) + number
            return Count(operation, match_, width(max(bounds[own], bounds[operation.value])))
        case CategoricalLookup(arguments=arguments, table=table):
            sizes = tuple(len(found) for argument in arguments if (found := sets[argument]))
            return Lookup(arguments, sizes, (False,) * len(sizes), np.array(table, dtype=code))
        case NumericalLookup():
            return numerical_step(operation, bounds, code)


def _attend(head: CategoricalHead, match_: Match, length: int) -> Step:
    match head.tie:
        case First():
            return Attend(head, match_, falling_offsets(length, head.causal))
        case Nearest("last"):
            return Attend(head, match_, [0, *nearest_offsets(length, head.causal)])
        case _:
            return AttendRanked(head, match_)


def _scores(head: CategoricalHead, tie: ByScore, query: FiniteValues, key: FiniteValues) -> Array:
    ranks = {
        score: rank for rank, score in enumerate(sorted({s for row in tie.scores for s in row}))
    }
    scores = np.array([[ranks[score] for score in row] for row in tie.scores], dtype=np.int32)
    return np.where(predicate_matrix(head.predicate, query, key), scores, np.int32(-1))


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
