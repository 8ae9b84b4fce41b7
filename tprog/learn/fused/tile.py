"""One thread's share of a step: tile after tile, forward and backward. Owns the order of operations; refuses their contents."""

from typing import Any

from tprog.learn.fused.attending import attend, unattend
from tprog.learn.fused.backend import LONGS, ir, types
from tprog.learn.fused.counting import count, uncount
from tprog.learn.fused.denormals import flush_denormals, restore_denormals
from tprog.learn.fused.jit import Kernel, inner, kernel
from tprog.learn.fused.lanes import (
    LANES,
    LONG,
    Floats,
    Longs,
    floats,
    list_after,
    longs,
    vector_function,
    words,
)
from tprog.learn.fused.noise import seed_streams
from tprog.learn.fused.perceiving import perceive, unperceive
from tprog.learn.fused.reading import (
    clamp,
    embed,
    fill_ones,
    fill_positions,
    fill_words,
    read,
    unclamp,
    unembed,
    unread,
)
from tprog.learn.fused.tabulating import box, look_up, unbox, unlook_up
from tprog.learn.fused.tape import (
    ATTEND,
    BOX,
    CLAMP,
    COUNT,
    EMBED,
    HOT,
    LOOK_UP,
    NOISE,
    ONE,
    OPERATION_COLUMNS,
    PERCEIVE,
    PLACE,
    POSITIONS,
    RANDOM,
    READ,
    TOKENS,
    VALID,
    VALUES_AT,
    VOTE,
    VOTE_POOLED,
)
from tprog.learn.fused.voting import lose, unvote, unvote_pooled, vote, vote_pooled

KERNELS: dict[int, tuple[Kernel, Kernel | None]] = {
    HOT: (fill_words, None),
    EMBED: (embed, unembed),
    PLACE: (fill_positions, None),
    ONE: (fill_ones, None),
    READ: (read, unread),
    CLAMP: (clamp, unclamp),
    ATTEND: (attend, unattend),
    COUNT: (count, uncount),
    PERCEIVE: (perceive, unperceive),
    LOOK_UP: (look_up, unlook_up),
    BOX: (box, unbox),
    VOTE: (vote, unvote),
    VOTE_POOLED: (vote_pooled, unvote_pooled),
}
"""For each kind of operation its kernels, forward and backward."""


def _call(builder: Any, address: Any, op: Any, frame: Any) -> None:
    function = ir.FunctionType(ir.VoidType(), [LONG.as_pointer(), LONG.as_pointer()])
    builder.call(builder.inttoptr(address, function.as_pointer()), [op, frame])


call_operation = vector_function(types.void, (types.int64, LONGS, LONGS), _call)
"""`call_operation(address, op, frame)`: run the kernel at an address."""


def _load_tile(
    frame: Longs, tile: int, batch: Longs, words_of: Longs, truths: Longs, shares: Floats
) -> None:
    """Take the examples of a tile from the batch; lanes beyond its end get no token and no weight."""
    tokens, labels, weights = longs(batch[0]), longs(batch[1]), floats(batch[2])
    examples, scored, positions = batch[3], batch[4], frame[POSITIONS]
    values = floats(frame[VALUES_AT])
    for lane in range(LANES):
        example = tile * LANES + lane
        for position in range(positions):
            token = tokens[example * positions + position] if example < examples else -1
            values[(VALID + position) * LANES + lane] = 1 if token >= 0 else 0
            words_of[position * LANES + lane] = max(token, 0)
        for row in range(scored):
            number = row * LANES + lane
            label = labels[example * scored + row] if example < examples else 0
            truths[number] = max(label, 0)
            shares[number] = weights[example * scored + row] if example < examples else 0


load_tile = inner(_load_tile)


@kernel(
    types.float64(*(types.int64,) * 9),
    lose,
)
def run_tiles(
    first: int,
    last: int,
    frame_at: int,
    operations_at: int,
    addresses_at: int,
    operations: int,
    batch_at: int,
    seed: int,
    work_at: int,
) -> float:
    """Return the loss of some tiles, in weighted nats, and add to their gradient by the relaxed weights.

    Args:
        first: the first tile.
        last: the one after the last.
        frame_at: address of the thread's frame.
        operations_at: address of the operations.
        addresses_at: address of the addresses of their kernels, forward and backward in turn; 0 for none.
        operations: how many there are; the last is the classifier.
        batch_at: address of five numbers: the addresses of `(examples, positions)` words, -1 in the padding, of
            `(examples, scored)` labels, anything where the weight is 0, and of their weights in the loss; the number of
            examples, and that of scored labels of each.
        seed: of the noise.
        work_at: address of two numbers: the addresses of work space for `(scored, LANES)` labels and weights.
    """
    frame, addresses = longs(frame_at), longs(addresses_at)
    batch, work, tokens = longs(batch_at), longs(work_at), longs(longs(frame_at)[TOKENS])
    truths, shares = longs(work[0]), floats(work[1])
    last_row = list_after(longs(operations_at), (operations - 1) * OPERATION_COLUMNS)
    loss, before = 0.0, flush_denormals()
    for tile in range(first, last):
        load_tile(frame, tile, batch, tokens, truths, shares)
        if frame[NOISE]:
            seed_streams(words(frame[RANDOM]), seed, tile * LANES)
        op = longs(operations_at)
        for number in range(operations):
            call_operation(addresses[2 * number], op, frame)
            op = list_after(op, OPERATION_COLUMNS)
        loss += _lose(last_row, frame, batch[4], truths, shares)
        op = last_row
        for number in range(operations - 1, -1, -1):
            if addresses[2 * number + 1]:
                call_operation(addresses[2 * number + 1], op, frame)
            op = list_after(op, -OPERATION_COLUMNS)
    restore_denormals(before)
    return loss


_lose = lose.call
