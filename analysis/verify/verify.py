"""Checking that two things give the same labels. Owns the comparison and its verdict; refuses to print.

`verify` compares a Program, an emitted program or a network with its task's truth or with another of them: on every
input where these can be listed, else on all short inputs and a sample of the longer ones, and the verdict says which.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from time import monotonic
from typing import Any, Literal, TypeAlias

import numpy as np

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.analysis.measure.predictors import (
    Answering,
    ProgramPredictor,
    Side,
    TruthPredictor,
    make_side,
)
from tprog.errors import UsageError
from tprog.evaluate import Batch, all_inputs, count_inputs, sample_inputs
from tprog.evaluate.inputs import BoolArray, IntArray, frame_indices
from tprog.ir import Domain
from tprog.tasks import Task

FORMAT = 1

LIMIT = 400_000  # inputs that are checked unless someone asks for more
SLOW_LIMIT = 100_000  # the same where one side is an emitted program, run input by input
SLOW_BATCH = 512  # inputs between two looks at the clock, where one side is run input by input
SAMPLING_ROUNDS = 5  # a task's own sampler draws short inputs too, which are dropped
LONGEST_SAMPLED = 32  # data symbols, where a domain has no greatest length

Outcome: TypeAlias = Literal["equal", "different", "unknown"]
# Both programs become the same one, or a solver found no input that differs.
Proof: TypeAlias = Literal["rewriting", "solver"]
Progress: TypeAlias = Callable[[int, int | None], None]


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a comparison.

    Attributes:
        outcome: `equal` on every input; `different` somewhere; `unknown` where no difference was found in a sample.
        checked: the name of what was checked.
        against: the name of the reference.
        exhaustive: whether every input was compared.
        inputs: how many inputs were compared.
        positions: how many labels were compared, those that the reference scores.
        differing_inputs: on how many inputs some label differs.
        differing_positions: how many labels differ.
        lengths: the least and greatest number of data symbols compared.
        common_only: whether one side is defined on further lengths, which were left out.
        complete_up_to: every input with at most so many data symbols was compared; None where that is none.
        beginnings: whether `complete_up_to` speaks of the beginnings of inputs: neither side's labels depend on what
            follows, so every label at those symbols was compared.
        in_time: whether the comparison ended by itself.
        examples: whether the inputs are given examples, of which there may be any number of others.
        proof: what decided where inputs were too many to compare: rewriting both, or z3; None where nothing had to.
        notes: what one should know besides, such as lengths that only one side is defined on.
        counterexample: the shortest input that differs, the first of these in the order of the symbols.
    """

    outcome: Outcome
    checked: str
    against: str
    exhaustive: bool
    inputs: int
    positions: int
    differing_inputs: int
    differing_positions: int
    lengths: tuple[int, int]
    common_only: bool
    complete_up_to: int | None
    notes: tuple[str, ...]
    counterexample: Counterexample | None
    beginnings: bool = False
    in_time: bool = True
    examples: bool = False
    proof: Proof | None = None

    @property
    def basis(self) -> str:
        """What the outcome rests on, for people."""
        if self.proof is not None:
            return f"{'found by' if self.outcome == 'different' else 'proved:'} {self.how}"
        labels = f"{self.positions:,} label{'' if self.positions == 1 else 's'}"
        return f"compared on {self.how}, {labels}"

    @property
    def how(self) -> str:
        """What was compared, in a few words that are true."""
        if self.proof == "rewriting":
            return "both become the same program by rewritings that hold on every input"
        if self.proof == "solver":
            if self.outcome == "different":
                return f"z3, after {self.inputs - 1:,} inputs without a difference"
            return f"a proof by z3 for every input of {_range(*self.lengths)}"
        if self.exhaustive:
            common = " that both are defined on" if self.common_only else ""
            if self.examples:
                return f"all {self.inputs:,} examples{common}"
            return f"every one of {self.inputs:,} inputs{common}"
        if not self.in_time:
            return f"{self.inputs:,} inputs until it was stopped, not proved"
        if self.complete_up_to is None:
            return f"{self.inputs:,} sampled inputs, not proved"
        what = "beginning" if self.beginnings else "input"
        return (
            f"every {what} up to length {self.complete_up_to} and samples of longer ones, "
            f"{self.inputs:,} in all, not proved"
        )

    def __repr__(self) -> str:
        """Say the outcome in one line, and what it rests on."""
        return (
            f"<Verdict {self.outcome!r}: {self.checked!r} against {self.against!r}, {self.basis}>"
        )

    def _repr_html_(self) -> str:
        """Show the verdict in a notebook."""
        from tprog.analysis.show.page.outcome_html import verdict_snippet

        return verdict_snippet(self)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as JSON values, with a format version."""
        return {"format": FORMAT, **asdict(self), "how": self.how}


def verify(
    checked: Answering,
    against: Answering,
    *,
    limit: int | None = None,
    up_to: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    names: tuple[str | None, str | None] = (None, None),
    progress: Progress | None = None,
    proof: float | None = None,
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
        proof: the most seconds to spend on proving that two Programs are equal where inputs are too many to compare;
            None for no proof.

    Raises:
        UsageError: the two sides are not defined on a common set of inputs, or `limit` is below 1.
    """
    slow = isinstance(checked, EmittedProgram) or isinstance(against, EmittedProgram)
    if limit is None:
        limit = SLOW_LIMIT if slow else LIMIT
    if limit < 1:
        raise UsageError(f"a limit of {limit} inputs checks nothing; give at least 1")
    given = [getattr(found, "domain", None) for found in (checked, against)]
    known = next((domain for domain in given if isinstance(domain, Domain)), None)
    one, other = make_side(checked, known, names[0]), make_side(against, known, names[1])
    plan = make_plan(one, other, limit, up_to)
    tally = _Tally(one, other, plan.least if plan.beginnings else None)
    deadline = None if seconds is None else monotonic() + seconds
    if proof is not None and not plan.exhaustive:
        from tprog.analysis.verify.prove.verdicts import by_rewriting

        proved = by_rewriting(checked, against, tally.verdict(plan))
        if proved is not None:
            return proved
    batches = planned_inputs(plan, limit, seed)
    if slow:
        batches = (
            batch.take(slice(start, start + SLOW_BATCH))
            for batch in batches
            for start in range(0, len(batch), SLOW_BATCH)
        )
    for batch, answers, wanted in answered(one, other, batches, plan.domain):
        tally.add(batch, answers, wanted, plan.domain)
        if progress is not None:
            progress(tally.inputs, plan.total)
        if deadline is not None and monotonic() > deadline and tally.inputs != plan.total:
            return replace(tally.verdict(replace(plan, exhaustive=False)), in_time=False)
    found = tally.verdict(plan)
    if proof is None or found.outcome != "unknown":
        return found
    from tprog.analysis.verify.prove.verdicts import by_solver

    left = proof if deadline is None else min(proof, deadline - monotonic())
    return by_solver(checked, against, found, left, plan.bounded)


