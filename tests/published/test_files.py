"""The files of others: opened, known by what they hold, found in a tree."""

import os
from pathlib import Path

import pytest
from published.networks import tensors
from published.test_checkpoint import SIZES, SORT, saved
from published.test_program import small
from published.written import write

from tprog.errors import FileProblem, UnreadableSource
from tprog.published.checkpoint import read_checkpoint
from tprog.published.files import (
    RunFiles,
    companion,
    kind_of,
    published_places,
    read_bounded,
    run_files,
)


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


def test_kinds_are_known_whatever_the_files_are_called(tmp_path: Path) -> None:
    """A program, a checkpoint and a file of arguments are told from their contents."""
    program = write(small(), tmp_path, "good").rename(tmp_path / "good.txt")
    run = saved(tmp_path / "run", SORT, tensors(SORT, *SIZES, seed=0))
    assert kind_of(program) == "source"
    assert kind_of(run / "model.pt") == "checkpoint"
    assert kind_of(run / "args.json") == "arguments"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"print('nothing')\n",
        b"def run( read_csv( .argmax(-1)",
        b'{"cells": ["def run(tokens):\\n read_csv( .argmax(-1)"]}',
        b"PK\x05\x06" + bytes(18),
        b"\xff\xfe\x00",
    ],
)
def test_other_files_are_nothing_published(tmp_path: Path, content: bytes) -> None:
    """Notes, notebooks and other archives are none of the three."""
    path = tmp_path / "file.py"
    path.write_bytes(content)
    assert kind_of(path) is None


def test_what_is_no_file_is_nothing_published(tmp_path: Path) -> None:
    """A folder, a pipe and a missing file are not opened."""
    os.mkfifo(tmp_path / "pipe")
    assert kind_of(tmp_path / "pipe") is None
    assert kind_of(tmp_path) is None
    assert kind_of(tmp_path / "absent") is None


def test_a_run_with_other_names_is_found_and_read(tmp_path: Path) -> None:
    """Arguments and tensors are found by what they hold where they have other names."""
    run = saved(tmp_path / "run", SORT, tensors(SORT, *SIZES, seed=0))
    before = read_checkpoint(run).program
    (run / "args.json").rename(run / "settings.txt")
    (run / "model.pt").rename(run / "weights.bin")
    files = run_files(run)
    assert files == RunFiles(run / "settings.txt", run / "weights.bin")
    assert read_checkpoint(run, files).program == before


def test_two_models_are_no_run(tmp_path: Path) -> None:
    """Nothing is guessed where a folder holds two networks."""
    run = saved(tmp_path / "run", SORT, tensors(SORT, *SIZES, seed=0))
    (run / "model.pt").rename(run / "a.bin")
    (run / "b.bin").write_bytes((run / "a.bin").read_bytes())
    assert run_files(run) is None
    assert run_files(tmp_path / "absent") is None


def test_everything_in_a_tree_is_found(tmp_path: Path) -> None:
    """Programs and run folders are found by what they hold, in order, whether they can be read or not."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write(small(), tmp_path / "a", "good").rename(tmp_path / "a" / "good.python")
    write(small(), tmp_path / "b", "bad")
    (tmp_path / "b" / "bad_weights.csv").unlink()
    saved(tmp_path / "run", SORT, tensors(SORT, *SIZES, seed=0))
    (tmp_path / "setup.py").write_text("print('nothing published')\n")
    (tmp_path / "notes.txt").write_text("def run( read_csv( .argmax(-1)")
    found = [(path.relative_to(tmp_path), run) for path, run in published_places(tmp_path)]
    files = RunFiles(tmp_path / "run" / "args.json", tmp_path / "run" / "model.pt")
    assert found == [(Path("a/good.python"), None), (Path("b/bad.py"), None), (Path("run"), files)]


def test_a_missing_folder_is_a_file_problem(tmp_path: Path) -> None:
    """What is no folder holds nothing to find."""
    with pytest.raises(FileProblem, match="there is no folder"):
        list(published_places(tmp_path / "absent"))
