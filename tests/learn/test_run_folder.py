"""The folder of a training run."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from learn.samples import small_network

from tprog.errors import FileProblem, UnreadableSource
from tprog.learn.conversion import extract
from tprog.learn.run_folder import (
    CHECKPOINTS,
    LOCK,
    Identity,
    close_run,
    locked,
    open_run,
    versions,
    write_run,
)
from tprog.learn.settings import RunProblem
from tprog.learn.weights import load_network
from tprog.manifest import Manifest, read_manifest

MINE = Identity("sort", 0, "abc", {"seed": 0, "epochs": 5})


def finish(folder: Path, *, finished: bool = True) -> Manifest:
    """Write the files of a run."""
    network = small_network(0)
    manifest = write_run(folder, MINE, extract(network), network, {"test": 0.5})
    return close_run(folder, manifest, finished=finished)


def test_a_run_leaves_four_files(tmp_path: Path) -> None:
    """A finished run holds program, weights, metrics and manifest, and no checkpoints."""
    folder = tmp_path / "runs" / "one"
    checkpoints = open_run(folder, MINE, resume=True, force=False)
    (checkpoints / "state").write_text("x")
    assert read_manifest(folder / "manifest.json").other["finished"] is False
    manifest = finish(folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "manifest.json",
        "metrics.json",
        "program.py",
        "weights.safetensors",
    ]
    assert read_manifest(folder / "manifest.json") == manifest
    assert json.loads((folder / "metrics.json").read_text()) == {"test": 0.5}
    assert load_network(folder / "weights.safetensors").layout == small_network(0).layout


def test_the_manifest_says_what_was_run(tmp_path: Path) -> None:
    """Format, hashes, settings, metrics, versions and the command stand in the manifest."""
    open_run(tmp_path, MINE, resume=True, force=False)
    manifest = finish(tmp_path)
    assert manifest.matches((tmp_path / "program.py").read_text())
    assert (manifest.task, manifest.seed, manifest.data_sha256) == ("sort", 0, "abc")
    assert manifest.config == {"seed": 0, "epochs": 5}
    assert manifest.other["versions"] == versions()
    assert manifest.other["command"]


def test_a_finished_run_is_not_overwritten(tmp_path: Path) -> None:
    """A finished run is refused without force, and replaced with it."""
    open_run(tmp_path, MINE, resume=True, force=False)
    finish(tmp_path)
    with pytest.raises(RunProblem, match="finished run"):
        open_run(tmp_path, MINE, resume=True, force=False)
    with pytest.raises(RunProblem, match="finished run"):
        open_run(tmp_path, MINE, resume=False, force=False)
    open_run(tmp_path, MINE, resume=True, force=True)
    assert not (tmp_path / "program.py").exists()


def test_an_unfinished_run_is_gone_on_with(tmp_path: Path) -> None:
    """Its checkpoints stay; without resume they are removed."""
    checkpoints = open_run(tmp_path, MINE, resume=True, force=False)
    (checkpoints / "state").write_text("x")
    finish(tmp_path, finished=False)
    assert (open_run(tmp_path, MINE, resume=True, force=False) / "state").exists()
    assert not (open_run(tmp_path, MINE, resume=False, force=False) / "state").exists()


def test_another_run_is_refused_with_what_differs(tmp_path: Path) -> None:
    """An unfinished run of other settings is refused by the settings' names."""
    open_run(tmp_path, MINE, resume=True, force=False)
    other = Identity("sort", 0, "abd", {"seed": 0, "epochs": 6})
    with pytest.raises(RunProblem, match="data_sha256, epochs"):
        open_run(tmp_path, other, resume=True, force=False)
    open_run(tmp_path, other, resume=True, force=True)
    assert read_manifest(tmp_path / "manifest.json").config["epochs"] == 6


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """A program that no run left is not overwritten, nor is a folder made where a file stands."""
    (tmp_path / "program.py").write_text("mine")
    with pytest.raises(RunProblem, match="no run of ours"):
        open_run(tmp_path, MINE, resume=True, force=False)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileProblem):
        open_run(tmp_path / "file", MINE, resume=True, force=False)
    assert (tmp_path / "program.py").read_text() == "mine"
    assert not (tmp_path / CHECKPOINTS).exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}'])
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    """A manifest that cannot be read is refused in one line."""
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UnreadableSource, match="manifest"):
        open_run(tmp_path, MINE, resume=True, force=False)


def test_a_folder_takes_one_training_at_a_time(tmp_path: Path) -> None:
    """A second training is told at once; after the first has ended nothing is left of the lock."""
    folder = tmp_path / "run"
    with locked(folder), pytest.raises(RunProblem, match="at this moment"), locked(folder):
        raise AssertionError("two trainings write into one folder")
    assert not list(folder.iterdir())
    with locked(folder):
        pass


def test_the_lock_of_a_killed_process_holds_nobody_back(tmp_path: Path) -> None:
    """The system drops the lock with the process, though its file stays."""
    script = (
        "import sys, os, signal; from pathlib import Path; from tprog.learn.run_folder import locked\n"
        "with locked(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)])
    assert killed.returncode != 0
    assert (tmp_path / LOCK).exists()
    with locked(tmp_path):
        assert True


def test_a_full_disk_leaves_the_files_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the last of a run's files finds no space, none of them is replaced."""
    finish(tmp_path, finished=False)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    flushed = 0

    def fsync(handle: int) -> None:
        nonlocal flushed
        flushed += 1
        if flushed == len(before):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)
    network = small_network(1)
    with pytest.raises(FileProblem, match="No space left"):
        write_run(tmp_path, MINE, extract(network), network, {"test": 0.75})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
