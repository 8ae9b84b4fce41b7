"""Tests of letting a changed Program vote anew."""

from dataclasses import replace

from example_programs import hist_program
from hypothesis import given, settings
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify.edit import prune, with_votes
from tprog.analysis.simplify.refit import refitted
from tprog.ir import CategoricalVotes, NumericalVotes, Program


@settings(max_examples=15)
@given(closed_programs(max_operations=3, max_inputs=40))
def test_what_is_found_keeps_every_prediction(program: Program) -> None:
    """New votes on all inputs give the predictions that were wanted."""
    trials = exact_trials(program)
    found = refitted(prune(program), trials.bench, 0)
    assert found is None or same_predictions(program, found)


def test_a_look_up_can_be_replaced_by_votes() -> None:
    """The count's own votes do what its names did."""
    program = hist_program()
    trials = exact_trials(program)
    silent = with_votes(program, [NumericalVotes(3, (1, 2, 3, 4, 5))])
    found = refitted(prune(silent), trials.bench, 0)
    assert found is not None
    assert same_predictions(program, found)
    assert len(found.operations) == 1


def test_nothing_is_found_for_pooled_outputs() -> None:
    """Votes of whole sequences are left alone."""
    program = hist_program()
    pooled = replace(program, classifier=replace(program.classifier, pooled=True))
    assert refitted(pooled, exact_trials(pooled).bench, 0) is None
    assert any(isinstance(vote, CategoricalVotes) for vote in program.classifier.votes)
