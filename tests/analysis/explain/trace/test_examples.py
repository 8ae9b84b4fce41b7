"""Tests of examples and where they come from."""

import json
from pathlib import Path

import pytest
from tracing import SPEC, sound_hist

from tprog.analysis.explain.trace.examples import (
    IMPOSSIBLE,
    NOT_ASKED,
    LabelledExample,
    file_examples,
    given_examples,
    task_examples,
)
from tprog.errors import BadInput, UsageError
from tprog.evaluate import prediction_labels
from tprog.tasks.registry import get_task


def test_equal_inputs_count_once() -> None:
    """The same tokens twice, framed or not, are one example."""
    program = sound_hist()
    one, other = (
        LabelledExample(("0", "0"), ("2", "2")),
        LabelledExample(("<s>", "0", "0"), ("2", "2")),
    )
    found = given_examples(program, [one, other], "two")
    assert found.examples == (one,)


def test_wanted_labels_are_indices_of_the_programs_labels() -> None:
    """A label that is not asked for and one that the program cannot give are told apart."""
    program = sound_hist()
    found = given_examples(program, [LabelledExample(("0", "1", "0"), ("2", None, "9"))], "one")
    (group,) = found.groups
    two = prediction_labels(program).index("2")
    assert group.wanted.tolist() == [[NOT_ASKED, two, NOT_ASKED, IMPOSSIBLE]]


def test_a_task_gives_as_many_examples_as_it_has() -> None:
    """Random draws of a task are labelled by it, each input once."""
    found = task_examples(sound_hist(), get_task(SPEC), 50, 3)
    assert 10 < len(found) <= 50
    assert all(get_task(SPEC).truth(one.tokens) == one.labels for one in found.examples)
    assert task_examples(sound_hist(), get_task(SPEC), 50, 3) == found


def test_a_file_gives_examples(tmp_path: Path) -> None:
    """JSON lines with tokens and labels are read."""
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({"tokens": ["0", "1"], "labels": ["1", "1"]}) + "\n")
    found = file_examples(sound_hist(), path)
    assert found.examples == (LabelledExample(("0", "1"), ("1", "1")),)
    assert found.source == "mine.jsonl"


def test_examples_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    """A foreign token, a wrong number of labels and one label for all are each said in a sentence."""
    program = sound_hist()
    with pytest.raises(BadInput, match="unknown token"):
        given_examples(program, [LabelledExample(("x",), ("1",))], "")
    with pytest.raises(BadInput, match="has 2 labels"):
        given_examples(program, [LabelledExample(("0",), ("1", "1"))], "")
    path = tmp_path / "pooled.jsonl"
    path.write_text(json.dumps({"tokens": ["0"], "labels": "1"}) + "\n")
    with pytest.raises(BadInput, match="one for each sequence"):
        file_examples(program, path)


def test_a_task_with_other_tokens_is_refused() -> None:
    """Where no input is common to both, there is nothing to trace."""
    with pytest.raises(UsageError, match="lies in this program's domain"):
        task_examples(sound_hist(), get_task("dyck1"), 20, 0)


def test_a_file_that_does_not_fit_is_named(tmp_path: Path) -> None:
    """A token that the program does not know is reported with the file's name."""
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({"tokens": ["x"], "labels": ["1"]}) + "\n")
    with pytest.raises(BadInput, match=r"mine.jsonl: unknown token 'x'"):
        file_examples(sound_hist(), path)
