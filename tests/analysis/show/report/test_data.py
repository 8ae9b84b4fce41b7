"""What the page's scripts read."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from example_programs import hist_program
from hypothesis import given
from strategies import programs
from tracing import SPEC, faulty_hist

from tprog.analysis.measure.figures import measure
from tprog.analysis.show.report import data as room
from tprog.analysis.show.report.data import LARGEST_NUMBER, known_truth, program_payload
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Constant,
    Domain,
    Positions,
    Program,
    Tokens,
)
from tprog.locate import load
from tprog.tasks.data_task import load_data_task
from tprog.tasks.registry import get_task


@given(programs(bounded=None))
def test_every_program_becomes_json(program: Program) -> None:
    """The payload survives JSON, names every variable in order, and holds as many votes as the classifier."""
    payload = program_payload(program)
    assert json.loads(json.dumps(payload)) == payload
    assert [variable["name"] for variable in payload["variables"]] == list(program.names)
    assert len(payload["classifier"]["votes"]) == len(program.classifier.votes)


@given(programs())
def test_equal_value_sets_stand_there_once(program: Program) -> None:
    """A value set that several variables share is written once."""
    payload = program_payload(program)
    assert len(payload["sets"]) == len({json.dumps(values) for values in payload["sets"]})


def test_what_no_double_holds_is_text() -> None:
    """A vote beyond the integers that a double holds is a string; huge scores become their ranks."""
    huge = LARGEST_NUMBER * 3 + 1
    domain = Domain(("a", "b"), 2, prefix=None)
    scores = ((huge, -huge), (0, 7))
    head = CategoricalHead(0, 0, 0, Constant(True), ByScore(scores))
    votes = CategoricalVotes(0, ((huge,), (5,)))
    program = Program(domain, (Tokens(), Positions()), (head,), Classifier(("x",), (votes,)))
    payload = program_payload(program)
    assert payload["classifier"]["votes"] == [{"variable": 0, "rows": [[str(huge)], [5]]}]
    assert payload["variables"][2]["tie"] == {"scores": [[3, 0], [1, 2]]}


TASK = get_task(SPEC)


def test_a_program_that_is_right_everywhere_judges_itself() -> None:
    """No other source is needed, and without a task there is none."""
    program = hist_program(("0", "1", "2"), 4)
    figures = measure(program, TASK)
    assert known_truth(program, TASK, figures) == {"own": True}
    assert known_truth(program, None, figures) is None


def test_the_labels_of_a_small_task_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong program is judged by a list of all inputs, where that is short; else only examples are known."""
    program = faulty_hist()
    figures = measure(program, TASK)
    found = known_truth(program, TASK, figures)
    assert found is not None
    assert len(found["inputs"]) == TASK.count()
    assert {"tokens": ("1", "2", "1"), "expected": ("2", "1", "2")} in found["inputs"]
    monkeypatch.setattr(room, "MOST_LISTED", 5)
    assert known_truth(program, TASK, figures) is None


def test_the_gallery_judges_a_published_task() -> None:
    """A wrong program for a task whose gallery program is right on every input is judged by that one."""
    task = get_task("sort")
    program = load("sort")
    wrong = replace(program, classifier=replace(program.classifier, votes=()))
    found = known_truth(wrong, task, measure(wrong, task, limit=100))
    assert found == {"program": program_payload(program)}


def test_a_sample_judges_nothing() -> None:
    """Right on a sample is not right everywhere."""
    program = load("dyck2")
    figures = measure(program, get_task("dyck2"), limit=50)
    assert known_truth(program, get_task("dyck2"), figures) is None


def test_of_given_examples_only_these_are_known(tmp_path: Path) -> None:
    """A program that is right on somebody's examples says nothing of other inputs."""
    path = tmp_path / "data.csv"
    path.write_text("0 0,2 2\n1,1\n2 2 2 2,4 4 4 4\n0 1 2,1 1 1\n")
    task = load_data_task(path)
    program = hist_program(("0", "1", "2"), 4)
    found = known_truth(program, task, measure(program, task))
    assert found is not None
    assert {one["tokens"] for one in found["inputs"]} == set(task.examples or ())
