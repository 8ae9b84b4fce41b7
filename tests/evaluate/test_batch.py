"""The array evaluator says exactly what the scalar interpreter says."""

import numpy as np
from hypothesis import given
from strategies import programs

from tprog.evaluate import (
    Batch,
    Evaluator,
    all_inputs,
    evaluate,
)
from tprog.evaluate.scalar import interpret
from tprog.ir import Program


def assert_same(program: Program, batch: Batch) -> None:
    """Compare every variable, sum and prediction of a batch with the scalar interpreter."""
    found = evaluate(program, batch)
    fast = Evaluator(program).predictions(batch)
    np.testing.assert_array_equal(fast, found.predictions)
    for row in range(len(batch)):
        run = interpret(program, tuple(batch.words[index] for index in batch.indices[row]))
        assert tuple(tuple(column[row].tolist()) for column in found.values) == run.values
        pooled = program.classifier.pooled
        sums = found.sums[row : row + 1] if pooled else found.sums[row]
        assert tuple(map(tuple, sums.tolist())) == run.sums
        labels = np.atleast_1d(found.predictions[row]).tolist()
        assert tuple(found.labels[label] for label in labels) == run.predictions


@given(program=programs(bounded=True))
def test_agrees_on_whole_domains(program: Program) -> None:
    """Values, sums and predictions equal the scalar interpreter's on every input."""
    if program.domain.unknown is None:
        for batch in all_inputs(program.domain):
            assert_same(program, batch)
