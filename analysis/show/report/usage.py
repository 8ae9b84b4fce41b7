"""How often each part of a Program is used, over a sample of inputs.

Everything is counted at every position of framed inputs, frame symbols included, as the program's own functions are called.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tprog.analysis.measure.predictors import reframe
from tprog.evaluate import Batch, Evaluator, all_inputs, count_inputs, sample_inputs
from tprog.evaluate.attention import predicate_matrix
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import FiniteValues, Head, Lookup, Naturals, Program, Values
from tprog.tasks.task import Task

# Inputs that are run, and the fewest where a program is so large that these would take long.
SAMPLE = 10_000
FEWEST = 500
# Pairs of a query and a key that are looked at in all; a few seconds.
MOST_PAIRS = 400_000_000
CHUNK = 512
# Data symbols beyond the least, where inputs have no greatest length.
EXTRA_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Usage:
    """How often everything was used.

    Attributes:
        inputs: the number of inputs that were run.
        exhaustive: whether these are all inputs.
        positions: the number of positions in all.
        values: for each variable how often each entry occurs (see `Evaluation.values`).
        calls: for each look-up, by variable, how often it was asked at each point of entries of its arguments.
        asked: for each head, by variable, how often each query entry asked.
        matched: for each head, by variable, how often each query entry found at least one key.
    """

    inputs: int
    exhaustive: bool
    positions: int
    values: tuple[Counter[int], ...]
    calls: dict[int, Counter[tuple[int, ...]]]
    asked: dict[int, Counter[int]]
    matched: dict[int, Counter[int]]


def count_usage(program: Program, task: Task | None = None, seed: int = 0) -> Usage:
    """Run a Program on inputs of its task, or of its domain, and count what is used.

    Args:
        program: a valid Program.
        task: a task that fits it, whose inputs are taken; every input where they are few.
        seed: of the sample.

    Raises:
        InvalidProgram: a number could exceed 64 bits.
    """
    operations = dict(enumerate(program.operations, len(program.inputs)))
    heads = {number: one for number, one in operations.items() if isinstance(one, Head)}
    lookups = {number: one for number, one in operations.items() if isinstance(one, Lookup)}
    total = count_inputs(program.domain) if task is None else task.count()
    longest = program.domain.context_length or program.domain.min_length + EXTRA_LENGTH
    wanted = max(FEWEST, min(SAMPLE, MOST_PAIRS // max(1, len(heads) * longest * longest)))
    evaluator = Evaluator(program)
    values: tuple[Counter[int], ...] = tuple(Counter() for _ in program.variables)
    calls: dict[int, Counter[tuple[int, ...]]] = {number: Counter() for number in lookups}
    matched: dict[int, Counter[int]] = {number: Counter() for number in heads}
    inputs = positions = 0
    every = total is not None and total <= wanted
    for batch in _batches(program, task, None if every else wanted, seed):
        found = evaluator.evaluate(batch).values
        inputs += len(batch)
        positions += batch.indices.size
        for counter, column in zip(values, found, strict=True):
            counter.update(_counted(column))
        for number, lookup in lookups.items():
            points = np.stack([found[read].ravel() for read in lookup.arguments], axis=1)
            rows, counts = np.unique(points, axis=0, return_counts=True)
            calls[number].update(dict(zip(map(tuple, rows.tolist()), counts.tolist(), strict=True)))
        for number, head in heads.items():
            query, key = found[head.query], found[head.key]
            matched[number].update(_counted(query[_matches(program, head, query, key)]))
    asked = {number: values[head.query] for number, head in heads.items()}
    return Usage(inputs, total == inputs, positions, values, calls, asked, matched)


def _batches(program: Program, task: Task | None, wanted: int | None, seed: int) -> Iterator[Batch]:
    """Yield a sample of inputs, or all of them, in small batches of the Program's own framing."""
    domain = program.domain
    if task is not None:
        batches = task.inputs() if wanted is None else task.sample(wanted, seed)
        framed = (reframe(batch, task.domain, domain) for batch in batches)
    elif wanted is None:
        framed = (batch for batch in all_inputs(domain))
    else:
        up_to = domain.min_length + EXTRA_LENGTH if domain.max_length is None else None
        framed = (batch for batch in sample_inputs(domain, wanted, seed, up_to))
    for batch in framed:
        for start in range(0, len(batch), CHUNK):
            yield batch.take(slice(start, start + CHUNK))


def _counted(entries: IntArray) -> dict[int, int]:
    found, counts = np.unique(entries, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def _matches(program: Program, head: Head, query: IntArray, key: IntArray) -> BoolArray:
    """Return `(inputs, positions)`: where a query finds at least one key."""
    length = query.shape[1]
    queries, keys = (_finite(program.values[read], length) for read in (head.query, head.key))
    wants = predicate_matrix(head.predicate, queries, keys)
    pairs = wants[query[:, :, None], key[:, None, :]]
    if head.causal:
        pairs &= np.tri(length, dtype=np.bool_)
    return np.asarray(pairs.any(axis=2), dtype=np.bool_)


def _finite(values: Values, length: int) -> FiniteValues:
    """Return the values that can occur in inputs of a length."""
    if isinstance(values, FiniteValues):
        return values
    assert isinstance(values, Naturals)
    return FiniteValues(tuple(range(length)))
