"""The runtime functions of emitted programs: their text is copied into programs, which never import it.

There is one function for each way to attend: which of several matches is taken, and whether only positions up to the
query's own can match (`_past`). A predicate is asked once for each distinct query value. Where heads are causal or rank
themselves, as in long and in published programs, the matches are remembered for the same keys; `run` forgets them where
it is observed.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from typing import Any

Column = list[Any]
Head = Callable[[Any, Any], bool]
Scores = dict[Any, dict[Any, int]]


@lru_cache(maxsize=32768)
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


def attend_ranked(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the nearest match, itself as far as there are matches."""
    keys = tuple(key)
    found = {q: matches(head, q, keys) for q in set(query)}
    return [
        value[sum(js) if len(js) < 2 else min(js, key=lambda j: abs(j - i) or len(js))]
        for i, js in enumerate([found[q] for q in query])
    ]


def attend_ranked_past(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the nearest match to the left, itself as far as there are any."""
    keys = tuple(key)
    found = {q: matches(head, q, keys) for q in set(query)}
    past = [[j for j in found[q] if j <= i] for i, q in enumerate(query)]
    return [
        value[js[-1 - (js[-1] == i and 0 < i - js[-2:][0] <= len(js))] if js else 0]
        for i, js in enumerate(past)
    ]


def attend_first(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the first match, or of position 0."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [value[min(found[q], default=0)] for q in query]


def attend_first_past(head: Head, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the first match up to here, or of position 0."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [value[next((j for j in found[q] if j <= i), 0)] for i, q in enumerate(query)]


def attend_best(head: Head, scores: Scores, query: Column, key: Column, value: Column) -> Column:
    """Copy the value of the match with the highest score, the first of equals, else 0."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    return [value[max(found[q], key=lambda j: scores[q][key[j]], default=0)] for q in query]


def attend_best_past(
    head: Head, scores: Scores, query: Column, key: Column, value: Column
) -> Column:
    """Copy the value of the match up to here with the highest score, else position 0."""
    found = {q: [j for j, k in enumerate(key) if head(q, k)] for q in set(query)}
    past = [[j for j in found[q] if j <= i] for i, q in enumerate(query)]
    return [
        value[max(past[i], key=lambda j: scores[q][key[j]], default=0)] for i, q in enumerate(query)
    ]


def attend_beside(value: Column, distance: int) -> Column:
    """Copy the value so many positions further on, or of position 0."""
    places = [i + distance for i in range(len(value))]
    return [value[j if 0 <= j < len(value) else 0] for j in places]


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
        "0" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in word
    ]
    return "".join(kind for kind, _ in groupby(kinds))
