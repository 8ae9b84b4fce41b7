"""Rating modules by what each of their values would cost at each place, all else equal.

Changing what a module writes at one position of a sequence changes the loss of that sequence. The table of all these
changes is exact for a module that no other reads, and leaves out how two positions of one sequence act together for
others, so a choice made with it is to be tried. For given reads the best predicate or table is found row by row, since
the rows of a module never share a place; so all choices of what to read can be rated in milliseconds.
"""

from typing import Any, NamedTuple

import numpy as np

from tprog.compiled import compiled
from tprog.learn.search.anneal import LESS, RELATIONS, write_relation
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
    Masks,
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
    """Return the cost of each value below `values` that a module could write.

    Args:
        slots: the skeleton.
        votes: the classifier.
        board: examples whose values and sums are up to date in these blocks.
        blocks: the first block, and the one after the last.
        module: which module.
        values: how many values are tried.
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
    """Write for each place and value of a key variable the position that a head would attend; 0 for none: `(places, k)`."""
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


@compiled
def rate_lookups(columns: Ints, bases: Ints, cost: Floats, ratings: Floats) -> None:
    """Rate look-ups over every pair of variables by the loss change of the best table.

    Args:
        columns: `(variables, places)`: values below the base of each.
        bases: `(variables)`.
        cost: `(places, values)`.
        ratings: `(variables, variables)`: written above the diagonal and on it.
    """
    most = 0
    for variable in range(bases.size):
        most = max(most, int(bases[variable]))
    sums = np.zeros((most * most, cost.shape[1]), np.float32)
    for one in range(bases.size):
        for two in range(one, bases.size):
            lookup_sums(columns, one, two, bases[two], cost, sums)
            total = np.float32(0)
            for cell in range(bases[one] * bases[two]):
                best = sums[cell, 0]
                for value in range(1, cost.shape[1]):
                    best = min(best, sums[cell, value])
                total += best
            ratings[one, two] = total


@compiled
def lookup_sums(columns: Ints, one: int, two: int, base: int, cost: Floats, sums: Floats) -> None:
    """Sum the costs of each value over the places of each table entry: `(entries, values)`."""
    for cell in range(sums.shape[0]):
        for value in range(sums.shape[1]):
            sums[cell, value] = 0
    for place in range(cost.shape[0]):
        cell = columns[one, place] * base + columns[two, place]
        for value in range(cost.shape[1]):
            sums[cell, value] += cost[place, value]


@compiled
def head_scores(board: Board, places: Places, reached: Bytes, value: int, scores: Floats) -> None:
    """Write the cost of each wanted key where a categorical head copies this variable: `(places, k)`."""
    cat = board.cat
    for place in range(scores.shape[0]):
        block, lane = places.block[place], places.lane[place]
        for key in range(scores.shape[1]):
            there = cat[block, value, reached[place, key], lane]
            scores[place, key] = places.cost[place, there]


@compiled
def count_scores(places: Places, counts: Bytes, scores: Floats) -> None:
    """Write the cost of each wanted key where a numerical head counts its matches: `(places, k)`."""
    last = places.cost.shape[1] - 1
    for place in range(scores.shape[0]):
        for key in range(scores.shape[1]):
            scores[place, key] = places.cost[place, min(int(counts[place, key]), last)]


@compiled
def best_rows(places: Places, query: int, scores: Floats, sums: Floats) -> float:
    """Sum `(places, k)` scores into `(k, k)` by value of the query variable; return the change with the best key for each."""
    keys = scores.shape[1]
    for row in range(keys):
        for key in range(keys):
            sums[row, key] = 0
    for place in range(scores.shape[0]):
        row = places.cat[query, place]
        for key in range(keys):
            sums[row, key] += scores[place, key]
    total = 0.0
    for row in range(keys):
        best = sums[row, 0]
        for key in range(1, keys):
            best = min(best, sums[row, key])
        total += best
    return total


@compiled
def rate_categorical_heads(
    slots: Slots, board: Board, places: Places, module: int, chosen: Bytes, ratings: Floats
) -> None:
    """Rate categorical heads over every query and the chosen keys and values, by the best predicate for each.

    Args:
        slots: the skeleton.
        board: the examples.
        places: where, with costs.
        module: the head.
        chosen: `(variables, variables)`: which keys with which values.
        ratings: `(variables, variables, variables)` by query, key and value: written where chosen.
    """
    shape = (places.cost.shape[0], slots.masks.shape[1])
    reached, scores = np.zeros(shape, np.uint8), np.zeros(shape, np.float32)
    sums = np.zeros((shape[1], shape[1]), np.float32)
    for key in range(chosen.shape[0]):
        ready = False
        for value in range(chosen.shape[1]):
            if chosen[key, value]:
                if not ready:
                    attended(slots, board, places, module, key, reached)
                    ready = True
                head_scores(board, places, reached, value, scores)
                for query in range(chosen.shape[0]):
                    ratings[query, key, value] = best_rows(places, query, scores, sums)


@compiled
def rate_numerical_heads(
    slots: Slots, board: Board, places: Places, module: int, sets: int, ratings: Floats
) -> None:
    """Rate heads that count matches over every query and key: `(variables, variables)`."""
    shape = (places.cost.shape[0], slots.masks.shape[1])
    counts, scores = np.zeros(shape, np.uint8), np.zeros(shape, np.float32)
    sums = np.zeros((shape[1], shape[1]), np.float32)
    masks = np.zeros((1, shape[1]), slots.masks.dtype)
    for key in range(ratings.shape[1]):
        matches(slots, board, places, module, key, counts)
        count_scores(places, counts, scores)
        for query in range(ratings.shape[0]):
            total = best_rows(places, query, scores, sums)
            if sets:
                for relation in range(LESS, RELATIONS):
                    write_relation(masks, 0, relation, 0)
                    total = min(total, _relation_cost(places, query, counts, masks))
            ratings[query, key] = total


@compiled
def _relation_cost(places: Places, query: int, counts: Bytes, masks: Masks) -> float:
    total, last = 0.0, places.cost.shape[1] - 1
    for place in range(counts.shape[0]):
        total += places.cost[
            place, min(_count(counts, place, masks[0, places.cat[query, place]]), last)
        ]
    return total


@compiled
def _count(counts: Bytes, place: int, mask: int) -> int:
    found = 0
    for key in range(counts.shape[1]):
        found += int(counts[place, key]) * (int(mask) >> key & 1)
    return found


@compiled
def _step(counts: Bytes, masks: Masks, place: int, row: int, key: int) -> Any:
    """Return by how much the matches at a place change when a key is added or, where it is wanted, dropped."""
    # A compiled `int` keeps a byte unsigned, whose negative would be large.
    there = np.int64(counts[place, key])
    return -there if masks[0, row] >> key & 1 else there


@compiled
def improve_sets(places: Places, query: int, counts: Bytes, masks: Masks, least: float) -> float:
    """Add and drop wanted keys, one at a time and for each query value apart, while that gains more than `least`.

    Args:
        places: where, with costs.
        query: the query variable.
        counts: `(places, k)`: matches by key value.
        masks: `(1, k)`: the predicate, improved in place.
        least: nats by which a key must lower the summed loss.

    Returns:
        The loss change of the result.
    """
    keys, last = counts.shape[1], places.cost.shape[1] - 1
    now = np.zeros(counts.shape[0], np.int64)
    gains = np.zeros(keys, np.float64)
    for place in range(counts.shape[0]):
        now[place] = _count(counts, place, masks[0, places.cat[query, place]])
    for _ in range(2):
        for key in range(keys):
            for row in range(keys):
                gains[row] = 0
            for place in range(counts.shape[0]):
                row = places.cat[query, place]
                after = now[place] + _step(counts, masks, place, row, key)
                gains[row] += (
                    places.cost[place, min(after, last)] - places.cost[place, min(now[place], last)]
                )
            for place in range(counts.shape[0]):
                row = places.cat[query, place]
                if gains[row] < -least:
                    now[place] += _step(counts, masks, place, row, key)
            for row in range(keys):
                if gains[row] < -least:
                    masks[0, row] = int(masks[0, row]) ^ (1 << key)
    total = 0.0
    for place in range(counts.shape[0]):
        total += places.cost[place, min(now[place], last)]
    return total
