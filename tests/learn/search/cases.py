"""Programs and data that the tests of the discrete search share."""

from dataclasses import replace
from itertools import product
from math import prod

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from strategies import programs

from tprog.evaluate import all_inputs, evaluate, scored_positions
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    FiniteValues,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Program,
    Table,
    Tokens,
)
from tprog.learn.search.arrays import (
    CAT_HEAD,
    CAT_LOOKUP,
    NUM_HEAD,
    NUM_LOOKUP,
    Board,
    Slots,
    Votes,
)
from tprog.learn.search.classifier import empty_votes
from tprog.learn.search.examples import Examples, make_board
from tprog.learn.search.kernels import compute_sums, compute_values
from tprog.learn.search.skeleton import Skeleton, rectangles_of
from tprog.tasks.task import Task


@st.composite
def searchable(draw: st.DrawFn) -> Program:
    """Draw Programs that the search can represent, whose masks take a byte: others compile all kernels once more."""
    program = draw(programs())
    assume(all(len(each) <= 8 for each in program.values if isinstance(each, FiniteValues)))
    operations = tuple(
        replace(operation, tie=Nearest())
        if isinstance(operation, CategoricalHead) and operation.tie == Nearest("matches")
        else operation
        for operation in program.operations
    )
    return replace(
        program,
        domain=replace(program.domain, unknown=None),
        operations=operations,
        classifier=replace(program.classifier, pooled=False),
    )


def random_program(
    task: Task, layers: int, counts: tuple[int, int, int, int], seed: int
) -> Program:
    """Return a Program with random modules and no votes.

    Args:
        task: gives domain and labels.
        layers: how many.
        counts: categorical heads, numerical heads, categorical look-ups and numerical look-ups of a layer.
        seed: of the draw.
    """
    random = np.random.default_rng(seed)
    inputs = (Tokens(), Positions(), Ones())
    program = Program(task.domain, inputs, (), Classifier(task.labels, ()))
    length = task.domain.context_length or 1
    written = FiniteValues(tuple(range(max(length, len(task.domain.alphabet)))))
    lookups = (CategoricalLookup, NumericalLookup)
    kinds = [kind for kind, count in enumerate(counts) for _ in range(count)]
    for layer, kind in product(range(layers), kinds):
        finite = [isinstance(found, FiniteValues) for found in program.values]
        # Heads read what stands before their layer, look-ups its heads too.
        beside = (
            isinstance(each, lookups) == (kind >= CAT_LOOKUP) and each.layer == layer
            for each in program.operations
        )
        limit = next((n for n, found in enumerate(beside) if found), len(program.operations))
        limit += len(inputs)
        cat, num = ([n for n in range(limit) if finite[n] == wanted] for wanted in (True, False))
        first, second = random.choice(cat if kind != NUM_LOOKUP else num, 2).tolist()
        drawn = first, second
        sizes = tuple(len(program.finite_values(n)) for n in drawn if finite[n])
        operation: Operation
        if kind in (CAT_HEAD, NUM_HEAD):
            rows = Table(tuple((int(key),) for key in random.integers(0, sizes[1], sizes[0])))
            head = CategoricalHead if kind == CAT_HEAD else NumericalHead
            value = int(random.choice(cat if kind == CAT_HEAD else num))
            operation = head(first, second, value, rows, causal=task.causal, layer=layer)
        elif kind == CAT_LOOKUP:
            table = tuple(random.integers(0, len(written), prod(sizes)).tolist())
            operation = CategoricalLookup(drawn, written, table, layer=layer)
        else:
            grid = random.integers(0, len(written), (length + 1, length + 1)).astype(np.uint8)
            boxes, default = rectangles_of(grid)
            operation = NumericalLookup(
                drawn, written, (length, length), boxes, default, layer=layer
            )
        program = replace(program, operations=(*program.operations, operation))
    return program


def whole_domain(program: Program, seed: int = 0) -> Examples:
    """Return every input of a Program's domain with random labels of its classifier."""
    random = np.random.default_rng(seed)
    labels = program.classifier.labels
    labelled = []
    for batch in all_inputs(program.domain):
        truth = random.integers(0, len(labels), batch.indices.shape)
        truth[~scored_positions(program.domain, batch)] = -1
        labelled.append((batch, truth))
    return Examples.from_batches(program.domain, labels, labelled)


NON_EMPTY = searchable().filter(lambda program: bool(program.operations))


def random_votes(skeleton: Skeleton, seed: int) -> Votes:
    """Return small multiples of 1/4, which float32 sums hold exactly."""
    random = np.random.default_rng(seed)
    votes = empty_votes(skeleton)
    labels = len(skeleton.labels)
    votes.cat[:, :, :labels] = random.integers(-8, 9, votes.cat[:, :, :labels].shape) / 4
    votes.num[:, :labels] = random.integers(-1, 2, votes.num[:, :labels].shape) / 4
    return votes


def prepared(program: Program, seed: int) -> tuple[Skeleton, Board, Votes]:
    """Return a skeleton, a board of the whole domain that is up to date, and random votes."""
    skeleton = Skeleton.from_program(program)
    board = make_board(skeleton, whole_domain(program, seed), lanes=64)
    votes = random_votes(skeleton, seed)
    compute_values(skeleton.slots, board)
    compute_sums(board, votes, 0, len(board.weight))
    return skeleton, board, votes


def assert_equal_values(program: Program, skeleton: Skeleton, board: Board) -> None:
    """Compare a board of the whole domain with the evaluator."""
    row = 0
    for batch in all_inputs(program.domain):
        values = evaluate(program, batch).values
        rows = np.arange(row, row + len(batch))
        row += len(batch)
        length = batch.indices.shape[1]
        for variables, found in ((skeleton.cat, board.cat), (skeleton.num, board.num)):
            for number, variable in enumerate(variables):
                ours = found[rows // 64, number, :length, rows % 64]
                assert np.array_equal(ours, values[variable]), program.names[variable]


def same_slots(one: Slots, two: Slots) -> bool:
    """Tell whether two sets of parameters are equal."""
    return (
        np.array_equal(one.modules, two.modules)
        and np.array_equal(one.masks, two.masks)
        and np.array_equal(one.table, two.table)
    )
