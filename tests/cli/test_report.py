"""`tprog report`."""

import webbrowser
from pathlib import Path

import pytest
from terminal import one_line, small_hist, tprog, write_program

from tprog.codegen import emit


def test_the_page_goes_beside_the_program(tmp_path: Path) -> None:
    """Without --output an HTML file is written beside the file."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("report", str(program), "--simplify-seconds", "0")
    assert finished.code == 0, finished
    page = tmp_path / "program.html"
    assert finished.out == f"wrote {page}\n"
    assert "own_count" in page.read_text(encoding="utf-8")


def test_a_simplified_file_beside_it_is_shown(tmp_path: Path) -> None:
    """A file called simplified.py in the same folder stands in the page beside the full program."""
    program = write_program(tmp_path, small_hist())
    (tmp_path / "simplified.py").write_text(emit(small_hist()), encoding="utf-8")
    output = tmp_path / "page.html"
    assert tprog("report", str(program), "-o", str(output)).code == 0
    assert "No shorter form was found" in output.read_text(encoding="utf-8")


def test_a_gallery_entry_is_written_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of a gallery entry is named for it, and --open shows it in the browser."""
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    monkeypatch.chdir(tmp_path)
    assert tprog("report", "hist", "--open").code == 0
    assert shown == [(tmp_path / "hist.html").as_uri()]


def test_its_algorithm_is_shown_where_it_is_the_same(tmp_path: Path) -> None:
    """RASP text beside the program stands in the page if it gives the same labels; another is named and left out."""
    program, rasp = write_program(tmp_path, small_hist()), tmp_path / "algorithm.rasp"
    output = tmp_path / "page.html"
    command = ("report", str(program), "-o", str(output), "--quick")
    rasp.write_text("output = selector_width(select(tokens, tokens, ==));")
    assert tprog(*command).err == ""
    page = output.read_text(encoding="utf-8")
    assert "output = selector_width(select(tokens, tokens, ==));" in page
    assert "equal labels on every one of" in page
    rasp.write_text("output = selector_width(select(tokens, tokens, <));")
    assert one_line(tprog(*command)).startswith(f"left out: {rasp} is another algorithm")
    assert "select(tokens, tokens, <)" not in output.read_text(encoding="utf-8")


def test_a_missing_program_is_one_line(tmp_path: Path) -> None:
    """A name that is none writes nothing."""
    finished = tprog("report", "no_such_program", "-o", str(tmp_path / "page.html"))
    assert finished.code == 1
    assert "no_such_program" in one_line(finished)
    assert not list(tmp_path.iterdir())
