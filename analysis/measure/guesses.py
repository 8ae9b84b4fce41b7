"""Cells of tables that no training example reached: there a learned Program was told nothing, and what it does is a guess."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tprog.evaluate import Batch, Evaluator, all_inputs, count_inputs, sample_inputs
from tprog.evaluate.evaluator import chunks
from tprog.evaluate.inputs import IntArray
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Program,
    Table,
)
from tprog.ir.domain import Value
from tprog.tasks.dataset import Split

Progress: TypeAlias = Callable[[str, int, int | None], None]
Tables: TypeAlias = Sequence[tuple[int, str, tuple[int, ...]]]
Cells: TypeAlias = set[tuple[int, ...]]

# Inputs that are all looked at; where there are more, so many random ones.
LIMIT = 100_000
SAMPLES = 20_000
# Cells that are listed; all are counted.
LISTED = 100


@dataclass(frozen=True, slots=True)
class Guess:
    """A cell.

    Attributes:
        part: the look-up or head whose table it stands in; for a row of votes, the variable that votes.
        kind: `entry` of a look-up, `row` of a predicate, or `votes`.
        at: the values it stands for: each argument's, the query's, or the variable's own.
    """

    part: str
    kind: str
    at: tuple[Value, ...]

    def __str__(self) -> str:
        """Say which cell it is, as one would write a call."""
        values = ", ".join(map(str, self.at))
        return (
            f"votes of {self.part} for {values}"
            if self.kind == "votes"
            else f"{self.part}({values})"
        )


@dataclass(frozen=True, slots=True)
class Guesses:
    """What some input reaches, and no training example.

    Attributes:
        count: how many cells.
        cells: the first of them.
        inputs: inputs that were looked at.
        exhaustive: whether these are all inputs; otherwise there may be further cells.
    """

    count: int
    cells: tuple[Guess, ...]
    inputs: int
    exhaustive: bool


def guesses(
    program: Program,
    train: Split,
    seed: int = 0,
    progress: Progress | None = None,
) -> Guesses:
    """Return the cells of a Program's tables that an input of its domain reaches, and no training example.

    Args:
        program: what was learned.
        train: what it was learned from.
        seed: of the inputs that are looked at where there are too many.
        progress: called with what is going on, the inputs done and how many there are.
    """
    domain = program.domain
    total = count_inputs(domain)
    exhaustive = total is not None and total <= LIMIT
    inputs = all_inputs(domain) if exhaustive else sample_inputs(domain, SAMPLES, seed)
    tables = list(_tables(program))
    known, _ = _reached(program, tables, (batch for batch, _ in train.batches()), progress)
    found, done = _reached(program, tables, inputs, progress)
    cells = [
        Guess(program.names[place], kind, _written(program, reads, cell))
        for place, kind, reads in tables
        for cell in sorted(found[place] - known[place])
    ]
    return Guesses(len(cells), tuple(cells[:LISTED]), done, exhaustive)


def _written(program: Program, reads: tuple[int, ...], cell: tuple[int, ...]) -> tuple[Value, ...]:
    """Return a cell in values."""
    found: list[Value] = []
    for read, number in zip(reads, cell, strict=True):
        values = program.values[read]
        found.append(values.values[number] if isinstance(values, FiniteValues) else number)
    return tuple(found)


def _reached(
    program: Program, tables: Tables, batches: Iterable[Batch], progress: Progress | None
) -> tuple[dict[int, Cells], int]:
    """Return for each variable with a table the cells that some inputs reach, and how many inputs there were."""
    evaluator = Evaluator(program)
    found: dict[int, Cells] = {place: set() for place, _, _ in tables}
    done = 0
    for batch in batches:
        for rows in chunks(len(batch), batch.indices.shape[1], len(program.variables)):
            if progress is not None:
                progress("what examples reached", done, None)
            part = batch.take(rows)
            values = evaluator.evaluate(part).values
            for place, _, variables in tables:
                found[place] |= _cells([values[each] for each in variables])
            done += len(part)
    return found, done


def _tables(program: Program) -> Iterator[tuple[int, str, tuple[int, ...]]]:
    """Yield each variable with a table, of what kind, and what the table is read at.

    Numbers count as they are, also where the table no longer tells large ones apart: that it does not is a guess too.
    """
    voting = {
        vote.variable for vote in program.classifier.votes if isinstance(vote, CategoricalVotes)
    }
    for number, variable in enumerate(program.variables):
        match variable:
            case CategoricalLookup(arguments=reads) | NumericalLookup(arguments=reads):
                yield number, "entry", reads
            case (
                CategoricalHead(query=query, predicate=Table())
                | NumericalHead(query=query, predicate=Table())
            ):
                yield number, "row", (query,)
            case _ if number in voting and isinstance(program.values[number], FiniteValues):
                yield number, "votes", (number,)


def _cells(columns: list[IntArray]) -> Cells:
    rows = np.stack(columns, -1).reshape(-1, len(columns))
    return set(map(tuple, np.unique(rows, axis=0).tolist()))
