"""One of everything.

Task: zoo
Says yes: to some.
Quotes " and \\ survive: 漢.
"""

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from types import SimpleNamespace
from typing import Any, Literal, cast, get_args

Token = Literal["<s>", "a", "b", "it's", "<unk>", "</s>"]
Position = Literal[0, 1, 2, 3, 4, 5, 6]
Label = Literal["<pad>", "yes", "no"]
Sound = Literal["vowel", "other"]
Shape0 = Literal["x", "X", "other"]
Length0 = Literal[1, 2, 3]
NumMlp10 = Literal[3, 5]
PREFIX, SUFFIX = ["<s>"], ["</s>"]
MIN_LENGTH, MAX_LENGTH = 2, 5
UNKNOWN: Token = "<unk>"
SCORED: tuple[str, ...] = ("a", "b")
MASKED = ("<pad>",)
FIRST_LABEL = "<s>"
LAST_LABEL = "</s>"
Observe = Callable[[str, Sequence[object]], None]
Head = Callable[[Any, Any], bool]
Column = list[Any]
Scores = dict[Any, dict[Any, int]]


@lru_cache(maxsize=32768)
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


def attend_ranked(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the nearest match, itself as far as there are matches."""
    keys = tuple(key)
    found = {q: matches(head, q, keys) for q in set(query)}
    return [
        value[sum(js) if len(js) < 2 else min(js, key=lambda j: abs(j - i) or len(js))]
        for i, js in enumerate([found[q] for q in query])
    ]


def attend_first(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the first match, or of position 0."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [value[min(found[q], default=0)] for q in query]


def attend_best(
    head: Head, scores: Scores, query: Column, key: Column, value: Column
) -> Column:
    """Copy the value of the match with the highest score, the first of equals, else 0."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [
        value[max(found[q], key=lambda j: scores[q][key[j]], default=0)] for q in query
    ]


