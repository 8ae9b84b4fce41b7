"""Tests of counting values on the sample."""

import numpy as np
from hypothesis import given
from simplifying import closed_programs, exact_trials

from tprog.analysis.simplify.counts import joint_counts, value_counts
from tprog.evaluate import reachable
from tprog.ir import FiniteValues, Program


@given(closed_programs())
def test_on_all_inputs_they_are_the_reachable_ones(program: Program) -> None:
    """Counts over the whole domain agree with those of the evaluator."""
    columns = exact_trials(program).columns(program)
    wanted = reachable(program).values
    for variable in range(len(program.variables)):
        found = value_counts(columns, variable, len(wanted[variable]))
        assert (found[: len(wanted[variable])] == wanted[variable]).all()


def test_pairs_are_counted_in_the_shape_of_a_table() -> None:
    """Larger values count as the last; a single column stands for all inputs."""
    columns = [[np.array([[0], [1]]), np.array([[0, 5, 2], [1, 1, 1]])]]
    assert joint_counts(columns, (0, 1), (2, 3)).tolist() == [[1, 0, 2], [0, 3, 0]]


@given(closed_programs())
def test_joint_counts_add_up_to_single_ones(program: Program) -> None:
    """Summed over one variable they count the other."""
    columns = exact_trials(program).columns(program)
    finite = [n for n, found in enumerate(program.values) if isinstance(found, FiniteValues)]
    pair = (finite[0], finite[-1])
    sizes = [len(program.finite_values(variable)) for variable in pair]
    found = joint_counts(columns, pair, sizes)
    assert (found.sum(axis=1) == value_counts(columns, pair[0], sizes[0])).all()
