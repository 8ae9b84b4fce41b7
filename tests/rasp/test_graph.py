"""Graphs: equality by content, depth, and exact evaluation on many sequences at once."""

from fractions import Fraction
from itertools import product

import pytest
from effort import scaled
from hypothesis import given, settings
from rasp.forms import AT, REVERSE, SORT, T
from rasp_graphs import ALPHABET, graphs, slow

from tprog.rasp.evaluate import RaspError, evaluate
from tprog.rasp.graph import (
    LENGTH,
    Aggregate,
    And,
    Closest,
    Const,
    Indices,
    Map,
    Or,
    Select,
    SOp,
    Width,
    depth,
    walk,
)
from tprog.rasp.rewriting import at_the_end


def test_ragged_batches_come_back_in_order() -> None:
    """Sequences of several lengths keep their places."""
    assert evaluate(SORT, ["cab", "ba", "bcab"]) == [
        ("a", "b", "c"),
        ("a", "b"),
        ("a", "b", "b", "c"),
    ]
    assert evaluate(REVERSE, ["abc", "a"]) == [("c", "b", "a"), ("a",)]


def test_equality_is_by_content_and_type() -> None:
    """Two ways to build the same node meet; 1, True and the fraction 1 stay apart."""
    again = Width(Or(Select(T, T, "<"), And(Select(T, T, "=="), Select(AT, AT, "<"))))
    assert Aggregate(Select(again, AT, "=="), T, "?") == SORT
    assert len({Const(1), Const(True), Const(Fraction(1)), Const("1")}) == 4


def test_equality_costs_the_same_for_shared_graphs() -> None:
    """A graph whose tree has 2**60 nodes is hashed, compared and evaluated at once."""
    first: SOp = AT
    second: SOp = AT
    for _ in range(60):
        first, second = Map("-", (first, first)), Map("-", (second, second))
    assert first == second
    assert sum(1 for _ in walk(first)) == 61
    assert evaluate(first, ["ab"]) == [(0, 0)]


def test_depth_counts_selectors() -> None:
    """Layers as RASP's authors count them."""
    assert [depth(one) for one in (T, LENGTH, REVERSE, SORT)] == [0, 1, 2, 2]


def test_means_are_exact_fractions() -> None:
    """The mean of several is a fraction, of one the value itself, of none the default."""
    before = Select(AT, AT, "<")
    assert evaluate(Aggregate(before, AT, 7), ["abcd"]) == [(7, 0, Fraction(1, 2), Fraction(1))]
    huge = Map("^", (Const(10), Map("*", (AT, Const(20)))))
    assert evaluate(Aggregate(Select(AT, AT, "<="), huge), ["ab"]) == [
        (1, Fraction(10**20 + 1, 2)),
    ]


def test_mixed_types_are_an_error_of_the_language_only() -> None:
    """A string beside an int has no value in RASP; tracr's programs may hold it."""
    shifted = Aggregate(Select(Map("+", (AT, Const(1))), AT, "=="), T, None)
    mixed = Aggregate(Select(Map("+", (AT, Const(1))), AT, "=="), T, 0)
    with pytest.raises(RaspError, match="different types"):
        evaluate(mixed, ["ab"])
    assert evaluate(shifted, ["ab"], rules="tracr") == [(None, "a")]


def test_bools_beside_ints_count_as_ints() -> None:
    """A sequence of bools and ints holds ints; a sequence of bools alone keeps them."""
    first = Map("==", (AT, Const(0)))
    mixed = Map("if", (first, Map("<", (AT, Const(1))), AT))
    assert [type(one) for one in evaluate(mixed, ["ab"])[0]] == [int, int]
    assert evaluate(first, ["ab"]) == [(True, False)]


def test_averaging_strings_is_an_error() -> None:
    """Several strings have no mean; the message shows the sequence."""
    with pytest.raises(RaspError, match="asked to average multiple values"):
        evaluate(Aggregate(Select(AT, AT, "<="), T), ["ab"])


@settings(max_examples=scaled(40))
@given(graphs())
def test_batches_agree_with_the_rules_one_by_one(graph: SOp) -> None:
    """Columns of codes compute what the rules say, on every sequence up to length 4."""
    sequences = [word for length in range(1, 5) for word in product(ALPHABET, repeat=length)]
    sequences = sequences[:: max(1, len(sequences) // 40)]
    assert evaluate(graph, sequences) == [tuple(slow(graph, word)) for word in sequences]


def test_closest_is_the_attention_of_a_categorical_head() -> None:
    """Left before right, the own position last, the default where nothing is selected."""
    same = Closest(Select(T, T, "=="))
    assert evaluate(Aggregate(same, AT, 9), ["abab", "aaa"]) == [(2, 3, 0, 1), (1, 0, 1)]


@settings(max_examples=scaled(60), deadline=None)
@given(graphs())
def test_at_the_end_a_graph_may_look_everywhere(graph: SOp) -> None:
    """The value at the last position stays, or there is still none."""
    for word in ("a", "ab", "bcab"):
        try:
            [values] = evaluate(graph, [tuple(word)])
            [found] = evaluate(at_the_end(graph), [tuple(word)])
        except RaspError:
            continue
        assert found[-1] == values[-1]


def test_counts_at_the_end_are_counts_of_all() -> None:
    """Then they are the same everywhere, and no head has to fetch them."""
    up_to = Select(Indices(), Indices(), "<=")
    counted = Width(And(up_to, Select(T, Const("a"), "==")))
    assert at_the_end(Map("%", (counted, Const(2)))) == Map(
        "%", (Width(Select(T, Const("a"), "==")), Const(2))
    )
    assert at_the_end(Width(up_to)) == LENGTH
