"""Tests of proposals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learn.search.cases import same_slots, searchable, whole_domain

from tprog.ir import Program, validate
from tprog.learn.search.examples import make_board
from tprog.learn.search.kernels import compute_values
from tprog.learn.search.moves import Rates, make_undo, propose, take_back, write_relation
from tprog.learn.search.skeleton import Skeleton

EVERYTHING = Rates(0.5, 0.3, 0.5, 0.3, 1, 1)


@given(searchable().filter(lambda program: bool(program.operations)))
def test_a_proposal_can_be_taken_back(program: Program) -> None:
    """A proposal changes what it says it touches, stays a valid Program, and leaves no trace once taken back."""
    skeleton = Skeleton.from_program(program)
    slots = skeleton.slots
    board = make_board(skeleton, whole_domain(program), lanes=64)
    compute_values(slots, board)
    undo = make_undo(slots)
    before = skeleton.copy().slots
    for _ in range(10):
        touched = np.zeros(len(slots.modules), np.uint8)
        first = propose(slots, board, undo, EVERYTHING, touched)
        same = same_slots(slots, before)
        assert same == (first < 0)
        assert touched.sum() == (first >= 0)
        assert not validate(skeleton.to_program())
        take_back(slots, undo)
        assert same_slots(slots, before)


@pytest.mark.parametrize(
    ("relation", "shift", "expected"),
    [
        (0, 0, [{0}, {1}, {2}, {3}]),
        (0, 2, [{2}, {3}, {3}, {3}]),
        (1, 3, [{3}, {2}, {1}, {0}]),
        (2, 0, [set(), {0}, {0, 1}, {0, 1, 2}]),
        (3, 0, [{0}, {0, 1}, {0, 1, 2}, {0, 1, 2, 3}]),
        (4, 0, [{1, 2, 3}, {2, 3}, {3}, set()]),
        (5, 0, [{0, 1, 2, 3}, {1, 2, 3}, {2, 3}, {3}]),
        (6, 0, [{0, 1, 2, 3}] * 4),
        (7, 0, [set()] * 4),
        (8, 0, [{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}]),
    ],
)
def test_relations_write_their_masks(relation: int, shift: int, expected: list[set[int]]) -> None:
    """Each relation selects the keys that it names."""
    masks = np.zeros((1, 4), np.uint8)
    write_relation(masks, 0, relation, shift)
    found = [{key for key in range(4) if int(mask) >> key & 1} for mask in masks[0]]
    assert found == expected


@given(st.integers(0, 3))
def test_one_key_for_each_query_stays_one(relation: int) -> None:
    """Where sets are not allowed, no proposal gives a query several keys or none."""
    masks = np.zeros((1, 8), np.uint8)
    write_relation(masks, 0, min(relation, 1), relation)
    assert all(bin(int(mask)).count("1") == 1 for mask in masks[0])
