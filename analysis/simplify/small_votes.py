"""Making votes few and small, by trial. Owns that search alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.edit import prune, with_votes
from tprog.analysis.simplify.refit import refitted
from tprog.analysis.simplify.trials import Trials
from tprog.ir import CategoricalVotes, Program, Votes

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
        return _thinned(program, trials)


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