def answered(
    one: Side, other: Side, batches: Iterator[Batch], framed_by: Domain
) -> Iterator[tuple[Batch, IntArray, IntArray]]:
    """Yield batches with both answers, in order, on all cores where both sides allow it."""
    workers = os.cpu_count() or 1
    safe = all(
        isinstance(side.predictor, ProgramPredictor | TruthPredictor) for side in (one, other)
    )
    if workers == 1 or not safe:
        for batch in batches:
            yield batch, one.answers(batch, framed_by), other.answers(batch, framed_by)
        return

    def answer(batch: Batch) -> tuple[Batch, IntArray, IntArray]:
        return batch, one.answers(batch, framed_by), other.answers(batch, framed_by)

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


@dataclass(frozen=True, slots=True)
class Plan:
    """Which inputs are compared: all up to a length, and samples of the longer ones.

    Attributes:
        domain: frames the inputs.
        task: whose inputs they are; None for every sequence of the domain.
        least, most: the numbers of data symbols.
        complete_up_to: every input with at most so many data symbols is compared; None where that is none.
        exhaustive: whether every input is compared.
        total: how many inputs there will be; None where that is not known.
        common_only: whether one side is defined on further lengths.
        notes: what one should know besides.
        beginnings: whether `complete_up_to` speaks of the beginnings of inputs.
        bounded: whether there are no lengths beyond `most` that are asked for.
    """

    domain: Domain
    task: Task | None
    least: int
    most: int
    complete_up_to: int | None
    exhaustive: bool
    total: int | None
    common_only: bool
    notes: tuple[str, ...]
    beginnings: bool = False
    bounded: bool = True


