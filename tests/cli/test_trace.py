"""`tprog trace`."""

import json
from pathlib import Path

import coverage
from terminal import one_line, tprog, write_program
from tracing import faulty_hist, sound_hist

from tprog.codegen import emit


def test_the_fault_is_printed_first(tmp_path: Path) -> None:
    """The wrong entry is the first suspect, and its repair is named."""
    finished = tprog("trace", str(write_program(tmp_path, faulty_hist())), "--count", "60")
    assert finished.code == 0
    assert "own_count: count_own == 2" in finished.out
    assert "→ 2, not 1" in finished.out
    assert "Never ran" in finished.out


def test_json_is_json(tmp_path: Path) -> None:
    """Everything can be had as JSON, with a format version."""
    path = str(write_program(tmp_path, faulty_hist()))
    finished = tprog("trace", path, "--count", "60", "--json", "--metric", "dstar")
    found = json.loads(finished.out)
    assert (found["format"], found["metric"]) == (1, "dstar")
    assert found["suspects"][0]["part"] == "own_count"


def test_examples_of_a_file_are_traced(tmp_path: Path) -> None:
    """A file with tokens and labels takes the place of the task."""
    path = write_program(tmp_path, faulty_hist())
    lines = [
        {"tokens": ["0", "0"], "labels": ["2", "2"]},
        {"tokens": ["0", "1"], "labels": ["1", "1"]},
    ]
    examples = tmp_path / "mine.jsonl"
    examples.write_text("".join(json.dumps(line) + "\n" for line in lines))
    finished = tprog("trace", str(path), "--data", str(examples))
    assert "2 examples (mine.jsonl): 2 of 4 labels are wrong, in 1 example" in finished.out


def test_errors_are_searched_for(tmp_path: Path) -> None:
    """Found ones are traced; exit code 4 says that none was found."""
    faulty = str(write_program(tmp_path, faulty_hist()))
    found = tprog("trace", faulty, "--find-errors", "--tries", "200")
    assert found.code == 0
    assert "count_own == 2" in found.out
    sound = str(write_program(tmp_path, sound_hist(), "sound.py"))
    assert tprog("trace", sound, "--find-errors", "--tries", "200").code == 4


def test_coverage_data_speaks_of_a_file_that_is_there(tmp_path: Path) -> None:
    """The program's own file where it reads like the emitted code, else one beside the data."""
    path = write_program(tmp_path, faulty_hist())
    for text in (None, path.read_text() + "\n# My own remark.\n"):
        if text is not None:
            path.write_text(text)
        data_file = tmp_path / "run.coverage"
        finished = tprog("trace", str(path), "--count", "20", "--coverage", str(data_file))
        assert f"wrote {data_file}" in finished.out
        data = coverage.CoverageData(str(data_file))
        data.read()
        (place,) = data.measured_files()
        assert (Path(place) == path) == (text is None)
        assert Path(place).read_text() == emit(faulty_hist())


def test_the_graph_is_drawn(tmp_path: Path) -> None:
    """The suspects are drawn in colour."""
    path, picture = write_program(tmp_path, faulty_hist()), tmp_path / "suspects.svg"
    finished = tprog("trace", str(path), "--count", "40", "--graph", str(picture))
    assert f"wrote {picture}" in finished.out
    assert "suspect 1" in picture.read_text()


def test_one_input_is_an_example_of_the_task(tmp_path: Path) -> None:
    """The task labels the input, whose error is traced; a JSON list is the same as words."""
    path = str(write_program(tmp_path, faulty_hist()))
    words = tprog("trace", path, "--input", "1 0 1")
    assert "2 of 3 labels are wrong, in 1\nexample" in words.out
    assert "own_count: count_own == 2" in words.out
    assert tprog("trace", path, "--input", '["1", "0", "1"]') == words
    outside = tprog("trace", path, "--input", "1 x")
    assert outside.code == 1
    assert "'x'" in one_line(outside)


def test_mistakes_end_in_one_line(tmp_path: Path) -> None:
    """Each wrong option is said in a line, with exit code 2."""
    path = str(write_program(tmp_path, faulty_hist()))
    for arguments in (
        ("--metric", "best"),
        ("--graph", "suspects.bmp"),
        ("--data", "a.jsonl", "--find-errors"),
        ("--input", "1", "--find-errors"),
        ("--data", "a.jsonl", "--task", "mine:task"),
    ):
        finished = tprog("trace", path, *arguments)
        assert finished.code == 2, arguments
        one_line(finished)
    finished = tprog("trace", path, "--data", str(tmp_path / "none.jsonl"))
    assert finished.code == 1
    one_line(finished)
