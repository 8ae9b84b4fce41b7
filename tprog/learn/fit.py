"""Fitting votes: least loss by L-BFGS, a quasi-Newton method, then rounding to integers, the coarsest that are as good.

Votes are a multinomial logistic regression on one-hot values and counts, a convex problem. Features lie in memory as it
suits those who fit (lanes of float32 for the search, sparse rows for pooled labels), so each brings its own loss.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Doubles: TypeAlias = npt.NDArray[np.float64]
T = TypeVar("T")

EXACT_SUM = 1 << 24
"""Bound on the sum of integer votes at one position: below it float32 arithmetic is exact."""


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
