"""Tests of writing fitted votes into a Program."""

import numpy as np
from example_programs import hist_program

from tprog.analysis.simplify.fit import Votes
from tprog.analysis.simplify.voting import voting
from tprog.ir import CategoricalVotes, NumericalVotes


def test_votes_are_rounded_and_the_bias_is_carried() -> None:
    """The first categorical votes carry the bias."""
    program = hist_program()
    weights = (np.array([[0.0, 1, 0, 0, 0.26]]), np.eye(5))
    votes = Votes((3, 4), weights, np.array([0.5, 0, 0, 0, 0]))
    found = voting(program, votes, 2)
    assert found is not None
    one, other = found.classifier.votes
    assert isinstance(one, NumericalVotes)
    assert one.weights == (0, 2, 0, 0, 1)
    assert isinstance(other, CategoricalVotes)
    assert other.weights[0] == (3, 0, 0, 0, 0)
    assert other.weights[1] == (1, 2, 0, 0, 0)


def test_ones_carry_the_bias_of_numbers() -> None:
    """Without categorical votes the bias is that of `ones`."""
    program = hist_program()
    votes = Votes((3,), (np.array([[0.0, 1, 2, 3, 4]]),), np.array([1.0, 0, 0, 0, 0]))
    found = voting(program, votes, 1)
    assert found is not None
    assert {vote.weights for vote in found.classifier.votes} == {
        (0, 1, 2, 3, 4),
        (1, 0, 0, 0, 0),
    }


def test_sums_stay_exact_in_single_precision() -> None:
    """A scale at which sums could reach 2^24 is refused."""
    votes = Votes((4,), (np.eye(5),), np.zeros(5))
    assert voting(hist_program(), votes, 1 << 24) is None
    assert voting(hist_program(), votes, 1 << 20) is not None
