"""Simulated annealing of a skeleton at fixed votes: random changes, the gains kept and some losses, by temperature.

Changes are drawn where the data is: a table entry or predicate row is one that some example uses. A change is tried block
by block, and given up as soon as the blocks seen make its acceptance very unlikely.
"""

from typing import NamedTuple

import numpy as np

from tprog.compiled import compiled
from tprog.learn.search.arrays import (
    ARITY,
    BASE,
    CAT_HEAD,
    CAT_LIMIT,
    CAT_LOOKUP,
    CAUSAL,
    COLUMNS,
    KIND,
    NUM_HEAD,
    NUM_LIMIT,
    NUM_LOOKUP,
    OFFSET,
    READS,
    SCORE,
    SIZE,
    TIE,
    Board,
    Bytes,
    Ints,
    Longs,
    Masks,
    Slots,
    Votes,
)
from tprog.learn.search.kernels import loss_change, propagate, take_over
from tprog.learn.settings import SearchSettings

LEAST_GAIN = 1e-6
"""Nats per scored position below which a change is no gain."""
CAUTION = 4.0
"""Standard errors by which a change must miss acceptance on some blocks to be given up early."""
TOGETHER = 4.0
"""Positions of one sequence change together: the variance of a mean is so many times that of independent ones."""
ONE_KEY, TOGGLED = 0.45, 0.95
"""A predicate row gets one key below the first number, has a key added or dropped below the second, else wants none."""
TURNED = 0.15
"""Share of changes of a head's reads that turn it causal, or back, where it may."""
UNSEEN = 4
"""One in so many query and key values is drawn from all, the others from the data."""
FARTHEST = 3
"""Relations shift the query by at most so much, and boxes of a table grow by less."""
EQUAL, MIRRORED, LESS, AT_MOST, GREATER, AT_LEAST, ANY, NONE, OTHER, RELATIONS = range(10)
"""Relations of a key to a query: `key == query + shift`, `key == shift - query`, `<` and so on; how many there are."""


class Rates(NamedTuple):
    """How often each kind of change is proposed, and which are allowed.

    Attributes:
        tables: share of proposals that change a predicate or a table; the others change what is read.
        symbolic: share of predicate changes that write a whole relation such as key == query + 1.
        boxes: share of changes to a numerical look-up that fill a box instead of one point.
        heads: share of read changes that replace a whole head.
        sets: 1 where a query may want several keys or none, 0 where it wants exactly one.
        causal: 1 where a head may turn causal or back.
    """

    tables: float
    symbolic: float
    boxes: float
    heads: float
    sets: int
    causal: int

    @classmethod
    def of(cls, settings: SearchSettings) -> "Rates":
        """Return the rates that a search is asked for."""
        return cls(
            *(settings.tables, settings.symbolic, settings.boxes, settings.heads),
            *(int(settings.sets), int(settings.causal_heads)),
        )


class Undo(NamedTuple):
    """What a proposal overwrote.

    Attributes:
        kept: `(2)`: the number of modules and of table entries kept here.
        module: `(4)`: which modules.
        modules, masks: their parameters before.
        cells, entries: which table entries, and what they held before.
    """

    kept: Longs
    module: Longs
    modules: Ints
    masks: Masks
    cells: Longs
    entries: Bytes


def make_undo(slots: Slots) -> Undo:
    """Return room for undoing one proposal."""
    return Undo(
        kept=np.zeros(2, np.int64),
        module=np.zeros(4, np.int64),
        modules=np.zeros((4, COLUMNS), np.int32),
        masks=np.zeros((4, slots.masks.shape[1]), slots.masks.dtype),
        cells=np.zeros(max(1, slots.table.size), np.int64),
        entries=np.zeros(max(1, slots.table.size), np.uint8),
    )


