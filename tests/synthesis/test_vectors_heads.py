"""Heads of a condition, a key, a query, a relation and what is read: what they mean, and that they are found."""

import operator
import random

import numpy as np
import pytest
from effort import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from tprog.rasp.evaluate import evaluate
from tprog.synthesis.examples import Example, Examples
from tprog.synthesis.vectors.bank import Bank, computed, leaves_of
from tprog.synthesis.vectors.coding import Sample, code
from tprog.synthesis.vectors.heads import headed
from tprog.synthesis.vectors.kernels import (
    COUNT_ALL,
    COUNT_BEFORE,
    NEAREST_BEFORE,
    NEAREST_BEHIND,
    NEAREST_HERE,
)
from tprog.synthesis.vectors.lowering import Lowering
from tprog.synthesis.vectors.search import Goal
from tprog.synthesis.vectors.standing import standing
from tprog.synthesis.vectors.terms import INDEX, RELATIONS, Term, constant, of

TOKEN = Term("input")
KEYS = st.sampled_from([TOKEN, INDEX, of("shift", TOKEN, number=1), of("mod", TOKEN, constant(2))])
CONDITIONS = st.sampled_from(
    [
        constant(1),
        of("less", TOKEN, constant(2)),
        of("equal", of("mod", INDEX, constant(2)), constant(0)),
    ]
)
PARTS = st.tuples(
    CONDITIONS,
    KEYS,
    KEYS,
    st.sampled_from([TOKEN, INDEX]),
    st.just(constant(-1)),
)
ROWS = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=9), min_size=1, max_size=5)


def sampled(rows: list[list[int]]) -> tuple[Sample, Lowering, list[tuple[str, ...]]]:
    """Return rows as a sample, with what lowers terms over it."""
    texts = [tuple(map(str, row)) for row in rows]
    coded = code(Examples(tuple(Example(row, row) for row in texts)))
    assert coded is not None
    return coded[0], Lowering(coded[1]), texts


def by_definition(head: Term, sample: Sample) -> list[int]:
    """Return what a head gives, from the definition."""
    found = [computed(one, sample, 0) for one in head.arguments]
    condition, key, query, read, other = (one.tolist() for one in found if one is not None)
    way, relation = divmod(head.number, len(RELATIONS))
    related = {"==": operator.eq, "<": operator.lt, ">": operator.gt}[RELATIONS[relation]]
    said = []
    for begin, end in zip(sample.starts[:-1].tolist(), sample.starts[1:].tolist(), strict=True):
        for i in range(begin, end):
            keys = [j for j in range(begin, end) if condition[j] and related(key[j], query[i])]
            before, here, behind = (
                [j for j in keys if op(j, i)] for op in (operator.lt, operator.le, operator.gt)
            )
            some = (before[-1:], here[-1:], behind[:1], before, here, behind, keys)[way]
            said.append(len(some) if way >= COUNT_BEFORE else read[some[0]] if some else other[i])
    return said


@pytest.mark.parametrize("number", range(len(RELATIONS) * (COUNT_ALL + 1)))
@settings(max_examples=scaled(30), deadline=None)
@given(PARTS, ROWS)
def test_heads_mean_what_is_said_of_them(
    number: int, parts: tuple[Term, ...], rows: list[list[int]]
) -> None:
    """The kernel and the lowered graph give what the definition says."""
    head = Term("head", parts, number)
    sample, lowering, texts = sampled(rows)
    wanted = by_definition(head, sample)
    values = computed(head, sample, 0)
    assert values is not None
    assert values.tolist() == wanted
    said = [one for row in evaluate(lowering.number(head), texts) for one in row]
    assert said == wanted


