"""An s-op of RASP as something that gives labels, so that it can be compared with tasks, Programs and networks."""

from dataclasses import dataclass, field

import numpy as np

from tprog.evaluate import Batch
from tprog.evaluate.inputs import IntArray
from tprog.ir import Domain
from tprog.rasp.evaluate import CELLS, Column, Evaluation, RaspError, Rules, label
from tprog.rasp.graph import SOp


@dataclass(frozen=True, slots=True, eq=False)
class GraphPredictor:
    """An s-op on the data symbols of a domain; `tokens` are the symbols as strings.

    An input on which it has no value gets the error as its label everywhere: it equals no label of a task or Program.

    Attributes:
        graph: the s-op.
        domain: the inputs that it is asked about. A graph itself has no alphabet and no greatest length.
        rules: whose rules hold for values.
        pooled: whether the value at the last data symbol is the one label of an input.
    """

    graph: SOp
    domain: Domain
    rules: Rules = "rasp"
    pooled: bool = False
    _labels: dict[str, int] = field(default_factory=dict)

    @property
    def prediction_labels(self) -> tuple[str, ...]:
        """The texts that predictions speak of, as far as they have come up."""
        return tuple(self._labels)

    def predict(self, batch: Batch) -> IntArray:
        """Return `(inputs, positions)` indices into `prediction_labels`, -1 at the frame; pooled: `(inputs,)`."""
        data = self.domain.data_slice(batch.indices.shape[1])
        codes = batch.indices[:, data].astype(np.int64)
        out = np.full(batch.indices.shape, -1, dtype=np.int64)
        step = max(1, CELLS // codes.shape[1] ** 2)
        for start in range(0, len(codes), step):
            out[start : start + step, data] = self._numbers(
                Column(codes[start : start + step], batch.words)
            )
        return out[:, data][:, -1] if self.pooled else out

    def _numbers(self, tokens: Column) -> IntArray:
        try:
            found = Evaluation(tokens, self.rules).column(self.graph)
        except RaspError as error:
            if len(tokens.codes) == 1:
                return np.full(tokens.codes.shape, self._number(f"no value: {error}"))
            halves = np.array_split(tokens.codes, 2)
            return np.concatenate([self._numbers(Column(half, tokens.values)) for half in halves])
        numbers = np.array([self._number(label(value)) for value in found.values], dtype=np.int64)
        return np.asarray(numbers[found.codes])

    def _number(self, text: str) -> int:
        return self._labels.setdefault(text, len(self._labels))
