"""Tests of skeletons."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from learn.search.cases import searchable

from tprog.errors import UsageError
from tprog.evaluate.cover import table_of
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    Nearest,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Program,
    Table,
    Tokens,
)
from tprog.learn.search.arrays import CAT_LIMIT, OFFSET, READS, Bytes
from tprog.learn.search.skeleton import Skeleton, rectangles_of

DOMAIN = Domain(("a", "b"), max_length=4)


def _program(*operations: Operation, domain: Domain = DOMAIN) -> Program:
    return Program(domain, (Tokens(), Positions(), Ones()), operations, Classifier(("x", "y"), ()))


@given(searchable())
def test_a_program_survives_the_way_through_its_skeleton(program: Program) -> None:
    """A Program made into a skeleton and back is the same Program, its notes and names included."""
    found = Skeleton.from_program(program).to_program()
    assert found == program
    assert [operation.notes for operation in found.operations] == [
        operation.notes for operation in program.operations
    ]


def test_a_changed_head_loses_its_notes_and_keeps_its_name() -> None:
    """What a person wrote on a head does not outlive the head."""
    head = CategoricalHead(1, 1, 0, Compare("=="), name="copy", notes=("Copies itself.",))
    skeleton = Skeleton.from_program(_program(head))
    skeleton.slots.masks[0, 1] = 4
    changed = skeleton.to_program().operations[0]
    assert changed == replace(head, predicate=Table(((0,), (2,), (2,), (3,), (4,))))
    assert (changed.name, changed.notes) == ("copy", ())


def test_a_head_that_reads_something_else_gets_a_predicate_of_that_size() -> None:
    """Rows and keys beyond the values of what is read now are cut off."""
    skeleton = Skeleton.from_program(_program(CategoricalHead(1, 1, 1, Compare("=="))))
    skeleton.slots.modules[0, READS] = 0
    skeleton.slots.modules[0, READS + 1] = 0
    assert skeleton.to_program().operations[0] == CategoricalHead(0, 0, 1, Compare("==")) or (
        skeleton.to_program().operations[0] == CategoricalHead(0, 0, 1, Table(((0,), (1,), (2,))))
    )


def test_heads_read_before_their_layer_and_look_ups_their_layers_heads() -> None:
    """The limits on reads are those of the paper's layers."""
    head = CategoricalHead(1, 1, 0, Compare("=="), layer=0)
    lookup = CategoricalLookup((0, 3), FiniteValues((0, 1)), (0,) * 9, layer=0)
    later = CategoricalHead(1, 1, 0, Compare("=="), layer=1)
    skeleton = Skeleton.from_program(_program(head, head, lookup, later))
    assert skeleton.slots.modules[:, CAT_LIMIT].tolist() == [2, 2, 4, 5]


def test_scores_matter_by_their_order_alone() -> None:
    """A head that attends by score keeps its scores while their order is theirs, and gets ranks when it is not."""
    scores = ByScore(((-7, 100, 3), (0, 0, 0), (2, 1, 2)))
    head = CategoricalHead(0, 0, 0, Constant(True), tie=scores)
    skeleton = Skeleton.from_program(_program(head))
    assert skeleton.to_program().operations == (head,)
    skeleton.slots.table[skeleton.slots.modules[0, OFFSET] + 1] = 0
    changed = ByScore(((0, 0, 1), (0, 0, 0), (1, 0, 1)))
    assert skeleton.to_program().operations == (replace(head, tie=changed),)


def test_a_head_that_takes_any_key_takes_any_key_of_another_variable() -> None:
    """A head without a predicate has none either where it reads a variable of more values."""
    head = CategoricalHead(0, 0, 0, Constant(True), tie=ByScore(((0, 1, 2),) * 3))
    skeleton = Skeleton.from_program(_program(head))
    skeleton.slots.modules[0, READS + 1] = 1
    found = skeleton.to_program().operations[0]
    assert found == replace(head, key=1, tie=ByScore(((0, 1, 2, 0, 0),) * 3))


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (_program(domain=Domain(("a",), max_length=None)), "any length"),
        (_program(domain=Domain(("a",), max_length=40)), "at most 32 positions"),
        (
            _program(domain=Domain(tuple(f"t{n}" for n in range(40)), max_length=4)),
            "at most 32",
        ),
        (
            _program(CategoricalHead(0, 0, 0, Compare("=="), tie=Nearest("matches"))),
            "attn_0_0",
        ),
        (
            _program(CategoricalLookup((0, 0, 0, 0), FiniteValues((0,)), (0,) * 81)),
            "at most 3 variables",
        ),
        (
            replace(_program(), classifier=Classifier(tuple(map(str, range(256))), ())),
            "at most 255 labels; this program has 256",
        ),
        (
            replace(_program(), classifier=Classifier(("x",), (), pooled=True)),
            "one label for each position",
        ),
        (
            _program(domain=Domain(("a", "b"), max_length=4, unknown="a")),
            "closed vocabulary",
        ),
    ],
)
def test_what_cannot_be_searched_is_refused_in_one_line(program: Program, message: str) -> None:
    """A Program outside the search's shapes is refused with the reason."""
    with pytest.raises(UsageError, match=message) as caught:
        Skeleton.from_program(program)
    assert "\n" not in str(caught.value)


grids = st.lists(st.integers(1, 5), min_size=1, max_size=3).flatmap(
    lambda shape: arrays(np.uint8, tuple(shape), elements=st.integers(0, 3))
)


def _lookup(grid: Bytes) -> NumericalLookup:
    boxes, default = rectangles_of(grid)
    caps = tuple(size - 1 for size in grid.shape)
    arguments = tuple(range(grid.ndim))
    return NumericalLookup(arguments, FiniteValues((0, 1, 2, 3)), caps, boxes, default)


@given(grids)
def test_rectangles_describe_their_grid_exactly(grid: Bytes) -> None:
    """A grid made into rectangles and back is the same grid."""
    assert np.array_equal(table_of(_lookup(grid)), grid)


def test_a_block_of_equal_entries_is_one_rectangle() -> None:
    """Neighbouring equal entries are joined into one box."""
    grid = np.zeros((5, 5), np.uint8)
    grid[1:3, 2:5] = 2
    boxes, default = rectangles_of(grid)
    assert default == 0
    assert [box.bounds for box in boxes] == [((1, 2), (2, 4))]
