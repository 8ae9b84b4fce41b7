"""A text program remembers where its texts lie, and is measured on those that it was tested on, or on a user's own."""

from pathlib import Path

from terminal import tprog
from text.made_up import write_classes, write_entities

from tprog.analysis.text_examples import examples_of
from tprog.analysis.texts import Learned, TextRun, learn_text, write_learned
from tprog.evaluate import predict


def model(folder: Path) -> Learned:
    """Learn classes from made-up texts and write the run folder."""
    found = learn_text(TextRun("classify", write_classes(folder / "a.tsv")))
    write_learned(found, folder / "model")
    return found


def test_the_texts_are_read_again(tmp_path: Path) -> None:
    """The held-out part is the same as when the program was learned; words that it does not know keep their text."""
    data = write_entities(tmp_path / "a.conll")
    found = learn_text(TextRun("ner", data, heads=1))
    again = examples_of(found.program, found.origin, None)
    assert again.test == found.test
    assert len(again.train) + len(again.test) == 120
    task = again.task
    words = again.test[0].words
    assert task.truth(words) == again.test[0].labels
    assert predict(found.program, [words])[0] == list(task.truth(words))


def test_analysis_is_measured_on_them(tmp_path: Path) -> None:
    """`tprog analyze` says how many labels are right; once the file has changed it says nothing rather than something wrong."""
    model(tmp_path)
    folder = str(tmp_path / "model")
    assert "100 %" in tprog("analyze", folder).out
    more = write_classes(tmp_path / "b.tsv", 30, seed=5)
    assert "100 %" in tprog("analyze", folder, "--data", str(more)).out
    write_classes(tmp_path / "a.tsv", 50, seed=3)
    assert tprog("analyze", folder).code == 0
    bad = tmp_path / "bad.tsv"
    bad.write_text("place\twhere ?\nnothing\n", encoding="utf-8")
    refused = tprog("analyze", folder, "--data", str(bad))
    assert (refused.code, "bad.tsv:2" in refused.err) == (1, True)
