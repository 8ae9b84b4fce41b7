"""Evaluation of Programs on many inputs at once. Owns chunks and the public functions; refuses to print.

Every function gives exactly what `tprog.evaluate.scalar` gives, for all inputs together. There are no threads and no
compiled kernels: whole arrays of narrow integers evaluate the 335,922 inputs of most_freq in about a second, and a
program with few inputs waits for no compiler.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tprog.evaluate.inputs import Batch, IntArray, encode
from tprog.evaluate.plan import Matches, Plan, make_plan, needed_variables
from tprog.evaluate.votes import (
    Voting,
    Weights,
    force,
    make_voting,
    prediction_labels,
    read_weights,
)
from tprog.evaluate.words import WordReader
from tprog.ir import Program

# Entries of one variable in a chunk: large enough to hide Python's own time, small enough for the processor's cache.
CHUNK_ENTRIES = 1 << 16
# Sums in a chunk.
CHUNK_SUMS = 1 << 20
# From this many inputs on, joint tables of votes are worth making.
MANY_INPUTS = 1024


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


@dataclass(slots=True, eq=False)
class Evaluator:
    """A Program made ready once and run on many batches.

    Attributes:
        program: a valid Program.
        reader: reads words for it.
    """

    program: Program
    reader: WordReader = field(init=False, repr=False)
    _weights: tuple[Weights, ...] = field(init=False, repr=False)
    _matches: Matches = field(default_factory=dict, init=False, repr=False)
    _plans: dict[int, Plan] = field(default_factory=dict, init=False, repr=False)
    _votings: dict[tuple[int, bool, bool], Voting] = field(
        default_factory=dict, init=False, repr=False
    )

    def __post_init__(self) -> None:
        """Make ready what does not depend on the length."""
        self.reader = WordReader(self.program)
        self._weights = read_weights(self.program)

    def evaluate(self, batch: Batch) -> Evaluation:
        """Compute every variable, every sum and every prediction.

        Raises:
            BadInput: the batch does not belong to the Program's domain.
            InvalidProgram: a number could exceed 64 bits.
        """
        program, length = self.program, batch.indices.shape[1]
        plan, labels = self.plan(length), len(program.classifier.labels)
        voting = self._voting(plan, len(batch), every=True)
        tables = self.reader.tables(batch, plan.code)
        values = tuple(np.empty(batch.indices.shape, dtype=np.int64) for _ in program.variables)
        shape = (len(batch),) if program.classifier.pooled else batch.indices.shape
        sums = np.empty((*shape, labels), dtype=np.int64)
        for rows in chunks(len(batch), length, labels):
            words = turned(batch, rows)
            columns = plan.columns(tables, words)
            for found, column in zip(values, columns, strict=True):
                found[rows] = column.T
            part = voting.sums(columns, length, words.shape[1])
            sums[rows] = part if voting.pooled else part.swapaxes(0, 1)
        return Evaluation(prediction_labels(program), values, sums, self._winners(sums))

    def predictions(self, batch: Batch) -> IntArray:
        """Return the predictions alone, as `Evaluation.predictions` does, in a fraction of the time.

        Raises:
            BadInput: the batch does not belong to the Program's domain.
            InvalidProgram: a number could exceed 64 bits.
        """
        program, length = self.program, batch.indices.shape[1]
        plan = self.plan(length)
        voting = self._voting(plan, len(batch), every=False)
        tables = self.reader.tables(batch, plan.code)
        needed = needed_variables(program)
        pooled = program.classifier.pooled
        out = np.empty((len(batch),) if pooled else batch.indices.shape, dtype=np.int64)
        for rows in chunks(len(batch), length, len(voting.labels)):
            words = turned(batch, rows)
            columns = plan.columns(tables, words, needed)
            sums = voting.sums(columns, length, words.shape[1])
            out[rows] = voting.labels.take(sums.argmax(axis=-1).T)
        if not pooled:
            force(program, out)
        return out

    def plan(self, length: int) -> Plan:
        """Return the plan for a framed length, made once.

        Raises:
            BadInput: the length is beyond the domain's.
            InvalidProgram: a number could exceed 64 bits.
        """
        if length not in self._plans:
            self._plans[length] = make_plan(self.program, length, self._matches)
        return self._plans[length]

    def _voting(self, plan: Plan, inputs: int, every: bool) -> Voting:
        key = (plan.length, every, inputs >= MANY_INPUTS)
        if key not in self._votings:
            classifier = self.program.classifier
            labels = [
                label
                for label in range(len(classifier.labels))
                if every or label not in classifier.masked
            ]
            self._votings[key] = make_voting(plan, self._weights, labels, inputs, narrow=not every)
        return self._votings[key]

    def _winners(self, sums: IntArray) -> IntArray:
        masked = list(self.program.classifier.masked)
        eligible = sums
        if masked:
            eligible = sums.copy()
            # No sum is that small: their size stays below 2^63.
            eligible[..., masked] = np.iinfo(np.int64).min
        winners: IntArray = eligible.argmax(axis=-1)
        if not self.program.classifier.pooled:
            force(self.program, winners)
        return winners


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
        InvalidProgram: a number could exceed 64 bits.
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
            scored, as a task gives them; frame positions never count. Pooled: `(inputs,)`.
        labels: the texts that the true labels speak of; the Program's own may have another order.

    Returns:
        The numbers of right and of scored predictions.
    """
    evaluator = Evaluator(program)
    index = {label: number for number, label in enumerate(labels)}
    # A prediction that is none of the task's labels is never right.
    translate = np.array([index.get(label, -2) for label in prediction_labels(program)])
    right = total = 0
    for batch, truth in labelled:
        predicted = translate.take(evaluator.predictions(batch))
        if not program.classifier.pooled:
            data = program.domain.data_slice(batch.indices.shape[1])
            predicted, truth = predicted[:, data], truth[:, data]
        scored = truth >= 0
        right += int(((predicted == truth) & scored).sum())
        total += int(scored.sum())
    return right, total


def turned(batch: Batch, rows: slice) -> IntArray:
    """Return `(positions, inputs)` indices of words of some inputs."""
    return np.ascontiguousarray(batch.indices[rows].T, dtype=np.int64)


def chunks(inputs: int, length: int, labels: int) -> list[slice]:
    """Return the inputs in pieces whose arrays stay small."""
    size = max(1, min(CHUNK_ENTRIES // length, CHUNK_SUMS // (length * labels)))
    return [slice(start, min(start + size, inputs)) for start in range(0, inputs, size)]
