"""Tests of the measures of votes."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.analysis.measure.swing import swing, swings
from tprog.ir import CategoricalVotes, Classifier, NumericalVotes, Votes


@pytest.mark.parametrize(
    ("vote", "moved"),
    [
        (CategoricalVotes(0, ((10, 0), (0, 10))), 20),
        (CategoricalVotes(0, ((10, 0), (10, 0))), 0),
        (CategoricalVotes(0, ((5, 5), (-7, -7))), 0),
        (CategoricalVotes(0, ((3,), (9,))), 0),
        (NumericalVotes(0, (4, -3, 1)), 7),
        (NumericalVotes(0, (4, 4)), 0),
    ],
)
def test_swing_is_what_one_label_can_gain_on_another(vote: Votes, moved: int) -> None:
    """Votes that are the same for all values, or for all labels, move nothing."""
    assert swing(vote) == moved


def test_labels_that_cannot_win_do_not_count() -> None:
    """A masked label's votes are left out."""
    assert swing(CategoricalVotes(0, ((90, 1, 0), (0, 0, 1))), masked=(0,)) == 2
    assert swing(NumericalVotes(0, (90, 1, 0)), masked=(0,)) == 1


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(-50, 50), min_size=width, max_size=width), min_size=1, max_size=5
        )
    )
)
def test_swing_agrees_with_its_definition(rows: list[list[int]]) -> None:
    """The fast form equals the largest change over all pairs of values and labels."""
    labels = range(len(rows[0]))
    expected = max(
        (one[a] - one[b]) - (other[a] - other[b])
        for one, other in product(rows, repeat=2)
        for a, b in product(labels, repeat=2)
    )
    assert swing(CategoricalVotes(0, tuple(map(tuple, rows)))) == expected


def test_swings_name_every_voting_variable() -> None:
    """A variable without votes has no measure."""
    votes = (CategoricalVotes(0, ((0, 0), (3, 0))), NumericalVotes(2, (1, 0)))
    assert swings(Classifier(("a", "b"), votes)) == {0: 3, 2: 1}
