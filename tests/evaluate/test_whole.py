"""Whole domains come in bounded batches."""

import numpy as np
import pytest
from hypothesis import given
from strategies import programs

import tprog.evaluate.whole
from tprog.errors import BadInput
from tprog.evaluate import (
    Batch,
    all_inputs,
    count_inputs,
    evaluate,
    evaluate_domain,
    predict_domain,
)
from tprog.ir import Classifier, Domain, Positions, Program, Tokens

PROGRAM = Program(Domain(("a", "b"), 5), (Tokens(), Positions()), (), Classifier(("x",), ()))


def rows(batches: list[Batch]) -> list[tuple[int, ...]]:
    """Return all inputs as indices."""
    return [tuple(row) for batch in batches for row in batch.indices.tolist()]


@given(program=programs())
def test_every_input_is_evaluated(program: Program) -> None:
    """Every input of the domain comes once, with what `evaluate` computes on it."""
    if program.domain.unknown is not None:
        return
    found = list(evaluate_domain(program))
    quick = list(predict_domain(program))
    everything = rows(list(all_inputs(program.domain)))
    assert rows([batch for batch, _ in found]) == everything
    assert rows([batch for batch, _ in quick]) == everything
    for batch, evaluation in found:
        np.testing.assert_array_equal(evaluation.sums, evaluate(program, batch).sums)
    for (_, evaluation), (_, predictions) in zip(found, quick, strict=True):
        np.testing.assert_array_equal(evaluation.predictions, predictions)


def test_progress_is_reported() -> None:
    """After each batch, the number of inputs done and in all is told."""
    seen: list[tuple[int, int]] = []
    for _ in predict_domain(
        PROGRAM, up_to=3, progress=lambda done, total: seen.append((done, total))
    ):
        pass
    assert seen == [(2, 14), (6, 14), (14, 14)]


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch holds no more numbers than allowed, however many inputs there are."""
    monkeypatch.setattr(tprog.evaluate.whole, "LARGEST_EVALUATION", 100)
    # Two variables and twice one label at six positions are 24 numbers an input.
    assert {len(batch) for batch, _ in evaluate_domain(PROGRAM)} == {2, 4}
    assert max(len(batch) for batch, _ in predict_domain(PROGRAM)) == 16
    assert sum(len(batch) for batch, _ in evaluate_domain(PROGRAM)) == count_inputs(PROGRAM.domain)


def test_endless_domains_are_refused() -> None:
    """A domain without an end cannot be run as a whole, but up to a length it can."""
    endless = Program(Domain(("a",), None), (Tokens(),), (), Classifier(("x",), ()))
    with pytest.raises(BadInput, match="no end"):
        list(evaluate_domain(endless))
    assert [len(batch) for batch, _ in evaluate_domain(endless, up_to=4)] == [1, 1, 1, 1]
