"""Tasks with a question and an answer behind it: votes, copying, counting, scratchpads and addition, as language models learn them.

An input is a prompt, `>`, and a beginning of the answer; the label at `>` and at each symbol of the answer is the one that comes next,
at last `$`. So a model writes the answer symbol by symbol, and one that looked ahead would be wrong where the answer is not there yet.
After Zhou et al. (2024, RASP-L) and Huang et al. (2025). Each size that fits is equally likely, then each prompt, then each beginning.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from string import ascii_lowercase
from typing import TypeAlias

import numpy as np

from tprog.errors import BadInput, UsageError
from tprog.evaluate.inputs import Batch, encode
from tprog.ir import Domain
from tprog.tasks.sizes import TaskSizes, check_size, write_spec
from tprog.tasks.task import Space, Task

Words: TypeAlias = tuple[str, ...]
GO, END = ">", "$"
CHUNK = 4096  # inputs in a batch
TRACKS = 3  # sequences that are interleaved


@dataclass(frozen=True)
class Kind:
    """A kind of prompts with their answers.

    Attributes:
        about: in words.
        default: of its sizes.
        symbols: from the vocabulary (`<pad>`, `<s>` and `>` counted) to the symbols of prompts and answers.
        answer: to a prompt.
        widths: from the size of a prompt to its length and that of its answer.
        number: from the symbols and the size to how many prompts there are.
        every: the same to each prompt.
        draw: the same, with a generator first, to one of them.
    """

    about: str
    default: TaskSizes
    symbols: Callable[[int], Words]
    answer: Callable[[Words], Words]
    widths: Callable[[int], tuple[int, int]]
    number: Callable[[Words, int], int]
    every: Callable[[Words, int], Iterator[Words]]
    draw: Callable[[np.random.Generator, Words, int], Words]


def numbers(vocabulary: int) -> Words:
    """Return numbers from 0, as many as a vocabulary leaves."""
    return tuple(sorted(str(one) for one in range(vocabulary - 3)))


def _free(symbols: Words, size: int) -> Iterator[Words]:
    return itertools.product(symbols, repeat=size)


def _draw_free(random: np.random.Generator, symbols: Words, size: int) -> Words:
    return tuple(symbols[one] for one in random.integers(0, len(symbols), size).tolist())


def _draw_distinct(random: np.random.Generator, symbols: Words, size: int) -> Words:
    return tuple(symbols[one] for one in random.permutation(len(symbols))[:size].tolist())


def _ranges(symbols: Words, size: int) -> Iterator[Words]:
    return ((str(one), str(one + size - 1)) for one in range(len(symbols) - size + 1))


def _draw_range(random: np.random.Generator, symbols: Words, size: int) -> Words:
    first = int(random.integers(0, len(symbols) - size + 1))
    return str(first), str(first + size - 1)


def _odd(prompt: Words) -> Words:
    return (str(prompt.count("1") % 2),)


def _commonest(prompt: Words) -> Words:
    counts = Counter(prompt)
    return (min(counts, key=lambda symbol: (-counts[symbol], symbol)),)


def _has_mode(prompt: Words) -> bool:
    first, *others = [many for _, many in Counter(prompt).most_common(2)]
    return not others or others[0] < first


def _mode(prompt: Words) -> Words:
    return _commonest(prompt) if _has_mode(prompt) else ()


def _draw_mode(random: np.random.Generator, symbols: Words, size: int) -> Words:
    while not _has_mode(found := _draw_free(random, symbols, size)):
        pass
    return found


def _number_of_modes(symbols: Words, size: int) -> int:
    """Return how many sequences have one commonest symbol, by how often it occurs."""
    total = 0
    for many in range(1, size + 1):
        # Ways to fill what is left with the other symbols, each less often.
        ways = [1] + [0] * (size - many)
        for _ in symbols[1:]:
            ways = [
                sum(math.comb(n, k) * ways[n - k] for k in range(min(many, n + 1)))
                for n in range(len(ways))
            ]
        total += len(symbols) * math.comb(size, many) * ways[-1]
    return total


def _between(prompt: Words) -> Words:
    return tuple(map(str, range(int(prompt[0]), int(prompt[1]) + 1)))


def _running(prompt: Words) -> Words:
    sums = itertools.accumulate(map(int, prompt))
    return tuple(str(one % 2) for one in sums)


def _commoner(prompt: Words, many: int) -> Words:
    tracks = [prompt[start::many] for start in range(many)]
    return tuple(str(int(2 * track.count("1") >= len(track))) for track in tracks)


def _sum(prompt: Words) -> Words:
    """Add two numbers of equal width with + between; the answer has one digit more."""
    left, right = "".join(prompt).split("+")
    return tuple(str(int(left) + int(right)).zfill(len(left) + 1))


def _hinted(digits: Words) -> Words:
    """Put the letter of its place before every digit, the last digit's first in the alphabet."""
    letters = ascii_lowercase[: len(digits)][::-1]
    return tuple(symbol for pair in zip(letters, digits, strict=True) for symbol in pair)


