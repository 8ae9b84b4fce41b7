"""Simulated annealing of a skeleton at fixed votes. Owns acceptance; refuses to change the classifier.

A proposal is tried block by block, and given up as soon as the blocks seen make its acceptance very unlikely.
"""

from typing import NamedTuple

import numpy as np

from tprog.learn.search.arrays import Board, Slots, Votes
from tprog.learn.search.jit import compiled
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
        change, spread, seen, some = 0.0, 0.0, 0.0, False
        for block in range(start, stop):
            seen_blocks += 1
            seen += board.weight[block]
            if propagate(slots, board, block, touched, first):
                some = True
                step, squares, _ = loss_change(board, votes, block)
                change += step
                spread += squares
                # Positions of one sequence change together, so the variance of a mean is more than that of single ones.
                error = np.sqrt(4.0 * spread) / seen
                if change / seen - caution * error > limit and block + 1 < stop:
                    change = np.inf
                    break
        tried += some
        if some and change / total < limit:
            accepted += 1
            for block in range(start, stop):
                if propagate(slots, board, block, touched, first):
                    take_over(board, block, loss_change(board, votes, block)[2])
        else:
            take_back(slots, undo)
    return tried, accepted, seen_blocks
