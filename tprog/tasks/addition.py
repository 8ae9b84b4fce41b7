"""`addition` and `addition_hints`: two numbers, as a reproduction of the paper has them (Beekman et al.).

Digits, `+`, digits; leading zeros may stand. In `addition` the whole sum is one label, at the first symbol, and `<s>` stands
at all others. In `addition_hints` a letter stands before every digit, from `a` in each number, and the sum is written in the same
way, with `<s>` behind it.
"""

import itertools
from collections.abc import Iterator
from functools import partial
from string import ascii_lowercase

import numpy as np

from tprog.errors import BadInput
from tprog.evaluate.inputs import Batch, encode
from tprog.ir import Domain
from tprog.tasks.sizes import TaskSizes, check_size, write_spec
from tprog.tasks.task import Space, Task

# Two digits, then one (published: half as many, at least one); with hints two and two.
DEFAULT = TaskSizes(vocabulary=13, length=5)
DEFAULT_HINTS = TaskSizes(vocabulary=16, length=10)
FILLER = "<s>"
CHUNK = 4096  # inputs in a batch


def addition(sizes: TaskSizes = DEFAULT) -> Task:
    """Return the task whose truth is the sum as one label, at the first symbol."""
    check_size("addition", "vocabulary", sizes.vocabulary, 13, 13)
    check_size("addition", "length", sizes.length, 4, 12)
    return _task("addition", sizes, DEFAULT, hints=False)


def addition_hints(sizes: TaskSizes = DEFAULT_HINTS) -> Task:
    """Return the task whose truth is the sum, a letter before every digit."""
    check_size("addition_hints", "length", sizes.length, 6)
    digits = _most((sizes.length - 1), hints=True)
    # A sum has one digit more, which needs a letter where it is there.
    check_size("addition_hints", "vocabulary", sizes.vocabulary, 14 + digits, 13 + 26)
    return _task("addition_hints", sizes, DEFAULT_HINTS, hints=True)


def _most(length: int, *, hints: bool) -> int:
    """Return the greatest number of digits such that all inputs fit a length."""
    digits = 1
    while _width(digits + 1, digits + 1 if hints else max(1, (digits + 1) // 2), hints) <= length:
        digits += 1
    return digits


def _width(first: int, second: int, hints: bool) -> int:
    return (first + second) * (1 + hints) + 1


def addition_truth(hints: bool, tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels.

    Raises:
        BadInput: it is no sum, or letters do not stand where they must.
    """
    try:
        left, right = "".join(one for one in tokens if not one.isalpha()).split("+")
        total = str(int(left) + int(right))
    except ValueError:
        raise BadInput(f"addition wants digits, + and digits, not {' '.join(tokens)}") from None
    if tokens != written(hints, left, right):
        raise BadInput(f"a letter stands before each digit, from a; not {' '.join(tokens)}")
    answer = _hinted(total) if hints else (total,)
    return (*answer, *(FILLER,) * (len(tokens) - len(answer)))


def _hinted(number: str) -> tuple[str, ...]:
    return tuple(one for pair in zip(ascii_lowercase, number, strict=False) for one in pair)


def written(hints: bool, left: str, right: str) -> tuple[str, ...]:
    """Return the input of two numbers."""
    return (*_hinted(left), "+", *_hinted(right)) if hints else (*left, "+", *right)


def pairs(digits: int, hints: bool) -> list[tuple[int, int]]:
    """Return how many digits the two numbers may have, the shortest inputs first."""
    second = digits if hints else max(1, digits // 2)
    found = itertools.product(range(1, digits + 1), range(1, second + 1))
    return sorted(found, key=lambda pair: (sum(pair), pair))


def all_sums(domain: Domain, digits: int, hints: bool, up_to: int | None = None) -> Iterator[Batch]:
    """Yield every input, shortest first."""
    for first, second in pairs(digits, hints):
        if up_to is not None and _width(first, second, hints) > up_to:
            return
        every = map("".join, itertools.product("0123456789", repeat=first + second))
        while chunk := list(itertools.islice(every, CHUNK)):
            inputs = [written(hints, one[:first], one[first:]) for one in chunk]
            yield from (batch for _, batch in encode(domain, inputs))


def count_sums(digits: int, hints: bool, up_to: int | None = None) -> int:
    """Return how many inputs there are."""
    shown = [p for p in pairs(digits, hints) if up_to is None or _width(*p, hints) <= up_to]
    return sum(10 ** (first + second) for first, second in shown)


def draw_sums(
    digits: int, hints: bool, random: np.random.Generator, count: int
) -> list[tuple[str, ...]]:
    """Return inputs: each number's digits equally likely, then each digit."""
    second = digits if hints else max(1, digits // 2)
    widths = random.integers(1, [digits + 1, second + 1], (count, 2)).tolist()
    drawn = random.integers(0, 10, (count, 2 * digits)).astype(str)
    texts = ["".join(row) for row in drawn.tolist()]
    return [written(hints, t[:a], t[a : a + b]) for t, (a, b) in zip(texts, widths, strict=True)]


def _task(name: str, sizes: TaskSizes, default: TaskSizes, *, hints: bool) -> Task:
    digits = _most(sizes.length - 1, hints=hints)
    second = digits if hints else max(1, digits // 2)
    letters = ascii_lowercase[: sizes.vocabulary - 13] if hints else ""
    symbols = ("+", *"0123456789", *letters)
    greatest = int("9" * digits) + int("9" * second)
    sums = letters[: len(str(greatest))] + "0123456789" if hints else ()
    labels = (*sorted(sums), FILLER) if hints else (*map(str, range(greatest + 1)), FILLER)
    domain = Domain(
        symbols, _width(digits, second, hints), min_length=_width(1, 1, hints), prefix="<s>"
    )
    return Task(
        name=name,
        domain=domain,
        labels=labels,
        rule=partial(addition_truth, hints),
        spec=write_spec(name, sizes, default),
        description="the sum, a letter before each digit"
        if hints
        else "at the first symbol the sum, else <s>",
        sampler=partial(draw_sums, digits, hints),
        space=Space(partial(all_sums, domain, digits, hints), partial(count_sums, digits, hints)),
    )
