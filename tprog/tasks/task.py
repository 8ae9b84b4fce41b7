"""What a task is: a domain, labels and the truth, from which arrays of labels, samples and lists of inputs follow.

A Task holds its parts as plain functions, so that a user's own task is one call of `Task(...)` with a `rule`, and
everything else (arrays of labels, samples, the list of all inputs) follows from the domain where it is not given.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, final

import numpy as np

from tprog.errors import BadInput, UsageError
from tprog.evaluate.inputs import (
    Batch,
    IntArray,
    all_inputs,
    count_inputs,
    encode,
    scored_positions,
)
from tprog.ir import Domain

Rule: TypeAlias = Callable[[tuple[str, ...]], Sequence[str | None]]
ArrayRule: TypeAlias = Callable[[IntArray], IntArray]
Sampler: TypeAlias = Callable[[np.random.Generator, int], Sequence[Sequence[str]]]


@final
@dataclass(frozen=True, slots=True)
class Space:
    """The inputs of a task that holds only part of its domain.

    Attributes:
        inputs: yields every input with at most so many data symbols (None: all), shortest first.
        count: how many those are; None where it is unknown.
    """

    inputs: Callable[[int | None], Iterator[Batch]]
    count: Callable[[int | None], int | None]


@final
@dataclass(frozen=True, slots=True)
class Modules:
    """How many modules a published model has: layers, and of each kind so many in each layer."""

    layers: int
    categorical_heads: int
    numerical_heads: int
    categorical_lookups: int
    numerical_lookups: int


@final
@dataclass(frozen=True)
class Task:
    """A function from sequences to labels that a Program is to compute.

    Two Tasks are equal when everything but their functions is.

    Attributes:
        name: a short name, such as `sort`.
        domain: what the inputs are; `domain.scored` says at which symbols a label is asked for.
        labels: every label that the truth can give, in a fixed order. There is no label for padding; a label such as
            `<unk>` (induction) or `<s>` (most_freq) is an answer like any other and is not masked.
        rule: from the data symbols to one label for each, None where none is asked for; pooled: to a single label.
        spec: what to write to get this very task again, such as `sort:length=16`; the name where it is not given.
        description: one line of text.
        causal: whether a label depends on what stands before and at its position alone.
        pooled: whether the whole sequence has one label.
        default_samples: how many sequences a dataset holds when nobody says.
        arrays: the same as `rule` for many inputs of one length: from `(inputs, data symbols)` indices into
            `domain.symbols` to indices into `labels` of that shape, -1 where none; pooled: `(inputs,)`.
        sampler: from a generator and a number to that many independent sequences; by default the length is uniform,
            then the symbols.
        space: which inputs there are, where that is not the whole domain.
        examples: the only inputs, where the truth is known for these alone.
        origin: where the examples were read and how, as JSON values; see `tprog.tasks.data_task`.
        published: the modules of the published program for this very task (paper, section 4 and Table 1).
        categorical_only: the same of the paper's categorical-only model (its Table 3).
    """

    name: str
    domain: Domain
    labels: tuple[str, ...]
    rule: Rule = field(compare=False)
    spec: str = ""
    description: str = ""
    causal: bool = False
    pooled: bool = False
    default_samples: int = 20_000
    arrays: ArrayRule | None = field(default=None, compare=False)
    sampler: Sampler | None = field(default=None, compare=False)
    space: Space | None = field(default=None, compare=False)
    examples: tuple[tuple[str, ...], ...] | None = field(default=None, repr=False)
    origin: dict[str, Any] | None = field(default=None, repr=False, compare=False)
    published: Modules | None = field(default=None, repr=False)
    categorical_only: Modules | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        sizes = f"{len(self.domain.symbols)} symbols, {len(self.labels)} labels"
        return f"<Task {self.spec!r}: {sizes}>"

    def __post_init__(self) -> None:
        if not self.name:
            raise _bad("a task needs a name")
        try:
            object.__setattr__(self, "labels", symbols(self.labels))
            if self.examples is not None:
                object.__setattr__(self, "examples", tuple(map(symbols, self.examples)))
        except TypeError as error:
            raise _bad(f"task {self.name}: {error}") from None
        if not self.labels or len(set(self.labels)) != len(self.labels):
            raise _bad(
                f"task {self.name}: labels must be distinct and at least one, not {self.labels!r}"
            )
        if self.default_samples < 1:
            raise _bad(
                f"task {self.name}: default_samples is {self.default_samples}; give at least 1"
            )
        if self.examples is not None and not self.examples:
            raise _bad(f"task {self.name}: examples are empty; give at least one, or None")
        if not self.spec:
            object.__setattr__(self, "spec", self.name)

    @cached_property
    def label_index(self) -> dict[str, int]:
        """The index of every label."""
        return {label: number for number, label in enumerate(self.labels)}

    def truth(self, tokens: Sequence[str]) -> tuple[str | None, ...]:
        """Return one label per data symbol (framed or not), None where none is asked for; pooled: a single label.

        Raises:
            BadInput: the sequence lies outside the domain, or the task gives it no truth.
            UsageError: a user's rule gives something that is no label, or the wrong number of them.
        """
        framed = self.domain.frame(tokens)
        data = framed[self.domain.data_slice(len(framed))]
        given = self.rule(data)
        single = self.pooled and isinstance(given, str | int | np.integer)
        try:
            found = optional_symbols((given,) if single else given)
        except TypeError as error:
            raise _bad(f"task {self.name} gives {given!r} for {data!r}: {error}") from None
        wanted = 1 if self.pooled else len(data)
        if len(found) != wanted:
            raise _bad(
                f"task {self.name} gives {len(found)} labels for {data!r}; it must give {wanted}"
            )
        for label in found:
            if label is not None and label not in self.label_index:
                raise _bad(
                    f"task {self.name} gives {label!r} for {data!r}, which is none of its labels"
                )
        scored = self.domain.scored
        if scored is None or self.pooled:
            return found
        return tuple(
            label if token in scored else None for token, label in zip(data, found, strict=True)
        )

    def truth_batch(self, batch: Batch) -> IntArray:
        """Return `(inputs, positions)` indices into `labels`, -1 where none is asked for; pooled: `(inputs,)`.

        Raises:
            BadInput: an input lies outside the domain, or the task gives it no truth.
            UsageError: see `truth`.
        """
        if self.arrays is None:
            return self._truth_by_rows(batch)
        data = self.domain.data_slice(batch.indices.shape[1])
        symbols = self._symbols(batch)
        found = np.asarray(self.arrays(symbols))
        shape = symbols.shape[:1] if self.pooled else symbols.shape
        if (
            found.shape != shape
            or found.dtype.kind not in "iu"
            or not ((found >= -1) & (found < len(self.labels))).all()
        ):
            raise _bad(f"task {self.name}: arrays must give label indices (or -1) of shape {shape}")
        if self.pooled:
            return found
        labels = np.full(batch.indices.shape, -1, dtype=np.int64)
        labels[:, data] = found
        if self.domain.scored is not None:
            labels[~scored_positions(self.domain, batch)] = -1
        return labels

    def draw(self, random: np.random.Generator, count: int) -> list[tuple[str, ...]]:
        """Return `count` independent sequences of data symbols (repeats possible) from the task's distribution.

        Raises:
            BadInput: there is no sampler and the domain has no greatest length.
        """
        if self.examples is not None:
            rows = random.integers(0, len(self.examples), size=count).tolist()
            return [self.examples[row] for row in rows]
        if self.sampler is not None:
            try:
                return [symbols(sequence) for sequence in self.sampler(random, count)]
            except TypeError as error:
                raise _bad(f"the sampler of task {self.name}: {error}") from None
        return draw_uniform(self.domain, random, count)

    def sample(self, count: int, seed: int) -> list[Batch]:
        """Return `count` random inputs (repeats possible), framed and grouped by length.

        Raises:
            BadInput: see `draw`.
        """
        drawn = self.draw(np.random.default_rng(seed), count)
        return [batch for _, batch in encode(self.domain, drawn)]

    def inputs(self, up_to: int | None = None) -> Iterator[Batch]:
        """Yield every input that the task gives a truth for, with at most `up_to` data symbols, shortest first.

        Raises:
            BadInput: the inputs have no end.
        """
        if self.examples is not None:
            return (batch for _, batch in encode(self.domain, self._examples_up_to(up_to)))
        if self.space is not None:
            return self.space.inputs(up_to)
        return all_inputs(self.domain, up_to)

    def count(self, up_to: int | None = None) -> int | None:
        """Return how many inputs `inputs` yields; None where they have no end or nobody knows."""
        if self.examples is not None:
            return len(self._examples_up_to(up_to))
        if self.space is not None:
            return self.space.count(up_to)
        return count_inputs(self.domain, up_to)

    def _examples_up_to(self, up_to: int | None) -> list[tuple[str, ...]]:
        return [
            example for example in self.examples or () if up_to is None or len(example) <= up_to
        ]

    def _truth_by_rows(self, batch: Batch) -> IntArray:
        data = self.domain.data_slice(batch.indices.shape[1])
        shape = (len(batch),) if self.pooled else batch.indices.shape
        labels = np.full(shape, -1, dtype=np.int64)
        index = self.label_index
        for row in range(len(batch)):
            framed = [batch.words[word] for word in batch.indices[row].tolist()]
            found = [-1 if label is None else index[label] for label in self.truth(framed)]
            if self.pooled:
                labels[row] = found[0]
            else:
                labels[row, data] = found
        return labels

    def _symbols(self, batch: Batch) -> IntArray:
        """Return `(inputs, data symbols)` indices into `domain.symbols`, after checking that the inputs belong."""
        domain, indices = self.domain, batch.indices
        data = domain.data_slice(indices.shape[1])
        length = indices.shape[1] - domain.frame_size
        if length < domain.min_length or length > (domain.max_length or length):
            raise BadInput(f"task {self.name} has no inputs with {length} data symbols")
        known = {symbol: number for number, symbol in enumerate(domain.symbols)}
        other = -1 if domain.unknown is None else known[domain.unknown]
        numbers = np.array([known.get(word, other) for word in batch.words], dtype=np.int64)
        for symbol, column in ((domain.prefix, 0), (domain.suffix, -1)):
            if symbol is not None and (indices[:, column] != _index(batch.words, symbol)).any():
                raise BadInput(f"an input of task {self.name} is framed by {symbol!r}")
        symbols: IntArray = numbers[indices[:, data]]
        if (symbols < 0).any():
            row, position = np.argwhere(symbols < 0)[0]
            word = batch.words[indices[row, data][position]]
            raise BadInput(f"unknown token {word!r} for task {self.name}")
        return symbols


def _bad(message: str) -> UsageError:
    return UsageError(message, slug="bad-task")


def _index(words: tuple[str, ...], symbol: str) -> int:
    return words.index(symbol) if symbol in words else -1


def symbol(value: object) -> str:
    """Return a token or label as a text; a TypeError where it is neither a text nor an integer."""
    if isinstance(value, str):
        # A text of NumPy's own kind would show its type.
        return str(value)
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return str(int(value))
    kind = type(value).__name__
    raise TypeError(f"{value!r} is of type {kind}; give texts, or integers, which become texts")


def symbols(values: Iterable[object]) -> tuple[str, ...]:
    """Return tokens or labels as texts; see `symbol`."""
    return tuple(map(symbol, values))


def optional_symbols(values: Iterable[object]) -> tuple[str | None, ...]:
    """Return labels as texts, None where there is none; see `symbol`."""
    return tuple(None if value is None else symbol(value) for value in values)


def draw_uniform(domain: Domain, random: np.random.Generator, count: int) -> list[tuple[str, ...]]:
    """Return `count` sequences of data symbols: each length equally likely, then each symbol."""
    if domain.max_length is None:
        raise BadInput("sequences have no greatest length to draw from; give the task a sampler")
    lengths = random.integers(domain.min_length, domain.max_length + 1, size=count)
    symbols = random.integers(0, len(domain.symbols), size=(count, domain.max_length))
    return spell(domain.symbols, symbols, lengths)


def spell(
    symbols: Sequence[str], indices: IntArray, lengths: IntArray | None = None
) -> list[tuple[str, ...]]:
    """Return each row of `(rows, positions)` indices as symbols, cut to its length where lengths are given."""
    rows = np.array(symbols, dtype=object)[indices].tolist()
    if lengths is None:
        return [tuple(row) for row in rows]
    return [tuple(row[:length]) for row, length in zip(rows, lengths.tolist(), strict=True)]
