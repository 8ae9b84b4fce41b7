"""`dyck1` and `dyck2`: is the prefix balanced?

Labels are F, P and T. Both are causal: T says that the prefix up to here is balanced, P that it can still be completed
(by however many brackets), F that it never can. The data always holds exactly length - 1 symbols.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from tprog.evaluate.inputs import IntArray
from tprog.ir import Domain
from tprog.tasks.sizes import TaskSizes, check_size, write_spec
from tprog.tasks.task import Modules, Task, spell

PAIRS = (("(", ")"), ("{", "}"))
LABELS = ("F", "P", "T")
DEFAULT_1 = TaskSizes(vocabulary=4, length=16)
DEFAULT_2 = TaskSizes(vocabulary=6, length=16)


def dyck1(sizes: TaskSizes = DEFAULT_1) -> Task:
    """Return the task over `(` and `)`; the vocabulary is 4."""
    return replace(
        _task("dyck1", 1, sizes, DEFAULT_1),
        published=Modules(3, 4, 4, 1, 1),
        categorical_only=Modules(3, 8, 0, 4, 0),
    )


def dyck2(sizes: TaskSizes = DEFAULT_2) -> Task:
    """Return the task over `(`, `)`, `{` and `}`; the vocabulary is 6."""
    return replace(
        _task("dyck2", 2, sizes, DEFAULT_2),
        published=Modules(3, 2, 2, 2, 2),
        categorical_only=Modules(3, 4, 0, 2, 0),
    )


def dyck_truth(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return T, P or F for every prefix."""
    opened_by = {right: left for left, right in PAIRS}
    labels: list[str] = []
    waiting: list[str] = []
    for token in tokens:
        if token not in opened_by:
            waiting.append(token)
        elif not waiting or waiting.pop() != opened_by[token]:
            return (*labels, *["F"] * (len(tokens) - len(labels)))
        labels.append("P" if waiting else "T")
    return tuple(labels)


def dyck_arrays(data: IntArray) -> IntArray:
    """Return `(inputs, data symbols)` labels; symbol 2 p opens pair p and symbol 2 p + 1 closes it."""
    rows, length = data.shape
    everyone = np.arange(rows)
    waiting = np.full((rows, length + 1), -1, dtype=np.int64)
    depth = np.zeros(rows, dtype=np.int64)
    failed = np.zeros(rows, dtype=np.bool_)
    labels = np.empty_like(data)
    for column in range(length):
        symbol = data[:, column]
        opens = symbol % 2 == 0
        failed |= ~opens & ((depth == 0) | (waiting[everyone, depth - 1] != symbol - 1))
        waiting[everyone[opens], depth[opens]] = symbol[opens]
        depth = np.maximum(depth + np.where(opens, 1, -1), 0)
        labels[:, column] = np.where(failed, 0, np.where(depth > 0, 1, 2))
    return labels


def draw_dyck(
    symbols: tuple[str, ...], length: int, random: np.random.Generator, count: int
) -> list[tuple[str, ...]]:
    """Return `count` sequences: half uniform, half the beginning of a balanced string.

    The balanced string has (length + 1) // 2 pairs. It grows pair by pair, and each new pair either stands at the end
    or goes around everything so far.
    """
    uniform = random.integers(0, len(symbols), size=(count, length))
    balanced = _draw_balanced(len(symbols) // 2, (length + 1) // 2, random, count)
    tossed = random.integers(0, 2, size=(count, 1)) == 1
    return spell(symbols, np.where(tossed, balanced[:, :length], uniform))


def _draw_balanced(kinds: int, pairs: int, random: np.random.Generator, count: int) -> IntArray:
    """Return `(count, 2 * pairs)` symbol indices, built from the last pair to the first."""
    everyone = np.arange(count)
    around = random.integers(0, 2, size=(count, pairs)) == 1
    left = 2 * random.integers(0, kinds, size=(count, pairs))
    found = np.empty((count, 2 * pairs), dtype=np.int64)
    start = np.zeros(count, dtype=np.int64)
    stop = np.full(count, 2 * pairs, dtype=np.int64)
    for pair in reversed(range(pairs)):
        wraps = around[:, pair]
        found[everyone, np.where(wraps, start, stop - 2)] = left[:, pair]
        found[everyone, stop - 1] = left[:, pair] + 1
        start += wraps
        stop -= np.where(wraps, 1, 2)
    return found


def _task(name: str, kinds: int, sizes: TaskSizes, default: TaskSizes) -> Task:
    check_size(name, "vocabulary", sizes.vocabulary, default.vocabulary, default.vocabulary)
    check_size(name, "length", sizes.length, 2)
    symbols = tuple(symbol for pair in PAIRS[:kinds] for symbol in pair)
    data = sizes.length - 1
    return Task(
        name=name,
        domain=Domain(symbols, max_length=data, min_length=data, prefix="<s>"),
        labels=LABELS,
        rule=dyck_truth,
        spec=write_spec(name, sizes, default),
        description="T: the prefix is balanced, P: it can be completed, F: never again",
        causal=True,
        arrays=dyck_arrays,
        sampler=partial(draw_dyck, symbols, data),
    )
