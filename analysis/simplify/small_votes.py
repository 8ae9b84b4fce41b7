"""Making votes few and small, by trial. Owns that search alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.edit import prune, with_bias, with_votes
from tprog.analysis.simplify.refit import refitted
from tprog.analysis.simplify.trials import Trials
from tprog.evaluate import numerical_bounds
from tprog.ir import CategoricalVotes, NumericalVotes, Ones, Program, Votes

# Votes are tried at these scales, the smallest first.
SCALES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 256)
# The largest weight before the first scale.
UNIT = 4.0


@dataclass(frozen=True, slots=True)
class SmallVotes:
    """Rounds votes to the smallest integers that keep what is demanded, then drops those of single values.

    Checked; every change leaves fewer votes, or as many smaller ones.
    """

    name: str = "small votes"

    def apply(self, program: Program, trials: Trials) -> Program:
        """Return the last Program that was accepted."""
        if not program.classifier.votes:
            return program
        fitted = refitted(program, trials.bench, trials.allowed) if trials.refitting else None
        for start in (fitted, program):
            if start is None:
                continue
            for candidate in _rounded(start):
                if cost(candidate) < cost(program) and trials.accepts(candidate):
                    program = candidate
                    break
        plain = counted(program)
        if plain is not None and cost(plain) < cost(program) and trials.accepts(plain):
            program = plain
        return _thinned(program, trials)


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


def _thinned(program: Program, trials: Trials) -> Program:
    """Return the Program without the votes of single values that can be done without."""
    for vote in program.classifier.votes:
        if not isinstance(vote, CategoricalVotes):
            continue
        for value, row in enumerate(vote.weights):
            if not any(row) or trials.over:
                continue
            current = next(
                (own for own in program.classifier.votes if own.variable == vote.variable), None
            )
            if not isinstance(current, CategoricalVotes):
                break
            zero = (0,) * len(row)
            rows = (*current.weights[:value], zero, *current.weights[value + 1 :])
            others = [own for own in program.classifier.votes if own.variable != vote.variable]
            candidate = with_votes(program, [*others, replace(current, weights=rows)])
            # Variables keep their numbers here; what votes no more goes later.
            if trials.accepts(candidate):
                program = candidate
    return program
