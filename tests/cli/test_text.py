"""`tprog text` learns from a file of texts and says what it reached."""

import json
from pathlib import Path

from terminal import tprog
from text.made_up import write_classes, write_entities


def test_a_run_folder_is_written_and_run(tmp_path: Path) -> None:
    """The program answers a new text; figures stand beside it."""
    data, folder = write_classes(tmp_path / "questions.tsv"), tmp_path / "model"
    finished = tprog("text", "classify", "--data", str(data), "-o", str(folder))
    assert finished.code == 0, finished
    assert "accuracy 100.0  this program" in finished.out
    assert f"wrote {folder / 'program.py'}" in finished.out
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["split"].endswith("held out by seed 0")
    answer = tprog("run", str(folder), "when", "was", "Zoe", "born", "?")
    assert (answer.code, answer.out) == (0, "time\n")


def test_entities_with_baselines(tmp_path: Path) -> None:
    """Precision and recall stand beside F1, and the commonest tag's figures below."""
    data = write_entities(tmp_path / "a.conll")
    test = write_entities(tmp_path / "b.conll", 40, seed=1)
    given = ("--data", str(data), "--test", str(test), "--heads", "2", "--baselines")
    finished = tprog("text", "ner", *given)
    assert finished.code == 0, finished
    assert "  this program (precision " in finished.out
    assert "  each word's commonest tag (precision " in finished.out


def test_mistakes_end_in_one_line(tmp_path: Path) -> None:
    """A task that does not exist, a bad line, and a guessed encoding are told."""
    data = tmp_path / "a.txt"
    data.write_text("Rome B-LOC\nfoo\n", encoding="utf-8")
    wrong = tprog("text", "tag", "--data", str(data))
    assert (wrong.code, "cannot do 'tag' with this" in wrong.err) == (2, True)
    bad = tprog("text", "ner", "--data", str(data))
    assert (bad.code, "a.txt:2: 'foo' is no word and tag" in bad.err) == (1, True)
    data.write_bytes(b"good\tcaf\xe9 au lait\nbad\tno milk\n" * 20)
    guessed = tprog("text", "classify", "--data", str(data))
    assert (guessed.code, "a.txt:1: not UTF-8; read as cp1252" in guessed.err) == (0, True)


def test_the_published_recipe(tmp_path: Path) -> None:
    """It says each epoch and stands beside the baselines; its options mean nothing without it, and ours nothing with it."""
    data, folder = write_classes(tmp_path / "questions.tsv", 60), tmp_path / "model"
    small = ("--epochs", "2", "--layers", "1", "--heads", "1", "--variables", "2")
    given = ("text", "classify", "--data", str(data))
    finished = tprog(*given, "--published", *small, "--baselines", "-o", str(folder))
    assert finished.code == 0, finished
    assert "epoch 2 of 2: loss" in finished.err
    assert finished.out.index("this program") < finished.out.index("naive Bayes")
    assert "word_1 " in tprog("text", "legend", str(folder)).out
    explained = tprog("run", str(folder), "--explain", "--input", "when was Zoe born ?")
    assert (explained.code, ", rather than " in explained.out) == (0, True)
    for wrong in ((*given, "--layers", "1"), (*given, "--published", "--rows", "9")):
        refused = tprog(*wrong)
        assert (refused.code, refused.err.count("--published")) == (2, 1)
