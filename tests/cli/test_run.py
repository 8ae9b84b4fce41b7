"""`tprog run`."""

import json
from pathlib import Path

from terminal import one_line, small_hist, tprog, write_program


def test_run_prints_the_labels(tmp_path: Path) -> None:
    """The labels stand on one line."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("run", str(program), "1", "0", "1")
    assert (finished.code, finished.out) == (0, "2 1 2\n")


def test_run_takes_a_framed_sequence(tmp_path: Path) -> None:
    """A full framed sequence gives the same labels."""
    program = write_program(tmp_path, small_hist())
    assert tprog("run", str(program), "<s>", "1", "0", "1").out == "2 1 2\n"


def test_run_names_an_unknown_token(tmp_path: Path) -> None:
    """An unknown token, an over-long input and an empty one end in one line."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("run", str(program), "7")
    assert finished.code == 1
    assert "'7'" in one_line(finished)
    assert tprog("run", str(program), *"00000").code == 1
    assert tprog("run", str(program)).code == 2


def test_explain_shows_variables_and_votes(tmp_path: Path) -> None:
    """The explanation names every head and says which label wins."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("run", str(program), "1", "0", "1", "--explain")
    assert finished.code == 0
    assert "count_own" in finished.out
    assert "own_count" in finished.out


def test_json_is_json(tmp_path: Path) -> None:
    """The JSON forms hold the labels."""
    program = write_program(tmp_path, small_hist())
    plain = json.loads(tprog("run", str(program), "1", "0", "--json").out)
    assert plain["labels"] == ["1", "1"]
    explained = json.loads(tprog("run", str(program), "1", "0", "--explain", "--json").out)
    assert explained["predictions"] == ["1", "1"]
