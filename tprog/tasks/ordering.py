"""`reverse` and `sort`: the data symbols again, in another order.

Both are framed by `<s>` and `</s>`; their labels are the data symbols.
"""

from dataclasses import replace

import numpy as np

from tprog.evaluate.inputs import IntArray
from tprog.ir import Domain
from tprog.tasks.sizes import TaskSizes, check_size, write_spec
from tprog.tasks.task import ArrayRule, Modules, Rule, Task

DEFAULT = TaskSizes(vocabulary=8, length=8)


def reverse(sizes: TaskSizes = DEFAULT) -> Task:
    """Return the task whose truth is the data backwards."""
    return replace(
        _task("reverse", "the data backwards", sizes, reverse_truth, reverse_arrays),
        published=Modules(3, 4, 4, 1, 1),
        categorical_only=Modules(3, 8, 0, 4, 0),
    )


def sort(sizes: TaskSizes = DEFAULT) -> Task:
    """Return the task whose truth is the data in order, compared as strings: "10" comes before "2"."""
    return replace(
        _task("sort", "the data in order, as strings", sizes, sort_truth, sort_arrays),
        published=Modules(3, 4, 4, 2, 2),
        categorical_only=Modules(2, 4, 0, 4, 0),
    )


def reverse_truth(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return the symbols from the last to the first."""
    return tokens[::-1]


def reverse_arrays(data: IntArray) -> IntArray:
    """Return `(inputs, data symbols)` labels: each row backwards."""
    return data[:, ::-1]


def sort_truth(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return the symbols in the order of strings."""
    return tuple(sorted(tokens))


def sort_arrays(data: IntArray) -> IntArray:
    """Return `(inputs, data symbols)` labels: each row sorted, as the symbols' own order is that of strings."""
    return np.sort(data, axis=1)


def _task(name: str, description: str, sizes: TaskSizes, rule: Rule, arrays: ArrayRule) -> Task:
    check_size(name, "vocabulary", sizes.vocabulary, 4)
    check_size(name, "length", sizes.length, 3)
    symbols = tuple(sorted(str(number) for number in range(sizes.vocabulary - 3)))
    return Task(
        name=name,
        domain=Domain(symbols, sizes.length - 2, prefix="<s>", suffix="</s>"),
        labels=symbols,
        rule=rule,
        spec=write_spec(name, sizes, DEFAULT),
        description=description,
        arrays=arrays,
    )
