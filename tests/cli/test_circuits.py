"""`tprog circuits`."""

import json
from pathlib import Path

import pytest
from terminal import one_line, small_hist, tprog, write_program


def test_a_gallery_program_is_surveyed() -> None:
    """The page names circuits and what the rest is held at; the same command prints the same page."""
    finished = tprog("circuits", "induction", "--inputs", "40")
    assert finished.code == 0
    text = finished.out.replace("\u00a0", " ")
    assert "exactly where the label is <unk>" in text
    assert "token_of_equal" in text
    assert tprog("circuits", "induction", "--inputs", "40") == finished


def test_json_holds_every_circuit() -> None:
    """JSON counts add up to the predictions."""
    finished = tprog("circuits", "sort", "--inputs", "40", "--json")
    assert finished.code == 0
    found = json.loads(finished.out)
    assert found["format"] == 1
    assert sum(circuit["count"] for circuit in found["circuits"]) == found["moments"]
    assert found["neutral"]["kind"] == "rival"


def test_one_input_and_one_position(tmp_path: Path) -> None:
    """An input gives a line for each position; a position its votes and what computed them, and a picture."""
    picture = tmp_path / "circuit.svg"
    every = tprog("circuits", "sort", "--input", "3 1 4 1")
    assert every.code == 0
    assert len([line for line in every.out.splitlines() if line.strip()[:1].isdigit()]) == 4
    one = tprog(
        "circuits", "sort", "--input", "3 1 4 1", "--position", "2", "--graph", str(picture)
    )
    assert one.code == 0
    assert "token_at_total@2 = 1" in one.out
    assert f"wrote {picture}" in one.out.replace("\n", "")
    assert "token_at_total" in picture.read_text()
    found = json.loads(
        tprog("circuits", "sort", "--input", "3 1 4 1", "--position", "2", "--json").out
    )
    assert [one["position"] for one in found["predictions"]] == [2]


def test_the_commonest_values_can_be_chosen() -> None:
    """With the plain commonest values some answers need no part at all."""
    finished = tprog("circuits", "hist", "--inputs", "60", "--neutral", "commonest")
    assert finished.code == 0
    assert "none: the inputs and the neutral values alone" in finished.out
    assert "has most often." in " ".join(finished.out.split())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--position", "1"], 2, "give it with --input"),
        (["--input", "0 1", "--position", "9"], 2, "choose 1 to 2"),
        (["--input", "0 1", "--graph", "x.svg"], 2, "choose one with --position"),
        (["--graph", "x.bmp"], 2, "x.bmp"),
        (["--neutral", "strange"], 2, "strange"),
        (["--inputs", "0"], 2, "--inputs"),
        (["--input", ""], 1, "empty"),
        (["--input", "0 nine"], 1, "nine"),
        (["--data", "missing.jsonl"], 1, "missing.jsonl"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    """Each mistake ends in one line and the right exit code."""
    program = write_program(tmp_path, small_hist())
    finished = tprog("circuits", str(program), *arguments)
    assert finished.code == code
    assert said in one_line(finished)


def test_a_task_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """Examples with other symbols than the program's are bad usage."""
    program = write_program(tmp_path, small_hist())
    data = tmp_path / "data.jsonl"
    data.write_text('{"tokens": ["x", "y"], "labels": ["1", "1"]}\n' * 3)
    finished = tprog("circuits", str(program), "--data", str(data))
    assert finished.code == 2
    assert "does not fit" in one_line(finished)


def test_the_programs_task_gives_the_inputs(tmp_path: Path) -> None:
    """A program that names a published task is looked at on that task's inputs."""
    program = write_program(tmp_path, small_hist())
    found = json.loads(tprog("circuits", str(program), "--inputs", "20", "--json").out)
    assert found["task"] == "hist:vocabulary=5,length=5"
    assert found["judged"] == found["moments"]


@pytest.mark.parametrize(
    ("page", "arguments"),
    [
        ("README.md", ["induction"]),
        ("docs/explaining.md", ["sort"]),
        ("docs/explaining.md", ["sort", "--input", "3 1 4 1", "--position", "4"]),
    ],
)
def test_the_output_in_the_documentation_is_real(page: str, arguments: list[str]) -> None:
    """What a page shows of this command is what the command prints."""
    text = (Path(__file__).parents[2] / page).read_text()
    printed = tprog("circuits", *arguments).out.replace("\u00a0", " ")
    shown = "\n".join(line.rstrip() for line in printed.splitlines())
    assert shown in text
