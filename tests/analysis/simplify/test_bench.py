"""Tests of running many similar Programs on the same inputs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from simplifying import closed_programs

from tprog.analysis.simplify.bench import Bench
from tprog.analysis.simplify.demand import Demand, make_demand
from tprog.analysis.simplify.edit import prune, with_votes
from tprog.evaluate import Evaluator
from tprog.evaluate.inputs import IntArray
from tprog.ir import Program


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
    bench = Bench(program, inputs)
    forced = program.classifier.first is not None or program.classifier.last is not None
    assert bench.mistakes(program) == 0
    votes = program.classifier.votes
    for _ in range(4):
        kept = [vote for vote in votes if data.draw(st.booleans())]
        changed = prune(with_votes(program, kept))
        expected = demand.mistakes(changed)
        assert bench.mistakes(changed) == expected or forced
        assert bench.mistakes(changed, 0) >= min(expected, 1)


@given(closed_programs())
def test_its_columns_are_the_evaluators_values(program: Program) -> None:
    """Every variable of every input has the value that the evaluator gives it."""
    demand = demanded(program)
    bench = Bench(program, [(b, w.astype(np.int64)) for b, w in demand.inputs])
    evaluator = Evaluator(program)
    for (batch, _), columns in zip(demand.inputs, bench.columns(program), strict=True):
        values = evaluator.evaluate(batch).values
        for column, wanted in zip(columns, values, strict=True):
            assert (wanted == np.broadcast_to(column, wanted.T.shape).T).all()


@given(closed_programs().filter(lambda program: not program.classifier.pooled))
def test_wanted_places_come_with_all_values(program: Program) -> None:
    """There is one row for each wanted label, as wide as there are variables."""
    demand = demanded(program)
    bench = Bench(program, [(b, w.astype(np.int64)) for b, w in demand.inputs])
    parts: list[tuple[IntArray, IntArray]] = bench.wanted(program)
    assert sum(len(labels) for _, labels in parts) == demand.wanted
    assert all(values.shape == (len(labels), len(program.variables)) for values, labels in parts)
