"""Votes of text programs: a multinomial logistic regression on sparse one-hot values, then integers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from tprog.ir import CategoricalVotes, Program
from tprog.learn.fit import Descent, Doubles, least_loss
from tprog.text.evidence import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """One-hot values of the variables that vote.

    Attributes:
        matrix: `(rows, features)`, a row for each labelled position, or for each document.
        variables: the variables, in order.
        sizes: how many values each has.
    """

    matrix: csr_matrix
    variables: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def offsets(self) -> Ints:
        """Where each variable's features begin."""
        return np.concatenate([[0], np.cumsum(self.sizes)])[:-1]


def features(
    program: Program,
    columns: Mapping[int, Ints],
    variables: Sequence[int],
    rows: Ints,
    count: int,
) -> Features:
    """Return the features of some variables.

    Args:
        program: says how many values each variable has.
        columns: `(positions,)` values of these variables at least.
        variables: those that vote.
        rows: `(positions,)`, the row that each position adds to; -1 for none.
        count: the number of rows.
    """
    sizes = tuple(len(program.finite_values(variable)) for variable in variables)
    used = rows >= 0
    offset, places = 0, []
    for variable, size in zip(variables, sizes, strict=True):
        places.append(columns[variable][used] + offset)
        offset += size
    stacked = np.stack(places, axis=1).ravel()
    row = np.repeat(rows[used], len(sizes))
    matrix = csr_matrix(
        (np.ones(len(row), dtype=np.float64), (row, stacked)), shape=(count, offset)
    )
    return Features(matrix, tuple(variables), sizes)


def refit(
    matrix: csr_matrix,
    labels: Ints,
    width: int,
    ridge: float,
    steps: int,
    start: Floats | None = None,
) -> Floats:
    """Return `(features, labels)` weights of least loss.

    Args:
        matrix: `(rows, features)`.
        labels: `(rows,)`.
        width: the number of labels.
        ridge: half of it times the squared weights is added to the loss, which is summed over rows.
        steps: the greatest number of quasi-Newton steps.
        start: weights to begin with.
    """
    rows, size = matrix.shape
    turned = matrix.T.tocsr()
    truth = np.eye(width)[labels]

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(size, width)
        logits = matrix @ weights
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        total = shares.sum(axis=1, keepdims=True)
        lost = float(np.log(total).sum() - (logits * truth).sum())
        slope = turned @ (shares / total - truth) + ridge * weights
        return (lost + ridge / 2 * float((weights**2).sum())) / rows, slope.ravel() / rows

    first = np.zeros(size * width) if start is None else start.ravel()
    return least_loss(loss, first, Descent(steps)).reshape(size, width)


def residuals(matrix: csr_matrix, labels: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Return `(rows, labels)`: truth less probability, and the curvature p (1 - p)."""
    logits = matrix @ weights
    logits -= logits.max(axis=1, keepdims=True)
    shares = np.exp(logits)
    shares /= shares.sum(axis=1, keepdims=True)
    curvature = shares * (1 - shares)
    truth = np.eye(weights.shape[1])[labels]
    return truth - shares, curvature


def integer_votes(found: Features, weights: Floats, scale: int) -> tuple[CategoricalVotes, ...]:
    """Return the votes as integers, `scale` for a unit of log-odds; a variable whose votes all round to 0 has none."""
    votes = []
    for variable, size, offset in zip(found.variables, found.sizes, found.offsets, strict=True):
        whole = np.rint(scale * weights[offset : offset + size]).astype(np.int64)
        if whole.any():
            votes.append(CategoricalVotes(variable, tuple(map(tuple, whole.tolist()))))
    return tuple(votes)
