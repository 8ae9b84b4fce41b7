"""A learned Transformer Program for hist

Task: hist
Accuracy: 100.00 % of the labels of 2,000 held-out sequences.
Put together from common shapes, for 16,200 sequences, seed 0.
"""

import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "0", "1", "2", "3", "4", "5"]
Label = Literal["1", "2", "3", "4", "5", "6", "7"]
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
def num_attn_0_0(token: Token, key: Token) -> bool:
    return key == token


# a
def num_mlp_0_0(num_attn_0_0: int) -> int:
    return num_attn_0_0


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #       "1"  "2"  "3"  "4"  "5"  "6"  "7"
    "num_mlp_0_0": {
        0: (  1,   0,   0,   0,   0,   0,   0),
        1: (  1,   0,   0,   0,   0,   0,   0),
        2: (  0,   1,   0,   0,   0,   0,   0),
        3: (  0,   0,   1,   0,   0,   0,   0),
        4: (  0,   0,   0,   1,   0,   0,   0),
        5: (  0,   0,   0,   0,   1,   0,   0),
        6: (  0,   0,   0,   0,   0,   1,   0),
        7: (  0,   0,   0,   0,   0,   0,   1),
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
    x = SimpleNamespace()
    x.tokens = words
    x.positions = list(range(len(words)))
    x.ones = [1] * len(words)
    x.num_attn_0_0 = count(num_attn_0_0, x.tokens, x.tokens, x.ones)
    x.num_mlp_0_0 = list(map(num_mlp_0_0, x.num_attn_0_0))
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
