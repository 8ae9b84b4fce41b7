"""The RASP text beside a Program."""

from pathlib import Path

import pytest

from tprog.analysis.verify.rasp_form import OtherAlgorithm, rasp_change, rasp_form
from tprog.locate import gallery_folder, load, locate
from tprog.rasp.evaluate import RaspError

HIST = "same = select(tokens, tokens, ==);\noutput = selector_width(same);\n"


def test_a_gallery_entry_has_one() -> None:
    """It is found beside the program, and says on how many inputs it gives the same labels."""
    place = locate("sort")
    assert place.rasp == gallery_folder() / "sort" / "algorithm.rasp"
    assert rasp_form(load("sort"), place.rasp).how == "every one of 19,530 inputs"


def test_another_algorithm_is_refused(tmp_path: Path) -> None:
    """A text that gives another label somewhere, or no value, is not the program's."""
    path = tmp_path / "algorithm.rasp"
    for text in ("selector_width(select(tokens, tokens, !=));", "1 / (indices - 1);"):
        path.write_text(text)
        with pytest.raises(OtherAlgorithm, match="is another algorithm than the program"):
            rasp_form(load("hist"), path)
    path.write_text("output = select(;")
    with pytest.raises(RaspError):
        rasp_form(load("hist"), path)


def test_two_forms_are_one_graph_or_differ_in_lines(tmp_path: Path) -> None:
    """Names and order say nothing; where the graphs differ the lines are told."""
    hist, path = load("hist"), tmp_path / "algorithm.rasp"
    path.write_text(HIST)
    mine = rasp_form(hist, path)
    path.write_text(HIST.replace("same", "equal").replace("output", "found"))
    assert rasp_change(mine, rasp_form(hist, path)).same
    path.write_text(HIST.replace("selector_width(same)", "selector_width(same) + 0"))
    found = rasp_change(mine, rasp_form(hist, path))
    assert not found.same
    assert found.lines == (
        "-output = selector_width(same);",
        "+output = selector_width(same) + 0;",
    )
