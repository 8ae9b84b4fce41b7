"""Tests of running many similar Programs on the same inputs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from simplifying import closed_programs, exact_trials

from tprog.analysis.simplify.demand import Demand, make_demand
from tprog.analysis.simplify.pruning import prune, with_votes
from tprog.evaluate import Evaluator
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.many_programs import ManyPrograms, joint_counts, value_counts
from tprog.evaluate.reach import reachable
from tprog.ir import FiniteValues, Program


def demanded(program: Program) -> Demand:
    """Return the demand that keeps every prediction."""
    found = make_demand(program)
    assert found is not None
    return found


@given(closed_programs(), st.data())
def test_it_counts_as_the_evaluator_does(program: Program, data: st.DataObject) -> None:
    """Whatever ran before, mistakes of a Program are those that the evaluator finds on all inputs."""
    demand = demanded(program)
    inputs = [(batch, wanted.astype(np.int64)) for batch, wanted in demand.inputs]
    many = ManyPrograms(program, inputs)
    forced = program.classifier.first is not None or program.classifier.last is not None
    assert many.mistakes(program) == 0
    votes = program.classifier.votes
    for _ in range(4):
        kept = [vote for vote in votes if data.draw(st.booleans())]
        changed = prune(with_votes(program, kept))
        expected = demand.mistakes(changed)
        assert many.mistakes(changed) == expected or forced
        assert many.mistakes(changed, 0) >= min(expected, 1)


@given(closed_programs())
def test_its_columns_are_the_evaluators_values(program: Program) -> None:
    """Every variable of every input has the value that the evaluator gives it."""
    demand = demanded(program)
    many = ManyPrograms(program, [(b, w.astype(np.int64)) for b, w in demand.inputs])
    evaluator = Evaluator(program)
    for (batch, _), columns in zip(demand.inputs, many.columns(program), strict=True):
        values = evaluator.evaluate(batch).values
        for column, wanted in zip(columns, values, strict=True):
            assert (wanted == np.broadcast_to(column, wanted.T.shape).T).all()


@given(closed_programs().filter(lambda program: not program.classifier.pooled))
def test_wanted_places_come_with_all_values(program: Program) -> None:
    """There is one row for each wanted label, as wide as there are variables."""
    demand = demanded(program)
    many = ManyPrograms(program, [(b, w.astype(np.int64)) for b, w in demand.inputs])
    parts: list[tuple[IntArray, IntArray]] = many.wanted(program)
    assert sum(len(labels) for _, labels in parts) == demand.wanted
    assert all(values.shape == (len(labels), len(program.variables)) for values, labels in parts)


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
