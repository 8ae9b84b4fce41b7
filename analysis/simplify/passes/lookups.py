"""Checked passes that shorten look-ups: tables as fewer rules, and numerical look-ups as fewer boxes.

Both are covered anew with entries that are never read left free, lose an argument, have results merged, and lose single rules.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

import numpy as np

from tprog.analysis.simplify.acceptance import Acceptance
from tprog.analysis.simplify.cost import PAIRS, odd_entries, operation_lines
from tprog.analysis.simplify.passes.operations import narrowed
from tprog.analysis.simplify.pruning import named, number_of, prune, with_operation
from tprog.evaluate.attention import Array
from tprog.evaluate.cover import Entries, Product, cover, cover_sets
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.many_programs import joint_counts, value_counts
from tprog.ir import CategoricalLookup, NumericalLookup, Program, Rectangle

# Larger tables are not written as rules.
LARGEST_RULES = 1 << 11
# Entries beyond so many are not given up one by one.
MOST_ENTRIES = 60
# Points of the largest grid that is covered anew, and its longest axis.
LARGEST_GRID = 1 << 11
LONGEST_AXIS = 64

L = TypeVar("L", CategoricalLookup, NumericalLookup)
# From a look-up and how often each of its points is read on the sample to look-ups to try.
Proposal: TypeAlias = Callable[[L, IntArray], Iterator[L]]


def shorten_tables(program: Program, acceptance: Acceptance) -> Program:
    """Give categorical look-ups fewer rules, or entries that are more alike; later ones are tried first."""
    proposals = (_free_entries, _one_argument_less, _merged_entries, _one_rule_less)
    return _shortened(program, acceptance, CategoricalLookup, proposals)


def shorten_numerical_tables(program: Program, acceptance: Acceptance) -> Program:
    """Give numerical look-ups fewer boxes, arguments and bounds; later ones are tried first."""
    proposals = (_free_points, _one_number_less, _merged_values, _one_box_less)
    return _shortened(program, acceptance, NumericalLookup, proposals)


def _shortened(
    program: Program, acceptance: Acceptance, kind: type[L], proposals: Sequence[Proposal[L]]
) -> Program:
    program = named(program)
    lookups = [found.name for found in program.operations if isinstance(found, kind)]
    for name in reversed(lookups):
        for propose in proposals:
            program = _improved(program, name, acceptance, kind, propose)
    return program


def _improved(
    program: Program, name: str, acceptance: Acceptance, kind: type[L], propose: Proposal[L]
) -> Program:
    """Return the Program with every proposal for one look-up that makes it shorter and is accepted."""
    progress = True
    while progress and not acceptance.over:
        progress = False
        number = number_of(program, name)
        if number is None:
            break
        lookup = program.operations[number - len(program.inputs)]
        assert isinstance(lookup, kind)
        before = (operation_lines(program, lookup), odd_entries(program, lookup))
        for found in propose(lookup, read_counts(program, lookup, acceptance.columns(program))):
            changed = narrowed(program, found)
            if (operation_lines(program, changed), odd_entries(program, changed)) >= before:
                continue
            accepted = acceptance.accepted(prune(with_operation(program, number, changed)))
            if accepted is not None:
                program, progress = accepted, True
                break
    return program


def read_counts(
    program: Program, lookup: CategoricalLookup | NumericalLookup, columns: list[list[Array]]
) -> IntArray:
    """Return how often each point is read on a sample; of numbers up to the greatest that occur, at most the caps."""
    if isinstance(lookup, CategoricalLookup):
        sizes = [len(program.finite_values(read)) for read in lookup.arguments]
    else:
        sizes = [
            min(cap + 1, len(value_counts(columns, read)))
            for read, cap in zip(lookup.arguments, lookup.caps, strict=True)
        ]
    return joint_counts(columns, lookup.arguments, sizes)


def _table(lookup: CategoricalLookup, counts: IntArray) -> IntArray:
    return np.array(lookup.table, dtype=np.int64).reshape(counts.shape)


def _with_table(lookup: CategoricalLookup, table: IntArray) -> CategoricalLookup:
    return replace(lookup, table=tuple(table.ravel().tolist()))


def _free_entries(lookup: CategoricalLookup, counts: IntArray) -> Iterator[CategoricalLookup]:
    """Yield tables where entries that are never read are whatever makes the table short."""
    table = _table(lookup, counts)
    yield _with_table(lookup, filled(table, counts > 0))
    if counts.any():
        yield _with_table(lookup, np.where(counts > 0, table, _commonest(table[counts > 0])))


def filled(table: IntArray, read: BoolArray) -> IntArray:
    """Return a table that holds the entries that are read, and is written as few rules."""
    if not read.any():
        return np.full_like(table, table.ravel()[0])
    open_table = np.where(read, table, -1)
    if table.ndim == 2 and table.size <= LARGEST_RULES:
        rules, default = cover_sets(open_table.tolist(), PAIRS)
        return from_rules(rules, default, table.shape)
    common = _commonest(table[read])
    if table.ndim <= 2:
        return np.where(read, table, common)
    # Along the first axis, the commonest entry of each slice.
    for part in open_table:
        part[part < 0] = _commonest(part[part >= 0]) if (part >= 0).any() else common
    return open_table


def _commonest(entries: IntArray) -> int:
    values, often = np.unique(entries, return_counts=True)
    return int(values[often.argmax()])


def from_rules(rules: list[Product | Entries], default: int, shape: tuple[int, ...]) -> IntArray:
    """Return the table that rules spell out: the first that holds wins."""
    table = np.full(shape, default, dtype=np.int64)
    for rule in reversed(rules):
        if isinstance(rule, Entries):
            for row, column in rule.cells:
                table[row, column] = rule.value
        else:
            rows = range(shape[0]) if rule.any_row else rule.rows
            columns = range(shape[1]) if rule.any_column else rule.columns
            table[np.ix_(list(rows), list(columns))] = rule.value
    return table


def _one_argument_less(lookup: CategoricalLookup, counts: IntArray) -> Iterator[CategoricalLookup]:
    for table, _ in _most_read(_table(lookup, counts), counts, len(lookup.values)):
        yield _with_table(lookup, table)


def _most_read(
    table: IntArray, counts: IntArray, values: int
) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield for each axis the table with the result along it that is read most, and how often points are then read."""
    for axis in range(table.ndim):
        read = [np.where(table == value, counts, 0).sum(axis=axis) for value in range(values)]
        best = np.expand_dims(np.stack(read).argmax(axis=0), axis)
        together = counts.sum(axis=axis, keepdims=True)
        yield np.broadcast_to(best, table.shape), np.broadcast_to(together, table.shape)


