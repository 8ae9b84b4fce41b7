"""The branches of a Program: the smallest pieces that can be right or wrong by themselves, their names and their contents.

A *part* is a head, a look-up, or the votes of one variable. Its branches are a head's predicate rows (one for each query
value), a look-up's table entries or rectangles (its default counts as the last), and a vote table's rows (one for each
value). A part without a finite table is a single branch; a head's whole predicate can be taken as one, too.
"""

from dataclasses import dataclass, replace
from math import prod
from typing import Literal, TypeAlias, TypeVar

import numpy as np

from tprog.analysis.explain.describe import describe_predicate, show_value
from tprog.analysis.measure.vote_scale import vote_scale
from tprog.analysis.simplify.pruning import with_operation, with_votes
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    FiniteValues,
    Head,
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

_Item = TypeVar("_Item")

PartKind: TypeAlias = Literal["head", "look-up", "votes"]
# The row of what is no branch of the table but runs like one: a head that finds no match and takes position 0.
DEFAULT = -1
# The row of a head's whole predicate, where that is wrong as one.
WHOLE = -2
# Points of the largest rectangle whose decided points are worked out for its text.
LARGEST_GRID = 1 << 14

# A predicate row's keys; a table's entry; a rectangle; a vote row's weights; a whole predicate.
Content: TypeAlias = tuple[int, ...] | int | Rectangle | Predicate


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A head, a look-up, or the votes of a variable.

    Attributes:
        variable: the variable that it writes, or whose votes they are.
        kind: which of the three.
    """

    variable: int
    kind: PartKind


@dataclass(frozen=True, slots=True, order=True)
class Branch:
    """One branch of a part.

    Attributes:
        part: the part.
        row: a head's query value, a table's entry, a rectangle (one beyond the last: the default) or a voting value, by
            index; 0 for a part that is a single branch; `DEFAULT` for a categorical head that finds no match; `WHOLE` for a
            head's whole predicate.
    """

    part: Part
    row: int


def parts(program: Program) -> tuple[Part, ...]:
    """Return every part, heads and look-ups in order, then the votes."""
    first = len(program.inputs)
    found = [
        Part(number, "head" if isinstance(operation, Head) else "look-up")
        for number, operation in enumerate(program.operations, first)
    ]
    return (*found, *(Part(vote.variable, "votes") for vote in program.classifier.votes))


def branch_count(program: Program, part: Part) -> int:
    """Return how many branches a part has."""
    match _at(program, part):
        case CategoricalVotes(weights=rows):
            return len(rows)
        case CategoricalHead() | NumericalHead() as head:
            query = program.values[head.query]
            return len(query) if isinstance(query, FiniteValues) and tabular(program, head) else 1
        case CategoricalLookup(table=table):
            return len(table)
        case NumericalLookup(rectangles=rectangles):
            return len(rectangles) + 1
        case _:
            return 1


def branches(program: Program, part: Part) -> tuple[Branch, ...]:
    """Return the branches of a part, in order."""
    return tuple(Branch(part, row) for row in range(branch_count(program, part)))


def tabular(program: Program, head: Head) -> bool:
    """Tell whether a head's predicate can be written as a table: its query and key have finitely many values."""
    return all(isinstance(program.values[read], FiniteValues) for read in (head.query, head.key))


def votes_of(program: Program, variable: int) -> Votes:
    """Return the votes of a variable.

    Raises:
        ValueError: it does not vote.
    """
    for vote in program.classifier.votes:
        if vote.variable == variable:
            return vote
    raise ValueError(f"variable {variable} does not vote")


def content(program: Program, branch: Branch) -> Content:
    """Return what a branch holds: wanted keys, an entry, a rectangle or weights.

    Raises:
        ValueError: the branch is a head without a finite table, or there is no such branch.
    """
    part, row = branch.part, branch.row
    match _at(program, part):
        case CategoricalVotes(weights=rows):
            return rows[row]
        case NumericalVotes(weights=weights):
            return weights
        case CategoricalHead() | NumericalHead() as head:
            return head.predicate if row == WHOLE else _table(program, head).rows[row]
        case CategoricalLookup(table=table):
            return table[row]
        case NumericalLookup(rectangles=rectangles, default=default):
            return default if row == len(rectangles) else rectangles[row]


def with_content(program: Program, branch: Branch, new: Content) -> Program:
    """Return the Program with one branch holding something else; a head's predicate becomes a table.

    Raises:
        ValueError: the branch is a head without a finite table, or there is no such branch.
        InvalidProgram: the new content does not fit.
    """
    part, row = branch.part, branch.row
    changed: Operation
    match _at(program, part), new:
        case CategoricalVotes(weights=rows) as own, tuple():
            return _with_vote(program, replace(own, weights=_put(rows, row, new)))
        case NumericalVotes() as counted, tuple():
            return _with_vote(program, replace(counted, weights=new))
        case CategoricalHead() | NumericalHead() as head, _ if isinstance(new, Predicate):
            changed = replace(head, predicate=new)
        case CategoricalHead() | NumericalHead() as head, tuple():
            changed = replace(head, predicate=Table(_put(_table(program, head).rows, row, new)))
        case CategoricalLookup(table=table) as lookup, int():
            changed = replace(lookup, table=_put(table, row, new))
        case NumericalLookup(rectangles=boxes) as numerical, int() if row == len(boxes):
            changed = replace(numerical, default=new)
        case NumericalLookup(rectangles=boxes) as numerical, Rectangle():
            changed = replace(numerical, rectangles=_put(boxes, row, new))
        case _:
            raise ValueError(f"{new} is no content of a branch of {part_text(program, part)}")
    return with_operation(program, part.variable, changed)


