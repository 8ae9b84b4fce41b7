"""Forty tasks that no part was tuned for, split at random into `STRANGER_A` and `STRANGER_B`.

Each holds at every length. `cd tests; python -m benchmarks.held_out stranger_a 60` tries the first half.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from benchmarks.held_out_tasks import Rule, task_of

from tprog.tasks.task import Task


def plus_first(x: Sequence[str]) -> Sequence[object]:
    """Each digit plus the first one, modulo five."""
    return [(int(one) + int(x[0])) % 5 for one in x]


def swap_ends(x: Sequence[str]) -> Sequence[object]:
    """The first and the last symbol change places."""
    return x if len(x) < 2 else [x[-1], *x[1:-1], x[0]]


def roman_value(x: Sequence[str]) -> Sequence[object]:
    """What each Roman numeral counts: subtracted before a greater one, added otherwise."""
    value = {"I": 1, "V": 5, "X": 10, "": 0}
    return [
        f"-{value[one]}" if value[one] < value[behind] else f"+{value[one]}"
        for one, behind in pairwise([*x, ""])
    ]


def the_third(x: Sequence[str]) -> Sequence[object]:
    """The third symbol at every position, a dash where there is none."""
    return [x[2] if len(x) > 2 else "-"] * len(x)


def until_stop(x: Sequence[str]) -> Sequence[object]:
    """A copy that ends before the first stop; dashes from there on."""
    stop = [*x, "."].index(".")
    return [one if i < stop else "-" for i, one in enumerate(x)]


def second_time(x: Sequence[str]) -> Sequence[object]:
    """Whether a symbol occurs for exactly the second time."""
    return [int(x[:i].count(one) == 1) for i, one in enumerate(x)]


def devoiced(x: Sequence[str]) -> Sequence[object]:
    """A d that ends a word is spoken as t."""
    return ["t" if one == "d" and behind == "_" else one for one, behind in pairwise([*x, "_"])]


def count_of_first(x: Sequence[str]) -> Sequence[object]:
    """How often the first symbol occurs in the whole sequence, at every position."""
    return [x.count(x[0]) for _ in x]


def thousands(x: Sequence[str]) -> Sequence[object]:
    """A comma behind every third digit from the right, but not behind the last."""
    to_come = range(len(x) - 1, -1, -1)
    return [
        one + "," if left and left % 3 == 0 else one for one, left in zip(x, to_come, strict=True)
    ]


def rule_110(x: Sequence[str]) -> Sequence[object]:
    """One step of the cellular automaton 110, with zeros beyond the ends."""
    padded = ["0", *x, "0"]
    return [110 >> int("".join(padded[i : i + 3]), 2) & 1 for i in range(len(x))]


def above_least(x: Sequence[str]) -> Sequence[object]:
    """How far each digit lies above the least of all."""
    return [int(one) - int(min(x)) for one in x]


EASY: tuple[tuple[Rule, str, int], ...] = (
    (plus_first, "01234", 8),
    (swap_ends, "abcd", 8),
    (roman_value, "IVX", 8),
    (the_third, "abcd", 8),
    (until_stop, "abc.", 8),
    (second_time, "abcd", 8),
    (devoiced, "adt_", 8),
    (count_of_first, "abc", 8),
    (thousands, "0123", 8),
    (rule_110, "01", 10),
    (above_least, "01234", 7),
)
"""Rule, symbols, greatest length."""


def halved(x: Sequence[str]) -> Sequence[object]:
    """Half of a number in base six, rounded down, greatest digit first."""
    return [(int(one) + 6 * (int(before) % 2)) // 2 for before, one in pairwise(["0", *x])]


def subtotal(x: Sequence[str]) -> Sequence[object]:
    """At each equals sign the sum, modulo three, of the digits since the one before; a dash at digits."""
    total, labels = 0, list[object]()
    for one in x:
        labels.append(total % 3 if one == "=" else "-")
        total = 0 if one == "=" else total + int(one)
    return labels


def sorted_pairs(x: Sequence[str]) -> Sequence[object]:
    """Each two neighbours in ascending order; an odd one at the end stays."""
    return [one for i in range(0, len(x), 2) for one in sorted(x[i : i + 2])]


def pig_latin(x: Sequence[str]) -> Sequence[object]:
    """The first letter of every word goes to the end of the word."""
    return [*"_".join(word[1:] + word[:1] for word in "".join(x).split("_"))]


def lone_sock(x: Sequence[str]) -> Sequence[object]:
    """Of every symbol that occurs an odd number of times the last one; elsewhere a dash."""
    return [one if x.count(one) % 2 and one not in x[i + 1 :] else "-" for i, one in enumerate(x)]


def vowel_harmony(x: Sequence[str]) -> Sequence[object]:
    """An open vowel V sounds as the last a or e before it, as a where there is none."""
    heard = accumulate(x, lambda last, one: one if one in "ae" else last, initial="a")
    return [last if one == "V" else one for last, one in zip([*heard][1:], x, strict=True)]


def stressed_vowel(x: Sequence[str]) -> Sequence[object]:
    """An accent on the second last vowel, or on the only one."""
    vowels = [i for i, one in enumerate(x) if one in "ao"]
    return ["'" + one if i in vowels[-2:][:1] else one for i, one in enumerate(x)]


def home_again(x: Sequence[str]) -> Sequence[object]:
    """Whether steps up, down, left and right have led back to where they began."""
    counts = [Counter(x[: i + 1]) for i in range(len(x))]
    return ["home" if c["U"] == c["D"] and c["L"] == c["R"] else "away" for c in counts]


def rain_water(x: Sequence[str]) -> Sequence[object]:
    """How much rain stands on each column, between the highest on its left and on its right."""
    return [min(int(max(x[: i + 1])), int(max(x[i:]))) - int(one) for i, one in enumerate(x)]


def abc_in_order(x: Sequence[str]) -> Sequence[object]:
    """How many of a, b, c have come so far in this order, with gaps allowed."""
    return [*accumulate(x, lambda n, one: n + (one == "abc~"[n]), initial=0)][1:]


def thin_runs(x: Sequence[str]) -> Sequence[object]:
    """Within each run of equal symbols every second one becomes a dash."""
    runs = [[*run] for _, run in groupby(x)]
    return ["-" if i % 2 else one for run in runs for i, one in enumerate(run)]


MEDIUM: tuple[tuple[Rule, str, int], ...] = (
    (halved, "012345", 7),
    (subtotal, "012=", 8),
    (sorted_pairs, "01234", 8),
    (pig_latin, "abc_", 8),
    (lone_sock, "abcd", 8),
    (vowel_harmony, "aekV", 8),
    (stressed_vowel, "aokt", 8),
    (home_again, "UDLR", 8),
    (rain_water, "0123", 8),
    (abc_in_order, "abcd", 8),
    (thin_runs, "abc", 8),
)
"""The same, somewhat harder."""


def rotate_by_count(x: Sequence[str]) -> Sequence[object]:
    """Rotated to the left by as many places as there are a's."""
    return [x[(i + x.count("a")) % len(x)] for i in range(len(x))]


