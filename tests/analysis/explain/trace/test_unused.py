"""Tests of what never ran."""

from tracing import faulty_hist

from tprog.analysis.explain.cells import Branch, Part
from tprog.analysis.explain.trace.unused import find_unused
from tprog.codegen import emit
from tprog.evaluate import all_inputs


def test_what_short_inputs_never_reach_is_listed() -> None:
    """With at most two symbols nothing is counted three or four times."""
    program = faulty_hist()
    found = find_unused(program, all_inputs(program.domain, 2), "/e.py")
    assert found.inputs == 12
    assert set(found.branches) == {
        Branch(Part(4, "look-up"), 2),
        Branch(Part(4, "look-up"), 3),
        Branch(Part(4, "look-up"), 4),
        Branch(Part(4, "votes"), 0),
        Branch(Part(4, "votes"), 2),
        Branch(Part(4, "votes"), 3),
        Branch(Part(4, "votes"), 4),
    }
    assert (Part(4, "look-up"), 3, 5) in found.counts


def test_lines_that_never_ran_belong_to_heads_and_look_ups() -> None:
    """Lines are those that no question reaches; on every input all run."""
    program = faulty_hist()
    text = emit(program).split("\n")
    short = find_unused(program, all_inputs(program.domain, 1), "/e.py")
    assert short.lines
    assert all("return" in text[line - 1] or "if" in text[line - 1] for line in short.lines)
    everything = find_unused(program, all_inputs(program.domain), "/e.py")
    assert len(everything.lines) < len(short.lines)
    assert Branch(Part(4, "look-up"), 3) not in everything.branches