def make_plan(one: Side, other: Side, limit: int, up_to: int | None) -> Plan:
    """Return which inputs to compare two sides on: those of a task, where one is one, or else of the other's domain.

    Raises:
        UsageError: there are no common inputs.
    """
    source = other if other.task is not None or one.task is None else one
    task, domain = source.task, source.domain
    _check_symbols(one, other)
    least = max(one.domain.min_length, other.domain.min_length)
    ends = [end for end in (one.domain.max_length, other.domain.max_length) if end is not None]
    most = min(ends) if ends else max(least, LONGEST_SAMPLED)
    if most < least:
        raise UsageError(
            f"{one.name} and {other.name} have no common inputs: {one.name} reads "
            f"{length_range(one.domain)}, {other.name} {length_range(other.domain)}"
        )
    if up_to is not None and up_to < least:
        raise UsageError(
            f"no inputs are as short as {up_to}; the least length is {least}, give at least that"
        )
    notes = []
    if up_to is not None and (not ends or up_to < most):
        most, ends = up_to, [up_to]
        notes.append(f"compared on {_range(least, most)}, as asked; longer inputs were left out")
    common_only = length_range(one.domain) != length_range(other.domain)
    if common_only:
        notes.append(
            f"compared on {_range(least, most)}, which both are defined on: {one.name} reads "
            f"{length_range(one.domain)}, {other.name} {length_range(other.domain)}"
        )
    elif not ends:
        notes.append(f"there is no greatest length; compared on {_range(least, most)}")

    def count(up_to: int) -> int | None:
        return count_inputs(domain, up_to) if task is None else task.count(up_to)

    everything = count(most)
    if everything is not None and everything <= limit:
        return Plan(
            *(domain, task, least, most, most, bool(ends), everything, common_only, tuple(notes)),
            bounded=bool(ends),
        )
    if task is None and _past_only(one) and _past_only(other):
        # What follows changes no label, so every beginning needs to stand in one input only.
        longest = next(
            (size for size in range(most - 1, 0, -1) if len(domain.symbols) ** size <= limit // 2),
            None,
        )
        if longest is not None:
            return Plan(
                *(domain, task, least, most, longest, False, limit, common_only, tuple(notes)),
                beginnings=True,
                bounded=bool(ends),
            )
    # Half of the inputs go to the short ones, all of them, where the shortest counterexamples are.
    complete = None
    for length in range(least, most):
        found = count(length)
        if found is None or found > limit // 2:
            break
        complete = length
    return Plan(
        *(domain, task, least, most, complete, False, limit, common_only, tuple(notes)),
        bounded=bool(ends),
    )


def _past_only(side: Side) -> bool:
    """Tell whether no label depends on what stands to its right."""
    predictor = side.predictor
    if side.domain.suffix is not None or side.domain.unknown is not None:
        return False
    if isinstance(predictor, ProgramPredictor):
        return predictor.evaluator.program.causal
    return side.task is not None and side.task.causal and side.task.space is None


def beginnings(domain: Domain, size: int, seed: int, most: int) -> Iterator[Batch]:
    """Yield inputs with `most` data symbols, one for each sequence of their first `size`; the rest is random."""
    random = np.random.default_rng(seed)
    for batch in all_inputs(replace(domain, min_length=size, max_length=size)):
        data = batch.indices[:, domain.data_slice(batch.indices.shape[1])]
        rest = random.integers(0, len(domain.symbols), (len(batch), most - size))
        own = data - int(domain.prefix is not None)
        yield frame_indices(domain, np.concatenate([own, rest], axis=1))


def planned_inputs(plan: Plan, limit: int, seed: int) -> Iterator[Batch]:
    """Yield the planned inputs, shortest first."""
    domain, task = plan.domain, plan.task
    done = 0
    if plan.beginnings:
        assert plan.complete_up_to is not None
        for batch in beginnings(domain, plan.complete_up_to, seed, plan.most):
            done += len(batch)
            yield batch
        longer = replace(domain, min_length=plan.least, max_length=plan.most)
        yield from sample_inputs(longer, limit - done, seed)
        return
    if plan.complete_up_to is not None:
        listed = (
            all_inputs(domain, plan.complete_up_to)
            if task is None
            else task.inputs(plan.complete_up_to)
        )
        for batch in listed:
            if len(batch) and batch.indices.shape[1] - domain.frame_size >= plan.least:
                done += len(batch)
                yield batch
    if plan.complete_up_to != plan.most:
        shortest = max(plan.least, (plan.complete_up_to or 0) + 1)
        yield from _sampled(plan, shortest, limit - done, seed)


def _sampled(plan: Plan, shortest: int, count: int, seed: int) -> Iterator[Batch]:
    """Yield up to `count` random inputs with `shortest` symbols or more."""
    if plan.task is None:
        longer = replace(plan.domain, min_length=shortest, max_length=plan.most)
        yield from sample_inputs(longer, count, seed)
        return
    for further in range(SAMPLING_ROUNDS):
        for batch in plan.task.sample(count, seed + further):
            length = batch.indices.shape[1] - plan.domain.frame_size
            if shortest <= length <= plan.most and count > 0:
                taken = batch.take(slice(0, count))
                count -= len(taken)
                yield taken
        if count <= 0:
            return


class _Tally:
    """What was compared so far, and the best counterexample.

    Args:
        one: what is checked.
        other: the reference.
        least: the least length of an input where both sides' labels depend on the past alone, else None.
    """

    def __init__(self, one: Side, other: Side, least: int | None = None) -> None:
        self.least = least
        self.one, self.other = one, other
        self.number: dict[str, int] = {}
        self.inputs = self.positions = self.differing_inputs = self.differing_positions = 0
        self.found: tuple[tuple[int, ...], Counterexample] | None = None

    def add(self, batch: Batch, answers: IntArray, wanted: IntArray, framed_by: Domain) -> None:
        """Compare the answers of the two sides on one batch."""
        if answers.shape != wanted.shape:
            raise UsageError(
                f"{self.one.name} gives {_shape(answers)}, but {self.other.name} gives {_shape(wanted)}"
            )
        scored = self.other.scored(batch, framed_by, wanted)
        if self.one.task is not None:
            scored = scored & (answers >= 0)
        got, expected = self._common(self.one, answers), self._common(self.other, wanted)
        if scored.ndim == 1:
            got, expected, scored = got[:, None], expected[:, None], scored[:, None]
        wrong = (got != expected) & scored
        rows = np.flatnonzero(wrong.any(axis=1))
        self.inputs += len(batch)
        self.positions += int(scored.sum())
        self.differing_inputs += len(rows)
        self.differing_positions += int(wrong.sum())
        if len(rows):
            data = batch.indices[:, framed_by.data_slice(batch.indices.shape[1])]
            # Where labels depend on the past alone, what follows the first difference is no part of it.
            sizes = np.full(len(data), data.shape[1])
            if self.least is not None:
                sizes = np.maximum(wrong.argmax(axis=1) + 1, self.least)
            row = min(rows.tolist(), key=lambda row: (sizes[row], data[row, : sizes[row]].tolist()))
            size = int(sizes[row])
            order = (size, *data[row, :size].tolist())
            if self.found is None or order < self.found[0]:
                expected_texts, got_texts = (
                    self._texts(labels[row], scored[row])[:size] for labels in (expected, got)
                )
                tokens = batch.data(row, framed_by)[:size]
                self.found = (order, Counterexample(tokens, expected_texts, got_texts))

    def _common(self, side: Side, answers: IntArray) -> IntArray:
        """Return answers as numbers that mean the same label on both sides; -1 stays no label."""
        # A predictor may learn of labels while it answers, so they are asked for after each batch.
        numbers = [
            self.number.setdefault(label, len(self.number))
            for label in side.predictor.prediction_labels
        ]
        # The last entry is what index -1 gives.
        return np.array([*numbers, -1], dtype=np.int64)[answers]

    def _texts(self, numbers: IntArray, scored: BoolArray) -> tuple[str | None, ...]:
        labels = tuple(self.number)
        return tuple(
            labels[number] if asked and number >= 0 else None
            for number, asked in zip(numbers.tolist(), scored.tolist(), strict=True)
        )

    def verdict(self, plan: Plan) -> Verdict:
        """Return what the comparison says."""
        if self.differing_inputs:
            outcome: Outcome = "different"
        else:
            outcome = "equal" if plan.exhaustive and self.inputs else "unknown"
        return Verdict(
            outcome,
            self.one.name,
            self.other.name,
            plan.exhaustive,
            self.inputs,
            self.positions,
            self.differing_inputs,
            self.differing_positions,
            (plan.least, plan.most),
            plan.common_only,
            plan.complete_up_to,
            plan.notes,
            None if self.found is None else self.found[1],
            plan.beginnings,
            examples=plan.task is not None and plan.task.examples is not None,
        )


def _check_symbols(one: Side, other: Side) -> None:
    for left, right in ((one, other), (other, one)):
        extra = [symbol for symbol in left.domain.symbols if symbol not in right.domain.symbols]
        if extra and right.domain.unknown is None:
            shown = " ".join(map(repr, extra[:8])) + (" ..." if len(extra) > 8 else "")
            raise UsageError(
                f"{left.name} reads {shown}, which {right.name} does not know; "
                "compare things that are defined on the same symbols"
            )


def length_range(domain: Domain) -> str:
    """Return the lengths of a domain's data in words."""
    if domain.max_length is None:
        return f"lengths from {domain.min_length} on"
    return _range(domain.min_length, domain.max_length)


def _range(least: int, most: int) -> str:
    return f"length {least}" if least == most else f"lengths {least} to {most}"


def _shape(answers: IntArray) -> str:
    if answers.ndim == 1:
        return "one label for each input"
    return f"{answers.shape[1]} labels for an input"
