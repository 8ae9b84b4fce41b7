"""One label for a whole sequence: what behaviours come to over sequences, and what is found with it."""

import random
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tprog.synthesis.examples import Example, Examples, wrong_rows
from tprog.synthesis.parts import Effort, size
from tprog.synthesis.vectors.bank import Bank, computed, leaves_of
from tprog.synthesis.vectors.coding import code
from tprog.synthesis.vectors.part import _Run, candidates
from tprog.synthesis.vectors.pooled import Pooled, at_the_end, beside
from tprog.synthesis.vectors.search import Start
from tprog.synthesis.vectors.terms import INDEX, Term, constant, of

Rule = Callable[[Sequence[str]], str]


def winner(x: Sequence[str]) -> str:
    """Return the token that more than half are."""
    [(best, count)] = Counter(x).most_common(1)
    return best if 2 * count > len(x) else "none"


def first_half_heavier(x: Sequence[str]) -> str:
    """Tell whether more ones stand in the first half."""
    half = len(x) // 2
    return str(x[:half].count("1") > x[half:].count("1"))


def longest_run_of(x: Sequence[str]) -> str:
    """Return the token of the first longest run."""
    runs = [(max(j for j in range(i, len(x) + 1) if {*x[i:j]} <= {x[i]}) - i, x[i]) for i in range(len(x))]  # fmt: skip
    return max(runs, key=lambda run: run[0])[1]


def drawn(rule: Rule, symbols: str, count: int, longest: int, seed: int = 0) -> Examples:
    """Draw sequences with one label each."""
    rng = random.Random(seed)
    rows = [tuple(rng.choices(symbols, k=rng.randint(1, longest))) for _ in range(count)]
    labelled = [Example(one, (*[None] * (len(one) - 1), rule(one))) for one in rows]
    return Examples(tuple(labelled), pooled=True)


@pytest.mark.parametrize(
    ("rule", "symbols"),
    [
        (winner, "012"),
        (first_half_heavier, "01"),
        (longest_run_of, "abc"),
    ],
)
def test_found_and_right_on_longer_sequences(rule: Rule, symbols: str) -> None:
    """Comparisons of counts, totals of mirrored comparisons and inputs where something is greatest are found."""
    first = next(candidates(drawn(rule, symbols, 600, 9), Effort()))
    assert size(first.graph) < 60
    assert not wrong_rows(first.graph, drawn(rule, symbols, 60, 30, 1), 1)


def test_what_a_behaviour_comes_to_is_what_its_term_computes() -> None:
    """Each position of the bank is what a term is at every position of a sequence."""
    coded = code(drawn(winner, "abc", 60, 7))
    assert coded is not None
    sample, fill = coded[0], coded[1].fill
    below = Bank(sample, fill, True, 0)
    for term in (*leaves_of(sample, True, [0, 1, 2]), *beside(sample)):
        below.add_leaf(term)
    bank = Pooled(below, 0, numbers=True)
    for cost in (2, 3):
        for _ in bank.grow(cost):
            pass
    ends = sample.starts[1:] - 1
    places = [*range(bank.levels[1][1]), *range(bank.levels[1][1], bank.count, bank.count // 300)]
    operations: set[str] = set()
    for place in places:
        term = bank.term(place)
        operations.add(term.operation)
        values = computed(term, sample, fill)
        assert values is not None, term
        held = bank.store.values[place]
        assert (values == np.repeat(held, np.diff(sample.starts))).all(), term
        last = computed(at_the_end(term), sample, fill)
        assert last is not None, term
        assert (last[ends] == held).all(), term
    assert {"total", "maximum", "minimum", "first", "final", "length"} <= operations


def test_the_end_needs_no_reading_there() -> None:
    """What reads the last position is there what it reads."""
    read = of("final", of("gather", INDEX, INDEX))
    assert at_the_end(of("add", read, of("total", of("final", INDEX)))) == of(
        "add", of("gather", INDEX, INDEX), of("total", of("final", INDEX))
    )
    chosen = Term("if", (constant(1), read, constant(2)))
    assert at_the_end(chosen).arguments[1] == of("gather", INDEX, INDEX)


def test_a_rare_label_is_looked_at() -> None:
    """The bank looks at as many sequences of each label as there are."""
    examples = drawn(lambda x: str(x.count("a") >= 5 and x[0] == "b"), "abcd", 1500, 9)
    rare = sum(row.labels[-1] == "True" for row in examples.rows)
    assert rare < 0.05 * len(examples.rows)
    coded = code(examples)
    assert coded is not None
    search = _Run(examples, *coded, Effort()).started(Start(True, further=True, pooled=True))
    assert search.bank.sample.single
    assert (search.bank.sample.wanted == 1).sum() == rare
