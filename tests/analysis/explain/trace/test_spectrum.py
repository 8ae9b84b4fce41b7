"""Tests of dynamic slices."""

from math import inf, isclose, sqrt
from typing import get_args

import numpy as np
import pytest
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs
from tracing import FAULT, every_input, faulty_hist, some_examples, sound_hist

from tprog.analysis.explain.cells import DEFAULT, WHOLE, Branch, Part, branch_count, parts
from tprog.analysis.explain.trace.running import evaluated
from tprog.analysis.explain.trace.spectrum import (
    Metric,
    box_numbers,
    collect,
    look,
    rows_fired,
    slices,
    suspicion,
)
from tprog.evaluate import all_inputs, encode, evaluate
from tprog.evaluate.counterfactual import Interventions
from tprog.evaluate.traces import trace
from tprog.ir import FiniteValues, Head, NumericalLookup, Program


@given(programs(max_inputs=24))
@settings(max_examples=scaled(40))
def test_heads_look_where_the_interpreter_looks(program: Program) -> None:
    """Matches and attended positions of whole batches are those of the trace of each input."""
    for _, batch in encode(program.domain, every_input(program.domain)):
        columns = evaluate(program, batch).values
        row = len(batch) // 2
        traced = {
            head.variable: head for head in trace(program, batch.data(row, program.domain)).heads
        }
        for number, operation in enumerate(program.operations, len(program.inputs)):
            if not isinstance(operation, Head):
                continue
            seen = look(program, operation, columns)
            found = [tuple(np.flatnonzero(keys).tolist()) for keys in seen.matches[row]]
            assert tuple(found) == traced[number].matches
            if seen.attended is not None:
                assert tuple(seen.attended[row].tolist()) == traced[number].attended


@given(programs(max_inputs=24), st.integers(0, 10**6))
def test_nothing_outside_a_slice_matters(program: Program, seed: int) -> None:
    """A variable held at anything, where no branch of a prediction's slice ran, leaves the prediction as it is."""
    random = np.random.default_rng(seed)
    batch = encode(program.domain, every_input(program.domain))[-1][1]
    columns = evaluate(program, batch).values
    pooled = program.classifier.pooled
    asked = np.ones((len(batch), 1 if pooled else batch.indices.shape[1]), dtype=np.bool_)
    interventions = Interventions(program, batch)
    before = interventions.predictions({}).reshape(asked.shape)
    ran: dict[Part, set[int]] = {}
    for start, found in slices(program, columns, asked):
        for fired in found:
            ran.setdefault(fired.part, set()).update((fired.predictions + start).tolist())
    for part in parts(program):
        values = program.values[part.variable]
        if part.kind == "votes" or not isinstance(values, FiniteValues):
            continue
        entries = random.integers(0, len(values), columns[part.variable].shape)
        after = interventions.predictions({part.variable: entries}).reshape(asked.shape)
        changed = np.flatnonzero((after != before).ravel())
        assert set(changed.tolist()) <= ran.get(part, set())


@given(programs(max_inputs=24))
@settings(max_examples=scaled(40))
def test_every_row_that_fired_is_a_branch(program: Program) -> None:
    """Rows lie within the branches of their part; only a categorical head has a default."""
    batch = encode(program.domain, every_input(program.domain))[-1][1]
    columns = evaluate(program, batch).values
    pooled = program.classifier.pooled
    asked = np.ones((len(batch), 1 if pooled else batch.indices.shape[1]), dtype=np.bool_)
    for _, found in slices(program, columns, asked):
        for fired in found:
            least = DEFAULT if fired.part.kind == "head" else 0
            assert fired.rows.min(initial=0) >= least
            assert fired.rows.max(initial=0) < branch_count(program, fired.part)


def test_a_slice_holds_what_a_label_came_from() -> None:
    """In hist the label at a position comes from its own count alone, and from every token that is counted."""
    program = sound_hist()
    batch = next(batch for batch in all_inputs(program.domain) if batch.indices.shape[1] == 3)
    columns = evaluate(program, batch).values
    row = next(n for n in range(len(batch)) if batch.data(n, program.domain) == ("0", "0"))
    asked = np.zeros(batch.indices.shape, dtype=np.bool_)
    asked[row, 1] = True
    ((_, found),) = slices(program, columns, asked)
    ran = {Branch(fired.part, fired_row) for fired in found for fired_row in fired.rows.tolist()}
    assert ran == {
        Branch(Part(3, "head"), 1),
        Branch(Part(4, "look-up"), 1),
        Branch(Part(4, "votes"), 2),
    }


def test_a_point_is_in_the_first_box_that_holds_it() -> None:
    """Boxes are numbered in order, the default after the last."""
    program = sound_hist()
    look_up = program.operations[1]
    assert isinstance(look_up, NumericalLookup)
    counts = np.array([[0, 1, 2, 4, 9]])
    columns = [counts] * 4
    assert box_numbers(look_up, columns).tolist() == [[4, 0, 1, 3, 3]]
    assert rows_fired(program, 4, columns).tolist() == [[4, 0, 1, 3, 3]]


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
