"""What a report tells: inputs, errors, circuits and a shorter form."""

from dataclasses import replace

import pytest
from example_programs import hist_program, reverse_program

import tprog
from tprog.analysis.explain.summary import summarize
from tprog.analysis.show.report import findings
from tprog.analysis.show.report.findings import (
    different_votes,
    differing,
    find_blame,
    find_circuits,
    make_report,
    shorter_beside,
    shorter_found,
)
from tprog.codegen import emit
from tprog.errors import UsageError
from tprog.ir import CategoricalVotes, Classifier, Program, Provenance
from tprog.locate import load, locate
from tprog.manifest import read_manifest
from tprog.tasks.registry import get_task
from tprog.tasks.task import Task


def broken_hist() -> Program:
    """Return a hist that answers 1 where it should say 2."""
    program = hist_program(("0", "1", "2"), 4)
    votes = program.classifier.votes[0]
    assert isinstance(votes, CategoricalVotes)
    rows = (*votes.weights[:2], votes.weights[1], *votes.weights[3:])
    classifier = Classifier(program.classifier.labels, (CategoricalVotes(votes.variable, rows),))
    return replace(program, classifier=classifier)


def test_a_gallery_entry_needs_no_measuring() -> None:
    """Figures come from the manifest, the picture and the examples are there, and every example has its right labels."""
    place = locate("sort")
    assert place.manifest is not None
    found = make_report(
        load("sort"),
        place.program.read_text(encoding="utf-8"),
        manifest=read_manifest(place.manifest),
        simplify_seconds=0,
    )
    assert found.summary.source == "manifest"
    assert found.accuracy is not None
    assert found.accuracy.labels.share == 1
    assert found.picture is not None
    assert found.failures == ()
    assert found.shorter is None
    task = get_task("sort")
    for example in found.inputs:
        assert example.expected == task.truth(example.tokens)


def test_failing_inputs_come_first() -> None:
    """A program with a wrong vote offers its shortest failing inputs, with what it says there."""
    program = broken_hist()
    found = make_report(program, emit(program), simplify_seconds=0)
    assert found.failures
    assert found.inputs[: len(found.failures)] == found.failures
    for example in found.failures:
        assert example.expected is not None
        assert example.got is not None
        assert tuple(program.run(example.tokens)) == example.got
        assert example.expected != example.got
    assert len({example.tokens for example in found.inputs}) == len(found.inputs)


def test_without_a_task_there_is_no_truth() -> None:
    """A program of an unknown task is shown with inputs that have no right labels."""
    program = replace(hist_program(), provenance=Provenance("something"))
    found = make_report(program, emit(program), simplify_seconds=0)
    assert found.accuracy is None
    assert found.inputs
    assert all(example.expected is None for example in found.inputs)


def test_a_task_that_does_not_fit_is_refused() -> None:
    """A given task with other symbols is bad usage."""
    program = hist_program()
    with pytest.raises(UsageError, match="does not fit"):
        make_report(program, emit(program), task=get_task("sort"), simplify_seconds=0)


def test_a_simplified_file_of_another_program_is_ignored() -> None:
    """A file beside the program that is defined on other inputs is not compared."""
    program, other = hist_program(), hist_program(("x", "y"), 9)
    found = make_report(program, emit(program), simplified=(other, emit(other)), simplify_seconds=0)
    assert found.shorter is None


def misvoting_hist() -> Program:
    """Return a hist whose votes for a count of 2 are those for 1."""
    program = hist_program(("0", "1", "2"), 4)
    votes = program.classifier.votes[0]
    assert isinstance(votes, CategoricalVotes)
    rows = (*votes.weights[:2], votes.weights[1], *votes.weights[3:])
    classifier = Classifier(program.classifier.labels, (CategoricalVotes(votes.variable, rows),))
    return replace(program, classifier=classifier)


def test_a_wrong_vote_is_the_first_suspect() -> None:
    """The broken row of votes is named first, with a repair that puts every error right, and its line is the file's."""
    program = misvoting_hist()
    assert program.provenance.task is not None
    source = emit(program)
    found = find_blame(program, source, get_task(program.provenance.task), [("0", "0")])
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
    program = misvoting_hist()
    assert program.provenance.task is not None
    task = get_task(program.provenance.task)
    found = find_blame(program, emit(program) + "\n", task, [("0", "0")])
    assert found is not None
    assert all(suspect.lines == () for suspect in found.suspects)


def test_a_task_without_common_inputs_gives_nothing() -> None:
    """Labels that do not fit the program's inputs are no reason to fail."""
    program = hist_program(("0", "1"), 2)
    task = Task(
        "other", hist_program(("x", "y"), 5).domain, ("a",), rule=lambda data: ["a"] * len(data)
    )
    assert find_blame(program, emit(program), task, []) is None


def test_circuits_of_a_gallery_program() -> None:
    """The survey covers every prediction on its inputs, and is the one that the other commands make."""
    found = find_circuits(load("sort"), get_task("sort"))
    assert found is not None
    assert sum(circuit.count for circuit in found.circuits) == found.predictions
    usual = tprog.circuits(load("sort"))
    assert [one.count for one in found.circuits] == [one.count for one in usual.circuits]
    lines = summarize(load("sort")).circuits
    assert [line.share for line in lines] == [usual.share(one.count) for one in usual.circuits]


def test_a_kept_file_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gallery's simplified hist is shorter and gives the same labels; the lines that differ are named."""
    # However busy the machine is.
    monkeypatch.setattr(findings, "VERIFY_SECONDS", 600.0)
    place = locate("hist").program
    beside = place.with_name("simplified.py")
    sources = [path.read_text(encoding="utf-8") for path in (place, beside)]
    found = shorter_beside(load("hist"), sources[0], load(beside), sources[1])
    assert found.found
    assert found.same_answers
    assert "every one of" in found.how
    assert found.removed


def test_the_same_program_is_no_shorter() -> None:
    """A file that was kept although nothing went is said to be the same program."""
    program = hist_program()
    found = shorter_beside(program, emit(program), program, emit(program))
    assert not found.found
    assert found.removed == found.added == ()


def test_a_file_of_another_program_is_refused() -> None:
    """Programs on different inputs cannot be compared."""
    one, other = hist_program(), reverse_program(("x", "y"), 9)
    with pytest.raises(UsageError):
        shorter_beside(one, emit(one), other, emit(other))


def test_one_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a kept file the program is simplified; a very large file is left alone."""
    program = hist_program(("a", "b"), 3)
    source = emit(program)
    found = shorter_found(program, source, 2.0)
    assert found is not None
    assert found.lines[1] <= found.lines[0]
    monkeypatch.setattr(findings, "LARGEST_SOURCE", 10)
    assert shorter_found(program, source, 2.0) is None


def test_lines_that_differ_are_runs() -> None:
    """Runs are first and last line, from 1, of what only one side has."""
    assert differing("a\nb\nc\nd\n", "a\nX\nd\ne\n") == (((2, 3),), ((2, 2), (4, 4)))
