"""Whatever gives labels, behind one interface: Programs, tasks, networks, emitted code.

A `Side` answers for the data symbols alone, so that the two sides of a comparison may frame their inputs differently.
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np

from tprog.errors import UsageError
from tprog.evaluate import Batch, Evaluator, prediction_labels, scored_positions
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Domain, Program
from tprog.tasks.task import Task


@runtime_checkable
class Predictor(Protocol):
    """Anything that labels batches of framed inputs, such as a network or an emitted program."""

    @property
    def prediction_labels(self) -> tuple[str, ...]:
        """The texts that predictions speak of."""
        ...

    def predict(self, batch: Batch) -> IntArray:
        """Return `(inputs, positions)` indices into `prediction_labels`, the frame included; pooled: `(inputs,)`."""
        ...


Answering: TypeAlias = Program | Task | Predictor
# Inputs that are looked at one by one unless someone asks for more.
LIMIT = 400_000


@dataclass(frozen=True, slots=True)
class Counterexample:
    """An input on which the two sides differ.

    Attributes:
        tokens: the data symbols.
        expected: the reference's labels, one for each data symbol, None where none is asked for; pooled: one label.
        got: the labels of the side that is checked, in the same shape.
    """

    tokens: tuple[str, ...]
    expected: tuple[str | None, ...]
    got: tuple[str | None, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """The indices at which the labels differ."""
        pairs = zip(self.expected, self.got, strict=True)
        return tuple(place for place, (wanted, given) in enumerate(pairs) if wanted != given)


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two things that are compared.

    Attributes:
        name: how it is called in a sentence.
        domain: the inputs that it is defined on.
        task: the task, where it is one.
        predictor: what answers.
    """

    name: str
    domain: Domain
    task: Task | None
    predictor: Predictor

    def answers(self, batch: Batch, framed_by: Domain) -> IntArray:
        """Return `(inputs, data symbols)` indices into `prediction_labels` for inputs that a domain frames; pooled: `(inputs,)`."""
        own = reframe(batch, framed_by, self.domain)
        found = self.predictor.predict(own)
        return found if found.ndim == 1 else found[:, self.domain.data_slice(found.shape[1])]

    def scored(self, batch: Batch, framed_by: Domain, answers: IntArray) -> BoolArray:
        """Return where this side asks for an answer, in the shape of its answers."""
        if self.task is not None:
            return answers >= 0
        if answers.ndim == 1:
            return np.ones(answers.shape, dtype=np.bool_)
        scored = scored_positions(self.domain, reframe(batch, framed_by, self.domain))
        return scored[:, self.domain.data_slice(scored.shape[1])]


@dataclass(frozen=True, slots=True, eq=False)
class ProgramPredictor:
    """A Program, run by the evaluator."""

    evaluator: Evaluator

    @property
    def prediction_labels(self) -> tuple[str, ...]:
        """See `Predictor`; the classifier's labels, then forced ones."""
        return prediction_labels(self.evaluator.program)

    def predict(self, batch: Batch) -> IntArray:
        """See `Predictor`."""
        return self.evaluator.predictions(batch)


@dataclass(frozen=True, slots=True, eq=False)
class TruthPredictor:
    """A task's truth; -1 where no label is asked for."""

    task: Task

    @property
    def prediction_labels(self) -> tuple[str, ...]:
        """See `Predictor`."""
        return self.task.labels

    def predict(self, batch: Batch) -> IntArray:
        """See `Predictor`."""
        return self.task.truth_batch(batch)


def make_side(found: Answering, domain: Domain | None = None, name: str | None = None) -> Side:
    """Return a Program, a task or a predictor as a side of a comparison.

    Args:
        found: what answers. A predictor may have a `domain` of its own.
        domain: the domain of a predictor without one.
        name: how it is called in a sentence.

    Raises:
        UsageError: nothing says which inputs a predictor is defined on.
    """
    if isinstance(found, Program):
        given = name or found.provenance.title or "the program"
        return Side(given, found.domain, None, ProgramPredictor(Evaluator(found)))
    if isinstance(found, Task):
        return Side(name or f"task {found.spec}", found.domain, found, TruthPredictor(found))
    own = getattr(found, "domain", None)
    chosen = own if isinstance(own, Domain) else domain
    if chosen is None:
        raise UsageError("nothing says which inputs to compare on; give a program or a task")
    return Side(name or "the network", chosen, None, found)


def reframe(batch: Batch, framed_by: Domain, wanted: Domain) -> Batch:
    """Return the same data symbols, framed and numbered as another domain has it.

    Its words begin with the alphabet of `wanted`; words that are not in it follow.
    """
    frame = (framed_by.prefix, framed_by.suffix) == (wanted.prefix, wanted.suffix)
    if frame and batch.words[: len(wanted.alphabet)] == wanted.alphabet:
        return batch
    data = batch.indices[:, framed_by.data_slice(batch.indices.shape[1])]
    words = tuple(dict.fromkeys((*wanted.alphabet, *batch.words)))
    number = {word: index for index, word in enumerate(words)}
    renumbered = np.array([number[word] for word in batch.words], dtype=np.int32)
    framed = np.empty((len(batch), data.shape[1] + wanted.frame_size), dtype=np.int32)
    framed[:, wanted.data_slice(framed.shape[1])] = renumbered[data]
    if wanted.prefix is not None:
        framed[:, 0] = number[wanted.prefix]
    if wanted.suffix is not None:
        framed[:, -1] = number[wanted.suffix]
    return Batch(words, framed)


def length_range(domain: Domain) -> str:
    """Return the lengths of a domain's data in words."""
    if domain.max_length is None:
        return f"lengths from {domain.min_length} on"
    return lengths_text(domain.min_length, domain.max_length)


def lengths_text(least: int, most: int) -> str:
    """Return a range of lengths in words."""
    return f"length {least}" if least == most else f"lengths {least} to {most}"
