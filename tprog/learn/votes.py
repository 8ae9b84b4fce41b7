"""Votes within a bound. Owns rounding a classifier to fewer bits; refuses to judge whether that changes predictions."""

from dataclasses import replace

from tprog.evaluate import numerical_bounds
from tprog.ir import CategoricalVotes, Program, Votes

# Every integer below it is a float64.
EXACT_FLOAT64 = 1 << 53


def largest_sum(program: Program) -> int:
    """Return a bound on the magnitude of every sum of votes at a position (pooled: of a sequence).

    Raises:
        ValueError: a voting number has no bound.
    """
    bounds = numerical_bounds(program)
    total = 0
    for vote in program.classifier.votes:
        rows = vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,)
        greatest = max((abs(weight) for row in rows for weight in row), default=0)
        if isinstance(vote, CategoricalVotes):
            total += greatest
        else:
            bound = bounds[vote.variable]
            if bound is None:
                raise ValueError("a voting number has no bound")
            total += greatest * max(1, bound)
    longest = program.domain.context_length or 1
    return total * longest if program.classifier.pooled else total


def within(program: Program, bound: int) -> Program:
    """Return a Program whose sums of votes stay below a bound: itself, or one with all votes divided and rounded.

    Rounding may change predictions where the two largest sums are close, so the two have to be compared.

    Args:
        program: the Program.
        bound: at least 2.
    """
    largest = largest_sum(program)
    if largest < bound:
        return program
    # Rounding adds at most half a unit for each vote, for which the last bits are left.
    step = -(-largest // (bound - 1 - _units(program)))
    votes: list[Votes] = []
    for vote in program.classifier.votes:
        if isinstance(vote, CategoricalVotes):
            rows = tuple(tuple(_divided(weight, step) for weight in row) for row in vote.weights)
            votes.append(replace(vote, weights=rows))
        else:
            votes.append(
                replace(vote, weights=tuple(_divided(weight, step) for weight in vote.weights))
            )
    return replace(program, classifier=replace(program.classifier, votes=tuple(votes)))


def _units(program: Program) -> int:
    bounds = numerical_bounds(program)
    units = sum(max(1, bounds.get(vote.variable, 1) or 1) for vote in program.classifier.votes)
    return units * (program.domain.context_length or 1 if program.classifier.pooled else 1)


def _divided(weight: int, step: int) -> int:
    """Return the nearest integer to `weight / step`, halves away from zero."""
    half = (2 * abs(weight) + step) // (2 * step)
    return half if weight >= 0 else -half
