"""Heads whose query is the key, tables of three, classes told apart once."""

import random

import pytest

from tprog.synthesis.examples import Example, Examples
from tprog.synthesis.vectors.bank import Bank, computed, further_leaves, leaves_of
from tprog.synthesis.vectors.coding import Sample, code
from tprog.synthesis.vectors.heads import headed
from tprog.synthesis.vectors.peeling import Peeling
from tprog.synthesis.vectors.search import Goal
from tprog.synthesis.vectors.tabled import tabled
from tprog.synthesis.vectors.terms import Term, constant, of

TOKEN = Term("input")
SOME = of("unequal", TOKEN, constant(0))


def banked(seed: int, cost: int, whole: bool = True) -> tuple[Bank, Sample]:
    """Return a bank on sequences of three tokens, grown up to a cost."""
    draw = random.Random(seed)
    rows = [tuple(draw.choices("012", k=draw.randint(5, 10))) for _ in range(48)]
    coded = code(Examples(tuple(Example(row, row) for row in rows)))
    assert coded is not None
    sample = coded[0]
    bank = Bank(sample, 0, whole, seed)
    for leaf in (*leaves_of(sample, whole, [0, 1, 2]), *further_leaves(sample, whole)):
        bank.add_leaf(leaf)
    for below in range(2, cost + 1):
        for _ in bank.grow(below):
            pass
    return bank, sample


def goal_of(term: Term, sample: Sample) -> Goal:
    """Return the goal to give what a term gives."""
    wanted = computed(term, sample, 0)
    assert wanted is not None
    return Goal(wanted, sample.known, lambda term: term)


@pytest.mark.parametrize("seed", range(3))
def test_heads_may_look_for_what_is_as_here(seed: int) -> None:
    """The last token but 0 at this depth, where 0 closes what others open, is a head whose query is its key."""
    bank, sample = banked(seed, 2, whole=False)
    depth = of("floored", of("sub", of("sum", SOME), of("sum", of("equal", TOKEN, constant(0)))))
    goal = goal_of(Term("head", (SOME, depth, depth, TOKEN, constant(0)), 3), sample)
    found = [one[0] for one in headed(bank, goal, own=True) if one]
    assert found
    for one in found:
        assert computed(one, sample, 0).tolist() == goal.wanted.tolist()  # type: ignore[union-attr]
        assert one.arguments[1] == one.arguments[2]


def test_the_nearer_side_is_a_table_of_three() -> None:
    """What stands next on the nearer side, on the right where both are as near, is a table of both and of which is nearer."""
    bank, sample = banked(1, 3)
    sides = of("last", SOME, TOKEN), of("upcoming", SOME, TOKEN)
    left, right = of("since", SOME), of("until", SOME)
    goal = goal_of(Term("if", (of("less", left, right), *sides)), sample)
    found = [one for one in tabled(bank, [goal], three=True) if one]
    assert found
    assert {how for _, how in found} == {"a table of three"}
    right_ones = [computed(one, sample, 0) for one, _ in found]
    assert all(one is not None and one.tolist() == goal.wanted.tolist() for one in right_ones)
    assert all(len(one.arguments) == 3 for one, _ in found)


def test_classes_are_told_once() -> None:
    """Asked again for a class among the same others, the same conditions come without a new search."""
    bank, _ = banked(3, 2)
    peeling = Peeling(bank)
    for _ in peeling.collect():
        pass
    known = bank.sample.known
    first = [one for one in peeling._remembered(1, [0, 1, 2], known) if one]
    peeling.pool[:] = 0
    again = [one for one in peeling._remembered(1, [0, 1, 2], known) if one]
    assert first
    assert again == first
