"""Tests of the pass `aliases`."""

from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.aliases import Aliases
from tprog.analysis.simplify.cost import cost
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    Positions,
    Program,
    Tokens,
)


@given(closed_programs())
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = Aliases().apply(program)
    assert same_predictions(program, found)
    assert Aliases().apply(found) == found
    assert cost(found) <= cost(program)


def test_a_head_that_looks_at_itself_is_what_it_copies() -> None:
    """Equal positions match nowhere else."""
    domain = Domain(("a", "b"), 3)
    head = CategoricalHead(1, 1, 0, Compare("=="))
    votes = CategoricalVotes(2, ((0, 1), (1, 0), (0, 2)))
    program = Program(domain, (Tokens(), Positions()), (head,), Classifier(("x", "y"), (votes,)))
    found = Aliases().apply(program)
    assert found.operations == ()
    assert found.classifier.votes == (CategoricalVotes(0, votes.weights),)
