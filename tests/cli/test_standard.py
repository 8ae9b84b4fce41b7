"""`tprog train --standard`."""

import json
from pathlib import Path

from terminal import one_line, tprog

TASK = "hist:vocabulary=4,length=5"


def test_a_standard_transformer_is_trained_by_the_same_command(tmp_path: Path) -> None:
    """The run folder holds weights, metrics and manifest, and whoever wants a program is told that there is none."""
    folder = tmp_path / "run"
    finished = tprog(
        "train", TASK, "--standard", "--epochs", "1", "--layers", "1", "--out", str(folder)
    )
    assert finished.code == 0, finished.err
    assert "no program" in finished.out
    names = {path.name for path in folder.iterdir()}
    assert names == {"weights.safetensors", "metrics.json", "manifest.json"}
    metrics = json.loads((folder / "metrics.json").read_text())
    assert f"{100 * metrics['test']:.2f} %" in finished.out
    for command in (("analyze",), ("graph",), ("verify",)):
        refused = tprog(*command, str(folder))
        assert refused.code == 1
        assert "standard Transformer" in one_line(refused)
    again = tprog("train", TASK, "--standard", "--out", str(folder))
    assert "finished" in one_line(again)


def test_a_limit_in_seconds_is_kept_to(tmp_path: Path) -> None:
    """Training ends when the seconds are over, and the metrics say so."""
    folder = tmp_path / "run"
    finished = tprog("train", TASK, "--standard", "--seconds", "0.001", "--out", str(folder))
    assert finished.code == 0, finished.err
    assert json.loads((folder / "metrics.json").read_text())["stopped"] == "seconds"


def test_options_that_shape_a_program_are_refused(tmp_path: Path) -> None:
    """They would change nothing, and nothing is written; those that were not given are not named."""
    folder = tmp_path / "run"
    refused = tprog(
        "train", "sort", "--standard", "--rounds", "0", "--published", "--out", str(folder)
    )
    assert refused.code == 2
    assert one_line(refused).startswith("tprog: --published, --rounds shape a program")
    assert not folder.exists()
