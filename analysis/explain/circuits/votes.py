"""How the votes fall between the answer and its runner-up. Owns the exact gains; refuses to say why."""

from dataclasses import dataclass

import numpy as np

from tprog.analysis.explain.circuits.trials import Trials
from tprog.evaluate.inputs import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """The votes of every variable for the answer less those for the runner-up.

    Attributes:
        runner_up: for each moment the label with the next largest sum, as a place in `Trials.labels`; -1 where there is
            no other label.
        margin: by how much the answer's sum is larger; 0 where there is no other label.
        gains: by voting variable, ascending, for each moment its part of the margin; they add up to it.
    """

    runner_up: IntArray
    margin: IntArray
    gains: dict[int, IntArray]


def vote_gains(trials: Trials) -> Gains:
    """Return how the votes fall at each moment while all parts are at work."""
    sums, answers = trials.sums(trials.all), trials.answers
    rows = np.arange(len(answers))
    variables = sorted(vote.variable for vote in trials.program.classifier.votes)
    if len(trials.labels) == 1:
        none = np.zeros(len(answers), dtype=np.int64)
        return Gains(none - 1, none, dict.fromkeys(variables, none))
    others = sums.copy()
    # No sum is that small: their size stays below 2^63.
    others[rows, answers] = np.iinfo(np.int64).min
    runner_up = others.argmax(axis=1).astype(np.int64)
    gains = {}
    for variable in variables:
        votes = trials.votes(trials.all, variable)
        gains[variable] = votes[rows, answers] - votes[rows, runner_up]
    return Gains(runner_up, sums[rows, answers] - sums[rows, runner_up], gains)
