"""Forty tasks that were written down before anything was tuned: `TUNED` to tune on, `HELD_OUT` to look at once (`fresh_tasks`
took its place since).

Each holds at every length; the domains end at length 8, or 10 for two symbols. `tprog synth --task
benchmarks.held_out_tasks:NAME_task` takes one of them.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise, product

from tprog.ir import Domain
from tprog.tasks.task import Task

DIGITS, LETTERS, BITS = tuple("01234"), tuple("abcd"), ("0", "1")
BRACKETS, TWO_BRACKETS = ("(", ")"), ("(", ")", "[", "]")
SPACED = ("a", "b", "c", "_")
SPLIT = ("a", "b", "c", "|")

Rule = Callable[[Sequence[str]], Sequence[object]]


def task_of(name: str, symbols: Sequence[str], rule: Rule, length: int = 8) -> Task:
    """Return a Task whose labels are those that 20,000 random inputs have, and the integers between."""

    def texts(tokens: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(str, rule(tokens)))

    random_ = random.Random(0)
    seen: set[str] = set()
    for _ in range(20_000):
        seen.update(texts(random_.choices(symbols, k=random_.randint(1, length))))
    for one, other in product(symbols, repeat=2):
        seen.update(texts(([one, other] * length)[:length]))
    if all(one.lstrip("-").isdigit() for one in seen):
        seen.update(map(str, range(min(map(int, seen)), max(map(int, seen)) + 1)))
    labels = sorted(seen, key=lambda one: (len(one), one))
    return Task(name, Domain(tuple(symbols), length), tuple(labels), rule=texts)


def _ints(tokens: Sequence[str]) -> list[int]:
    return [int(token) for token in tokens]


def _counts(tokens: Sequence[str]) -> Counter[str]:
    return Counter(tokens)


def every_other(x: Sequence[str]) -> Sequence[object]:
    """Copy the even positions."""
    return [one if place % 2 == 0 else "-" for place, one in enumerate(x)]


def swap_pairs(x: Sequence[str]) -> Sequence[object]:
    """Exchange neighbours; the last of an odd number stays."""
    found = list(x)
    for place in range(0, len(x) - 1, 2):
        found[place], found[place + 1] = x[place + 1], x[place]
    return found


def rotate_half(x: Sequence[str]) -> Sequence[object]:
    """Bring the second half before the first."""
    return [x[(place + len(x) // 2) % len(x)] for place in range(len(x))]


def sort_down(x: Sequence[str]) -> Sequence[object]:
    """Sort from the greatest."""
    return sorted(x, reverse=True)


def running_max(x: Sequence[str]) -> Sequence[object]:
    """The greatest so far."""
    return [max(x[: place + 1]) for place in range(len(x))]


def count_larger(x: Sequence[str]) -> Sequence[object]:
    """How many elements of the sequence are larger."""
    return [sum(other > one for other in x) for one in x]


def distinct_so_far(x: Sequence[str]) -> Sequence[object]:
    """How many different elements there are so far."""
    return [len(set(x[: place + 1])) for place in range(len(x))]


def depth(x: Sequence[str]) -> Sequence[object]:
    """Opening less closing brackets so far."""
    return [x[: place + 1].count("(") - x[: place + 1].count(")") for place in range(len(x))]


def balanced(x: Sequence[str]) -> Sequence[object]:
    """Whether the whole is balanced."""
    depths = [int(str(one)) for one in depth(x)]
    return [int(min(depths) >= 0 and depths[-1] == 0)] * len(x)


def letters_in_word(x: Sequence[str]) -> Sequence[object]:
    """How many letters the current word has so far."""
    found, count = [], 0
    for one in x:
        count = 0 if one == "_" else count + 1
        found.append(count)
    return found


def word_parts(x: Sequence[str]) -> Sequence[object]:
    """B at the beginning of a word, I within, O at a space."""
    before = ("_", *x)
    return [
        "O" if one == "_" else "B" if last == "_" else "I"
        for last, one in zip(before, x, strict=False)
    ]


def sum_modulo(x: Sequence[str]) -> Sequence[object]:
    """The sum so far modulo 5."""
    return [sum(_ints(x[: place + 1])) % 5 for place in range(len(x))]


def difference(x: Sequence[str]) -> Sequence[object]:
    """The element less the one before; 0 at first."""
    values = _ints(x)
    return [0, *(one - last for last, one in pairwise(values))]


def found_behind(x: Sequence[str]) -> Sequence[object]:
    """Whether an element stands behind the first bar too; 0 from the bar on."""
    bar = x.index("|") if "|" in x else len(x)
    return [int(place < bar and one in x[bar:]) for place, one in enumerate(x)]


def unique(x: Sequence[str]) -> Sequence[object]:
    """Whether an element stands once."""
    return [int(x.count(one) == 1) for one in x]


def run_length(x: Sequence[str]) -> Sequence[object]:
    """How long the current run is so far."""
    found: list[int] = []
    for place, one in enumerate(x):
        found.append(found[-1] + 1 if place and x[place - 1] == one else 1)
    return found


def run_count(x: Sequence[str]) -> Sequence[object]:
    """How many runs there are so far."""
    return [1 + sum(x[one] != x[one + 1] for one in range(place)) for place in range(len(x))]


def palindrome(x: Sequence[str]) -> Sequence[object]:
    """Whether the whole is a palindrome."""
    return [int(list(x) == list(x)[::-1])] * len(x)


def majority(x: Sequence[str]) -> Sequence[object]:
    """Whether there are more ones than zeros."""
    return [int(x.count("1") > x.count("0"))] * len(x)


def last_occurrence(x: Sequence[str]) -> Sequence[object]:
    """Whether an element does not come again."""
    return [int(one not in x[place + 1 :]) for place, one in enumerate(x)]


def two_before(x: Sequence[str]) -> Sequence[object]:
    """The element two places before."""
    return ["-", "-", *x][: len(x)]


def mirrored(x: Sequence[str]) -> Sequence[object]:
    """The first half, and its mirror image."""
    return [x[min(place, len(x) - 1 - place)] for place in range(len(x))]


def shuffled(x: Sequence[str]) -> Sequence[object]:
    """The halves, one element of each in turn."""
    half = (len(x) + 1) // 2
    return [x[place // 2 + half * (place % 2)] for place in range(len(x))]


def stable_rank(x: Sequence[str]) -> Sequence[object]:
    """The place that an element gets when the sequence is sorted."""
    order = sorted(range(len(x)), key=lambda place: (x[place], place))
    return [order.index(place) for place in range(len(x))]


def median(x: Sequence[str]) -> Sequence[object]:
    """The lower median, everywhere."""
    return [sorted(x)[(len(x) - 1) // 2]] * len(x)


def peaks(x: Sequence[str]) -> Sequence[object]:
    """Whether an element is larger than both neighbours."""
    framed = ["", *x, ""]
    return [int(framed[place] < one > framed[place + 2]) for place, one in enumerate(x)]


def inversions(x: Sequence[str]) -> Sequence[object]:
    """How many elements before are larger."""
    return [sum(other > one for other in x[:place]) for place, one in enumerate(x)]


def greatest_count(x: Sequence[str]) -> Sequence[object]:
    """How often the commonest element stands."""
    return [max(_counts(x).values())] * len(x)


def greatest_depth(x: Sequence[str]) -> Sequence[object]:
    """The greatest depth so far, at least 0."""
    depths = [0, *(int(str(one)) for one in depth(x))]
    return [max(depths[: place + 2]) for place in range(len(x))]


def own_depth(x: Sequence[str]) -> Sequence[object]:
    """Opening less closing brackets of the element's own kind so far."""
    found: list[int] = []
    for place, one in enumerate(x):
        first, last = "()" if one in "()" else "[]"
        found.append(x[: place + 1].count(first) - x[: place + 1].count(last))
    return found


