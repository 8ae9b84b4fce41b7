"""How often values occur together on the sample. Owns counting; refuses to propose changes."""

from collections.abc import Sequence

import numpy as np

from tprog.analysis.simplify.bench import Array
from tprog.evaluate.inputs import IntArray


def value_counts(columns: Sequence[Sequence[Array]], variable: int, size: int = 0) -> IntArray:
    """Return how often each value of a variable occurs, counted over all positions.

    Args:
        columns: for each length the columns of every variable.
        variable: the variable.
        size: at least so many entries are returned.
    """
    parts = [_full(own, [variable])[0] for own in columns]
    size = max(size, 1 + max((int(part.max(initial=0)) for part in parts), default=0))
    found = np.zeros(size, dtype=np.int64)
    for part in parts:
        found += np.bincount(part.ravel(), minlength=size)
    return found


def joint_counts(
    columns: Sequence[Sequence[Array]], variables: Sequence[int], sizes: Sequence[int]
) -> IntArray:
    """Return how often values occur together, in the shape of `sizes`; larger values count as the last.

    Args:
        columns: for each length the columns of every variable.
        variables: one or more variables.
        sizes: for each of them the number of values that are told apart.
    """
    total = int(np.prod(sizes))
    found = np.zeros(total, dtype=np.int64)
    for own in columns:
        rows: IntArray | None = None
        for column, size in zip(_full(own, variables), sizes, strict=True):
            values = np.minimum(column, size - 1)
            rows = values if rows is None else rows * size + values
        assert rows is not None
        found += np.bincount(rows.ravel(), minlength=total)
    return found.reshape(tuple(sizes))


def _full(columns: Sequence[Array], variables: Sequence[int]) -> list[IntArray]:
    """Return columns of one shape: a single column stands for all inputs."""
    inputs = max(column.shape[1] for column in columns)
    return [
        np.broadcast_to(columns[variable], (columns[variable].shape[0], inputs)).astype(np.int64)
        for variable in variables
    ]