@compiled
def anneal(
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
    """Try random changes of a skeleton in place, keeping those that annealing accepts.

    Args:
        slots: the skeleton.
        votes: the classifier.
        board: examples; in blocks `start` to `stop` - 1, values and sums are up to date and are kept so.
        start: the first block.
        stop: the one after the last.
        undo: room for one proposal.
        rates: which changes are proposed, and how often.
        proposals: how many.
        temperature: in nats per scored position; 0 accepts gains alone.
        seed: of the random numbers.
        caution: see `CAUTION`.

    Returns:
        The number of proposals that changed a variable, of those that were kept, and of blocks evaluated.
    """
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
    """Return by how much the summed loss of blocks `start` to `stop` - 1 changes, infinity where that is surely too much.

    Args:
        slots: the skeleton, already changed.
        votes: the classifier.
        board: the examples as they were before.
        start: the first block.
        stop: the one after the last.
        touched: `(modules)`: which modules were changed.
        first: the first of these.
        limit: the greatest change of interest, in nats per scored position.
        caution: see `CAUTION`.

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
            error = np.sqrt(TOGETHER * spread) / weight
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


@compiled
def draw(count: int) -> int:
    """Return a random number from 0 to `count` - 1."""
    return int(np.random.random() * count)


@compiled
def remember(slots: Slots, undo: Undo, module: int) -> None:
    """Keep a module's parameters, its table excepted, before they are changed."""
    number = undo.kept[0]
    undo.module[number] = module
    for column in range(COLUMNS):
        undo.modules[number, column] = slots.modules[module, column]
    for query in range(slots.masks.shape[1]):
        undo.masks[number, query] = slots.masks[module, query]
    undo.kept[0] = number + 1


@compiled
def set_entry(slots: Slots, undo: Undo, cell: int, entry: int) -> bool:
    """Change one table entry; return whether it differs."""
    if slots.table[cell] == entry:
        return False
    number = undo.kept[1]
    undo.cells[number] = cell
    undo.entries[number] = slots.table[cell]
    undo.kept[1] = number + 1
    slots.table[cell] = entry
    return True


@compiled
def take_back(slots: Slots, undo: Undo) -> None:
    """Restore what the proposal overwrote, the last change first."""
    for number in range(undo.kept[1] - 1, -1, -1):
        slots.table[undo.cells[number]] = undo.entries[number]
    for number in range(undo.kept[0] - 1, -1, -1):
        module = undo.module[number]
        for column in range(COLUMNS):
            slots.modules[module, column] = undo.modules[number, column]
        for query in range(slots.masks.shape[1]):
            slots.masks[module, query] = undo.masks[number, query]
    undo.kept[0] = 0
    undo.kept[1] = 0


@compiled
def write_relation(masks: Masks, module: int, relation: int, shift: int) -> None:
    """Make a predicate a relation on value indices; a shifted key beyond the ends is the nearest end.

    Args:
        masks: `(modules, k)`.
        module: which row is written.
        relation: one of `EQUAL` to `OTHER`.
        shift: an offset for the first two.
    """
    values = masks.shape[1]
    every = (np.int64(1) << values) - 1
    for query in range(values):
        wanted = query
        if relation <= MIRRORED:
            wanted = query + shift if relation == EQUAL else shift - query
        wanted = min(max(wanted, 0), values - 1)
        one = np.int64(1) << wanted
        below = one - 1
        mask = one
        if relation == LESS:
            mask = below
        elif relation == AT_MOST:
            mask = below | one
        elif relation == GREATER:
            mask = every & ~(below | one)
        elif relation == AT_LEAST:
            mask = every & ~below
        elif relation == ANY:
            mask = every
        elif relation == NONE:
            mask = 0
        elif relation == OTHER:
            mask = every & ~one
        masks[module, query] = mask


@compiled
def random_relation(masks: Masks, module: int, sets: int) -> None:
    """Write a random relation, one-to-one where sets are not allowed; plain equality is the likeliest."""
    values = masks.shape[1]
    relation, shift = draw(RELATIONS + 1 if sets else MIRRORED + 3) - 2, 0
    if relation == EQUAL:
        shift = 1 + draw(FARTHEST) if draw(2) else -1 - draw(FARTHEST)
    elif relation == MIRRORED:
        shift = draw(2 * values - 1)
    write_relation(masks, module, max(relation, EQUAL), shift)


@compiled
def sample_place(board: Board) -> tuple[int, int, int]:
    """Return a random block, position and lane that hold a symbol."""
    blocks, positions, lanes = board.valid.shape
    while True:
        block, position, lane = draw(blocks), draw(positions), draw(lanes)
        if board.valid[block, position, lane]:
            return block, position, lane


@compiled
def _change_predicate(slots: Slots, board: Board, undo: Undo, rates: Rates, module: int) -> bool:
    masks = slots.masks
    values = masks.shape[1]
    remember(slots, undo, module)
    if np.random.random() < rates.symbolic:
        random_relation(masks, module, rates.sets)
    else:
        query, key = draw(values), draw(values)
        block, position, lane = sample_place(board)
        if draw(UNSEEN):
            query = int(board.cat[block, slots.modules[module, READS], position, lane])
        block, position, lane = sample_place(board)
        if draw(UNSEEN):
            key = int(board.cat[block, slots.modules[module, READS + 1], position, lane])
        one = np.int64(1) << key
        choice = np.random.random()
        if not rates.sets or choice < ONE_KEY:
            masks[module, query] = one
        elif choice < TOGGLED:
            masks[module, query] = np.int64(masks[module, query]) ^ one
        else:
            masks[module, query] = 0
    changed = False
    for query in range(values):
        changed = changed or masks[module, query] != undo.masks[0, query]
    return changed


@compiled
def _order_scores(slots: Slots, undo: Undo, module: int) -> bool:
    """Let every query prefer the key of the greatest value index, or the least; return whether that is new."""
    values, start = slots.masks.shape[1], slots.modules[module, OFFSET]
    up, changed = draw(2), False
    for query in range(values):
        for key in range(values):
            rank = key if up else values - 1 - key
            changed = set_entry(slots, undo, start + query * values + key, rank) or changed
    return changed


@compiled
def _change_scores(slots: Slots, board: Board, undo: Undo, rates: Rates, module: int) -> bool:
    if np.random.random() < rates.symbolic:
        return _order_scores(slots, undo, module)
    values = slots.masks.shape[1]
    block, position, lane = sample_place(board)
    query = int(board.cat[block, slots.modules[module, READS], position, lane])
    block, position, lane = sample_place(board)
    key = int(board.cat[block, slots.modules[module, READS + 1], position, lane])
    cell = slots.modules[module, OFFSET] + query * values + key
    return set_entry(slots, undo, cell, draw(slots.modules[module, SIZE]))


@compiled
def _change_table(slots: Slots, board: Board, undo: Undo, rates: Rates, module: int) -> bool:
    block, position, lane = sample_place(board)
    modules = slots.modules
    entry = draw(modules[module, SIZE])
    box = np.zeros((3, 2), np.int64)
    filled = modules[module, KIND] == NUM_LOOKUP and np.random.random() < rates.boxes
    for place in range(modules[module, ARITY]):
        variable, last = modules[module, READS + place], modules[module, BASE + place] - 1
        if modules[module, KIND] == CAT_LOOKUP:
            low = int(board.cat[block, variable, position, lane])
        else:
            low = int(min(board.num[block, variable, position, lane], last))
        high = low
        if filled:
            choice = draw(4)
            if choice == 0:
                high = int(last)
            elif choice == 1:
                low = 0
            elif choice == 2:
                high = min(int(last), high + draw(FARTHEST))
        box[place, 0], box[place, 1] = low, high
    changed = False
    for first in range(box[0, 0], box[0, 1] + 1):
        for second in range(box[1, 0], box[1, 1] + 1):
            for third in range(box[2, 0], box[2, 1] + 1):
                # The base of an argument that is not there is 1.
                cell = first * modules[module, BASE + 1] + second
                cell = cell * modules[module, BASE + 2] + third
                if set_entry(slots, undo, modules[module, OFFSET] + cell, entry):
                    changed = True
    return changed


@compiled
def _change_read(slots: Slots, undo: Undo, module: int) -> bool:
    modules = slots.modules
    place, kind = draw(modules[module, ARITY]), modules[module, KIND]
    numerical = kind == NUM_LOOKUP or (kind == NUM_HEAD and place == 2)
    variable = draw(modules[module, NUM_LIMIT if numerical else CAT_LIMIT])
    if variable == modules[module, READS + place]:
        return False
    remember(slots, undo, module)
    modules[module, READS + place] = variable
    return True


@compiled
def _replace_head(slots: Slots, undo: Undo, rates: Rates, module: int) -> None:
    modules = slots.modules
    remember(slots, undo, module)
    limit = modules[module, CAT_LIMIT]
    modules[module, READS] = draw(limit)
    modules[module, READS + 1] = draw(limit) if draw(2) else modules[module, READS]
    numerical = modules[module, KIND] == NUM_HEAD
    modules[module, READS + 2] = draw(modules[module, NUM_LIMIT] if numerical else limit)
    if modules[module, KIND] == CAT_HEAD and modules[module, TIE] == SCORE:
        _order_scores(slots, undo, module)
    else:
        random_relation(slots.masks, module, rates.sets)
    if rates.causal:
        modules[module, CAUSAL] = draw(2)


@compiled
def propose(slots: Slots, board: Board, undo: Undo, rates: Rates, touched: Bytes) -> int:
    """Change one module at random; `touched` marks it and `undo` keeps the past. Return it, or -1 where nothing changes."""
    modules = slots.modules
    module = draw(modules.shape[0])
    head = modules[module, KIND] < CAT_LOOKUP
    changed = True
    if np.random.random() < rates.tables:
        if modules[module, KIND] == CAT_HEAD and modules[module, TIE] == SCORE:
            changed = _change_scores(slots, board, undo, rates, module)
        elif head:
            changed = _change_predicate(slots, board, undo, rates, module)
        else:
            changed = _change_table(slots, board, undo, rates, module)
    elif head and rates.causal and np.random.random() < TURNED:
        remember(slots, undo, module)
        modules[module, CAUSAL] = 1 - modules[module, CAUSAL]
    elif head and np.random.random() < rates.heads:
        _replace_head(slots, undo, rates, module)
    else:
        changed = _change_read(slots, undo, module)
    if not changed:
        take_back(slots, undo)
        return -1
    touched[module] = 1
    return module
