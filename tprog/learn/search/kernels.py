"""Kernels that compute modules, the classifier's sums and cross-entropies, block by block.

Loops keep the lanes innermost, so that each becomes a few vector instructions.
"""

from typing import Any

import numpy as np

from tprog.compiled import compiled, exponential, logarithm
from tprog.learn.search.arrays import (
    ARITY,
    BASE,
    CAT_HEAD,
    CAT_LOOKUP,
    CAUSAL,
    KIND,
    LABEL_LANES,
    NUM_HEAD,
    NUM_LOOKUP,
    OFFSET,
    ONES,
    READS,
    SCORE,
    TIE,
    WRITES,
    Board,
    Bytes,
    Floats,
    Slots,
    Votes,
)


@compiled
def clear(flags: Bytes) -> None:
    """Set a matrix to 0."""
    for row in range(flags.shape[0]):
        for column in range(flags.shape[1]):
            flags[row, column] = 0


@compiled
def _keep(values: Any, block: int, variable: int) -> None:
    """Copy a variable of the spare block to its place; `values` are those of its kind."""
    new = values.shape[0] - 1
    for position in range(values.shape[2]):
        for lane in range(values.shape[3]):
            values[block, variable, position, lane] = values[new, variable, position, lane]


@compiled
def _want(slots: Slots, board: Board, module: int, block: int, query: int, position: int) -> None:
    """Write each lane's set of wanted keys: comparing with every value in turn is faster than looking up."""
    masks, cat, wanted = slots.masks, board.cat, board.wanted
    none = masks.dtype.type(0)
    for lane in range(wanted.size):
        wanted[lane] = none
    for value in range(masks.shape[1]):
        mask = masks[module, value]
        if mask != 0:
            for lane in range(wanted.size):
                wanted[lane] |= mask if cat[block, query, position, lane] == value else none


@compiled
def _key_bits(board: Board, block: int, source: int, key: int) -> None:
    bits, valid, cat = board.bits, board.valid, board.cat
    for position in range(bits.shape[0]):
        for lane in range(bits.shape[1]):
            present = np.int32(valid[block, position, lane])
            bits[position, lane] = present << np.int32(cat[source, key, position, lane])


@compiled
def _categorical_head(slots: Slots, board: Board, module: int, query: int, value: int) -> None:
    """Write the value at the nearest (or first) match; position 0 where nothing matches."""
    cat, bits, wanted, order = board.cat, board.bits, board.wanted, board.order
    modules, tie, causal = slots.modules, slots.modules[module, TIE], slots.modules[module, CAUSAL]
    seen, out, new = modules[module, READS + 2], slots.modules[module, WRITES], cat.shape[0] - 1
    for position in range(bits.shape[0]):
        _want(slots, board, module, query, modules[module, READS], position)
        for lane in range(wanted.size):
            cat[new, out, position, lane] = cat[value, seen, 0, lane]
        for rank in range(bits.shape[0]):
            other = np.intp(order[tie, position, rank])
            if causal and other > position:
                continue
            for lane in range(wanted.size):
                # All bits of `take` are set where the key matches; compilers turn this into a masked move.
                take = np.uint8(0) - np.uint8(1 if bits[other, lane] & wanted[lane] else 0)
                old = cat[new, out, position, lane]
                cat[new, out, position, lane] = old ^ ((old ^ cat[value, seen, other, lane]) & take)


@compiled
def _scored_head(slots: Slots, board: Board, module: int, query: int, key: int, value: int) -> None:
    """Write the value at the match of the highest rank, the first of equals; position 0 where nothing matches."""
    cat, bits, wanted, best = board.cat, board.bits, board.wanted, board.counts
    modules, table, values = slots.modules, slots.table, slots.masks.shape[1]
    asked, found, seen = (
        modules[module, READS],
        modules[module, READS + 1],
        modules[module, READS + 2],
    )
    out, new = modules[module, WRITES], cat.shape[0] - 1
    start = np.int64(modules[module, OFFSET])
    for position in range(bits.shape[0]):
        _want(slots, board, module, query, asked, position)
        reach = position + 1 if modules[module, CAUSAL] else bits.shape[0]
        for lane in range(wanted.size):
            best[lane] = 0
            cat[new, out, position, lane] = cat[value, seen, 0, lane]
        for other in range(reach):
            for lane in range(wanted.size):
                if bits[other, lane] & wanted[lane]:
                    row = start + np.int64(cat[query, asked, position, lane]) * values
                    rank = table[row + cat[key, found, other, lane]] + 1
                    if rank > best[lane]:
                        best[lane] = rank
                        cat[new, out, position, lane] = cat[value, seen, other, lane]


