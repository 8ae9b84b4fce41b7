"""Replacing a variable by a function of another one, by composing tables; whether it is that function, callers know.

Where `x` equals `mapping[y]` on every input, `x` can go: whoever reads `x` reads `y` and looks the value up in its own
table. A head that copies `x` copies `y` instead, and whoever reads that head looks the value up in turn.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import TypeAlias

import numpy as np

from tprog.analysis.simplify.pruning import (
    added,
    ones_variable,
    prune,
    with_bias,
    with_operation,
    with_votes,
)
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Constant,
    FiniteValues,
    Head,
    KeyIn,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Operation,
    Predicate,
    Program,
    Rectangle,
    Table,
    Votes,
    predicate_table,
)

# Composed tables beyond this many entries help nobody.
LARGEST_TABLE = 1 << 14

# For a variable that goes: what is read instead, and for each value of that the value that it had.
Lenses: TypeAlias = dict[int, tuple[int, tuple[int, ...]]]


def substitute(
    program: Program, variable: int, source: int, mapping: Sequence[int]
) -> Program | None:
    """Return the Program with a categorical variable replaced by `mapping` of an earlier one.

    Args:
        program: a valid Program.
        variable: a categorical variable with finitely many values.
        source: an earlier variable with finitely many values.
        mapping: for each value of `source` the index of the value of `variable`.

    Returns:
        The pruned Program, or None where a table would grow too large.
    """
    changed = _substituted(program, variable, source, tuple(mapping))
    return None if changed is None else prune(changed)


def _substituted(
    program: Program, variable: int, source: int, mapping: tuple[int, ...]
) -> Program | None:
    """Return what `substitute` returns, with every variable still at its number."""
    first = len(program.inputs)
    lenses: Lenses = {variable: (source, mapping)}
    operations = list(program.operations)
    for place, operation in enumerate(operations):
        if lenses.keys().isdisjoint(operation.reads):
            continue
        changed: Operation | None = operation
        if isinstance(operation, CategoricalLookup):
            changed = _lookup(program, operation, lenses)
        elif isinstance(operation, CategoricalHead | NumericalHead):
            changed = _head(program, operation, lenses)
            if isinstance(changed, CategoricalHead) and operation.value in lenses:
                instead, own = lenses[operation.value]
                changed = replace(changed, value=instead)
                lenses[first + place] = (first + place, own)
        if changed is None:
            return None
        operations[place] = changed
    votes = _votes(program, lenses)
    return with_votes(replace(program, operations=tuple(operations)), votes)


def _lookup(
    program: Program, lookup: CategoricalLookup, lenses: Lenses
) -> CategoricalLookup | None:
    shape = [len(program.finite_values(read)) for read in lookup.arguments]
    table = np.array(lookup.table, dtype=np.int64).reshape(shape)
    sizes = [
        len(lenses[read][1]) if read in lenses else size
        for read, size in zip(lookup.arguments, shape, strict=True)
    ]
    if prod(sizes) > LARGEST_TABLE:
        return None
    for axis, read in enumerate(lookup.arguments):
        if read in lenses:
            table = table.take(np.array(lenses[read][1], dtype=np.int64), axis=axis)
    arguments = tuple(lenses[read][0] if read in lenses else read for read in lookup.arguments)
    return replace(lookup, arguments=arguments, table=tuple(table.ravel().tolist()))


def _head(program: Program, head: Head, lenses: Lenses) -> Head | None:
    """Return a head that reads other queries and keys; its value is left alone."""
    query, key = lenses.get(head.query), lenses.get(head.key)
    if query is None and key is None:
        return head
    predicate = _predicate(program, head, query and query[1], key and key[1])
    if predicate is None:
        return None
    changed = replace(
        head,
        query=head.query if query is None else query[0],
        key=head.key if key is None else key[0],
        predicate=predicate,
    )
    if isinstance(changed, CategoricalHead) and isinstance(changed.tie, ByScore):
        scores = np.array(changed.tie.scores, dtype=object)
        if query is not None:
            scores = scores[list(query[1])]
        if key is not None:
            scores = scores[:, list(key[1])]
        rows = tuple(tuple(int(score) for score in row) for row in scores.tolist())
        changed = replace(changed, tie=ByScore(rows))
    return changed


def _predicate(
    program: Program, head: Head, query: tuple[int, ...] | None, key: tuple[int, ...] | None
) -> Predicate | None:
    predicate = head.predicate
    match predicate:
        case Constant():
            return predicate
        case KeyIn(keys):
            if key is None:
                return predicate
            wanted = tuple(new for new, old in enumerate(key) if old in set(keys))
            return KeyIn(wanted) if wanted else Constant(False)
        case _:
            pass
    queries, keys_ = program.values[head.query], program.values[head.key]
    if not isinstance(queries, FiniteValues) or not isinstance(keys_, FiniteValues):
        return None
    rows = predicate_table(predicate, queries, keys_).rows
    if query is not None:
        rows = tuple(rows[old] for old in query)
    if key is not None:
        rows = tuple(
            tuple(new for new, old in enumerate(key) if old in wanted)
            for wanted in map(frozenset, rows)
        )
    return Table(rows)


def _votes(program: Program, lenses: Lenses) -> list[Votes]:
    votes: dict[int, Votes] = {}
    for vote in program.classifier.votes:
        moved: Votes = vote
        if vote.variable in lenses:
            assert isinstance(vote, CategoricalVotes)
            instead, mapping = lenses[vote.variable]
            moved = CategoricalVotes(instead, tuple(vote.weights[old] for old in mapping))
        target = moved.variable
        votes[target] = added(votes[target], moved) if target in votes else moved
    return list(votes.values())


def substitute_number(program: Program, variable: int, value: int) -> Program | None:
    """Return the Program with a numerical variable replaced by a number; None where something needs the variable.

    A head can only add up `ones` or what is always 0, so other numbers are replaced in look-ups and votes alone.
    """
    changed: Program | None = program
    fixed: dict[int, int] = {}
    for number, operation in enumerate(program.operations, len(program.inputs)):
        if changed is None or variable not in operation.reads:
            continue
        if isinstance(operation, NumericalHead):
            head = _summed(program, operation, value)
            changed = None if head is None else with_operation(changed, number, head)
        elif isinstance(operation, NumericalLookup) and set(operation.arguments) == {variable}:
            fixed[number] = operation.index((value,) * len(operation.arguments))
        elif isinstance(operation, NumericalLookup):
            changed = with_operation(changed, number, _at(operation, variable, value))
    source = constant_source(program)
    for number, index in fixed.items():
        if changed is None or source is None:
            return None
        size = len(program.finite_values(source))
        changed = _substituted(changed, number, source, (index,) * size)
    if changed is None:
        return None
    votes = {vote.variable: vote for vote in changed.classifier.votes}
    own = votes.pop(variable, None)
    changed = with_votes(changed, votes.values())
    if own is not None:
        assert isinstance(own, NumericalVotes)
        biased = with_bias(changed, tuple(value * weight for weight in own.weights))
        if biased is None:
            return None
        changed = biased
    return prune(changed)


def constant_source(program: Program) -> int | None:
    """Return an input of which a constant can be called a function: the one with the fewest values."""
    finite = [
        (len(found), number)
        for number, found in enumerate(program.values[: len(program.inputs)])
        if isinstance(found, FiniteValues)
    ]
    return min(finite)[1] if finite else None


def _summed(program: Program, head: NumericalHead, value: int) -> Operation | None:
    """Return a head that adds up a constant instead of its value."""
    ones = ones_variable(program)
    if ones is None or value not in (0, 1):
        return None
    return replace(head, value=ones, predicate=head.predicate if value else Constant(False))


def _at(lookup: NumericalLookup, variable: int, value: int) -> NumericalLookup:
    """Return a look-up where one of its arguments has a fixed value."""
    kept = [place for place, read in enumerate(lookup.arguments) if read != variable]
    gone = [place for place, read in enumerate(lookup.arguments) if read == variable]
    boxes = [
        Rectangle(tuple(box.bounds[place] for place in kept), box.value)
        for box in lookup.rectangles
        if all(
            box.bounds[place][0] <= min(value, lookup.caps[place]) <= box.bounds[place][1]
            for place in gone
        )
    ]
    return replace(
        lookup,
        arguments=tuple(lookup.arguments[place] for place in kept),
        caps=tuple(lookup.caps[place] for place in kept),
        rectangles=tuple(boxes),
    )
