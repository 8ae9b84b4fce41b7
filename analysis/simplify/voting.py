"""Writing fitted votes into a Program. Owns rounding; refuses to fit or to check them."""

from dataclasses import replace

import numpy as np

from tprog.analysis.simplify.edit import prune, with_votes
from tprog.analysis.simplify.fit import Votes
from tprog.ir import CategoricalVotes, Integers, NumericalVotes, Ones, Program
from tprog.ir import Votes as IrVotes

# Sums stay below this, so that float32 adds them exactly.
EXACT = 1 << 24


def voting(program: Program, votes: Votes, scale: int) -> Program | None:
    """Return the pruned Program with fitted votes, rounded at a scale; None where sums could grow too large."""
    found: list[IrVotes] = []
    bias = tuple(int(weight) for weight in np.rint(votes.bias * scale))
    largest = max(map(abs, bias))
    for variable, weights in zip(votes.variables, votes.weights, strict=True):
        whole = np.rint(weights * scale).astype(np.int64)
        largest += int(np.abs(whole).max(initial=0))
        rows = tuple(tuple(int(weight) for weight in row) for row in whole)
        if isinstance(program.values[variable], Integers):
            found.append(NumericalVotes(variable, rows[0]))
        else:
            found.append(CategoricalVotes(variable, rows))
    if largest >= EXACT:
        return None
    return prune(_biased(with_votes(program, found), bias))


def _biased(program: Program, bias: tuple[int, ...]) -> Program:
    """Return the Program with a bias on its first categorical votes, else on `ones`."""
    votes = list(program.classifier.votes)
    for place, vote in enumerate(votes):
        if isinstance(vote, CategoricalVotes):
            rows = tuple(
                tuple(one + other for one, other in zip(row, bias, strict=True))
                for row in vote.weights
            )
            votes[place] = replace(vote, weights=rows)
            return with_votes(program, votes)
    ones = next((n for n, found in enumerate(program.inputs) if isinstance(found, Ones)), None)
    return program if ones is None else with_votes(program, [*votes, NumericalVotes(ones, bias)])
