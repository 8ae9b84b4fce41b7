"""Comparing two things that give labels: a Program, an emitted program or a network with a task's truth or another of them.

Every input is compared where these can be listed, else all short ones and a sample of the longer ones; the verdict says which.
Where inputs are too many, provers may settle it for two Programs.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import monotonic
from typing import TypeAlias

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.analysis.measure.predictors import (
    LIMIT,
    Answering,
    ProgramPredictor,
    Side,
    TruthPredictor,
    make_side,
)
from tprog.analysis.verify.compared_inputs import ComparedInputs, compared_inputs
from tprog.analysis.verify.differences import Differences
from tprog.analysis.verify.verdict import Verdict
from tprog.errors import UsageError
from tprog.evaluate import Batch
from tprog.evaluate.inputs import IntArray
from tprog.ir import Domain

SLOW_LIMIT = 100_000  # inputs that are checked unless someone asks for more, where one side is an emitted program, run input by input
SLOW_BATCH = 512  # inputs between two looks at the clock, where one side is run input by input

Progress: TypeAlias = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What a prover is asked.

    Attributes:
        checked: what is checked.
        against: the reference.
        known: the verdict so far, undecided.
        seconds: the most to spend.
        all_lengths: whether the verdict's lengths are all that are asked for.
    """

    checked: Answering
    against: Answering
    known: Verdict
    seconds: float
    all_lengths: bool


@dataclass(frozen=True, slots=True)
class Prover:
    """A way to decide whether two things are equal where inputs are too many to compare.

    Attributes:
        prove: gives the verdict; the known one where it decides nothing.
        at_once: asked before anything is compared; others are asked where a sample shows no difference.
    """

    prove: Callable[[Question], Verdict]
    at_once: bool = False


def compare(
    checked: Answering,
    against: Answering,
    *,
    limit: int | None = None,
    up_to: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    names: tuple[str | None, str | None] = (None, None),
    progress: Progress | None = None,
    provers: Sequence[Prover] = (),
    proof: float = 0.0,
) -> Verdict:
    """Compare two things that give labels, on every input where there are at most `limit`.

    The inputs are those of the task, which may have fewer than its domain, or else of the reference. Labels are
    compared by name, at the positions that the reference scores.

    Args:
        checked: what is to be right: a Program, an `EmittedProgram`, or any predictor such as a network.
        against: the reference: a task (its truth), another Program or predictor.
        limit: the most inputs to compare; by default 400,000, or 100,000 for an emitted program.
        up_to: the greatest number of data symbols; all lengths where it is None.
        seconds: when to stop, undecided unless a difference was found; None for no end.
        seed: of the sample, where there is one.
        names: what to call the two sides in the verdict.
        progress: called with the inputs compared so far and how many there will be (None: not known).
        provers: what may decide where inputs are too many, asked in this order until one does.
        proof: the most seconds that a prover may spend.

    Raises:
        UsageError: the two sides are not defined on a common set of inputs, or `limit` is below 1.
    """
    slow = isinstance(checked, EmittedProgram) or isinstance(against, EmittedProgram)
    if limit is None:
        limit = SLOW_LIMIT if slow else LIMIT
    if limit < 1:
        raise UsageError(f"a limit of {limit} inputs checks nothing; give at least 1")
    one, other = _sides(checked, against, names)
    plan = compared_inputs(one, other, limit, up_to)
    tally = _Tally(one, other, plan)
    deadline = None if seconds is None else monotonic() + seconds
    asked = Question(checked, against, tally.verdict(), proof, plan.bounded)
    if not plan.exhaustive:
        at_once = _proved(provers, asked, deadline, at_once=True)
        if at_once.outcome != "unknown":
            return at_once
    batches = plan.batches(limit, seed)
    if slow:
        batches = _small(batches)
    for batch, answers, wanted in answered(one, other, batches, plan.domain):
        tally.compare(batch, answers, wanted)
        if progress is not None:
            progress(tally.inputs, plan.total)
        if deadline is not None and monotonic() > deadline and tally.inputs != plan.total:
            return tally.verdict(in_time=False)
    return _proved(provers, replace(asked, known=tally.verdict()), deadline, at_once=False)


def _proved(
    provers: Sequence[Prover], asked: Question, deadline: float | None, *, at_once: bool
) -> Verdict:
    for prover in provers:
        if prover.at_once == at_once and asked.known.outcome == "unknown":
            left = asked.seconds if deadline is None else min(asked.seconds, deadline - monotonic())
            asked = replace(asked, known=prover.prove(replace(asked, seconds=left)))
    return asked.known


def _sides(
    checked: Answering, against: Answering, names: tuple[str | None, str | None]
) -> tuple[Side, Side]:
    domains = (getattr(found, "domain", None) for found in (checked, against))
    known = next((domain for domain in domains if isinstance(domain, Domain)), None)
    return make_side(checked, known, names[0]), make_side(against, known, names[1])


def _small(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Yield the same inputs in batches of `SLOW_BATCH`."""
    for batch in batches:
        for start in range(0, len(batch), SLOW_BATCH):
            yield batch.take(slice(start, start + SLOW_BATCH))


def answered(
    one: Side, other: Side, batches: Iterator[Batch], framed_by: Domain
) -> Iterator[tuple[Batch, IntArray, IntArray]]:
    """Yield batches with both answers, in order, on all cores where both sides allow it."""

    def answer(batch: Batch) -> tuple[Batch, IntArray, IntArray]:
        return batch, one.answers(batch, framed_by), other.answers(batch, framed_by)

    workers = os.cpu_count() or 1
    safe = all(
        isinstance(side.predictor, ProgramPredictor | TruthPredictor) for side in (one, other)
    )
    if workers == 1 or not safe:
        yield from map(answer, batches)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[tuple[Batch, IntArray, IntArray]]] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(answer, batch))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


class _Tally(Differences):
    """What was compared so far, and the best counterexample: `one` is what is checked, `other` the reference."""

    def __init__(self, one: Side, other: Side, plan: ComparedInputs) -> None:
        super().__init__(plan, most=1)
        self.one, self.other = one, other

    def compare(self, batch: Batch, answers: IntArray, wanted: IntArray) -> None:
        """Compare the answers of the two sides on one batch."""
        if answers.shape != wanted.shape:
            raise UsageError(
                f"{self.one.name} gives {_shape(answers)}, but {self.other.name} gives {_shape(wanted)}"
            )
        scored = self.other.scored(batch, self.plan.domain, wanted)
        if self.one.task is not None:
            scored = scored & (answers >= 0)
        got, expected = self.numbered(self.one, answers), self.numbered(self.other, wanted)
        self.add(batch, expected, got, scored.reshape(got.shape))

    def verdict(self, in_time: bool = True) -> Verdict:
        """Return what the comparison says."""
        plan = self.plan
        exhaustive = plan.exhaustive and in_time
        return Verdict(
            self.outcome(exhaustive),
            self.one.name,
            self.other.name,
            exhaustive,
            self.inputs,
            self.positions,
            self.differing_inputs,
            self.differing_positions,
            (plan.least, plan.most),
            plan.common_only,
            plan.complete_up_to,
            plan.notes,
            next(iter(self.examples), None),
            plan.beginnings,
            in_time,
            plan.task is not None and plan.task.examples is not None,
        )


def _shape(answers: IntArray) -> str:
    if answers.ndim == 1:
        return "one label for each input"
    return f"{answers.shape[1]} labels for an input"
