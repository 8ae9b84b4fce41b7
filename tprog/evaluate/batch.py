"""Evaluation of Programs on many inputs at once. Owns chunks, threads and the public functions; refuses to print.

Every function gives exactly what `tprog.evaluate.scalar` gives, for all inputs together.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from tprog.evaluate.inputs import Batch, IntArray, encode, scored_positions
from tprog.evaluate.plan import Plan, make_plan, needed_variables, word_tables
from tprog.evaluate.votes import Voting, force, make_voting, prediction_labels
from tprog.ir import Program

# Entries of one variable in a chunk: large enough to hide Python's own time, small enough for the processor's cache.
CHUNK_ENTRIES = 1 << 15
# Sums in a chunk.
CHUNK_SUMS = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Everything that a Program computes on a Batch.

    Attributes:
        labels: what `predictions` speaks of: the classifier's labels, then forced labels that are none of them.
        values: for every variable `(inputs, positions)`: indices into its finite values, positions themselves where
            they have no end, numbers for numerical variables.
        sums: `(inputs, positions, labels)` sums of votes over the classifier's labels, masked ones included; pooled:
            `(inputs, labels)`.
        predictions: `(inputs, positions)` indices into `labels`, forced labels included; pooled: `(inputs,)`.
    """

    labels: tuple[str, ...]
    values: tuple[IntArray, ...]
    sums: IntArray
    predictions: IntArray


