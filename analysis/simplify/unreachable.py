"""Filling what cannot be reached with what is commonest. Owns that rewriting alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tprog.analysis.simplify.edit import with_operation
from tprog.analysis.simplify.possible import Possible, possible
from tprog.evaluate.inputs import BoolArray
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Head,
    NumericalHead,
    NumericalLookup,
    Program,
    Table,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Rows of queries that cannot occur join the largest branch, keys that cannot occur go, table entries follow the commonest.

    What can occur is found by abstract interpretation, so this is sound on every domain. Idempotent.
    """

    name: str = "unreachable"

    def apply(self, program: Program) -> Program:
        """Return the Program with what cannot be reached filled, again and again until nothing changes."""
        start = program
        found = possible(program)
        for number in range(len(program.inputs), len(program.variables)):
            operation = program.operations[number - len(program.inputs)]
            match operation:
                case CategoricalHead() | NumericalHead():
                    changed = reached_rows(operation, found)
                    program = with_operation(program, number, changed)
                case CategoricalLookup():
                    table = filled(operation.table, found.entries[number])
                    program = with_operation(program, number, replace(operation, table=table))
                case NumericalLookup():
                    program = with_operation(program, number, _boxes(operation, number, found))
        return program if program == start else self.apply(program)


def reached_rows(head: Head, found: Possible) -> Head:
    """Return a head whose predicate has rows for queries and keys that occur."""
    if not isinstance(head.predicate, Table):
        return head
    queries, keys = found.anywhere(head.query), found.anywhere(head.key)
    if queries is None or keys is None:
        return head
    rows = tuple(tuple(key for key in row if keys[key]) for row in head.predicate.rows)
    if isinstance(head, CategoricalHead) and isinstance(head.tie, ByScore):
        return replace(head, predicate=Table(rows))
    return replace(head, predicate=Table(filled(rows, queries)))


def filled(entries: Sequence[T], reached: BoolArray) -> tuple[T, ...]:
    """Return entries where those that are not reached are the commonest of the others; the first of equally common ones."""
    counts = Counter(entry for entry, used in zip(entries, reached.tolist(), strict=True) if used)
    if not counts:
        return (entries[0],) * len(entries)
    common = counts.most_common(1)[0][0]
    return tuple(
        entry if used else common for entry, used in zip(entries, reached.tolist(), strict=True)
    )


def _boxes(lookup: NumericalLookup, number: int, found: Possible) -> NumericalLookup:
    *used, default = found.boxes[number]
    boxes = [box for box, can in zip(lookup.rectangles, used, strict=True) if can]
    if not default and boxes:
        # The last box holds everything that is left.
        return replace(lookup, rectangles=tuple(boxes[:-1]), default=boxes[-1].value)
    return replace(lookup, rectangles=tuple(boxes))
