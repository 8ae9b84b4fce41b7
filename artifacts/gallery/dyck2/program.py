"""A learned Transformer Program for dyck2

Task: dyck2
Accuracy: 99.24 % of the labels of 2,000 held-out sequences.
Learned from 16,200 sequences: 4 warm starts of 15 epochs, then 30 rounds of discrete search, seed 0.
"""

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "(", ")", "{", "}"]
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
def attn_0_0(position: Position, key: Position) -> bool:
    if position == 1:
        return key == 1
    if position in {3, 7}:
        return key == 2
    if position == 5:
        return key == 4
    if position in {9, 15}:
        return key == 9
    if position in {10, 11}:
        return key == 5
    if position == 13:
        return key == 3
    return key == 0


def attn_0_1(token: Token, key: Token) -> bool:
    if token == "<s>":
        return key == "<s>"
    if token == ")":
        return key == "("
    if token == "{":
        return key == "}"
    return key == "{"


def attn_0_2(position: Position, key: Position) -> bool:
    if position == 2:
        return key == 1
    if position == 3:
        return key == 2
    if position == 4:
        return key == 3
    if position == 5:
        return key == 4
    if position == 6:
        return key == 5
    if position == 7:
        return key == 6
    if position == 8:
        return key == 7
    if position == 9:
        return key == 8
    if position == 10:
        return key == 9
    if position == 11:
        return key == 10
    if position == 12:
        return key == 11
    if position == 13:
        return key == 12
    if position == 14:
        return key == 13
    if position == 15:
        return key == 14
    return key == 0


def attn_0_3(token: Token, key: Position) -> bool:
    if token == "<s>":
        return key == 0
    if token == "(":
        return key == 14
    if token == ")":
        return key == 13
    return key == 15


def num_attn_0_0(position: Position, key: Token) -> bool:
    if position == 0:
        return key == "<s>"
    if position in {2, 10, 11}:
        return key == ")"
    if position in {3, 5, 13, 15}:
        return False
    if position in {8, 9}:
        return key == "{"
    if position == 12:
        return key == "("
    return key == "}"


def num_attn_0_1(position: Position, key: Token) -> bool:
    if position in {1, 4, 7}:
        return False
    if position == 3:
        return key == "}"
    return key == "<s>"


def num_attn_0_2(position: Position, key: Token) -> bool:
    if position == 1:
        return key == "}"
    if position in {2, 7}:
        return key == "("
    if position in {3, 6}:
        return key == ")"
    if position in {4, 5, 11, 14}:
        return False
    return key == "<s>"


def num_attn_0_3(token: Token, key: Token) -> bool:
    if token == "<s>":
        return key == "("
    if token in {"(", "{"}:
        return False
    return key == "<s>"


def mlp_0_0(position: Position, attn_0_1: Token) -> Position:
    if position in {6, 12, 13} and attn_0_1 == "(":
        return 0
    if position in {8, 12} and attn_0_1 in {"(", "{"}:
        return 3
    if position in {2, 6, 9} and attn_0_1 == "}":
        return 4
    if position == 10 and attn_0_1 in {"<s>", "{", "}"}:
        return 5
    if position in {6, 11} and attn_0_1 in {"{", "}"}:
        return 10
    if position in {7, 9, 11} and attn_0_1 == "(":
        return 14
    if (position, attn_0_1) in {(3, "<s>"), (3, "{"), (5, "}")}:
        return 2
    if (position, attn_0_1) in {(11, "<s>"), (12, "<s>"), (14, "(")}:
        return 3
    if (position, attn_0_1) in {(3, "("), (13, "{"), (15, "(")}:
        return 10
    if (position, attn_0_1) in {(5, "("), (7, "<s>"), (13, "<s>")}:
        return 8
    if (position, attn_0_1) in {(3, "}"), (8, "<s>"), (14, "<s>")}:
        return 14
    if position in {1, 2} and attn_0_1 == "<s>":
        return 1
    if position in {2, 12} and attn_0_1 in {"{", "}"}:
        return 2
    if position == 4 and attn_0_1 in {"(", "}"}:
        return 3
    if position in {2, 5} and attn_0_1 in {"(", "{"}:
        return 5
    if position in {4, 9} and attn_0_1 == "<s>":
        return 10
    if position in {5, 9} and attn_0_1 in {"<s>", "{"}:
        return 15
    if (position, attn_0_1) in {(0, "<s>"), (4, "{")}:
        return 4
    if (position, attn_0_1) in {(7, "{"), (15, "}")}:
        return 13
    if position == 6 and attn_0_1 == "<s>":
        return 0
    if position == 8 and attn_0_1 == "}":
        return 7
    if position == 7 and attn_0_1 == "}":
        return 8
    if position == 14 and attn_0_1 == "}":
        return 11
    return 14 if position == 13 and attn_0_1 == "}" else 9


