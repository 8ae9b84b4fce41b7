"""a random program

Task: sort
"""

import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "0", "1", "2", "3", "4", "</s>"]
Position = Literal[0, 1, 2, 3, 4, 5, 6, 7]
Label = Literal["0", "1", "2", "3", "4"]
PREFIX, SYMBOLS, SUFFIX = ["<s>"], get_args(Token)[1:-1], ["</s>"]
MIN_LENGTH, MAX_LENGTH = 1, 6
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


def count(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over all matches."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [sum(value[j] for j in found[q]) for q in query]


# Layer 0
def attn_0_0(token: Token, key: Token) -> bool:
    return key == {"0": "2", "1": "4", "3": "<s>", "</s>": "<s>"}.get(token, "3")


def num_attn_0_0(position: Position, key: Token) -> bool:
    return key == ("0", "1", "2", "3", "4", "</s>", None, None)[position]


def attn_0_1(position: Position, key: Token) -> bool:
    return key == (None, "<s>", "0", "1", "2", "3", "4", "</s>")[position]


def num_attn_0_1(token: Token, key: Token) -> bool:
    return key == {"<s>": "1", "0": "2", "1": "3", "2": "4", "3": "</s>"}.get(token)


def mlp_0_0(attn_0_0: Position, token: Token) -> int:
    if token == "<s>":
        return (4, 5, 6, 5, 4, 5, 6, 3)[attn_0_0]
    if token == "0":
        if attn_0_0 in {2, 4}:
            return 4
        return 1 if attn_0_0 in {5, 6} else max(7 - 6 * attn_0_0, 0)
    if token == "1":
        return (6, 0, 6, 4, 1, 6, 0, 4)[attn_0_0]
    if token == "3":
        return (6, 7, 5, 5, 7, 0, 6, 1)[attn_0_0]
    if token == "4":
        return (7, 3, 6, 1, 7, 4, 5, 1)[attn_0_0]
    if token == "</s>":
        return (2, 4, 3, 3, 1, 6, 4, 0)[attn_0_0]
    if attn_0_0 in {0, 2}:
        return 6
    return 2 if attn_0_0 in {1, 5} else max(5 - attn_0_0, 0)


def num_mlp_0_0(ones: int, num_attn_0_0: int) -> Position:
    ones, num_attn_0_0 = min(ones, 7), min(num_attn_0_0, 7)
    if ones <= 1 and num_attn_0_0 <= 3:
        return 4
    if 1 <= ones <= 2 and num_attn_0_0 <= 2:
        return 0
    return 5 if 2 <= ones <= 3 else 0


# Layer 1
def attn_1_0(attn_0_0: Position, key: Position) -> bool:
    return key == {2: 7, 4: 1, 5: 4, 7: 3}.get(attn_0_0, 6)


def num_attn_1_0(attn_0_1: Position, key: Position) -> bool:
    return key == (5, 0, 6, 5, 0, 6, 2, 0)[attn_0_1]


def attn_1_1(num_mlp_0_0: Position, key: Position) -> bool:
    return key == (5, 4, 7, 0, 0, 0, 5, 4)[num_mlp_0_0]


def num_attn_1_1(attn_0_1: Position, key: Position) -> bool:
    return key == {1: 2, 3: 2, 6: 4, 7: 4}.get(attn_0_1, 5)


def mlp_1_0(position: Position, token: Token) -> int:
    if token == "<s>":
        return (2, 6, 2, 1, 1, 5, 2, 7)[position]
    if token == "0":
        return (4, 1, 1, 0, 5, 6, 3, 4)[position]
    if token == "1":
        return (3, 1, 5, 3, 2, 4, 0, 5)[position]
    if token == "2":
        return (4, 5, 3, 5, 6, 6, 7, 3)[position]
    if token == "3":
        return (3, 5, 7, 2, 4, 6, 6, 1)[position]
    if token == "</s>":
        return (2, 7, 3, 5, 7, 6, 0, 1)[position]
    if position in {1, 6}:
        return 3
    return 4 if position in {2, 3, 4, 7} else 5 - position


def num_mlp_1_0(num_attn_0_0: int, ones: int) -> Position:
    num_attn_0_0, ones = min(num_attn_0_0, 7), min(ones, 7)
    if num_attn_0_0 <= 1 and ones <= 1:
        return 3
    if 1 <= num_attn_0_0 <= 2 and ones <= 4:
        return 0
    return 7 if 2 <= num_attn_0_0 <= 3 and ones <= 1 else 0


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #       "0"  "1"  "2"  "3"  "4"
    "positions": {
        0: ( -2, -10, -38,  27,  28),
        1: ( 12, -34,  38, -26,   3),
        2: (-24,  -8,  29,  21, -33),
        3: (  5, -12, -15, -25,  28),
        4: (-25, -19, -10,  -5, -24),
        5: (-40,  22,  40,  33,  11),
        6: (-34,  -6,  -9,  -6,  39),
        7: ( 27,  26,  14, -34,  20),
    },
    "attn_0_0": {
        0: (-35,  39,  15, -34,   7),
        1: ( 40,  23,   0,  13,  13),
        2: ( 18, -38,  -9, -13,  28),
        3: ( -6,  35, -31,  14, -12),
        4: ( 14, -24, -37,   1,   7),
        5: ( 31,  -7, -25,  19, -25),
        6: ( 27,   8, -27,   0,  32),
        7: ( 28, -27,  35, -40,  20),
    },
    "attn_0_1": {
        0: ( 10,   4,  31,  13, -30),
        1: (  8,  24, -10,  12, -20),
        2: ( 13,  32,  34,  26,  21),
        3: (-21,  11, -21, -20, -28),
        4: ( 23,  21,  26,  16,  35),
        5: (-17, -23,  -6, -15, -22),
        6: ( 34,  25,   0, -11,  28),
        7: ( -3,  12,  36,  34,  34),
    },
    "num_mlp_0_0": {
        0: ( -6,  21,   8, -15, -18),
        1: ( 32,   6, -10,   1,  21),
        2: (-22,  13,  21,  36, -14),
        3: ( 19,  34,  31, -37,  21),
        4: (-31,  11, -35,  19, -11),
        5: (-10, -32, -13,  -8, -10),
        6: (-16,  -7, -23, -17,  39),
        7: (-36,  -8, -19, -35,   0),
    },
    "attn_1_0": {
        0: (-29, -30, -25, -29,  -7),
        1: ( -3, -36,   5,  17,  34),
        2: (  3, -40, -37,   2,   2),
        3: ( 15,   8,  22, -31, -14),
        4: ( 34,  22,  10, -24,  29),
        5: (  0, -25,  -5, -31,  15),
        6: (-26,  16,  27,  -8, -28),
        7: ( 27,   7,   7,  17,  -3),
    },
    "attn_1_1": {
        0: ( -6,  -6,   9, -34, -23),
        1: (-35,  21,  24,  -6,  -9),
        2: ( 25,   5,   2,  11,  17),
        3: ( 29, -32,   5,  23, -26),
        4: (-21,  -6,  35, -28, -26),
        5: ( 32, -26, -17, -16,  32),
        6: ( 13,  10, -24,  35,  37),
        7: (-22,  10, -16,  29,  27),
    },
    "mlp_1_0": {
        0: (-29,  39, -34, -37,   6),
        1: ( 39, -11,  24, -31,  23),
        2: ( 28, -38,   3,   1,   2),
        3: (  4, -23, -30,  36, -36),
        4: (-30,   3, -14, -32, -15),
        5: ( 15, -12,  22,   0, -27),
        6: (-35,  12, -31, -15, -20),
        7: ( 10,  23,  20, -32,  28),
    },
}
UNIT_VOTES: dict[str, Sequence[int]] = {
    #                "0"  "1"  "2"  "3"  "4"
    "ones":         (-40, -33, -24, -35, -25),
    "num_attn_0_0": (  9, -35,  27, -29,  32),
    "num_attn_1_0": ( -7, -27,   3,  32,  28),
    "num_attn_1_1": (-18, -15,  -8,   7,  -3),
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
    x.attn_0_0 = attend(attn_0_0, x.tokens, x.tokens, x.positions)
    x.num_attn_0_0 = count(num_attn_0_0, x.positions, x.tokens, x.ones)
    x.attn_0_1 = attend(attn_0_1, x.positions, x.tokens, x.positions)
    x.num_attn_0_1 = count(num_attn_0_1, x.tokens, x.tokens, x.ones)
    x.mlp_0_0 = list(map(mlp_0_0, x.attn_0_0, x.tokens))
    x.num_mlp_0_0 = list(map(num_mlp_0_0, x.ones, x.num_attn_0_0))
    x.attn_1_0 = attend(attn_1_0, x.attn_0_0, x.attn_0_0, x.attn_0_0)
    x.num_attn_1_0 = count(num_attn_1_0, x.attn_0_1, x.attn_0_0, x.num_attn_0_1)
    x.attn_1_1 = attend(attn_1_1, x.num_mlp_0_0, x.attn_0_0, x.num_mlp_0_0)
    x.num_attn_1_1 = count(num_attn_1_1, x.attn_0_1, x.attn_0_0, x.num_attn_0_0)
    x.mlp_1_0 = list(map(mlp_1_0, x.positions, x.tokens))
    x.num_mlp_1_0 = list(map(num_mlp_1_0, x.num_attn_0_0, x.ones))
    for name, values in vars(x).items():
        if observe:
            observe(name, values)
    rows = [[t[v] for v in vars(x)[n]] for n, t in VOTES.items()]
    rows += [[[v * w for w in u] for v in vars(x)[n]] for n, u in UNIT_VOTES.items()]
    sums = [[sum(votes) for votes in zip(*row)] for row in zip(*rows)]
    return [get_args(Label)[s.index(max(s))] for s in sums[1:-1]]


if __name__ == "__main__":
    try:
        print(*run(sys.argv[1:]))
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
