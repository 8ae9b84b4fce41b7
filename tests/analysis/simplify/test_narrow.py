"""Tests of the pass `narrow`."""

from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.narrow import Narrow, narrowed
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    Constant,
    Domain,
    FiniteValues,
    KeyIn,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Rectangle,
    Table,
    Tokens,
)


@given(closed_programs())
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = Narrow().apply(program)
    assert same_predictions(program, found)
    assert Narrow().apply(found) == found
    assert cost(found) <= cost(program)


def test_an_argument_that_changes_nothing_goes() -> None:
    """A table that only depends on its second argument reads that one alone."""
    domain = Domain(("a", "b"), 1, prefix=None)
    lookup = CategoricalLookup((0, 1), FiniteValues((0, 1)), (0, 0))
    program = Program(domain, (Tokens(), Positions()), (lookup,), Classifier(("x",), ()))
    assert narrowed(program, lookup).reads == (0,)
    crossed = CategoricalLookup((0, 0), FiniteValues((0, 1)), (0, 1, 1, 1))
    assert narrowed(program, crossed) == CategoricalLookup((0,), FiniteValues((0, 1)), (0, 1))


def test_rows_that_are_all_the_same_become_a_condition_on_the_key() -> None:
    """A table with one row is symbolic; with no key or every key it is constant."""
    domain = Domain(("a", "b"), 1, prefix=None)
    program = Program(domain, (Tokens(),), (), Classifier(("x",), ()))
    for row, wanted in (((1,), KeyIn((1,))), ((), Constant(False)), ((0, 1), Constant(True))):
        head = CategoricalHead(0, 0, 0, Table((row, row)))
        assert narrowed(program, head) == CategoricalHead(0, 0, 0, wanted)


def test_boxes_that_say_nothing_go() -> None:
    """A box inside an earlier one, or before the default with its value, says nothing; caps shrink to the bounds."""
    boxes = (Rectangle(((0, 1),), 1), Rectangle(((1, 1),), 0), Rectangle(((4, 6),), 0))
    lookup = NumericalLookup((0,), FiniteValues((0, 1)), (9,), boxes, 0)
    program = Program(Domain(("a",), 1), (Ones(),), (), Classifier(("x",), ()))
    found = narrowed(program, lookup)
    assert found == NumericalLookup((0,), FiniteValues((0, 1)), (2,), boxes[:1], 0)
