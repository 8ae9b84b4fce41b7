"""Which task a program is measured against."""

from dataclasses import replace
from pathlib import Path

import pytest
from terminal import small_hist

from tprog.cli.choices import task_of, user_task
from tprog.errors import UsageError


def test_a_program_names_its_task() -> None:
    """The published task of a program is found by its specification."""
    task = task_of(small_hist(), None, None)
    assert task is not None
    assert task.spec == "hist:vocabulary=5,length=5"


def test_a_users_own_task_must_be_given_again() -> None:
    """A program made from somebody's own data has no task until it is given."""
    program = small_hist()
    own = replace(program, provenance=replace(program.provenance, task="data:mine.jsonl"))
    assert task_of(own, None, None) is None


def test_two_tasks_are_too_many(tmp_path: Path) -> None:
    """A file and a module cannot both be the task."""
    with pytest.raises(UsageError, match="not both"):
        user_task(tmp_path / "x.jsonl", "module:name")
