"""Tables whose entries below 0 may be anything: where two differ, which rows agree, which values of an argument are exceptions."""

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from tprog.codegen.cases import Cases, Condition, Copied, Total
from tprog.evaluate.inputs import BoolArray, IntArray

# Greater numbers are not added up.
LARGEST = 1 << 31
WEIGHTS: dict[int, tuple[tuple[int, ...], ...]] = {
    1: ((1,), (-1,)),
    2: ((1, 1), (1, -1), (-1, 1)),
    3: ((1, 1, 1), (1, 1, -1), (1, -1, 1), (-1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)),
}
"""By the number of arguments, the signs with which they are added up."""
# Greater weights than this hide what is added up.
MOST_WEIGHT = 64

_T = TypeVar("_T")

# So many values of an argument whose results are a number more or less are worth a sum.
LEAST_MOVED = 3
# A comparison may be wrong for so many values of one argument, which then come first.
MOST_EXCEPTIONS = 2


def picked(
    given: Sequence[Sequence[_T] | None], argument: int, kept: Sequence[int]
) -> tuple[Sequence[_T] | None, ...]:
    """Return what each argument's values are with those of one argument that are kept."""
    return tuple(
        [values[one] for one in kept] if place == argument and values is not None else values
        for place, values in enumerate(given)
    )


def differ(table: IntArray, other: IntArray | Sequence[int] | int) -> BoolArray:
    """Return where what is known of a table is not what another says."""
    found: BoolArray = (table >= 0) & (table != np.asarray(other))
    return found


def joined(slices: IntArray) -> list[tuple[list[int], IntArray]]:
    """Return groups of slices that agree as far as they are known, each with what is known of it; fuller ones begin."""
    alike: dict[bytes, list[int]] = {}
    for index, one in enumerate(slices):
        alike.setdefault(one.tobytes(), []).append(index)
    groups = [(members, slices[members[0]].copy()) for members in alike.values()]
    if (slices >= 0).all():
        return groups
    found: list[tuple[list[int], IntArray]] = []
    for members, left in sorted(groups, key=lambda one: -int((one[1] >= 0).sum())):
        for others, known in found:
            if not (differ(known, left) & (left >= 0)).any():
                others += members
                np.copyto(known, left, where=known < 0)
                break
        else:
            found.append((members, left))
    return sorted(((sorted(one), left) for one, left in found), key=lambda one: one[0][0])


def only_result(table: IntArray) -> int | None:
    """Return the one result of a table, any where none is known; None where there are several."""
    results = np.unique(table[table >= 0]).tolist()
    return None if len(results) > 1 else results[0] if results else 0


def moved(
    slices: IntArray, values: Sequence[int | None], results: Sequence[int]
) -> tuple[int, list[int]]:
    """Return a number, and for which values of an argument, if for enough, the only result is the value and that number."""
    more: dict[int, list[int]] = {0: []}
    for index, (left, value) in enumerate(zip(slices, values, strict=True)):
        only = only_result(left) if (left >= 0).any() else None
        if only is not None and value is not None and abs(value) <= LARGEST:
            more.setdefault(results[only] - value, []).append(index)
    added = min(more, key=lambda one: (-len(more[one]), abs(one)))
    return added, more[added] if len(more[added]) >= LEAST_MOVED else []


def fitted_weights(
    entries: IntArray, known: BoolArray, axes: Sequence[Sequence[int | None]]
) -> list[tuple[int, ...]]:
    """Return, unless all are 1 or -1, how much more an entry is for each number that an argument is more, most often.

    Args:
        entries: the numbers, one axis for each argument.
        known: which of them count.
        axes: the arguments' values; None for those that are no numbers.
    """
    weights = []
    for axis, values in enumerate(axes):
        numbers = np.array([0 if one is None else one for one in values], np.int64)
        steps = np.diff(numbers).reshape([-1 if at == axis else 1 for at in range(known.ndim)])
        more = np.diff(entries, axis=axis)
        pair = np.take(known, range(1, len(values)), axis) & np.take(
            known, range(len(values) - 1), axis
        )
        whole = pair & (steps != 0) & (more != 0)
        found = (more / np.where(steps == 0, 1, steps))[whole].tolist()
        if not found:
            return []
        most, _ = Counter(found).most_common(1)[0]
        if most != int(most) or abs(most) > MOST_WEIGHT:
            return []
        weights.append(int(most))
    return [] if all(abs(one) == 1 for one in weights) else [tuple(weights)]


def exceptions(
    table: IntArray, arguments: Sequence[int], wrong: IntArray
) -> tuple[Condition, Cases] | None:
    """Return a case that puts wrong entries right by few values of one argument; None where that is not possible."""
    for axis, argument in enumerate(arguments):
        chosen = np.unique(wrong[:, axis]).tolist()
        result = only_result(table.take(chosen, axis)) if len(chosen) <= MOST_EXCEPTIONS else None
        if result is not None:
            return Condition(((argument, tuple(chosen)),)), Cases((), result)
    return None


def few_exceptions(
    table: IntArray, arguments: Sequence[int], wrong: BoolArray
) -> tuple[tuple[Condition, Cases], ...] | None:
    """Return cases that put wrong entries right by few values of one argument, then of the other; None where none do."""
    if not wrong.any():
        return ()
    one = exceptions(table, arguments, np.argwhere(wrong))
    if one is not None:
        return (one,)
    whole = (wrong | (table < 0)).all(axis=1) & wrong.any(axis=1)
    rows = np.flatnonzero(whole).tolist()
    columns = np.flatnonzero(np.delete(wrong, rows, 0).any(axis=0)).tolist()
    cases = []
    for argument, chosen, entries in (
        (arguments[0], rows, table[rows]),
        (arguments[1], columns, np.delete(table, rows, 0)[:, columns]),
    ):
        result = only_result(entries)
        if not 1 <= len(chosen) <= MOST_EXCEPTIONS or result is None:
            return None
        cases.append((Condition(((argument, tuple(chosen)),)), Cases((), result)))
    return tuple(cases)


def lines_of(decision: Cases) -> int:
    """Return the number of lines that a decision takes."""
    return decision.lines


def by_value(table: Sequence[int], argument: int, rest: int) -> Cases:
    """Decide over one argument: a case for each result but the rest's."""
    return but_for(table, argument, [value not in (rest, -1) for value in table], rest)


def but_for(
    table: Sequence[int], argument: int, wrong: Sequence[bool], rest: int | Copied | Total
) -> Cases:
    """Decide over one argument: a case for each result where the rest is wrong."""
    groups: dict[int, list[int]] = {}
    for index, (value, is_wrong) in enumerate(zip(table, wrong, strict=True)):
        if is_wrong:
            groups.setdefault(max(value, 0), []).append(index)
    cases = tuple(
        (Condition(((argument, tuple(members)),)), Cases((), value))
        for value, members in groups.items()
    )
    return Cases(cases, rest)
