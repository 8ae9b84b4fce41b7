"""What each value of a module would cost at each place, all else equal. Owns these tables; refuses to choose a module.

Changing what a module writes at one position of a sequence changes the loss of that sequence; a table of all these
changes tells which function of other variables the module had best compute. It is exact for a module that no other reads,
and leaves out how two positions of one sequence act together for others, so that a choice made with it is to be tried.
"""

from typing import NamedTuple

import numpy as np

from tprog.compiled import compiled
from tprog.learn.search.arrays import (
    CAUSAL,
    FIRST,
    KIND,
    NUM_HEAD,
    SCORE,
    TIE,
    WRITES,
    Board,
    Bytes,
    Floats,
    Ints,
    Slots,
    Votes,
)
from tprog.learn.search.kernels import clear, loss_change, propagate_on


class Places(NamedTuple):
    """Every position of some sequences, with what its variables hold.

    Attributes:
        cost: `(places, values)`: by how much the loss of its sequence changes, in nats, if a module wrote this value here.
        cat: `(categorical variables, places)`.
        num: `(numerical variables, places)`.
        block, position, lane: `(places)`: where a place is.
    """

    cost: Floats
    cat: Bytes
    num: Ints
    block: Ints
    position: Ints
    lane: Ints


def costs_of(
    slots: Slots, votes: Votes, board: Board, blocks: tuple[int, int], module: int, values: int
) -> Places:
    """Return the cost of each value that a module could write.

    Args:
        slots: the skeleton.
        votes: the classifier.
        board: examples whose values and sums are up to date in these blocks.
        blocks: the first block, and the one after the last.
        module: which module.
        values: values from 0 to this number, less 1, are tried.
    """
    start, stop = blocks
    table = np.zeros((stop - start, board.valid.shape[1], board.valid.shape[2], values), np.float32)
    _fill(slots, votes, board, start, stop, module, table)
    block, position, lane = (
        found.astype(np.int32) for found in np.nonzero(board.valid[start:stop])
    )
    return Places(
        cost=np.ascontiguousarray(table[block, position, lane]),
        cat=np.ascontiguousarray(board.cat[block + start, :, position, lane].T),
        num=np.ascontiguousarray(board.num[block + start, :, position, lane].T),
        block=block + np.int32(start),
        position=position,
        lane=lane,
    )


@compiled
def _fill(
    slots: Slots, votes: Votes, board: Board, start: int, stop: int, module: int, table: Floats
) -> None:
    cat, num, changed, loss = board.cat, board.num, board.changed, board.loss
    positions, lanes, values = table.shape[1], table.shape[2], table.shape[3]
    numerical = 1 if slots.modules[module, KIND] == NUM_HEAD else 0
    writes, new = int(slots.modules[module, WRITES]), cat.shape[0] - 1
    for block in range(start, stop):
        for position in range(positions):
            for value in range(values):
                # Only this position differs from what the module writes now.
                for each in range(positions):
                    for lane in range(lanes):
                        if numerical:
                            there = num[block, writes, each, lane]
                            num[new, writes, each, lane] = value if each == position else there
                        else:
                            seen = cat[block, writes, each, lane]
                            cat[new, writes, each, lane] = value if each == position else seen
                clear(changed)
                changed[numerical, writes] = 1
                propagate_on(slots, board, block, module + 1)
                found = loss_change(board, votes, block)[2]
                for column in range(found):
                    place = board.places[column]
                    step = board.scratch[0, column] - loss[block, place]
                    table[block - start, position, place % lanes, value] += step


@compiled
def attended(slots: Slots, board: Board, places: Places, module: int, key: int, out: Bytes) -> None:
    """Write for each place and key value the position that a head would attend; 0 where there is none.

    Args:
        slots: the skeleton; it says whether the head is causal and how ties are broken.
        board: the examples.
        places: where.
        module: the head.
        key: the key variable.
        out: `(places, k)`.
    """
    tie, causal = slots.modules[module, TIE], slots.modules[module, CAUSAL]
    if tie == SCORE:
        # Keys of one value have one score, of which the first is attended.
        tie = FIRST
    for place in range(out.shape[0]):
        block, position, lane = places.block[place], places.position[place], places.lane[place]
        for value in range(out.shape[1]):
            out[place, value] = 0
        for rank in range(board.order.shape[2]):
            other = int(board.order[tie, position, rank])
            if board.valid[block, other, lane] and not (causal and other > position):
                out[place, board.cat[block, key, other, lane]] = other


@compiled
def matches(slots: Slots, board: Board, places: Places, module: int, key: int, out: Bytes) -> None:
    """Write for each place and key value how many keys of that value a head sees: `(places, k)`."""
    causal = slots.modules[module, CAUSAL]
    for place in range(out.shape[0]):
        block, position, lane = places.block[place], places.position[place], places.lane[place]
        for value in range(out.shape[1]):
            out[place, value] = 0
        for other in range(position + 1 if causal else board.valid.shape[1]):
            if board.valid[block, other, lane]:
                out[place, board.cat[block, key, other, lane]] += 1
