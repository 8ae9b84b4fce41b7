"""`tprog diff`."""

import json
from pathlib import Path

import pytest

from tprog.cli.main import invoke
from tprog.codegen import emit
from tprog.locate import gallery_folder, load


def test_a_program_and_itself_are_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0 and a line that says so."""
    assert invoke(["diff", "sort", "sort"]) == 0
    assert "the same up to names and order; the same answers" in " ".join(
        capsys.readouterr().out.split()
    )


def test_a_change_is_shown_and_ends_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited line is told as what it changes; the page is written beside it."""
    source = emit(load("sort"))
    edited = source.replace("return key < token", "return key <= token")
    assert edited != source
    (tmp_path / "edited.py").write_text(edited)
    page = tmp_path / "page.html"
    assert invoke(["diff", "sort", str(tmp_path / "edited.py"), "--html", str(page)]) == 3
    shown = capsys.readouterr().out
    assert "~ smaller_tokens" in shown
    assert "tokens == 3" in shown
    assert f"wrote {page}" in shown
    assert "smaller_tokens" in page.read_text()


def test_answers_alone_can_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """With --behaviour a shorter form of a program is the same."""
    simplified = str(gallery_folder() / "double_hist" / "simplified.py")
    assert invoke(["diff", "double_hist", simplified, "--behaviour"]) == 0
    assert "the same answers on every one of" in capsys.readouterr().out
    assert invoke(["diff", "double_hist", simplified, "--json", "--limit", "1000"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert found["names"] == ["double_hist", "simplified.py"]
    assert invoke(["diff", "double_hist", simplified, "--behaviour", "--limit", "1000"]) == 4


def test_names_are_as_long_as_they_need_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two files of one name are told apart by their folders."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "program.py").write_text(emit(load("hist")))
    sides = [str(tmp_path / folder / "program.py") for folder in ("one", "two")]
    assert invoke(["diff", *sides, "--limit", "100"]) == 0
    assert "one/program.py → two/program.py" in " ".join(capsys.readouterr().out.split())


def test_the_algorithms_beside_both_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    """Two programs of one algorithm have one graph; of two, the lines that differ are shown."""
    simplified = str(gallery_folder() / "double_hist" / "simplified.py")
    assert invoke(["diff", "double_hist", simplified]) == 3
    assert "as RASP both are the same graph" in capsys.readouterr().out
    assert invoke(["diff", "reverse", "sort", "--json"]) == 3
    found = json.loads(capsys.readouterr().out)["rasp"]
    assert not found["same"]
    assert "+smaller_tokens = selector_width(select(tokens, tokens, <));" in found["lines"]


def test_what_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is nothing ends with 1."""
    assert invoke(["diff", "sort", "nothing.py"]) == 1
    assert "no program 'nothing.py'" in capsys.readouterr().err