@pytest.mark.parametrize("seed", range(6))
def test_heads_are_found(seed: int) -> None:
    """Of a head over behaviours of the bank a term with the same values is found."""
    draw = random.Random(seed)
    rows = [draw.choices(range(5), k=draw.randint(4, 9)) for _ in range(40)]
    sample, _, _ = sampled(rows)
    bank = Bank(sample, 0, True, seed)
    for leaf in leaves_of(sample, True, [0, 1, 2]):
        bank.add_leaf(leaf)
    for _ in bank.grow(2):
        pass
    places = np.flatnonzero(np.ptp(bank.store.values[: bank.count], axis=1)).tolist()
    terms = [bank.term(place) for place in places if not bank.store.truths[place]]
    truths = [bank.term(place) for place in places if bank.store.truths[place]]
    for _ in range(4):
        parts = (draw.choice(truths[:20]), draw.choice(terms), draw.choice(terms[:40]), TOKEN)
        number = draw.randrange(COUNT_ALL * len(RELATIONS))
        wanted = computed(Term("head", (*parts, constant(-1)), number), sample, 0)
        assert wanted is not None
        goal = Goal(wanted, sample.known, lambda term: term)
        if len(np.unique(wanted)) > 2:
            found = (one[0] for one in headed(bank, goal) if one)
            assert computed(next(found), sample, 0).tolist() == wanted.tolist()  # type: ignore[union-attr]


@pytest.mark.parametrize("alphabet", [[0], [0, 1], [3]])
def test_small_alphabets_have_heads(alphabet: list[int]) -> None:
    """Where tokens are truth values they are keys and queries all the same; where there is one token nothing is, without an error."""
    draw = random.Random(3)
    sample, _, _ = sampled([draw.choices(alphabet, k=draw.randint(4, 9)) for _ in range(40)])
    bank = Bank(sample, 0, True, 0)
    for leaf in leaves_of(sample, True, [0, 1, 2]):
        bank.add_leaf(leaf)
    for _ in bank.grow(2):
        pass
    wanted = computed(of("previous", TOKEN), sample, 0)
    assert wanted is not None
    found = [one[0] for one in headed(bank, Goal(wanted, sample.known, lambda term: term)) if one]
    right = [computed(one, sample, 0) for one in found]
    assert all(one is not None and one.tolist() == wanted.tolist() for one in right)
    assert found or len(alphabet) == 1


@pytest.mark.parametrize("way", [NEAREST_BEFORE, NEAREST_HERE, NEAREST_BEHIND])
def test_what_stands_is_asked_where_it_was_read(way: int) -> None:
    """A value read at the nearest key that holds a condition is asked at the keys alone, and right everywhere with the head around it."""
    draw = random.Random(5)
    sample, _, _ = sampled([draw.choices(range(4), k=9) for _ in range(30)])
    bank = Bank(sample, 0, True, 0)
    for leaf in leaves_of(sample, True, [0, 1, 2]):
        bank.add_leaf(leaf)
    for _ in bank.grow(3):
        pass
    condition = of("equal", TOKEN, constant(2))
    head = Term("head", (condition, constant(1), constant(1), INDEX, constant(-1)), way * 3)
    wanted = computed(head, sample, 0)
    assert wanted is not None
    goals = [*standing(bank, Goal(wanted, sample.known, lambda term: term))]
    # Others are of further keys, at which something else stands.
    exact = [goal for goal in goals if (goal.wanted == sample.index)[goal.where].all()]
    assert exact
    for goal in exact:
        assert goal.where.sum() < sample.known.sum()
        assert computed(goal.wrap(INDEX), sample, 0).tolist() == wanted.tolist()  # type: ignore[union-attr]
    # What changes everywhere stands nowhere.
    assert not [*standing(bank, Goal(sample.index, sample.known, lambda term: term))]


def test_what_stands_may_be_read_at_the_own_token() -> None:
    """The number of kinds that had come when the query's token came first is asked where tokens come first."""
    draw = random.Random(6)
    sample, _, _ = sampled([draw.choices(range(4), k=9) for _ in range(30)])
    bank = Bank(sample, 0, False, 0)
    for leaf in leaves_of(sample, False, [0, 1, 2]):
        bank.add_leaf(leaf)
    for _ in bank.grow(2):
        pass
    first, kinds = of("fresh", TOKEN), of("sum", of("fresh", TOKEN))
    wanted = computed(
        Term("head", (first, TOKEN, TOKEN, kinds, constant(0)), NEAREST_HERE * 3), sample, 0
    )
    assert wanted is not None
    goals = [*standing(bank, Goal(wanted, sample.known, lambda term: term))]
    read = computed(kinds, sample, 0)
    exact = [goal for goal in goals if (goal.wanted == read)[goal.where].all()]
    assert exact
    for goal in exact:
        assert computed(goal.wrap(kinds), sample, 0).tolist() == wanted.tolist()  # type: ignore[union-attr]