def variables(x: Sequence[str]) -> Sequence[object]:
    """A digit is stored in the variable named last before it; a name gives what is stored there, ? where nothing is."""
    stored: dict[str, str] = {}
    named, labels = "", list[str]()
    for one in x:
        if one.isdigit():
            stored[named] = one
            labels.append("-")
        else:
            named = one
            labels.append(stored.get(one, "?"))
    return labels


def word_seen_before(x: Sequence[str]) -> Sequence[object]:
    """Whether the word that a letter belongs to has stood before as a whole word; gaps stay gaps."""
    seen, labels = set[str](), list[object]()
    for word in "".join(x).split("_"):
        labels += [int(word in seen)] * len(word) + ["_"]
        seen.add(word)
    return labels[: len(x)]


def child_number(x: Sequence[str]) -> Sequence[object]:
    """Which child of its parent each opening bracket is, from 1; 0 at closing ones, of which stray ones do nothing."""
    children, labels = [0], list[int]()
    for one in x:
        if one == "(":
            children[-1] += 1
            labels.append(children[-1])
            children.append(0)
        else:
            labels.append(0)
            children = children[:-1] if len(children) > 1 else children
    return labels


def tripled(x: Sequence[str]) -> Sequence[object]:
    """Three times a binary number, greatest bit first, cut to its length from the right."""
    number = 3 * int("".join(["0", *x]), 2)
    return [number >> left & 1 for left in range(len(x) - 1, -1, -1)]


def bubble_pass(x: Sequence[str]) -> Sequence[object]:
    """One pass of bubble sort: from left to right, neighbours in the wrong order are swapped."""
    row = [*x]
    for i in range(len(row) - 1):
        row[i : i + 2] = sorted(row[i : i + 2])
    return row


def queue(x: Sequence[str]) -> Sequence[object]:
    """Letters queue up; each "next" says which of them is served, or nobody."""
    waiting, labels = list[str](), list[str]()
    for one in x:
        if one == "next":
            labels.append(waiting.pop(0) if waiting else "nobody")
        else:
            waiting.append(one)
            labels.append("-")
    return labels


def shell_game(x: Sequence[str]) -> Sequence[object]:
    """Under which of three cups the ball is after each swap of two; it starts under the first."""
    at = accumulate(x, lambda cup, swap: swap.replace(cup, "") if cup in swap else cup, initial="1")
    return [*at][1:]


