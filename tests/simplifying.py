"""What tests of simplification share: comparing two Programs on their whole domain, and trials on all inputs."""

from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.simplify.acceptance import Acceptance
from tprog.analysis.simplify.demand import make_demand
from tprog.evaluate import Evaluator, all_inputs, scored_positions
from tprog.ir import Program, check


def same_predictions(one: Program, other: Program) -> bool:
    """Tell whether two valid Programs of one domain agree at every scored position of every input."""
    check(other)
    first, second = Evaluator(one), Evaluator(other)
    for batch in all_inputs(one.domain):
        differs = first.predictions(batch) != second.predictions(batch)
        if not one.classifier.pooled:
            differs &= scored_positions(one.domain, batch)
        if differs.any():
            return False
    return True


def closed_programs(max_operations: int = 5, max_inputs: int = 120) -> st.SearchStrategy[Program]:
    """Draw Programs whose whole domain can be run."""
    drawn = programs(max_operations=max_operations, max_inputs=max_inputs)
    return drawn.filter(lambda program: program.domain.unknown is None)


def exact_trials(program: Program) -> Acceptance:
    """Return trials that demand the same predictions on every input."""
    demand = make_demand(program)
    assert demand is not None
    return Acceptance(program, demand)
