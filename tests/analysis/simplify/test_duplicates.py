"""Tests of the pass `duplicates`."""

from dataclasses import replace

from example_programs import reverse_program
from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.duplicates import Duplicates, duplicates
from tprog.ir import Program


@given(closed_programs())
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, does nothing when applied again, and never makes a Program longer."""
    found = Duplicates().apply(program)
    assert same_predictions(program, found)
    assert Duplicates().apply(found) == found
    assert cost(found) <= cost(program)


def test_the_second_of_two_equal_heads_goes() -> None:
    """Two heads with the same definition are one, whatever their names."""
    program = reverse_program()
    first = len(program.inputs)
    twin = replace(program.operations[0], name="twin")
    doubled = replace(program, operations=(*program.operations, twin))
    assert duplicates(doubled) == {first + len(program.operations): first}
    assert duplicates(program) == {}