@dataclass(slots=True)
class Evaluator:
    """A Program made ready once and run on many batches.

    Attributes:
        program: a valid Program.
        threads: how many chunks run at once; None for one on each core.
    """

    program: Program
    threads: int | None = None
    _plans: dict[int, Plan] = field(default_factory=dict, repr=False)
    _votings: dict[tuple[int, bool, bool], Voting] = field(default_factory=dict, repr=False)

    def evaluate(self, batch: Batch) -> Evaluation:
        """Compute every variable, every sum and every prediction.

        Raises:
            BadInput: the batch does not belong to the Program's domain.
            InvalidProgram: a number could exceed 64 bits.
        """
        program, length = self.program, batch.indices.shape[1]
        plan, labels = self._plan(length), len(program.classifier.labels)
        voting = self._voting(plan, len(batch), every=True)
        tables = word_tables(program, batch.words, batch.indices, plan.code)
        values = tuple(np.empty(batch.indices.shape, dtype=np.int64) for _ in program.variables)
        shape = (len(batch),) if program.classifier.pooled else batch.indices.shape
        sums = np.empty((*shape, labels), dtype=np.int64)

        def run(rows: slice) -> None:
            words = _turned(batch, rows)
            columns = plan.columns(tables, words)
            for found, column in zip(values, columns, strict=True):
                found[rows] = column.T
            part = voting.sums(columns, length, words.shape[1])
            sums[rows] = part if voting.pooled else part.swapaxes(0, 1)

        self._each_chunk(run, len(batch), length, labels)
        return Evaluation(prediction_labels(program), values, sums, self._winners(sums))

    def predictions(self, batch: Batch) -> IntArray:
        """Return the predictions alone, as `Evaluation.predictions` does, several times as fast.

        Raises:
            BadInput: the batch does not belong to the Program's domain.
            InvalidProgram: a number could exceed 64 bits.
        """
        program, length = self.program, batch.indices.shape[1]
        plan = self._plan(length)
        voting = self._voting(plan, len(batch), every=False)
        tables = word_tables(program, batch.words, batch.indices, plan.code)
        needed = needed_variables(program)
        pooled = program.classifier.pooled
        out = np.empty((len(batch),) if pooled else batch.indices.shape, dtype=np.int64)

        def run(rows: slice) -> None:
            words = _turned(batch, rows)
            columns = plan.columns(tables, words, needed)
            sums = voting.sums(columns, length, words.shape[1])
            out[rows] = voting.labels.take(sums.argmax(axis=-1).T)

        self._each_chunk(run, len(batch), length, len(voting.labels))
        if not pooled:
            force(program, out)
        return out

    def _plan(self, length: int) -> Plan:
        if length not in self._plans:
            self._plans[length] = make_plan(self.program, length)
        return self._plans[length]

    def _voting(self, plan: Plan, inputs: int, every: bool) -> Voting:
        many = inputs >= 1024
        key = (plan.length, every, many)
        if key not in self._votings:
            labels = range(len(self.program.classifier.labels))
            masked = () if every else self.program.classifier.masked
            self._votings[key] = make_voting(
                plan,
                [label for label in labels if label not in masked],
                inputs,
                narrow=not every,
            )
        return self._votings[key]

    def _winners(self, sums: IntArray) -> IntArray:
        masked = list(self.program.classifier.masked)
        eligible = sums
        if masked:
            eligible = sums.copy()
            eligible[..., masked] = np.iinfo(np.int64).min
        winners: IntArray = eligible.argmax(axis=-1)
        if not self.program.classifier.pooled:
            force(self.program, winners)
        return winners

    def _each_chunk(
        self, run: Callable[[slice], None], inputs: int, length: int, labels: int
    ) -> None:
        size = max(1, min(CHUNK_ENTRIES // length, CHUNK_SUMS // (length * labels)))
        chunks = [slice(start, min(start + size, inputs)) for start in range(0, inputs, size)]
        threads = self.threads or _cores()
        if len(chunks) < 2 or threads < 2:
            for chunk in chunks:
                run(chunk)
            return
        with ThreadPoolExecutor(min(threads, len(chunks))) as pool:
            for _ in pool.map(run, chunks):
                pass


def evaluate(program: Program, batch: Batch) -> Evaluation:
    """Compute every variable, every sum and every prediction of a Program on a Batch; see `Evaluator.evaluate`."""
    return Evaluator(program).evaluate(batch)


def predictions(program: Program, batch: Batch) -> IntArray:
    """Return the predictions of a Program on a Batch; see `Evaluator.predictions`."""
    return Evaluator(program).predictions(batch)


def predict(program: Program, sequences: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the labels for sequences of tokens: one for each data symbol, or a single one where outputs are pooled.

    Args:
        program: a valid Program.
        sequences: data symbols alone, or full framed sequences.

    Raises:
        BadInput: a sequence lies outside the Program's domain.
    """
    evaluator = Evaluator(program)
    labels = prediction_labels(program)
    found: list[list[str]] = [[] for _ in sequences]
    for rows, batch in encode(program.domain, sequences):
        predicted = evaluator.predictions(batch)
        if program.classifier.pooled:
            predicted = predicted[:, None]
        else:
            predicted = predicted[:, program.domain.data_slice(batch.indices.shape[1])]
        for row, numbers in zip(rows.tolist(), predicted.tolist(), strict=True):
            found[row] = [labels[number] for number in numbers]
    return found


def accuracy(
    program: Program, labelled: Iterable[tuple[Batch, IntArray]], labels: Sequence[str]
) -> tuple[int, int]:
    """Count the right predictions among the scored ones.

    Args:
        program: a valid Program.
        labelled: batches with their true labels, `(inputs, positions)` indices into `labels`, -1 where nothing is
            scored; positions that the Program's domain does not score are left out too. Pooled: `(inputs,)`.
        labels: the texts that the true labels speak of; the Program's own may have another order.

    Returns:
        The numbers of right and of scored predictions.
    """
    evaluator = Evaluator(program)
    index = {label: number for number, label in enumerate(labels)}
    # A label that the task does not know is never right.
    translate = np.array([index.get(label, -2) for label in prediction_labels(program)])
    right = total = 0
    for batch, truth in labelled:
        scored = truth >= 0
        if not program.classifier.pooled:
            scored &= scored_positions(program.domain, batch)
        predicted = translate.take(evaluator.predictions(batch))
        right += int(((predicted == truth) & scored).sum())
        total += int(scored.sum())
    return right, total


def _turned(batch: Batch, rows: slice) -> IntArray:
    """Return `(positions, inputs)` indices of words of some inputs."""
    return np.ascontiguousarray(batch.indices[rows].T, dtype=np.int64)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
