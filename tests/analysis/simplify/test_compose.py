"""Tests of the pass `compose`."""

from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.compose import Compose
from tprog.analysis.simplify.cost import cost
from tprog.ir import (
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    Program,
    Tokens,
)


@given(closed_programs())
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = Compose().apply(program)
    assert same_predictions(program, found)
    assert Compose().apply(found) == found
    assert cost(found) <= cost(program)


def test_a_look_up_of_one_variable_is_read_through() -> None:
    """The votes of a look-up's result are votes of what it reads."""
    domain = Domain(("a", "b"), 3)
    lookup = CategoricalLookup((0,), FiniteValues((5, 6)), (1, 0, 1))
    votes = CategoricalVotes(1, ((1, 0), (0, 1)))
    program = Program(domain, (Tokens(),), (lookup,), Classifier(("x", "y"), (votes,)))
    assert Compose().apply(program).classifier.votes == (
        CategoricalVotes(0, ((0, 1), (1, 0), (0, 1))),
    )
