"""The neutral value of each variable: what it is held at while others are watched. Owns choosing and naming it.

There are two kinds. The *commonest* value is the one that a variable has most often at the scored positions of random
inputs. Held at these, everything together often says the commonest label, and a part seems idle wherever that label is the
right one. So the *rival* value for a label is the one that a variable has most often where the Program gives another
label: held at these, everything together speaks for something else, and what still gives the label does so by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from tprog.analysis.explain.describe import show_value
from tprog.analysis.measure.reference import Reference
from tprog.evaluate import Evaluation, evaluate, scored_positions
from tprog.evaluate.inputs import BoolArray, IntArray
from tprog.evaluate.scalar import value_at
from tprog.ir import Naturals, Program

NeutralKind: TypeAlias = Literal["rival", "commonest"]
NEUTRAL_KINDS: tuple[str, ...] = get_args(NeutralKind)


@dataclass(frozen=True, slots=True)
class Neutral:
    """What the variables of a Program are held at.

    Attributes:
        entries: for each variable its neutral value: an index into its finite values, a position, or a number.
    """

    entries: tuple[int, ...]

    def text(self, program: Program, variable: int) -> str:
        """Return a variable's neutral value as text."""
        return show_value(value_at(program, variable, self.entries[variable]))


@dataclass(frozen=True, slots=True)
class Neutrals:
    """The neutral values for each label.

    Attributes:
        kind: which values they are.
        commonest: the commonest values, whatever the label.
        by_label: for each of the classifier's labels; all the same where the kind is `commonest`.
    """

    kind: NeutralKind
    commonest: Neutral
    by_label: tuple[Neutral, ...]


def commonest_values(program: Program, reference: Reference) -> Neutral:
    """Return the value that each variable of a Program has most often; of equally common ones the first.

    Args:
        program: a valid Program.
        reference: the inputs; their scored positions count (pooled: their data positions).

    Raises:
        InvalidProgram: a number could exceed 64 bits.
    """
    return neutral_values(program, reference, "commonest").commonest


def neutral_values(program: Program, reference: Reference, kind: NeutralKind = "rival") -> Neutrals:
    """Return the neutral values for each label.

    Args:
        program: a valid Program.
        reference: the inputs; their scored positions count (pooled: their data positions).
        kind: see the module.

    Raises:
        InvalidProgram: a number could exceed 64 bits.
    """
    labels = len(program.classifier.labels)
    values: list[list[IntArray]] = [[] for _ in program.variables]
    answers: list[IntArray] = []
    for batch in reference.batches:
        found = evaluate(program, batch)
        counted = scored_positions(program.domain, batch)
        if program.classifier.pooled:
            counted[:] = False
            counted[:, program.domain.data_slice(counted.shape[1])] = True
        for columns, column in zip(values, found.values, strict=True):
            columns.append(column[counted])
        answers.append(_winners(program, found)[counted])
    given = np.concatenate([np.zeros(0, dtype=np.int64), *answers])
    shortest = program.domain.min_length + program.domain.frame_size
    kept: list[IntArray] = []
    for number, columns in enumerate(values):
        column = np.concatenate([np.zeros(0, dtype=np.int64), *columns])
        # Endless positions: only those that every input has can be held everywhere.
        endless = isinstance(program.values[number], Naturals)
        kept.append(np.where(column < shortest, column, -1) if endless else column)
    commonest = Neutral(tuple(_commonest(column, 0) for column in kept))
    if kind == "commonest":
        return Neutrals(kind, commonest, (commonest,) * labels)
    return Neutrals(
        kind,
        commonest,
        tuple(_rival(kept, given != label, commonest) for label in range(labels)),
    )


def _winners(program: Program, found: Evaluation) -> IntArray:
    """Return the `(inputs, positions)` labels; a single label of an input stands at all its positions."""
    shape = found.values[0].shape
    predictions = found.predictions[:, None] if program.classifier.pooled else found.predictions
    return np.broadcast_to(predictions, shape)


def _rival(columns: Sequence[IntArray], others: BoolArray, commonest: Neutral) -> Neutral:
    """Return the commonest values where another label is given; the overall ones where that never happens."""
    return Neutral(
        tuple(
            _commonest(column[others], entry)
            for column, entry in zip(columns, commonest.entries, strict=True)
        )
    )


def _commonest(column: IntArray, otherwise: int) -> int:
    known = column[column >= 0]
    if not len(known):
        return otherwise
    values, counts = np.unique(known, return_counts=True)
    # Sorted values make the first of equally common ones the least.
    return int(values[counts.argmax()])
