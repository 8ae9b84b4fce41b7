"""Canonical forms: what a part computes and how it votes, in values instead of indices, and hashes of that.

Indices depend on the order in which values are declared; the values themselves do not. A part's *meaning* is hashed with the
meanings of what it reads, so that equal hashes mean that both compute the same from the inputs.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from math import prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Compare,
    Constant,
    FiniteValues,
    Head,
    Input,
    KeyIn,
    Lookup,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Predicate,
    Program,
    Rectangle,
    Table,
    TextRule,
    TieBreak,
    Tokens,
    Value,
    Values,
    WordTable,
    predicate_table,
)

# Cells of a predicate, and points of a numerical look-up, beyond which the written form alone is compared.
LARGEST_TABLE = 1 << 20
# Beyond so many arguments their order is not sought among all.
MOST_PERMUTED = 5

Rows: TypeAlias = Mapping[Value, frozenset[Value]]
# By value (None: per unit), then by label.
VoteTable: TypeAlias = Mapping[Value | None, Mapping[str, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A finite function.

    Attributes:
        axes: for each argument the values that it is told apart by, ascending.
        capped: whether the last value of each axis stands for all greater numbers as well.
        values: what it can write, ascending.
        entries: an index into `values` for each point, with one dimension for each argument.
    """

    axes: tuple[tuple[Value, ...], ...]
    capped: bool
    values: tuple[Value, ...]
    entries: npt.NDArray[np.int64]

    def permuted(self, order: Sequence[int]) -> "Function":
        """Return the function with its arguments in another order: `order[i]` becomes argument `i`."""
        axes = tuple(self.axes[place] for place in order)
        return Function(axes, self.capped, self.values, self.entries.transpose(tuple(order)))

    def key(self) -> tuple[Any, ...]:
        """Return a value that equals another's exactly where the functions are the same."""
        flat = np.ascontiguousarray(self.entries, dtype=np.int32)
        return (self.axes, self.capped, self.values, flat.shape, flat.tobytes())


