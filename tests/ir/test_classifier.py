"""Classifiers check their labels, masks and the width of their votes."""

from typing import Any

import pytest

from tprog.errors import InvalidProgram
from tprog.ir import CategoricalVotes, Classifier, NumericalVotes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": ()}, "missing or repeat"),
        ({"labels": ("p", "p")}, "missing or repeat"),
        ({"masked": (1, 0)}, "ascending"),
        ({"masked": (0, 0)}, "ascending"),
        ({"masked": (2,)}, "ascending"),
        ({"masked": (-1,)}, "ascending"),
        ({"masked": (0, 1)}, "every label is masked"),
        ({"votes": (CategoricalVotes(3, ((1, 2), (1,))),)}, "votes of variable 3 do not fit"),
        ({"votes": (NumericalVotes(4, (1, 2, 3)),)}, "votes of variable 4 do not fit"),
    ],
)
def test_classifiers_that_do_not_fit_are_refused(arguments: dict[str, Any], message: str) -> None:
    """Labels are distinct, a mask leaves one, and every vote has a weight for each label."""
    with pytest.raises(InvalidProgram, match=message):
        Classifier(**{"labels": ("p", "q"), "votes": (), **arguments})


def test_classifiers_are_compared_by_value() -> None:
    """Labels, votes, mask, pooling and forced labels all count."""
    votes = (CategoricalVotes(0, ((1, 2),)), NumericalVotes(1, (3, 4)))
    plain = Classifier(("p", "q"), votes)
    assert plain == Classifier(("p", "q"), votes)
    assert hash(plain) == hash(Classifier(("p", "q"), votes))
    others = [
        Classifier(("q", "p"), votes),
        Classifier(("p", "q"), votes[:1]),
        Classifier(("p", "q"), votes, masked=(0,)),
        Classifier(("p", "q"), votes, pooled=True),
        Classifier(("p", "q"), votes, first="p"),
        Classifier(("p", "q"), votes, last="p"),
    ]
    assert len({plain, *others}) == 7
