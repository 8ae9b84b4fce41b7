"""A head's scores: a table over the values of query and key plus one over their positions.

Scores are integers, so that a gap is at least 1. A key that matches has 2 or more, one that does not at most 0. Between them lies the
beginning of the sequence, at which a head looks where nothing matches.
"""

from collections.abc import Callable

import numpy as np

from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.ir import (
    ByScore,
    First,
    Head,
    Nearest,
    NumericalHead,
    Program,
    TieBreak,
    predicate_table,
)
from tprog.transformer.circuit import BOS, PAD, Channel, Subspace, Vector

MATCHES = Nearest("matches")


def match_table(program: Program, head: Head) -> BoolArray:
    """Return `(query entry, key entry)`: which keys a head wants."""
    query, key = program.finite_values(head.query), program.finite_values(head.key)
    found = np.zeros((len(query), len(key)), dtype=np.bool_)
    for row, wanted in enumerate(predicate_table(head.predicate, query, key).rows):
        found[row, list(wanted)] = True
    return found


def channels(
    program: Program,
    head: Head,
    matches: tuple[int, ...],
    query: Subspace,
    key: Subspace,
    positions: Callable[[], Subspace],
    masked: bool,
) -> list[Channel]:
    """Return what the query and key matrices of a head hold, but for the own position's rank where that is the number of matches.

    Args:
        program: whose head it is.
        head: the head. A numerical one looks at the matching keys and the beginning of the sequence alike.
        matches: how many keys can match a query, ascending.
        query: where it stands.
        key: where it stands.
        positions: gives where the positions stand; asked for where they matter.
        masked: whether the network looks to the left alone anyway.
    """
    wanted, length = match_table(program, head), program.domain.context_length or 0
    values = np.zeros(wanted.shape, dtype=np.int64)
    places = np.zeros((length, length), dtype=np.int64)
    if isinstance(head, NumericalHead):
        values, most, at_bos = wanted.astype(np.int64), 1, 1
    else:
        if matches[-1] > 1:
            values, places = _ranks(head.tie, wanted, length)
        own = own_rank(matches[-1]) if head.tie == MATCHES else 0
        most = 2 + int(values.max() + max(places.max(), own))
        values, places = most * wanted - values, -places
        at_bos = 1 if matches[0] == 0 else -2 * most
    if head.causal and not masked:
        places = places - 2 * most * np.triu(np.ones_like(places), 1)
    always: Vector = {BOS: at_bos, PAD: -4.0 * most}
    found: list[Channel] = []
    tables: list[tuple[IntArray, Subspace, Subspace]] = [(values, query, key)]
    if places.any():
        tables.append((places, positions(), positions()))
    for table, left, right in tables:
        rows: dict[tuple[int, ...], list[int]] = {}
        for entry in left.entries:
            rows.setdefault(tuple(table[entry, list(right.entries)].tolist()), []).append(entry)
        for row, entries in rows.items():
            read = right.read(dict(zip(right.entries, row, strict=True)))
            if len(rows) == 1:
                for dimension, weight in read.items():
                    always[dimension] = always.get(dimension, 0.0) + weight
            elif read:
                found.append(Channel({left[entry]: 1.0 for entry in entries}, read))
    found.append(Channel({}, always, 1.0))
    if not masked:
        # The beginning of the sequence looks at itself, and so is the same on every input.
        found.append(Channel({BOS: 1.0}, {BOS: 16.0 * most}))
    return found


def own_rank(matches: int) -> int:
    """Return the rank of the own position at the distance of the number of matches, between those to its left and right."""
    return 3 * matches + 1


def _ranks(tie: TieBreak, wanted: BoolArray, length: int) -> tuple[IntArray, IntArray]:
    """Return ranks by values and by positions: of several matches that with the lowest sum is looked at."""
    query, key = np.indices((length, length))
    distance = abs(query - key)
    none = np.zeros(wanted.shape, dtype=np.int64)
    match tie:
        case First():
            return none, key
        case ByScore(scores):
            better = [[len({x for x in row if x > score}) for score in row] for row in scores]
            return length * np.array(better), key
        case Nearest("last"):
            return none, np.where(query == key, 2 * length, 2 * distance - (key < query) - 1)
        case Nearest():
            return none, np.where(query == key, 0, 3 * distance + 2 * (key > query))