@compiled
def _numerical_head(slots: Slots, board: Board, module: int, query: int, value: int) -> None:
    """Write the sum of a numerical variable over the matches."""
    num, bits, wanted, counts = board.num, board.bits, board.wanted, board.counts
    seen, out, new = (
        slots.modules[module, READS + 2],
        slots.modules[module, WRITES],
        num.shape[0] - 1,
    )
    for position in range(bits.shape[0]):
        _want(slots, board, module, query, slots.modules[module, READS], position)
        reach = position + 1 if slots.modules[module, CAUSAL] else bits.shape[0]
        if seen == slots.modules[module, ONES]:
            for lane in range(wanted.size):
                counts[lane] = 0
            for other in range(reach):
                for lane in range(wanted.size):
                    counts[lane] += np.uint8(1 if bits[other, lane] & wanted[lane] else 0)
            for lane in range(wanted.size):
                num[new, out, position, lane] = counts[lane]
            continue
        for lane in range(wanted.size):
            num[new, out, position, lane] = 0
        for other in range(reach):
            for lane in range(wanted.size):
                take = np.int32(0) - np.int32(1 if bits[other, lane] & wanted[lane] else 0)
                num[new, out, position, lane] += num[value, seen, other, lane] & take


@compiled
def _lookup(
    slots: Slots, board: Board, block: int, module: int, values: Any, numerical: int
) -> None:
    """Write a look-up of up to three variables, whose values are clamped to what the table tells apart."""
    cat, table, start = board.cat, slots.table, slots.modules[module, OFFSET]
    arity, new, out = slots.modules[module, ARITY], cat.shape[0] - 1, slots.modules[module, WRITES]
    one, two = slots.modules[module, READS], slots.modules[module, READS + min(1, arity - 1)]
    three, first = slots.modules[module, READS + arity - 1], slots.modules[module, BASE]
    second, third = slots.modules[module, BASE + 1], slots.modules[module, BASE + 2]
    from_one = new if board.changed[numerical, one] else block
    from_two = new if board.changed[numerical, two] else block
    from_three = new if board.changed[numerical, three] else block
    for position in range(cat.shape[2]):
        for lane in range(cat.shape[3]):
            place = np.int64(min(values[from_one, one, position, lane], first - 1))
            if arity > 1:
                place = place * second + min(values[from_two, two, position, lane], second - 1)
            if arity > 2:
                place = place * third + min(values[from_three, three, position, lane], third - 1)
            cat[new, out, position, lane] = table[start + place]


@compiled
def run_module(slots: Slots, board: Board, block: int, module: int) -> None:
    """Compute one module of one block into the spare block, reading new values where variables have changed."""
    kind, new = slots.modules[module, KIND], board.cat.shape[0] - 1
    if kind == CAT_LOOKUP:
        _lookup(slots, board, block, module, board.cat, 0)
    elif kind == NUM_LOOKUP:
        _lookup(slots, board, block, module, board.num, 1)
    else:
        query, key = slots.modules[module, READS], slots.modules[module, READS + 1]
        value = slots.modules[module, READS + 2]
        from_query = new if board.changed[0, query] else block
        from_key = new if board.changed[0, key] else block
        _key_bits(board, block, from_key, key)
        if kind == CAT_HEAD:
            from_value = new if board.changed[0, value] else block
            if slots.modules[module, TIE] == SCORE:
                _scored_head(slots, board, module, from_query, from_key, from_value)
            else:
                _categorical_head(slots, board, module, from_query, from_value)
        else:
            from_value = new if board.changed[1, value] else block
            _numerical_head(slots, board, module, from_query, from_value)


@compiled
def _reads_changed(slots: Slots, board: Board, module: int) -> bool:
    kind = slots.modules[module, KIND]
    for place in range(slots.modules[module, ARITY]):
        numerical = 1 if kind == NUM_LOOKUP or (kind == NUM_HEAD and place == 2) else 0
        if board.changed[numerical, slots.modules[module, READS + place]]:
            return True
    return False


