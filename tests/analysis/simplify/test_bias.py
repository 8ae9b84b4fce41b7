"""Tests of the pass `bias`."""

from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.bias import Bias
from tprog.analysis.simplify.cost import cost
from tprog.ir import CategoricalVotes, Classifier, Domain, NumericalVotes, Ones, Program, Tokens


@given(closed_programs())
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = Bias().apply(program)
    assert same_predictions(program, found)
    assert Bias().apply(found) == found
    assert cost(found) <= cost(program)


def test_constant_votes_move_to_another_variable() -> None:
    """`ones` needs no votes of its own where a categorical variable votes."""
    domain = Domain(("a", "b"), 3)
    votes = (CategoricalVotes(0, ((0, 0), (0, 1), (1, 0))), NumericalVotes(1, (0, 4)))
    program = Program(domain, (Tokens(), Ones()), (), Classifier(("x", "y"), votes))
    found = Bias().apply(program)
    assert found.inputs == (Tokens(),)
    assert found.classifier.votes == (CategoricalVotes(0, ((0, 4), (0, 5), (1, 4))),)
