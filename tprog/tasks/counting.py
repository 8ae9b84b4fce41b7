"""`hist`, `double_hist` and `most_freq`: how often symbols occur.

All three are framed by `<s>` alone. Labels are numbers written out ("1", "2", ...) for the first two; for `most_freq`
they are the data symbols and `<s>`, which fills the positions after the last distinct symbol.
"""

from collections import Counter
from dataclasses import replace
from functools import partial

import numpy as np

from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Domain
from tprog.tasks.sizes import TaskSizes, check_size, write_spec
from tprog.tasks.task import ArrayRule, Modules, Rule, Task

DEFAULT = TaskSizes(vocabulary=8, length=8)
FILLER = "<s>"


def hist(sizes: TaskSizes = DEFAULT) -> Task:
    """Return the task whose truth at a symbol is how often it occurs."""
    domain = _domain("hist", sizes)
    labels = _numbers(sizes.length - 1)
    description = "how often the own symbol occurs"
    return replace(
        _task("hist", description, sizes, domain, labels, hist_truth, hist_arrays),
        published=Modules(1, 2, 2, 1, 1),
        categorical_only=Modules(3, 8, 0, 4, 0),
    )


def double_hist(sizes: TaskSizes = DEFAULT) -> Task:
    """Return the task whose truth at a symbol is how many distinct symbols occur as often as it does."""
    domain = _domain("double_hist", sizes)
    labels = _numbers(min(sizes.length - 1, len(domain.symbols)))
    description = "how many distinct symbols occur as often as the own one"
    return replace(
        _task(
            "double_hist", description, sizes, domain, labels, double_hist_truth, double_hist_arrays
        ),
        published=Modules(3, 4, 4, 1, 1),
        categorical_only=Modules(2, 8, 0, 2, 0),
    )


def most_freq(sizes: TaskSizes = DEFAULT) -> Task:
    """Return the task whose truth at position p is the p-th most frequent symbol, the earlier one first on a tie."""
    domain = _domain("most_freq", sizes)
    labels = (*domain.symbols, FILLER)
    arrays = partial(most_freq_arrays, len(domain.symbols))
    description = "at position p the p-th most frequent symbol, ties by first occurrence"
    return replace(
        _task("most_freq", description, sizes, domain, labels, most_freq_truth, arrays),
        published=Modules(3, 4, 4, 2, 2),
        categorical_only=Modules(3, 8, 0, 4, 0),
    )


def hist_truth(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return how often each symbol occurs."""
    counts = Counter(tokens)
    return tuple(str(counts[token]) for token in tokens)


def hist_arrays(data: IntArray) -> IntArray:
    """Return `(inputs, data symbols)` labels; label 0 is "1"."""
    return _counts(data) - 1


def double_hist_truth(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return for each symbol how many distinct symbols share its count."""
    counts = Counter(tokens)
    sharing = Counter(counts.values())
    return tuple(str(sharing[counts[token]]) for token in tokens)


def double_hist_arrays(data: IntArray) -> IntArray:
    """Return `(inputs, data symbols)` labels; label 0 is "1"."""
    counts, firsts = _counts(data), _firsts(data)
    sharing = np.zeros_like(data)
    for column in range(data.shape[1]):
        # Each distinct symbol is counted once, at its first occurrence.
        sharing += firsts[:, column, None] & (counts == counts[:, column, None])
    return sharing - 1


def most_freq_truth(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return the distinct symbols by falling count, the earlier one first on a tie, then `<s>` to the end."""
    # Counter keeps the order of first occurrence, and its sort is stable.
    ranked = [symbol for symbol, _ in Counter(tokens).most_common()]
    return (*ranked, *[FILLER] * (len(tokens) - len(ranked)))


def most_freq_arrays(filler: int, data: IntArray) -> IntArray:
    """Return `(inputs, data symbols)` labels, where `filler` is the index of `<s>`."""
    length = data.shape[1]
    positions = np.arange(length, dtype=np.int64)
    rank = np.where(_firsts(data), (length - _counts(data)) * length + positions, length * length)
    order = np.argsort(rank, axis=1, kind="stable")
    symbols = np.take_along_axis(data, order, axis=1)
    return np.where(np.take_along_axis(rank, order, axis=1) < length * length, symbols, filler)


def _counts(data: IntArray) -> IntArray:
    """Return at each position how often its symbol occurs in the row."""
    counts = np.zeros_like(data)
    for column in range(data.shape[1]):
        counts += data == data[:, column, None]
    return counts


def _firsts(data: IntArray) -> BoolArray:
    """Return whether each position holds the first occurrence of its symbol."""
    firsts = np.ones(data.shape, dtype=np.bool_)
    for column in range(1, data.shape[1]):
        firsts[:, column] = (data[:, :column] != data[:, column, None]).all(axis=1)
    return firsts


def _numbers(most: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, most + 1))


def _domain(name: str, sizes: TaskSizes) -> Domain:
    check_size(name, "vocabulary", sizes.vocabulary, 3)
    check_size(name, "length", sizes.length, 2)
    symbols = tuple(sorted(str(number) for number in range(sizes.vocabulary - 2)))
    return Domain(symbols, sizes.length - 1, prefix="<s>")


def _task(
    name: str,
    description: str,
    sizes: TaskSizes,
    domain: Domain,
    labels: tuple[str, ...],
    rule: Rule,
    arrays: ArrayRule,
) -> Task:
    return Task(
        name=name,
        domain=domain,
        labels=labels,
        rule=rule,
        spec=write_spec(name, sizes, DEFAULT),
        description=description,
        arrays=arrays,
    )