def mlp_0_1(token: Token, attn_0_2: Token) -> Position:
    if token in {")", "}"} and attn_0_2 in {")", "}"}:
        return 11
    if (token, attn_0_2) in {(")", "<s>"), ("}", "<s>"), ("}", "(")}:
        return 2
    if (token, attn_0_2) in {(")", "("), ("{", "}"), ("}", "{")}:
        return 5
    if (token, attn_0_2) in {("(", "}"), ("{", ")")}:
        return 14
    if token == ")":
        return 2
    if token == "(" and attn_0_2 == "<s>":
        return 4
    if token == "(" and attn_0_2 == ")":
        return 5
    return 12 if token == "{" and attn_0_2 == "<s>" else 1


def num_mlp_0_0(ones: int, num_attn_0_3: int) -> Position:
    ones, num_attn_0_3 = min(ones, 16), min(num_attn_0_3, 16)
    if ones <= 1 and num_attn_0_3 == 0:
        return 14
    return 2 if ones <= 1 and num_attn_0_3 == 1 else 7


def num_mlp_0_1(num_attn_0_1: int) -> Position:
    num_attn_0_1 = min(num_attn_0_1, 16)
    return 0 if num_attn_0_1 == 0 else 8


# Layer 1
def attn_1_0(mlp_0_0: Position, key: Position) -> bool:
    if mlp_0_0 in {0, 1}:
        return key == 1
    if mlp_0_0 == 2:
        return key == 12
    if mlp_0_0 in {4, 6}:
        return key == 0
    if mlp_0_0 in {7, 12}:
        return key == 3
    if mlp_0_0 in {8, 14}:
        return key == 11
    if mlp_0_0 == 10:
        return key == 15
    if mlp_0_0 == 11:
        return key == 2
    if mlp_0_0 == 13:
        return key == 4
    return key == 13


def attn_1_1(mlp_0_1: Position, key: Position) -> bool:
    if mlp_0_1 in {5, 14}:
        return key == 14
    if mlp_0_1 == 11:
        return key == 2
    return key == 0


def attn_1_2(mlp_0_1: Position, key: Position) -> bool:
    if mlp_0_1 == 1:
        return key == 8
    if mlp_0_1 == 2:
        return key == 5
    if mlp_0_1 in {5, 11}:
        return key == 2
    if mlp_0_1 == 12:
        return key == 1
    if mlp_0_1 == 14:
        return key == 14
    return key == 0


def attn_1_3(mlp_0_0: Position, key: Position) -> bool:
    if mlp_0_0 in {0, 10, 14}:
        return key == 15
    if mlp_0_0 in {1, 6, 7}:
        return key == 0
    if mlp_0_0 == 2:
        return key == 10
    if mlp_0_0 in {3, 11}:
        return key == 11
    if mlp_0_0 == 4:
        return key == 14
    if mlp_0_0 == 5:
        return key == 5
    if mlp_0_0 in {8, 12}:
        return key == 2
    return key == 4


def num_attn_1_0(mlp_0_1: Position, key: Position) -> bool:
    if mlp_0_1 == 11:
        return key == 6
    if mlp_0_1 == 12:
        return key == 1
    return key == 0


def num_attn_1_1(position: Position, key: Position) -> bool:
    if position in {0, 1, 3, 9, 15}:
        return key == 2
    if position == 6:
        return key == 0
    return key == 14


def num_attn_1_2(mlp_0_1: Position, key: Position) -> bool:
    if mlp_0_1 in {1, 5, 11, 14}:
        return key == 11
    if mlp_0_1 == 2:
        return key == 12
    return key == 0


def num_attn_1_3(position: Position, key: Position) -> bool:
    if position == 0:
        return key == 11
    if position in {2, 7}:
        return key == 8
    if position == 4:
        return key == 12
    if position == 5:
        return key == 7
    if position == 9:
        return key == 10
    return key == 0


def mlp_1_0(position: Position, mlp_0_1: Position) -> Position:
    if position in {2, 5, 6, 8, 10, 11, 12, 13, 14} and mlp_0_1 == 2:
        return 2
    if position in {6, 8, 10, 13, 15} and mlp_0_1 == 11:
        return 13
    if (position, mlp_0_1) in {(9, 5), (9, 14), (11, 1), (13, 14), (14, 1)}:
        return 12
    if (position, mlp_0_1) in {(2, 14), (4, 5), (12, 1), (13, 1), (15, 2)}:
        return 11
    if (position, mlp_0_1) in {(2, 1), (3, 1), (4, 1), (5, 5), (8, 5)}:
        return 15
    if (position, mlp_0_1) in {(7, 5), (7, 14), (8, 1), (12, 5), (15, 5)}:
        return 7
    if (position, mlp_0_1) in {(2, 5), (3, 11), (4, 14), (6, 14), (9, 1)}:
        return 10
    if (position, mlp_0_1) in {(1, 2), (3, 2), (4, 2), (7, 2), (15, 1)}:
        return 12
    if (position, mlp_0_1) in {(4, 11), (5, 1), (7, 11), (10, 5)}:
        return 0
    if position in {2, 3, 7, 9} and mlp_0_1 in {1, 5, 11}:
        return 2
    if position in {11, 13} and mlp_0_1 in {5, 11}:
        return 4
    if (position, mlp_0_1) in {(3, 14), (8, 14), (14, 11)}:
        return 6
    if position in {5, 10} and mlp_0_1 == 14:
        return 11
    if position in {10, 14} and mlp_0_1 in {1, 5}:
        return 13
    if position in {12, 14} and mlp_0_1 == 14:
        return 15
    if position == 15 and mlp_0_1 == 14:
        return 7
    if position == 5 and mlp_0_1 == 11:
        return 8
    if position == 9 and mlp_0_1 == 2:
        return 10
    return 14 if position == 6 and mlp_0_1 == 5 else 1


