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
def num_attn_0_0(token: Token, key: Token) -> bool:
    return key == token


# a
def num_mlp_0_0(num_attn_0_0: int) -> int:
    num_attn_0_0 = min(num_attn_0_0, 4)
    return 7 if num_attn_0_0 == 4 else num_attn_0_0


# Layer 1
def num_attn_1_0(num_mlp_0_0: Value8, key: Value8) -> bool:
    return key == num_mlp_0_0


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #       "1"  "2"  "3"  "4"  "5"  "6"
    "num_mlp_0_0": {
        0: (  0,   0,   0,   0,   0,   0),
        1: (-13,  -4,   0,   0,  -5, -20),
        2: ( 10,  21,  14,   0,  -6, -15),
        3: ( 17,  23,   0,  -2,  -7, -13),
        4: (  0,   0,   0,   0,   0,   0),
        5: (  0,   0,   0,   0,   0,   0),
        6: (  0,   0,   0,   0,   0,   0),
        7: ( 27,  -1,   0,  -3,  -8, -15),
    },
}
UNIT_VOTES: dict[str, Sequence[int]] = {
    #                "1"  "2"  "3"  "4"  "5"  "6"
    "ones":         ( 76,  50,  21,   0, -27, -68),
    "num_attn_0_0": (  7,   2,   0,  -1,  -3,  -5),
    "num_attn_1_0": (-17,  -8,   0,   5,  11,  20),
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
    x.num_attn_0_0 = count(num_attn_0_0, x.tokens, x.tokens, x.ones)
    x.num_mlp_0_0 = list(map(num_mlp_0_0, x.num_attn_0_0))
    x.num_attn_1_0 = count(num_attn_1_0, x.num_mlp_0_0, x.num_mlp_0_0, x.ones)
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
