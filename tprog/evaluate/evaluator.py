"""Evaluation of Programs on many inputs at once, and on whole domains in bounded memory.

Every function gives exactly what `tprog.evaluate.scalar` gives, for all inputs together. There are no threads and no
compiled kernels: whole arrays of narrow integers evaluate the 335,922 inputs of most_freq in about a second, and a
program with few inputs waits for no compiler.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from tprog.errors import BadInput
from tprog.evaluate.attention import Array
from tprog.evaluate.inputs import Batch, IntArray, all_inputs, count_inputs, encode, longest_data
from tprog.evaluate.prepared import Matches, Prepared, needed_variables, prepare
from tprog.evaluate.vote_sums import (
    VoteWeights,
    Voting,
    force,
    make_voting,
    prediction_labels,
    read_weights,
)
from tprog.ir import Program, TextRule, Tokens, WordTable

# Called with the number of inputs done and the number in all.
Progress: TypeAlias = Callable[[int, int], None]

# Entries of one variable in a chunk: large enough to hide Python's own time, small enough for the processor's cache.
CHUNK_ENTRIES = 1 << 16
# Sums in a chunk.
CHUNK_SUMS = 1 << 20
# From this many inputs on, joint tables of votes are worth making.
MANY_INPUTS = 1024
# The greatest number of inputs in one batch of a whole domain, and of 8-byte entries in one Evaluation (64 MB).
LARGEST_BATCH = 16384
LARGEST_EVALUATION = 1 << 23


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
class WordReader:
    """Reads words for a valid Program, each word once.

    Words are read by their text, so that a batch of another domain with the same symbols is read rightly.
    """

    program: Program
    _symbols: dict[str, int] = field(init=False, repr=False)
    _entries: dict[str, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._symbols = {symbol: i for i, symbol in enumerate(self.program.domain.alphabet)}

    def tables(self, batch: Batch, code: "np.dtype[Any]") -> Array:
        """Return `(input variables, words)` of type `code`: the entry of each word that occurs in a batch; 0 for others.

        Positions and ones do not depend on the word and have 0 everywhere.

        Raises:
            BadInput: a word that occurs is no token of a closed vocabulary.
        """
        tables = np.zeros((len(self.program.inputs), len(batch.words)), dtype=code)
        used = np.flatnonzero(np.bincount(batch.indices.ravel(), minlength=len(batch.words)))
        if used.size and self.program.inputs:
            words = [batch.words[number] for number in used.tolist()]
            for word in words:
                if word not in self._entries:
                    self._entries[word] = self._read(word)
            entries = [self._entries[word] for word in words]
            tables[:, used] = np.array(entries, dtype=np.int64).T
        return tables

    def _read(self, word: str) -> tuple[int, ...]:
        unknown = self.program.domain.unknown
        symbol = self._symbols.get(word)
        if symbol is None:
            if unknown is None:
                raise BadInput(
                    f"unknown token {word!r}; "
                    "give a batch whose tokens are those of this program's domain"
                )
            symbol = self._symbols[unknown]
        entries: list[int] = []
        for variable in self.program.inputs:
            match variable:
                case Tokens():
                    entries.append(symbol)
                case WordTable(table=table):
                    entries.append(table[symbol])
                case TextRule():
                    entries.append(variable.index(word))
                case _:
                    entries.append(0)
        return tuple(entries)


@dataclass(slots=True, eq=False)
class Evaluator:
    """A valid Program, prepared once and run on many batches."""

    program: Program
    reader: WordReader = field(init=False, repr=False)
    _weights: tuple[VoteWeights, ...] = field(init=False, repr=False)
    _matches: Matches = field(default_factory=dict, init=False, repr=False)
    _prepared: dict[int, Prepared] = field(default_factory=dict, init=False, repr=False)
    _votings: dict[tuple[int, bool, bool], Voting] = field(
        default_factory=dict, init=False, repr=False
    )

    def __post_init__(self) -> None:
        self.reader = WordReader(self.program)
        self._weights = read_weights(self.program)

    def evaluate(self, batch: Batch) -> Evaluation:
        """Compute every variable, every sum and every prediction.

        Raises:
            BadInput: the batch does not belong to the Program's domain.
            InvalidProgram: a number could exceed 64 bits.
        """
        program, length = self.program, batch.indices.shape[1]
        prepared, labels = self.prepared(length), len(program.classifier.labels)
        voting = self._voting(prepared, len(batch), every=True)
        tables = self.reader.tables(batch, prepared.code)
        values = tuple(np.empty(batch.indices.shape, dtype=np.int64) for _ in program.variables)
        shape = (len(batch),) if program.classifier.pooled else batch.indices.shape
        sums = np.empty((*shape, labels), dtype=np.int64)
        for rows in chunks(len(batch), length, labels):
            words = turned(batch, rows)
            columns = prepared.columns(tables, words)
            for found, column in zip(values, columns, strict=True):
                found[rows] = column.T
            part = voting.sums(columns, length, words.shape[1])
            sums[rows] = part if voting.pooled else part.swapaxes(0, 1)
        return Evaluation(prediction_labels(program), values, sums, self._winners(sums))

    def predictions(self, batch: Batch) -> IntArray:
        """Return what `Evaluation.predictions` is, in a fraction of the time; errors as for `evaluate`."""
        program, length = self.program, batch.indices.shape[1]
        prepared = self.prepared(length)
        voting = self._voting(prepared, len(batch), every=False)
        tables = self.reader.tables(batch, prepared.code)
        needed = needed_variables(program)
        pooled = program.classifier.pooled
        out = np.empty((len(batch),) if pooled else batch.indices.shape, dtype=np.int64)
        for rows in chunks(len(batch), length, len(voting.labels)):
            words = turned(batch, rows)
            columns = prepared.columns(tables, words, needed)
            sums = voting.sums(columns, length, words.shape[1])
            out[rows] = voting.labels.take(sums.argmax(axis=-1).T)
        if not pooled:
            force(program, out)
        return out

    def prepared(self, length: int) -> Prepared:
        """Return the Program prepared for a framed length, once for each; see `prepare`."""
        if length not in self._prepared:
            self._prepared[length] = prepare(self.program, length, self._matches)
        return self._prepared[length]

    def _voting(self, prepared: Prepared, inputs: int, every: bool) -> Voting:
        key = (prepared.length, every, inputs >= MANY_INPUTS)
        if key not in self._votings:
            classifier = self.program.classifier
            labels = [
                label
                for label in range(len(classifier.labels))
                if every or label not in classifier.masked
            ]
            self._votings[key] = make_voting(
                prepared, self._weights, labels, inputs, narrow=not every
            )
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
    """Return the labels for sequences, framed or not: one for each data symbol, or a single one where outputs are pooled.

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
    """Return the numbers of right and of scored predictions.

    True labels are `(inputs, positions)` indices into `labels` (the Program's own may have another order), -1 where nothing is
    scored, as a task gives them; frame positions never count. Pooled: `(inputs,)`.
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


def evaluate_domain(
    program: Program, up_to: int | None = None, progress: Progress | None = None
) -> Iterator[tuple[Batch, Evaluation]]:
    """Yield every input with everything that a Program computes on it, shortest first, in bounded memory.

    The vocabulary is closed, and inputs have at most `up_to` data symbols. `progress` is called after each batch.

    Raises:
        BadInput: the inputs have no end.
        InvalidProgram: a number could exceed 64 bits.
    """
    evaluator = Evaluator(program)
    entries = len(program.variables) + 2 * len(program.classifier.labels)
    for batch in _inputs(program, up_to, progress, entries):
        yield batch, evaluator.evaluate(batch)


def predict_domain(
    program: Program, up_to: int | None = None, progress: Progress | None = None
) -> Iterator[tuple[Batch, IntArray]]:
    """Yield every input with the predictions alone (see `Evaluator.predictions`), as `evaluate_domain` does."""
    evaluator = Evaluator(program)
    for batch in _inputs(program, up_to, progress, 1):
        yield batch, evaluator.predictions(batch)


def _inputs(
    program: Program, up_to: int | None, progress: Progress | None, entries: int
) -> Iterator[Batch]:
    """Yield every input; `entries` is how many numbers are held for each position."""
    domain = program.domain
    total = count_inputs(domain, up_to) or 0
    longest = domain.frame_size + (longest_data(domain, up_to) or 1)
    chunk = max(1, min(LARGEST_BATCH, LARGEST_EVALUATION // (entries * longest)))
    done = 0
    for batch in all_inputs(domain, up_to, chunk):
        yield batch
        done += len(batch)
        if progress is not None:
            progress(done, total)


def turned(batch: Batch, rows: slice) -> IntArray:
    """Return `(positions, inputs)` indices of words of some inputs."""
    return np.ascontiguousarray(batch.indices[rows].T, dtype=np.int64)


def chunks(inputs: int, length: int, labels: int) -> list[slice]:
    """Return the inputs in pieces whose arrays stay small."""
    size = max(1, min(CHUNK_ENTRIES // length, CHUNK_SUMS // (length * labels)))
    return [slice(start, min(start + size, inputs)) for start in range(0, inputs, size)]
