"""Other predicates for a whole head: the comparisons that a slip of the pen makes of the one that stands there.

A flipped relation, a shift by one, the negation, query and key exchanged: each is one cause, however many rows it changes.
"""

from collections.abc import Iterator

from tprog.analysis.explain.cells import tabular
from tprog.evaluate.comparisons import exact_comparison
from tprog.ir import (
    Compare,
    Constant,
    FiniteValues,
    Head,
    KeyIn,
    Predicate,
    Program,
    Table,
    predicate_table,
)
from tprog.ir.predicate import RELATIONS, predicate_problems

# How far a comparison may be off.
SHIFTS = (0, 1, -1, 2, -2)


def other_predicates(program: Program, head: Head) -> Iterator[Predicate]:
    """Yield predicates that a head might have instead of its own, the nearest first, each once.

    Args:
        program: the Program.
        head: one of its heads.
    """
    query, key = program.values[head.query], program.values[head.key]
    seen: set[object] = {_meaning(program, head, head.predicate)}
    for other in _candidates(program, head):
        if predicate_problems(other, query, key):
            continue
        meaning = _meaning(program, head, other)
        if meaning not in seen:
            seen.add(meaning)
            yield other


def as_comparison(program: Program, head: Head) -> Compare | None:
    """Return the comparison that a head makes, also where its predicate is written as a table; None where it makes none."""
    if isinstance(head.predicate, Table):
        query, key = program.finite_values(head.query), program.finite_values(head.key)
        return exact_comparison(head.predicate.rows, query, key)
    return head.predicate if isinstance(head.predicate, Compare) else None


def _candidates(program: Program, head: Head) -> Iterator[Predicate]:
    now = as_comparison(program, head) or Compare("==")
    offsets = dict.fromkeys([*(now.offset + shift for shift in SHIFTS), -now.offset])
    for offset in offsets:
        yield from (Compare(relation, now.scale, offset) for relation in RELATIONS)
    if tabular(program, head):
        query, key = program.finite_values(head.query), program.finite_values(head.key)
        yield from _tables(predicate_table(head.predicate, query, key).rows, query, key)
        first, last = query.values[0], key.values[-1]
        if isinstance(first, int) and isinstance(last, int):
            # Mirrored, so that the ends meet; or no longer mirrored.
            mirrored = Compare("==", 1, 0) if now.scale == -1 else Compare("==", -1, first + last)
            for shift in SHIFTS:
                offset = mirrored.offset + shift
                yield from (Compare(relation, mirrored.scale, offset) for relation in RELATIONS)
    yield from (Constant(True), Constant(False))


def _tables(
    rows: tuple[tuple[int, ...], ...], query: FiniteValues, key: FiniteValues
) -> Iterator[Predicate]:
    """Yield the negation of a table, the table with query and key exchanged, and with its rows or keys moved by one."""
    others = [tuple(set(range(len(key))) - set(row)) for row in rows]
    negated = tuple(tuple(sorted(row)) for row in others)
    if len(set(negated)) == 1 and negated[0]:
        yield KeyIn(negated[0])
    yield Table(negated)
    if query.values == key.values:
        columns = [
            [number for number, row in enumerate(rows) if at in row] for at in range(len(key))
        ]
        yield Table(tuple(map(tuple, columns)))
    for step in (1, -1):
        moved = [tuple(at + step for at in row if 0 <= at + step < len(key)) for row in rows]
        yield Table(tuple(moved))
        around = [number + step for number in range(len(rows))]
        yield Table(tuple(rows[at] if 0 <= at < len(rows) else () for at in around))


def _meaning(program: Program, head: Head, predicate: Predicate) -> object:
    """Return what two predicates of a head have in common exactly where they want the same keys."""
    if not tabular(program, head):
        return predicate
    query, key = program.finite_values(head.query), program.finite_values(head.key)
    return predicate_table(predicate, query, key)
