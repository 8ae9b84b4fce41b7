"""What the labels could be read from. Owns the kinds of answers and how each is written out; refuses to look for them.

An answer names parts; its tables and votes are taken from all training sequences when it is written out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tprog.ir import CategoricalVotes, Classifier, NumericalVotes, Program, Votes
from tprog.learn.compose.parts import TOKENS, Copy, Count, Part, Table, Wanted, modules
from tprog.learn.compose.writing import Batches, joint_counts, with_majority_votes, write_modules
from tprog.tasks import Task

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]
FAR = 100
"""How much further away a cell is for each unit by which its difference of values is another."""
SUPPORT = 3
"""An event decides for a label if it came with that label alone, so often at least."""


class Answer(Protocol):
    """Something that the labels could be read from; what they cost does not make it another one."""

    @property
    def cost(self) -> float:
        """What the labels cost, in nats on the sample."""

    @property
    def modules(self) -> tuple[Part, ...]:
        """Every module of the Program; tables and keys may still be others when it is written."""

    def write(self, task: Task, batches: Batches) -> Program:
        """Return the Program, its tables and votes fitted to labelled inputs."""


@dataclass(frozen=True)
class Direct:
    """A categorical variable that votes alone, each value for one label."""

    cost: float = field(compare=False)
    part: Part

    @property
    def modules(self) -> tuple[Part, ...]:
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
    def modules(self) -> tuple[Part, ...]:
        """See `Answer`."""
        return modules((Table(self.parts, (1,) * len(self.parts), (0,)),))

    def write(self, task: Task, batches: Batches) -> Program:
        """See `Answer`."""
        shape = (self.size,) * len(self.parts)
        entries = completed(joint_counts(task, self.parts, shape, batches), task.labels)
        if len(self.parts) == 1:
            # The count itself is easier to read than its labels; they stand in the votes.
            same = Table(self.parts, shape, tuple(range(self.size)), "a")
            program, places = write_modules(task, (same,))
            rows = np.eye(len(task.labels), dtype=int)[entries]
            size = len(program.finite_values(places[same]))
            votes = CategoricalVotes(places[same], tuple(map(tuple, rows[:size].tolist())))
            return replace(program, classifier=Classifier(task.labels, (votes,)))
        table = Table(self.parts, shape, tuple(entries.reshape(-1).tolist()), texts=task.labels)
        program, places = write_modules(task, (table,))
        return with_majority_votes(program, places[table], batches, identity=True)


@dataclass(frozen=True)
class Latched:
    """A level that votes, until an event has been seen that decides for one label for good.

    Attributes:
        cost: see `Answer`.
        level: a categorical variable of numbers.
        mark: another one, or None; see `kernels.rate_latches`.
        label: what events decide for.
        size: values of level and mark that are told apart.
    """

    cost: float = field(compare=False)
    level: Table
    mark: Part | None
    label: int
    size: int

    @property
    def modules(self) -> tuple[Part, ...]:
        """See `Answer`."""
        return modules(tuple(self._counts((1,), (0,) * self.size)))

    def write(self, task: Task, batches: Batches) -> Program:
        """See `Answer`."""
        turns = turning(batches, self.label)
        single = self._events(task, (self.level,), (self.size,), batches, turns)
        combined: tuple[int, ...] = ()
        if self.mark is not None:
            shape = (self.size, self.size, len(task.domain.alphabet))
            found = self._events(task, (*self._marks(), TOKENS), shape, batches, turns)
            combined = tuple(found.reshape(-1).astype(int).tolist())
        counts = self._counts(tuple(np.flatnonzero(single).tolist()), combined, task)
        parts: tuple[Part, ...] = (self.level, *counts)
        joint = joint_counts(task, parts, (self.size,) + (2,) * len(counts), batches)
        undecided = joint[(slice(None),) + (0,) * len(counts)]
        program, places = write_modules(task, parts)
        # A level that was never seen votes like its neighbour.
        rows = np.eye(len(task.labels), dtype=int)[completed(undecided, task.labels)]
        level = places[self.level]
        values = len(program.finite_values(level))
        votes: list[Votes] = [CategoricalVotes(level, tuple(map(tuple, rows[:values].tolist())))]
        # One event outweighs the level's vote.
        decided = tuple(2 * int(label == self.label) for label in range(len(task.labels)))
        votes += [NumericalVotes(places[part], decided) for part in counts]
        return replace(program, classifier=Classifier(task.labels, tuple(votes)))

    def _events(
        self,
        task: Task,
        parts: tuple[Part, ...],
        shape: tuple[int, ...],
        batches: Batches,
        turns: Batches,
    ) -> Bits:
        joint, turned = (joint_counts(task, parts, shape, each) for each in (batches, turns))
        return events(joint, turned, self.label)

    def _marks(self) -> tuple[Part, Part]:
        assert self.mark is not None
        wanted = Wanted("==")
        return Copy(self.level, self.level, self.mark, wanted, causal=True), self.mark

    def _counts(
        self, keys: tuple[int, ...], entries: tuple[int, ...], task: Task | None = None
    ) -> list[Count]:
        """Return the counts of events: of single values of the level, and of combinations."""
        found: list[Count] = []
        if keys:
            found.append(Count(self.level, Wanted(None, keys=keys), causal=True))
        if self.mark is not None and (task is None or any(entries)):
            symbols = 1 if task is None else len(task.domain.alphabet)
            table = Table((*self._marks(), TOKENS), (self.size, self.size, symbols), entries)
            found.append(Count(table, Wanted(None, keys=(1,)), causal=True))
        return found


def completed(joint: Ints, labels: Sequence[str]) -> Ints:
    """Return the most frequent label for each cell; cells without data follow their neighbours.

    Where labels are numbers, and all that is known of one variable lies on a line of slope 1 (three points at least), the
    line goes on; otherwise the nearest known cell is taken, the first of several.

    Args:
        joint: `(value, ..., label)` counts.
        labels: what they are called.
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
    which the other values differ by as much from each other.

    Args:
        joint: `(value, ..., label)` counts, of one variable or of three.
        turned: the same where the label came first.
        label: which label.
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