def part_text(program: Program, part: Part) -> str:
    """Return a part's name, such as `votes of tokens`."""
    name = program.names[part.variable]
    return f"votes of {name}" if part.kind == "votes" else name


def branch_text(program: Program, branch: Branch) -> str:
    """Return which branch of its part it is, in words: `tokens == 3`, `(1, 0)`, `2 <= first <= 4`, `else`."""
    part, row = branch.part, branch.row
    if row == DEFAULT:
        return "nothing matches"
    match _at(program, part):
        case CategoricalVotes():
            return f"value {show_value(program.finite_values(part.variable).values[row])}"
        case NumericalVotes():
            return "each unit"
        case CategoricalHead(query=query) | NumericalHead(query=query):
            values = program.values[query]
            single = row == WHOLE or branch_count(program, part) == 1
            if single or not isinstance(values, FiniteValues):
                return "its predicate"
            return f"{program.names[query]} == {show_value(values.values[row])}"
        case CategoricalLookup() as table:
            return _point_text(program, table, row)
        case NumericalLookup() as lookup if row == len(lookup.rectangles):
            return "else"
        case NumericalLookup() as lookup:
            return _bounds_text(program, lookup, _decided(lookup, row))


def content_text(program: Program, branch: Branch, held: Content) -> str:
    """Return what a branch holds in words: `keys 1 2`, `3`, `weights 0 1 0`."""
    match _at(program, branch.part), held:
        case CategoricalVotes() | NumericalVotes(), tuple():
            pairs = zip(program.classifier.labels, held, strict=True)
            scale = vote_scale(program)
            voted = [
                f"{show_value(label)} {scale.complete(weight)}" for label, weight in pairs if weight
            ]
            return ", ".join(voted) or "no votes"
        case CategoricalHead() | NumericalHead() as head, _ if isinstance(held, Predicate):
            return describe_predicate(held, program.values[head.query], program.values[head.key])
        case CategoricalHead() | NumericalHead() as head, tuple():
            texts = [show_value(program.finite_values(head.key).values[index]) for index in held]
            return f"wants {' or '.join(texts)}" if texts else "wants no key"
        case CategoricalLookup(values=values) | NumericalLookup(values=values), (
            int(entry) | Rectangle(value=entry)
        ):
            return f"→ {show_value(values.values[entry])}"
    raise ValueError(f"{held} is no content of a branch of {part_text(program, branch.part)}")


def _at(program: Program, part: Part) -> Operation | Votes:
    """Return what a part is made of."""
    if part.kind == "votes":
        return votes_of(program, part.variable)
    return program.operations[part.variable - len(program.inputs)]


def _with_vote(program: Program, vote: Votes) -> Program:
    votes = program.classifier.votes
    return with_votes(program, (vote if one.variable == vote.variable else one for one in votes))


def _table(program: Program, head: Head) -> Table:
    if not tabular(program, head):
        raise ValueError("the predicate has no finite table")
    query, key = program.finite_values(head.query), program.finite_values(head.key)
    return predicate_table(head.predicate, query, key)


def _put(items: tuple[_Item, ...], row: int, new: _Item) -> tuple[_Item, ...]:
    if not 0 <= row < len(items):
        raise ValueError(f"there is no branch {row} of {len(items)}")
    return (*items[:row], new, *items[row + 1 :])


def _point_text(program: Program, table: CategoricalLookup, row: int) -> str:
    sets = [program.finite_values(argument) for argument in table.arguments]
    assert row < prod(map(len, sets))
    point = np.unravel_index(row, [len(found) for found in sets])
    names = [program.names[argument] for argument in table.arguments]
    return ", ".join(
        f"{name} == {show_value(found.values[int(place)])}"
        for name, found, place in zip(names, sets, point, strict=True)
    )


def _decided(lookup: NumericalLookup, row: int) -> Rectangle:
    """Return the points that a rectangle decides, where these are a rectangle too; otherwise all that it holds."""
    box = lookup.rectangles[row]
    sizes = [high - low + 1 for low, high in box.bounds]
    if prod(sizes) > LARGEST_GRID:
        return box
    free = np.ones(sizes, dtype=np.bool_)
    for other in lookup.rectangles[:row]:
        pairs = zip(other.bounds, box.bounds, strict=True)
        free[
            tuple(slice(max(low - at, 0), max(high + 1 - at, 0)) for (low, high), (at, _) in pairs)
        ] = False
    if not free.any():
        return box
    spans = [(int(places.min()), int(places.max())) for places in np.nonzero(free)]
    if not free[tuple(slice(low, high + 1) for low, high in spans)].all():
        return box
    pairs = zip(spans, box.bounds, strict=True)
    return Rectangle(tuple((low + at, high + at) for (low, high), (at, _) in pairs), box.value)


def _bounds_text(program: Program, lookup: NumericalLookup, box: Rectangle) -> str:
    said: list[str] = []
    for argument, cap, (low, high) in zip(lookup.arguments, lookup.caps, box.bounds, strict=True):
        name = program.names[argument]
        if low == high and high < cap:
            said.append(f"{name} == {low}")
        elif low == 0 and high < cap:
            said.append(f"{name} <= {high}")
        elif low > 0 and high >= cap:
            said.append(f"{name} >= {low}")
        elif low > 0:
            said.append(f"{low} <= {name} <= {high}")
    return ", ".join(said) or "always"
