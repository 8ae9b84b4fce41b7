"""Checked passes on votes: a variable's votes become constant, then all votes few and small integers."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tprog.analysis.simplify.acceptance import Acceptance
from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.pruning import prune, with_bias, with_votes
from tprog.analysis.simplify.vote_fit import refitted
from tprog.evaluate import numerical_bounds
from tprog.evaluate.many_programs import value_counts
from tprog.ir import CategoricalVotes, NumericalVotes, Ones, Program, Votes

# Votes are tried at these scales, the smallest first.
SCALES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 256)
# The largest weight at scale 1.
UNIT = 4.0


def drop_votes(program: Program, acceptance: Acceptance) -> Program:
    """Let a variable vote always as it does on average, or in the middle, or for its commonest value; the last one first."""
    variable = len(program.variables) - 1
    while variable >= 0:
        changed = _without(program, variable, acceptance)
        if changed is not None:
            variable = min(variable, len(changed.variables))
            program = changed
        variable -= 1
    return program


def _without(program: Program, variable: int, acceptance: Acceptance) -> Program | None:
    own = next((vote for vote in program.classifier.votes if vote.variable == variable), None)
    if own is None or isinstance(program.variables[variable], Ones):
        return None
    before = cost(program)
    others = [vote for vote in program.classifier.votes if vote != own]
    for weights in dict.fromkeys(_constants(program, own, acceptance)):
        changed = with_bias(with_votes(program, others), weights)
        if changed is None:
            continue
        pruned = prune(changed)
        if cost(pruned) < before and (accepted := acceptance.accepted(pruned)) is not None:
            return accepted
    return None


def _constants(program: Program, vote: Votes, acceptance: Acceptance) -> Iterator[tuple[int, ...]]:
    """Yield constant votes to try: the mean, the middle, the commonest and none."""
    counts = value_counts(acceptance.columns(program), vote.variable)
    values = np.flatnonzero(counts)
    rows = (
        np.array(vote.weights, dtype=object)[values]
        if isinstance(vote, CategoricalVotes)
        else np.outer(values, np.array(vote.weights, dtype=object))
    )
    weights = counts[values].astype(object)
    total = int(weights.sum())
    yield tuple(int(found) // total for found in (rows * weights[:, None]).sum(axis=0))
    yield tuple(
        (int(low) + int(high)) // 2
        for low, high in zip(rows.min(axis=0), rows.max(axis=0), strict=True)
    )
    yield tuple(int(found) for found in rows[int(weights.argmax())])
    yield (0,) * rows.shape[1]


def shrink_votes(program: Program, acceptance: Acceptance) -> Program:
    """Round votes to the smallest integers that keep what is demanded, then drop those of single values."""
    if not program.classifier.votes:
        return program
    fitted = None
    if acceptance.refitting:
        fitted = refitted(program, acceptance.sample, acceptance.allowed)
    for start in (fitted, program):
        if start is None:
            continue
        for candidate in _rounded(start):
            if cost(candidate) < cost(program) and acceptance.accepts(candidate):
                program = candidate
                break
    plain = counted(program)
    if plain is not None and cost(plain) < cost(program) and acceptance.accepts(plain):
        program = plain
    return _thinned(program, acceptance)


def counted(program: Program) -> Program | None:
    """Return the Program with plain votes of the one number that decides; None where more than one variable does.

    The label that wins at the least numbers gets no votes, the next one 2 per unit, then 4, and so on; constant votes put the
    changes half-way between two numbers. Labels for 0, 1, 2, ... get 0, 2, 4, ... and 0, -1, -4, ...: the nearest number wins.
    """
    votes = program.classifier.votes
    numbers = [vote for vote in votes if not isinstance(program.variables[vote.variable], Ones)]
    if len(numbers) != 1 or not isinstance(numbers[0], NumericalVotes) or program.classifier.masked:
        return None
    slopes, bound = numbers[0].weights, numerical_bounds(program)[numbers[0].variable]
    if bound is None:
        return None
    constant = [0] * len(slopes)
    for vote in votes:
        if vote is not numbers[0] and isinstance(vote, NumericalVotes):
            constant = list(vote.weights)
    winners = [
        max(range(len(slopes)), key=lambda n: (constant[n] + slopes[n] * number, -n))
        for number in range(bound + 1)
    ]
    order = list(dict.fromkeys(winners))
    unit, bias = [0] * len(slopes), [0] * len(slopes)
    for place, label in enumerate(order):
        unit[label] = 2 * place
        # Two more votes per unit make up for this just before the first number that the label wins at.
        last = bias[order[place - 1]] if place else 0
        bias[label] = last - (2 * winners.index(label) - 1 if place else 0)
    for label in set(range(len(slopes))) - set(order):
        unit[label], bias[label] = unit[order[0]], bias[order[0]] - 1
    changed = with_votes(program, [NumericalVotes(numbers[0].variable, tuple(unit))])
    return with_bias(changed, tuple(bias))


def _rounded(program: Program) -> Iterator[Program]:
    """Yield the Program with its votes scaled down and rounded, the smallest first."""
    votes = program.classifier.votes
    largest = max(int(np.abs(np.array(vote.weights, dtype=object)).max()) for vote in votes)
    for scale in SCALES:
        if scale * UNIT < largest:
            factor = scale * UNIT / largest
            yield prune(with_votes(program, [_scaled(vote, factor) for vote in votes]))


def _scaled(vote: Votes, factor: float) -> Votes:
    if isinstance(vote, CategoricalVotes):
        rows = tuple(tuple(round(weight * factor) for weight in row) for row in vote.weights)
        return replace(vote, weights=rows)
    return replace(vote, weights=tuple(round(weight * factor) for weight in vote.weights))


def _thinned(program: Program, acceptance: Acceptance) -> Program:
    """Return the Program without the votes of single values that can be done without."""
    for vote in program.classifier.votes:
        if not isinstance(vote, CategoricalVotes):
            continue
        for value, row in enumerate(vote.weights):
            if not any(row) or acceptance.over:
                continue
            votes = {own.variable: own for own in program.classifier.votes}
            current = votes.get(vote.variable)
            if not isinstance(current, CategoricalVotes):
                break
            rows = list(current.weights)
            rows[value] = (0,) * len(row)
            votes[vote.variable] = replace(current, weights=tuple(rows))
            # Variables keep their numbers here; what votes no more goes later.
            candidate = with_votes(program, votes.values())
            if acceptance.accepts(candidate):
                program = candidate
    return program
