"""Twenty more tasks, written down after `fresh_tasks` had been looked at and tuned on, before these were tried at all.

`cd tests; python -m benchmarks.held_out unseen 45` tries them.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, groupby

from benchmarks.held_out_tasks import BRACKETS, DIGITS, LETTERS, SPACED, SPLIT, task_of


def _ints(x: Sequence[str]) -> list[int]:
    return [int(one) for one in x]


def zigzag(x: Sequence[str]) -> Sequence[object]:
    """Even positions stay, odd ones are read from the end."""
    return [x[-1 - place] if place % 2 else one for place, one in enumerate(x)]


def doubled(x: Sequence[str]) -> Sequence[object]:
    """Each element of the first half, twice."""
    return [x[place // 2] for place in range(len(x))]


def second_greatest(x: Sequence[str]) -> Sequence[object]:
    """The second of the sequence sorted from the greatest, everywhere; of one element that."""
    return [sorted(x, reverse=True)[:2][-1]] * len(x)


def smaller_before(x: Sequence[str]) -> Sequence[object]:
    """How many elements before are smaller."""
    return [sum(other < one for other in x[:place]) for place, one in enumerate(x)]


def new_least(x: Sequence[str]) -> Sequence[object]:
    """Whether an element is smaller than all before."""
    return [int(all(one < other for other in x[:place])) for place, one in enumerate(x)]


def odd_count(x: Sequence[str]) -> Sequence[object]:
    """Whether an element stands an odd number of times."""
    return [x.count(one) % 2 for one in x]


def rarest(x: Sequence[str]) -> Sequence[object]:
    """Whether no symbol of the sequence stands less often."""
    counts = Counter(x)
    return [int(counts[one] == min(counts.values())) for one in x]


def height_to_come(x: Sequence[str]) -> Sequence[object]:
    """Closing less opening brackets from here on."""
    return [sum(1 if one == ")" else -1 for one in x[place:]) for place in range(len(x))]


def lowest_depth(x: Sequence[str]) -> Sequence[object]:
    """The least depth of all, everywhere, at most 0."""
    depths = accumulate((1 if one == "(" else -1 for one in x), initial=0)
    return [min(depths)] * len(x)


def words_so_far(x: Sequence[str]) -> Sequence[object]:
    """How many words began so far."""
    begins = [int(one != "_" and (not at or x[at - 1] == "_")) for at, one in enumerate(x)]
    return list(accumulate(begins))


def ended_with(x: Sequence[str]) -> Sequence[object]:
    """The last letter of the last word that has ended."""
    found, last = [], "-"
    for place, one in enumerate(x):
        if one == "_" and place and x[place - 1] != "_":
            last = x[place - 1]
        found.append(last)
    return found


def again_in_word(x: Sequence[str]) -> Sequence[object]:
    """Whether a letter stood in its word before."""
    found, seen = [], set[str]()
    for one in x:
        found.append(int(one in seen))
        seen = set() if one == "_" else {*seen, one}
    return found


def sum_of_all(x: Sequence[str]) -> Sequence[object]:
    """The sum of all modulo 3, everywhere."""
    return [sum(_ints(x)) % 3] * len(x)


def two_back(x: Sequence[str]) -> Sequence[object]:
    """The element less the one two places before; at first the element."""
    values = _ints(x)
    return [one - (values[place - 2] if place > 1 else 0) for place, one in enumerate(values)]


def more_behind(x: Sequence[str]) -> Sequence[object]:
    """Whether what comes sums to more than all so far."""
    values = _ints(x)
    return [int(sum(values[place + 1 :]) > sum(values[: place + 1])) for place in range(len(x))]


def only_before(x: Sequence[str]) -> Sequence[object]:
    """How many different elements stand before the first bar and not behind it, everywhere."""
    bar = list(x).index("|") if "|" in x else len(x)
    return [len({*x[:bar]} - {*x[bar:]})] * len(x)


def distinct_behind(x: Sequence[str]) -> Sequence[object]:
    """How many different elements are still to come."""
    return [len({*x[place + 1 :]}) for place in range(len(x))]


def second_of_run(x: Sequence[str]) -> Sequence[object]:
    """Whether an element is the second of its run."""
    found: list[object] = []
    for _, run in groupby(x):
        found += [int(place == 1) for place, _ in enumerate(run)]
    return found


def longest_of_all(x: Sequence[str]) -> Sequence[object]:
    """The length of the longest run, everywhere."""
    return [max(len(list(run)) for _, run in groupby(x))] * len(x)


def ends_alike(x: Sequence[str]) -> Sequence[object]:
    """Whether the elements so far begin and end with the same."""
    return [int(one == x[0]) for one in x]


UNSEEN = (
    *(task_of(rule.__name__, LETTERS, rule) for rule in (zigzag, doubled, odd_count)),
    *(
        task_of(rule.__name__, DIGITS, rule)
        for rule in (second_greatest, smaller_before, new_least, sum_of_all, two_back, more_behind)
    ),
    *(task_of(rule.__name__, LETTERS[:3], rule) for rule in (rarest, distinct_behind)),
    *(task_of(rule.__name__, BRACKETS, rule, 10) for rule in (height_to_come, lowest_depth)),
    *(task_of(rule.__name__, SPACED, rule) for rule in (words_so_far, ended_with, again_in_word)),
    task_of("only_before", SPLIT, only_before),
    *(task_of(rule.__name__, LETTERS, rule) for rule in (second_of_run, ends_alike)),
    task_of("longest_of_all", LETTERS[:3], longest_of_all),
)
"""To look at once, at the end."""

globals().update({task.name + "_task": task for task in UNSEEN})