def count(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over all matches."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [sum(value[j] for j in found[q]) for q in query]


def count_past(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Add up the value over the matches up to here."""
    keys = tuple(key)
    found = {q: matches(head, q, keys) for q in set(query)}
    return [sum([value[j] for j in found[q] if j <= i]) for i, q in enumerate(query)]


def word_shape(word: str) -> str:
    """Write X for capitals, x for other letters, 0 for digits, once for each run."""
    kinds = [
        "0" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c
        for c in word
    ]
    return "".join(kind for kind, _ in groupby(kinds))


# fmt: off
SOUND: dict[str, Sound] = {
    "<s>": "other", "a": "vowel", "b": "other", "it's": "other", "<unk>": "other",
    "</s>": "other",
}
# fmt: on


# Capitals?
def shape_0(word: str) -> Shape0:
    found = word_shape(word)
    return cast(Shape0, found) if found in get_args(Shape0) else "other"


def length_0(word: str) -> Length0:
    found = min(len(word), 3)
    return cast(Length0, found) if found in get_args(Length0) else 3


# Layer 0
def previous(position: Position, key: Position) -> bool:
    return key == position - 1


# Counts.
def count_own(token: Token, key: Token) -> bool:
    return key == token


def attn_0_1(sound: Sound, key: Token) -> bool:
    return key == "a" if sound == "vowel" else key in {"b", "it's"}


def attn_0_2(token: Token, key: Sound) -> bool:
    return key == "vowel"


ATTN_0_3_SCORES = {
    "x": {"vowel": 1, "other": 0},
    "X": {"vowel": 0, "other": 1},
    "other": {"vowel": 2, "other": 2},
}


def attn_0_3(shape_0: Shape0, key: Sound) -> bool:
    return True


def mlp_0_0(previous: Token, sound: Sound) -> Sound:
    if previous in {"<s>", "b", "</s>"} and sound == "vowel":
        return "vowel"
    return "vowel" if previous == "a" and sound == "other" else "other"


def num_mlp_0_0(count_own: int) -> Sound:
    count_own = min(count_own, 5)
    return "vowel" if 2 <= count_own <= 3 else "other"


# Layer 1
def num_attn_1_0(mlp_0_0: Sound, key: Sound) -> bool:
    return key == mlp_0_0


def num_mlp_1_0(count_own: int, num_attn_1_0: int) -> NumMlp10:
    count_own, num_attn_1_0 = min(count_own, 2), min(num_attn_1_0, 9)
    return 5 if count_own >= 1 and num_attn_1_0 <= 4 else 3


# fmt: off
VOTES: dict[str, dict[Any, Sequence[int]]] = {
    #             "<pad>"  "yes"  "no"
    "previous": {
        "<s>":   (      0,     3,   -3),
        "a":     (      0,     3,   -3),
        "b":     (      0,     3,   -3),
        "it's":  (      0,     3,   -3),
        "<unk>": (      0,     3,   -3),
        "</s>":  (      0,     3,   -3),
    },
    "num_mlp_0_0": {
        "vowel": (      0,   100,    0),
        "other": (      0,     0,    7),
    },
}
UNIT_VOTES: dict[str, Sequence[int]] = {
    #             "<pad>"  "yes"  "no"
    "count_own": (      0,    -1,    2),
}
# fmt: on


def run(tokens: Sequence[str], observe: Observe | None = None) -> list[Label]:
    """Label each token; `observe` is shown every variable, in order."""
    words = list(tokens)
    if words[:1] == PREFIX and words[-1:] == SUFFIX:
        words = words[1:-1]
    if not MIN_LENGTH <= len(words) <= MAX_LENGTH or set(words) & {*PREFIX, *SUFFIX}:
        raise ValueError(
            f"give {MIN_LENGTH} to {MAX_LENGTH} words that are no frame symbols, not {words}"
        )
    words = [*PREFIX, *words, *SUFFIX]
    if observe:
        matches.cache_clear()
    x = SimpleNamespace()
    # The token itself.
    x.tokens = [word if word in get_args(Token) else UNKNOWN for word in words]
    x.positions = list(range(len(words)))
    x.ones = [1] * len(words)
    x.sound = [SOUND.get(word, SOUND[UNKNOWN]) for word in words]
    x.shape_0 = list(map(shape_0, words))
    x.length_0 = list(map(length_0, words))
    x.previous = attend_past(previous, x.positions, x.positions, x.tokens)
    x.count_own = count(count_own, x.tokens, x.tokens, x.ones)
    x.attn_0_1 = attend_ranked(attn_0_1, x.sound, x.tokens, x.positions)
    x.attn_0_2 = attend_first(attn_0_2, x.tokens, x.sound, x.sound)
    x.attn_0_3 = attend_best(attn_0_3, ATTN_0_3_SCORES, x.shape_0, x.sound, x.length_0)
    x.mlp_0_0 = list(map(mlp_0_0, x.previous, x.sound))
    x.num_mlp_0_0 = list(map(num_mlp_0_0, x.count_own))
    x.num_attn_1_0 = count_past(num_attn_1_0, x.mlp_0_0, x.mlp_0_0, x.count_own)
    x.num_mlp_1_0 = list(map(num_mlp_1_0, x.count_own, x.num_attn_1_0))
    for name, values in vars(x).items():
        if observe:
            observe(name, values)
    rows = [[t[v] for v in vars(x)[n]] for n, t in VOTES.items()]
    rows += [[[v * w for w in u] for v in vars(x)[n]] for n, u in UNIT_VOTES.items()]
    sums = [[sum(votes) for votes in zip(*row)] for row in zip(*rows)]
    allowed = [i for i, label in enumerate(get_args(Label)) if label not in MASKED]
    return [get_args(Label)[max(allowed, key=s.__getitem__)] for s in sums[1:-1]]


if __name__ == "__main__":
    try:
        print(*run(sys.argv[1:]))
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
