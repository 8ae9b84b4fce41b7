"""Tests of votes as formulas."""

import z3

from tprog.analysis.verify.prove.ballot import Ballot, Rows
from tprog.analysis.verify.prove.cases import Bit, Cases
from tprog.analysis.verify.prove.contest import differing, scored_at, width

A = z3.Bool("a")
HELD: dict[str, Cases] = {"v": {"x": A, "y": z3.Not(A)}, "n": {0: A, 3: z3.Not(A)}}


def held(key: str, place: int) -> Cases:
    """Return what a variable holds, the same at every position."""
    return HELD[key]


def contest(one: Ballot, other: Ballot, count: int = 1) -> Bit:
    """Return where two ballots differ."""
    return differing((one, other), (held, held), [list(range(count))] * 2)


def votes(*rows: tuple[str, Rows], bias: tuple[int, ...] = (0, 0)) -> Ballot:
    """Return a ballot of two labels."""
    return Ballot(("p", "q"), False, bias, rows)


def solutions(bit: Bit) -> set[bool]:
    """Return the values of the variable with which a bit is true."""
    if isinstance(bit, bool):
        return {False, True} if bit else set()
    return {
        known
        for known in (False, True)
        if z3.is_true(z3.simplify(z3.substitute(bit, (A, z3.BoolVal(known)))))
    }


def test_equal_votes_differ_nowhere() -> None:
    """No solver is needed for what is one formula."""
    same = votes(("v", (("x", (0, 2)), ("y", (0, -1)))))
    assert contest(same, same) is False


def test_a_tie_goes_to_the_first_label() -> None:
    """A lead of 0 is none."""
    first = votes(("v", (("x", (0, 1)),)))
    assert solutions(contest(first, votes())) == {True}
    assert solutions(contest(votes(("v", (("x", (0, -1)),))), votes())) == set()
    assert solutions(contest(votes(bias=(0, 1)), votes())) == {False, True}


def test_numbers_vote_per_unit() -> None:
    """The row of a numerical variable counts as often as its value says."""
    rows: Rows = ((None, (0, 2)),)
    assert solutions(contest(votes(("n", rows), bias=(0, -5)), votes())) == {False}
    assert solutions(contest(votes(("n", rows), bias=(0, -6)), votes())) == set()


def test_pooled_votes_are_added_over_positions() -> None:
    """What does not decide at one position may decide at three."""
    one = votes(("v", (("x", (0, 2)),)), ("n", ((None, (0, -1)),)), bias=(0, -1))
    other = votes(bias=(0, 1))
    assert solutions(contest(one, other, 3)) == {False}
    assert width((one, other), 3, (held, held), [[0, 1, 2]] * 2) >= 5


def test_labels_are_compared_by_name() -> None:
    """Another order of labels is no difference, but for ties; a label of one side alone is one."""
    first = votes(("v", (("x", (0, 1)), ("y", (0, -1)))))
    turned = Ballot(("q", "p"), False, (0, 0), (("v", (("x", (0, -1)), ("y", (0, 1)))),))
    assert solutions(contest(first, turned)) == set()
    other = Ballot(("p", "r"), False, (0, 0), first.votes)
    assert solutions(contest(first, other)) == {True}


def test_a_position_counts_where_its_symbol_is_scored() -> None:
    """Without scored symbols every position counts."""
    assert scored_at(HELD["v"], None) is True
    assert solutions(scored_at(HELD["v"], ("y",))) == {False}
