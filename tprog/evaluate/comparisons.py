"""Fitting comparisons to tables: `key == query + 1`, `7 - query < key`, exactly or for most rows of a predicate.

A predicate's table is given as rows: for each query value the indices of the wanted keys, ascending.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import Compare, FiniteValues, Relation, predicate_problems, predicate_table
from tprog.ir.predicate import RELATIONS

Rows: TypeAlias = Sequence[tuple[int, ...]]
Scale: TypeAlias = Literal[1, -1]
Numbers: TypeAlias = npt.NDArray[Any]

SCALES: tuple[Scale, ...] = (1, -1)
# Two arguments of a look-up are compared with at most so much added to one.
SHIFTS = (0, 1, -1)
SPLIT_SCALES = (1, -1, 2)
"""What the second argument of a comparison that says it all is multiplied by."""
# A comparison that fewer rows speak for is a coincidence.
LEAST_ROWS = 3
# Comparisons that are compared with the whole table.
MOST_TRIED = 8
# Entries of a table beyond which trying every offset would take seconds.
LARGEST_TABLE = 1 << 18


def shifted_comparisons(
    first: Numbers, second: Numbers, relations: Iterable[Relation]
) -> Iterator[tuple[Relation, int, BoolArray]]:
    """Yield a relation, a shift, and where `first RELATION second + shift` holds, as `(first, second)`.

    Args:
        first: the values of one argument.
        second: the values of the other.
        relations: what is tried, in this order for each shift.
    """
    for shift in SHIFTS:
        for relation in relations:
            yield relation, shift, _holds(relation, first[:, None], second[None, :] + shift)


@dataclass(frozen=True, slots=True)
class Split:
    """`first RELATION scale * second + number`."""

    relation: Relation
    scale: int
    number: int

    def holds(self, first: IntArray, second: IntArray) -> BoolArray:
        """Return where it holds, for the values of the arguments."""
        return _holds(self.relation, first, self.scale * second + self.number)


def split_of(
    first: IntArray, second: IntArray, inside: BoolArray, known: BoolArray
) -> Split | None:
    """Return a comparison that holds inside, and not elsewhere, as far as is known; None where there is none.

    Args:
        first: the value of one argument at every point.
        second: the same of the other.
        inside: where it is to hold.
        known: the points that count.
    """
    for scale in SPLIT_SCALES:
        away = first - scale * second
        held, others = away[known & inside], away[known & ~inside]
        if not held.size or not others.size:
            return None
        if held.max() < others.min():
            plain = held.max() < 0 <= others.min()
            return Split("<", scale, 0 if plain else int(held.max()) + 1)
        if held.min() > others.max():
            plain = held.min() > 0 >= others.max()
            return Split(">", scale, 0 if plain else int(held.min()) - 1)
        if held.min() == held.max() and not (others == held[0]).any():
            return Split("==", scale, int(held[0]))
    return None


def _holds(relation: Relation, left: Numbers, right: Numbers) -> BoolArray:
    found: BoolArray = np.asarray(RELATIONS[relation](left, right), np.bool_)
    return found


def exact_comparison(rows: Rows, queries: FiniteValues, keys: FiniteValues) -> Compare | None:
    """Return the simplest comparison that gives every row of a table; None where there is none, or too few rows want keys."""
    if queries.textual != keys.textual or sum(map(bool, rows)) < min(LEAST_ROWS, len(rows)):
        return None
    if len(queries) * len(keys) > LARGEST_TABLE:
        return None
    wanted = np.zeros((len(queries), len(keys)), dtype=np.bool_)
    for number, row in enumerate(rows):
        wanted[number, list(row)] = True
    mixed = np.flatnonzero(wanted.any(axis=1) & ~wanted.all(axis=1))
    if len(mixed) == 0:
        return None
    asked, held = _numbers(queries, keys)
    for relation in RELATIONS:
        for scale in SCALES[:1] if queries.textual else SCALES:
            # The offset has to put the limit at, or just beyond, a key of a row where only some keys match.
            limits = held - scale * asked[mixed[0]]
            offsets = [0] if queries.textual else sorted({*limits.tolist(), *(limits + 1).tolist()})
            for offset in sorted(offsets, key=abs):
                found = _holds(relation, held[None, :], asked[:, None] * scale + offset)
                if np.array_equal(found, wanted):
                    return Compare(relation, scale, offset)
    return None


def best_comparison(
    rows: Rows, queries: FiniteValues, keys: FiniteValues
) -> tuple[Compare, tuple[int, ...]] | None:
    """Return the comparison that gives the most rows, and the indices of the query values whose rows are others.

    Returns:
        None where no comparison gives `LEAST_ROWS` different rows.
    """
    best: tuple[Compare, tuple[int, ...]] | None = None
    for compare in _candidates(rows, queries, keys):
        if predicate_problems(compare, queries, keys):
            continue
        expected = predicate_table(compare, queries, keys).rows
        exceptions = tuple(number for number, row in enumerate(rows) if row != expected[number])
        live = {row for number, row in enumerate(rows) if number not in exceptions}
        if len(live) >= LEAST_ROWS and (best is None or len(exceptions) < len(best[1])):
            best = compare, exceptions
    return best


def _candidates(rows: Rows, queries: FiniteValues, keys: FiniteValues) -> list[Compare]:
    """Return comparisons that some rows agree with, the commonest first."""
    if queries.textual or keys.textual:
        return [Compare(relation) for relation in ("==", "<", ">", "<=", ">=", "!=")]
    held = [int(value) for value in keys.values]
    votes: Counter[tuple[Relation, Scale, int]] = Counter()
    for query, row in zip(queries.values, rows, strict=True):
        for relation, bound in _readings(row, held):
            votes.update((relation, scale, bound - scale * int(query)) for scale in SCALES)
    # Of equals the one with the smallest offset, then in the order of the relations.
    order = list(RELATIONS)
    ranked = sorted(
        votes, key=lambda one: (-votes[one], abs(one[2]), one[1] < 0, order.index(one[0]))
    )
    return [Compare(*found) for found in ranked[:MOST_TRIED]]


def _readings(row: tuple[int, ...], keys: Sequence[int]) -> list[tuple[Relation, int]]:
    """Return the comparisons with a number that give a row, such as `<= 3`."""
    wanted = [keys[index] for index in row]
    others = [value for index, value in enumerate(keys) if index not in row]
    found: list[tuple[Relation, int]] = []
    if len(wanted) == 1:
        found.append(("==", wanted[0]))
    if len(others) == 1:
        found.append(("!=", others[0]))
    if wanted and others and max(wanted) < min(others):
        found += [("<=", max(wanted)), ("<", min(others))]
    if wanted and others and min(wanted) > max(others):
        found += [(">=", min(wanted)), (">", max(others))]
    return found


def _numbers(queries: FiniteValues, keys: FiniteValues) -> tuple[IntArray, IntArray]:
    """Return the values as numbers that compare as the values do; texts become their ranks."""
    if not queries.textual:
        return np.array(queries.values, dtype=np.int64), np.array(keys.values, dtype=np.int64)
    order = sorted({*map(str, queries.values), *map(str, keys.values)})
    ranks = {text: rank for rank, text in enumerate(order)}
    asked, held = ([ranks[str(value)] for value in found.values] for found in (queries, keys))
    return np.array(asked, dtype=np.int64), np.array(held, dtype=np.int64)
