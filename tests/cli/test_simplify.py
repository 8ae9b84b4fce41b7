"""`tprog simplify`."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from terminal import one_line, small_hist, tprog, write_program

from tprog.locate import load, locate

SEARCHING = 6.0
"""Seconds after which the search in a program of the gallery is under way, and not at its end."""


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


def test_what_gains_nothing_is_not_touched(tmp_path: Path) -> None:
    """A file that is as short as it can be keeps its bytes, formatting and comments included."""
    program = write_program(tmp_path, small_hist())
    assert tprog("simplify", str(program), "--in-place").code == 0
    source = program.read_text().replace("def count_own(", "# mine\n\ndef  count_own(")
    program.write_bytes(source.replace("\n", "\r\n").encode())
    before = program.read_bytes()
    again = tprog("simplify", str(program), "--in-place")
    assert again.code == 0
    assert program.read_bytes() == before


def test_comments_stay_in_place(tmp_path: Path) -> None:
    """A comment within a function that stays is still there, and the backup is the old file to the byte."""
    program = write_program(tmp_path, small_hist())
    source = program.read_text().replace(
        "    return key == token", "    # mine\n    return key == token"
    )
    program.write_text(source)
    assert tprog("simplify", str(program), "--in-place").code == 0
    assert "    # mine\n    return key == token" in program.read_text()
    assert program.with_name(program.name + ".bak").read_text() == source
    assert load(program) == load(locate(program).program)


@pytest.mark.slow
def test_an_interrupt_writes_the_best_so_far_checked(tmp_path: Path) -> None:
    """Interrupted in its search, the command writes what it has, says what was checked, and ends with 130."""
    place, short = tmp_path / "program.py", tmp_path / "short.py"
    place.write_text(locate("most_freq").program.read_text())
    process = subprocess.Popen(
        [sys.executable, "-m", "tprog", "simplify", str(place), "-o", str(short)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(SEARCHING)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "checking the best so far" in err
    assert "this is the best so far" in out
    assert "the same labels on every one of 335,922 inputs" in " ".join(out.split())
    assert tprog("verify", str(short), "--against", str(place)).code == 0


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
