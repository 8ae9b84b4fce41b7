"""The 62 sequence tasks on which "Opening the AI black box" (Michaud et al., 2024) trained its networks, by its definitions.

Inputs are sequences of integers, or of pairs of them, of one length; there is a label at each position.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from tprog.synthesis.examples import Example, Examples

Row = list[int]
Label = Callable[[Row], Sequence[object]]
PairLabel = Callable[[Row, Row], Sequence[object]]


@dataclass(frozen=True)
class RnnTask:
    """What is drawn, uniformly from low to high - 1, and the labels for it."""

    low: int
    high: int
    label: Label | None = None
    pairs: PairLabel | None = None
    draw: Callable[[random.Random, int], Row] | None = None

    def example(self, rng: random.Random, length: int) -> Example:
        """Draw one example."""
        draw = self.draw or (lambda rng, n: [rng.randrange(self.low, self.high) for _ in range(n)])
        x = draw(rng, length)
        if self.pairs is not None:
            y = draw(rng, length)
            tokens = [f"{a},{b}" for a, b in zip(x, y, strict=True)]
            return Example(tuple(tokens), tuple(map(str, self.pairs(x, y))))
        assert self.label is not None
        return Example(tuple(map(str, x)), tuple(map(str, self.label(x))))


def drawn(task: RnnTask, count: int, length: int, seed: int) -> Examples:
    """Draw examples of one length."""
    rng = random.Random(seed)
    return Examples(tuple(task.example(rng, length) for _ in range(count)))


def here(rule: Callable[[Row, int], object]) -> Label:
    """Label each position by a rule for the sequence and the position."""
    return lambda x: [int(rule(x, i)) for i in range(len(x))]  # type: ignore[call-overload]


def last(count: int, x: Row, i: int) -> Row:
    """Return the values of the last positions, zeros before the first."""
    return [x[j] if j >= 0 else 0 for j in range(i - count + 1, i + 1)]


def added(base: int) -> PairLabel:
    """Add two numbers digit by digit, the lowest digit first."""

    def label(x: Row, y: Row) -> Row:
        carry, found = 0, []
        for a, b in zip(x, y, strict=True):
            carry, digit = divmod(a + b + carry, base)
            found.append(digit)
        return found

    return label


def divided(by: int) -> Label:
    """Divide a binary number, the first digit highest."""

    def label(x: Row) -> Row:
        rest, found = 0, []
        for one in x:
            digit, rest = divmod(2 * rest + one, by)
            found.append(digit)
        return found

    return label


def balanced(x: Row) -> Row:
    """Tell where the brackets (0 opens) are balanced; nothing is once one closes too early."""
    depth, found = 0, []
    for one in x:
        depth = depth + (-1 if one else 1) if depth >= 0 else -1
        found.append(int(depth == 0))
    return found


def palindromic(rng: random.Random, length: int) -> Row:
    """Draw a sequence that begins with a palindrome of 2 or more bits."""
    size = rng.randint(2, length)
    half = [rng.randrange(2) for _ in range(size)]
    start = half[: (size + 1) // 2] + half[: size // 2][::-1]
    return start + [rng.randrange(2) for _ in range(length - size)]


def majority(x: Row, i: int) -> int:
    """Return the most frequent value so far, the least of several."""
    seen = x[: i + 1]
    return max(sorted(set(seen)), key=seen.count)


def sprung(x: Row) -> Row:
    """Return where a mass on a spring is under forces."""
    place, speed, found = 0, 0, []
    for force in x:
        speed += force - place
        place += speed
        found.append(place)
    return found


def turned(x: Row, y: Row) -> list[str]:
    """Return where a charge in a magnetic field is under forces."""
    place, speed, found = (0, 0), (0, 0), []
    for a, b in zip(x, y, strict=True):
        speed = speed[0] + a - speed[1], speed[1] + b + speed[0]
        place = place[0] + speed[0], place[1] + speed[1]
        found.append(f"{place[0]},{place[1]}")
    return found


def dithered(x: Row) -> Row:
    """Return by how much the sum so far passes multiples of 15."""
    whole = [total // 15 for total in accumulate(x)]
    return [b - a for a, b in zip([0, *whole], whole, strict=False)]


def twice(x: Row, added_: int = 0) -> Row:
    """Return the sums of sums."""
    return list(accumulate(accumulate(one + added_ for one in x)))


def each_pair(rule: Callable[[int, int], int]) -> PairLabel:
    """Label each position by a rule for its two values."""
    return lambda x, y: [rule(a, b) for a, b in zip(x, y, strict=True)]


def dot_parity(x: Row, y: Row) -> Row:
    """Return the parity of the dot product so far."""
    return [one % 2 for one in accumulate(a * b for a, b in zip(x, y, strict=True))]


RNN_TASKS: dict[str, RnnTask] = {
    "Binary_Addition": RnnTask(0, 2, pairs=added(2)),
    **{f"Base_{base}_Addition": RnnTask(0, base, pairs=added(base)) for base in range(3, 8)},
    "Abs_Current": RnnTask(-100, 100, here(lambda x, i: abs(x[i]))),
    "Abs_Diff": RnnTask(-100, 100, here(lambda x, i: abs(x[i] - last(2, x, i)[0]))),
    "Diff_Abs_Values": RnnTask(-100, 100, here(lambda x, i: abs(x[i]) - abs(last(2, x, i)[0]))),
    "Diff_Last2": RnnTask(-100, 100, here(lambda x, i: x[i] - last(2, x, i)[0])),
    **{
        f"Add_Mod_{m}": RnnTask(0, m, here(lambda x, i, m=m: sum(x[: i + 1]) % m))  # type: ignore[misc]
        for m in range(3, 9)
    },
    "Alternating_Last3": RnnTask(0, 2, here(lambda x, i: last(3, x, i) in ([0, 1, 0], [1, 0, 1]))),
    "Alternating_Last4": RnnTask(
        0, 2, here(lambda x, i: last(4, x, i) in ([0, 1, 0, 1], [1, 0, 1, 0]))
    ),
    "Balanced_Parenthesis": RnnTask(0, 2, balanced),
    "Bit_Dot_Prod_Mod2": RnnTask(0, 2, pairs=dot_parity),
    "Bit_Palindrome": RnnTask(0, 2, here(lambda x, i: x[: i + 1] == x[i::-1]), draw=palindromic),
    "Bit_Shift_Right": RnnTask(0, 2, here(lambda x, i: last(2, x, i)[0])),
    "Bitwise_And": RnnTask(0, 2, pairs=each_pair(lambda a, b: a & b)),
    "Bitwise_Or": RnnTask(0, 2, pairs=each_pair(lambda a, b: a | b)),
    "Bitwise_Xor": RnnTask(0, 2, pairs=each_pair(lambda a, b: a ^ b)),
    "Bitwise_Not": RnnTask(0, 2, here(lambda x, i: 1 - x[i])),
    "Current_Number": RnnTask(0, 100, here(lambda x, i: x[i])),
    "Dithering": RnnTask(0, 16, dithered),
    **{f"Div_{by}": RnnTask(0, 2, divided(by)) for by in (3, 5, 7)},
    "Evens_Counter": RnnTask(0, 10, here(lambda x, i: sum(one % 2 == 0 for one in x[: i + 1]))),
    "Evens_Detector": RnnTask(0, 10, here(lambda x, i: x[i] % 2 == 0)),
    **{f"Majority_0_{top}": RnnTask(0, top + 1, here(majority)) for top in (1, 2, 3)},
    "Max_Seen": RnnTask(0, 100, here(lambda x, i: max(x[: i + 1]))),
    "Min_Seen": RnnTask(0, 10, here(lambda x, i: min(x[: i + 1]))),
    "Newton_Freebody": RnnTask(-10, 11, twice),
    "Newton_Gravity": RnnTask(-10, 11, lambda x: twice(x, -1)),
    "Newton_Magnetic": RnnTask(-10, 11, pairs=turned),
    "Newton_Spring": RnnTask(-10, 11, sprung),
    "Parity_All": RnnTask(0, 2, here(lambda x, i: sum(x[: i + 1]) % 2)),
    "Parity_Bits_Mod2": RnnTask(0, 2, here(lambda x, i: i % 2)),
    "Parity_Zeros": RnnTask(0, 2, here(lambda x, i: x[: i + 1].count(0) % 2)),
    **{
        f"Parity_Last{k}": RnnTask(0, 2, here(lambda x, i, k=k: sum(last(k, x, i)) % 2))  # type: ignore[misc]
        for k in (2, 3, 4)
    },
    "Perfect_Square_Detector": RnnTask(0, 20, here(lambda x, i: x[i] in (0, 1, 4, 9, 16))),
    **{
        f"Prev{k}": RnnTask(0, 100, here(lambda x, i, k=k: last(k + 1, x, i)[0]))  # type: ignore[misc]
        for k in range(1, 6)
    },
    "Previous_Equals_Current": RnnTask(0, 8, here(lambda x, i: x[i] == last(2, x, i)[0])),
    "Sum_All": RnnTask(0, 100, here(lambda x, i: sum(x[: i + 1]))),
    **{
        f"Sum_Last{k}": RnnTask(0, 100, here(lambda x, i, k=k: sum(last(k, x, i))))  # type: ignore[misc]
        for k in range(2, 8)
    },
}
