"""`tprog import`."""

import json
from pathlib import Path

import pytest
from published.test_program import small
from published.written import write
from published_imports import published_beside, run_folder, without_mask
from terminal import one_line, tprog

from tprog.published.checkpoint import read_checkpoint


def test_an_imported_program_is_taken_everywhere(tmp_path: Path) -> None:
    """What was imported runs, and is explained, analysed, verified and drawn."""
    path = write(small(), tmp_path, "good")
    out = str(tmp_path / "out")
    finished = tprog("import", str(path), "--out", out)
    assert (finished.code, finished.err) == (0, "")
    assert "wrote" in finished.out
    assert tprog("run", out, "a", "b").out.split() == small().run(["a", "b"])
    assert tprog("run", out, "a", "b", "--explain").code == 0
    analysis = tprog("analyze", out)
    assert analysis.code == 0
    assert "source and network" in analysis.out
    assert json.loads(tprog("analyze", out, "--json").out)["parting"]["meaning"] == "source"
    verdict = tprog("verify", out, "--against", out)
    assert verdict.code == 0
    assert "source and network" in verdict.out
    found = json.loads(tprog("verify", out, "--against", out, "--json").out)
    assert found["parting"]["inputs"] == found["inputs"]
    assert tprog("graph", out, "--output", str(tmp_path / "graph.dot")).code == 0


def test_a_tree_with_a_damaged_program_is_told_by_the_exit_code(tmp_path: Path) -> None:
    """The rest is imported, and the code is 1."""
    tree = tmp_path / "tree"
    tree.mkdir()
    write(small(), tree, "good")
    write(small(), tree, "bad")
    (tree / "bad_weights.csv").unlink()
    finished = tprog("import", str(tree), "--out", str(tmp_path / "out"))
    assert finished.code == 1
    assert "1 of 2 imported" in finished.out
    rows = json.loads(tprog("import", str(tree), "--out", str(tmp_path / "o"), "--json").out)
    assert [sorted(row)[:2] == ["path", "problem"] for row in rows] == [True, False]


def test_a_program_against_its_checkpoint_is_told_by_the_exit_code(tmp_path: Path) -> None:
    """A checkpoint of another network gives code 3, and the program is imported all the same."""
    run = run_folder(tmp_path / "run")
    own = without_mask(read_checkpoint(run).program)
    path = published_beside(run, own)
    assert tprog("import", str(path), "--out", str(tmp_path / "one")).code == 0
    other = without_mask(read_checkpoint(run_folder(tmp_path / "other", seed=5)).program)
    published_beside(run, other)
    finished = tprog("import", str(path), "--out", str(tmp_path / "two"), "--json")
    assert finished.code == 3
    found = json.loads(finished.out)
    assert not found["agreement"]["holds"]
    assert (tmp_path / "two" / "program.py").is_file()


def test_the_default_folder_names_the_meaning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both meanings of one program lie side by side."""
    path = write(small(), tmp_path, "good")
    monkeypatch.chdir(tmp_path)
    assert tprog("import", str(path)).code == 0
    assert tprog("import", str(path), "--as-network").code == 0
    assert {one.name for one in (tmp_path / "artifacts" / "imported").iterdir()} == {
        "good",
        "good-as-network",
    }


def test_a_damaged_program_ends_in_one_line(tmp_path: Path) -> None:
    """The line names the file and the line in it."""
    path = write(small(), tmp_path, "good")
    path.write_text(path.read_text().replace("return predictions.tolist()", "import os", 1))
    path.write_text(path.read_text() + "\nimport os\nos.remove('x')\n")
    finished = tprog("import", str(path), "--out", str(tmp_path / "out"))
    assert finished.code == 1
    assert str(path) in one_line(finished)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "GOOD", "a"),
        ("analyze", "GOOD", "--json"),
        ("verify", "GOOD", "--against", "GOOD"),
        ("diff", "GOOD", "GOOD"),
        ("circuits", "GOOD", "--inputs", "10", "--json"),
        ("simplify", "GOOD", "--seconds", "1", "-o", "FOLDER/short.py"),
        ("graph", "GOOD", "-o", "FOLDER/graph.dot"),
        ("report", "GOOD", "-o", "FOLDER/page.html", "--quick", "--simplify-seconds", "0"),
        ("export", "GOOD", "-o", "FOLDER/weights.safetensors"),
        ("trace", "GOOD", "--data", "FOLDER/data.jsonl"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_command_takes_a_published_source(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """A published source needs no import; what was read, and by which rule, is said beside the output."""
    path = write(small(), tmp_path, "good")
    symbol = small().domain.symbols[0]
    example = {"tokens": [symbol], "labels": small().run([symbol])}
    (tmp_path / "data.jsonl").write_text(json.dumps(example) + "\n")
    places = {"GOOD": str(path), "a": symbol}
    words = [places.get(word, word).replace("FOLDER", str(tmp_path)) for word in arguments]
    finished = tprog(*words)
    assert finished.code == 0, finished
    assert finished.err.startswith(f"published source {path}, read and not executed; it means what")


def test_a_published_source_stays_as_it_is(tmp_path: Path) -> None:
    """Simplify writes a shorter program elsewhere, never over what others wrote."""
    path = write(small(), tmp_path, "good")
    before = path.read_text()
    finished = tprog("simplify", str(path), "--in-place")
    assert finished.code == 2
    assert "give --output" in finished.err
    assert path.read_text() == before


def test_what_cannot_be_compared_is_no_difference(tmp_path: Path) -> None:
    """A damaged checkpoint beside a program that was imported is said, and the exit code is 0."""
    run = run_folder(tmp_path / "run")
    published_beside(run, small())
    (run / "model.pt").write_bytes((run / "model.pt").read_bytes()[:200])
    finished = tprog("import", str(run), "--out", str(tmp_path / "out"))
    assert finished.code == 0
    assert "read instead" in finished.out
    assert "cannot be compared" in finished.out
