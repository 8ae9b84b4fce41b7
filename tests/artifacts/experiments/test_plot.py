"""The results as a picture."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from experiment_fakes import outcome

from experiments.plot import can_plot, write_plot
from experiments.summary import Summary
from experiments.table import experiments

pytestmark = pytest.mark.skipif(not can_plot(), reason="the extra `results` is not installed")


def test_a_picture_is_drawn_from_whatever_there_is(tmp_path: Path) -> None:
    """Rows that were not run are left out; equal results give equal files, others give others."""
    nothing = [Summary(row, ()) for row in experiments()]
    some = [
        Summary(row, (outcome(row, 0, 0.9, 0.9),)) if row.task == "sort" else Summary(row, ())
        for row in experiments()
    ]
    for name, found in (("nothing", nothing), ("some", some), ("again", some)):
        write_plot(tmp_path / f"{name}.svg", found)
        assert ElementTree.parse(tmp_path / f"{name}.svg").getroot().tag.endswith("svg")
    pictures = {path.stem: path.read_bytes() for path in tmp_path.glob("*.svg")}
    assert pictures["some"] == pictures["again"] != pictures["nothing"]
