"""Tests of repairs."""

import numpy as np
from fault_injection import plant, plant_predicate
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import programs
from tracing import FAULT, faulty_hist, labelled_by, some_examples

from tprog.analysis.explain.cells import DEFAULT, Branch, with_content
from tprog.analysis.explain.trace.lots import lay_out
from tprog.analysis.explain.trace.repair import best_vote, candidates, try_out, vote_gain
from tprog.analysis.explain.trace.running import evaluated
from tprog.evaluate import predict
from tprog.ir import Program, Rectangle


@given(programs(max_inputs=20), st.integers(0, 99))
@settings(max_examples=60)
def test_undoing_a_fault_puts_every_error_right(program: Program, seed: int) -> None:
    """Tried out, what a planted branch held before fixes all and breaks nothing, without evaluating anew."""
    fault = plant(program, seed) if seed % 2 else plant_predicate(program, seed)
    if fault is None:
        return
    examples = labelled_by(program, fault.program)
    failing, passing = lay_out(examples, evaluated(examples))
    lots = [*failing, *passing]
    if fault.branch.part.kind == "votes":
        assert isinstance(fault.before, tuple)
        found = vote_gain(fault.program, fault.branch, fault.before, lots)
    else:
        found = try_out(fault.program, fault.branch, fault.before, lots)
    assert len(found.fixed) == sum(int(lot.wrong.sum()) for lot in failing)
    assert found.broken == 0


@given(programs(max_inputs=20), st.integers(0, 400))
@settings(max_examples=80)
def test_the_sweep_finds_the_best_weight(program: Program, seed: int) -> None:
    """A planted vote is undone as well as can be: as many labels are right as with what it was before."""
    fault = plant(program, seed)
    if fault is None or fault.branch.part.kind != "votes":
        return
    examples = labelled_by(program, fault.program)
    failing, passing = lay_out(examples, evaluated(examples))
    lots = [*failing, *passing]
    wrong = sum(int(lot.wrong.sum()) for lot in failing)
    found = best_vote(fault.program, fault.branch, lots)
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
    lots, _ = lay_out(examples, evaluated(examples))
    tried = list(candidates(program, FAULT, lots))
    assert tried == [Rectangle(((2, 2),), value) for value in (0, 2, 3, 4)]
    head = Branch(type(FAULT.part)(3, "head"), 1)
    keys = list(candidates(program, head, lots))
    assert (1,) not in keys
    assert (0, 1) in keys
    assert () in keys
    assert len(set(keys)) == len(keys)
    assert list(candidates(program, Branch(head.part, DEFAULT), lots)) == []


def test_the_right_entry_fixes_all() -> None:
    """The planted look-up entry back in its place puts all right; another value does not."""
    program = faulty_hist()
    examples = some_examples(program)
    failing, passing = lay_out(examples, evaluated(examples))
    right = try_out(program, FAULT, Rectangle(((2, 2),), 2), [*failing, *passing])
    wrong = try_out(program, FAULT, Rectangle(((2, 2),), 3), [*failing, *passing])
    total = sum(int(lot.wrong.sum()) for lot in failing)
    assert np.array_equal(right.fixed, np.arange(total))
    assert (right.broken, wrong.net) == (0, 0)
