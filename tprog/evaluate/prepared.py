"""A Program prepared for inputs of one length: every operation as a step on arrays, each in its cheapest form.

Preparing takes about a millisecond, and holds everything that does not depend on the inputs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.errors import BadInput, InvalidProgram
from tprog.evaluate.attention import (
    Array,
    Match,
    attend,
    attend_ranked,
    attend_scored,
    count,
    falling_offsets,
    match_for,
    nearest_offsets,
    predicate_matrix,
)
from tprog.evaluate.bounds import numerical_bounds
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    FiniteValues,
    First,
    Head,
    Integers,
    Naturals,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Values,
)

Columns: TypeAlias = Sequence[Array]
# What says which keys the heads want, by variable and type of categorical arrays.
Matches: TypeAlias = dict[tuple[int, "np.dtype[Any]"], Match | Array]

# Numbers from here on do not fit a signed 64-bit integer.
TOO_LARGE = 1 << 63
# A numerical look-up with more points than this is searched box by box.
LARGEST_TABLE = 1 << 18
# Stands for a variable that is not computed.
NOTHING: Array = np.zeros((0, 0), dtype=np.uint8)


class EvaluationStep(Protocol):
    """What computes one variable from those before it."""

    def compute(self, columns: Columns) -> Array:
        """Return the `(positions, inputs)` array of the variable."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class HeadStep:
    """A head: attention or a count over the arrays of its query, key and value."""

    reads: tuple[int, ...]
    attention: Callable[[Array, Array, Array], Array]

    def compute(self, columns: Columns) -> Array:
        """Return the attended values, or the sums."""
        query, key, value = (columns[read] for read in self.reads)
        return self.attention(query, key, value)


