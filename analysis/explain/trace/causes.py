"""Errors grouped by cause: a greedy cover of the wrong predictions by suspects.

The suspect whose repair puts most errors right takes these; among what is left the next one does, and so on. Errors that no
repair puts right go to the branch that best tells them from right predictions, and are marked as unproved.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tprog.analysis.explain.cells import Branch
from tprog.analysis.explain.trace.examples import LabelledExamples
from tprog.analysis.explain.trace.running import Observed
from tprog.analysis.explain.trace.spectrum import Metric, Spectra, suspicion
from tprog.analysis.explain.trace.suspects import Suspect
from tprog.evaluate import prediction_labels
from tprog.evaluate.inputs import IntArray

# Groups of errors, proved and unproved ones, and labels confused that are named in each.
MOST_CAUSES, MOST_UNPROVED, MOST_CONFUSED = 12, 4, 3


@dataclass(frozen=True, slots=True)
class Failure:
    """One wrong prediction.

    Attributes:
        example: the number of the example, from 0.
        tokens: its data symbols.
        place: which data symbol, from 0; None where outputs are pooled.
        wanted: the right label.
        given: the label that was given.
    """

    example: int
    tokens: tuple[str, ...]
    place: int | None
    wanted: str
    given: str


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """Errors with one cause.

    Attributes:
        branch: the suspect; None for errors that nothing singles out.
        proved: whether a repair of the suspect puts them right.
        members: the numbers of the wrong predictions, ascending.
        shortest: a shortest example of them.
        confused: the right and the given label of the commonest confusions, and how often each.
    """

    branch: Branch | None
    proved: bool
    members: IntArray
    shortest: Failure
    confused: tuple[tuple[str, str, int], ...]


def list_failures(examples: LabelledExamples, observed: Sequence[Observed]) -> list[Failure]:
    """Return every wrong prediction, in the order of their numbers."""
    labels = prediction_labels(examples.program)
    offset = int(examples.program.domain.prefix is not None)
    pooled = examples.program.classifier.pooled
    found: list[Failure] = []
    for group, seen in zip(examples.groups, observed, strict=True):
        for place, entry in np.argwhere(seen.wrong).tolist():
            number = int(group.rows[place])
            example = examples.examples[number]
            data = 0 if pooled else entry - offset
            wanted = example.labels[data]
            assert wanted is not None
            given = labels[int(seen.answers[place, entry])]
            found.append(Failure(number, example.tokens, None if pooled else data, wanted, given))
    return found


def group_errors(
    suspects: Sequence[Suspect], spectra: Spectra, failures: Sequence[Failure], metric: Metric
) -> list[Cause]:
    """Return the errors by cause, proved ones first, each error once.

    Args:
        suspects: the suspects, ranked.
        spectra: what ran in which predictions.
        failures: see `list_failures`.
        metric: the formula for errors that no repair puts right.
    """
    left = np.arange(spectra.failing, dtype=np.int64)
    causes: list[Cause] = []
    repairs = [one.repair for one in suspects if one.repair is not None]
    while len(left) and len(causes) < MOST_CAUSES and repairs:
        gains = [
            len(np.intersect1d(left, repair.gain.fixed, assume_unique=True)) - repair.gain.broken
            for repair in repairs
        ]
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        repair = repairs.pop(best)
        members = np.intersect1d(left, repair.gain.fixed, assume_unique=True)
        causes.append(_cause(repair.branch, True, members, failures))
        left = np.setdiff1d(left, members, assume_unique=True)
    for _ in range(MOST_UNPROVED):
        if not len(left):
            return causes
        scores = [
            suspicion(
                metric,
                len(np.intersect1d(left, spectra.members[one.branch], assume_unique=True)),
                one.passed,
                len(left),
                spectra.passing,
            )
            for one in suspects
        ]
        if not scores or max(scores) <= 0:
            break
        branch = suspects[int(np.argmax(scores))].branch
        members = np.intersect1d(left, spectra.members[branch], assume_unique=True)
        causes.append(_cause(branch, False, members, failures))
        left = np.setdiff1d(left, members, assume_unique=True)
    if len(left):
        causes.append(_cause(None, False, left, failures))
    return causes


def _cause(
    branch: Branch | None, proved: bool, members: IntArray, failures: Sequence[Failure]
) -> Cause:
    own = [failures[number] for number in members.tolist()]
    shortest = min(own, key=lambda one: (len(one.tokens), one.example))
    counts = Counter((failure.wanted, failure.given) for failure in own)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_CONFUSED]
    confused = tuple((wanted, given, count) for (wanted, given), count in ordered)
    return Cause(branch, proved, members, shortest, confused)
