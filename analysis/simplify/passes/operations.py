"""Sound passes that write single operations more plainly: unused arguments, and rows or entries that cannot be reached."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from tprog.analysis.simplify.possible import Possible, possible
from tprog.analysis.simplify.pruning import with_operation
from tprog.analysis.simplify.substitution import constant_source
from tprog.evaluate.inputs import BoolArray
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Constant,
    Head,
    KeyIn,
    NumericalHead,
    NumericalLookup,
    Operation,
    Program,
    Rectangle,
    Table,
)

T = TypeVar("T")


def narrow(program: Program) -> Program:
    """Drop arguments that a look-up does not depend on, and queries that a predicate does not depend on.

    Every operation computes what it did, from what it reads or less. Sound on every domain; idempotent.
    """
    for number, operation in enumerate(program.operations, len(program.inputs)):
        changed = narrowed(program, operation)
        if changed != operation:
            program = with_operation(program, number, changed)
    return program


def narrowed(program: Program, operation: Operation) -> Operation:
    """Return an operation in its plainest form."""
    match operation:
        case CategoricalHead() | NumericalHead():
            return _head(program, operation)
        case CategoricalLookup():
            return _categorical(program, operation)
        case NumericalLookup():
            return _numerical(operation)


def _head(program: Program, head: Head) -> Head:
    """Write a table whose rows are all the same as a condition on the key; let a query that is not asked be the key."""
    predicate = head.predicate
    if isinstance(predicate, Table) and len(set(predicate.rows)) == 1:
        row = predicate.rows[0]
        if not row:
            predicate = Constant(False)
        elif len(row) == len(program.finite_values(head.key)):
            predicate = Constant(True)
        else:
            predicate = KeyIn(row)
    scored = isinstance(head, CategoricalHead) and isinstance(head.tie, ByScore)
    if isinstance(predicate, KeyIn) and not scored:
        return replace(head, query=head.key, predicate=predicate)
    source = constant_source(program)
    if isinstance(predicate, Constant) and not scored and source is not None:
        return replace(head, query=source, key=source, predicate=predicate)
    return replace(head, predicate=predicate)


def _categorical(program: Program, lookup: CategoricalLookup) -> CategoricalLookup:
    sizes = [len(program.finite_values(read)) for read in lookup.arguments]
    table = np.array(lookup.table, dtype=np.int64).reshape(sizes)
    arguments = list(lookup.arguments)
    for place in range(len(arguments) - 1, 0, -1):
        earlier = arguments.index(arguments[place])
        if earlier < place:
            table = np.moveaxis(table.diagonal(axis1=earlier, axis2=place), -1, earlier)
            del arguments[place]
    for place in range(len(arguments) - 1, -1, -1):
        if len(arguments) > 1 and (table == table.take([0], axis=place)).all():
            table = np.asarray(table.take(0, axis=place))
            del arguments[place]
    return replace(lookup, arguments=tuple(arguments), table=tuple(table.ravel().tolist()))


def _numerical(lookup: NumericalLookup) -> NumericalLookup:
    """Join arguments that stand twice, drop boxes that say what holds anyway, lower caps, drop free arguments."""
    arguments = tuple(dict.fromkeys(lookup.arguments))
    caps = tuple(
        max(cap for read, cap in zip(lookup.arguments, lookup.caps, strict=True) if read == own)
        for own in arguments
    )
    boxes: list[Rectangle] = []
    for box in lookup.rectangles:
        joined = _joined(lookup, box, arguments, caps)
        if joined is not None and not any(_inside(joined, other) for other in boxes):
            boxes.append(joined)
    while boxes and boxes[-1].value == lookup.default:
        boxes.pop()
    if boxes and all(bound == (0, cap) for bound, cap in zip(boxes[-1].bounds, caps, strict=True)):
        # Nothing is left for the default.
        last = boxes.pop()
        return _numerical(
            replace(
                lookup,
                arguments=arguments,
                caps=caps,
                rectangles=tuple(boxes),
                default=last.value,
            )
        )
    least = _least_caps(boxes, caps)
    boxes = [_capped(box, caps, least) for box in boxes]
    kept = [place for place, cap in enumerate(least) if cap > 0] or [0]
    return replace(
        lookup,
        arguments=tuple(arguments[place] for place in kept),
        caps=tuple(least[place] for place in kept),
        rectangles=tuple(
            Rectangle(tuple(box.bounds[place] for place in kept), box.value) for box in boxes
        ),
    )


def _joined(
    lookup: NumericalLookup, box: Rectangle, arguments: tuple[int, ...], caps: tuple[int, ...]
) -> Rectangle | None:
    """Return a box over distinct arguments; None where it holds no point."""
    bounds = []
    for own, cap in zip(arguments, caps, strict=True):
        low, high = 0, cap
        for read, limit, (least, most) in zip(
            lookup.arguments, lookup.caps, box.bounds, strict=True
        ):
            if read == own:
                # A bound at an argument's own cap is no bound.
                low, high = max(low, least), high if most == limit else min(high, most)
        if low > high:
            return None
        bounds.append((low, high))
    return Rectangle(tuple(bounds), box.value)


def _inside(box: Rectangle, other: Rectangle) -> bool:
    return all(
        least <= low and high <= most
        for (low, high), (least, most) in zip(box.bounds, other.bounds, strict=True)
    )


def _least_caps(boxes: list[Rectangle], caps: tuple[int, ...]) -> tuple[int, ...]:
    """Return for each argument the least cap that keeps every bound apart from infinity."""
    return tuple(
        max(
            (
                low if high == cap else high + 1
                for low, high in (box.bounds[place] for box in boxes)
            ),
            default=0,
        )
        for place, cap in enumerate(caps)
    )


def _capped(box: Rectangle, caps: tuple[int, ...], least: tuple[int, ...]) -> Rectangle:
    return Rectangle(
        tuple(
            (low, own if high == cap else high)
            for (low, high), cap, own in zip(box.bounds, caps, least, strict=True)
        ),
        box.value,
    )


def fill_unreachable(program: Program) -> Program:
    """Give rows and entries that cannot be reached the commonest content of the others; drop boxes and keys that cannot.

    What can occur is found by abstract interpretation, so this is sound on every domain. Idempotent.
    """
    start = program
    found = possible(program)
    for number, operation in enumerate(program.operations, len(program.inputs)):
        match operation:
            case CategoricalHead() | NumericalHead():
                program = with_operation(program, number, reached_rows(operation, found))
            case CategoricalLookup():
                table = filled(operation.table, found.entries[number])
                program = with_operation(program, number, replace(operation, table=table))
            case NumericalLookup():
                program = with_operation(program, number, _reached_boxes(operation, number, found))
    return program if program == start else fill_unreachable(program)


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
    """Return entries where those not reached are the commonest of the others; the first of equally common ones."""
    used = reached.tolist()
    counts = Counter(entry for entry, can in zip(entries, used, strict=True) if can)
    common = counts.most_common(1)[0][0] if counts else entries[0]
    return tuple(entry if can else common for entry, can in zip(entries, used, strict=True))


def _reached_boxes(lookup: NumericalLookup, number: int, found: Possible) -> NumericalLookup:
    *used, default = found.boxes[number]
    boxes = tuple(box for box, can in zip(lookup.rectangles, used, strict=True) if can)
    if not default and boxes:
        # The last box holds everything that is left.
        return replace(lookup, rectangles=boxes[:-1], default=boxes[-1].value)
    return replace(lookup, rectangles=boxes)
