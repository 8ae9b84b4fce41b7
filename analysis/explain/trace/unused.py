"""Branches that never ran. Owns going through many inputs for them; refuses to say that they can never run.

Only what heads and look-ups were asked is collected from the inputs; the emitted functions are then called once for each
question, under coverage. That runs the same lines as running every input would, in a hundredth of the time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import numpy as np

from tprog.analysis.explain.cells import DEFAULT, Branch, Part, branch_count, parts
from tprog.analysis.explain.trace.flow import rows_fired
from tprog.analysis.explain.trace.lines import branch_lines, called_lines
from tprog.evaluate import Batch, Evaluator
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.scalar import value_at
from tprog.ir import CategoricalLookup, CategoricalVotes, Head, NumericalLookup, Program, Value

# Inputs that are run, where nobody says.
INPUTS = 10_000
# Points that are numbered, to tell the distinct ones.
LARGEST = 1 << 40


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
                column = columns[part.variable]
                numerical = not _categorical(program, part.variable)
                found = np.unique((column > 0).astype(np.int64) - 1 if numerical else column)
            else:
                found = np.unique(rows_fired(program, part.variable, columns))
                questions = asked.setdefault(part.variable, set())
                questions.update(_questions(program, part.variable, columns))
            ran[part].update(found.tolist())
    counts, never = [], []
    for part, rows in ran.items():
        total = branch_count(program, part)
        unused = [Branch(part, row) for row in range(total) if row not in rows]
        never += unused
        counts.append((part, len(unused), total))
    used = called_lines(program, place, _calls(program, asked), source)
    every = branch_lines(program, place, source) if lines is None else lines
    own = {
        line
        for branch, found in every.items()
        if branch.part.kind != "votes" and branch.row != DEFAULT
        for line in found
    }
    return Unused(inputs, tuple(never), tuple(counts), tuple(sorted(own - used)))


def _questions(
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
) -> Iterable[tuple[str, tuple[Value, ...]]]:
    for variable, questions in asked.items():
        operation = program.variables[variable]
        assert isinstance(operation, Head | CategoricalLookup | NumericalLookup)
        reads = operation.reads[:2] if isinstance(operation, Head) else operation.reads
        for question in sorted(questions):
            yield (
                program.names[variable],
                tuple(
                    value_at(program, read, entry)
                    for read, entry in zip(reads, question, strict=True)
                ),
            )


def _categorical(program: Program, variable: int) -> bool:
    return any(
        vote.variable == variable and isinstance(vote, CategoricalVotes)
        for vote in program.classifier.votes
    )
