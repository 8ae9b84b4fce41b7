"""What a Program answers with only some of its heads and look-ups active.

A *prediction* is an input and a scored position of it, or an input alone where outputs are pooled. A *part* is a head or a
look-up that reaches a vote. A set of parts, a bit mask in the Program's order, is *active* while all other heads and look-ups
are ablated to their baseline values, everywhere and for their votes too; input variables are always active.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tprog.analysis.explain.baseline_values import Baseline
from tprog.analysis.measure.sizes import live_variables
from tprog.evaluate import Batch, scored_positions
from tprog.evaluate.attention import Array
from tprog.evaluate.counterfactual import Interventions
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Program

# Bytes of columns and votes that are kept for further sets.
MOST_BYTES = 1 << 28


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Predictions on some batches, in a row.

    Attributes:
        batches: framed inputs, one batch for each length.
        batch: for each prediction the index of its batch.
        row: the input's row in that batch.
        position: the position in the framed sequence; 0 where outputs are pooled.
    """

    batches: tuple[Batch, ...]
    batch: IntArray
    row: IntArray
    position: IntArray

    def __len__(self) -> int:
        """Return the number of predictions."""
        return len(self.batch)

    def of_batch(self, number: int) -> IntArray:
        """Return which predictions belong to a batch; they stand side by side."""
        found: IntArray = np.flatnonzero(self.batch == number)
        return found

    def take(self, chosen: IntArray) -> "Predictions":
        """Return some of the predictions, ascending, on batches that hold their inputs alone."""
        batches: list[Batch] = []
        numbers, rows = np.zeros(len(chosen), dtype=np.int64), np.zeros(len(chosen), dtype=np.int64)
        for number, batch in enumerate(self.batches):
            own = self.batch[chosen] == number
            if own.any():
                kept, rows[own] = np.unique(self.row[chosen][own], return_inverse=True)
                numbers[own] = len(batches)
                batches.append(batch.take(kept))
        return Predictions(tuple(batches), numbers, rows, self.position[chosen])


def scored_predictions(program: Program, batches: Sequence[Batch]) -> Predictions:
    """Return every prediction on some framed inputs that counts and that votes decide: forced labels are left out."""
    wanted: list[BoolArray] = []
    classifier = program.classifier
    for batch in batches:
        scored = scored_positions(program.domain, batch)
        if classifier.pooled:
            scored = np.zeros_like(scored)
            scored[:, 0] = True
        else:
            scored[:, 0] &= classifier.first is None
            scored[:, -1] &= classifier.last is None
        wanted.append(scored)
    return predictions_where(batches, wanted)


def predictions_where(batches: Sequence[Batch], wanted: Sequence[BoolArray]) -> Predictions:
    """Return the predictions at given places.

    Args:
        batches: framed inputs.
        wanted: for each batch `(inputs, positions)`; pooled outputs stand at position 0.
    """
    places = [np.nonzero(where) for where in wanted]
    numbers = [np.full(len(rows), number) for number, (rows, _) in enumerate(places)]
    none = np.zeros(0, dtype=np.int64)
    joined = (
        np.concatenate([none, *parts]).astype(np.int64)
        for parts in (numbers, [rows for rows, _ in places], [columns for _, columns in places])
    )
    return Predictions(tuple(batches), *joined)


