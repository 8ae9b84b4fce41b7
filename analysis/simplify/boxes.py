"""Shortening numerical look-ups, by trial. Owns the search over rectangles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from tprog.analysis.simplify.cost import odd_entries, operation_lines
from tprog.analysis.simplify.counts import joint_counts, value_counts
from tprog.analysis.simplify.edit import named, number_of, prune, with_operation
from tprog.analysis.simplify.narrow import narrowed
from tprog.analysis.simplify.trials import Trials
from tprog.evaluate.cover import cover
from tprog.evaluate.inputs import IntArray
from tprog.ir import NumericalLookup, Program, Rectangle

# Points of the largest grid that is covered anew, and its longest axis.
LARGEST_GRID = 1 << 11
LONGEST_AXIS = 64


@dataclass(frozen=True, slots=True)
class Boxes:
    """Gives numerical look-ups fewer rectangles: points that are never met are free, one argument may do, boxes go.

    Checked; every change makes the look-up shorter.
    """

    name: str = "numerical tables"

    def apply(self, program: Program, trials: Trials) -> Program:
        """Return the last Program that was accepted, later look-ups being tried first."""
        program = named(program)
        lookups = [f.name for f in program.operations if isinstance(f, NumericalLookup)]
        for name in reversed(lookups):
            for propose in (_free, _one_argument, _merged, _without_boxes):
                program = _improved(program, name, trials, propose)
        return program


# From a look-up and how often each point is met to look-ups to try.
Proposal: TypeAlias = Callable[[NumericalLookup, IntArray], Iterator[NumericalLookup]]


def _improved(program: Program, name: str, trials: Trials, propose: Proposal) -> Program:
    """Return the Program with every proposal for one look-up that makes it shorter and is accepted."""
    progress = True
    while progress and not trials.over:
        progress = False
        number = number_of(program, name)
        if number is None:
            break
        lookup = program.operations[number - len(program.inputs)]
        assert isinstance(lookup, NumericalLookup)
        before = (operation_lines(program, lookup), odd_entries(program, lookup))
        for found in propose(lookup, met(program, lookup, trials)):
            changed = narrowed(program, found)
            if (operation_lines(program, changed), odd_entries(program, changed)) >= before:
                continue
            accepted = trials.accepted(prune(with_operation(program, number, changed)))
            if accepted is not None:
                program, progress = accepted, True
                break
    return program


def met(program: Program, lookup: NumericalLookup, trials: Trials) -> IntArray:
    """Return how often each point is met on the sample, up to the greatest numbers that occur, at most the caps."""
    columns = trials.columns(program)
    sizes = [
        min(cap + 1, len(value_counts(columns, read)))
        for read, cap in zip(lookup.arguments, lookup.caps, strict=True)
    ]
    return joint_counts(columns, lookup.arguments, sizes)


def _grid(lookup: NumericalLookup, shape: tuple[int, ...]) -> IntArray | None:
    """Return the look-up's entries at every point; None where there are too many."""
    if len(shape) > 2 or int(np.prod(shape)) > LARGEST_GRID or max(shape) > LONGEST_AXIS:
        return None
    return np.array(
        [lookup.index(tuple(map(int, point))) for point in np.ndindex(*shape)], dtype=np.int64
    ).reshape(shape)


def _covered(lookup: NumericalLookup, grid: IntArray, counts: IntArray) -> NumericalLookup:
    """Return a look-up that gives the grid's entries where points are met."""
    if not (counts > 0).any():
        return replace(lookup, rectangles=())
    boxes, default = cover(np.where(counts > 0, grid, -1))
    caps = tuple(size - 1 for size in grid.shape)
    return replace(lookup, caps=caps, rectangles=boxes, default=default)


def _free(lookup: NumericalLookup, counts: IntArray) -> Iterator[NumericalLookup]:
    """Yield the look-up with points that are never met free."""
    grid = _grid(lookup, counts.shape)
    if grid is not None:
        yield _covered(lookup, grid, counts)
        yield _covered(lookup, grid, np.ones_like(counts))


def _one_argument(lookup: NumericalLookup, counts: IntArray) -> Iterator[NumericalLookup]:
    """Yield look-ups that depend on one argument less."""
    grid = _grid(lookup, counts.shape)
    if grid is None or grid.ndim < 2:
        return
    for axis in range(grid.ndim):
        votes = np.stack(
            [
                np.where(grid == value, counts, 0).sum(axis=axis)
                for value in range(len(lookup.values))
            ]
        )
        best = np.broadcast_to(np.expand_dims(votes.argmax(axis=0), axis), grid.shape)
        some = np.broadcast_to(counts.sum(axis=axis, keepdims=True), grid.shape)
        yield _covered(lookup, best, some)


def _merged(lookup: NumericalLookup, counts: IntArray) -> Iterator[NumericalLookup]:
    """Yield look-ups where one result is another everywhere, rare results first."""
    grid = _grid(lookup, counts.shape)
    if grid is None:
        return
    often = [int(counts[grid == value].sum()) for value in range(len(lookup.values))]
    present = sorted(np.unique(grid).tolist(), key=lambda value: (often[value], value))
    for value in present:
        for other in reversed(present):
            if other != value:
                yield _covered(lookup, np.where(grid == value, other, grid), counts)


def _without_boxes(lookup: NumericalLookup, counts: IntArray) -> Iterator[NumericalLookup]:
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
