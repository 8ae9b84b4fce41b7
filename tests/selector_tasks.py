"""Tasks with examples for synthesis over selectors: a rule in Python and how inputs are drawn."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tprog.synthesis.examples import Example, Examples

Rule = Callable[[list[str]], list[str]]
Draw = Callable[[random.Random, int], list[str]]


@dataclass(frozen=True, slots=True)
class Task:
    """A task: how inputs of a length are drawn, and the labels of one."""

    draw: Draw
    rule: Rule

    def examples(self, count: int, longest: int, seed: int, shortest: int = 1) -> Examples:
        """Return random examples."""
        chance = random.Random(seed)
        rows = []
        for _ in range(count):
            tokens = self.draw(chance, chance.randint(shortest, longest))
            rows.append(Example(tuple(tokens), tuple(map(str, self.rule(tokens)))))
        return Examples(tuple(rows))


def digits(chance: random.Random, length: int) -> list[str]:
    """Draw digits below a bound of the sequence's own, so that repetitions are frequent."""
    bound = chance.choice([2, 3, 5, 10])
    return [str(chance.randrange(bound)) for _ in range(length)]


def bits(chance: random.Random, length: int) -> list[str]:
    """Draw bits."""
    return [chance.choice("01") for _ in range(length)]


def letters(chance: random.Random, length: int) -> list[str]:
    """Draw letters."""
    bound = chance.choice([2, 3, 5])
    return [chance.choice("abcde"[:bound]) for _ in range(length)]


def one_mode(chance: random.Random, length: int) -> list[str]:
    """Draw digits until one is the most frequent."""
    while True:
        drawn = digits(chance, length)
        counts = sorted((drawn.count(one) for one in set(drawn)), reverse=True)
        if len(counts) == 1 or counts[0] > counts[1]:
            return drawn


def _texts(values: Sequence[object]) -> list[str]:
    return [str(one) for one in values]


def _each(rule: Callable[[list[str], int], object]) -> Rule:
    """Return a rule that gives the label of each position."""
    return lambda x: _texts([rule(x, place) for place in range(len(x))])


def by_count(x: list[str]) -> list[str]:
    """Return the distinct tokens, the most frequent first, equal ones as they came; then `PAD`."""
    found = sorted(dict.fromkeys(x), key=lambda one: -x.count(one))
    return found + ["PAD"] * (len(x) - len(found))


EASY: dict[str, Task] = {
    "copy": Task(letters, list),
    "reverse": Task(letters, lambda x: x[::-1]),
    "hist": Task(letters, _each(lambda x, i: x.count(x[i]))),
    "sort": Task(digits, sorted),
    "prefix parity": Task(bits, _each(lambda x, i: x[: i + 1].count("1") % 2)),
    "cumulative count": Task(letters, _each(lambda x, i: x[: i + 1].count("a"))),
    "first occurrence": Task(letters, _each(lambda x, i: x[i] not in x[:i])),
    "shift": Task(letters, lambda x: ["PAD", *x[:-1]]),
}

HARD: dict[str, Task] = {
    "double_hist": Task(
        digits,
        _each(lambda x, i: len({one for one in x if x.count(one) == x.count(x[i])})),
    ),
    "unique mode": Task(one_mode, lambda x: by_count(x)[:1] * len(x)),
}
