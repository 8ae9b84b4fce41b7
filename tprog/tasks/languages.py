"""Formal languages: which symbols may come next, after every beginning of a word.

A language is a deterministic machine: a start, what a symbol does to a state (None where no word goes on so), and which states end a
word. Labels are texts such as `01$`: the symbols that may follow, and `$` where the word may end here. The inputs are the words of the
language, each length equally likely and then each word. After Bhattamishra, Ahuja and Goyal (EMNLP 2020), and Tomita (1982).
"""

import bisect
import itertools
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeAlias

import numpy as np

from tprog.errors import BadInput, UsageError
from tprog.evaluate.inputs import Batch, encode
from tprog.ir import Domain
from tprog.tasks.sizes import TaskSizes, check_size, write_spec
from tprog.tasks.task import Space, Task

State: TypeAlias = Any  # Hashable, whatever the machine makes it.
END = "$"
CHUNK = 4096  # words in a batch


@dataclass(frozen=True)
class Language:
    """A machine.

    Attributes:
        symbols: in the order of strings.
        start: the first state.
        step: from a state and the number of a symbol to the next state, None where there is none.
        ends: whether a word may end in a state.
        about: in words.
    """

    symbols: str
    start: State
    step: Callable[[State, int], State | None]
    ends: Callable[[State], bool]
    about: str

    def label(self, state: State) -> str:
        """Return the symbols that may follow, and `$` where a word may end."""
        follow = [
            s for number, s in enumerate(self.symbols) if self.step(state, number) is not None
        ]
        return "".join([*follow, END if self.ends(state) else ""])


def table(symbols: str, rows: str, ends: str, about: str) -> Language:
    """Return the machine of a table: for each state the states that its symbols lead to, `-` for none, as in `-0 11`."""
    steps = [[None if c == "-" else int(c) for c in row] for row in rows.split()]
    accepting = frozenset(map(int, ends))
    return Language(symbols, 0, lambda s, k: steps[s][k], accepting.__contains__, about)


def dyck(depth: int) -> Language:
    """Return Dyck-1 over `a` and `b` of at most a depth: (a(ab)*b)* for two."""

    def step(open_now: int, number: int) -> int | None:
        found = open_now + (1 if number == 0 else -1)
        return found if 0 <= found <= depth else None

    return Language("ab", 0, step, lambda open_now: open_now == 0, f"brackets at most {depth} deep")


