"""Tests of structural liveness."""

from dataclasses import replace

import numpy as np
from example_programs import hist_program, reverse_program
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.measure.liveness import live_variables, silent
from tprog.evaluate import all_inputs, predictions
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Constant,
    NumericalHead,
    NumericalVotes,
    Program,
)


def test_a_chain_of_reads_ends_at_the_votes() -> None:
    """What the voting variable reads is live, through every module on the way."""
    assert live_variables(reverse_program()) == {0, 1, 3, 4, 5}
    assert live_variables(hist_program()) == {0, 2, 3, 4}


def test_votes_that_are_all_zero_reach_nothing() -> None:
    """Zero weights do not keep a variable alive; equal ones that are not zero do."""
    assert silent(CategoricalVotes(0, ((0, 0), (0, 0))))
    assert not silent(CategoricalVotes(0, ((1, 1), (1, 1))))
    assert silent(NumericalVotes(0, (0, 0)))
    program = reverse_program()
    votes = (CategoricalVotes(5, ((0,) * 5,) * 5),)
    quiet = replace(program, classifier=replace(program.classifier, votes=votes))
    assert live_variables(quiet) == frozenset()


@given(st.data())
def test_dead_heads_can_be_changed_without_an_effect(data: st.DataObject) -> None:
    """Whatever a dead head attends to, no prediction changes."""
    program = data.draw(programs().filter(lambda p: p.domain.unknown is None))
    live = live_variables(program)
    operations = tuple(
        replace(operation, predicate=Constant(data.draw(st.booleans())))
        if number not in live and isinstance(operation, CategoricalHead | NumericalHead)
        else operation
        for number, operation in enumerate(program.operations, len(program.inputs))
    )
    changed: Program = replace(program, operations=operations)
    for batch in all_inputs(program.domain):
        assert np.array_equal(predictions(program, batch), predictions(changed, batch))