def _merged_entries(lookup: CategoricalLookup, counts: IntArray) -> Iterator[CategoricalLookup]:
    for table in _merged(_table(lookup, counts), counts, len(lookup.values)):
        yield _with_table(lookup, filled(table, counts > 0))


def _merged(table: IntArray, counts: IntArray, values: int) -> Iterator[IntArray]:
    """Yield tables where one result is another everywhere, rare results first."""
    often = [int(counts[table == value].sum()) for value in range(values)]
    present = sorted(np.unique(table).tolist(), key=lambda value: (often[value], value))
    for value in present:
        for other in reversed(present):
            if other != value:
                yield np.where(table == value, other, table)


def _one_rule_less(lookup: CategoricalLookup, counts: IntArray) -> Iterator[CategoricalLookup]:
    """Yield tables where one rule is dropped, the last first; what it held falls to the rules after it."""
    table = _table(lookup, counts)
    if table.ndim != 2 or table.size > LARGEST_RULES:
        common = _commonest(table)
        for entry in np.flatnonzero(table != common)[:MOST_ENTRIES].tolist():
            changed = table.copy()
            changed.ravel()[entry] = common
            yield _with_table(lookup, changed)
        return
    rules, default = cover_sets(np.where(counts > 0, table, -1).tolist(), PAIRS)
    for place in range(len(rules) - 1, -1, -1):
        fewer = rules[:place] + rules[place + 1 :]
        yield _with_table(lookup, from_rules(fewer, default, table.shape))


def _grid(lookup: NumericalLookup, shape: tuple[int, ...]) -> IntArray | None:
    """Return the look-up's entries at every point; None where there are too many."""
    if len(shape) > 2 or int(np.prod(shape)) > LARGEST_GRID or max(shape) > LONGEST_AXIS:
        return None
    return np.array(
        [lookup.index(tuple(map(int, point))) for point in np.ndindex(*shape)], dtype=np.int64
    ).reshape(shape)


def _covered(lookup: NumericalLookup, grid: IntArray, counts: IntArray) -> NumericalLookup:
    """Return a look-up that gives the grid's entries where points are read."""
    if not (counts > 0).any():
        return replace(lookup, rectangles=())
    boxes, default = cover(np.where(counts > 0, grid, -1))
    caps = tuple(size - 1 for size in grid.shape)
    return replace(lookup, caps=caps, rectangles=boxes, default=default)


def _free_points(lookup: NumericalLookup, counts: IntArray) -> Iterator[NumericalLookup]:
    """Yield the look-up covered anew, with points that are never read free or not."""
    grid = _grid(lookup, counts.shape)
    if grid is not None:
        yield _covered(lookup, grid, counts)
        yield _covered(lookup, grid, np.ones_like(counts))


def _one_number_less(lookup: NumericalLookup, counts: IntArray) -> Iterator[NumericalLookup]:
    grid = _grid(lookup, counts.shape)
    if grid is not None and grid.ndim > 1:
        for found, together in _most_read(grid, counts, len(lookup.values)):
            yield _covered(lookup, found, together)


def _merged_values(lookup: NumericalLookup, counts: IntArray) -> Iterator[NumericalLookup]:
    grid = _grid(lookup, counts.shape)
    if grid is not None:
        for found in _merged(grid, counts, len(lookup.values)):
            yield _covered(lookup, found, counts)


def _one_box_less(lookup: NumericalLookup, counts: IntArray) -> Iterator[NumericalLookup]:
    """Yield look-ups with one rectangle less, the last first, or with a bound less."""
    boxes = lookup.rectangles
    for place in range(len(boxes) - 1, -1, -1):
        yield replace(lookup, rectangles=boxes[:place] + boxes[place + 1 :])
    if boxes:
        yield replace(lookup, rectangles=boxes[:-1], default=boxes[-1].value)
    for place, box in enumerate(boxes):
        for axis, cap in enumerate(lookup.caps):
            low, high = box.bounds[axis]
            for bound in ((0, high), (low, cap)):
                if bound != (low, high):
                    bounds = (*box.bounds[:axis], bound, *box.bounds[axis + 1 :])
                    changed = Rectangle(bounds, box.value)
                    yield replace(lookup, rectangles=(*boxes[:place], changed, *boxes[place + 1 :]))
