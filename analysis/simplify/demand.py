"""What a simplified Program must still answer: the three contracts as wanted labels, and the check on all of them.

They are for `exact` the labels that the Program gives, for `correct` those that it gives rightly, for `accuracy` the true
labels, of which as many may be missed as before.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.analysis.verify.compared_inputs import beginnings
from tprog.errors import UsageError
from tprog.evaluate import (
    Batch,
    Evaluator,
    all_inputs,
    count_inputs,
    prediction_labels,
    sample_inputs,
    scored_positions,
)
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Program
from tprog.tasks.task import Task

Keep: TypeAlias = Literal["exact", "correct", "accuracy"]
Targets: TypeAlias = npt.NDArray[np.int16]
# An input: the number of its batch, and its row there.
Place: TypeAlias = tuple[int, int]
Progress: TypeAlias = Callable[[str, int, int | None], None]

# Inputs that are all kept in memory and checked; beyond, the domain counts as too large to enumerate.
LIMIT = 2_000_000
# Symbols of the sample that stands for a larger domain, and the fewest inputs that it has.
SAMPLED_SYMBOLS = 4_000_000
FEWEST_SAMPLES = 20_000
# Where there is no greatest length, inputs of so many more symbols than the fewest are drawn.
UNLIMITED = 16


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Wanted labels on all inputs that count.

    Attributes:
        inputs: batches with `(inputs, positions)` wanted labels, indices into `prediction_labels`, -1 where any will
            do; pooled: `(inputs,)`.
        allowed: how many wanted labels may be missed.
        exhaustive: whether these are all inputs.
        count: the number of inputs.
        wanted: the number of wanted labels.
        missed: how many of them the Program misses that the demand was made from.
        known: how many of the last batches hold inputs that earlier attempts got wrong.
        examples: whether the inputs are given examples, of which there may be any number of others.
    """

    inputs: tuple[tuple[Batch, Targets], ...]
    allowed: int
    exhaustive: bool
    count: int
    wanted: int
    missed: int
    known: int = 0
    examples: bool = False

    def picked(self, places: Sequence[Place]) -> list[tuple[Batch, Targets]]:
        """Return some inputs with their wanted labels, a batch for each batch that they are in."""
        rows: dict[int, list[int]] = {}
        for number, row in places:
            rows.setdefault(number, []).append(row)
        found = []
        for number, chosen in rows.items():
            batch, wanted = self.inputs[number]
            index = np.array(chosen, dtype=np.int64)
            found.append((batch.take(index), wanted[index]))
        return found

    def joined(self, other: "Demand", places: Sequence[Place]) -> "Demand":
        """Return this demand with some inputs of another one."""
        more = other.picked(places)
        return replace(
            self,
            inputs=(*self.inputs, *more),
            count=self.count + len(places),
            wanted=self.wanted + sum(int((wanted >= 0).sum()) for _, wanted in more),
            known=self.known + len(more),
        )

    def mistakes(self, program: Program) -> int:
        """Return how many wanted labels a Program misses."""
        return sum(int(wrong.sum()) for _, wrong in self._wrong(program))

    def holds(self, program: Program) -> bool:
        """Tell whether a Program misses no more wanted labels than it may."""
        missed = 0
        for _, wrong in self._wrong(program):
            missed += int(wrong.sum())
            if missed > self.allowed:
                return False
        return True

    def counterexamples(self, program: Program, most: int) -> list[Place]:
        """Return some inputs with a wanted label that a Program misses."""
        found: list[Place] = []
        # Long inputs come last and have the most room for mistakes.
        for number, wrong in self._wrong(program, backwards=True):
            rows = np.flatnonzero(wrong if wrong.ndim == 1 else wrong.any(axis=1))
            found += [(number, row) for row in rows.tolist()]
            if len(found) >= most:
                break
        return found[:most]

    def _wrong(self, program: Program, backwards: bool = False) -> Iterator[tuple[int, BoolArray]]:
        evaluator = Evaluator(program)
        numbers = range(len(self.inputs))
        for number in reversed(numbers) if backwards else numbers:
            batch, wanted = self.inputs[number]
            yield number, (evaluator.predictions(batch) != wanted) & (wanted >= 0)


