"""Tests of replacing modules."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from learn.search.cases import same_slots
from learn.search.test_costs import NON_EMPTY, prepared
from learn.search.test_kernels import assert_equal_values

from tprog.ir import Program, validate
from tprog.learn.search.anneal import change_of
from tprog.learn.search.arrays import ARITY, CAT_LIMIT, COLUMNS
from tprog.learn.search.kernels import compute_sums
from tprog.learn.search.rederive import Rederiver


@given(NON_EMPTY, st.integers(0, 99), st.booleans())
def test_a_replacement_is_a_gain_and_leaves_the_board_true(
    program: Program, seed: int, sets: bool
) -> None:
    """Without temperature the loss falls by what is returned, the Program stays valid and the board is that of it."""
    skeleton, board, votes = prepared(program, seed)
    slots, blocks = skeleton.slots, len(board.weight)
    rederiver = Rederiver(slots, board, (0, blocks), sets=sets, causal=sets)
    random = np.random.default_rng(seed)
    before, kept = float(board.loss.sum()), slots.copied()
    module = int(random.integers(len(slots.modules)))
    change = rederiver.replace(votes, module, 0.0, random)
    assert same_slots(slots, kept) == (change is None)
    assert not validate(skeleton.to_program())
    assert_equal_values(skeleton.to_program(), skeleton, board)
    total, _ = compute_sums(board, votes, 0, blocks)
    expected = (change or 0.0) * float(board.weight.sum())
    assert expected <= 0
    assert total - before == pytest.approx(expected, abs=1e-2, rel=1e-2)


@given(NON_EMPTY, st.integers(0, 99))
def test_the_last_modules_candidates_are_worth_their_rating(program: Program, seed: int) -> None:
    """For a module that nothing reads, a candidate changes the loss by exactly its rating."""
    skeleton, board, votes = prepared(program, seed)
    slots, blocks = skeleton.slots, len(board.weight)
    rederiver = Rederiver(slots, board, (0, blocks), sample=blocks)
    module = len(slots.modules) - 1
    touched = np.zeros(len(slots.modules), np.uint8)
    touched[module] = 1
    for candidate in rederiver.candidates(votes, module, np.random.default_rng(seed)):
        rederiver.write(module, candidate)
        change, _, _ = change_of(slots, votes, board, 0, blocks, touched, module, 1e9, 1e9)
        assert change == pytest.approx(candidate.rating, abs=2e-2, rel=1e-2)


@given(NON_EMPTY, st.integers(0, 99))
def test_candidates_read_what_their_layer_may_read(program: Program, seed: int) -> None:
    """No candidate reads a variable beyond the module's limit, or more of them than the module does."""
    skeleton, board, votes = prepared(program, seed)
    slots = skeleton.slots
    assert slots.modules.shape[1] == COLUMNS
    rederiver = Rederiver(slots, board, (0, 1))
    for module in range(len(slots.modules)):
        for candidate in rederiver.candidates(votes, module, np.random.default_rng(seed)):
            assert len(candidate.reads) == slots.modules[module, ARITY]
            most = max(slots.modules[module, CAT_LIMIT], len(skeleton.num))
            assert all(0 <= read < most for read in candidate.reads)
