"""Tests for the branches of a Program."""

import pytest
from effort import scaled
from hypothesis import given, settings
from strategies import programs

from tprog.analysis.explain.cells import (
    Branch,
    Part,
    branch_count,
    branch_text,
    branches,
    content,
    content_text,
    part_text,
    parts,
    tabular,
    with_content,
)
from tprog.ir import Head, Program, validate
from tprog.locate import load


@given(programs())
@settings(max_examples=scaled(40))
def test_putting_back_what_a_branch_holds_changes_no_table(program: Program) -> None:
    """A branch given its own content still holds it, in a valid Program with the same branches."""
    for part in parts(program):
        variable = program.variables[part.variable]
        if part.kind == "head" and not (isinstance(variable, Head) and tabular(program, variable)):
            assert branch_count(program, part) == 1
            continue
        for branch in branches(program, part):
            held = content(program, branch)
            same = with_content(program, branch, held)
            assert not validate(same)
            assert content(same, branch) == held
            assert branch_count(same, part) == branch_count(program, part)
            assert branch_text(program, branch)
            assert content_text(program, branch, held)


def test_parts_are_operations_then_votes() -> None:
    """Sort has four operations and one variable that votes."""
    program = load("sort")
    found = parts(program)
    assert [part.kind for part in found] == ["head", "head", "look-up", "head", "votes"]
    assert part_text(program, found[-1]) == "votes of token_at_total"
    assert part_text(program, found[-2]) == "token_at_total"


def test_branches_are_said_in_words() -> None:
    """A row is its query value, a rectangle its bounds, a vote row its value."""
    program = load("double_hist")
    head, look_up, votes = Part(5, "head"), Part(6, "look-up"), Part(6, "votes")
    assert branch_text(program, Branch(head, 3)) == "number == 3"
    assert content_text(program, Branch(head, 3), (3,)) == "wants 3"
    assert branch_text(program, Branch(look_up, 0)) == "equal_tokens <= 1, equal_numbers == 6"
    assert branch_text(program, Branch(look_up, 1)) == "equal_tokens == 2, equal_numbers == 6"
    assert branch_text(program, Branch(look_up, 8)) == "else"
    assert branch_text(load("hist"), Branch(Part(4, "look-up"), 2)) == "equal_tokens == 3"
    assert branch_text(program, Branch(votes, 1)) == "value 2"
    assert content_text(program, Branch(votes, 1), (0, 1, 0, 0, 0, -2)) == "2 +1, 6 -2"


def test_a_branch_that_does_not_exist_is_refused() -> None:
    """Replacing branch 99 of eight raises."""
    program = load("double_hist")
    with pytest.raises(ValueError, match="no branch 99"):
        with_content(program, Branch(Part(5, "head"), 99), (1,))
    with pytest.raises(ValueError, match="does not vote"):
        content(program, Branch(Part(5, "votes"), 0))
