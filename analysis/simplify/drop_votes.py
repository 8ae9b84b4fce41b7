"""Dropping the votes of whole variables, by trial. Owns that search alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.counts import value_counts
from tprog.analysis.simplify.edit import prune, with_bias, with_votes
from tprog.analysis.simplify.trials import Trials
from tprog.ir import CategoricalVotes, Ones, Program, Votes


@dataclass(frozen=True, slots=True)
class DropVotes:
    """Lets a variable vote always as it does on average, or in the middle, or for its commonest value.

    Checked; what it changes shortens the Program.
    """

    name: str = "dropped votes"

    def apply(self, program: Program, trials: Trials) -> Program:
        """Return the last Program that was accepted, later variables being tried first."""
        variable = len(program.variables) - 1
        while variable >= 0:
            changed = _without(program, variable, trials)
            if changed is not None:
                variable = min(variable, len(changed.variables))
                program = changed
            variable -= 1
        return program


def _without(program: Program, variable: int, trials: Trials) -> Program | None:
    own = next((vote for vote in program.classifier.votes if vote.variable == variable), None)
    if own is None or isinstance(program.variables[variable], Ones):
        return None
    before = cost(program)
    others = [vote for vote in program.classifier.votes if vote != own]
    for weights in dict.fromkeys(_constants(program, own, trials)):
        changed = with_bias(with_votes(program, others), weights)
        if changed is None:
            continue
        pruned = prune(changed)
        if cost(pruned) < before and (accepted := trials.accepted(pruned)) is not None:
            return accepted
    return None


def _constants(program: Program, vote: Votes, trials: Trials) -> Iterator[tuple[int, ...]]:
    """Yield constant votes to try."""
    counts = value_counts(trials.columns(program), vote.variable)
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