@compiled
def _differs(values: Any, block: int, variable: int) -> bool:
    """Tell whether a variable of the spare block differs from what stands in its place."""
    new = values.shape[0] - 1
    for position in range(values.shape[2]):
        some = values.dtype.type(0)
        for lane in range(values.shape[3]):
            some |= values[new, variable, position, lane] ^ values[block, variable, position, lane]
        if some != 0:
            return True
    return False


@compiled
def propagate(slots: Slots, board: Board, block: int, touched: Bytes, first: int) -> bool:
    """Recompute the touched modules of one block, the first of which is `first`, and whatever reads what they changed.

    Returns:
        Whether any variable changed; `board.changed` says which.
    """
    clear(board.changed)
    found = False
    for module in range(first, slots.modules.shape[0]):
        if touched[module] or (found and _reads_changed(slots, board, module)):
            found = _recompute(slots, board, block, module) or found
    return found


@compiled
def propagate_on(slots: Slots, board: Board, block: int, first: int) -> None:
    """Recompute the modules from `first` on that read a variable marked in `board.changed`, and so forth."""
    for module in range(first, slots.modules.shape[0]):
        if _reads_changed(slots, board, module):
            _recompute(slots, board, block, module)


@compiled
def _recompute(slots: Slots, board: Board, block: int, module: int) -> bool:
    """Run one module into the spare block and mark its variable where it differs; return whether it does."""
    run_module(slots, board, block, module)
    writes = slots.modules[module, WRITES]
    if slots.modules[module, KIND] == NUM_HEAD:
        if _differs(board.num, block, writes):
            board.changed[1, writes] = 1
            return True
    elif _differs(board.cat, block, writes):
        board.changed[0, writes] = 1
        return True
    return False


