"""The votes of a published program, and the whole."""

from fractions import Fraction

import pytest

from tprog.errors import UnreadableSource
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Domain,
    NumericalHead,
    NumericalVotes,
    Table,
)
from tprog.published.abstract import Scores
from tprog.published.assemble import assemble
from tprog.published.drafts import Drafts

HALF, THIRD = Fraction(1, 2), Fraction(3, 10)


def rows(*found: tuple[Fraction, ...]) -> tuple[tuple[Fraction, ...], ...]:
    return found


def test_votes_stand_in_the_order_of_variables() -> None:
    """Weights become integers over one step, in the order of the final variables, whatever order they came in."""
    drafts = Drafts(Domain(("a",), 2))
    ones, tokens = drafts.ones(), drafts.tokens()
    program, warnings = assemble(
        drafts,
        [Scores(ones, rows((HALF, THIRD))), Scores(tokens, rows((HALF, HALF), (THIRD, -HALF)))],
        ("X", "Y"),
        masked=(1,),
        first="X",
    )
    assert program.classifier == Classifier(
        ("X", "Y"),
        (CategoricalVotes(0, ((5, 5), (3, -5))), NumericalVotes(1, (5, 3))),
        (1,),
        first="X",
    )
    assert warnings == []


def test_votes_of_a_variable_that_stands_twice_are_added() -> None:
    """A variable whose rows are listed twice votes with their sum."""
    drafts = Drafts(Domain(("a",), 2))
    tokens = drafts.tokens()
    once = Scores(tokens, rows((HALF,), (THIRD,)))
    program, _ = assemble(drafts, [once, once, once], ("X",))
    assert program.classifier.votes == (CategoricalVotes(0, ((5,), (3,))),)


def test_weights_that_are_too_far_apart_are_rounded_and_it_is_said() -> None:
    """Where 64 bits are too few the Program still is valid, and the warning says how far it can be trusted."""
    drafts = Drafts(Domain(("a",), 2))
    tiny = Fraction(1, 10**30)
    program, warnings = assemble(
        drafts, [Scores(drafts.tokens(), rows((Fraction(40), tiny), (tiny, HALF)))], ("X", "Y")
    )
    assert "rounded" in warnings[0]
    assert program.run(["a", "a"]) == ["Y", "Y"]


def test_numbers_beyond_64_bits_are_refused() -> None:
    """Counts of counts of counts that no machine integer holds end in one line."""
    drafts = Drafts(Domain(("a",), 999))
    tokens, number = drafts.tokens(), drafts.ones()
    for _ in range(7):
        every = Table(((0, 1), (0, 1)))
        number = drafts.add(NumericalHead(tokens, tokens, number, every), None)
    with pytest.raises(UnreadableSource, match="exceed 64 bits"):
        assemble(drafts, [Scores(number, rows((HALF,)))], ("X",))


def test_parts_that_do_not_fit_are_refused() -> None:
    """A head over a numerical variable is reported, not returned."""
    drafts = Drafts(Domain(("a",), 2))
    ones, tokens = drafts.ones(), drafts.tokens()
    drafts.add(CategoricalHead(ones, tokens, tokens, Table(((), ()))), ("<s>", "a"))
    with pytest.raises(UnreadableSource, match="do not fit together"):
        assemble(drafts, [], ("X",))
