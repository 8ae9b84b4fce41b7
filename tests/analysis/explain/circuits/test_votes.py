"""The votes between an answer and its runner-up."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from some_inputs import as_reference, drawn_batches, framed
from strategies import programs

from tprog.analysis.explain.baseline_values import commonest_values
from tprog.analysis.explain.circuits.moments import scored_moments
from tprog.analysis.explain.circuits.trials import Trials
from tprog.analysis.explain.circuits.votes import vote_gains
from tprog.evaluate import trace
from tprog.ir import Program


@given(data=st.data(), program=programs())
def test_gains_add_up_to_the_margin(data: st.DataObject, program: Program) -> None:
    """Every gain is the one of the step trace, and together they are the margin."""
    batches = drawn_batches(data, program)
    moments = scored_moments(program, batches)
    trials = Trials(program, moments, commonest_values(program, as_reference(batches)))
    found = vote_gains(trials)
    total = sum(found.gains.values(), np.zeros(len(moments), dtype=np.int64))
    assert (total == found.margin).all()
    labels = program.classifier.labels
    for moment in range(len(moments)):
        batch = moments.batches[moments.batch[moment]]
        step = trace(program, framed(batch, int(moments.row[moment])))
        decision = step.decisions[int(moments.position[moment])]
        if decision.runner_up is None:
            assert found.runner_up[moment] == -1
            assert found.margin[moment] == 0
            continue
        assert labels[trials.labels[found.runner_up[moment]]] == decision.runner_up
        assert found.margin[moment] == decision.margin
        winner, other = labels.index(decision.winner), labels.index(decision.runner_up)
        for votes in decision.votes:
            gain = votes.votes[winner] - votes.votes[other]
            assert found.gains[votes.variable][moment] == gain
