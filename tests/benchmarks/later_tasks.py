"""Twenty tasks that were written later, by somebody who knew nothing of how synthesis works.

Each holds at every length. `cd tests; python -m benchmarks.held_out later 60` tries them.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from benchmarks.held_out_tasks import Rule, task_of

from tprog.tasks.task import Task


def bookends(x: Sequence[str]) -> Sequence[object]:
    """Whether each symbol is the same as the first, the last, both or neither of the ends."""
    name = {(1, 1): "both", (1, 0): "first", (0, 1): "last", (0, 0): "neither"}
    return [name[one == x[0], one == x[-1]] for one in x]


def same_parity(x: Sequence[str]) -> Sequence[object]:
    """How many other digits are odd where this one is, or even where it is even."""
    odd = [int(one) % 2 for one in x]
    return [odd.count(one) - 1 for one in odd]


def traffic_light(x: Sequence[str]) -> Sequence[object]:
    """Each car (c) stops where the next light ahead (to its right) is red and goes otherwise; lights have a dash."""
    ahead = ["".join(x[i:]).replace("c", "")[:1] for i in range(len(x))]
    return [
        "-" if one != "c" else "stop" if light == "r" else "go"
        for one, light in zip(x, ahead, strict=True)
    ]


def minesweeper(x: Sequence[str]) -> Sequence[object]:
    """Mines stay; each free field says how many mines are next to it."""
    around = ["", *x, ""]
    return [
        one if one == "*" else (around[i] == "*") + (around[i + 2] == "*")
        for i, one in enumerate(x)
    ]


def round_robin(x: Sequence[str]) -> Sequence[object]:
    """Three workers get the jobs (j) in turn; a dash where there is no job."""
    return [x[:i].count("j") % 3 + 1 if one == "j" else "-" for i, one in enumerate(x)]


def folded_strip(x: Sequence[str]) -> Sequence[object]:
    """The sum of each digit and the one it lies on when the strip is folded in the middle."""
    return [int(one) + int(other) for one, other in zip(x, reversed(x), strict=True)]


def find_and_replace(x: Sequence[str]) -> Sequence[object]:
    """Everything that is the same as the first symbol becomes the second symbol."""
    return [x[1] if one == x[0] and len(x) > 1 else one for one in x]


def dance_partners(x: Sequence[str]) -> Sequence[object]:
    """Leaders (l) and followers (f) pair up first come, first served; who dances and who waits. Others have a dash."""
    pairs = min(x.count("l"), x.count("f"))
    return [
        "-" if one not in "lf" else "dance" if x[:i].count(one) < pairs else "wait"
        for i, one in enumerate(x)
    ]


def twos_complement(x: Sequence[str]) -> Sequence[object]:
    """The negative of a binary number of so many bits."""
    number = -int("".join(x), 2) % 2 ** len(x)
    return list(f"{number:0{len(x)}b}")


def run_centre(x: Sequence[str]) -> Sequence[object]:
    """Whether a symbol is in the very middle of its run: as many of the same before it as behind."""
    lengths = [len(list(run)) for _, run in groupby(x)]
    return [int(2 * i + 1 == length) for length in lengths for i in range(length)]


def caps_and_shift(x: Sequence[str]) -> Sequence[object]:
    """Caps lock (#) turns capitals on and off, shift (^) turns over the letter right after it."""
    return [
        "-" if one in "#^" else one.upper() if (x[:i].count("#") + (before == "^")) % 2 else one
        for i, (before, one) in enumerate(pairwise(["", *x]))
    ]


def takes_trick(x: Sequence[str]) -> Sequence[object]:
    """Which card takes the trick: the greatest of the suit that was led, the first of equal ones."""
    best = max(one for one in x if one.isupper() == x[0].isupper())
    return [int(i == x.index(best)) for i in range(len(x))]


def next_permutation(x: Sequence[str]) -> Sequence[object]:
    """The next arrangement of these digits in order of size, the least one after the greatest."""
    falls = [i for i in range(len(x) - 1) if x[i] < x[i + 1]]
    if not falls:
        return sorted(x)
    at = falls[-1]
    rest = list(x[at:])
    rest.remove(up := min(one for one in rest if one > x[at]))
    return [*x[:at], up, *sorted(rest)]


def push_dominoes(x: Sequence[str]) -> Sequence[object]:
    """How dominoes end: L and R are pushed and push those that stand (.), which hold between two equal pushes."""
    row, before = "".join(x), ""
    while row != before:
        before = row
        row = row.replace("R.L", "R|L").replace(".L", "LL").replace("R.", "RR")
    return list(row.replace("|", "."))


def sliding_stones(x: Sequence[str]) -> Sequence[object]:
    """The stones (o) slide to the right until a wall (#) or another stone stops them."""
    return list("#".join("".join(sorted(part)) for part in "".join(x).split("#")))


def _victor(champion: str, challenger: str) -> str:
    return challenger if champion + challenger in "rpsr" else champion


def rps_champion(x: Sequence[str]) -> Sequence[object]:
    """Rock, paper, scissors: who is champion after each challenge; the first has none to beat."""
    return list(accumulate(x, _victor))


def prefix_function(x: Sequence[str]) -> Sequence[object]:
    """How long the longest start is that also ends here, short of everything up to here."""
    return [max(k for k in range(end) if x[:k] == x[end - k : end]) for end in range(1, len(x) + 1)]


def double_letter(x: Sequence[str]) -> Sequence[object]:
    """Whether any symbol stands next to one of its kind."""
    return ["yes" if any(one == behind for one, behind in pairwise(x)) else "no"]


def anagram(x: Sequence[str]) -> Sequence[object]:
    """Whether both halves have the same letters, each as often; one in the middle belongs to neither."""
    half = len(x) // 2
    return ["yes" if sorted(x[:half]) == sorted(x[len(x) - half :]) else "no"]


def subsequence(x: Sequence[str]) -> Sequence[object]:
    """Whether the letters before the first bar occur in this order behind it, others between them or not."""
    word, bar, other = "".join(x).partition("|")
    rest = iter(other)
    return ["yes" if bar and all(one in rest for one in word) else "no"]


_RULES: tuple[tuple[Rule, str, int], ...] = (
    (bookends, "abcd", 8),
    (same_parity, "0123", 8),
    (traffic_light, "crg", 10),
    (minesweeper, "*.", 10),
    (round_robin, "j_", 10),
    (folded_strip, "0123", 8),
    (find_and_replace, "abcd", 8),
    (dance_partners, "lfo", 9),
    (twos_complement, "01", 10),
    (run_centre, "abc", 9),
    (caps_and_shift, "ab#^", 8),
    (takes_trick, "abcABC", 7),
    (next_permutation, "012", 9),
    (push_dominoes, "L.R", 10),
    (sliding_stones, "o.#", 10),
    (rps_champion, "rps", 9),
    (prefix_function, "ab", 10),
)
_POOLED_RULES: tuple[tuple[Rule, str, int], ...] = (
    (double_letter, "abcd", 8),
    (anagram, "abc", 9),
    (subsequence, "ab|", 10),
)
LATER: tuple[Task, ...] = (
    *(task_of(rule.__name__, symbols, rule, length) for rule, symbols, length in _RULES),
    *(
        replace(task_of(rule.__name__, symbols, rule, length), pooled=True)
        for rule, symbols, length in _POOLED_RULES
    ),
)
globals().update({task.name + "_task": task for task in LATER})
