"""Which answers are written out, and which of the written Programs is kept. Owns the preferences; refuses to grow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tprog.evaluate import accuracy
from tprog.ir import CategoricalLookup, CategoricalVotes, Program
from tprog.learn.compose.answers import Answer
from tprog.learn.compose.parts import Copy, Count, Table
from tprog.learn.layout import NetworkSizes
from tprog.tasks import Dataset, Split

TRIED = 12
"""Answers that are written out and measured at the end of each stage."""
MODULE = 6
"""A module is as hard to read as so many steps between entries."""
SLACK = 0.5
"""Answers that cost at most so many nats more than the best are tried in order of their simplicity."""


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
        """Keep what is needed.

        Args:
            dataset: training sequences fill the tables; these and the validation sequences are measured on.
            sizes: what a network may have.
            before_each: called before each answer is written out; it may raise.
        """
        self._dataset, self._sizes = dataset, sizes
        self._before_each = before_each
        self._written: set[Answer] = set()

    def measured(self, answers: Sequence[Answer], stage: int) -> list[Composed]:
        """Return the best answers as Programs; where some are perfect, the one with the evenest tables alone."""
        found: list[Composed] = []
        answers = [answer for answer in answers if fits(answer, self._sizes)]
        if not answers:
            return found
        least = min(answer.cost for answer in answers)
        equal = [answer for answer in answers if answer.cost <= least + SLACK]
        rest = [answer for answer in answers if answer.cost > least + SLACK]
        ranked = sorted(equal, key=lambda answer: plainness(answer))
        ranked += sorted(rest, key=lambda answer: answer.cost)
        for answer in ranked[:TRIED]:
            if answer in self._written:
                continue
            self._before_each()
            self._written.add(answer)
            program = answer.write(self._dataset.task, self._dataset.train.batches())
            one = Composed(
                program,
                _share(program, self._dataset.train),
                _share(program, self._dataset.validation),
                stage,
            )
            found.append(one)
        perfect = [one for one in found if one.perfect]
        return [min(perfect, key=lambda one: unevenness(one.program))] if perfect else found


def fits(answer: Answer, sizes: NetworkSizes) -> bool:
    """Tell whether a network of some sizes has room for an answer's modules."""
    limits = {
        "categorical head": sizes.categorical_heads,
        "numerical head": sizes.numerical_heads,
        "categorical lookup": sizes.categorical_lookups,
        "numerical lookup": sizes.numerical_lookups,
    }
    used: dict[tuple[int, str], int] = {}
    for part in answer.modules:
        match part:
            case Count():
                kind = "numerical head"
            case Table(numerical=True):
                kind = "numerical lookup"
            case Table():
                kind = "categorical lookup"
            case _:
                kind = "categorical head"
        used[part.layer, kind] = used.get((part.layer, kind), 0) + 1
    return all(
        layer < sizes.layers and count <= limits[kind] for (layer, kind), count in used.items()
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
