"""Labels that are copied from a position which position and length determine."""

import random
from collections.abc import Callable, Sequence

import pytest

from tprog.synthesis.examples import Example, Examples, wrong_rows
from tprog.synthesis.parts import Effort
from tprog.synthesis.positions import candidates

Rule = Callable[[Sequence[str]], Sequence[str]]


def _drawn(rule: Rule, lengths: Sequence[int], seed: int) -> Examples:
    chance = random.Random(seed)
    rows = []
    for length in lengths:
        word = tuple(chance.choices("abcd", k=length))
        rows.append(Example(word, tuple(rule(word))))
    return Examples(tuple(rows))


def _halves(word: Sequence[str]) -> Sequence[str]:
    return [word[(place + len(word) // 2) % len(word)] for place in range(len(word))]


def _odd(word: Sequence[str]) -> Sequence[str]:
    return [one if place % 2 else "-" for place, one in enumerate(word)]


def _median(word: Sequence[str]) -> Sequence[str]:
    return [sorted(word)[(len(word) - 1) // 2]] * len(word)


def _exchanged(word: Sequence[str]) -> Sequence[str]:
    half = len(word) // 2
    return [*word[len(word) - half :], *word[half : len(word) - half], *word[:half]]


def _parts_reversed(word: Sequence[str]) -> Sequence[str]:
    parts = "".join(word).split("d")
    return [*"d".join(part[::-1] for part in parts)]


RULES = [lambda word: word[::-1], _halves, _odd, sorted, _median, _exchanged, _parts_reversed]


@pytest.mark.parametrize("rule", RULES)
def test_a_formula_is_found(rule: Rule) -> None:
    """From lengths up to 8 follows one of position and length, or landmarks, that is right on lengths up to 30."""
    examples = _drawn(rule, [1 + number % 8 for number in range(200)], 0)
    longer = _drawn(rule, [*range(9, 31)], 1)
    found = next(
        one for one in candidates(examples, Effort()) if not wrong_rows(one.graph, examples, 1)
    )
    assert not wrong_rows(found.graph, longer)


def test_labels_from_nowhere_have_no_formula() -> None:
    """The greatest token so far is copied from a place that the tokens decide."""

    def greatest(word: Sequence[str]) -> Sequence[str]:
        return [max(word[: place + 1]) for place in range(len(word))]

    examples = _drawn(greatest, [1 + number % 6 for number in range(200)], 0)
    assert not list(candidates(examples, Effort()))
