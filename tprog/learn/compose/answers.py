"""What the labels could be read from, how each is written out, and which of the written Programs is kept.

An answer names parts; its tables and votes are taken from all training sequences when it is written out.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tprog.evaluate import accuracy
from tprog.ir import (
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    NumericalVotes,
    Program,
    Votes,
)
from tprog.learn.compose.expressions import TOKENS, Copy, Count, Expression, Lookup, Wanted, modules
from tprog.learn.compose.writing import Batches, joint_counts, with_majority_votes, write_modules
from tprog.learn.layout import NetworkSizes
from tprog.tasks.dataset import Dataset, Split
from tprog.tasks.task import Task

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]
TRIED = 12
"""Answers that are written out and measured at the end of each stage."""
MODULE = 6
"""A module is as hard to read as so many steps between entries."""
SLACK = 0.5
"""Answers that cost at most so many nats more than the best are tried in order of their simplicity."""
FAR = 100
"""How much further away a cell is for each unit by which its difference of values is another."""
SUPPORT = 3
"""An event decides for a label if it came with that label alone, so often at least."""


class Answer(Protocol):
    """A way to read labels off variables; `cost` (nats) is ignored by equality."""

    @property
    def cost(self) -> float:
        """What the labels cost, in nats on the sample."""

    @property
    def modules(self) -> tuple[Expression, ...]:
        """Every module of the Program; tables and keys may still be others when it is written."""

    def write(self, task: Task, batches: Batches) -> Program:
        """Return the Program, its tables and votes fitted to labelled inputs."""


@dataclass(frozen=True)
class Direct:
    """A categorical variable that votes alone, each value for one label."""

    cost: float = field(compare=False)
    part: Expression

    @property
    def modules(self) -> tuple[Expression, ...]:
        """See `Answer`."""
        return modules((self.part,))

    def write(self, task: Task, batches: Batches) -> Program:
        """See `Answer`."""
        program, places = write_modules(task, (self.part,))
        return with_majority_votes(program, places[self.part], batches)


@dataclass(frozen=True)
class Tabled:
    """A count whose values are voted for labels, or a table over two counts that writes the label itself."""

    cost: float = field(compare=False)
    parts: tuple[Count, ...]
    size: int

    @property
    def modules(self) -> tuple[Expression, ...]:
        """See `Answer`."""
        return modules((Lookup(self.parts, (1,) * len(self.parts), (0,)),))

    def write(self, task: Task, batches: Batches) -> Program:
        """See `Answer`."""
        shape = (self.size,) * len(self.parts)
        entries = completed(joint_counts(task, self.parts, shape, batches), task.labels)
        if len(self.parts) == 1:
            # The count itself is easier to read than its labels; they stand in the votes.
            same = Lookup(self.parts, shape, tuple(range(self.size)), "a")
            program, places = write_modules(task, (same,))
            rows = np.eye(len(task.labels), dtype=int)[entries]
            size = len(program.finite_values(places[same]))
            votes = CategoricalVotes(places[same], tuple(map(tuple, rows[:size].tolist())))
            return replace(program, classifier=Classifier(task.labels, (votes,)))
        table = Lookup(self.parts, shape, tuple(entries.reshape(-1).tolist()), texts=task.labels)
        program, places = write_modules(task, (table,))
        return with_majority_votes(program, places[table], batches, identity=True)


@dataclass(frozen=True)
class UntilEvent:
    """A running number that votes, until an event has been seen after which one label stays to the end.

    Attributes:
        cost: see `Answer`.
        number: categorical, such as the depth of brackets.
        mark: another running number, or None; see `kernels.rate_events`.
        label: what events decide for.
        size: values of both that are told apart.
    """

    cost: float = field(compare=False)
    number: Lookup
    mark: Expression | None
    label: int
    size: int

    @property
    def modules(self) -> tuple[Expression, ...]:
        """See `Answer`."""
        return modules(tuple(self._counts((1,), (0,) * self.size)))

    def write(self, task: Task, batches: Batches) -> Program:
        """See `Answer`."""
        turns = turning(batches, self.label)
        single = self._events(task, (self.number,), (self.size,), batches, turns)
        combined: tuple[int, ...] = ()
        if self.mark is not None:
            shape = (self.size, self.size, len(task.domain.alphabet))
            found = self._events(task, (*self._marks(), TOKENS), shape, batches, turns)
            combined = tuple(found.reshape(-1).astype(int).tolist())
        counts = self._counts(tuple(np.flatnonzero(single).tolist()), combined, task)
        parts: tuple[Expression, ...] = (self.number, *counts)
        joint = joint_counts(task, parts, (self.size,) + (2,) * len(counts), batches)
        undecided = joint[(slice(None),) + (0,) * len(counts)]
        program, places = write_modules(task, parts)
        # A number that was never seen votes like its neighbour.
        rows = np.eye(len(task.labels), dtype=int)[completed(undecided, task.labels)]
        number = places[self.number]
        values = len(program.finite_values(number))
        votes: list[Votes] = [CategoricalVotes(number, tuple(map(tuple, rows[:values].tolist())))]
        # One event outweighs the number's vote.
        decided = tuple(2 * int(label == self.label) for label in range(len(task.labels)))
        votes += [NumericalVotes(places[part], decided) for part in counts]
        return replace(program, classifier=Classifier(task.labels, tuple(votes)))

    def _events(
        self,
        task: Task,
        parts: tuple[Expression, ...],
        shape: tuple[int, ...],
        batches: Batches,
        turns: Batches,
    ) -> Bits:
        joint, turned = (joint_counts(task, parts, shape, each) for each in (batches, turns))
        return events(joint, turned, self.label)

    def _marks(self) -> tuple[Expression, Expression]:
        assert self.mark is not None
        wanted = Wanted("==")
        return Copy(self.number, self.number, self.mark, wanted, causal=True), self.mark

    def _counts(
        self, keys: tuple[int, ...], entries: tuple[int, ...], task: Task | None = None
    ) -> list[Count]:
        """Return the counts of events: of single values of the running number, and of combinations."""
        found: list[Count] = []
        if keys:
            found.append(Count(self.number, Wanted(None, keys=keys), causal=True))
        if self.mark is not None and (task is None or any(entries)):
            symbols = 1 if task is None else len(task.domain.alphabet)
            table = Lookup((*self._marks(), TOKENS), (self.size, self.size, symbols), entries)
            found.append(Count(table, Wanted(None, keys=(1,)), causal=True))
        return found


def completed(joint: Ints, labels: Sequence[str]) -> Ints:
    """Return the most frequent label for each cell of `(value, ..., label)` counts; others follow their neighbours.

    Where labels are numbers, and all that is known of one variable lies on a line of slope 1 (three points at least), the
    line goes on; otherwise the nearest known cell is taken, the first of several.
    """
    known = joint.any(axis=-1)
    entries: Ints = joint.argmax(axis=-1)
    if known.all() or not known.any():
        return entries
    places = np.argwhere(known)
    numbers = [int(text) if text.isdecimal() else None for text in labels]
    line: dict[int, int] = {}
    if joint.ndim == 2 and len(places) >= 3:
        steps = {
            None if (number := numbers[entries[place]]) is None else number - place
            for place in places[:, 0].tolist()
        }
        step = next(iter(steps))
        if len(steps) == 1 and step is not None:
            line = {number - step: at for at, number in enumerate(numbers) if number is not None}
    for place in np.argwhere(~known):
        nearest = places[np.abs(places - place).sum(axis=1).argmin()]
        entries[tuple(place)] = line.get(int(place[0]), int(entries[tuple(nearest)]))
    return entries


def turning(batches: Batches, label: int) -> Batches:
    """Return the inputs with those labels alone that are the first of their kind: there something has been decided."""
    found = []
    for batch, truth in batches:
        same = truth == label
        first = same & (np.cumsum(same, axis=1) == 1)
        found.append((batch, np.where(first, truth, -1)))
    return found


def events(joint: Ints, turned: Ints, label: int) -> Bits:
    """Return which cells decide for a label: those that come with it alone, and that were there when it first came.

    Cells about which nothing is known follow the nearest that is known, with the same last value, first of all one at
    which the other values differ by as much from each other. Counts are `(value, ..., label)`, of one variable or of
    three; `turned` has those where the label came first.
    """
    total = joint.sum(axis=-1)
    found: Bits = (joint[..., label] >= SUPPORT) & (joint[..., label] == total)
    found &= turned[..., label] > 0
    known = found | (joint[..., label] < total)
    if joint.ndim == 2:
        return found
    places = np.argwhere(known)
    for place in np.argwhere(~known):
        alike = places[places[:, -1] == place[-1]]
        if len(alike):
            away = alike - place
            distance = FAR * np.abs(away[:, 1] - away[:, 0]) + np.abs(away[:, 0])
            found[tuple(place)] = found[tuple(alike[distance.argmin()])]
    return found


@dataclass(frozen=True, slots=True)
class Composed:
    """A Program that was put together.

    Attributes:
        program: the Program.
        train, validation: its accuracy for each label, from 0 to 1.
        stage: which stage found it, from 1.
    """

    program: Program
    train: float
    validation: float
    stage: int

    @property
    def perfect(self) -> bool:
        """Whether no prediction is wrong."""
        return self.train == self.validation == 1


class Chooser:
    """Writes answers out and measures them."""

    def __init__(
        self,
        dataset: Dataset,
        sizes: NetworkSizes,
        before_each: Callable[[], None] = lambda: None,
    ) -> None:
        """Write answers of these sizes for a dataset; `before_each` is called before each, and may raise."""
        self._dataset, self._sizes, self._before_each = dataset, sizes, before_each
        self._written: set[Answer] = set()

    def measured(self, answers: Sequence[Answer], stage: int) -> list[Composed]:
        """Return the best answers as Programs; where some are perfect, the one with the evenest tables alone."""
        found: list[Composed] = []
        answers = [answer for answer in answers if fits(answer, self._sizes)]
        least = min((answer.cost for answer in answers), default=0.0)
        equal = [answer for answer in answers if answer.cost <= least + SLACK]
        rest = [answer for answer in answers if answer.cost > least + SLACK]
        ranked = sorted(equal, key=plainness) + sorted(rest, key=lambda answer: answer.cost)
        for answer in ranked[:TRIED]:
            if answer in self._written:
                continue
            self._before_each()
            self._written.add(answer)
            program = answer.write(self._dataset.task, self._dataset.train.batches())
            train, validation = (
                _share(program, split) for split in (self._dataset.train, self._dataset.validation)
            )
            found.append(Composed(program, train, validation, stage))
        perfect = [one for one in found if one.perfect]
        return [min(perfect, key=lambda one: unevenness(one.program))] if perfect else found


def fits(answer: Answer, sizes: NetworkSizes) -> bool:
    """Tell whether a network of some sizes has room for an answer's modules."""

    def room(part: Expression) -> int:
        match part:
            case Count():
                return sizes.numerical_heads
            case Lookup(numerical=True):
                return sizes.numerical_lookups
            case Lookup():
                return sizes.categorical_lookups
            case _:
                return sizes.categorical_heads

    def alike(part: Expression) -> tuple[object, ...]:
        return part.layer, type(part), isinstance(part, Lookup) and part.numerical

    used = Counter(map(alike, answer.modules))
    return all(
        part.layer < sizes.layers and used[alike(part)] <= room(part) for part in answer.modules
    )


def plainness(answer: Answer) -> tuple[int, ...]:
    """Return what is preferred among equals, least first: few modules, few exceptions, no masks."""
    heads = [part for part in answer.modules if isinstance(part, Count | Copy)]
    return (
        len(answer.modules),
        sum(len(head.wanted.without) + abs(head.wanted.offset) for head in heads),
        sum(head.causal for head in heads),
    )


def unevenness(program: Program) -> int:
    """Return how hard a Program reads: how often neighbouring entries of its tables and votes differ, and its modules."""
    tables = [
        np.array(operation.table).reshape(
            [len(program.finite_values(read)) for read in operation.arguments]
        )
        for operation in program.operations
        if isinstance(operation, CategoricalLookup)
    ]
    votes = [
        np.array(vote.weights)
        for vote in program.classifier.votes
        if isinstance(vote, CategoricalVotes)
    ]
    return MODULE * len(program.operations) + sum(
        int((np.diff(table, axis=axis) != 0).sum())
        for table in (*tables, *votes)
        for axis in range(table.ndim)
    )


def _share(program: Program, split: Split) -> float:
    right, total = accuracy(program, split.batches(), split.task.labels)
    return right / total if total else 1.0
