"""Tables of behaviours, orders and kinds of tokens that are learned, and what stands at the other end of a bracket."""

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tprog.synthesis.examples import Example, Examples, wrong_rows
from tprog.synthesis.parts import Effort
from tprog.synthesis.vectors import symbols
from tprog.synthesis.vectors.coding import code
from tprog.synthesis.vectors.part import candidates
from tprog.synthesis.vectors.tabled import CLASSES, bounded, determined, partitions
from tprog.synthesis.vectors.terms import INDEX, Term, constant, of

Rule = Callable[[Sequence[str]], Sequence[str]]

SIZES = ("tiny", "mid", "big", "vast")
BEATS = {("rock", "scissors"), ("scissors", "paper"), ("paper", "rock")}


def largest_behind(x: Sequence[str]) -> Sequence[str]:
    """Return the largest size from here on: an order that is not that of the words."""
    return [max(x[place:], key=SIZES.index) for place in range(len(x))]


def rising(x: Sequence[str]) -> Sequence[str]:
    """Tell whether sizes never fall."""
    return [str([*x] == sorted(x, key=SIZES.index))] * len(x)


def answered(x: Sequence[str]) -> Sequence[str]:
    """Return what stood right behind the last small letter, where its capital comes."""
    found = []
    for place, one in enumerate(x):
        asked = [k for k in range(place) if one.isupper() and x[k] == one.lower()]
        found.append(x[asked[-1] + 1] if asked else "-")
    return found


def reach(x: Sequence[str]) -> Sequence[str]:
    """Return how far back the bracket is that a closing one closes, 0 elsewhere."""
    open_, found = list[int](), []
    for place, one in enumerate(x):
        found.append(str(place - open_.pop() if one == "}" and open_ else 0))
        open_ += [place] if one == "{" else []
    return found


def owed(x: Sequence[str]) -> Sequence[str]:
    """Return what later payments do not cover, from the end, never below 0."""
    found, left = [], 0
    for one in reversed(x):
        left = max(0, left + {"pay": 1, "get": -1, "wait": 0}[one])
        found.append(str(left))
    return found[::-1]


def alike_around(x: Sequence[str]) -> Sequence[str]:
    """Tell whether the tokens two places before and behind are there and the same."""
    return [str(2 <= k < len(x) - 2 and x[k - 2] == x[k + 2]) for k in range(len(x))]


def duel(x: Sequence[str]) -> Sequence[str]:
    """Tell whether the first or the last wins."""
    ends = x[0], x[-1]
    return ["first" if ends in BEATS else "last" if ends[::-1] in BEATS else "tie"] * len(x)


def drawn(rule: Rule, alphabet: Sequence[str], count: int, longest: int, pooled: bool) -> Examples:
    """Draw sequences with labels of a rule, of one symbol and two among them."""
    rng = random.Random(longest)
    rows: list[tuple[str, ...]] = [(a, b) for a in alphabet for b in alphabet]
    rows += [tuple(rng.choices(alphabet, k=rng.randint(1, longest))) for _ in range(count)]
    labels: list[tuple[str | None, ...]] = [tuple(rule(one)) for one in rows]
    if pooled:
        labels = [(*[None] * (len(one) - 1), one[-1]) for one in labels]
    pairs = zip(rows, labels, strict=True)
    return Examples(tuple(Example(one, told) for one, told in pairs), pooled=pooled)


@pytest.mark.parametrize(
    ("rule", "alphabet", "pooled"),
    [
        (largest_behind, SIZES, False),
        (answered, "abAB12", False),
        (alike_around, "abc", False),
        pytest.param(reach, "{}x", False, marks=pytest.mark.slow),
        pytest.param(owed, ("pay", "get", "wait"), False, marks=pytest.mark.slow),
        (duel, ("rock", "paper", "scissors"), True),
        (duel, ("rock", "paper", "scissors"), False),
    ],
)
def test_found_and_right_on_longer_sequences(
    rule: Rule, alphabet: Sequence[str], pooled: bool
) -> None:
    longer = drawn(rule, alphabet, 100, 25, pooled)
    for found in candidates(drawn(rule, alphabet, 1_000, 8, pooled), Effort()):
        if not wrong_rows(found.graph, longer, 1):
            return
    raise AssertionError("nothing is right")


def test_an_order_is_learned_from_sorts_maxima_and_comparisons() -> None:
    """Of each kind of labels the order comes out; one that contradicts itself does not."""
    rules = (lambda x: sorted(x, key=SIZES.index), largest_behind, rising)
    for rule in rules:
        examples = drawn(rule, SIZES, 200, 6, False)
        codes = {one: place for place, one in enumerate(sorted(SIZES))}
        ranks = {one: SIZES.index(one) for one in SIZES}
        found = [*symbols.tables(examples, codes, {})]
        assert ranks in found or {one: 3 - rank for one, rank in ranks.items()} in found
    assert not [*symbols.tables(drawn(lambda x: x, SIZES[:2], 20, 3, False), codes, {})]


def test_kinds_of_brackets_and_of_words() -> None:
    coded = code(drawn(answered, "abAB()", 50, 5, False))
    assert coded is not None
    own = dict(zip(sorted("abAB()"), range(6), strict=True))
    tables = [*symbols.tables(drawn(lambda x: x, "abAB()", 20, 5, False), own, {})]
    assert any(table["("] == table[")"] and table["a"] != table["A"] for table in tables)
    assert any(table["a"] == table["A"] and table["("] != table[")"] for table in tables)


def test_determined_is_a_function() -> None:
    """What is written determines the target, and everything that does in few cells is."""
    rng = np.random.default_rng(0)
    values = rng.integers(0, 3, (12, 400)).astype(np.int32)
    target = (values[4] * 2 + values[7]) % 3
    kept, which = np.zeros((13, 400), np.int8), np.zeros(13, np.int64)
    seen = np.zeros(64, np.uint64)
    assert partitions(np.vstack([values, values[:1] + 5]), np.arange(13), kept, which, seen) == 13
    hits = np.zeros((5, 3), np.int64)
    asked = np.arange(400)
    assert determined(kept, target, asked, (1, 13, 0), hits) == 0
    assert determined(kept, target, asked, (1, 13, 1), hits) == 1
    assert hits[0].tolist() == [9, 8, 5]
    wide = np.arange(CLASSES + 1, dtype=np.int32)[None]
    assert partitions(wide, np.arange(1), kept, which, seen) == 1


def test_bounded_terms() -> None:
    assert bounded(of("shift", of("mod", INDEX, constant(3)), number=1))
    assert bounded(Term("last", (of("less", INDEX, Term("length")), Term("input"))))
    assert not bounded(of("sum", Term("input")))
    assert not bounded(INDEX)