def shuffled(kinds: int) -> Language:
    """Return the shuffle of so many languages Dyck-1, each with brackets of its own: `a` `b`, then `c` `d`."""

    def step(counts: tuple[int, ...], number: int) -> tuple[int, ...] | None:
        found = list(counts)
        found[number // 2] += 1 if number % 2 == 0 else -1
        return None if min(found) < 0 else tuple(found)

    symbols = "abcdefgh"[: 2 * kinds]
    about = f"{kinds} kinds of brackets, each balanced by itself"
    return Language(symbols, (0,) * kinds, step, lambda counts: not any(counts), about)


LANGUAGES: dict[str, Language] = {
    "tomita1": table("01", "-0", "0", "1*"),
    "tomita2": table("01", "-1 0-", "0", "(10)*"),
    "tomita3": table(
        "01", "01 20 3- 21", "013", "no odd number of 0s right after an odd number of 1s"
    ),
    "tomita4": table("01", "10 20 -0", "012", "no 000"),
    "tomita5": table("01", "12 03 30 21", "0", "an even number of 0s, and of 1s"),
    "tomita6": table("01", "12 20 01", "0", "as many 0s as 1s, modulo 3"),
    "tomita7": table("01", "01 21 23 -3", "0123", "0*1*0*1*"),
    "d2": dyck(2),
    "d3": dyck(3),
    "d4": dyck(4),
    "d12": dyck(12),
    "aa_star": table("a", "1 0", "0", "(aa)*"),
    "aaaa_star": table("a", "1 2 3 0", "0", "(aaaa)*"),
    "abab_star": table("ab", "1- -2 3- -0", "0", "(abab)*"),
    "abcde_star": table("abcde", "01234 -1234 --234 ---34 ----4", "01234", "a*b*c*d*e*"),
    "ab_d_bc": table("abcd", "00-1 -11-", "1", "{a,b}*d{b,c}*"),
    "012_0_2": table("012", "100 101", "1", "{0,1,2}*02*"),
    "shuffle_dyck2": shuffled(2),
}
DEFAULTS = {name: TaskSizes(len(one.symbols) + 2, 17) for name, one in LANGUAGES.items()}


def language(name: str, sizes: TaskSizes) -> Task:
    """Return the task of a language by its name."""
    found, most = LANGUAGES[name], sizes.length - 1
    vocabulary = len(found.symbols) + 2
    check_size(name, "vocabulary", sizes.vocabulary, vocabulary, vocabulary)
    check_size(name, "length", sizes.length, 2)
    if not any(words(name, length) for length in range(1, most + 1)):
        raise UsageError(f"task {name}: no word fits length {sizes.length}; give a greater one")
    return Task(
        name=name,
        domain=Domain(tuple(found.symbols), most, prefix="<s>"),
        labels=_labels(name, most),
        rule=partial(language_truth, name),
        spec=write_spec(name, sizes, DEFAULTS[name]),
        description=f"which symbols may follow, $ for the end: {found.about}",
        causal=True,
        sampler=partial(draw_words, name, most),
        space=Space(partial(all_words, name, most), partial(count_words, name, most)),
    )


def language_truth(name: str, tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return what may follow each beginning.

    Raises:
        BadInput: no word begins so.
    """
    found, labels = LANGUAGES[name], []
    state: State = found.start
    for token in tokens:
        state = found.step(state, found.symbols.index(token))
        if state is None:
            raise BadInput(f"no word of {name} begins with {' '.join(tokens)}")
        labels.append(found.label(state))
    return tuple(labels)


@cache
def _tails(name: str, state: Hashable, length: int) -> int:
    """Return how many ends of a word of exactly a length there are from a state."""
    found = LANGUAGES[name]
    if length == 0:
        return int(found.ends(state))
    after = (found.step(state, number) for number in range(len(found.symbols)))
    return sum(_tails(name, one, length - 1) for one in after if one is not None)


def words(name: str, length: int) -> int:
    """Return how many words of exactly a length a language has."""
    for shorter in range(length):
        # One length after the other, so that no recursion is deep.
        _tails(name, LANGUAGES[name].start, shorter)
    return _tails(name, LANGUAGES[name].start, length)


def count_words(name: str, most: int, up_to: int | None = None) -> int:
    """Return how many words there are, of at most a length."""
    return sum(
        words(name, n) for n in range(1, min(most, up_to if up_to is not None else most) + 1)
    )


def all_words(name: str, most: int, up_to: int | None = None) -> Iterator[Batch]:
    """Yield every word, shortest first."""
    found = LANGUAGES[name]
    domain = Domain(tuple(found.symbols), most, prefix="<s>")

    def tails(state: State, length: int) -> Iterator[tuple[str, ...]]:
        if length == 0:
            yield ()
            return
        for number, symbol in enumerate(found.symbols):
            after = found.step(state, number)
            if after is not None and _tails(name, after, length - 1):
                yield from ((symbol, *tail) for tail in tails(after, length - 1))

    for length in range(1, min(most, up_to if up_to is not None else most) + 1):
        every = tails(found.start, length) if words(name, length) else iter(())
        while chunk := list(itertools.islice(every, CHUNK)):
            yield from (batch for _, batch in encode(domain, chunk))


def draw_words(
    name: str, most: int, random: np.random.Generator, count: int
) -> list[tuple[str, ...]]:
    """Return words: each length that there is equally likely, then each word."""
    found = LANGUAGES[name]
    lengths = [n for n in range(1, most + 1) if words(name, n)]

    @cache
    def ways(state: Hashable, left: int) -> tuple[list[tuple[str, State]], list[float]]:
        after = [(s, found.step(state, k)) for k, s in enumerate(found.symbols)]
        open_ = [(s, one) for s, one in after if one is not None and _tails(name, one, left - 1)]
        shares = [_tails(name, one, left - 1) / _tails(name, state, left) for _, one in open_]
        return open_, list(itertools.accumulate(shares))

    drawn = []
    for length in random.choice(lengths, count).tolist():
        state: State = found.start
        word = []
        for left, share in zip(range(length, 0, -1), random.random(length).tolist(), strict=True):
            open_, sums = ways(state, left)
            symbol, state = open_[min(bisect.bisect(sums, share), len(open_) - 1)]
            word.append(symbol)
        drawn.append(tuple(word))
    return drawn


@cache
def _labels(name: str, most: int) -> tuple[str, ...]:
    """Return every label that some beginning of a word has, in the order of strings."""
    found = LANGUAGES[name]
    states: set[State] = {found.start}
    labels: set[str] = set()
    for at in range(1, most + 1):
        steps = {found.step(s, k) for s in states for k in range(len(found.symbols))}
        # Only what a word of some length goes through.
        states = {
            s for s in steps - {None} if any(_tails(name, s, left) for left in range(most - at + 1))
        }
        labels |= {found.label(state) for state in states}
    return tuple(sorted(labels))
