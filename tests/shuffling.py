"""The same Program with other names and in another order: for tests of what must not see the difference."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    FiniteValues,
    Head,
    Input,
    Integers,
    KeyIn,
    Naturals,
    NumericalHead,
    NumericalLookup,
    Operation,
    Predicate,
    Program,
    Provenance,
    Rectangle,
    Table,
    TieBreak,
    Value,
    Votes,
    WordTable,
)


def shuffled(program: Program, seed: int, names: bool = True) -> tuple[Program, list[int]]:
    """Return the Program renamed and reordered at random, and for each variable its new number.

    Inputs, operations, arguments, symbols, written values and boxes that do not overlap change places; so do layers.

    Args:
        program: a valid Program.
        seed: equal seeds shuffle alike.
        names: whether names change too.
    """
    draw = random.Random(seed)
    order = _order(program, draw)
    number = [order.index(old) for old in range(len(order))]
    symbols = _mixed(program.domain.symbols, draw)
    domain = replace(program.domain, symbols=symbols)
    new_values: dict[int, FiniteValues] = {}
    inputs: list[Input] = []
    operations: list[Operation] = []
    for place, old in enumerate(order):
        variable = program.variables[old]
        if isinstance(variable, WordTable):
            words = dict(zip(program.domain.alphabet, variable.table, strict=True))
            values, places = _mixed_values(variable.values, draw)
            table = tuple(places[words[word]] for word in domain.alphabet)
            variable = replace(variable, values=values, table=table)
        elif isinstance(variable, CategoricalHead | NumericalHead):
            variable = _head(program, variable, number, new_values)
        elif isinstance(variable, CategoricalLookup):
            variable = _table(program, variable, number, new_values, draw)
        elif isinstance(variable, NumericalLookup):
            variable = _boxes(variable, number, draw)
        if names:
            name = f"other_{draw.randrange(10**6)}_{place}"
            variable = replace(variable, name=name, notes=("Noted.",))
        if isinstance(variable, Operation):
            operations.append(replace(variable, layer=draw.choice([None, 0, 1, 2])))
        else:
            inputs.append(variable)
        partial = Program(domain, tuple(inputs), tuple(operations), program.classifier)
        found = partial.values[place]
        if isinstance(found, FiniteValues):
            new_values[old] = found
    votes: list[Votes] = []
    for vote in program.classifier.votes:
        moved: Votes = replace(vote, variable=number[vote.variable])
        if isinstance(vote, CategoricalVotes):
            old_values = program.finite_values(vote.variable).values
            rows = dict(zip(old_values, vote.weights, strict=True))
            weights = tuple(rows[value] for value in new_values[vote.variable].values)
            moved = CategoricalVotes(number[vote.variable], weights)
        votes.append(moved)
    classifier = replace(program.classifier, votes=tuple(votes))
    title = Provenance("shuffled", program.provenance.task)
    return Program(domain, tuple(inputs), tuple(operations), classifier, title), number


def _order(program: Program, draw: random.Random) -> list[int]:
    """Return the variables in another order in which everything still comes after what it reads."""
    first = len(program.inputs)
    order = list(_mixed(range(first), draw))
    waiting = list(range(first, len(program.variables)))
    while waiting:
        ready = [old for old in waiting if set(program.operations[old - first].reads) <= set(order)]
        chosen = draw.choice(ready)
        waiting.remove(chosen)
        order.append(chosen)
    return order


def _mixed(things: Sequence, draw: random.Random) -> tuple:  # type: ignore[type-arg]
    return tuple(draw.sample(list(things), len(things)))


def _mixed_values(values: FiniteValues, draw: random.Random) -> tuple[FiniteValues, list[int]]:
    mixed = FiniteValues(_mixed(values.values, draw))
    return mixed, [mixed.values.index(value) for value in values.values]


def _places(
    program: Program, old: int, new_values: dict[int, FiniteValues]
) -> tuple[FiniteValues, list[int]] | None:
    """Return a variable's new values, and for each old index the new one."""
    values = program.values[old]
    if isinstance(values, Naturals | Integers):
        return None
    return new_values[old], [new_values[old].values.index(value) for value in values.values]


def _head(
    program: Program,
    head: Head,
    number: Sequence[int],
    new_values: dict[int, FiniteValues],
) -> Head:
    query, key = (_places(program, read, new_values) for read in (head.query, head.key))
    predicate: Predicate = head.predicate
    if isinstance(predicate, Table) and query is not None and key is not None:
        rows: dict[int, tuple[int, ...]] = {
            query[1][at]: tuple(sorted(key[1][wanted] for wanted in row))
            for at, row in enumerate(predicate.rows)
        }
        predicate = Table(tuple(rows[at] for at in range(len(rows))))
    elif isinstance(predicate, KeyIn) and key is not None:
        predicate = KeyIn(tuple(sorted(key[1][wanted] for wanted in predicate.keys)))
    wanted, found, copied = (number[read] for read in head.reads)
    if isinstance(head, NumericalHead):
        return replace(head, query=wanted, key=found, value=copied, predicate=predicate)
    tie: TieBreak = head.tie
    if isinstance(tie, ByScore) and query is not None and key is not None:
        cells = {
            (query[1][at], key[1][to]): score
            for at, row in enumerate(tie.scores)
            for to, score in enumerate(row)
        }
        sizes = range(len(query[0])), range(len(key[0]))
        tie = ByScore(tuple(tuple(cells[at, to] for to in sizes[1]) for at in sizes[0]))
    return replace(head, query=wanted, key=found, value=copied, predicate=predicate, tie=tie)


def _table(
    program: Program,
    lookup: CategoricalLookup,
    number: Sequence[int],
    new_values: dict[int, FiniteValues],
    draw: random.Random,
) -> CategoricalLookup:
    places = _mixed(range(len(lookup.arguments)), draw)
    arguments = [lookup.arguments[place] for place in places]
    cells: dict[tuple[Value, ...], int] = {}
    old_values = [program.finite_values(read).values for read in lookup.arguments]
    for point, entry in zip(product(*old_values), lookup.table, strict=True):
        cells[tuple(point[place] for place in places)] = entry
    values, moved = _mixed_values(lookup.values, draw)
    table = tuple(
        moved[cells[point]] for point in product(*(new_values[read].values for read in arguments))
    )
    return replace(
        lookup, arguments=tuple(number[read] for read in arguments), values=values, table=table
    )


def _boxes(lookup: NumericalLookup, number: Sequence[int], draw: random.Random) -> NumericalLookup:
    places = _mixed(range(len(lookup.arguments)), draw)
    values, moved = _mixed_values(lookup.values, draw)
    boxes = [
        Rectangle(tuple(box.bounds[place] for place in places), moved[box.value])
        for box in lookup.rectangles
    ]
    # Boxes of one value may change places with their neighbours.
    for place in range(len(boxes) - 1):
        if boxes[place].value == boxes[place + 1].value and draw.random() < 0.5:
            boxes[place : place + 2] = boxes[place + 1], boxes[place]
    return replace(
        lookup,
        arguments=tuple(number[lookup.arguments[place]] for place in places),
        values=values,
        caps=tuple(lookup.caps[place] for place in places),
        rectangles=tuple(boxes),
        default=moved[lookup.default],
    )
