"""Examples laid out for questions of what would be if one variable were otherwise. Owns counting gains; refuses to choose what to ask.

A *lot* is a batch of examples of one length. Wrong predictions are numbered as in `suspicion.collect`: by group, then
input, then entry.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tprog.analysis.explain.trace.examples import Examples
from tprog.analysis.explain.trace.running import Observed
from tprog.evaluate.counterfactual import Bench, Hold
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.plan import Plan, make_plan
from tprog.evaluate.votes import force
from tprog.ir import Program


@dataclass(frozen=True, slots=True, eq=False)
class Lot:
    """Examples of one length.

    Attributes:
        bench: the Program on their tokens.
        plan: the Program made ready for their length.
        columns: every variable as `(inputs, positions)` entries.
        wanted: `(inputs, entries)` right labels; see `Group.wanted`.
        asked: `(inputs, entries)`: where a right label is known.
        wrong: `(inputs, entries)`: where another label is given.
        numbers: `(inputs, entries)`: the number of each wrong prediction, -1 elsewhere.
        answers: `(inputs, entries)` predictions.
        sums: `(inputs, entries, labels)` sums of votes.
    """

    bench: Bench
    plan: Plan
    columns: tuple[IntArray, ...]
    wanted: IntArray
    asked: BoolArray
    wrong: BoolArray
    numbers: IntArray
    answers: IntArray
    sums: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Gain:
    """What a change does to the predictions.

    Attributes:
        fixed: the numbers of the wrong predictions that become right, ascending.
        broken: how many right predictions become wrong.
    """

    fixed: IntArray
    broken: int

    @property
    def net(self) -> int:
        """How many more predictions are right."""
        return len(self.fixed) - self.broken

    def within(self, fixed: IntArray) -> bool:
        """Tell whether it puts nothing right but what is given."""
        return bool(np.isin(self.fixed, fixed).all())


NO_GAIN = Gain(np.zeros(0, dtype=np.int64), 0)

# From a lot to what a variable is held at there; None where nothing changes.
Holding: TypeAlias = "Callable[[Lot], Hold | None]"


def lay_out(
    examples: Examples, observed: Sequence[Observed], most: int | None = None
) -> tuple[list[Lot], list[Lot]]:
    """Return lots of examples with a wrong prediction, and lots of the others.

    Args:
        examples: the examples.
        observed: what was observed of them.
        most: of the former at most so many for each length are taken, and none of the latter.
    """
    failing: list[Lot] = []
    passing: list[Lot] = []
    base = 0
    for group, seen in zip(examples.groups, observed, strict=True):
        flat = seen.wrong.ravel()
        numbers = np.where(flat, np.cumsum(flat) - 1 + base, -1).reshape(seen.wrong.shape)
        base += int(flat.sum())
        fails = seen.wrong.any(axis=1)
        for rows, lots in ((fails, failing), (~fails, passing)):
            chosen = np.flatnonzero(rows)
            if most is not None:
                chosen = chosen[:most] if lots is failing else chosen[:0]
            if not len(chosen):
                continue
            bench = Bench(examples.program, group.batch.take(chosen))
            wanted = group.wanted[chosen]
            lots.append(
                Lot(
                    bench,
                    make_plan(examples.program, group.batch.indices.shape[1]),
                    tuple(column[chosen] for column in seen.columns),
                    wanted,
                    seen.asked[chosen],
                    seen.wrong[chosen],
                    numbers[chosen],
                    seen.answers[chosen],
                    bench.sums({}).reshape(*wanted.shape, -1),
                )
            )
    return failing, passing


def gain(lots: Sequence[Lot], variable: int, holding: Holding) -> Gain:
    """Return what holding a variable does on some lots."""
    found = [_gain_of(lot, variable, holding(lot)) for lot in lots]
    return joined(found)


def gain_of_answers(lot: Lot, answers: IntArray) -> Gain:
    """Return what it does that a lot gets other `(inputs, entries)` predictions."""
    right = answers == lot.wanted
    return Gain(
        np.sort(lot.numbers[lot.wrong & right]), int((~right & lot.asked & ~lot.wrong).sum())
    )


def joined(gains: Sequence[Gain]) -> Gain:
    """Return the gains of several lots together."""
    if not gains:
        return NO_GAIN
    fixed = np.sort(np.concatenate([found.fixed for found in gains]))
    return Gain(fixed, sum(found.broken for found in gains))


def winners(program: Program, sums: IntArray) -> IntArray:
    """Return `(inputs, entries)` predictions for sums of votes."""
    masked = list(program.classifier.masked)
    if masked:
        sums = sums.copy()
        # No sum is that small: their size stays below 2^63.
        sums[..., masked] = np.iinfo(np.int64).min
    found: IntArray = sums.argmax(axis=-1)
    if not program.classifier.pooled:
        force(program, found)
    return found


def _gain_of(lot: Lot, variable: int, hold: "Hold | None") -> Gain:
    if hold is None:
        return NO_GAIN
    answers = lot.bench.predictions({variable: hold}).reshape(lot.wanted.shape)
    return gain_of_answers(lot, answers)
