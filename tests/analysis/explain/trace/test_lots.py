"""Tests of counting what changes do."""

import numpy as np
from fault_injection import plant
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs
from tracing import faulty_hist, labelled_by, some_examples

from tprog.analysis.explain.trace.lots import NO_GAIN, gain, joined, lay_out, winners
from tprog.analysis.explain.trace.running import evaluated
from tprog.ir import Program


@given(programs(max_inputs=20), st.integers(0, 99))
@settings(max_examples=30)
def test_sums_give_the_programs_own_answers(program: Program, seed: int) -> None:
    """The winners of a lot's sums are the predictions, and every wrong one has its own number."""
    fault = plant(program, seed)
    if fault is None:
        return
    examples = labelled_by(program, fault.program)
    failing, passing = lay_out(examples, evaluated(examples))
    numbers = [lot.numbers[lot.wrong] for lot in failing]
    every = np.concatenate([np.zeros(0, dtype=np.int64), *numbers])
    assert sorted(every.tolist()) == list(range(len(every)))
    for lot in [*failing, *passing]:
        assert np.array_equal(winners(fault.program, lot.sums), lot.answers)
    assert not any(lot.wrong.any() for lot in passing)


def test_holding_the_right_value_puts_errors_right() -> None:
    """With the look-up held at two everywhere, labels 2 are right and all others wrong."""
    examples = some_examples(faulty_hist())
    failing, passing = lay_out(examples, evaluated(examples))
    found = gain([*failing, *passing], 4, lambda lot: 2)
    labels = [label for one in examples.examples for label in one.labels]
    assert len(found.fixed) == labels.count("2")
    assert found.broken == len(labels) - labels.count("2")
    assert found.net == len(found.fixed) - found.broken


def test_few_failing_examples_can_be_asked_for() -> None:
    """At most so many of each length, and no passing ones."""
    examples = some_examples(faulty_hist())
    failing, passing = lay_out(examples, evaluated(examples), 2)
    assert passing == []
    assert all(0 < len(lot.wrong) <= 2 for lot in failing)


def test_nothing_joined_is_no_gain() -> None:
    """Without lots nothing is fixed or broken."""
    assert joined([]) is NO_GAIN
