"""Tests for planting faults."""

import re

from fault_injection import plant, plant_predicate
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.explain.cells import branches, content, parts, tabular, with_content
from tprog.ir import Classifier, Domain, Head, Program, Tokens, validate
from tprog.locate import load


@given(programs(), st.integers(0, 1000))
def test_a_plant_changes_one_branch_and_nothing_else(program: Program, seed: int) -> None:
    """Every branch but the planted one holds what it held, and the planted one does not."""
    fault = plant(program, seed)
    if fault is None:
        return
    assert not validate(fault.program)
    assert content(program, fault.branch) == fault.before
    assert content(fault.program, fault.branch) == fault.after
    assert fault.before != fault.after
    assert fault.program != program
    assert fault.program.names == program.names
    for part in parts(program):
        variable = program.variables[part.variable]
        if part.kind == "head" and not (isinstance(variable, Head) and tabular(program, variable)):
            continue
        for branch in branches(program, part):
            same = content(program, branch) == content(fault.program, branch)
            assert same == (branch != fault.branch)


@given(programs(), st.integers(0, 1000))
def test_a_planted_predicate_changes_several_rows_of_one_head(program: Program, seed: int) -> None:
    """The head compares otherwise in two rows or more, and everything else is as it was."""
    fault = plant_predicate(program, seed)
    if fault is None:
        return
    assert not validate(fault.program)
    assert with_content(fault.program, fault.branch, fault.before) == program
    assert content(fault.program, fault.branch) == fault.after
    rows = branches(program, fault.branch.part)
    changed = [row for row in rows if content(program, row) != content(fault.program, row)]
    assert len(changed) > 1


def test_equal_seeds_plant_equal_faults() -> None:
    """The seed alone decides; different seeds reach every kind of part."""
    program = load("dyck2")
    assert plant(program, 5) == plant(program, 5)
    assert plant_predicate(load("sort"), 5) == plant_predicate(load("sort"), 5)
    found = [plant(program, seed) for seed in range(40)]
    assert {fault.branch.part.kind for fault in found if fault} == {"head", "look-up", "votes"}


def test_a_fault_is_said_in_words() -> None:
    """The text names the part, the branch, and what it held and holds."""
    fault = plant(load("hist"), 1)
    assert fault is not None
    assert " became " in fault.text
    whole = plant_predicate(load("sort"), 0)
    assert whole is not None
    assert re.fullmatch(r"\w+: key <?=?=? query became key .*query.*", whole.text), whole.text


def test_a_program_without_parts_takes_no_fault() -> None:
    """Nothing can be planted where there is neither an operation nor a vote."""
    program = Program(Domain(("a",), 2), (Tokens(),), (), Classifier(("x",), ()))
    assert plant(program, 0) is None
