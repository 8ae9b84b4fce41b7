"""Tests of the pipeline."""

from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.pipeline import Step, searched, sound
from tprog.ir import Program


@given(closed_programs())
def test_sound_passes_keep_every_prediction(program: Program) -> None:
    """All sound passes together keep predictions, never lengthen, and find nothing the second time."""
    found = sound(program)
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert sound(found) == found


@settings(max_examples=6)
@given(closed_programs(max_operations=3, max_inputs=30))
def test_the_whole_pipeline_keeps_every_prediction(program: Program) -> None:
    """All passes together keep predictions, never lengthen, and do the same every time."""
    found = searched(program, exact_trials(program))
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert searched(program, exact_trials(program)) == found


def test_a_written_hist_becomes_one_count() -> None:
    """The look-up that names the count becomes votes, and every step is reported."""
    program, steps = hist_program(), list[Step]()
    found = searched(program, exact_trials(program), steps)
    assert len(found.operations) == 1
    assert same_predictions(program, found)
    assert cost(found) == steps[-1].after
    assert {step.kind for step in steps} == {"sound", "checked"}


def test_a_written_reverse_stays_short() -> None:
    """Nothing is lost of a program that is as short as it can be."""
    program = reverse_program()
    found = searched(program, exact_trials(program))
    assert same_predictions(program, found)
    assert len(found.operations) <= len(program.operations)
