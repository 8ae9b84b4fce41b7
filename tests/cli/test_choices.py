"""What several commands let a user choose."""

from dataclasses import replace
from pathlib import Path

import pytest
from terminal import small_hist

from tprog.cli.choices import check_picture, programs, task_of, user_task
from tprog.errors import FileProblem, UsageError


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


def test_the_shell_is_told_the_names_of_the_gallery() -> None:
    """Names that begin as typed are offered; what begins no name is left to the shell, which knows files."""
    assert programs("so") == ["sort"]
    assert {"hist", "dyck2"} <= set(programs(""))
    assert programs("./so") == []


def test_a_picture_needs_a_format_and_a_folder(tmp_path: Path) -> None:
    """An ending that names no format is bad usage; a folder that is not there is a slip, and is not made."""
    check_picture(tmp_path / "graph.svg")
    with pytest.raises(UsageError, match=r"\.svg, \.png"):
        check_picture(tmp_path / "graph.bmp")
    with pytest.raises(FileProblem, match="there is no folder"):
        check_picture(tmp_path / "nowhere" / "graph.svg")
    assert not list(tmp_path.iterdir())
