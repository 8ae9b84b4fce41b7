"""A learned Transformer Program for double_hist

Task: double_hist
Accuracy: 100.00 % of the labels of 2,000 held-out sequences.
Put together from common shapes, for 16,200 sequences, seed 0.
Simplified from 96 lines: the same labels on every one of 335,922 inputs.
"""

import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "0", "1", "2", "3", "4", "5"]
Label = Literal["1", "2", "3", "4", "5", "6"]
Value8 = Literal[0, 1, 2, 3, 4, 5, 6, 7]
PREFIX, SYMBOLS = ["<s>"], get_args(Token)[1:]
MIN_LENGTH, MAX_LENGTH = 1, 7
Observe = Callable[[str, Sequence[object]], None]
Head = Callable[[Any, Any], bool]
Column = list[Any]


def count(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over all matches."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [sum(value[j] for j in found[q]) for q in query]


# Layer 0
def equal_tokens(token: Token, key: Token) -> bool:
    return key == token


# a
def number(equal_tokens: int) -> int:
    equal_tokens = min(equal_tokens, 4)
    return 7 if equal_tokens == 4 else equal_tokens


# Layer 1
def equal_numbers(number: Value8, key: Value8) -> bool:
    return key == number


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #       "1"  "2"  "3"  "4"  "5"  "6"
    "number": {
        0: (  0,   0,   0,   0,   0,   0),
        1: (-11,  -3,   0,   0,  -4, -16),
        2: (  8,  17,  12,   0,  -5, -12),
        3: ( 14,  20,   0,  -2,  -6, -11),
        4: (  0,   0,   0,   0,   0,   0),
        5: (  0,   0,   0,   0,   0,   0),
        6: (  0,   0,   0,   0,   0,   0),
        7: ( 22,  -1,   0,  -2,  -7, -12),
    },
}
UNIT_VOTES: dict[str, Sequence[int]] = {
    #                 "1"  "2"  "3"  "4"  "5"  "6"
    "ones":          ( 64,  42,  18,   0, -21, -55),
    "equal_tokens":  (  6,   2,   0,  -1,  -2,  -4),
    "equal_numbers": (-14,  -7,   0,   4,   9,  16),
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
    x = SimpleNamespace()
    x.tokens = words
    x.ones = [1] * len(words)
    x.equal_tokens = count(equal_tokens, x.tokens, x.tokens, x.ones)
    x.number = list(map(number, x.equal_tokens))
    x.equal_numbers = count(equal_numbers, x.number, x.number, x.ones)
    for name, values in vars(x).items():
        if observe:
            observe(name, values)
    rows = [[t[v] for v in vars(x)[n]] for n, t in VOTES.items()]
    rows += [[[v * w for w in u] for v in vars(x)[n]] for n, u in UNIT_VOTES.items()]
    sums = [[sum(votes) for votes in zip(*row)] for row in zip(*rows)]
    return [get_args(Label)[s.index(max(s))] for s in sums[1:]]


if __name__ == "__main__":
    try:
        print(*run(sys.argv[1:]))
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
