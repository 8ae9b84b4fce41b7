"""Tests of other predicates for a whole head."""

from fault_injection import plant_predicate
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.explain.cells import Branch, Part
from tprog.analysis.explain.trace.whole import as_comparison, other_predicates
from tprog.ir import Compare, Head, Program, predicate_table
from tprog.ir.predicate import predicate_problems
from tprog.locate import load


def head_of(program: Program, branch: Branch) -> Head:
    """Return the head that a branch belongs to."""
    head = program.variables[branch.part.variable]
    assert isinstance(head, Head)
    return head


@given(programs(), st.integers(0, 1000))
@settings(max_examples=80)
def test_what_was_there_before_a_fault_is_among_the_others(program: Program, seed: int) -> None:
    """Of a head whose comparison was changed, one of the other predicates wants what it wanted before."""
    fault = plant_predicate(program, seed)
    if fault is None:
        return
    before, after = head_of(program, fault.branch), head_of(fault.program, fault.branch)
    values = program.finite_values(before.query), program.finite_values(before.key)
    tables = [predicate_table(other, *values) for other in other_predicates(fault.program, after)]
    assert predicate_table(before.predicate, *values) in tables
    assert predicate_table(after.predicate, *values) not in tables


@given(programs())
@settings(max_examples=60)
def test_each_fits_the_head_and_comes_once(program: Program) -> None:
    """Every head of any program can take its other predicates, and no two of a finite head want the same keys."""
    for variable in program.operations:
        if not isinstance(variable, Head):
            continue
        query, key = program.values[variable.query], program.values[variable.key]
        found = list(other_predicates(program, variable))
        assert len(set(found)) == len(found)
        assert not any(predicate_problems(other, query, key) for other in found)


def test_a_table_makes_the_comparison_that_it_equals() -> None:
    """The comparisons of sort are found, whether they are written as such or as tables."""
    program = load("sort")
    heads = [one for one in program.operations if isinstance(one, Head)]
    assert [as_comparison(program, head) for head in heads] == [
        Compare("=="),
        Compare("<"),
        Compare("=="),
    ]
    assert Compare("<=") in list(
        other_predicates(program, head_of(program, Branch(Part(4, "head"), 0)))
    )
