"""The operations of a step as rows of integers, and what all kernels share. Owns names and meanings; refuses to compute.

Each operation is a row; its first column says which it is, and the others are named below, kind by kind. A *place* counts
vectors in the values or slopes of a tile, an *offset* counts numbers in the weights. `..._SLOPE` is a place among the slopes;
all other places are among the values. `places` is an array that begins with the numbers from 0 up; lists follow.
"""

from tprog.learn.fused.backend import LONGS, types

HOT, EMBED, PLACE, ONE, READ, CLAMP, ATTEND, COUNT, PERCEIVE, LOOK_UP, BOX, VOTE, VOTE_POOLED = (
    *range(13),
)
"""Kinds of operations, in column KIND."""

KIND = 0

SIGNATURE = types.void(LONGS, LONGS)
"""Of every operation's kernels, forward and backward: the operation's row and the frame."""

SIZE, TARGET, TABLE = 1, 2, 3
"""HOT, EMBED, PLACE, ONE, an input variable: its number of values, where it goes, and where its table begins: for HOT the
value of each word, in `places`; for EMBED the offset of the `(words, values)` weights."""

ROWS, EXTENT, CANDIDATES, LIST, GATES, READ_TO, READ_SLOPE = range(1, 8)
"""READ, some gates over the same candidates: how many gates, vectors of each variable, how many candidates, where the list of
their places begins in `places`, the offset of the `(rows, candidates)` gates, and where the results go."""

CLAMP_EXTENT, CLAMP_FROM, CLAMP_TO, CLAMP_SLOPE, CLAMP_CAP = range(1, 6)
"""CLAMP: how many vectors, where they are and go, and the offset of the cap. Slopes stay where they are."""

HEADS, QUERIES, KEYS, VALUES, QUERY, KEY, VALUE, QUERY_SLOPE, KEY_SLOPE, VALUE_SLOPE = range(1, 11)
"""ATTEND and COUNT, heads: how many, the sizes of query, key and value, and where these were read to, head after head."""
PREDICATE, CAUSAL, WRITES = 11, 12, 13
"""The offset of the `(heads, queries, keys)` predicates; where flags begin in `places`, one for each head; the first
variable that is written."""
WANTS, MATCH, TOTAL, ATTENTION, WANTS_SLOPE, MATCH_SLOPE, BIAS, TIE, SCORES, SCORED, LONGEST = (
    *range(14, 25),
)
"""ATTEND: the mixtures of wanted keys, `(heads, positions, keys)`; how much each key matches, `(heads, positions, positions)`,
with the stand-in at position 0; their sums without it, `(heads, positions)`; the attention; work space for slopes of the two
former, of one head (and of its scores); the offset of the `(positions, positions)` preferences; the tie-break; the offset of
the `(heads, queries, keys)` scores, and where queries' scores of keys go, `(heads, positions, keys)`; the greatest number of
positions."""
SUMMED, WANTED, SUMMED_SLOPE, WANTED_SLOPE = range(14, 18)
"""COUNT: sums of keys weighted by the value, `(heads, positions, keys)`, causal heads one for each position, others one in
all; what they are worth to each query value, `(heads, positions, queries)`; work space for the slopes of both, of one head."""

PLAIN, MATCHES, SCORE = range(3)
"""Tie-breaks: `nearest` and `first` differ in their preferences alone."""

LOOKUPS, PARTS, PART_LIST, HIDDEN, OUTPUTS, W_IN, B_IN, W_OUT, B_OUT = range(1, 10)
"""PERCEIVE, several perceptrons: how many; parts that their inputs come in, and where these are described in `places`;
hidden units; outputs; the offsets of the weights."""
LOOKUP_WRITES, ACTIVE, ACTIVE_SLOPE, INPUTS = 10, 11, 12, 13
"""The first variable that is written; the hidden units, `(lookups, positions, hidden)`; work space for the slopes of one
look-up's; all inputs of one look-up."""

PART_ROWS, PART_VALUES, PART_SLOPES, PART_STEP, PART_NEXT, PART_COLUMNS = range(6)
"""A part of a perceptron's inputs: how many inputs; where lists of their places begin, among values and slopes; vectors from
one position to the next and from one look-up to the next."""

ARITY, ARGUMENTS, ENTRIES, JOINT, JOINT_SLOPE, POINTS = 2, 3, 6, 7, 8, 9
"""LOOK_UP, tables (besides LOOKUPS, OUTPUTS and LOOKUP_WRITES): how many arguments; where they are described in
`places`; the offset of the `(lookups, points, outputs)` tables; work space for how much of each position lies at each
point, `(positions, points)`, and for its slopes; how many points there are."""

ARGUMENT_SIZE, ARGUMENT_PLACE, ARGUMENT_SLOPE, ARGUMENT_COLUMNS = range(4)
"""An argument of a look-up without hidden units: its number of values (1 if numerical), and where it was read to."""

BOXES, BOUNDS = 6, 7
"""BOX, one look-up by boxes (besides ARITY, ARGUMENTS, OUTPUTS and LOOKUP_WRITES): how many; where in `places` their
bounds, `(boxes, arity, 2)`, entries, `(boxes + 1)`, and caps, `(arity)`, stand."""

LABELS, LOGITS, LOGITS_SLOPE, SEGMENTS, SEGMENT_LIST, VOTES, MASKED_LIST = range(1, 8)
"""VOTE, the classifier: how many labels; the logits, `(positions, labels)`; segments of its rows, and where they are described
in `places`; the offset of the weights; where flags of masked labels begin in `places`."""
POOL, POOL_SLOPE, VOTE_ROWS = 8, 9, 10
"""VOTE_POOLED (besides those of VOTE): the pooled features and their slopes; the number of rows."""
SEGMENT_ROWS, SEGMENT_PLACES, SEGMENT_STEP, SEGMENT_FIRST, SEGMENT_COLUMNS = range(5)
"""A segment: how many rows; where the list of their places begins; vectors from one position to the next; the first row."""

OPERATION_COLUMNS = 25

VALID = 0
"""Where the tile's flags of positions that hold a token stand, 1 or 0, `(positions)`."""


WEIGHTS, GRADS, VALUES_AT, SLOPES_AT, RANDOM, PLACES, TOKENS, POSITIONS, NOISE, COLDNESS = range(10)
"""What all operations of a tile share, as numbers in a row, its `frame`: the addresses of the relaxed weights (behind them
constants), of the gradient by them, of values, slopes, random state and `places`, and of the `(positions, LANES)` words of
the tile; how many positions there are; whether choices are noisy; and the address of 1 / temperature."""

FRAME_COLUMNS = 10