def mlp_1_1(attn_1_2: Position) -> Position:
    if attn_1_2 == 0:
        return 6
    if attn_1_2 == 1:
        return 9
    if attn_1_2 == 2:
        return 7
    if attn_1_2 == 3:
        return 2
    if attn_1_2 in {4, 8}:
        return 12
    if attn_1_2 == 5:
        return 11
    if attn_1_2 in {6, 10}:
        return 14
    if attn_1_2 in {9, 12}:
        return 5
    return 0 if attn_1_2 in {14, 15} else 4


def num_mlp_1_0(ones: int, num_attn_1_2: int) -> Position:
    num_attn_1_2 = min(num_attn_1_2, 16)
    if ones >= 1 and num_attn_1_2 == 1:
        return 14
    if ones == 0 and num_attn_1_2 == 8:
        return 14
    if ones == 0 and num_attn_1_2 == 0:
        return 9
    if ones == 0 and num_attn_1_2 <= 1:
        return 6
    if num_attn_1_2 == 0:
        return 2
    if num_attn_1_2 <= 2:
        return 10
    return 7 if ones == 0 else 8


def num_mlp_1_1(num_attn_1_2: int, num_attn_1_3: int) -> Position:
    num_attn_1_2, num_attn_1_3 = min(num_attn_1_2, 16), min(num_attn_1_3, 16)
    if num_attn_1_2 == 1 and num_attn_1_3 == 3:
        return 14
    if num_attn_1_2 == 0 and num_attn_1_3 == 0:
        return 14
    if num_attn_1_2 == 6 and num_attn_1_3 == 3:
        return 13
    if num_attn_1_2 == 4 and num_attn_1_3 == 2:
        return 13
    if num_attn_1_2 <= 8 and num_attn_1_3 == 3:
        return 12
    if num_attn_1_2 == 2 and num_attn_1_3 == 2:
        return 9
    if num_attn_1_2 == 4 and num_attn_1_3 == 1:
        return 8
    if num_attn_1_2 == 0 and num_attn_1_3 <= 1:
        return 8
    if 4 <= num_attn_1_2 <= 5 and num_attn_1_3 == 1:
        return 7
    if num_attn_1_2 == 0 and num_attn_1_3 <= 2:
        return 3
    if num_attn_1_2 == 9 and num_attn_1_3 == 2:
        return 1
    if num_attn_1_2 == 7 and num_attn_1_3 == 4:
        return 1
    if num_attn_1_2 == 9 and num_attn_1_3 == 4:
        return 0
    if num_attn_1_2 == 2 and num_attn_1_3 == 4:
        return 0
    if num_attn_1_2 <= 1 and num_attn_1_3 == 2:
        return 0
    if 2 <= num_attn_1_2 <= 4 and num_attn_1_3 == 4:
        return 1
    if num_attn_1_2 <= 3 and num_attn_1_3 <= 1:
        return 13
    if num_attn_1_3 == 0:
        return 13
    return 12 if num_attn_1_2 <= 7 and num_attn_1_3 <= 3 else 10


# Layer 2
def attn_2_0(mlp_1_0: Position, key: Position) -> bool:
    if mlp_1_0 in {0, 1, 10}:
        return key == 3
    if mlp_1_0 == 2:
        return key == 8
    if mlp_1_0 in {4, 11}:
        return key == 6
    if mlp_1_0 == 6:
        return key == 13
    if mlp_1_0 == 7:
        return key == 12
    if mlp_1_0 == 12:
        return key == 9
    if mlp_1_0 == 13:
        return key == 10
    if mlp_1_0 in {14, 15}:
        return key == 1
    return key == 0


def attn_2_1(num_mlp_1_1: Position, key: Position) -> bool:
    if num_mlp_1_1 in {2, 4, 5, 11, 15}:
        return key == 0
    if num_mlp_1_1 == 12:
        return key == 5
    return key == 2


def attn_2_2(attn_1_1: Position, key: Position) -> bool:
    if attn_1_1 == 1:
        return key == 10
    if attn_1_1 in {2, 5, 11, 12}:
        return key == 14
    if attn_1_1 == 14:
        return key == 2
    return key == 0


def attn_2_3(num_mlp_1_0: Position, key: Position) -> bool:
    if num_mlp_1_0 == 2:
        return key == 2
    if num_mlp_1_0 == 4:
        return key == 8
    if num_mlp_1_0 == 8:
        return key == 5
    if num_mlp_1_0 in {10, 11}:
        return key == 4
    if num_mlp_1_0 == 14:
        return key == 3
    return key == 0


def num_attn_2_0(position: Position, key: Position) -> bool:
    if position in {0, 11}:
        return key == 0
    if position == 2:
        return key == 10
    if position in {4, 9}:
        return key == 1
    if position in {6, 10}:
        return key == 4
    if position == 8:
        return key == 2
    if position == 12:
        return key == 14
    if position == 13:
        return key == 3
    return key == 12