@compiled
def _collect_changes(board: Board, block: int) -> int:
    """List in `places` the scored places where a voting variable has changed; return how many there are."""
    flags, cat, num, index, words = board.flags, board.cat, board.num, board.places, board.words
    new, positions, lanes = cat.shape[0] - 1, cat.shape[2], cat.shape[3]
    for position in range(positions):
        for lane in range(lanes):
            flags[position, lane] = 0
    for variable in range(cat.shape[1]):
        if board.changed[0, variable] and board.used[0, variable]:
            for position in range(positions):
                for lane in range(lanes):
                    flags[position, lane] |= (
                        cat[new, variable, position, lane] ^ cat[block, variable, position, lane]
                    )
    for variable in range(num.shape[1]):
        if board.changed[1, variable] and board.used[1, variable]:
            for position in range(positions):
                for lane in range(lanes):
                    after, before = (
                        num[new, variable, position, lane],
                        num[block, variable, position, lane],
                    )
                    flags[position, lane] |= np.uint8(1 if after != before else 0)
    for position in range(positions):
        for lane in range(lanes):
            flags[position, lane] &= board.scored[block, position, lane]
    found = 0
    for word in range(words.size):
        if words[word] != 0:
            for place in range(8 * word, 8 * word + 8):
                index[found] = place
                found += 1 if flags[place // lanes, place % lanes] else 0
    return found


@compiled
def _losses(board: Board, block: int, found: int) -> None:
    """Turn the first `found` columns of `work` into cross-entropies, in `scratch[0]`."""
    work, scratch, index, label = board.work, board.scratch, board.places, board.label
    lanes = label.shape[2]
    for column in range(found):
        place = index[column]
        scratch[0, column] = work[0, column]
        scratch[1, column] = 0
        scratch[2, column] = work[label[block, place // lanes, place % lanes], column]
    for each in range(1, work.shape[0]):
        for column in range(found):
            scratch[0, column] = max(scratch[0, column], work[each, column])
    for each in range(work.shape[0]):
        for column in range(found):
            scratch[1, column] += exponential(work[each, column] - scratch[0, column])
    for column in range(found):
        scratch[0, column] += logarithm(scratch[1, column]) - scratch[2, column]


@compiled
def _add_changes(board: Board, votes: Votes, block: int, place: int, row: Floats) -> None:
    """Add to `row` what the changed variables' votes differ by at one place."""
    cat, num, weights, units = board.cat, board.num, votes.cat, votes.num
    new, position, lane = cat.shape[0] - 1, place // cat.shape[3], place % cat.shape[3]
    for variable in range(cat.shape[1]):
        if board.changed[0, variable]:
            gain, lost = cat[new, variable, position, lane], cat[block, variable, position, lane]
            if gain != lost:
                for start in range(0, row.size, LABEL_LANES):
                    for each in range(LABEL_LANES):
                        row[start + each] += (
                            weights[variable, gain, start + each]
                            - weights[variable, lost, start + each]
                        )
    for variable in range(num.shape[1]):
        if board.changed[1, variable]:
            step = np.float32(
                num[new, variable, position, lane] - num[block, variable, position, lane]
            )
            for each in range(row.size):
                row[each] += step * units[variable, each]


@compiled
def loss_change(board: Board, votes: Votes, block: int) -> tuple[float, float, int]:
    """Return by how much a block's summed loss changes after `propagate`.

    Returns:
        The change, the sum of the squared changes, and the number of places where a vote changes; `places` says which
        these are, `work` and `scratch[0]` hold their new sums and losses.
    """
    sums, loss, work, index, scratch = (
        board.sums,
        board.loss,
        board.work,
        board.places,
        board.scratch,
    )
    row = np.empty(sums.shape[2], np.float32)
    found = _collect_changes(board, block)
    for column in range(found):
        place = index[column]
        for each in range(row.size):
            row[each] = sums[block, place, each]
        _add_changes(board, votes, block, place, row)
        for each in range(work.shape[0]):
            work[each, column] = row[each]
    _losses(board, block, found)
    change, squares = np.float32(0), np.float32(0)
    for column in range(found):
        step = scratch[0, column] - loss[block, index[column]]
        change += step
        squares += step * step
    return float(change), float(squares), found


@compiled
def take_over(board: Board, block: int, found: int) -> None:
    """Make what `propagate` and `loss_change` computed for a block its present state."""
    for column in range(found):
        place = board.places[column]
        board.loss[block, place] = board.scratch[0, column]
        for each in range(board.work.shape[0]):
            board.sums[block, place, each] = board.work[each, column]
    for variable in range(board.cat.shape[1]):
        if board.changed[0, variable]:
            _keep(board.cat, block, variable)
    for variable in range(board.num.shape[1]):
        if board.changed[1, variable]:
            _keep(board.num, block, variable)


@compiled
def compute_values(slots: Slots, board: Board) -> None:
    """Compute every module of every block into `cat` and `num`."""
    clear(board.changed)
    for block in range(board.valid.shape[0]):
        for module in range(slots.modules.shape[0]):
            run_module(slots, board, block, module)
            writes = int(slots.modules[module, WRITES])
            if slots.modules[module, KIND] == NUM_HEAD:
                _keep(board.num, block, writes)
            else:
                _keep(board.cat, block, writes)


@compiled
def _note_voters(board: Board, votes: Votes) -> None:
    """Mark in `board.used` the variables whose votes are not all 0."""
    clear(board.used)
    for variable in range(votes.cat.shape[0]):
        for value in range(votes.cat.shape[1]):
            for each in range(votes.cat.shape[2]):
                if votes.cat[variable, value, each] != 0:
                    board.used[0, variable] = 1
    for variable in range(votes.num.shape[0]):
        for each in range(votes.num.shape[1]):
            if votes.num[variable, each] != 0:
                board.used[1, variable] = 1


@compiled
def compute_sums(board: Board, votes: Votes, start: int, stop: int) -> tuple[float, float]:
    """Compute the sums and losses of blocks `start` to `stop` - 1 anew.

    Returns:
        The summed loss and the number of right predictions there, a tie going to the first label.
    """
    cat, num, sums, work, index = board.cat, board.num, board.sums, board.work, board.places
    lanes = cat.shape[3]
    _note_voters(board, votes)
    total, right = 0.0, 0
    for block in range(start, stop):
        found = 0
        for place in range(index.size):
            position, lane = place // lanes, place % lanes
            if board.scored[block, position, lane]:
                for each in range(sums.shape[2]):
                    sums[block, place, each] = 0
                    for variable in range(cat.shape[1]):
                        value = cat[block, variable, position, lane]
                        sums[block, place, each] += votes.cat[variable, value, each]
                    for variable in range(num.shape[1]):
                        amount = np.float32(num[block, variable, position, lane])
                        sums[block, place, each] += amount * votes.num[variable, each]
                best = 0
                for each in range(work.shape[0]):
                    work[each, found] = sums[block, place, each]
                    if sums[block, place, each] > sums[block, place, best]:
                        best = each
                right += best == board.label[block, position, lane]
                index[found] = place
                found += 1
        _losses(board, block, found)
        for column in range(found):
            board.loss[block, index[column]] = board.scratch[0, column]
            total += board.scratch[0, column]
    return total, float(right)
