"""Tests of the pass `predicates`."""

from hypothesis import given, settings
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.predicates import Predicates, symbolic
from tprog.ir import Compare, FiniteValues, Program


@settings(max_examples=25)
@given(closed_programs(max_operations=4, max_inputs=40))
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, gives the same result each time, and never makes a Program longer."""
    trials = exact_trials(program)
    found = Predicates().apply(program, trials)
    assert trials.settle() == found
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert Predicates().apply(program, exact_trials(program)) == found


def test_a_shift_is_found_where_enough_rows_follow_it() -> None:
    """Three live rows that want the key before their query make it `query - 1`; two of many do not."""
    values = FiniteValues((0, 1, 2, 3))
    rows: list[tuple[int, ...]] = [(3,), (0,), (1,), (2,)]
    assert symbolic(values, values, rows, [1, 2, 3])[0] == Compare("==", 1, -1)
    assert symbolic(values, values, [(3,), (0,), (0,), (3,)], [0, 1, 2, 3]) == []
