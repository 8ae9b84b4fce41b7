"""Baseline values: what variables are held at while others are watched.

The *commonest* value is the one that a variable has most often at the scored positions of random inputs. Held at these,
everything together often says the commonest label, and a part seems idle wherever that label is the right one. So the
*rival* value for a label is the one that a variable has most often where the Program gives another label: what then still
gives the label does so by itself.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from tprog.analysis.explain.describe import show_value
from tprog.analysis.measure.reference import Reference
from tprog.evaluate import evaluate, scored_positions
from tprog.evaluate.inputs import IntArray
from tprog.evaluate.scalar import value_at
from tprog.ir import Naturals, Program

BaselineKind: TypeAlias = Literal["rival", "commonest"]
BASELINE_KINDS: tuple[str, ...] = get_args(BaselineKind)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the variables of a Program are held at.

    Attributes:
        entries: for each variable its baseline value: an index into its finite values, a position, or a number.
    """

    entries: tuple[int, ...]

    def text(self, program: Program, variable: int) -> str:
        """Return a variable's baseline value as text."""
        return show_value(value_at(program, variable, self.entries[variable]))


@dataclass(frozen=True, slots=True)
class Baselines:
    """The baseline values for each label.

    Attributes:
        kind: which values they are.
        commonest: the commonest values, whatever the label.
        by_label: for each of the classifier's labels; all the same where the kind is `commonest`.
    """

    kind: BaselineKind
    commonest: Baseline
    by_label: tuple[Baseline, ...]


def baseline_values(
    program: Program, reference: Reference, kind: BaselineKind = "rival"
) -> Baselines:
    """Return the baseline values for each label.

    Scored positions of the reference inputs count (pooled: their data positions); of equally common values the least is taken.

    Raises:
        InvalidProgram: a number could exceed 64 bits.
    """
    none = np.zeros(0, dtype=np.int64)
    values: list[list[IntArray]] = [[none] for _ in program.variables]
    answers: list[IntArray] = [none]
    for batch in reference.batches:
        found = evaluate(program, batch)
        counted = scored_positions(program.domain, batch)
        predictions = found.predictions
        if program.classifier.pooled:
            counted[:] = False
            counted[:, program.domain.data_slice(counted.shape[1])] = True
            # The single label of an input stands at all its positions.
            predictions = np.broadcast_to(predictions[:, None], counted.shape)
        for columns, column in zip(values, found.values, strict=True):
            columns.append(column[counted])
        answers.append(predictions[counted])
    given = np.concatenate(answers)
    shortest = program.domain.min_length + program.domain.frame_size
    kept: list[IntArray] = []
    for number, columns in enumerate(values):
        column = np.concatenate(columns)
        # Endless positions: only those that every input has can be held everywhere.
        endless = isinstance(program.values[number], Naturals)
        kept.append(np.where(column < shortest, column, -1) if endless else column)
    commonest = Baseline(tuple(_commonest(column, 0) for column in kept))
    by_label = (commonest,) * len(program.classifier.labels)
    if kind == "rival":
        by_label = tuple(
            Baseline(
                tuple(
                    _commonest(column[given != label], entry)
                    for column, entry in zip(kept, commonest.entries, strict=True)
                )
            )
            for label in range(len(by_label))
        )
    return Baselines(kind, commonest, by_label)


def _commonest(column: IntArray, otherwise: int) -> int:
    """Return the commonest entry of a column, or another value where none is known."""
    known = column[column >= 0]
    if not len(known):
        return otherwise
    values, counts = np.unique(known, return_counts=True)
    # Sorted values make the first of equally common ones the least.
    return int(values[counts.argmax()])
