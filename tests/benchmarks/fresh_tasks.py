"""Twenty more tasks, written down after the forty of `held_out_tasks` had been looked at, and before anything was changed for them.

`cd tests; python -m benchmarks.held_out fresh 45` looks at them.
"""

from collections.abc import Sequence
from itertools import accumulate, groupby

from benchmarks.held_out_tasks import BRACKETS, DIGITS, LETTERS, SPACED, SPLIT, task_of


def _ints(x: Sequence[str]) -> list[int]:
    return [int(one) for one in x]


def half_again(x: Sequence[str]) -> Sequence[object]:
    """The first half, twice."""
    half = (len(x) + 1) // 2
    return [x[place % half] for place in range(len(x))]


def rotated(x: Sequence[str]) -> Sequence[object]:
    """The last element comes first."""
    return [x[place - 1] for place in range(len(x))]


def masked_twice(x: Sequence[str]) -> Sequence[object]:
    """Elements that stood before are masked."""
    return ["*" if one in x[:place] else one for place, one in enumerate(x)]


def first_greatest(x: Sequence[str]) -> Sequence[object]:
    """The position of the first greatest element, everywhere."""
    return [list(x).index(max(x))] * len(x)


def distinct_larger(x: Sequence[str]) -> Sequence[object]:
    """How many different symbols of the sequence are larger."""
    return [len({other for other in x if other > one}) for one in x]


def sorted_so_far(x: Sequence[str]) -> Sequence[object]:
    """Whether the elements so far ascend."""
    return [int(list(x[: place + 1]) == sorted(x[: place + 1])) for place in range(len(x))]


def running_range(x: Sequence[str]) -> Sequence[object]:
    """The greatest less the least so far."""
    values = _ints(x)
    return [max(values[: place + 1]) - min(values[: place + 1]) for place in range(len(x))]


def gap(x: Sequence[str]) -> Sequence[object]:
    """How far back the last equal element stands; 0 if there is none."""
    found = []
    for place, one in enumerate(x):
        before = [other for other in range(place) if x[other] == one]
        found.append(place - before[-1] if before else 0)
    return found


def majority_so_far(x: Sequence[str]) -> Sequence[object]:
    """The symbol that more than half of the elements so far are."""
    found = []
    for place in range(len(x)):
        most = [one for one in set(x) if 2 * x[: place + 1].count(one) > place + 1]
        found.append(most[0] if most else "-")
    return found


def closed_groups(x: Sequence[str]) -> Sequence[object]:
    """How many times the depth came back to zero."""
    depths = list(accumulate(1 if one == "(" else -1 for one in x))
    return [depths[: place + 1].count(0) for place in range(len(x))]


def unmatched(x: Sequence[str]) -> Sequence[object]:
    """Whether a bracket closes nothing."""
    found, depth = [], 0
    for one in x:
        found.append(int(one == ")" and depth == 0))
        depth = depth + 1 if one == "(" else max(0, depth - 1)
    return found


def word_length(x: Sequence[str]) -> Sequence[object]:
    """At each space, the length of the word that ends there; elsewhere 0."""
    found, length = [], 0
    for one in x:
        found.append(length if one == "_" else 0)
        length = 0 if one == "_" else length + 1
    return found


def second_words(x: Sequence[str]) -> Sequence[object]:
    """Every second word is masked."""
    spaces = list(accumulate(one == "_" for one in x))
    return ["*" if one != "_" and count % 2 else one for one, count in zip(x, spaces, strict=True)]


def sum_of_three(x: Sequence[str]) -> Sequence[object]:
    """The sum of the last three elements."""
    values = _ints(x)
    return [sum(values[max(0, place - 2) : place + 1]) for place in range(len(x))]


def above_average(x: Sequence[str]) -> Sequence[object]:
    """Whether an element is above the average of all."""
    values = _ints(x)
    return [int(len(x) * one > sum(values)) for one in values]


def least_missing(x: Sequence[str]) -> Sequence[object]:
    """The least digit that does not occur, everywhere."""
    return [min(one for one in range(6) if str(one) not in x)] * len(x)


def contained(x: Sequence[str]) -> Sequence[object]:
    """Whether all that stands before the first bar stands behind it too, everywhere."""
    bar = list(x).index("|") if "|" in x else len(x)
    return [int(set(x[:bar]) <= set(x[bar + 1 :]))] * len(x)


def whole_run(x: Sequence[str]) -> Sequence[object]:
    """How long the run is in which an element stands."""
    lengths = [len(list(run)) for _, run in groupby(x)]
    return [length for length in lengths for _ in range(length)]


def long_runs(x: Sequence[str]) -> Sequence[object]:
    """How many runs of at least two elements began so far."""
    starts = [
        int(place + 1 < len(x) and x[place + 1] == one and (place == 0 or x[place - 1] != one))
        for place, one in enumerate(x)
    ]
    return list(accumulate(starts))


def flanked(x: Sequence[str]) -> Sequence[object]:
    """How many elements stand between two equal ones, everywhere."""
    return [sum(one == other for one, other in zip(x, x[2:], strict=False))] * len(x)


FRESH = (
    *(task_of(rule.__name__, LETTERS, rule) for rule in (half_again, rotated, masked_twice)),
    *(
        task_of(rule.__name__, DIGITS, rule)
        for rule in (first_greatest, distinct_larger, sorted_so_far, running_range)
    ),
    *(task_of(rule.__name__, LETTERS[:3], rule) for rule in (gap, majority_so_far)),
    *(task_of(rule.__name__, BRACKETS, rule, 10) for rule in (closed_groups, unmatched)),
    *(task_of(rule.__name__, SPACED, rule) for rule in (word_length, second_words)),
    *(task_of(rule.__name__, DIGITS, rule) for rule in (sum_of_three, above_average)),
    task_of("least_missing", DIGITS, least_missing),
    task_of("contained", SPLIT, contained),
    task_of("long_runs", LETTERS, long_runs),
    *(task_of(rule.__name__, LETTERS[:3], rule) for rule in (whole_run, flanked)),
)
"""Looked at once, on 30 November 2026 (15 of 20 exact), and tuned on since."""

globals().update({task.name + "_task": task for task in FRESH})
