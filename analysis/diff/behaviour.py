"""How two programs differ in what they answer: their labels are compared, input by input.

The inputs are all that both are defined on, where these can be listed, else all short ones and a sample of the longer ones.
"""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from tprog.analysis.diff.common_inputs import common_domain
from tprog.analysis.measure.predictors import LIMIT, Counterexample, Side, make_side
from tprog.analysis.verify.compare import Progress, answered
from tprog.analysis.verify.compared_inputs import ComparedInputs, compared_inputs
from tprog.analysis.verify.differences import Differences
from tprog.analysis.verify.verdict import Outcome
from tprog.errors import TprogError
from tprog.evaluate import Batch, scored_positions
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Domain, Program
from tprog.visible import first_words

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """Labels that became others.

    Attributes:
        before: the label that the first program gives.
        after: the label that the second gives in its place.
        count: at how many positions.
    """

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How two programs differ in what they answer.

    Attributes:
        outcome: `equal` on every input; `different` somewhere; `unknown` where a sample shows no difference.
        how: what was compared, in a few words.
        inputs: how many inputs were compared; 0 where both are the same program, and there are too many.
        positions: how many labels were compared.
        differing_inputs: on how many inputs some label differs.
        differing_positions: how many labels differ.
        turns: which labels became which, the most frequent first.
        by_length: for each number of data symbols how many inputs differ, and of how many.
        right: at differing positions where the truth is known: how often the first and the second program are right; None
            without a common task.
        examples: the shortest inputs that differ, `expected` being what the first program says, `got` the second.
        shortest: whether no shorter input differs than the first example.
        exhaustive: whether every input that both are defined on was compared.
        notes: what one should know besides.
    """

    outcome: Outcome
    how: str
    inputs: int
    positions: int
    differing_inputs: int
    differing_positions: int
    turns: tuple[Turn, ...]
    by_length: tuple[tuple[int, int, int], ...]
    right: tuple[int, int] | None
    examples: tuple[Counterexample, ...]
    shortest: bool
    exhaustive: bool
    notes: tuple[str, ...]


# Of a program and itself under other names; no sample of inputs could add to that.
SAME_PROGRAM = Behaviour(
    outcome="equal",
    how="both are the same program",
    inputs=0,
    positions=0,
    differing_inputs=0,
    differing_positions=0,
    turns=(),
    by_length=(),
    right=None,
    examples=(),
    shortest=False,
    exhaustive=False,
    notes=(),
)


def compare_behaviour(
    one: Program,
    other: Program,
    *,
    names: tuple[str, str] = ("the first", "the second"),
    limit: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Behaviour | str:
    """Return how the labels of two programs differ; or, in a line, why they cannot be compared.

    At most `limit` inputs are compared (by default 400,000); beyond it, a sample.

    Raises:
        InvalidProgram: a number could exceed 64 bits.
    """
    if one.classifier.pooled != other.classifier.pooled:
        pooled, single = names if one.classifier.pooled else names[::-1]
        return f"{pooled} gives one label for an input, {single} one for each symbol"
    domain = common_domain(one.domain, other.domain)
    if isinstance(domain, str):
        return domain
    limit = limit or LIMIT
    sides = [
        make_side(program, name=name) for program, name in zip((one, other), names, strict=True)
    ]
    # The plan is made on the common symbols; each side is still asked in its own terms.
    common = [
        replace(
            side,
            domain=replace(
                side.domain, symbols=domain.symbols, scored=domain.scored, unknown=domain.unknown
            ),
        )
        for side in sides
    ]
    plan = compared_inputs(common[0], common[1], limit, None)
    tally = _Tally(sides, plan, _truth(one, other))
    batches = plan.batches(limit, seed)
    for batch, before, after in answered(sides[0], sides[1], batches, plan.domain):
        tally.compare(batch, before, after)
        if progress is not None:
            progress(tally.inputs, plan.total)
    return tally.behaviour(_notes(one, other, domain))


def _truth(one: Program, other: Program) -> Side | None:
    """Return the task that both programs say they are for, where it is a published one."""
    from tprog.tasks.registry import get_task

    spec = one.provenance.task
    if spec is None or spec != other.provenance.task:
        return None
    try:
        return make_side(get_task(spec))
    except TprogError:
        return None


def _notes(one: Program, other: Program, domain: Domain) -> tuple[str, ...]:
    wider = [set(program.domain.symbols) != set(domain.symbols) for program in (one, other)]
    if not any(wider):
        return ()
    return (f"compared on the symbols that both know: {first_words(domain.symbols, 12)}",)


class _Tally(Differences):
    """What was compared so far; the truth is that of the task of both, where it is known."""

    def __init__(self, sides: list[Side], plan: ComparedInputs, truth: Side | None) -> None:
        super().__init__(plan, EXAMPLES)
        self.sides, self.truth = sides, truth
        self.turns: Counter[tuple[int, int]] = Counter()
        self.lengths: Counter[int] = Counter()
        self.wrong_lengths: Counter[int] = Counter()
        self.right = [0, 0]

    def compare(self, batch: Batch, before: IntArray, after: IntArray) -> None:
        """Compare the answers to one batch."""
        domain = self.plan.domain
        data = domain.data_slice(batch.indices.shape[1])
        old, new = self.numbered(self.sides[0], before), self.numbered(self.sides[1], after)
        scored: BoolArray = np.ones_like(old, dtype=np.bool_)
        if before.ndim > 1:
            scored = scored_positions(domain, batch)[:, data]
        wrong = self.add(batch, old, new, scored)
        rows = np.flatnonzero(wrong.any(axis=1))
        length = data.stop - data.start
        self.lengths[length] += len(batch)
        if not len(rows):
            return
        self.wrong_lengths[length] += len(rows)
        pairs, counts = np.unique(np.stack([old[wrong], new[wrong]]), axis=1, return_counts=True)
        for (was, now), count in zip(pairs.T.tolist(), counts.tolist(), strict=True):
            self.turns[was, now] += count
        self._judge(batch.take(rows), old[rows], new[rows], wrong[rows])

    def _judge(self, batch: Batch, old: IntArray, new: IntArray, wrong: BoolArray) -> None:
        """Count who is right where the two differ."""
        if self.truth is None:
            return
        try:
            truth = self.truth.answers(batch, self.plan.domain)
        except TprogError:
            # The programs read inputs that the task does not have.
            self.truth = None
            return
        wanted = self.numbered(self.truth, truth)
        for side, given in enumerate((old, new)):
            self.right[side] += int(((given == wanted) & wrong & (wanted >= 0)).sum())

    def behaviour(self, notes: tuple[str, ...]) -> Behaviour:
        """Return what the comparison says."""
        plan, texts, examples = self.plan, self.labels, self.examples
        turns = sorted(self.turns.items(), key=lambda turn: (-turn[1], turn[0]))
        complete = plan.complete_up_to or 0
        return Behaviour(
            self.outcome(plan.exhaustive),
            how(plan, self.inputs),
            self.inputs,
            self.positions,
            self.differing_inputs,
            self.differing_positions,
            tuple(Turn(texts[was], texts[now], count) for (was, now), count in turns),
            tuple((n, self.wrong_lengths[n], self.lengths[n]) for n in sorted(self.lengths)),
            None if self.truth is None else (self.right[0], self.right[1]),
            examples,
            bool(examples) and complete >= len(examples[0].tokens),
            plan.exhaustive,
            (*notes, *plan.notes),
        )


def how(plan: ComparedInputs, inputs: int) -> str:
    """Return what was compared, in a few words that are true."""
    if plan.exhaustive:
        common = " that both are defined on" if plan.common_only else ""
        return f"every one of {inputs:,} inputs{common}"
    if plan.complete_up_to is None:
        return f"{inputs:,} sampled inputs"
    what = "beginning" if plan.beginnings else "input"
    return f"every {what} up to length {plan.complete_up_to} and samples of longer ones, {inputs:,} in all"
