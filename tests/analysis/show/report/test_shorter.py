"""The simplified program beside the full one."""

import pytest
from example_programs import hist_program, reverse_program

from tprog.analysis.show.report import shorter
from tprog.analysis.show.report.shorter import differing, shorter_beside, shorter_found
from tprog.codegen import emit
from tprog.errors import UsageError
from tprog.locate import load, locate


def test_a_kept_file_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gallery's simplified hist is shorter and gives the same labels; the lines that differ are named."""
    # However busy the machine is.
    monkeypatch.setattr(shorter, "VERIFY_SECONDS", 600.0)
    place = locate("hist").program
    beside = place.with_name("simplified.py")
    sources = [path.read_text(encoding="utf-8") for path in (place, beside)]
    found = shorter_beside(load("hist"), sources[0], load(beside), sources[1])
    assert found.found
    assert found.same_answers
    assert "every one of" in found.how
    assert found.removed


def test_the_same_program_is_no_shorter() -> None:
    """A file that was kept although nothing went is said to be the same program."""
    program = hist_program()
    found = shorter_beside(program, emit(program), program, emit(program))
    assert not found.found
    assert found.removed == found.added == ()


def test_a_file_of_another_program_is_refused() -> None:
    """Programs on different inputs cannot be compared."""
    one, other = hist_program(), reverse_program(("x", "y"), 9)
    with pytest.raises(UsageError):
        shorter_beside(one, emit(one), other, emit(other))


def test_one_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a kept file the program is simplified; a very large file is left alone."""
    program = hist_program(("a", "b"), 3)
    source = emit(program)
    found = shorter_found(program, source, 2.0)
    assert found is not None
    assert found.lines[1] <= found.lines[0]
    monkeypatch.setattr(shorter, "LARGEST_SOURCE", 10)
    assert shorter_found(program, source, 2.0) is None


def test_lines_that_differ_are_runs() -> None:
    """Runs are first and last line, from 1, of what only one side has."""
    assert differing("a\nb\nc\nd\n", "a\nX\nd\ne\n") == (((2, 3),), ((2, 2), (4, 4)))
