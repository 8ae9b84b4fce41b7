"""Fitting votes: least loss by L-BFGS, a quasi-Newton method, then rounding to integers, the coarsest that are as good.

Votes are a multinomial logistic regression on one-hot values and counts, a convex problem. Features lie in memory as it
suits those who fit (lanes of float32 for the search, sparse rows for pooled labels), so each brings its own loss.
Below: votes with fewer bits, so that every sum is exact in a float.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from tprog.evaluate import numerical_bounds
from tprog.ir import CategoricalVotes, Program, Votes

Doubles: TypeAlias = npt.NDArray[np.float64]
T = TypeVar("T")

EXACT_SUM = 1 << 24
"""Bound on the sum of integer votes at one position: below it float32 arithmetic is exact."""
# Every integer below it is a float64.
EXACT_FLOAT64 = 1 << 53


@dataclass(frozen=True, slots=True)
class Descent:
    """When a fit ends, and what it remembers.

    Attributes:
        steps: the greatest number of quasi-Newton steps.
        losses: the greatest number of times that the loss is computed; None for no limit but scipy's.
        memory: steps that the curvature is estimated from.
        least_gain: a step that lowers the loss by a smaller share is the last.
        least_slope: a gradient with no greater entry ends the fit.
    """

    steps: int
    losses: int | None = None
    memory: int = 20
    least_gain: float = 1e-9
    least_slope: float = 1e-7


def least_loss(
    loss: Callable[[Doubles], tuple[float, Doubles]],
    start: Doubles,
    descent: Descent,
    after_step: Callable[[Doubles], None] | None = None,
) -> Doubles:
    """Return parameters of (nearly) least loss.

    Args:
        loss: gives the loss and its gradient at some parameters.
        start: the first parameters, one axis.
        descent: when to end.
        after_step: called with the parameters after each step; may raise StopIteration to end with these.
    """
    options: dict[str, Any] = {
        "maxiter": descent.steps,
        "maxcor": descent.memory,
        "ftol": descent.least_gain,
        "gtol": descent.least_slope,
    }
    if descent.losses is not None:
        options["maxfun"] = descent.losses
    found: Doubles = minimize(
        loss, start, jac=True, method="L-BFGS-B", callback=after_step, options=options
    ).x
    return found


def coarsest(
    candidates: Iterable[T],
    score: Callable[[T], tuple[float, ...]],
    enough: Callable[[tuple[float, ...]], bool],
) -> T:
    """Return the first candidate whose score is enough; where none is, the first of those that score best.

    Raises:
        ValueError: there are no candidates.
    """
    best: tuple[tuple[float, ...], T] | None = None
    for candidate in candidates:
        reached = score(candidate)
        if best is None or reached > best[0]:
            best = reached, candidate
        if enough(reached):
            break
    if best is None:
        raise ValueError("there is nothing to choose from")
    return best[1]


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