def ordered(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return values in ascending order, numbers before texts."""
    return tuple(sorted(values, key=lambda value: (isinstance(value, str), value)))


def predicate_rows(predicate: Predicate, query: Values, key: Values) -> Rows | None:
    """Return for each query value the wanted keys; None where they have no end, or are too many to list."""
    if not isinstance(query, FiniteValues) or not isinstance(key, FiniteValues):
        return None
    if not isinstance(predicate, Table) and len(query) * len(key) > LARGEST_TABLE:
        return None
    rows = predicate_table(predicate, query, key).rows
    return {
        value: frozenset(key.values[index] for index in row)
        for value, row in zip(query.values, rows, strict=True)
    }


def head_rows(program: Program, head: Head) -> Rows | None:
    """Return a head's predicate in values; see `predicate_rows`."""
    values = program.values
    return predicate_rows(head.predicate, values[head.query], values[head.key])


def predicate_form(predicate: Predicate, key: Values) -> tuple[Any, ...]:
    """Return how a predicate is written, in values; tables are all one form."""
    match predicate:
        case Table():
            return ("table",)
        case Compare(relation, scale, offset):
            return ("compare", relation, scale, offset)
        case Constant(holds):
            return ("constant", holds)
        case KeyIn(keys):
            found = [key.values[i] for i in keys] if isinstance(key, FiniteValues) else list(keys)
            return ("keys", ordered(found))


def tie_key(program: Program, head: Head) -> tuple[Any, ...]:
    """Return a head's tie-break in values; nothing for a numerical head."""
    tie: TieBreak | None = getattr(head, "tie", None)
    match tie:
        case None:
            return ()
        case Nearest(self_rank):
            return ("nearest", self_rank)
        case ByScore(scores):
            queries, keys = (program.finite_values(read).values for read in (head.query, head.key))
            cells = [
                (str(type(q)), q, str(type(k)), k, score)
                for q, row in zip(queries, scores, strict=True)
                for k, score in zip(keys, row, strict=True)
            ]
            return ("score", tuple(sorted(cells)))
        case _:
            return ("first",)


def lookup_function(program: Program, lookup: Lookup) -> Function | None:
    """Return what a look-up computes; None where it is too large to be listed."""
    written = lookup.values.values
    values = ordered(written)
    rank = np.array([values.index(value) for value in written], dtype=np.int64)
    if isinstance(lookup, CategoricalLookup):
        arguments = [program.finite_values(read).values for read in lookup.arguments]
        grid = rank[np.array(lookup.table, dtype=np.int64)].reshape([len(a) for a in arguments])
        axes = tuple(map(ordered, arguments))
        for place, (given, axis) in enumerate(zip(arguments, axes, strict=True)):
            number = {value: index for index, value in enumerate(given)}
            grid = grid.take([number[value] for value in axis], axis=place)
        return Function(axes, False, values, grid)
    if prod(cap + 1 for cap in lookup.caps) > LARGEST_TABLE:
        return None
    grid = _grid(lookup, rank)
    # A cap beyond which nothing changes says nothing.
    for place in range(grid.ndim):
        while grid.shape[place] > 1:
            last, before = (grid.take(index, axis=place) for index in (-1, -2))
            if not np.array_equal(last, before):
                break
            grid = grid.take(range(grid.shape[place] - 1), axis=place)
    return Function(tuple(tuple(range(size)) for size in grid.shape), True, values, grid)


def _grid(lookup: NumericalLookup, rank: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    grid = np.full([cap + 1 for cap in lookup.caps], rank[lookup.default], dtype=np.int64)
    # The first box that holds a point gives its value, so it is written last.
    for box in reversed(lookup.rectangles):
        grid[tuple(slice(low, high + 1) for low, high in box.bounds)] = rank[box.value]
    return grid


def lookup_form(lookup: Lookup, order: Sequence[int]) -> tuple[Any, ...]:
    """Return how a look-up is written, its arguments in another order; tables are all one form."""
    if isinstance(lookup, CategoricalLookup):
        return ("table",)
    written = lookup.values.values
    boxes = [
        (
            tuple(box.bounds[place] for place in order),
            str(type(written[box.value])),
            written[box.value],
        )
        for box in lookup.rectangles
    ]
    listed = prod(cap + 1 for cap in lookup.caps) <= LARGEST_TABLE
    if listed or not any(_conflict(*pair) for pair in combinations(lookup.rectangles, 2)):
        # The first box wins, so their order matters where two overlap and say different things; where every point is
        # listed, that says so.
        boxes.sort()
    caps = tuple(lookup.caps[place] for place in order)
    return ("boxes", caps, tuple(boxes), written[lookup.default])


def _conflict(one: Rectangle, other: Rectangle) -> bool:
    """Tell whether two boxes share a point and give it different values."""
    return one.value != other.value and all(
        low <= end and start <= high
        for (low, high), (start, end) in zip(one.bounds, other.bounds, strict=True)
    )


def orders(groups: Sequence[Any]) -> Iterable[tuple[int, ...]]:
    """Return the orders of arguments that put their groups in ascending order; one where there are many arguments.

    Only arguments of equal groups may change places.
    """
    sorted_places = sorted(range(len(groups)), key=lambda place: (groups[place], place))
    if len(groups) > MOST_PERMUTED:
        return [tuple(sorted_places)]
    wanted = [groups[place] for place in sorted_places]
    return [
        order
        for order in permutations(range(len(groups)))
        if [groups[place] for place in order] == wanted
    ]


def votes_of(program: Program, variable: int) -> VoteTable:
    """Return a variable's votes by value and label, without those that are 0."""
    labels = program.classifier.labels
    vote = next((vote for vote in program.classifier.votes if vote.variable == variable), None)
    if vote is None:
        return {}
    rows: list[tuple[Value | None, tuple[int, ...]]]
    if isinstance(vote, CategoricalVotes):
        values = program.finite_values(variable).values
        rows = list(zip(values, vote.weights, strict=True))
    else:
        rows = [(None, vote.weights)]
    found = {
        value: {label: weight for label, weight in zip(labels, row, strict=True) if weight}
        for value, row in rows
    }
    return {value: row for value, row in found.items() if row}


def digest(*parts: object) -> str:
    """Return a hash of plain values; it does not depend on the run."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def meanings(program: Program) -> list[str]:
    """Return for each variable a hash of what it computes from the inputs, whatever names and orders are."""
    found: list[str] = []
    for variable in program.variables:
        match variable:
            case CategoricalHead() | NumericalHead():
                found.append(_head(program, variable, found))
            case CategoricalLookup() | NumericalLookup():
                found.append(_lookup(program, variable, found))
            case _:
                found.append(digest(*input_key(program, variable)))
    return found


def input_key(program: Program, variable: Input) -> tuple[Any, ...]:
    """Return what an input variable holds, in values."""
    match variable:
        case Tokens() | Positions() | Ones():
            # Their values are the domain's, which is compared on its own.
            return (type(variable).__name__,)
        case WordTable(values, table):
            words = sorted(
                (word, values.values[entry])
                for word, entry in zip(program.domain.alphabet, table, strict=True)
            )
            return ("WordTable", ordered(values.values), tuple(words))
        case TextRule(feature, values, otherwise, size):
            rest = values.values[otherwise]
            return ("TextRule", feature, size, ordered(values.values), rest)


def _head(program: Program, head: Head, known: Sequence[str]) -> str:
    rows = head_rows(program, head)
    if rows is None:
        relation: Any = predicate_form(head.predicate, program.values[head.key])
    else:
        relation = [(query, ordered(rows[query])) for query in ordered(rows)]
    reads = [known[read] for read in head.reads]
    return digest(type(head).__name__, reads, relation, tie_key(program, head), head.causal)


def _lookup(program: Program, lookup: Lookup, known: Sequence[str]) -> str:
    function = lookup_function(program, lookup)
    reads = [known[read] for read in lookup.arguments]
    # Arguments that compute the same may stand in any order; the least table speaks for all.
    candidates = orders(reads)
    if function is None:
        least: Any = min(lookup_form(lookup, order) for order in candidates)
    else:
        least = min(function.permuted(order).key() for order in candidates)
    return digest(type(lookup).__name__, sorted(reads), least)


def forms(program: Program, known: Sequence[str]) -> list[str]:
    """Return for each variable a hash of how it is written, which may differ where `meanings` are the same."""
    found = []
    for variable in program.variables:
        match variable:
            case CategoricalHead() | NumericalHead():
                written: Any = predicate_form(variable.predicate, program.values[variable.key])
            case CategoricalLookup() | NumericalLookup():
                candidates = orders([known[read] for read in variable.arguments])
                written = min(lookup_form(variable, order) for order in candidates)
            case _:
                written = ()
        found.append(digest(written))
    return found


def vote_key(program: Program, variable: int) -> tuple[Any, ...]:
    """Return a variable's votes as something sortable."""
    return tuple(
        sorted(
            (str(type(value)), str(value), label, weight)
            for value, row in votes_of(program, variable).items()
            for label, weight in row.items()
        )
    )
