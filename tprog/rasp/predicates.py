"""What a query wants of a key as a predicate: a comparison, where what never occurs may be anything, else a table."""

from collections.abc import Sequence

import numpy as np

from tprog.evaluate.comparisons import exact_comparison
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.ranges import enough, ranged
from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    KeyIn,
    Predicate,
    Table,
    predicate_problems,
)
from tprog.rasp.building import Builder
from tprog.rasp.expression import Base


def predicate_of(
    build: Builder,
    query: Base,
    key: Base,
    wanted: IntArray,
    strict: bool,
    with_frame: bool,
    reads: bool = False,
    past: bool = False,
) -> Predicate:
    """Return the predicate that holds for these entries of a query and a key, and for no frame position's key.

    Args:
        build: knows the values of variables.
        query: the query's variable.
        key: the key's variable, which is clear.
        wanted: `(query entries, key entries)`: 1 where the key is wanted, -1 where the two never occur.
        strict: whether a query at a frame position must want nothing.
        with_frame: whether queries at data positions also want the keys of frame positions.
        reads: whether a value is read, not keys counted: a query at its frame entry may want the frame then, as it reads
            there what it would read without a match.
        past: whether the nearest wanted key strictly to the left is read. The prefix is the farthest of these, and what is
            read where there is none, so that queries at data positions may want it or not.
    """
    queries, keys = build.values(query.variable), build.values(key.variable)
    outside = set(range(len(keys))) - set(key.entries)
    extra = outside if with_frame else set()
    rows: list[tuple[int, ...]] = [()] * len(queries)
    for entry, row in zip(query.entries, wanted, strict=True):
        held = {key.entries[one] for one in np.flatnonzero(row == 1).tolist()}
        rows[entry] = tuple(sorted(held | extra))
    given = {rows[entry] for entry in query.entries}
    if not strict and len(given) == 1:
        row = given.pop()
        return KeyIn(row) if row else Constant(False)
    variants = [rows]
    if reads and query.variable == key.variable:
        framed = [row if entry in query.entries else (entry,) for entry, row in enumerate(rows)]
        variants.append(framed)
    if past:
        variants.append(
            [
                tuple(sorted({*row, *outside})) if entry in query.entries else row
                for entry, row in enumerate(rows)
            ]
        )
    for one in variants:
        found: Compare | None = exact_comparison(one, queries, keys)
        if found is not None:
            return found
    if build.domain.suffix is not None or queries.textual or keys.textual:
        return Table(tuple(rows))
    at_frame = -1 if past else int(with_frame)
    entries = _entries(query, key, wanted, (len(queries), len(keys)), at_frame)
    if strict:
        entries[query.frame] = np.maximum(entries[query.frame], 0)
        if reads and query.variable == key.variable:
            entries[query.frame, query.frame] = -1
    return _filled(rows, entries, queries, keys)


def _entries(
    query: Base, key: Base, wanted: IntArray, shape: tuple[int, int], framed: int
) -> IntArray:
    """Return what is wanted over all values, where `framed` stands at the key's frame; -1 where anything will do."""
    entries = np.full(shape, -1)
    entries[np.ix_(query.entries, key.entries)] = wanted
    asked = [query.entries[one] for one in np.flatnonzero((wanted >= 0).any(axis=1)).tolist()]
    held = entries[asked, key.frame]
    entries[asked, key.frame] = np.maximum(held, 0) if key.frame in key.entries else framed
    return entries


def _filled(
    rows: Sequence[tuple[int, ...]], entries: IntArray, queries: FiniteValues, keys: FiniteValues
) -> Predicate:
    """Return a comparison, perhaps as a table, that gives the entries that are not below 0; else the rows."""
    inside, known = entries.T == 1, entries.T >= 0
    sides = [np.array(one.values, np.int64) for one in (keys, queries)]
    found = ranged(sides[0], sides[1], inside, known) if enough(inside) else None
    if found is None:
        return Table(tuple(rows))
    if found.bound is None and found.first is None and found.second is None:
        plain = Compare(
            found.split.relation, 1 if found.split.scale == 1 else -1, found.split.number
        )
        if abs(found.split.scale) == 1 and not predicate_problems(plain, queries, keys):
            return plain
    holds = found.holds(sides[0][:, None], sides[1][None, :])
    return Table(tuple(tuple(np.flatnonzero(column).tolist()) for column in holds.T))
