"""Tests of the pass `constants`."""

from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.constants import Constants
from tprog.analysis.simplify.cost import cost
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    KeyIn,
    Positions,
    Program,
    Tokens,
)


@given(closed_programs())
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = Constants().apply(program)
    assert same_predictions(program, found)
    assert Constants().apply(found) == found
    assert cost(found) <= cost(program)


def test_what_is_the_same_everywhere_is_no_operation() -> None:
    """A look-up with one result, and a head that reads it, go."""
    domain = Domain(("a", "b"), 3)
    inputs = (Tokens(), Positions())
    lookup = CategoricalLookup((0,), FiniteValues((5, 6)), (1, 1, 1))
    head = CategoricalHead(1, 1, 2, KeyIn((0,)))
    votes = CategoricalVotes(3, ((1, 0), (0, 1)))
    program = Program(domain, inputs, (lookup, head), Classifier(("x", "y"), (votes,)))
    assert Constants().apply(program).operations == ()
