"""How often values, predicate rows and look-up entries occur, over a domain or a sample of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tprog.evaluate.attention import Array
from tprog.evaluate.evaluator import Evaluator, Progress, chunks, turned
from tprog.evaluate.inputs import Batch, IntArray, all_inputs, count_inputs, sample_inputs
from tprog.evaluate.prepared import EvaluationStep, Prepared, TableStep, numerical_step
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Program,
)

# Numbers from here on are counted together.
LARGEST_NUMBER = 1 << 16
# The longest inputs that are drawn where the domain has no greatest length, beyond its least.
EXTRA_LENGTH = 16


@dataclass(frozen=True, slots=True, eq=False)
class Reachability:
    """How often each part is reached, counted over all positions of framed inputs.

    Attributes:
        exact: whether the whole domain was run; otherwise what was never reached may still be reachable.
        inputs: the number of inputs that were run.
        values: for each variable how often each value occurs: by index, by position where positions have no end, by
            number for numerical variables (up to the greatest that occurs; those from 65,536 on are in the last entry).
        rows: for each operation how often each part is used: for a head by query value (as `values` of its query); for a
            categorical look-up by table entry; for a numerical one by rectangle, the default last.
    """

    exact: bool
    inputs: int
    values: tuple[IntArray, ...]
    rows: tuple[IntArray, ...]


def reachable(
    program: Program,
    limit: int = 500_000,
    samples: int = 20_000,
    seed: int = 0,
    up_to: int | None = None,
    progress: Progress | None = None,
) -> Reachability:
    """Count what can be reached: on every input where there are at most `limit`, else on random ones.

    Inputs have at most `up_to` data symbols: by default what the domain has, or 16 more than its least where it has no greatest.
    `progress` is called with the number of inputs done and the number in all.

    Raises:
        BadInput: `up_to` is below the domain's least length.
        InvalidProgram: a number could exceed 64 bits.
    """
    domain = program.domain
    if up_to is None and domain.max_length is None:
        up_to = domain.min_length + EXTRA_LENGTH
    total = count_inputs(domain, up_to)
    enumerated = total is not None and 0 < total <= limit
    counts = _Counts.empty(program)
    done = 0
    for batch in _batches(program, samples, seed, up_to, enumerated):
        counts.add(batch)
        done += len(batch)
        if progress is not None:
            progress(done, total if enumerated and total is not None else samples)
    whole = domain.max_length is not None and (up_to is None or up_to >= domain.max_length)
    return Reachability(
        enumerated and whole, done, tuple(counts.values), tuple(counts.row_counts())
    )


def _batches(
    program: Program, samples: int, seed: int, up_to: int | None, enumerated: bool
) -> Iterator[Batch]:
    if enumerated:
        return all_inputs(program.domain, up_to)
    return sample_inputs(program.domain, samples, seed, up_to)


@dataclass(slots=True, eq=False)
class _Counts:
    """Counts that grow batch by batch; only entries of look-ups are kept beside those of values."""

    program: Program
    evaluator: Evaluator
    values: list[IntArray]
    entries: dict[int, IntArray]

    @classmethod
    def empty(cls, program: Program) -> "_Counts":
        """Return counts of nothing."""
        entries: dict[int, IntArray] = {}
        for number, operation in enumerate(program.operations):
            if isinstance(operation, CategoricalLookup):
                entries[number] = _zeros(len(operation.table))
            elif isinstance(operation, NumericalLookup):
                entries[number] = _zeros(len(operation.rectangles) + 1)
        values = [
            _zeros(len(found) if isinstance(found, FiniteValues) else 1) for found in program.values
        ]
        return cls(program, Evaluator(program), values, entries)

    def add(self, batch: Batch) -> None:
        """Count what the inputs of a batch reach."""
        length = batch.indices.shape[1]
        prepared = self.evaluator.prepared(length)
        tables = self.evaluator.reader.tables(batch, prepared.code)
        steps = {number: _entry_step(prepared, number) for number in self.entries}
        for rows in chunks(len(batch), length, 1):
            words = turned(batch, rows)
            columns = prepared.columns(tables, words)
            for number, column in enumerate(columns):
                self.values[number] = _tally(self.values[number], column, words.shape[1])
            for number, step in steps.items():
                entry = step.compute(columns)
                self.entries[number] = _tally(self.entries[number], entry, words.shape[1])

    def row_counts(self) -> Iterator[IntArray]:
        """Yield the counts of every operation's rows or entries."""
        for number, operation in enumerate(self.program.operations):
            if isinstance(operation, CategoricalHead | NumericalHead):
                yield self.values[operation.query]
            else:
                yield self.entries[number]


def _entry_step(prepared: Prepared, number: int) -> EvaluationStep:
    """Return a step that says which entry of a look-up is read."""
    operation, step = prepared.program.operations[number], prepared.steps[number]
    if isinstance(operation, NumericalLookup):
        last = len(operation.rectangles)
        named = replace(
            operation,
            values=FiniteValues(tuple(range(last + 1))),
            rectangles=tuple(
                replace(rectangle, value=entry)
                for entry, rectangle in enumerate(operation.rectangles)
            ),
            default=last,
        )
        return numerical_step(named, prepared.bounds, np.min_scalar_type(last))
    assert isinstance(step, TableStep)
    return replace(step, table=np.arange(len(step.table)))


def _tally(counts: IntArray, column: Array, inputs: int) -> IntArray:
    """Return the counts with the entries of a column added; a single column stands for all inputs."""
    found = np.bincount(np.minimum(column.ravel().astype(np.int64), LARGEST_NUMBER))
    if column.shape[1] == 1:
        found *= inputs
    grown = _zeros(max(len(counts), len(found)))
    grown[: len(counts)] += counts
    grown[: len(found)] += found
    return grown


def _zeros(size: int) -> IntArray:
    return np.zeros(size, dtype=np.int64)
