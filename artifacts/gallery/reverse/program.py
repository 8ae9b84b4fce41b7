"""A learned Transformer Program for reverse

Task: reverse
Accuracy: 99.99 % of the labels of 1,411 held-out sequences.
Learned from 11,424 sequences: 4 warm starts of 15 epochs, then 30 rounds of discrete search, seed 0.
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
def attn_0_0(position: Position, key: Position) -> bool:
    if position == 0:
        return key == 0
    if position == 1:
        return key == 2
    if position in {2, 7}:
        return key == 5
    if position == 3:
        return key == 4
    if position == 5:
        return key == 6
    return key == 1


def attn_0_1(position: Position, key: Position) -> bool:
    if position == 1:
        return key == 5
    if position == 2:
        return key == 4
    if position == 3:
        return key == 3
    if position == 4:
        return key == 2
    if position == 5:
        return key == 1
    if position == 7:
        return key == 7
    return key == 6


def attn_0_2(position: Position, key: Position) -> bool:
    if position in {0, 1}:
        return key == 6
    if position == 2:
        return key == 5
    if position == 3:
        return key == 4
    if position == 4:
        return key == 3
    if position == 6:
        return key == 1
    return key == 2


def attn_0_3(position: Position, key: Position) -> bool:
    if position in {0, 1}:
        return key == 7
    if position in {5, 7}:
        return key == 2
    return key == 1


def num_attn_0_0(position: Position, key: Position) -> bool:
    if position == 1:
        return key == 5
    if position in {2, 7}:
        return key == 0
    return key == 7


def num_attn_0_1(position: Position, key: Position) -> bool:
    if position == 4:
        return key == 3
    if position >= 5:
        return key == 0
    return key == 7


def num_attn_0_2(position: Position, key: Position) -> bool:
    if position in {1, 4}:
        return key == 6
    if position == 2:
        return key == 7
    if position == 3:
        return key == 5
    return key == 0


def num_attn_0_3(token: Token, key: Token) -> bool:
    if token in {"<s>", "1"}:
        return key == "1"
    if token == "0":
        return key == "0"
    if token == "3":
        return key == "3"
    if token == "4":
        return key == "4"
    return key == "2"


def mlp_0_0(position: Position, attn_0_0: Token) -> Position:
    if position in {1, 2, 3, 4, 6} and attn_0_0 == "4":
        return 6
    if position in {2, 3, 4, 6} and attn_0_0 == "1":
        return 1
    if position in {2, 3, 4, 6} and attn_0_0 == "3":
        return 4
    if position in {2, 3, 4, 6} and attn_0_0 == "0":
        return 5
    if position in {2, 4, 6} and attn_0_0 == "2":
        return 2
    if position == 5 and attn_0_0 in {"0", "1", "4"}:
        return 4
    if (position, attn_0_0) in {(1, "2"), (2, "</s>"), (5, "2")}:
        return 3
    if (position, attn_0_0) in {(1, "1"), (3, "</s>"), (5, "</s>")}:
        return 2
    if position in {1, 3} and attn_0_0 in {"0", "2"}:
        return 0
    if position == 1 and attn_0_0 == "3":
        return 3
    if position == 2:
        return 5
    return 6 if position == 5 and attn_0_0 == "3" else 7


def mlp_0_1(position: Position, attn_0_1: Token) -> Position:
    if position in {1, 2} and attn_0_1 in {"1", "2"}:
        return 4
    if position == 0 and attn_0_1 in {"0", "2", "4"}:
        return 1
    if position == 0 and attn_0_1 in {"<s>", "1", "</s>"}:
        return 2
    if 3 <= position <= 5 and attn_0_1 == "2":
        return 2
    if position in {2, 3} and attn_0_1 in {"1", "3"}:
        return 4
    if position in {1, 3} and attn_0_1 in {"0", "3"}:
        return 3
    if position in {0, 2, 3} and attn_0_1 in {"3", "</s>"}:
        return 5
    if (position, attn_0_1) in {(1, "<s>"), (2, "<s>"), (6, "1")}:
        return 0
    if (position, attn_0_1) in {(1, "</s>"), (6, "4"), (7, "</s>")}:
        return 1
    if (position, attn_0_1) in {(4, "3"), (5, "1"), (6, "</s>")}:
        return 2
    if (position, attn_0_1) in {(4, "4"), (5, "3"), (6, "2")}:
        return 3
    if (position, attn_0_1) in {(1, "4"), (2, "0"), (5, "4")}:
        return 6
    if position in {3, 6} and attn_0_1 in {"0", "4"}:
        return 4
    return 0 if position == 6 and attn_0_1 == "3" else 7


def num_mlp_0_0(num_attn_0_3: int) -> Position:
    num_attn_0_3 = min(num_attn_0_3, 8)
    if num_attn_0_3 <= 1:
        return 4
    return 7 if num_attn_0_3 == 2 else 5


def num_mlp_0_1(num_attn_0_0: int, num_attn_0_1: int) -> Position:
    num_attn_0_0, num_attn_0_1 = min(num_attn_0_0, 8), min(num_attn_0_1, 8)
    if num_attn_0_0 == 0 and num_attn_0_1 == 0:
        return 6
    if num_attn_0_0 == 0 and num_attn_0_1 == 1:
        return 7
    return 1 if num_attn_0_0 == 1 and num_attn_0_1 == 1 else 3


# Layer 1
def attn_1_0(attn_0_0: Token, key: Token) -> bool:
    if attn_0_0 in {"<s>", "4"}:
        return key == "1"
    if attn_0_0 == "0":
        return key == "</s>"
    if attn_0_0 == "3":
        return key == "<s>"
    if attn_0_0 == "</s>":
        return key == "4"
    return False


def attn_1_1(position: Position, key: Position) -> bool:
    if position == 1:
        return key == 0
    if position in {2, 4}:
        return key == 4
    if position == 3:
        return key == 5
    if position == 5:
        return key == 7
    return key == 6


def attn_1_2(mlp_0_1: Position, key: Position) -> bool:
    if mlp_0_1 == 0:
        return key == 3
    if mlp_0_1 == 1:
        return key == 2
    if mlp_0_1 == 5:
        return key == 4
    return key == 0


def attn_1_3(attn_0_1: Token, key: Position) -> bool:
    if attn_0_1 == "<s>":
        return key == 3
    if attn_0_1 == "0":
        return key == 5
    if attn_0_1 == "2":
        return key == 4
    if attn_0_1 == "3":
        return key == 2
    return key == 0


def num_attn_1_0(attn_0_2: Token, key: Position) -> bool:
    if attn_0_2 == "<s>":
        return key == 0
    if attn_0_2 == "0":
        return key == 7
    if attn_0_2 == "1":
        return key == 6
    if attn_0_2 == "</s>":
        return key == 2
    return key == 1


def num_attn_1_1(attn_0_2: Token, key: Position) -> bool:
    if attn_0_2 == "<s>":
        return key == 0
    if attn_0_2 in {"0", "1"}:
        return key == 7
    if attn_0_2 == "3":
        return key == 3
    return key == 1


def num_attn_1_2(attn_0_2: Token, key: Position) -> bool:
    if attn_0_2 in {"<s>", "3"}:
        return key == 3
    if attn_0_2 == "2":
        return key == 7
    if attn_0_2 == "</s>":
        return key == 0
    return key == 1


def num_attn_1_3(attn_0_2: Token, key: Position) -> bool:
    if attn_0_2 == "<s>":
        return key == 0
    if attn_0_2 == "0":
        return key == 7
    if attn_0_2 in {"3", "4"}:
        return key == 3
    return key == 1


def mlp_1_0(attn_0_1: Token, attn_1_2: Token) -> Position:
    if attn_0_1 in {"1", "3", "4"} and attn_1_2 == "1":
        return 1
    if attn_0_1 in {"<s>", "0", "</s>"} and attn_1_2 == "1":
        return 4
    if attn_0_1 in {"<s>", "</s>"} and attn_1_2 == "0":
        return 1
    if attn_0_1 == "3" and attn_1_2 in {"<s>", "3"}:
        return 1
    if attn_0_1 == "4" and attn_1_2 in {"<s>", "3"}:
        return 3
    if attn_0_1 in {"<s>", "</s>"} and attn_1_2 == "2":
        return 5
    if attn_0_1 in {"<s>", "4", "</s>"} and attn_1_2 in {"2", "3"}:
        return 6
    if attn_0_1 == "1" and attn_1_2 in {"<s>", "4"}:
        return 5
    if attn_0_1 in {"<s>", "1"} and attn_1_2 in {"<s>", "0", "3", "4"}:
        return 7
    if attn_0_1 == "0" and attn_1_2 in {"0", "4"}:
        return 6
    if attn_0_1 in {"0", "3"} and attn_1_2 in {"<s>", "4"}:
        return 2
    if attn_0_1 in {"0", "4"} and attn_1_2 in {"0", "2"}:
        return 4
    if attn_0_1 == "</s>" and attn_1_2 in {"<s>", "</s>"}:
        return 7
    if (attn_0_1, attn_1_2) in {("0", "</s>"), ("4", "4")}:
        return 1
    if (attn_0_1, attn_1_2) in {("1", "</s>"), ("2", "<s>")}:
        return 4
    if (attn_0_1, attn_1_2) in {("0", "3"), ("2", "</s>")}:
        return 5
    if attn_0_1 == "1":
        return 3
    if attn_0_1 == "3" and attn_1_2 == "</s>":
        return 6
    return 7 if attn_0_1 == "2" and attn_1_2 == "4" else 0


def mlp_1_1(attn_0_1: Token, attn_1_2: Token) -> Position:
    if attn_0_1 in {"<s>", "3", "</s>"} and attn_1_2 == "1":
        return 2
    if attn_0_1 in {"0", "</s>"} and attn_1_2 in {"1", "</s>"}:
        return 1
    if attn_0_1 in {"0", "2", "</s>"} and attn_1_2 == "<s>":
        return 7
    if attn_0_1 in {"1", "3"} and attn_1_2 == "2":
        return 0
    if attn_0_1 == "1" and attn_1_2 in {"<s>", "4"}:
        return 1
    if attn_0_1 == "4" and attn_1_2 in {"2", "4"}:
        return 2
    if attn_0_1 in {"0", "1"} and attn_1_2 in {"4", "</s>"}:
        return 2
    if attn_0_1 in {"2", "4"} and attn_1_2 in {"<s>", "4"}:
        return 4
    if attn_0_1 == "3" and attn_1_2 in {"<s>", "3"}:
        return 4
    if attn_0_1 in {"<s>", "</s>"} and attn_1_2 == "2":
        return 5
    if attn_0_1 in {"0", "4", "</s>"} and attn_1_2 in {"2", "4", "</s>"}:
        return 6
    if attn_0_1 == "<s>" and attn_1_2 in {"0", "4"}:
        return 7
    if attn_0_1 in {"<s>", "0"} and attn_1_2 in {"0", "</s>"}:
        return 4
    if attn_0_1 in {"<s>", "3"} and attn_1_2 in {"<s>", "4"}:
        return 6
    if attn_0_1 in {"0", "4"} and attn_1_2 == "3":
        return 7
    if (attn_0_1, attn_1_2) in {("3", "0"), ("4", "1")}:
        return 0
    if (attn_0_1, attn_1_2) in {("2", "</s>"), ("4", "0")}:
        return 5
    return 1 if attn_0_1 == "</s>" and attn_1_2 == "0" else 3


def num_mlp_1_0(num_attn_1_3: int) -> Position:
    if num_attn_1_3 <= 1:
        return 6
    return 0 if num_attn_1_3 >= 8 else 1


def num_mlp_1_1(num_attn_1_3: int) -> Position:
    num_attn_1_3 = min(num_attn_1_3, 8)
    if num_attn_1_3 >= 4:
        return 2
    if num_attn_1_3 == 2:
        return 3
    return 4 if num_attn_1_3 == 1 else 5


# Layer 2
def attn_2_0(position: Position, key: Token) -> bool:
    if position == 4:
        return key == "</s>"
    if position == 5:
        return key == "1"
    return key == "<s>"


def attn_2_1(attn_1_1: Token, key: Token) -> bool:
    if attn_1_1 in {"<s>", "1", "4"}:
        return False
    if attn_1_1 == "3":
        return key == "</s>"
    return key == "<s>"


def attn_2_2(attn_1_1: Token, key: Token) -> bool:
    if attn_1_1 == "1":
        return key == "1"
    if attn_1_1 in {"2", "</s>"}:
        return key == "2"
    if attn_1_1 == "3":
        return key == "3"
    return key == "<s>"


def attn_2_3(attn_0_2: Token, key: Token) -> bool:
    if attn_0_2 == "<s>":
        return key == "4"
    if attn_0_2 == "0":
        return key == "<s>"
    if attn_0_2 == "4":
        return key == "3"
    if attn_0_2 == "</s>":
        return False
    return key == "</s>"


def num_attn_2_0(attn_1_1: Token, key: Token) -> bool:
    if attn_1_1 in {"0", "3"}:
        return key == "</s>"
    return key == "<s>"


def num_attn_2_1(attn_0_2: Token, key: Position) -> bool:
    if attn_0_2 in {"<s>", "3"}:
        return key == 0
    if attn_0_2 in {"1", "4"}:
        return key == 3
    return key == 1


def num_attn_2_2(attn_1_1: Token, key: Token) -> bool:
    if attn_1_1 == "<s>":
        return key == "0"
    if attn_1_1 in {"1", "4"}:
        return key == "</s>"
    return key == "<s>"


def num_attn_2_3(mlp_1_1: Position, key: Token) -> bool:
    if mlp_1_1 == 0:
        return key == "3"
    if mlp_1_1 in {1, 4}:
        return key == "4"
    if mlp_1_1 == 2:
        return False
    if mlp_1_1 == 5:
        return key == "0"
    return key == "</s>"


def mlp_2_0(attn_0_2: Token, attn_1_2: Token) -> Position:
    if attn_0_2 == "0" and attn_1_2 not in {"<s>", "</s>"}:
        return 0
    if attn_0_2 == "3" and attn_1_2 not in {"<s>", "</s>"}:
        return 1
    if attn_0_2 == "4" and attn_1_2 not in {"<s>", "</s>"}:
        return 4
    if attn_0_2 == "2" and attn_1_2 not in {"<s>", "</s>"}:
        return 7
    if attn_0_2 in {"<s>", "1", "</s>"} and attn_1_2 == "</s>":
        return 5
    if attn_0_2 in {"<s>", "3"} and attn_1_2 in {"0", "</s>"}:
        return 0
    if attn_0_2 in {"2", "3"} and attn_1_2 == "<s>":
        return 0
    if attn_0_2 in {"<s>", "0"} and attn_1_2 in {"4", "</s>"}:
        return 4
    if (attn_0_2, attn_1_2) in {("<s>", "2"), ("</s>", "<s>")}:
        return 7
    if attn_0_2 == "<s>" and attn_1_2 == "3":
        return 1
    if attn_0_2 == "2":
        return 3
    if attn_0_2 == "0":
        return 4
    return 5 if attn_0_2 == "1" and attn_1_2 == "<s>" else 2


def mlp_2_1(attn_0_1: Token, attn_1_2: Token) -> Position:
    if attn_0_1 in {"<s>", "0", "3", "</s>"} and attn_1_2 == "<s>":
        return 2
    if attn_0_1 in {"4", "</s>"} and attn_1_2 in {"<s>", "0"}:
        return 0
    if attn_0_1 in {"<s>", "4", "</s>"} and attn_1_2 == "1":
        return 3
    if attn_0_1 == "2" and attn_1_2 in {"1", "4"}:
        return 0
    if attn_0_1 == "1" and attn_1_2 in {"<s>", "1"}:
        return 1
    if attn_0_1 == "3" and attn_1_2 in {"2", "3"}:
        return 1
    if attn_0_1 in {"<s>", "3"} and attn_1_2 in {"3", "</s>"}:
        return 4
    if attn_0_1 in {"<s>", "3", "</s>"} and attn_1_2 in {"0", "</s>"}:
        return 2
    if attn_0_1 in {"0", "4"} and attn_1_2 == "3":
        return 3
    if attn_0_1 in {"<s>", "</s>"} and attn_1_2 == "2":
        return 7
    if attn_0_1 in {"0", "</s>"} and attn_1_2 in {"2", "3"}:
        return 4
    if (attn_0_1, attn_1_2) in {("0", "</s>"), ("3", "4")}:
        return 0
    if attn_0_1 in {"0", "2"} and attn_1_2 in {"1", "</s>"}:
        return 7
    if (attn_0_1, attn_1_2) in {("2", "0"), ("4", "2")}:
        return 1
    if (attn_0_1, attn_1_2) in {("1", "</s>"), ("2", "2")}:
        return 3
    if (attn_0_1, attn_1_2) in {("1", "4"), ("2", "3")}:
        return 5
    if attn_0_1 == "<s>":
        return 2
    return 4 if attn_0_1 == "4" and attn_1_2 == "4" else 6


def num_mlp_2_0(num_attn_2_3: int) -> Position:
    if num_attn_2_3 == 1:
        return 1
    if num_attn_2_3 <= 2:
        return 6
    if num_attn_2_3 == 5:
        return 1
    if num_attn_2_3 >= 8:
        return 3
    return 4 if 5 <= num_attn_2_3 <= 6 else 2


def num_mlp_2_1(num_attn_2_1: int) -> Position:
    num_attn_2_1 = min(num_attn_2_1, 8)
    if num_attn_2_1 <= 1:
        return 6
    if num_attn_2_1 == 2:
        return 2
    return 3 if num_attn_2_1 == 5 else 0


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #            "0"  "1"  "2"  "3"  "4"
    "tokens": {
        "<s>":  (  0,   0,   0,   0,   0),
        "0":    (  0,  -1,  -1,   1,   0),
        "1":    (  0,   6,  -2,  -2,  -3),
        "2":    (  0,  -2,   7,  -2,  -3),
        "3":    (  0,  -2,  -2,   6,  -1),
        "4":    (  1,  -3,   0,  -3,   5),
        "</s>": (  0,   0,   0,   0,   0),
    },
    "positions": {
        0:      (  0,   0,   0,   0,   0),
        1:      (  0,   1,   3,   0,  -4),
        2:      (  1,  -1,  -1,   0,   0),
        3:      ( -1,   0,   1,   0,   0),
        4:      ( -1,   1,   0,  -1,   1),
        5:      (  2,  -2,  -1,   0,   1),
        6:      (  0,   0,   0,   0,   0),
        7:      (  0,   0,   0,   0,   0),
    },
    "attn_0_0": {
        "<s>":  ( -2,   0,   3,   0,   0),
        "0":    ( 17,  -4,  -4,  -4,  -4),
        "1":    ( -6,  20,  -8,  -5,  -1),
        "2":    ( -5,  -5,  19,  -5,  -5),
        "3":    ( -3,  -6,  -4,  15,  -3),
        "4":    ( -2,  -3,  -4,  -3,  12),
        "</s>": (  1,  -1,   0,   1,  -1),
    },
    "attn_0_1": {
        "<s>":  (  0,  -2,   3,   0,  -1),
        "0":    ( 10,  -1,  -3,  -3,  -2),
        "1":    ( -2,  11,  -6,  -2,  -1),
        "2":    (  1,  -4,   9,  -2,  -4),
        "3":    ( -4,  -1,  -2,  11,  -3),
        "4":    ( -3,  -5,   0,  -3,  11),
        "</s>": ( -1,   1,   2,   0,  -1),
    },
    "attn_0_2": {
        "<s>":  ( -1,  -1,   5,  -1,  -2),
        "0":    ( 11,   1,  -3,   1, -10),
        "1":    ( -2,   9,  -3,  -5,   1),
        "2":    ( -6,  -2,   7,   2,  -1),
        "3":    ( -3,  -6,   3,  13,  -6),
        "4":    (  0,  -5,  -4,  -7,  17),
        "</s>": (  2,   3,  -2,  -3,   0),
    },
    "attn_0_3": {
        "<s>":  (  0,   0,   4,  -2,  -3),
        "0":    (  8,  -2,  -2,  -1,  -2),
        "1":    ( -2,   7,  -2,  -2,  -1),
        "2":    ( -1,  -2,   8,  -2,  -2),
        "3":    ( -2,  -2,  -2,   6,  -1),
        "4":    ( -1,  -2,  -3,  -1,   7),
        "</s>": (  0,   0,  -1,   2,  -1),
    },
    "mlp_0_0": {
        0:      (  5,  -3,   1,  -2,  -2),
        1:      ( -3,   9,  -3,  -3,  -1),
        2:      (  0,   5,   4,  -3,  -6),
        3:      ( -1,   1,  -1,   1,   0),
        4:      ( -3,  -6,  -2,  11,  -1),
        5:      (  6,  -1,   1,  -2,  -4),
        6:      ( -1,  -3,  -4,  -4,  12),
        7:      ( -3,  -3,   5,   2,  -1),
    },
    "mlp_0_1": {
        0:      (  0,  -2,   3,   0,  -1),
        1:      (  0,   0,   1,   1,  -2),
        2:      ( -1,   1,   0,   0,   0),
        3:      (  3,  -2,  -2,   1,   0),
        4:      ( -2,   3,   2,   1,  -4),
        5:      ( -1,   1,   0,  -1,   1),
        6:      (  0,  -1,  -1,   0,   3),
        7:      (  1,  -1,   0,  -1,   2),
    },
    "num_mlp_0_0": {
        0:      (  0,   0,   0,   0,   0),
        1:      (  0,   0,   0,   0,   0),
        2:      (  0,   0,   0,   0,   0),
        3:      (  0,   0,   0,   0,   0),
        4:      ( -1,   0,   1,   0,  -1),
        5:      (  1,   0,   0,   0,  -1),
        6:      (  0,   0,   0,   0,   0),
        7:      (  1,  -1,   0,   0,   0),
    },
    "num_mlp_0_1": {
        0:      (  0,   0,   0,   0,   0),
        1:      (  1,  -3,   0,   1,   1),
        2:      (  0,   0,   0,   0,   0),
        3:      (  0,   2,   1,  -2,  -1),
        4:      (  0,   0,   0,   0,   0),
        5:      (  0,   0,   0,   0,   0),
        6:      (  1,  -1,   1,   0,  -2),
        7:      ( -2,   1,   0,   1,  -1),
    },
    "attn_1_0": {
        0:      (  1,   1,   3,  -3,  -2),
        1:      ( -4,   0,  -1,   7,  -3),
        2:      (  5,  -1,  -1,   0,  -3),
        3:      ( -1,   1,   2,  -2,   1),
        4:      ( -2,  -3,  -1,  -2,   8),
        5:      (  1,   2,   0,   0,  -4),
        6:      (  0,   0,  -1,  -1,   1),
        7:      (  0,   0,   0,   0,   0),
    },
    "attn_1_1": {
        "<s>":  (  2,  -3,   6,   1,  -6),
        "0":    ( 19,  -2,  -8,  -2,  -7),
        "1":    ( -1,  18,  -3,  -7,  -6),
        "2":    ( -7,  -3,  13,  -2,  -2),
        "3":    ( -5,  -5,  -4,  18,  -3),
        "4":    ( -7,  -7,  -3,  -6,  24),
        "</s>": (  0,   0,   2,   0,  -2),
    },
    "attn_1_2": {
        "<s>":  ( -6,   2,   0,   3,   1),
        "0":    (  7,   0,  -1,  -1,  -5),
        "1":    ( -7,   2,   1,   0,   3),
        "2":    (  3,  -2,   3,  -2,  -2),
        "3":    (  1,  -1,  -1,   1,   1),
        "4":    ( -3,  -1,  -3,  -1,   7),
        "</s>": (  5,  -1,   3,  -1,  -7),
    },
    "attn_1_3": {
        "<s>":  ( -5,   2,   3,   1,  -1),
        "0":    (  2,  -1,   1,   1,  -3),
        "1":    (  1,  -4,   2,   2,  -1),
        "2":    (  3,  -2,  -2,   2,  -2),
        "3":    (  2,  -1,   0,   0,  -1),
        "4":    (  1,  -2,   0,   2,  -2),
        "</s>": ( -4,   8,  -2,  -9,   7),
    },
    "mlp_1_0": {
        0:      (  0,   0,  -7,  -8,  15),
        1:      ( 20,  -9,  -3,  -6,  -2),
        2:      ( -4,   6,   2,   0,  -3),
        3:      (  0,   0,   2,   2,  -4),
        4:      ( -3,  17,  -8,  -1,  -5),
        5:      ( -6,  -7,  16,  -3,  -1),
        6:      ( -4,  -4,  -2,  17,  -6),
        7:      ( -2,  -3,   2,   0,   4),
    },
    "mlp_1_1": {
        0:      (  1,   0,   0,   3,  -4),
        1:      ( 19,  -8, -11,  -1,   0),
        2:      ( -5,  18,  -2,  -5,  -6),
        3:      ( -1,  -4,  -5,  14,  -4),
        4:      ( -5,   8,   2,  -4,  -1),
        5:      ( -6,  -5,  21,  -5,  -5),
        6:      ( -6,  -7,   1,  -5,  17),
        7:      (  3,  -2,  -3,   2,   1),
    },
    "num_mlp_1_0": {
        0:      ( -6,   8,   8,  -6,  -4),
        1:      (  1,   0,   4,   0,  -5),
        2:      (  0,   0,   0,   0,   0),
        3:      (  0,   0,   0,   0,   0),
        4:      (  0,   0,   0,   0,   0),
        5:      (  0,   0,   0,   0,   0),
        6:      (  6,  -9, -10,   6,   7),
        7:      (  0,   0,   0,   0,   0),
    },
    "num_mlp_1_1": {
        0:      (  0,   0,   0,   0,   0),
        1:      (  0,   0,   0,   0,   0),
        2:      ( -6,   8,   8,  -6,  -4),
        3:      ( -1,   0,   2,  -2,   1),
        4:      (  0,   0,   0,   0,   0),
        5:      (  8,  -9,  -8,   8,   2),
        6:      (  0,   0,   0,   0,   0),
        7:      (  0,   0,   0,   0,   0),
    },
    "attn_2_0": {
        "<s>":  (  3,   2,  -2,  -3,   0),
        "0":    ( 28,  -7,  -6,  -8,  -8),
        "1":    ( -7,  29,  -7,  -7,  -8),
        "2":    ( -7,  -8,  30,  -8,  -7),
        "3":    ( -9,  -7,  -8,  33,  -9),
        "4":    ( -8,  -7,  -6,  -8,  30),
        "</s>": (  0,  -2,   1,   1,   0),
    },
    "attn_2_1": {
        0:      ( -9,   4,  -8,   9,   4),
        1:      (  1,   0,   0,  -1,   0),
        2:      (  1,   0,   1,  -2,   0),
        3:      (  7,  -5,   9,  -6,  -5),
        4:      (  0,   0,   0,   0,   0),
        5:      (  0,   0,   0,   0,   0),
        6:      (  0,   0,   0,   0,   0),
        7:      (  0,   0,   0,   0,   0),
    },
    "attn_2_2": {
        "<s>":  ( 15, -12,  -9,  -7,  13),
        "0":    (  0,   0,   0,   0,   0),
        "1":    ( -5,  15,  -2,  -4,  -4),
        "2":    ( -4,  -2,  12,  -3,  -4),
        "3":    ( -3,  -5,  -4,  12,  -1),
        "4":    ( -1,   0,   1,   0,   0),
        "</s>": ( -1,   3,   2,   2,  -6),
    },
    "attn_2_3": {
        "<s>":  ( -3,   4,   2,   7, -10),
        "0":    ( -4,   1,   1,   1,   0),
        "1":    (  2,  -6,   3,   1,   0),
        "2":    (  1,   3,  -8,   2,   1),
        "3":    (  2,   0,   2,  -9,   4),
        "4":    (  0,   0,   0,   2,  -3),
        "</s>": (  2,  -3,   0,  -5,   5),
    },
    "mlp_2_0": {
        0:      ( 24,   0,  -9, -17,   2),
        1:      ( -7,  -6,  -2,  31, -16),
        2:      (  0,  20,  -8,   2, -15),
        3:      (  4,   2,  -3,  -1,  -1),
        4:      (-14,  -6,  -2, -10,  32),
        5:      ( -2,  -5,   8,  -2,  -1),
        6:      (  0,   0,   0,   0,   0),
        7:      ( -4,  -7,  17,  -4,  -3),
    },
    "mlp_2_1": {
        0:      ( 19,  -1,  -6,  -4,  -8),
        1:      (  0,  -1,  -4,  -1,   6),
        2:      ( -5,   1,   3,  -4,   6),
        3:      ( -4,  17,  -6,  -2,  -6),
        4:      ( -4,  -3,  -2,  18,  -9),
        5:      (  1,   2,  -1,  -1,  -1),
        6:      (  1,  -9,  -3,  -4,  15),
        7:      ( -8,  -7,  21,  -3,  -4),
    },
    "num_mlp_2_0": {
        0:      (  0,   0,   0,   0,   0),
        1:      (  2,   3,   2,  -3,  -4),
        2:      ( -6,  -7,  -5,   9,   9),
        3:      (  0,   0,   0,   0,  -1),
        4:      (  0,   0,   0,   0,   0),
        5:      (  0,   0,   0,   0,   0),
        6:      (  4,   3,   6,  -7,  -6),
        7:      (  0,   0,   0,   0,   0),
    },
    "num_mlp_2_1": {
        0:      ( 11,  -9,  11,  -8,  -5),
        1:      (  0,   0,   0,   0,   0),
        2:      (  3,  -7,   2,   7,  -5),
        3:      (  0,   0,   0,   0,   0),
        4:      (  0,   0,   0,   0,   0),
        5:      (  0,   0,   0,   0,   0),
        6:      (-14,  16, -11,   0,   9),
        7:      (  0,   0,   0,   0,   0),
    },
}
UNIT_VOTES: dict[str, Sequence[int]] = {
    #                "0"  "1"  "2"  "3"  "4"
    "ones":         (  0,  -1,   2,   0,  -2),
    "num_attn_0_0": (  1,  -1,   1,  -1,   1),
    "num_attn_0_1": ( -1,  -1,   0,   2,   1),
    "num_attn_0_2": (  1,  -2,   0,   0,   1),
    "num_attn_1_3": ( -1,   1,   1,  -1,  -1),
    "num_attn_2_0": ( -2,   1,   2,  -2,   1),
    "num_attn_2_1": (  2,  -1,   1,  -1,  -1),
    "num_attn_2_2": (  0,  -2,   1,   1,  -1),
    "num_attn_2_3": ( -1,  -1,  -1,   1,   1),
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
    x.attn_0_0 = attend(attn_0_0, x.positions, x.positions, x.tokens)
    x.attn_0_1 = attend(attn_0_1, x.positions, x.positions, x.tokens)
    x.attn_0_2 = attend(attn_0_2, x.positions, x.positions, x.tokens)
    x.attn_0_3 = attend(attn_0_3, x.positions, x.positions, x.tokens)
    x.num_attn_0_0 = count(num_attn_0_0, x.positions, x.positions, x.ones)
    x.num_attn_0_1 = count(num_attn_0_1, x.positions, x.positions, x.ones)
    x.num_attn_0_2 = count(num_attn_0_2, x.positions, x.positions, x.ones)
    x.num_attn_0_3 = count(num_attn_0_3, x.tokens, x.tokens, x.ones)
    x.mlp_0_0 = list(map(mlp_0_0, x.positions, x.attn_0_0))
    x.mlp_0_1 = list(map(mlp_0_1, x.positions, x.attn_0_1))
    x.num_mlp_0_0 = list(map(num_mlp_0_0, x.num_attn_0_3))
    x.num_mlp_0_1 = list(map(num_mlp_0_1, x.num_attn_0_0, x.num_attn_0_1))
    x.attn_1_0 = attend(attn_1_0, x.attn_0_0, x.attn_0_2, x.positions)
    x.attn_1_1 = attend(attn_1_1, x.positions, x.positions, x.attn_0_2)
    x.attn_1_2 = attend(attn_1_2, x.mlp_0_1, x.positions, x.attn_0_1)
    x.attn_1_3 = attend(attn_1_3, x.attn_0_1, x.positions, x.attn_0_1)
    x.num_attn_1_0 = count(num_attn_1_0, x.attn_0_2, x.num_mlp_0_1, x.num_attn_0_3)
    x.num_attn_1_1 = count(num_attn_1_1, x.attn_0_2, x.num_mlp_0_1, x.num_attn_0_3)
    x.num_attn_1_2 = count(num_attn_1_2, x.attn_0_2, x.num_mlp_0_1, x.num_attn_0_3)
    x.num_attn_1_3 = count(num_attn_1_3, x.attn_0_2, x.num_mlp_0_1, x.ones)
    x.mlp_1_0 = list(map(mlp_1_0, x.attn_0_1, x.attn_1_2))
    x.mlp_1_1 = list(map(mlp_1_1, x.attn_0_1, x.attn_1_2))
    x.num_mlp_1_0 = list(map(num_mlp_1_0, x.num_attn_1_3))
    x.num_mlp_1_1 = list(map(num_mlp_1_1, x.num_attn_1_3))
    x.attn_2_0 = attend(attn_2_0, x.positions, x.attn_0_0, x.attn_0_3)
    x.attn_2_1 = attend(attn_2_1, x.attn_1_1, x.attn_1_2, x.positions)
    x.attn_2_2 = attend(attn_2_2, x.attn_1_1, x.attn_0_1, x.attn_0_1)
    x.attn_2_3 = attend(attn_2_3, x.attn_0_2, x.attn_0_2, x.attn_1_1)
    x.num_attn_2_0 = count(num_attn_2_0, x.attn_1_1, x.attn_1_2, x.ones)
    x.num_attn_2_1 = count(num_attn_2_1, x.attn_0_2, x.num_mlp_0_1, x.ones)
    x.num_attn_2_2 = count(num_attn_2_2, x.attn_1_1, x.attn_1_2, x.ones)
    x.num_attn_2_3 = count(num_attn_2_3, x.mlp_1_1, x.attn_1_2, x.ones)
    x.mlp_2_0 = list(map(mlp_2_0, x.attn_0_2, x.attn_1_2))
    x.mlp_2_1 = list(map(mlp_2_1, x.attn_0_1, x.attn_1_2))
    x.num_mlp_2_0 = list(map(num_mlp_2_0, x.num_attn_2_3))
    x.num_mlp_2_1 = list(map(num_mlp_2_1, x.num_attn_2_1))
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
