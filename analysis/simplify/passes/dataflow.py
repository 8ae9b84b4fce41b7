"""Sound passes on who reads what and who votes: constants, copies, duplicates, and votes that decide nothing."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tprog.analysis.simplify.passes.operations import narrow
from tprog.analysis.simplify.possible import Possible, possible
from tprog.analysis.simplify.pruning import (
    prune,
    redirected,
    renumbered,
    with_bias,
    with_shifted_rows,
    with_votes,
)
from tprog.analysis.simplify.substitution import constant_source, substitute, substitute_number
from tprog.evaluate.inputs import BoolArray
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    FiniteValues,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Votes,
)

if TYPE_CHECKING:
    from tprog.analysis.simplify.cost import Cost


def skip_self_attention(program: Program) -> Program:
    """Let readers of a head that always attends to its own position read what it copies.

    Sound on every domain; idempotent.
    """
    while found := possible(program).selves:
        variable = min(found)
        head = program.variables[variable]
        assert isinstance(head, CategoricalHead)
        changed = redirected(program, variable, head.value)
        if changed == program:
            break
        program = changed
    return program


def merge_duplicates(program: Program) -> Program:
    """Let readers of a variable read an earlier one with the same definition. Sound on every domain; idempotent."""
    while found := duplicates(program):
        program = redirected(program, *next(iter(found.items())))
    return program


def duplicates(program: Program) -> dict[int, int]:
    """Return for each variable that is computed twice the first one that is computed in the same way."""
    first: dict[int, int] = {}
    known: dict[Hashable, int] = {}
    for number, variable in enumerate(program.variables):
        if number < len(program.inputs):
            own: Hashable = variable
        else:
            operation = program.operations[number - len(program.inputs)]
            own = renumbered(replace(operation, name=""), first)
        if own in known:
            first[number] = known[own]
        else:
            known[own] = number
    return first


def compose_lookups(program: Program) -> Program:
    """Let readers of a look-up of one variable read that variable, where the Program becomes shorter.

    Sound on every domain; idempotent.
    """
    before = _cost(program)
    for variable in range(len(program.variables) - 1, len(program.inputs) - 1, -1):
        lookup = program.operations[variable - len(program.inputs)]
        if isinstance(lookup, CategoricalLookup) and len(lookup.arguments) == 1:
            changed = substitute(program, variable, lookup.arguments[0], lookup.table)
            if changed is not None and _cost(changed := narrow(changed)) < before:
                return compose_lookups(changed)
    return program


def replace_constants(program: Program) -> Program:
    """Replace operations with one possible value, or one for each position, unless the Program would be longer.

    What can occur is found by abstract interpretation, so this is sound on every domain. Idempotent.
    """
    found = possible(program)
    for variable in range(len(program.variables) - 1, len(program.inputs) - 1, -1):
        changed = _without_constant(program, variable, found)
        if changed is not None and _cost(changed := narrow(changed)) < _cost(program):
            return replace_constants(changed)
    return program


def _without_constant(program: Program, variable: int, found: Possible) -> Program | None:
    if variable in found.numbers:
        low, high = found.numbers[variable]
        return substitute_number(program, variable, low) if low == high else None
    values = found.values[variable]
    if values is None or not isinstance(program.values[variable], FiniteValues):
        return None
    source = constant_source(program)
    anywhere = np.flatnonzero(values.any(axis=0)).tolist()
    if len(anywhere) == 1 and source is not None:
        mapping = (anywhere[0],) * len(program.finite_values(source))
        return substitute(program, variable, source, mapping)
    for number, known in enumerate(program.inputs):
        if isinstance(known, Positions) and len(values) > 1 and (values.sum(axis=1) <= 1).all():
            # A position where nothing can stand may be called anything.
            return substitute(program, variable, number, values.argmax(axis=1).tolist())
    return None


def drop_dead_votes(program: Program) -> Program:
    """Subtract from each row of votes its commonest weight, and drop the rows of values that cannot occur.

    Adding the same to every label changes no winner and no tie. Sound on every domain; idempotent.
    """
    masked = set(program.classifier.masked)
    found = possible(program)
    votes: list[Votes] = []
    for vote in program.classifier.votes:
        if isinstance(vote, CategoricalVotes):
            occurs = found.anywhere(vote.variable)
            rows = tuple(
                lowered(row, masked) if occurs is None or occurs[number] else (0,) * len(row)
                for number, row in enumerate(vote.weights)
            )
            votes.append(replace(vote, weights=rows))
        else:
            votes.append(replace(vote, weights=lowered(vote.weights, masked)))
    return prune(with_votes(program, votes))


def lowered(row: tuple[int, ...], masked: set[int]) -> tuple[int, ...]:
    """Return the weights of each label less the commonest one; 0 for labels that cannot win."""
    counts = Counter(weight for label, weight in enumerate(row) if label not in masked)
    # Of equally common ones 0 stays, so that nothing is done twice.
    shared = min(counts, key=lambda weight: (-counts[weight], weight != 0, abs(weight), weight))
    return tuple(0 if label in masked else weight - shared for label, weight in enumerate(row))


def fold_constant_votes(program: Program) -> Program:
    """Let a variable whose votes are the same for all values that occur, and `ones`, vote through another variable.

    Every sum stays the same; only what makes the Program shorter is done. Sound on every domain; idempotent.
    """
    found = possible(program)
    for vote in program.classifier.votes:
        constant = _constant(program, vote, found.anywhere(vote.variable))
        if constant is None:
            continue
        others = [other for other in program.classifier.votes if other != vote]
        # `ones` itself must not carry its votes again.
        carry = with_shifted_rows if isinstance(vote, NumericalVotes) else with_bias
        changed = carry(with_votes(program, others), constant)
        if changed is not None and _cost(prune(changed)) < _cost(program):
            return fold_constant_votes(prune(changed))
    return program


def _constant(program: Program, vote: Votes, occurs: BoolArray | None) -> tuple[int, ...] | None:
    """Return the weights that a variable votes with whatever its value; None where these differ."""
    if isinstance(vote, NumericalVotes):
        return vote.weights if isinstance(program.variables[vote.variable], Ones) else None
    rows = {row for n, row in enumerate(vote.weights) if occurs is None or occurs[n]}
    return rows.pop() if len(rows) == 1 else None


def _cost(program: Program) -> "Cost":
    # Counting lines loads LibCST, a third of a second; `tprog analyze`, which asks what is redundant, counts none.
    from tprog.analysis.simplify.cost import cost

    return cost(program)
