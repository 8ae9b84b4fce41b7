"""Which lines of emitted code belong to which branch. Owns finding them by running one branch at a time; refuses to judge.

A head's row is called with every key, a look-up's entry with its point, a rectangle with a point that it decides; what runs
then are the branch's lines. Vote rows are found in the parsed file.
"""

import ast
from collections.abc import Iterable, Sequence
from itertools import product
from math import prod

import numpy as np

from tprog.analysis.explain.cells import DEFAULT, WHOLE, Branch, Part, branch_count, branches, parts
from tprog.analysis.explain.trace.flow import box_numbers
from tprog.analysis.explain.trace.running import new_coverage
from tprog.analysis.measure.emitted import EmittedProgram
from tprog.evaluate.inputs import IntArray
from tprog.ir import (
    CategoricalLookup,
    FiniteValues,
    Head,
    NumericalLookup,
    Program,
    Value,
)

# Keys, or points of a grid, that stand for all where there are more.
MOST_CALLS = 4096


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
    own = _called(emitted, place)
    tree = ast.parse(emitted.source)
    votes = _vote_lines(tree)
    definitions = {
        node.name: (node.lineno, node.body[0].lineno)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    found: dict[Branch, tuple[int, ...]] = {}
    for part in parts(program):
        name = program.names[part.variable]
        for row in range(branch_count(program, part)):
            branch = Branch(part, row)
            if part.kind == "votes":
                values = program.values[part.variable]
                value = values.values[row] if isinstance(values, FiniteValues) else None
                line = votes.get((name, value), votes.get((name, None)))
                found[branch] = () if line is None else (line,)
            else:
                found[branch] = own.get(branch) or definitions.get(name, ())[:1]
        if part.kind == "head":
            found[Branch(part, DEFAULT)] = definitions.get(name, ())[:1]
            rows = (found[branch] for branch in branches(program, part))
            found[Branch(part, WHOLE)] = tuple(sorted({line for lines in rows for line in lines}))
    return found


def called_lines(
    program: Program,
    place: str,
    calls: Iterable[tuple[str, Sequence[Value]]],
    source: str | None = None,
) -> frozenset[int]:
    """Return every line that runs when heads and look-ups are called with some values.

    Args:
        program: a valid Program.
        place: the file that the emitted code says it comes from.
        calls: a variable's name and the values of what its function takes.
        source: the emitted code, where it is at hand.
    """
    emitted = EmittedProgram(program, place, source=source)
    cover = new_coverage(place)
    cover.start()
    try:
        for name, values in calls:
            emitted.call(name, *values)
    finally:
        cover.stop()
    return frozenset(cover.get_data().lines(place) or ())


def _called(emitted: EmittedProgram, place: str) -> dict[Branch, tuple[int, ...]]:
    program = emitted.program
    cover = new_coverage(place)
    names: dict[str, Branch] = {}
    cover.start()
    try:
        for part in parts(program):
            if part.kind == "votes":
                continue
            for branch, points in _points(program, part):
                context = f"{branch.part.variable} {branch.row}"
                names[context] = branch
                cover.switch_context(context)
                for point in points:
                    emitted.call(program.names[part.variable], *point)
        cover.switch_context("")
    finally:
        cover.stop()
    found: dict[Branch, list[int]] = {}
    for line, contexts in sorted(cover.get_data().contexts_by_lineno(place).items()):
        for context in contexts:
            if context in names and line > 0:
                found.setdefault(names[context], []).append(line)
    return {branch: tuple(lines) for branch, lines in found.items()}


def _points(program: Program, part: Part) -> Iterable[tuple[Branch, Iterable[tuple[Value, ...]]]]:
    """Yield every branch of a head or look-up with values that run it."""
    operation = program.variables[part.variable]
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
    if prod(sizes) > MOST_CALLS * 16:
        for row, box in enumerate(lookup.rectangles):
            yield Branch(part, row), [tuple(low for low, _ in box.bounds)]
        return
    grid: list[IntArray] = [axis.ravel() for axis in np.indices(sizes)]
    columns = dict(zip(lookup.arguments, grid, strict=True))
    # One variable may stand twice; then only points on the diagonal occur.
    if len(columns) < len(grid):
        same = np.ones(len(grid[0]), dtype=np.bool_)
        for argument, axis in zip(lookup.arguments, grid, strict=True):
            same &= axis == columns[argument]
        columns = {argument: axis[same] for argument, axis in columns.items()}
        grid = [axis[same] for axis in grid]
    most = max(columns) + 1
    found = box_numbers(lookup, [columns.get(number, grid[0]) for number in range(most)])
    for row in np.unique(found).tolist():
        places = np.flatnonzero(found == row)[:MOST_CALLS]
        yield Branch(part, row), [tuple(int(axis[place]) for axis in grid) for place in places]


def _values(program: Program, variable: int) -> tuple[Value, ...]:
    values = program.values[variable]
    if isinstance(values, FiniteValues):
        return values.values
    longest = program.domain.context_length
    return tuple(range(longest if longest is not None else 64))


def _vote_lines(tree: ast.Module) -> dict[tuple[str, Value | None], int]:
    """Return the line of every vote row, and under None that of a variable's votes."""
    found: dict[tuple[str, Value | None], int] = {}
    for node in tree.body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        if node.target.id not in ("VOTES", "UNIT_VOTES"):
            continue
        for name, line, value in _keys(node.value):
            found[str(name), None] = line
            for own, own_line, _ in _keys(value):
                found[str(name), own] = own_line
    return found


def _keys(node: ast.expr | None) -> Iterable[tuple[Value, int, ast.expr]]:
    """Yield the constant keys of a dictionary, their lines and their values."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str | int):
                yield key.value, key.lineno, value
