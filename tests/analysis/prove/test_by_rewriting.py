"""Tests of the structural proof, and of votes in one form."""

from dataclasses import replace

from effort import scaled
from fault_injection import plant
from hypothesis import given, settings
from hypothesis import strategies as st
from shuffling import shuffled
from strategies import programs

from tprog.analysis.prove.by_rewriting import (
    Ballot,
    at_place,
    ballot,
    comparable,
    meaning_keys,
    normal_form,
    same_by_rewriting,
    too_large,
)
from tprog.analysis.prove.verify import verify
from tprog.analysis.simplify.sound import sound
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Domain,
    FiniteValues,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Rectangle,
    Tokens,
    Votes,
)
from tprog.locate import load


@given(programs(), st.integers(0, 1000))
def test_names_and_orders_do_not_matter(program: Program, seed: int) -> None:
    """A Program that is renamed and reordered at random has the same form, and so is proved equal."""
    other, _ = shuffled(program, seed)
    assert same_by_rewriting(program, other)


@given(programs(), st.integers(0, 1000))
def test_what_is_proved_is_true(program: Program, seed: int) -> None:
    """With a planted change, a proof is only given where both sides agree on the whole domain."""
    fault = plant(program, seed)
    if fault is None or program.domain.max_length is None or program.domain.unknown is not None:
        return
    if same_by_rewriting(program, fault.program):
        assert verify(program, fault.program).outcome == "equal"


@given(programs())
@settings(max_examples=scaled(40))
def test_sound_simplification_is_proved(program: Program) -> None:
    """A Program and what sound passes make of it become the same."""
    assert same_by_rewriting(program, sound(program))


def test_a_program_of_a_billion_inputs_is_proved_equal_to_its_shuffled_self() -> None:
    """Dyck-2 has a billion inputs, and none is looked at."""
    program = load("dyck2")
    other, _ = shuffled(program, 1)
    assert other != program
    assert normal_form(other) == normal_form(program)


def test_domains_have_to_agree() -> None:
    """Other symbols, frames or greatest lengths are not compared; least lengths and scores may differ."""
    domain = Domain(("a", "b"), 4, suffix="</s>")
    assert comparable(domain, replace(domain, symbols=("b", "a"), min_length=2, scored=("a",)))
    assert not comparable(domain, replace(domain, max_length=5))
    assert not comparable(domain, replace(domain, suffix=None))
    assert not comparable(domain, replace(domain, symbols=("a", "c")))
    assert not comparable(domain, replace(domain, unknown="a"))


def test_the_order_of_boxes_counts_where_a_look_up_is_too_large_to_be_listed() -> None:
    """The first box that holds a point wins, so the same boxes in another order are another function."""
    boxes = (Rectangle(((0, 5), (0, 5)), 0), Rectangle(((3, 9), (3, 9)), 1))
    found = []
    for order in (boxes, boxes[::-1]):
        lookup = NumericalLookup((1, 1), FiniteValues((0, 1)), (5000, 5000), order, 0)
        votes = CategoricalVotes(2, ((0, 0), (0, 1)))
        classifier = Classifier(("x", "y"), (votes,))
        found.append(Program(Domain(("a",), 2), (Tokens(), Ones()), (lookup,), classifier))
        assert too_large(lookup)
    assert meaning_keys(found[0])[2] != meaning_keys(found[1])[2]
    assert meaning_keys(found[0])[:2] == meaning_keys(found[1])[:2]
    assert not same_by_rewriting(*found) or verify(*found).outcome == "equal"


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
