"""A learned Transformer Program for double_hist

Task: double_hist
Accuracy: 100.00 % of the labels of 2,000 held-out sequences.
Put together from common shapes, for 16,200 sequences, seed 0.
"""

import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "0", "1", "2", "3", "4", "5"]
Position = Literal[0, 1, 2, 3, 4, 5, 6, 7]
Label = Literal["1", "2", "3", "4", "5", "6"]
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
    return equal_tokens


# Layer 1
def equal_numbers(number: Position, key: Position) -> bool:
    return key == number


def answer(equal_tokens: int, equal_numbers: int) -> Label:
    equal_tokens, equal_numbers = min(equal_tokens, 7), min(equal_numbers, 8)
    if equal_tokens <= 1 and equal_numbers == 6:
        return "5"
    if equal_tokens <= 2 and equal_numbers == 6:
        return "3"
    if equal_tokens <= 1 and equal_numbers == 4:
        return "3"
    if equal_tokens == 3 and equal_numbers <= 3:
        return "1"
    if equal_tokens <= 2 and equal_numbers >= 6:
        return "6"
    if equal_tokens <= 2 and equal_numbers == 5:
        return "4"
    if equal_tokens <= 4 and equal_numbers >= 6:
        return "2"
    return "2" if equal_tokens <= 3 and equal_numbers >= 3 else "1"


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #         "1"  "2"  "3"  "4"  "5"  "6"
    "answer": {
        "1": (  1,   0,   0,   0,   0,   0),
        "2": (  0,   1,   0,   0,   0,   0),
        "3": (  0,   0,   1,   0,   0,   0),
        "4": (  0,   0,   0,   1,   0,   0),
        "5": (  0,   0,   0,   0,   1,   0),
        "6": (  0,   0,   0,   0,   0,   1),
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
    x.equal_tokens = count(equal_tokens, x.tokens, x.tokens, x.ones)
    x.number = list(map(number, x.equal_tokens))
    x.equal_numbers = count(equal_numbers, x.number, x.number, x.ones)
    x.answer = list(map(answer, x.equal_tokens, x.equal_numbers))
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
