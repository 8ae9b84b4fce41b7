"""Tests of changing a Program's parts."""

from dataclasses import replace

from example_programs import hist_program, reverse_program
from hypothesis import given
from simplifying import closed_programs, same_predictions

from tprog.analysis.simplify.pruning import (
    named,
    number_of,
    prune,
    redirected,
    with_bias,
    with_operation,
    with_votes,
)
from tprog.ir import NumericalVotes, Program, check


@given(closed_programs())
def test_pruning_keeps_every_prediction(program: Program) -> None:
    """What is pruned decides nothing, and nothing is left to prune."""
    found = prune(program)
    assert same_predictions(program, found)
    assert prune(found) is found


@given(closed_programs())
def test_written_names_are_those_that_a_file_would_show(program: Program) -> None:
    """Every operation keeps the name that it has, which finds it again."""
    found = named(program)
    assert found == program
    assert found.names == program.names
    for number, operation in enumerate(found.operations, len(found.inputs)):
        assert number_of(found, operation.name) == number
    assert number_of(found, "no such name") is None


@given(closed_programs())
def test_operations_of_one_name_are_told_apart(program: Program) -> None:
    """Where all have been given one name, each is still found by the name that a file would show."""
    alike = replace(
        program, operations=tuple(replace(one, name="same") for one in program.operations)
    )
    found = named(alike)
    for number, name in enumerate(found.names[len(found.inputs) :], len(found.inputs)):
        assert number_of(found, name) == number


@given(closed_programs())
def test_a_bias_for_all_labels_changes_nothing(program: Program) -> None:
    """The same weight for every label moves every sum alike."""
    found = with_bias(program, (3,) * len(program.classifier.labels))
    assert found is None or same_predictions(program, found)


def test_a_bias_needs_something_to_carry_it() -> None:
    """Without `ones` and without categorical votes there is no place for it."""
    program = with_votes(reverse_program(), [])
    bare = prune(program)
    assert bare.inputs == ()
    assert with_bias(bare, (1,) * len(bare.classifier.labels)) is None


def test_readers_and_votes_follow_a_redirection() -> None:
    """What read one variable reads the other, and the one goes."""
    program = hist_program()
    changed = redirected(with_operation(program, 3, program.operations[0]), 3, 2)
    assert check(changed)
    assert changed.operations[0].reads == (0,)
    votes = (NumericalVotes(2, (1,) * 5), NumericalVotes(3, (2,) * 5))
    moved = redirected(with_votes(program, votes), 3, 2)
    assert moved.classifier.votes == (NumericalVotes(0, (3,) * 5),)
