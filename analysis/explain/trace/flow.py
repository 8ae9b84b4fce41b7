"""Dynamic slices: which branches a prediction went through. Owns following values back; refuses to judge branches.

A prediction's slice begins with the variables that vote at its position and follows every read back: a look-up to its
arguments there, a head to its query there, to the values at the positions that it attended, and to every key that could
have changed where it looks. Slices of a whole batch are computed together, as boolean arrays.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tprog.analysis.explain.cells import DEFAULT, Part, branch_count
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.match import predicate_matrix
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
    NumericalVotes,
    Program,
)

# Entries of `(inputs, entries, positions)` arrays that are followed back at once.
CHUNK = 1 << 20
# Flags for pairs of a prediction and a row.
MOST_FLAGS = 1 << 27


@dataclass(frozen=True, slots=True, eq=False)
class Fired:
    """The branches of one part that predictions went through.

    Attributes:
        part: the part.
        predictions: flat indices into `(inputs, entries)`.
        rows: for each of them a branch, by row; every pair stands once.
    """

    part: Part
    predictions: IntArray
    rows: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Where a head looks.

    Attributes:
        matches: `(inputs, positions, positions)`: which keys match.
        attended: `(inputs, positions)` attended positions; None for a numerical head.
        reasons: `(inputs, positions, positions)`: the keys that decide where it looks.
    """

    matches: BoolArray
    attended: IntArray | None
    reasons: BoolArray


