"""`tprog lift`."""

import json
from pathlib import Path

from terminal import small_hist, tprog, write_program


def test_it_writes_rasp_and_counts_what_is_named(tmp_path: Path) -> None:
    """The text goes to the file, what is known of it to JSON."""
    program = write_program(tmp_path, small_hist())
    target = tmp_path / "algorithm.rasp"
    finished = tprog("lift", str(program), "-o", str(target), "--json")
    assert finished.code == 0
    said = json.loads(finished.out)
    assert said["exhaustive"]
    assert said["named"] + len(said["tables"]) == said["total"]
    assert target.read_text() == said["rasp"]


def test_an_algorithm_is_tried_on_longer_inputs() -> None:
    """Where no table is left, the labels at greater lengths are counted against the task."""
    finished = tprog("lift", "sort", "--no-simplify", "--json")
    said = json.loads(finished.out)
    assert not said["tables"]
    assert [one["right"] == one["total"] for one in said["longer"]] == [True] * 3