class Trials:
    """A Program on some predictions, ready to be run with any set of its parts active.

    What a part writes depends on the set only through the parts before it that it reads, directly or not, so columns and
    votes are computed once for each combination of these.

    Attributes:
        program: a valid Program.
        predictions: the predictions that are watched.
        neutral: what the other parts are held at.
        parts: the variables of the parts, ascending; bit `b` of a set stands for `parts[b]`.
        all: the set of all parts.
        voters: the set of parts that vote.
        readers: for each part the set of parts that read it.
        sources: the set of parts that read an input variable.
        reads: for each part the set of parts that it reads.
        before: for each part the set of parts that it reads, directly or not.
        labels: the labels that can win, as indices; sums and answers speak of places in it.
        answers: for each prediction the Program's own answer.
    """

    def __init__(self, program: Program, predictions: Predictions, neutral: Baseline) -> None:
        """Compute everything that does not depend on the set.

        Raises:
            BadInput: a batch does not belong to the Program's domain.
            InvalidProgram: a number could exceed 64 bits.
        """
        self.program, self.predictions, self.neutral = program, predictions, neutral
        first = len(program.inputs)
        self.parts = tuple(number for number in sorted(live_variables(program)) if number >= first)
        self.all = (1 << len(self.parts)) - 1
        self._bits = {number: bit for bit, number in enumerate(self.parts)}
        votes = {vote.variable for vote in program.classifier.votes}
        self.voters = sum(1 << bit for number, bit in self._bits.items() if number in votes)
        self.sources = 0
        self.readers, self.reads, self.before = ([0] * len(self.parts) for _ in range(3))
        for number, bit in self._bits.items():
            for read in program.operations[number - first].reads:
                if read in self._bits:
                    self.readers[self._bits[read]] |= 1 << bit
                    self.reads[bit] |= 1 << self._bits[read]
                    self.before[bit] |= self.before[self._bits[read]] | 1 << self._bits[read]
                else:
                    self.sources |= 1 << bit
        every = np.arange(len(program.classifier.labels), dtype=np.int64)
        self.labels: IntArray = np.delete(every, program.classifier.masked)
        self._columns: dict[tuple[int, int, int], Array] = {}
        self._gains: dict[tuple[int, int], IntArray] = {}
        self._bytes = 0
        self._by_batch = [Interventions(program, batch) for batch in predictions.batches]
        for interventions in self._by_batch:
            interventions.widen({number: neutral.entries[number] for number in self.parts})
        # The sums with no part active.
        self._rest = np.zeros((len(predictions), len(self.labels)), dtype=np.int64)
        for number in votes:
            if number < first or number in self._bits:
                self._rest += self.votes(0, number)
        sums = self.sums(self.all)
        self.answers: IntArray = sums.argmax(axis=1)
        self._ties = (sums == sums.max(axis=1, keepdims=True)).sum(axis=1) > 1

    def members(self, parts: int) -> tuple[int, ...]:
        """Return the variables of a set, ascending."""
        return tuple(number for bit, number in enumerate(self.parts) if parts >> bit & 1)

    def useful(self, parts: int) -> int:
        """Return a set without the parts that read nothing active, and those that reach no vote through the others."""
        parts, kept = self.fed(parts), 0
        for bit in reversed(range(len(self.parts))):
            if parts >> bit & 1 and (self.voters >> bit & 1 or self.readers[bit] & kept):
                kept |= 1 << bit
        return kept

    def fed(self, parts: int) -> int:
        """Return a set without the parts that read nothing active, neither an input nor another part of it.

        Such a part would compute a constant from the baseline values of other parts.
        """
        kept = 0
        for bit in range(len(self.parts)):
            if parts >> bit & 1 and (self.sources >> bit & 1 or self.reads[bit] & kept):
                kept |= 1 << bit
        return kept

    def sums(self, parts: int, predictions: IntArray | None = None) -> IntArray:
        """Return `(predictions, labels)` sums of votes with a set of parts active, at some predictions or at all."""
        sums = self._rest.copy() if predictions is None else self._rest[predictions]
        for bit in range(len(self.parts)):
            if parts & self.voters & 1 << bit:
                gain = self._gain(bit, parts)
                sums += gain if predictions is None else gain[predictions]
        return sums

    def holds(self, parts: int, predictions: IntArray) -> BoolArray:
        """Tell for which predictions a set of parts alone gives the Program's answer.

        A tie that goes to the first label is no answer, unless the Program itself answers by a tie.
        """
        sums, answers = self.sums(parts, predictions), self.answers[predictions]
        tied = (sums == sums.max(axis=1, keepdims=True)).sum(axis=1) > 1
        found: BoolArray = (sums.argmax(axis=1) == answers) & (~tied | self._ties[predictions])
        return found

    def values(self, parts: int, variable: int) -> IntArray:
        """Return the entry of a variable at each prediction with a set of parts active; not where outputs are pooled."""
        found = [self._at(k, self._column(k, variable, parts)) for k in range(len(self._by_batch))]
        return np.concatenate(found).astype(np.int64)

    def votes(self, parts: int, variable: int) -> IntArray:
        """Return the `(predictions, labels)` votes of a voting variable with a set of parts active."""
        return np.concatenate(
            [
                self._votes(k, variable, self._column(k, variable, parts))
                for k in range(len(self._by_batch))
            ]
        )

    def _gain(self, bit: int, parts: int) -> IntArray:
        """Return by how much a part active changes the sums, `(predictions, labels)`."""
        key = (bit, parts & self.before[bit])
        found = self._gains.get(key)
        if found is None:
            number = self.parts[bit]
            found = self.votes(key[1] | 1 << bit, number) - self.votes(0, number)
            self._keep(found.nbytes)
            self._gains[key] = found
        return found

    def _column(self, k: int, variable: int, parts: int) -> Array:
        """Return the `(positions, inputs)` column of a variable in a batch with a set of parts active."""
        interventions, bit = self._by_batch[k], self._bits.get(variable)
        if bit is None:
            return interventions.columns[variable]
        if not parts >> bit & 1:
            held = np.full((interventions.prepared.length, 1), self.neutral.entries[variable])
            return held.astype(interventions.columns[variable].dtype)
        key = (k, bit, parts & self.before[bit])
        found = self._columns.get(key)
        if found is None:
            number = variable - len(self.program.inputs)
            columns = list(interventions.columns)
            for read in self.program.operations[number].reads:
                columns[read] = self._column(k, read, parts)
            found = interventions.prepared.steps[number].compute(columns)
            self._keep(found.nbytes)
            self._columns[key] = found
        return found

    def _keep(self, size: int) -> None:
        """Make room for another array."""
        if self._bytes + size > MOST_BYTES:
            self._columns.clear()
            self._gains.clear()
            self._bytes = 0
        self._bytes += size

    def _votes(self, k: int, variable: int, column: Array) -> IntArray:
        interventions = self._by_batch[k]
        if self.program.classifier.pooled:
            rows = self.predictions.row[self.predictions.of_batch(k)]
            total = interventions.votes(variable, column).sum(axis=0, dtype=np.int64)
            wide = np.broadcast_to(total, (len(interventions.batch), total.shape[-1]))
            return wide[rows][:, self.labels]
        found = interventions.votes(variable, self._at(k, column)[:, None])[:, 0, self.labels]
        return found.astype(np.int64)

    def _at(self, k: int, column: Array) -> Array:
        """Return a column's entries at the predictions of a batch."""
        chosen = self.predictions.of_batch(k)
        rows, positions = self.predictions.row[chosen], self.predictions.position[chosen]
        found: Array = column[positions, rows if column.shape[1] > 1 else 0]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """The votes of every variable for the answer less those for the runner-up.

    Attributes:
        runner_up: for each prediction the label with the next largest sum, as a place in `Trials.labels`; -1 where there is
            no other label.
        margin: by how much the answer's sum is larger; 0 where there is no other label.
        gains: by voting variable, ascending, for each prediction its part of the margin; they add up to it.
    """

    runner_up: IntArray
    margin: IntArray
    gains: dict[int, IntArray]


def vote_gains(trials: Trials) -> Gains:
    """Return how each variable's votes make up the margin at each prediction while all parts are active."""
    sums, answers = trials.sums(trials.all), trials.answers
    rows = np.arange(len(answers))
    variables = sorted(vote.variable for vote in trials.program.classifier.votes)
    if len(trials.labels) == 1:
        none = np.zeros(len(answers), dtype=np.int64)
        return Gains(none - 1, none, dict.fromkeys(variables, none))
    others = sums.copy()
    # No sum is that small: their size stays below 2^63.
    others[rows, answers] = np.iinfo(np.int64).min
    runner_up = others.argmax(axis=1).astype(np.int64)
    gains = {}
    for variable in variables:
        votes = trials.votes(trials.all, variable)
        gains[variable] = votes[rows, answers] - votes[rows, runner_up]
    return Gains(runner_up, sums[rows, answers] - sums[rows, runner_up], gains)
