"""The arrays that the search's kernels work on.

`k` is the number of values that a categorical variable may take (at most 32), `lanes` the examples of one block. Lanes
are contiguous for each position, so that a compiler turns a loop over them into vector instructions, and one block's
arrays stay within the processor's nearest cache. Sets of key values are bit masks in the narrowest unsigned type.
"""

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from tprog.errors import UsageError

Bytes: TypeAlias = npt.NDArray[np.uint8]
Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float32]
Doubles: TypeAlias = npt.NDArray[np.float64]
Masks: TypeAlias = npt.NDArray[np.unsignedinteger[Any]]

CAT_HEAD, NUM_HEAD, CAT_LOOKUP, NUM_LOOKUP = 0, 1, 2, 3
NEAREST, FIRST, SCORE = 0, 1, 2
MAX_VALUES = 32
MAX_POSITIONS = 32
MAX_ARGUMENTS = 3
# Rows of votes are filled up to a multiple of so many labels, so that loops over them are vector instructions.
LABEL_LANES = 8


KIND, WRITES, ARITY, READS, CAUSAL, TIE, OFFSET, BASE, SIZE, CAT_LIMIT, NUM_LIMIT, ONES, COLUMNS = (
    *(0, 1, 2, 3, 6, 7, 8, 9, 12, 13, 14, 15, 16),
)
"""Columns of `Slots.modules`; READS and BASE are the first of three."""


class Slots(NamedTuple):
    """The modules of a skeleton and their parameters, in the order in which they are computed.

    Categorical and numerical variables are numbered apart, each from 0: the inputs, then what the modules write. Few
    arrays with many columns compile several times faster than many arrays. The columns of `modules` are

    - KIND: CAT_HEAD, NUM_HEAD, CAT_LOOKUP or NUM_LOOKUP;
    - WRITES: the variable that a module writes, numbered among its kind;
    - ARITY: the number of variables that it reads, 3 for a head;
    - READS: query, key and value of a head, or the arguments of a look-up;
    - CAUSAL: whether a head sees positions up to its own only;
    - TIE: NEAREST, FIRST or SCORE;
    - OFFSET: where a look-up's table begins in `table`, or the ranks of a head that attends by score, `(k, k)` by query
      and key value, of which the highest is attended;
    - BASE: the number of values told apart in each argument of a look-up;
    - SIZE: how many values a look-up may write, or how many ranks there are;
    - CAT_LIMIT, NUM_LIMIT: variables of the kind below this number may be read;
    - ONES: the number of the numerical constant 1, or -1.

    Attributes:
        modules: `(modules, COLUMNS)`.
        masks: `(modules, k)`: for each query value of a head the set of keys that it wants.
        table: the entries of all look-ups, the last argument varying fastest, and the ranks of heads.
    """

    modules: Ints
    masks: Masks
    table: Bytes

    def copied(self) -> "Slots":
        """Return independent arrays."""
        return Slots(self.modules.copy(), self.masks.copy(), self.table.copy())


class Votes(NamedTuple):
    """The classifier while it is learned.

    Attributes:
        cat: `(categorical variables, k, labels)`, the labels filled up to a multiple of `LABEL_LANES` with zeros.
        num: `(numerical variables, labels)`, per unit, filled up alike.
    """

    cat: Floats
    num: Floats


class Board(NamedTuple):
    """Examples in blocks, with the value of every variable, the sums of the classifier and the loss.

    The last block of `cat` and `num` holds no examples: there a module's values are written while a change is tried.

    Attributes:
        cat: `(blocks + 1, categorical variables, positions, lanes)`.
        num: `(blocks + 1, numerical variables, positions, lanes)`.
        valid: `(blocks, positions, lanes)`: 1 where a sequence has a symbol.
        scored: `(blocks, positions, lanes)`: 255 where a prediction counts, otherwise 0.
        label: `(blocks, positions, lanes)`: the true label where scored.
        weight: `(blocks)`: the number of scored positions.
        sums: `(blocks, positions * lanes, labels)`: the classifier's sums, labels filled up as in `Votes`.
        loss: `(blocks, positions * lanes)`: cross-entropy in nats.
        order: `(2, positions, positions)`: for each tie-break and query position the key positions, the preferred last.
        wanted: `(lanes)`: a head's mask at one query position.
        bits: `(positions, lanes)`: each key as a one-bit mask, 0 where there is no symbol.
        counts: `(lanes)`: matches at one query position.
        flags: `(positions, lanes)`: nonzero where a vote changes.
        words: `(positions * lanes / 8)`: `flags` eight at a time.
        places: `(positions * lanes)`: the places where a vote changes.
        work: `(labels, positions * lanes + 16)`: sums at these places; the odd width keeps rows apart in the cache.
        scratch: `(3, positions * lanes)`: largest sum, sum of exponentials and true label's sum there.
        changed: `(2, variables)`: which categorical (0) and numerical (1) variables a trial has changed.
        used: `(2, variables)`: which of them have votes that are not all 0.
    """

    cat: Bytes
    num: Ints
    valid: Bytes
    scored: Bytes
    label: Bytes
    weight: Doubles
    sums: Floats
    loss: Floats
    order: Bytes
    wanted: Masks
    bits: Masks
    counts: Bytes
    flags: Bytes
    words: npt.NDArray[np.uint64]
    places: Ints
    work: Floats
    scratch: Floats
    changed: Bytes
    used: Bytes


def mask_type(values: int) -> type[np.unsignedinteger[Any]]:
    """Return the narrowest unsigned type with one bit for each value.

    Raises:
        UsageError: there are more than 32 values.
    """
    if values > MAX_VALUES:
        raise UsageError(
            f"a variable has {values} values; the discrete search takes at most {MAX_VALUES}"
        )
    return np.uint8 if values <= 8 else np.uint16 if values <= 16 else np.uint32


def padded_labels(labels: int) -> int:
    """Return the length of a row of votes for so many labels."""
    return -(-labels // LABEL_LANES) * LABEL_LANES