def fresh_stretch(x: Sequence[str]) -> Sequence[object]:
    """How long the longest stretch without a repeated symbol is that ends here."""
    return [
        max(k for k in range(1, i + 1) if len(set(x[i - k : i])) == k) for i in range(1, len(x) + 1)
    ]


def roll_call(x: Sequence[str]) -> Sequence[object]:
    """Every different symbol once, in the order of first occurrence, then dashes."""
    return [*dict.fromkeys(x), *"-" * len(x)][: len(x)]


def bigram_guess(x: Sequence[str]) -> Sequence[object]:
    """What has most often followed this symbol so far, the first in the alphabet of several, ? where nothing has."""
    labels = list[str]()
    for i, one in enumerate(x):
        followers = Counter(b for a, b in pairwise(x[: i + 1]) if a == one)
        labels.append(min(followers, key=lambda b: (-followers[b], b), default="?"))
    return labels


def hopscotch(x: Sequence[str]) -> Sequence[object]:
    """Which squares are stepped on by who starts on the first and jumps ahead as far as each square says."""
    stepped, at = set[int](), 0
    while at < len(x):
        stepped.add(at)
        at += int(x[at])
    return [int(i in stepped) for i in range(len(x))]


HARD: tuple[tuple[Rule, Sequence[str], int], ...] = (
    (rotate_by_count, "abc", 8),
    (variables, "xy12", 8),
    (word_seen_before, "ab_", 9),
    (child_number, "()", 10),
    (tripled, "01", 10),
    (bubble_pass, "01234", 7),
    (queue, ("a", "b", "c", "next"), 8),
    (shell_game, ("12", "23", "13"), 8),
    (fresh_stretch, "abcd", 8),
    (roll_call, "abcde", 7),
    (bigram_guess, "abc", 8),
    (hopscotch, "123", 9),
)
"""The same, harder still."""


def count_ab(x: Sequence[str]) -> Sequence[object]:
    """How often a is directly followed by b."""
    return [[*pairwise(x)].count(("a", "b"))]


def b_after_a(x: Sequence[str]) -> Sequence[object]:
    """Whether every a is directly followed by b."""
    return [int(all(behind == "b" for one, behind in pairwise([*x, ""]) if one == "a"))]


def said_twice(x: Sequence[str]) -> Sequence[object]:
    """Whether the second half repeats the first; an odd length has no halves."""
    half = len(x) // 2
    return [int(x[:half] == x[half:])]


def every_clause(x: Sequence[str]) -> Sequence[object]:
    """Whether there is a 1 in every clause, with semicolons between the clauses."""
    return [int(all("1" in clause for clause in "".join(x).split(";")))]


def greater_number(x: Sequence[str]) -> Sequence[object]:
    """Whether the binary number before the first bar or the one after it is greater; later bars count as zeros."""
    left, _, right = "".join(x).partition("|")
    one, other = int("0" + left, 2), int("0" + right.replace("|", "0"), 2)
    return ["left" if one > other else "right" if one < other else "equal"]


def check_digit(x: Sequence[str]) -> Sequence[object]:
    """The sum of all digits modulo five, with every second one from the right doubled."""
    return [sum(int(one) * (1 + i % 2) for i, one in enumerate(reversed(x))) % 5]


POOLED: tuple[tuple[Rule, str, int], ...] = (
    (count_ab, "abc", 8),
    (b_after_a, "abc", 8),
    (said_twice, "ab", 10),
    (every_clause, "01;", 9),
    (greater_number, "01|", 9),
    (check_digit, "01234", 7),
)
"""The same with one label for the whole sequence; the easier ones first."""

SPLIT_SEED = 20
"""Of the draw that splits the tasks."""


def _tasks(rows: Iterable[tuple[Rule, Sequence[str], int]], pooled: bool = False) -> list[Task]:
    """Return a Task of each rule, named for it."""
    tasks = [task_of(rule.__name__, tuple(symbols), rule, length) for rule, symbols, length in rows]
    return [replace(task, pooled=pooled) for task in tasks]


def _split(levels: Iterable[list[Task]], seed: int) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
    """Shuffle within each level of difficulty and deal the tasks out to two sides in turn."""
    draw = random.Random(seed)
    dealt = [task for level in levels for task in draw.sample(level, len(level))]
    return tuple(dealt[::2]), tuple(dealt[1::2])


_ASKED_ONCE = _tasks(POOLED, pooled=True)
STRANGER_A, STRANGER_B = _split(
    [*map(_tasks, (EASY, MEDIUM, HARD)), _ASKED_ONCE[:2], _ASKED_ONCE[2:4], _ASKED_ONCE[4:]],
    SPLIT_SEED,
)

globals().update({task.name + "_task": task for task in (*STRANGER_A, *STRANGER_B)})
