"""The classifier for given variables: a convex fit (multinomial logistic regression on one-hot values), then rounding."""

from dataclasses import dataclass, replace

import numpy as np

from tprog.compiled import compiled, exponential, logarithm
from tprog.ir import CategoricalVotes, Classifier, NumericalVotes
from tprog.ir import Votes as IrVotes
from tprog.learn.fit import EXACT_SUM, Descent, least_loss
from tprog.learn.search.arrays import (
    LABEL_LANES,
    Board,
    Bytes,
    Doubles,
    Floats,
    Votes,
    padded_labels,
)
from tprog.learn.search.skeleton import Skeleton


@dataclass(frozen=True, eq=False)
class Scored:
    """Variables at scored positions.

    Attributes:
        cat: `(places, categorical variables)`.
        num: `(places, numerical variables)`, each divided by its `scale`.
        label: `(places)`: the true labels.
        scale: `(numerical variables)`: the greatest value seen, at least 1.
    """

    cat: Bytes
    num: Floats
    label: Bytes
    scale: Doubles


def scored_of(board: Board, most: int, seed: int) -> Scored:
    """Return the variables at up to `most` scored positions of a board, chosen at random but equally for equal seeds."""
    blocks, positions, lanes = np.nonzero(board.scored)
    if len(blocks) > most:
        chosen = np.sort(np.random.default_rng(seed).permutation(len(blocks))[:most])
        blocks, positions, lanes = blocks[chosen], positions[chosen], lanes[chosen]
    num = board.num[blocks, :, positions, lanes].astype(np.float64)
    scale = np.maximum(1.0, np.abs(num).max(axis=0, initial=0))
    return Scored(
        cat=np.ascontiguousarray(board.cat[blocks, :, positions, lanes]),
        num=(num / scale).astype(np.float32),
        label=board.label[blocks, positions, lanes],
        scale=scale,
    )


def fit_votes(scored: Scored, votes: Votes, labels: int, l2: float, steps: int) -> Votes:
    """Return votes of (nearly) least cross-entropy plus `l2` times the sum of squared weights.

    Args:
        scored: the variables and true labels.
        votes: where to start.
        labels: the number of labels, without those that fill up the votes.
        l2: weight of the penalty, in nats.
        steps: the greatest number of quasi-Newton steps.
    """
    shapes = votes.cat.shape, votes.num.shape
    size = votes.cat.size
    start = np.concatenate([votes.cat.ravel(), (votes.num * scored.scale[:, None]).ravel()])
    gradient = Votes(np.zeros(shapes[0], np.float32), np.zeros(shapes[1], np.float32))

    def objective(flat: Doubles) -> tuple[float, Doubles]:
        single = flat.astype(np.float32)
        loss = loss_and_gradient(
            scored.cat,
            scored.num,
            scored.label,
            single[:size].reshape(shapes[0]),
            single[size:].reshape(shapes[1]),
            gradient.cat,
            gradient.num,
            labels,
        )
        slope = np.concatenate([gradient.cat.ravel(), gradient.num.ravel()]).astype(np.float64)
        return loss + l2 * float(flat @ flat), slope + 2 * l2 * flat

    found = least_loss(objective, start.astype(np.float64), Descent(steps)).astype(np.float32)
    num = found[size:].reshape(shapes[1]) / scored.scale[:, None]
    return Votes(found[:size].reshape(shapes[0]).copy(), num.astype(np.float32))


