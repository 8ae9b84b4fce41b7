"""Comparisons that give most rows of a table. Owns the search for one; refuses to print it.

A table that is a comparison but for a few query values reads best as these exceptions and the comparison.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from tprog.ir import Compare, FiniteValues, predicate_problems, predicate_table
from tprog.ir.predicate import RELATIONS, Relation

LIVE_ROWS = 3
"""A comparison must give so many rows at least, or it is an accident."""
MOST_TRIED = 8
"""Comparisons that are compared with the whole table."""


def mostly(
    rows: Sequence[tuple[int, ...]], queries: FiniteValues, keys: FiniteValues
) -> tuple[Compare, tuple[int, ...]] | None:
    """Return the comparison that gives the most rows, and the indices of the query values whose rows are others.

    Args:
        rows: for each query value the indices of the wanted keys.
        queries: the query's values.
        keys: the key's values.

    Returns:
        None where no comparison gives `LIVE_ROWS` different rows.
    """
    best: tuple[Compare, tuple[int, ...]] | None = None
    for compare in _candidates(rows, queries, keys):
        if predicate_problems(compare, queries, keys):
            continue
        expected = predicate_table(compare, queries, keys).rows
        exceptions = tuple(
            number
            for number, (row, other) in enumerate(zip(rows, expected, strict=True))
            if row != other
        )
        live = {row for number, row in enumerate(rows) if number not in exceptions}
        if len(live) >= LIVE_ROWS and (best is None or len(exceptions) < len(best[1])):
            best = compare, exceptions
    return best


def _candidates(
    rows: Sequence[tuple[int, ...]], queries: FiniteValues, keys: FiniteValues
) -> list[Compare]:
    """Return comparisons that some rows agree with, the commonest first."""
    if queries.textual or keys.textual:
        return [Compare(relation) for relation in ("==", "<", ">", "<=", ">=", "!=")]
    votes: Counter[tuple[Relation, Literal[1, -1], int]] = Counter()
    scales: tuple[Literal[1, -1], ...] = (1, -1)
    for query, row in zip(queries.values, rows, strict=True):
        for relation, bound in _readings(row, keys):
            for scale in scales:
                assert isinstance(query, int)
                votes[relation, scale, bound - scale * query] += 1
    # Of equals the one with the smallest offset, then in the order of the relations.
    order = list(RELATIONS)
    ranked = sorted(
        votes, key=lambda one: (-votes[one], abs(one[2]), one[1] < 0, order.index(one[0]))
    )
    return [Compare(*found) for found in ranked[:MOST_TRIED]]


def _readings(row: tuple[int, ...], keys: FiniteValues) -> list[tuple[Relation, int]]:
    """Return the comparisons with a number that give a row, such as `<= 3`."""
    wanted = [keys.values[index] for index in row]
    others = [value for index, value in enumerate(keys.values) if index not in row]
    found: list[tuple[Relation, int]] = []
    numbers = [value for value in wanted if isinstance(value, int)]
    rest = [value for value in others if isinstance(value, int)]
    if len(numbers) == 1:
        found.append(("==", numbers[0]))
    if len(rest) == 1:
        found.append(("!=", rest[0]))
    if numbers and rest and max(numbers) < min(rest):
        found += [("<=", max(numbers)), ("<", min(rest))]
    if numbers and rest and min(numbers) > max(rest):
        found += [(">=", min(numbers)), (">", max(rest))]
    return found
