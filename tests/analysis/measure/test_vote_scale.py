"""Votes as they are shown."""

from dataclasses import replace

import pytest
from example_programs import hist_program
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.measure.vote_scale import PLAIN, VoteScale, vote_scale
from tprog.ir import CategoricalVotes, Program


def weighted(factor: int) -> Program:
    """Return hist with its weights of 10 multiplied."""
    program = hist_program()
    (votes,) = program.classifier.votes
    assert isinstance(votes, CategoricalVotes)
    rows = tuple(tuple(factor * weight for weight in row) for row in votes.weights)
    classifier = replace(program.classifier, votes=(replace(votes, weights=rows),))
    return replace(program, classifier=classifier)


def test_only_long_votes_are_scaled() -> None:
    """What we learn is shown as it is; the largest weight of others gets three digits."""
    assert vote_scale(weighted(9_999)) == PLAIN
    assert vote_scale(weighted(4_638_500_500)).power == 8
    assert vote_scale(weighted(1), weighted(4_638_500_500)).power == 8
    assert PLAIN.note == ""
    assert VoteScale(8).note == "votes in units of 10^8"


@pytest.mark.parametrize(
    ("power", "votes", "text"),
    [
        (0, 12, "+12"),
        (0, -3.456, "-3.46"),
        (0, 99_999, "+99,999"),
        (0, 8_480_000_000, "+8.48e9"),
        (8, 45_852_447_200, "+459"),
        (8, -723_762_144_050, "-7,238"),
        (8, 3_396_664_295, "+34"),
        (8, 120_000, "+0.0012"),
        (8, 0, "+0"),
    ],
)
def test_votes_take_a_few_characters(power: int, votes: float, text: str) -> None:
    """Three digits, with a sign where it is wanted."""
    assert VoteScale(power).text(votes) == text
    assert VoteScale(power).text(votes, sign=False) == text.removeprefix("+")


def test_votes_can_stand_alone() -> None:
    """Where no note is beside them, votes say themselves what they are counted in."""
    assert VoteScale(8).complete(45_852_447_200) == "+459e8"
    assert VoteScale(8).complete(0) == "+0"
    assert PLAIN.complete(12) == "+12"


@given(st.integers(-(10**14), 10**14).filter(bool), st.integers(0, 12))
def test_what_is_shown_is_within_a_hundredth(votes: int, power: int) -> None:
    """Scaling rounds, and never changes a sign or an order of magnitude."""
    shown = float(VoteScale(power).text(votes).replace(",", "")) * 10**power
    assert shown == pytest.approx(votes, rel=0.01)
