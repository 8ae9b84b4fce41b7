"""Which circuits a Program has, gathered over the predictions on many inputs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tprog.analysis.explain.baseline_values import Baselines, baseline_values
from tprog.analysis.explain.circuits.kinds import KindOfInput, conditions, describe_kind
from tprog.analysis.explain.circuits.output import (
    CircuitCounts,
    Circuits,
    NeutralValues,
    SamplePrediction,
)
from tprog.analysis.explain.circuits.smallest import Progress, sets_by_baseline
from tprog.analysis.explain.circuits.trials import (
    Gains,
    Predictions,
    Trials,
    scored_predictions,
    vote_gains,
)
from tprog.analysis.measure.reference import Reference
from tprog.analysis.measure.vote_scale import PLAIN, VoteScale, vote_scale
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.hooks import Shown
from tprog.ir import Program
from tprog.tasks.task import Task

# Inputs that are looked at where nobody says how many; the same for every page, so that all tell the same shares.
INPUTS = 300
# Of a normal distribution 95 % lie within so many standard deviations.
DEVIATIONS = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the predictions on some random inputs.

    Attributes:
        count: the predictions that have it.
        total: all of them.
        inputs: the inputs that they stand on.
    """

    count: int
    total: int
    inputs: int

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of 95 %; predictions on one input go together, and so each input counts once."""
        number, share = max(1, self.inputs), self.value
        squared = DEVIATIONS**2 / number
        middle = share + squared / 2
        reach = math.sqrt(squared * (share * (1 - share) + squared / 4))
        low, high = ((middle + side * reach) / (1 + squared) for side in (-1, 1))
        return (low if share else 0.0), (high if share < 1 else 1.0)


@dataclass(frozen=True, slots=True)
class Circuit:
    """A set of heads and look-ups that alone gives the answer at some predictions.

    Attributes:
        parts: their variables, ascending.
        count: at how many predictions it is the smallest set that does.
        exact: whether no smaller set does, at any of them; otherwise no part of it can be spared.
        right: at how many of them the answer is right; None where no task is known.
        kind: on what kind of input it decides; None where nothing tells.
        gains: the voting variables with the mean of their votes for the answer less those for the runner-up, the
            strongest first; those that never tell the two apart are left out.
        margin: the mean of the margin, to which all gains add up.
        example: one on a shortest input.
    """

    parts: tuple[int, ...]
    count: int
    exact: bool
    right: int | None
    kind: KindOfInput | None
    gains: tuple[tuple[int, float], ...]
    margin: float
    example: SamplePrediction


@dataclass(frozen=True, slots=True)
class Survey(Shown):
    """The circuits of a Program on some inputs.

    Attributes:
        program: the Program.
        parts: every head and look-up that reaches a vote, by variable.
        inputs: the number of inputs.
        seed: the seed that they were drawn with.
        task: the task whose distribution they have; None where they are uniform over the domain.
        predictions: the number of predictions: each is of a scored position of an input, or of an input where outputs are
            pooled.
        judged: at how many of them the right label is known; None where no task is.
        neutral: what the other parts are held at.
        circuits: the circuits, the one that decides most often first.
        exact: at how many predictions no smaller set gives the answer.
        searched: every set of at most so many parts was tried.
        scale: how votes are shown.
    """

    program: Program
    parts: tuple[int, ...]
    inputs: int
    seed: int
    task: str | None
    predictions: int
    judged: int | None
    neutral: Baselines
    circuits: tuple[Circuit, ...]
    exact: int
    searched: int
    scale: VoteScale = PLAIN

    @property
    def names(self) -> tuple[str, ...]:
        """The name of every variable."""
        return self.program.names

    def __repr__(self) -> str:
        """Say in one line how many circuits decide how many predictions."""
        predictions = f"{self.predictions:,} predictions on {self.inputs:,} inputs"
        return f"<Survey: {len(self.circuits)} circuits decide {predictions}>"

    def to_json(self) -> dict[str, Any]:
        """Return the survey as JSON values, with a format version; variables by name, positions framed."""
        labels, kind = self.program.classifier.labels, self.neutral.kind
        held = {
            label: {self.names[part]: one.text(self.program, part) for part in self.parts}
            for label, one in zip(labels, self.neutral.by_label, strict=True)
        }
        return Circuits(
            self.inputs,
            self.seed,
            self.task,
            self.predictions,
            self.judged,
            self.exact,
            self.searched,
            NeutralValues(kind, held),
            {self.names[part]: self.uses(part) for part in self.parts},
            [self._counts(circuit) for circuit in self.circuits],
        ).to_json()

    def _counts(self, circuit: Circuit) -> CircuitCounts:
        share = self.share(circuit.count)
        return CircuitCounts(
            [self.names[part] for part in circuit.parts],
            circuit.count,
            share.value,
            share.interval,
            circuit.exact,
            circuit.right,
            circuit.kind,
            {self.names[variable]: gain for variable, gain in circuit.gains},
            circuit.margin,
            circuit.example,
        )

    def share(self, count: int) -> Share:
        """Return the share of so many of the predictions."""
        return Share(count, self.predictions, self.inputs)

    def uses(self, part: int) -> int:
        """Return at how many predictions a part belongs to the circuit."""
        return sum(circuit.count for circuit in self.circuits if part in circuit.parts)


def survey(
    program: Program,
    reference: Reference,
    task: Task | None = None,
    neutral: Baselines | None = None,
    progress: Progress | None = None,
) -> Survey:
    """Find the smallest circuit of every prediction on some inputs, and gather equal ones.

    Args:
        program: a valid Program.
        reference: the inputs.
        task: what says which answers are right, or None.
        neutral: what parts outside of a circuit are held at; the rival values on these inputs by default.
        progress: called with the number of predictions done and the number in all.

    Raises:
        BadInput: an input does not belong to the Program's domain.
        InvalidProgram: a number could exceed 64 bits.
    """
    neutral = neutral or baseline_values(program, reference)
    predictions = scored_predictions(program, reference.batches)
    found = sets_by_baseline(program, predictions, neutral, progress)
    trials = Trials(program, predictions, neutral.commonest)
    gains = vote_gains(trials)
    answers = [program.classifier.labels[label] for label in trials.labels[trials.answers].tolist()]
    known = conditions(program, predictions, answers)
    truth = None if task is None else right_answers(program, predictions, task, answers)
    circuits = []
    for number, parts in enumerate(found.sets):
        own = found.chosen == number
        variables = trials.members(parts)
        circuits.append(
            Circuit(
                variables,
                int(own.sum()),
                bool(found.exact[own].all()),
                None if truth is None else int((truth[own] == 1).sum()),
                describe_kind(known, own),
                _mean_gains(gains, own),
                float(gains.margin[own].mean()),
                _example(program, predictions, own, answers),
            )
        )
    return Survey(
        program,
        trials.parts,
        sum(map(len, reference.batches)),
        reference.seed,
        reference.task,
        len(predictions),
        None if truth is None else int((truth >= 0).sum()),
        neutral,
        tuple(sorted(circuits, key=lambda one: (-one.count, len(one.parts), one.parts))),
        int(found.exact.sum()),
        found.searched,
        vote_scale(program),
    )


def right_answers(
    program: Program, predictions: Predictions, task: Task, answers: Sequence[str]
) -> IntArray:
    """Return for each prediction 1 where its answer is right, 0 where it is wrong, -1 where the task asks for none."""
    right = np.full(len(predictions), -1, dtype=np.int64)
    for number, batch in enumerate(predictions.batches):
        chosen = predictions.of_batch(number)
        truth = task.truth_batch(batch)
        rows, positions = predictions.row[chosen], predictions.position[chosen]
        wanted = truth[rows] if program.classifier.pooled else truth[rows, positions]
        for prediction, label in zip(chosen.tolist(), wanted.tolist(), strict=True):
            if label >= 0:
                right[prediction] = int(task.labels[label] == answers[prediction])
    return right


def _mean_gains(gains: Gains, own: BoolArray) -> tuple[tuple[int, float], ...]:
    means = [
        (variable, float(column[own].mean()))
        for variable, column in gains.gains.items()
        if column[own].any()
    ]
    return tuple(sorted(means, key=lambda one: (-abs(one[1]), one[0])))


def _example(
    program: Program, predictions: Predictions, own: BoolArray, answers: Sequence[str]
) -> SamplePrediction:
    # Batches come shortest first, so the first prediction stands on a shortest input.
    first = int(np.flatnonzero(own)[0])
    batch = predictions.batches[int(predictions.batch[first])]
    return SamplePrediction(
        batch.data(int(predictions.row[first]), program.domain),
        None if program.classifier.pooled else int(predictions.position[first]),
        answers[first],
    )
