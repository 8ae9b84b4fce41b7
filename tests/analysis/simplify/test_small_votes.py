"""Tests of the pass `small_votes`."""

from dataclasses import replace

from example_programs import hist_program
from hypothesis import given, settings
from hypothesis import strategies as st
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.edit import with_votes
from tprog.analysis.simplify.small_votes import SmallVotes, counted
from tprog.ir import CategoricalVotes, Classifier, NumericalVotes, Program


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


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-30, 30)), min_size=2, max_size=6))
def test_one_number_decides_by_plain_votes(lines: list[tuple[int, int]]) -> None:
    """Whatever the votes for a count were, plain ones choose the same label for every count."""
    program = hist_program()
    labels = tuple("abcdef"[: len(lines)])
    votes = (
        NumericalVotes(2, tuple(bias for _, bias in lines)),
        NumericalVotes(3, tuple(slope for slope, _ in lines)),
    )
    program = replace(
        program, operations=program.operations[:1], classifier=Classifier(labels, votes)
    )
    found = counted(program)
    assert found is not None
    assert same_predictions(program, found)


def test_a_label_for_each_count_gets_squares() -> None:
    """Twice the number for each unit, less its square: the nearest number wins."""
    program = hist_program()
    wide = tuple(10 * place for place in range(4))
    votes = (NumericalVotes(2, (0, -5, -20, -45)), NumericalVotes(3, wide))
    classifier = Classifier(("0", "1", "2", "3"), votes)
    program = replace(program, operations=program.operations[:1], classifier=classifier)
    found = counted(program)
    assert found is not None
    assert {vote.weights for vote in found.classifier.votes} == {(0, 2, 4, 6), (0, -1, -4, -9)}


def test_several_variables_have_no_plain_votes() -> None:
    """Only one number alone is written like that."""
    assert counted(hist_program()) is None