def num_attn_2_1(position: Position, key: Position) -> bool:
    if position in {0, 6, 9, 10}:
        return key == 0
    if position in {3, 7, 11}:
        return key == 14
    return key == 2


def num_attn_2_2(attn_1_0: Position, key: Position) -> bool:
    if attn_1_0 == 0:
        return key == 2
    if attn_1_0 == 3:
        return key == 13
    if attn_1_0 == 4:
        return key == 10
    if attn_1_0 == 8:
        return key == 4
    return key == 0


def num_attn_2_3(num_mlp_1_0: Position, key: Position) -> bool:
    if num_mlp_1_0 in {2, 4, 14}:
        return key == 9
    if num_mlp_1_0 in {8, 10}:
        return key == 11
    return key == 0


def mlp_2_0(mlp_1_0: Position, attn_2_3: Position) -> Position:
    if attn_2_3 not in {1, 2, 5, 11, 14}:
        return 12
    if mlp_1_0 in {1, 6} and attn_2_3 in {1, 2, 11, 14}:
        return 12
    if (mlp_1_0, attn_2_3) in {(2, 1), (4, 1), (7, 5), (8, 5), (9, 1)}:
        return 0
    if (mlp_1_0, attn_2_3) in {(7, 1), (10, 5), (11, 5), (11, 14), (14, 5)}:
        return 3
    if (mlp_1_0, attn_2_3) in {(5, 1), (9, 5), (9, 11), (9, 14), (14, 1)}:
        return 12
    if (mlp_1_0, attn_2_3) in {(2, 5), (12, 11), (15, 1)}:
        return 2
    if (mlp_1_0, attn_2_3) in {(12, 1), (13, 5)}:
        return 5
    if (mlp_1_0, attn_2_3) in {(1, 5), (3, 1)}:
        return 7
    if (mlp_1_0, attn_2_3) in {(0, 1), (14, 14)}:
        return 13
    if mlp_1_0 == 10 and attn_2_3 == 1:
        return 0
    if mlp_1_0 == 13 and attn_2_3 == 1:
        return 1
    if mlp_1_0 == 3 and attn_2_3 == 5:
        return 6
    if mlp_1_0 == 12 and attn_2_3 == 5:
        return 8
    return 10 if mlp_1_0 == 15 and attn_2_3 == 5 else 4


def mlp_2_1(position: Position, mlp_1_0: Position) -> Position:
    if position in {4, 7} and mlp_1_0 in {0, 8, 9}:
        return 10
    if (position, mlp_1_0) in {(1, 4), (5, 2), (6, 0), (6, 8), (6, 13)}:
        return 10
    if (position, mlp_1_0) in {(8, 14), (9, 9), (9, 13), (10, 2), (15, 0)}:
        return 10
    if (position, mlp_1_0) in {(1, 0), (3, 13), (4, 3), (10, 7), (13, 14)}:
        return 14
    if (position, mlp_1_0) in {(5, 15), (8, 8), (9, 12), (11, 4), (13, 4)}:
        return 15
    if (position, mlp_1_0) in {(3, 4), (5, 14), (7, 11), (9, 15), (11, 7)}:
        return 7
    if (position, mlp_1_0) in {(11, 1), (11, 5), (11, 13), (15, 4), (15, 12)}:
        return 10
    if (position, mlp_1_0) in {(2, 0), (8, 13), (14, 0), (15, 14)}:
        return 1
    if (position, mlp_1_0) in {(2, 10), (4, 13), (6, 12)}:
        return 3
    if (position, mlp_1_0) in {(12, 4), (13, 8), (13, 12)}:
        return 6
    if (position, mlp_1_0) in {(9, 2), (12, 8), (14, 6)}:
        return 9
    if position in {2, 5} and mlp_1_0 == 4:
        return 14
    if position in {3, 5} and mlp_1_0 in {2, 13}:
        return 15
    if (position, mlp_1_0) in {(8, 3), (10, 0)}:
        return 4
    if (position, mlp_1_0) in {(10, 5), (12, 0)}:
        return 5
    if (position, mlp_1_0) in {(14, 9), (15, 10)}:
        return 8
    if position == 14 and mlp_1_0 == 14:
        return 0
    if position == 7 and mlp_1_0 == 14:
        return 7
    if position == 11 and mlp_1_0 == 14:
        return 10
    if position == 6 and mlp_1_0 == 4:
        return 11
    return 13 if position == 6 and mlp_1_0 == 14 else 12


def num_mlp_2_0(num_attn_2_1: int) -> Position:
    num_attn_2_1 = min(num_attn_2_1, 16)
    if num_attn_2_1 <= 1:
        return 1
    if num_attn_2_1 == 2:
        return 6
    if num_attn_2_1 == 6:
        return 12
    return 4 if num_attn_2_1 == 7 else 8


