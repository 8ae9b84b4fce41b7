"""A learned Transformer Program for induction

Task: induction
Accuracy: 100.00 % of the labels of 2,000 held-out sequences.
Put together from common shapes, for 16,200 sequences, seed 0.
Simplified from 83 lines: the same labels on every input, by what each pass proves; no difference on 400,000 samples.
"""

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "0", "1", "2", "3", "a", "b", "c", "d"]
Position = Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
Label = Literal["0", "1", "2", "3", "<unk>"]
PREFIX, SYMBOLS = ["<s>"], get_args(Token)[1:]
MIN_LENGTH, MAX_LENGTH = 9, 9
SCORED: tuple[str, ...] = ("a", "b", "c", "d")
Observe = Callable[[str, Sequence[object]], None]
Head = Callable[[Any, Any], bool]
Column = list[Any]


@lru_cache(maxsize=32768)
def matches(head: Head, query: Any, keys: tuple[Any, ...]) -> list[int]:
    """Return where the keys are that a query value wants."""
    return [j for j, k in enumerate(keys) if head(query, k)]


def attend_past(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the nearest match to the left, itself last, else position 0."""
    keys = tuple(key)
    found = {q: matches(head, q, keys) for q in set(query)}
    past = [[j for j in found[q] if j < i] for i, q in enumerate(query)]
    own = [i if i in found[q] else 0 for i, q in enumerate(query)]
    return [value[js[-1] if js else own[i]] for i, js in enumerate(past)]


# Layer 0
def previous_token(position: Position, key: Position) -> bool:
    return key == position - 1


# Layer 1
def token_of_equal(token: Token, key: Token) -> bool:
    return key == token


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #           "0"  "1"  "2"  "3"  "<unk>"
    "token_of_equal": {
        "<s>": (  0,   0,   0,   0,       1),
        "0":   (  1,   0,   0,   0,       0),
        "1":   (  0,   1,   0,   0,       0),
        "2":   (  0,   0,   1,   0,       0),
        "3":   (  0,   0,   0,   1,       0),
        "a":   (  0,   0,   0,   0,       0),
        "b":   (  0,   0,   0,   0,       0),
        "c":   (  0,   0,   0,   0,       0),
        "d":   (  0,   0,   0,   0,       0),
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
    x.previous_token = attend_past(previous_token, x.positions, x.positions, x.tokens)
    x.token_of_equal = attend_past(token_of_equal, x.tokens, x.previous_token, x.tokens)
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
