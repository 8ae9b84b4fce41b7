"""Suspicion: how well a branch tells failing predictions from passing ones. Owns the counts and the formulas.

The formulas are those of spectrum-based fault localisation: Ochiai (Abreu et al. 2007), Tarantula (Jones and Harrold
2005), DStar with exponent 2 (Wong et al. 2014). Refuses to run anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal, TypeAlias

import numpy as np

from tprog.analysis.explain.cells import WHOLE, Branch, Part
from tprog.analysis.explain.trace.flow import slices
from tprog.analysis.explain.trace.running import Observed
from tprog.evaluate.inputs import IntArray
from tprog.ir import Program

Metric: TypeAlias = Literal["ochiai", "tarantula", "dstar"]


def suspicion(metric: Metric, failed: int, passed: int, failures: int, passes: int) -> float:
    """Return how suspicious something is that ran in some failing and some passing predictions.

    Args:
        metric: the formula.
        failed: failing predictions that it ran in.
        passed: passing predictions that it ran in.
        failures: failing predictions in all.
        passes: passing predictions in all.

    Returns:
        0 to 1 for Ochiai and Tarantula; 0 to infinity for DStar.
    """
    if failed == 0 or failures == 0:
        return 0.0
    match metric:
        case "ochiai":
            return failed / sqrt(failures * (failed + passed))
        case "tarantula":
            share = passed / passes if passes else 0.0
            return (failed / failures) / (failed / failures + share)
        case "dstar":
            rest = passed + (failures - failed)
            return failed**2 / rest if rest else inf


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """What ran in which predictions. Wrong predictions are numbered by group, then input, then entry.

    Attributes:
        failing: how many predictions are wrong.
        passing: how many are right.
        members: for each branch that ran in wrong predictions, which ones, ascending.
        passed: for each branch that ran in right predictions, in how many.
    """

    failing: int
    passing: int
    members: dict[Branch, IntArray]
    passed: dict[Branch, int]

    def failed(self, branch: Branch) -> int:
        """Return in how many wrong predictions a branch ran."""
        return len(self.members.get(branch, ()))

    def suspicion(self, metric: Metric, branch: Branch) -> float:
        """Return the suspicion of a branch."""
        ran = self.failed(branch), self.passed.get(branch, 0)
        return suspicion(metric, *ran, self.failing, self.passing)


def collect(program: Program, groups: Sequence[Observed]) -> Spectra:
    """Return which branches ran in which predictions, each prediction's slice for itself.

    Args:
        program: the Program that ran.
        groups: what was observed.
    """
    members: dict[Branch, list[IntArray]] = {}
    passed: dict[Branch, int] = {}
    failing = passing = 0
    for group in groups:
        flat = group.wrong.ravel()
        numbers = np.where(flat, np.cumsum(flat) - 1 + failing, -1)
        entries = group.wrong.shape[1]
        for start, found in slices(program, group.columns, group.asked):
            for fired in found:
                wrong = numbers[fired.predictions + start * entries]
                _add(members, passed, fired.part, fired.rows, wrong)
                if fired.part.kind == "head":
                    once = np.unique(fired.predictions)
                    whole = np.full(len(once), WHOLE, dtype=np.int64)
                    numbered = numbers[once + start * entries]
                    _add(members, passed, fired.part, whole, numbered)
        failing += int(flat.sum())
        passing += int((group.asked & ~group.wrong).sum())
    joined = {branch: np.unique(np.concatenate(chunks)) for branch, chunks in members.items()}
    return Spectra(failing, passing, joined, passed)


def _add(
    members: dict[Branch, list[IntArray]],
    passed: dict[Branch, int],
    part: Part,
    rows: IntArray,
    wrong: IntArray,
) -> None:
    """Count pairs of a branch and a prediction; `wrong` holds the number of a wrong one, or -1."""
    right = wrong < 0
    for row, count in zip(*np.unique(rows[right], return_counts=True), strict=True):
        branch = Branch(part, int(row))
        passed[branch] = passed.get(branch, 0) + int(count)
    if right.all():
        return
    order = np.argsort(rows[~right], kind="stable")
    found, numbers = rows[~right][order], wrong[~right][order]
    starts = np.flatnonzero(np.concatenate([[True], found[1:] != found[:-1]]))
    for start, chunk in zip(starts.tolist(), np.split(numbers, starts[1:]), strict=True):
        members.setdefault(Branch(part, int(found[start])), []).append(chunk)
