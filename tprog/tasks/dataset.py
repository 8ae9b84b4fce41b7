"""Training, validation and test sequences of a task: distinct samples, and their split.

As published: draw up to five times as many sequences as wanted, keep the distinct ones in the order of drawing, and split
them 81 / 9 / 10. So a small task gives what those draws happen to find; only a number that the caller asks for is kept to
exactly.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, final

import numpy as np

from tprog.errors import UsageError
from tprog.evaluate.inputs import Batch, IntArray, encode
from tprog.tasks.task import Task

Sequences: TypeAlias = tuple[tuple[str, ...], ...]

ROUNDS = 5
PATIENT_ROUNDS = 100
DRY_ROUNDS = 5
# Up to here, listing every input to find the missing ones takes seconds.
LISTABLE = 2_000_000


@final
@dataclass(frozen=True, eq=False)
class Split:
    """Some sequences of a task, all different; data symbols, without the frame."""

    task: Task
    sequences: Sequences

    def __len__(self) -> int:
        return len(self.sequences)

    def batches(self) -> list[tuple[Batch, IntArray]]:
        """Return the framed sequences by length, each group with its labels; worked out once.

        Labels are indices into `task.labels`, -1 where none is asked for: `(inputs, positions)`, pooled `(inputs,)`.
        """
        return [(batch, labels) for _, batch, labels in self._groups]

    @cached_property
    def data_hash(self) -> str:
        """The SHA-256 of the sequences and their labels, in order."""
        texts = np.array([*self.task.labels, None], dtype=object)
        lines: dict[int, str] = {}
        for rows, batch, labels in self._groups:
            data = self.task.domain.data_slice(batch.indices.shape[1])
            # Index -1 is the last entry: no label.
            given = texts[labels if self.task.pooled else labels[:, data]].tolist()
            for row, answer in zip(rows.tolist(), given, strict=True):
                lines[row] = json.dumps([self.sequences[row], answer])
        text = "\n".join(lines[row] for row in range(len(self)))
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    @cached_property
    def _groups(self) -> list[tuple[IntArray, Batch, IntArray]]:
        return [
            (rows, batch, self.task.truth_batch(batch))
            for rows, batch in encode(self.task.domain, self.sequences)
        ]


@final
@dataclass(frozen=True, eq=False)
class Dataset:
    """The three splits of a task, of 81, 9 and 10 % of the sequences; no sequence is in two of them."""

    task: Task
    seed: int
    train: Split
    validation: Split
    test: Split

    def __len__(self) -> int:
        return len(self.train) + len(self.validation) + len(self.test)

    @cached_property
    def data_hash(self) -> str:
        """The SHA-256 of all three splits, for a manifest."""
        parts = [split.data_hash for split in (self.train, self.validation, self.test)]
        return hashlib.sha256("\n".join(parts).encode("ascii")).hexdigest()


def make_dataset(task: Task, seed: int, samples: int | None = None) -> Dataset:
    """Return distinct sequences of a task, drawn and split by a seed of at least 0.

    There are exactly `samples` of them; without it, all of a task's examples, or as many of `task.default_samples` as five times
    that many draws find.

    Raises:
        UsageError: there are not so many inputs, or fewer than three.
    """
    if seed < 0:
        raise UsageError(f"the seed is {seed}; it must be at least 0")
    random = np.random.default_rng(seed)
    found = _distinct(task, random, samples)
    if len(found) < 3:
        raise UsageError(
            f"task {task.spec} gives {len(found)} different sequences; "
            "training, validation and test need at least 3"
        )
    # The published split takes a tenth for testing, then a tenth of what is left for validation, both rounded up.
    test = -(-len(found) // 10)
    validation = -(-(len(found) - test) // 10)
    order = random.permutation(len(found)).tolist()
    shuffled = [found[row] for row in order]
    return Dataset(
        task,
        seed,
        train=Split(task, tuple(shuffled[test + validation :])),
        validation=Split(task, tuple(shuffled[test : test + validation])),
        test=Split(task, tuple(shuffled[:test])),
    )


def _distinct(
    task: Task, random: np.random.Generator, samples: int | None
) -> list[tuple[str, ...]]:
    """Return distinct sequences in the order in which they were found."""
    total = task.count()
    if samples is not None:
        _check_samples(task, samples, total)
    if task.examples is not None:
        rows = random.permutation(len(task.examples))[:samples].tolist()
        return [task.examples[row] for row in rows]
    wanted = task.default_samples if samples is None else samples
    found: dict[tuple[str, ...], None] = {}
    _draw_more(task, random, wanted, found, ROUNDS)
    if samples is not None and len(found) < samples:
        if total is not None and total <= LISTABLE:
            # What no draw has found yet is taken at random from the list of all inputs.
            missing = [data for data in _all_sequences(task) if data not in found]
            rows = random.permutation(len(missing))[: samples - len(found)].tolist()
            found.update(dict.fromkeys(missing[row] for row in rows))
        else:
            _draw_more(task, random, wanted, found, PATIENT_ROUNDS)
        if len(found) < samples:
            raise UsageError(
                f"{samples:,} samples of task {task.spec} were asked for, "
                f"but only {len(found):,} different ones were found; ask for fewer"
            )
    return list(found)[:wanted]


def _check_samples(task: Task, samples: int, total: int | None) -> None:
    if samples < 3:
        raise UsageError(
            f"{samples} samples cannot be split into training, validation and test; "
            "ask for at least 3"
        )
    if total is not None and samples > total:
        raise UsageError(
            f"{samples:,} samples were asked for, but task {task.spec} has {total:,} inputs in all"
        )


def _draw_more(
    task: Task,
    random: np.random.Generator,
    wanted: int,
    found: dict[tuple[str, ...], None],
    rounds: int,
) -> None:
    dry = 0
    for _ in range(rounds):
        if len(found) >= wanted or dry == DRY_ROUNDS:
            return
        before = len(found)
        found.update(dict.fromkeys(task.draw(random, wanted)))
        dry = dry + 1 if len(found) == before else 0


def _all_sequences(task: Task) -> Iterator[tuple[str, ...]]:
    for batch in task.inputs():
        data = task.domain.data_slice(batch.indices.shape[1])
        words = np.array(batch.words, dtype=object)
        yield from map(tuple, words[batch.indices[:, data]].tolist())
