"""Tests of the lines of branches."""

from effort import scaled
from hypothesis import given, settings
from strategies import programs
from tracing import faulty_hist

from tprog.analysis.explain.cells import DEFAULT, Branch, Part, branch_count, parts
from tprog.analysis.explain.trace.lines import branch_lines, called_lines, find_unused
from tprog.codegen import emit
from tprog.evaluate import all_inputs
from tprog.ir import Program
from tprog.locate import load


@given(programs(max_operations=3))
@settings(max_examples=scaled(15))
def test_every_branch_has_lines_of_the_source(program: Program) -> None:
    """Each branch that can run, and each default, has a line that exists."""
    last = emit(program).count("\n")
    found = branch_lines(program, "/e.py")
    for part in parts(program):
        for row in range(branch_count(program, part)):
            lines = found[Branch(part, row)]
            assert lines
            assert all(1 <= line <= last for line in lines)
        if part.kind == "head":
            assert found[Branch(part, DEFAULT)]


def test_lines_are_those_that_say_it() -> None:
    """The last line of a look-up's entry returns it; a vote row is its own line."""
    program = load("double_hist")
    text = emit(program).split("\n")
    found = branch_lines(program, "/e.py")
    first = Branch(Part(6, "look-up"), 0)
    assert text[found[first][-1] - 1].strip() == 'return "5"'
    votes = found[Branch(Part(6, "votes"), 2)]
    assert [text[line - 1].strip() for line in votes] == ['"3": (  0,   0,   1,   0,   0,   0),']


def test_only_what_is_called_runs() -> None:
    """Calling one function with some values runs the lines for these alone."""
    program = faulty_hist()
    one = called_lines(program, "/e.py", [("own_count", (1,))])
    every = called_lines(program, "/e.py", [("own_count", (n,)) for n in range(5)])
    assert one
    assert one < every


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
