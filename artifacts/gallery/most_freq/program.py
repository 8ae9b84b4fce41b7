"""A learned Transformer Program for most_freq

Task: most_freq
Accuracy: 100.00 % of the labels of 2,000 held-out sequences.
Put together from common shapes, for 16,200 sequences, seed 0.
"""

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "0", "1", "2", "3", "4", "5"]
Position = Literal[0, 1, 2, 3, 4, 5, 6, 7]
Label = Literal["0", "1", "2", "3", "4", "5", "<s>"]
Value9 = Literal[0, 1, 2, 3, 4, 5, 6, 7, 8]
PREFIX, SYMBOLS = ["<s>"], get_args(Token)[1:]
MIN_LENGTH, MAX_LENGTH = 1, 7
Observe = Callable[[str, Sequence[object]], None]
Head = Callable[[Any, Any], bool]
Column = list[Any]


@lru_cache(maxsize=32768)
def matches(head: Head, query: Any, keys: tuple[Any, ...]) -> list[int]:
    """Return where the keys are that a query value wants."""
    return [j for j, k in enumerate(keys) if head(query, k)]


def attend(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the nearest match: left before right, itself last, else 0."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [
        value[min(found[q], key=lambda j: (j == i, abs(j - i)), default=0)]
        for i, q in enumerate(query)
    ]


def count(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over all matches."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [sum(value[j] for j in found[q]) for q in query]


def count_past(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over the matches up to here."""
    keys = tuple(key)
    found = {q: matches(head, q, keys) for q in set(query)}
    return [sum([value[j] for j in found[q] if j <= i]) for i, q in enumerate(query)]


# Layer 0
def equal_tokens(token: Token, key: Token) -> bool:
    return key == token


def equal_tokens_so_far(token: Token, key: Token) -> bool:
    return token != "<s>" and key == token


# a where b is 1, else 0
def first(equal_tokens: int, equal_tokens_so_far: int) -> int:
    return equal_tokens if equal_tokens_so_far == 1 else 0


# Layer 1
def equal_firsts_so_far(first: Position, key: Position) -> bool:
    return first >= 1 and key == first


def greater_firsts(first: Position, key: Position) -> bool:
    return first >= 1 and key > first


# a + b
def total(equal_firsts_so_far: int, greater_firsts: int) -> int:
    return min(equal_firsts_so_far + greater_firsts, 8)


# Layer 2
def token_at_total(position: Position, key: Value9) -> bool:
    return key == position


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #           "0"  "1"  "2"  "3"  "4"  "5"  "<s>"
    "token_at_total": {
        "<s>": (  0,   0,   0,   0,   0,   0,     1),
        "0":   (  1,   0,   0,   0,   0,   0,     0),
        "1":   (  0,   1,   0,   0,   0,   0,     0),
        "2":   (  0,   0,   1,   0,   0,   0,     0),
        "3":   (  0,   0,   0,   1,   0,   0,     0),
        "4":   (  0,   0,   0,   0,   1,   0,     0),
        "5":   (  0,   0,   0,   0,   0,   1,     0),
    },
}
# fmt: on


def run(tokens: Sequence[str], observe: Observe | None = None) -> list[Label]:
    """Label each token; `observe` is shown every variable, in order."""
    words = list(tokens)
    if words[:1] == PREFIX:
        words = words[1:]
    if not MIN_LENGTH <= len(words) <= MAX_LENGTH or not set(words) <= set(SYMBOLS):
        raise ValueError(f"give {MIN_LENGTH} to {MAX_LENGTH} of {SYMBOLS}, not {words}")
    words = [*PREFIX, *words]
    if observe:
        matches.cache_clear()
    x = SimpleNamespace()
    x.tokens = words
    x.positions = list(range(len(words)))
    x.ones = [1] * len(words)
    x.equal_tokens = count(equal_tokens, x.tokens, x.tokens, x.ones)
    x.equal_tokens_so_far = count_past(equal_tokens_so_far, x.tokens, x.tokens, x.ones)
    x.first = list(map(first, x.equal_tokens, x.equal_tokens_so_far))
    x.equal_firsts_so_far = count_past(equal_firsts_so_far, x.first, x.first, x.ones)
    x.greater_firsts = count(greater_firsts, x.first, x.first, x.ones)
    x.total = list(map(total, x.equal_firsts_so_far, x.greater_firsts))
    x.token_at_total = attend(token_at_total, x.positions, x.total, x.tokens)
    for name, values in vars(x).items():
        if observe:
            observe(name, values)
    rows = [[t[v] for v in vars(x)[n]] for n, t in VOTES.items()]
    sums = [[sum(votes) for votes in zip(*row)] for row in zip(*rows)]
    return [get_args(Label)[s.index(max(s))] for s in sums[1:]]


if __name__ == "__main__":
    try:
        print(*run(sys.argv[1:]))
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
