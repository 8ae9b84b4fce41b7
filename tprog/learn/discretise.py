"""Integer classifiers: what a classifier sees, the convex fit of its weights, and their rounding.

Rounded weights make network, Program, emitted code and evaluator do the same integer arithmetic.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse

from tprog.evaluate import Evaluator, numerical_bounds
from tprog.evaluate.inputs import Batch, IntArray
from tprog.ir import CategoricalVotes, FiniteValues, Integers, NumericalVotes, Program, Votes
from tprog.learn.conversion import extract
from tprog.learn.fit import EXACT_SUM, Descent, coarsest, least_loss
from tprog.learn.network import Network

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
        batches: as for `tprog.learn.gradient.pad`.
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


# Greatest weights that are tried, from few to many: small integers are read more easily.
GREATEST_WEIGHTS = tuple(2**power for power in range(3, 21))
Labelled = Iterable[tuple[Batch, IntArray]]


def discretise(network: Network, batches: Labelled) -> Program:
    """Round a network's classifier, write it back into the network, and return the network's Program.

    Args:
        network: changed in place: afterwards its votes are integers and its exact predictions those of the Program.
        batches: labelled sequences on which rounding must cost nothing; labels as in the network's layout.
    """
    weights = network.votes.detach().to(torch.float64).cpu().numpy()
    with torch.no_grad():
        # A Program needs integers; the true weights follow once its variables are known.
        network.votes.zero_()
    blank = extract(network)
    rows = np.concatenate(
        [
            network.layout.offsets[index] + np.arange(stop - start)
            for index, (start, stop) in enumerate(_spans(blank))
        ]
    )
    features = program_features(blank, batches, network.layout.labels)
    whole = round_weights(blank, weights[rows], [features])
    with torch.no_grad():
        network.votes[torch.as_tensor(rows)] = torch.as_tensor(whole).to(network.votes.dtype)
    return with_weights(blank, whole)


def refit(
    program: Program,
    train: Labelled,
    validation: Labelled,
    labels: tuple[str, ...],
    *,
    penalty: float = 1e-6,
    iterations: int = 200,
) -> Program:
    """Return the Program with the better of two classifiers on validation data: its own, or one fitted anew.

    Args:
        program: its variables stay as they are.
        train: labelled sequences to fit.
        validation: labelled sequences to choose by.
        labels: the texts that their labels speak of.
        penalty: weight of the squared weights in the fit, in nats.
        iterations: the greatest number of quasi-Newton steps.
    """
    features = program_features(program, train, labels)
    held_out = program_features(program, validation, labels)
    own, masked = weights_of(program).astype(np.float64), program.classifier.masked
    fitted = fit_weights(features, own, masked, penalty=penalty, iterations=iterations)
    whole = round_weights(program, fitted, [features, held_out])
    scores = [
        (held_out.accuracy(weights, masked), features.accuracy(weights, masked))
        for weights in (own, whole)
    ]
    return with_weights(program, whole) if scores[1] > scores[0] else program


def fit_weights(
    features: Features,
    start: FloatArray,
    masked: tuple[int, ...] = (),
    *,
    penalty: float,
    iterations: int,
) -> FloatArray:
    """Return weights of (nearly) least cross-entropy plus `penalty` times the squared weights, a convex problem.

    Args:
        features: the points.
        start: `(rows, labels)` weights to start from; they are scaled down where they are large.
        masked: labels that cannot be predicted.
        penalty: in nats for each squared weight, numerical rows measured at their greatest value.
        iterations: the greatest number of quasi-Newton steps.
    """
    if not len(features.labels):
        return start
    share = features.counts / features.counts.sum()
    scaled = (features.matrix @ sparse.diags_array(1 / features.greatest)).tocsr()
    turned = scaled.T.tocsr()
    points = np.arange(len(features.labels))
    closed = list(masked)

    def objective(flat: FloatArray) -> tuple[float, FloatArray]:
        weights = flat.reshape(start.shape)
        logits = scaled @ weights
        logits[:, closed] = -1e30
        logits -= logits.max(axis=1, keepdims=True)
        true = logits[points, features.labels].copy()
        np.exp(logits, out=logits)
        mass = logits.sum(axis=1)
        loss = float((share * (np.log(mass) - true)).sum())
        logits *= (share / mass)[:, None]
        logits[points, features.labels] -= share
        slope = turned @ logits + 2 * penalty * weights
        return loss + penalty * float((weights**2).sum()), slope.reshape(-1)

    first = start * features.greatest[:, None]
    first = first * min(1.0, 10.0 / max(1.0, float(np.abs(first).max(initial=0.0))))
    found = least_loss(objective, first.reshape(-1), Descent(iterations, least_gain=1e-10))
    weights: FloatArray = found.reshape(start.shape) / features.greatest[:, None]
    return weights


def round_weights(program: Program, weights: FloatArray, data: list[Features]) -> IntArray:
    """Return integers that predict as well as real weights, as small as that allows.

    Weights are scaled so that the greatest is one of `GREATEST_WEIGHTS`; the first scale that costs nothing on any of
    the data is taken, or the best where all cost something. No sum can reach 2^24.

    Args:
        program: gives the variables and the masked labels.
        weights: `(rows, labels)`.
        data: points to keep right; later ones decide ties.
    """
    masked = program.classifier.masked
    open_labels = [label for label in range(weights.shape[1]) if label not in masked]
    # What all labels of a row share decides nothing.
    centred = np.zeros_like(weights)
    centred[:, open_labels] = weights[:, open_labels]
    centred[:, open_labels] -= centred[:, open_labels].mean(axis=1, keepdims=True)
    wanted = [found.accuracy(centred, masked) for found in data]
    largest = float(np.abs(centred).max(initial=0.0))
    if largest == 0:
        return np.zeros(weights.shape, dtype=np.int64)

    def rounded() -> Iterator[IntArray]:
        for number, greatest in enumerate(GREATEST_WEIGHTS):
            whole = np.rint(centred * (greatest / largest)).astype(np.int64)
            if number and greatest_sum(program, whole) >= EXACT_SUM:
                return
            yield whole

    return coarsest(
        rounded(),
        lambda whole: tuple(found.accuracy(whole, masked) for found in data),
        lambda reached: all(got >= want for got, want in zip(reached, wanted, strict=True)),
    )


def greatest_sum(program: Program, weights: IntArray) -> int:
    """Return a bound on the magnitude of any sum of votes at one position."""
    bounds = numerical_bounds(program)
    total = 0
    for index, (start, stop) in enumerate(_spans(program)):
        most = int(np.abs(weights[start:stop]).max(initial=0))
        total += most * ((bounds[index] or 0) if isinstance(program.values[index], Integers) else 1)
    return total


def weights_of(program: Program) -> IntArray:
    """Return a Program's votes as `(rows, labels)` integers; variables that do not vote have rows of 0."""
    offsets = row_offsets(program)
    weights = np.zeros((int(offsets[-1]), len(program.classifier.labels)), dtype=np.int64)
    for vote in program.classifier.votes:
        rows = vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,)
        weights[offsets[vote.variable] : offsets[vote.variable] + len(rows)] = rows
    return weights


def with_weights(program: Program, weights: IntArray) -> Program:
    """Return the Program with other votes; variables whose rows are all 0 do not vote."""
    votes: list[Votes] = []
    for index, (start, stop) in enumerate(_spans(program)):
        rows = weights[start:stop].tolist()
        if not any(map(any, rows)):
            continue
        if isinstance(program.values[index], FiniteValues):
            votes.append(CategoricalVotes(index, tuple(map(tuple, rows))))
        else:
            votes.append(NumericalVotes(index, tuple(rows[0])))
    return replace(program, classifier=replace(program.classifier, votes=tuple(votes)))


def _spans(program: Program) -> list[tuple[int, int]]:
    offsets = row_offsets(program).tolist()
    return list(pairwise(offsets))
