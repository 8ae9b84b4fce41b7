"""A Program with what a network needs besides, and which entries each variable can hold."""

from dataclasses import dataclass, replace

import numpy as np

from tprog.errors import TprogError
from tprog.evaluate import numerical_bounds
from tprog.evaluate.reach import reachable
from tprog.ir import (
    CategoricalHead,
    FiniteValues,
    First,
    Head,
    KeyIn,
    NumericalHead,
    Ones,
    Operation,
    Positions,
    Program,
    Tokens,
    WordTable,
)

LISTED = 400_000  # inputs that are run one by one; of more, what can be held is bounded
LARGEST_NUMBER = 1 << 12  # a sum can take a dimension for each number up to its greatest


class NoTransformer(TprogError):
    """A Program that no ordinary Transformer of finite size computes, or only one that is too large."""

    slug = "no-transformer"


@dataclass(frozen=True, slots=True)
class Survey:
    """A Program with further variables, and what its variables can hold.

    Attributes:
        program: positions and ones are among its inputs, and its last operations are those of `matches` and `first`.
        positions: the variable that is the position.
        matches: for each categorical head the variable that counts its matches.
        first: for each variable that such a head copies, the one that is everywhere what that is at position 0.
        entries: for each variable what it can hold, ascending; perhaps more where inputs are too many to list.
    """

    program: Program
    positions: int
    matches: dict[int, int]
    first: dict[int, int]
    entries: tuple[tuple[int, ...], ...]


def survey(program: Program) -> Survey:
    """Return a Program with the further variables, and what all of them can hold.

    Raises:
        NoTransformer: there is no greatest length, or a number grows too large.
    """
    if program.domain.max_length is None:
        raise NoTransformer("it has no greatest length, and a Transformer has; give it one")
    given = {type(variable) for variable in program.inputs}
    inputs = (*program.inputs, *(kind() for kind in (Positions, Ones) if kind not in given))
    old, shift = len(program.inputs), len(inputs) - len(program.inputs)
    operations = [_shifted(operation, old, shift) for operation in program.operations]
    votes = program.classifier.votes
    moved = (replace(one, variable=one.variable + shift * (one.variable >= old)) for one in votes)
    kinds = [type(variable) for variable in inputs]
    positions, ones = kinds.index(Positions), kinds.index(Ones)
    matches, first = {}, {}
    for number, head in enumerate(tuple(operations), len(inputs)):
        if not isinstance(head, CategoricalHead):
            continue
        matches[number] = len(inputs) + len(operations)
        count = f"matches_{program.names[number - shift]}"
        read = (head.query, head.key, ones, head.predicate, head.causal)
        operations.append(NumericalHead(*read, name=count))
        if head.value not in first:
            first[head.value] = len(inputs) + len(operations)
            copied = (positions, positions, head.value, KeyIn((0,)), First())
            operations.append(CategoricalHead(*copied, name=f"first_{len(first)}"))
    extended = Program(
        # Whatever is unknown is read as one of the symbols.
        replace(program.domain, unknown=None),
        inputs,
        tuple(operations),
        replace(program.classifier, votes=tuple(moved)),
    )
    return Survey(extended, positions, matches, first, _entries(extended, first))


def _shifted(operation: Operation, old: int, shift: int) -> Operation:
    reads = tuple(read + shift * (read >= old) for read in operation.reads)
    if isinstance(operation, Head):
        return replace(operation, query=reads[0], key=reads[1], value=reads[2])
    return replace(operation, arguments=reads)


def _entries(program: Program, first: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    bounds, found = numerical_bounds(program), reachable(program, LISTED, samples=1)
    entries: list[tuple[int, ...]] = []
    for number, values in enumerate(program.values):
        most = len(values) - 1 if isinstance(values, FiniteValues) else bounds[number] or 0
        if found.exact:
            entries.append(tuple(np.flatnonzero(found.values[number]).tolist()))
            most = entries[-1][-1]
        else:
            ones = isinstance(program.variables[number], Ones)
            entries.append((1,) if ones else tuple(range(most + 1)))
        if most > LARGEST_NUMBER:
            raise NoTransformer(
                f"{program.names[number]} can reach {most:,}, more than {LARGEST_NUMBER:,}; "
                "simplify the program first"
            )
    for value, copy in first.items():
        variable = program.variables[value]
        if isinstance(variable, Positions):
            entries[copy] = (0,)
        elif isinstance(variable, Tokens | WordTable) and program.domain.prefix is not None:
            entries[copy] = (variable.table[0] if isinstance(variable, WordTable) else 0,)
    return tuple(entries)
