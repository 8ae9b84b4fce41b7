"""Which lines of emitted code belong to which branch, and which branches and lines some inputs never reach.

Lines are found by calling one function at a time under coverage: a head's row with every key, a look-up's entry with its
point, a rectangle with a point that it decides. Vote rows are found in the parsed file. For what never ran, only the distinct
arguments of heads and look-ups are collected from the inputs, and each is called once: that runs the same lines as running
every input, in a hundredth of the time.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from math import prod

import coverage
import numpy as np

from tprog.analysis.explain.cells import (
    DEFAULT,
    WHOLE,
    Branch,
    Part,
    branch_count,
    branches,
    parts,
    votes_of,
)
from tprog.analysis.explain.trace.running import new_coverage
from tprog.analysis.explain.trace.spectrum import box_numbers, rows_fired
from tprog.analysis.measure.emitted import EmittedProgram
from tprog.analysis.measure.file_parts import file_parts
from tprog.evaluate import Batch, Evaluator
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.scalar import value_at
from tprog.ir import (
    CategoricalLookup,
    FiniteValues,
    Head,
    NumericalLookup,
    NumericalVotes,
    Program,
    Value,
)

# Inputs that are run, where nobody says.
INPUTS = 10_000
# Keys, or points of a grid, that stand for all where there are more.
MOST_CALLS = 4096
# Points of the grid of a numerical look-up that are all looked at.
LARGEST_GRID = 16 * MOST_CALLS
# Points that are numbered, to tell the distinct ones.
LARGEST = 1 << 40
# Positions that are called where inputs have no greatest length.
LONGEST = 64


@dataclass(frozen=True, slots=True)
class Unused:
    """What never ran.

    Attributes:
        inputs: on how many inputs.
        branches: the branches that ran in none of them.
        counts: for each part, how many of its branches never ran and how many it has.
        lines: lines of the emitted code's heads and look-ups that never ran, ascending.
    """

    inputs: int
    branches: tuple[Branch, ...]
    counts: tuple[tuple[Part, int, int], ...]
    lines: tuple[int, ...]


def branch_lines(
    program: Program, place: str, source: str | None = None
) -> dict[Branch, tuple[int, ...]]:
    """Return the lines of every branch, ascending; a branch without lines of its own has those of its part.

    Args:
        program: a valid Program.
        place: the file that the emitted code says it comes from; it need not exist.
        source: the emitted code, where it is at hand.
    """
    emitted = EmittedProgram(program, place, source=source)
    own = _lines_called(emitted, place)
    written = file_parts(ast.parse(emitted.source).body)
    definitions: dict[str, tuple[int, ...]] = {
        name: (function.lineno,) for name, function in written.functions.items()
    }
    found: dict[Branch, tuple[int, ...]] = {}
    for part in parts(program):
        name, values = program.names[part.variable], program.values[part.variable]
        lines = written.rows(name)
        for branch in branches(program, part):
            if part.kind == "votes":
                line = written.votes[name][0].lineno
                if isinstance(values, FiniteValues):
                    line = lines.get(values.values[branch.row], line)
                found[branch] = (line,)
            else:
                found[branch] = own.get(branch) or definitions.get(name, ())
        if part.kind == "head":
            found[Branch(part, DEFAULT)] = definitions.get(name, ())
            rows = (found[branch] for branch in branches(program, part))
            found[Branch(part, WHOLE)] = tuple(sorted({line for row in rows for line in row}))
    return found


def called_lines(
    program: Program,
    place: str,
    calls: Iterable[tuple[str, Sequence[Value]]],
    source: str | None = None,
) -> frozenset[int]:
    """Return every line that runs when heads and look-ups, by name, are called with some values; see `branch_lines`."""
    emitted = EmittedProgram(program, place, source=source)
    with _covered(place) as cover:
        for name, values in calls:
            emitted.call(name, *values)
    return frozenset(cover.get_data().lines(place) or ())


def find_unused(
    program: Program,
    batches: Iterable[Batch],
    place: str,
    lines: dict[Branch, tuple[int, ...]] | None = None,
    source: str | None = None,
) -> Unused:
    """Return what never ran on some inputs, at any position.

    Args:
        program: a valid Program.
        batches: the inputs.
        place: the file that the emitted code says it comes from.
        lines: see `branch_lines`; found here where it is None.
        source: the emitted code, where it is at hand.
    """
    evaluator = Evaluator(program)
    ran: dict[Part, set[int]] = {part: set() for part in parts(program)}
    asked: dict[int, set[tuple[int, ...]]] = {}
    inputs = 0
    for batch in batches:
        inputs += len(batch)
        columns = evaluator.evaluate(batch).values
        for part in ran:
            if part.kind == "votes":
                rows = columns[part.variable]
                if isinstance(votes_of(program, part.variable), NumericalVotes):
                    rows = (rows > 0).astype(np.int64) - 1
            else:
                rows = rows_fired(program, part.variable, columns)
                points = asked.setdefault(part.variable, set())
                points.update(_distinct_arguments(program, part.variable, columns))
            ran[part].update(np.unique(rows).tolist())
    counts, never = [], []
    for part, reached in ran.items():
        unused = [branch for branch in branches(program, part) if branch.row not in reached]
        never += unused
        counts.append((part, len(unused), branch_count(program, part)))
    used = called_lines(program, place, _calls(program, asked), source)
    every = branch_lines(program, place, source) if lines is None else lines
    own = {
        line
        for branch, found in every.items()
        if branch.part.kind != "votes" and branch.row != DEFAULT
        for line in found
    }
    return Unused(inputs, tuple(never), tuple(counts), tuple(sorted(own - used)))


@contextmanager
def _covered(place: str) -> Iterator[coverage.Coverage]:
    cover = new_coverage(place)
    cover.start()
    try:
        yield cover
    finally:
        cover.stop()


def _lines_called(emitted: EmittedProgram, place: str) -> dict[Branch, tuple[int, ...]]:
    """Return the lines that run when the points of one branch are called."""
    program = emitted.program
    names: dict[str, Branch] = {}
    with _covered(place) as cover:
        for part in parts(program):
            for branch, points in _points(program, part):
                context = f"{branch.part.variable} {branch.row}"
                names[context] = branch
                cover.switch_context(context)
                for point in points:
                    emitted.call(program.names[part.variable], *point)
        cover.switch_context("")
    found: dict[Branch, list[int]] = {}
    for line, contexts in sorted(cover.get_data().contexts_by_lineno(place).items()):
        for context in contexts:
            if context in names and line > 0:
                found.setdefault(names[context], []).append(line)
    return {branch: tuple(lines) for branch, lines in found.items()}


def _points(program: Program, part: Part) -> Iterable[tuple[Branch, Iterable[tuple[Value, ...]]]]:
    """Yield every branch of a head or look-up with values that run it; votes have none."""
    operation = program.variables[part.variable]
    if part.kind == "votes":
        return
    if isinstance(operation, Head):
        keys = _values(program, operation.key)[:MOST_CALLS]
        queries = _values(program, operation.query)
        if branch_count(program, part) == 1:
            yield Branch(part, 0), list(product(queries, keys))[:MOST_CALLS]
            return
        for row, query in enumerate(queries):
            yield Branch(part, row), [(query, key) for key in keys]
    elif isinstance(operation, CategoricalLookup):
        sets = [_values(program, argument) for argument in operation.arguments]
        for row, point in enumerate(product(*sets)):
            yield Branch(part, row), [point]
    else:
        assert isinstance(operation, NumericalLookup)
        yield from _boxes(part, operation)


def _boxes(
    part: Part, lookup: NumericalLookup
) -> Iterable[tuple[Branch, Iterable[tuple[Value, ...]]]]:
    """Yield every rectangle with the points that it decides; a corner where the grid is too large."""
    sizes = [cap + 1 for cap in lookup.caps]
    if prod(sizes) > LARGEST_GRID:
        for row, box in enumerate(lookup.rectangles):
            yield Branch(part, row), [tuple(low for low, _ in box.bounds)]
        return
    grid: list[IntArray] = [axis.ravel() for axis in np.indices(sizes)]
    columns = dict(zip(lookup.arguments, grid, strict=True))
    # One variable may stand twice; then only points on the diagonal occur.
    same = np.ones(len(grid[0]), dtype=np.bool_)
    for argument, axis in zip(lookup.arguments, grid, strict=True):
        same &= axis == columns[argument]
    grid = [axis[same] for axis in grid]
    columns = {argument: axis[same] for argument, axis in columns.items()}
    found = box_numbers(lookup, [columns.get(k, grid[0]) for k in range(max(columns) + 1)])
    for row in np.unique(found).tolist():
        places = np.flatnonzero(found == row)[:MOST_CALLS]
        yield Branch(part, row), [tuple(int(axis[place]) for axis in grid) for place in places]


def _values(program: Program, variable: int) -> tuple[Value, ...]:
    values = program.values[variable]
    if isinstance(values, FiniteValues):
        return values.values
    longest = program.domain.context_length
    return tuple(range(longest if longest is not None else LONGEST))


def _distinct_arguments(
    program: Program, variable: int, columns: tuple[IntArray, ...]
) -> set[tuple[int, ...]]:
    """Return the distinct entries that a head's or look-up's function is called with."""
    operation = program.variables[variable]
    if isinstance(operation, Head):
        query, key = columns[operation.query], columns[operation.key]
        size = int(key.max(initial=0)) + 1
        pairs = np.unique(query[:, :, None] * size + key[:, None, :])
        return {(int(pair) // size, int(pair) % size) for pair in pairs}
    assert isinstance(operation, CategoricalLookup | NumericalLookup)
    sizes = [int(columns[argument].max(initial=0)) + 1 for argument in operation.arguments]
    points = tuple(columns[argument].ravel() for argument in operation.arguments)
    if prod(sizes) > LARGEST:
        return set(zip(*(point.tolist() for point in points), strict=True))
    places = np.unravel_index(np.unique(np.ravel_multi_index(points, sizes)), sizes)
    return set(zip(*(place.tolist() for place in places), strict=True))


def _calls(
    program: Program, asked: dict[int, set[tuple[int, ...]]]
) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Yield the name of a head or look-up and the values that it is called with."""
    for variable, points in asked.items():
        reads = program.operations[variable - len(program.inputs)].reads
        for point in sorted(points):
            # A head's function takes the query and the key alone.
            pairs = zip(reads, point, strict=False)
            yield program.names[variable], tuple(value_at(program, *pair) for pair in pairs)
