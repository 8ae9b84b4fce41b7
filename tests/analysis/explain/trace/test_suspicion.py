"""Tests of the formulas of suspicion and of the counts."""

from math import inf, isclose, sqrt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tracing import FAULT, faulty_hist, some_examples

from tprog.analysis.explain.cells import WHOLE, Branch, Part
from tprog.analysis.explain.trace.running import evaluated
from tprog.analysis.explain.trace.suspicion import Metric, collect, suspicion

counts = st.integers(0, 50)


@pytest.mark.parametrize("metric", get_args(Metric))
@given(failed=counts, passed=counts, failures=counts, passes=counts)
def test_suspicion_grows_with_failing_and_falls_with_passing(
    metric: Metric, failed: int, passed: int, failures: int, passes: int
) -> None:
    """One more failing prediction never lowers it, one more passing prediction never raises it."""
    failures, passes = failures + failed + 1, passes + passed + 1
    score = suspicion(metric, failed, passed, failures, passes)
    assert score >= 0
    assert suspicion(metric, failed + 1, passed, failures, passes) >= score
    assert suspicion(metric, failed, passed + 1, failures, passes) <= score


def test_the_formulas_are_the_published_ones() -> None:
    """Each formula on one table of counts, worked out by hand."""
    assert isclose(suspicion("ochiai", 3, 1, 4, 6), 3 / sqrt(4 * 4))
    assert isclose(suspicion("tarantula", 3, 1, 4, 6), (3 / 4) / (3 / 4 + 1 / 6))
    assert isclose(suspicion("dstar", 3, 1, 4, 6), 9 / 2)
    assert suspicion("dstar", 4, 0, 4, 6) == inf
    assert suspicion("ochiai", 0, 0, 0, 6) == 0


def test_the_wrong_branch_runs_in_every_wrong_prediction() -> None:
    """Each prediction counts by its own slice, so the fault has run in all wrong ones and in no right one."""
    program = faulty_hist()
    examples = some_examples(program)
    spectra = collect(program, evaluated(examples))
    assert spectra.failing > 5
    assert spectra.failed(FAULT) == spectra.failing
    assert spectra.passed.get(FAULT, 0) == 0
    assert spectra.suspicion("ochiai", FAULT) == 1


def test_a_whole_predicate_counts_each_prediction_once() -> None:
    """However many of its rows a prediction went through, it went through the predicate once."""
    program = faulty_hist()
    spectra = collect(program, evaluated(some_examples(program)))
    whole = Branch(Part(3, "head"), WHOLE)
    assert spectra.failed(whole) == spectra.failing
    assert spectra.passed[whole] == spectra.passing
