"""Replacing operations and votes, removing what no vote depends on, and renumbering what is left.

Everything here returns a valid Program; none of it judges whether the behaviour stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tprog.analysis.measure.sizes import live_variables, silent
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    NumericalHead,
    NumericalVotes,
    Ones,
    Operation,
    Program,
    Votes,
)


def named(program: Program) -> Program:
    """Return the same Program with every operation's own name written down, so that it keeps it when others go; two may have had one."""
    own = program.names[len(program.inputs) :]
    operations = tuple(
        replace(operation, name=name)
        for operation, name in zip(program.operations, own, strict=True)
    )
    return replace(program, operations=operations)


def number_of(program: Program, name: str) -> int | None:
    """Return the variable of the operation with this written name; None where it is gone."""
    for number, operation in enumerate(program.operations, len(program.inputs)):
        if operation.name == name:
            return number
    return None


def with_operation(program: Program, variable: int, operation: Operation) -> Program:
    """Return the Program with the operation that writes `variable` replaced."""
    place = variable - len(program.inputs)
    operations = (*program.operations[:place], operation, *program.operations[place + 1 :])
    return replace(program, operations=operations)


def with_votes(program: Program, votes: Iterable[Votes]) -> Program:
    """Return the Program with other votes."""
    return replace(program, classifier=replace(program.classifier, votes=tuple(votes)))


def prune(program: Program) -> Program:
    """Return the Program without what no vote depends on; votes that are all zero go too."""
    live = live_variables(program)
    votes = [vote for vote in program.classifier.votes if not silent(vote)]
    if len(live) == len(program.variables) and len(votes) == len(program.classifier.votes):
        return program
    kept = [number for number in range(len(program.variables)) if number in live]
    number = {old: new for new, old in enumerate(kept)}
    first = len(program.inputs)
    return replace(
        program,
        inputs=tuple(program.inputs[old] for old in kept if old < first),
        operations=tuple(
            renumbered(program.operations[old - first], number) for old in kept if old >= first
        ),
        classifier=replace(
            program.classifier,
            votes=tuple(replace(vote, variable=number[vote.variable]) for vote in votes),
        ),
    )


def renumbered(operation: Operation, number: Mapping[int, int]) -> Operation:
    """Return an operation whose reads are renumbered; a variable without a new number keeps its own."""
    if isinstance(operation, CategoricalHead | NumericalHead):
        query, key, value = (number.get(read, read) for read in operation.reads)
        return replace(operation, query=query, key=key, value=value)
    arguments = tuple(number.get(read, read) for read in operation.arguments)
    return replace(operation, arguments=arguments)


def redirected(program: Program, variable: int, instead: int) -> Program:
    """Return the Program with every read and vote of `variable` going to an earlier one with the same values."""
    operations = tuple(renumbered(found, {variable: instead}) for found in program.operations)
    votes: dict[int, Votes] = {}
    for vote in program.classifier.votes:
        target = instead if vote.variable == variable else vote.variable
        moved = replace(vote, variable=target)
        votes[target] = added(votes[target], moved) if target in votes else moved
    return prune(with_votes(replace(program, operations=operations), votes.values()))


def added(one: Votes, other: Votes) -> Votes:
    """Return the sum of two votes of the same variable."""
    if isinstance(one, CategoricalVotes) and isinstance(other, CategoricalVotes):
        rows = zip(one.weights, other.weights, strict=True)
        return replace(one, weights=tuple(_sum(left, right) for left, right in rows))
    assert isinstance(one, NumericalVotes)
    assert isinstance(other, NumericalVotes)
    return replace(one, weights=_sum(one.weights, other.weights))


def with_bias(program: Program, weights: tuple[int, ...]) -> Program | None:
    """Return the Program with the same weights added to the sums of every position; None where nothing can carry them.

    The variable `ones` carries them, or else every row of a categorical variable's votes.
    """
    if not any(weights):
        return program
    ones = ones_variable(program)
    if ones is None:
        return with_shifted_rows(program, weights)
    votes = {vote.variable: vote for vote in program.classifier.votes}
    own: Votes = NumericalVotes(ones, weights)
    votes[ones] = added(votes[ones], own) if ones in votes else own
    return with_votes(program, votes.values())


def with_shifted_rows(program: Program, weights: tuple[int, ...]) -> Program | None:
    """Return the Program with weights added to every row of its first categorical votes; None where it has none."""
    votes = list(program.classifier.votes)
    for place, vote in enumerate(votes):
        if isinstance(vote, CategoricalVotes):
            rows = tuple(_sum(row, weights) for row in vote.weights)
            votes[place] = replace(vote, weights=rows)
            return with_votes(program, votes)
    return None


def ones_variable(program: Program) -> int | None:
    """Return the number of the input `ones`; None where the Program has none."""
    found = (number for number, known in enumerate(program.inputs) if isinstance(known, Ones))
    return next(found, None)


def _sum(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(one + other for one, other in zip(left, right, strict=True))
