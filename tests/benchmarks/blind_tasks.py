"""Twenty tasks invented without a look at synthesis or at the other sets, and untried; two that repeated older ones were then
replaced, still untried.

`cd tests; python -m benchmarks.held_out blind 60` tries them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from benchmarks.held_out_tasks import Rule, task_of

from tprog.tasks.task import Task


def _after_bar(x: Sequence[str]) -> list[str]:
    """After the first bar, the text before it, once; elsewhere a dash."""
    bar = [*x, "|"].index("|")
    return ["-" if i <= bar or i > 2 * bar else x[i - bar - 1] for i in range(len(x))]


def _agreement(x: Sequence[str]) -> Sequence[object]:
    """Does a verb agree with the last noun that does not follow "of"?"""
    nouns = accumulate(
        zip(["", *x], x, strict=False),
        lambda noun, two: two[1] if "key" in two[1] and two[0] != "of" else noun,
        initial="",
    )
    return [
        {"is": noun == "key", "are": noun == "keys"}.get(one, "-")
        for one, noun in zip(x, [*nouns][1:], strict=True)
    ]


def _new_leader(x: Sequence[str]) -> list[str]:
    """Who is ahead, wherever that has just changed."""
    scores = accumulate(({"a": 1, "b": -1}.get(one, 0) for one in x), initial=0)
    ahead = ["tie" if score == 0 else "a" if score > 0 else "b" for score in scores]
    return [now if now != before else "-" for before, now in pairwise(ahead)]


def _vending(x: Sequence[str]) -> list[str]:
    """Coins of one and two, credit of at most three, drinks that cost two."""
    credit, labels = 0, []
    for one in x:
        sold = one == "press" and credit >= 2
        labels.append("drink" if sold else "nothing" if one == "press" else "-")
        credit = credit - 2 * sold if one == "press" else min(3, credit + int(one))
    return labels


def _quoted(x: Sequence[str]) -> list[str]:
    """Code, string or escaped character; a backslash escapes only within a string."""
    inside, escaped, labels = False, False, list[str]()
    for one in x:
        labels.append("escaped" if escaped else "string" if inside or one == '"' else "code")
        inside ^= one == '"' and not escaped
        escaped = inside and one == "\\" and not escaped
    return labels


def _radius(x: Sequence[str]) -> list[int]:
    """How far, up to two, the text mirrors itself around each position."""
    around = [*"<<", *x, *">>"]
    same = [[around[i - k] == around[i + k] for k in (1, 2)] for i in range(2, len(x) + 2)]
    return [one + (one and two) for one, two in same]


def _balance(x: Sequence[str]) -> list[str]:
    """The greatest depth, up to three, or that the brackets do not match."""
    depths = [0, *accumulate({"(": 1, ")": -1, ".": 0}[one] for one in x)]
    return ["broken" if min(depths) < 0 or depths[-1] else str(min(3, max(depths)))]


POSITIONS: tuple[tuple[str, Sequence[str], int, Rule], ...] = (
    ("once_more_after_bar", "abc|", 8, _after_bar),
    ("top_commas", "(),a", 8, lambda x: [a if a != "," else "nested" if x[:i].count("(") > x[:i].count(")") else "top" for i, a in enumerate(x)]),
    ("attractor_agreement", ("key", "keys", "of", "is", "are"), 8, _agreement),
    ("new_leader", "abc", 9, _new_leader),
    ("vending", ("1", "2", "press"), 8, _vending),
    ("lexer_quotes", 'a;"\\', 8, _quoted),
    ("mirror_radius", "abc", 8, _radius),
    ("column_carry", "01234", 7, lambda x: [c % 3 for c in accumulate(map(int, x), lambda c, one: c // 3 + one)]),
    ("backspace", "abc<", 7, lambda x: [(s or "-")[-1] for s in accumulate(x, lambda s, a: s[:-1] if a == "<" else s + a, initial="")][1:]),
    ("dense_rank", "01234", 7, lambda x: [sum(low < one for low in {*x}) for one in x]),
    ("mex_so_far", "0123", 8, lambda x: [min({*range(5)} - {*map(int, x[: i + 1])}) for i in range(len(x))]),
    ("kth_run", "abc", 8, lambda x: [*[one for one, _ in groupby(x)], *"-" * len(x)][: len(x)]),
    ("two_hops", "012345", 6, lambda x: [(to := dict(zip("012345", x, strict=False))).get(to.get(one, ""), "-") for one in x]),
    ("mean_so_far", "0123", 8, lambda x: [sum(map(int, x[:i])) // i for i in range(1, len(x) + 1)]),
    ("odd_ones_first", "01234", 7, lambda x: sorted(x, key=lambda one: (one not in "13", one))),
    ("unriffle", "abcdef", 9, lambda x: [*x[::2], *x[1::2]]),
)  # fmt: skip
"""Name, symbols, greatest length, rule."""

POOLED: tuple[tuple[str, Sequence[str], int, Rule], ...] = (
    ("first_to_return", "abcdefgh", 7, lambda x: [next((one for i, one in enumerate(x) if one in x[:i]), "none")]),
    ("capped_depth", "().", 8, _balance),
    ("vote_with_veto", ("yes", "no", "veto", "absent"), 7, lambda x: ["veto" not in x and x.count("yes") > x.count("no")]),
    ("poker_hand", "01234", 6, lambda x: ["+".join(str(min(3, n)) for n in sorted(Counter(x).values())[-2:])]),
)  # fmt: skip
"""The same with one label for the whole sequence."""

BLIND: tuple[Task, ...] = (
    *(task_of(name, tuple(symbols), rule, length) for name, symbols, length, rule in POSITIONS),
    *(replace(task_of(name, tuple(symbols), rule, length), pooled=True) for name, symbols, length, rule in POOLED),
)  # fmt: skip
globals().update({task.name + "_task": task for task in BLIND})
