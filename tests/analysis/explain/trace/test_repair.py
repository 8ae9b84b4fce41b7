"""Tests of repairs."""

import numpy as np
from effort import scaled
from fault_injection import plant, plant_predicate
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs
from tracing import FAULT, faulty_hist, labelled_by, some_examples

from tprog.analysis.explain.cells import DEFAULT, Branch, Part, with_content
from tprog.analysis.explain.trace.repair import (
    NO_GAIN,
    as_comparison,
    best_vote,
    candidates,
    example_batches,
    gain_of_holding,
    joined,
    other_predicates,
    try_out,
    vote_gain,
    winners,
)
from tprog.analysis.explain.trace.running import evaluated
from tprog.evaluate import predict
from tprog.ir import Compare, Head, Program, Rectangle, predicate_table
from tprog.ir.predicate import predicate_problems
from tprog.locate import load


@given(programs(max_inputs=20), st.integers(0, 99))
def test_undoing_a_fault_puts_every_error_right(program: Program, seed: int) -> None:
    """Tried out, what a planted branch held before fixes all and breaks nothing, without evaluating anew."""
    fault = plant(program, seed) if seed % 2 else plant_predicate(program, seed)
    if fault is None:
        return
    examples = labelled_by(program, fault.program)
    batches = example_batches(examples, evaluated(examples))
    batches = batches
    if fault.branch.part.kind == "votes":
        assert isinstance(fault.before, tuple)
        found = vote_gain(fault.program, fault.branch, fault.before, batches)
    else:
        found = try_out(fault.program, fault.branch, fault.before, batches)
    assert len(found.fixed) == sum(int(batch.wrong.sum()) for batch in batches)
    assert found.broken == 0


@given(programs(max_inputs=20), st.integers(0, 400))
@settings(max_examples=scaled(80))
def test_the_sweep_finds_the_best_weight(program: Program, seed: int) -> None:
    """A planted vote is undone as well as can be: as many labels are right as with what it was before."""
    fault = plant(program, seed)
    if fault is None or fault.branch.part.kind != "votes":
        return
    examples = labelled_by(program, fault.program)
    batches = example_batches(examples, evaluated(examples))
    batches = batches
    wrong = sum(int(batch.wrong.sum()) for batch in batches)
    found = best_vote(fault.program, fault.branch, batches)
    if not wrong:
        assert found is None
        return
    assert found is not None
    assert found.gain.net == wrong
    repaired = with_content(fault.program, fault.branch, found.held)
    inputs = [one.tokens for one in examples.examples]
    assert predict(repaired, inputs) == predict(program, inputs)


def test_candidates_are_other_contents() -> None:
    """Every other value of an entry is tried, a default nothing."""
    program = faulty_hist()
    examples = some_examples(program)
    batches = example_batches(examples, evaluated(examples))
    tried = list(candidates(program, FAULT, batches))
    assert tried == [Rectangle(((2, 2),), value) for value in (0, 2, 3, 4)]
    head = Branch(type(FAULT.part)(3, "head"), 1)
    keys = list(candidates(program, head, batches))
    assert (1,) not in keys
    assert (0, 1) in keys
    assert () in keys
    assert len(set(keys)) == len(keys)
    assert list(candidates(program, Branch(head.part, DEFAULT), batches)) == []


def test_the_right_entry_fixes_all() -> None:
    """The planted look-up entry back in its place puts all right; another value does not."""
    program = faulty_hist()
    examples = some_examples(program)
    batches = example_batches(examples, evaluated(examples))
    right = try_out(program, FAULT, Rectangle(((2, 2),), 2), batches)
    wrong = try_out(program, FAULT, Rectangle(((2, 2),), 3), batches)
    total = sum(int(batch.wrong.sum()) for batch in batches)
    assert np.array_equal(right.fixed, np.arange(total))
    assert (right.broken, wrong.net) == (0, 0)


@given(programs(max_inputs=20), st.integers(0, 99))
@settings(max_examples=scaled(30))
def test_sums_give_the_programs_own_answers(program: Program, seed: int) -> None:
    """The winners of a batch's sums are the predictions, and every wrong one has its own number."""
    fault = plant(program, seed)
    if fault is None:
        return
    examples = labelled_by(program, fault.program)
    batches = example_batches(examples, evaluated(examples))
    numbers = [batch.numbers[batch.wrong] for batch in batches]
    every = np.concatenate([np.zeros(0, dtype=np.int64), *numbers])
    assert sorted(every.tolist()) == list(range(len(every)))
    for batch in batches:
        assert np.array_equal(winners(fault.program, batch.sums), batch.answers)
    wrong = [bool(batch.wrong.any()) for batch in batches]
    assert wrong == sorted(wrong, reverse=True)


def test_holding_the_right_value_puts_errors_right() -> None:
    """With the look-up held at two everywhere, labels 2 are right and all others wrong."""
    examples = some_examples(faulty_hist())
    batches = example_batches(examples, evaluated(examples))
    found = gain_of_holding(batches, 4, lambda batch: 2)
    labels = [label for one in examples.examples for label in one.labels]
    assert len(found.fixed) == labels.count("2")
    assert found.broken == len(labels) - labels.count("2")
    assert found.net == len(found.fixed) - found.broken


def test_few_failing_examples_can_be_asked_for() -> None:
    """At most so many of each length, and no passing ones."""
    examples = some_examples(faulty_hist())
    batches = example_batches(examples, evaluated(examples), 2)
    assert batches
    assert all(0 < len(batch.wrong) <= 2 and batch.wrong.any() for batch in batches)


def test_nothing_joined_is_no_gain() -> None:
    """Without batches nothing is fixed or broken."""
    assert joined([]) is NO_GAIN


def head_of(program: Program, branch: Branch) -> Head:
    """Return the head that a branch belongs to."""
    head = program.variables[branch.part.variable]
    assert isinstance(head, Head)
    return head


@given(programs(), st.integers(0, 1000))
@settings(max_examples=scaled(80))
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
