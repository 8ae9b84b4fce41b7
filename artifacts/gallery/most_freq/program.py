"""A learned Transformer Program for most_freq

Task: most_freq
Accuracy: 78.95 % of the labels of 2,000 held-out sequences.
Learned from 16,200 sequences: 4 warm starts of 15 epochs, then 40 rounds of discrete search, seed 0.
"""

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Literal, get_args

Token = Literal["<s>", "0", "1", "2", "3", "4", "5"]
Position = Literal[0, 1, 2, 3, 4, 5, 6, 7]
Label = Literal["0", "1", "2", "3", "4", "5", "<s>"]
PREFIX, SYMBOLS = ["<s>"], get_args(Token)[1:]
MIN_LENGTH, MAX_LENGTH = 1, 7
Observe = Callable[[str, Sequence[object]], None]
Head = Callable[[Any, Any], bool]
Column = list[Any]


@lru_cache(maxsize=4096)
def matches(head: Head, query: Any, keys: tuple[Any, ...]) -> list[int]:
    """Return where the keys are that a query value wants."""
    return [j for j, k in enumerate(keys) if head(query, k)]


def attend(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the nearest match: left before right, itself last, else 0."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [
        value[min(found[q], key=lambda j: (j == i, abs(j - i)), default=0)]
        for i, q in enumerate(query)
    ]