def slices(
    program: Program, columns: Sequence[IntArray], asked: BoolArray
) -> Iterator[tuple[int, list[Fired]]]:
    """Yield the branches of every part that predictions went through, in chunks of the inputs.

    Args:
        program: a valid Program.
        columns: every variable as `(inputs, positions)` entries; see `Evaluation.values`.
        asked: `(inputs, entries)`: the predictions to follow back; a single entry where outputs are pooled.

    Yields:
        The first input of the chunk, and what fired, its predictions counted from that input.
    """
    inputs, length = columns[0].shape
    size = max(1, CHUNK // (asked.shape[1] * length))
    for start in range(0, inputs, size):
        rows = slice(start, start + size)
        yield start, _slices(program, [column[rows] for column in columns], asked[rows])


def rows_fired(program: Program, variable: int, columns: Sequence[IntArray]) -> IntArray:
    """Return `(inputs, positions)`: which branch of a head or look-up ran, by row."""
    match program.variables[variable]:
        case CategoricalHead(query=query) | NumericalHead(query=query):
            single = branch_count(program, Part(variable, "head")) == 1
            return np.zeros_like(columns[query]) if single else columns[query]
        case CategoricalLookup(arguments=arguments):
            rows = np.zeros_like(columns[arguments[0]])
            for argument in arguments:
                rows = rows * len(program.finite_values(argument)) + columns[argument]
            return rows
        case NumericalLookup() as lookup:
            return box_numbers(lookup, columns)
    raise ValueError(f"variable {variable} is no part")


def box_numbers(lookup: NumericalLookup, columns: Sequence[IntArray]) -> IntArray:
    """Return which rectangle gives the value at every point; the default is numbered after the last."""
    points = [
        np.minimum(columns[argument], min(cap, np.iinfo(np.int64).max))
        for argument, cap in zip(lookup.arguments, lookup.caps, strict=True)
    ]
    out = np.full(points[0].shape, len(lookup.rectangles), dtype=np.int64)
    for number in range(len(lookup.rectangles) - 1, -1, -1):
        inside = np.ones(out.shape, dtype=np.bool_)
        for point, (low, high) in zip(points, lookup.rectangles[number].bounds, strict=True):
            inside &= (point >= low) & (point <= high)
        out[inside] = number
    return out


def look(program: Program, head: Head, columns: Sequence[IntArray]) -> Look:
    """Return where a head looks, from the entries of what it reads."""
    query, key = columns[head.query], columns[head.key]
    length = query.shape[1]
    matrix = predicate_matrix(
        head.predicate, _finite(program, head.query, length), _finite(program, head.key, length)
    )
    matches = matrix[query[:, :, None], key[:, None, :]]
    here = np.arange(length)
    if head.causal:
        matches &= here[None, None, :] <= here[None, :, None]
    open_keys = np.ones((length, length), dtype=np.bool_)
    if head.causal:
        open_keys = here[None, :] <= here[:, None]
    if isinstance(head, NumericalHead):
        reasons = np.broadcast_to(open_keys, matches.shape)
        return Look(matches, None, reasons)
    ranks = _ranks(head, matches, query, key)
    beyond = np.iinfo(np.int64).max
    ranks = np.where(matches, ranks, beyond)
    attended = ranks.argmin(axis=2)
    found: BoolArray = np.asarray(matches.any(axis=2))
    attended = np.where(found, attended, 0)
    reasons = np.broadcast_to(open_keys, matches.shape).copy()
    if isinstance(head.tie, First):
        reasons &= ~found[:, :, None] | (here[None, None, :] <= attended[:, :, None])
    elif isinstance(head.tie, Nearest) and head.tie.self_rank == "last":
        distance = np.abs(here[:, None] - here[None, :])
        chosen = np.abs(attended - here[None, :])
        nearer: BoolArray = distance[None] <= chosen[:, :, None]
        # The own position is the last resort: taking it says that no other key matches.
        nearer |= np.asarray(attended == here)[:, :, None]
        reasons &= ~found[:, :, None] | nearer
    return Look(matches, attended, reasons)


def _ranks(head: CategoricalHead, matches: BoolArray, query: IntArray, key: IntArray) -> IntArray:
    """Return `(inputs, positions, positions)` numbers of which the least matching one is attended."""
    length = query.shape[1]
    here = np.arange(length)
    if isinstance(head.tie, First):
        leftmost: IntArray = np.broadcast_to(here, matches.shape)
        return leftmost
    if isinstance(head.tie, ByScore):
        places = np.unique([score for row in head.tie.scores for score in row])
        scores = np.searchsorted(places, np.array(head.tie.scores))
        below = len(places) - scores[query[:, :, None], key[:, None, :]]
        scored: IntArray = below * length + here
        return scored
    away: IntArray = np.abs(here[:, None] - here[None, :])
    ranks: IntArray = np.broadcast_to(away, matches.shape).copy()
    own = length if head.tie.self_rank == "last" else matches.sum(axis=2)
    ranks[:, here, here] = own
    ordered: IntArray = ranks * length + here
    return ordered


def _slices(program: Program, columns: list[IntArray], asked: BoolArray) -> list[Fired]:
    inputs, length = columns[0].shape
    entries = asked.shape[1]
    needed: dict[int, BoolArray] = {}
    found: list[Fired] = []
    for vote in program.classifier.votes:
        at = np.zeros((inputs, entries, length), dtype=np.bool_)
        if program.classifier.pooled:
            at[:, 0, :] = asked
        else:
            at[:, range(length), range(length)] = asked
        _need(needed, vote.variable, at)
        rows = columns[vote.variable]
        if isinstance(vote, NumericalVotes):
            # A number that is zero casts no vote.
            at = at & (rows > 0)[:, None, :]
            rows = np.zeros_like(rows)
        found.append(_fired(Part(vote.variable, "votes"), at, rows))
    first = len(program.inputs)
    for variable in range(len(program.variables) - 1, first - 1, -1):
        at_own = needed.pop(variable, None)
        if at_own is None:
            continue
        operation = program.operations[variable - first]
        rows = rows_fired(program, variable, columns)
        if isinstance(operation, Head):
            seen = look(program, operation, columns)
            part = Part(variable, "head")
            found.append(_fired(part, at_own, rows))
            if seen.attended is not None:
                missing = at_own & ~np.asarray(seen.matches.any(axis=2))[:, None, :]
                found.append(_fired(part, missing, np.full_like(rows, DEFAULT)))
            _need(needed, operation.query, at_own)
            _need(needed, operation.key, _reached(at_own, seen.reasons))
            _need(needed, operation.value, _reached(at_own, _sources(seen)))
        else:
            found.append(_fired(Part(variable, "look-up"), at_own, rows))
            for argument in operation.arguments:
                _need(needed, argument, at_own)
    return found


def _sources(seen: Look) -> BoolArray:
    if seen.attended is None:
        return seen.matches
    length = seen.attended.shape[1]
    found: BoolArray = seen.attended[:, :, None] == np.arange(length)
    return found


def _reached(needed: BoolArray, steps: BoolArray) -> BoolArray:
    """Return `(inputs, entries, positions)`: where one step leads from what is needed."""
    found: BoolArray = (needed.astype(np.float32) @ steps.astype(np.float32)) > 0
    return found


def _need(needed: dict[int, BoolArray], variable: int, where: BoolArray) -> None:
    needed[variable] = needed[variable] | where if variable in needed else where


def _fired(part: Part, at: BoolArray, rows: IntArray) -> Fired:
    """Return each pair of a prediction and a row once."""
    inputs, places, positions = np.nonzero(at)
    predictions = inputs * at.shape[1] + places
    fired = rows[inputs, positions] + 1  # The default is -1.
    size = int(fired.max(initial=0)) + 1
    pairs = predictions * size + fired
    if (flags := at.shape[0] * at.shape[1] * size) <= MOST_FLAGS:
        # Many pairs occur again and again; setting flags takes a fraction of the time of sorting.
        seen = np.zeros(flags, dtype=np.bool_)
        seen[pairs] = True
        pairs = np.flatnonzero(seen)
    else:
        pairs = np.unique(pairs)
    return Fired(part, pairs // size, pairs % size - 1)


def _finite(program: Program, variable: int, length: int) -> FiniteValues:
    values = program.values[variable]
    return values if isinstance(values, FiniteValues) else FiniteValues(tuple(range(length)))
