"""Sixteen tasks with one label for the whole sequence, written down before the search for such was tried on any of them.

`cd tests; python -m benchmarks.held_out pooled 60` tries them.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from benchmarks.held_out_tasks import Rule, task_of

from tprog.tasks.task import Task


def _more(x: Sequence[str]) -> Sequence[object]:
    a, b = x.count("a"), x.count("b")
    return ["a" if a > b else "b" if b > a else "tie"]


def _turns(x: Sequence[str]) -> Sequence[object]:
    up, down = (sum(k * (int(b) - int(a)) > 0 for a, b in pairwise(x)) for k in (1, -1))
    return ["up" if up > down else "down" if down > up else "even"]


def _repeated(x: Sequence[str]) -> Sequence[object]:
    return [next((one for i, one in enumerate(x) if one in x[:i]), "none")]


def _letters_and_gaps(x: Sequence[str]) -> Sequence[object]:
    words = [len([*run]) for gap, run in groupby(x, lambda one: one == "_") if not gap]
    return [max(words, default=0)]


RULES: tuple[tuple[str, Sequence[str], int, Rule], ...] = (
    ("more_of", "abc", 8, _more),
    ("turns", "0123", 7, _turns),
    ("first_repeated", "abcd", 8, _repeated),
    ("longest_word", "abc_", 8, _letters_and_gaps),
    ("holds_ab", "abc", 8, lambda x: [("a", "b") in pairwise(x)]),
    ("is_palindrome", "abc", 8, lambda x: [list(x) == list(x[::-1])]),
    ("all_different", "01234", 7, lambda x: [len({*x}) == len(x)]),
    ("how_many_different", "abcd", 8, lambda x: [len({*x})]),
    ("spread", "01234", 7, lambda x: [int(max(x)) - int(min(x))]),
    ("two_parities", "abc", 8, lambda x: ["".join("eo"[x.count(one) % 2] for one in "ab")]),
    ("most_common", "abc", 8, lambda x: [max("cba", key=x.count)]),
    ("peak_late", "0123", 8, lambda x: [x.index(max(x)) * 2 >= len(x)]),
    ("a_before_b", "abc", 8, lambda x: ["b" not in x or "a" in x[: x.index("b")]]),
    ("middle", "abcd", 7, lambda x: [x[len(x) // 2]]),
    ("sum_exceeds", "0123", 8, lambda x: [sum(map(int, x)) > 2 * len(x) - 3]),
    ("fits", "ab|", 9, lambda x: ["".join(x).split("|")[0] == "".join(x).split("|")[-1]]),
)
"""Name, symbols, greatest length, rule."""

POOLED: tuple[Task, ...] = tuple(
    replace(task_of(name, tuple(symbols), rule, length), pooled=True)
    for name, symbols, length, rule in RULES
)
globals().update({task.name + "_task": task for task in POOLED})
