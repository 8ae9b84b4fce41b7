"""Kernels over behaviours: rows of masks (a byte of selected keys for each query) or of values, sequence after sequence.

Every sequence takes `WIDE` positions of a row, zero behind its end.
"""

from typing import Any

import numpy as np

from tprog.compiled import compiled

WIDE = 8
"""Positions of a sequence: what one byte of keys can hold."""

RELATIONS = ("==", "<", "<=", ">", ">=", "!=")
"""The relations of keys to queries, in the order in which kernels number them."""

EQUAL, LESS, AT_MOST, MORE, AT_LEAST, OTHER = range(6)
AND, OR = range(2)


@compiled
def _mask(same: int, less: int, everything: int, relation: int) -> int:
    """Return the keys in a relation, given those equal to the query and those below it."""
    if relation == EQUAL:
        return same
    if relation == LESS:
        return less
    if relation == AT_MOST:
        return same | less
    if relation == MORE:
        return everything & ~(same | less)
    if relation == AT_LEAST:
        return everything & ~less
    return everything & ~same


@compiled
def select(keys: Any, queries: Any, lengths: Any, found: Any) -> None:
    """Write the masks of `keys[i] relation queries[i]`; found: (rows, relations, positions), zero behind the ends."""
    for row in range(keys.shape[0]):
        for sequence in range(lengths.size):
            start, length = sequence * WIDE, lengths[sequence]
            everything = (1 << length) - 1
            for query in range(start, start + length):
                wanted = queries[row, query]
                same = 0
                less = 0
                for key in range(length):
                    value = keys[row, start + key]
                    same |= int(value == wanted) << key
                    less |= int(value < wanted) << key
                for relation in range(found.shape[1]):
                    found[row, relation, query] = _mask(same, less, everything, relation)


@compiled
def nearest(masks: Any, values: Any, near: Any, lengths: Any, default: int, found: Any) -> None:
    """Write the value at the nearest selected key; near: (queries, 256), the key of each mask, `WIDE` for none."""
    for row in range(masks.shape[0]):
        for sequence in range(lengths.size):
            start = sequence * WIDE
            for query in range(lengths[sequence]):
                key = near[query, masks[row, start + query]]
                value = default if key == WIDE else values[row, start + key]
                found[row, start + query] = value


@compiled
def digests(words: Any, weights: Any, found: Any) -> None:
    """Write a hash of each row of 64-bit words; weights: (2, words), odd."""
    for row in range(words.shape[0]):
        total = np.uint64(0)
        for word in range(words.shape[1]):
            mixed = words[row, word] * weights[0, word]
            mixed ^= mixed >> np.uint64(29)
            mixed *= weights[1, word]
            total += mixed ^ (mixed >> np.uint64(32))
        found[row] = total | np.uint64(1)


@compiled
def insert(table: Any, hashes: Any, fresh: Any) -> None:
    """Put hashes into an open table (0 is free; its size a power of two); fresh[i]: whether the hash was not there."""
    last = np.uint64(table.size - 1)
    for one in range(hashes.size):
        place = (hashes[one] >> np.uint64(8)) & last
        while table[place] != 0 and table[place] != hashes[one]:
            place = (place + np.uint64(1)) & last
        fresh[one] = table[place] == 0
        table[place] = hashes[one]


@compiled
def fits(masks: Any, order: Any, allowed: Any, found: Any) -> None:
    """Write for each row of masks (or of small values) whether all its entries are allowed.

    Args:
        masks: (rows, positions).
        order: the positions that count.
        allowed: (positions that count, 256).
        found: (rows,).
    """
    for row in range(masks.shape[0]):
        found[row] = True
        for one in range(order.size):
            if not allowed[one, masks[row, order[one]]]:
                found[row] = False
                break


@compiled
def fitting_pairs(
    heads: Any, masks: Any, order: Any, allowed: Any, first: int, end: int, most: int, found: Any
) -> int:
    """Write pairs `(a, b, AND or OR)` with first <= a < end and b < a whose masks are allowed; return how many.

    Args:
        heads: (entries that decide most, rows), the masks of the first of the `order`.
        masks: (rows, positions).
        order: the positions that count, those that decide most first.
        allowed: (positions that count, 256).
        first: the first a.
        end: the end of the a.
        most: the end of the b.
        found: (many, 3); it ends when this is full.
    """
    count = 0
    many = min(heads.shape[0], order.size)
    for a in range(first, end):
        for operation in range(2):
            for b in range(min(a, most)):
                good = True
                for one in range(many):
                    left, right = heads[one, a], heads[one, b]
                    mask = left & right if operation == AND else left | right
                    if not allowed[one, mask]:
                        good = False
                        break
                if not good:
                    continue
                for one in range(many, order.size):
                    left, right = masks[a, order[one]], masks[b, order[one]]
                    mask = left & right if operation == AND else left | right
                    if not allowed[one, mask]:
                        good = False
                        break
                if good:
                    found[count, 0] = a
                    found[count, 1] = b
                    found[count, 2] = operation
                    count += 1
                    if count == found.shape[0]:
                        return count
    return count


@compiled
def fitting_selects(
    keys: Any, queries: Any, lengths: Any, order: Any, allowed: Any, found: Any
) -> int:
    """Write triples `(key row, query row, relation)` whose masks are allowed, without keeping any mask; return how many."""
    count = 0
    for a in range(keys.shape[0]):
        for b in range(queries.shape[0]):
            alive = 63
            for one in range(order.size):
                query = order[one]
                start = query - query % WIDE
                length = lengths[query // WIDE]
                everything = (1 << length) - 1
                wanted = queries[b, query]
                same = 0
                less = 0
                for key in range(length):
                    same |= int(keys[a, start + key] == wanted) << key
                    less |= int(keys[a, start + key] < wanted) << key
                for relation in range(6):
                    if (alive >> relation) & 1 and not allowed[
                        one, _mask(same, less, everything, relation)
                    ]:
                        alive &= ~(1 << relation)
                if alive == 0:
                    break
            for relation in range(6):
                if (alive >> relation) & 1 and count < found.shape[0]:
                    found[count, 0] = a
                    found[count, 1] = b
                    found[count, 2] = relation
                    count += 1
    return count


@compiled
def weighed(values: Any, weights: Any, found: Any) -> None:
    """Write a hash of each row that is linear: that of a sum of rows is the sum of theirs, modulo 2 to the 64."""
    for row in range(values.shape[0]):
        total = np.int64(0)
        for position in range(values.shape[1]):
            total += np.int64(values[row, position]) * weights[position]
        found[row] = total


@compiled
def fitting_tables(
    codes: Any, most: int, target: Any, first: int, end: int, cells: Any, found: Any
) -> int:
    """Write pairs of features `(a, b)`, b < a, of which the target is a function; return how many.

    Args:
        codes: (features, positions), values below `most`.
        most: values of a feature.
        target: (positions,), numbers of labels, below 127.
        first: the first a.
        end: the end of the a.
        cells: (most ** 2,), space for the label of each cell.
        found: (many, 2); it ends when this is full.
    """
    count = 0
    for a in range(first, end):
        for b in range(a):
            cells[:] = -1
            good = True
            for one in range(target.size):
                cell = codes[a, one] * most + codes[b, one]
                if cells[cell] < 0:
                    cells[cell] = target[one]
                elif cells[cell] != target[one]:
                    good = False
                    break
            if good:
                found[count, 0] = a
                found[count, 1] = b
                count += 1
                if count == found.shape[0]:
                    return count
    return count
