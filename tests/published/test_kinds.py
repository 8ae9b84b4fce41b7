"""What a file is, by what it holds."""

import os
from pathlib import Path

import pytest
from published.networks import tensors
from published.test_checkpoint import SIZES, SORT, saved
from published.test_source import small
from published.written import write

from tprog.published.checkpoint import read_checkpoint
from tprog.published.kinds import RunFiles, kind_of, run_files


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
