"""Twenty tasks, written without knowledge of what the synthesiser has."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from benchmarks.held_out_tasks import task_of


def bus_load(x: Sequence[str]) -> Sequence[object]:
    """How many ride the bus after each event; it has three seats, and events that are impossible are ignored."""
    riders, out = 0, []
    for event in x:
        riders = min(3, max(0, riders + {"in": 1, "out": -1, "go": 0}[event]))
        out.append(riders)
    return out


def codon_place(x: Sequence[str]) -> Sequence[object]:
    """The place (1, 2, 3) in its codon of every base behind the first AUG, `-` up to and including that AUG."""
    start = next((i + 3 for i in range(len(x)) if list(x[i : i + 3]) == list("AUG")), len(x))
    return ["-" if i < start else (i - start) % 3 + 1 for i in range(len(x))]


def by_first_sight(x: Sequence[str]) -> Sequence[object]:
    """Each token is renamed to the number of its kind in the order in which the kinds first appeared."""
    kinds = list(dict.fromkeys(x))
    return [kinds.index(token) + 1 for token in x]


def word_chain(x: Sequence[str]) -> Sequence[object]:
    """Where a word begins: does it begin with the letter that the word before ended with; `.` anywhere else."""
    out = []
    for i, token in enumerate(x):
        before = [letter for letter in x[:i] if letter != "_"]
        if token == "_" or (i > 0 and x[i - 1] != "_"):
            out.append(".")
        elif not before:
            out.append("first")
        else:
            out.append("ok" if before[-1] == token else "miss")
    return out


def served(x: Sequence[str]) -> Sequence[object]:
    """At the k-th call: the k-th customer to come, `none` if he has not come yet; `-` at a customer's coming."""
    out = []
    for i, token in enumerate(x):
        come = [one for one in x[:i] if one != "call"]
        calls = list(x[:i]).count("call")
        out.append("-" if token != "call" else come[calls] if calls < len(come) else "none")
    return out


def argument(x: Sequence[str]) -> Sequence[object]:
    """Which argument a token is in: first, second or later, by the commas before it that no open bracket encloses."""
    depth, commas, out = 0, 0, []
    for token in x:
        out.append(("first", "second", "later")[min(commas, 2)])
        commas += token == "," and depth <= 0
        depth += {"(": 1, ")": -1}.get(token, 0)
    return out


def beat(x: Sequence[str]) -> Sequence[object]:
    """The beat (1 to 4) of the 4/4 bar on which each note begins, the notes lasting as many beats as they say."""
    return [sum(map(int, x[:i])) % 4 + 1 for i in range(len(x))]


def frozen_account(x: Sequence[str]) -> Sequence[object]:
    """Whether the balance has been below zero at any time up to now, which freezes the account for good."""
    lowest = accumulate(accumulate(map(int, x)), min)
    return ["frozen" if low < 0 else "open" for low in lowest]


def hairpin(x: Sequence[str]) -> Sequence[object]:
    """A bracket where the base and all those outside it pair (A-U, C-G) with their mirror images, else a dot."""
    n, pairs = len(x), {"AU", "UA", "CG", "GC"}
    out = []
    for i in range(n):
        stem = all(x[j] + x[n - 1 - j] in pairs for j in range(min(i, n - 1 - i) + 1))
        out.append("." if not stem else "(" if 2 * i < n else ")")
    return out


def twice(x: Sequence[str]) -> Sequence[object]:
    """The digits of twice the number, written in base 3 with its first digit the greatest, cut to as many digits."""
    carry, out = 0, []
    for digit in reversed(x):
        carry, rest = divmod(2 * int(digit) + carry, 3)
        out.append(rest)
    return out[::-1]


def run_against_last(x: Sequence[str]) -> Sequence[object]:
    """Whether the run that the token is in is longer or shorter than the run before it, or the same."""
    sizes = [len(list(run)) for _, run in groupby(x)]
    out = ["first"] * sum(sizes[:1])
    for before, size in pairwise(sizes):
        out += ["longer" if size > before else "shorter" if size < before else "same"] * size
    return out


def duel_ring(x: Sequence[str]) -> Sequence[object]:
    """On a ring, each becomes what beats it in rock, paper, scissors if a neighbour is that, and else stays."""
    beater = {"rock": "paper", "paper": "scissors", "scissors": "rock"}
    n = len(x)
    return [beater[c] if beater[c] in (x[i - 1], x[(i + 1) % n]) else c for i, c in enumerate(x)]


