"""Tests of the pass `dead_code`."""

from dataclasses import replace

from example_programs import reverse_program
from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.dead_code import DeadCode
from tprog.ir import Program


@given(closed_programs())
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = DeadCode().apply(program)
    assert same_predictions(program, found)
    assert DeadCode().apply(found) == found
    assert cost(found) <= cost(program)


def test_a_head_that_nobody_reads_goes() -> None:
    """What no vote depends on is removed, and what follows is renumbered."""
    program = reverse_program()
    silent = replace(program.classifier, votes=())
    assert DeadCode().apply(replace(program, classifier=silent)).variables == ()
    assert len(DeadCode().apply(program).operations) <= len(program.operations)
