"""Which inputs two things are compared on: all where they can be listed, else all short ones and a sample of the others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tprog.analysis.measure.predictors import ProgramPredictor, Side, length_range, lengths_text
from tprog.errors import UsageError
from tprog.evaluate import Batch, all_inputs, count_inputs, sample_inputs
from tprog.evaluate.inputs import frame_indices
from tprog.ir import Domain
from tprog.tasks.task import Task
from tprog.visible import first_words

SAMPLING_ROUNDS = 5  # a task's own sampler draws short inputs too, which are dropped
LONGEST_SAMPLED = 32  # data symbols, where a domain has no greatest length


@dataclass(frozen=True, slots=True)
class ComparedInputs:
    """Which inputs are compared: all up to a length, and samples of the longer ones.

    Attributes:
        domain: frames the inputs.
        task: whose inputs they are; None for every sequence of the domain.
        least, most: the numbers of data symbols.
        complete_up_to: every input with at most so many data symbols is compared; None where that is none.
        total: how many inputs there will be; None where that is not known.
        common_only: whether one side is defined on further lengths.
        notes: what one should know besides.
        exhaustive: whether every input is compared.
        beginnings: whether `complete_up_to` speaks of the beginnings of inputs.
        bounded: whether there are no lengths beyond `most` that are asked for.
    """

    domain: Domain
    task: Task | None
    least: int
    most: int
    complete_up_to: int | None
    total: int | None
    common_only: bool
    notes: tuple[str, ...]
    exhaustive: bool = False
    beginnings: bool = False
    bounded: bool = True

    def batches(self, limit: int, seed: int) -> Iterator[Batch]:
        """Yield up to `limit` inputs, shortest first; the sample is drawn with `seed`."""
        done = 0
        if self.beginnings:
            assert self.complete_up_to is not None
            for batch in beginnings(self.domain, self.complete_up_to, seed, self.most):
                done += len(batch)
                yield batch
            longer = replace(self.domain, min_length=self.least, max_length=self.most)
            yield from sample_inputs(longer, limit - done, seed)
            return
        if self.complete_up_to is not None:
            listed = (
                all_inputs(self.domain, self.complete_up_to)
                if self.task is None
                else self.task.inputs(self.complete_up_to)
            )
            for batch in listed:
                if len(batch) and batch.indices.shape[1] - self.domain.frame_size >= self.least:
                    done += len(batch)
                    yield batch
        if self.complete_up_to != self.most:
            shortest = max(self.least, (self.complete_up_to or 0) + 1)
            yield from self._sampled(shortest, limit - done, seed)

    def _sampled(self, shortest: int, count: int, seed: int) -> Iterator[Batch]:
        """Yield up to `count` random inputs with `shortest` symbols or more."""
        if self.task is None:
            longer = replace(self.domain, min_length=shortest, max_length=self.most)
            yield from sample_inputs(longer, count, seed)
            return
        for further in range(SAMPLING_ROUNDS):
            for batch in self.task.sample(count, seed + further):
                length = batch.indices.shape[1] - self.domain.frame_size
                if shortest <= length <= self.most and count > 0:
                    taken = batch.take(slice(0, count))
                    count -= len(taken)
                    yield taken
            if count <= 0:
                return


def compared_inputs(one: Side, other: Side, limit: int, up_to: int | None) -> ComparedInputs:
    """Return which inputs to compare two sides on: those of a task, where one is one, or else of the other's domain.

    Raises:
        UsageError: there are no common inputs.
    """
    source = other if other.task is not None or one.task is None else one
    task, domain = source.task, source.domain
    _check_symbols(one, other)
    least, most, bounded, notes = _lengths(one, other, up_to)

    def count(up_to: int) -> int | None:
        return count_inputs(domain, up_to) if task is None else task.count(up_to)

    everything = count(most)
    if everything is not None and everything <= limit:
        complete, total = most, everything
    else:
        # Half of the inputs go to the short ones, all of them, where the shortest counterexamples are.
        complete, total = None, limit
        for length in range(least, most):
            found = count(length)
            if found is None or found > limit // 2:
                break
            complete = length
    plan = ComparedInputs(
        *(domain, task, least, most, complete, total),
        common_only=length_range(one.domain) != length_range(other.domain),
        notes=tuple(notes),
        exhaustive=bounded and complete == most,
        bounded=bounded,
    )
    if complete != most and task is None and _past_only(one) and _past_only(other):
        # What follows changes no label, so every beginning needs to stand in one input only.
        sizes = range(most - 1, 0, -1)
        longest = next((n for n in sizes if len(domain.symbols) ** n <= limit // 2), None)
        if longest is not None:
            return replace(plan, complete_up_to=longest, beginnings=True)
    return plan


def beginnings(domain: Domain, size: int, seed: int, most: int) -> Iterator[Batch]:
    """Yield inputs with `most` data symbols, one for each sequence of their first `size`; the rest is random."""
    random = np.random.default_rng(seed)
    for batch in all_inputs(replace(domain, min_length=size, max_length=size)):
        data = batch.indices[:, domain.data_slice(batch.indices.shape[1])]
        rest = random.integers(0, len(domain.symbols), (len(batch), most - size))
        own = data - int(domain.prefix is not None)
        yield frame_indices(domain, np.concatenate([own, rest], axis=1))


def _lengths(one: Side, other: Side, up_to: int | None) -> tuple[int, int, bool, list[str]]:
    """Return the least and greatest common length, whether there is a greatest, and what to note of them."""
    least = max(one.domain.min_length, other.domain.min_length)
    ends = [end for end in (one.domain.max_length, other.domain.max_length) if end is not None]
    most = min(ends) if ends else max(least, LONGEST_SAMPLED)
    one_reads, other_reads = length_range(one.domain), length_range(other.domain)
    if most < least:
        raise UsageError(
            f"{one.name} and {other.name} have no common inputs: {one.name} reads "
            f"{one_reads}, {other.name} {other_reads}"
        )
    if up_to is not None and up_to < least:
        raise UsageError(
            f"no inputs are as short as {up_to}; the least length is {least}, give at least that"
        )
    notes = []
    if up_to is not None and (not ends or up_to < most):
        most, ends = up_to, [up_to]
        shown = lengths_text(least, most)
        notes.append(f"compared on {shown}, as asked; longer inputs were left out")
    if one_reads != other_reads:
        notes.append(
            f"compared on {lengths_text(least, most)}, which both are defined on: {one.name} reads "
            f"{one_reads}, {other.name} {other_reads}"
        )
    elif not ends:
        notes.append(f"there is no greatest length; compared on {lengths_text(least, most)}")
    return least, most, bool(ends), notes


def _past_only(side: Side) -> bool:
    """Tell whether no label depends on what stands to its right."""
    predictor = side.predictor
    if side.domain.suffix is not None or side.domain.unknown is not None:
        return False
    if isinstance(predictor, ProgramPredictor):
        return predictor.evaluator.program.causal
    return side.task is not None and side.task.causal and side.task.space is None


def _check_symbols(one: Side, other: Side) -> None:
    for left, right in ((one, other), (other, one)):
        extra = [symbol for symbol in left.domain.symbols if symbol not in right.domain.symbols]
        if extra and right.domain.unknown is None:
            shown = first_words([repr(symbol) for symbol in extra], 8)
            raise UsageError(
                f"{left.name} reads {shown}, which {right.name} does not know; "
                "compare things that are defined on the same symbols"
            )
