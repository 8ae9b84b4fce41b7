"""The scalar interpreter follows the written rules, on cases worked out by hand."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.evaluate.scalar import interpret, ranking, value_at
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    First,
    KeyIn,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Ones,
    Operation,
    Positions,
    Predicate,
    Program,
    Rectangle,
    Table,
    TextRule,
    TieBreak,
    Tokens,
    WordTable,
)

DOMAIN = Domain(("a", "b", "x"), max_length=7, prefix=None)
WANT_X = Table(((2,), (2,), (2,)))


def program(*operations: Operation, domain: Domain = DOMAIN) -> Program:
    """Return a Program over tokens, positions and ones."""
    labels = Classifier(("no", "yes"), ())
    return Program(domain, (Tokens(), Positions(), Ones()), operations, labels)


def attended(text: str, tie: TieBreak, causal: bool = False) -> tuple[int, ...]:
    """Return where a head that wants `x` looks, from each position of a text."""
    head = CategoricalHead(0, 0, 1, WANT_X, tie, causal)
    return interpret(program(head), tuple(text)).heads[3].attended


@pytest.mark.parametrize(
    ("text", "tie", "causal", "expected"),
    [
        ("xaaax", Nearest(), False, (4, 0, 0, 4, 0)),
        ("axbxa", Nearest(), False, (1, 3, 1, 1, 3)),
        ("aax", Nearest(), False, (2, 2, 2)),
        ("aab", Nearest(), False, (0, 0, 0)),
        ("axbxa", Nearest(), True, (0, 1, 1, 1, 3)),
        ("xaxxa", Nearest("matches"), False, (2, 0, 3, 2, 3)),
        ("xaaax", Nearest("matches"), False, (0, 0, 0, 4, 4)),
        ("xxa", Nearest("matches"), False, (1, 0, 1)),
        ("axx", Nearest("matches"), True, (0, 1, 1)),
        ("axbxa", First(), False, (1, 1, 1, 1, 1)),
        ("axbxa", First(), True, (0, 1, 1, 1, 1)),
        ("baab", First(), False, (0, 0, 0, 0)),
    ],
)
def test_attended_positions(
    text: str, tie: TieBreak, causal: bool, expected: tuple[int, ...]
) -> None:
    """The nearest match wins, ties go left, the own position is the last resort, and position 0 the default."""
    assert attended(text, tie, causal) == expected


def test_own_position_at_the_number_of_matches_ties_with_the_smaller_position() -> None:
    """With two matches the own position stands at distance 2: it beats distance 3 and a right neighbour at 2."""
    assert attended("aaxax", Nearest("matches"))[2] == 2
    assert attended("xaxaa", Nearest("matches"))[2] == 0
    assert attended("xaax", Nearest("matches")) == (0, 0, 3, 3)


def test_scores_choose_among_matches() -> None:
    """The matching key with the highest score is attended; a tie goes to the first."""
    scores = ByScore(((1, 2, 3), (0, -5, 7), (0, 0, 0)))
    head = CategoricalHead(0, 0, 1, Table(((0, 1), (1, 2), ())), scores)
    run = interpret(program(head), tuple("babxa"))
    assert run.heads[3].attended == (3, 0, 3, 0, 0)
    assert run.values[3] == (3, 0, 3, 0, 0)


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (Table(((1,), (0, 2), ())), ((1, 3), (0, 2), (1, 3), (0, 2))),
        (KeyIn((1, 2)), ((1, 3),) * 4),
        (Constant(True), ((0, 1, 2, 3),) * 4),
        (Constant(False), ((),) * 4),
        (Compare("!="), ((1, 3), (0, 2), (1, 3), (0, 2))),
        (Compare("<"), ((), (0, 2), (), (0, 2))),
    ],
)
def test_predicates_match(predicate: Predicate, expected: tuple[tuple[int, ...], ...]) -> None:
    """Every form of predicate says which positions match."""
    head = NumericalHead(0, 0, 2, predicate)
    assert interpret(program(head), tuple("abab")).heads[3].matches == expected


def test_comparisons_of_positions_go_on_without_an_end() -> None:
    """A mirrored comparison of positions matches beyond any table."""
    domain = Domain(("a",), None, prefix=None)
    head = NumericalHead(1, 1, 2, Compare("==", -1, 24))
    run = interpret(program(head, domain=domain), ("a",) * 20)
    assert run.heads[3].matches[4] == ()
    assert run.heads[3].matches[5] == (19,)
    assert run.values[3] == (0,) * 5 + (1,) * 15


def test_text_and_numbers_are_never_equal() -> None:
    """A comparison between tokens and positions holds nowhere, its opposite everywhere."""
    domain = Domain(("0", "1"), 2, prefix=None)
    same = interpret(program(NumericalHead(0, 1, 2, Compare("==")), domain=domain), ("0", "1"))
    other = interpret(program(NumericalHead(0, 1, 2, Compare("!=")), domain=domain), ("0", "1"))
    assert same.values[3] == (0, 0)
    assert other.values[3] == (2, 2)


def test_numerical_heads_add_up() -> None:
    """A numerical head sums its value over the matches; a causal one only up to its own position."""
    count = NumericalHead(0, 0, 2, Compare("=="))
    add = NumericalHead(0, 0, 3, Constant(True))
    causal = NumericalHead(0, 0, 3, Constant(True), causal=True)
    run = interpret(program(count, add, causal), tuple("aabx"))
    assert run.values[3] == (2, 2, 1, 1)
    assert run.values[4] == (6,) * 4
    assert run.values[5] == (2, 4, 5, 6)


def test_lookups() -> None:
    """Tables are row-major; numbers are clamped, and the first rectangle that holds the point wins."""
    names = FiniteValues(("p", "q", "r"))
    table = CategoricalLookup((0, 0), names, (0, 1, 2, 1, 2, 0, 2, 0, 1))
    count = NumericalHead(0, 0, 2, Constant(True), causal=True)
    boxes = NumericalLookup(
        (4,), names, (3,), (Rectangle(((2, 3),), 1), Rectangle(((0, 2),), 2)), 0
    )
    run = interpret(program(table, count, boxes), tuple("abxab"))
    assert run.values[3] == (0, 2, 1, 0, 2)
    assert run.values[4] == (1, 2, 3, 4, 5)
    assert run.values[5] == (2, 1, 1, 1, 1)


def test_unknown_words() -> None:
    """An unknown word is read as the unknown symbol, except by rules over its text."""
    domain = Domain(("a", "other"), 3, unknown="other")
    values = FiniteValues((0, 1))
    inputs = (
        Tokens(),
        WordTable(values, (0, 0, 1)),
        TextRule("shape", FiniteValues(("?", "Xx")), otherwise=0),
    )
    found = Program(domain, inputs, (), Classifier(("x",), ()))
    run = interpret(found, ("<s>", "a", "Paris", "other"))
    assert run.values == ((0, 1, 2, 2), (0, 0, 1, 1), (0, 0, 1, 0))


def vote(classifier: Classifier, text: str = "abx", domain: Domain = DOMAIN) -> tuple[str, ...]:
    """Return the predictions of a classifier over tokens."""
    return interpret(
        replace(program(domain=domain), classifier=classifier), tuple(text)
    ).predictions


def test_votes() -> None:
    """The largest sum wins, a tie goes to the first label, and a masked label never wins."""
    weights = ((1, 2, 3), (5, 5, 4), (0, 9, 9))
    votes = (CategoricalVotes(0, weights),)
    assert vote(Classifier(("p", "q", "r"), votes)) == ("r", "p", "q")
    assert vote(Classifier(("p", "q", "r"), votes, masked=(0, 1))) == ("r", "r", "r")
    assert vote(Classifier(("p", "q", "r"), votes, masked=(2,))) == ("q", "p", "q")
    units = (*votes, NumericalVotes(2, (10, 0, 0)))
    assert vote(Classifier(("p", "q", "r"), units)) == ("p", "p", "p")


def test_pooled_sums_are_added_over_all_positions() -> None:
    """A pooled classifier adds its sums over data and frame and answers once."""
    domain = replace(DOMAIN, prefix="<s>")
    weights = ((0, 5), (2, 0), (2, 0), (2, 0))
    classifier = Classifier(("no", "yes"), (CategoricalVotes(0, weights),), pooled=True)
    found = replace(program(domain=domain), classifier=classifier)
    assert interpret(found, ("<s>", "a", "b")).predictions == ("yes",)
    assert interpret(found, ("<s>", "a", "b", "a")).sums == ((6, 5),)


def test_forced_labels_stand_at_the_ends() -> None:
    """Labels can be forced at prefix and suffix, also such as the classifier does not know."""
    domain = replace(DOMAIN, prefix="<s>", suffix="</s>")
    classifier = Classifier(("no", "yes"), (), first="<s>", last="yes")
    found = replace(program(domain=domain), classifier=classifier)
    run = interpret(found, domain.frame("ab"))
    assert run.predictions == ("<s>", "no", "no", "yes")
    assert run.winners == (0, 0, 0, 0)


@given(program=programs(), data=st.data())
def test_ranking_puts_the_winner_first(program: Program, data: st.DataObject) -> None:
    """The labels that can win are ranked by their sums, and masked ones are left out."""
    size = len(program.classifier.labels)
    sums = tuple(data.draw(st.lists(st.integers(-3, 3), min_size=size, max_size=size)))
    ranked = ranking(program, sums)
    assert sorted(ranked) == sorted(set(range(size)) - set(program.classifier.masked))
    assert all((-sums[a], a) < (-sums[b], b) for a, b in pairwise(ranked))


def test_entries_stand_for_values() -> None:
    """An entry is an index into finite values, and itself for numbers and endless positions."""
    endless = program(domain=Domain(("b", "a"), None, prefix=None))
    assert value_at(endless, 0, 1) == "a"
    assert value_at(endless, 1, 7) == 7
    assert value_at(endless, 2, 1) == 1