def about_median(x: Sequence[str]) -> Sequence[object]:
    """Whether the number is below, at or above the (lower) median of all the numbers."""
    middle = sorted(map(int, x))[(len(x) - 1) // 2]
    return ["low" if int(t) < middle else "high" if int(t) > middle else "mid" for t in x]


def block_clash(x: Sequence[str]) -> Sequence[object]:
    """Whether the same digit stands once more in the token's own block of three (blocks from the start)."""
    blocks = [list(x[i - i % 3 : i - i % 3 + 3]) for i in range(len(x))]
    return ["clash" if blocks[i].count(token) > 1 else "fine" for i, token in enumerate(x)]


def odd_sock(x: Sequence[str]) -> Sequence[object]:
    """Whether a sock is left over: the last of its colour, and the socks of that colour are odd in number."""
    socks = list(x)
    return [
        "left" if sock not in socks[i + 1 :] and socks.count(sock) % 2 else "paired"
        for i, sock in enumerate(socks)
    ]


def longest_word(x: Sequence[str]) -> Sequence[object]:
    """Whether a letter is in one of the longest words of the sentence; `_` at the spaces between words."""
    words = "".join(x).split("_")
    most = max(map(len, words))
    marks = [("L" if len(word) == most else "s") * len(word) for word in words]
    return list("_".join(marks))


def dice_hand(x: Sequence[str]) -> Sequence[object]:
    """Of the whole throw: three alike (or more), else two pairs (or more), else a pair, else nothing."""
    counts = Counter(x).values()
    pairs = sum(count == 2 for count in counts)
    return ["three" if max(counts) > 2 else ("nothing", "pair", "two pairs")[min(pairs, 2)]]


def first_to_three(x: Sequence[str]) -> Sequence[object]:
    """Of the whole match: who was the first to win three rounds, or `open` if nobody has; rounds can be drawn."""
    wins = Counter[str]()
    for winner in x:
        wins[winner] += 1
        if winner != "draw" and wins[winner] == 3:
            return [winner]
    return ["open"]


def said_twice(x: Sequence[str]) -> Sequence[object]:
    """Of the whole text: whether its second half repeats its first half exactly (never for an odd length)."""
    half = len(x) // 2
    return ["yes" if list(x[:half]) == list(x[half:]) else "no"]


def barcode(x: Sequence[str]) -> Sequence[object]:
    """Of the whole code: whether the sum of its digits, every second one taken three times, is divisible by 5."""
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(x))
    return ["invalid" if total % 5 else "valid"]


FOREIGN = (
    task_of("bus_load", ("in", "out", "go"), bus_load, 9),
    task_of("codon_place", ("A", "G", "U"), codon_place, 10),
    task_of("by_first_sight", ("k", "l", "m", "n"), by_first_sight, 8),
    task_of("word_chain", ("a", "b", "c", "_"), word_chain, 8),
    task_of("served", ("ann", "bob", "call"), served, 9),
    task_of("argument", ("(", ")", ",", "v"), argument, 8),
    task_of("beat", ("1", "2", "3"), beat, 9),
    task_of("frozen_account", ("+1", "+2", "-1", "-2"), frozen_account, 8),
    task_of("hairpin", ("A", "C", "G", "U"), hairpin, 8),
    task_of("twice", ("0", "1", "2"), twice, 9),
    task_of("run_against_last", ("a", "b"), run_against_last, 10),
    task_of("duel_ring", ("rock", "paper", "scissors"), duel_ring, 9),
    task_of("about_median", ("1", "2", "3", "4", "5"), about_median, 7),
    task_of("block_clash", ("1", "2", "3", "4"), block_clash, 9),
    task_of("odd_sock", ("red", "blue", "grey"), odd_sock, 9),
    task_of("longest_word", ("a", "b", "_"), longest_word, 9),
    replace(task_of("dice_hand", ("1", "2", "3", "4", "5", "6"), dice_hand, 6), pooled=True),
    replace(task_of("first_to_three", ("A", "B", "draw"), first_to_three, 9), pooled=True),
    replace(task_of("said_twice", ("a", "b"), said_twice, 8), pooled=True),
    replace(task_of("barcode", ("0", "1", "2", "3", "4"), barcode, 7), pooled=True),
)
