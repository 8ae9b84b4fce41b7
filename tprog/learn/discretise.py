"""Integer classifiers. Owns the convex fit of weights, their rounding, and votes from weights and back.

Rounded weights make network, Program, emitted code and evaluator do the same integer arithmetic (SEMANTICS, "Exactness by
construction"). Refuses to change anything but the classifier.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from scipy import sparse

from tprog.evaluate import numerical_bounds
from tprog.evaluate.inputs import Batch, IntArray
from tprog.ir import CategoricalVotes, FiniteValues, Integers, NumericalVotes, Program, Votes
from tprog.learn.extract import extract
from tprog.learn.features import Features, FloatArray, program_features, row_offsets
from tprog.learn.fit import EXACT_SUM, Descent, coarsest, least_loss
from tprog.learn.network import Network

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
