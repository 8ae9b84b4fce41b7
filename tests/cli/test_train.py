"""`tprog train`."""

import json
from itertools import product
from pathlib import Path

import pytest
from terminal import one_line, tprog

from tprog.ir import NumericalHead
from tprog.locate import load

SMALL = (
    *("--synth-seconds", "0", "--epochs", "1", "--rounds", "1", "--restarts", "1", "--layers", "1"),
    *("--samples", "200"),
)


def test_a_run_folder_holds_all_its_files(tmp_path: Path) -> None:
    """Training writes program, weights, metrics and manifest, and the program reads."""
    folder = tmp_path / "run"
    finished = tprog("train", "hist:vocabulary=4,length=5", *SMALL[:-2], "--out", str(folder))
    assert finished.code == 0, finished.err
    names = {path.name for path in folder.iterdir()}
    assert names == {"program.py", "weights.safetensors", "metrics.json", "manifest.json"}
    assert "agree on every one of 30 inputs" in finished.out
    assert load(folder).provenance.task == "hist:vocabulary=4,length=5"
    again = tprog("train", "hist:vocabulary=4,length=5", *SMALL[:-2], "--out", str(folder))
    assert again.code == 1
    assert "--force" in one_line(again)


def test_a_program_can_be_put_together_before_any_training(tmp_path: Path) -> None:
    """A small task is solved in seconds; the program says how, and the algorithm stands beside it."""
    folder = tmp_path / "run"
    finished = tprog("train", "reverse", "--vocab", "6", "--length", "6", "--out", str(folder))
    assert finished.code == 0, finished.err
    assert "100.00 %" in finished.out
    assert "warm start" not in finished.err
    told = (folder / "program.py").read_text()
    assert "common shapes" in told or "compiled from RASP" in told
    found = json.loads((folder / "metrics.json").read_text())["synthesis"]
    assert found["holds"]
    assert (folder / "algorithm.rasp").read_text() == found["rasp"]


def test_a_users_own_data_is_learned(tmp_path: Path) -> None:
    """Examples in a file are a task."""
    data = tmp_path / "copy.jsonl"
    rows = [{"tokens": [a, b], "labels": [b, a]} for a in "abcd" for b in "abcd"]
    data.write_text("\n".join(map(json.dumps, rows)))
    folder = tmp_path / "run"
    finished = tprog("train", "--data", str(data), *SMALL[:-2], "--out", str(folder))
    assert finished.code == 0, finished.err
    assert tprog("analyze", str(folder), "--data", str(data)).code == 0
    page = " ".join(tprog("analyze", str(folder)).out.split())
    assert "16 examples of which 12 were trained on" in page
    assert "examples" in tprog("verify", str(folder)).out
    assert "right" in tprog("run", str(folder), "a", "b", "--explain").out


def test_data_says_what_it_is(tmp_path: Path) -> None:
    """Numbers are sorted as numbers, and labels that depend on the past alone are learned by heads that look left."""
    data = tmp_path / "least.jsonl"
    numbers = ("2", "9", "10", "11")
    rows = list(product(numbers, repeat=3))
    lines = [{"tokens": list(row), "labels": sorted(row, key=int)} for row in rows]
    data.write_text("\n".join(map(json.dumps, lines)))
    finished = tprog("train", "--data", str(data), "--numeric", "-o", str(tmp_path / "sorted"))
    assert finished.code == 0, finished.err
    assert "100.00 %" in finished.out
    assert load(tmp_path / "sorted").run(["11", "9", "10"]) == ["9", "10", "11"]
    past = [{"tokens": list(row), "labels": [row[0], *row[:-1]]} for row in rows]
    data.write_text("\n".join(map(json.dumps, past)))
    finished = tprog("train", "--data", str(data), "--causal", "-o", str(tmp_path / "past"))
    assert finished.code == 0, finished.err
    assert "100.00 %" in finished.out
    assert load(tmp_path / "past").causal


def test_a_spent_budget_names_the_command_that_finds_the_same_program(tmp_path: Path) -> None:
    """A run whose time is over is finished, and the command that it prints finds its program again."""
    folder = tmp_path / "run"
    sizes = ("hist", "--vocab", "5", "--length", "6", "--layers", "1", "--restarts", "2")
    # Without synthesis, which finds this program before the time can be over.
    cut = tprog(
        "train", *sizes, "--synth-seconds", "0", "--seconds", "0.0001", "--out", str(folder)
    )
    assert cut.code == 0, cut.err
    assert "to go on" not in cut.out
    *_, command = cut.out.strip().splitlines()
    words = command.split()
    assert words[:2] == ["tprog", "train"]
    assert "--stop-epochs" in words
    assert "--seconds" not in words
    again = tprog(*words[1:], "--out", str(tmp_path / "again"))
    assert again.code == 0, again.err
    assert load(tmp_path / "again") == load(folder)


@pytest.mark.parametrize("engine", ["torch", "batched", "fused"])
def test_every_engine_learns(engine: str, tmp_path: Path) -> None:
    """Whatever makes the steps, the result is a program that its network agrees with."""
    folder = tmp_path / "run"
    few = (*SMALL[:4], "--rounds", "0", "--restarts", "2", "--layers", "1", "--samples", "100")
    finished = tprog(
        "train", "hist:vocabulary=5,length=6", "--engine", engine, *few, "--out", str(folder)
    )
    assert finished.code == 0, finished.err
    assert "agree on every one of" in finished.out


@pytest.mark.parametrize(("option", "numerical"), [("--published", 2), ("--categorical-only", 0)])
def test_the_papers_modules_are_learned(option: str, numerical: int, tmp_path: Path) -> None:
    """The published setting has the paper's modules, and the categorical one no numerical module."""
    folder = tmp_path / "run"
    few = ("--vocab", "5", "--length", "6", *SMALL[:-4], "--rounds", "0", "--out", str(folder))
    finished = tprog("train", "hist", option, *few)
    assert finished.code == 0, finished.err
    operations = load(folder).operations
    assert sum(isinstance(each, NumericalHead) for each in operations) == numerical


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((), "name one task"),
        (("sort", "--data", "x"), "x"),
        (("sort", "--samples", "20000"), "19,530"),
        (("sort:length=2",), "length"),
        (("sort", "--layers", "0"), "layers"),
        (("sort", "--seconds", "0"), "seconds is 0.0"),
        (("sort", "--engine", "fast"), "choose 'torch', 'batched' or 'fused'"),
        (("sort", "--stop-epochs", "3,x"), "such as 3,3,0,0"),
        (("sort", "--stop-epochs", "3"), "for each of 4 warm starts"),
        (("sort:length=9", "--length", "8"), "length is given twice"),
        (("sort", "--vocab", "3"), "vocabulary"),
        (("--length", "8"), "published tasks"),
        (("sort", "--numeric"), "give it"),
        (("sort", "--causal"), "give it"),
    ],
)
def test_bad_usage_ends_in_one_line(arguments: tuple[str, ...], text: str, tmp_path: Path) -> None:
    """What cannot be learned is refused before anything is written."""
    finished = tprog("train", *arguments, "--out", str(tmp_path / "run"))
    assert finished.code in (1, 2)
    assert text in one_line(finished)
    assert not (tmp_path / "run").exists()
