"""Tests of the pass `tables`."""

import numpy as np
from hypothesis import given, settings
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.tables import Tables, filled, from_rules
from tprog.evaluate.cover import cover_sets
from tprog.ir import Program


@settings(max_examples=25)
@given(closed_programs(max_operations=4, max_inputs=40))
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, gives the same result each time, and never makes a Program longer."""
    trials = exact_trials(program)
    found = Tables().apply(program, trials)
    assert trials.settle() == found
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert Tables().apply(program, exact_trials(program)) == found


def test_rules_spell_out_the_table_that_they_came_from() -> None:
    """Entries that are read are kept; the others make the table short."""
    table = np.array([[0, 1, 1], [2, 1, 1]])
    read = np.array([[True, True, False], [True, False, True]])
    found = filled(table, read)
    assert (found[read] == table[read]).all()
    rules, default = cover_sets(table.tolist(), 4)
    assert (from_rules(rules, default, (2, 3)) == table).all()
