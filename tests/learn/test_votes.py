"""Votes within a bound."""

from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.ir import CategoricalVotes, Classifier, Domain, NumericalVotes, Ones, Program, Tokens
from tprog.learn.fit import largest_sum, within


@given(programs(), st.integers(20, 40))
def test_sums_stay_below_the_bound(program: Program, bits: int) -> None:
    """Whatever the votes were, their sums fit afterwards; votes that fit already stay as they are."""
    bound = 1 << bits
    found = within(program, bound)
    assert largest_sum(found) < bound
    if largest_sum(program) < bound:
        assert found is program
    assert within(found, bound) == found


def test_votes_keep_their_proportions() -> None:
    """All votes are divided by one number and rounded to the nearest integer, halves away from zero."""
    votes = (
        CategoricalVotes(0, ((10_000, -10_000), (5_000, 0), (1, 0))),
        NumericalVotes(1, (300, -300)),
    )
    domain = Domain(("a", "b"), 2)
    program = Program(domain, (Tokens(), Ones()), (), Classifier(("x", "y"), votes))
    found = within(program, 1_000)
    first, second = found.classifier.votes
    assert isinstance(first, CategoricalVotes)
    assert isinstance(second, NumericalVotes)
    assert first.weights[0][0] == -first.weights[0][1]
    assert abs(first.weights[0][0] - 2 * first.weights[1][0]) <= 1
    assert first.weights[2] == (0, 0)
    assert abs(first.weights[0][0] / second.weights[0] - 10_000 / 300) < 1
