"""What a report tells, as data."""

from dataclasses import replace

import pytest
from example_programs import hist_program

from tprog.analysis.show.report.findings import make_report
from tprog.codegen import emit
from tprog.errors import UsageError
from tprog.ir import CategoricalVotes, Classifier, Program, Provenance
from tprog.locate import load, locate
from tprog.manifest import read_manifest
from tprog.tasks import get_task


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
    for example in found.examples:
        assert example.expected == task.truth(example.tokens)


def test_failing_inputs_come_first() -> None:
    """A program with a wrong vote offers its shortest failing inputs, with what it says there."""
    program = broken_hist()
    found = make_report(program, emit(program), simplify_seconds=0)
    assert found.failures
    assert found.examples[: len(found.failures)] == found.failures
    for example in found.failures:
        assert example.expected is not None
        assert example.got is not None
        assert tuple(program.run(example.tokens)) == example.got
        assert example.expected != example.got
    assert len({example.tokens for example in found.examples}) == len(found.examples)


def test_without_a_task_there_is_no_truth() -> None:
    """A program of an unknown task is shown with inputs that have no right labels."""
    program = replace(hist_program(), provenance=Provenance("something"))
    found = make_report(program, emit(program), simplify_seconds=0)
    assert found.accuracy is None
    assert found.examples
    assert all(example.expected is None for example in found.examples)


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