def word_number(x: Sequence[str]) -> Sequence[object]:
    """How many spaces there are so far."""
    return [x[: place + 1].count("_") for place in range(len(x))]


def same_initial(x: Sequence[str]) -> Sequence[object]:
    """At each beginning of a word: whether the last word began alike; 0 elsewhere."""
    found, last = [], ""
    for place, one in enumerate(x):
        begins = one != "_" and (place == 0 or x[place - 1] == "_")
        found.append(int(begins and one == last))
        last = one if begins else last
    return found


def initials(x: Sequence[str]) -> Sequence[object]:
    """The first letter of the current word; spaces stay."""
    found: list[str] = []
    for place, one in enumerate(x):
        within = place and one != "_" and x[place - 1] != "_"
        found.append(found[-1] if within else one)
    return found


def alternating_sum(x: Sequence[str]) -> Sequence[object]:
    """The elements so far with alternating signs, the first positive."""
    signed = [one * (-1) ** place for place, one in enumerate(_ints(x))]
    return [sum(signed[: place + 1]) for place in range(len(x))]


def carries(x: Sequence[str]) -> Sequence[object]:
    """The digits, lowest first, of a binary sum whose columns are 0, 1 or 2."""
    found, carry = [], 0
    for column in _ints(x):
        found.append((column + carry) % 2)
        carry = (column + carry) // 2
    return found


