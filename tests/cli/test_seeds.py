"""Several seeds of one training."""

from pathlib import Path

import pytest
from terminal import one_line, tprog

TASK = ("reverse", "--vocab", "5", "--length", "5", "--output")


def test_runs_of_several_seeds_are_compared_and_resumed(tmp_path: Path) -> None:
    """Each seed has its own folder; a table says which learned the same; finished runs are not learned again."""
    finished = tprog("train", *TASK, str(tmp_path), "--seeds", "0-1")
    assert finished.code == 0, finished.err
    assert (tmp_path / "0" / "program.py").exists()
    before = (tmp_path / "1" / "manifest.json").read_bytes()
    *_, title, zero, one = finished.out.rstrip().splitlines()
    assert "algorithm" in title
    assert "A, as seed 1" in zero
    assert "A, as seed 0" in one
    again = tprog("train", *TASK, str(tmp_path), "--seeds", "0,1")
    assert again.code == 0, again.err
    assert again.out.rstrip().splitlines()[-3:] == [title, zero, one]
    assert "learned" not in again.out
    assert (tmp_path / "1" / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("text", ["", "a", "3-1", "0-1000", "1,,2", "-1"])
def test_seeds_that_are_none_are_refused(text: str, tmp_path: Path) -> None:
    """A slip is refused before anything is learned."""
    finished = tprog("train", *TASK, str(tmp_path), f"--seeds={text}")
    assert finished.code == 2
    assert "--seeds" in one_line(finished)
