"""Which Programs are the same algorithm."""

from dataclasses import replace

from example_programs import hist_program, reverse_program
from shuffling import shuffled

from tprog.analysis.diff.families import families
from tprog.ir import CategoricalVotes


def test_names_and_order_make_no_other_algorithm() -> None:
    """The same heads and look-ups under other names are one family; others are another."""
    one, other = hist_program(), reverse_program()
    found = families([one, other, shuffled(one, 1)[0]])
    assert [each.letter for each in found] == ["A", "B", "A"]
    assert found[0].nearest == 2
    assert found[0].shared == len(one.operations)
    assert found[1].nearest is None


def test_other_votes_are_told() -> None:
    """Votes make no other algorithm, but they are compared."""
    one = hist_program()
    vote = one.classifier.votes[0]
    assert isinstance(vote, CategoricalVotes)
    doubled = replace(vote, weights=tuple(tuple(2 * w for w in row) for row in vote.weights))
    other = replace(one, classifier=replace(one.classifier, votes=(doubled,)))
    found = families([one, other])
    assert [each.letter for each in found] == ["A", "A"]
    assert [each.same_votes for each in found] == [True, False]


def test_there_are_letters_for_any_number_of_families() -> None:
    """The twenty-seventh family is AA."""
    found = families([hist_program(longest=n) for n in range(1, 29)])
    assert [each.letter for each in found][24:28] == ["Y", "Z", "AA", "AB"]
