"""What a report tells of errors and of circuits."""

from dataclasses import replace

from example_programs import hist_program

import tprog
from tprog.analysis.explain.summary import summarize
from tprog.analysis.show.report.suspects import different_votes, find_circuits, find_suspicions
from tprog.codegen import emit
from tprog.ir import CategoricalVotes, Classifier, Program
from tprog.locate import load
from tprog.tasks import Task, get_task


def broken_hist() -> Program:
    """Return a hist whose votes for a count of 2 are those for 1."""
    program = hist_program(("0", "1", "2"), 4)
    votes = program.classifier.votes[0]
    assert isinstance(votes, CategoricalVotes)
    rows = (*votes.weights[:2], votes.weights[1], *votes.weights[3:])
    classifier = Classifier(program.classifier.labels, (CategoricalVotes(votes.variable, rows),))
    return replace(program, classifier=classifier)


def test_a_wrong_vote_is_the_first_suspect() -> None:
    """The broken row of votes is named first, with a repair that puts every error right, and its line is the file's."""
    program = broken_hist()
    assert program.provenance.task is not None
    source = emit(program)
    found = find_suspicions(program, source, get_task(program.provenance.task), [("0", "0")])
    assert found is not None
    first = found.suspects[0]
    assert first.part == "votes of own_count"
    assert first.branch == "value 2"
    assert (first.fixed, first.broken) == (found.wrong, 0)
    lines = source.splitlines()
    assert first.lines
    assert all(lines[line - 1].strip().startswith("2:") for line in first.lines)


def test_only_what_differs_is_told_of_votes() -> None:
    """Votes that the repair keeps are left out on both sides."""
    assert different_votes("a +1, b -2,000, c +3", "a +1, b +7, c +3") == ("b -2,000", "b +7")
    assert different_votes("a +1, b -2", "a +1") == ("b -2", "no vote")


def test_lines_are_of_the_file_or_not_told() -> None:
    """Where the file is not what tprog would write, no line is named."""
    program = broken_hist()
    assert program.provenance.task is not None
    task = get_task(program.provenance.task)
    found = find_suspicions(program, emit(program) + "\n", task, [("0", "0")])
    assert found is not None
    assert all(suspect.lines == () for suspect in found.suspects)


def test_a_task_without_common_inputs_gives_nothing() -> None:
    """Labels that do not fit the program's inputs are no reason to fail."""
    program = hist_program(("0", "1"), 2)
    task = Task(
        "other", hist_program(("x", "y"), 5).domain, ("a",), rule=lambda data: ["a"] * len(data)
    )
    assert find_suspicions(program, emit(program), task, []) is None


def test_circuits_of_a_gallery_program() -> None:
    """The survey covers every prediction on its inputs, and is the one that the other commands make."""
    found = find_circuits(load("sort"), get_task("sort"))
    assert found is not None
    assert sum(circuit.count for circuit in found.circuits) == found.moments
    usual = tprog.circuits(load("sort"))
    assert [one.count for one in found.circuits] == [one.count for one in usual.circuits]
    lines = summarize(load("sort")).circuits
    assert [line.share for line in lines] == [usual.share(one.count) for one in usual.circuits]
