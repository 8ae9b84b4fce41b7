"""What several commands let a user choose."""

from dataclasses import replace
from pathlib import Path

import pytest
from terminal import small_hist

from tprog.cli.choices import check_picture, known_task, programs, task_of, user_task
from tprog.errors import FileProblem, UsageError
from tprog.ir import Program
from tprog.locate import Location, Named
from tprog.manifest import MANIFEST_FILE, Manifest, write_manifest
from tprog.tasks.data_task import load_data_task


def as_named(program: Program, task: str | None, folder: Path | None = None) -> Named:
    """Return a program as a user named it, learned from some task."""
    named = replace(program, provenance=replace(program.provenance, task=task))
    place = Location(Path("program.py"), None if folder is None else folder / MANIFEST_FILE, None)
    return Named(named, place, "")


def test_a_program_names_its_task() -> None:
    """The published task of a program is found by its specification."""
    spec = "hist:vocabulary=5,length=5"
    task = task_of(as_named(small_hist(), spec), None, None)
    assert task is not None
    assert task.spec == spec


def test_a_task_of_ones_own_code_must_be_given_again() -> None:
    """Nobody's code runs unless it is named now, and the message says which it was."""
    given = as_named(small_hist(), "module:mine:own")
    with pytest.raises(UsageError, match="give --task mine:own"):
        task_of(given, None, None)
    assert known_task(given, None, None) is None


def test_the_data_of_a_run_is_remembered_while_it_lies_there(tmp_path: Path) -> None:
    """The manifest says where the examples are; one that is gone or changed has to be given again."""
    data = tmp_path / "mine.csv"
    data.write_text("3 1,1 3\n2,2\n")
    task = load_data_task(data, numeric=True)
    manifest = Manifest("", task.spec, data=task.origin)
    write_manifest(tmp_path / MANIFEST_FILE, manifest)
    given = as_named(small_hist(), task.spec, tmp_path)
    for found in (task_of(given, None, None), known_task(given, None, None)):
        assert found == task
        assert found.examples == task.examples
    assert task_of(as_named(small_hist(), "data:other.csv", tmp_path), None, None) is None
    assert task_of(as_named(small_hist(), task.spec), None, None) is None
    data.write_text("3 1,1 3\n")
    with pytest.raises(UsageError, match="which has changed since; give them with --data FILE"):
        task_of(given, None, None)
    data.unlink()
    with pytest.raises(UsageError, match="which cannot be read"):
        task_of(given, None, None)
    assert known_task(given, None, None) is None


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