def make_demand(
    program: Program,
    keep: Keep = "exact",
    task: Task | None = None,
    *,
    floor: float | None = None,
    sampled: bool = False,
    seed: int = 0,
    limit: int = LIMIT,
) -> Demand | None:
    """Return what `keep` demands of a Program's successors; None where the domain is too large and `sampled` is False.

    Args:
        program: a valid Program.
        keep: the contract.
        task: the truth; needed by the weaker contracts.
        floor: for `accuracy`: the least share of right labels, 0 to 1; by default what the Program reaches.
        sampled: whether a sample may stand for a domain that cannot be enumerated.
        seed: of the sample.
        limit: the most inputs that are enumerated.

    Raises:
        UsageError: a weaker contract without a task, or with one on other symbols.
    """
    _check_truth(program, keep, task)
    # Some tasks give a truth for a part of their domain only.
    space = task if keep != "exact" and task is not None else None
    total = count_inputs(program.domain) if space is None else space.count()
    exhaustive = total is not None and total <= limit
    if not exhaustive and not sampled:
        return None
    if exhaustive:
        batches = all_inputs(program.domain) if space is None else space.inputs()
    else:
        longest = program.domain.max_length or program.domain.min_length + UNLIMITED
        size = max(FEWEST_SAMPLES, SAMPLED_SYMBOLS // longest)
        batches = _sample(program, task, size, seed)
    evaluator = Evaluator(program)
    inputs: list[tuple[Batch, Targets]] = []
    wanted = missed = count = 0
    for batch in batches:
        if not len(batch):
            continue
        predicted = evaluator.predictions(batch)
        targets = _targets(program, batch, predicted, keep, task)
        inputs.append((batch, targets.astype(np.int16)))
        wanted += int((targets >= 0).sum())
        missed += int(((targets >= 0) & (targets != predicted)).sum())
        count += len(batch)
    allowed = missed
    if keep == "accuracy" and floor is not None:
        allowed = int((1 - floor) * wanted + 1e-9)
    examples = space is not None and bool(space.examples)
    return Demand(tuple(inputs), allowed, exhaustive, count, wanted, missed, examples=examples)


def _check_truth(program: Program, keep: Keep, task: Task | None) -> None:
    if keep != "exact" and task is None:
        raise UsageError(
            f"--keep {keep} compares with the truth; give a task with --task or --data"
        )
    if keep != "exact" and task is not None and task.domain.alphabet != program.domain.alphabet:
        raise UsageError(
            f"task {task.spec} is defined on other symbols than the program; give the program's own task"
        )


def _targets(
    program: Program, batch: Batch, predicted: IntArray, keep: Keep, task: Task | None
) -> IntArray:
    """Return the wanted labels of one batch."""
    if program.classifier.pooled:
        scored = np.ones(predicted.shape, dtype=np.bool_)
    else:
        scored = scored_positions(program.domain, batch)
    if keep == "exact":
        return np.where(scored, predicted, -1)
    assert task is not None
    truth = _truth(program, batch, task)
    if keep == "correct":
        return np.where(scored & (truth == predicted), predicted, -1)
    # A label that the Program does not have is missed before and after.
    return np.where(scored & (truth >= 0), truth, -1)


def _truth(program: Program, batch: Batch, task: Task) -> IntArray:
    """Return the true labels as indices into the Program's, -1 where there is none or the Program has no such label."""
    index = {label: number for number, label in enumerate(prediction_labels(program))}
    numbers = np.array([*(index.get(label, -1) for label in task.labels), -1], dtype=np.int64)
    return numbers[task.truth_batch(batch)]


def _sample(program: Program, task: Task | None, samples: int, seed: int) -> Iterator[Batch]:
    """Yield a sample of a large domain: half from the task's own distribution where there is a task.

    Of a program that only looks back, the other half holds every beginning up to some length.
    """
    domain = program.domain
    longest = domain.max_length
    if longest is None:
        yield from sample_inputs(domain, samples, seed, domain.min_length + UNLIMITED)
        return
    known = task is not None and task.domain.alphabet == domain.alphabet
    uniform = samples - samples // 2 if known else samples
    if program.causal and domain.suffix is None and domain.unknown is None:
        sizes = range(longest, 0, -1)
        size = next((n for n in sizes if len(domain.symbols) ** n <= uniform), None)
        if size is not None:
            for batch in beginnings(domain, size, seed, longest):
                uniform -= len(batch)
                yield batch
    yield from sample_inputs(domain, uniform, seed)
    if task is None or not known:
        return
    for batch in task.sample(samples // 2, seed):
        data = batch.indices.shape[1] - domain.frame_size
        if domain.min_length <= data <= longest:
            yield batch
