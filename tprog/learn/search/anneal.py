"""Simulated annealing of a skeleton at fixed votes. Owns acceptance; refuses to change the classifier.

A proposal is tried block by block, and given up as soon as the blocks seen make its acceptance very unlikely.
"""

from typing import NamedTuple

import numpy as np

from tprog.compiled import compiled
from tprog.learn.search.arrays import Board, Bytes, Slots, Votes
from tprog.learn.search.kernels import loss_change, propagate, take_over
from tprog.learn.search.moves import Rates, Undo, make_undo, propose, take_back

LEAST_GAIN = 1e-6
"""Nats per scored position below which a change is no gain."""


class Tally(NamedTuple):
    """What a run of annealing did.

    Attributes:
        tried: proposals that changed some variable.
        accepted: proposals that were kept.
        blocks: blocks evaluated.
    """

    tried: int
    accepted: int
    blocks: int


def anneal(
    slots: Slots,
    votes: Votes,
    board: Board,
    blocks: tuple[int, int],
    rates: Rates,
    *,
    proposals: int,
    temperature: float,
    seed: int,
    caution: float = 4.0,
) -> Tally:
    """Try random changes in place, keeping those that annealing accepts.

    Args:
        slots: the skeleton, changed in place.
        votes: the classifier.
        board: examples; in the blocks that are used, values and sums are up to date and are kept so.
        blocks: the first block that is used, and the one after the last.
        rates: which changes are proposed, and how often.
        proposals: how many.
        temperature: in nats per scored position; 0 accepts gains alone.
        seed: of the random numbers.
        caution: standard errors by which a change must miss acceptance on some blocks to be given up early.
    """
    counts = _anneal(
        slots,
        votes,
        board,
        *blocks,
        make_undo(slots),
        rates,
        int(proposals),
        float(temperature),
        int(seed),
        float(caution),
    )
    return Tally(*map(int, counts))


@compiled
def _anneal(
    slots: Slots,
    votes: Votes,
    board: Board,
    start: int,
    stop: int,
    undo: Undo,
    rates: Rates,
    proposals: int,
    temperature: float,
    seed: int,
    caution: float,
) -> tuple[int, int, int]:
    np.random.seed(seed)
    touched = np.zeros(slots.modules.shape[0], np.uint8)
    total = 0.0
    for block in range(start, stop):
        total += board.weight[block]
    tried, accepted, seen_blocks = 0, 0, 0
    for _ in range(proposals):
        undo.kept[0], undo.kept[1] = 0, 0
        for module in range(touched.size):
            touched[module] = 0
        first = propose(slots, board, undo, rates, touched)
        if first < 0:
            continue
        limit = -LEAST_GAIN
        if temperature > 0:
            limit = max(limit, -temperature * np.log(1.0 - np.random.random()))
        change, some, seen = change_of(
            slots, votes, board, start, stop, touched, first, limit, caution
        )
        seen_blocks += seen
        tried += some
        if some and change / total < limit:
            accepted += 1
            make(slots, votes, board, start, stop, touched, first)
        else:
            take_back(slots, undo)
    return tried, accepted, seen_blocks


@compiled
def change_of(
    slots: Slots,
    votes: Votes,
    board: Board,
    start: int,
    stop: int,
    touched: Bytes,
    first: int,
    limit: float,
    caution: float,
) -> tuple[float, bool, int]:
    """Return by how much the summed loss of some blocks changes, infinity where that is surely too much.

    Args:
        slots: the skeleton, already changed.
        votes: the classifier.
        board: the examples as they were before.
        start: the first block.
        stop: the one after the last.
        touched: `(modules)`: which modules were changed.
        first: the first of these.
        limit: the greatest change of interest, in nats per scored position.
        caution: standard errors by which it must be missed on some blocks to be given up early.

    Returns:
        The change, whether any variable differs, and the number of blocks evaluated.
    """
    change, spread, weight, some, seen = 0.0, 0.0, 0.0, False, 0
    for block in range(start, stop):
        seen += 1
        weight += board.weight[block]
        if propagate(slots, board, block, touched, first):
            some = True
            step, squares, _ = loss_change(board, votes, block)
            change += step
            spread += squares
            # Positions of one sequence change together, so the variance of a mean is more than that of single ones.
            error = np.sqrt(4.0 * spread) / weight
            if change / weight - caution * error > limit and block + 1 < stop:
                return np.inf, some, seen
    return change, some, seen


@compiled
def make(
    slots: Slots, votes: Votes, board: Board, start: int, stop: int, touched: Bytes, first: int
) -> None:
    """Bring values, sums and losses of some blocks up to date with a change."""
    for block in range(start, stop):
        if propagate(slots, board, block, touched, first):
            take_over(board, block, loss_change(board, votes, block)[2])
