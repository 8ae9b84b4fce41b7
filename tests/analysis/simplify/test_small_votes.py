"""Tests of the pass `small_votes`."""

from example_programs import hist_program
from hypothesis import given, settings
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.edit import with_votes
from tprog.analysis.simplify.small_votes import SmallVotes
from tprog.ir import CategoricalVotes, Program


@settings(max_examples=25)
@given(closed_programs(max_operations=4, max_inputs=40))
def test_it_keeps_every_prediction(program: Program) -> None:
    """The pass keeps all predictions, gives the same result each time, and never makes a Program longer."""
    trials = exact_trials(program)
    found = SmallVotes().apply(program, trials)
    assert trials.settle() == found
    assert same_predictions(program, found)
    assert cost(found) <= cost(program)
    assert SmallVotes().apply(program, exact_trials(program)) == found


def test_large_votes_become_small() -> None:
    """Votes a thousand times too large are written as small ones."""
    program = hist_program()
    large = CategoricalVotes(4, tuple(tuple(777 * (r == c) for c in range(5)) for r in range(5)))
    program = with_votes(program, [large])
    found = SmallVotes().apply(program, exact_trials(program))
    votes = found.classifier.votes[0]
    assert isinstance(votes, CategoricalVotes)
    assert max(max(row) for row in votes.weights) == 4
    assert same_predictions(program, found)