@compiled
def loss_and_gradient(
    cat: Bytes,
    num: Floats,
    label: Bytes,
    cat_votes: Floats,
    num_votes: Floats,
    cat_slope: Floats,
    num_slope: Floats,
    labels: int,
) -> float:
    """Return the mean cross-entropy and write its gradient, in one pass over the places."""
    places, width = cat.shape[0], cat_votes.shape[2]
    row = np.empty(width, np.float32)
    share = np.float32(1.0 / max(1, places))
    cat_slope[:] = 0
    num_slope[:] = 0
    total = 0.0
    for place in range(places):
        for each in range(width):
            row[each] = 0
        for variable in range(cat.shape[1]):
            value = cat[place, variable]
            for start in range(0, width, LABEL_LANES):
                for each in range(LABEL_LANES):
                    row[start + each] += cat_votes[variable, value, start + each]
        for variable in range(num.shape[1]):
            amount = num[place, variable]
            for start in range(0, width, LABEL_LANES):
                for each in range(LABEL_LANES):
                    row[start + each] += amount * num_votes[variable, start + each]
        top = row[0]
        for each in range(1, labels):
            top = max(top, row[each])
        true = row[label[place]]
        mass = np.float32(0)
        for each in range(labels):
            row[each] = exponential(row[each] - top)
            mass += row[each]
        total += logarithm(mass) + top - true
        for each in range(labels):
            row[each] *= share / mass
        for each in range(labels, width):
            row[each] = 0
        row[label[place]] -= share
        for variable in range(cat.shape[1]):
            value = cat[place, variable]
            for start in range(0, width, LABEL_LANES):
                for each in range(LABEL_LANES):
                    cat_slope[variable, value, start + each] += row[start + each]
        for variable in range(num.shape[1]):
            amount = num[place, variable]
            for start in range(0, width, LABEL_LANES):
                for each in range(LABEL_LANES):
                    num_slope[variable, start + each] += amount * row[start + each]
    return float(total / max(1, places))


def empty_votes(skeleton: Skeleton) -> Votes:
    """Return votes of 0 for every variable."""
    width = padded_labels(len(skeleton.labels))
    return Votes(
        np.zeros((len(skeleton.cat), skeleton.values, width), np.float32),
        np.zeros((len(skeleton.num), width), np.float32),
    )


def origin_votes(skeleton: Skeleton, largest: float = 10.0) -> Votes:
    """Return the votes of the skeleton's Program, scaled so that the greatest weight is at most `largest`."""
    votes = empty_votes(skeleton)
    cat, num = skeleton.votes()
    labels = len(skeleton.labels)
    votes.cat[:, :, :labels], votes.num[:, :labels] = cat, num
    top = max(float(np.abs(cat).max(initial=0)), float(np.abs(num).max(initial=0)))
    factor = np.float32(min(1.0, largest / top) if top else 1.0)
    return Votes(votes.cat * factor, votes.num * factor)


def integer_votes(votes: Votes, greatest: Doubles, resolution: float) -> Votes:
    """Return the votes times `resolution`, rounded; less finely where a sum could reach 2**24.

    Args:
        votes: the weights.
        greatest: `(numerical variables)`: the greatest value that each can have.
        resolution: units per nat.
    """
    bound = np.abs(votes.cat).max(axis=(1, 2), initial=0).sum()
    bound += (np.abs(votes.num).max(axis=1, initial=0) * greatest).sum()
    if bound * resolution >= EXACT_SUM / 2:
        resolution = EXACT_SUM / 2 / float(bound)
    return Votes(np.rint(votes.cat * resolution), np.rint(votes.num * resolution))


def classifier_of(skeleton: Skeleton, votes: Votes) -> Classifier:
    """Return the classifier with these (integer) votes; variables without any are left out."""
    origin = skeleton.origin.classifier
    kept = list(skeleton.labels)
    found: list[IrVotes] = []
    for number, variable in enumerate(skeleton.cat):
        rows = np.zeros((skeleton.values, len(origin.labels)), np.int64)
        rows[:, kept] = votes.cat[number, :, : len(kept)]
        if rows.any():
            found.append(CategoricalVotes(variable, tuple(map(tuple, rows.tolist()))))
    for number, variable in enumerate(skeleton.num):
        units = np.zeros(len(origin.labels), np.int64)
        units[kept] = votes.num[number, : len(kept)]
        if units.any():
            found.append(NumericalVotes(variable, tuple(units.tolist())))
    return replace(origin, votes=tuple(sorted(found, key=lambda vote: vote.variable)))
