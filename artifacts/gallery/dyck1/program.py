"""A learned Transformer Program for dyck1

Task: dyck1
Accuracy: 100.00 % of the labels of 2,000 held-out sequences.
Learned from 16,200 sequences: 4 warm starts of 15 epochs, then 7 rounds of discrete search, seed 0.
"""

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "(", ")"]
Position = Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
Label = Literal["F", "P", "T"]
PREFIX, SYMBOLS = ["<s>"], get_args(Token)[1:]
MIN_LENGTH, MAX_LENGTH = 15, 15
Observe = Callable[[str, Sequence[object]], None]
Head = Callable[[Any, Any], bool]
Column = list[Any]


@lru_cache(maxsize=4096)
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


def count_past(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over the matches up to here."""
    keys = tuple(key)
    found = {q: matches(head, q, keys) for q in set(query)}
    return [sum([value[j] for j in found[q] if j <= i]) for i, q in enumerate(query)]


# Layer 0
def attn_0_0(token: Token, key: Position) -> bool:
    if token == "<s>":
        return key == 0
    if token == "(":
        return key == 15
    return key == 9


def attn_0_1(token: Token, key: Position) -> bool:
    if token == "<s>":
        return key == 0
    if token == "(":
        return key == 1
    return key == 15


def attn_0_2(position: Position, key: Position) -> bool:
    if position == 0:
        return key == 0
    if position in {1, 3, 15}:
        return key == 5
    if position == 2:
        return key == 2
    if position == 4:
        return key == 4
    if position == 5:
        return key == 15
    if position == 6:
        return key == 8
    if position == 8:
        return key == 10
    if position == 9:
        return key == 3
    if position in {12, 13}:
        return key == 12
    if position == 14:
        return key == 14
    return key == 11


def attn_0_3(position: Position, key: Position) -> bool:
    if position == 0:
        return key == 0
    if position in {1, 13}:
        return key == 13
    if position in {2, 12}:
        return key == 12
    if position == 4:
        return key == 4
    if position == 5:
        return key == 5
    if position == 6:
        return key == 6
    if position == 7:
        return key == 7
    if position == 9:
        return key == 9
    if position == 10:
        return key == 10
    if position == 11:
        return key == 11
    if position == 14:
        return key == 14
    if position == 15:
        return key == 15
    return key == 3


def num_attn_0_0(position: Position, key: Token) -> bool:
    if position in {0, 3, 5, 7, 12}:
        return key == "("
    if position in {1, 4, 8, 11}:
        return key == "<s>"
    if position in {2, 9}:
        return False
    return key == ")"


def num_attn_0_1(position: Position, key: Position) -> bool:
    if position == 0:
        return key == 11
    if position == 1:
        return key == 10
    if position == 2:
        return key == 9
    if position == 3:
        return key == 8
    if position == 4:
        return key == 7
    if position in {5, 10}:
        return key == 1
    if position == 6:
        return key == 5
    if position == 7:
        return key == 4
    if position == 8:
        return key == 3
    if position == 9:
        return key == 2
    return key == 0


def num_attn_0_2(token: Token, key: Position) -> bool:
    if token == "<s>":
        return key == 1
    if token == "(":
        return key == 2
    return key == 3


def num_attn_0_3(position: Position, key: Position) -> bool:
    if position == 3:
        return key == 1
    if position == 4:
        return key == 2
    if position == 5:
        return key == 3
    if position == 6:
        return key == 4
    if position == 7:
        return key == 5
    if position == 8:
        return key == 6
    if position == 9:
        return key == 7
    if position == 10:
        return key == 8
    if position == 11:
        return key == 9
    if position == 12:
        return key == 10
    if position == 13:
        return key == 11
    if position == 14:
        return key == 12
    if position == 15:
        return key == 13
    return key == 0


def mlp_0_0(attn_0_2: Position) -> Position:
    if attn_0_2 in {1, 11}:
        return 13
    if attn_0_2 == 2:
        return 14
    if attn_0_2 == 4:
        return 15
    if attn_0_2 == 9:
        return 7
    return 10 if attn_0_2 == 14 else 0


def mlp_0_1(attn_0_0: Position, attn_0_1: Token) -> Position:
    if 3 <= attn_0_0 <= 7 and attn_0_1 != ")":
        return 2
    if attn_0_0 in {6, 8, 14} and attn_0_1 != "<s>":
        return 9
    if attn_0_0 <= 2 and attn_0_1 == "<s>":
        return 2
    if (attn_0_0, attn_0_1) in {(0, ")"), (9, "<s>"), (11, "(")}:
        return 9
    if (attn_0_0, attn_0_1) in {(8, "<s>"), (9, ")"), (13, "(")}:
        return 11
    if attn_0_0 in {4, 5}:
        return 1
    if attn_0_0 == 10 and attn_0_1 != "(":
        return 7
    if attn_0_0 in {12, 13} and attn_0_1 == ")":
        return 12
    if attn_0_0 in {10, 11} and attn_0_1 != "<s>":
        return 14
    return 0 if attn_0_0 == 9 else 8


def num_mlp_0_0(num_attn_0_0: int) -> Position:
    num_attn_0_0 = min(num_attn_0_0, 16)
    if num_attn_0_0 == 0:
        return 5
    if num_attn_0_0 == 1:
        return 6
    return 14 if 2 <= num_attn_0_0 <= 3 else 12


def num_mlp_0_1(num_attn_0_3: int) -> Position:
    num_attn_0_3 = min(num_attn_0_3, 16)
    if num_attn_0_3 == 1:
        return 0
    if 3 <= num_attn_0_3 <= 10:
        return 1
    return 12 if num_attn_0_3 >= 3 else 13


# Layer 1
def attn_1_0(position: Position, key: Position) -> bool:
    if position == 0:
        return key == 4
    if position == 1:
        return key == 3
    if position in {3, 4}:
        return key == 1
    return key == 0


def attn_1_1(attn_0_2: Position, key: Token) -> bool:
    if attn_0_2 <= 4:
        return False
    if attn_0_2 in {5, 6}:
        return key == ")"
    return key == "<s>"


def attn_1_2(attn_0_2: Position, key: Position) -> bool:
    if attn_0_2 in {0, 5}:
        return key == 9
    if attn_0_2 in {1, 9, 13}:
        return key == 0
    if attn_0_2 == 2:
        return key == 7
    return key == 3


def attn_1_3(token: Token, key: Position) -> bool:
    if token == ")":
        return key == 2
    return key == 0


def num_attn_1_0(mlp_0_1: Position, key: Token) -> bool:
    if mlp_0_1 == 0:
        return key == "<s>"
    if mlp_0_1 in {1, 5}:
        return key == "("
    if mlp_0_1 in {2, 9, 10}:
        return key == ")"
    return False


def num_attn_1_1(position: Position, key: Token) -> bool:
    if position in {0, 1}:
        return key == "("
    if position == 2:
        return False
    return key == ")"


def num_attn_1_2(position: Position, key: Position) -> bool:
    if position in {3, 7, 8, 9}:
        return key == 2
    if position == 4:
        return key == 9
    if position in {11, 14}:
        return key == 15
    if position == 12:
        return key == 0
    if position == 13:
        return key == 12
    return key == 8


def num_attn_1_3(token: Token, key: Token) -> bool:
    if token == "<s>":
        return False
    return key == "("


def mlp_1_0(attn_0_2: Position, num_mlp_0_0: Position) -> Position:
    if attn_0_2 == 8 and num_mlp_0_0 in {0, 2, 4, 5, 6}:
        return 14
    if attn_0_2 in {4, 5} and num_mlp_0_0 in {2, 3}:
        return 10
    if (attn_0_2, num_mlp_0_0) in {(3, 1), (3, 2), (7, 2), (10, 0)}:
        return 14
    if (attn_0_2, num_mlp_0_0) in {(6, 4), (7, 0), (14, 9), (14, 11)}:
        return 10
    if (attn_0_2, num_mlp_0_0) in {(7, 6), (12, 0), (12, 5), (14, 7)}:
        return 2
    if (attn_0_2, num_mlp_0_0) in {(4, 0), (6, 0), (6, 2), (14, 10)}:
        return 14
    if (attn_0_2, num_mlp_0_0) in {(12, 4), (12, 6), (14, 6)}:
        return 0
    if attn_0_2 in {2, 3} and num_mlp_0_0 == 0:
        return 1
    if attn_0_2 in {1, 2} and num_mlp_0_0 == 1:
        return 10
    if attn_0_2 == 5 and num_mlp_0_0 == 0:
        return 3
    if attn_0_2 == 12 and num_mlp_0_0 == 9:
        return 6
    if attn_0_2 == 7 and num_mlp_0_0 == 4:
        return 7
    if attn_0_2 == 12 and num_mlp_0_0 == 8:
        return 8
    if attn_0_2 == 6 and num_mlp_0_0 == 5:
        return 9
    if attn_0_2 == 12 and num_mlp_0_0 == 2:
        return 11
    return 13 if attn_0_2 == 0 and num_mlp_0_0 == 0 else 15


def mlp_1_1(attn_0_0: Position, token: Token) -> Position:
    if attn_0_0 == 2 and token != "<s>":
        return 2
    if attn_0_0 in {1, 14} and token == ")":
        return 10
    if attn_0_0 == 6 and token == ")":
        return 0
    if attn_0_0 == 0 and token == "<s>":
        return 1
    if attn_0_0 == 0 and token == ")":
        return 3
    if attn_0_0 == 2:
        return 7
    if attn_0_0 == 1 and token == "(":
        return 8
    if attn_0_0 == 0:
        return 11
    return 13 if attn_0_0 == 3 and token == "(" else 14


def num_mlp_1_0(num_attn_1_1: int, num_attn_0_3: int) -> Position:
    num_attn_1_1, num_attn_0_3 = min(num_attn_1_1, 16), min(num_attn_0_3, 16)
    if num_attn_1_1 == 0 and num_attn_0_3 == 0:
        return 15
    if num_attn_1_1 == 3 and 13 <= num_attn_0_3 <= 14:
        return 14
    if num_attn_1_1 <= 6 and num_attn_0_3 == 7:
        return 14
    if num_attn_1_1 <= 1 and num_attn_0_3 == 2:
        return 14
    if num_attn_1_1 == 0 and num_attn_0_3 <= 1:
        return 11
    if num_attn_1_1 <= 1 and num_attn_0_3 == 1:
        return 10
    if 12 <= num_attn_1_1 <= 13 and num_attn_0_3 == 1:
        return 7
    if num_attn_1_1 == 10 and num_attn_0_3 == 7:
        return 7
    if num_attn_1_1 == 9 and num_attn_0_3 == 4:
        return 7
    if num_attn_1_1 == 8 and num_attn_0_3 == 5:
        return 7
    if num_attn_1_1 == 7 and num_attn_0_3 == 4:
        return 7
    if num_attn_1_1 == 4 and num_attn_0_3 == 2:
        return 7
    if num_attn_1_1 == 3 and num_attn_0_3 == 12:
        return 7
    if num_attn_1_1 == 3 and num_attn_0_3 == 5:
        return 7
    if num_attn_1_1 <= 1 and num_attn_0_3 == 13:
        return 7
    if num_attn_1_1 == 7 and num_attn_0_3 == 9:
        return 4
    if 6 <= num_attn_1_1 <= 7 and num_attn_0_3 == 7:
        return 4
    if num_attn_1_1 == 6 and num_attn_0_3 == 6:
        return 4
    if num_attn_1_1 == 5 and num_attn_0_3 == 5:
        return 4
    if num_attn_1_1 == 4 and num_attn_0_3 == 4:
        return 4
    if num_attn_1_1 == 11 and num_attn_0_3 <= 3:
        return 3
    if num_attn_1_1 == 9 and 4 <= num_attn_0_3 <= 9:
        return 3
    if num_attn_1_1 == 8 and num_attn_0_3 == 10:
        return 3
    if num_attn_1_1 == 4 and 2 <= num_attn_0_3 <= 3:
        return 3
    if num_attn_1_1 == 9 and num_attn_0_3 == 3:
        return 1
    if num_attn_1_1 == 4 and num_attn_0_3 == 1:
        return 1
    if num_attn_1_1 == 8 and num_attn_0_3 == 0:
        return 0
    if num_attn_1_1 == 7 and num_attn_0_3 == 3:
        return 0
    if num_attn_1_1 == 7 and num_attn_0_3 == 1:
        return 0
    if num_attn_1_1 == 3 and num_attn_0_3 == 1:
        return 0
    if 1 <= num_attn_1_1 <= 6 and 11 <= num_attn_0_3 <= 12:
        return 14
    if num_attn_1_1 == 9 and num_attn_0_3 <= 1:
        return 4
    if num_attn_1_1 == 2 and 2 <= num_attn_0_3 <= 3:
        return 4
    if 8 <= num_attn_1_1 <= 9 and 4 <= num_attn_0_3 <= 8:
        return 3
    if 4 <= num_attn_1_1 <= 11 and num_attn_0_3 == 4:
        return 3
    if 4 <= num_attn_1_1 <= 5 and 2 <= num_attn_0_3 <= 3:
        return 0
    if num_attn_1_1 == 7 and 7 <= num_attn_0_3 <= 11:
        return 14
    if num_attn_1_1 == 0 and 10 <= num_attn_0_3 <= 13:
        return 7
    if 6 <= num_attn_1_1 <= 10 and 4 <= num_attn_0_3 <= 7:
        return 3
    if 1 <= num_attn_1_1 <= 13 and num_attn_0_3 <= 2:
        return 3
    return 14 if num_attn_1_1 <= 5 and num_attn_0_3 <= 13 else 7


def num_mlp_1_1(num_attn_1_1: int, num_attn_1_3: int) -> Position:
    num_attn_1_1, num_attn_1_3 = min(num_attn_1_1, 16), min(num_attn_1_3, 16)
    if num_attn_1_1 == 6 and num_attn_1_3 == 8:
        return 15
    if num_attn_1_1 == 5 and num_attn_1_3 == 11:
        return 15
    if num_attn_1_1 == 5 and num_attn_1_3 == 7:
        return 15
    if num_attn_1_1 == 2 and num_attn_1_3 == 4:
        return 15
    if num_attn_1_1 == 0 and num_attn_1_3 == 4:
        return 15
    if num_attn_1_1 == 6 and 8 <= num_attn_1_3 <= 9:
        return 14
    if 3 <= num_attn_1_1 <= 4 and num_attn_1_3 == 5:
        return 14
    if num_attn_1_1 == 3 and num_attn_1_3 == 11:
        return 14
    if num_attn_1_1 == 2 and num_attn_1_3 == 9:
        return 14
    if num_attn_1_1 == 3 and num_attn_1_3 == 14:
        return 13
    if 1 <= num_attn_1_1 <= 6 and num_attn_1_3 == 12:
        return 13
    if 12 <= num_attn_1_1 <= 13 and num_attn_1_3 == 2:
        return 12
    if num_attn_1_1 == 8 and 2 <= num_attn_1_3 <= 10:
        return 12
    if num_attn_1_1 == 6 and 8 <= num_attn_1_3 <= 10:
        return 11
    if num_attn_1_1 == 4 and num_attn_1_3 == 9:
        return 11
    if num_attn_1_1 == 0 and 4 <= num_attn_1_3 <= 5:
        return 11
    if num_attn_1_1 == 0 and num_attn_1_3 == 2:
        return 10
    if num_attn_1_1 == 5 and 7 <= num_attn_1_3 <= 8:
        return 9
    if num_attn_1_1 == 2 and 4 <= num_attn_1_3 <= 5:
        return 9
    if num_attn_1_1 == 1 and num_attn_1_3 == 1:
        return 9
    if num_attn_1_1 == 7 and num_attn_1_3 == 0:
        return 8
    if 6 <= num_attn_1_1 <= 7 and num_attn_1_3 == 9:
        return 8
    if 4 <= num_attn_1_1 <= 5 and num_attn_1_3 == 5:
        return 8
    if 2 <= num_attn_1_1 <= 3 and num_attn_1_3 == 4:
        return 8
    if num_attn_1_1 == 4 and num_attn_1_3 == 0:
        return 6
    if num_attn_1_1 == 5 and num_attn_1_3 == 10:
        return 4
    if num_attn_1_1 == 4 and num_attn_1_3 == 8:
        return 4
    if num_attn_1_1 == 3 and num_attn_1_3 == 13:
        return 4
    if num_attn_1_1 == 0 and 4 <= num_attn_1_3 <= 6:
        return 4
    if num_attn_1_1 == 10 and num_attn_1_3 == 9:
        return 3
    if num_attn_1_1 == 9 and num_attn_1_3 == 5:
        return 3
    if num_attn_1_1 == 1 and num_attn_1_3 == 8:
        return 3
    if num_attn_1_1 <= 1 and num_attn_1_3 == 13:
        return 3
    if num_attn_1_1 <= 1 and num_attn_1_3 == 2:
        return 2
    if num_attn_1_1 == 6 and num_attn_1_3 == 6:
        return 1
    if num_attn_1_1 == 3 and num_attn_1_3 == 3:
        return 1
    if 2 <= num_attn_1_1 <= 4 and num_attn_1_3 == 4:
        return 1
    if num_attn_1_1 <= 2 and num_attn_1_3 == 2:
        return 1
    if num_attn_1_1 == 0 and num_attn_1_3 == 1:
        return 1
    if 10 <= num_attn_1_1 <= 11 and num_attn_1_3 == 7:
        return 0
    if num_attn_1_1 == 5 and num_attn_1_3 == 1:
        return 0
    if 2 <= num_attn_1_1 <= 3 and 3 <= num_attn_1_3 <= 5:
        return 14
    if 2 <= num_attn_1_1 <= 11 and 3 <= num_attn_1_3 <= 4:
        return 12
    if 5 <= num_attn_1_1 <= 7 and num_attn_1_3 == 11:
        return 7
    if num_attn_1_1 <= 1 and 4 <= num_attn_1_3 <= 5:
        return 4
    if 5 <= num_attn_1_1 <= 7 and 9 <= num_attn_1_3 <= 10:
        return 0
    if 5 <= num_attn_1_1 <= 7 and 7 <= num_attn_1_3 <= 8:
        return 3
    if num_attn_1_1 == 10 and 6 <= num_attn_1_3 <= 8:
        return 0
    if 4 <= num_attn_1_1 <= 5 and 5 <= num_attn_1_3 <= 10:
        return 7
    if num_attn_1_1 <= 1 and 1 <= num_attn_1_3 <= 9:
        return 13
    if num_attn_1_1 >= 5 and num_attn_1_3 <= 1:
        return 7
    if 1 <= num_attn_1_1 <= 5 and 5 <= num_attn_1_3 <= 13:
        return 13
    return 12 if num_attn_1_1 <= 10 and num_attn_1_3 <= 9 else 3


# Layer 2
def attn_2_0(attn_0_0: Position, key: Position) -> bool:
    if attn_0_0 == 0:
        return key == 0
    if attn_0_0 == 1:
        return key == 1
    if attn_0_0 == 2:
        return key == 2
    if attn_0_0 == 3:
        return key == 3
    if attn_0_0 == 4:
        return key == 4
    if attn_0_0 == 5:
        return key == 5
    if attn_0_0 == 6:
        return key == 6
    if attn_0_0 == 7:
        return key == 7
    if attn_0_0 == 8:
        return key == 8
    if attn_0_0 == 9:
        return key == 9
    if attn_0_0 == 10:
        return key == 10
    if attn_0_0 == 11:
        return key == 11
    if attn_0_0 == 12:
        return key == 12
    if attn_0_0 == 13:
        return key == 13
    if attn_0_0 == 14:
        return key == 14
    return key == 15


def attn_2_1(attn_1_1: Position, key: Position) -> bool:
    if attn_1_1 in {1, 11}:
        return key == 1
    if attn_1_1 == 2:
        return key == 2
    if attn_1_1 == 3:
        return key == 3
    if attn_1_1 == 4:
        return key == 4
    if attn_1_1 == 6:
        return key == 6
    if attn_1_1 == 7:
        return key == 7
    if attn_1_1 == 8:
        return key == 8
    if attn_1_1 == 9:
        return key == 9
    if attn_1_1 == 12:
        return key == 12
    if attn_1_1 == 13:
        return key == 13
    if attn_1_1 == 14:
        return key == 14
    if attn_1_1 == 15:
        return key == 15
    return key == 0


def attn_2_2(attn_1_2: Position, key: Position) -> bool:
    if attn_1_2 == 0:
        return key == 0
    if attn_1_2 == 1:
        return key == 1
    if attn_1_2 == 2:
        return key == 2
    if attn_1_2 == 3:
        return key == 3
    if attn_1_2 == 4:
        return key == 4
    if attn_1_2 == 5:
        return key == 5
    if attn_1_2 == 6:
        return key == 6
    if attn_1_2 == 7:
        return key == 7
    if attn_1_2 == 8:
        return key == 8
    if attn_1_2 == 9:
        return key == 9
    if attn_1_2 == 10:
        return key == 10
    if attn_1_2 == 11:
        return key == 11
    if attn_1_2 == 12:
        return key == 12
    if attn_1_2 == 13:
        return key == 13
    if attn_1_2 == 14:
        return key == 14
    return key == 15


def attn_2_3(num_mlp_1_1: Position, key: Position) -> bool:
    if num_mlp_1_1 in {5, 10}:
        return key == 0
    return key == 12


def num_attn_2_0(num_mlp_1_0: Position, key: Position) -> bool:
    if num_mlp_1_0 in {2, 12}:
        return key == 2
    if num_mlp_1_0 == 5:
        return key == 5
    if num_mlp_1_0 in {9, 15}:
        return key == 1
    if num_mlp_1_0 in {11, 13, 14}:
        return key == 6
    return key == 0


def num_attn_2_1(attn_0_2: Position, key: Position) -> bool:
    if attn_0_2 == 1:
        return key == 1
    if attn_0_2 == 2:
        return key == 2
    if attn_0_2 == 4:
        return key == 4
    if attn_0_2 == 5:
        return key == 5
    if attn_0_2 == 6:
        return key == 6
    if attn_0_2 == 7:
        return key == 7
    if attn_0_2 == 8:
        return key == 8
    if attn_0_2 == 9:
        return key == 9
    if attn_0_2 == 10:
        return key == 10
    if attn_0_2 == 11:
        return key == 11
    if attn_0_2 == 12:
        return key == 12
    if attn_0_2 == 13:
        return key == 13
    if attn_0_2 == 14:
        return key == 14
    if attn_0_2 == 15:
        return key == 15
    return key == 0


def num_attn_2_2(num_mlp_0_1: Position, key: Position) -> bool:
    if num_mlp_0_1 == 0:
        return key == 4
    if num_mlp_0_1 == 1:
        return key == 3
    if num_mlp_0_1 in {2, 14}:
        return key == 2
    if num_mlp_0_1 == 3:
        return key == 1
    return key == 0


def num_attn_2_3(token: Token, key: Token) -> bool:
    if token == "<s>":
        return key == "<s>"
    if token == "(":
        return key == "("
    return key == ")"


def mlp_2_0(attn_0_2: Position, mlp_0_1: Position) -> Position:
    if attn_0_2 in {7, 9, 11, 13, 15} and mlp_0_1 in {1, 2}:
        return 1
    if attn_0_2 in {1, 3, 5, 9, 10, 11} and mlp_0_1 == 0:
        return 13
    if (attn_0_2, mlp_0_1) in {(2, 0), (3, 1), (4, 0), (6, 0)}:
        return 1
    if attn_0_2 in {5, 7} and mlp_0_1 in {0, 2}:
        return 5
    if attn_0_2 in {0, 2} and mlp_0_1 == 2:
        return 10
    if (attn_0_2, mlp_0_1) in {(0, 0), (14, 2)}:
        return 12
    return 11 if attn_0_2 == 0 and mlp_0_1 == 8 else 9


def mlp_2_1(mlp_0_1: Position, attn_2_0: Position) -> Position:
    if mlp_0_1 in {2, 4, 6, 7, 9, 11, 13, 14, 15} and attn_2_0 in {1, 2}:
        return 7
    if mlp_0_1 in {0, 3, 4, 7, 9, 10, 11, 13, 14, 15} and attn_2_0 == 0:
        return 0
    if mlp_0_1 in {1, 3, 8, 12} and attn_2_0 in {1, 2}:
        return 12
    if mlp_0_1 == 1 and attn_2_0 in {0, 5}:
        return 4
    if mlp_0_1 in {0, 12} and attn_2_0 in {0, 1}:
        return 12
    if (mlp_0_1, attn_2_0) in {(0, 2), (8, 15)}:
        return 1
    if (mlp_0_1, attn_2_0) in {(2, 12), (8, 0)}:
        return 11
    if mlp_0_1 == 8 and attn_2_0 == 7:
        return 0
    if mlp_0_1 == 0 and attn_2_0 == 9:
        return 2
    if mlp_0_1 == 2 and attn_2_0 == 0:
        return 3
    return 15 if mlp_0_1 == 8 and attn_2_0 == 3 else 5


def num_mlp_2_0(num_attn_1_1: int, num_attn_1_2: int) -> Position:
    num_attn_1_1, num_attn_1_2 = min(num_attn_1_1, 16), min(num_attn_1_2, 16)
    if 7 <= num_attn_1_1 <= 8 and 4 <= num_attn_1_2 <= 5:
        return 15
    if num_attn_1_1 == 5 and num_attn_1_2 == 0:
        return 14
    if num_attn_1_1 == 4 and num_attn_1_2 == 11:
        return 14
    if num_attn_1_1 == 3 and num_attn_1_2 == 12:
        return 14
    if num_attn_1_1 == 3 and num_attn_1_2 == 4:
        return 12
    if num_attn_1_1 == 2 and num_attn_1_2 == 0:
        return 12
    if num_attn_1_1 == 7 and num_attn_1_2 == 8:
        return 11
    if num_attn_1_1 == 3 and num_attn_1_2 == 11:
        return 11
    if num_attn_1_1 == 3 and num_attn_1_2 == 7:
        return 11
    if num_attn_1_1 == 6 and num_attn_1_2 == 5:
        return 10
    if num_attn_1_1 == 4 and num_attn_1_2 == 10:
        return 10
    if num_attn_1_1 == 4 and num_attn_1_2 == 6:
        return 10
    if num_attn_1_1 == 4 and num_attn_1_2 == 0:
        return 10
    if 4 <= num_attn_1_1 <= 5 and num_attn_1_2 == 6:
        return 7
    if num_attn_1_1 == 7 and num_attn_1_2 == 7:
        return 6
    if num_attn_1_1 == 7 and num_attn_1_2 == 0:
        return 6
    if num_attn_1_1 == 3 and num_attn_1_2 == 3:
        return 6
    if num_attn_1_1 == 12 and num_attn_1_2 == 2:
        return 4
    if num_attn_1_1 == 9 and num_attn_1_2 == 1:
        return 4
    if num_attn_1_1 == 8 and num_attn_1_2 == 9:
        return 4
    if num_attn_1_1 == 8 and num_attn_1_2 == 2:
        return 4
    if num_attn_1_1 == 7 and num_attn_1_2 == 3:
        return 4
    if num_attn_1_1 == 6 and num_attn_1_2 == 4:
        return 4
    if num_attn_1_1 == 5 and num_attn_1_2 <= 1:
        return 4
    if num_attn_1_1 == 4 and num_attn_1_2 == 2:
        return 4
    if num_attn_1_1 == 1 and num_attn_1_2 == 1:
        return 2
    if 12 <= num_attn_1_1 <= 13 and num_attn_1_2 == 2:
        return 1
    if num_attn_1_1 == 9 and num_attn_1_2 == 0:
        return 1
    if 2 <= num_attn_1_1 <= 3 and num_attn_1_2 == 0:
        return 1
    if num_attn_1_1 == 2 and num_attn_1_2 == 4:
        return 1
    if num_attn_1_1 == 6 and 8 <= num_attn_1_2 <= 9:
        return 10
    if num_attn_1_1 <= 1 and num_attn_1_2 == 0:
        return 7
    if 4 <= num_attn_1_1 <= 5 and num_attn_1_2 == 5:
        return 6
    if num_attn_1_1 == 11 and 3 <= num_attn_1_2 <= 4:
        return 4
    if num_attn_1_1 == 10 and 4 <= num_attn_1_2 <= 5:
        return 4
    if 8 <= num_attn_1_1 <= 9 and 5 <= num_attn_1_2 <= 6:
        return 4
    if 6 <= num_attn_1_1 <= 8 and num_attn_1_2 == 7:
        return 4
    if num_attn_1_1 == 5 and 9 <= num_attn_1_2 <= 10:
        return 0
    if 7 <= num_attn_1_1 <= 13 and num_attn_1_2 == 0:
        return 4
    return 8 if num_attn_1_1 <= 2 else 15


def num_mlp_2_1(num_attn_2_2: int, num_attn_1_1: int) -> Position:
    num_attn_2_2, num_attn_1_1 = min(num_attn_2_2, 16), min(num_attn_1_1, 16)
    if num_attn_2_2 == 3 and num_attn_1_1 == 5:
        return 14
    if num_attn_2_2 == 6 and num_attn_1_1 == 10:
        return 13
    if num_attn_2_2 == 5 and num_attn_1_1 == 9:
        return 11
    if num_attn_2_2 == 5 and 11 <= num_attn_1_1 <= 13:
        return 9
    if 10 <= num_attn_2_2 <= 11 and num_attn_1_1 == 4:
        return 8
    if 7 <= num_attn_2_2 <= 13 and num_attn_1_1 == 2:
        return 8
    if 5 <= num_attn_2_2 <= 6 and num_attn_1_1 == 9:
        return 8
    if num_attn_2_2 == 1 and num_attn_1_1 == 0:
        return 8
    if 6 <= num_attn_2_2 <= 7 and num_attn_1_1 == 6:
        return 7
    if num_attn_2_2 == 6 and num_attn_1_1 == 2:
        return 7
    if 5 <= num_attn_2_2 <= 7 and num_attn_1_1 == 9:
        return 7
    if num_attn_2_2 == 5 and num_attn_1_1 == 4:
        return 7
    if num_attn_2_2 == 2 and num_attn_1_1 == 9:
        return 4
    if num_attn_2_2 == 11 and num_attn_1_1 == 3:
        return 2
    if num_attn_2_2 == 9 and num_attn_1_1 == 3:
        return 2
    if num_attn_2_2 == 6 and 9 <= num_attn_1_1 <= 11:
        return 2
    if num_attn_2_2 == 7 and 6 <= num_attn_1_1 <= 7:
        return 1
    if num_attn_2_2 == 5 and 4 <= num_attn_1_1 <= 5:
        return 1
    if num_attn_2_2 == 3 and num_attn_1_1 == 4:
        return 1
    if num_attn_2_2 == 9 and num_attn_1_1 == 10:
        return 0
    if num_attn_2_2 == 9 and 3 <= num_attn_1_1 <= 4:
        return 0
    if num_attn_2_2 == 8 and num_attn_1_1 == 5:
        return 0
    if num_attn_2_2 == 7 and num_attn_1_1 == 12:
        return 0
    if 4 <= num_attn_2_2 <= 8 and num_attn_1_1 == 9:
        return 0
    if 4 <= num_attn_2_2 <= 5 and num_attn_1_1 == 2:
        return 0
    if 1 <= num_attn_2_2 <= 2 and num_attn_1_1 == 0:
        return 0
    if num_attn_2_2 == 5 and 8 <= num_attn_1_1 <= 10:
        return 8
    if num_attn_2_2 == 6 and 5 <= num_attn_1_1 <= 6:
        return 7
    if 8 <= num_attn_2_2 <= 10 and 4 <= num_attn_1_1 <= 6:
        return 8
    if 6 <= num_attn_2_2 <= 8 and num_attn_1_1 <= 1:
        return 12
    if 5 <= num_attn_2_2 <= 7 and 6 <= num_attn_1_1 <= 12:
        return 9
    if 5 <= num_attn_2_2 <= 11 and 1 <= num_attn_1_1 <= 2:
        return 8
    if num_attn_1_1 == 0:
        return 1
    if 5 <= num_attn_2_2 <= 9 and 5 <= num_attn_1_1 <= 10:
        return 8
    return 5 if num_attn_2_2 <= 3 and num_attn_1_1 >= 1 else 0


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #           "F"  "P"  "T"
    "tokens": {
        "<s>": (  0,   0,   0),
        "(":   (  1,   1,  -2),
        ")":   (  0,  -1,   1),
    },
    "positions": {
        0:     (  0,   0,   0),
        1:     (  1,   0,  -1),
        2:     ( -1,  -1,   2),
        3:     (  1,   0,  -1),
        4:     ( -1,   0,   1),
        5:     (  0,   1,  -1),
        6:     ( -1,   0,   1),
        7:     (  0,   2,  -2),
        8:     ( -1,   1,   1),
        9:     (  1,   1,  -2),
        10:    ( -1,  -2,   3),
        11:    (  1,   0,  -1),
        12:    (  0,  -2,   2),
        13:    (  1,   2,  -2),
        14:    (  0,  -1,   1),
        15:    (  1,   0,  -1),
    },
    "attn_0_0": {
        0:     (  1,   0,  -1),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_0_1": {
        "<s>": (  0,  -1,   1),
        "(":   (  0,   2,  -2),
        ")":   (  2,  -1,  -1),
    },
    "attn_0_2": {
        0:     (  0,   0,  -1),
        1:     (  0,   0,   0),
        2:     ( -1,  -1,   1),
        3:     (  1,   1,  -2),
        4:     ( -1,   0,   1),
        5:     (  1,   0,  -1),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,  -1),
        12:    (  1,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,  -1,   1),
        15:    (  0,   0,   0),
    },
    "attn_0_3": {
        0:     (  0,  -1,   0),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     ( -1,   0,   1),
        5:     (  0,   0,  -1),
        6:     ( -1,   0,   1),
        7:     (  1,   1,  -2),
        8:     (  0,   0,   0),
        9:     (  1,   1,  -2),
        10:    ( -1,  -2,   3),
        11:    (  0,   0,  -1),
        12:    (  0,  -2,   2),
        13:    (  1,   1,  -2),
        14:    (  0,  -1,   1),
        15:    (  1,   0,  -1),
    },
    "mlp_0_0": {
        0:     (  2,   1,  -3),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,  -1,   1),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,  -1),
        14:    ( -1,   0,   1),
        15:    ( -1,   0,   1),
    },
    "mlp_0_1": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  0,  -1,   1),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   2,  -2),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  1,   0,  -1),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "num_mlp_0_0": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   1,  -1),
        6:     (  3,  -2,  -1),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    ( -1,   0,   2),
        13:    (  0,   0,   0),
        14:    (  0,   1,  -1),
        15:    (  0,   0,   0),
    },
    "num_mlp_0_1": {
        0:     (  1,   0,  -1),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_1_0": {
        0:     (  1,  -1,  -1),
        1:     ( -1,  -1,   1),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,  -1),
        5:     ( -1,   0,   1),
        6:     (  1,   1,  -2),
        7:     ( -1,   1,   1),
        8:     (  0,  -1,   1),
        9:     ( -1,   0,   1),
        10:    ( -1,   0,   1),
        11:    (  1,   1,  -1),
        12:    (  1,   0,  -1),
        13:    (  1,   0,  -1),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_1_1": {
        0:     (  1,   0,  -1),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  1,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_1_2": {
        0:     (  1,   0,  -1),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_1_3": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     ( -2,   1,   0),
        6:     (  1,   0,  -1),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  1,  -1,   0),
        13:    (  0,   0,   0),
        14:    (  1,  -1,   0),
        15:    (  0,   0,   0),
    },
    "mlp_1_0": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  1,   0,  -1),
    },
    "mlp_1_1": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,  -1,   1),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  1,   1,  -2),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "num_mlp_1_0": {
        0:     (  2,  -2,   0),
        1:     (  1,   0,  -1),
        2:     (  0,   0,   0),
        3:     (  1,  -3,   2),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    ( -4,   6,  -2),
        11:    (  1,  -1,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "num_mlp_1_1": {
        0:     ( -1,   2,  -1),
        1:     ( -2, -11,  13),
        2:     ( -2,   2,   0),
        3:     ( -4,  -1,   5),
        4:     ( -1,   2,  -1),
        5:     (  0,   0,   0),
        6:     (  1,  -1,   0),
        7:     (  0,   3,  -2),
        8:     (  0,  -1,   1),
        9:     ( -1,   1,   0),
        10:    ( -1,   2,  -1),
        11:    (  0,   0,   0),
        12:    ( 18, -13,  -4),
        13:    ( -2,   5,  -4),
        14:    ( -2,   5,  -2),
        15:    ( -2,   7,  -5),
    },
    "attn_2_0": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  1,   0,  -1),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_2_1": {
        0:     (  1,   0,  -1),
        1:     ( -1,   0,   1),
        2:     (  1,   0,  -1),
        3:     ( -1,   0,   1),
        4:     (  0,   0,  -1),
        5:     ( -1,   0,   1),
        6:     (  1,   1,  -2),
        7:     ( -1,   1,   1),
        8:     (  1,   1,  -2),
        9:     ( -1,  -2,   3),
        10:    (  0,   0,  -1),
        11:    (  0,  -2,   2),
        12:    (  1,   1,  -2),
        13:    (  0,  -1,   0),
        14:    (  0,   0,   0),
        15:    (  1,   0,  -1),
    },
    "attn_2_2": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  2,  -1,  -1),
        6:     (  1,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    ( -1,   1,   0),
        15:    (  0,   0,   0),
    },
    "attn_2_3": {
        "<s>": (-21,  14,   7),
        "(":   ( 10,  -6,  -4),
        ")":   ( 13,  -9,  -4),
    },
    "mlp_2_0": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,  -1),
        10:    (  1,   0,  -1),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "mlp_2_1": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  1,   1,  -2),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,  -1,   1),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "num_mlp_2_0": {
        0:     (  0,   0,   0),
        1:     (  0,   1,  -1),
        2:     ( -2,   2,   0),
        3:     (  0,   0,   0),
        4:     (  2,  -2,   0),
        5:     (  0,   0,   0),
        6:     (  2, -12,  10),
        7:     (  3,   0,  -3),
        8:     ( -2,   2,   0),
        9:     (  0,   0,   0),
        10:    (  1,   2,  -3),
        11:    ( -2,   2,  -1),
        12:    ( -2,   1,   0),
        13:    (  0,   0,   0),
        14:    ( -1,   3,  -2),
        15:    (  2,  -1,  -1),
    },
    "num_mlp_2_1": {
        0:     (  0,   0,   0),
        1:     (  1,  -1,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  1,   0,  -1),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
}
UNIT_VOTES: dict[str, Sequence[int]] = {
    #                "F"  "P"  "T"
    "ones":         (  1,   0,  -1),
    "num_attn_0_1": (  1,   1,  -2),
    "num_attn_0_2": (  0,   2,  -3),
    "num_attn_0_3": (  1,   0,  -1),
    "num_attn_2_2": ( -1,   1,   0),
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
    x.ones = [1] * len(words)
    x.attn_0_0 = attend_past(attn_0_0, x.tokens, x.positions, x.positions)
    x.attn_0_1 = attend_past(attn_0_1, x.tokens, x.positions, x.tokens)
    x.attn_0_2 = attend_past(attn_0_2, x.positions, x.positions, x.positions)
    x.attn_0_3 = attend_past(attn_0_3, x.positions, x.positions, x.positions)
    x.num_attn_0_0 = count_past(num_attn_0_0, x.positions, x.tokens, x.ones)
    x.num_attn_0_1 = count_past(num_attn_0_1, x.positions, x.positions, x.ones)
    x.num_attn_0_2 = count_past(num_attn_0_2, x.tokens, x.positions, x.ones)
    x.num_attn_0_3 = count_past(num_attn_0_3, x.positions, x.positions, x.ones)
    x.mlp_0_0 = list(map(mlp_0_0, x.attn_0_2))
    x.mlp_0_1 = list(map(mlp_0_1, x.attn_0_0, x.attn_0_1))
    x.num_mlp_0_0 = list(map(num_mlp_0_0, x.num_attn_0_0))
    x.num_mlp_0_1 = list(map(num_mlp_0_1, x.num_attn_0_3))
    x.attn_1_0 = attend_past(attn_1_0, x.positions, x.attn_0_0, x.positions)
    x.attn_1_1 = attend_past(attn_1_1, x.attn_0_2, x.tokens, x.attn_0_3)
    x.attn_1_2 = attend_past(attn_1_2, x.attn_0_2, x.num_mlp_0_0, x.attn_0_0)
    x.attn_1_3 = attend_past(attn_1_3, x.tokens, x.attn_0_0, x.num_mlp_0_0)
    x.num_attn_1_0 = count_past(num_attn_1_0, x.mlp_0_1, x.tokens, x.num_attn_0_2)
    x.num_attn_1_1 = count_past(num_attn_1_1, x.positions, x.tokens, x.ones)
    x.num_attn_1_2 = count_past(num_attn_1_2, x.positions, x.mlp_0_1, x.ones)
    x.num_attn_1_3 = count_past(num_attn_1_3, x.tokens, x.attn_0_1, x.ones)
    x.mlp_1_0 = list(map(mlp_1_0, x.attn_0_2, x.num_mlp_0_0))
    x.mlp_1_1 = list(map(mlp_1_1, x.attn_0_0, x.tokens))
    x.num_mlp_1_0 = list(map(num_mlp_1_0, x.num_attn_1_1, x.num_attn_0_3))
    x.num_mlp_1_1 = list(map(num_mlp_1_1, x.num_attn_1_1, x.num_attn_1_3))
    x.attn_2_0 = attend_past(attn_2_0, x.attn_0_0, x.num_mlp_0_0, x.num_mlp_1_1)
    x.attn_2_1 = attend_past(attn_2_1, x.attn_1_1, x.attn_1_1, x.positions)
    x.attn_2_2 = attend_past(attn_2_2, x.attn_1_2, x.attn_0_0, x.num_mlp_0_0)
    x.attn_2_3 = attend_past(attn_2_3, x.num_mlp_1_1, x.num_mlp_1_1, x.tokens)
    x.num_attn_2_0 = count_past(num_attn_2_0, x.num_mlp_1_0, x.mlp_0_0, x.num_attn_1_0)
    x.num_attn_2_1 = count_past(num_attn_2_1, x.attn_0_2, x.attn_1_3, x.num_attn_0_0)
    x.num_attn_2_2 = count_past(
        num_attn_2_2, x.num_mlp_0_1, x.num_mlp_1_1, x.num_attn_0_1
    )
    x.num_attn_2_3 = count_past(num_attn_2_3, x.tokens, x.tokens, x.num_attn_1_3)
    x.mlp_2_0 = list(map(mlp_2_0, x.attn_0_2, x.mlp_0_1))
    x.mlp_2_1 = list(map(mlp_2_1, x.mlp_0_1, x.attn_2_0))
    x.num_mlp_2_0 = list(map(num_mlp_2_0, x.num_attn_1_1, x.num_attn_1_2))
    x.num_mlp_2_1 = list(map(num_mlp_2_1, x.num_attn_2_2, x.num_attn_1_1))
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
