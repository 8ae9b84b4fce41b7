"""Forty-one tasks written down before synthesis was seen or tried on any of them, by someone who had not read it;
eight that repeated older sets were then replaced, still untried.

`cd tests; python -m benchmarks.held_out strange 60` tries them.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from benchmarks.held_out_tasks import Rule, task_of

from tprog.tasks.task import Task

VOWELS = frozenset("aeiou")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _from(state: int, steps: dict[str, tuple[int, ...]], x: Sequence[str]) -> list[int]:
    """The states of a machine, one behind each symbol; a symbol without steps keeps the state."""
    states = []
    for one in x:
        state = steps[one][state] if one in steps else state
        states.append(state)
    return states


def _groups(x: Sequence[str], gap: str = "") -> list[list[str]]:
    """Runs of equal symbols, or words and what stands between them."""
    return [list(run) for _, run in groupby(x, lambda one: one == gap if gap else one)]


def _swap_halves(x: Sequence[str]) -> Sequence[object]:
    half = len(x) // 2
    return [*x[len(x) - half :], *x[half : len(x) - half], *x[:half]]


def _left_justify(x: Sequence[str]) -> Sequence[object]:
    blanks = next((i for i, one in enumerate(x) if one != "_"), 0)
    return [*x[blanks:], *x[:blanks]]


def _second_largest(x: Sequence[str]) -> Sequence[object]:
    return [sorted({*x})[-2] if len({*x}) > 1 else "none"] * len(x)


def _since_reset(x: Sequence[str]) -> Sequence[object]:
    parts = ["".join(x[: i + 1]).rpartition("r")[2] for i in range(len(x))]
    return [min(part.count("x"), 4) for part in parts]


def _balance(x: Sequence[str]) -> Sequence[object]:
    sides = [x[:i].count(one) - x[i + 1 :].count(one) for i, one in enumerate(x)]
    return ["left" if side > 0 else "right" if side < 0 else "even" for side in sides]


def _brackets(x: Sequence[str]) -> tuple[list[str], set[int]]:
    """What is innermost behind each symbol, any closing one closing it, and which places have partners."""
    stack: list[int] = []
    inner, matched = [], set()
    for i, one in enumerate(x):
        if one in "([":
            stack.append(i)
        elif one in ")]" and stack:
            matched |= {i, stack.pop()}
        inner.append(x[stack[-1]] if stack else "-")
    return inner, matched


def _unmatched(x: Sequence[str]) -> Sequence[object]:
    return [
        one if one == "." else "ok" if i in _brackets(x)[1] else "bad" for i, one in enumerate(x)
    ]


def _quoted(x: Sequence[str]) -> Sequence[object]:
    steps: dict[str, tuple[int, ...]] = {"'": (2, 3, 0, 1), "(": (1, 1, 2, 3), ")": (0, 0, 2, 3)}
    return ["plain" if s == 0 else "inside" if s == 1 else "quote" for s in _from(0, steps, x)]


def _syllable(x: Sequence[str], i: int) -> str:
    return "nucleus" if x[i] in VOWELS else "onset" if {*x[i + 1 : i + 2]} & VOWELS else "coda"


def _negated(x: Sequence[str]) -> Sequence[object]:
    words = [(word, "neg" if word[:2] == ["u", "n"] else "pos") for word in _groups(x, "_")]
    return ["_" if word[0] == "_" else kind for word, kind in words for _ in word]


def _rising(x: Sequence[str]) -> Sequence[object]:
    streaks = [1]
    for a, b in pairwise(x):
        streaks.append(min(streaks[-1] + 1, 3) if a < b else 1)
    return streaks


def _skyline(x: Sequence[str]) -> Sequence[object]:
    """From which ends a tower is seen over all before it."""
    sides = [(one > max(x[:i], default=""), one > max(x[i + 1 :], default="")) for i, one in enumerate(x)]  # fmt: skip
    return [("hidden", "right", "left", "both")[2 * left + right] for left, right in sides]


def _running_day(x: Sequence[str]) -> Sequence[object]:
    later = {f"+{k}": tuple((day + k) % 7 for day in range(7)) for k in (1, 2)}
    named = {day: (number,) * 7 for number, day in enumerate(DAYS)}
    return [DAYS[day] for day in _from(0, later | named, x)]


def _query_key(x: Sequence[str]) -> Sequence[object]:
    found: list[str] = []
    for i, one in enumerate(x):
        after = [b for a, b in pairwise(x[: i + 1]) if "?" + a == one]
        found.append((after[-1] if after else "none") if one[0] == "?" else ".")
    return found


def _balanced(x: Sequence[str]) -> Sequence[object]:
    text = "".join(x)
    while (less := text.replace("()", "").replace("[]", "")) != text:
        text = less
    return ["no" if text else "yes"]


def _monotone(x: Sequence[str]) -> Sequence[object]:
    up, down = list(x) == sorted(x), list(x) == sorted(x, reverse=True)
    return ["flat" if up and down else "up" if up else "down" if down else "mixed"]


def _at(x: Sequence[str]) -> range:
    return range(len(x))


POSITIONS: tuple[tuple[str, Sequence[str], int, Rule], ...] = (
    ("swap_halves", "abcd", 8, _swap_halves),
    ("reverse_if_r", "abcr", 8, lambda x: [*x[:1], *x[:0:-1]] if x[0] == "r" else x),
    ("back_pointer", "0123", 8, lambda x: [x[i - int(x[i])] if i >= int(x[i]) else "-" for i in _at(x)]),
    ("reverse_words", "abc-", 8, lambda x: [one for word in _groups(x, "-") for one in word[::-1]]),
    ("left_justify", "ab_", 8, _left_justify),
    ("skyline", "01234", 8, _skyline),
    ("rank_in_part", "012|", 8, lambda x: [one if one == "|" else sum(a < one for a in run) for run in _groups(x, "|") for one in run]),
    ("second_largest", "01234", 7, _second_largest),
    ("nearest_smaller", "0123", 8, lambda x: [next((a for a in x[:i][::-1] if a < x[i]), "-") for i in _at(x)]),
    ("median_so_far", "0123", 7, lambda x: [sorted(x[: i + 1])[i // 2] for i in _at(x)]),
    ("lead_margin", "abc", 8, lambda x: [max(-2, min(2, x[: i + 1].count("a") - x[: i + 1].count("b"))) for i in _at(x)]),
    ("count_since_reset", "xyr", 9, _since_reset),
    ("left_right_balance", "abc", 8, _balance),
    ("greatest_unique", "0123", 8, lambda x: [max((one for one in x if x.count(one) == 1), default="none")] * len(x)),
    ("innermost_open", "([)]", 8, lambda x: _brackets(x)[0]),
    ("unmatched_brackets", "().", 9, _unmatched),
    ("quoted_brackets", "'()a", 8, _quoted),
    ("syllables", "aebcd", 8, lambda x: [_syllable(x, i) for i in _at(x)]),
    ("negated_words", "und_", 8, _negated),
    ("article", ("A", "apple", "egg", "pear", "of"), 7, lambda x: [
        "an" if a == "A" and {*b[:1]} & VOWELS else a for a, b in pairwise((*x, "")) ]),
    ("alternating_sum", "012", 8, lambda x: [sum(int(x[k]) * (-1) ** k for k in range(i + 1)) % 3 for i in _at(x)]),
    ("increment", "01", 10, lambda x: [int(x[i]) ^ ("0" not in x[i + 1 :]) for i in _at(x)]),
    ("rising_streak", "0123", 8, _rising),
    ("base3_mod4", "012", 8, lambda x: [int("".join(x[: i + 1]), 3) % 4 for i in _at(x)]),
    ("on_both_sides", "abc|", 8, lambda x: [
        "|" if one == "|" else one in "".join(x).partition("|")[0] and one in "".join(x).partition("|")[2] for one in x]),
    ("has_complement", "01234", 7, lambda x: [str(4 - int(one)) in [*x[:i], *x[i + 1 :]] for i, one in enumerate(x)]),
    ("run_is_longest", "ab", 9, lambda x: [len(run) == max(map(len, _groups(x))) for run in _groups(x) for _ in run]),
    ("block_parity", "01", 10, lambda x: [x[i // 3 * 3 : i // 3 * 3 + 3].count("1") % 2 for i in _at(x)]),
    ("mirror_compare", "0123", 8, lambda x: ["=<>"[(x[i] < x[-1 - i]) + 2 * (x[i] > x[-1 - i])] for i in _at(x)]),
    ("running_day", ("mon", "thu", "sun", "+1", "+2"), 8, _running_day),
    ("query_key", ("x", "y", "?x", "?y", "1", "2"), 8, _query_key),
    ("elevator", "ud", 10, lambda x: _from(0, {"u": (1, 2, 3, 3), "d": (0, 0, 1, 2)}, x)),
    ("next_vowel", "aeibc", 8, lambda x: [next((a for a in x[i + 1 :] if a in VOWELS), "-") for i in _at(x)]),
)  # fmt: skip
"""Name, symbols, greatest length, rule."""

POOLED: tuple[tuple[str, Sequence[str], int, Rule], ...] = (
    ("first_half_heavier", "01", 10, lambda x: [x[: len(x) // 2].count("1") > x[len(x) // 2 :].count("1")]),
    ("monotone", "0123", 7, _monotone),
    ("clear_winner", "012", 9, lambda x: [max({*x, "none"}, key=lambda one: (x.count(one) * 2 > len(x), one == "none"))]),
    ("mirror_errors", "abc", 8, lambda x: [min(2, sum(x[i] != x[-1 - i] for i in range(len(x) // 2)))]),
    ("balanced_two", "([)]", 8, _balanced),
    ("same_ends", "abcd", 8, lambda x: [x[0] == x[-1] and len({*x}) > 2]),
    ("longest_run_of", "abc", 8, lambda x: [max(_groups(x), key=len)[0]]),
    ("pointed_at", "01234", 7, lambda x: [x[int(x[0])] if int(x[0]) < len(x) else "-"]),
)  # fmt: skip
"""The same with one label for the whole sequence."""

STRANGE: tuple[Task, ...] = (
    *(task_of(name, tuple(symbols), rule, length) for name, symbols, length, rule in POSITIONS),
    *(replace(task_of(name, tuple(symbols), rule, length), pooled=True) for name, symbols, length, rule in POOLED),
)  # fmt: skip
globals().update({task.name + "_task": task for task in STRANGE})
