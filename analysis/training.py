"""A training whose result is shortened by proof, compared with its network and measured before it counts as finished."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeAlias

from tprog.analysis.measure.emitted import EmittedProgram
from tprog.analysis.measure.figures import METRIC, Figures, measure
from tprog.analysis.measure.guesses import Guesses, guesses
from tprog.analysis.simplify.simplify import simplify
from tprog.analysis.verify.compare import compare
from tprog.analysis.verify.verdict import Verdict
from tprog.errors import TprogError
from tprog.learn.train import TrainResult
from tprog.tasks import Dataset

Stages: TypeAlias = Callable[[str, int, int | None], None]

# Network and emitted code are compared for so long at most; what was compared is said, and kept in the manifest.
COMPARE_SECONDS = 60.0
# Somebody who interrupts gets a short comparison.
INTERRUPTED_SECONDS = 1.0
# Of a training with a time limit, the share of what is left that goes to the comparison, and its least time.
COMPARE_SHARE = 0.6
LEAST_SECONDS = 0.5
# How long a shorter program is looked for, and how much time must be left for that.
LOOK_SECONDS = 1.0
LOOK_NEEDS = 10.0


class Disagreement(TprogError):
    """The network and the emitted code do not agree: a fault of ours, never to be passed over."""

    slug = "disagreement"


class _TimeUp(Exception):
    """The time for a measurement is over."""


@dataclass
class Findings:
    """What was found out about a learned Program after learning.

    Attributes:
        agreement: of network and emitted code.
        figures: what the page of `tprog analyze` shows; None where no time was left.
        guesses: what no training example reached; None where no time was left.
        lines: lines of the Program and of a shorter one with the same answers; None where none was found or looked for.
        left_out: what no time was left for.
    """

    agreement: Verdict
    figures: Figures | None = None
    guesses: Guesses | None = None
    lines: tuple[int, int] | None = None
    left_out: list[str] = field(default_factory=list)

    def to_metrics(self) -> dict[str, Any]:
        """Return what joins the metrics of a manifest, as JSON values."""
        found: dict[str, Any] = {"agreement": self.agreement.to_json()}
        if self.figures is not None:
            found[METRIC] = self.figures.to_json()
        if self.guesses is not None:
            found["guesses"] = self.guesses.to_json()
        return found


def examine(
    result: TrainResult,
    dataset: Dataset,
    seconds: float | None = None,
    progress: Stages | None = None,
    source: str | None = None,
) -> Findings:
    """Compare what was learned with its network, measure it, and look for what could still be shorter.

    Args:
        result: of a training.
        dataset: what it was learned from.
        seconds: for all of this; None for no limit.
        progress: called with what is going on, what is done and how much there is.
        source: what `emit` gave for the Program, where that is at hand.

    Raises:
        Disagreement: network and emitted code differ.
    """
    if result.interrupted:
        seconds = INTERRUPTED_SECONDS if seconds is None else min(seconds, INTERRUPTED_SECONDS)
    until = None if seconds is None else monotonic() + seconds
    found = Findings(_agreement(result, source, seconds, progress))
    timed = _until(until, progress)
    try:
        found.guesses = guesses(result.program, dataset.train, progress=timed)
        found.figures = measure(
            *(result.program, dataset.task, dataset.seed),
            progress=timed,
            learned_from=dataset.data_hash,
        )
    except _TimeUp:
        found.left_out.append("the figures of the whole domain, which `tprog analyze` measures")
        return found
    if until is not None and until - monotonic() < LOOK_NEEDS:
        found.left_out.append("a look at what `tprog simplify` would make of it")
        return found
    shorter = simplify(result.program, seconds=LOOK_SECONDS, progress=progress)
    lines = shorter.before.lines, shorter.after.lines
    if lines[0] is not None and lines[1] is not None and lines[1] < lines[0]:
        found.lines = lines[0], lines[1]
    return found


def _agreement(
    result: TrainResult, source: str | None, seconds: float | None, progress: Stages | None
) -> Verdict:
    emitted = EmittedProgram(result.program, source=source)
    if seconds is not None:
        seconds = max(LEAST_SECONDS, COMPARE_SHARE * seconds)
    verdict = compare(
        emitted,
        result.network,
        names=("emitted code", "network"),
        seconds=min(COMPARE_SECONDS, COMPARE_SECONDS if seconds is None else seconds),
        progress=None
        if progress is None
        else lambda done, total: progress("network against emitted code", done, total),
    )
    if verdict.outcome == "different":
        assert verdict.counterexample is not None
        raise Disagreement(
            f"network and emitted code differ on {verdict.differing_inputs:,} inputs, "
            f"such as {' '.join(verdict.counterexample.tokens)}; please report this"
        )
    return verdict


def _until(until: float | None, progress: Stages | None) -> Stages:
    """Return a progress that raises `_TimeUp` once the time is over."""

    def timed(what: str, done: int, total: int | None) -> None:
        if until is not None and monotonic() > until:
            raise _TimeUp
        if progress is not None:
            progress(what, done, total)

    return timed