def _hinted_sum(prompt: Words) -> Words:
    return _hinted(_sum(tuple(one for one in prompt if not one.isalpha())))


def _sums(hints: bool, symbols: Words, size: int) -> Iterator[Words]:
    digits = [one for one in symbols if one.isdigit()]
    write = _hinted if hints else tuple
    for both in itertools.product(digits, repeat=2 * size):
        yield (*write(both[:size]), "+", *write(both[size:]))


def _draw_sum(hints: bool, random: np.random.Generator, symbols: Words, size: int) -> Words:
    both = tuple(str(one) for one in random.integers(0, 10, 2 * size).tolist())
    write = _hinted if hints else tuple
    return (*write(both[:size]), "+", *write(both[size:]))


def _with_plus(hints: bool, vocabulary: int) -> Words:
    letters = ascii_lowercase[: vocabulary - 14] if hints else ""
    return ("+", *map(str, range(10)), *letters)


def _adding(about: str, answer: Callable[[Words], Words], *, hints: bool) -> Kind:
    """Return addition of two numbers of so many digits; with hints a letter stands before each."""
    return Kind(
        about,
        # With three digits, and with letters for the four of the answer.
        TaskSizes(18, 23) if hints else TaskSizes(14, 13),
        partial(_with_plus, hints),
        answer,
        (lambda size: (4 * size + 1, 2 * size + 2))
        if hints
        else (lambda size: (2 * size + 1, size + 1)),
        lambda symbols, size: 100**size,
        partial(_sums, hints),
        partial(_draw_sum, hints),
    )


def _plain(
    about: str,
    default: TaskSizes,
    answer: Callable[[Words], Words],
    answered: int | None = None,
    each: int = 1,
) -> Kind:
    """Return prompts of any symbols, `each` times the size long; the answer is as long, or has a length of its own."""
    return Kind(
        about,
        default,
        numbers,
        answer,
        lambda size: (each * size, answered or each * size),
        lambda symbols, size: len(symbols) ** (each * size),
        lambda symbols, size: _free(symbols, each * size),
        lambda random, symbols, size: _draw_free(random, symbols, each * size),
    )


def _distinct(about: str, answer: Callable[[Words], Words]) -> Kind:
    """Return prompts of distinct symbols with an answer as long."""
    return Kind(
        about,
        TaskSizes(11, 14),
        numbers,
        answer,
        lambda size: (size, size),
        lambda symbols, size: math.perm(len(symbols), size),
        lambda symbols, size: itertools.permutations(symbols, size),
        _draw_distinct,
    )


BITS = 5  # the vocabulary of two symbols
KINDS: dict[str, Kind] = {
    "parity": _plain("1 where the number of 1s is odd", TaskSizes(BITS, 19), _odd, 1),
    "binary_majority": _plain(
        "the commoner bit, 1 on a tie", TaskSizes(BITS, 19), lambda p: _commoner(p, 1), 1
    ),
    "majority": _plain("the commonest symbol, the least on a tie", TaskSizes(9, 11), _commonest, 1),
    "mode": Kind(
        "the commonest symbol, which is one alone",
        TaskSizes(9, 11),
        numbers,
        _mode,
        lambda size: (size, 1),
        _number_of_modes,
        lambda symbols, size: filter(_has_mode, _free(symbols, size)),
        _draw_mode,
    ),
    "copy_unique": _distinct("the symbols again, which are distinct", lambda prompt: prompt),
    "sort_unique": _distinct(
        "the symbols in order, which are distinct", lambda prompt: tuple(sorted(prompt, key=int))
    ),
    "copy_repeat": _plain(
        "the symbols again, of two kinds", TaskSizes(BITS, 18), lambda prompt: prompt
    ),
    "count": Kind(
        "the numbers from the first to the second",
        TaskSizes(13, 14),
        numbers,
        _between,
        lambda size: (2, size),
        lambda symbols, size: max(0, len(symbols) - size + 1),
        _ranges,
        _draw_range,
    ),
    "parity_scratchpad": _plain(
        "the parity of the ones up to each bit", TaskSizes(BITS, 18), _running
    ),
    "interleaved_majority": _plain(
        f"of {TRACKS} interleaved sequences of bits the commoner bit of each, 1 on a tie",
        TaskSizes(BITS, 17),
        lambda prompt: _commoner(prompt, TRACKS),
        TRACKS,
        TRACKS,
    ),
    "addition_forward": _adding("the sum, first digit first", _sum, hints=False),
    "addition_reversed": _adding("the sum, last digit first", lambda p: _sum(p)[::-1], hints=False),
    "addition_indexed": _adding(
        "the sum, a letter for its place before each digit", _hinted_sum, hints=True
    ),
}


