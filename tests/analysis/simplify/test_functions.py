"""Tests of the pass `functions`."""

from hypothesis import given, settings
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.functions import Functions
from tprog.ir import Program


@settings(max_examples=25)
@given(closed_programs(max_operations=4, max_inputs=40))
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, gives the same result each time, and never makes a Program longer."""
    trials = exact_trials(program)
    found = Functions().apply(program, trials)
    assert trials.settle() == found
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert Functions().apply(program, exact_trials(program)) == found
