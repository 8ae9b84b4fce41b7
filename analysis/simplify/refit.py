"""Letting a changed Program vote anew, so that the change shows nowhere. Owns the fit on a sample; refuses to check more."""

from collections.abc import Sequence
from time import monotonic

import numpy as np

from tprog.analysis.simplify.bench import Bench
from tprog.analysis.simplify.fit import Fitter, Votes
from tprog.analysis.simplify.losses import Floats
from tprog.analysis.simplify.rows import Rows, rows_of
from tprog.analysis.simplify.voting import voting
from tprog.ir import CategoricalVotes, Naturals, Ones, Program

# Votes are rounded at the first of these scales that makes no more mistakes.
SCALES = (64, 512, 4096, 32768)
# A fit that takes longer than this is no good.
SECONDS = 4.0


def refitted(program: Program, bench: Bench, allowed: int) -> Program | None:
    """Return the Program with votes that miss at most `allowed` wanted labels of a bench; None where none were found.

    Every variable may vote, since all are computed anyway.

    Args:
        program: a pruned Program whose outputs are not pooled.
        bench: the inputs and what is wanted there.
        allowed: how many wanted labels may be missed.
    """
    if program.classifier.pooled or any(isinstance(found, Naturals) for found in program.values):
        return None
    if not program.variables:
        return None
    rows = rows_of(program, bench)
    variables = [n for n, found in enumerate(program.variables) if not isinstance(found, Ones)]
    if not variables or not len(rows.labels) or rows.mistakes_at_least(variables) > allowed:
        return None
    fitter = Fitter(
        rows,
        len(program.classifier.labels),
        program.classifier.masked,
        allowed,
        monotonic() + SECONDS,
    )
    fitter.last = _warm(program, rows, fitter)
    votes = fitter.fit(variables)
    return None if votes is None else rounded(program, votes, bench, allowed)


def rounded(
    program: Program, votes: Votes, bench: Bench, allowed: int, scales: Sequence[int] = SCALES
) -> Program | None:
    """Return the Program with votes rounded at the first scale that misses no more than is allowed."""
    for scale in scales:
        changed = voting(program, votes, scale)
        if changed is None:
            return None
        if bench.mistakes(changed, allowed) <= allowed:
            return changed
    return None


def _warm(program: Program, rows: Rows, fitter: Fitter) -> Floats:
    """Return the Program's own votes as weights to begin with, scaled to a margin of about 1."""
    found = np.zeros_like(fitter.last)
    for vote in program.classifier.votes:
        weights = np.array(vote.weights, dtype=np.float64)[..., fitter.eligible]
        start, end = fitter.offsets[vote.variable], fitter.offsets[vote.variable + 1]
        if isinstance(vote, CategoricalVotes):
            found[start:end] = weights - weights.mean(axis=1, keepdims=True)
        elif isinstance(program.variables[vote.variable], Ones):
            found[0] += weights - weights.mean()
        else:
            found[start] = (weights - weights.mean()) * fitter.scales[vote.variable]
    size = float(np.abs(found).max(initial=0.0))
    if size == 0:
        return found
    margins = fitter.margins(found)
    typical = float(np.quantile(margins, QUANTILE))
    return found / (typical if typical > size * SMALLEST else size / LARGEST)


# The share of rows whose margin is scaled to less than 1.
QUANTILE = 0.02
# A margin below this share of the largest weight is none.
SMALLEST = 1e-3
# The largest weight to begin with where margins tell nothing.
LARGEST = 10.0
