"""Tests of votes in one form."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.verify.prove.ballot import Ballot, at_place, ballot
from tprog.ir import CategoricalVotes, Classifier, Domain, Positions, Program, Tokens, Votes

DOMAIN = Domain(("a", "b"), 2)


def voting(labels: tuple[str, ...], *tables: tuple[tuple[int, ...], ...]) -> Program:
    """Return a Program whose tokens and positions vote, each by a table."""
    votes = tuple(CategoricalVotes(number, table) for number, table in enumerate(tables))
    return Program(DOMAIN, (Tokens(), Positions()), (), Classifier(labels, votes))


def names(program: Program) -> list[str]:
    """Return a key for each variable that is its own."""
    return [str(number) for number in range(len(program.variables))]


def test_only_leads_count() -> None:
    """What all labels get alike, and a common factor, change nothing."""
    plain = voting(("x", "y"), ((0, 0), (0, 1), (0, 2)))
    raised = voting(("x", "y"), ((7, 7), (10, 13), (-4, 2)))
    assert ballot(plain, names(plain)) == ballot(raised, names(raised))
    assert ballot(plain, names(plain)).votes == (("0", (("a", (0, 1)), ("b", (0, 2)))),)


def test_what_every_value_gives_is_a_bias() -> None:
    """It does not matter which variable gives a label the same at every value."""
    first = voting(("x", "y"), ((0, 3), (0, 4), (0, 3)), ((0, 0), (0, 1), (0, 0)))
    second = voting(("x", "y"), ((0, 0), (0, 1), (0, 0)), ((0, 3), (0, 4), (0, 3)))
    assert ballot(first, names(first)) == ballot(second, names(second))
    assert ballot(first, names(first)).bias == (0, 3)


def test_labels_that_cannot_win_are_left_out() -> None:
    """A masked label and its votes say nothing; the order of the others does."""
    plain = voting(("x", "y"), ((0, 0), (0, 1), (0, 2)))
    wide = voting(("x", "z", "y"), ((0, 9, 0), (0, 5, 1), (0, 0, 2)))
    masked = replace(wide, classifier=replace(wide.classifier, masked=(1,)))
    assert ballot(masked, names(masked)) == ballot(plain, names(plain))
    assert ballot(wide, names(wide)) != ballot(plain, names(plain))


def test_votes_of_variables_with_one_key_are_added() -> None:
    """Two copies of a variable vote like one of them with both tables."""
    twice = voting(("x", "y"), ((0, 0), (0, 1), (0, 2)), ((0, 0), (0, 1), (0, 2)))
    copied = replace(twice, inputs=(Tokens(), Positions()))
    assert len(ballot(copied, ["0", "1"]).votes) == 2
    once = voting(("x", "y"), ((0, 0), (0, 2), (0, 4)))
    same = replace(
        twice,
        classifier=replace(twice.classifier, votes=(twice.classifier.votes[0],)),
    )
    assert ballot(same, names(same)) == ballot(once, names(once))


@given(programs(), st.integers(1, 5))
def test_a_factor_changes_nothing(program: Program, factor: int) -> None:
    """Votes that are all multiplied by a positive number have the same form."""
    votes: list[Votes] = []
    for vote in program.classifier.votes:
        if isinstance(vote, CategoricalVotes):
            table = tuple(tuple(weight * factor for weight in row) for row in vote.weights)
            votes.append(replace(vote, weights=table))
        else:
            votes.append(replace(vote, weights=tuple(weight * factor for weight in vote.weights)))
    scaled = replace(program, classifier=replace(program.classifier, votes=tuple(votes)))
    assert ballot(scaled, names(scaled)) == ballot(program, names(program))


def test_at_a_position_only_values_count_that_can_occur_there() -> None:
    """What every one of them adds is a bias, so other weights elsewhere make no difference."""
    votes = Ballot(
        ("x", "y"), False, (0, 1), (("v", (("a", (0, 4)), ("b", (0, 6)), ("c", (0, 9)))),)
    )
    found = at_place(votes, lambda _: ["b", "c"], lambda _: None)
    assert found == Ballot(("x", "y"), False, (0, 7), (("v", (("c", (0, 3)),)),))
    assert at_place(votes, lambda _: ["a"], lambda _: None).votes == ()


def test_numbers_that_can_occur_vote_by_value() -> None:
    """A numerical variable is one of few values at a position."""
    votes = Ballot(("x", "y"), False, (0, 0), (("n", ((None, (0, 2)),)),))
    found = at_place(votes, lambda _: [1, 3], lambda _: None)
    assert found == Ballot(("x", "y"), False, (0, 1), (("n", ((3, (0, 2)),)),))


def test_a_variable_that_follows_from_another_votes_by_that() -> None:
    """Values of the other that were shown not to occur add nothing."""
    votes = Ballot(("x", "y"), False, (0, 0), (("v", (("a", (0, 1)), ("b", (0, 2)))),))
    found = at_place(votes, lambda _: [0, 1, 2], lambda _: ("u", {0: "a", 1: "b"}))
    assert found == Ballot(("x", "y"), False, (0, 1), (("u", ((1, (0, 1)),)),))
