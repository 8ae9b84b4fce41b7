"""Opening the files of others."""

import os
from pathlib import Path

import pytest

from tprog.errors import FileProblem, UnreadableSource
from tprog.published.files import companion, read_bounded


def test_text_is_read_with_or_without_a_mark(tmp_path: Path) -> None:
    """A byte order mark is no part of the text."""
    path = tmp_path / "a.csv"
    path.write_bytes("é".encode("utf-8-sig"))
    assert read_bounded(path, 10) == "é"


def test_the_size_is_bounded(tmp_path: Path) -> None:
    """One byte too many is refused, the greatest size is not."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == "12345"
    with pytest.raises(UnreadableSource, match="more than 4 bytes"):
        read_bounded(path, 4)


def test_broken_text_is_said_with_its_line(tmp_path: Path) -> None:
    """The line of the first byte that is no UTF-8 is named."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"one\ntwo\n\xff\n")
    with pytest.raises(UnreadableSource, match=r"a\.csv:3: this is no UTF-8"):
        read_bounded(path, 100)


def test_folders_and_absent_files_are_refused(tmp_path: Path) -> None:
    """A folder is no regular file, and a missing file cannot be read."""
    with pytest.raises(UnreadableSource, match="no regular file"):
        read_bounded(tmp_path, 100)
    with pytest.raises(FileProblem, match="cannot read"):
        read_bounded(tmp_path / "absent", 100)
    with pytest.raises(FileProblem, match="cannot read"):
        read_bounded(tmp_path / "nul\0", 100)


def test_a_companion_beside_the_program_comes_first(tmp_path: Path) -> None:
    """The file beside the program is taken before the one at the written path."""
    program = tmp_path / "made" / "here" / "p.py"
    program.parent.mkdir(parents=True)
    written = "made/there/w.csv"
    assert companion(program, written) is None
    there = tmp_path / "made" / "there" / "w.csv"
    there.parent.mkdir()
    there.write_text("x")
    assert companion(program, written) == there
    beside = program.parent / "w.csv"
    beside.write_text("y")
    assert companion(program, written) == beside


@pytest.mark.parametrize("written", ["", "..", "a/..", "/", "x\0.csv", "pipe"])
def test_strange_paths_name_no_file(tmp_path: Path, written: str) -> None:
    """A path without a file name, with a null byte or to a pipe names nothing."""
    os.mkfifo(tmp_path / "pipe")
    assert companion(tmp_path / "p.py", written) is None


def test_a_path_upwards_is_not_followed(tmp_path: Path) -> None:
    """Only the last part of a path with `..` is looked for, beside the program."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "w.csv").write_text("x")
    assert companion(tmp_path / "deep" / "p.py", "../w.csv") is None