@dataclass(frozen=True, slots=True, eq=False)
class TableStep:
    """A look-up of either kind, as a flattened table over several variables.

    Entries of an argument from its size on are read as the last; `clamped` says where such occur.
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
class BoxStep:
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


def head_match(
    head: Head, query: FiniteValues, key: FiniteValues, code: "np.dtype[Any]"
) -> Match | Array:
    """Return what says which keys a head wants: its predicate, or a matrix of scores, -1 where a key is not wanted.

    `code` is the type of categorical arrays.
    """
    if not (isinstance(head, CategoricalHead) and isinstance(head.tie, ByScore)):
        return match_for(head.predicate, query, key, code)
    rows = head.tie.scores
    ranks = {score: rank for rank, score in enumerate(sorted({s for row in rows for s in row}))}
    scores = np.array([[ranks[score] for score in row] for row in rows], dtype=np.int32)
    return np.where(predicate_matrix(head.predicate, query, key), scores, np.int32(-1))


def head_step(head: Head, wanted: Match | Array, bound: int, length: int) -> HeadStep:
    """Return a head as a step, from what `head_match` gives and the framed length.

    For a numerical head neither summands nor sums exceed `bound`.
    """
    attention: Callable[[Array, Array, Array], Array]
    if not isinstance(wanted, Match):
        attention = partial(attend_scored, wanted, head.causal)
    elif isinstance(head, NumericalHead):
        attention = partial(count, wanted, head.causal, width(bound))
    else:
        match head.tie:
            case First():
                attention = partial(attend, wanted, falling_offsets(length, head.causal))
            case Nearest("last"):
                attention = partial(attend, wanted, [0, *nearest_offsets(length, head.causal)])
            case Nearest("matches"):
                attention = partial(attend_ranked, wanted, head.causal)
            case other:
                raise ValueError(f"{other} does not go by matches")
    return HeadStep(head.reads, attention)


def categorical_step(
    lookup: CategoricalLookup, sizes: tuple[int, ...], code: "np.dtype[Any]"
) -> TableStep:
    """Return a categorical look-up as a table over arguments of these sizes."""
    table = np.array(lookup.table, dtype=code)
    return TableStep(lookup.arguments, sizes, (False,) * len(sizes), table)


def numerical_step(
    lookup: NumericalLookup, bounds: Mapping[int, int], code: Any
) -> TableStep | BoxStep:
    """Return a numerical look-up as a table of what its arguments can reach, or as boxes where that is too large."""
    reach = [bounds[argument] for argument in lookup.arguments]
    sizes = tuple(min(cap, bound) + 1 for cap, bound in zip(lookup.caps, reach, strict=True))
    if prod(sizes) > LARGEST_TABLE:
        return BoxStep(lookup, code)
    table = np.full(sizes, lookup.default, dtype=code)
    for rectangle in reversed(lookup.rectangles):
        table[tuple(slice(low, high + 1) for low, high in rectangle.bounds)] = rectangle.value
    clamped = tuple(bound >= size for bound, size in zip(reach, sizes, strict=True))
    return TableStep(lookup.arguments, sizes, clamped, table.ravel())


def width(bound: int) -> "np.dtype[Any]":
    """Return the narrowest integer type, unsigned below 64 bits, that holds 0..bound."""
    kind = np.min_scalar_type(bound)
    return np.dtype(np.int64) if kind.itemsize == 8 else kind


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
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
    steps: tuple[EvaluationStep, ...]

    def columns(
        self, tables: Array, words: Array, needed: frozenset[int] | None = None
    ) -> list[Array]:
        """Return the `(positions, inputs)` array of every variable, or of the needed ones (the others are empty).

        `tables` has for each input variable the entry of each word (see `WordReader`); `words` are `(positions, inputs)`.
        """
        columns: list[Array] = []
        for number, table in enumerate(tables):
            unused = needed is not None and number not in needed
            columns.append(NOTHING if unused else self.input_column(number, table, words))
        for step in self.steps:
            unused = needed is not None and len(columns) not in needed
            columns.append(NOTHING if unused else step.compute(columns))
        return columns

    def input_column(self, number: int, table: Array, words: Array) -> Array:
        """Return the `(positions, inputs)` array of an input variable; see `columns`."""
        match self.program.inputs[number]:
            case Positions():
                return np.arange(self.length, dtype=self.code)[:, None]
            case Ones():
                return np.ones((self.length, 1), dtype=np.uint8)
        found: Array = table.take(words)
        return found


def prepare(
    program: Program,
    length: int,
    matches: Matches | None = None,
    patched: Mapping[int, int] | None = None,
) -> Prepared:
    """Prepare a valid Program for sequences of a framed length.

    `matches` remembers predicates for other lengths of the same Program. For `patched` see `numerical_bounds`.

    Raises:
        BadInput: the length is beyond the domain's.
        InvalidProgram: a number could exceed 64 bits.
    """
    context = program.domain.context_length
    if context is not None and length > context:
        raise BadInput(f"the framed input has {length} tokens, more than the most, {context}")
    bounds: dict[int, int] = {}
    for variable, bound in numerical_bounds(program, length, patched).items():
        if bound is None or bound >= TOO_LARGE:
            raise InvalidProgram(
                f"the numbers of {program.names[variable]} could exceed 64 bits at length {length}; "
                "give shorter inputs"
            )
        bounds[variable] = bound
    categorical = (found for found in program.values if not isinstance(found, Integers))
    largest = max((len(_finite(found, length)) for found in categorical), default=1)
    # One more than the number of values stands for "no key is wanted".
    code = np.min_scalar_type(largest + 1)
    found = Prepared(program, length, bounds, code, ())
    known = {} if matches is None else matches
    computed = range(len(program.inputs), len(program.variables))
    steps = tuple(operation_step(found, number, known, number) for number in computed)
    return replace(found, steps=steps)


def needed_variables(program: Program, wanted: Iterable[int] | None = None) -> frozenset[int]:
    """Return the variables that the prediction, or some wanted ones, depend on, these included."""
    needed = {vote.variable for vote in program.classifier.votes} if wanted is None else {*wanted}
    first = len(program.inputs)
    for number in range(len(program.variables) - 1, first - 1, -1):
        if number in needed:
            needed.update(program.operations[number - first].reads)
    return frozenset(needed)


def operation_step(prepared: Prepared, variable: int, matches: Matches, key: int) -> EvaluationStep:
    """Return what computes a variable; what a head wants is kept in `matches` by `key`, unless it depends on the length."""
    program, code, bounds = prepared.program, prepared.code, prepared.bounds
    operation = program.operations[variable - len(program.inputs)]
    match operation:
        case CategoricalLookup(arguments=arguments):
            sizes = tuple(len(_finite(program.values[read], prepared.length)) for read in arguments)
            return categorical_step(operation, sizes, code)
        case NumericalLookup():
            return numerical_step(operation, bounds, code)
    query, key_values = (program.values[read] for read in operation.reads[:2])
    # Where positions have no end, their values depend on the length.
    endless = isinstance(query, Naturals) or isinstance(key_values, Naturals)
    wanted = None if endless else matches.get((key, code))
    if wanted is None:
        asked, held = _finite(query, prepared.length), _finite(key_values, prepared.length)
        wanted = head_match(operation, asked, held, code)
    if not endless:
        matches[key, code] = wanted
    # Sums are kept at least as wide as their summands, also where nothing can match.
    bound = max(bounds.get(variable, 0), bounds.get(operation.value, 0))
    return head_step(operation, wanted, bound, prepared.length)


def _finite(values: Values, length: int) -> FiniteValues:
    """Return the values of a categorical variable that occur at this length."""
    if isinstance(values, Naturals):
        return FiniteValues(tuple(range(length)))
    assert isinstance(values, FiniteValues)
    return values
