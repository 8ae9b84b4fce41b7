"""Where two sides answer differently: how often, and the shortest inputs on which they do."""

from heapq import nsmallest

import numpy as np

from tprog.analysis.measure.predictors import Counterexample, Side
from tprog.analysis.verify.compared_inputs import ComparedInputs
from tprog.analysis.verify.verdict import Outcome
from tprog.evaluate import Batch
from tprog.evaluate.inputs import BoolArray, IntArray


class Differences:
    """What was compared so far, with the `most` shortest inputs that differ, in the order of the symbols among equals."""

    def __init__(self, plan: ComparedInputs, most: int) -> None:
        self.plan, self.most = plan, most
        self.number: dict[str, int] = {}
        self.inputs = self.positions = self.differing_inputs = self.differing_positions = 0
        self._found: list[tuple[tuple[int, ...], Counterexample]] = []

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that the numbers of `numbered` stand for."""
        return tuple(self.number)

    @property
    def examples(self) -> tuple[Counterexample, ...]:
        """The shortest inputs that differ."""
        return tuple(example for _, example in self._found)

    def outcome(self, exhaustive: bool) -> Outcome:
        """Return what the comparison says, where every input was compared and where not."""
        if self.differing_inputs:
            return "different"
        return "equal" if exhaustive and self.inputs else "unknown"

    def numbered(self, side: Side, answers: IntArray) -> IntArray:
        """Return answers as `(inputs, positions)` numbers that mean the same label on all sides; -1 stays no label."""
        # A predictor may learn of labels while it answers, so they are asked for after each batch.
        labels = side.predictor.prediction_labels
        numbers = [self.number.setdefault(label, len(self.number)) for label in labels]
        # The last entry is what index -1 gives.
        found: IntArray = np.array([*numbers, -1], dtype=np.int64)[answers]
        return found[:, None] if found.ndim == 1 else found

    def add(self, batch: Batch, expected: IntArray, got: IntArray, scored: BoolArray) -> BoolArray:
        """Compare numbered answers where they are scored, and return where they differ."""
        wrong: BoolArray = (got != expected) & scored
        rows = np.flatnonzero(wrong.any(axis=1))
        self.inputs += len(batch)
        self.positions += int(scored.sum())
        self.differing_inputs += len(rows)
        self.differing_positions += int(wrong.sum())
        if len(rows):
            self._keep_shortest(batch, rows, (expected, got), scored, wrong)
        return wrong

    def _keep_shortest(
        self,
        batch: Batch,
        rows: IntArray,
        answers: tuple[IntArray, IntArray],
        scored: BoolArray,
        wrong: BoolArray,
    ) -> None:
        domain = self.plan.domain
        data = batch.indices[:, domain.data_slice(batch.indices.shape[1])]
        sizes = np.full(len(data), data.shape[1])
        if self.plan.beginnings:
            # Labels depend on the past alone: what follows the first difference is no part of it.
            sizes = np.maximum(wrong.argmax(axis=1) + 1, self.plan.least)

        def order(row: int) -> tuple[int, ...]:
            return (int(sizes[row]), *data[row, : sizes[row]].tolist())

        known = {place for place, _ in self._found}
        for row in nsmallest(self.most, rows.tolist(), key=order):
            place, size = order(row), int(sizes[row])
            if place not in known:
                expected, got = (self._texts(side[row], scored[row])[:size] for side in answers)
                tokens = batch.data(row, domain)[:size]
                self._found.append((place, Counterexample(tokens, expected, got)))
                known.add(place)
        self._found = nsmallest(self.most, self._found, key=lambda entry: entry[0])

    def _texts(self, numbers: IntArray, scored: BoolArray) -> tuple[str | None, ...]:
        labels = self.labels
        return tuple(
            labels[number] if asked and number >= 0 else None
            for number, asked in zip(numbers.tolist(), scored.tolist(), strict=True)
        )