def product_modulo(x: Sequence[str]) -> Sequence[object]:
    """The product so far modulo 3."""
    found, product = [], 1
    for one in _ints(x):
        product = product * one % 3
        found.append(product)
    return found


def shared(x: Sequence[str]) -> Sequence[object]:
    """How many different elements stand on both sides of the first bar, everywhere."""
    bar = x.index("|") if "|" in x else len(x)
    return [len({*x[:bar]} & {*x[bar + 1 :]} - {"|"})] * len(x)


def run_before(x: Sequence[str]) -> Sequence[object]:
    """The element of the run before the current one."""
    found: list[str] = []
    for place, one in enumerate(x):
        if not place:
            found.append("-")
        else:
            found.append(found[-1] if x[place - 1] == one else x[place - 1])
    return found


def longest_run(x: Sequence[str]) -> Sequence[object]:
    """The length of the longest run so far."""
    lengths = [int(str(one)) for one in run_length(x)]
    return [max(lengths[: place + 1]) for place in range(len(x))]


def mirror_matches(x: Sequence[str]) -> Sequence[object]:
    """How many elements equal their mirror image, everywhere."""
    return [sum(one == other for one, other in zip(x, x[::-1], strict=True))] * len(x)


TUNED = (
    *(task_of(rule.__name__, LETTERS, rule) for rule in (every_other, swap_pairs, rotate_half)),
    *(task_of(rule.__name__, DIGITS, rule) for rule in (sort_down, running_max, count_larger)),
    task_of("distinct_so_far", LETTERS, distinct_so_far),
    *(task_of(rule.__name__, BRACKETS, rule, 10) for rule in (depth, balanced)),
    *(task_of(rule.__name__, SPACED, rule) for rule in (letters_in_word, word_parts)),
    *(task_of(rule.__name__, DIGITS, rule) for rule in (sum_modulo, difference)),
    task_of("found_behind", SPLIT, found_behind),
    *(task_of(rule.__name__, LETTERS, rule) for rule in (unique, run_length, run_count)),
    task_of("palindrome", LETTERS[:3], palindrome),
    task_of("majority", BITS, majority, 10),
    task_of("last_occurrence", LETTERS, last_occurrence),
)
"""To tune on."""

HELD_OUT = (
    *(task_of(rule.__name__, LETTERS, rule) for rule in (two_before, mirrored, shuffled)),
    *(task_of(rule.__name__, DIGITS, rule) for rule in (stable_rank, median, peaks, inversions)),
    task_of("greatest_count", LETTERS, greatest_count),
    task_of("greatest_depth", BRACKETS, greatest_depth, 10),
    task_of("own_depth", TWO_BRACKETS, own_depth),
    *(task_of(rule.__name__, SPACED, rule) for rule in (word_number, same_initial, initials)),
    task_of("alternating_sum", DIGITS, alternating_sum),
    *(task_of(rule.__name__, tuple("012"), rule) for rule in (carries, product_modulo)),
    task_of("shared", SPLIT, shared),
    *(task_of(rule.__name__, LETTERS[:3], rule) for rule in (run_before, longest_run)),
    task_of("mirror_matches", LETTERS[:3], mirror_matches),
)
"""Looked at once with the tree of 30 November 2026 (12 of 20 exact), and tuned on since."""

globals().update({task.name + "_task": task for task in (*TUNED, *HELD_OUT)})
