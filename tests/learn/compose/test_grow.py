"""Tests of growing candidates: what is computed in bulk is what the written Program computes."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import numpy.typing as npt

from tprog.evaluate import evaluate
from tprog.evaluate.inputs import frame_indices
from tprog.learn.compose.expressions import POSITIONS, TOKENS, Count, Expression, Lookup
from tprog.learn.compose.grow import (
    copies,
    counts,
    event_ratings,
    lookups,
    pair_ratings,
    pairs,
    read_part,
    read_ratings,
)
from tprog.learn.compose.sample import Pool, Sample, Seen
from tprog.learn.compose.stock import Grammar, functions
from tprog.learn.compose.writing import write_modules
from tprog.learn.search.examples import Examples
from tprog.tasks.dataset import make_dataset
from tprog.tasks.registry import get_task

TASK = get_task("sort:vocabulary=6,length=6")
DATASET = make_dataset(TASK, 0)
EXAMPLES = Examples.from_batches(TASK.domain, TASK.labels, DATASET.train.batches())
SAMPLE = Sample.from_examples(EXAMPLES, 0, 30)
TOKEN_POOL: Pool[Expression] = Pool(SAMPLE.tokens[None], (TOKENS,))
GRAMMAR = Grammar((False, True), sets=True)
THREADS = ThreadPoolExecutor(2)
FUNCTIONS = functions(SAMPLE.values)


@cache
def first() -> Pool[Count]:
    """Return the counts of the first layer."""
    shapes = GRAMMAR.of_tokens(TASK.domain)
    return counts(SAMPLE, TOKEN_POOL, shapes, GRAMMAR.masks, Seen(), THREADS)


@cache
def looked_up() -> Pool[Lookup]:
    """Return the look-ups over them."""
    chosen = pairs(len(first()), FUNCTIONS)
    return lookups(SAMPLE, first(), chosen, FUNCTIONS, Seen(), THREADS)


def computed(part: Expression) -> npt.NDArray[np.int64]:
    """Return what the Program with this part computes on the sample, 0 after each end."""
    program, places = write_modules(TASK, (part,))
    found = np.zeros(SAMPLE.tokens.shape, np.int64)
    for row, length in enumerate(SAMPLE.lengths.tolist()):
        data = SAMPLE.tokens[row : row + 1, 1 : length - 1].astype(np.int64) - 1
        batch = frame_indices(TASK.domain, data)
        found[row, :length] = evaluate(program, batch).values[places[part]][0]
    return found


def test_counts_and_look_ups_are_those_of_the_written_program() -> None:
    """A numerical head and a numerical look-up compute what was rated."""
    for pool, step in ((first(), 3), (looked_up(), len(looked_up()) // 15)):
        for row in range(0, len(pool), step):
            assert np.array_equal(computed(pool.parts[row]), pool.values[row])


def test_copies_are_those_of_the_written_program() -> None:
    """A categorical head computes what was rated."""
    present = np.arange(SAMPLE.tokens.shape[1])[None] < SAMPLE.lengths[:, None]
    positions = (SAMPLE.positions * present)[None].astype(np.uint8)
    pool: Pool[Expression] = Pool.joined([TOKEN_POOL, Pool(positions, (POSITIONS,))])
    found = copies(SAMPLE, pool, GRAMMAR.reads(), GRAMMAR.masks, Seen())
    assert len(found) > 10
    for row in range(0, len(found), 4):
        assert np.array_equal(computed(found.parts[row]), found.values[row])


def test_no_two_candidates_write_the_same() -> None:
    """What nobody has seen is kept once."""
    rows = {row.tobytes() for row in looked_up().values}
    assert len(rows) == len(looked_up())


def test_pairs_name_each_combination_once() -> None:
    """A function of one count is named once a count, a symmetric one once a pair, others in both orders."""
    found = pairs(3, FUNCTIONS)
    assert len(set(found)) == len(found)
    for number, function in enumerate(FUNCTIONS):
        expected = 3 if function.single or function.symmetric else 6
        assert sum(index == number for *_, index in found) == expected


def test_the_exact_read_of_sorting_has_the_least_cost() -> None:
    """Reading at the rank tells every label: it costs a name for each symbol that is copied."""
    ratings = read_ratings(SAMPLE, looked_up(), GRAMMAR.reads(), False, THREADS)
    row, column = np.unravel_index(ratings.argmin(), ratings.shape)
    assert ratings.min() <= 6 * np.log(len(TASK.labels) + 1) + 1e-9
    part = read_part(looked_up().parts[row], int(column), GRAMMAR.reads(), False)
    copied = computed(part)
    scored = SAMPLE.truth >= 0
    names = np.array(TASK.domain.alphabet)[copied[scored]]
    assert names.tolist() == np.array(TASK.labels)[SAMPLE.truth[scored]].tolist()


def test_pairs_tell_no_less_than_one_of_them() -> None:
    """But for the names of its cells, a table over two variables costs no more than over either."""
    one, two, both = pair_ratings(SAMPLE, first(), [(0, 0), (5, 5), (0, 5)], THREADS)
    names = SAMPLE.values**2 * np.log(len(TASK.labels) + 1)
    assert both <= min(one, two) + names


def test_running_numbers_are_rated_for_every_label() -> None:
    """Each candidate is rated for every label."""
    ratings = event_ratings(SAMPLE, looked_up(), [(0, -1), (0, 1)], 7, THREADS)
    assert ratings.shape == (2, len(TASK.labels))
    assert (ratings > 0).all()
