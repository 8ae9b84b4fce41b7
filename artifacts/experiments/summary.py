"""What the seeds of a row say together. Owns means, spreads, shares and the choice among seeds; refuses to format them."""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

from experiments.outcome import Outcome, read_outcome
from experiments.table import Experiment


@final
@dataclass(frozen=True, slots=True)
class Summary:
    """A row with what its runs have given.

    Attributes:
        experiment: the row.
        outcomes: of the runs that are finished, by seed; all of one command.
    """

    experiment: Experiment
    outcomes: tuple[Outcome, ...]

    @property
    def command(self) -> str:
        """The command of its runs, without the seed."""
        return self.outcomes[0].command if self.outcomes else self.experiment.command()

    @property
    def chosen(self) -> Outcome | None:
        """The run with the best validation accuracy, the first of equals: what the paper reports of its five seeds."""
        if not self.outcomes:
            return None
        return max(self.outcomes, key=lambda outcome: (outcome.validation, -outcome.seed))

    @property
    def mean(self) -> float | None:
        """Mean test accuracy, from 0 to 1."""
        return _mean([outcome.test for outcome in self.outcomes])

    @property
    def least(self) -> float | None:
        """Least test accuracy, from 0 to 1."""
        return min((outcome.test for outcome in self.outcomes), default=None)

    @property
    def greatest(self) -> float | None:
        """Greatest test accuracy, from 0 to 1."""
        return max((outcome.test for outcome in self.outcomes), default=None)

    @property
    def deviation(self) -> float | None:
        """The sample's standard deviation of test accuracy; None for fewer than two runs."""
        if len(self.outcomes) < 2:
            return None
        return statistics.stdev(outcome.test for outcome in self.outcomes)

    @property
    def seconds(self) -> float | None:
        """Mean seconds of training."""
        return _mean([outcome.seconds for outcome in self.outcomes])

    @property
    def rounds(self) -> float | None:
        """Mean rounds of the search, or epochs of a standard Transformer."""
        return _mean([float(outcome.rounds) for outcome in self.outcomes])

    @property
    def reached(self) -> int | None:
        """How many runs reached the row's goal, in accuracy on test data and in seconds; None where it has none."""
        goal = self.experiment.goal
        if goal is None:
            return None
        return sum(
            outcome.test >= goal.accuracy and outcome.seconds <= goal.seconds
            for outcome in self.outcomes
        )


def summarise(rows: Iterable[Experiment], root: Path) -> list[Summary]:
    """Return each row with the outcomes that lie under a folder.

    Outcomes of different commands are never put together: a row speaks of its own command where that has been run, and
    otherwise of the one that has been run most.

    Raises:
        UnreadableSource: an outcome is damaged.
    """
    return [Summary(row, _of_one_command(row, _outcomes(row, root))) for row in rows]


def _outcomes(row: Experiment, root: Path) -> list[Outcome]:
    folder = root / row.setting / row.task
    files = [path for path in folder.glob("*.json") if path.stem.isdigit()]
    return [read_outcome(path) for path in sorted(files, key=lambda path: int(path.stem))]


def _of_one_command(row: Experiment, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    counts = Counter(outcome.command for outcome in outcomes)
    if not counts:
        return ()
    command = row.command() if row.command() in counts else counts.most_common(1)[0][0]
    return tuple(outcome for outcome in outcomes if outcome.command == command)


def _mean(numbers: Sequence[float]) -> float | None:
    return statistics.fmean(numbers) if numbers else None
