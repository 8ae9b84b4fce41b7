"""Tasks on sequences of texts, each with how its inputs are drawn and what is wanted."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tprog.rasp.graph import SOp
from tprog.synthesis.examples import Example, Examples, wrong_rows

Ints = list[int]


@dataclass(frozen=True)
class SequenceTask:
    """What is drawn, and the labels for it; numbers are written as texts."""

    draw: Callable[[random.Random, int], Ints]
    label: Callable[[Ints], Sequence[object]]


def digits(rng: random.Random, length: int) -> Ints:
    """Draw from an alphabet of 2, 3, 5 or 10 digits."""
    return [rng.randrange(rng.choice((2, 3, 5, 10))) for _ in range(length)]


def bits(rng: random.Random, length: int) -> Ints:
    """Draw zeros and ones."""
    return [rng.randrange(2) for _ in range(length)]


def carried(x: Ints) -> Ints:
    """Add digit by digit with carry, the lowest digit first; a token is the sum of two digits."""
    carry, found = 0, []
    for one in x:
        found.append((one + carry) % 10)
        carry = (one + carry) // 10
    return found


def each(rule: Callable[[Ints, int], object]) -> Callable[[Ints], list[object]]:
    """Return labels by a rule for a sequence and a position."""
    return lambda x: [rule(x, i) for i in range(len(x))]


def previous(x: Ints, i: int) -> int:
    """Return where the value was before, or -1."""
    return max((j for j in range(i) if x[j] == x[i]), default=-1)


SEQUENCE_TASKS = {
    "reverse": SequenceTask(digits, lambda x: x[::-1]),
    "hist": SequenceTask(digits, each(lambda x, i: x.count(x[i]))),
    "sort": SequenceTask(digits, sorted),
    "parity": SequenceTask(bits, each(lambda x, i: sum(x[: i + 1]) % 2)),
    "cumulative": SequenceTask(digits, each(lambda x, i: sum(x[: i + 1]))),
    "count equal": SequenceTask(digits, each(lambda x, i: x[: i + 1].count(x[i]))),
    "running max": SequenceTask(digits, each(lambda x, i: max(x[: i + 1]))),
    "first time": SequenceTask(digits, each(lambda x, i: x[i] not in x[:i])),
    "previous equal": SequenceTask(digits, each(previous)),
    "carry": SequenceTask(lambda rng, n: [rng.randrange(19) for _ in range(n)], carried),
    "last two": SequenceTask(digits, each(lambda x, i: sum(x[max(0, i - 1) : i + 1]))),
    "difference": SequenceTask(digits, each(lambda x, i: x[i] - (x[i - 1] if i else 0))),
    "alternating": SequenceTask(
        digits, each(lambda x, i: sum((-1) ** j * x[j] for j in range(i + 1)))
    ),
    "larger than all": SequenceTask(digits, each(lambda x, i: all(x[i] > one for one in x[:i]))),
    "distinct": SequenceTask(digits, each(lambda x, i: len(set(x[: i + 1])))),
    "distinct in all": SequenceTask(digits, each(lambda x, i: len(set(x)))),
}


def drawn(task: SequenceTask, count: int, lengths: tuple[int, int], seed: int) -> Examples:
    """Draw examples with lengths in a range."""
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        x = task.draw(rng, rng.randint(*lengths))
        rows.append(Example(tuple(map(str, x)), tuple(map(str, task.label(x)))))
    return Examples(tuple(rows))


def assert_right(graph: SOp, task: SequenceTask, fresh: int = 2_000, longer: int = 100) -> None:
    """Hold a graph to fresh sequences up to length 16, and to some of length 17 to 40."""
    assert wrong_rows(graph, drawn(task, fresh, (1, 16), 77), most=1) == []
    assert wrong_rows(graph, drawn(task, longer, (17, 40), 78), most=1) == []