def num_mlp_2_1(num_attn_1_1: int, num_attn_2_1: int) -> Position:
    num_attn_1_1, num_attn_2_1 = min(num_attn_1_1, 16), min(num_attn_2_1, 16)
    if num_attn_1_1 == 9 and num_attn_2_1 == 4:
        return 14
    if num_attn_1_1 == 9 and num_attn_2_1 == 0:
        return 14
    if num_attn_1_1 == 7 and num_attn_2_1 == 2:
        return 14
    if num_attn_1_1 == 0 and num_attn_2_1 == 8:
        return 14
    if num_attn_1_1 == 6 and num_attn_2_1 == 0:
        return 13
    if num_attn_1_1 == 0 and num_attn_2_1 == 1:
        return 13
    if num_attn_1_1 == 5 and num_attn_2_1 == 5:
        return 11
    if num_attn_1_1 == 4 and num_attn_2_1 == 1:
        return 11
    if num_attn_1_1 == 0 and num_attn_2_1 == 7:
        return 11
    if 11 <= num_attn_1_1 <= 13 and num_attn_2_1 == 2:
        return 10
    if num_attn_1_1 == 11 and num_attn_2_1 == 4:
        return 10
    if num_attn_1_1 == 10 and num_attn_2_1 == 10:
        return 10
    if 9 <= num_attn_1_1 <= 10 and num_attn_2_1 == 0:
        return 10
    if num_attn_1_1 == 6 and num_attn_2_1 == 8:
        return 10
    if num_attn_1_1 == 5 and num_attn_2_1 == 9:
        return 10
    if num_attn_1_1 == 4 and num_attn_2_1 == 10:
        return 10
    if num_attn_1_1 == 4 and num_attn_2_1 == 4:
        return 10
    if num_attn_1_1 == 3 and num_attn_2_1 == 0:
        return 9
    if num_attn_1_1 == 9 and num_attn_2_1 == 9:
        return 8
    if num_attn_1_1 == 9 and 4 <= num_attn_2_1 <= 5:
        return 8
    if num_attn_1_1 == 8 and num_attn_2_1 == 1:
        return 8
    if num_attn_1_1 == 6 and num_attn_2_1 == 3:
        return 8
    if num_attn_1_1 == 11 and num_attn_2_1 == 3:
        return 7
    if num_attn_1_1 == 11 and num_attn_2_1 == 11:
        return 6
    if num_attn_1_1 == 8 and num_attn_2_1 == 7:
        return 6
    if num_attn_1_1 == 7 and num_attn_2_1 == 6:
        return 6
    if 4 <= num_attn_1_1 <= 5 and num_attn_2_1 == 4:
        return 6
    if 3 <= num_attn_1_1 <= 4 and num_attn_2_1 == 0:
        return 5
    if num_attn_1_1 == 1 and num_attn_2_1 == 0:
        return 5
    if num_attn_1_1 == 9 and 4 <= num_attn_2_1 <= 6:
        return 4
    if num_attn_1_1 == 6 and num_attn_2_1 == 6:
        return 3
    if 1 <= num_attn_1_1 <= 2 and 8 <= num_attn_2_1 <= 10:
        return 2
    if num_attn_1_1 <= 4 and num_attn_2_1 == 8:
        return 2
    if 4 <= num_attn_1_1 <= 7 and num_attn_2_1 == 8:
        return 0
    if num_attn_1_1 == 4 and 4 <= num_attn_2_1 <= 5:
        return 0
    if 3 <= num_attn_1_1 <= 5 and num_attn_2_1 == 0:
        return 0
    if num_attn_1_1 == 3 and num_attn_2_1 == 6:
        return 0
    if num_attn_1_1 == 1 and num_attn_2_1 == 4:
        return 0
    if num_attn_1_1 <= 1 and num_attn_2_1 == 1:
        return 0
    if 3 <= num_attn_1_1 <= 8 and num_attn_2_1 == 0:
        return 15
    if num_attn_1_1 == 10 and 3 <= num_attn_2_1 <= 4:
        return 11
    if 8 <= num_attn_1_1 <= 10 and num_attn_2_1 == 5:
        return 4
    if num_attn_1_1 == 6 and 6 <= num_attn_2_1 <= 9:
        return 0
    if 4 <= num_attn_1_1 <= 5 and 8 <= num_attn_2_1 <= 10:
        return 0
    if num_attn_1_1 == 3 and 2 <= num_attn_2_1 <= 3:
        return 0
    if num_attn_1_1 == 0 and 6 <= num_attn_2_1 <= 9:
        return 0
    if 6 <= num_attn_1_1 <= 8 and 6 <= num_attn_2_1 <= 8:
        return 14
    if 11 <= num_attn_1_1 <= 12 and 2 <= num_attn_2_1 <= 3:
        return 10
    if 2 <= num_attn_1_1 <= 4 and 10 <= num_attn_2_1 <= 11:
        return 0
    if num_attn_1_1 == 0 and 1 <= num_attn_2_1 <= 12:
        return 10
    return 13 if num_attn_1_1 == 2 and num_attn_2_1 <= 7 else 2


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #           "F"  "P"  "T"
    "tokens": {
        "<s>": (  0,   0,   0),
        "(":   ( 14,  12, -26),
        ")":   ( 22, -24,   1),
        "{":   (  9,   1,  -9),
        "}":   (-16,   6,  10),
    },
    "positions": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     ( -5,   1,   4),
        3:     (  1,   7,  -8),
        4:     (-12,   3,   9),
        5:     (  2,   6,  -9),
        6:     (  3,  -3,   0),
        7:     (  7,   2,  -9),
        8:     (  2,   7,  -9),
        9:     (  7,   2, -10),
        10:    ( 25, -40,  14),
        11:    (-11,  19,  -8),
        12:    ( -8,   4,   4),
        13:    (  8,  -1,  -7),
        14:    (  9, -19,  11),
        15:    (  1,   6,  -7),
    },
    "attn_0_0": {
        0:     (-10,  -8,  18),
        1:     (  0,   0,   0),
        2:     (  7,  10, -17),
        3:     (  8,  -1,  -7),
        4:     (  2,   6,  -9),
        5:     ( 15, -21,   6),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  8,   8, -16),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_0_1": {
        "<s>": ( 33,  -5, -28),
        "(":   (-29,  19,  10),
        ")":   (  0,   0,   0),
        "{":   ( 13, -15,   2),
        "}":   ( 14,  -4,  -9),
    },
    "attn_0_2": {
        "<s>": (  0,   0,   0),
        "(":   (  5,  -5,   0),
        ")":   ( 12,   8, -20),
        "{":   (  1, -15,  14),
        "}":   ( 12,   7, -19),
    },
    "attn_0_3": {
        0:     (  7,  -9,   2),
        1:     ( -1,   0,   0),
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
        13:    ( 13, -13,   1),
        14:    (  2,  21, -22),
        15:    (  8,  -4,  -4),
    },
    "mlp_0_0": {
        0:     (  4,  -3,  -1),
        1:     ( -4,   4,   0),
        2:     (  7,   1,  -7),
        3:     (  8,  -4,  -4),
        4:     (  2, -12,  10),
        5:     ( -6,   0,   5),
        6:     (  0,   0,   0),
        7:     ( 11, -11,   0),
        8:     (  4,  -2,  -2),
        9:     (  4,  -7,   3),
        10:    (  5,   0,  -5),
        11:    (-18,  19,  -1),
        12:    (  0,   0,   0),
        13:    ( -3,  10,  -7),
        14:    (  9,  -1,  -8),
        15:    (  5,   1,  -7),
    },
    "mlp_0_1": {
        0:     (  0,   0,   0),
        1:     (  3,  -3,   0),
        2:     ( 19, -19,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  7,   9, -16),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  3,  -1,  -3),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    ( -3,   8,  -6),
        15:    (  0,   0,   0),
    },
    "num_mlp_0_0": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (  6, -18,  11),
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
        14:    ( 23,  13, -36),
        15:    (  0,   0,   0),
    },
    "num_mlp_0_1": {
        0:     (  0,   6,  -6),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     ( 30, -12, -18),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_1_0": {
        0:     (-11,  11,   0),
        1:     (  4,   0,  -4),
        2:     ( -3,   1,   2),
        3:     (  3,  -2,  -1),
        4:     ( -8,  11,  -3),
        5:     ( 14,   7, -21),
        6:     ( -3,   4,  -1),
        7:     ( -2,  -2,   4),
        8:     (  0,   0,   0),
        9:     (  7,  -6,  -1),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    ( 30, -30,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_1_1": {
        0:     (  0,   0,   0),
        1:     ( 48,  23, -71),
        2:     (  2,  -1,  -1),
        3:     (  0,   0,   0),
        4:     ( 18, -20,   3),
        5:     (-14,   0,  13),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (-13,  -1,  14),
        12:    (  3,  -4,   1),
        13:    (  0,   0,   0),
        14:    (-14,  -3,  16),
        15:    (  0,   0,   0),
    },
    "attn_1_2": {
        0:     (  0,   0,   0),
        1:     (  4,   6, -10),
        2:     ( 10,  -8,  -2),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  2,  -2,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  7,   3, -10),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  6,  -4,  -2),
        15:    (  0,   0,   0),
    },
    "attn_1_3": {
        "<s>": (  7,  -4,  -4),
        "(":   ( -1,   9,  -8),
        ")":   (  3,   0,  -4),
        "{":   ( 15,  -4, -11),
        "}":   (  5,  -7,   2),
    },
    "mlp_1_0": {
        0:     ( 20, -12,  -8),
        1:     (  5, -10,   4),
        2:     ( 10,  -1,  -9),
        3:     (  0,   0,   0),
        4:     ( -3,  11,  -8),
        5:     (  0,   0,   0),
        6:     ( 10, -22,  12),
        7:     (  5,   2,  -7),
        8:     (  7,   1,  -8),
        9:     (  0,   0,   0),
        10:    (  3,   0,  -3),
        11:    (-12,   9,   3),
        12:    (-14,  17,  -3),
        13:    (-12,   1,  11),
        14:    ( 14,  -5,  -8),
        15:    ( -3,   5,  -2),
    },
    "mlp_1_1": {
        0:     (  7,  -5,  -2),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     (  7,   3, -10),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     ( 10,  -8,  -2),
        8:     (  0,   0,   0),
        9:     (  4,   6, -10),
        10:    (  0,   0,   0),
        11:    (  2,  -2,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "num_mlp_1_0": {
        0:     (  0,   0,   0),
        1:     (  0,   0,   0),
        2:     (-46,  44,   2),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     ( 33, -16, -17),
        9:     (  0,   0,   0),
        10:    ( 33, -14, -19),
        11:    (  0,   0,   0),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  9, -19,   9),
        15:    (  0,   0,   0),
    },
    "num_mlp_1_1": {
        0:     ( -1,  -3,   4),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     ( -2,   4,  -2),
        4:     (  0,   0,   0),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  5,   4,  -9),
        8:     (-16,  -1,  16),
        9:     ( -8,  11,  -3),
        10:    ( 17, -17,   0),
        11:    (  0,   0,   0),
        12:    ( 54, -31, -23),
        13:    (  2,  12, -14),
        14:    (-22,  15,   7),
        15:    (  0,   0,   0),
    },
    "attn_2_0": {
        0:     (  1,   0,  -1),
        1:     ( 10,   0, -10),
        2:     ( -5,  -2,   7),
        3:     (  5,  13, -18),
        4:     (  6,  -4,  -3),
        5:     ( -8,  -3,  11),
        6:     (  0,   0,   0),
        7:     (  9,  -9,   0),
        8:     (  0,   0,   0),
        9:     ( -3,   3,   0),
        10:    (  2,   3,  -6),
        11:    (  0,   0,   0),
        12:    ( -1,   1,   0),
        13:    (  0,   0,   0),
        14:    ( 11,  -8,  -2),
        15:    (  2,   0,  -2),
    },
    "attn_2_1": {
        0:     (  0,   0,   0),
        1:     (-93,  69,  24),
        2:     (110, -69, -41),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     ( 13,  -5,  -8),
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
    "attn_2_2": {
        0:     ( 15,   0, -15),
        1:     (  0,   0,   0),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     ( -1,   7,  -6),
        5:     (  0,   0,   0),
        6:     (  0,   0,   0),
        7:     (  3,  -3,   0),
        8:     (  0,   0,   0),
        9:     (-21,   4,  17),
        10:    (  0,   0,   0),
        11:    ( 34, -14, -20),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "attn_2_3": {
        0:     (  0,   0,   0),
        1:     (-13,  37, -25),
        2:     (  8,  -7,  -1),
        3:     (  0,   0,   0),
        4:     (  0,   0,   0),
        5:     (-18,  -6,  25),
        6:     (  0,   0,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    ( 46, -20, -26),
        12:    (  0,   0,   0),
        13:    (  0,   0,   0),
        14:    (  7, -10,   3),
        15:    (  0,   0,   0),
    },
    "mlp_2_0": {
        0:     (  4,  -4,   0),
        1:     ( 17,  16, -33),
        2:     ( 10,  -5,  -4),
        3:     ( -9, -10,  19),
        4:     ( 10, -13,   3),
        5:     ( 20, -15,  -5),
        6:     (  0,   0,   0),
        7:     (-12,  20,  -8),
        8:     (  6,  -6,   0),
        9:     (  0,   0,   0),
        10:    (  4, -11,   7),
        11:    (  0,   0,   0),
        12:    (-16,  13,   4),
        13:    ( -4,  11,  -7),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "mlp_2_1": {
        0:     (  0,   0,   0),
        1:     ( 17,  -9,  -8),
        2:     (  0,   0,   0),
        3:     (  0,  -4,   4),
        4:     (-13,  15,  -2),
        5:     (  0,   0,   0),
        6:     (  4,  -4,   0),
        7:     (  0,   0,   0),
        8:     (  0,   0,   0),
        9:     ( -9,   4,   5),
        10:    (  8, -10,   2),
        11:    (  0,   0,   0),
        12:    (  6,  -1,  -5),
        13:    ( 13,  -5,  -8),
        14:    (  0,   0,   0),
        15:    (  5,   9, -13),
    },
    "num_mlp_2_0": {
        0:     (  0,   0,   0),
        1:     (  3, -10,   7),
        2:     (  0,   0,   0),
        3:     (  0,   0,   0),
        4:     ( -4,  -1,   5),
        5:     (  0,   0,   0),
        6:     ( 18, -21,   4),
        7:     (  0,   0,   0),
        8:     ( 24,   7, -31),
        9:     (  0,   0,   0),
        10:    (  0,   0,   0),
        11:    (  0,   0,   0),
        12:    (-11,  20,  -9),
        13:    (  0,   0,   0),
        14:    (  0,   0,   0),
        15:    (  0,   0,   0),
    },
    "num_mlp_2_1": {
        0:     ( 50, -38, -12),
        1:     (  0,   0,   0),
        2:     ( -2,  11,  -8),
        3:     ( 30, -21,  -9),
        4:     ( 14,  26, -40),
        5:     ( -3,   7,  -4),
        6:     ( -7, -84,  91),
        7:     ( 13, -13,   0),
        8:     (-10,  21, -11),
        9:     ( -9,  10,  -1),
        10:    ( -6,   7,  -1),
        11:    ( 14,  -6,  -8),
        12:    (  0,   0,   0),
        13:    (-26, -15,  41),
        14:    (-11,  28, -17),
        15:    (-18,  61, -43),
    },
}
UNIT_VOTES: dict[str, Sequence[int]] = {
    #                "F"  "P"  "T"
    "ones":         ( 30,  -5, -24),
    "num_attn_0_0": ( -1,  -1,   2),
    "num_attn_0_1": (  4,  -1,  -2),
    "num_attn_0_2": (  1,  -1,   0),
    "num_attn_0_3": (  6, -18,  11),
    "num_attn_1_0": (  0,   1,  -1),
    "num_attn_1_1": ( -2,   2,  -1),
    "num_attn_1_2": (  3,  -3,   0),
    "num_attn_1_3": (  0,   3,  -3),
    "num_attn_2_0": (  2,   0,  -2),
    "num_attn_2_1": (  3,  -3,  -1),
    "num_attn_2_2": ( -1,   1,   0),
    "num_attn_2_3": (  0,   0,  -1),
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
    x.attn_0_0 = attend_past(attn_0_0, x.positions, x.positions, x.positions)
    x.attn_0_1 = attend_past(attn_0_1, x.tokens, x.tokens, x.tokens)
    x.attn_0_2 = attend_past(attn_0_2, x.positions, x.positions, x.tokens)
    x.attn_0_3 = attend_past(attn_0_3, x.tokens, x.positions, x.positions)
    x.num_attn_0_0 = count_past(num_attn_0_0, x.positions, x.tokens, x.ones)
    x.num_attn_0_1 = count_past(num_attn_0_1, x.positions, x.tokens, x.ones)
    x.num_attn_0_2 = count_past(num_attn_0_2, x.positions, x.tokens, x.ones)
    x.num_attn_0_3 = count_past(num_attn_0_3, x.tokens, x.tokens, x.ones)
    x.mlp_0_0 = list(map(mlp_0_0, x.positions, x.attn_0_1))
    x.mlp_0_1 = list(map(mlp_0_1, x.tokens, x.attn_0_2))
    x.num_mlp_0_0 = list(map(num_mlp_0_0, x.ones, x.num_attn_0_3))
    x.num_mlp_0_1 = list(map(num_mlp_0_1, x.num_attn_0_1))
    x.attn_1_0 = attend_past(attn_1_0, x.mlp_0_0, x.mlp_0_0, x.positions)
    x.attn_1_1 = attend_past(attn_1_1, x.mlp_0_1, x.num_mlp_0_0, x.mlp_0_1)
    x.attn_1_2 = attend_past(attn_1_2, x.mlp_0_1, x.positions, x.mlp_0_1)
    x.attn_1_3 = attend_past(attn_1_3, x.mlp_0_0, x.mlp_0_0, x.attn_0_2)
    x.num_attn_1_0 = count_past(num_attn_1_0, x.mlp_0_1, x.attn_0_3, x.num_attn_0_2)
    x.num_attn_1_1 = count_past(num_attn_1_1, x.positions, x.num_mlp_0_0, x.ones)
    x.num_attn_1_2 = count_past(num_attn_1_2, x.mlp_0_1, x.mlp_0_1, x.ones)
    x.num_attn_1_3 = count_past(
        num_attn_1_3, x.positions, x.num_mlp_0_1, x.num_attn_0_3
    )
    x.mlp_1_0 = list(map(mlp_1_0, x.positions, x.mlp_0_1))
    x.mlp_1_1 = list(map(mlp_1_1, x.attn_1_2))
    x.num_mlp_1_0 = list(map(num_mlp_1_0, x.ones, x.num_attn_1_2))
    x.num_mlp_1_1 = list(map(num_mlp_1_1, x.num_attn_1_2, x.num_attn_1_3))
    x.attn_2_0 = attend_past(attn_2_0, x.mlp_1_0, x.positions, x.mlp_0_0)
    x.attn_2_1 = attend_past(attn_2_1, x.num_mlp_1_1, x.mlp_0_1, x.mlp_0_1)
    x.attn_2_2 = attend_past(attn_2_2, x.attn_1_1, x.num_mlp_1_0, x.mlp_1_1)
    x.attn_2_3 = attend_past(attn_2_3, x.num_mlp_1_0, x.positions, x.mlp_0_1)
    x.num_attn_2_0 = count_past(num_attn_2_0, x.positions, x.mlp_1_0, x.ones)
    x.num_attn_2_1 = count_past(num_attn_2_1, x.positions, x.num_mlp_0_0, x.ones)
    x.num_attn_2_2 = count_past(num_attn_2_2, x.attn_1_0, x.attn_0_3, x.ones)
    x.num_attn_2_3 = count_past(num_attn_2_3, x.num_mlp_1_0, x.mlp_1_1, x.num_attn_1_1)
    x.mlp_2_0 = list(map(mlp_2_0, x.mlp_1_0, x.attn_2_3))
    x.mlp_2_1 = list(map(mlp_2_1, x.positions, x.mlp_1_0))
    x.num_mlp_2_0 = list(map(num_mlp_2_0, x.num_attn_2_1))
    x.num_mlp_2_1 = list(map(num_mlp_2_1, x.num_attn_1_1, x.num_attn_2_1))
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