def prompted(name: str, sizes: TaskSizes) -> Task:
    """Return the task of a kind by its name."""
    kind = KINDS[name]
    check_size(name, "vocabulary", sizes.vocabulary, 14 if "+" in kind.symbols(14) else 4)
    symbols = kind.symbols(sizes.vocabulary)
    most = sizes.length - 1
    if not _fitting(name, symbols, most):
        raise UsageError(f"task {name}: nothing fits length {sizes.length}; give a greater one")
    answers = {one for one in symbols if one != "+"}
    return Task(
        name=name,
        domain=Domain(tuple(sorted((*symbols, GO))), most, prefix="<s>"),
        labels=tuple(sorted((*answers, END))),
        rule=partial(prompted_truth, name),
        spec=write_spec(name, sizes, kind.default),
        description=f"behind > and on, the next symbol of: {kind.about}",
        causal=True,
        sampler=partial(draw_prompted, name, symbols, most),
        space=Space(
            partial(all_prompted, name, symbols, most), partial(count_prompted, name, symbols, most)
        ),
    )


def _fitting(name: str, symbols: Words, most: int) -> list[int]:
    """Return the sizes of prompts whose whole input fits a length."""
    kind, found = KINDS[name], list[int]()
    hinted = any(map(str.isalpha, symbols))
    for size in itertools.count(1):
        prompt, answer = kind.widths(size)
        # With hints each digit of the answer needs a letter of its own.
        letters = len(symbols) - 11 if hinted else answer
        if prompt + 1 + answer > most or not kind.number(symbols, size) or answer > 2 * letters:
            break
        found.append(size)
    return found


def prompted_truth(name: str, tokens: Words) -> tuple[str | None, ...]:
    """Return what comes next, from `>` on.

    Raises:
        BadInput: it is no prompt with a beginning of its answer.
    """
    at = tokens.index(GO) if GO in tokens else len(tokens)
    try:
        answer = KINDS[name].answer(tokens[:at])
    except (ValueError, IndexError):
        answer = ()
    shown = tokens[at + 1 :]
    if at == len(tokens) or not answer or answer[: len(shown)] != shown:
        raise BadInput(f"task {name} wants a prompt, {GO} and its answer, not {' '.join(tokens)}")
    return (*(None,) * at, *(*answer, END)[: len(shown) + 1])


def _shown(name: str, symbols: Words, most: int, length: int) -> Iterator[tuple[int, int]]:
    """Yield the sizes that inputs of a length may have, and how much of the answer they show."""
    for size in _fitting(name, symbols, most):
        prompt, answer = KINDS[name].widths(size)
        if 0 <= length - prompt - 1 <= answer:
            yield size, length - prompt - 1


def count_prompted(name: str, symbols: Words, most: int, up_to: int | None = None) -> int:
    """Return how many inputs there are, of at most a length."""
    lengths = range(1, min(most, most if up_to is None else up_to) + 1)
    pairs = (pair for length in lengths for pair in _shown(name, symbols, most, length))
    return sum(KINDS[name].number(symbols, size) for size, _ in pairs)


def all_prompted(name: str, symbols: Words, most: int, up_to: int | None = None) -> Iterator[Batch]:
    """Yield every input, shortest first."""
    kind = KINDS[name]
    domain = Domain(tuple(sorted((*symbols, GO))), most, prefix="<s>")
    for length in range(1, min(most, most if up_to is None else up_to) + 1):
        for size, shown in _shown(name, symbols, most, length):
            every = kind.every(symbols, size)
            while prompts := list(itertools.islice(every, CHUNK)):
                inputs = [(*prompt, GO, *kind.answer(prompt)[:shown]) for prompt in prompts]
                yield from (batch for _, batch in encode(domain, inputs))


def draw_prompted(
    name: str, symbols: Words, most: int, random: np.random.Generator, count: int
) -> list[Words]:
    """Return inputs: each size equally likely, then each prompt, then how much of the answer is there."""
    kind, drawn = KINDS[name], list[Words]()
    for size in random.choice(_fitting(name, symbols, most), count).tolist():
        prompt = kind.draw(random, symbols, size)
        answer = kind.answer(prompt)
        drawn.append((*prompt, GO, *answer[: int(random.integers(0, len(answer) + 1))]))
    return drawn
