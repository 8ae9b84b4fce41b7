"""hist, written by hand

Task: hist:vocabulary=5,length=5
"""

import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "a", "b", "c"]
Position = Literal[0, 1, 2, 3, 4]
Label = Literal["0", "1", "2", "3", "4"]
PREFIX, SYMBOLS = ["<s>"], get_args(Token)[1:]
MIN_LENGTH, MAX_LENGTH = 1, 4
Observe = Callable[[str, Sequence[object]], None]
Head = Callable[[Any, Any], bool]
Column = list[Any]


def count(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over all matches."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [sum(value[j] for j in found[q]) for q in query]


# Layer 0
def count_own(token: Token, key: Token) -> bool:
    return key == token


def own_count(count_own: int) -> Position:
    if count_own == 1:
        return 1
    if count_own == 2:
        return 2
    if count_own == 3:
        return 3
    return 4 if count_own >= 4 else 0


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #       "0"  "1"  "2"  "3"  "4"
    "own_count": {
        0: ( 10,   0,   0,   0,   0),
        1: (  0,  10,   0,   0,   0),
        2: (  0,   0,  10,   0,   0),
        3: (  0,   0,   0,  10,   0),
        4: (  0,   0,   0,   0,  10),
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
    x.count_own = count(count_own, x.tokens, x.tokens, x.ones)
    x.own_count = list(map(own_count, x.count_own))
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
