"""A learned Transformer Program for double_hist

Task: double_hist
Accuracy: 100.00 % of the labels of 2,000 held-out sequences.
Learned from 16,200 sequences: 4 warm starts of 15 epochs, then 7 rounds of discrete search, seed 0.
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
def attn_0_0(position: Position, key: Position) -> bool:
    if position in {0, 3}:
        return key == 6
    if position == 2:
        return key == 1
    if position == 4:
        return key == 5
    return key == 7


def attn_0_1(position: Position, key: Token) -> bool:
    if position in {0, 5}:
        return key == "4"
    if position == 1:
        return key == "5"
    if position == 2:
        return key == "0"
    if position == 6:
        return key == "<s>"
    if position == 7:
        return key == "3"
    return key == "1"


def attn_0_2(position: Position, key: Token) -> bool:
    if position == 3:
        return key == "2"
    if position == 4:
        return key == "1"
    if position == 5:
        return key == "0"
    if position in {6, 7}:
        return key == "<s>"
    return key == "4"


def attn_0_3(position: Position, key: Position) -> bool:
    if position in {1, 6}:
        return key == 2
    if position in {2, 5}:
        return key == 4
    if position == 3:
        return key == 6
    return key == 0


def num_attn_0_0(token: Token, key: Token) -> bool:
    if token == "<s>":
        return key == "<s>"
    if token == "0":
        return key == "0"
    if token == "1":
        return key == "1"
    if token == "2":
        return key == "2"
    if token == "3":
        return key == "3"
    if token == "4":
        return key == "4"
    return key == "5"


def num_attn_0_1(token: Token, key: Token) -> bool:
    if token == "<s>":
        return key == "<s>"
    if token == "0":
        return key == "0"
    if token == "1":
        return key == "1"
    if token == "2":
        return key == "2"
    if token == "3":
        return key == "3"
    if token == "4":
        return key == "4"
    return key == "5"


def num_attn_0_2(token: Token, key: Token) -> bool:
    if token == "<s>":
        return key == "<s>"
    if token == "0":
        return key == "0"
    if token == "1":
        return key == "1"
    if token == "2":
        return key == "2"
    if token == "3":
        return key == "3"
    if token == "4":
        return key == "4"
    return key == "5"


def num_attn_0_3(token: Token, key: Position) -> bool:
    if token == "<s>":
        return key == 3
    return key == 6


def mlp_0_0(attn_0_1: Token, attn_0_3: Position) -> Position:
    if attn_0_1 == "<s>" and attn_0_3 != 4:
        return 0
    if attn_0_1 in {"<s>", "5"} and attn_0_3 in {1, 2, 3, 4, 6}:
        return 6
    if attn_0_1 == "0" and 1 <= attn_0_3 <= 4:
        return 0
    if attn_0_1 in {"2", "3", "4", "5"} and attn_0_3 == 0:
        return 0
    if (attn_0_1, attn_0_3) in {("1", 4), ("1", 6), ("2", 4), ("4", 3)}:
        return 3
    if (attn_0_1, attn_0_3) in {("1", 0), ("2", 2), ("2", 6), ("4", 2)}:
        return 6
    if (attn_0_1, attn_0_3) in {("2", 1), ("3", 2), ("5", 7)}:
        return 0
    if (attn_0_1, attn_0_3) in {("0", 5), ("4", 1), ("5", 5)}:
        return 1
    if (attn_0_1, attn_0_3) in {("1", 1), ("2", 3), ("2", 5)}:
        return 4
    if attn_0_1 == "4" and attn_0_3 in {4, 7}:
        return 3
    return 7 if attn_0_1 == "0" and attn_0_3 == 0 else 5


def mlp_0_1(position: Position) -> Position:
    if position in {0, 4}:
        return 6
    if position == 1:
        return 4
    if position == 2:
        return 1
    if position == 3:
        return 2
    return 0 if position == 7 else 3


def num_mlp_0_0(ones: int) -> Position:
    ones = min(ones, 8)
    return 7 if ones == 2 else 2


def num_mlp_0_1(num_attn_0_1: int, num_attn_0_3: int) -> Position:
    num_attn_0_1, num_attn_0_3 = min(num_attn_0_1, 8), min(num_attn_0_3, 8)
    if num_attn_0_1 == 3 and num_attn_0_3 == 0:
        return 7
    if num_attn_0_1 == 1 and num_attn_0_3 == 0:
        return 7
    if num_attn_0_1 == 1 and num_attn_0_3 <= 1:
        return 6
    if num_attn_0_1 == 4 and num_attn_0_3 == 1:
        return 3
    if 3 <= num_attn_0_1 <= 5 and num_attn_0_3 == 1:
        return 1
    return 0 if 1 <= num_attn_0_1 <= 4 and num_attn_0_3 == 0 else 5


# Layer 1
def attn_1_0(mlp_0_0: Position, key: Token) -> bool:
    if mlp_0_0 in {0, 4}:
        return key == "2"
    if mlp_0_0 == 1:
        return key == "0"
    if mlp_0_0 == 6:
        return key == "4"
    return key == "<s>"


def attn_1_1(mlp_0_0: Position, key: Position) -> bool:
    if mlp_0_0 in {0, 2}:
        return key == 0
    if mlp_0_0 in {1, 5}:
        return key == 1
    if mlp_0_0 == 4:
        return key == 4
    if mlp_0_0 == 6:
        return key == 6
    return key == 3


def attn_1_2(mlp_0_1: Position, key: Position) -> bool:
    if mlp_0_1 in {0, 2}:
        return key == 2
    if mlp_0_1 == 3:
        return key == 3
    if mlp_0_1 == 5:
        return key == 5
    if mlp_0_1 == 6:
        return key == 6
    if mlp_0_1 == 7:
        return key == 7
    return key == 0


def attn_1_3(attn_0_2: Token, key: Position) -> bool:
    if attn_0_2 == "<s>":
        return key == 1
    if attn_0_2 == "0":
        return key == 2
    if attn_0_2 == "1":
        return key == 3
    if attn_0_2 == "2":
        return key == 4
    if attn_0_2 == "3":
        return key == 5
    if attn_0_2 == "4":
        return key == 6
    return key == 7


def num_attn_1_0(num_mlp_0_1: Position, key: Position) -> bool:
    if num_mlp_0_1 in {0, 1}:
        return key == 7
    if num_mlp_0_1 in {2, 4}:
        return key == 0
    if num_mlp_0_1 == 3:
        return key == 1
    if num_mlp_0_1 == 6:
        return key == 5
    return key == 6


def num_attn_1_1(token: Token, key: Token) -> bool:
    if token == "<s>":
        return key == "<s>"
    if token == "0":
        return key == "0"
    if token == "1":
        return key == "1"
    if token == "2":
        return key == "2"
    if token == "3":
        return key == "3"
    if token == "4":
        return key == "4"
    return key == "5"


def num_attn_1_2(num_mlp_0_1: Position, key: Position) -> bool:
    if num_mlp_0_1 == 0:
        return key == 3
    if num_mlp_0_1 in {1, 7}:
        return key == 1
    if num_mlp_0_1 == 3:
        return key == 6
    if num_mlp_0_1 == 5:
        return key == 5
    if num_mlp_0_1 == 6:
        return key == 7
    return key == 0


def num_attn_1_3(attn_0_1: Token, key: Position) -> bool:
    if attn_0_1 == "1":
        return key == 2
    if attn_0_1 == "2":
        return key == 3
    if attn_0_1 == "3":
        return key == 4
    if attn_0_1 == "4":
        return key == 5
    if attn_0_1 == "5":
        return key == 6
    return key == 0


def mlp_1_0(attn_0_1: Token, attn_0_1_again: Token) -> Position:
    if attn_0_1 in {"3", "4", "5"} and attn_0_1_again == "<s>":
        return 3
    if attn_0_1 in {"<s>", "1", "3"} and attn_0_1_again == "2":
        return 7
    if attn_0_1 in {"0", "5"} and attn_0_1_again == "2":
        return 0
    if attn_0_1 == "<s>" and attn_0_1_again in {"<s>", "5"}:
        return 2
    if attn_0_1 in {"2", "4"} and attn_0_1_again == "5":
        return 4
    if attn_0_1 in {"0", "1"} and attn_0_1_again == "<s>":
        return 6
    if attn_0_1 in {"0", "2"} and attn_0_1_again in {"<s>", "5"}:
        return 5
    if attn_0_1 == "5" and attn_0_1_again == "1":
        return 2
    if attn_0_1 == "1" and attn_0_1_again == "0":
        return 4
    return 6 if attn_0_1 == "2" and attn_0_1_again == "2" else 1


def mlp_1_1(mlp_0_0: Position, num_mlp_0_0: Position) -> Position:
    if (mlp_0_0, num_mlp_0_0) in {(0, 3), (1, 0), (5, 7), (6, 4), (6, 7)}:
        return 7
    if (mlp_0_0, num_mlp_0_0) in {(1, 6), (1, 7), (5, 2)}:
        return 5
    if (mlp_0_0, num_mlp_0_0) in {(6, 0), (7, 0), (7, 3)}:
        return 6
    if (mlp_0_0, num_mlp_0_0) in {(0, 7), (5, 0)}:
        return 4
    return 3 if mlp_0_0 == 5 and num_mlp_0_0 == 3 else 0


def num_mlp_1_0(num_attn_1_0: int, num_attn_1_2: int) -> Position:
    num_attn_1_0, num_attn_1_2 = min(num_attn_1_0, 8), min(num_attn_1_2, 8)
    if num_attn_1_0 == 4 and num_attn_1_2 == 0:
        return 7
    if num_attn_1_0 == 4 and 2 <= num_attn_1_2 <= 3:
        return 5
    if num_attn_1_0 == 0 and num_attn_1_2 == 6:
        return 4
    if num_attn_1_0 == 0 and num_attn_1_2 == 4:
        return 3
    if num_attn_1_0 == 0 and num_attn_1_2 == 0:
        return 1
    if num_attn_1_0 == 2 and num_attn_1_2 == 4:
        return 0
    if num_attn_1_0 <= 2 and num_attn_1_2 == 1:
        return 0
    if num_attn_1_0 == 2 and num_attn_1_2 <= 5:
        return 5
    if num_attn_1_0 == 0 and 3 <= num_attn_1_2 <= 5:
        return 5
    if num_attn_1_0 <= 4 and num_attn_1_2 == 4:
        return 4
    if num_attn_1_0 <= 2 and num_attn_1_2 == 6:
        return 2
    return 5 if 1 <= num_attn_1_0 <= 6 and num_attn_1_2 == 2 else 0


def num_mlp_1_1(num_attn_1_1: int) -> Position:
    if num_attn_1_1 <= 2:
        return 3
    return 1 if num_attn_1_1 >= 8 else 0


# Layer 2
def attn_2_0(attn_0_2: Token, key: Position) -> bool:
    if attn_0_2 == "<s>":
        return key == 0
    if attn_0_2 == "0":
        return key == 1
    if attn_0_2 == "1":
        return key == 2
    if attn_0_2 == "2":
        return key == 3
    if attn_0_2 == "3":
        return key == 4
    if attn_0_2 == "4":
        return key == 5
    return key == 6


def attn_2_1(attn_0_2: Token, key: Position) -> bool:
    if attn_0_2 == "<s>":
        return key == 3
    if attn_0_2 == "0":
        return key == 7
    if attn_0_2 == "1":
        return key == 6
    if attn_0_2 == "2":
        return key == 0
    if attn_0_2 == "3":
        return key == 4
    return key == 2


def attn_2_2(mlp_0_0: Position, key: Position) -> bool:
    if mlp_0_0 == 0:
        return key == 5
    if mlp_0_0 == 1:
        return key == 4
    if mlp_0_0 in {2, 5}:
        return key == 6
    if mlp_0_0 == 3:
        return key == 2
    if mlp_0_0 == 4:
        return key == 1
    return key == 0


def attn_2_3(attn_0_0: Position, key: Position) -> bool:
    if attn_0_0 == 0:
        return key == 0
    if attn_0_0 in {1, 2}:
        return key == 2
    if attn_0_0 == 3:
        return key == 3
    if attn_0_0 == 5:
        return key == 1
    if attn_0_0 == 7:
        return key == 7
    return key == 4


def num_attn_2_0(attn_0_0: Position, key: Position) -> bool:
    if attn_0_0 == 0:
        return key == 2
    if attn_0_0 in {1, 5}:
        return key == 3
    if attn_0_0 == 3:
        return key == 4
    if attn_0_0 == 6:
        return key == 5
    if attn_0_0 == 7:
        return key == 7
    return key == 0


def num_attn_2_1(attn_1_1: Position, key: Position) -> bool:
    if attn_1_1 in {0, 7}:
        return key == 1
    if attn_1_1 == 3:
        return key == 3
    if attn_1_1 == 5:
        return key == 5
    if attn_1_1 == 6:
        return key == 4
    return key == 0


def num_attn_2_2(position: Position, key: Token) -> bool:
    if position == 0:
        return key == "<s>"
    if position == 1:
        return key == "0"
    if position == 2:
        return key == "1"
    if position == 3:
        return key == "2"
    if position == 4:
        return key == "3"
    if position == 5:
        return key == "4"
    if position == 6:
        return key == "5"
    return False


def num_attn_2_3(num_mlp_0_1: Position, key: Position) -> bool:
    if num_mlp_0_1 in {0, 3, 4}:
        return key == 0
    if num_mlp_0_1 == 1:
        return key == 1
    return key == 3


def mlp_2_0(num_mlp_1_1: Position, mlp_1_1: Position) -> Position:
    if (num_mlp_1_1, mlp_1_1) in {(0, 0), (4, 1), (4, 6), (4, 7), (5, 3), (5, 7)}:
        return 6
    if (num_mlp_1_1, mlp_1_1) in {(1, 0), (3, 6), (7, 3)}:
        return 0
    if (num_mlp_1_1, mlp_1_1) in {(3, 7), (4, 0), (5, 6)}:
        return 4
    if (num_mlp_1_1, mlp_1_1) in {(0, 6), (5, 0), (5, 4)}:
        return 5
    if num_mlp_1_1 == 0 and mlp_1_1 in {5, 7}:
        return 6
    if (num_mlp_1_1, mlp_1_1) in {(2, 5), (6, 2)}:
        return 2
    if num_mlp_1_1 == 5 and mlp_1_1 == 5:
        return 3
    return 7 if num_mlp_1_1 == 6 and mlp_1_1 == 0 else 1


def mlp_2_1(num_mlp_1_1: Position, num_mlp_0_1: Position) -> Position:
    if num_mlp_1_1 == 0 and num_mlp_0_1 in {0, 5, 6}:
        return 0
    if (num_mlp_1_1, num_mlp_0_1) in {(1, 0), (3, 6), (4, 5)}:
        return 1
    if (num_mlp_1_1, num_mlp_0_1) in {(2, 5), (3, 1), (7, 1)}:
        return 3
    if (num_mlp_1_1, num_mlp_0_1) in {(5, 4), (7, 6)}:
        return 2
    if (num_mlp_1_1, num_mlp_0_1) in {(0, 7), (3, 5)}:
        return 5
    if num_mlp_1_1 == 7 and num_mlp_0_1 == 5:
        return 4
    return 7 if num_mlp_1_1 == 3 and num_mlp_0_1 == 0 else 6


def num_mlp_2_0(num_attn_1_1: int, num_attn_2_3: int) -> Position:
    if num_attn_1_1 == 4 and num_attn_2_3 == 3:
        return 7
    if num_attn_1_1 >= 8 and num_attn_2_3 == 0:
        return 5
    if num_attn_1_1 == 4 and 3 <= num_attn_2_3 <= 4:
        return 3
    if num_attn_1_1 == 1 and num_attn_2_3 == 3:
        return 3
    if num_attn_1_1 == 4 and num_attn_2_3 == 1:
        return 2
    if num_attn_1_1 == 1 and num_attn_2_3 == 7:
        return 2
    if num_attn_1_1 == 4 and num_attn_2_3 == 6:
        return 1
    if num_attn_1_1 == 1 and num_attn_2_3 == 2:
        return 1
    if num_attn_1_1 == 4 and 1 <= num_attn_2_3 <= 5:
        return 5
    if num_attn_1_1 == 1 and 2 <= num_attn_2_3 <= 6:
        return 4
    return 1 if num_attn_1_1 >= 8 and num_attn_2_3 <= 3 else 6


def num_mlp_2_1(num_attn_0_0: int, num_attn_2_3: int) -> Position:
    num_attn_0_0 = min(num_attn_0_0, 8)
    if num_attn_0_0 == 2 and num_attn_2_3 == 4:
        return 7
    if num_attn_0_0 == 1 and num_attn_2_3 == 5:
        return 7
    if num_attn_0_0 == 2 and num_attn_2_3 == 3:
        return 5
    if num_attn_0_0 == 1 and 5 <= num_attn_2_3 <= 6:
        return 2
    if 3 <= num_attn_0_0 <= 4 and num_attn_2_3 == 2:
        return 1
    if num_attn_0_0 == 1 and 2 <= num_attn_2_3 <= 3:
        return 6
    if num_attn_0_0 == 2 and 1 <= num_attn_2_3 <= 2:
        return 3
    if num_attn_0_0 == 1 and 2 <= num_attn_2_3 <= 7:
        return 3
    if 1 <= num_attn_0_0 <= 2 and 1 <= num_attn_2_3 <= 6:
        return 1
    if num_attn_0_0 >= 3 and num_attn_2_3 == 0:
        return 2
    return 1 if 1 <= num_attn_0_0 <= 3 and 1 <= num_attn_2_3 <= 3 else 0


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #           "1"  "2"  "3"  "4"  "5"  "6"
    "tokens": {
        "<s>": (  0,   0,   0,   0,   0,   0),
        "0":   (  1,   0,   0,   0,   0,   0),
        "1":   (  1,   1,   0,   0,   0,  -1),
        "2":   (  0,   0,   0,   0,   0,   0),
        "3":   (  1,   0,  -1,   0,   0,   1),
        "4":   (  1,   1,   1,   0,  -1,  -1),
        "5":   (  0,   0,   0,  -1,   0,   0),
    },
    "positions": {
        0:     (  0,   0,   0,   0,   0,   0),
        1:     (  1,   0,   0,   0,   0,  -1),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     (  1,   1,   0,   0,   0,   0),
        4:     (  0,   1,   0,   0,  -1,   0),
        5:     (  1,   0,   0,  -1,   0,  -1),
        6:     ( -1,  -1,  -1,   0,   0,   2),
        7:     (  0,   0,   0,   0,   1,  -1),
    },
    "attn_0_0": {
        0:     (  0,   0,  -2,   2,  -3,   2),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     (  0,   0,   0,   0,   0,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  1,   0,   1,  -2,   1,   0),
        6:     (  1,   0,   0,   0,  -1,   0),
        7:     (  1,   0,   0,  -1,   3,  -3),
    },
    "attn_0_1": {
        "<s>": (  2,   1,   0,   0,  -1,  -2),
        "0":   (  0,   0,   0,   0,   0,   1),
        "1":   (  1,   0,   0,   0,  -1,   1),
        "2":   (  0,   0,   0,   0,   0,   0),
        "3":   (  0,   0,   0,   0,   1,   0),
        "4":   (  1,   1,   0,   0,   0,  -1),
        "5":   ( -1,   0,   0,   0,   0,   0),
    },
    "attn_0_2": {
        "<s>": (  2,   2,   1,  -1,  -2,  -3),
        "0":   (  0,   0,   0,   0,   1,   0),
        "1":   (  1,   0,   0,   0,  -1,   0),
        "2":   (  0,   0,  -1,   0,   1,   1),
        "3":   (  0,   0,   0,   0,   0,   0),
        "4":   (  0,   0,  -1,   0,   0,   0),
        "5":   (  0,   0,   0,   0,   0,   0),
    },
    "attn_0_3": {
        0:     (  1,   0,   0,   0,   0,  -1),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  0,   0,  -1,  -1,   0,   1),
        3:     (  0,   0,   0,   0,   0,   0),
        4:     (  1,   1,   0,   0,   0,  -1),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  1,   1,   0,   0,  -1,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "mlp_0_0": {
        0:     (  1,   0,  -1,   0,   0,   0),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     (  1,   0,   0,  -1,  -1,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  1,   1,   0,   0,   0,  -1),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "mlp_0_1": {
        0:     (  0,   0,   0,   0,   1,  -1),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  1,   1,   0,   0,   0,   0),
        3:     (  0,   0,  -1,  -1,   0,   1),
        4:     (  1,   0,   0,   0,   0,  -1),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,   1,   0,   0,  -1,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "num_mlp_0_0": {
        0:     (  0,   0,   0,   0,   0,   0),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  3,   1,  -1,  -1,  -1,  -2),
        3:     (  0,   0,   0,   0,   0,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,   0,   0,   0,   0,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "num_mlp_0_1": {
        0:     ( 10,   3,  -9,  -3,   0,   0),
        1:     ( -1,   2,   0,  -1,   0,   0),
        2:     (  1,  -1,   0,   0,   0,   0),
        3:     (  4,  -1,   0,   0,  -2,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     ( -4,   2,   6,  -1,  -1,  -2),
        6:     ( -2,  -2,   0,   2,  -1,   3),
        7:     ( -4,  -2,   3,   2,   3,  -2),
    },
    "attn_1_0": {
        "<s>": (  3,   3,   2,   0,  -3,  -5),
        "0":   ( -1,   0,  -1,   0,   1,   1),
        "1":   (  0,  -1,   0,   0,   0,   0),
        "2":   (  0,   0,   0,   0,   0,   0),
        "3":   (  0,   0,   0,   0,   1,   0),
        "4":   (  1,   1,   0,  -1,  -1,   1),
        "5":   (  0,  -1,  -1,   0,   1,   1),
    },
    "attn_1_1": {
        0:     (  3,   2,   0,  -1,  -1,  -2),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     ( -1,   0,  -1,   1,   0,   1),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  1,   0,   0,  -1,   0,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "attn_1_2": {
        0:     (  1,   1,   1,  -2,  -1,   0),
        1:     (  4,   2,  -1,   1,  -2,  -3),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     (  3,   0,   0,  -1,  -1,  -1),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     ( -3,   1,   4,   0,   0,  -2),
        6:     ( -2,  -2,  -2,   1,   1,   5),
        7:     (  0,  -1,  -2,   0,   3,   0),
    },
    "attn_1_3": {
        0:     (  0,   0,   0,   0,   0,   0),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  3,   1,  -1,  -1,  -1,  -2),
        3:     (  0,   0,   0,   0,   0,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,   0,   0,   0,   0,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "mlp_1_0": {
        0:     (  0,   0,   0,   0,   0,   0),
        1:     (  1,   0,  -1,  -1,   0,   0),
        2:     (  2,   1,   0,   0,  -1,  -2),
        3:     (  0,   0,   0,   0,   0,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,   0,   0,   0,   0,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "mlp_1_1": {
        0:     (  3,   1,  -1,  -1,  -1,  -2),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     (  0,   0,   0,   0,   0,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,   0,   0,   0,   0,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "num_mlp_1_0": {
        0:     (  4,   2,   3,  -4,   0,  -4),
        1:     ( -2,  -3,   1,   1,  -5,   8),
        2:     (-15, -12,  28,   0,   0,  -1),
        3:     (  4,  -1,   0,   0,  -2,   0),
        4:     (-20,  35, -13,  -1,  -1,  -1),
        5:     ( 31, -19, -10,   0,  -1,   0),
        6:     (  0,   0,   0,   0,   0,   0),
        7:     (  2,   0,  -9,   3,   8,  -3),
    },
    "num_mlp_1_1": {
        0:     (  4,   5,  -2,  -4,  -1,  -2),
        1:     (  5,   0,  -1,  -1,  -3,   0),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     ( -7,  -3,   3,   4,   3,   1),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,   0,   0,   0,   0,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "attn_2_0": {
        0:     ( -1,   0,   4,   0,  -1,  -2),
        1:     (  5,   2,  -1,  -2,  -2,  -3),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     ( -2,  -1,  -4,   1,   2,   3),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,   0,   0,   0,   0,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "attn_2_1": {
        0:     (  1,   1,   1,  -1,  -1,  -1),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     (  2,   1,  -2,   0,   0,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,   0,   0,   0,   0,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "attn_2_2": {
        0:     (  2,   2,  -1,  -1,  -1,  -1),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     (  0,   0,   0,   0,   0,  -1),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  1,   0,   0,   0,  -1,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "attn_2_3": {
        0:     (  0,   0,   0,   0,   0,   0),
        1:     (  0,   0,   0,   0,   0,   0),
        2:     (  3,   1,  -1,  -1,  -1,  -2),
        3:     (  0,   0,   0,   0,   0,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,   0,   0,   0,   0,   0),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "mlp_2_0": {
        0:     (  5,   0,  -1,  -1,  -3,   0),
        1:     ( -6,  -4,   3,   3,   3,   1),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     (  0,   0,   0,   0,   0,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  4,   5,  -2,  -4,  -1,  -2),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "mlp_2_1": {
        0:     (  4,   4,  -2,  -4,  -1,  -2),
        1:     ( -2,  -2,   0,   2,  -1,   3),
        2:     (  0,   0,   0,   0,   0,   0),
        3:     (  0,   0,   0,   0,   0,   0),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  0,   0,   0,   0,   0,   0),
        6:     (  0,  -2,   2,   1,   1,  -2),
        7:     (  0,   0,   0,   0,   0,   0),
    },
    "num_mlp_2_0": {
        0:     (  0,   0,   0,   0,   0,   0),
        1:     ( 30, -18,  -4,  -4,  -2,  -1),
        2:     ( -4,   3, -16,  -1,  -1,  19),
        3:     (-25,  42,  -3,  -7,  -4,  -2),
        4:     (-16, -15,  25,  12,  10, -16),
        5:     ( 17, -12,  -1,   0,  -3,  -1),
        6:     (  0,   2,   0,  -1,   0,   0),
        7:     (  2,   0,  -1,  -1,  -1,   0),
    },
    "num_mlp_2_1": {
        0:     (  0,   2,  -1,  -1,   0,   0),
        1:     (  2,  -1,   0,   0,   0,   0),
        2:     (  0,  -4, -14, -16,  35,  -1),
        3:     ( -2, -11,  39, -18, -15,   7),
        4:     (  0,   0,   0,   0,   0,   0),
        5:     (  2,   0,  -1,  -1,  -1,   0),
        6:     ( 11,  13,  -7,  -7,  -6,  -4),
        7:     (-10,   2, -17,  42, -14,  -3),
    },
}
UNIT_VOTES: dict[str, Sequence[int]] = {
    #                "1"  "2"  "3"  "4"  "5"  "6"
    "ones":         (  3,   1,  -1,  -1,  -1,  -2),
    "num_attn_0_0": (  1,   0,   0,   0,   0,   0),
    "num_attn_0_1": (  1,   0,   0,   0,   0,   0),
    "num_attn_0_2": (  1,   0,   0,   0,   0,   0),
    "num_attn_0_3": ( -2,   1,   5,   0,  -4,   0),
    "num_attn_1_2": ( -3,   1,   3,   0,   0,   0),
    "num_attn_1_3": (  0,   1,   0,   1,  -2,   0),
    "num_attn_2_0": ( -1,   0,  -1,   0,   0,   1),
    "num_attn_2_1": (  1,   0,   0,   0,   0,   0),
    "num_attn_2_3": ( -2,   0,  -2,   0,   2,   1),
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
    x.attn_0_0 = attend(attn_0_0, x.positions, x.positions, x.positions)
    x.attn_0_1 = attend(attn_0_1, x.positions, x.tokens, x.tokens)
    x.attn_0_2 = attend(attn_0_2, x.positions, x.tokens, x.tokens)
    x.attn_0_3 = attend(attn_0_3, x.positions, x.positions, x.positions)
    x.num_attn_0_0 = count(num_attn_0_0, x.tokens, x.tokens, x.ones)
    x.num_attn_0_1 = count(num_attn_0_1, x.tokens, x.tokens, x.ones)
    x.num_attn_0_2 = count(num_attn_0_2, x.tokens, x.tokens, x.ones)
    x.num_attn_0_3 = count(num_attn_0_3, x.tokens, x.positions, x.ones)
    x.mlp_0_0 = list(map(mlp_0_0, x.attn_0_1, x.attn_0_3))
    x.mlp_0_1 = list(map(mlp_0_1, x.positions))
    x.num_mlp_0_0 = list(map(num_mlp_0_0, x.ones))
    x.num_mlp_0_1 = list(map(num_mlp_0_1, x.num_attn_0_1, x.num_attn_0_3))
    x.attn_1_0 = attend(attn_1_0, x.mlp_0_0, x.tokens, x.attn_0_1)
    x.attn_1_1 = attend(attn_1_1, x.mlp_0_0, x.positions, x.mlp_0_0)
    x.attn_1_2 = attend(attn_1_2, x.mlp_0_1, x.positions, x.num_mlp_0_1)
    x.attn_1_3 = attend(attn_1_3, x.attn_0_2, x.num_mlp_0_1, x.num_mlp_0_0)
    x.num_attn_1_0 = count(num_attn_1_0, x.num_mlp_0_1, x.num_mlp_0_1, x.num_attn_0_2)
    x.num_attn_1_1 = count(num_attn_1_1, x.tokens, x.tokens, x.num_attn_0_2)
    x.num_attn_1_2 = count(num_attn_1_2, x.num_mlp_0_1, x.num_mlp_0_1, x.ones)
    x.num_attn_1_3 = count(num_attn_1_3, x.attn_0_1, x.positions, x.num_attn_0_3)
    x.mlp_1_0 = list(map(mlp_1_0, x.attn_0_1, x.attn_0_1))
    x.mlp_1_1 = list(map(mlp_1_1, x.mlp_0_0, x.num_mlp_0_0))
    x.num_mlp_1_0 = list(map(num_mlp_1_0, x.num_attn_1_0, x.num_attn_1_2))
    x.num_mlp_1_1 = list(map(num_mlp_1_1, x.num_attn_1_1))
    x.attn_2_0 = attend(attn_2_0, x.attn_0_2, x.attn_0_0, x.num_mlp_1_1)
    x.attn_2_1 = attend(attn_2_1, x.attn_0_2, x.num_mlp_1_1, x.num_mlp_1_1)
    x.attn_2_2 = attend(attn_2_2, x.mlp_0_0, x.num_mlp_0_1, x.attn_1_1)
    x.attn_2_3 = attend(attn_2_3, x.attn_0_0, x.attn_1_2, x.attn_1_3)
    x.num_attn_2_0 = count(num_attn_2_0, x.attn_0_0, x.attn_1_1, x.num_attn_1_3)
    x.num_attn_2_1 = count(num_attn_2_1, x.attn_1_1, x.mlp_0_1, x.ones)
    x.num_attn_2_2 = count(num_attn_2_2, x.positions, x.attn_0_2, x.num_attn_1_2)
    x.num_attn_2_3 = count(num_attn_2_3, x.num_mlp_0_1, x.num_mlp_1_1, x.ones)
    x.mlp_2_0 = list(map(mlp_2_0, x.num_mlp_1_1, x.mlp_1_1))
    x.mlp_2_1 = list(map(mlp_2_1, x.num_mlp_1_1, x.num_mlp_0_1))
    x.num_mlp_2_0 = list(map(num_mlp_2_0, x.num_attn_1_1, x.num_attn_2_3))
    x.num_mlp_2_1 = list(map(num_mlp_2_1, x.num_attn_0_0, x.num_attn_2_3))
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