def attend_past(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the nearest match to the left, itself last, else position 0."""
    keys = tuple(key)
    found = {q: matches(head, q, keys) for q in set(query)}
    past = [[j for j in found[q] if j < i] for i, q in enumerate(query)]
    own = [i if i in found[q] else 0 for i, q in enumerate(query)]
    return [value[js[-1] if js else own[i]] for i, js in enumerate(past)]


def count(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over all matches."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [sum(value[j] for j in found[q]) for q in query]


def count_past(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over the matches up to here."""
    keys = tuple(key)
    found = {q: matches(head, q, keys) for q in set(query)}
    return [sum([value[j] for j in found[q] if j <= i]) for i, q in enumerate(query)]


# Layer 0
def attn_0_0(position: Position, key: Position) -> bool:
    if position == 0:
        return key in {4, 5}
    if position == 1:
        return key == 5
    if position in {2, 3}:
        return key == 2
    if position == 4:
        return key in {1, 5}
    if position == 7:
        return key == 6
    return key == 3


def attn_0_1(token: Token, key: Token) -> bool:
    if token == "0":
        return key in {"0", "1"}
    if token == "2":
        return key in {"1", "2", "5"}
    if token == "3":
        return key == "3"
    if token == "4":
        return key == "4"
    if token == "5":
        return key == "5"
    return key == "1"


def attn_0_2(position: Position, key: Position) -> bool:
    if position == 0:
        return key == 0
    if position == 3:
        return key == 2
    if position == 4:
        return key in {4, 5}
    if position == 5:
        return key in {5, 6}
    if position == 6:
        return key in {6, 7}
    if position == 7:
        return key == 5
    return key == 1


def attn_0_3(position: Position, key: Token) -> bool:
    if position == 0:
        return key == "3"
    if position == 1:
        return key == "0"
    if position == 2:
        return key == "5"
    if position in {6, 7}:
        return key == "<s>"
    return key == "4"


def num_attn_0_0(position: Position, key: Token) -> bool:
    if position == 0:
        return key == "<s>"
    if position == 1:
        return key in {"2", "3"}
    if position == 2:
        return False
    if position == 3:
        return key == "0"
    if position == 6:
        return key != "5"
    if position == 7:
        return key in {"0", "2"}
    return key in {"<s>", "0"}


def num_attn_0_1(position: Position, key: Token) -> bool:
    if position == 1:
        return key == "4"
    return key == "5"


def num_attn_0_2(position: Position, key: Token) -> bool:
    if position == 0:
        return key in {"<s>", "3"}
    if position == 1:
        return key == "2"
    if position == 2:
        return key == "<s>"
    if position == 6:
        return False
    if position == 7:
        return key in {"<s>", "0"}
    return key == "3"


def num_attn_0_3(position: Position, key: Token) -> bool:
    if position == 0:
        return key == "3"
    if position == 1:
        return key == "1"
    if position == 2:
        return key == "<s>"
    if position == 7:
        return False
    return key == "2"


def mlp_0_0(position: Position) -> Position:
    if position in {0, 2}:
        return 5
    if position == 1:
        return 7
    if position == 4:
        return 3
    return 6 if position == 6 else 4


def mlp_0_1(position: Position, attn_0_3: Token) -> Position:
    if (position, attn_0_3) in {(0, "<s>"), (0, "3"), (2, "5"), (3, "4")}:
        return 0
    if (position, attn_0_3) in {(5, "<s>"), (5, "4"), (6, "<s>"), (7, "0")}:
        return 6
    if position in {2, 3} and attn_0_3 == "<s>":
        return 0
    if position == 1 and attn_0_3 in {"<s>", "0"}:
        return 4
    if position == 7 and attn_0_3 == "<s>":
        return 6
    return 7 if attn_0_3 == "<s>" else 1


def num_mlp_0_0(num_attn_0_2: int, num_attn_0_3: int) -> Position:
    num_attn_0_2, num_attn_0_3 = min(num_attn_0_2, 8), min(num_attn_0_3, 8)
    if num_attn_0_3 == 0:
        return 6
    if num_attn_0_2 <= 2 and num_attn_0_3 == 1:
        return 4
    if num_attn_0_2 <= 2 and num_attn_0_3 == 2:
        return 2
    if num_attn_0_2 <= 2 and 3 <= num_attn_0_3 <= 4:
        return 0
    if num_attn_0_2 == 3 and num_attn_0_3 == 2:
        return 7
    if num_attn_0_2 == 4 and num_attn_0_3 == 1:
        return 3
    if num_attn_0_2 == 4 and num_attn_0_3 == 3:
        return 4
    return 6 if num_attn_0_2 == 5 and num_attn_0_3 == 4 else 1


def num_mlp_0_1(num_attn_0_1: int, num_attn_0_2: int) -> Position:
    num_attn_0_1, num_attn_0_2 = min(num_attn_0_1, 8), min(num_attn_0_2, 8)
    if num_attn_0_1 == 1 and num_attn_0_2 == 6:
        return 7
    if num_attn_0_1 == 1 and num_attn_0_2 == 0:
        return 7
    if num_attn_0_1 == 5 and num_attn_0_2 == 0:
        return 5
    if num_attn_0_1 == 3 and num_attn_0_2 == 3:
        return 5
    if num_attn_0_1 == 0 and num_attn_0_2 == 0:
        return 5
    if 3 <= num_attn_0_1 <= 5 and num_attn_0_2 == 2:
        return 4
    if num_attn_0_1 == 0 and num_attn_0_2 == 4:
        return 2
    if num_attn_0_1 == 3 and 3 <= num_attn_0_2 <= 4:
        return 1
    if num_attn_0_1 == 0 and num_attn_0_2 == 2:
        return 1
    if num_attn_0_1 <= 1 and 2 <= num_attn_0_2 <= 4:
        return 7
    if 2 <= num_attn_0_1 <= 4 and num_attn_0_2 == 1:
        return 3
    if num_attn_0_1 == 2 and 3 <= num_attn_0_2 <= 5:
        return 0
    if num_attn_0_1 <= 2 and 2 <= num_attn_0_2 <= 5:
        return 1
    return 4 if 2 <= num_attn_0_1 <= 4 and num_attn_0_2 <= 3 else 6


# Layer 1
def attn_1_0(position: Position, key: Token) -> bool:
    if position <= 2:
        return key == "3"
    if position == 7:
        return key == "5"
    return key == "<s>"


def attn_1_1(position: Position, key: Token) -> bool:
    if position == 0:
        return key == "4"
    if position == 1:
        return key in {"0", "5"}
    if position in {2, 7}:
        return key == "<s>"
    return key == "1"


def attn_1_2(position: Position, key: Position) -> bool:
    if position in {0, 1, 2, 7}:
        return key == 0
    return key == 5


def attn_1_3(mlp_0_1: Position, key: Position) -> bool:
    if mlp_0_1 in {1, 7}:
        return key == 7
    if mlp_0_1 == 6:
        return key == 4
    return key == 0


def num_attn_1_0(attn_0_1: Token, key: Token) -> bool:
    if attn_0_1 == "<s>":
        return key == "<s>"
    if attn_0_1 == "0":
        return key in {"0", "1"}
    return key == "0"


def num_attn_1_1(mlp_0_1: Position, key: Position) -> bool:
    if mlp_0_1 == 0:
        return key == 0
    if mlp_0_1 == 1:
        return False
    if mlp_0_1 == 2:
        return key in {3, 4, 5, 7}
    if mlp_0_1 == 3:
        return key >= 5
    if mlp_0_1 in {4, 5}:
        return key in {4, 6}
    return key == 6


def num_attn_1_2(position: Position, key: Token) -> bool:
    if position == 0:
        return key in {"<s>", "0", "3", "5"}
    if position == 1:
        return key in {"<s>", "3"}
    if position == 6:
        return key in {"1", "5"}
    if position == 7:
        return key == "0"
    return False


def num_attn_1_3(attn_0_3: Token, key: Token) -> bool:
    if attn_0_3 == "<s>":
        return key == "<s>"
    if attn_0_3 == "0":
        return key == "0"
    if attn_0_3 == "1":
        return key == "1"
    if attn_0_3 == "4":
        return key == "4"
    if attn_0_3 == "5":
        return key == "5"
    return key == "2"


def mlp_1_0(position: Position, num_mlp_0_1: Position) -> Position:
    if (position, num_mlp_0_1) in {(1, 3), (1, 4), (5, 0), (5, 5), (6, 4)}:
        return 3
    if (position, num_mlp_0_1) in {(4, 0), (5, 4), (5, 6), (7, 3), (7, 6)}:
        return 1
    if (position, num_mlp_0_1) in {(1, 6), (2, 1), (3, 0), (3, 3), (5, 1)}:
        return 2
    if (position, num_mlp_0_1) in {(3, 7), (4, 1), (4, 5), (4, 6), (5, 7)}:
        return 7
    if position == 1 and num_mlp_0_1 in {0, 1, 5, 7}:
        return 0
    if (position, num_mlp_0_1) in {(2, 3), (3, 4), (3, 5), (4, 7)}:
        return 5
    if 3 <= position <= 5 and num_mlp_0_1 in {1, 3}:
        return 6
    return 3 if position == 6 and num_mlp_0_1 in {5, 7} else 4


def mlp_1_1(attn_1_0: Token, attn_1_1: Token) -> Position:
    if (attn_1_0, attn_1_1) in {("<s>", "<s>"), ("<s>", "3"), ("1", "5")}:
        return 5
    if attn_1_0 in {"<s>", "3"} and attn_1_1 == "0":
        return 3
    if (attn_1_0, attn_1_1) in {("1", "3"), ("3", "<s>")}:
        return 2
    if attn_1_0 in {"1", "3"} and attn_1_1 in {"<s>", "5"}:
        return 7
    if attn_1_0 == "3" and attn_1_1 == "3":
        return 1
    if attn_1_0 == "<s>" and attn_1_1 == "5":
        return 4
    return 6 if attn_1_0 == "1" and attn_1_1 == "0" else 0


def num_mlp_1_0(num_attn_1_2: int) -> Position:
    if num_attn_1_2 >= 8:
        return 0
    if num_attn_1_2 == 3:
        return 1
    if num_attn_1_2 <= 1:
        return 2
    if num_attn_1_2 <= 2:
        return 3
    if num_attn_1_2 == 5:
        return 4
    return 6 if num_attn_1_2 == 7 else 7


def num_mlp_1_1(num_attn_0_1: int) -> Position:
    if num_attn_0_1 == 0:
        return 0
    if 5 <= num_attn_0_1 <= 7:
        return 2
    if num_attn_0_1 == 4:
        return 3
    return 5 if num_attn_0_1 == 3 else 4


# Layer 2
def attn_2_0(position: Position, key: Position) -> bool:
    if position == 5:
        return key == 2
    if position == 6:
        return key == 7
    return key == 0


def attn_2_1(position: Position, key: Position) -> bool:
    if position in {0, 1, 2, 7}:
        return key == 0
    return key == 7


def attn_2_2(num_mlp_0_0: Position, key: Position) -> bool:
    if num_mlp_0_0 in {0, 2}:
        return key == 5
    if num_mlp_0_0 == 1:
        return key >= 5
    if num_mlp_0_0 == 3:
        return key in {2, 4, 7}
    if num_mlp_0_0 == 5:
        return key == 0
    if num_mlp_0_0 == 7:
        return key == 4
    return key == 7


def attn_2_3(attn_0_1: Token, key: Position) -> bool:
    if attn_0_1 == "<s>":
        return key == 0
    if attn_0_1 == "4":
        return key == 6
    return key == 7


def num_attn_2_0(position: Position, key: Position) -> bool:
    if position in {0, 5}:
        return key == 0
    if position == 1:
        return key in {1, 3, 4, 5}
    if position == 2:
        return key in {0, 4}
    if position == 3:
        return key in {0, 1, 3, 4, 7}
    if position == 4:
        return key in {2, 5, 6, 7}
    return key == 2


def num_attn_2_1(attn_0_2: Token, key: Token) -> bool:
    if attn_0_2 == "5":
        return key == "<s>"
    return key == "5"


def num_attn_2_2(attn_0_2: Token, key: Position) -> bool:
    if attn_0_2 in {"<s>", "1"}:
        return key == 7
    if attn_0_2 == "3":
        return key in {4, 6}
    if attn_0_2 == "4":
        return False
    if attn_0_2 == "5":
        return key in {2, 6}
    return key == 6


def num_attn_2_3(attn_0_2: Token, key: Token) -> bool:
    if attn_0_2 == "2":
        return key == "<s>"
    return key == "2"


def mlp_2_0(position: Position, num_mlp_0_1: Position) -> Position:
    if position in {4, 5} and num_mlp_0_1 in {2, 3, 5}:
        return 6
    if (position, num_mlp_0_1) in {(1, 2), (1, 7), (3, 3), (5, 0), (5, 1)}:
        return 6
    if (position, num_mlp_0_1) in {(6, 4), (6, 5), (6, 7), (7, 1), (7, 7)}:
        return 6
    if (position, num_mlp_0_1) in {(3, 1), (7, 3), (7, 5), (7, 6)}:
        return 0
    if (position, num_mlp_0_1) in {(1, 5), (1, 6), (2, 3), (2, 6)}:
        return 7
    if position in {1, 4} and num_mlp_0_1 == 0:
        return 3
    if position in {1, 7} and num_mlp_0_1 in {0, 3}:
        return 1
    if position in {3, 4} and num_mlp_0_1 in {1, 5}:
        return 4
    return 5 if (position, num_mlp_0_1) in {(1, 1), (3, 4)} else 2


def mlp_2_1(position: Position, attn_2_2: Token) -> Position:
    if position == 3 and attn_2_2 in {"0", "1", "4", "5"}:
        return 2
    if position == 4 and attn_2_2 in {"1", "2", "3", "4"}:
        return 7
    if (position, attn_2_2) in {(1, "1"), (2, "2"), (6, "3"), (7, "1")}:
        return 2
    if (position, attn_2_2) in {(0, "<s>"), (1, "4"), (6, "5"), (7, "0")}:
        return 3
    if (position, attn_2_2) in {(1, "3"), (2, "4"), (4, "5"), (5, "4")}:
        return 4
    if (position, attn_2_2) in {(2, "0"), (2, "1"), (3, "3"), (6, "0")}:
        return 5
    if position in {2, 5, 6} and attn_2_2 in {"1", "3"}:
        return 7
    if (position, attn_2_2) in {(1, "0"), (1, "5"), (7, "2")}:
        return 6
    if position == 1:
        return 1
    if position in {5, 6} and attn_2_2 == "2":
        return 2
    if position == 7 and attn_2_2 == "3":
        return 3
    if position == 5 and attn_2_2 == "5":
        return 4
    if position == 6 and attn_2_2 == "4":
        return 5
    return 7 if position == 2 and attn_2_2 == "5" else 0


def num_mlp_2_0(num_attn_1_1: int, num_attn_2_1: int) -> Position:
    if num_attn_1_1 == 0 and num_attn_2_1 == 5:
        return 7
    if num_attn_1_1 == 3 and num_attn_2_1 == 3:
        return 6
    if num_attn_1_1 >= 8 and num_attn_2_1 >= 8:
        return 5
    if num_attn_1_1 == 2 and num_attn_2_1 == 5:
        return 5
    if num_attn_1_1 == 3 and 3 <= num_attn_2_1 <= 4:
        return 4
    if num_attn_1_1 == 1 and num_attn_2_1 == 0:
        return 4
    if num_attn_1_1 == 6 and num_attn_2_1 == 4:
        return 3
    if num_attn_1_1 == 4 and num_attn_2_1 == 2:
        return 3
    if num_attn_1_1 == 2 and num_attn_2_1 == 2:
        return 3
    if num_attn_1_1 == 1 and num_attn_2_1 == 4:
        return 3
    if num_attn_1_1 >= 8 and num_attn_2_1 == 0:
        return 2
    if num_attn_1_1 >= 8 and num_attn_2_1 == 4:
        return 1
    if num_attn_1_1 >= 8 and num_attn_2_1 == 2:
        return 1
    if num_attn_1_1 == 5 and num_attn_2_1 == 4:
        return 1
    if 1 <= num_attn_1_1 <= 2 and num_attn_2_1 == 4:
        return 1
    if num_attn_1_1 == 1 and num_attn_2_1 == 2:
        return 1
    if num_attn_1_1 == 0 and 5 <= num_attn_2_1 <= 7:
        return 1
    if 4 <= num_attn_1_1 <= 5 and num_attn_2_1 == 2:
        return 0
    if 3 <= num_attn_1_1 <= 4 and num_attn_2_1 == 1:
        return 0
    if 5 <= num_attn_1_1 <= 6 and num_attn_2_1 >= 8:
        return 5
    if 1 <= num_attn_1_1 <= 2 and num_attn_2_1 >= 8:
        return 5
    if num_attn_1_1 == 0 and 2 <= num_attn_2_1 <= 3:
        return 2
    if num_attn_1_1 == 3 and num_attn_2_1 <= 1:
        return 0
    if num_attn_1_1 >= 3 and num_attn_2_1 == 1:
        return 2
    if 2 <= num_attn_1_1 <= 7 and num_attn_2_1 <= 1:
        return 7
    return 5 if num_attn_1_1 <= 7 and 2 <= num_attn_2_1 <= 4 else 6


def num_mlp_2_1(num_attn_1_0: int, num_attn_1_1: int) -> Position:
    num_attn_1_0 = min(num_attn_1_0, 8)
    if num_attn_1_0 == 1 and num_attn_1_1 == 4:
        return 7
    if num_attn_1_0 == 4 and num_attn_1_1 == 3:
        return 6
    if 2 <= num_attn_1_0 <= 3 and num_attn_1_1 == 2:
        return 6
    if num_attn_1_0 == 0 and num_attn_1_1 == 2:
        return 5
    if num_attn_1_0 == 3 and num_attn_1_1 == 5:
        return 4
    if num_attn_1_0 == 2 and num_attn_1_1 >= 6:
        return 4
    if num_attn_1_0 == 1 and 6 <= num_attn_1_1 <= 7:
        return 2
    if num_attn_1_0 == 0 and num_attn_1_1 == 5:
        return 2
    if num_attn_1_0 <= 1 and num_attn_1_1 == 5:
        return 0
    if 3 <= num_attn_1_0 <= 4 and num_attn_1_1 == 0:
        return 7
    if num_attn_1_0 == 2 and 1 <= num_attn_1_1 <= 2:
        return 6
    if num_attn_1_0 == 1 and 1 <= num_attn_1_1 <= 2:
        return 0
    if 1 <= num_attn_1_0 <= 4 and 6 <= num_attn_1_1 <= 7:
        return 4
    if 1 <= num_attn_1_0 <= 4 and num_attn_1_1 <= 3:
        return 4
    return 1 if num_attn_1_0 == 0 else 6


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #             "0"    "1"    "2"    "3"    "4"    "5"  "<s>"
    "tokens": {
        "<s>": (   21,   -11,    17,    11,     2,    -7,   -32),
        "0":   (  468,  -151,  -168,   -76,   -31,  -129,    88),
        "1":   (   -5,   312,  -111,   -60,    24,   -21,  -139),
        "2":   (  -46,  -176,   526,   -55,   -59,  -112,   -78),
        "3":   (    7,   -59,   -44,   187,   -82,   -59,    51),
        "4":   (   57,   -86,   -50,   -18,   383,  -182,  -105),
        "5":   (  -57,   -13,  -139,   -40,   -98,   374,   -26),
    },
    "positions": {
        0:     (   -6,    -6,    11,    -6,     0,    -2,     7),
        1:     (  347,   667,   241,   189,   830,   322, -2597),
        2:     ( -849,   437,   346,   303,  1004,  -216, -1026),
        3:     (  593,    95,   273,   649,  -270,   244, -1584),
        4:     (   33,   -87,   -15,   390,  -335,  -391,   405),
        5:     (-1117,  -211,  -318,  -402,  -235,    -7,  2290),
        6:     ( 1576, -1082,  -358, -1174,  -726,   -24,  1789),
        7:     ( -156,  -122,  -119,  -141,   -75,   -63,   677),
    },
    "attn_0_0": {
        "<s>": ( -735,   662,   661,  -284,   318,   458, -1080),
        "0":   (   64,  -148,  -121,    91,   -76,   -83,   273),
        "1":   (  191,  -334,   -48,    91,   -15,  -100,   214),
        "2":   (  250,    10,  -388,    74,    46,     7,     1),
        "3":   (  212,  -142,   -62,  -174,   -43,   -90,   298),
        "4":   (  294,  -106,     4,    94,  -111,   -26,  -149),
        "5":   (  206,  -157,   -35,    30,    39,  -272,   190),
    },
    "attn_0_1": {
        "<s>": (   24,   -66,   -10,    25,    13,    13,     0),
        "0":   ( -107,   -50,   115,     4,   -48,    38,    48),
        "1":   (  104,    52,    83,  -174,  -107,   -71,   114),
        "2":   (  252,    40,  -211,   122,   101,    89,  -393),
        "3":   (   18,   -59,   -25,   149,   -61,   -67,    46),
        "4":   (   68,   -90,   -43,     5,   334,  -156,  -120),
        "5":   (   91,  -108,    57,   -92,   -57,    35,    75),
    },
    "attn_0_2": {
        "<s>": (  173,  -136,  -103,     6,   -26,   -28,   114),
        "0":   (  618,   -26,   -95,  -305,   -70,  -229,   108),
        "1":   (   76,   577,   -99,  -358,    -9,  -111,   -77),
        "2":   (   24,  -214,   943,  -214,   -28,  -150,  -361),
        "3":   ( -220,  -253,  -307,  1154,  -165,  -264,    57),
        "4":   (  -92,   -28,  -138,  -152,   691,   -54,  -228),
        "5":   ( -138,   -64,  -221,  -144,  -233,   683,   117),
    },
    "attn_0_3": {
        "<s>": (  -95,   -85,   -13,   -30,  -441,  -520,  1184),
        "0":   (  583,  -160,  -139,   -91,   228,  -411,   -10),
        "1":   (  -17,   -11,   -11,    -9,   -35,   -22,   107),
        "2":   (  -34,    -6,    -4,    22,   -11,     8,    26),
        "3":   (  -16,   -19,   -43,    -2,   -29,   -20,   130),
        "4":   (  318,   367,   389,   436,   924,  -360, -2074),
        "5":   ( -337,  -313,  -259,  -297,  -604,  1170,   640),
    },
    "mlp_0_0": {
        0:     (  -11,     2,     8,    -9,   -15,    23,     2),
        1:     (  -14,    -6,    -3,     9,    -1,    -2,    16),
        2:     (  -10,     5,    14,   -10,   -43,    18,    25),
        3:     (    2,  -103,   -40,   408,  -306,  -375,   414),
        4:     ( -535,   -65,  -118,   186,  -467,   225,   774),
        5:     ( -913,   381,   375,   269,   955,  -208,  -860),
        6:     ( 1625, -1012,  -362, -1081,  -706,   -22,  1557),
        7:     (  224,   585,   168,   220,   732,   239, -2168),
    },
    "mlp_0_1": {
        0:     ( -244,   559,   653,   905,   755,    43, -2671),
        1:     (  -46,  -114,   -48,   117,   -93,  -126,   310),
        2:     (    5,    -2,   -35,    -9,    22,    -2,    22),
        3:     (  -27,     9,    19,    -1,    15,    -1,   -14),
        4:     (  289,   656,   202,   230,   819,   289, -2485),
        5:     (  -23,   -28,   -38,    -6,   -13,    -8,   115),
        6:     (  428, -1245,  -738, -1502, -1005,   -34,  4096),
        7:     (   35,    -3,   -15,   259,  -143,  -228,    95),
    },
    "num_mlp_0_0": {
        0:     (  507,   602, -1531,   410,   296,   -38,  -246),
        1:     ( -102,   -50,   900,    23,  -104,    56,  -723),
        2:     (  380,  -180,   -43,   377,   211,   114,  -860),
        3:     ( -346,   107,   329,  -102,   190,    69,  -247),
        4:     (  126,  -113,  1247,   119,    -4,    60, -1435),
        5:     (   17,   -10,   -11,    -3,     9,    23,   -24),
        6:     ( -391,  -436, -1116,  -481,  -577,  -505,  3507),
        7:     (  340,  -112,   247,  -370,   122,    84,  -309),
    },
    "num_mlp_0_1": {
        0:     (  274,   696,   444,  -470,   386, -1374,    43),
        1:     (  -16,  -255,  -308,  -795,   692,    68,   614),
        2:     (  -56,   425,   284,  -299,  -102,   -32,  -220),
        3:     (  148,  -493,   -49,   584,   306,   -16,  -480),
        4:     (  122,   456,   252,   308,  -236, -1381,   480),
        5:     ( -138,  -574,  -630,    86,   403,   495,   358),
        6:     (  -68,  -476,   -23,  1173,  -882,  1055,  -779),
        7:     (  202,   -13,    74,  -586,  -446,  1041,  -272),
    },
    "attn_1_0": {
        "<s>": (  173, -1027,   -35,   -29,    35,  -403,  1285),
        "0":   (   11,   -10,     9,    -4,    15,   -15,    -6),
        "1":   (  290,   997,   245,  -890,   278,   104, -1024),
        "2":   (   -2,    11,    11,   -12,     2,   -10,     0),
        "3":   (   33,  -240,  -104,   907,  -121,   126,  -602),
        "4":   (    2,    -8,     6,    11,     5,     0,   -16),
        "5":   (  -27,    13,   -60,   -17,   -13,   -16,   119),
    },
    "attn_1_1": {
        "<s>": (  -22,  -286,  -113,  -961,  -282,  -647,  2312),
        "0":   (  235,   125,   -67,    97,   130,  -520,     0),
        "1":   (    0,    -4,     9,    15,     0,    -4,   -15),
        "2":   (    4,    13,     7,   -12,   -17,    22,   -17),
        "3":   (  211,   246,    77,   697,   418,    54, -1703),
        "4":   (   -5,    12,    21,    -2,    -4,     0,   -22),
        "5":   (   28,  -280,    61,   156,  -135,  1015,  -846),
    },
    "attn_1_2": {
        "<s>": (  345, -1219,   304,   402,   414,   488,  -734),
        "0":   ( -449,   191,    71,   -13,    77,   -17,   140),
        "1":   (    4,    38,   -13,    51,    36,   -20,   -95),
        "2":   (  168,   132,  -459,   -54,    57,  -195,   350),
        "3":   (   99,   214,    35,  -432,     6,   -75,   154),
        "4":   (  143,   262,   122,    27,  -401,   -27,  -126),
        "5":   (  147,   206,   -84,     3,   -27,  -301,    55),
    },
    "attn_1_3": {
        "<s>": (  306, -1494,   406,   272,   297,    63,   149),
        "0":   ( -385,   264,    -8,    14,    82,   -14,    48),
        "1":   (   30,   -47,   104,    49,   199,    16,  -351),
        "2":   (   31,   302,  -956,   114,   183,   129,   197),
        "3":   (  174,   203,   197,  -648,   210,    23,  -159),
        "4":   (  235,   337,   284,   194, -1034,   -28,    12),
        "5":   (  126,   161,    13,    -5,   233,  -409,  -119),
    },
    "mlp_1_0": {
        0:     (  250,    28,   915,   778,  -637,    18, -1351),
        1:     (  122,  -139,   -39,   293,   -42,  -366,   170),
        2:     (  513,   232,   248,  -300,     6,  -392,  -308),
        3:     ( -517,  -407, -1404,  -442,   838,   431,  1501),
        4:     (  259,    74,   222,  -779,   114,   402,  -291),
        5:     ( -224,    33,    -5,  -631,   -74,   439,   462),
        6:     (  140,   -26,    95,   705,   169,  -624,  -459),
        7:     (  -91,     8,   -31,   352,  -126,   -40,   -72),
    },
    "mlp_1_1": {
        0:     (  -49,    53,   -92,    29,   -12,   -35,   106),
        1:     (  280,   184,   163,  -358,   -50,  -151,   -68),
        2:     (   13,   327,  -186,   710,    64,  -153,  -775),
        3:     (  378,   132,    70,    24,  -166,  -410,   -27),
        4:     (  -86,     5,   213,   -33,    91,   407,  -597),
        5:     ( -385,  -960,  -383,    15,  -203,    32,  1883),
        6:     (  -18,   -56,    40,   -75,   182,   -31,   -43),
        7:     (  369,   152,   172,  -290,   225,   145,  -774),
    },
    "num_mlp_1_0": {
        0:     (  226,  -733,    -9,  1372,  -581,  -343,    69),
        1:     (    6,   103,   -13,  -217,   224,   -10,   -93),
        2:     ( -296,   446,   237, -1229,   629,   335,  -121),
        3:     ( -324,   386,   122,  -519,   307,   133,  -104),
        4:     (  364,   -26,  -244,  -123,   -47,     2,    73),
        5:     (   41,    35,     3,   -78,    29,   -21,    -8),
        6:     (  104,  -524,   176,   815,  -417,  -245,    91),
        7:     (  245,   102,  -215,    13,    20,   -28,  -137),
    },
    "num_mlp_1_1": {
        0:     ( -633,  -724,  -425,  -277,  -982,  -373,  3414),
        1:     (   42,    -3,    12,    13,    14,   -57,   -21),
        2:     ( -187,   270,  -372,  -153,  1359,  -959,    40),
        3:     (  617,   203,   372,    24,   381, -1242,  -355),
        4:     (  216,   -17,   134,   212,  -574,  1703, -1674),
        5:     (  324,    -4,   178,   118,   -21,   700, -1296),
        6:     (   49,    21,    37,    31,    16,   -63,   -92),
        7:     (   53,     5,    12,    11,    23,   -88,   -17),
    },
    "attn_2_0": {
        "<s>": (  281,  -593,   157,  -315,   103,   151,   216),
        "0":   (  -13,     5,     7,     2,     7,    17,   -25),
        "1":   (   62,   116,  -123,  -584,   -15,  -144,   688),
        "2":   (   -1,    -8,   -19,     2,    22,   -25,    29),
        "3":   (   91,   227,   -52,   933,    72,  -136, -1134),
        "4":   (    4,     3,    -3,     6,     6,    27,   -43),
        "5":   (   13,   -18,     1,    -8,   -11,    20,     2),
    },
    "attn_2_1": {
        0:     (  497, -1744,   513,   408,   312,    -1,    15),
        1:     (   -1,   174,  -436,    37,   -33,   104,   156),
        2:     (  141,  -457,   220,   225,   202,    41,  -372),
        3:     (  276,   -38,   -32,   -56,  -100,   -76,    25),
        4:     ( -145,   850,   -21,  -134,   -66,    -9,  -475),
        5:     (   23,   -15,    -1,    -9,    -1,    20,   -17),
        6:     ( -102,   517,   -49,  -891,    -3,    84,   444),
        7:     ( -226,   488,  -220,   417,  -127,  -224,  -108),
    },
    "attn_2_2": {
        "<s>": ( -640,  1977,    48,  -309,  -559,  -502,   -15),
        "0":   (  -35,  -349,   -12,    68,   122,    24,   181),
        "1":   (  286,  -639,   120,   113,   144,    -6,   -18),
        "2":   (  441,  -313,  -307,   238,   136,    87,  -282),
        "3":   (  210,  -126,   112,  -419,   207,     4,    11),
        "4":   (  193,  -303,   110,   227,     0,   243,  -470),
        "5":   (  -13,  -448,   -87,    64,   133,    -5,   356),
    },
    "attn_2_3": {
        0:     (  111,  -165,  -101,   -34,  1255,  -235,  -832),
        1:     (    2,    -4,    -7,    -4,    21,    -2,    -6),
        2:     (   -4,     9,     4,   -19,     6,     7,    -4),
        3:     (   -4,    -7,     4,    11,     0,     0,    -4),
        4:     (    1,   -16,    14,     6,   -16,     7,     4),
        5:     (   -2,     4,     0,     0,     8,     2,   -13),
        6:     (   96,     8,    37,   -70,   863,    70, -1003),
        7:     (  252,    -8,    43,   111, -2075,    24,  1653),
    },
    "mlp_2_0": {
        0:     ( -149,  -129,   114,   456,  -741,    63,   386),
        1:     ( -152,   716,  -599,   -75,   113,   -56,    54),
        2:     ( -463,  -703,  -405,   -87,   463,   723,   473),
        3:     (   55,  -519,   427,  -175,   188,     7,    17),
        4:     (  307,   223,   749,  -536,    69,  -437,  -375),
        5:     (  456,  -501,   -31,   137,   402,    38,  -502),
        6:     ( -201,   -92,   125,   340,  -381,  -865,  1075),
        7:     (  589,   826,  -353,   -26,   101,   458, -1594),
    },
    "mlp_2_1": {
        0:     ( -545,   311,   -83,   119,    -3,   -16,   217),
        1:     (  131,  -121,  1511,  -331,    18,    48, -1256),
        2:     ( -241,   401,  -400,   137,    46,     3,    53),
        3:     (  313,   -94,  -102,  -468,   562,  -318,   108),
        4:     (  241,   313,  -227,   261,  -335,  -300,    48),
        5:     ( -348,    48,  -480,   478,  -134,   -45,   480),
        6:     (  766, -1086,   210,  -272,   172,   622,  -413),
        7:     (   26,    66,  -421,    -9,  -120,    26,   433),
    },
    "num_mlp_2_0": {
        0:     ( -191,  -593,   558,   212,   297,  -381,    99),
        1:     (  102,   247,  -173,    -1,  -313,   314,  -176),
        2:     (  143,   295,   -97,   119,    65,  -618,    94),
        3:     (   -7,    35,   -94,    -3,  -121,   276,   -87),
        4:     (   72,  -389,   200,  -275,    82,  1040,  -730),
        5:     ( -247,    67,  -390,  -158,  -104,   826,     6),
        6:     ( -145,   281,  -158,   -31,   117,  -432,   368),
        7:     (  688,  -172,   117,   173,   158, -1140,   176),
    },
    "num_mlp_2_1": {
        0:     ( -522,   263,   519,   262,  -462,    26,   -87),
        1:     (-2810,  -195,  -379,  -250,     6,  -230,  3857),
        2:     ( -187,    72,    -6,   217,   -57,    62,  -101),
        3:     (  -41,  -107,    85,    37,   -24,    86,   -35),
        4:     ( 2108,  -103,  -191,   -44,   172,  -137, -1806),
        5:     ( -315,    86,    25,  -224,   186,   260,   -18),
        6:     ( 1281,   -92,   -85,  -295,    78,  -236,  -652),
        7:     (  789,  -128,    83,   255,   295,    46, -1341),
    },
}
UNIT_VOTES: dict[str, Sequence[int]] = {
    #                  "0"    "1"    "2"    "3"    "4"    "5"  "<s>"
    "ones":         (  431,  -187,   -18,     7,   169,  -185,  -218),
    "num_attn_0_0": (-1121,   212,   259,   432,   198,    83,   -62),
    "num_attn_0_1": (  -95,    31,   202,   265,   405,  -581,  -226),
    "num_attn_0_2": (  409,   -32,   352,  -377,    82,  -138,  -295),
    "num_attn_0_3": (  125,   402,  -677,   141,    72,    72,  -135),
    "num_attn_1_0": (  259,    36,   -55,  -152,    41,   -36,   -93),
    "num_attn_1_1": (   63,    19,  -187,    39,    43,    64,   -41),
    "num_attn_1_2": (    1,   -31,   -21,   100,   -41,   -32,    23),
    "num_attn_1_3": (  348,   154,   166,   178, -1012,   -31,   197),
    "num_attn_2_0": (  -33,   -23,     4,   -33,    24,   218,  -157),
    "num_attn_2_1": (  -18,   -29,   -59,   -14,   -94,   237,   -23),
    "num_attn_2_2": (   48,    50,    64,  -273,    47,    51,    14),
    "num_attn_2_3": (  -72,  -138,   949,  -131,   -24,  -196,  -389),
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
    x.attn_0_0 = attend(attn_0_0, x.positions, x.positions, x.tokens)
    x.attn_0_1 = attend(attn_0_1, x.tokens, x.tokens, x.tokens)
    x.attn_0_2 = attend(attn_0_2, x.positions, x.positions, x.tokens)
    x.attn_0_3 = attend(attn_0_3, x.positions, x.tokens, x.tokens)
    x.num_attn_0_0 = count(num_attn_0_0, x.positions, x.tokens, x.ones)
    x.num_attn_0_1 = count(num_attn_0_1, x.positions, x.tokens, x.ones)
    x.num_attn_0_2 = count(num_attn_0_2, x.positions, x.tokens, x.ones)
    x.num_attn_0_3 = count(num_attn_0_3, x.positions, x.tokens, x.ones)
    x.mlp_0_0 = list(map(mlp_0_0, x.positions))
    x.mlp_0_1 = list(map(mlp_0_1, x.positions, x.attn_0_3))
    x.num_mlp_0_0 = list(map(num_mlp_0_0, x.num_attn_0_2, x.num_attn_0_3))
    x.num_mlp_0_1 = list(map(num_mlp_0_1, x.num_attn_0_1, x.num_attn_0_2))
    x.attn_1_0 = attend(attn_1_0, x.positions, x.attn_0_1, x.attn_0_1)
    x.attn_1_1 = attend(attn_1_1, x.positions, x.attn_0_3, x.attn_0_3)
    x.attn_1_2 = attend(attn_1_2, x.positions, x.mlp_0_0, x.attn_0_1)
    x.attn_1_3 = attend(attn_1_3, x.mlp_0_1, x.mlp_0_0, x.attn_0_1)
    x.num_attn_1_0 = count(num_attn_1_0, x.attn_0_1, x.tokens, x.ones)
    x.num_attn_1_1 = count(num_attn_1_1, x.mlp_0_1, x.num_mlp_0_0, x.num_attn_0_3)
    x.num_attn_1_2 = count(num_attn_1_2, x.positions, x.attn_0_0, x.num_attn_0_2)
    x.num_attn_1_3 = count(num_attn_1_3, x.attn_0_3, x.tokens, x.ones)
    x.mlp_1_0 = list(map(mlp_1_0, x.positions, x.num_mlp_0_1))
    x.mlp_1_1 = list(map(mlp_1_1, x.attn_1_0, x.attn_1_1))
    x.num_mlp_1_0 = list(map(num_mlp_1_0, x.num_attn_1_2))
    x.num_mlp_1_1 = list(map(num_mlp_1_1, x.num_attn_0_1))
    x.attn_2_0 = attend_past(attn_2_0, x.positions, x.mlp_0_1, x.attn_1_0)
    x.attn_2_1 = attend_past(attn_2_1, x.positions, x.mlp_0_0, x.num_mlp_0_0)
    x.attn_2_2 = attend_past(attn_2_2, x.num_mlp_0_0, x.mlp_0_0, x.attn_0_2)
    x.attn_2_3 = attend(attn_2_3, x.attn_0_1, x.mlp_0_1, x.mlp_0_1)
    x.num_attn_2_0 = count(num_attn_2_0, x.positions, x.num_mlp_0_1, x.ones)
    x.num_attn_2_1 = count(num_attn_2_1, x.attn_0_2, x.tokens, x.num_attn_0_1)
    x.num_attn_2_2 = count_past(num_attn_2_2, x.attn_0_2, x.mlp_0_1, x.num_attn_1_2)
    x.num_attn_2_3 = count(num_attn_2_3, x.attn_0_2, x.tokens, x.ones)
    x.mlp_2_0 = list(map(mlp_2_0, x.positions, x.num_mlp_0_1))
    x.mlp_2_1 = list(map(mlp_2_1, x.positions, x.attn_2_2))
    x.num_mlp_2_0 = list(map(num_mlp_2_0, x.num_attn_1_1, x.num_attn_2_1))
    x.num_mlp_2_1 = list(map(num_mlp_2_1, x.num_attn_1_0, x.num_attn_1_1))
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
