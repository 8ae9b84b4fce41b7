"""`tprog simplify`."""

import json
from pathlib import Path

from terminal import one_line, small_hist, tprog, write_program

from tprog.locate import load, locate


def test_it_reports_and_writes_nothing_unasked(tmp_path: Path) -> None:
    """Without a place to write to, the file stays as it is."""
    program = write_program(tmp_path, small_hist())
    before = program.read_text()
    finished = tprog("simplify", str(program))
    assert finished.code == 0
    assert "nothing is written" in finished.out
    assert "every one of 120 inputs" in " ".join(finished.out.split())
    assert program.read_text() == before


def test_what_it_writes_is_a_shorter_program_that_is_equal(tmp_path: Path) -> None:
    """The result reads back and equals the given one on every input."""
    program = write_program(tmp_path, small_hist())
    short = tmp_path / "short.py"
    finished = tprog("simplify", str(program), "--output", str(short), "--json")
    assert finished.code == 0
    found = json.loads(finished.out)
    assert found["written"] == str(short)
    assert found["after"]["lines"] < found["before"]["lines"]
    assert tprog("verify", str(short), "--against", str(program)).code == 0
    assert len(load(short).operations) == 1


def test_in_place_keeps_the_old_file(tmp_path: Path) -> None:
    """The old text stands beside the new one."""
    program = write_program(tmp_path, small_hist())
    before = program.read_text()
    finished = tprog("simplify", str(program), "--in-place")
    assert finished.code == 0
    assert f"the old one is {program.name}.bak" in " ".join(finished.out.split())
    assert program.with_name(program.name + ".bak").read_text() == before
    short = program.read_text()
    assert len(short) < len(before)
    again = tprog("simplify", str(program), "--in-place")
    assert again.code == 0
    assert "stays as it is" in again.out
    assert program.read_text() == short


def test_the_gallery_is_not_replaced() -> None:
    """A gallery entry belongs to the package: named alone, it is never replaced in place."""
    before = locate("hist").program.read_text()
    finished = tprog("simplify", "hist", "--in-place")
    assert finished.code == 2
    assert "give --output" in one_line(finished)
    assert locate("hist").program.read_text() == before


def test_a_diff_shows_what_would_change(tmp_path: Path) -> None:
    """Removed lines begin with a minus sign; nothing is written."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("simplify", str(program), "--diff")
    assert finished.code == 0
    assert finished.out.startswith("--- ")
    assert "\n-def " in finished.out


def test_accuracy_goes_by_the_task(tmp_path: Path) -> None:
    """The program's own task is the truth."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("simplify", str(program), "--keep", "accuracy", "--floor", "0.9", "--json")
    assert finished.code == 0
    assert json.loads(finished.out)["keep"] == "accuracy"


def test_contradictions_are_usage_errors(tmp_path: Path) -> None:
    """Two places to write to, and contracts that do not exist, end in one line."""
    program = write_program(tmp_path, small_hist())
    both = tprog("simplify", str(program), "--in-place", "--output", "x.py")
    assert both.code == 2
    assert "not both" in one_line(both)
    odd = tprog("simplify", str(program), "--keep", "most")
    assert odd.code == 2
    assert "exact, correct, accuracy" in one_line(odd)


def test_a_place_that_cannot_be_written_is_refused_before_the_search(tmp_path: Path) -> None:
    """Nobody waits for minutes to learn that the name is a folder's."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("simplify", str(program), "--output", str(tmp_path))
    assert finished.code == 1
    assert one_line(finished).endswith("it is a folder; name a file in it")
