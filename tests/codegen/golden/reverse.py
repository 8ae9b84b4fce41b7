"""reverse, written by hand

Task: reverse:vocabulary=6,length=6
"""

import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "a", "b", "c", "</s>"]
Position = Literal[0, 1, 2, 3, 4, 5]
Label = Token
PREFIX, SYMBOLS, SUFFIX = ["<s>"], get_args(Token)[1:-1], ["</s>"]
MIN_LENGTH, MAX_LENGTH = 1, 4
Observe = Callable[[str, Sequence[object]], None]
Head = Callable[[Any, Any], bool]
Column = list[Any]


def attend(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the nearest match: left before right, itself last, else 0."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [
        value[min(found[q], key=lambda j: (j == i, abs(j - i)), default=0)]
        for i, q in enumerate(query)
    ]


# Layer 0
def end(token: Token, key: Token) -> bool:
    return key == "</s>"


def mirror(position: Position, end: Position) -> int:
    return max(end - position, 0)


# Layer 1
def mirrored_token(mirror: Position, key: Position) -> bool:
    return key == mirror


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #            "<s>"  "a"  "b"  "c"  "</s>"
    "mirrored_token": {
        "<s>":  (   10,   0,   0,   0,      0),
        "a":    (    0,  10,   0,   0,      0),
        "b":    (    0,   0,  10,   0,      0),
        "c":    (    0,   0,   0,  10,      0),
        "</s>": (    0,   0,   0,   0,     10),
    },
}
# fmt: on


def run(tokens: Sequence[str], observe: Observe | None = None) -> list[Label]:
    """Label each token; `observe` is shown every variable, in order."""
    words = list(tokens)
    if words[:1] == PREFIX and words[-1:] == SUFFIX:
        words = words[1:-1]
    if not MIN_LENGTH <= len(words) <= MAX_LENGTH or not set(words) <= set(SYMBOLS):
        raise ValueError(f"give {MIN_LENGTH} to {MAX_LENGTH} of {SYMBOLS}, not {words}")
    words = [*PREFIX, *words, *SUFFIX]
    x = SimpleNamespace()
    x.tokens = words
    x.positions = list(range(len(words)))
    x.ones = [1] * len(words)
    x.end = attend(end, x.tokens, x.tokens, x.positions)
    x.mirror = list(map(mirror, x.positions, x.end))
    x.mirrored_token = attend(mirrored_token, x.mirror, x.positions, x.tokens)
    for name, values in vars(x).items():
        if observe:
            observe(name, values)
    rows = [[t[v] for v in vars(x)[n]] for n, t in VOTES.items()]
    sums = [[sum(votes) for votes in zip(*row)] for row in zip(*rows)]
    return [get_args(Label)[s.index(max(s))] for s in sums[1:-1]]


if __name__ == "__main__":
    try:
        print(*run(sys.argv[1:]))
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
