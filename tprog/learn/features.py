"""What a classifier sees. Owns the sparse matrix of a Program's variables at scored positions; refuses to fit anything."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tprog.evaluate import Evaluator
from tprog.evaluate.inputs import Batch, IntArray
from tprog.ir import FiniteValues, Integers, Program

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Distinct points at which a label is asked for.

    Attributes:
        matrix: `(points, rows)`, sparse: 1 for each categorical variable's value, a number for each numerical variable;
            pooled: their sums over the sequence's positions.
        labels: `(points,)` indices of the true labels.
        counts: `(points,)` how often each point occurs.
        greatest: `(rows,)` the greatest entry of each row's column on the points, at least 1.
    """

    matrix: sparse.csr_array
    labels: IntArray
    counts: FloatArray
    greatest: FloatArray

    def accuracy(
        self, weights: "npt.NDArray[np.float64] | npt.NDArray[np.int64]", masked: tuple[int, ...]
    ) -> float:
        """Return the share of points that `(rows, labels)` weights predict rightly; 1 where there are none.

        Masked labels cannot be predicted; a tie goes to the first label.
        """
        if not len(self.labels):
            return 1.0
        sums = self.matrix @ weights.astype(np.float64)
        sums[:, list(masked)] = -np.inf
        right = sums.argmax(axis=1) == self.labels
        return float((right * self.counts).sum() / self.counts.sum())


def row_offsets(program: Program) -> IntArray:
    """Return for each variable its first row, and at the end the number of rows.

    A categorical variable has a row for each value, a numerical one a single row, one without an end none.
    """
    sizes = [
        len(values) if isinstance(values, FiniteValues) else int(isinstance(values, Integers))
        for values in program.values
    ]
    return np.cumsum([0, *sizes])


def program_features(
    program: Program, batches: Iterable[tuple[Batch, IntArray]], labels: tuple[str, ...]
) -> Features:
    """Return what a Program's classifier sees on labelled sequences.

    Args:
        program: its classifier may be any.
        batches: as for `tprog.learn.labelled.pad`.
        labels: the texts that the batches' labels speak of; points whose label the Program does not know are left out.
    """
    evaluator = Evaluator(program)
    known = {label: index for index, label in enumerate(program.classifier.labels)}
    # The last entry answers index -1, where nothing is scored.
    translate = np.array([*(known.get(label, -1) for label in labels), -1], dtype=np.int64)
    found: list[tuple[IntArray, IntArray, FloatArray, IntArray, FloatArray]] = []
    total = 0
    for batch, given in batches:
        values = np.stack(evaluator.evaluate(batch).values, axis=-1)
        truth = translate[given]
        if program.classifier.pooled:
            points = values.reshape(len(batch), -1)
        else:
            points, truth = values[truth >= 0], truth[truth >= 0]
        points, truth = points[truth >= 0], truth[truth >= 0]
        if not len(truth):
            continue
        points, truth, count = _distinct(points, truth)
        sequences = np.repeat(np.arange(len(truth)), points.shape[1] // values.shape[-1])
        rows, columns, amounts = _entries(program, points.reshape(-1, values.shape[-1]), sequences)
        found.append((total + rows, columns, amounts, truth, count))
        total += len(truth)
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    shape = (total, int(row_offsets(program)[-1]))
    matrix = sparse.csr_array(
        (
            np.concatenate([real, *(part[2] for part in found)]),
            (
                np.concatenate([whole, *(part[0] for part in found)]),
                np.concatenate([whole, *(part[1] for part in found)]),
            ),
        ),
        shape=shape,
    )
    matrix.sum_duplicates()
    greatest = np.ones(shape[1])
    if shape[0]:
        greatest = np.maximum(1.0, matrix.max(axis=0).toarray().reshape(-1))
    return Features(
        matrix,
        np.concatenate([whole, *(part[3] for part in found)]),
        np.concatenate([real, *(part[4] for part in found)]),
        greatest,
    )


def _distinct(points: IntArray, truth: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return each point once, with how often it stands there; points are told apart by 64 random bits."""
    joined = np.concatenate([points, truth[:, None]], axis=1).astype(np.uint64)
    random = np.random.default_rng(0).integers(1, 1 << 63, joined.shape[1], dtype=np.uint64)
    # Odd multipliers modulo 2^64: two different points meet with a chance of about 2^-60.
    codes = (joined * (random | np.uint64(1))).sum(axis=1, dtype=np.uint64)
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    return points[first[order]], truth[first[order]], counts[order].astype(np.float64)


def _entries(
    program: Program, values: IntArray, points: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return row, column and amount of every entry that the variables at some positions make."""
    offsets = row_offsets(program)
    rows, columns, amounts = [], [], []
    for index, taken in enumerate(program.values):
        column = values[:, index]
        match taken:
            case FiniteValues():
                rows.append(points)
                columns.append(offsets[index] + column)
                amounts.append(np.ones(len(column)))
            case Integers():
                rows.append(points)
                columns.append(np.full(len(column), offsets[index]))
                amounts.append(column.astype(np.float64))
            case _:
                continue
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(amounts)
