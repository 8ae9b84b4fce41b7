"""Tasks with examples for synthesis: a rule in Python and how inputs are drawn."""

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


def brackets(*pairs: str) -> Draw:
    """Return how to draw brackets: at random, balanced, or balanced but for one."""

    def draw(chance: random.Random, length: int) -> list[str]:
        kind = chance.random()
        if kind < 0.3:
            return [chance.choice("".join(pairs)) for _ in range(length)]
        drawn: list[str] = []
        waiting: list[str] = []
        for _ in range(length):
            if waiting and chance.random() < 0.5:
                drawn.append(waiting.pop())
            else:
                pair = chance.choice(pairs)
                waiting.append(pair[1])
                drawn.append(pair[0])
        if kind < 0.6:
            drawn[chance.randrange(length)] = chance.choice("".join(pairs))
        return drawn

    return draw


def depths(x: list[str]) -> list[int]:
    """Return how many more brackets were opened than closed."""
    return [sum(1 if one in "({" else -1 for one in x[: i + 1]) for i in range(len(x))]


def own_depths(x: list[str]) -> list[int]:
    """Return the depth of each bracket, the same for the two of a pair."""
    return [depth + (one in ")}") for one, depth in zip(x, depths(x), strict=True)]


def matches(x: list[str]) -> list[str]:
    """Return the last bracket before at the same depth."""
    own = own_depths(x)
    return [
        next((x[j] for j in reversed(range(i)) if own[j] == own[i]), "none") for i in range(len(x))
    ]


def bad_closings(x: list[str]) -> list[bool]:
    """Return where a closing bracket has no partner."""
    return [
        (one == ")" and other != "(") or (one == "}" and other != "{")
        for one, other in zip(x, matches(x), strict=True)
    ]


def dyck(x: list[str]) -> list[str]:
    """Return for each beginning: balanced T, can be completed P, or wrong F."""
    partner = {")": "(", "}": "{"}
    found, waiting, wrong = [], list[str](), False
    for one in x:
        if one not in partner:
            waiting.append(one)
        elif waiting and waiting[-1] == partner[one]:
            waiting.pop()
        else:
            wrong = True
        found.append("F" if wrong else "P" if waiting else "T")
    return found


def facts(chance: random.Random, length: int) -> list[str]:
    """Draw letters, each followed by a digit."""
    bound = chance.choice([2, 3, 4])
    return [
        str(chance.randrange(10)) if place % 2 else chance.choice("abcd"[:bound])
        for place in range(length)
    ]


def induction(x: list[str]) -> list[str]:
    """Return for a letter what followed it the last time, `?` for a new one and for digits."""
    return [
        next((x[j + 1] for j in reversed(range(i)) if x[j] == one), "?") if one.isalpha() else "?"
        for i, one in enumerate(x)
    ]


def column_sums(chance: random.Random, length: int) -> list[str]:
    """Draw sums of two digits, the lowest column first; those near a carry are frequent."""
    return [
        str(chance.choice([9, 9, 8, 10, chance.randrange(19), chance.randrange(19)]))
        for _ in range(length)
    ]


def carries(x: list[str]) -> list[int]:
    """Return the carry into each column."""
    found = [0]
    for one in x:
        found.append(int(int(one) + found[-1] >= 10))
    return found[:-1]


def before(rule: Callable[[list[str]], object]) -> Rule:
    """Return a rule of what stands before each position."""
    return lambda x: _texts([rule(x[:i]) for i in range(len(x))])


BOTH = brackets("()", "{}")

DEEP: dict[str, Task] = {
    "dyck1": Task(brackets("()"), dyck),
    "dyck2": Task(BOTH, dyck),
    "induction": Task(facts, induction),
    "most_freq": Task(digits, by_count),
    "mode": Task(digits, lambda x: by_count(x)[:1] * len(x)),
    "addition": Task(
        column_sums,
        lambda x: _texts([(int(a) + b) % 10 for a, b in zip(x, carries(x), strict=True)]),
    ),
}

AUXILIARY: dict[str, Task] = {
    "balance1": Task(brackets("()"), lambda x: _texts(depths(x))),
    "balance2": Task(BOTH, lambda x: _texts(depths(x))),
    "is_open": Task(BOTH, lambda x: _texts([one in "({" for one in x])),
    "own_depth": Task(BOTH, lambda x: _texts(own_depths(x))),
    "match": Task(BOTH, matches),
    "bad_closing": Task(BOTH, lambda x: _texts(bad_closings(x))),
    "stable_rank_desc": Task(
        digits,
        _each(lambda x, i: sum((-int(x[j]), j) < (-int(x[i]), i) for j in range(len(x)))),
    ),
    "stable_rank": Task(
        digits, _each(lambda x, i: sum((int(x[j]), j) < (int(x[i]), i) for j in range(len(x))))
    ),
    "previous index": Task(
        digits, _each(lambda x, i: max([j for j in range(i) if x[j] == x[i]], default=0))
    ),
    "not nine": Task(column_sums, before(lambda x: sum(one != "9" for one in x))),
    "last not nine": Task(
        column_sums, before(lambda x: next((one for one in reversed(x) if one != "9"), "0"))
    ),
    "carry": Task(column_sums, lambda x: _texts(carries(x))),
}
